//! The good certificates of the set, and how certificates of holders and servers look.

use chrono::{DateTime, TimeDelta, Utc};
use der::asn1::ObjectIdentifier;
use uuid::Uuid;
use x509_cert::ext::pkix::KeyUsages;

use crate::authority::AuthorityName;
use crate::certificate::Profile;
use crate::manifest::{Expected, Usage};
use crate::name::{
    Attribute, COMMON_NAME, COUNTRY, GIVEN_NAME, ORGANISATION, ORGANISATION_IDENTIFIER, SERIAL_NUMBER, SURNAME,
};

/// ETSI's normalised certificate policy; stands beside the Danish one in genuine certificates.
const NCP: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.2042.1.1");
const ORGANISATION_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.208.169.1.1.1.3.7");
/// The same policy as certificates carry it since 2026.
const ORGANISATION_POLICY_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.208.169.1.1.1.3.7.1");
pub(crate) const EMPLOYEE_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.208.169.1.1.1.2.7");
pub(crate) const SERVER_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");

/// How long OCES3 certificates last.
pub(crate) const HOLDER_DAYS: i64 = 3 * 365;
/// How long the server certificates of the set last: as long as browsers take.
pub(crate) const SERVER_DAYS: i64 = 397;

/// The kinds of OCES3 certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Organisation certificate: may also sign on behalf of the organisation.
    Organisation,
    /// System certificate.
    System,
    /// Employee certificate, which cannot call services.
    Employee,
}

/// Who holds a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// CVR number of the organisation, eight digits.
    pub cvr: String,
    /// The holder within the organisation; stays the same when a certificate is renewed.
    pub uuid: Uuid,
    /// Common name.
    pub name: String,
    /// The organisation's name.
    pub organisation: String,
}

/// A certificate to be made, and what must happen to it.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub(crate) name: String,
    pub(crate) usage: Usage,
    pub(crate) issuer: AuthorityName,
    pub(crate) holder: Option<Holder>,
    pub(crate) profile: Profile,
    pub(crate) expected: Expected,
    pub(crate) revoked: bool,
}

impl Leaf {
    /// A good client certificate that begins an hour before `now` and lasts `days`.
    pub(crate) fn client(name: &str, kind: Kind, holder: Holder, now: DateTime<Utc>, days: i64) -> Self {
        let issuer = AuthorityName::Issuing1;
        let profile = holder_profile(kind, &holder, issuer, now, days);
        let expected = match kind {
            Kind::Organisation | Kind::System => Expected::Admitted,
            Kind::Employee => Expected::identity("employee-certificate"),
        };
        Self {
            name: name.to_owned(),
            usage: Usage::Client,
            issuer,
            holder: Some(holder),
            profile,
            expected,
            revoked: false,
        }
    }

    /// A server certificate for `hosts`.
    pub(crate) fn server(name: &str, hosts: Vec<String>, now: DateTime<Utc>, days: i64) -> Self {
        Self {
            name: name.to_owned(),
            usage: Usage::Server,
            issuer: AuthorityName::ServerCa,
            holder: None,
            profile: server_profile(name, hosts, now, days),
            expected: Expected::Server,
            revoked: false,
        }
    }

    /// The same, changed.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The same, with another outcome.
    pub(crate) fn expect(self, expected: Expected) -> Self {
        self.with(|leaf| leaf.expected = expected)
    }

    /// The same, valid from `begin` to `end` days after `now`.
    fn between(self, now: DateTime<Utc>, begin: i64, end: i64) -> Self {
        self.with(|leaf| {
            leaf.profile.not_before = now + TimeDelta::days(begin);
            leaf.profile.not_after = now + TimeDelta::days(end);
        })
    }
}

fn holder_profile(kind: Kind, holder: &Holder, issuer: AuthorityName, now: DateTime<Utc>, days: i64) -> Profile {
    let basic = KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment;
    let (policy, usage) = match kind {
        Kind::Organisation => (ORGANISATION_POLICY_1, basic | KeyUsages::NonRepudiation),
        Kind::System => (ORGANISATION_POLICY_1, basic),
        Kind::Employee => (EMPLOYEE_POLICY, basic),
    };
    Profile {
        policies: vec![NCP, policy],
        addresses: issuer.addresses(),
        legal_person: true,
        ..Profile::new(holder_subject(kind, holder), now - TimeDelta::hours(1), now + TimeDelta::days(days), usage)
    }
}

