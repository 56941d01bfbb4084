//! Looks for newer lists: at files every few seconds, at addresses every
//! `callers.trust.revocation_refresh`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;

use super::refusal::ListError;
use super::source::{FETCH, Fetcher, Known, read_limited};
use super::{Authorities, Revocation, tell};
use crate::clock;
use crate::config::ListSource;
use crate::digest::sha256;

/// A source that failed is asked again after this time, when that is sooner.
const AFTER_FAILURE: Duration = Duration::from_secs(60);
/// How much later than planned an address may be asked, as a part of the interval: not all
/// facades of the country at the same second.
const JITTER: u32 = 10;

/// The sources and what is known of each.
#[derive(Debug)]
pub struct Refresher {
    revocation: Arc<Revocation>,
    files: Vec<WatchedFile>,
    addresses: Vec<Address>,
    fetcher: Option<Fetcher>,
    /// The authorities of the last look.
    authorities: Option<Arc<Authorities>>,
}

#[derive(Debug)]
struct WatchedFile {
    path: PathBuf,
    /// What was read last, told apart by its bytes; `None` when it could not be read.
    seen: Option<[u8; 32]>,
}

#[derive(Debug)]
struct Address {
    url: String,
    known: Known,
    due: DateTime<Utc>,
}

impl Refresher {
    /// Everything is due at once.
    #[must_use]
    pub fn new(revocation: Arc<Revocation>) -> Self {
        let (mut files, mut addresses) = (Vec::new(), Vec::new());
        for source in &revocation.settings.sources {
            match source {
                ListSource::File(path) => files.push(WatchedFile { path: path.clone(), seen: Some([0; 32]) }),
                ListSource::Url(url) => {
                    addresses.push(Address { url: url.clone(), known: Known::default(), due: DateTime::UNIX_EPOCH });
                }
            }
        }
        Self { revocation, files, addresses, fetcher: None, authorities: None }
    }

    /// Reads the files that have changed and asks the addresses that are due.
    pub async fn refresh(&mut self, authorities: &Arc<Authorities>, now: DateTime<Utc>) {
        if !self.authorities.as_ref().is_some_and(|former| Arc::ptr_eq(former, authorities)) {
            self.forget();
            self.authorities = Some(Arc::clone(authorities));
        }
        for file in &mut self.files {
            file.refresh(&self.revocation, authorities, now);
        }
        if self.addresses.iter().any(|address| address.due <= now) {
            self.fetch(authorities, now).await;
        }
    }

    /// After a change of trust: a list that was nobody's may be somebody's now.
    fn forget(&mut self) {
        self.files.iter_mut().for_each(|file| file.seen = Some([0; 32]));
        for address in &mut self.addresses {
            (address.known, address.due) = (Known::default(), DateTime::UNIX_EPOCH);
        }
    }

    async fn fetch(&mut self, authorities: &Authorities, now: DateTime<Utc>) {
        if self.fetcher.is_none() {
            self.fetcher = Fetcher::new(FETCH).map_err(|error| tracing::error!(%error, "no list can be fetched")).ok();
        }
        let Some(fetcher) = &self.fetcher else { return };
        let (revocation, due) = (&self.revocation, self.addresses.iter_mut().filter(|address| address.due <= now));
        // side by side: a server that lets us wait keeps nobody from the lists of others
        let fetched = due.map(async |address| {
            let taken = address.refresh(fetcher, revocation, authorities, now).await;
            address.due = now + wait(revocation.settings.refresh, taken.is_ok());
            tell(&address.url, taken);
        });
        join_all(fetched).await;
    }
}

impl WatchedFile {
    fn refresh(&mut self, revocation: &Revocation, authorities: &Authorities, now: DateTime<Utc>) {
        let read = read_limited(&self.path);
        let digest = read.as_ref().ok().map(|bytes| sha256(bytes));
        if digest == self.seen {
            return;
        }
        self.seen = digest;
        tell(&self.path.display().to_string(), read.and_then(|list| revocation.offer(&list, authorities, now)));
    }
}

impl Address {
    async fn refresh(
        &mut self,
        fetcher: &Fetcher,
        revocation: &Revocation,
        authorities: &Authorities,
        now: DateTime<Utc>,
    ) -> Result<(), ListError> {
        let Some(list) = fetcher.fetch(&self.url, &mut self.known).await? else { return Ok(()) };
        let taken = revocation.offer(&list, authorities, now);
        if taken.is_err() {
            self.known = Known::default(); // a list that was refused is not the one we have
        }
        taken
    }
}

/// The time to the next look at an address.
fn wait(interval: Duration, good: bool) -> TimeDelta {
    let interval = if good { interval } else { interval.min(AFTER_FAILURE) };
    let part = f64::from(u8::try_from(clock::new_id().as_u128() & 0xff).unwrap_or_default()) / 255.0;
    let wait = interval + (interval / JITTER).mul_f64(part);
    TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX)
}
