//! Mutual TLS with a backend, with the development PKI.

use super::*;
use dfdg_pki::{KeyBits, Options, Set};
use rustls::ServerConfig;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

static PKI: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    let bits = KeyBits::Rsa2048;
    let options = Options { root_bits: bits, key_bits: bits, set: Set::Essential, ..Options::default() };
    dfdg_pki::init(&folder.path().join("pki"), &options).unwrap();
    folder
});

fn file(name: &str) -> String {
    PKI.path().join("pki").join(name).display().to_string()
}

fn certificates(name: &str) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(Path::new(&file(name))).unwrap().map(Result::unwrap).collect()
}

/// A backend that asks for a certificate and answers every call with the number of certificates it was shown.
async fn start() -> SocketAddr {
    start_saying(|shown| shown.len().to_string()).await
}

/// A backend that asks for a certificate and says of every call what it was shown.
async fn start_saying(say: fn(&[CertificateDer<'static>]) -> String) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(certificates("ca/root/cert.pem"));
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let key = PrivateKeyDer::from_pem_file(file("servers/facade/key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_client_cert_verifier(clients);
    let config = config.with_single_cert(certificates("servers/facade/chain.pem"), key).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, acceptor) = (listener.local_addr().unwrap(), TlsAcceptor::from(Arc::new(config)));
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(answer(acceptor.clone(), socket, say));
        }
    });
    address
}

