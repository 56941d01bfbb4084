//! Reads `clients.toml`; goes on after a mistake, so that all are told at once.

use super::{ClientSystem, IdentityMention, Mention, Named, Names, Organisation, Reached, Registry};
use crate::config::document::{Document, hint_for};
use crate::config::table::{Table, Text};
use crate::identity::Cvr;
use dfdg_contract::{Problem, Problems};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;

const CLIENT_KEYS: &[&str] = &[
    "name",
    "contact",
    "certificates",
    "services",
    "operations",
    "organisations",
    "default_organisation",
    "backend_identity",
    "valid_from",
    "valid_to",
];
const LONGEST_NAME: usize = 64;

#[derive(Default)]
struct Reader {
    problems: Vec<Problem>,
    registry: Registry,
    /// Where an identity was claimed first.
    claimed: HashMap<(Cvr, Uuid), u32>,
    /// Where a name was given first.
    named: HashMap<String, u32>,
}

pub(super) fn registry(document: Document<'_>) -> Result<Registry, Problems> {
    let mut reader = Reader::default();
    let root = document.table(&mut reader.problems);
    let root = Table::root(document, &root);
    root.allow(&["client"], &mut reader.problems);
    for table in root.tables("client", &mut reader.problems) {
        reader.client(&table);
    }
    Problems::none(reader.problems)?;
    Ok(Registry { file: document.file.to_owned(), ..reader.registry })
}

impl Reader {
    fn client(&mut self, table: &Table<'_, '_>) {
        table.allow(CLIENT_KEYS, &mut self.problems);
        let organisations = self.organisations(table);
        let services = self.services(table);
        let client = Arc::new(ClientSystem {
            name: self.name(table),
            contact: self.required(table, "contact").unwrap_or_default().to_owned(),
            backend_identity: self.backend_identity(table, &services),
            services,
            operations: self.mentioned(table, "operations", Named::Operation),
            default_organisation: self.default_organisation(table, &organisations),
            organisations,
            valid_from: table.date("valid_from", &mut self.problems),
            valid_to: table.date("valid_to", &mut self.problems),
        });
        if client.valid_from.zip(client.valid_to).is_some_and(|(from, to)| to < from) {
            self.problems.push(table.problem("`valid_to` is before `valid_from`"));
        }
        self.certificates(table, &client);
        self.registry.clients.push(client);
    }

    fn name(&mut self, table: &Table<'_, '_>) -> String {
        let Some(name) = table.text("name", &mut self.problems) else {
            self.missing(table, "name");
            return String::new();
        };
        if !is_label(name.text) {
            let message = format!("`name` must be 1 to {LONGEST_NAME} letters, digits, blanks or any of . _ -");
            self.problems.push(table.problem_at(name.line, message).hint("it is a label in metrics and log lines"));
        }
        match self.named.entry(name.text.to_owned()) {
            Entry::Occupied(first) => {
                let message = format!("`name` is taken by the client on line {}", first.get());
                self.problems.push(table.problem_at(name.line, message));
            }
            Entry::Vacant(free) => drop(free.insert(name.line)),
        }
        name.text.to_owned()
    }

    fn services(&mut self, table: &Table<'_, '_>) -> Vec<String> {
        let services = self.mentioned(table, "services", Named::Service).unwrap_or_default();
        if services.is_empty() {
            let hint = "list them, such as services = [\"BookingService\"]";
            self.problems.push(table.problem("the client may call no service").hint(hint));
        }
        services
    }

    fn backend_identity(&mut self, table: &Table<'_, '_>, services: &[String]) -> Option<String> {
        let Text { text, line } = table.text("backend_identity", &mut self.problems)?;
        let mention = IdentityMention { line, name: text.to_owned(), services: services.to_owned() };
        self.registry.identities.push(mention);
        Some(text.to_owned())
    }

    fn certificates(&mut self, table: &Table<'_, '_>, client: &Arc<ClientSystem>) {
        let certificates = table.tables("certificates", &mut self.problems);
        if certificates.is_empty() {
            let hint = "`dfdg-facade certificate show FILE` prints the cvr and uuid of a certificate";
            self.problems.push(table.problem("the client has no `certificates`").hint(hint));
        }
        for certificate in &certificates {
            certificate.allow(&["cvr", "uuid"], &mut self.problems);
            if let Some(identity) = self.identity(certificate) {
                self.claim(certificate, identity, client);
            }
        }
    }

    fn identity(&mut self, table: &Table<'_, '_>) -> Option<(Cvr, Uuid)> {
        let cvr = self.required(table, "cvr").map(|text| text.parse().ok());
        let uuid = self.required(table, "uuid").map(|text| Uuid::parse_str(text).ok());
        if cvr == Some(None) {
            self.problems.push(table.problem("`cvr` must be eight digits in quotes"));
        }
        if uuid == Some(None) {
            let hint = "the part of the certificate's serialNumber behind `UI:DK-O:G:`";
            self.problems.push(table.problem("`uuid` must be a UUID").hint(hint));
        }
        cvr.flatten().zip(uuid.flatten())
    }

    fn claim(&mut self, table: &Table<'_, '_>, identity: (Cvr, Uuid), client: &Arc<ClientSystem>) {
        match self.claimed.entry(identity) {
            Entry::Occupied(first) => {
                let message = format!("this identity is registered on line {} already", first.get());
                self.problems.push(table.problem(message).hint("an identity belongs to one client system"));
            }
            Entry::Vacant(free) => {
                free.insert(table.line());
                self.registry.by_identity.insert(identity, Arc::clone(client));
            }
        }
    }

