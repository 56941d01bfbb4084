//! Reads, runs and compares scenarios.

mod diff;
pub(crate) mod http;
mod json;
pub(crate) mod rules;
pub(crate) mod witness;
pub(crate) mod xml;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dfdg_facade::catalogue::Catalogue;
use dfdg_facade::fault;
use dfdg_facade::offline::{self, End, Given};
use dfdg_mapping::Effect;
use uuid::Uuid;

use http::{Call, Exchange};

/// When every request comes.
pub(crate) const NOW: &str = "2026-03-01T10:00:00+01:00";
const REQUEST_ID: Uuid = Uuid::from_u128(0x0000_0000_0000_4000_8000_0000_0000_0001);
const FIRST_NEW_ID: u128 = 0x0000_0000_0000_4000_9000_0000_0000_0001;

/// A service with scenarios.
struct Service {
    folder: &'static str,
    name: &'static str,
    /// The organisation a request is made for, where the contract cannot name one.
    organisation: Option<(u32, &'static str)>,
}

const SERVICES: [Service; 3] = [
    Service { folder: "booking", name: "BookingService", organisation: None },
    Service { folder: "jobad", name: "JobAdService", organisation: Some((24, "90000002")) },
    Service { folder: "personregistration", name: "PersonRegistrationService", organisation: None },
];

/// The files a scenario may have.
const FILES: &[&str] = &["request.xml", "before.http", "call.http", "answer.http", "reply.xml", "settings.toml"];

/// Whether files are to be written anew.
#[expect(clippy::disallowed_methods, reason = "a switch of the test, no setting of the facade")]
pub(crate) fn wants_update() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1")
}

/// One folder.
pub(crate) struct Scenario {
    /// `booking/create_minimal`
    pub(crate) name: String,
    /// `BookingService`
    pub(crate) service: &'static str,
    organisation: Option<(u32, &'static str)>,
    folder: PathBuf,
}

/// What a request became.
pub(crate) struct Ran {
    pub(crate) calls: Vec<Call>,
    pub(crate) reply: String,
}

impl Scenario {
    /// Every scenario, by name.
    pub(crate) fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
        let found = folders(&root).into_iter().flat_map(|service| {
            let of = SERVICES.iter().find(|own| service.ends_with(own.folder)).expect("a service of the list");
            folders(&service).into_iter().map(|folder| Self::new(&root, folder, of))
        });
        found.collect()
    }

    fn new(root: &Path, folder: PathBuf, service: &Service) -> Self {
        let name = folder.strip_prefix(root).unwrap().display().to_string();
        Self { name, service: service.name, organisation: service.organisation, folder }
    }

    /// The text of a file; `None` when it is not there.
    fn file(&self, name: &str) -> Option<String> {
        let path = self.folder.join(name);
        path.exists().then(|| fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    /// The answers of the backends.
    fn answers(&self) -> Vec<http::Answer> {
        self.file("answer.http").map(|text| http::answers(&text)).unwrap_or_default()
    }

    /// What was registered before, by calls of the domain service.
    pub(crate) fn before(&self) -> Vec<Call> {
        self.file("before.http").map(|text| http::calls(&text)).unwrap_or_default()
    }

    fn settings(&self) -> BTreeMap<String, String> {
        self.file("settings.toml").map(|text| toml::from_str(&text).unwrap()).unwrap_or_default()
    }

    /// Runs it with fixed facts.
    ///
    /// # Errors
    /// When its files do not go together.
    pub(crate) fn run(&self, catalogue: &Catalogue) -> Result<Ran, String> {
        self.check_names()?;
        let ids = Cell::new(FIRST_NEW_ID);
        let answers: Vec<_> = self.answers().into_iter().map(Into::into).collect();
        let given = Given {
            now: NOW.parse().unwrap(),
            request_id: REQUEST_ID,
            organisation: self.organisation,
            settings: &self.settings(),
            new_guid: &|| Uuid::from_u128(ids.replace(ids.get() + 1)),
            answers: &answers,
            inside: &|_| None, // a scenario says what the store has
        };
        let served = catalogue.named(self.service).unwrap();
        let request = self.file("request.xml").ok_or("there is no request.xml")?;
        let outcome = offline::run(served, request.as_bytes(), &given);
        let reply = match outcome.end {
            End::Reply(reply) => reply,
            End::Fault(error) => {
                fault::envelope(&fault::tell(&error, &catalogue.mapping().faults), Some(&served.service.contract))
            }
            End::Unanswered => return Err("answer.http has fewer answers than there are calls".to_owned()),
        };
        let backends = &catalogue.mapping().backends;
        let call = |(number, effect): (u32, &Effect)| Call::of(effect, number, backends[effect.backend].inside);
        let calls = (1..).zip(&outcome.calls).map(call).collect();
        Ok(Ran { calls, reply })
    }

    /// A file with another name is a slip that would go unnoticed.
    fn check_names(&self) -> Result<(), String> {
        let names = fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names = names.map(|name| name.to_string_lossy().into_owned());
        names
            .find(|name| !FILES.contains(&name.as_str()))
            .map_or(Ok(()), |name| Err(format!("{name} is not known here")))
    }

    /// Holds what came out against the files.
    ///
    /// # Errors
    /// The differences.
    pub(crate) fn compare(&self, ran: &Ran) -> Result<(), String> {
        let differences = [
            diff::lines("call.http", &self.expected_calls(), &http::by_value(&ran.calls)),
            diff::lines("reply.xml", &self.expected_reply(), &xml::indented(&ran.reply)),
            self.too_many_answers(ran),
        ];
        let differences: Vec<String> = differences.into_iter().flatten().collect();
        if differences.is_empty() { Ok(()) } else { Err(differences.join("\n")) }
    }

    /// Writes the files whose content has changed, not those that only look different.
    ///
    /// # Errors
    /// When what was given does not fit, which no writing mends.
    pub(crate) fn update(&self, ran: &Ran) -> Result<(), String> {
        if self.expected_calls() != http::by_value(&ran.calls) {
            self.write("call.http", (!ran.calls.is_empty()).then(|| http::as_sent(&ran.calls)));
        }
        if self.expected_reply() != xml::indented(&ran.reply) {
            self.write("reply.xml", Some(xml::indented(&ran.reply)));
        }
        self.too_many_answers(ran).map_or(Ok(()), Err)
    }

    fn expected_calls(&self) -> String {
        self.file("call.http").map(|text| http::by_value(&http::calls(&text))).unwrap_or_default()
    }

    fn expected_reply(&self) -> String {
        xml::indented(&self.file("reply.xml").unwrap_or_default())
    }

    fn too_many_answers(&self, ran: &Ran) -> Option<String> {
        let (answers, calls) = (self.answers().len(), ran.calls.len());
        (answers > calls).then(|| format!("answer.http has {answers} answers, but there are {calls} calls"))
    }

    fn write(&self, name: &str, text: Option<String>) {
        let path = self.folder.join(name);
        match text {
            Some(text) => fs::write(path, text).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
    }
}

impl Ran {
    /// Each call of a domain service with the answer the scenario gives it; what the facade answers itself is none.
    pub(crate) fn exchanges(self, scenario: &Scenario) -> impl Iterator<Item = Exchange> {
        let exchanges = self.calls.into_iter().zip(scenario.answers()).map(|(call, answer)| Exchange { call, answer });
        exchanges.filter(|exchange| !exchange.call.inside)
    }
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    found.sort();
    found
}
