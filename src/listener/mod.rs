//! The listeners: TLS with client certificates, limits, HTTP. What callers send as SOAP is handed to [`crate::call`],
//! what publishers deliver to [`crate::intake`].
//!
//! Read `serve.rs` for the life of a connection, `http.rs` and `pushes.rs` for that of a request.

mod accept;
mod body;
mod connection;
mod drain;
mod environment;
mod handshake;
mod http;
mod limits;
mod noise;
mod pieces;
mod proxy;
mod pushes;
mod reason;
mod response;
mod role;
mod serve;
mod server;
mod services;
mod site;
mod tls;
mod unbroken;
mod verifier;
mod whole;
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
use pushes::Pushes;
use serve::StartError;
use server::Common;
use services::Facade;
use site::Site;

pub use drain::{Drain, Drained, Guard, Phase};
pub use reason::Reason;
pub use role::{Role, TlsSettings};
pub use tls::{FileError, Tls, TlsError};

use dfdg_contract::Problem;

use crate::config::{self, Config};
use crate::intake::Intake;
use crate::journal;
use crate::server::{Shared, Worker};
use crate::store::Store;

/// Why the listener cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Is raised when another program listens there.
    #[error("{}.address: {address} is in use; stop the program that listens there or set another address", role.label())]
    AddressInUse {
        /// Which listener.
        role: Role,
        /// The configured address.
        address: SocketAddr,
    },
    /// Is raised when the address is not one of this machine, or not allowed to this user.
    #[error("{}.address: cannot listen on {address}: {source}", role.label())]
    Bind {
        /// Which listener.
        role: Role,
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

/// What keeps the certificates of the listeners from being used: all of it, at the lines of the settings.
#[must_use]
pub fn certificate_problems(config: &Config) -> Vec<Problem> {
    let intake = config.intake.as_ref().map(|intake| TlsSettings::of_intake(intake, &config.callers));
    let problems = Tls::problems(&config.callers).into_iter().chain(intake.into_iter().flat_map(Tls::problems));
    problems.map(|problem| config.placed(problem)).collect()
}

/// A listener at work. It goes on when this is dropped; [`stop`] ends it.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    tls: Arc<Tls>,
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

    /// Waits until its workers have ended, which they do when what is running has been drained.
    pub fn join(self) {
        for worker in self.workers {
            let _ = worker.join(); // an error is a panic that the thread has reported itself
        }
    }
}

/// Stops accepting, lets what runs end until `deadline`, then ends the workers. Blocks until then.
#[must_use = "it says how many calls were cut off"]
pub fn stop(drain: &Drain, listeners: impl IntoIterator<Item = Running>, deadline: Duration) -> Drained {
    journal::draining(&journal::Draining { running: drain.calls() });
    let drained = drain.finish(deadline);
    listeners.into_iter().for_each(Running::join);
    drained
}

/// Starts the workers and serves the facade on `callers.address`.
///
/// # Errors
/// When the address is taken, a certificate is unusable, or a worker cannot be set up.
pub fn start(shared: Arc<Shared>, drain: Drain) -> Result<Running, ListenError> {
    let config = &shared.config;
    let tls = Arc::new(Tls::load(&config.callers)?);
    let common =
        Common { role: Role::Callers, limits: config.callers.limits.clone(), drain, tls, noise: Arc::default() };
    let (address, workers) = (config.callers.address, config.server.workers);
    run(address, workers, common, move || Worker::new(shared).map(Rc::new).map(Facade))
}

/// Starts the workers and takes what publishers deliver on `intake.address`, into `store`. Whom they are believed by is
/// as at the listener of callers, of which these are the certificates.
///
/// # Errors
/// As [`start`].
pub fn start_intake(
    shared: &Arc<Shared>,
    intake: &config::Intake,
    store: &Store,
    drain: Drain,
    callers: &Tls,
) -> Result<Running, ListenError> {
    let tls = Arc::new(callers.load_beside(TlsSettings::of_intake(intake, &shared.config.callers))?);
    let common = Common { role: Role::Intake, limits: intake.limits.clone(), drain, tls, noise: Arc::default() };
    let (site, workers) = (Intake::new(shared, store), shared.config.server.workers);
    run(intake.address, workers, common, move || Ok::<_, StartError>(Pushes(site)))
}

/// Serves what `site` makes, once in each worker.
fn run<S, E, F>(address: SocketAddr, workers: usize, common: Common, site: F) -> Result<Running, ListenError>
where
    S: Site,
    E: Into<StartError>,
    F: FnOnce() -> Result<S, E> + Clone + Send + 'static,
{
    let cannot_bind = |source| cannot_bind(common.role, address, source);
    let listener = accept::bind(address).map_err(cannot_bind)?;
    let address = listener.local_addr().map_err(cannot_bind)?;
    let spawn = |queue| serve::spawn(listener.try_clone()?, queue, common.clone(), site.clone());
    let queues = Queue::for_each(workers, common.role, &common.limits);
    let workers: Result<Vec<_>, _> = queues.into_iter().map(spawn).collect();
    match workers {
        Ok(workers) => Ok(Running { address, tls: common.tls, workers }),
        Err(error) => {
            common.drain.end(); // those that have started
            Err(ListenError::Worker(error))
        }
    }
}

fn cannot_bind(role: Role, address: SocketAddr, source: io::Error) -> ListenError {
    match source.kind() {
        io::ErrorKind::AddrInUse => ListenError::AddressInUse { role, address },
        _ => ListenError::Bind { role, address, source },
    }
}