fn holder_subject(kind: Kind, holder: &Holder) -> Vec<Attribute> {
    let letter = if kind == Kind::Employee { 'E' } else { 'O' };
    let mut subject = vec![
        Attribute::new(COMMON_NAME, &holder.name),
        Attribute::new(SERIAL_NUMBER, format!("UI:DK-{letter}:G:{}", holder.uuid)),
    ];
    if kind == Kind::Employee {
        subject.extend([Attribute::new(GIVEN_NAME, "DEV"), Attribute::new(SURNAME, "Medarbejder")]);
    }
    subject.extend([
        Attribute::new(ORGANISATION, &holder.organisation),
        Attribute::new(ORGANISATION_IDENTIFIER, format!("NTRDK-{}", holder.cvr)),
        Attribute::new(COUNTRY, "DK"),
    ]);
    subject
}

fn server_profile(name: &str, hosts: Vec<String>, now: DateTime<Utc>, days: i64) -> Profile {
    let subject = vec![
        Attribute::new(COMMON_NAME, format!("DEV {name}")),
        Attribute::new(ORGANISATION, "Facade DEV"),
        Attribute::new(COUNTRY, "DK"),
    ];
    let usage = KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment;
    Profile {
        purposes: vec![SERVER_AUTH],
        hosts,
        ..Profile::new(subject, now - TimeDelta::hours(1), now + TimeDelta::days(days), usage)
    }
}

/// A holder of the set. CVR number and UUID follow from `digits` (four digits 0 to 9, written as
/// hexadecimal), so that both show them and are the same in every development PKI: they can be
/// written into example files.
pub(crate) fn holder(digits: u16, name: &str, organisation: &str) -> Holder {
    Holder {
        cvr: format!("9000{digits:04x}"),
        uuid: Uuid::from_u128(0xdfd9_0000_0000_4000_8000_0000_0000_0000 | u128::from(digits)),
        name: format!("DEV {name}"),
        organisation: format!("DEV {organisation}"),
    }
}

/// The certificates of the small set.
pub(crate) fn essential(now: DateTime<Utc>) -> Vec<Leaf> {
    let system = |name, holder| Leaf::client(name, Kind::System, holder, now, HOLDER_DAYS);
    let organisation = holder(0x1, "Jobcenter", "Rødby-Ærø Jobcenter");
    vec![
        system("facade", holder(0x0, "facade", "Facade drift")),
        Leaf::client("organisation", Kind::Organisation, organisation, now, HOLDER_DAYS),
        system("system", holder(0x2, "fagsystem", "Fagsystemhuset")),
        system("wsb-publisher", holder(0x4, "WSB", "Ekstern kommunikation")),
        system("unregistered", holder(0x9, "ukendt system", "Ukendt leverandør")).expect(Expected::NotRegistered),
        Leaf::client("employee", Kind::Employee, holder(0x7, "Medarbejder", "Fagsystemhuset"), now, HOLDER_DAYS),
        system("revoked", holder(0x8, "spærret system", "Fagsystemhuset"))
            .with(|leaf| leaf.revoked = true)
            .expect(Expected::handshake("revoked")),
    ]
}

/// The further certificates of the full set that are well formed.
pub(crate) fn further(now: DateTime<Utc>) -> Vec<Leaf> {
    let system =
        |name, number, text| Leaf::client(name, Kind::System, holder(number, text, "Fagsystemhuset"), now, HOLDER_DAYS);
    let first_policy = |leaf: &mut Leaf| leaf.profile.policies = vec![NCP, ORGANISATION_POLICY];
    vec![
        system("vendor", 0x3, "flere myndigheder"),
        system("renewed-before", 0x5, "fornyet").between(now, 30 - HOLDER_DAYS, 30).with(first_policy),
        system("renewed-after", 0x5, "fornyet"),
        system("second-issuer", 0x6, "udstedt af nr. 2").with(|leaf| {
            leaf.issuer = AuthorityName::Issuing2;
            leaf.profile.addresses = leaf.issuer.addresses();
        }),
        system("expired", 0x10, "udløbet").between(now, -HOLDER_DAYS, -1).expect(Expected::handshake("expired")),
        system("not-yet-valid", 0x11, "ikke begyndt").between(now, 1, 30).expect(Expected::handshake("not-yet-valid")),
        system("rogue", 0x2, "fagsystem")
            .with(|leaf| leaf.issuer = AuthorityName::RogueIssuing)
            .expect(Expected::handshake("bad-signature")),
    ]
}
