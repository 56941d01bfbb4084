//! The settings of the facade, read once at start. [`Config::load`] is the only way to get
//! them from a file, so a [`Config`] is complete and in range.
//!
//! `config/facade.default.toml` names every setting with its default and reason, and is
//! compiled in; the operator's file lies on top of it, the environment
//! (`DFDG_FACADE__SECTION__KEY`) on top of that.

pub(crate) mod document;
mod layers;
mod listeners;
mod paths;
mod reader;
pub(crate) mod table;
mod value;

#[cfg(test)]
mod tests;

use dfdg_contract::{Problem, Problems};
use document::Document;
use layers::{Layers, Place};
use reader::Reader;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The documented defaults, as they are compiled in.
pub const DEFAULTS: &str = include_str!("../../config/facade.default.toml");
const DEFAULTS_NAME: &str = "config/facade.default.toml";

/// All settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[server]`
    pub server: Server,
    /// `[callers]`
    pub callers: Callers,
    /// `[intake]`; `None` when it is not enabled.
    pub intake: Option<Intake>,
    /// `[admin]`
    pub admin: Admin,
    /// `[calls]`
    pub calls: Calls,
    /// `[catalogue]`
    pub catalogue: Catalogue,
    /// `[journal]`
    pub journal: Journal,
    /// `[store]`
    pub store: Store,
    /// `[identifiers]`
    pub identifiers: Identifiers,
    /// `[backends.<name>]`, by the names of `mappings/services.toml`; without `all`.
    pub backends: BTreeMap<String, Backend>,
    /// Where each setting was given.
    layers: Arc<Layers>,
}

/// `[server]`: the process.
#[derive(Clone, Debug)]
pub struct Server {
    /// Threads that serve calls; at least 1 (a setting of 0 has become the number of cores).
    pub workers: usize,
    /// How long running calls may take to end after SIGTERM.
    pub drain_deadline: Duration,
    /// How often files are looked at for changes.
    pub watch_interval: Duration,
}

/// `[callers]`: where old clients connect.
#[derive(Clone, Debug)]
pub struct Callers {
    /// The address to bind.
    pub address: SocketAddr,
    /// How callers reach it from outside.
    pub public_url: PublicUrl,
    /// The server certificate with its chain.
    pub server: CertificateFiles,
    /// What becomes of a caller without a certificate.
    pub client_certificate: ClientCertificate,
    /// `[callers.trust]`
    pub trust: Trust,
    /// `[callers.proxy]`
    pub proxy: Proxy,
    /// `[callers.limits]`, of connections and requests.
    pub limits: Limits,
    /// `[callers.limits]`, of the document in a request.
    pub document: DocumentLimits,
}

/// `[intake]`: where publishers deliver. Whom they are believed by is `[callers.trust]`.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The address to bind.
    pub address: SocketAddr,
    /// The server certificate with its chain; the one of `[callers]` when it has none of its own.
    pub server: CertificateFiles,
    /// What becomes of a publisher without a certificate.
    pub client_certificate: ClientCertificate,
    /// `[intake.limits]`
    pub limits: Limits,
}

/// A certificate with its chain and its private key, both PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// File of the certificate and its chain.
    pub certificate: PathBuf,
    /// File of the private key.
    pub key: PathBuf,
}

/// The address that stands in served WSDLs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicUrl {
    /// The configured one, without a slash at its end.
    Fixed(String),
    /// Whatever `Host` the caller sent; for the demo.
    FromHost,
}

/// What becomes of a caller or publisher that shows no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientCertificate {
    /// He may read `?wsdl`; his calls get fault 1101, his pushes status 401.
    Optional,
    /// The handshake refuses him.
    Required,
}

/// `[callers.trust]`: whose certificates are believed.
#[derive(Clone, Debug)]
pub struct Trust {
    /// Files of root certificates; at least one.
    pub roots: Vec<PathBuf>,
    /// Files of issuing certificates, for callers that send their own only.
    pub issuing: Vec<PathBuf>,
    /// Whether authorities of production and others may be believed side by side.
    pub mixed_environments: bool,
    /// How revoked certificates are known.
    pub revocation: Revocation,
}

/// The settings of `[callers.trust]` about revocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Where the authorities' lists are; at least one, unless revoked certificates are accepted.
    pub sources: Vec<ListSource>,
    /// Whether no list is looked at.
    pub accept_revoked: bool,
    /// How often an address is asked.
    pub refresh: Duration,
    /// How long a list holds after its next update.
    pub grace: Duration,
    /// The folder where the last good lists are kept; always there when a source is an address.
    pub folder: Option<PathBuf>,
}

/// Where a revocation list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListSource {
    /// A file, read when it changes.
    File(PathBuf),
    /// An http address, asked from time to time.
    Url(String),
}

impl ListSource {
    /// Whether it is asked over the network.
    #[must_use]
    pub fn is_url(&self) -> bool {
        matches!(self, Self::Url(_))
    }
}

impl Revocation {
    /// The files among the sources.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.sources.iter().filter_map(|source| match source {
            ListSource::File(path) => Some(path.as_path()),
            ListSource::Url(_) => None,
        })
    }
}

/// `[callers.proxy]`: who may say in a header whose certificate a request came with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxy {
    /// The addresses of proxies; none: there are no proxies.
    pub addresses: Vec<IpAddr>,
    /// Files of the certificates they show; at least one when there is an address.
    pub certificates: Vec<PathBuf>,
}

