//! What the demo keeps in its folder: a development PKI, settings, clients, requests to paste.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use dfdg_pki::{Options, init};
use serde_json::json;

use super::Ports;
use crate::catalogue::{Catalogue, CatalogueFiles};

/// The folder of a demo, made or found.
pub(super) struct Folder {
    path: PathBuf,
    /// Locked as long as the demo runs.
    _lock: File,
}

impl Folder {
    /// Makes the folder, or takes the one that is there; its certificates are kept.
    pub(super) fn prepare(path: &Path, ports: &Ports) -> anyhow::Result<Self> {
        std::fs::create_dir_all(path).with_context(|| format!("{}: cannot be made", path.display()))?;
        let path = path.canonicalize()?;
        let folder = Self { _lock: lock(&path)?, path };
        if !folder.path(PUBLISHER_CERTIFICATE).exists() {
            init(&folder.path("pki"), &Options { overwrite: true, ..Options::quick() })?; // none, or an earlier version's
        }
        folder.write("facade.toml", &settings(ports))?;
        folder.write("clients.toml", CLIENTS)?;
        folder.write("demo.json", &serde_json::to_string_pretty(&folder.description(ports)?)?)?;
        Ok(folder)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = self.path(name);
        std::fs::write(&path, text).with_context(|| format!("{}: cannot be written", path.display()))
    }

    pub(super) fn read(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        let path = self.path(name);
        std::fs::read(&path).with_context(|| format!("{}: cannot be read", path.display()))
    }

    /// Where everything is, for scripts.
    fn description(&self, ports: &Ports) -> anyhow::Result<serde_json::Value> {
        let callers = format!("https://localhost:{}", ports.callers);
        Ok(json!({
            "callers_url": callers,
            "admin_url": format!("http://127.0.0.1:{}", ports.admin),
            "backend_url": format!("https://127.0.0.1:{}", ports.backend),
            "ca_file": self.path(SERVER_CA),
            "client_cert": self.path(CLIENT_CERTIFICATE),
            "client_key": self.path(CLIENT_KEY),
            "intake_url": format!("https://localhost:{}", ports.intake),
            "publisher_cert": self.path(PUBLISHER_CERTIFICATE),
            "publisher_key": self.path(PUBLISHER_KEY),
            "services": services(&callers)?,
        }))
    }
}

/// Keeps a second demo from writing over the files of one that runs.
fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("demo.lock");
    let file = File::create(&path).with_context(|| format!("{}: cannot be written", path.display()))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(anyhow!(
            "another demo runs in {}; end it, or give this one a folder (--dir) and ports (--port-base) of its own",
            folder.display()
        )),
        _ => Ok(file), // where a file system knows no locks, nothing is kept from anybody
    }
}

/// The address of every old service, also of those that are gone.
fn services(callers: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let catalogue = Catalogue::compile(&CatalogueFiles::default())?;
    let mapping = catalogue.mapping();
    let served = mapping.services.iter().map(|service| (&service.name, &service.paths));
    let all = served.chain(mapping.gone.iter().map(|gone| (&gone.name, &gone.paths)));
    Ok(all.filter_map(|(name, paths)| Some((name.clone(), format!("{callers}{}", paths.first()?)))).collect())
}

/// The authority of the demo's server certificates.
pub(super) const SERVER_CA: &str = "pki/ca/server-ca/cert.pem";
/// The certificate of the client system the demo plays, with its issuer.
pub(super) const CLIENT_CERTIFICATE: &str = "pki/clients/system/chain.pem";
/// Its key.
pub(super) const CLIENT_KEY: &str = "pki/clients/system/key.pem";

/// The certificate of the publisher the demo plays, with its issuer.
pub(super) const PUBLISHER_CERTIFICATE: &str = "pki/clients/wsb-publisher/chain.pem";
/// Its key.
pub(super) const PUBLISHER_KEY: &str = "pki/clients/wsb-publisher/key.pem";
/// What outlives the demo.
pub(super) const STORE: &str = "facade.db";

fn settings(ports: &Ports) -> String {
    let Ports { callers, intake, admin, backend } = ports;
    format!(
        r#"# Made by `dfdg-facade demo`; made again each time.
[callers]
address     = "127.0.0.1:{callers}"
public_url  = "from-host"
certificate = "pki/servers/facade/chain.pem"
key         = "pki/servers/facade/key.pem"

[callers.trust]
roots   = ["pki/ca/root/cert.pem"]
issuing = ["pki/ca/issuing-1/cert.pem"]
revocation = ["pki/crl/root.crl", "pki/crl/issuing-1.crl"]

[intake]
enabled = true
address = "127.0.0.1:{intake}"

[admin]
address = "127.0.0.1:{admin}"

[store]
file = "{STORE}"

[journal]
file = "journal.jsonl"
level = "warn"

[backends.kontaktforloeb]
url         = "https://127.0.0.1:{backend}"
certificate = "pki/clients/facade/chain.pem"
key         = "pki/clients/facade/key.pem"
roots       = ["pki/ca/server-ca/cert.pem"]

[backends.virksomhedsindsats]
url         = "https://127.0.0.1:{backend}"
certificate = "pki/clients/facade/chain.pem"
key         = "pki/clients/facade/key.pem"
roots       = ["pki/ca/server-ca/cert.pem"]
"#
    )
}

/// The client system and the publisher the demo plays: their identities are the same in every development PKI.
const CLIENTS: &str = r#"# Made by `dfdg-facade demo`; made again each time.
[[client]]
name         = "demo-fagsystem"
contact      = "demo@example.dk"
certificates = [{ cvr = "90000002", uuid = "dfd90000-0000-4000-8000-000000000002" }]
services     = ["BookingService", "JobAdService", "PersonRegistrationService"]
settings     = { contact-name = "Demo Fagsystem", contact-email = "demo@example.dk" }
default_organisation = { type = 24, code = "90000002" }
organisations = [
    { type = 8, code = "10100", digital-meeting-link = "https://moede.example.dk/andeby" },
    { type = 8, code = "22300" },
    { type = 2, code = "81" },
    { type = 24, code = "90000002" },
]

[[publisher]]
name         = "demo-publisher"
contact      = "demo@example.dk"
certificates = [{ cvr = "90000004", uuid = "dfd90000-0000-4000-8000-000000000004" }]
"#;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_folder_is_for_one_demo_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = lock(folder.path()).unwrap();
        let error = lock(folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("another demo runs in ") && error.contains("--dir"), "{error}");
        drop(first);
        lock(folder.path()).unwrap();
    }
}
