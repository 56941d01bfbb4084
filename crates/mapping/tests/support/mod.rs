//! A catalogue of its own for the tests, in memory, with files changed at will.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use dfdg_contract::{Files, Folder};

/// The fixture, read into memory.
#[derive(Clone)]
pub(crate) struct Fixture(pub(crate) BTreeMap<String, String>);

impl Fixture {
    pub(crate) fn load() -> Self {
        let folder = Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture"));
        let mut files = BTreeMap::new();
        for part in ["wsdl", "xsd", "openapi", "mappings"] {
            for path in folder.list(part).unwrap() {
                files.insert(path.clone(), folder.read(&path).unwrap().into_owned());
            }
        }
        Self(files)
    }

    /// Replaces a piece of text that stands in a file exactly once.
    pub(crate) fn replace(&mut self, file: &str, old: &str, new: &str) {
        let text = self.0.get_mut(file).unwrap_or_else(|| panic!("no file {file}"));
        assert_eq!(text.matches(old).count(), 1, "{file}: {old}");
        *text = text.replacen(old, new, 1);
    }
}

impl Files for Fixture {
    fn read(&self, path: &str) -> io::Result<Cow<'_, str>> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "no such file");
        self.0.get(path).map(|text| Cow::Borrowed(text.as_str())).ok_or_else(missing)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let below = format!("{folder}/");
        Ok(self.0.keys().filter(|path| path.starts_with(&below)).cloned().collect())
    }
}