/// The settings of `[callers.limits]` about an XML document.
#[derive(Clone, Debug)]
pub struct DocumentLimits {
    /// Nesting of elements.
    pub depth: usize,
    /// Elements of a document.
    pub nodes: usize,
    /// Attributes of one element.
    pub attributes: usize,
}

/// `[callers.limits]`, `[intake.limits]`: what one caller or publisher may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Largest request body in bytes.
    pub max_body_bytes: usize,
    /// From the first byte of a request to the end of its HTTP header.
    pub header_timeout: Duration,
    /// From there to the end of the body.
    pub body_timeout: Duration,
    /// For the TLS handshake.
    pub handshake_timeout: Duration,
    /// How long an idle connection stays open.
    pub keep_alive: Duration,
    /// Open connections in all.
    pub connections: usize,
    /// Open connections from one IP address.
    pub connections_per_address: usize,
}

/// `[admin]`: health and metrics.
#[derive(Clone, Debug)]
pub struct Admin {
    /// The address to bind.
    pub address: SocketAddr,
}

/// `[calls]`: a SOAP call as a whole.
#[derive(Clone, Debug)]
pub struct Calls {
    /// From the end of the request to the reply.
    pub deadline: Duration,
}

/// `[catalogue]`: contracts, mappings and clients.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// The operator's own folder of `wsdl/`, `xsd/`, `mappings/`, `openapi/`; none: the set compiled in.
    pub folder: Option<PathBuf>,
    /// The file that says who may call.
    pub clients: PathBuf,
}

/// `[journal]`: event lines and diagnostics.
#[derive(Clone, Debug)]
pub struct Journal {
    /// The file event lines are appended to; none: standard output.
    pub file: Option<PathBuf>,
    /// The file of the key citizens' numbers are hashed with; none: they are left out.
    pub person_key: Option<PathBuf>,
    /// When the line of a call is safe.
    pub audit: Audit,
    /// Filter of the diagnostics on standard error, in the form of `tracing`'s `EnvFilter`.
    pub level: String,
}

/// When the line of a call is safe, as seen from its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audit {
    /// Soon after it.
    Usual,
    /// Before it; without a line there is no reply.
    Strict,
}

/// `[store]`: what must outlive the process.
#[derive(Clone, Debug)]
pub struct Store {
    /// Its file; made where there is none, with its folder.
    pub file: PathBuf,
}

/// `[identifiers]`: numbers for old callers.
#[derive(Clone, Copy, Debug)]
pub struct Identifiers {
    /// The smallest number that is given, of each kind of thing.
    pub first_number: i32,
}

/// `[backends.<name>]`: one domain service.
#[derive(Clone, Debug)]
pub struct Backend {
    /// Its name in `mappings/services.toml`.
    pub name: String,
    /// Base URL without a slash at its end.
    pub url: String,
    /// What the facade shows; always there for https.
    pub identity: Option<CertificateFiles>,
    /// What it shows instead for client systems with a `backend_identity`, by the name of that.
    pub identities: BTreeMap<String, CertificateFiles>,
    /// Files of root certificates the backend is believed by; at least one for https.
    pub roots: Vec<PathBuf>,
    /// For one try.
    pub timeout: Duration,
    /// For TCP and TLS together.
    pub connect_timeout: Duration,
    /// How long an idle connection is kept.
    pub pool_idle: Duration,
    /// Tries in all; at least 1.
    pub attempts: u32,
    /// Largest answer in bytes.
    pub max_answer_bytes: usize,
    /// Failed calls in a row that open the circuit; at least 1.
    pub circuit_failures: u32,
    /// How long it stays open.
    pub circuit_open_for: Duration,
}

impl Backend {
    /// All certificates the facade may show it.
    pub fn certificates(&self) -> impl Iterator<Item = &CertificateFiles> {
        self.identity.iter().chain(self.identities.values())
    }
}

impl Config {
    /// Reads the defaults, the operator's file and the environment.
    ///
    /// # Errors
    /// All problems at once: syntax, unknown names, values out of range, settings that must
    /// be given, files that are not there.
    pub fn load(file: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> Result<Self, Problems> {
        let name = file.map_or_else(|| "settings".to_owned(), |file| file.display().to_string());
        let text = match file.map(std::fs::read_to_string).transpose() {
            Ok(text) => text.unwrap_or_default(),
            Err(error) => return Err(Problem::new(name, 0, format!("cannot be read: {error}")).into()),
        };
        let folder = file.and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
        Self::parse(Document { file: &name, text: &text }, folder, env)
    }

    /// A problem that names a setting in place of a file, told at the line of the file where that setting stands.
    #[must_use]
    pub fn placed(&self, problem: Problem) -> Problem {
        match self.layers.get(&problem.file).map(|setting| &setting.place) {
            Some(Place { file, line }) if *line > 0 && file != DEFAULTS_NAME => {
                let message = format!("{}: {}", problem.file, problem.message);
                Problem { file: file.clone(), line: *line, message, ..problem }
            }
            _ => problem,
        }
    }

    fn parse(
        document: Document<'_>,
        folder: PathBuf,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let defaults = Document { file: DEFAULTS_NAME, text: DEFAULTS };
        let mut layers = Layers::of_defaults(&defaults, &mut problems);
        layers.add_file(&document, &mut problems)?;
        layers.add_environment(env, &mut problems);
        let layers = Arc::new(layers);
        let mut reader = Reader::new(&layers, document.file, folder, problems);
        let config = reader.config();
        Problems::none(reader.into_problems())?;
        Ok(config)
    }
}
