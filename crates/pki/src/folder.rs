//! The folder of a development PKI on disk. A marker file tells our folders from others, so that
//! nothing is ever written over a trust store or keys that are not ours.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::Error;
use crate::authority::{Authority, AuthorityName};
use crate::bundle::bundle;
use crate::certificate::Certificate;
use crate::key::{Key, pem};
use crate::manifest::{Entry, Manifest};

const MARKER: &str = "DEVELOPMENT-PKI.txt";
const MARKER_TEXT: &str = "The certificates in this folder are made for development and tests of the facade.\n\
                           They prove nothing. Trust none of them on a machine that real callers can reach.\n";
const MANIFEST: &str = "manifest.json";
/// All that we write beside marker and manifest; removed when a PKI is overwritten.
const PARTS: [&str; 4] = ["ca", "servers", "clients", "crl"];

/// A folder that holds, or is about to hold, a development PKI.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Prepares an empty folder for a new PKI. A folder with our marker and no manifest is what an
    /// interrupted run left behind, and is cleared.
    pub(crate) fn create(path: &Path, overwrite: bool) -> Result<Self, Error> {
        let folder = Self(path.to_owned());
        folder.at(".", fs::create_dir_all(path))?;
        if folder.is_ours() {
            if folder.0.join(MANIFEST).exists() && !overwrite {
                return Err(Error::AlreadyThere(folder.0));
            }
            folder.clear()?;
        } else if !folder.is_empty()? {
            return Err(Error::ForeignFolder(folder.0));
        }
        folder.write(MARKER, MARKER_TEXT.as_bytes())?;
        Ok(folder)
    }

    /// Opens the folder of an existing PKI.
    pub(crate) fn open(path: &Path) -> Result<(Self, Manifest), Error> {
        let folder = Self(path.to_owned());
        if !folder.is_ours() || !folder.0.join(MANIFEST).exists() {
            return Err(Error::NotThere(folder.0));
        }
        let text = folder.read(MANIFEST)?;
        let manifest = serde_json::from_str(&text).map_err(|error| folder.damaged(MANIFEST, error.to_string()))?;
        Ok((folder, manifest))
    }

    pub(crate) fn write_manifest(&self, manifest: &Manifest) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(manifest).map_err(|error| self.damaged(MANIFEST, error.to_string()))?;
        self.write(MANIFEST, text.as_bytes())
    }

    pub(crate) fn write_authority(&self, authority: &Authority) -> Result<(), Error> {
        let folder = authority_folder(authority.name);
        self.write(&format!("{folder}/cert.pem"), authority.pem.as_bytes())?;
        self.write_secret(&format!("{folder}/key.pem"), authority.key.pem()?.as_bytes())
    }

    /// Reads an authority of this PKI; [`Error::Damaged`] when its key does not read.
    pub(crate) fn authority(&self, name: AuthorityName) -> Result<Authority, Error> {
        let folder = authority_folder(name);
        let key_file = format!("{folder}/key.pem");
        let key =
            Key::from_pem(&self.read(&key_file)?).ok_or_else(|| self.damaged(&key_file, "no RSA key in PKCS#8"))?;
        Ok(Authority { name, key, pem: self.read(&format!("{folder}/cert.pem"))? })
    }

    /// Writes certificate, chain and key of a server or client, and all three in one.
    pub(crate) fn write_leaf(
        &self,
        entry: &Entry,
        leaf: &Certificate,
        key: &Key,
        issuer: &Authority,
    ) -> Result<(), Error> {
        let folder = format!("{}/{}", entry.usage.folder(), entry.name);
        let certificate = leaf.pem()?;
        let is_root = issuer.name.issuer() == issuer.name;
        let issuers: &[&str] = if is_root { &[] } else { &[&issuer.pem] };
        let chain = format!("{certificate}{}", issuers.concat());
        self.write_secret(&format!("{folder}/key.pem"), key.pem()?.as_bytes())?;
        self.write_secret(&format!("{folder}/bundle.p12"), &bundle(&entry.name, leaf, key, issuers)?)?;
        self.write(&format!("{folder}/cert.pem"), certificate.as_bytes())?;
        self.write(&format!("{folder}/chain.pem"), chain.as_bytes())
    }

    /// Writes a revocation list in DER and in PEM.
    pub(crate) fn write_revocation_list(&self, name: &str, der: &[u8]) -> Result<(), Error> {
        self.write(&format!("crl/{name}.crl"), der)?;
        self.write(&format!("crl/{name}.pem"), pem("X509 CRL", der)?.as_bytes())
    }

    /// A problem with one of the files.
    pub(crate) fn damaged(&self, file: &str, why: impl Into<String>) -> Error {
        Error::Damaged { path: self.0.join(file), why: why.into() }
    }

    fn is_ours(&self) -> bool {
        fs::read(self.0.join(MARKER)).is_ok_and(|text| text == MARKER_TEXT.as_bytes())
    }

    fn is_empty(&self) -> Result<bool, Error> {
        self.at(".", fs::read_dir(&self.0)).map(|mut files| files.next().is_none())
    }

    /// Removes what we wrote; the manifest first, so that a half-cleared folder is not taken for a PKI.
    fn clear(&self) -> Result<(), Error> {
        self.at(MANIFEST, ignore_absent(fs::remove_file(self.0.join(MANIFEST))))?;
        PARTS.iter().try_for_each(|part| self.at(part, ignore_absent(fs::remove_dir_all(self.0.join(part)))))
    }

    fn read(&self, file: &str) -> Result<String, Error> {
        self.at(file, fs::read_to_string(self.0.join(file)))
    }

    /// Writes a file that is not secret: whole or not at all, since a running facade may read it.
    fn write(&self, file: &str, content: &[u8]) -> Result<(), Error> {
        let path = self.0.join(file);
        let unfinished = path.with_added_extension("new");
        self.make_parent(file)?;
        self.at(file, fs::write(&unfinished, content).and_then(|()| fs::rename(&unfinished, &path)))
    }

    /// Writes a private key, in whatever form: only the owner can read it, and it never goes over another.
    fn write_secret(&self, file: &str, content: &[u8]) -> Result<(), Error> {
        self.make_parent(file)?;
        self.at(file, create_private(&self.0.join(file)).and_then(|mut file| file.write_all(content)))
    }

    fn make_parent(&self, file: &str) -> Result<(), Error> {
        let path = self.0.join(file);
        path.parent().map_or(Ok(()), |parent| self.at(file, fs::create_dir_all(parent)))
    }

    fn at<T>(&self, file: &str, result: io::Result<T>) -> Result<T, Error> {
        let path = || if file == "." { self.0.clone() } else { self.0.join(file) };
        result.map_err(|why| Error::Io { path: path(), why })
    }
}

fn authority_folder(name: AuthorityName) -> String {
    format!("ca/{}", name.folder())
}

fn ignore_absent(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
