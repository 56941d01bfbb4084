//! Contracts, plans and code lists as one: compiled at start, replaced whole. A running call
//! keeps the catalogue it began with.

mod files;

use std::collections::HashMap;
use std::path::Path;

use dfdg_contract::soap::EnvelopeError;
use dfdg_contract::{Contract, Files, Message, Node, Operation, Problem, Problems};
use dfdg_mapping::{LineInfo, Plan, Service};

pub use files::CatalogueFiles;

use crate::access::HeaderPaths;
use crate::error::CallError;
use crate::fault;

/// The code list of the types of organisation.
const ORGANISATION_TYPES: &str = "organisationstype";

fn organisation_types(mapping: &dfdg_mapping::Catalogue) -> Vec<u32> {
    let lists = mapping.code_lists.iter().filter(|list| list.name == ORGANISATION_TYPES);
    lists.flat_map(|list| &list.codes).filter_map(|code| code.old.as_ref()?.parse().ok()).collect()
}

/// The settings of organisations and client systems an operation writes to a backend, such as `digital-meeting-link`.
pub fn settings_of(plan: &Plan) -> impl Iterator<Item = &str> {
    plan.info().lines.iter().flat_map(settings_in)
}

/// Those that go with every call of its backends, such as `contact-name`.
pub fn settings_of_every_call(plan: &Plan) -> impl Iterator<Item = &str> {
    let info = plan.info();
    info.lines.iter().filter(|line| line.file != info.file).flat_map(settings_in)
}

fn settings_in(line: &LineInfo) -> impl Iterator<Item = &str> {
    let sources = line.source.split([' ', ',', '|', ')']);
    sources.filter_map(|source| source.strip_prefix("setting:"))
}

/// All services with their plans, found by path.
#[derive(Debug)]
pub struct Catalogue {
    mapping: dfdg_mapping::Catalogue,
    header_paths: Vec<HeaderPaths>,
    by_path: HashMap<String, usize>,
    organisation_types: Vec<u32>,
}

/// A service as a call finds it.
#[derive(Clone, Copy, Debug)]
pub struct Served<'c> {
    /// Its contract and plans.
    pub service: &'c Service,
    /// Where its header blocks name organisations.
    pub header_paths: &'c HeaderPaths,
}

impl<'c> Served<'c> {
    /// The number of the citizen a request is about, where `services.toml` says it stands.
    #[must_use]
    pub fn person<'m>(&self, operation: &Operation, message: &'m Message<'_>) -> Option<&'m str> {
        let index = self.service.contract.operations().iter().position(|own| own.name == operation.name)?;
        let (_, below) = self.service.person.get(index)?.split_first()?;
        below.iter().try_fold(message.body()?, |node, element| node.child(*element)).map(Node::text)
    }

    /// What is told of a request that is none of the contract: `services.toml` may know it by name.
    #[must_use]
    pub fn unserved(&self, error: EnvelopeError) -> CallError {
        let EnvelopeError::UnknownOperation(request) = &error else { return error.into() };
        match self.service.unserved.iter().find(|own| own.request == *request) {
            Some(own) => CallError::NotServed { fault: own.fault, reason: own.reason.clone() },
            None => error.into(),
        }
    }

    /// The plan of an operation of this service.
    ///
    /// # Errors
    /// [`CallError::NotServed`] when `services.toml` refuses the operation.
    pub fn plan(&self, operation: &Operation) -> Result<&'c Plan, CallError> {
        let index = self.service.contract.operations().iter().position(|own| own.name == operation.name);
        match index.and_then(|index| self.service.operations.get(index)) {
            Some(dfdg_mapping::Served::Plan(plan)) => Ok(plan),
            Some(dfdg_mapping::Served::Refused { reason, fault }) => {
                Err(CallError::NotServed { fault: *fault, reason: reason.clone() })
            }
            None => Err(CallError::NoService),
        }
    }
}

