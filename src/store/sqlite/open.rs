//! The file of the store: found, locked, opened, brought up to date.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::schema;
use crate::store::StoreError;

/// How long a lock of somebody else on the file is waited for, such as that of an operator's `sqlite3`.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why the file of the store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Is raised when the file, its folder or its lock cannot be made.
    #[error("cannot be opened: {path}: {source}")]
    File {
        /// What could not be made.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Is raised when another process has it open.
    #[error("is in use by another process: {0}")]
    InUse(PathBuf),
    /// Is raised when it was written by a later version of this program.
    #[error("was written by a newer version of this program (schema {version}; this one knows {known})")]
    Newer {
        /// The number in the file.
        version: i64,
        /// The largest number known.
        known: usize,
    },
    /// Is raised when it is to be read only and was written by an earlier version of this program.
    #[error("was written by an older version of this program")]
    Older,
    /// Is raised when the file has more names than one (hard links).
    #[error("has several names (hard links): {0}")]
    Linked(PathBuf),
    /// Is raised when it is a data base of something else.
    #[error("is not a store of this program")]
    Foreign,
    /// Is raised when it cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpenError {
    /// Whether opening it for writing makes it good: it is not there yet, or an earlier version's.
    pub(crate) fn is_mended_by_start(&self) -> bool {
        match self {
            Self::File { source, .. } => source.kind() == io::ErrorKind::NotFound,
            Self::Older => true,
            Self::InUse(_) | Self::Newer { .. } | Self::Foreign | Self::Linked(_) | Self::Store(_) => false,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::File { .. } => "the user this program runs as must be able to write there",
            Self::InUse(_) => "one process has a store to itself; stop the other, or give each a file of its own",
            Self::Newer { .. } => "run the newer version, or restore the copy made before it was installed",
            Self::Older => "start the server once; it brings the file up to date",
            Self::Foreign => "name another file; a new one is made where there is none",
            Self::Linked(_) => "give the file one name; whoever comes by another name would not see that it is in use",
            Self::Store(StoreError::Full) => "make room on the disk; nothing is lost",
            Self::Store(StoreError::Corrupt(_)) => "look at the disk; a damaged file is replaced by its last good copy",
            Self::Store(_) => "look at the disk and at who may write to the file and its folder",
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The file while this process has it to itself.
#[derive(Debug)]
pub(super) struct Owned {
    pub(super) writing: Connection,
    pub(super) reading: Connection,
    pub(super) lock: File,
    /// Its one name, and by which the system knows it.
    pub(super) file: (PathBuf, u64),
}

/// Opens the file for this process alone; makes it where there is none.
pub(super) fn own(path: &Path) -> Result<Owned, OpenError> {
    make_folder(path)?;
    let path = &true_name(path)?;
    let lock = lock(path)?;
    let cannot = |source| OpenError::File { path: path.to_owned(), source };
    let file = private_file(path).and_then(|file| file.metadata()).map_err(cannot)?;
    if !file.is_file() {
        return Err(OpenError::Foreign);
    }
    if file.nlink() > 1 {
        return Err(OpenError::Linked(path.to_owned()));
    }
    fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(cannot)?; // it may have come from elsewhere
    let mut writing = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    writing.pragma_update(None, "journal_mode", "WAL")?;
    writing.pragma_update(None, "synchronous", "FULL")?; // what is committed is on the disk
    writing.pragma_update(None, "foreign_keys", true)?;
    writing.pragma_update(None, "secure_delete", true)?; // what is deleted about a citizen is gone from the file
    schema::bring_up_to_date(&mut writing)?;
    Ok(Owned { writing, reading: read_only(path)?, lock, file: (path.to_owned(), file.ino()) })
}

/// Opens the file to read it, beside the process that has it.
pub(super) fn read_only(path: &Path) -> Result<Connection, OpenError> {
    if let Err(source) = fs::metadata(path) {
        return Err(OpenError::File { path: path.to_owned(), source });
    }
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    schema::require_up_to_date(&connection)?;
    Ok(connection)
}

#[expect(clippy::disallowed_methods, reason = "the one place that opens a data base")]
fn connect(path: &Path, access: OpenFlags) -> Result<Connection, OpenError> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

fn make_folder(path: &Path) -> Result<(), OpenError> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| OpenError::File { path: folder.to_owned(), source })
}

/// The name without symbolic links: by whatever name it is asked for, it is one store and has one lock.
fn true_name(path: &Path) -> Result<PathBuf, OpenError> {
    let cannot = |source| OpenError::File { path: path.to_owned(), source };
    match (fs::canonicalize(path), path.parent(), path.file_name()) {
        (Ok(name), ..) => Ok(name),
        (Err(error), Some(folder), Some(name)) if error.kind() == io::ErrorKind::NotFound => {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            Ok(fs::canonicalize(folder).map_err(cannot)?.join(name))
        }
        (Err(error), ..) => Err(cannot(error)),
    }
}

/// A file beside the store: closing any handle of the store's own would take away the locks SQLite has on it.
fn lock(path: &Path) -> Result<File, OpenError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let beside = PathBuf::from(beside);
    let file = private_file(&beside).map_err(|source| OpenError::File { path: beside.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(source)) => Err(OpenError::File { path: beside, source }),
    }
}

/// A file that nobody else can read; SQLite makes those beside it alike.
fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}
