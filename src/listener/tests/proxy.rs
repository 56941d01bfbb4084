//! Callers behind a proxy, who are known by the headers of RFC 9440: the same fate for each certificate as in a
//! handshake, and no way in for a header that comes from elsewhere.

use std::path::PathBuf;

use dfdg_pki::{Entry, Expected};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::client::{BOTH, Client, Response, Stream, post};
use super::handshakes::outcome;
use super::{Bench, PATH, PKI, callers};
use crate::config::{Callers, ClientCertificate, Proxy};
use crate::listener::reason::Reason;

/// The certificate of the proxy in these tests; any will do.
const PROXY: &str = "facade";

/// Settings in which this machine's own address is a proxy's.
fn behind_a_proxy() -> Callers {
    let certificate = PKI.file("clients").join(PROXY).join("chain.pem");
    Callers {
        proxy: Proxy { addresses: vec!["127.0.0.1".parse().unwrap()], certificates: vec![certificate] },
        ..callers()
    }
}

fn proxy() -> Client {
    Client::named(PROXY, BOTH)
}

fn ders(file: PathBuf) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(file).unwrap().map(Result::unwrap).collect()
}

fn item(der: &[u8]) -> String {
    use base64::Engine;
    format!(":{}:", base64::engine::general_purpose::STANDARD.encode(der))
}

/// The header of a caller with this certificate.
fn own(name: &str) -> String {
    format!("Client-Cert: {}\r\n", item(&ders(PKI.file("clients").join(name).join("cert.pem"))[0]))
}

/// The same with the certificates above it.
fn with_chain(name: &str) -> String {
    let chain = ders(PKI.file("clients").join(name).join("chain.pem"));
    let above: Vec<String> = chain[1..].iter().map(|der| item(der)).collect();
    format!("{}Client-Cert-Chain: {}\r\n", own(name), above.join(", "))
}

fn with_headers(request: &str, headers: &str) -> String {
    request.replacen("\r\n", &format!("\r\n{headers}"), 1)
}

async fn call(stream: &mut Stream, headers: &str) -> String {
    stream.send(&with_headers(&post("x"), headers)).await;
    stream.response().await.unwrap().body.split('|').next().unwrap().to_owned()
}

async fn read(stream: &mut Stream, headers: &str) -> Response {
    let request = format!("GET {PATH}?wsdl HTTP/1.1\r\nHost: facade.test\r\n\r\n");
    stream.send(&with_headers(&request, headers)).await;
    stream.response().await.unwrap()
}

/// What becomes of a call with this certificate in a header, by what the manifest says of it.
fn fate(entry: &Entry) -> Option<String> {
    match &entry.expected {
        Expected::Server => None,
        Expected::Admitted | Expected::NotRegistered => Some(entry.uuid.unwrap().to_string()),
        Expected::IdentityRefused { reason } => Some(reason.clone()),
        Expected::HandshakeFails { reason } => Some(match reason.as_str() {
            "revoked" => "revoked".to_owned(),
            "expired" => Reason::Expired.label().to_owned(),
            "not-yet-valid" => Reason::NotYetValid.label().to_owned(),
            "bad-signature" | "signature-algorithm" => Reason::BadSignature.label().to_owned(),
            "purpose" | "critical-extension" => Reason::BadCertificate.label().to_owned(),
            other => panic!("{}: no reason is known as {other}", entry.name),
        }),
    }
}

#[tokio::test]
async fn every_certificate_of_the_pki_meets_its_fate_behind_a_proxy_too() {
    let bench = Bench::start(&behind_a_proxy());
    let mut stream = bench.connect(&proxy()).await; // one connection for all callers, as proxies do
    for entry in &PKI.manifest.certificates {
        let Some(expected) = fate(entry) else { continue };
        assert_eq!(call(&mut stream, &with_chain(&entry.name)).await, expected, "{}", entry.name);
    }
    for name in ["system", "organisation"] {
        let uuid = PKI.manifest.client(name).unwrap().uuid.unwrap().to_string();
        assert_eq!(call(&mut stream, &own(name)).await, uuid, "without its chain");
        assert_eq!(call(&mut stream, &own(name)).await, uuid, "once more");
    }
    assert_eq!(call(&mut stream, "").await, "no_certificate", "nothing is remembered of the one before");
}

#[tokio::test]
async fn a_chain_that_is_not_the_callers_does_no_harm_and_no_good() {
    let bench = Bench::start(&behind_a_proxy());
    let mut stream = bench.connect(&proxy()).await;
    let uuid = PKI.manifest.client("system").unwrap().uuid.unwrap().to_string();
    let junk = format!("{}Client-Cert-Chain: {}, :AQID:\r\n", own("system"), item(b"no certificate"));
    assert_eq!(call(&mut stream, &junk).await, uuid);

    let mut without_issuing = behind_a_proxy();
    without_issuing.trust.issuing.clear();
    let bench = Bench::start(&without_issuing);
    let mut stream = bench.connect(&proxy()).await;
    assert_eq!(call(&mut stream, &own("system")).await, "unknown_issuer");
    let other =
        format!("{}Client-Cert-Chain: {}\r\n", own("system"), item(&ders(PKI.file("ca/server-ca/cert.pem"))[0]));
    assert_eq!(call(&mut stream, &other).await, "unknown_issuer");
}

