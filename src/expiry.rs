//! What ends by itself, and warnings before it does: certificates at 60, 30 and 7 days,
//! revocation lists at some hours.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use dfdg_contract::Problem;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::config::{Backend, Config};
use crate::journal::{self, EndsSoon};
use crate::revocation::Standing;

/// The warnings before a certificate ends, and one when it has.
const CERTIFICATE: [TimeDelta; 4] = [TimeDelta::days(60), TimeDelta::days(30), TimeDelta::days(7), TimeDelta::zero()];
/// The warnings before a list ends; the last is the alarm that it is used in its grace.
const LIST: [TimeDelta; 3] = [TimeDelta::hours(6), TimeDelta::hours(1), TimeDelta::zero()];
/// A list that is renewed every few hours is not warned of before the last quarter of its time.
const LAST_PART: i32 = 4;

/// Something that ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct End {
    /// What kind of thing: `server_certificate`, `authority`, `revocation_list` and so on.
    pub what: &'static str,
    /// The file of a certificate, the authority of a list.
    pub name: String,
    /// The last moment it holds.
    pub at: DateTime<Utc>,
}

/// What has been warned of.
#[derive(Debug, Default)]
pub struct Watcher {
    /// The certificates in use, which need not be those on disk: a faulty file leaves the former in use.
    in_use: BTreeMap<Loaded, Vec<End>>,
    /// How many of the warnings have been given.
    given: HashMap<End, usize>,
}

/// Which certificates are loaded together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loaded {
    /// Those of the listeners: shown, believed, and of proxies.
    Listeners,
    /// Those shown to backends.
    Backends,
}

impl Watcher {
    /// At a start, when all certificates are in use as they are on disk.
    #[must_use]
    pub fn started(config: &Config) -> Self {
        let mut watcher = Self::default();
        [Loaded::Listeners, Loaded::Backends].into_iter().for_each(|what| watcher.taken_up(what, config));
        watcher
    }

    /// These certificates are in use now, as they are on disk.
    pub fn taken_up(&mut self, what: Loaded, config: &Config) {
        self.in_use.insert(what, certificates_of(what, config).collect());
    }

    /// Sets the metrics and gives the warnings that are due; each once.
    pub fn look(&mut self, lists: &[Standing], now: DateTime<Utc>) {
        let certificates: Vec<End> = self.in_use.values().flatten().cloned().collect();
        let lists: Vec<(End, TimeDelta)> = lists.iter().filter_map(list).collect();
        let everything = |end: &End| certificates.contains(end) || lists.iter().any(|(list, _)| list == end);
        self.given.retain(|end, _| everything(end));
        for end in certificates {
            self.warn(end, &CERTIFICATE, now);
        }
        for (end, time) in lists {
            self.warn(end, &LIST.map(|before| before.min(time / LAST_PART)), now);
        }
    }

    fn warn(&mut self, end: End, before: &[TimeDelta], now: DateTime<Utc>) {
        let left = end.at - now;
        journal::ends_in(end.what, &end.name, left);
        let due = before.iter().filter(|before| left <= **before).count();
        if due > self.given.get(&end).copied().unwrap_or_default() {
            let End { what, name, at } = &end;
            journal::ends_soon(&EndsSoon { what, name, ends: *at, hours_left: left.num_hours() });
            self.given.insert(end, due);
        }
    }
}

/// The certificates that have ended, as problems of an installation.
pub fn ended(config: &Config, now: DateTime<Utc>) -> impl Iterator<Item = Problem> {
    let ended = certificates(config).filter(move |end| end.at < now);
    ended.map(|End { what, name, at }| {
        let what = what.replace('_', " ");
        Problem::new(name, 0, format!("the {what} ended at {at}")).hint("put the renewed one in its place")
    })
}

/// The certificates callers and backends depend on, as they are on disk.
pub fn certificates(config: &Config) -> impl Iterator<Item = End> {
    [Loaded::Listeners, Loaded::Backends].into_iter().flat_map(|what| certificates_of(what, config))
}

