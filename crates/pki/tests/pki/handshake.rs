//! rustls as the judge: every certificate of the set is taken or refused as the manifest says.

use std::path::Path;
use std::sync::Arc;

use dfdg_pki::{Entry, Expected};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, Error, RootCertStore, ServerConfig, ServerConnection,
    SupportedProtocolVersion, version,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, ServerName, UnixTime};

use crate::{FULL, Pki, copy};

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

fn certificates(file: &Path) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(file).unwrap().map(Result::unwrap).collect()
}

fn roots(pki: &Pki, authority: &str) -> Arc<RootCertStore> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(certificates(&pki.path().join(format!("ca/{authority}/cert.pem"))));
    assert_eq!(store.len(), 1, "rustls reads the root {authority}");
    Arc::new(store)
}

fn verifier(pki: &Pki, lists: &[&str]) -> Arc<dyn ClientCertVerifier> {
    let lists = lists.iter().map(|list| CertificateRevocationListDer::from(pki.file(&format!("crl/{list}.crl"))));
    WebPkiClientVerifier::builder_with_provider(roots(pki, "root"), provider())
        .with_crls(lists)
        .enforce_revocation_expiration()
        .build()
        .unwrap()
}

fn verify(pki: &Pki, lists: &[&str], entry: &Entry) -> Result<(), Error> {
    let chain = certificates(&entry.chain(pki.path()));
    let (leaf, issuers) = chain.split_first().unwrap();
    verifier(pki, lists).verify_client_cert(leaf, issuers, UnixTime::now()).map(|_| ())
}

const LISTS: [&str; 3] = ["root", "issuing-1", "issuing-2"];

/// The manifest's word for what rustls says.
fn reason(error: &Error) -> &'static str {
    match error {
        Error::InvalidCertificate(error) => match error {
            CertificateError::Revoked => "revoked",
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "expired",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "not-yet-valid",
            CertificateError::BadSignature => "bad-signature",
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => "purpose",
            CertificateError::UnsupportedSignatureAlgorithmContext { .. } => "signature-algorithm",
            CertificateError::Other(other) if other.to_string().contains("CriticalExtension") => "critical-extension",
            _ => "another",
        },
        _ => "another",
    }
}

#[test]
fn rustls_says_of_every_client_certificate_what_the_manifest_says() {
    let mut wrong = Vec::new();
    for entry in FULL.clients() {
        let got = verify(&FULL, &LISTS, entry);
        let same = match (&entry.expected, &got) {
            (Expected::HandshakeFails { reason: expected }, Err(error)) => expected == reason(error),
            (Expected::HandshakeFails { .. }, Ok(())) => false,
            (_, got) => got.is_ok(),
        };
        if !same {
            wrong.push(format!("{}: expected {:?}, got {got:?}", entry.name, entry.expected));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(FULL.clients().count() > 20);
}

#[test]
fn every_certificate_of_the_full_set_has_a_name_of_its_own() {
    let mut names: Vec<_> = FULL.manifest.certificates.iter().map(|entry| (entry.usage as u8, &entry.name)).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), FULL.manifest.certificates.len());
}

#[test]
fn without_the_root_list_the_issuing_authority_is_of_unknown_status() {
    let error = verify(&FULL, &["issuing-1"], FULL.client("system")).unwrap_err();
    assert_eq!(error, Error::InvalidCertificate(CertificateError::UnknownRevocationStatus));
}

#[test]
fn the_unacceptable_lists_are_what_their_names_say() {
    let system = FULL.client("system");
    let with = |list| verify(&FULL, &["root", list], system);
    assert!(matches!(
        with("issuing-1-stale"),
        Err(Error::InvalidCertificate(CertificateError::ExpiredRevocationListContext { .. }))
    ));
    assert_eq!(with("issuing-1-next"), Err(Error::InvalidCertificate(CertificateError::Revoked)));
    assert_eq!(with("issuing-1-rollback"), Ok(()));
    assert_eq!(verify(&FULL, &["root", "issuing-1-rollback"], FULL.client("revoked")), Ok(()));
    assert!(
        matches!(with("issuing-1-badsig"), Err(Error::InvalidCertRevocationList(_))),
        "{:?}",
        with("issuing-1-badsig")
    );
}

#[test]
fn a_revoked_certificate_is_refused_with_the_new_list() {
    let pki = copy();
    let before = verify(&pki, &LISTS, pki.client("vendor"));
    dfdg_pki::revoke(pki.path(), "vendor", chrono::Utc::now()).unwrap();
    let after = verify(&pki, &LISTS, pki.client("vendor"));
    assert_eq!((before, after), (Ok(()), Err(Error::InvalidCertificate(CertificateError::Revoked))));
    assert_eq!(verify(&pki, &LISTS, pki.client("system")), Ok(()), "others stay good");
}

fn server(pki: &Pki) -> ServerConfig {
    let entry = pki.manifest.server("facade").unwrap();
    let key = PrivateKeyDer::from_pem_file(entry.key(pki.path())).unwrap();
    ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier(pki, &LISTS))
        .with_single_cert(certificates(&entry.chain(pki.path())), key)
        .unwrap()
}

fn client(pki: &Pki, name: &str, version: &'static SupportedProtocolVersion) -> ClientConfig {
    let entry = pki.client(name);
    let key = PrivateKeyDer::from_pem_file(entry.key(pki.path())).unwrap();
    ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots(pki, "server-ca"))
        .with_client_auth_cert(certificates(&entry.chain(pki.path())), key)
        .unwrap()
}

/// Carries octets between the two until both are done; the server's verdict on the client.
fn handshake(pki: &Pki, name: &str, host: &str, version: &'static SupportedProtocolVersion) -> Result<(), Error> {
    let host = ServerName::try_from(host.to_owned()).unwrap();
    let mut client = ClientConnection::new(Arc::new(client(pki, name, version)), host).unwrap();
    let mut server = ServerConnection::new(Arc::new(server(pki))).unwrap();
    let mut wire = Vec::new();
    while client.is_handshaking() || server.is_handshaking() {
        client.write_tls(&mut wire).unwrap();
        server.read_tls(&mut std::mem::take(&mut wire).as_slice()).unwrap();
        server.process_new_packets()?;
        server.write_tls(&mut wire).unwrap();
        client.read_tls(&mut std::mem::take(&mut wire).as_slice()).unwrap();
        client.process_new_packets()?;
    }
    Ok(())
}

#[test]
fn mutual_tls_works_in_both_versions_and_under_every_host() {
    for version in [&version::TLS12, &version::TLS13] {
        for host in ["localhost", "127.0.0.1", "::1", "facade.dev.test"] {
            handshake(&FULL, "organisation", host, version).unwrap();
        }
        assert_eq!(
            handshake(&FULL, "revoked", "localhost", version),
            Err(Error::InvalidCertificate(CertificateError::Revoked))
        );
        assert!(handshake(&FULL, "organisation", "elsewhere.test", version).is_err(), "another host is refused");
    }
}

#[test]
fn a_server_certificate_cannot_be_presented_as_a_client() {
    let entry = FULL.manifest.server("backend").unwrap();
    assert!(verify(&FULL, &LISTS, entry).is_err());
}