async fn answer(acceptor: TlsAcceptor, socket: tokio::net::TcpStream, say: fn(&[CertificateDer<'static>]) -> String) {
    let Ok(mut stream) = acceptor.accept(socket).await else { return };
    let said = say(stream.get_ref().1.peer_certificates().unwrap_or_default());
    loop {
        let mut request = Vec::new();
        while !request.ends_with(b"{\"x\":1}") {
            if !matches!(stream.read_buf(&mut request).await, Ok(1..)) {
                return;
            }
        }
        let reply = format!("HTTP/1.1 200 X\r\ncontent-length: {}\r\n\r\n{said}", said.len());
        stream.write_all(reply.as_bytes()).await.unwrap();
    }
}

/// A folder with the files of a client that a test may change, and settings that use them.
fn renewable(address: SocketAddr) -> (TempDir, Config) {
    let folder = TempDir::new().unwrap();
    put(&folder, "facade");
    std::fs::copy(file("ca/server-ca/cert.pem"), folder.path().join("roots.pem")).unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let change = [
        ("BACKENDS__TEST__URL", format!("https://localhost:{}", address.port())),
        ("BACKENDS__TEST__ROOTS", path("roots.pem")),
        ("BACKENDS__TEST__CERTIFICATE", path("chain.pem")),
        ("BACKENDS__TEST__KEY", path("key.pem")),
    ];
    let config = settings(address, &change.each_ref().map(|(name, value)| (*name, value.as_str())));
    (folder, config)
}

/// Puts the certificate and key of this client in place.
fn put(folder: &TempDir, client: &str) {
    for name in ["chain.pem", "key.pem"] {
        std::fs::copy(file(&format!("clients/{client}/{name}")), folder.path().join(name)).unwrap();
    }
}

fn serial(shown: &[CertificateDer<'static>]) -> String {
    crate::identity::Certificate::from_der(&shown[0]).unwrap().serial.to_string()
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_from_the_next_call_on_and_a_bad_one_never() {
    let address = start_saying(serial).await;
    let (folder, config) = renewable(address);
    let (circuits, tls) = (Circuits::new(&config), TlsConfigs::load(&config).unwrap());
    let backends = Backends::new(&config, &[Wanted::Outside("test")], &circuits, &tls).unwrap();
    let shown = async || String::from_utf8(send(&backends, Repeat::Once).await.unwrap().body).unwrap();
    let expected = |client: &str| serial(&certificates(&format!("clients/{client}/chain.pem")));

    assert_eq!(shown().await, expected("facade"));
    put(&folder, "system");
    assert_eq!(shown().await, expected("facade"), "nobody has said that it has changed");
    tls.reload(&config).unwrap();
    assert_eq!(shown().await, expected("system"), "although a connection of before was open");

    std::fs::write(folder.path().join("chain.pem"), "no certificate").unwrap();
    assert!(tls.reload(&config).unwrap_err().to_string().contains("chain.pem has no certificate"));
    assert_eq!(shown().await, expected("system"));
    std::fs::copy(file("clients/facade/chain.pem"), folder.path().join("chain.pem")).unwrap();
    tls.reload(&config).expect_err("the key is another certificate's");
    assert_eq!(shown().await, expected("system"));
}

/// The settings of [`renewable`] with an identity whose files are in a folder of their own.
fn with_identity(address: SocketAddr) -> (TempDir, TempDir, Config) {
    let (folder, mut config) = renewable(address);
    let own = TempDir::new().unwrap();
    put(&own, "organisation");
    let path = |name: &str| own.path().join(name);
    let files = config::CertificateFiles { certificate: path("chain.pem"), key: path("key.pem") };
    config.backends.get_mut("test").unwrap().identities.insert("kommune".to_owned(), files);
    (folder, own, config)
}

#[tokio::test]
async fn each_identity_has_its_own_certificate_which_is_renewed_for_itself() {
    let (_folder, own, config) = with_identity(start_saying(serial).await);
    let (circuits, tls) = (Circuits::new(&config), TlsConfigs::load(&config).unwrap());
    let backends = Backends::new(&config, &[Wanted::Outside("test")], &circuits, &tls).unwrap();
    let shown = async |identity: Option<&str>| {
        let outgoing = Outgoing { identity, ..outgoing(Repeat::Once) };
        outside(&backends).send(outgoing, ID, 2, soon()).await.map(|answer| String::from_utf8(answer.body).unwrap())
    };
    let expected = |client: &str| Ok(serial(&certificates(&format!("clients/{client}/chain.pem"))));

    for _ in 0..2 {
        assert_eq!(shown(None).await, expected("facade"));
        assert_eq!(shown(Some("kommune")).await, expected("organisation"), "whatever connection is open already");
    }
    assert_eq!(shown(Some("nobody")).await, Err(BackendError::NotConfigured), "never as somebody else");
    put(&own, "system");
    tls.reload(&config).unwrap();
    assert_eq!(shown(Some("kommune")).await, expected("system"));
    assert_eq!(shown(None).await, expected("facade"));
    std::fs::write(own.path().join("key.pem"), "no key").unwrap();
    let error = tls.reload(&config).unwrap_err().to_string();
    assert!(error.contains("backends.test.identities.kommune.key: ") && error.contains("no private key"), "{error}");
    assert_eq!(shown(Some("kommune")).await, expected("system"));
}

#[tokio::test]
async fn everything_that_is_wrong_with_roots_and_identities_is_told_at_once() {
    let (folder, own, config) = with_identity(nowhere().await);
    for file in [folder.path().join("roots.pem"), folder.path().join("key.pem"), own.path().join("chain.pem")] {
        std::fs::write(file, "").unwrap();
    }
    let problems = TlsConfigs::load(&config).unwrap_err();
    let settings: Vec<&str> = problems.list().iter().map(|problem| problem.file.as_str()).collect();
    assert_eq!(settings, ["backends.test.identities.kommune.certificate", "backends.test.key", "backends.test.roots"]);
}

/// It is the backend that is down, whoever calls it.
#[tokio::test]
async fn the_circuit_is_that_of_the_backend_whatever_the_identity() {
    let (_folder, _own, mut config) = with_identity(nowhere().await);
    let settings = config.backends.get_mut("test").unwrap();
    (settings.circuit_failures, settings.attempts) = (1, 1);
    let (circuits, tls) = (Circuits::new(&config), TlsConfigs::load(&config).unwrap());
    let backends = Backends::new(&config, &[Wanted::Outside("test")], &circuits, &tls).unwrap();
    assert_eq!(send(&backends, Repeat::Once).await.unwrap_err(), BackendError::Unreachable);
    let as_kommune = Outgoing { identity: Some("kommune"), ..outgoing(Repeat::Once) };
    assert_eq!(outside(&backends).send(as_kommune, ID, 2, soon()).await.unwrap_err(), BackendError::CircuitOpen);
}

#[tokio::test]
async fn other_roots_hold_from_the_next_call_on() {
    let (folder, config) = renewable(start().await);
    let (circuits, tls) = (Circuits::new(&config), TlsConfigs::load(&config).unwrap());
    let backends = Backends::new(&config, &[Wanted::Outside("test")], &circuits, &tls).unwrap();
    send(&backends, Repeat::Once).await.unwrap();
    std::fs::copy(file("ca/root/cert.pem"), folder.path().join("roots.pem")).unwrap();
    tls.reload(&config).unwrap();
    assert_eq!(send(&backends, Repeat::Once).await.unwrap_err(), BackendError::Unreachable);
}

/// The answer to a call with this client certificate, the backend being believed by `root`.
async fn call(client: &str, root: &str) -> Result<Answer, BackendError> {
    let address = start().await;
    let (url, root) = (format!("https://localhost:{}", address.port()), file(root));
    let (chain, key) = (file(&format!("{client}/chain.pem")), file(&format!("{client}/key.pem")));
    let change = [
        ("BACKENDS__TEST__URL", url.as_str()),
        ("BACKENDS__TEST__ROOTS", &root),
        ("BACKENDS__TEST__CERTIFICATE", &chain),
        ("BACKENDS__TEST__KEY", &key),
    ];
    let (backends, _) = backends(address, &change);
    send(&backends, Repeat::Once).await
}

#[tokio::test]
async fn the_facade_shows_its_certificate_with_its_chain() {
    let answer = call("clients/facade", "ca/server-ca/cert.pem").await.unwrap();
    assert_eq!(answer.body, b"2");
}

#[tokio::test]
async fn a_backend_that_is_not_believed_is_not_called() {
    let error = call("clients/facade", "ca/root/cert.pem").await.unwrap_err();
    assert_eq!(error, BackendError::Unreachable);
}

#[tokio::test]
async fn a_backend_that_refuses_our_certificate_gives_no_answer() {
    let error = call("servers/facade", "ca/server-ca/cert.pem").await.unwrap_err();
    assert!(matches!(error, BackendError::Broken | BackendError::Unreachable), "{error:?}");
}
