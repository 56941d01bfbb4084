//! What must not be lost: commands on durable state behind traits, which know of no connection, lock or process, so
//! that several instances can share a state one day. [`sqlite`] is the one that carries them out, in one file.
//!
//! An answer is given when what was asked for cannot be lost any more, and not before.

mod identifiers;
mod push;
pub mod sqlite;
mod usage;

use std::fmt::Debug;
use std::sync::Arc;

use dfdg_contract::Problem;
use futures_util::future::BoxFuture;

use crate::config;

pub use identifiers::{IdentifierQueries, Identifiers, Pair};
pub use push::{
    Body, Change, Citizen, Contents, Count, Kept, Key, NewPush, Notice, PushId, PushQueries, Pushes, Recipient, State,
    Stored, Waiting,
};
pub use usage::{Counted, LastCall, Line, Tally, UsageQueries, Usages};

/// The store as the rest of the program has it. Cheap to clone; the last one to go closes it.
pub type Store = Arc<dyn Durable>;

/// Opens the store of the settings, for this process alone.
///
/// # Errors
/// Why it cannot be opened, as a problem of the setting.
pub fn open(settings: &config::Store) -> Result<Store, Problem> {
    match sqlite::Sqlite::open(&settings.file) {
        Ok(store) => Ok(Arc::new(store)),
        Err(error) => Err(Problem::new("store.file", 0, error.to_string()).hint(error.hint())),
    }
}

/// Looks whether the store of the settings can be used, beside the process that has it. Nothing is made or changed;
/// that it is not there yet, or of an earlier version, is no problem.
///
/// # Errors
/// Why it could not be opened, as a problem of the setting.
pub fn look(settings: &config::Store) -> Result<(), Problem> {
    match sqlite::Reading::open(&settings.file) {
        Err(error) if !error.is_mended_by_start() => {
            Err(Problem::new("store.file", 0, error.to_string()).hint(error.hint()))
        }
        _ => Ok(()),
    }
}

/// What the store will have answered.
pub type Answer<'s, T> = BoxFuture<'s, Result<T, StoreError>>;

/// All that a store can do.
pub trait Durable:
    Pushes + PushQueries + Identifiers + IdentifierQueries + Usages + UsageQueries + Debug + Send + Sync
{
    /// Whether the last thing that was to be kept could be; part of readiness. While it could not, each asking makes
    /// the store try again by itself, so that it is known when it works although nobody comes.
    ///
    /// # Errors
    /// Why it could not be kept.
    fn standing(&self) -> Result<(), StoreError>;
}

/// Why the store did not do what it was asked for. Nothing of it was kept. What a person sent is in none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Is raised when there is no room on the disk.
    #[error("the store has no room left on its disk")]
    Full,
    /// Is raised when so much waits to be stored that there was no place in the line for some seconds.
    #[error("too much waits to be stored")]
    Busy,
    /// Is raised when the file cannot be read or written: an error of the disk, another process that holds it, the
    /// store that is closed.
    #[error("the store cannot be used: {0}")]
    Unavailable(&'static str),
    /// Is raised when the file is not what it was, or holds what the program did not put there.
    #[error("the store is damaged: {0}")]
    Corrupt(&'static str),
}

impl StoreError {
    /// A short label from a closed set, for metrics and the journal.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Busy => "busy",
            Self::Unavailable(_) => "unavailable",
            Self::Corrupt(_) => "corrupt",
        }
    }
}
