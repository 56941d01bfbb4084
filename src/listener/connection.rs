//! One connection, from its TLS handshake to its end.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_http::header::{HeaderMap, HeaderName, HeaderValue};
use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::server::TlsStream;

use super::reason::Reason;
use super::role::Role;
use super::tls::{Snapshot, Tls};
use crate::forwarded::{self, Refusal};
use crate::identity::Certificate;
use crate::journal::{self, HttpRefused};
use crate::peer::Peer;

const REQUEST_ID: &[u8] = b"x-request-id:";
const CLIENT_CERT: HeaderName = HeaderName::from_static("client-cert");
const CLIENT_CERT_CHAIN: HeaderName = HeaderName::from_static("client-cert-chain");

/// What is known of a connection, once for all its requests.
pub(crate) struct Connection {
    address: SocketAddr,
    /// The certificates presented in the handshake, the peer's own first; empty when it presented none.
    presented: Vec<CertificateDer<'static>>,
    is_proxy: bool,
    caller: RefCell<Caller>,
    at_work: Cell<bool>,
    /// When the last request was done, or the connection opened.
    quiet_since: Cell<Instant>,
}

/// The caller of the last request, judged. Behind a proxy the next request may be another's.
struct Caller {
    chain: Vec<CertificateDer<'static>>,
    /// The trust that judged it.
    trust: Arc<Snapshot>,
    peer: Rc<Peer>,
}

impl Connection {
    pub(crate) fn new(stream: &TlsStream<TcpStream>, address: SocketAddr, trust: Arc<Snapshot>) -> Rc<Self> {
        let presented = stream.get_ref().1.peer_certificates().map(<[_]>::to_vec).unwrap_or_default();
        let is_proxy = trust.is_proxy(address.ip());
        let chain = if is_proxy { Vec::new() } else { presented.clone() };
        let peer = Rc::new(Peer::new(address, chain.first().map(|own| (own.as_ref(), trust.trail(own)))));
        Rc::new(Self {
            address,
            presented,
            is_proxy,
            caller: RefCell::new(Caller { chain, trust, peer }),
            at_work: Cell::new(false),
            quiet_since: Cell::new(Instant::now()),
        })
    }

    /// The caller of a request as it stands now: the peer of the connection, or whom a proxy names.
    pub(crate) fn peer(&self, tls: &Tls, headers: &HeaderMap) -> Rc<Peer> {
        let named = headers.contains_key(CLIENT_CERT) || headers.contains_key(CLIENT_CERT_CHAIN);
        let peer = match (self.is_proxy, named) {
            (true, _) => self.forwarded(&tls.current(), headers),
            (false, true) => Err(Refusal::NotFromProxy),
            (false, false) => return self.own(tls),
        };
        peer.unwrap_or_else(|refusal| Rc::new(Peer::refused(self.address, refusal.into())))
    }

    /// Whether it is a proxy's, who asks for itself when a request names nobody.
    pub(crate) fn is_proxy(&self) -> bool {
        self.is_proxy
    }

    /// The peer. When the trust was reloaded since the handshake, its chain is verified again; one
    /// that is no longer accepted counts as none.
    fn own(&self, tls: &Tls) -> Rc<Peer> {
        if !tls.is_current(&self.caller.borrow().trust) {
            let (trust, chain) = (tls.current(), self.presented.clone());
            let accepted = chain.first().filter(|_| trust.verify(&chain).is_ok());
            let peer = Peer::new(self.address, accepted.map(|own| (own.as_ref(), trust.trail(own))));
            self.caller.replace(Caller { chain, trust, peer: Rc::new(peer) });
        }
        Rc::clone(&self.caller.borrow().peer)
    }

    /// Whom the proxy names, verified as in a handshake; the same again is verified again only
    /// after the trust has changed. The proxy itself must still be one.
    fn forwarded(&self, current: &Arc<Snapshot>, headers: &HeaderMap) -> Result<Rc<Peer>, Refusal> {
        if !current.accepts_proxy(self.address.ip(), self.presented.first()) {
            return Err(Refusal::NotFromProxy);
        }
        let values = |header| headers.get_all(header).map(HeaderValue::as_bytes);
        let chain = forwarded::certificates(values(CLIENT_CERT), values(CLIENT_CERT_CHAIN))?;
        let mut caller = self.caller.borrow_mut();
        if !Arc::ptr_eq(&caller.trust, current) || caller.chain != chain {
            let peer = self.judge(current, &chain);
            *caller = Caller { chain, trust: Arc::clone(current), peer: Rc::new(peer) };
        }
        Ok(Rc::clone(&caller.peer))
    }

