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
            tokio::spawn(answer(acceptor.clone(), socket));
        }
    });
    address
}

async fn answer(acceptor: TlsAcceptor, socket: tokio::net::TcpStream) {
    let Ok(mut stream) = acceptor.accept(socket).await else { return };
    let shown = stream.get_ref().1.peer_certificates().map_or(0, <[_]>::len);
    let mut request = Vec::new();
    while !request.ends_with(b"{\"x\":1}") && stream.read_buf(&mut request).await.unwrap() > 0 {}
    let reply = format!("HTTP/1.1 200 X\r\nconnection: close\r\ncontent-length: 1\r\n\r\n{shown}");
    stream.write_all(reply.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
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
