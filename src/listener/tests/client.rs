//! A caller: a TLS client and as much HTTP as a test wants to send.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::ResolvesClientCert;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, HandshakeKind, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{PATH, PKI};

pub(super) const BOTH: &[&SupportedProtocolVersion] = &[&TLS12, &TLS13];
const PATIENCE: Duration = Duration::from_secs(10);

/// A caller with or without a certificate. A clone shares its sessions.
#[derive(Clone)]
pub(super) struct Client(Arc<ClientConfig>);

impl Client {
    pub(super) fn anonymous(versions: &[&'static SupportedProtocolVersion]) -> Self {
        Self(Arc::new(builder(versions).with_no_client_auth()))
    }

    /// With the certificate of that name and its issuing CA.
    pub(super) fn named(name: &str, versions: &[&'static SupportedProtocolVersion]) -> Self {
        Self::with_chain(name, "chain.pem", versions)
    }

    /// With the certificate of that name alone.
    pub(super) fn leaf_only(name: &str, versions: &[&'static SupportedProtocolVersion]) -> Self {
        Self::with_chain(name, "cert.pem", versions)
    }

    fn with_chain(name: &str, file: &str, versions: &[&'static SupportedProtocolVersion]) -> Self {
        let folder = PKI.file("clients").join(name);
        let chain = CertificateDer::pem_file_iter(folder.join(file)).unwrap().map(Result::unwrap).collect();
        Self::presenting(chain, name, versions)
    }

    /// With the key of that certificate and whatever chain.
    pub(super) fn presenting(
        chain: Vec<CertificateDer<'static>>,
        key: &str,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let folder = PKI.file("clients").join(key);
        let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
        // not checked on this side: some certificates of the PKI are meant to be wrong
        let key = aws_lc_rs::default_provider().key_provider.load_private_key(key).unwrap();
        let resolver = SingleCertAndKey::from(CertifiedKey::new(chain, key));
        Self::anonymous(versions).resolving(Arc::new(resolver))
    }

    /// Offers other protocols on top of TLS.
    pub(super) fn offering(&self, protocols: &[&str]) -> Self {
        let mut config = ClientConfig::clone(&self.0);
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        Self(Arc::new(config))
    }

    /// Chooses its certificate by other means.
    pub(super) fn resolving(&self, resolver: Arc<dyn ResolvesClientCert>) -> Self {
        let mut config = ClientConfig::clone(&self.0);
        config.client_auth_cert_resolver = resolver;
        Self(Arc::new(config))
    }

    pub(super) async fn connect(&self, address: SocketAddr) -> io::Result<Stream> {
        self.shake_hands(TcpStream::connect(address).await?).await
    }

    pub(super) async fn shake_hands(&self, socket: TcpStream) -> io::Result<Stream> {
        let name = "localhost".try_into().unwrap();
        let stream = TlsConnector::from(Arc::clone(&self.0)).connect(name, socket).await?;
        Ok(Stream { stream, read: Vec::new() })
    }
}

fn builder(
    versions: &[&'static SupportedProtocolVersion],
) -> rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(PKI.file("ca/server-ca/cert.pem")).unwrap()).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
}

/// An open connection of a caller.
pub(super) struct Stream {
    stream: TlsStream<TcpStream>,
    read: Vec<u8>,
}

/// A response, its header in lines as they came.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) header: Vec<String>,
    pub(super) body: String,
}

impl Response {
    pub(super) fn has(&self, line: &str) -> bool {
        self.header.iter().any(|header| header == line)
    }
}

impl Stream {
    pub(super) fn kind(&self) -> HandshakeKind {
        self.stream.get_ref().1.handshake_kind().unwrap()
    }

    pub(super) async fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// A POST of `body` as SOAP.
    pub(super) async fn post(&mut self, body: &str) -> Response {
        self.send(&post(body)).await;
        self.response().await.unwrap()
    }

    pub(super) async fn get(&mut self, target: &str) -> Response {
        self.send(&format!("GET {target} HTTP/1.1\r\nHost: facade.test\r\n\r\n")).await;
        self.response().await.unwrap()
    }

    /// The next response; `None` when the connection ends first.
    pub(super) async fn response(&mut self) -> Option<Response> {
        let head = self.head().await?;
        let length = head.header.iter().find_map(|line| line.strip_prefix("Content-Length: "));
        let length = length.map_or(0, |length| length.parse().unwrap());
        let body = self.read_until(|read| (read.len() >= length).then_some(length)).await?;
        Some(Response { body: String::from_utf8(body).unwrap(), ..head })
    }

    /// The next response without its body.
    pub(super) async fn head(&mut self) -> Option<Response> {
        let head = self.read_until(|read| find(read, b"\r\n\r\n").map(|at| at + 4)).await?;
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.trim_end().split("\r\n").map(str::to_owned);
        let status = lines.next()?.split(' ').nth(1)?.parse().unwrap();
        Some(Response { status, header: lines.collect(), body: String::new() })
    }

    /// Reads `take` bytes as soon as it says how many; `None` when the connection ends first.
    async fn read_until(&mut self, take: impl Fn(&[u8]) -> Option<usize>) -> Option<Vec<u8>> {
        loop {
            if let Some(length) = take(&self.read) {
                let rest = self.read.split_off(length);
                return Some(std::mem::replace(&mut self.read, rest));
            }
            let read = tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.read)).await.unwrap();
            if matches!(read, Ok(0) | Err(_)) {
                return None;
            }
        }
    }

    /// Waits for the end of the connection and returns what came before it.
    pub(super) async fn end(&mut self) -> io::Result<Vec<u8>> {
        let reading = self.stream.read_to_end(&mut self.read);
        tokio::time::timeout(PATIENCE, reading).await.unwrap()?;
        Ok(std::mem::take(&mut self.read))
    }
}

pub(super) fn post(body: &str) -> String {
    let length = body.len();
    format!(
        "POST {PATH} HTTP/1.1\r\nHost: facade.test\r\nContent-Type: text/xml; charset=utf-8\r\n\
         SOAPAction: \"act\"\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
