//! What a test starts from: a facade and a simulator of its own, on free ports, with a client
//! system registered for the certificate `system`. Everything ends with the [`World`].
//!
//! ```text
//! let world = World::start().await;                          // or Setup::default()….start().await
//! let answer = world.call(&Request::create_booking()).await; // one call on a connection of its own
//! world.backend.calls(answer.request_id()).await             // what the simulator received of it
//! world.journal(answer.request_id()).await                   // its line
//! ```

mod backend;
mod caller;
mod files;
mod journal;
mod metrics;
mod pki;
mod push;
mod refusals;
mod request;
mod response;
mod setup;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use dfdg_facade::facade::Facade;
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) use backend::Backend;
pub(crate) use caller::{Caller, Connection};
pub(crate) use files::{copy_catalogue, edit, rename_backend, repository};
pub(crate) use journal::lines as journal_lines;
pub(crate) use metrics::{Metrics, get};
pub(crate) use pki::file as pki_file;
pub(crate) use push::Push;
pub(crate) use refusals::Row;
pub(crate) use request::{CITIZEN, PATH, Request, USER, scenario};
pub(crate) use response::{Fault, Response};
pub(crate) use setup::Setup;

/// Longer than anything a test waits for; when it is over, the test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A facade with its surroundings.
pub(crate) struct World {
    pub(crate) backend: Backend,
    /// The name of the client system, which no other world has.
    pub(crate) client: String,
    facade: Option<Facade>,
    callers: SocketAddr,
    intake: Option<SocketAddr>,
    admin: SocketAddr,
    folder: TempDir,
}

impl World {
    /// With every setting at its default.
    pub(crate) async fn start() -> Self {
        Setup::default().start().await
    }

    /// Opens a connection with the registered certificate.
    pub(crate) async fn connect(&self) -> Connection {
        self.connect_as(&Caller::named("system")).await
    }

    pub(crate) async fn connect_as(&self, caller: &Caller) -> Connection {
        caller.connect(self.callers).await.expect("the handshake succeeds")
    }

    /// Sends a request on a connection of its own.
    pub(crate) async fn call(&self, request: &Request) -> Response {
        self.connect().await.call(request).await
    }

    /// The journal's line of a call, as soon as it is there.
    pub(crate) async fn journal(&self, request_id: Uuid) -> Value {
        self.journal_event("call", request_id).await
    }

    /// The journal's line of another event of a call.
    pub(crate) async fn journal_event(&self, event: &str, request_id: Uuid) -> Value {
        journal::line(event, request_id).await
    }

    /// What Prometheus reads now.
    pub(crate) async fn metrics(&self) -> Metrics {
        Metrics::read(self.admin).await
    }

    pub(crate) fn facade(&self) -> &Facade {
        self.facade.as_ref().expect("not stopped yet")
    }

    /// Takes the facade out, to be stopped.
    pub(crate) fn take_facade(&mut self) -> Facade {
        self.facade.take().expect("not stopped yet")
    }

    /// Where callers connect.
    pub(crate) fn callers(&self) -> SocketAddr {
        self.callers
    }

    /// Where publishers deliver.
    pub(crate) fn intake(&self) -> SocketAddr {
        self.intake.expect("a world with an intake")
    }

    /// Where health and metrics are.
    pub(crate) fn admin(&self) -> SocketAddr {
        self.admin
    }

    /// A file in the folder of this world's settings, such as `clients.toml`.
    pub(crate) fn file(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Asserts that a request was answered with a fault as it should be: HTTP 500, a request id, no value of a person
    /// in it or in the journal, nothing sent to the backend, and soon: no message may keep the facade busy. Returns the
    /// fault, for what else there is to say about it.
    pub(crate) async fn refused(&self, response: &Response) -> Fault {
        let fault = response.fault();
        let calls = self.backend.calls(response.request_id()).await;
        assert!(calls.is_empty(), "sent to the backend: {calls:?}\n{response:?}");
        let line = self.journal(response.request_id()).await;
        assert!(line["duration_ms"].as_f64().is_some_and(|duration| duration < 5_000.0), "{line}");
        fault
    }
}

impl Drop for World {
    /// The facade's threads end in the background: a test does not wait for them.
    fn drop(&mut self) {
        if let Some(facade) = self.facade.take() {
            std::thread::spawn(|| wait_for(facade.stop()));
        }
    }
}

/// Runs a future where there is no runtime.
pub(crate) fn wait_for<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Waits until `found` finds something, and fails when that takes too long.
pub(crate) async fn eventually<T>(what: &str, mut found: impl AsyncFnMut() -> Option<T>) -> T {
    let search = async {
        loop {
            if let Some(found) = found().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, search).await.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}

/// Fails when a text holds a value of a person that any request of these tests carries.
pub(crate) fn assert_nothing_of_a_person(text: &str) {
    for value in [CITIZEN, "010157-5001", "01015750", USER, "S%C3%B8ren", "RID-12345", "sagsbehandler@example.dk"] {
        assert!(!text.contains(value), "holds the value of a person, {value}:\n{text}");
    }
}
