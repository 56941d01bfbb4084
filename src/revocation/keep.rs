//! The last good list of each authority on disk, so that a restart does not depend on the
//! servers that publish them, and an older list is not taken after it either.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::source::read_limited;
use crate::digest::{hex, sha256};

const EXTENSION: &str = "crl";
/// Octets of the key's digest in a file's name; enough to tell a handful of authorities apart.
const NAME_OCTETS: usize = 8;

/// Writes the list signed with `key`: whole or not at all.
pub(super) fn write(folder: &Path, key: &[u8], list: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let name = hex(&sha256(key)[..NAME_OCTETS]);
    let path = folder.join(name).with_extension(EXTENSION);
    let unfinished = path.with_extension("new");
    let mut file = File::create(&unfinished)?;
    file.write_all(list)?;
    file.sync_all()?;
    fs::rename(&unfinished, &path)
}

/// Every list in the folder; none when it is not there yet.
pub(super) fn read(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let lists = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|it| it == EXTENSION));
    lists.filter_map(|path| read_limited(&path).ok()).collect()
}
