//! A backend may know the facade by several certificates: its own, and those of client systems that demand that their
//! own identity stands behind their calls. Each has its TLS configuration and its connections, so that no
//! connection and no resumed session of one ever carries a call of another.

use crate::config::{self, CertificateFiles};
use dfdg_contract::Problems;
use std::collections::BTreeMap;

/// One for each certificate a backend may be shown.
#[derive(Debug)]
pub(super) struct ByIdentity<T> {
    /// For the facade's own.
    own: T,
    /// For those of the settings' `identities`.
    named: BTreeMap<String, T>,
}

impl<T> ByIdentity<T> {
    /// Makes one for each, by the identity's name and its files; `None` names the facade's own.
    ///
    /// # Errors
    /// What is wrong with any of them.
    pub(super) fn make(
        settings: &config::Backend,
        mut make: impl FnMut(Option<&str>, Option<&CertificateFiles>) -> Result<T, Problems>,
    ) -> Result<Self, Problems> {
        let own = make(None, settings.identity.as_ref());
        let (mut named, mut wrong) = (BTreeMap::new(), Vec::new());
        for (name, files) in &settings.identities {
            match make(Some(name), Some(files)) {
                Ok(made) => drop(named.insert(name.clone(), made)),
                Err(found) => wrong.extend(found.into_list()),
            }
        }
        match own {
            Ok(own) => Problems::none(wrong).map(|()| Self { own, named }),
            Err(found) => Err(found.with(wrong)),
        }
    }

    /// The one for an identity, or for the facade's own.
    pub(super) fn of(&self, identity: Option<&str>) -> Option<&T> {
        match identity {
            None => Some(&self.own),
            Some(name) => self.named.get(name),
        }
    }

    /// All of them, with the names of their identities.
    pub(super) fn into_all(self) -> impl Iterator<Item = (Option<String>, T)> {
        std::iter::once((None, self.own)).chain(self.named.into_iter().map(|(name, one)| (Some(name), one)))
    }

    /// Makes something else of each.
    pub(super) fn map<U>(self, mut make: impl FnMut(T) -> U) -> ByIdentity<U> {
        let own = make(self.own);
        ByIdentity { own, named: self.named.into_iter().map(|(name, one)| (name, make(one))).collect() }
    }
}
