//! A worker thread: accepts connections, shakes hands, and serves HTTP on each until it ends.

use std::error::Error;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::rc::Rc;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use actix_http::HttpService;
use actix_http::error::DispatchError;
use actix_rt::System;
use actix_service::{Service, ServiceFactory, fn_service};
use tokio::net::{TcpListener, TcpStream};

use super::accept::{Acceptor, Held, Queue};
use super::connection::{Connection, Io};
use super::drain::Phase;
use super::handshake;
use super::server::{Common, Server};
use super::site::{self, Site};

/// How long a caller may take to close its side after us; until then its bytes are read and
/// thrown away, so that it gets to read the answer.
const LINGER: Duration = Duration::from_secs(5);

/// Why a worker cannot start.
pub(crate) type StartError = Box<dyn Error + Send + Sync>;

/// Starts the thread of one worker and waits until it accepts.
///
/// # Errors
/// When the thread, its runtime or its site cannot be made.
pub(crate) fn spawn<S, E, F>(
    listener: StdListener,
    queue: Queue,
    common: Common,
    site: F,
) -> Result<JoinHandle<()>, StartError>
where
    S: Site,
    E: Into<StartError>,
    F: FnOnce() -> Result<S, E> + Send + 'static,
{
    let (started, starting) = mpsc::channel();
    let name = queue.worker();
    let work = move || work(listener, queue, common, site, &started);
    let thread = thread::Builder::new().name(name).spawn(work)?;
    starting.recv().unwrap_or_else(|_| Err("it ended before it began".into()))?;
    Ok(thread)
}

/// Everything a worker thread does, from its runtime to the end of the listener.
fn work<S, E, F>(listener: StdListener, queue: Queue, common: Common, site: F, started: &Sender<Result<(), StartError>>)
where
    S: Site,
    E: Into<StartError>,
    F: FnOnce() -> Result<S, E>,
{
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return report(started, Err(error.into())),
    };
    System::with_tokio_rt(move || runtime).block_on(async {
        let prepared = prepare(listener, queue, common, site).await;
        match prepared {
            Err(error) => report(started, Err(error)),
            Ok((acceptor, server, http)) => {
                report(started, Ok(()));
                accept_until_the_end(acceptor, server, http).await;
            }
        }
    });
}

fn report(started: &Sender<Result<(), StartError>>, result: Result<(), StartError>) {
    let _ = started.send(result); // the receiver waits for exactly this
}

async fn prepare<S, E, F>(
    listener: StdListener,
    queue: Queue,
    common: Common,
    site: F,
) -> Result<(Acceptor, Rc<Server<S>>, impl Http), StartError>
where
    S: Site,
    E: Into<StartError>,
    F: FnOnce() -> Result<S, E>,
{
    let acceptor = Acceptor::new(TcpListener::from_std(listener)?, queue);
    let server = Rc::new(Server { site: site().map_err(Into::into)?, common });
    let http = http_service(&server).await?;
    Ok((acceptor, server, http))
}

/// The HTTP service of a worker: takes a connection, resolves when it has ended.
trait Http: Service<(Io, Option<SocketAddr>), Response = (), Error = DispatchError> + 'static {}
impl<T: Service<(Io, Option<SocketAddr>), Response = (), Error = DispatchError> + 'static> Http for T {}

async fn http_service<S: Site>(server: &Rc<Server<S>>) -> Result<impl Http + use<S>, StartError> {
    let (common, for_each) = (&server.common, Rc::clone(server));
    let drain = common.drain.clone();
    HttpService::build()
        .keep_alive(common.limits.keep_alive)
        .client_request_timeout(common.limits.header_timeout)
        .client_disconnect_timeout(LINGER)
        .on_connect_ext(|io: &Io, data| {
            data.insert(Rc::clone(&io.connection));
        })
        .graceful_shutdown_signal(move || drain.reached(Phase::Draining))
        .h1(fn_service(move |request| site::answer(Rc::clone(&for_each), request)))
        .new_service(())
        .await
        .map_err(|()| "the HTTP service cannot be made".into())
}

async fn accept_until_the_end<S: Site>(mut acceptor: Acceptor, server: Rc<Server<S>>, http: impl Http) {
    let http = Rc::new(http);
    let draining = server.common.drain.reached(Phase::Draining);
    tokio::pin!(draining);
    loop {
        tokio::select! {
            () = &mut draining => break,
            (socket, address, held) = acceptor.next() => {
                actix_rt::spawn(serve(Rc::clone(&server), Rc::clone(&http), socket, address, held));
            }
        }
    }
    drop(acceptor); // closes the port for those who come now
    server.common.drain.reached(Phase::Ended).await;
}

/// The life of a connection.
async fn serve<S: Site>(
    server: Rc<Server<S>>,
    http: Rc<impl Http>,
    socket: TcpStream,
    address: SocketAddr,
    _held: Held,
) {
    let common = &server.common;
    let trust = common.tls.current();
    let stream = match handshake::shake_hands(socket, trust.config(address.ip()), common.limits.handshake_timeout).await
    {
        Ok(stream) => stream,
        Err(failure) => return common.noise.report(failure, common.role, address),
    };
    let _open = common.drain.connection();
    let connection = Connection::new(&stream, address, trust);
    let io = Io { listener: common.role, stream, connection: Rc::clone(&connection) };
    let quiet = common.limits.keep_alive + common.limits.header_timeout;
    tokio::select! {
        ended = http.call((io, Some(address))) => if let Err(error) = ended {
            tracing::debug!(%address, %error, "connection ended");
        },
        () = connection.fell_quiet(quiet) => tracing::debug!(%address, "connection closed: nothing came"),
    }
}
