//! What calls share: settings, catalogue and registry for the whole process, connections to
//! backends for each worker.

use std::sync::Arc;

use arc_swap::ArcSwap;
use dfdg_contract::Problems;

use crate::backend::{Backends, Circuits};
use crate::catalogue::Catalogue;
use crate::clients::Registry;
use crate::config::Config;
use crate::turns::Turns;

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
}

impl Shared {
    /// Puts the parts together.
    #[must_use]
    pub fn new(config: Config, catalogue: Catalogue, registry: Registry) -> Arc<Self> {
        let circuits = Circuits::new(&config);
        let (catalogue, registry) = (ArcSwap::from_pointee(catalogue), ArcSwap::from_pointee(registry));
        Arc::new(Self { config, catalogue, registry, circuits, turns: Turns::default() })
    }
}

/// What one worker thread has for itself.
#[derive(Debug)]
pub struct Worker {
    /// What it shares with the others.
    pub shared: Arc<Shared>,
    /// Its connections to the backends.
    pub backends: Backends,
}

impl Worker {
    /// Makes the worker of the current thread; inside its runtime, to which its connections belong.
    ///
    /// # Errors
    /// When a backend of the catalogue has no usable settings.
    pub fn new(shared: Arc<Shared>) -> Result<Self, Problems> {
        let catalogue = shared.catalogue.load_full();
        let names: Vec<&str> = catalogue.mapping().backends.iter().map(|backend| backend.name.as_str()).collect();
        let backends = Backends::new(&shared.config, &names, &shared.circuits)?;
        Ok(Self { shared, backends })
    }
}
