//! The facade as a whole: put together from its files, started, reloaded, stopped.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context;
use dfdg_contract::{Problem, Problems};
use dfdg_mapping::{Backend, Plan};
use futures_util::FutureExt;

use crate::admin::{self, AsksForUsage, Check, Sources};
use crate::catalogue::{Catalogue, settings_of};
use crate::clients::{Names, Reached, Registry};
use crate::clock;
use crate::config::Config;
use crate::journal::{self, Reloaded};
use crate::listener::{self, Drain, Drained, ListenError, Tls, TlsError, TlsSettings};
use crate::server::Shared;
use crate::store::{self, Store, StoreError};
use crate::watch::Watch;

/// Reads the settings, with the process's environment on top.
///
/// # Errors
/// All problems at once.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn load_config(file: Option<&Path>) -> Result<Config, Problems> {
    Config::load(file, std::env::vars())
}

/// Compiles the catalogue, reads who may call, and holds the two against each other.
///
/// # Errors
/// The problems of both at once.
pub fn load(config: &Config) -> Result<(Catalogue, Registry), Problems> {
    let clients = &config.catalogue.clients;
    match Catalogue::load(config.catalogue.folder.as_deref()) {
        Ok(catalogue) => {
            let registry = Registry::load_checked(clients, &names(config, &catalogue))?;
            Problems::none(missing_backends(config, &catalogue, &registry)).map(|()| (catalogue, registry))
        }
        Err(found) => Err(found.with(problems_of(Registry::load(clients)))),
    }
}

fn problems_of<T>(result: Result<T, Problems>) -> Vec<Problem> {
    result.err().map(Problems::into_list).unwrap_or_default()
}

/// The names `clients.toml` may use.
fn names<'a>(config: &'a Config, catalogue: &'a Catalogue) -> Names<'a> {
    let services = &catalogue.mapping().services;
    Names {
        services: services.iter().map(|service| service.name.as_str()).collect(),
        operations: services
            .iter()
            .flat_map(|service| service.contract.operations())
            .map(|operation| operation.name.as_str())
            .collect(),
        settings: catalogue.mapping().plans().flat_map(settings_of).collect(),
        reached: reached(config, catalogue),
    }
}

/// Which backends each service calls. One without settings is told elsewhere.
fn reached<'a>(config: &'a Config, catalogue: &'a Catalogue) -> Vec<Reached<'a>> {
    let infos = catalogue.mapping().plans().map(Plan::info);
    let calls = infos.flat_map(|info| info.calls.iter().map(|call| (info.service.as_str(), call.backend.as_str())));
    let calls: BTreeSet<(&str, &str)> = calls.collect();
    let reached = |(service, backend)| {
        let identities = config.backends.get(backend)?.identities.keys().map(String::as_str).collect();
        Some(Reached { service, backend, identities })
    };
    calls.into_iter().filter_map(reached).collect()
}

/// The services somebody may call, each with a backend it calls.
fn called<'a>(catalogue: &'a Catalogue, registry: &'a Registry) -> impl Iterator<Item = &'a Backend> {
    let infos = catalogue.mapping().plans().map(Plan::info).filter(|info| registry.may_call(&info.service));
    let names: BTreeSet<&str> = infos.flat_map(|info| info.calls.iter().map(|call| call.backend.as_str())).collect();
    catalogue.mapping().backends.iter().filter(move |backend| names.contains(backend.name.as_str()))
}

/// Whether somebody may call what is answered out of the store.
pub(crate) fn needs_store(catalogue: &Catalogue, registry: &Registry) -> bool {
    called(catalogue, registry).any(|backend| backend.inside)
}

/// What is called must be known; a service that is served to nobody needs nothing.
fn missing_backends(config: &Config, catalogue: &Catalogue, registry: &Registry) -> Vec<Problem> {
    let outside = called(catalogue, registry).filter(|backend| !backend.inside);
    let unknown = outside.filter(|backend| !config.backends.contains_key(&backend.name));
    let problem = |name: &str| {
        Problem::new("settings", 0, format!("the backend {name} of mappings/services.toml has no settings"))
            .hint(format!("add [backends.{name}] with its url, certificate, key and roots"))
    };
    unknown.map(|backend| problem(&backend.name)).collect()
}

/// Opens the store when something needs it: the intake, or a service that somebody may call.
fn open_store(config: &Config, catalogue: &Catalogue, registry: &Registry) -> Result<Option<Store>, Problems> {
    let needed = config.intake.is_some() || needs_store(catalogue, registry);
    let opened = needed.then(|| store::open(&config.store)).transpose();
    opened.map_err(|problem| config.placed(problem).into())
}

/// The facade at work.
#[derive(Debug)]
pub struct Facade {
    live: Arc<Live>,
    callers: listener::Running,
    intake: Option<listener::Running>,
    drain: Drain,
    admin: admin::Running,
    watch: Watch,
}

