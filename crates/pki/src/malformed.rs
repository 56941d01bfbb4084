//! Certificates that are wrong in exactly one point (and a few odd ones that are right).

use chrono::{DateTime, Utc};
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};

use crate::algorithm::Scheme;
use crate::leaf::{EMPLOYEE_POLICY, HOLDER_DAYS, Kind, Leaf, SERVER_AUTH, holder};
use crate::manifest::Expected;
use crate::name::{ORGANISATION_IDENTIFIER, SERIAL_NUMBER};

/// One certificate for each way of being wrong that the facade tells apart.
pub(crate) fn malformed(now: DateTime<Utc>) -> Vec<Leaf> {
    let mut list = subjects(now);
    list.extend(contents(now));
    list
}

fn leaf(now: DateTime<Utc>, name: &str, digits: u16, expected: Expected, change: impl FnOnce(&mut Leaf)) -> Leaf {
    let holder = holder(digits, name, "Fagsystemhuset");
    Leaf::client(name, Kind::System, holder, now, HOLDER_DAYS).with(change).expect(expected)
}

fn subjects(now: DateTime<Utc>) -> Vec<Leaf> {
    let refused = Expected::identity;
    vec![
        leaf(now, "no-organisation-identifier", 0x20, refused("subject-attribute"), |leaf| {
            leaf.profile.subject.retain(|attribute| attribute.oid != ORGANISATION_IDENTIFIER);
        }),
        leaf(now, "two-organisation-identifiers", 0x21, refused("subject-attribute"), |leaf| {
            let twice = leaf.profile.subject.iter().find(|attribute| attribute.oid == ORGANISATION_IDENTIFIER).cloned();
            leaf.profile.subject.extend(twice);
        }),
        leaf(now, "swedish", 0x22, refused("cvr-format"), |leaf| {
            set(leaf, ORGANISATION_IDENTIFIER, |value| value.replace("NTRDK", "NTRSE"));
        }),
        leaf(now, "short-cvr", 0x23, refused("cvr-format"), |leaf| {
            set(leaf, ORGANISATION_IDENTIFIER, |value| value[..value.len() - 1].to_owned());
        }),
        leaf(now, "no-uuid", 0x24, refused("serial-number-format"), |leaf| {
            set(leaf, SERIAL_NUMBER, |_| "UI:DK-O:G:1234".to_owned());
        }),
        leaf(now, "oces2", 0x25, refused("oces2"), |leaf| {
            set(leaf, SERIAL_NUMBER, |_| "CVR:90000025-FID:12345678".to_owned());
        }),
        leaf(now, "upper-case-uuid", 0x26, Expected::Admitted, |leaf| {
            set(leaf, SERIAL_NUMBER, str::to_uppercase);
        }),
    ]
}

fn contents(now: DateTime<Utc>) -> Vec<Leaf> {
    let refused = Expected::identity;
    let failed = Expected::handshake;
    vec![
        leaf(now, "no-policy", 0x30, refused("policy-missing"), |leaf| leaf.profile.policies.clear()),
        leaf(now, "both-policies", 0x31, refused("policy-conflict"), |leaf| {
            leaf.profile.policies.push(EMPLOYEE_POLICY);
        }),
        leaf(now, "no-digital-signature", 0x32, refused("key-usage"), |leaf| {
            leaf.profile.key_usage = KeyUsage(KeyUsages::KeyEncipherment.into());
        }),
        leaf(now, "server-only", 0x33, failed("purpose"), |leaf| leaf.profile.purposes.push(SERVER_AUTH)),
        leaf(now, "unknown-critical", 0x34, failed("critical-extension"), |leaf| {
            leaf.profile.unknown_critical_extension = true;
        }),
        leaf(now, "pkcs1-signed", 0x35, Expected::Admitted, |leaf| leaf.profile.scheme = Some(Scheme::Pkcs1Sha256)),
        leaf(now, "long-salt", 0x36, failed("signature-algorithm"), |leaf| {
            leaf.profile.scheme = Some(Scheme::PssSha256LongSalt);
        }),
    ]
}

fn set(leaf: &mut Leaf, oid: der::asn1::ObjectIdentifier, change: impl Fn(&str) -> String) {
    for attribute in leaf.profile.subject.iter_mut().filter(|attribute| attribute.oid == oid) {
        attribute.value = change(&attribute.value);
    }
}