#[tokio::test]
async fn headers_that_are_not_as_they_must_be_are_refused() {
    let bench = Bench::start(&behind_a_proxy());
    let mut stream = bench.connect(&proxy()).await;
    let (good, chain) = (own("system"), item(b"x"));
    for (headers, reason) in [
        (format!("{good}{good}"), "client_cert_repeated"),
        (format!("{good}{}", own("vendor")), "client_cert_repeated"),
        (format!("{good}client-cert-chain: {chain}\r\nClient-Cert-Chain: {chain}\r\n"), "client_cert_repeated"),
        (good.replace("\r\n", &format!(", {chain}\r\n")), "client_cert_malformed"),
        (good.replace(": :", ": "), "client_cert_malformed"),
        ("Client-Cert: :AAAA?AAA:\r\n".to_owned(), "client_cert_malformed"),
        ("Client-Cert:\r\n".to_owned(), "client_cert_malformed"),
        (format!("Client-Cert: {}\r\n", item(&[0x30; 20_000])), "client_cert_too_large"),
        (format!("{good}Client-Cert-Chain: {}\r\n", [":AQ==:"; 9].join(",")), "client_cert_too_many"),
        (format!("Client-Cert-Chain: {chain}\r\n"), "client_cert_missing"),
        (format!("Client-Cert: {chain}\r\n"), "bad_certificate"),
    ] {
        assert_eq!(call(&mut stream, &headers).await, reason, "{headers}");
    }
    assert!(call(&mut stream, &good).await.len() == 36, "and the next one is served");
}

#[tokio::test]
async fn a_header_from_elsewhere_is_refused_whatever_else_is_shown() {
    let mut elsewhere = behind_a_proxy();
    elsewhere.proxy.addresses = vec!["192.0.2.1".parse().unwrap()];
    for callers in [callers(), elsewhere] {
        let bench = Bench::start(&callers);
        for client in [Client::anonymous(BOTH), Client::named("vendor", BOTH), proxy()] {
            let mut stream = bench.connect(&client).await;
            for headers in [own("system"), "Client-Cert: x\r\n".to_owned(), "client-cert-chain: :AQ==:\r\n".to_owned()]
            {
                assert_eq!(call(&mut stream, &headers).await, "client_cert_not_from_proxy");
                let refusal = read(&mut stream, &headers).await;
                assert_eq!(refusal.status, 403, "{refusal:?}");
                assert!(refusal.body.contains("callers.proxy"), "{refusal:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_address_does_not_make_a_proxy() {
    for (client, reason) in [
        (Client::named("system", BOTH), Reason::NotTheProxy),
        (Client::named("revoked", BOTH), Reason::NotTheProxy),
        (Client::anonymous(BOTH), Reason::NoCertificate),
    ] {
        let (_, server) = outcome(&client, &behind_a_proxy()).await;
        assert_eq!(server.unwrap_err().reason, reason);
    }
    let (client, server) = outcome(&proxy(), &behind_a_proxy()).await;
    server.unwrap();
    client.unwrap();
}

#[tokio::test]
async fn the_certificate_of_a_proxy_must_be_valid_and_may_be_of_any_authority() {
    let fate = async |name: &str| {
        let mut callers = behind_a_proxy();
        callers.proxy.certificates = vec![PKI.file("clients").join(name).join("chain.pem")];
        outcome(&Client::named(name, BOTH), &callers).await.1.err().map(|failure| failure.reason)
    };
    assert_eq!(fate("expired").await, Some(Reason::Expired));
    assert_eq!(fate("not-yet-valid").await, Some(Reason::NotYetValid));
    assert_eq!(fate("rogue").await, None);
}

#[tokio::test]
async fn a_proxy_that_is_one_no_more_loses_its_say_on_open_connections() {
    let bench = Bench::start(&behind_a_proxy());
    let mut stream = bench.connect(&proxy()).await;
    assert_eq!(call(&mut stream, &own("system")).await.len(), 36);
    bench.running().tls().reload(&behind_a_proxy()).unwrap();
    assert_eq!(call(&mut stream, &own("system")).await.len(), 36, "the same again");

    let mut other = behind_a_proxy();
    other.proxy.certificates = vec![PKI.file("clients/vendor/chain.pem")];
    bench.running().tls().reload(&other).unwrap();
    assert_eq!(call(&mut stream, &own("system")).await, "client_cert_not_from_proxy");
}

#[tokio::test]
async fn a_caller_whose_authority_is_trusted_no_more_is_refused_behind_a_proxy() {
    let bench = Bench::start(&behind_a_proxy());
    let mut stream = bench.connect(&proxy()).await;
    assert_eq!(call(&mut stream, &with_chain("system")).await.len(), 36);
    let mut other = behind_a_proxy();
    other.trust.roots = vec![PKI.file("ca/server-ca/cert.pem")];
    other.trust.issuing.clear();
    bench.running().tls().reload(&other).unwrap();
    assert_eq!(call(&mut stream, &with_chain("system")).await, "unknown_issuer");
}

#[tokio::test]
async fn descriptions_are_open_to_those_whom_a_handshake_would_let_in() {
    for (setting, anonymous) in [(ClientCertificate::Optional, 200), (ClientCertificate::Required, 403)] {
        let bench = Bench::start(&Callers { client_certificate: setting, ..behind_a_proxy() });
        let mut stream = bench.connect(&proxy()).await;
        for (headers, status) in [
            (String::new(), anonymous),
            (own("system"), 200),
            (own("employee"), 200),
            (own("revoked"), 403),
            (own("expired"), 403),
            ("Client-Cert: x\r\n".to_owned(), 403),
        ] {
            assert_eq!(read(&mut stream, &headers).await.status, status, "{setting:?} {headers}");
        }
    }
}
