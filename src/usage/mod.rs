//! Who still calls what: calls are counted as they end, kept by day, and told as a [`Report`].
//!
//! Each worker counts for itself, so that no call waits for another's. What was counted goes to the store every few
//! seconds and at a stop; a crash takes the last few seconds of the counts, and nothing of the journal, which has every call.
//! Without a store they are those since the start.

mod report;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Days, NaiveDate, Utc};

pub use report::{Called, Report, Standing};

use crate::clients::Registry;
use crate::clock;
use crate::journal::{CallEvent, Label};
use crate::store::{Counted, Line, Store, StoreError, Tally};

/// How many days a report looks back upon, today included.
pub const DAYS: u64 = 30;

/// What has been counted and is not in the store yet.
#[derive(Debug, Default)]
pub struct Usage {
    counters: Mutex<Vec<Arc<Counter>>>,
    unsaved: Mutex<BTreeMap<(NaiveDate, Line), Tally>>,
}

/// What one worker has counted since somebody asked for it.
#[derive(Debug, Default)]
pub struct Counter(Mutex<HashMap<[Label; 3], Tally>>);

impl Counter {
    /// Counts a call that has ended. One whose certificate nobody has registered is in the journal alone.
    pub fn count(&self, event: &CallEvent, now: DateTime<Utc>) {
        let Some(line) = event.line() else { return };
        let one = Tally { calls: 1, faults: u64::from(event.is_fault()), last: now };
        held(&self.0).entry(line).and_modify(|tally| tally.add(one)).or_insert(one);
    }
}

impl Usage {
    /// A counter for one worker.
    #[must_use]
    pub fn counter(&self) -> Arc<Counter> {
        let counter = Arc::new(Counter::default());
        held(&self.counters).push(Arc::clone(&counter));
        counter
    }

    /// Puts what has been counted into the store. When that cannot take it, it stays here for the next time.
    ///
    /// # Errors
    /// Why the store could not take it.
    pub async fn save(&self, store: &Store, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.collect(now);
        let taken = mem::take(&mut *held(&self.unsaved)); // at one go: somebody else may be saving or adding
        if taken.is_empty() {
            return Ok(());
        }
        let saved = store.add_usage(rows(&taken)).await;
        if saved.is_err() {
            let mut unsaved = held(&self.unsaved);
            taken.into_iter().for_each(|(line, tally)| add(&mut unsaved, line, tally));
        }
        saved
    }

    /// Who called what in the last [`DAYS`] days, and which registered client system did not.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn report(
        &self,
        store: Option<&Store>,
        registry: &Registry,
        now: DateTime<Utc>,
    ) -> Result<Report, StoreError> {
        let today = clock::in_denmark(now).date_naive();
        let Some(store) = store else {
            self.collect(now);
            return Ok(Report::new(today, &rows(&held(&self.unsaved)), &[], registry));
        };
        let _ = self.save(store, now).await; // what could not be saved is missing until it can
        Ok(Report::new(today, &store.usage_since(first(today)).await?, &store.last_calls().await?, registry))
    }

    fn collect(&self, now: DateTime<Utc>) {
        let day = clock::in_denmark(now).date_naive();
        let mut unsaved = held(&self.unsaved);
        for counter in held(&self.counters).iter() {
            for (names, tally) in mem::take(&mut *held(&counter.0)) {
                let [client, service, operation] = names.map(|name| name.as_str().to_owned());
                add(&mut unsaved, (day, Line { client, service, operation }), tally);
            }
        }
    }
}

fn rows(counted: &BTreeMap<(NaiveDate, Line), Tally>) -> Vec<Counted> {
    let row =
        |((day, line), tally): (&(NaiveDate, Line), &Tally)| Counted { day: *day, line: line.clone(), tally: *tally };
    counted.iter().map(row).collect()
}

/// The first day of a report of this day.
#[must_use]
pub fn first(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today)
}

fn add(to: &mut BTreeMap<(NaiveDate, Line), Tally>, line: (NaiveDate, Line), tally: Tally) {
    to.entry(line).and_modify(|there| there.add(tally)).or_insert(tally);
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
