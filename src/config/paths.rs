//! Settings that name files and folders.

use super::ListSource;
use super::reader::{MUST_BE_SET, Reader, given, optional};
use super::value::{Value, list_url};
use std::path::{Path, PathBuf};

impl Reader<'_> {
    /// A file that must be named and must be there.
    pub(super) fn file(&mut self, name: &str) -> PathBuf {
        let text = self.read(name, None, |value| given(value).map(|text| Some(text.to_owned())));
        text.and_then(|text| self.existing(name, &text, Path::is_file)).unwrap_or_default()
    }

    /// A file the program may make itself.
    pub(super) fn new_file(&mut self, name: &str) -> Option<PathBuf> {
        let folder = self.folder.clone();
        self.read(name, None, |value| Ok(optional(value)?.map(|text| folder.join(text))))
    }

    /// A file that must be named; the program makes it itself.
    pub(super) fn made_file(&mut self, name: &str) -> PathBuf {
        let folder = self.folder.clone();
        self.read(name, PathBuf::new(), |value| Ok(folder.join(given(value)?)))
    }

    /// A file the program may make itself, in a folder that must be there.
    pub(super) fn appended_file(&mut self, name: &str) -> Option<PathBuf> {
        let path = self.new_file(name)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            let looked_for = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
            self.refuse(name, &format!("is in a folder that is not there: {}", looked_for.display()));
        }
        Some(path)
    }

    /// A file that holds a secret: what stands in its place is not repeated, for it may be the secret itself.
    pub(super) fn optional_secret(&mut self, name: &str) -> Option<PathBuf> {
        let path = self.new_file(name)?;
        if !path.is_file() {
            self.refuse(name, "names nothing that is there; paths begin at the folder of the settings file");
        }
        Some(path)
    }

    pub(super) fn optional_folder(&mut self, name: &str) -> Option<PathBuf> {
        let text = self.read(name, None, |value| Ok(optional(value)?.map(str::to_owned)));
        self.existing(name, &text?, Path::is_dir)
    }

    pub(super) fn files(&mut self, name: &str) -> Vec<PathBuf> {
        let items = self.read(name, Vec::new(), Value::list);
        items.iter().filter_map(|item| self.existing(name, item, Path::is_file)).collect()
    }

    pub(super) fn list_sources(&mut self, name: &str) -> Vec<ListSource> {
        let items = self.read(name, Vec::new(), Value::list);
        items.iter().filter_map(|item| self.list_source(name, item)).collect()
    }

    fn list_source(&mut self, name: &str, text: &str) -> Option<ListSource> {
        let url = match text.split_once("://") {
            None => return self.existing(name, text, Path::is_file).map(ListSource::File),
            Some(("http", _)) => list_url(text),
            Some(_) => Err("must be files or addresses that begin with http://"),
        };
        url.map(ListSource::Url).map_err(|why| self.refuse(name, why)).ok()
    }

    /// The path of what must be there; where it was looked for is told when it is not.
    fn existing(&mut self, name: &str, text: &str, there: impl Fn(&Path) -> bool) -> Option<PathBuf> {
        if text.contains("-----BEGIN") || text.contains('\n') {
            self.refuse(name, "must be the path of a file, not its content");
            return None;
        }
        let path = self.folder.join(text);
        if there(&path) {
            return Some(path);
        }
        let looked_for = std::path::absolute(&path).unwrap_or(path);
        self.refuse(name, &format!("names nothing that is there: {} was looked for", looked_for.display()));
        None
    }

    pub(super) fn required_files(&mut self, name: &str) -> Vec<PathBuf> {
        let given = self.layers.get(name).is_none_or(|setting| setting.value.list().as_deref() != Ok(&[]));
        if !given {
            self.refuse(name, MUST_BE_SET);
        }
        self.files(name)
    }
}
