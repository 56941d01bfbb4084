//! Names in `clients.toml` that stand for something elsewhere: only the catalogue and the settings can tell right from
//! wrong.

use crate::config::document::hint_for;
use dfdg_contract::Problem;

/// A name in `clients.toml` that only the catalogue can tell right from wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) line: u32,
    pub(super) what: Named,
    pub(super) name: String,
}

/// A `backend_identity`, which every backend must have that the client's services call: else calls would go out
/// under another name than the one agreed upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IdentityMention {
    pub(super) line: u32,
    pub(super) name: String,
    pub(super) services: Vec<String>,
}

/// What a [`Mention`] names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Service,
    Operation,
    Setting,
}

/// The names there are, for [`super::Registry::check`].
#[derive(Clone, Debug, Default)]
pub struct Names<'a> {
    /// Services of the catalogue.
    pub services: Vec<&'a str>,
    /// Operations of all its services.
    pub operations: Vec<&'a str>,
    /// Settings of organisations and client systems its mappings read, such as `digital-meeting-link`.
    pub settings: Vec<&'a str>,
    /// The backends its services call.
    pub reached: Vec<Reached<'a>>,
}

/// A backend that a service calls.
#[derive(Clone, Debug)]
pub struct Reached<'a> {
    /// The service.
    pub service: &'a str,
    /// The backend.
    pub backend: &'a str,
    /// The identities the settings have for that backend.
    pub identities: Vec<&'a str>,
}

impl Mention {
    pub(super) fn check(&self, file: &str, names: &Names<'_>) -> Option<Problem> {
        let (kind, known) = match self.what {
            Named::Service => ("service", &names.services),
            Named::Operation => ("operation", &names.operations),
            Named::Setting => ("setting", &names.settings),
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
