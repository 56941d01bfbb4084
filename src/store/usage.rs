//! How often which operation was called by which client system, day by day.

use chrono::{DateTime, NaiveDate, Utc};

use super::Answer;

/// What was counted is kept.
pub trait Usages {
    /// Adds these counts to those that are there.
    fn add_usage(&self, counted: Vec<Counted>) -> Answer<'_, ()>;
}

/// What was counted is looked at.
pub trait UsageQueries {
    /// All that was counted on this day (in Denmark) and later.
    fn usage_since(&self, day: NaiveDate) -> Answer<'_, Vec<Counted>>;

    /// When each client system called each operation last, however long ago.
    fn last_calls(&self) -> Answer<'_, Vec<LastCall>>;
}

/// The calls of one client system to one operation on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The day in Denmark.
    pub day: NaiveDate,
    /// Who called what.
    pub line: Line,
    /// How often.
    pub tally: Tally,
}

/// Who called what, by the names in `clients.toml` and in the contract.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// The client system.
    pub client: String,
    /// The service.
    pub service: String,
    /// The operation; empty where the call did not get so far as to name one.
    pub operation: String,
}

/// How often something was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Calls, whatever became of them.
    pub calls: u64,
    /// Those that ended in a fault.
    pub faults: u64,
    /// The last one.
    pub last: DateTime<Utc>,
}

impl Tally {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.faults += other.faults;
        self.last = self.last.max(other.last);
    }
}

/// When something was called last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastCall {
    /// Who called what.
    pub line: Line,
    /// The moment.
    pub at: DateTime<Utc>,
}
