//! What calls share: settings, catalogue and registry for the whole process, connections to
//! backends for each worker.

use std::sync::Arc;

use arc_swap::ArcSwap;
use dfdg_contract::Problems;

use crate::backend::{Backends, Circuits, TlsConfigs, Wanted};
use crate::catalogue::Catalogue;
use crate::clients::Registry;
use crate::config::Config;
use crate::store::Store;
use crate::turns::Turns;
use crate::usage::{Counter, Usage};

/// What the whole process shares.
#[derive(Debug)]
pub struct Shared {
    /// The settings.
    pub config: Config,
    /// Contracts and plans, replaced whole.
    pub catalogue: ArcSwap<Catalogue>,
    /// Who may call, replaced whole.
    pub registry: ArcSwap<Registry>,
    /// Which backends are left alone at the moment.
    pub circuits: Circuits,
    /// Which entities are being updated at the moment.
    pub turns: Turns,
    /// Certificates towards the backends, replaced when their files change.
    pub backend_tls: TlsConfigs,
    /// Who calls what.
    pub usage: Usage,
    /// What must outlive the process; none when nothing needs it.
    pub store: Option<Store>,
}

impl Shared {
    /// Puts the parts together.
    ///
    /// # Errors
    /// When a certificate, key or root towards a backend cannot be used.
    pub fn new(
        config: Config,
        catalogue: Catalogue,
        registry: Registry,
        store: Option<Store>,
    ) -> Result<Arc<Self>, Problems> {
        let (circuits, backend_tls) = (Circuits::new(&config), TlsConfigs::load(&config)?);
        let (catalogue, registry) = (ArcSwap::from_pointee(catalogue), ArcSwap::from_pointee(registry));
        let (turns, usage) = (Turns::default(), Usage::default());
        Ok(Arc::new(Self { config, catalogue, registry, circuits, turns, backend_tls, usage, store }))
    }
}

/// What one worker thread has for itself.
#[derive(Debug)]
pub struct Worker {
    /// What it shares with the others.
    pub shared: Arc<Shared>,
    /// Its connections to the backends.
    pub backends: Backends,
    /// What it has answered.
    pub counter: Arc<Counter>,
}

impl Worker {
    /// Makes the worker of the current thread; inside its runtime, to which its connections belong.
    ///
    /// # Errors
    /// When a backend of the catalogue has no usable settings.
    pub fn new(shared: Arc<Shared>) -> Result<Self, Problems> {
        let catalogue = shared.catalogue.load_full();
        let wanted = catalogue.mapping().backends.iter().map(|backend| match backend {
            inside if inside.inside => Wanted::Inside(shared.store.clone()),
            named if shared.config.backends.contains_key(&named.name) => Wanted::Outside(&named.name),
            _ => Wanted::Nowhere, // nobody may call what needs it: `facade::load` has seen to that
        });
        let wanted: Vec<_> = wanted.collect();
        let backends = Backends::new(&shared.config, &wanted, &shared.circuits, &shared.backend_tls)?;
        let counter = shared.usage.counter();
        Ok(Self { shared, backends, counter })
    }
}
