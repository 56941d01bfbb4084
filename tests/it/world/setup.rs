//! How a world is to be, where it differs from the default.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use dfdg_contract::Problems;
use dfdg_facade::config::Config;
use dfdg_facade::facade::Facade;
use tempfile::TempDir;

use super::files::copy;
use super::{Backend, World, copy_catalogue, pki};

/// A world to be started.
pub(crate) struct Setup {
    /// As environment variables, which win over the file.
    environment: Vec<(String, String)>,
    /// In place of the settings of a world.
    settings: Option<String>,
    clients: String,
    client: String,
    drain: Duration,
    folder: TempDir,
}

impl Default for Setup {
    fn default() -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let client = format!("world-{}", STARTED.fetch_add(1, Ordering::Relaxed));
        let clients = CLIENTS.replace("NAME", &client);
        let (drain, folder) = (Duration::from_secs(2), TempDir::new().unwrap());
        Self { environment: Vec::new(), settings: None, clients, client, drain, folder }
    }
}

impl Setup {
    /// With a setting by its name in `facade.default.toml`, such as `calls.deadline`.
    pub(crate) fn setting(mut self, name: &str, value: &str) -> Self {
        let name = format!("DFDG_FACADE__{}", name.replace('.', "__").to_uppercase());
        self.environment.push((name, value.to_owned()));
        self
    }

    /// With less time for calls under way at a stop than the settings allow.
    pub(crate) fn drained_within(self, drain: Duration) -> Self {
        Self { drain, ..self }
    }

    /// With other settings altogether.
    pub(crate) fn settings(self, text: &str) -> Self {
        Self { settings: Some(text.to_owned()), ..self }
    }

    /// With a server certificate of its own: the files `server.pem` and `server.key`.
    pub(crate) fn own_certificate(self) -> Self {
        for (own, of) in [("server.pem", "servers/facade/chain.pem"), ("server.key", "servers/facade/key.pem")] {
            std::fs::copy(pki::file(of), self.file(own)).unwrap();
        }
        self.setting("callers.certificate", "server.pem").setting("callers.key", "server.key")
    }

    /// With settings for one more backend, at the address of the first.
    pub(crate) fn second_backend(self, name: &str) -> Self {
        ["url", "certificate", "key", "roots"].into_iter().fold(self, |setup, setting| {
            let value = backend_setting(setting);
            setup.setting(&format!("backends.{name}.{setting}"), &value)
        })
    }

    /// With an intake, and the certificate `wsb-publisher` registered.
    pub(crate) fn intake(mut self) -> Self {
        self.clients = format!("{PUBLISHER}{}", self.clients).replace("PUBLISHER", &format!("wsb-{}", self.client));
        self.setting("intake.enabled", "true").setting("intake.address", "127.0.0.1:0")
    }

    /// With a copy of the development PKI that a test may change, as `pki` in its folder; its revocation lists are
    /// followed.
    pub(crate) fn own_pki(self) -> Self {
        copy(&pki::file(""), &self.file("pki"));
        self.setting("callers.trust.revocation", "pki/crl/root.crl,pki/crl/issuing-1.crl")
            .setting("server.watch_interval", "50ms")
    }

    /// With something else in `clients.toml`.
    pub(crate) fn client(mut self, is: &str, shall_be: &str) -> Self {
        assert!(self.clients.contains(is), "{is} is not in\n{}", self.clients);
        self.clients = self.clients.replace(is, shall_be);
        self
    }

    /// As the system of a company that advertises jobs, which calls JobAdService alone.
    pub(crate) fn advertises_jobs(self) -> Self {
        let settings = "settings = { contact-name = \"Søren Hansen\", contact-email = \"it@hr.example\" }\nservices ";
        self.client("[\"BookingService\"]", "[\"JobAdService\"]")
            .client("{ type = 8, code = \"10100\" }", "{ type = 24, code = \"90000002\" }")
            .client("services ", settings)
    }

