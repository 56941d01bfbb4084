//! A caller: a TLS client, and a connection on which every byte shows.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{PATIENCE, Request, Response, pki};

/// Who calls.
pub(crate) struct Caller(Arc<ClientConfig>);

impl Caller {
    /// Without a certificate.
    pub(crate) fn anonymous() -> Self {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Self(Arc::new(config.with_root_certificates(roots()).with_no_client_auth()))
    }

    /// With the client certificate of that name in the development PKI.
    pub(crate) fn named(name: &str) -> Self {
        Self::of(&pki::file("clients").join(name))
    }

    /// With the client certificate in a folder.
    pub(crate) fn of(folder: &Path) -> Self {
        let chain = CertificateDer::pem_file_iter(folder.join("chain.pem")).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
        let key = aws_lc_rs::default_provider().key_provider.load_private_key(key).unwrap();
        let certified = rustls::sign::CertifiedKey::new(chain, key);
        let mut config = ClientConfig::clone(&Self::anonymous().0);
        config.client_auth_cert_resolver = Arc::new(rustls::sign::SingleCertAndKey::from(certified));
        Self(Arc::new(config))
    }

    /// With one version of TLS only.
    pub(crate) fn only(self, version: &'static SupportedProtocolVersion) -> Self {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
        let mut config = config.with_root_certificates(roots()).with_no_client_auth();
        config.client_auth_cert_resolver = Arc::clone(&self.0.client_auth_cert_resolver);
        Self(Arc::new(config))
    }

    /// # Errors
    /// When there is no connection, or the handshake fails.
    pub(crate) async fn connect(&self, address: SocketAddr) -> io::Result<Connection> {
        let socket = TcpStream::connect(address).await?;
        let stream = TlsConnector::from(Arc::clone(&self.0)).connect("localhost".try_into().unwrap(), socket).await?;
        Ok(Connection { stream, read: Vec::new() })
    }
}

/// The authority of server certificates.
fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(pki::file("ca/server-ca/cert.pem")).unwrap()).unwrap();
    roots
}

/// An open connection of a caller; dropping it hangs up.
pub(crate) struct Connection {
    stream: TlsStream<TcpStream>,
    read: Vec<u8>,
}

impl Connection {
    /// Sends a request and waits for its answer.
    pub(crate) async fn call(&mut self, request: &Request) -> Response {
        self.write(&request.bytes()).await;
        self.response().await.expect("an answer, not the end of the connection")
    }

    /// Sends bytes as they are.
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// Sends bytes to somebody who may have gone; whether they could be sent.
    pub(crate) async fn try_write(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok() && self.stream.flush().await.is_ok()
    }

    /// Says that nothing more will be sent.
    pub(crate) async fn end(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// The next response; `None` when the connection ends first.
    pub(crate) async fn response(&mut self) -> Option<Response> {
        let head = self.read_until(|read| find(read, b"\r\n\r\n").map(|at| at + 4)).await?;
        let mut response = Response::read_head(&String::from_utf8(head).unwrap());
        let length = response.header("Content-Length").map_or(0, |length| length.parse().unwrap());
        let body = self.read_until(|read| (read.len() >= length).then_some(length)).await?;
        response.body = String::from_utf8(body).unwrap();
        Some(response)
    }

    /// Whether the other side ends the connection now, without sending anything more.
    pub(crate) async fn ends(&mut self) -> bool {
        self.read_until(|read| (!read.is_empty()).then_some(0)).await.is_none()
    }

    /// Takes as many bytes as `take` says once it says so; `None` when the connection ends first.
    async fn read_until(&mut self, take: impl Fn(&[u8]) -> Option<usize>) -> Option<Vec<u8>> {
        loop {
            if let Some(length) = take(&self.read) {
                let rest = self.read.split_off(length);
                return Some(std::mem::replace(&mut self.read, rest));
            }
            let read = tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.read));
            if matches!(read.await.expect("an answer in time"), Ok(0) | Err(_)) {
                return None;
            }
        }
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
