//! `issue`, `revoke` and `crl` on a development PKI that is there.

use chrono::{TimeDelta, Utc};
use dfdg_pki::{
    BUNDLE_PASSWORD, Entry, Error, Expected, Holder, KeyBits, Kind, Manifest, Request, RequestedSubject, crl, issue,
    revoke,
};
use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use x509_parser::prelude::{CertificateRevocationList, FromDer};

use crate::{FULL, Pki, copy};

fn holder() -> Holder {
    let uuid = FULL.client("system").uuid.unwrap();
    Holder { cvr: "90001234".to_owned(), uuid, name: "nyt system".to_owned(), organisation: "Prøve A/S".to_owned() }
}

fn request(name: &str, subject: RequestedSubject) -> Request {
    Request { name: name.to_owned(), subject, days: None, key_bits: KeyBits::Rsa2048, now: Utc::now() }
}

fn system(name: &str, holder: Holder) -> Request {
    request(name, RequestedSubject::Client(Kind::System, holder))
}

/// Number and revoked serials of a list, and when it ends.
fn list(pki: &Pki, name: &str) -> (String, Vec<String>, i64) {
    let der = pki.file(&format!("crl/{name}.crl"));
    let (rest, list) = CertificateRevocationList::from_der(&der).unwrap();
    assert!(rest.is_empty());
    let serials = list.iter_revoked_certificates().map(|it| it.raw_serial_as_string().replace(':', "")).collect();
    (list.crl_number().unwrap().to_string(), serials, list.next_update().unwrap().timestamp())
}

#[test]
fn an_issued_certificate_is_listed_and_marked_as_development() {
    let pki = copy();
    let entry = issue(pki.path(), &system("new", holder())).unwrap();
    assert_eq!(entry.expected, Expected::Admitted);
    assert!(entry.subject.starts_with("CN=DEV nyt system, "), "{}", entry.subject);
    assert_eq!(Manifest::read(pki.path()).unwrap().client("new"), Some(&entry));
    assert!(entry.chain(pki.path()).exists() && entry.key(pki.path()).exists());
}

#[test]
fn an_issued_server_certificate_lies_with_the_servers() {
    let pki = copy();
    let entry = issue(pki.path(), &request("gateway", RequestedSubject::Server(vec!["gateway.test".into()]))).unwrap();
    assert_eq!(entry.file, "servers/gateway/cert.pem");
    assert_eq!(entry.expected, Expected::Server);
}

#[test]
fn a_request_that_breaks_a_rule_is_refused_by_name() {
    let bad = |change: fn(&mut Holder)| {
        let mut holder = holder();
        change(&mut holder);
        issue(FULL.path(), &system("bad", holder)).unwrap_err()
    };
    assert!(matches!(bad(|holder| holder.cvr = "19552101".into()), Error::CvrNotForDevelopment));
    assert!(matches!(bad(|holder| holder.cvr = "9000123".into()), Error::CvrNotForDevelopment));
    assert!(matches!(bad(|holder| holder.name = "x".repeat(61)), Error::TextInvalid("the common name")));
    assert!(matches!(bad(|holder| holder.organisation = "a\nb".into()), Error::TextInvalid("the organisation")));
    let named = |name: &str| issue(FULL.path(), &system(name, holder())).unwrap_err();
    assert!(matches!(named("../escape"), Error::NameInvalid(_)));
    assert!(matches!(named(""), Error::NameInvalid(_)));
    assert!(matches!(named("system"), Error::NameTaken(_)));
    let days = Request { days: Some(0), ..system("bad", holder()) };
    assert!(matches!(issue(FULL.path(), &days), Err(Error::DaysInvalid)));
    let server = request("bad", RequestedSubject::Server(Vec::new()));
    assert!(matches!(issue(FULL.path(), &server), Err(Error::HostInvalid(_))));
}

#[test]
fn commands_need_a_development_pki() {
    let empty = tempfile::TempDir::new().unwrap();
    assert!(matches!(issue(empty.path(), &system("new", holder())), Err(Error::NotThere(_))));
    assert!(matches!(revoke(empty.path(), "system", Utc::now()), Err(Error::NotThere(_))));
    assert!(matches!(crl(empty.path(), Utc::now(), TimeDelta::days(1)), Err(Error::NotThere(_))));
}

#[test]
fn revoking_publishes_a_list_with_a_higher_number_and_all_earlier_revocations() {
    let pki = copy();
    let serial = |entry: &Entry| entry.serial.clone();
    let (number, revoked, _) = list(&pki, "issuing-1");
    assert_eq!((number.as_str(), revoked), ("10", vec![serial(pki.client("revoked"))]));

    let manifest = revoke(pki.path(), "system", Utc::now()).unwrap();
    assert!(manifest.client("system").unwrap().revoked.is_some());
    let (number, mut revoked, _) = list(&pki, "issuing-1");
    let mut expected = vec![serial(pki.client("revoked")), serial(pki.client("system"))];
    revoked.sort();
    expected.sort();
    assert_eq!((number.as_str(), revoked), ("11", expected));
    assert!(matches!(revoke(pki.path(), "system", Utc::now()), Err(Error::AlreadyRevoked(_))));
}

#[test]
fn what_cannot_be_revoked_is_said() {
    assert!(matches!(revoke(FULL.path(), "nobody", Utc::now()), Err(Error::NameUnknown(_))));
    assert!(matches!(revoke(FULL.path(), "rogue", Utc::now()), Err(Error::NotRevocable(_))));
}

#[test]
fn new_lists_carry_the_validity_asked_for() {
    let pki = copy();
    let now = Utc::now();
    let manifest = crl(pki.path(), now, TimeDelta::hours(2)).unwrap();
    for authority in manifest.authorities.iter().filter_map(|entry| entry.crl_number.map(|number| (entry.name, number)))
    {
        let (number, _, end) = list(&pki, authority.0.folder());
        assert_eq!((number, end), (authority.1.to_string(), now.timestamp() + 7200));
        assert_eq!(authority.1, 11);
    }
}

#[test]
fn a_damaged_key_is_named() {
    let pki = copy();
    std::fs::write(pki.path().join("ca/issuing-1/key.pem"), "nonsense").unwrap();
    let error = issue(pki.path(), &system("new", holder())).unwrap_err();
    assert!(matches!(&error, Error::Damaged { path, .. } if path.ends_with("ca/issuing-1/key.pem")), "{error}");
}

/// The same library has written it; that others read it is seen in `cargo xtask interop`.
#[test]
fn a_bundle_holds_the_chain_and_the_key_of_that_chain() {
    let pki = copy();
    let entry = issue(pki.path(), &system("bundled", holder())).unwrap();
    let named = |file: &str| std::fs::read_to_string(entry.certificate(pki.path()).with_file_name(file)).unwrap();
    let store = std::fs::read(entry.bundle(pki.path())).unwrap();
    assert!(KeyStore::from_pkcs12(&store, "another", Pkcs12ImportPolicy::Strict).is_err());
    let store = KeyStore::from_pkcs12(&store, BUNDLE_PASSWORD, Pkcs12ImportPolicy::Relaxed).unwrap();
    let (name, found) = store.private_key_chain().unwrap();
    let pem = |label, der: &[u8]| der::pem::encode_string(label, der::pem::LineEnding::LF, der).unwrap();
    let chain: String = found.certs().iter().map(|certificate| pem("CERTIFICATE", certificate.as_der())).collect();
    assert_eq!((name, chain), ("bundled", named("chain.pem")));
    assert_eq!(pem("PRIVATE KEY", found.key().as_der()), named("key.pem"));
}
