//! Certificates, keys and roots towards the backends, taken up anew while the facade runs.
//!
//! The process has one TLS configuration for each backend and each certificate it may be shown, made from its files. A
//! worker makes its client from it, and makes another one when the configuration has been replaced: connections of
//! the old one end with the calls that are on them.

use super::client;
use super::identities::ByIdentity;
use crate::config::{self, Config};
use arc_swap::ArcSwap;
use dfdg_contract::Problems;
use rustls::ClientConfig;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

type Slot = Arc<ArcSwap<ClientConfig>>;

/// The TLS configurations in use, by the names of the backends.
#[derive(Debug)]
pub struct TlsConfigs(BTreeMap<String, ByIdentity<Slot>>);

impl TlsConfigs {
    /// Reads the files of all backends in the settings.
    ///
    /// # Errors
    /// Certificates, keys or roots that cannot be used: all of them.
    pub fn load(config: &Config) -> Result<Self, Problems> {
        let slots = |tls: ByIdentity<ClientConfig>| tls.map(|tls| Arc::new(ArcSwap::from_pointee(tls)));
        read(config).map(|read| Self(read.into_iter().map(|(name, tls)| (name.to_owned(), slots(tls))).collect()))
    }

    /// Reads them again, for the connections that are opened from now on.
    ///
    /// # Errors
    /// As [`Self::load`]; then all stay as they were.
    pub fn reload(&self, config: &Config) -> Result<(), Problems> {
        for (backend, all) in read(config)? {
            for (identity, tls) in all.into_all() {
                if let Some(slot) = self.of(backend, identity.as_deref()) {
                    slot.store(Arc::new(tls));
                }
            }
        }
        Ok(())
    }

    pub(super) fn of(&self, backend: &str, identity: Option<&str>) -> Option<Slot> {
        self.0.get(backend)?.of(identity).map(Arc::clone)
    }
}

fn read(config: &Config) -> Result<Vec<(&str, ByIdentity<ClientConfig>)>, Problems> {
    let (mut problems, mut read) = (Vec::new(), Vec::new());
    for (name, settings) in &config.backends {
        match client::tls(settings) {
            Ok(tls) => read.push((name.as_str(), tls)),
            Err(found) => problems.extend(found.into_list().into_iter().map(|problem| config.placed(problem))),
        }
    }
    Problems::none(problems).map(|()| read)
}

/// The client of one worker for one backend and one certificate.
#[derive(Debug)]
pub(super) struct Renewed {
    tls: Slot,
    made: RefCell<(Arc<ClientConfig>, reqwest::Client)>,
}

impl Renewed {
    pub(super) fn new(settings: &config::Backend, tls: Slot) -> Result<Self, Problems> {
        let from = tls.load_full();
        let client = client::client(settings, &from)?;
        Ok(Self { tls, made: RefCell::new((from, client)) })
    }

    /// The client of the configuration in use.
    pub(super) fn current(&self, settings: &config::Backend) -> reqwest::Client {
        let mut made = self.made.borrow_mut();
        if !Arc::ptr_eq(&made.0, &self.tls.load()) {
            let from = self.tls.load_full();
            match client::client(settings, &from) {
                Ok(client) => *made = (from, client),
                Err(error) => tracing::error!(backend = settings.name, %error, "the former certificates stay in use"),
            }
        }
        made.1.clone()
    }
}
