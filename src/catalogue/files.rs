//! The files a catalogue is made of: those of the operator's folder, and for what it lacks the ones compiled in. What
//! the folder holds in vain, because nothing reads it, is a mistake like any other.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use dfdg_contract::{Files, Folder, Problem};
use include_dir::{Dir, include_dir};

use crate::config::document::nearest;

static WSDL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/wsdl");
static XSD: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/xsd");
static OPENAPI: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/openapi");
static MAPPINGS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/mappings");

/// The folders of a catalogue.
const TOPS: [&str; 4] = ["wsdl", "xsd", "openapi", "mappings"];
/// How the names of the files in them end; others, such as notes and what an editor leaves, may lie beside them.
const ENDINGS: [&str; 5] = ["wsdl", "xsd", "json", "yaml", "toml"];

/// The files of a catalogue: those of a folder, and for what it lacks the ones compiled in.
#[derive(Debug, Default)]
pub struct CatalogueFiles {
    folder: Option<Folder>,
    /// The paths that were asked for.
    read: RefCell<BTreeSet<String>>,
}

impl CatalogueFiles {
    /// The set that is compiled in, with a folder of the operator's on top of it.
    #[must_use]
    pub fn new(folder: Option<&Path>) -> Self {
        Self { folder: folder.map(|path| Folder(path.to_owned())), read: RefCell::default() }
    }

    /// What keeps the folder from being one of a catalogue: it is not there, holds no folder of a catalogue, or one
    /// whose name is misspelt. Anything else may lie beside them, as in a checkout.
    pub(super) fn misplaced(&self) -> Vec<Problem> {
        let Some(Folder(folder)) = &self.folder else { return Vec::new() };
        let problem = |message: &str| Problem::new(folder.display().to_string(), 0, message);
        let names = match folders(folder) {
            Ok(names) => names,
            Err(error) => return vec![problem(&format!("cannot be read: {error}"))],
        };
        let slip = |name: &String| Some((name.clone(), nearest(&name.to_lowercase(), TOPS.into_iter())?));
        let slips = names.iter().filter(|name| !TOPS.contains(&name.as_str())).filter_map(slip);
        let told = |(name, meant): (String, &str)| {
            let path = folder.join(name).display().to_string();
            Problem::new(path, 0, "nothing reads this folder").hint(format!("did you mean `{meant}/`?"))
        };
        let found: Vec<Problem> = slips.map(told).collect();
        if found.is_empty() && !names.iter().any(|name| TOPS.contains(&name.as_str())) {
            let hint = "what you change of the catalogue lies in wsdl/, xsd/, openapi/ and mappings/ within it";
            return vec![problem("nothing reads this folder: it holds no part of a catalogue").hint(hint)];
        }
        found
    }

    /// The files of the folder that have not been read; to be asked when everything else has been. A copy of one that
    /// is compiled in is where it belongs, even when what it is for is not served.
    pub(super) fn unread(&self) -> Vec<Problem> {
        let Some(folder) = &self.folder else { return Vec::new() };
        let read = self.read.borrow();
        let found = TOPS.into_iter().flat_map(|top| folder.list(top).unwrap_or_default());
        let unread = found.filter(|path| is_of_a_catalogue(path) && !read.contains(path) && embedded(path).is_err());
        unread.map(|path| Problem::new(&path, 0, "nothing reads this file").hint(placing(&path))).collect()
    }
}

impl Files for CatalogueFiles {
    fn read(&self, path: &str) -> io::Result<Cow<'_, str>> {
        self.read.borrow_mut().insert(path.to_owned());
        match self.folder.as_ref().map(|folder| folder.read(path)) {
            Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => embedded(path),
            Some(read) => read,
            None => embedded(path),
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut found = match &self.folder {
            Some(own) => own.list(folder)?,
            None => Vec::new(),
        };
        if let Some((top, dir)) = top_of(folder) {
            let prefix = format!("{}/", folder.trim_end_matches('/'));
            let mut files = Vec::new();
            collect(dir, top, &mut files);
            found.extend(files.into_iter().filter(|path| path.starts_with(&prefix)));
        }
        found.sort();
        found.dedup();
        Ok(found)
    }
}