/// What changes while the facade runs.
#[derive(Debug)]
pub struct Live {
    shared: Arc<Shared>,
    tls: Arc<Tls>,
    /// Of the intake, when there is one.
    intake_tls: Option<Arc<Tls>>,
    /// Held while files are loaded, so that none is replaced by what was read before it.
    loading: Mutex<()>,
}

impl Facade {
    /// Starts the listeners.
    ///
    /// # Errors
    /// When files cannot be used or an address is taken.
    pub fn start(config: Config) -> anyhow::Result<Self> {
        let (catalogue, registry) = load(&config)?;
        let store = open_store(&config, &catalogue, &registry)?;
        let shared = Shared::new(config, catalogue, registry, store)?;
        let drain = Drain::default();
        Self::start_listeners(shared, drain.clone()).inspect_err(|_| drain.end()) // those that have started
    }

    fn start_listeners(shared: Arc<Shared>, drain: Drain) -> anyhow::Result<Self> {
        let unusable = |error| not_started(&shared.config, error);
        let callers = listener::start(Arc::clone(&shared), drain.clone()).map_err(unusable)?;
        let intake = match (&shared.config.intake, &shared.store) {
            (Some(intake), Some(store)) => {
                let started = listener::start_intake(&shared, intake, store, drain.clone(), callers.tls());
                Some(started.map_err(unusable)?)
            }
            _ => None,
        };
        let (tls, intake_tls) = (Arc::clone(callers.tls()), intake.as_ref().map(|intake| Arc::clone(intake.tls())));
        let live = Arc::new(Live { shared, tls, intake_tls, loading: Mutex::default() });
        let ready = readiness(&live, drain.clone());
        let (circuits, store) = (live.shared.circuits.clone(), live.shared.store.clone());
        let sources = Sources { ready, circuits, store, usage: usage_of(&live.shared) };
        let admin = admin::start(&live.shared.config.admin, sources)?;
        let watch = Watch::start(Arc::clone(&live))?;
        Ok(Self { live, callers, intake, drain, admin, watch })
    }

    /// The address callers connect to.
    #[must_use]
    pub fn callers(&self) -> std::net::SocketAddr {
        self.callers.address()
    }

    /// The address publishers deliver to, if there is one.
    #[must_use]
    pub fn intake(&self) -> Option<std::net::SocketAddr> {
        self.intake.as_ref().map(listener::Running::address)
    }

    /// The address of health and metrics.
    #[must_use]
    pub fn admin(&self) -> std::net::SocketAddr {
        self.admin.address()
    }

    /// Reads contracts, mappings, clients, certificates and revocation lists again. What is good takes effect with the
    /// next call; what is not leaves the old state as it is and says why.
    ///
    /// # Errors
    /// What is wrong with the new files.
    pub fn reload(&self) -> anyhow::Result<()> {
        let journal = journal::reopen();
        let (certificates, backends) = (self.live.reload_certificates(), self.live.reload_backends());
        self.live.tls.revocation().read_files(&self.live.tls.authorities(), clock::now());
        let catalogue = self.live.reload_catalogue();
        let journal = journal.context("journal.file: cannot be opened again; the former file is written on");
        let failed = [catalogue, certificates, backends, journal].into_iter().filter_map(Result::err);
        let failed: Vec<String> = failed.map(|error| format!("{error:#}")).collect();
        anyhow::ensure!(failed.is_empty(), failed.join("\n"));
        Ok(())
    }

    /// Stops taking calls, lets those under way end until the deadline of the settings, and ends.
    pub async fn stop(self) -> Drained {
        let deadline: Duration = self.live.shared.config.server.drain_deadline;
        let drained = listener::stop(&self.drain, [self.callers].into_iter().chain(self.intake), deadline);
        self.admin.stop().await;
        self.watch.stop();
        if let Err(error) = self.live.save_usage().await {
            tracing::error!(%error, "the last counts of who calls what are lost");
        }
        drained
    }
}

impl Live {
    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// The certificates of the callers' listener.
    #[must_use]
    pub fn tls(&self) -> &Arc<Tls> {
        &self.tls
    }

    /// What must outlive the process, when something does.
    #[must_use]
    pub fn store(&self) -> Option<&Store> {
        self.shared.store.as_ref()
    }

    /// Puts into the store what has been counted, when there is one.
    ///
    /// # Errors
    /// When the store cannot take it; then it is for the next time.
    pub async fn save_usage(&self) -> Result<(), StoreError> {
        match &self.shared.store {
            Some(store) => self.shared.usage.save(store, clock::now()).await,
            None => Ok(()),
        }
    }

