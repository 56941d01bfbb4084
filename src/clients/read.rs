//! Reads `clients.toml`; goes on after a mistake, so that all are told at once.

use super::names::{IdentityMention, Mention, Named};
use super::{ClientSystem, Publisher, Registered, Registry, Validity};
use crate::config::document::Document;
use crate::config::table::{Table, Text};
use crate::identity::Cvr;
use dfdg_contract::Problem;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
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
    "settings",
    "backend_identity",
    "valid_from",
    "valid_to",
];
const PUBLISHER_KEYS: &[&str] = &["name", "contact", "certificates", "valid_from", "valid_to"];
const LONGEST_NAME: usize = 64;

#[derive(Default)]
pub(super) struct Reader {
    pub(super) problems: Vec<Problem>,
    registry: Registry,
    /// Where an identity was claimed first.
    claimed: HashMap<(Cvr, Uuid), u32>,
    /// Where a name was given first.
    named: HashMap<String, u32>,
}

/// The registry as far as it can be read, and what is wrong with the file.
pub(super) fn registry(document: Document<'_>) -> (Registry, Vec<Problem>) {
    let root = match document.table() {
        Ok(root) => root,
        Err(problem) => return (Registry::default(), vec![problem]),
    };
    let mut reader = Reader::default();
    let root = Table::root(document, &root);
    root.allow(&["client", "publisher"], &mut reader.problems);
    for table in root.tables("client", &mut reader.problems) {
        reader.client(&table);
    }
    for table in root.tables("publisher", &mut reader.problems) {
        reader.publisher(&table);
    }
    (Registry { file: document.file.to_owned(), ..reader.registry }, reader.problems)
}

impl Reader {
    fn client(&mut self, table: &Table<'_, '_>) {
        table.allow(CLIENT_KEYS, &mut self.problems);
        let organisations = self.organisations(table);
        let services = self.services(table);
        let client = Arc::new(ClientSystem {
            name: self.name(table),
            contact: self.contact(table),
            backend_identity: self.backend_identity(table, &services),
            services,
            operations: self.mentioned(table, "operations", Named::Operation),
            default_organisation: self.default_organisation(table, &organisations),
            settings: self.client_settings(table),
            organisations,
            validity: self.validity(table),
        });
        self.certificates(table, &Registered::Client(Arc::clone(&client)));
        self.registry.clients.push(client);
    }

    fn publisher(&mut self, table: &Table<'_, '_>) {
        table.allow(PUBLISHER_KEYS, &mut self.problems);
        let publisher = Arc::new(Publisher {
            name: self.name(table),
            contact: self.contact(table),
            validity: self.validity(table),
        });
        self.certificates(table, &Registered::Publisher(Arc::clone(&publisher)));
        self.registry.publishers.push(publisher);
    }

    fn contact(&mut self, table: &Table<'_, '_>) -> String {
        self.required(table, "contact").unwrap_or_default().to_owned()
    }

    fn validity(&mut self, table: &Table<'_, '_>) -> Validity {
        let from = table.date("valid_from", &mut self.problems);
        let to = table.date("valid_to", &mut self.problems);
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            self.problems.push(table.problem("`valid_to` is before `valid_from`"));
        }
        Validity { from, to }
    }

    fn name(&mut self, table: &Table<'_, '_>) -> String {
        let known = self.problems.len();
        let Some(name) = table.text("name", &mut self.problems) else {
            if self.problems.len() == known {
                self.missing(table, "name");
            }
            return String::new();
        };
        if !is_label(name.text) {
            let message = format!("`name` must be 1 to {LONGEST_NAME} letters, digits, blanks or any of . _ -");
            self.problems.push(table.problem_at(name.line, message).hint("it is a label in metrics and log lines"));
        }
        match self.named.entry(name.text.to_owned()) {
            Entry::Occupied(first) => {
                let message = format!("`name` is taken on line {} already", first.get());
                self.problems.push(table.problem_at(name.line, message));
            }
            Entry::Vacant(free) => drop(free.insert(name.line)),
        }
        name.text.to_owned()
    }

    fn services(&mut self, table: &Table<'_, '_>) -> Vec<String> {
        let known = self.problems.len();
        let services = self.mentioned(table, "services", Named::Service).unwrap_or_default();
        if services.is_empty() && self.problems.len() == known {
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

    fn certificates(&mut self, table: &Table<'_, '_>, registered: &Registered) {
        let known = self.problems.len();
        let certificates = table.tables("certificates", &mut self.problems);
        if certificates.is_empty() && self.problems.len() == known {
            let hint = "`dfdg-facade certificate show FILE` prints the cvr and uuid of a certificate";
            self.problems.push(table.problem("it has no `certificates`").hint(hint));
        }
        for certificate in &certificates {
            certificate.allow(&["cvr", "uuid"], &mut self.problems);
            if let Some(identity) = self.identity(certificate) {
                self.claim(certificate, identity, registered);
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

    fn claim(&mut self, table: &Table<'_, '_>, identity: (Cvr, Uuid), registered: &Registered) {
        match self.claimed.entry(identity) {
            Entry::Occupied(first) => {
                let message = format!("this identity is registered on line {} already", first.get());
                self.problems
                    .push(table.problem(message).hint("an identity belongs to one client system or one publisher"));
            }
            Entry::Vacant(free) => {
                free.insert(table.line());
                self.registry.by_identity.insert(identity, registered.clone());
            }
        }
    }

    fn mentioned(&mut self, table: &Table<'_, '_>, key: &str, what: Named) -> Option<Vec<String>> {
        let names = table.texts(key, &mut self.problems)?;
        names.iter().for_each(|name| self.mention(what, *name));
        Some(names.iter().map(|name| name.text.to_owned()).collect())
    }

    pub(super) fn mention(&mut self, what: Named, name: Text<'_>) {
        self.registry.mentions.push(Mention { line: name.line, what, name: name.text.to_owned() });
    }

    /// A text that must be there and not be empty.
    pub(super) fn required<'d>(&mut self, table: &Table<'d, '_>, key: &str) -> Option<&'d str> {
        let known = self.problems.len();
        let text = table.text(key, &mut self.problems).map(|found| found.text.trim()).filter(|text| !text.is_empty());
        if text.is_none() && self.problems.len() == known {
            self.missing(table, key);
        }
        text
    }

    pub(super) fn missing(&mut self, table: &Table<'_, '_>, key: &str) {
        self.problems.push(table.problem(format!("`{key}` is missing or empty")));
    }
}

fn is_label(name: &str) -> bool {
    let allowed = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '.' | '_' | '-');
    (1..=LONGEST_NAME).contains(&name.chars().count()) && name.chars().all(allowed)
}
