//! From layers of settings to the typed [`Config`]. A setting that will not do is put down
//! as a problem and reading goes on with a stand-in, so that all problems are told at once.

use super::layers::{Layers, Setting};
use super::value::{Refused, Value, base_url, list_url};
use super::{
    Admin, Audit, Backend, Callers, Calls, Catalogue, CertificateFiles, ClientCertificate, Config, Journal, Limits,
    ListSource, Proxy, PublicUrl, Revocation, Server, Trust,
};
use dfdg_contract::Problem;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tracing_subscriber::EnvFilter;

pub(super) struct Reader<'l> {
    layers: &'l Layers,
    file: &'l str,
    folder: PathBuf,
    problems: Vec<Problem>,
}

impl<'l> Reader<'l> {
    pub(super) fn new(layers: &'l Layers, file: &'l str, folder: PathBuf, problems: Vec<Problem>) -> Self {
        Self { layers, file, folder, problems }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    pub(super) fn config(&mut self) -> Config {
        let backends = self.layers.backends();
        Config {
            server: Server {
                workers: self.workers(),
                drain_deadline: self.duration("server.drain_deadline"),
                watch_interval: self.duration("server.watch_interval"),
            },
            callers: self.callers(),
            admin: Admin { address: self.address("admin.address") },
            calls: Calls { deadline: self.duration("calls.deadline") },
            catalogue: Catalogue {
                folder: self.optional_path("catalogue.folder"),
                clients: self.file("catalogue.clients"),
            },
            journal: self.journal(),
            backends: backends.into_iter().map(|name| (name.clone(), self.backend(name))).collect(),
        }
    }

    fn journal(&mut self) -> Journal {
        let journal = Journal {
            file: self.new_file("journal.file"),
            person_key: self.optional_file("journal.person_key"),
            audit: self.read("journal.audit", Audit::Usual, audit),
            level: self.level(),
        };
        if journal.audit == Audit::Strict && journal.file.is_none() {
            self.refuse("journal.audit", "can be \"strict\" only with `journal.file`: nothing else can be made safe");
        }
        journal
    }

    fn callers(&mut self) -> Callers {
        Callers {
            address: self.address("callers.address"),
            public_url: self.read("callers.public_url", PublicUrl::FromHost, public_url),
            server: CertificateFiles { certificate: self.file("callers.certificate"), key: self.file("callers.key") },
            client_certificate: self.read(
                "callers.client_certificate",
                ClientCertificate::Required,
                client_certificate,
            ),
            trust: Trust {
                roots: self.required_files("callers.trust.roots"),
                issuing: self.files("callers.trust.issuing"),
                revocation: self.revocation(),
            },
            proxy: self.proxy(),
            limits: self.limits(),
        }
    }

    /// Addresses alone would let in whoever shares one; certificates alone would never be asked for.
    fn proxy(&mut self) -> Proxy {
        const ADDRESSES: &str = "callers.proxy.addresses";
        const CERTIFICATES: &str = "callers.proxy.certificates";
        let known = self.problems.len();
        let proxy = Proxy {
            addresses: self.read(ADDRESSES, Vec::new(), |value| value.list()?.iter().map(|item| ip(item)).collect()),
            certificates: self.files(CERTIFICATES),
        };
        match (proxy.addresses.is_empty(), proxy.certificates.is_empty()) {
            _ if self.problems.len() > known => {}
            (false, true) => self.refuse(CERTIFICATES, "must be set when there are proxies in `addresses`"),
            (true, false) => self.refuse(ADDRESSES, "must be set when there are `certificates` of proxies"),
            _ => {}
        }
        proxy
    }

    fn revocation(&mut self) -> Revocation {
        const SOURCES: &str = "callers.trust.revocation";
        let folder = self.folder.clone();
        let revocation = Revocation {
            sources: self.read(SOURCES, Vec::new(), |value| {
                value.list()?.iter().map(|item| list_source(&folder, item)).collect()
            }),
            accept_revoked: self.read("callers.trust.accept_revoked_certificates", false, Value::truth),
            refresh: self.duration("callers.trust.revocation_refresh"),
            grace: self.read("callers.trust.revocation_grace", Duration::ZERO, Value::duration_or_none),
            folder: self.new_file("callers.trust.revocation_folder"),
        };
        let known = self.problems.iter().any(|problem| problem.message.contains(&format!("`{SOURCES}`")));
        match (revocation.sources.is_empty(), revocation.accept_revoked) {
            (true, false) if !known => self.refuse(SOURCES, MUST_BE_SET),
            (false, true) => {
                self.refuse(SOURCES, "names lists that `accept_revoked_certificates` keeps from being read");
            }
            _ => {}
        }
        let fetched = revocation.sources.iter().any(ListSource::is_url);
        if fetched && revocation.folder.is_none() {
            self.refuse("callers.trust.revocation_folder", MUST_BE_SET);
        }
        revocation
    }

    fn limits(&mut self) -> Limits {
        Limits {
            max_body_bytes: self.read("callers.limits.max_body_bytes", 1, Value::size),
            depth: self.count("callers.limits.depth"),
            nodes: self.count("callers.limits.nodes"),
            attributes: self.count("callers.limits.attributes"),
            header_timeout: self.duration("callers.limits.header_timeout"),
            body_timeout: self.duration("callers.limits.body_timeout"),
            handshake_timeout: self.duration("callers.limits.handshake_timeout"),
            keep_alive: self.duration("callers.limits.keep_alive"),
            connections: self.count("callers.limits.connections"),
            connections_per_address: self.count("callers.limits.connections_per_address"),
        }
    }

    fn backend(&mut self, name: String) -> Backend {
        let key = |setting: &str| format!("backends.{name}.{setting}");
        let url = self.read(&key("url"), String::new(), |value| base_url(given(value)?));
        let identity = self.backend_identity(&key("certificate"), &key("key"), url.starts_with("https:"));
        let identities = self.layers.identities(&name).into_iter().map(|identity| {
            let key = |setting: &str| key(&format!("identities.{identity}.{setting}"));
            let files = CertificateFiles { certificate: self.file(&key("certificate")), key: self.file(&key("key")) };
            (identity, files)
        });
        let identities = identities.collect();
        let roots = match url.starts_with("https:") {
            true => self.required_files(&key("roots")),
            false => self.files(&key("roots")),
        };
        Backend {
            identity,
            identities,
            roots,
            timeout: self.duration(&key("timeout")),
            connect_timeout: self.duration(&key("connect_timeout")),
            pool_idle: self.duration(&key("pool_idle")),
            attempts: self.small_count(&key("attempts")),
            max_answer_bytes: self.read(&key("max_answer_bytes"), 1, Value::size),
            circuit_failures: self.small_count(&key("circuit_failures")),
            circuit_open_for: self.duration(&key("circuit_open_for")),
            url,
            name,
        }
    }

    /// Over https every domain service asks for a certificate; over loopback http none can be shown.
    fn backend_identity(&mut self, certificate: &str, key: &str, https: bool) -> Option<CertificateFiles> {
        https.then(|| CertificateFiles { certificate: self.file(certificate), key: self.file(key) })
    }

    fn workers(&mut self) -> usize {
        match self.read("server.workers", 0, number_up_to(1_024)) {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            workers => workers,
        }
    }

    fn level(&mut self) -> String {
        self.read("journal.level", String::new(), |value| {
            let text = given(value)?;
            EnvFilter::try_new(text).map_err(|_| "must be error, warn, info, debug or trace, or a filter of those")?;
            Ok(text.to_owned())
        })
    }

    fn duration(&mut self, name: &str) -> Duration {
        self.read(name, Duration::ZERO, Value::duration)
    }

    fn count(&mut self, name: &str) -> usize {
        self.read(name, 1, |value| match number_up_to(usize::MAX)(value)? {
            0 => Err("must be at least 1"),
            count => Ok(count),
        })
    }

    fn small_count(&mut self, name: &str) -> u32 {
        u32::try_from(self.count(name)).unwrap_or(u32::MAX)
    }

    fn address(&mut self, name: &str) -> SocketAddr {
        self.read(name, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), |value| {
            value
                .text()?
                .parse()
                .map_err(|_| "must be an IP address and a port, such as \"0.0.0.0:8443\" or \"[::1]:8443\"")
        })
    }