/// The names of the folders in a folder.
fn folders(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn is_of_a_catalogue(path: &str) -> bool {
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    !hidden && path.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// What to do about a file nothing reads: the nearest path of those compiled in, else who names such files.
fn placing(path: &str) -> String {
    let mut known = Vec::new();
    if let Some((top, dir)) = top_of(path) {
        collect(dir, top, &mut known);
    }
    match nearest(path, known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if path.starts_with("xsd/") => "a schema is read when a WSDL or another schema imports it".to_owned(),
        None => "name it, or the folder it is in, in mappings/services.toml".to_owned(),
    }
}

/// The compiled-in folder a path lies in.
fn top_of(path: &str) -> Option<(&str, &'static Dir<'static>)> {
    let top = path.split('/').next()?;
    let dir = match top {
        "wsdl" => &WSDL,
        "xsd" => &XSD,
        "openapi" => &OPENAPI,
        "mappings" => &MAPPINGS,
        _ => return None,
    };
    Some((top, dir))
}

fn collect(dir: &Dir<'_>, top: &str, found: &mut Vec<String>) {
    found.extend(dir.files().map(|file| format!("{top}/{}", file.path().display())));
    for below in dir.dirs() {
        collect(below, top, found);
    }
}

fn embedded(path: &str) -> io::Result<Cow<'static, str>> {
    let file = top_of(path).and_then(|(top, dir)| dir.get_file(path.get(top.len() + 1..)?));
    let text = file.and_then(|file| file.contents_utf8()).map(Cow::Borrowed);
    text.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no such file"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::fs;

    use tempfile::TempDir;

    use crate::catalogue::Catalogue;

    /// What is said of a folder with these files.
    fn said(files: &[(&str, &str)]) -> String {
        let folder = TempDir::new().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Catalogue::load(Some(folder.path())).err().map(|problems| problems.to_string()).unwrap_or_default()
    }

    const MAPPING: &str = include_str!("../../mappings/booking/create-booking.toml");

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = Catalogue::load(Some("/no/such/folder".as_ref())).unwrap_err().to_string();
        assert!(error.starts_with("/no/such/folder: cannot be read: "), "{error}");
    }

    #[test]
    fn a_misspelt_folder_is_told_with_the_name_it_was_to_have() {
        for (wrong, right) in [("mapping", "mappings"), ("Mappings", "mappings"), ("openAPI", "openapi")] {
            let path = format!("{wrong}/booking/create-booking.toml");
            for beside in [&[][..], &[("wsdl/notes.txt", "")]] {
                let said = said(&[&[(path.as_str(), MAPPING)], beside].concat());
                let expected = format!("{wrong}: nothing reads this folder\n    hint: did you mean `{right}/`?");
                assert!(said.ends_with(&expected), "{said}");
            }
        }
    }

    #[test]
    fn a_folder_without_any_part_of_a_catalogue_is_refused() {
        for files in [&[][..], &[("create-booking.toml", MAPPING)], &[("src/main.rs", "")]] {
            let said = said(files);
            assert!(said.contains("holds no part of a catalogue\n    hint: "), "{said}");
        }
    }

    #[test]
    fn a_file_nothing_reads_is_told_and_notes_may_lie_beside() {
        let good = [("mappings/booking/create-booking.toml", MAPPING), ("mappings/README.md", ""), ("src/main.rs", "")];
        assert_eq!(said(&[&good[..], &[("xsd/.hidden.xsd", "")]].concat()), "");
        for (path, hint) in [
            ("mappings/bookings/create-booking.toml", "did you mean `mappings/booking/create-booking.toml`?"),
            ("wsdl/Elsewhere.wsdl", "name it, or the folder it is in, in mappings/services.toml"),
            ("xsd/EntirelyOwn.xsd", "a schema is read when a WSDL or another schema imports it"),
        ] {
            let said = said(&[&good[..], &[(path, "")]].concat());
            assert_eq!(said, format!("{path}: nothing reads this file\n    hint: {hint}"));
        }
    }
}
