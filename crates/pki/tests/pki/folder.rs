//! Nothing is written over what is not a development PKI, nor over keys without being told.

use std::fs;

use dfdg_pki::{Error, Manifest, Options, init};
use tempfile::TempDir;

use crate::{FULL, copy};

#[test]
fn a_folder_with_other_files_is_refused_and_left_alone() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("trust.pem"), "genuine").unwrap();
    for overwrite in [false, true] {
        let result = init(dir.path(), &Options { overwrite, ..Options::quick() });
        assert!(matches!(result, Err(Error::ForeignFolder(_))), "{result:?}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_folder_with_a_forged_marker_is_refused() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("DEVELOPMENT-PKI.txt"), "something else").unwrap();
    assert!(matches!(init(dir.path(), &Options::quick()), Err(Error::ForeignFolder(_))));
}

#[test]
fn an_existing_pki_is_replaced_only_when_asked_for() {
    let pki = copy();
    let key = pki.client("system").key(pki.path());
    let before = fs::read(&key).unwrap();
    let error = init(pki.path(), &Options::quick()).unwrap_err();
    assert!(matches!(error, Error::AlreadyThere(_)) && error.to_string().contains("with --overwrite"), "{error}");
    assert_eq!(fs::read(&key).unwrap(), before);

    let manifest = init(pki.path(), &Options { overwrite: true, ..Options::quick() }).unwrap();
    assert_ne!(fs::read(&key).unwrap(), before);
    assert_eq!(Manifest::read(pki.path()).unwrap(), manifest);
    assert!(!pki.path().join("clients/vendor").exists(), "the essential set has no vendor");
}

#[test]
fn what_an_interrupted_run_left_behind_is_no_obstacle() {
    let pki = copy();
    fs::remove_file(pki.path().join("manifest.json")).unwrap();
    assert!(matches!(Manifest::read(pki.path()), Err(Error::NotThere(_))));
    init(pki.path(), &Options::quick()).unwrap();
}

#[cfg(unix)]
#[test]
fn private_keys_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let entries = FULL.manifest.certificates.iter();
    let keys = entries.flat_map(|entry| [entry.key(FULL.path()), entry.bundle(FULL.path())]);
    let authorities =
        FULL.manifest.authorities.iter().map(|entry| FULL.path().join(&entry.file).with_file_name("key.pem"));
    for key in keys.chain(authorities) {
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600, "{}", key.display());
    }
}

#[test]
fn the_full_set_and_its_manifest_are_read_back_alike() {
    assert_eq!(Manifest::read(FULL.path()).unwrap(), FULL.manifest);
}

#[test]
fn a_host_that_is_none_is_refused_before_anything_is_written() {
    let dir = TempDir::new().unwrap();
    for host in ["", "a b", "-a.dk", "a..dk", "æ.dk", "https://a.dk", &"a".repeat(64)] {
        let result = init(dir.path(), &Options { hosts: vec![host.to_owned()], ..Options::quick() });
        assert!(matches!(result, Err(Error::HostInvalid(_))), "{host}: {result:?}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn what_the_system_says_of_a_folder_is_told_once() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let folder = file.join("pki");
    let error = init(&folder, &Options::quick()).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with(&format!("{}: ", folder.display())), "{text}");
    assert!(text.contains("os error") && std::error::Error::source(&error).is_none(), "nobody tells it again: {text}");
}