    fn judge(&self, trust: &Snapshot, chain: &[CertificateDer<'_>]) -> Peer {
        let Some(own) = chain.first() else { return Peer::new(self.address, None) };
        match trust.verify(chain) {
            Ok(()) => Peer::new(self.address, Some((own.as_ref(), trust.trail(own)))),
            Err(error) => {
                let why = Refusal::NotVerified(Reason::of_tls(&error));
                Peer { certificate: Certificate::from_der(own), ..Peer::refused(self.address, why.into()) }
            }
        }
    }

    /// Marks a request as in work until the guard is dropped.
    pub(crate) fn at_work(self: &Rc<Self>) -> AtWork {
        self.at_work.set(true);
        AtWork(Rc::clone(self))
    }

    /// Where it comes from.
    pub(crate) fn ip(&self) -> IpAddr {
        self.address.ip()
    }

    /// Whether somebody waits for the answer to a request.
    pub(crate) fn is_at_work(&self) -> bool {
        self.at_work.get()
    }

    /// Resolves when no request has been in work for `quiet`. The HTTP library times the first
    /// header and the pause between requests, but not a later header that stops half way nor a
    /// caller that does not read its reply; this does.
    pub(crate) async fn fell_quiet(&self, quiet: Duration) {
        loop {
            let now = Instant::now();
            let end = if self.at_work.get() { now } else { self.quiet_since.get() } + quiet;
            if end <= now {
                return;
            }
            tokio::time::sleep_until(end).await;
        }
    }
}

/// The status of an answer that the HTTP library gives by itself: to what is no HTTP (400), comes too slowly (408) or has too
/// large a head (431). It is told by what it lacks: every refusal of ours carries a request id.
fn refused_by_the_library(answer: &[u8]) -> Option<u16> {
    let rest = answer.strip_prefix(b"HTTP/1.1 4")?;
    let ours = answer.windows(REQUEST_ID.len()).any(|name| name.eq_ignore_ascii_case(REQUEST_ID));
    match rest {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', b' ', ..] if !ours => {
            Some(400 + u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
        }
        _ => None,
    }
}

/// A request in work.
pub(crate) struct AtWork(Rc<Connection>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.at_work.set(false);
        self.0.quiet_since.set(Instant::now());
    }
}

/// The bytes of a connection together with what is known of it, as the HTTP service takes it.
pub(crate) struct Io {
    pub(crate) listener: Role,
    pub(crate) stream: TlsStream<TcpStream>,
    pub(crate) connection: Rc<Connection>,
}

impl AsyncRead for Io {
    /// A caller that goes away without saying so by TLS has gone away all the same: the HTTP library would throw away what
    /// came before. HTTP tells by itself where a message ends, so that none can be cut short unnoticed.
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(cx, buf) {
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Poll::Ready(Ok(())),
            read => read,
        }
    }
}

impl AsyncWrite for Io {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        if let (Poll::Ready(Ok(_)), Some(status)) = (&written, refused_by_the_library(buf)) {
            let (listener, address) = (self.listener.label(), Some(self.connection.ip()));
            journal::http_refused(&HttpRefused { listener, request_id: None, address, status });
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::refused_by_the_library;

    #[test]
    fn the_library_s_own_refusals_are_told_from_ours() {
        for (answer, status) in [
            ("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n", Some(400)),
            ("HTTP/1.1 431 Request Header Fields Too Large\r\n\r\n", Some(431)),
            ("HTTP/1.1 404 Not Found\r\nX-Request-Id: 7\r\n\r\n", None),
            ("HTTP/1.1 500 Internal Server Error\r\n\r\n", None),
            ("HTTP/1.1 4", None),
            ("<s:Envelope", None),
        ] {
            assert_eq!(refused_by_the_library(answer.as_bytes()), status, "{answer}");
        }
    }
}