    /// A file that must be named and must be there.
    fn file(&mut self, name: &str) -> PathBuf {
        let folder = self.folder.clone();
        self.read(name, PathBuf::new(), |value| existing(&folder, given(value)?, Path::is_file))
    }

    /// A file the program may make itself.
    fn new_file(&mut self, name: &str) -> Option<PathBuf> {
        let folder = self.folder.clone();
        self.read(name, None, |value| Ok(optional(value)?.map(|text| folder.join(text))))
    }

    fn optional_file(&mut self, name: &str) -> Option<PathBuf> {
        let folder = self.folder.clone();
        self.read(name, None, |value| optional(value)?.map(|text| existing(&folder, text, Path::is_file)).transpose())
    }

    fn optional_path(&mut self, name: &str) -> Option<PathBuf> {
        let folder = self.folder.clone();
        self.read(name, None, |value| optional(value)?.map(|text| existing(&folder, text, Path::is_dir)).transpose())
    }

    fn files(&mut self, name: &str) -> Vec<PathBuf> {
        let folder = self.folder.clone();
        self.read(name, Vec::new(), |value| {
            value.list()?.iter().map(|item| existing(&folder, item, Path::is_file)).collect()
        })
    }

    fn required_files(&mut self, name: &str) -> Vec<PathBuf> {
        let given = self.layers.get(name).is_none_or(|setting| setting.value.list().as_deref() != Ok(&[]));
        if !given {
            self.refuse(name, MUST_BE_SET);
        }
        self.files(name)
    }

