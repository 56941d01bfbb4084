//! What the development PKI promises: certificates and lists that TLS libraries take or refuse as
//! the manifest says, in the shape of OCES3, in a folder that is never written over by accident.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "rustls judges certificates of the real present")]

mod folder;
mod handshake;
mod shape;
mod working;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use dfdg_pki::{Entry, Manifest, Options, Set, Usage, init};
use tempfile::TempDir;

/// A development PKI in a folder that goes when the test ends.
struct Pki {
    dir: TempDir,
    manifest: Manifest,
}

impl Pki {
    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn clients(&self) -> impl Iterator<Item = &Entry> {
        self.manifest.certificates.iter().filter(|entry| entry.usage == Usage::Client)
    }

    fn client(&self, name: &str) -> &Entry {
        self.manifest.client(name).unwrap()
    }

    fn file(&self, file: &str) -> Vec<u8> {
        fs::read(self.path().join(file)).unwrap()
    }
}

/// The full set, made once; tests that change something work on [`copy`].
static FULL: LazyLock<Pki> = LazyLock::new(|| {
    let dir = TempDir::new().unwrap();
    let options = Options { set: Set::Full, hosts: vec!["facade.dev.test".to_owned()], ..Options::quick() };
    let manifest = init(dir.path(), &options).unwrap();
    Pki { dir, manifest }
});

/// A copy of the full set that a test may change.
fn copy() -> Pki {
    let dir = TempDir::new().unwrap();
    copy_folder(FULL.path(), dir.path());
    Pki { dir, manifest: FULL.manifest.clone() }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            copy_folder(&file.path(), &target);
        } else {
            fs::copy(file.path(), target).unwrap();
        }
    }
}
