//! The listener as its callers see it: real sockets, real TLS, certificates of the development
//! PKI; only what it serves is a stand-in.

mod calls;
mod client;
mod handshakes;
mod hostile;
mod limits;
mod proxy;
mod revoked;
mod stop;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use client::Client;
use dfdg_pki::{KeyBits, Manifest, Options};
use tempfile::TempDir;
use uuid::Uuid;

use super::serve::StartError;
use super::server::Common;
use super::services::Services;
use super::site::Site;
use super::wsdl::Wanted;
use super::{Drain, ListenError, Role, Running, Tls, run};
use crate::call::{Reply, Request};
use crate::config::{
    Callers, CertificateFiles, ClientCertificate, DocumentLimits, Limits, ListSource, Proxy, PublicUrl, Revocation,
    Trust,
};
use crate::{clock, revocation};

const PATH: &str = "/Folder/1/Service.svc";
/// A time nothing in a test takes, and one that a test can wait for.
const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(300);
const REQUEST_ID: Uuid = Uuid::from_u128(0x1234_5678);

/// One development PKI for all tests; making it takes seconds.
struct Pki {
    dir: TempDir,
    manifest: Manifest,
}

static PKI: LazyLock<Pki> = LazyLock::new(|| {
    let dir = TempDir::new().unwrap();
    let options = Options { root_bits: KeyBits::Rsa2048, key_bits: KeyBits::Rsa2048, ..Options::default() };
    let manifest = dfdg_pki::init(&dir.path().join("pki"), &options).unwrap();
    Pki { dir, manifest }
});

impl Pki {
    fn folder(&self) -> PathBuf {
        self.dir.path().join("pki")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }
}

/// Settings on a free port, with times that no test runs into unless it shortens them.
fn callers() -> Callers {
    Callers {
        address: "127.0.0.1:0".parse().unwrap(),
        public_url: PublicUrl::FromHost,
        server: CertificateFiles {
            certificate: PKI.file("servers/facade/chain.pem"),
            key: PKI.file("servers/facade/key.pem"),
        },
        client_certificate: ClientCertificate::Optional,
        trust: Trust {
            roots: vec![PKI.file("ca/root/cert.pem")],
            issuing: vec![PKI.file("ca/issuing-1/cert.pem"), PKI.file("ca/issuing-2/cert.pem")],
            mixed_environments: false,
            revocation: Revocation {
                sources: ["root", "issuing-1", "issuing-2"]
                    .map(|name| ListSource::File(PKI.file(&format!("crl/{name}.crl"))))
                    .to_vec(),
                accept_revoked: false,
                refresh: LONG,
                grace: LONG,
                folder: None,
            },
        },
        proxy: Proxy::default(),
        limits: Limits {
            max_body_bytes: 100_000,
            header_timeout: LONG,
            body_timeout: LONG,
            handshake_timeout: LONG,
            keep_alive: LONG,
            connections: 100,
            connections_per_address: 50,
        },
        document: DocumentLimits { depth: 32, nodes: 1000, attributes: 64 },
    }
}

/// A listener with a stand-in behind it.
struct Bench {
    running: Option<Running>,
    drain: Drain,
    /// Calls that ran to their end.
    finished: Arc<AtomicUsize>,
}

impl Bench {
    fn start(callers: &Callers) -> Self {
        let (drain, finished) = (Drain::default(), Arc::new(AtomicUsize::new(0)));
        let site = StandIn { callers: callers.clone(), finished: Arc::clone(&finished) };
        let running = serve(callers, drain.clone(), move || Ok::<_, std::io::Error>(site)).unwrap();
        Self { running: Some(running), drain, finished }
    }

    fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    /// Takes the listener out, to be stopped.
    fn take_running(&mut self) -> Running {
        self.running.take().unwrap()
    }

    async fn connect(&self, client: &Client) -> client::Stream {
        client.connect(self.running().address()).await.unwrap()
    }

    fn finished(&self) -> usize {
        self.finished.load(Ordering::SeqCst)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.drain.end();
        }
    }
}

/// Serves a site with two workers.
fn serve<S, E, F>(callers: &Callers, drain: Drain, site: F) -> Result<Running, ListenError>
where
    S: Site,
    E: Into<StartError>,
    F: FnOnce() -> Result<S, E> + Clone + Send + 'static,
{
    let (limits, tls) = (callers.limits.clone(), Arc::new(Tls::load(callers)?));
    run(callers.address, 2, Common { role: Role::Callers, limits, drain, tls, noise: Arc::default() }, site)
}

/// Answers a call with what arrived of it. A body `sleep` takes a while, `panic` breaks.
#[derive(Clone)]
struct StandIn {
    callers: Callers,
    finished: Arc<AtomicUsize>,
}

impl Services for StandIn {
    fn callers(&self) -> &Callers {
        &self.callers
    }

    fn serves(&self, path: &str) -> bool {
        path.eq_ignore_ascii_case(PATH)
    }

    fn is_gone(&self, _: &str) -> bool {
        false
    }

    fn paths(&self) -> Vec<String> {
        vec![PATH.to_owned()]
    }

    fn describe(&self, _path: &str, wanted: &Wanted<'_>, base: &str) -> Option<String> {
        let missing = matches!(wanted, Wanted::Xsd(name) if name == "missing");
        (!missing).then(|| format!("{wanted:?} of {base}{PATH}"))
    }

    fn call(&self, request: Request) -> impl Future<Output = Reply> + 'static {
        let finished = Arc::clone(&self.finished);
        async move {
            match request.body.as_deref() {
                Ok(b"sleep") => tokio::time::sleep(SHORT).await,
                Ok(b"panic") => panic!("asked to"),
                _ => {}
            }
            finished.fetch_add(1, Ordering::SeqCst);
            reply(&request)
        }
    }
}

fn reply(request: &Request) -> Reply {
    let standing = request.peer.trail.check(clock::now()).map_err(revocation::Refusal::reason);
    let identity = match &request.peer.identity {
        Ok(_) if standing.is_err() => standing.unwrap_err().to_owned(),
        Ok(identity) => identity.uuid.to_string(),
        Err(error) => error.reason().to_owned(),
    };
    let (status, body) = match &request.body {
        Ok(body) => (200, format!("{} bytes", body.len())),
        Err(problem) => (500, format!("{problem:?}")),
    };
    let action = request.soap_action.as_deref().unwrap_or("none");
    let body = format!("{identity}|{}|{action}|{body}", request.content_type.as_deref().unwrap_or("none"));
    Reply { status, content_type: "text/xml; charset=utf-8", body, request_id: REQUEST_ID }
}
