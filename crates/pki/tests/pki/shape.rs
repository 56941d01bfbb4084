//! The certificates have the shape of OCES3, as public certificates show it, and nobody can take
//! them for the Danish State's.

use dfdg_pki::Usage;
use x509_parser::asn1_rs::Tag;
use x509_parser::extensions::ParsedExtension;
use x509_parser::pem::parse_x509_pem;
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

use crate::FULL;

/// Does something with the certificate in a PEM file.
fn read<T>(file: &str, look: impl FnOnce(&X509Certificate<'_>) -> T) -> T {
    let text = FULL.file(file);
    let (_, pem) = parse_x509_pem(&text).unwrap();
    look(&X509Certificate::from_der(&pem.contents).unwrap().1)
}

fn client<T>(name: &str, look: impl FnOnce(&X509Certificate<'_>) -> T) -> T {
    read(&FULL.client(name).file, look)
}

fn attributes(name: &X509Name<'_>) -> Vec<(String, Tag, String)> {
    assert!(name.iter_rdn().all(|rdn| rdn.iter().count() == 1), "each attribute is an RDN of its own");
    name.iter_attributes()
        .map(|it| (it.attr_type().to_id_string(), it.attr_value().tag(), it.as_str().unwrap().to_owned()))
        .collect()
}

fn policies(certificate: &X509Certificate<'_>) -> Vec<String> {
    let list = certificate.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::CertificatePolicies(list) => Some(list),
        _ => None,
    });
    list.map(|list| list.iter().map(|policy| policy.policy_id.to_id_string()).collect()).unwrap_or_default()
}

fn extensions(certificate: &X509Certificate<'_>) -> Vec<(String, bool)> {
    certificate.extensions().iter().map(|extension| (extension.oid.to_id_string(), extension.critical)).collect()
}

#[test]
fn the_subject_has_the_attributes_of_oces3_in_their_order_and_types() {
    let subject = client("organisation", |certificate| attributes(certificate.subject()));
    let expected = [
        ("2.5.4.3", Tag::Utf8String, "DEV Jobcenter"),
        ("2.5.4.5", Tag::PrintableString, "UI:DK-O:G:dfd90000-0000-4000-8000-000000000001"),
        ("2.5.4.10", Tag::Utf8String, "DEV Rødby-Ærø Jobcenter"),
        ("2.5.4.97", Tag::Utf8String, "NTRDK-90000001"),
        ("2.5.4.6", Tag::PrintableString, "DK"),
    ];
    assert_eq!(subject, expected.map(|(oid, tag, text)| (oid.to_owned(), tag, text.to_owned())));
}

#[test]
fn organisation_and_system_differ_in_one_bit_of_key_usage() {
    let flags = |name| client(name, |certificate| certificate.key_usage().unwrap().unwrap().value.flags);
    assert_eq!((flags("system"), flags("organisation")), (0b101, 0b111));
}

#[test]
fn the_policies_are_those_of_their_kind() {
    let organisation = "1.2.208.169.1.1.1.3.7";
    assert_eq!(client("system", policies), ["0.4.0.2042.1.1", &format!("{organisation}.1")]);
    assert_eq!(client("renewed-before", policies), ["0.4.0.2042.1.1", organisation]);
    assert_eq!(client("employee", policies), ["0.4.0.2042.1.1", "1.2.208.169.1.1.1.2.7"]);
    assert_eq!(client("no-policy", policies), [""; 0]);
}

#[test]
fn a_leaf_has_the_extensions_of_oces3_and_no_purpose_or_alternative_name() {
    let expected = [
        ("2.5.29.35", false),
        ("1.3.6.1.5.5.7.1.1", false),
        ("2.5.29.32", false),
        ("1.3.6.1.5.5.7.1.3", false),
        ("2.5.29.31", false),
        ("2.5.29.14", false),
        ("2.5.29.15", true),
    ];
    assert_eq!(client("system", extensions), expected.map(|(oid, critical)| (oid.to_owned(), critical)));
}

#[test]
fn authorities_have_no_policy_and_an_issuing_one_no_authority_below() {
    read("ca/issuing-1/cert.pem", |certificate| {
        let constraints = certificate.basic_constraints().unwrap().unwrap();
        assert!(constraints.critical && constraints.value.ca);
        assert_eq!(constraints.value.path_len_constraint, Some(0));
        assert_eq!(policies(certificate), [""; 0]);
    });
}

