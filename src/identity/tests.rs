//! The parser against the whole development PKI, a genuine public authority, and vandalism.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::HashSet;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use dfdg_pki::{Entry, Expected, KeyBits, Manifest, Options};
use proptest::prelude::{any, prop, proptest};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tempfile::TempDir;

use super::*;

/// The full development PKI, made once for all tests here.
static PKI: LazyLock<(TempDir, Manifest)> = LazyLock::new(|| {
    let dir = TempDir::new().unwrap();
    let options = Options { root_bits: KeyBits::Rsa2048, key_bits: KeyBits::Rsa2048, ..Options::default() };
    let manifest = dfdg_pki::init(dir.path(), &options).unwrap();
    (dir, manifest)
});

fn entry(name: &str) -> &'static Entry {
    PKI.1.client(name).unwrap()
}

fn der(file: &str) -> Vec<u8> {
    CertificateDer::from_pem_file(PKI.0.path().join(file)).unwrap().to_vec()
}

fn read(name: &str) -> Result<Identity, Refusal> {
    Identity::from_der(&der(&entry(name).file))
}

/// The certificate with one text replaced by another of the same length. The signature is wrong
/// afterwards, but that is the TLS layer's to find.
fn patched(name: &str, from: &[u8], to: &[u8]) -> Result<Identity, Refusal> {
    assert_eq!(from.len(), to.len());
    let mut der = der(&entry(name).file);
    let at = der.windows(from.len()).rposition(|window| window == from).unwrap();
    der[at..at + to.len()].copy_from_slice(to);
    Identity::from_der(&der)
}

#[test]
fn every_certificate_of_the_development_pki_is_read_as_its_manifest_says() {
    for entry in PKI.1.certificates.iter().filter(|entry| entry.expected != Expected::Server) {
        let got = Identity::from_der(&der(&entry.file));
        match (&entry.expected, &got) {
            (Expected::IdentityRefused { reason }, Err(refusal)) => {
                assert_eq!(refusal.reason(), reason, "{}", entry.name);
            }
            (Expected::IdentityRefused { .. }, Ok(_)) => panic!("{} is refused: {got:?}", entry.name),
            (_, Ok(identity)) => {
                assert_eq!(Some(identity.cvr.to_string()), entry.cvr, "{}", entry.name);
                assert_eq!(Some(identity.uuid), entry.uuid, "{}", entry.name);
                assert_eq!(identity.serial.to_string(), entry.serial, "{}", entry.name);
                assert_eq!((identity.not_before, identity.not_after), (entry.not_before, entry.not_after));
            }
            (_, Err(refusal)) => panic!("{}: {refusal}", entry.name),
        }
    }
}

#[test]
fn an_identity_holds_what_the_certificate_says() {
    let identity = read("organisation").unwrap();
    assert_eq!(identity.cvr, "90000001".parse().unwrap());
    assert_eq!(identity.uuid.to_string(), "dfd90000-0000-4000-8000-000000000001");
    assert_eq!(identity.name, "DEV Jobcenter");
    assert_eq!(identity.organisation, "DEV Rødby-Ærø Jobcenter");
    assert_eq!(identity.kind, Kind::Organisation);
    assert_eq!(identity.issuer, "CN=Facade DEV issuing CA 1, O=Facade DEV, C=DK");
    assert_eq!(read("system").unwrap().kind, Kind::System);
}

#[test]
fn a_renewed_certificate_is_the_same_caller_with_another_serial() {
    let (before, after) = (read("renewed-before").unwrap(), read("renewed-after").unwrap());
    assert_eq!((before.cvr, before.uuid), (after.cvr, after.uuid));
    assert_ne!(before.serial, after.serial);
}

#[test]
fn validity_includes_both_ends() {
    let identity = read("system").unwrap();
    let second = TimeDelta::seconds(1);
    assert!(identity.valid_at(identity.not_before) && identity.valid_at(identity.not_after));
    assert!(!identity.valid_at(identity.not_before - second) && !identity.valid_at(identity.not_after + second));
    assert_eq!(identity.days_left(identity.not_after - TimeDelta::days(30)), 30);
    assert_eq!(identity.days_left(identity.not_after + second), -1);
}

