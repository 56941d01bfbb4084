//! Where contracts, mappings and code lists come from: a folder on disk, or the set that
//! is compiled into the binary. Paths are relative, with `/`, such as `wsdl/BookingService.wsdl`.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

/// A tree of text files.
pub trait Files {
    /// The text of a file.
    ///
    /// # Errors
    /// When there is no such file, or it is not UTF-8.
    fn read(&self, path: &str) -> io::Result<Cow<'_, str>>;

    /// The paths of all files below a folder, sorted; empty when there is no such folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;
}

/// A folder on disk.
#[derive(Clone, Debug)]
pub struct Folder(pub PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> io::Result<Cow<'_, str>> {
        std::fs::read_to_string(self.0.join(path)).map(Cow::Owned)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            let entries = match std::fs::read_dir(self.0.join(&folder)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                entries => entries?,
            };
            for entry in entries {
                let entry = entry?;
                let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
                if entry.file_type()?.is_dir() {
                    open.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
    }
}