    fn organisations(&mut self, table: &Table<'_, '_>) -> Vec<Arc<Organisation>> {
        let mut found: Vec<Arc<Organisation>> = Vec::new();
        for table in table.tables("organisations", &mut self.problems) {
            let Some(organisation) = self.organisation(&table) else { continue };
            if found.iter().any(|other| (other.kind, &other.code) == (organisation.kind, &organisation.code)) {
                self.problems.push(table.problem("this organisation is listed twice for the same client"));
            }
            found.push(Arc::new(organisation));
        }
        found
    }

    fn organisation(&mut self, table: &Table<'_, '_>) -> Option<Organisation> {
        let named = self.type_and_code(table);
        let settings = self.organisation_settings(table);
        let (kind, code) = named?;
        Some(Organisation { kind, code: code.to_owned(), settings })
    }

    fn type_and_code<'d>(&mut self, table: &Table<'d, '_>) -> Option<(u32, &'d str)> {
        let kind = table.number("type", &mut self.problems);
        if kind.is_none() && !table.keys().any(|key| key.text == "type") {
            self.missing(table, "type");
        }
        let code = self.required(table, "code");
        Some((kind?, code?))
    }

    /// The one of its organisations that the key names; without it the only one there is.
    fn default_organisation(
        &mut self,
        table: &Table<'_, '_>,
        organisations: &[Arc<Organisation>],
    ) -> Option<Arc<Organisation>> {
        const KEY: &str = "default_organisation";
        if !table.keys().any(|key| key.text == KEY) {
            return match organisations {
                [only] => Some(Arc::clone(only)),
                _ => None,
            };
        }
        let named = table.table(KEY, &mut self.problems)?;
        named.allow(&["type", "code"], &mut self.problems);
        let (kind, code) = self.type_and_code(&named)?;
        let found = organisations.iter().find(|organisation| (organisation.kind, &*organisation.code) == (kind, code));
        if found.is_none() {
            let problem = named.problem(format!("`{KEY}` is none of the client's `organisations`"));
            self.problems.push(problem.hint("add it to them, or name another"));
        }
        found.cloned()
    }

    /// Every other key is a setting for mappings; the catalogue says whether one reads it.
    fn organisation_settings(&mut self, table: &Table<'_, '_>) -> BTreeMap<String, String> {
        let mut settings = BTreeMap::new();
        for key in table.keys().filter(|key| !matches!(key.text, "type" | "code")) {
            self.mention(Named::Setting, key);
            if let Some(value) = self.required(table, key.text) {
                settings.insert(key.text.to_owned(), value.to_owned());
            }
        }
        settings
    }

    fn mentioned(&mut self, table: &Table<'_, '_>, key: &str, what: Named) -> Option<Vec<String>> {
        let names = table.texts(key, &mut self.problems)?;
        names.iter().for_each(|name| self.mention(what, *name));
        Some(names.iter().map(|name| name.text.to_owned()).collect())
    }

    fn mention(&mut self, what: Named, name: Text<'_>) {
        self.registry.mentions.push(Mention { line: name.line, what, name: name.text.to_owned() });
    }

    /// A text that must be there and not be empty.
    fn required<'d>(&mut self, table: &Table<'d, '_>, key: &str) -> Option<&'d str> {
        let known = self.problems.len();
        let text = table.text(key, &mut self.problems).map(|found| found.text.trim()).filter(|text| !text.is_empty());
        if text.is_none() && self.problems.len() == known {
            self.missing(table, key);
        }
        text
    }

    fn missing(&mut self, table: &Table<'_, '_>, key: &str) {
        self.problems.push(table.problem(format!("`{key}` is missing or empty")));
    }
}

impl Mention {
    pub(super) fn check(&self, file: &str, names: &Names<'_>) -> Option<Problem> {
        let (kind, known) = match self.what {
            Named::Service => ("service", &names.services),
            Named::Operation => ("operation", &names.operations),
            Named::Setting => ("organisation setting", &names.settings),
        };
        if known.contains(&self.name.as_str()) {
            return None;
        }
        let problem = Problem::new(file, self.line, format!("there is no {kind} `{}`", self.name));
        Some(problem.hint(hint_for(&self.name, known.iter().copied())))
    }
}

impl IdentityMention {
    pub(super) fn check(&self, file: &str, names: &Names<'_>) -> impl Iterator<Item = Problem> {
        let called = names.reached.iter().filter(|reached| self.services.iter().any(|own| own == reached.service));
        called.filter(|reached| !reached.identities.contains(&self.name.as_str())).map(move |reached| {
            let Reached { service, backend, identities } = reached;
            let name = &self.name;
            let hint = match identities.is_empty() {
                true => format!("add [backends.{backend}.identities.{name}] with certificate and key to the settings"),
                false => hint_for(name, identities.iter().copied()),
            };
            let message = format!("backend `{backend}`, which {service} calls, has no identity `{name}`");
            Problem::new(file, self.line, message).hint(hint)
        })
    }
}

fn is_label(name: &str) -> bool {
    let allowed = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '.' | '_' | '-');
    (1..=LONGEST_NAME).contains(&name.chars().count()) && name.chars().all(allowed)
}