#[test]
fn server_and_authority_certificates_are_not_oces3() {
    for file in ["servers/facade/cert.pem", "ca/root/cert.pem", "ca/issuing-1/cert.pem"] {
        assert_eq!(Identity::from_der(&der(file)), Err(Refusal::NotOces3), "{file}");
    }
}

#[test]
fn policy_arcs_are_matched_by_whole_components() {
    // 1.2.208.169.1.1.1.3.7.1 in DER, and the same with the 7 turned into 6, 8 and 71
    let arc = b"\x2a\x81\x50\x81\x29\x01\x01\x01\x03\x07\x01";
    for last in [b"\x06\x01", b"\x08\x01"] {
        let mut other = *arc;
        other[9..].copy_from_slice(last);
        assert_eq!(patched("system", arc, &other), Err(Refusal::PolicyMissing));
    }
    assert!(patched("system", arc, b"\x2a\x81\x50\x81\x29\x01\x01\x01\x03\x07\x47").is_ok(), "any minor version");
    assert_eq!(
        patched("system", arc, b"\x2a\x81\x50\x81\x29\x01\x01\x01\x03\x87\x01"),
        Err(Refusal::PolicyMissing),
        "the component 897 is not 7"
    );
}

#[test]
fn employees_are_known_by_policy_or_by_serial_number() {
    assert_eq!(read("employee"), Err(Refusal::EmployeeCertificate));
    assert_eq!(patched("system", b"UI:DK-O:G:", b"UI:DK-E:G:"), Err(Refusal::EmployeeCertificate));
}

#[test]
fn every_shape_of_oces2_is_named() {
    let holder = b"UI:DK-O:G:dfd90000-0000-4000-8000-000000000002";
    let with = |text: &str| patched("system", holder, format!("{text:0<46}").as_bytes());
    for oces2 in ["CVR:12345678-FID:", "CVR:12345678-UID:", "CVR:12345678-RID:", "PID:9208-2002-2-"] {
        assert_eq!(with(oces2), Err(Refusal::Oces2), "{oces2}");
    }
    for other in ["CVR:1234567-FID:", "CVR:12345678-XID:", "CVR:12345678"] {
        assert_eq!(with(other), Err(Refusal::SerialNumberFormat), "{other}");
    }
}

#[test]
fn a_uuid_has_its_hyphens_and_nothing_else() {
    let uuid = b"dfd90000-0000-4000-8000-000000000002";
    for other in [b"gfd90000-0000-4000-8000-000000000002", b"dfd900000000-4000-8000-000000000002-"] {
        assert_eq!(patched("system", uuid, other), Err(Refusal::SerialNumberFormat));
    }
    assert_eq!(
        patched(
            "system",
            b"DK-O:G:dfd90000-0000-4000-8000-000000000002",
            b"DK-O:G:{dfd90000000040008000000000000002}00"
        ),
        Err(Refusal::SerialNumberFormat)
    );
}

#[test]
fn a_country_other_than_denmark_is_refused() {
    let refusal = patched("system", b"\x13\x02DK", b"\x13\x02SE").unwrap_err();
    assert_eq!(refusal, Refusal::SubjectAttribute { name: "countryName", problem: AttributeProblem::NotDenmark });
}

#[test]
fn names_with_control_characters_or_blanks_or_of_another_string_type_are_refused() {
    let refused = Err(Refusal::SubjectAttribute { name: "commonName", problem: AttributeProblem::NotText });
    assert_eq!(patched("system", b"DEV fagsystem", b"DEV\x1b[2Jsystem"), refused);
    assert_eq!(patched("system", b"DEV fagsystem", b"             "), refused);
    assert_eq!(patched("system", b"\x0c\x0dDEV fagsystem", b"\x16\x0dDEV fagsystem"), refused, "IA5String");
}

#[test]
fn a_missing_and_a_repeated_attribute_are_told_apart() {
    let name = "organizationIdentifier";
    let refused = |problem| Err(Refusal::SubjectAttribute { name, problem });
    assert_eq!(read("no-organisation-identifier"), refused(AttributeProblem::Missing));
    assert_eq!(read("two-organisation-identifiers"), refused(AttributeProblem::Repeated));
}