    /// With a copy of the whole catalogue as the operator's own folder, changed.
    pub(crate) fn catalogue(self, change: impl FnOnce(&Path)) -> Self {
        let folder = self.file("catalogue");
        copy_catalogue(&folder);
        change(&folder);
        self.setting("catalogue.folder", "catalogue")
    }

    /// A file in the folder of the settings.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The settings that lie on top of the file.
    pub(crate) fn environment(&self) -> impl Iterator<Item = (String, String)> {
        self.environment.iter().cloned()
    }

    /// Writes the files and reads the settings.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn config(&self, backend: &str) -> Result<Config, Problems> {
        let file = self.file("facade.toml");
        std::fs::write(&file, self.settings.clone().unwrap_or_else(|| settings(backend))).unwrap();
        std::fs::write(self.file("clients.toml"), &self.clients).unwrap();
        Config::load(Some(&file), self.environment())
    }

    /// Starts simulator and facade.
    pub(crate) async fn start(self) -> World {
        let backend = Backend::start().await;
        let mut config = self.config(&backend.url()).unwrap_or_else(|problems| panic!("{problems}"));
        config.server.drain_deadline = self.drain;
        pki::open_journal(&config);
        let facade = Facade::start(config).unwrap_or_else(|error| panic!("{error:#}"));
        let (callers, intake, admin) = (facade.callers(), facade.intake(), facade.admin());
        World { backend, client: self.client, facade: Some(facade), callers, intake, admin, folder: self.folder }
    }
}

/// The settings of a world: ports are free ones, times so short that no test waits for them.
fn settings(backend: &str) -> String {
    let pki = |name: &str| pki::file(name).display().to_string();
    format!(
        r#"
[server]
workers = 2
[callers]
address     = "127.0.0.1:0"
public_url  = "https://facade.example"
certificate = "{server}/chain.pem"
key         = "{server}/key.pem"
[callers.trust]
roots   = ["{root}"]
issuing = ["{issuing}"]
revocation = ["{root_list}", "{issuing_list}"]
[admin]
address = "127.0.0.1:0"
[journal]
file  = "{journal}"
level = "error"
[backends.kontaktforloeb]
url         = "{backend}"
certificate = "{facade}/chain.pem"
key         = "{facade}/key.pem"
roots       = ["{server_ca}"]
[backends.virksomhedsindsats]
url         = "{backend}"
certificate = "{facade}/chain.pem"
key         = "{facade}/key.pem"
roots       = ["{server_ca}"]
"#,
        server = pki("servers/facade"),
        root = pki("ca/root/cert.pem"),
        issuing = pki("ca/issuing-1/cert.pem"),
        root_list = pki("crl/root.crl"),
        issuing_list = pki("crl/issuing-1.crl"),
        facade = pki("clients/facade"),
        server_ca = pki("ca/server-ca/cert.pem"),
        journal = pki::journal().display(),
    )
}

/// A setting of a backend nobody calls.
fn backend_setting(name: &str) -> String {
    match name {
        "url" => "https://127.0.0.1:1".to_owned(),
        "roots" => pki::file("ca/server-ca/cert.pem").display().to_string(),
        certificate => pki::file("clients/facade")
            .join(certificate.replace("certificate", "chain"))
            .with_extension("pem")
            .display()
            .to_string(),
    }
}

/// One publisher, that of the certificate `wsb-publisher`.
const PUBLISHER: &str = r#"
[[publisher]]
name         = "PUBLISHER"
contact      = "wsb@example.dk"
certificates = [{ cvr = "90000004", uuid = "dfd90000-0000-4000-8000-000000000004" }]
"#;

/// One client system, that of the certificate `system`.
const CLIENTS: &str = r#"
[[client]]
name          = "NAME"
contact       = "drift@example.dk"
certificates  = [{ cvr = "90000002", uuid = "dfd90000-0000-4000-8000-000000000002" }]
services      = ["BookingService"]
organisations = [{ type = 8, code = "10100" }]
"#;
