//! The callers' listener: TLS with client certificates, limits, HTTP; what arrives as SOAP is
//! handed to [`crate::call`].
//!
//! Read `serve.rs` for the life of a connection, `http.rs` for that of a request.

mod accept;
mod body;
mod connection;
mod drain;
mod handshake;
mod http;
mod limits;
mod pieces;
mod proxy;
mod reason;
mod serve;
mod server;
mod site;
mod tls;
mod unbroken;
mod verifier;
mod wsdl;

#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use accept::Queue;
use serve::StartError;
use server::Common;
use site::{Facade, Site};

pub use drain::{Drain, Drained, Guard, Phase};
pub use reason::Reason;
pub use tls::{FileError, Tls, TlsError};

use crate::config::{Callers, ClientCertificate};
use crate::journal;
use crate::server::{Shared, Worker};

/// Why the listener cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Is raised when another program listens there.
    #[error("callers.address: {0} is in use; stop the program that listens there or set another address")]
    AddressInUse(SocketAddr),
    /// Is raised when the address is not one of this machine, or not allowed to this user.
    #[error("callers.address: cannot listen on {address}: {source}")]
    Bind {
        /// The configured address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// Is raised when a certificate or key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Is raised when a worker thread cannot be started or cannot set up its connections to
    /// the backends.
    #[error("a worker cannot start: {0}")]
    Worker(Box<dyn std::error::Error + Send + Sync>),
}

/// A listener at work. It goes on when this is dropped; [`Running::stop`] ends it.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    tls: Arc<Tls>,
    drain: Drain,
    workers: Vec<JoinHandle<()>>,
}

impl Running {
    /// The address it listens on; of interest when the configured port was 0.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its certificates, for a reload.
    #[must_use]
    pub fn tls(&self) -> &Arc<Tls> {
        &self.tls
    }

    /// What is running, and whether a stop was asked for.
    #[must_use]
    pub fn drain(&self) -> &Drain {
        &self.drain
    }

    /// Stops accepting, lets running calls end until `deadline`, then ends the workers. Blocks
    /// until then.
    #[must_use = "it says how many calls were cut off"]
    pub fn stop(self, deadline: Duration) -> Drained {
        journal::draining(&journal::Draining { running: self.drain.calls() });
        let drained = self.drain.finish(deadline);
        for worker in self.workers {
            let _ = worker.join(); // an error is a panic that the thread has reported itself
        }
        drained
    }
}

/// Starts the workers and serves the facade on `callers.address`.
///
/// # Errors
/// When the address is taken, a certificate is unusable, or a worker cannot be set up.
pub fn start(shared: Arc<Shared>) -> Result<Running, ListenError> {
    let (callers, workers) = (shared.config.callers.clone(), shared.config.server.workers);
    run(&callers, workers, Drain::default(), move || Worker::new(Arc::clone(&shared)).map(Rc::new).map(Facade))
}

/// Serves what `site` makes, once in each worker.
fn run<S, E, F>(callers: &Callers, workers: usize, drain: Drain, site: F) -> Result<Running, ListenError>
where
    S: Site,
    E: Into<StartError>,
    F: FnOnce() -> Result<S, E> + Clone + Send + 'static,
{
    let (limits, public_url) = (callers.limits.clone(), callers.public_url.clone());
    let certificate_required = callers.client_certificate == ClientCertificate::Required;
    let common = Common { limits, public_url, certificate_required, drain, tls: Arc::new(Tls::load(callers)?) };
    let cannot_bind = |source| cannot_bind(callers.address, source);
    let listener = accept::bind(callers.address).map_err(cannot_bind)?;
    let address = listener.local_addr().map_err(cannot_bind)?;
    let spawn = |queue| serve::spawn(listener.try_clone()?, queue, common.clone(), site.clone());
    let workers: Result<Vec<_>, _> = Queue::for_each(workers, &callers.limits).into_iter().map(spawn).collect();
    match workers {
        Ok(workers) => Ok(Running { address, tls: common.tls, drain: common.drain, workers }),
        Err(error) => {
            common.drain.end(); // those that have started
            Err(ListenError::Worker(error))
        }
    }
}

fn cannot_bind(address: SocketAddr, source: io::Error) -> ListenError {
    match source.kind() {
        io::ErrorKind::AddrInUse => ListenError::AddressInUse(address),
        _ => ListenError::Bind { address, source },
    }
}
