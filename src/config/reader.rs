//! From layers of settings to the typed [`Config`]. A setting that will not do is put down
//! as a problem and reading goes on with a stand-in, so that all problems are told at once.

use super::layers::{Layers, Setting};
use super::value::{Refused, Value, base_url};
use super::{Admin, Audit, Backend, Calls, Catalogue, CertificateFiles, Config, Identifiers, Journal, Server, Store};
use dfdg_contract::Problem;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

pub(super) struct Reader<'l> {
    pub(super) layers: &'l Arc<Layers>,
    file: &'l str,
    pub(super) folder: PathBuf,
    pub(super) problems: Vec<Problem>,
}

impl<'l> Reader<'l> {
    pub(super) fn new(layers: &'l Arc<Layers>, file: &'l str, folder: PathBuf, problems: Vec<Problem>) -> Self {
        Self { layers, file, folder, problems }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    pub(super) fn config(&mut self) -> Config {
        let (backends, callers) = (self.layers.backends(), self.callers());
        let config = Config {
            server: Server {
                workers: self.workers(),
                drain_deadline: self.duration("server.drain_deadline"),
                watch_interval: self.duration("server.watch_interval"),
            },
            intake: self.intake(&callers),
            callers,
            admin: Admin { address: self.address("admin.address") },
            calls: Calls { deadline: self.duration("calls.deadline") },
            catalogue: Catalogue {
                folder: self.optional_folder("catalogue.folder"),
                clients: self.file("catalogue.clients"),
            },
            journal: self.journal(),
            store: Store { file: self.made_file("store.file") },
            identifiers: Identifiers { first_number: self.identifier("identifiers.first_number") },
            backends: backends.into_iter().map(|name| (name.clone(), self.backend(name))).collect(),
            layers: Arc::clone(self.layers),
        };
        self.compare(&config);
        config
    }

    /// What each of two settings allows and both together do not.
    fn compare(&mut self, config: &Config) {
        if collide(config.callers.address, config.admin.address) {
            self.refuse("admin.address", "must not be that of `callers.address`");
        }
        for (other, of) in [(config.callers.address, "callers.address"), (config.admin.address, "admin.address")] {
            if config.intake.as_ref().is_some_and(|intake| collide(intake.address, other)) {
                self.refuse("intake.address", &format!("must not be that of `{of}`"));
            }
        }
        let (drain, call) = (config.server.drain_deadline, config.calls.deadline);
        if !drain.is_zero() && drain < call {
            self.refuse_first_given(
                ("server.drain_deadline", "must not be shorter than `calls.deadline`: a stop would cut calls in half"),
                ("calls.deadline", "must not be longer than `server.drain_deadline`: a stop would cut calls in half"),
            );
        }
    }

    /// Refuses the one of two settings that is not a default.
    fn refuse_first_given(&mut self, one: (&str, &str), other: (&str, &str)) {
        let given = self.layers.get(one.0).is_some_and(|setting| setting.place.file != super::DEFAULTS_NAME);
        let (name, why) = if given { one } else { other };
        self.refuse(name, why);
    }

    fn journal(&mut self) -> Journal {
        let journal = Journal {
            file: self.appended_file("journal.file"),
            person_key: self.optional_secret("journal.person_key"),
            audit: self.read("journal.audit", Audit::Usual, audit),
            level: self.level(),
        };
        if journal.audit == Audit::Strict && journal.file.is_none() {
            self.refuse("journal.audit", "can be \"strict\" only with `journal.file`: nothing else can be made safe");
        }
        journal
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

    pub(super) fn duration(&mut self, name: &str) -> Duration {
        self.read(name, Duration::ZERO, Value::duration)
    }

    pub(super) fn count(&mut self, name: &str) -> usize {
        self.read(name, 1, |value| match number_up_to(usize::MAX)(value)? {
            0 => Err("must be at least 1"),
            count => Ok(count),
        })
    }

    /// A number old callers can hold: XSD's `int`, and not 0, which is what a client of .NET sends when it has none.
    fn identifier(&mut self, name: &str) -> i32 {
        self.read(name, 1, |value| {
            let number = i32::try_from(value.number()?).ok().filter(|number| *number > 0);
            number.ok_or("must be between 1 and 2147483647")
        })
    }

    fn small_count(&mut self, name: &str) -> u32 {
        u32::try_from(self.count(name)).unwrap_or(u32::MAX)
    }

    pub(super) fn address(&mut self, name: &str) -> SocketAddr {
        self.read(name, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), |value| {
            value
                .text()?
                .parse()
                .map_err(|_| "must be an IP address and a port, such as \"0.0.0.0:8443\" or \"[::1]:8443\"")
        })
    }

    pub(super) fn read<T>(&mut self, name: &str, stand_in: T, parse: impl FnOnce(&Value) -> Result<T, Refused>) -> T {
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
    pub(super) fn refuse(&mut self, name: &str, why: &str) {
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

pub(super) const MUST_BE_SET: Refused = "must be set";

fn variable(name: &str) -> String {
    format!("DFDG_FACADE__{}", name.to_uppercase().replace('.', "__"))
}

/// Whether two listeners cannot have their addresses at the same time. Port 0 is any that is free.
fn collide(one: SocketAddr, other: SocketAddr) -> bool {
    let all = one.is_ipv4() == other.is_ipv4() && (one.ip().is_unspecified() || other.ip().is_unspecified());
    one.port() != 0 && one.port() == other.port() && (one.ip() == other.ip() || all)
}

/// A text that must not be left empty.
pub(super) fn given(value: &Value) -> Result<&str, Refused> {
    optional(value)?.ok_or(MUST_BE_SET)
}

pub(super) fn optional(value: &Value) -> Result<Option<&str>, Refused> {
    Ok(Some(value.text()?.trim()).filter(|text| !text.is_empty()))
}

fn number_up_to(most: usize) -> impl Fn(&Value) -> Result<usize, Refused> {
    move |value| {
        let number = usize::try_from(value.number()?).unwrap_or(usize::MAX);
        if number <= most { Ok(number) } else { Err("is too large") }
    }
}

fn audit(value: &Value) -> Result<Audit, Refused> {
    match value.text()? {
        "usual" => Ok(Audit::Usual),
        "strict" => Ok(Audit::Strict),
        _ => Err("must be \"usual\" or \"strict\""),
    }
}
