//! Everything the facade serves, compiled: swapped whole when files change.

use std::sync::Arc;

use dfdg_contract::{Contract, ElementId, Leniency};

use crate::codelist::CodeList;
use crate::compile::LoadedBackend;
use crate::evidence::Evidence;
use crate::faults::Faults;
use crate::info::EvidenceCounts;
use crate::plan::Plan;
use crate::push::{self, PushFormat};

/// Everything the facade serves.
#[derive(Debug)]
pub struct Catalogue {
    /// The old services.
    pub services: Vec<Service>,
    /// The old services nobody serves any more.
    pub gone: Vec<Gone>,
    /// The backends, by the index effects carry.
    pub backends: Vec<Backend>,
    /// The fault numbers of both sides.
    pub faults: Faults,
    /// The code lists.
    pub code_lists: Vec<CodeList>,
    /// How pushes are read; `None` when `mappings/wsb.toml` is not there.
    pub pushes: Option<PushFormat>,
}

/// An old service.
#[derive(Debug)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// The paths it is served under; case does not matter.
    pub paths: Vec<String>,
    /// Its contract.
    pub contract: Arc<Contract>,
    /// What its requests may do that the contract does not say.
    pub leniency: Leniency,
    /// What becomes of each operation, by its index in the contract.
    pub operations: Vec<Served>,
    /// Operations that are not in the contract, because nothing but their names is known.
    pub unserved: Vec<Unserved>,
    /// The organisation types that may call it; empty for any.
    pub organisation_types: Vec<u32>,
    /// Where the number of the citizen a call is about stands, for each operation by its index in
    /// the contract: elements from the request's down. Empty where a request has none.
    pub person: Vec<Vec<ElementId>>,
    /// How surely its paths are known.
    pub evidence: Evidence,
}

/// An old service that is gone. It has no contract: every call of it gets the same fault.
#[derive(Clone, Debug)]
pub struct Gone {
    /// Its name.
    pub name: String,
    /// The paths it was served under; case does not matter.
    pub paths: Vec<String>,
    /// The fault.
    pub fault: u32,
    /// What the caller is told; it names the successor.
    pub text: String,
    /// How surely it is known.
    pub evidence: Evidence,
    /// The line of its table in `mappings/services.toml`.
    pub line: u32,
}

/// What becomes of an operation.
#[derive(Debug)]
pub enum Served {
    /// It is translated.
    Plan(Box<Plan>),
    /// It is not served.
    Refused {
        /// Why, for the operator and the manual.
        reason: String,
        /// The fault a caller gets, when `services.toml` names one.
        fault: Option<u32>,
    },
}

/// An operation that is known by name alone. It is not in the contract.
#[derive(Clone, Debug)]
pub struct Unserved {
    /// Its name.
    pub operation: String,
    /// The local name of the element its requests have in the body.
    pub request: String,
    /// What the caller is told: it names the operation and says why it is not served.
    pub reason: String,
    /// The fault a caller gets, when `services.toml` names one.
    pub fault: Option<u32>,
}

/// A backend. Its URL, certificate and timeouts are settings of the server, by its name.
#[derive(Clone, Debug)]
pub struct Backend {
    /// Its name.
    pub name: String,
    /// The file of its contract.
    pub openapi: String,
    /// JSON pointer to the code in an error body.
    pub error_code: String,
    /// JSON pointer to the text in an error body.
    pub error_text: String,
    /// Whether the facade itself answers its calls, so that there is no URL.
    pub inside: bool,
    /// How surely the pointers are known.
    pub evidence: Evidence,
    /// The line of its table in `mappings/services.toml`.
    pub line: u32,
}

impl Service {
    /// The plan of an operation; `None` for one that is refused.
    #[must_use]
    pub fn plan(&self, operation: &str) -> Option<&Plan> {
        let index = self.contract.operations().iter().position(|own| own.name == operation)?;
        match &self.operations[index] {
            Served::Plan(plan) => Some(plan),
            Served::Refused { .. } => None,
        }
    }
}

impl Backend {
    pub(crate) fn of(loaded: &LoadedBackend) -> Self {
        let spec = &loaded.spec;
        Self {
            name: spec.name.clone(),
            openapi: spec.openapi.value.clone(),
            error_code: spec.error_code.value.clone(),
            error_text: spec.error_text.value.clone(),
            inside: spec.inside,
            evidence: spec.evidence.clone(),
            line: spec.line,
        }
    }
}

impl Catalogue {
    /// The service of this name.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The service at a path, without regard to case.
    #[must_use]
    pub fn service_at(&self, path: &str) -> Option<&Service> {
        let at = |service: &&Service| service.paths.iter().any(|own| own.eq_ignore_ascii_case(path));
        self.services.iter().find(at)
    }

    /// The service that is gone at a path, without regard to case.
    #[must_use]
    pub fn gone_at(&self, path: &str) -> Option<&Gone> {
        self.gone.iter().find(|gone| gone.paths.iter().any(|own| own.eq_ignore_ascii_case(path)))
    }

    /// All plans.
    pub fn plans(&self) -> impl Iterator<Item = &Plan> {
        self.services.iter().flat_map(|service| &service.operations).filter_map(|served| match served {
            Served::Plan(plan) => Some(&**plan),
            Served::Refused { .. } => None,
        })
    }

    /// Every mark of evidence: what it is about, file, line, mark; each line once.
    #[must_use]
    pub fn evidence(&self) -> Vec<(String, String, u32, &Evidence)> {
        let plans = self.plans().flat_map(|plan| plan.info.marks());
        let plans = plans.map(|(what, file, line, mark)| (what.to_owned(), file.to_owned(), line, mark));
        let services = self
            .services
            .iter()
            .map(|service| (service.name.clone(), "mappings/services.toml".to_owned(), 0, &service.evidence));
        let gone = self.gone.iter();
        let gone = gone.map(|own| (own.name.clone(), "mappings/services.toml".to_owned(), own.line, &own.evidence));
        let backends = self.backends.iter();
        let backends =
            backends.map(|own| (own.name.clone(), "mappings/services.toml".to_owned(), own.line, &own.evidence));
        let faults = self.faults.entries().iter();
        let faults = faults
            .map(|own| (format!("fault {}", own.code), "mappings/faults.toml".to_owned(), own.line, &own.evidence));
        let codes = self.code_lists.iter().flat_map(|list| {
            list.codes.iter().map(|code| {
                let old = code.old.as_deref().unwrap_or_default();
                (format!("code {} {old}", list.name), list.file.clone(), code.line, &code.evidence)
            })
        });
        let pushes = self.pushes.iter().flat_map(PushFormat::fields);
        let pushes =
            pushes.map(|field| (format!("push {}", field.name), push::FILE.to_owned(), field.line, &field.evidence));
        let all = plans.chain(services).chain(gone).chain(backends).chain(faults).chain(codes).chain(pushes);
        let mut all: Vec<_> = all.collect();
        all.sort_by(|left, right| (&left.1, left.2, &left.0).cmp(&(&right.1, right.2, &right.0)));
        all.dedup_by(|left, right| left.1 == right.1 && left.2 == right.2 && left.3 == right.3);
        all
    }

    /// How many lines are known how surely.
    #[must_use]
    pub fn evidence_counts(&self) -> EvidenceCounts {
        EvidenceCounts::of(self.evidence().into_iter().map(|(.., mark)| mark))
    }
}
