//! The store in one file, with SQLite. One thread writes and one reads; whoever asks them waits without stopping
//! others.

mod error;
mod identifiers;
mod open;
mod pushes;
mod rows;
mod schema;
mod usage;
mod work;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rusqlite::TransactionBehavior;

pub use open::OpenError;
use work::Desk;

use super::{Durable, StoreError};

/// The store of one process.
#[derive(Debug)]
pub struct Sqlite {
    // closed in this order: the last connection to go leaves one file with everything in it, which a reading one cannot
    reading: Reading,
    writing: Desk,
    _lock: File,
    /// Its name and by which the system knows it.
    file: (PathBuf, u64),
}

/// What is in a store, for those who only look.
#[derive(Debug)]
pub struct Reading(Desk);

impl Sqlite {
    /// Opens the file for this process alone. Where there is none it is made, and its folder; one of an earlier version
    /// is brought up to date.
    ///
    /// # Errors
    /// When another process has it, it was written by a newer version, or it cannot be used.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let owned = open::own(path)?;
        let cannot = |source| OpenError::File { path: path.to_owned(), source };
        let writing = Desk::start("dfdg-store", owned.writing, TransactionBehavior::Immediate).map_err(cannot)?;
        let reading = Reading::start(owned.reading).map_err(cannot)?;
        Ok(Self { reading, writing, _lock: owned.lock, file: owned.file })
    }
}

impl Reading {
    /// Opens the file to look at it, whether a process has it or not. Nothing is changed.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let connection = open::read_only(path)?;
        Self::start(connection).map_err(|source| OpenError::File { path: path.to_owned(), source })
    }

    fn start(connection: rusqlite::Connection) -> std::io::Result<Self> {
        Desk::start("dfdg-store-read", connection, TransactionBehavior::Deferred).map(Self)
    }
}

impl Durable for Sqlite {
    fn standing(&self) -> Result<(), StoreError> {
        self.writing.standing()?;
        let (name, known) = &self.file;
        match std::fs::metadata(name) {
            Ok(found) if found.ino() == *known => Ok(()),
            _ => {
                Err(StoreError::Unavailable("its file is gone, or another stands in its place; stop, and put it back"))
            }
        }
    }
}
