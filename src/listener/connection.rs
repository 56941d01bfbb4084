//! One connection, from its TLS handshake to its end.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::server::TlsStream;

use super::tls::{Snapshot, Tls};
use crate::peer::Peer;

/// What is known of a connection, once for all its requests.
pub(crate) struct Connection {
    peer: RefCell<Rc<Peer>>,
    /// The certificates the caller presented, its own first; empty when it presented none.
    chain: Vec<CertificateDer<'static>>,
    /// The trust that accepted them.
    trust: RefCell<Arc<Snapshot>>,
    at_work: Cell<bool>,
    /// When the last request was done, or the connection opened.
    quiet_since: Cell<Instant>,
}

impl Connection {
    pub(crate) fn new(stream: &TlsStream<TcpStream>, address: SocketAddr, trust: Arc<Snapshot>) -> Rc<Self> {
        let chain = stream.get_ref().1.peer_certificates().map(<[_]>::to_vec).unwrap_or_default();
        let peer = Peer::new(address, chain.first().map(|own| (own.as_ref(), trust.trail(own))));
        Rc::new(Self {
            peer: RefCell::new(Rc::new(peer)),
            chain,
            trust: RefCell::new(trust),
            at_work: Cell::new(false),
            quiet_since: Cell::new(Instant::now()),
        })
    }

    /// The caller as it stands now. When the trust was reloaded since the handshake, its chain
    /// is verified again; one that is no longer accepted counts as none.
    pub(crate) fn peer(&self, tls: &Tls) -> Rc<Peer> {
        if !tls.is_current(&self.trust.borrow()) {
            self.judge_again(tls.current());
        }
        Rc::clone(&self.peer.borrow())
    }

    fn judge_again(&self, current: Arc<Snapshot>) {
        let address = self.peer.borrow().address;
        let accepted = self.chain.first().filter(|_| current.accepts(&self.chain));
        let peer = Peer::new(address, accepted.map(|own| (own.as_ref(), current.trail(own))));
        self.peer.replace(Rc::new(peer));
        self.trust.replace(current);
    }

    /// Marks a request as in work until the guard is dropped.
    pub(crate) fn at_work(self: &Rc<Self>) -> AtWork {
        self.at_work.set(true);
        AtWork(Rc::clone(self))
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
    pub(crate) stream: TlsStream<TcpStream>,
    pub(crate) connection: Rc<Connection>,
}

impl AsyncRead for Io {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Io {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
