//! Whether a certificate has been revoked, by the lists of the configured authorities.
//!
//! Lists come from the files and addresses of `callers.trust.revocation`. One that is complete,
//! signed by its authority and not older than the one in use takes its place at once, for open
//! and resumed connections too: every call is checked again. When a list is past its next update
//! it holds for `callers.trust.revocation_grace` more, with an alarm; after that nobody is let in
//! whose standing it would have to tell.

mod authority;
mod keep;
mod list;
mod refresh;
mod refusal;
mod signed;
mod source;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use rustls_pki_types::CertificateDer;

pub use authority::{Authorities, Trail};
pub use refresh::Refresher;
pub use refusal::{ListError, Refusal};

use crate::config::{self, ListSource};
use crate::journal;
use authority::{Authority, Slots};
use list::List;

/// The lists in use.
#[derive(Debug)]
pub struct Revocation {
    settings: config::Revocation,
    slots: Slots,
}

/// How a list stands, for health and metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The name of its authority.
    pub issuer: String,
    /// What is known of its list; `None` until one was accepted.
    pub list: Option<ListState>,
}

/// What is known of a list in use.
#[derive(Clone, Debug, PartialEq)]
pub struct ListState {
    /// Its number, as far as a floating point number can tell it; 0 when it has none.
    pub number: f64,
    /// When it was made.
    pub this_update: DateTime<Utc>,
    /// When the next one is due at the latest.
    pub next_update: DateTime<Utc>,
    /// Whether it can still be relied upon.
    pub usable: bool,
    /// How many certificates are on it.
    pub entries: usize,
}

impl Revocation {
    /// Nothing is read yet; until it is, nobody is let in.
    #[must_use]
    pub fn new(settings: &config::Revocation) -> Self {
        Self { settings: settings.clone(), slots: Slots::default() }
    }

    /// The authorities of a trust. Those that were in an earlier trust keep their lists.
    #[must_use]
    pub fn authorities(&self, roots: &[CertificateDer<'_>], issuing: &[CertificateDer<'_>]) -> Authorities {
        Authorities::new(roots, issuing, &self.slots)
    }

    /// The way from a certificate up through the authorities.
    #[must_use]
    pub fn trail(&self, authorities: &Authorities, certificate: &CertificateDer<'_>) -> Trail {
        if self.settings.accept_revoked { Trail::not_checked() } else { authorities.trail(certificate) }
    }

    /// Reads what is on disk: first the last good lists, then the configured files. What cannot
    /// be used is told in the journal.
    pub fn read_files(&self, authorities: &Authorities, now: DateTime<Utc>) {
        if self.settings.accept_revoked {
            return tracing::warn!(
                "revoked certificates are accepted, as callers.trust.accept_revoked_certificates says"
            );
        }
        for list in self.settings.folder.iter().flat_map(|folder| keep::read(folder)) {
            if let Err(error) = self.take(&list, authorities, now) {
                tracing::warn!(%error, "a kept revocation list is not used");
            }
        }
        for file in self.settings.files() {
            let taken = source::read_limited(file).and_then(|list| self.offer(&list, authorities, now));
            tell(&file.display().to_string(), taken);
        }
    }

    /// Tries every source once, for `check`: the files, and with `fetch` the addresses too. Nothing is kept or told.
    /// Afterwards [`Self::ready`] says of which authority there is no list.
    pub async fn try_sources(
        &self,
        authorities: &Authorities,
        fetch: bool,
        now: DateTime<Utc>,
    ) -> Vec<(String, ListError)> {
        let mut failed = Vec::new();
        for source in self.settings.sources.iter().filter(|_| !self.settings.accept_revoked) {
            let (name, list) = match source {
                ListSource::File(file) => (file.display().to_string(), source::read_limited(file)),
                ListSource::Url(url) if fetch => (url.clone(), source::fetch_once(url).await),
                ListSource::Url(_) => continue,
            };
            let taken = list.and_then(|list| self.take(&list, authorities, now).map(drop));
            failed.extend(taken.err().map(|error| (name, error)));
        }
        failed
    }

    /// Takes a list into use and keeps it.
    ///
    /// # Errors
    /// When it will not do; then the former one stays.
    pub fn offer(&self, bytes: &[u8], authorities: &Authorities, now: DateTime<Utc>) -> Result<(), ListError> {
        if bytes.len() > source::MAX_LIST_BYTES {
            return Err(ListError::TooLarge(source::MAX_LIST_BYTES));
        }
        let Some(authority) = self.take(bytes, authorities, now)? else { return Ok(()) };
        journal::revocation_list(&authority.standing(now));
        if let Some(folder) = &self.settings.folder {
            self.keep(folder, authority, bytes);
        }
        Ok(())
    }

    /// The authority whose list has changed by it; `None` when it is the one in use.
    fn take<'a>(
        &self,
        bytes: &[u8],
        authorities: &'a Authorities,
        now: DateTime<Utc>,
    ) -> Result<Option<&'a Authority>, ListError> {
        let grace = TimeDelta::from_std(self.settings.grace).unwrap_or(TimeDelta::MAX);
        let (authority, list) = List::read(bytes, authorities, now, grace)?;
        if let Some(former) = authority.list.load_full() {
            list.follows(&former)?;
            if list.is_same(&former) {
                return Ok(None);
            }
        }
        authority.list.store(Some(Arc::new(list)));
        Ok(Some(authority))
    }

    fn keep(&self, folder: &Path, authority: &Authority, bytes: &[u8]) {
        if let Err(error) = keep::write(folder, authority.key.octets(), bytes) {
            tracing::error!(%error, folder = %folder.display(), "a revocation list cannot be kept for the next start");
        }
    }

    /// How the lists stand; empty when revocation is not checked.
    #[must_use]
    pub fn standings(&self, authorities: &Authorities, now: DateTime<Utc>) -> Vec<Standing> {
        let all = authorities.all().filter(|_| !self.settings.accept_revoked);
        all.map(|authority| authority.standing(now)).collect()
    }

    /// Whether every authority has a list that can be relied upon; part of readiness.
    ///
    /// # Errors
    /// The first that has none, in a sentence for the operator.
    pub fn ready(&self, authorities: &Authorities, now: DateTime<Utc>) -> Result<(), String> {
        for Standing { issuer, list } in self.standings(authorities, now) {
            match list {
                Some(list) if list.usable => {}
                Some(list) => {
                    return Err(format!("the revocation list of \"{issuer}\" ended at {}", list.next_update));
                }
                None => return Err(format!("there is no usable revocation list of \"{issuer}\"")),
            }
        }
        Ok(())
    }
}

impl Authority {
    fn standing(&self, now: DateTime<Utc>) -> Standing {
        let state = |list: &List| ListState {
            number: list.number.as_ref().and_then(|number| number.to_string().parse().ok()).unwrap_or_default(),
            this_update: list.this_update,
            next_update: list.next_update,
            usable: list.is_usable(now),
            entries: list.entries(),
        };
        Standing { issuer: self.name.clone(), list: self.list.load().as_ref().map(|list| state(list)) }
    }
}

/// What became of a source, in the journal.
fn tell(source: &str, taken: Result<(), ListError>) {
    if let Err(error) = taken {
        journal::revocation_list_refused(source, error.reason(), &error.to_string());
    }
}