#[test]
fn signatures_are_pss_with_sha512_from_the_root_and_sha256_from_issuing_authorities() {
    let parameters = |file: &str| {
        read(file, |certificate| {
            assert_eq!(certificate.signature_algorithm, certificate.tbs_certificate.signature);
            let algorithm = &certificate.signature_algorithm;
            (algorithm.algorithm.to_id_string(), algorithm.parameters.as_ref().map(|any| any.data.len()))
        })
    };
    let pss = "1.2.840.113549.1.1.10".to_owned();
    assert_eq!(parameters("ca/root/cert.pem"), (pss.clone(), Some(52)));
    assert_eq!(parameters("ca/issuing-1/cert.pem"), (pss.clone(), Some(52)));
    assert_eq!(parameters(&FULL.client("system").file), (pss, Some(52)));
    assert_eq!(parameters("servers/facade/cert.pem").0, "1.2.840.113549.1.1.11");
}

/// Root and issuing authority of the public OCES3 test environment.
const GENUINE: [(&[u8], &str); 2] = [
    (include_bytes!("../oces3/root-test.pem"), "ca/root/cert.pem"),
    (include_bytes!("../oces3/issuing-1-test.pem"), "ca/issuing-1/cert.pem"),
];

#[test]
fn our_authorities_have_the_algorithms_and_extensions_of_the_genuine_ones() {
    for (genuine, ours) in GENUINE {
        let (_, pem) = parse_x509_pem(genuine).unwrap();
        let genuine = X509Certificate::from_der(&pem.contents).unwrap().1;
        read(ours, |ours| {
            assert_eq!(ours.signature_algorithm, genuine.signature_algorithm);
            assert_eq!(ours.public_key().algorithm, genuine.public_key().algorithm);
            assert_eq!(ours.basic_constraints().unwrap(), genuine.basic_constraints().unwrap());
            assert_eq!(ours.key_usage().unwrap(), genuine.key_usage().unwrap());
            assert_eq!(extensions(ours), extensions(&genuine));
        });
    }
}

#[test]
fn a_renewed_certificate_keeps_the_holder_and_overlaps_with_the_old_one() {
    let (before, after) = (FULL.client("renewed-before"), FULL.client("renewed-after"));
    assert_eq!((&before.cvr, &before.uuid, &before.subject), (&after.cvr, &after.uuid, &after.subject));
    assert_ne!(before.serial, after.serial);
    assert!(before.not_before < after.not_before && after.not_before < before.not_after);
}

#[test]
fn the_rogue_certificate_copies_every_name_of_the_genuine_one() {
    let names = |name| client(name, |leaf| (leaf.subject().to_string(), leaf.issuer().to_string()));
    assert_eq!(names("rogue"), names("system"));
}

#[test]
fn the_manifest_says_what_the_certificate_says() {
    for entry in &FULL.manifest.certificates {
        read(&entry.file, |certificate| {
            let serial: String = certificate.raw_serial().iter().map(|octet| format!("{octet:02x}")).collect();
            assert_eq!(entry.serial, serial);
            assert_eq!(entry.not_before.timestamp(), certificate.validity().not_before.timestamp());
            assert_eq!(entry.not_after.timestamp(), certificate.validity().not_after.timestamp());
        });
    }
}

#[test]
fn nothing_looks_like_the_danish_state() {
    let authorities = FULL.manifest.authorities.iter().map(|entry| (&entry.file, true));
    let certificates = FULL.manifest.certificates.iter().map(|entry| (&entry.file, false));
    for (file, is_authority) in authorities.chain(certificates) {
        read(file, |certificate| {
            let common_name = certificate.subject().iter_common_name().next().unwrap().as_str().unwrap();
            assert!(common_name.contains("DEV"), "{file}");
            let issuer = certificate.issuer().iter_organization().next().unwrap().as_str().unwrap();
            assert_eq!(issuer, "Facade DEV", "{file}");
            assert!(!is_authority || certificate.is_ca());
        });
    }
    let clients = FULL.manifest.certificates.iter().filter(|entry| entry.usage == Usage::Client);
    assert!(clients.into_iter().all(|entry| entry.cvr.as_ref().unwrap().starts_with('9')));
}
