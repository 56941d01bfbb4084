//! From the octets of a certificate to an [`Identity`]: the rules, in the order in which they
//! are applied. They are what public OCES3 certificates show and what the published policies
//! say; policy arcs are matched by whole components, because their last one moves (`…3.7` in
//! certificates of 2023, `…3.7.1` in those of 2026).

use chrono::{DateTime, Utc};
use uuid::Uuid;
use x509_parser::asn1_rs::{Oid, Tag, oid};
use x509_parser::extensions::{KeyUsage, ParsedExtension};
use x509_parser::prelude::{ASN1Time, AttributeTypeAndValue, FromDer, X509Certificate, X509Name};

use super::{AttributeProblem, Cvr, Identity, Kind, MAX_CERTIFICATE_BYTES, Refusal, Serial};

const COMMON_NAME: (Oid<'static>, &str) = (oid!(2.5.4.3), "commonName");
const SERIAL_NUMBER: (Oid<'static>, &str) = (oid!(2.5.4.5), "serialNumber");
const COUNTRY: (Oid<'static>, &str) = (oid!(2.5.4.6), "countryName");
const ORGANISATION: (Oid<'static>, &str) = (oid!(2.5.4.10), "organizationName");
const ORGANISATION_IDENTIFIER: (Oid<'static>, &str) = (oid!(2.5.4.97), "organizationIdentifier");

const CERTIFICATE_POLICIES: Oid<'static> = oid!(2.5.29.32);
const ORGANISATION_ARC: Oid<'static> = oid!(1.2.208.169.1.1.1.3.7);
const EMPLOYEE_ARC: Oid<'static> = oid!(1.2.208.169.1.1.1.2);

/// The most characters of a name that are shown.
const MAX_NAME: usize = 256;

const HOLDER_PREFIX: &str = "UI:DK-O:G:";
const EMPLOYEE_PREFIX: &str = "UI:DK-E:";

/// Reads the identity from `der`.
pub(super) fn identity(der: &[u8]) -> Result<Identity, Refusal> {
    let certificate = certificate(der)?;
    let subject = certificate.subject();
    recognise(subject, &policies(&certificate)?)?;
    let usage = key_usage(&certificate)?;

    let name = attribute(subject, &COMMON_NAME)?;
    let holder = attribute(subject, &SERIAL_NUMBER)?;
    let organisation = attribute(subject, &ORGANISATION)?;
    let organisation_identifier = attribute(subject, &ORGANISATION_IDENTIFIER)?;
    if attribute(subject, &COUNTRY)? != "DK" {
        return Err(Refusal::SubjectAttribute { name: COUNTRY.1, problem: AttributeProblem::NotDenmark });
    }
    Ok(Identity {
        cvr: cvr(organisation_identifier)?,
        uuid: holder_uuid(holder)?,
        name: name.to_owned(),
        organisation: organisation.to_owned(),
        kind: if usage.non_repudiation() { Kind::Organisation } else { Kind::System },
        serial: Serial::new(certificate.raw_serial()),
        issuer: display(certificate.issuer()),
        not_before: moment(certificate.validity().not_before)?,
        not_after: moment(certificate.validity().not_after)?,
    })
}

/// Issuer and serial number of any certificate.
pub(super) fn name_of(der: &[u8]) -> Result<super::Certificate, Refusal> {
    let certificate = certificate(der)?;
    Ok(super::Certificate { issuer: display(certificate.issuer()), serial: Serial::new(certificate.raw_serial()) })
}

/// The size limit comes first: it bounds everything that follows.
fn certificate(der: &[u8]) -> Result<X509Certificate<'_>, Refusal> {
    if der.len() > MAX_CERTIFICATE_BYTES {
        return Err(Refusal::TooLarge);
    }
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        Ok(_) => Err(Refusal::Unreadable("bytes follow the certificate")),
        Err(_) => Err(Refusal::Unreadable("not an X.509 certificate in DER")),
    }
}

/// What the certificate's policies say, as far as it matters here.
struct Policies {
    organisation: bool,
    employee: bool,
}

fn policies(certificate: &X509Certificate<'_>) -> Result<Policies, Refusal> {
    let extension = certificate
        .get_extension_unique(&CERTIFICATE_POLICIES)
        .map_err(|_| Refusal::Unreadable("certificatePolicies is given twice"))?;
    let list = match extension.map(x509_parser::prelude::X509Extension::parsed_extension) {
        None => return Ok(Policies { organisation: false, employee: false }),
        Some(ParsedExtension::CertificatePolicies(list)) => list,
        Some(_) => return Err(Refusal::Unreadable("certificatePolicies is malformed")),
    };
    let any_below = |arc: Oid<'_>| list.iter().any(|policy| is_below(&policy.policy_id, &arc));
    Ok(Policies { organisation: any_below(ORGANISATION_ARC), employee: any_below(EMPLOYEE_ARC) })
}

/// Whether `oid` is `arc` or lies below it. The encoding of a component tells its own end, so
/// a prefix in octets is a prefix in whole components.
fn is_below(oid: &Oid<'_>, arc: &Oid<'_>) -> bool {
    oid.as_bytes().starts_with(arc.as_bytes())
}

/// Refuses every kind of certificate that cannot call, with the name of its kind.
fn recognise(subject: &X509Name<'_>, policies: &Policies) -> Result<(), Refusal> {
    let holder_is = |shape: fn(&str) -> bool| values(subject, &SERIAL_NUMBER.0).filter_map(text).any(shape);
    if holder_is(is_oces2_holder) {
        return Err(Refusal::Oces2);
    }
    match (policies.organisation, policies.employee) {
        (true, true) => Err(Refusal::PolicyConflict),
        (false, true) => Err(Refusal::EmployeeCertificate),
        _ if holder_is(|holder| holder.starts_with(EMPLOYEE_PREFIX)) => Err(Refusal::EmployeeCertificate),
        (true, false) => Ok(()),
        (false, false) if holder_is(|holder| holder.starts_with(HOLDER_PREFIX)) => Err(Refusal::PolicyMissing),
        (false, false) => Err(Refusal::NotOces3),
    }
}

/// `CVR:<8 digits>-FID:…`, `-UID:…` and `-RID:…` of function, company and employee certificates,
/// `PID:…` of persons.
fn is_oces2_holder(holder: &str) -> bool {
    let after_cvr = || holder.strip_prefix("CVR:")?.split_once('-');
    match after_cvr() {
        Some((cvr, kind)) => {
            cvr.parse::<Cvr>().is_ok() && ["FID:", "UID:", "RID:"].iter().any(|known| kind.starts_with(known))
        }
        None => holder.starts_with("PID:"),
    }
}

fn key_usage(certificate: &X509Certificate<'_>) -> Result<KeyUsage, Refusal> {
    let usage = certificate.key_usage().map_err(|_| Refusal::Unreadable("keyUsage is malformed or given twice"))?;
    match usage {
        Some(usage) if usage.value.digital_signature() => Ok(*usage.value),
        _ => Err(Refusal::KeyUsage),
    }
}

/// The one value of a subject attribute.
fn attribute<'a>(subject: &'a X509Name<'_>, (oid, name): &(Oid<'_>, &'static str)) -> Result<&'a str, Refusal> {
    let mut found = values(subject, oid);
    let problem = match (found.next(), found.next()) {
        (None, _) => AttributeProblem::Missing,
        (Some(_), Some(_)) => AttributeProblem::Repeated,
        (Some(value), None) => match text(value).filter(|text| is_readable(text)) {
            Some(text) => return Ok(text),
            None => AttributeProblem::NotText,
        },
    };
    Err(Refusal::SubjectAttribute { name, problem })
}

fn values<'a>(subject: &'a X509Name<'_>, oid: &Oid<'_>) -> impl Iterator<Item = &'a AttributeTypeAndValue<'a>> {
    subject.iter_attributes().filter(move |attribute| attribute.attr_type() == oid)
}

/// The text of the two string types that OCES3 uses.
fn text<'a>(attribute: &'a AttributeTypeAndValue<'_>) -> Option<&'a str> {
    match attribute.attr_value().tag() {
        Tag::Utf8String | Tag::PrintableString => attribute.as_str().ok(),
        _ => None,
    }
}

/// Names go into journals and onto terminals, so control characters are not let through.
fn is_readable(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

fn cvr(organisation_identifier: &str) -> Result<Cvr, Refusal> {
    let digits = organisation_identifier.strip_prefix("NTRDK-").ok_or(Refusal::CvrFormat)?;
    digits.parse().map_err(|_| Refusal::CvrFormat)
}

/// The UUID in its form with hyphens, in either case; the other forms are not used by OCES3.
fn holder_uuid(holder: &str) -> Result<Uuid, Refusal> {
    let digits = holder.strip_prefix(HOLDER_PREFIX).filter(|digits| digits.len() == uuid::fmt::Hyphenated::LENGTH);
    digits.and_then(|digits| Uuid::try_parse(digits).ok()).ok_or(Refusal::SerialNumberFormat)
}

fn moment(time: ASN1Time) -> Result<DateTime<Utc>, Refusal> {
    DateTime::from_timestamp(time.timestamp(), 0).ok_or(Refusal::Unreadable("a date is out of range"))
}

/// A name in the order of the certificate, control characters escaped; cut when it is longer than any genuine
/// one, because it goes into a line of the journal before anybody has vouched for it.
fn display(name: &X509Name<'_>) -> String {
    let parts = name.iter_attributes().take(MAX_NAME).map(|attribute| {
        let value = text(attribute).unwrap_or("?").escape_debug().to_string();
        format!("{}={value}", label(attribute.attr_type()))
    });
    let all = parts.collect::<Vec<_>>().join(", ");
    match all.char_indices().nth(MAX_NAME) {
        Some((end, _)) => format!("{}...", &all[..end]),
        None => all,
    }
}

fn label(oid: &Oid<'_>) -> String {
    let known = [
        (COMMON_NAME, "CN"),
        (ORGANISATION, "O"),
        (COUNTRY, "C"),
        ((oid!(2.5.4.11), ""), "OU"),
        (SERIAL_NUMBER, "serialNumber"),
    ];
    let short = known.iter().find(|((known, _), _)| known == oid).map(|(_, short)| (*short).to_owned());
    short.unwrap_or_else(|| oid.to_id_string())
}
