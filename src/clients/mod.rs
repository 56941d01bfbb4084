//! Who is known, and as what: `clients.toml`, read into a registry that finds client systems and
//! publishers by the identity in their certificates.

mod names;
mod organisations;
mod read;

#[cfg(test)]
mod tests;

use crate::config::document::Document;
use crate::identity::Cvr;
use chrono::NaiveDate;
use dfdg_contract::{Problem, Problems};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

use names::{IdentityMention, Mention};
pub use names::{Names, Reached};

/// A registered client system. Only the registry makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSystem {
    name: String,
    contact: String,
    services: Vec<String>,
    operations: Option<Vec<String>>,
    organisations: Vec<Arc<Organisation>>,
    default_organisation: Option<Arc<Organisation>>,
    settings: BTreeMap<String, String>,
    backend_identity: Option<String>,
    validity: Validity,
}

/// A registered publisher: a system of the new side that delivers messages to the facade and calls nothing. Only the
/// registry makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publisher {
    name: String,
    contact: String,
    validity: Validity,
}

/// What a certificate identity is registered as: one or the other.
#[derive(Clone, Debug)]
pub enum Registered {
    /// A client system, which calls old services.
    Client(Arc<ClientSystem>),
    /// A publisher, which does not.
    Publisher(Arc<Publisher>),
}

/// The days a registration holds (Danish calendar days; both ends count).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Validity {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// An organisation a client system may act for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    kind: u32,
    code: String,
    settings: BTreeMap<String, String>,
}

/// All client systems and publishers by certificate identity.
#[derive(Debug, Default)]
pub struct Registry {
    file: String,
    clients: Vec<Arc<ClientSystem>>,
    publishers: Vec<Arc<Publisher>>,
    by_identity: HashMap<(Cvr, Uuid), Registered>,
    mentions: Vec<Mention>,
    identities: Vec<IdentityMention>,
}

impl Registry {
    /// Reads `clients.toml`.
    ///
    /// # Errors
    /// All problems at once: syntax, unknown keys, an identity that is claimed twice, a client
    /// without services.
    pub fn load(path: &Path) -> Result<Self, Problems> {
        let (registry, problems) = Self::read(path);
        Problems::none(problems).map(|()| registry)
    }

    /// Reads `clients.toml` and compares the names in it with those of the catalogue and the settings.
    ///
    /// # Errors
    /// The problems of [`Registry::load`] and of [`Registry::check`] together.
    pub fn load_checked(path: &Path, names: &Names<'_>) -> Result<Self, Problems> {
        let (registry, mut problems) = Self::read(path);
        problems.extend(registry.check(names).err().into_iter().flat_map(Problems::into_list));
        Problems::none(problems).map(|()| registry)
    }

    /// Reads the text of a `clients.toml`; `file` is its name in problems.
    ///
    /// # Errors
    /// As [`Registry::load`].
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        let (registry, problems) = read::registry(Document { file, text });
        Problems::none(problems).map(|()| registry)
    }

    fn read(path: &Path) -> (Self, Vec<Problem>) {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => read::registry(Document { file: &file, text: &text }),
            Err(error) => (Self::default(), vec![Problem::new(file, 0, format!("cannot be read: {error}"))]),
        }
    }

    /// What this certificate identity is registered as, valid or not.
    #[must_use]
    pub fn find(&self, cvr: Cvr, uuid: Uuid) -> Option<&Registered> {
        self.by_identity.get(&(cvr, uuid))
    }

    /// All client systems in the order of the file.
    #[must_use]
    pub fn clients(&self) -> &[Arc<ClientSystem>] {
        &self.clients
    }

    /// Whether any client system may call an operation of this service.
    #[must_use]
    pub fn may_call(&self, service: &str) -> bool {
        self.clients.iter().any(|client| client.services().iter().any(|own| own == service))
    }

    /// All publishers in the order of the file.
    #[must_use]
    pub fn publishers(&self) -> &[Arc<Publisher>] {
        &self.publishers
    }

    /// Compares the names in the file with those of the catalogue and the settings.
    ///
    /// # Errors
    /// Every name they do not have, with its line.
    pub fn check(&self, names: &Names<'_>) -> Result<(), Problems> {
        let names_known = self.mentions.iter().filter_map(|mention| mention.check(&self.file, names));
        let identities = self.identities.iter().flat_map(|mention| mention.check(&self.file, names));
        Problems::none(names_known.chain(identities).collect())
    }
}

impl ClientSystem {
    /// Its name in log lines and metrics.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whom to ask about it.
    #[must_use]
    pub fn contact(&self) -> &str {
        &self.contact
    }

    /// Whether it may call this operation of this service.
    #[must_use]
    pub fn may_call(&self, service: &str, operation: &str) -> bool {
        let listed = |names: &[String], name: &str| names.iter().any(|listed| listed == name);
        listed(&self.services, service) && self.operations.as_deref().is_none_or(|names| listed(names, operation))
    }

    /// The old services it may call.
    #[must_use]
    pub fn services(&self) -> &[String] {
        &self.services
    }

    /// The organisation with this type and code, if it may act for it.
    #[must_use]
    pub fn organisation(&self, kind: u32, code: &str) -> Option<&Arc<Organisation>> {
        self.organisations.iter().find(|organisation| organisation.kind == kind && organisation.code == code)
    }

    /// The organisations it may act for.
    #[must_use]
    pub fn organisations(&self) -> &[Arc<Organisation>] {
        &self.organisations
    }

    /// The organisation it acts for where a contract has no header block to name one: that of `default_organisation`,
    /// else the only one there is.
    #[must_use]
    pub fn default_organisation(&self) -> Option<&Arc<Organisation>> {
        self.default_organisation.as_ref()
    }

    /// A setting that mappings may read, such as `contact-name`: that of the organisation, else its own, which holds for all.
    #[must_use]
    pub fn setting<'s>(&'s self, organisation: &'s Organisation, name: &str) -> Option<&'s str> {
        organisation.setting(name).or_else(|| self.settings.get(name).map(String::as_str))
    }

    /// The identity of the settings under which its calls go to the backends; `None` for the facade's own.
    #[must_use]
    pub fn backend_identity(&self) -> Option<&str> {
        self.backend_identity.as_deref()
    }

    /// Whether it is admitted on a day (a Danish calendar day; both ends count).
    #[must_use]
    pub fn valid_on(&self, day: NaiveDate) -> bool {
        self.validity.holds_on(day)
    }
}

impl Publisher {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whom to ask about it.
    #[must_use]
    pub fn contact(&self) -> &str {
        &self.contact
    }

    /// Whether its registration holds on a day (a Danish calendar day; both ends count).
    #[must_use]
    pub fn valid_on(&self, day: NaiveDate) -> bool {
        self.validity.holds_on(day)
    }
}

impl Validity {
    fn holds_on(self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

impl Organisation {
    /// Its `OrganisationTypeIdentifier`.
    #[must_use]
    pub fn kind(&self) -> u32 {
        self.kind
    }

    /// Its `OrganisationCode`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// A setting of it that mappings may read, such as `digital-meeting-link`.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }
}
