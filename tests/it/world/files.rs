//! Files a test changes.

use std::fs;
use std::path::{Path, PathBuf};

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Copies contracts and mappings.
pub(crate) fn copy_catalogue(to: &Path) {
    for folder in ["wsdl", "xsd", "openapi", "mappings"] {
        copy(&repository().join(folder), &to.join(folder));
    }
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (from, to) = (entry.as_ref().unwrap().path(), to.join(entry.as_ref().unwrap().file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// Replaces a text in a file, in which it must be.
pub(crate) fn edit(file: impl Into<PathBuf>, is: &str, shall_be: &str) {
    let file = file.into();
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert!(text.contains(is), "{}: {is} is not in it", file.display());
    fs::write(&file, text.replace(is, shall_be)).unwrap();
}

/// Gives the one backend of all mappings below a folder another name.
pub(crate) fn rename_backend(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rename_backend(&path);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let text = text.replace("[backend.kontaktforloeb", "[backend.andet").replace("\"kontaktforloeb\"", "\"andet\"");
        fs::write(&path, text).unwrap();
    }
}
