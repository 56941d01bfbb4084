//! The admin listener: health for load balancers, metrics for Prometheus, a page that lists
//! both. Plain HTTP on an inner address, with a thread of its own, so that it answers when all
//! workers are busy.

mod pages;
mod table;

#[cfg(test)]
mod tests;

use crate::backend::Circuits;
use crate::config;
use crate::journal;
use crate::store::{Store, StoreError};
use crate::usage::Report;
use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use futures_util::future::BoxFuture;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;
use thiserror::Error;

/// How often the metrics tidy up; without it their memory grows for ever.
const UPKEEP: Duration = Duration::from_secs(5);

/// Why the admin listener cannot start.
#[derive(Debug, Error)]
pub enum AdminError {
    /// Is raised when another program listens there.
    #[error("admin.address: {0} is in use; stop the program that listens there or set another address")]
    AddressInUse(SocketAddr),
    /// Is raised when the address is not one of this machine, or not allowed to this user.
    #[error("admin.address: cannot listen on {address}: {source}")]
    Bind {
        /// The configured address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// Is raised when its thread cannot be started.
    #[error("the admin listener cannot start: {0}")]
    Thread(io::Error),
}

/// One condition of readiness.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// What is looked at, such as `catalogue`.
    pub name: &'static str,
    /// Whether it is as it must be.
    pub ok: bool,
    /// Why not; a sentence for the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Check {
    /// A condition that holds, or the reason it does not.
    #[must_use]
    pub fn new(name: &'static str, result: Result<(), String>) -> Self {
        Self { name, ok: result.is_ok(), why: result.err() }
    }
}

/// Makes the report of who calls what, as it is now.
pub type AsksForUsage = Arc<dyn Fn() -> BoxFuture<'static, Result<Report, StoreError>> + Send + Sync>;

/// What the pages show.
#[derive(Clone)]
pub struct Sources {
    /// The conditions of readiness; asked at every request, so it must be quick. That the
    /// journal can be written is added to them.
    pub ready: Arc<dyn Fn() -> Vec<Check> + Send + Sync>,
    /// The circuits of the backends. A backend that is down does not make the facade unready:
    /// taking it out of the load balancer would help nobody.
    pub circuits: Circuits,
    /// What must outlive the process, when something does.
    pub store: Option<Store>,
    /// Who calls what.
    pub usage: AsksForUsage,
}

/// The listener at work. It goes on when this is dropped; [`Running::stop`] ends it.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    server: ServerHandle,
    thread: JoinHandle<io::Result<()>>,
}

impl Running {
    /// The address it listens on; of interest when the configured port was 0.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it at once; nobody's work is lost.
    pub async fn stop(self) {
        self.server.stop(false).await;
        let _ = self.thread.join(); // an error is a panic that the thread has reported itself
    }
}

/// Serves health and metrics on `admin.address`.
///
/// # Errors
/// When the address is taken or the thread cannot be started.
pub fn start(settings: &config::Admin, sources: Sources) -> Result<Running, AdminError> {
    let cannot_bind = |source| cannot_bind(settings.address, source);
    let listener = TcpListener::bind(settings.address).map_err(cannot_bind)?;
    let address = listener.local_addr().map_err(cannot_bind)?;
    let (started, server) = sync_channel(1);
    let serve = move || actix_web::rt::System::new().block_on(serve(listener, sources, started));
    let thread = std::thread::Builder::new().name("admin".to_owned()).spawn(serve).map_err(AdminError::Thread)?;
    match server.recv() {
        Ok(server) => Ok(Running { address, server, thread }),
        Err(_) => Err(AdminError::Thread(why_it_ended(thread))),
    }
}

async fn serve(listener: TcpListener, sources: Sources, started: SyncSender<ServerHandle>) -> io::Result<()> {
    let app = move || App::new().app_data(web::Data::new(sources.clone())).configure(pages::routes);
    let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run();
    let _ = started.send(server.handle()); // whoever started it waits for this
    actix_web::rt::spawn(upkeep());
    server.await
}

async fn upkeep() {
    let mut timer = tokio::time::interval(UPKEEP);
    loop {
        timer.tick().await;
        if let Some(metrics) = journal::prometheus() {
            metrics.run_upkeep();
        }
    }
}

fn why_it_ended(thread: JoinHandle<io::Result<()>>) -> io::Error {
    match thread.join() {
        Ok(Err(error)) => error,
        Ok(Ok(())) | Err(_) => io::Error::other("it ended at once"),
    }
}

fn cannot_bind(address: SocketAddr, source: io::Error) -> AdminError {
    match source.kind() {
        io::ErrorKind::AddrInUse => AdminError::AddressInUse(address),
        _ => AdminError::Bind { address, source },
    }
}