impl Catalogue {
    /// Compiles the set that is compiled in, with a folder of the operator's on top of it.
    ///
    /// # Errors
    /// All problems at once, among them what the folder holds in vain because nothing reads it.
    pub fn load(folder: Option<&Path>) -> Result<Self, Problems> {
        let files = CatalogueFiles::new(folder);
        let misplaced = files.misplaced();
        match Self::compile(&files) {
            Ok(catalogue) => Problems::none([misplaced, files.unread()].concat()).map(|()| catalogue),
            Err(found) => Err(found.with(misplaced)),
        }
    }

    /// Compiles every contract, mapping and code list.
    ///
    /// # Errors
    /// All problems at once.
    pub fn compile(files: &dyn Files) -> Result<Self, Problems> {
        let mapping = dfdg_mapping::compile(files)?;
        let untold = fault::NUMBERS.iter().filter(|&&number| mapping.faults.by_old(number).is_none());
        let problem = |number: &u32| Problem::new("mappings/faults.toml", 0, format!("the fault {number} has no text"));
        Problems::none(untold.map(problem).collect())?;
        let types = organisation_types(&mapping);
        let paths = |service: &Service| HeaderPaths::of(&service.contract, &types);
        let header_paths = mapping.services.iter().map(paths).collect();
        let paths = |(index, service): (usize, &Service)| {
            service.paths.iter().map(|path| (path.to_ascii_lowercase(), index)).collect::<Vec<_>>()
        };
        let by_path = mapping.services.iter().enumerate().flat_map(paths).collect();
        Ok(Self { mapping, header_paths, by_path, organisation_types: types })
    }

    /// The types of organisation in the code list.
    #[must_use]
    pub fn organisation_types(&self) -> &[u32] {
        &self.organisation_types
    }

    /// What the mapping package compiled: services, backends, faults.
    #[must_use]
    pub fn mapping(&self) -> &dfdg_mapping::Catalogue {
        &self.mapping
    }

    /// The service at a path, without regard to case, as the old servers did.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<Served<'_>> {
        let index = match self.by_path.get(path) {
            Some(index) => *index,
            None => *self.by_path.get(&path.to_ascii_lowercase())?,
        };
        Some(self.served(index))
    }

    /// Whether calls at a path are answered, if only with the fault of a service that is gone.
    #[must_use]
    pub fn serves(&self, path: &str) -> bool {
        self.at(path).is_some() || self.mapping.gone_at(path).is_some()
    }

    /// Why nothing is served at a path.
    #[must_use]
    pub fn gone(&self, path: &str) -> CallError {
        let gone = self.mapping.gone_at(path);
        gone.map_or(CallError::NoService, |gone| CallError::Gone { fault: gone.fault, text: gone.text.clone() })
    }

    /// The contract that declares the details of faults at a path. A service that is gone has none of its own; its
    /// details are those of any DFDG service.
    #[must_use]
    pub fn fault_contract(&self, path: &str) -> Option<&Contract> {
        let own = self.at(path).map(|served| served.service);
        own.or_else(|| self.mapping.services.first()).map(|service| &*service.contract)
    }

    /// The service with this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Served<'_>> {
        let index = self.mapping.services.iter().position(|service| service.name == name)?;
        Some(self.served(index))
    }

    fn served(&self, index: usize) -> Served<'_> {
        Served { service: &self.mapping.services[index], header_paths: &self.header_paths[index] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else their calls would be missing when somebody asks who looked a citizen up.
    #[test]
    fn the_citizen_of_every_request_that_names_one_is_known_to_the_journal() {
        let catalogue = Catalogue::compile(&CatalogueFiles::default()).unwrap();
        for service in &catalogue.mapping().services {
            let operations = service.contract.operations();
            for (operation, person) in operations.iter().zip(&service.person) {
                let named = service.contract.schema().child(operation.request, "PersonCivilRegistrationIdentifier");
                assert_eq!(named.is_some(), !person.is_empty(), "{} {}", service.name, operation.name);
            }
        }
    }
}
