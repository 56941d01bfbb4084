//! What all worlds of this process share: one development PKI, because making one takes a
//! second, and the journal, of which a process has one.

use std::path::PathBuf;
use std::sync::{LazyLock, OnceLock};

use dfdg_facade::config::Config;
use dfdg_facade::journal;
use dfdg_pki::{Options, init};
use tempfile::TempDir;

/// The folder is left behind: nothing of a process is dropped at its end. `cargo clean` takes it.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = TempDir::with_prefix_in("it-", env!("CARGO_TARGET_TMPDIR")).unwrap();
    init(&folder.path().join("pki"), &Options::quick()).unwrap();
    folder
});

static JOURNAL: OnceLock<journal::Open> = OnceLock::new();

/// A file of the PKI, such as `clients/system/chain.pem`.
pub(crate) fn file(name: &str) -> PathBuf {
    FOLDER.path().join("pki").join(name)
}

/// The file all worlds write their events to.
pub(super) fn journal() -> PathBuf {
    FOLDER.path().join("journal.jsonl")
}

/// Opens the journal, the first time.
pub(super) fn open_journal(config: &Config) {
    JOURNAL.get_or_init(|| journal::init(config).unwrap_or_else(|problems| panic!("{problems}")));
}
