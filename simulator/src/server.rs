//! The HTTP server on threads of its own.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::web::{Data, PayloadConfig, to};
use actix_web::{App, HttpServer, rt};
use rustls::ServerConfig;
use tokio::sync::oneshot;

use crate::population::Population;
use crate::settings::Settings;
use crate::simulator::Simulator;
use crate::{control, serve, tls};

/// Longest body taken in.
const MAX_BODY_BYTES: usize = 5 * 1024 * 1024;
const WORKERS: usize = 2;
/// Longer than any client keeps an idle connection, so that it is the client who closes.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long [`Running::stop`] waits for calls that run.
const DRAIN_SECONDS: u64 = 1;

/// A simulator that listens. Dropping it stops it without waiting.
#[must_use = "dropping it stops the simulator"]
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    ended: Option<oneshot::Receiver<io::Result<()>>>,
}

impl Running {
    /// The address it listens on, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no new connections, gives running calls a second, and ends.
    pub async fn stop(mut self) {
        let ended = self.ended.take();
        self.handle.stop(true).await;
        if let Some(ended) = ended {
            let _ = ended.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended.is_some() {
            drop(self.handle.stop(false));
        }
    }
}

/// Starts a simulator. It runs on its own threads, whatever runtime the caller has, and listens when this returns.
///
/// # Errors
/// When the address is taken or a TLS file cannot be used; the message names the address or the file.
pub async fn start(settings: Settings) -> io::Result<Running> {
    let listener = TcpListener::bind(settings.address)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", settings.address)))?;
    let address = listener.local_addr()?;
    let tls = settings.tls.as_ref().map(tls::server_config).transpose()?;
    let simulator = Data::new(Simulator::new(Population::load()?, settings.now));
    let build = move || server(simulator, settings.control, listener, tls);
    let (handle, ended) = run(build).await?;
    Ok(Running { address, handle, ended: Some(ended) })
}

/// Runs the server on a new thread; returns when it listens.
async fn run(
    build: impl FnOnce() -> io::Result<Server> + Send + 'static,
) -> io::Result<(ServerHandle, oneshot::Receiver<io::Result<()>>)> {
    let (started, start) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    thread::Builder::new().name("simulator".to_owned()).spawn(move || {
        rt::System::new().block_on(async move {
            match build() {
                Ok(server) => {
                    let _ = started.send(Ok(server.handle()));
                    let _ = end.send(server.await);
                }
                Err(error) => drop(started.send(Err(error))),
            }
        });
    })?;
    let handle = start.await.map_err(|_| io::Error::other("the simulator's thread ended"))??;
    Ok((handle, ended))
}

fn server(
    simulator: Data<Simulator>,
    control: bool,
    listener: TcpListener,
    tls: Option<ServerConfig>,
) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        let app = App::new().app_data(simulator.clone()).app_data(PayloadConfig::new(MAX_BODY_BYTES));
        let app = if control { app.configure(control::routes) } else { app };
        app.default_service(to(serve::serve))
    });
    let server = server.on_connect(tls::note_client);
    let server = server.workers(WORKERS).disable_signals().tcp_nodelay(true).keep_alive(KEEP_ALIVE);
    let server = server.shutdown_timeout(DRAIN_SECONDS);
    let server = match tls {
        Some(tls) => server.listen_rustls_0_23(listener, tls)?,
        None => server.listen(listener)?,
    };
    Ok(server.run())
}
