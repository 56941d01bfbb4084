//! The TLS handshake, and what becomes of one that fails.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::{CertificateError, Error, OtherError, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::reason::Reason;
use super::role::Role;
use super::verifier;
use crate::journal;

/// The first byte of every TLS connection: a record of type handshake.
const TLS_HANDSHAKE: u8 = 22;

/// Sent to a caller that speaks HTTP without TLS.
const USE_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 49\r\nConnection: close\r\n\r\nThis port speaks TLS: use https instead of http.\n";

/// How long, and how many bytes at a time, a refused caller is listened to, so that it reads
/// the refusal before the connection breaks.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 4096;

/// A handshake that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) reason: Reason,
    /// For the log: what exactly happened. Names no person.
    pub(crate) detail: String,
}

impl Failure {
    /// Writes the failure to the journal.
    pub(crate) fn report(&self, role: Role, address: SocketAddr) {
        journal::handshake_failed(role.label(), address, self.reason.label(), &self.detail);
    }

    /// Counts the failure in the journal's metric, without a line: a flood shall not fill the disk.
    pub(crate) fn count(&self, role: Role) {
        journal::handshake_failed_again(role.label(), self.reason.label());
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let mut detail = in_words(&error);
        if let Some(certificate) = verifier::take_refused() {
            detail = format!("{detail}: {certificate}");
        }
        Self { reason: Reason::of(&error), detail }
    }
}

/// The TLS library wraps the reasons of others so that only programmers read them; this unwraps them.
fn in_words(error: &io::Error) -> String {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::InvalidCertificate(CertificateError::Other(OtherError(reason)))) => {
            format!("invalid peer certificate: {reason}")
        }
        _ => error.to_string(),
    }
}

/// Makes a connection a TLS connection.
///
/// # Errors
/// When it does not become one within `limit`. The caller has been sent the alert, or a line
/// of text when it does not speak TLS.
pub(crate) async fn shake_hands(
    socket: TcpStream,
    config: Arc<ServerConfig>,
    limit: Duration,
) -> Result<TlsStream<TcpStream>, Failure> {
    let timed_out = |_| Failure { reason: Reason::TimedOut, detail: format!("not done after {limit:?}") };
    tokio::time::timeout(limit, negotiate(socket, config)).await.map_err(timed_out)?
}

async fn negotiate(socket: TcpStream, config: Arc<ServerConfig>) -> Result<TlsStream<TcpStream>, Failure> {
    let mut first = [0];
    if socket.peek(&mut first).await? == 0 {
        return Err(Failure { reason: Reason::Closed, detail: "closed without a byte".to_owned() });
    }
    if first != [TLS_HANDSHAKE] {
        return Err(refuse_plain(socket, first[0]).await);
    }
    Ok(TlsAcceptor::from(config).accept(socket).await?)
}

async fn refuse_plain(mut socket: TcpStream, first: u8) -> Failure {
    let looks_like_http = first.is_ascii_alphabetic();
    if looks_like_http && socket.write_all(USE_TLS).await.is_ok() {
        let _ = tokio::time::timeout(LINGER, linger(socket)).await;
    }
    let detail = if looks_like_http { "HTTP without TLS" } else { "neither TLS nor HTTP" };
    Failure { reason: Reason::NotTls, detail: detail.to_owned() }
}

async fn linger(mut socket: TcpStream) -> io::Result<()> {
    socket.shutdown().await?;
    while socket.read(&mut [0; LINGER_BYTES]).await? > 0 {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_of_plain_http_has_the_length_it_declares() {
        let text = std::str::from_utf8(USE_TLS).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{}", body.len());
    }

    #[test]
    fn a_reason_of_ours_is_told_in_our_words() {
        let ours = OtherError(std::sync::Arc::new(crate::revocation::Refusal::NoList));
        let error = io::Error::other(Error::InvalidCertificate(CertificateError::Other(ours)));
        let told = "invalid peer certificate: there is no usable revocation list of the certificate's issuer";
        assert_eq!(in_words(&error), told);
        assert_eq!(in_words(&io::Error::other("the line broke")), "the line broke");
    }
}