#[test]
fn a_cvr_number_has_eight_digits_and_need_not_pass_modulus_11() {
    for good in ["19552101", "97281536", "00000000"] {
        assert_eq!(good.parse::<Cvr>().unwrap().to_string(), good);
    }
    for bad in ["", "1955210", "195521010", "1955210a", "+1955210", "1955 210", "١٢٣٤٥٦٧٨"] {
        assert_eq!(bad.parse::<Cvr>(), Err(CvrError), "{bad}");
    }
}

#[test]
fn serials_are_compared_as_numbers() {
    assert_eq!(Serial::new(&[0, 0, 0x0e, 0xf2]), Serial::new(&[0x0e, 0xf2]));
    assert_eq!(Serial::new(&[0, 0x0e, 0xf2]).to_string(), "0ef2");
    assert_eq!((Serial::new(&[0]).to_string(), Serial::new(&[]).as_bytes().len()), ("0".to_owned(), 0));
}

#[test]
fn refusals_tell_what_to_do_and_hold_no_value_of_the_certificate() {
    let refusals: HashSet<_> =
        PKI.1.certificates.iter().filter_map(|it| Identity::from_der(&der(&it.file)).err()).collect();
    assert!(refusals.len() >= 9, "{refusals:?}");
    for refusal in refusals {
        let text = refusal.to_string();
        assert!(["order", "present", "use"].iter().any(|verb| text.contains(verb)), "{text}");
        assert!(!text.contains("DEV") && !text.contains("9000"), "{text}");
        assert!(
            refusal.reason().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        );
    }
}

#[test]
fn size_comes_first() {
    let mut large = der(&entry("system").file);
    large.resize(MAX_CERTIFICATE_BYTES + 1, 0);
    assert_eq!(Identity::from_der(&large), Err(Refusal::TooLarge));
    large.truncate(MAX_CERTIFICATE_BYTES);
    assert_eq!(Identity::from_der(&large), Err(Refusal::Unreadable("bytes follow the certificate")));
}

#[test]
fn a_certificate_cut_short_is_unreadable() {
    let whole = der(&entry("system").file);
    for length in 0..whole.len() {
        assert!(matches!(Identity::from_der(&whole[..length]), Err(Refusal::Unreadable(_))), "{length}");
    }
}

/// The costliest shapes within the size limit: very deep, and very many small parts.
#[test]
fn hostile_octets_cost_little_time() {
    let nested: Vec<u8> = (0..MAX_CERTIFICATE_BYTES / 4)
        .flat_map(|at| {
            (MAX_CERTIFICATE_BYTES - 4 * (at + 1))
                .try_into()
                .map(|rest: u16| [0x30, 0x82, rest.to_be_bytes()[0], rest.to_be_bytes()[1]])
                .unwrap()
        })
        .collect();
    let wide = [vec![0x30, 0x82, 0x3f, 0xfc], [0x30, 0x00].repeat(8190)].concat();
    for hostile in [nested, wide, vec![0x30; MAX_CERTIFICATE_BYTES], vec![0xff; MAX_CERTIFICATE_BYTES]] {
        let start = Instant::now();
        assert!(matches!(Identity::from_der(&hostile), Err(Refusal::Unreadable(_))));
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    }
}

/// The issuing authority of the public OCES3 test environment.
const GENUINE_AUTHORITY: &[u8] = include_bytes!("../../crates/pki/tests/oces3/issuing-1-test.pem");

#[test]
fn a_genuine_public_authority_is_read_and_is_no_caller() {
    let der = CertificateDer::from_pem_slice(GENUINE_AUTHORITY).unwrap();
    assert_eq!(Identity::from_der(&der), Err(Refusal::NotOces3));
}

proptest! {
    #[test]
    fn no_octets_make_it_panic(octets in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = Identity::from_der(&octets);
    }

    #[test]
    fn no_changed_octet_makes_it_panic(at in any::<prop::sample::Index>(), value in any::<u8>()) {
        let mut der = der(&entry("system").file);
        let at = at.index(der.len());
        der[at] = value;
        let _ = Identity::from_der(&der);
    }
}
