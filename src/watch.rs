//! A thread of its own looks for what changes while the facade runs: newer revocation lists,
//! renewed certificates, other clients, other contracts and mappings.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use crate::clock;
use crate::config::{Backend, Catalogue, Config};
use crate::digest::sha256;
use crate::expiry::{self, Loaded};
use crate::facade::{self, Live};
use crate::journal;
use crate::revocation::Refresher;

/// The thread at work; it ends when this is dropped.
#[derive(Debug)]
pub struct Watch {
    end: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

/// What the thread knows of the files.
struct Watcher {
    live: Arc<Live>,
    lists: Refresher,
    ends: expiry::Watcher,
    certificates: Files,
    backends: Files,
    catalogue: Files,
}

/// Files that are loaded together.
struct Files {
    paths: Vec<PathBuf>,
    /// As they are loaded, or were tried.
    loaded: [u8; 32],
    /// As they were at the last look.
    seen: [u8; 32],
}

impl Watch {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(live: Arc<Live>) -> io::Result<Self> {
        let (end, ended) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let watcher = Watcher::new(live);
        let work = move || runtime.block_on(watcher.watch(ended));
        let thread = thread::Builder::new().name("watch".to_owned()).spawn(work)?;
        Ok(Self { end, thread })
    }

    /// Ends it, and waits until it has let go of everything.
    pub fn stop(self) {
        drop(self.end);
        let _ = self.thread.join(); // an error is a panic that the thread has reported itself
    }
}

impl Watcher {
    fn new(live: Arc<Live>) -> Self {
        let config = live.config();
        Self {
            lists: Refresher::new(Arc::clone(live.tls().revocation())),
            ends: expiry::Watcher::started(config),
            backends: Files::new(backends(config)),
            certificates: Files::new(certificates(config)),
            catalogue: Files::new(catalogue(&config.catalogue)),
            live,
        }
    }

    async fn watch(mut self, mut ended: oneshot::Receiver<()>) {
        let mut timer = tokio::time::interval(self.live.config().server.watch_interval);
        loop {
            tokio::select! {
                _ = &mut ended => return,
                _ = timer.tick() => {}
            }
            tokio::select! {
                _ = &mut ended => return, // a server of lists may let us wait for long
                () = self.look() => {}
            }
        }
    }

    async fn look(&mut self) {
        let tls = Arc::clone(self.live.tls());
        if self.certificates.have_changed() && tell("certificates", self.live.reload_certificates()) {
            self.ends.taken_up(Loaded::Listeners, self.live.config());
        }
        if self.backends.have_changed() && tell("backend certificates", self.live.reload_backends()) {
            self.ends.taken_up(Loaded::Backends, self.live.config());
        }
        if self.catalogue.have_changed() {
            let _ = tell("catalogue and clients", self.live.reload_catalogue());
        }
        self.lists.refresh(&tls.authorities(), clock::now()).await;
        let now = clock::now();
        let standings = tls.revocation().standings(&tls.authorities(), now);
        journal::revocation_standings(&standings, now);
        self.ends.look(&standings, now);
        if let Some(store) = self.live.store() {
            match store.waiting().await {
                Ok(waiting) => journal::pushes_waiting(&waiting, now),
                Err(error) => tracing::warn!(%error, "what waits in the store cannot be counted"),
            }
        }
        let _ = self.live.save_usage().await; // the same; it is tried again
    }
}

/// Whether they are taken; if not, the operator is told.
fn tell(what: &str, result: anyhow::Result<()>) -> bool {
    result.inspect_err(|error| facade::not_taken(what, error)).is_ok()
}

impl Files {
    fn new(paths: Vec<PathBuf>) -> Self {
        let loaded = digest(&paths);
        Self { paths, loaded, seen: loaded }
    }

    /// Whether they differ from what was loaded, and have stood still since the last look: a
    /// certificate and its key are seldom replaced at the same moment.
    fn have_changed(&mut self) -> bool {
        let now = digest(&self.paths);
        let still = std::mem::replace(&mut self.seen, now) == now;
        let changed = still && now != self.loaded;
        if changed {
            self.loaded = now;
        }
        changed
    }
}

fn certificates(config: &Config) -> Vec<PathBuf> {
    let callers = &config.callers;
    let servers = [&callers.server].into_iter().chain(config.intake.as_ref().map(|intake| &intake.server));
    let own = servers.flat_map(|server| [&server.certificate, &server.key]);
    let others = callers.trust.roots.iter().chain(&callers.trust.issuing).chain(&callers.proxy.certificates);
    own.chain(others).cloned().collect()
}

fn backends(config: &Config) -> Vec<PathBuf> {
    let files = |backend: &Backend| {
        let own = backend.certificates().flat_map(|own| [own.certificate.clone(), own.key.clone()]);
        own.chain(backend.roots.clone()).collect::<Vec<_>>()
    };
    config.backends.values().flat_map(files).collect()
}

fn catalogue(settings: &Catalogue) -> Vec<PathBuf> {
    settings.folder.iter().chain([&settings.clients]).cloned().collect()
}

/// A digest of names and contents of files, and of folders with all that is in them.
fn digest(paths: &[PathBuf]) -> [u8; 32] {
    let mut all = Vec::new();
    paths.iter().for_each(|path| add(path, &mut all));
    sha256(&all)
}

fn add(path: &Path, all: &mut Vec<u8>) {
    all.extend_from_slice(path.as_os_str().as_encoded_bytes());
    if path.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
        let mut inside: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        inside.sort();
        inside.iter().for_each(|path| add(path, all));
    } else {
        let content = std::fs::read(path).map(|content| sha256(&content)); // absent differs from empty
        all.extend_from_slice(content.as_ref().map_or(&[], |digest| digest.as_slice()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_taken_once_and_not_before_it_stands_still() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        std::fs::create_dir(folder.path().join("inner")).unwrap();
        write("inner/a", "1");
        let mut files = Files::new(vec![folder.path().to_owned()]);
        assert!(!files.have_changed());
        write("inner/a", "2");
        assert!(!files.have_changed(), "it may go on changing");
        write("b", "");
        assert!(!files.have_changed());
        assert!(files.have_changed());
        assert!(!files.have_changed(), "once");
        std::fs::remove_file(folder.path().join("b")).unwrap();
        assert!(!files.have_changed());
        assert!(files.have_changed(), "a file that is gone is a change");
    }
}