    fn read<T>(&mut self, name: &str, stand_in: T, parse: impl FnOnce(&Value) -> Result<T, Refused>) -> T {
        let Some(setting) = self.layers.get(name) else {
            self.refuse(name, MUST_BE_SET);
            return stand_in;
        };
        parse(&setting.value).unwrap_or_else(|why| {
            self.refuse(name, why);
            stand_in
        })
    }

    /// Blames the place the value came from; for a default that will not do, the operator's file.
    fn refuse(&mut self, name: &str, why: Refused) {
        let problem = match self.layers.get(name) {
            Some(Setting { place, .. }) if place.file != super::DEFAULTS_NAME => {
                Problem::new(&place.file, place.line, format!("`{name}` {why}"))
            }
            _ => Problem::new(self.file, 0, format!("`{name}` {why}")),
        };
        self.problems.push(match why == MUST_BE_SET {
            true => problem.hint(format!("in the environment it is {}", variable(name))),
            false => problem,
        });
    }
}

const MUST_BE_SET: Refused = "must be set";

fn variable(name: &str) -> String {
    format!("DFDG_FACADE__{}", name.to_uppercase().replace('.', "__"))
}

/// A text that must not be left empty.
fn given(value: &Value) -> Result<&str, Refused> {
    optional(value)?.ok_or(MUST_BE_SET)
}

fn optional(value: &Value) -> Result<Option<&str>, Refused> {
    Ok(Some(value.text()?.trim()).filter(|text| !text.is_empty()))
}

fn existing(folder: &Path, text: &str, there: impl Fn(&Path) -> bool) -> Result<PathBuf, Refused> {
    if text.contains("-----BEGIN") {
        return Err("must be the path of a file, not its content");
    }
    let path = folder.join(text);
    if there(&path) {
        Ok(path)
    } else {
        Err("names nothing that is there; paths begin at the folder of the settings file")
    }
}

fn list_source(folder: &Path, text: &str) -> Result<ListSource, Refused> {
    match text.split_once("://") {
        Some(("http", _)) => list_url(text).map(ListSource::Url),
        Some(_) => Err("must be files or addresses that begin with http://"),
        None => existing(folder, text, Path::is_file).map(ListSource::File),
    }
}

fn ip(text: &str) -> Result<IpAddr, Refused> {
    text.trim().parse().map_err(|_| "must be IP addresses, such as [\"192.0.2.10\", \"2001:db8::10\"]")
}

fn number_up_to(most: usize) -> impl Fn(&Value) -> Result<usize, Refused> {
    move |value| {
        let number = usize::try_from(value.number()?).unwrap_or(usize::MAX);
        if number <= most { Ok(number) } else { Err("is too large") }
    }
}

fn public_url(value: &Value) -> Result<PublicUrl, Refused> {
    match given(value)? {
        "from-host" => Ok(PublicUrl::FromHost),
        url => base_url(url).map(PublicUrl::Fixed),
    }
}

fn audit(value: &Value) -> Result<Audit, Refused> {
    match value.text()? {
        "usual" => Ok(Audit::Usual),
        "strict" => Ok(Audit::Strict),
        _ => Err("must be \"usual\" or \"strict\""),
    }
}

fn client_certificate(value: &Value) -> Result<ClientCertificate, Refused> {
    match value.text()? {
        "optional" => Ok(ClientCertificate::Optional),
        "required" => Ok(ClientCertificate::Required),
        _ => Err("must be \"optional\" or \"required\""),
    }
}
