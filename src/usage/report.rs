//! The report: for each client system what it called, and since when it is silent.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Serialize;

use crate::clients::Registry;
use crate::clock;
use crate::store::{Counted, LastCall, Line, Tally};

/// Who still calls what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The day it was made, in Denmark.
    pub today: NaiveDate,
    /// Client systems; who called last comes first, who never did last.
    pub clients: Vec<Standing>,
}

/// One client system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Its name in `clients.toml`.
    pub client: String,
    /// Whom to ask; none of one that is not registered any more.
    pub contact: Option<String>,
    /// Its last call, however long ago; none when it never called.
    pub last: Option<DateTime<Utc>>,
    /// What it ever called.
    pub called: Vec<Called>,
}

/// What a client system called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Called {
    /// The service.
    pub service: String,
    /// The operation; empty where the calls named none.
    pub operation: String,
    /// The last call.
    pub last: DateTime<Utc>,
    /// Calls today.
    pub today: u64,
    /// Calls in seven days, today included.
    pub week: u64,
    /// Calls in all days of the report.
    pub month: u64,
    /// How many of those ended in a fault.
    pub faults: u64,
}

impl Report {
    /// Makes it of what was counted since [`first`](super::first), the last call of each, and who is registered.
    #[must_use]
    pub fn new(today: NaiveDate, counted: &[Counted], last: &[LastCall], registry: &Registry) -> Self {
        let mut called: BTreeMap<&str, BTreeMap<&Line, Called>> = BTreeMap::new();
        for LastCall { line, at } in last {
            called.entry(&line.client).or_default().insert(line, Called::nothing(line, *at));
        }
        for Counted { day, line, tally } in counted {
            let of_client = called.entry(&line.client).or_default();
            of_client.entry(line).or_insert_with(|| Called::nothing(line, tally.last)).add(today, *day, *tally);
        }
        let contacts: BTreeMap<&str, &str> =
            registry.clients().iter().map(|client| (client.name(), client.contact())).collect();
        let names: BTreeSet<&str> = called.keys().chain(contacts.keys()).copied().collect();
        let standing = |client: &str| {
            let called: Vec<Called> = called.get(client).into_iter().flat_map(BTreeMap::values).cloned().collect();
            let last = called.iter().map(|called| called.last).max();
            Standing { client: client.to_owned(), contact: contacts.get(client).map(|&it| it.to_owned()), last, called }
        };
        let mut clients: Vec<Standing> = names.into_iter().map(standing).collect();
        clients.sort_by_key(|standing| Reverse(standing.last)); // stable: those that are alike stay in the order of their names
        Self { today, clients }
    }
}

impl Standing {
    /// That it has not called in the days of the report, and since when.
    #[must_use]
    pub fn silence(&self) -> Option<String> {
        let silent = self.called.iter().all(|called| called.month == 0);
        let since = || self.last.map(|last| clock::in_denmark(last).format("silent since %Y-%m-%d").to_string());
        silent.then(|| since().unwrap_or_else(|| "never called".to_owned()))
    }
}

impl Called {
    fn nothing(line: &Line, last: DateTime<Utc>) -> Self {
        let Line { service, operation, .. } = line.clone();
        Self { service, operation, last, today: 0, week: 0, month: 0, faults: 0 }
    }

    fn add(&mut self, today: NaiveDate, day: NaiveDate, tally: Tally) {
        let week = today.checked_sub_days(Days::new(6)).unwrap_or(today);
        self.last = self.last.max(tally.last);
        self.today += if day == today { tally.calls } else { 0 };
        self.week += if day >= week { tally.calls } else { 0 };
        self.month += tally.calls;
        self.faults += tally.faults;
    }
}