fn certificates_of(what: Loaded, config: &Config) -> Box<dyn Iterator<Item = End> + '_> {
    match what {
        Loaded::Listeners => Box::new(of_listeners(config)),
        Loaded::Backends => {
            let shown = config.backends.values().flat_map(Backend::certificates);
            Box::new(shown.flat_map(|files| first_of("backend_certificate", &files.certificate)))
        }
    }
}

fn of_listeners(config: &Config) -> impl Iterator<Item = End> {
    let trust = &config.callers.trust;
    let authorities = trust.roots.iter().chain(&trust.issuing).flat_map(|file| all_of("authority", file));
    let proxies = config.callers.proxy.certificates.iter().flat_map(|file| first_of("proxy_certificate", file));
    let intake = config.intake.iter().map(|intake| &intake.server).filter(|server| **server != config.callers.server);
    let servers = [&config.callers.server].into_iter().chain(intake);
    servers.flat_map(|server| first_of("server_certificate", &server.certificate)).chain(authorities).chain(proxies)
}

fn list(standing: &Standing) -> Option<(End, TimeDelta)> {
    let list = standing.list.as_ref()?;
    let end = End { what: "revocation_list", name: standing.issuer.clone(), at: list.next_update };
    Some((end, list.next_update - list.this_update))
}

fn first_of(what: &'static str, file: &Path) -> Option<End> {
    all_of(what, file).into_iter().next()
}

/// The certificates in a file; one that cannot be read is left to whoever loads it.
fn all_of(what: &'static str, file: &Path) -> Vec<End> {
    let ders = CertificateDer::pem_file_iter(file).into_iter().flatten().filter_map(Result::ok);
    ders.filter_map(|der| Some(End { what, name: file.display().to_string(), at: not_after(&der)? })).collect()
}

fn not_after(der: &CertificateDer<'_>) -> Option<DateTime<Utc>> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    DateTime::from_timestamp(certificate.validity().not_after.timestamp(), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watcher() -> Watcher {
        Watcher::default()
    }

    /// The days before its end at which warnings were given, when it is looked at every day.
    fn days_warned(before: &[TimeDelta]) -> Vec<i64> {
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mut watcher = watcher();
        let mut warned = Vec::new();
        for days in (-2..=100).rev() {
            let given = |watcher: &Watcher| watcher.given.values().copied().next().unwrap_or_default();
            let former = given(&watcher);
            let end = End { what: "test", name: "test".to_owned(), at };
            watcher.warn(end, before, at - TimeDelta::days(days));
            if given(&watcher) > former {
                warned.push(days);
            }
        }
        warned
    }

    #[test]
    fn warnings_come_60_30_and_7_days_before_and_at_the_end() {
        assert_eq!(days_warned(&CERTIFICATE), [60, 30, 7, 0]);
    }

    #[test]
    fn a_certificate_that_was_not_taken_hides_nothing() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let in_days = |days| End { what: "test", name: "server.pem".to_owned(), at: now + TimeDelta::days(days) };
        let mut watcher = watcher();
        watcher.in_use.insert(Loaded::Listeners, vec![in_days(20)]);
        watcher.look(&[], now);
        assert_eq!(watcher.given.get(&in_days(20)), Some(&2), "60 and 30 days before");
        watcher.in_use.insert(Loaded::Listeners, vec![in_days(300)]);
        watcher.look(&[], now);
        assert_eq!(watcher.given.values().sum::<usize>(), 0, "its renewal is far from its end");
    }

    #[test]
    fn what_was_renewed_is_forgotten() {
        let mut watcher = watcher();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        watcher.warn(End { what: "test", name: "test".to_owned(), at: now }, &LIST, now);
        assert_eq!(watcher.given.len(), 1);
        let known: Vec<End> = Vec::new();
        watcher.given.retain(|end, _| known.contains(end));
        assert!(watcher.given.is_empty());
    }
}