    /// Reads the server certificate and the trust again.
    ///
    /// # Errors
    /// What is wrong with them; then the former stay in use.
    pub fn reload_certificates(&self) -> anyhow::Result<()> {
        let _loading = self.loading();
        let Config { callers, intake, .. } = &self.shared.config;
        let intake = intake.as_ref().zip(self.intake_tls.as_ref());
        let results = [
            self.tls.reload(callers),
            intake.map_or(Ok(()), |(intake, tls)| tls.reload(TlsSettings::of_intake(intake, callers))),
        ];
        report("certificates", results.iter().filter(|result| result.is_err()).count());
        let result: Result<(), TlsError> = results.into_iter().collect();
        result.map_err(|error| unusable(&self.shared.config, error))
    }

    /// Reads certificates, keys and roots towards the backends again.
    ///
    /// # Errors
    /// What is wrong with them; then the former stay in use.
    pub fn reload_backends(&self) -> anyhow::Result<()> {
        let _loading = self.loading();
        let result = self.shared.backend_tls.reload(&self.shared.config);
        report("backend certificates", result.as_ref().err().map_or(0, |problems| problems.list().len()));
        Ok(result?)
    }

    /// Reads contracts, mappings and clients again.
    ///
    /// # Errors
    /// All that is wrong with them; then the former stay in use.
    pub fn reload_catalogue(&self) -> anyhow::Result<()> {
        let _loading = self.loading();
        let files = load(&self.shared.config).and_then(|new| self.fits(&new).map(|()| new));
        report("catalogue and clients", files.as_ref().err().map_or(0, |problems| problems.list().len()));
        let (catalogue, registry) = files?;
        self.shared.catalogue.store(Arc::new(catalogue));
        self.shared.registry.store(Arc::new(registry));
        Ok(())
    }

    fn loading(&self) -> MutexGuard<'_, ()> {
        self.loading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Connections to backends and the store are made at start, so that a new one takes a restart.
    fn fits(&self, (catalogue, registry): &(Catalogue, Registry)) -> Result<(), Problems> {
        self.same_backends(catalogue)?;
        if self.shared.store.is_some() || !needs_store(catalogue, registry) {
            return Ok(());
        }
        let problem = Problem::new("clients", 0, "a client system may now call a service that needs the store");
        Err(problem.hint("restart the facade, which opens it").into())
    }

    fn same_backends(&self, new: &Catalogue) -> Result<(), Problems> {
        let names = |catalogue: &Catalogue| -> Vec<String> {
            catalogue.mapping().backends.iter().map(|backend| backend.name.clone()).collect()
        };
        if names(&self.shared.catalogue.load()) == names(new) {
            return Ok(());
        }
        let problem =
            Problem::new("mappings/services.toml", 0, "the backends are not those the facade was started with");
        Err(problem.hint("restart the facade").into())
    }
}

/// Tells the operator why files that were read again are not used.
pub fn not_taken(what: &str, error: &anyhow::Error) {
    tracing::error!(what, error = format!("{error:#}"), "changed files are not taken; the former stay in use");
}

/// Why a listener did not start.
fn not_started(config: &Config, error: ListenError) -> anyhow::Error {
    match error {
        ListenError::Tls(error) => unusable(config, error),
        other => other.into(),
    }
}

/// All that is wrong with the certificates of the listeners. A file may have been mended since; then it is the error
/// alone.
fn unusable(config: &Config, error: TlsError) -> anyhow::Error {
    Problems::none(listener::certificate_problems(config)).map_or_else(Into::into, |()| error.into())
}

fn report(what: &'static str, problems: usize) {
    journal::reloaded(&Reloaded { what, accepted: problems == 0, problems });
}

/// Who calls what, as the pages ask for it.
fn usage_of(shared: &Arc<Shared>) -> AsksForUsage {
    let shared = Arc::clone(shared);
    Arc::new(move || {
        let shared = Arc::clone(&shared);
        async move {
            let registry = shared.registry.load_full();
            shared.usage.report(shared.store.as_ref(), &registry, clock::now()).await
        }
        .boxed()
    })
}

/// The conditions of readiness.
fn readiness(live: &Arc<Live>, drain: Drain) -> Arc<dyn Fn() -> Vec<Check> + Send + Sync> {
    let live = Arc::clone(live);
    Arc::new(move || {
        let (tls, now) = (live.tls(), clock::now());
        let valid = |good: bool, why: &str| if good { Ok(()) } else { Err(why.to_owned()) };
        let own = [Some(tls), live.intake_tls.as_ref()].into_iter().flatten().all(|tls| tls.valid_at(now));
        let renew = "the server certificate is not valid now; put a valid one in its place and reload";
        let store = live.store().map(|store| Check::new("store", store.standing().map_err(|error| error.to_string())));
        let checks = [
            Check::new("catalogue", Ok(())),
            Check::new("certificate", valid(own, renew)),
            Check::new("revocation", tls.revocation_known_at(now)),
            Check::new("draining", valid(!drain.is_draining(), "the facade is stopping")),
        ];
        checks.into_iter().chain(store).collect()
    })
}
