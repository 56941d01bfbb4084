//! One old service: its contract, and a plan or a stated refusal for every operation.

use std::sync::Arc;

use dfdg_contract::{Contract, ElementId, Files, Leniency, Operation};

use super::operation;
use super::world::{self, SERVICES, World};
use crate::catalogue::{Gone, Served, Service, Unserved};
use crate::format::Content;
use crate::format::mapping::MappingFile;
use crate::format::services::{GoneSpec, RefusedSpec, ServiceSpec, ServicesFile};
use crate::report::{Report, Sink};
use crate::suggest;

/// Compiles every service.
pub(super) fn compile_all(specs: Vec<ServiceSpec>, world: &World, files: &dyn Files, sink: &Sink) -> Vec<Service> {
    specs.into_iter().filter_map(|spec| compile(spec, world, files, sink)).collect()
}

/// The services that are gone, each with what its callers are told.
pub(super) fn gone_all(specs: Vec<GoneSpec>, world: &World, sink: &Sink) -> Vec<Gone> {
    let report = Report::new(sink, SERVICES);
    specs.into_iter().map(|spec| gone(spec, world, &report)).collect()
}

fn gone(spec: GoneSpec, world: &World, report: &Report) -> Gone {
    world.faults.check(&spec.fault, report);
    let (name, successor) = (spec.name, spec.successor.value);
    let text = spec.text.unwrap_or_else(|| format!("{name} is no longer served. Its successor is {successor}."));
    if !text.contains(&successor) {
        report
            .problem(spec.line, format!("what callers of `{name}` are told does not name its successor, {successor}"));
    }
    let paths = spec.paths.into_iter().map(|path| path.value).collect();
    Gone { name, paths, fault: spec.fault.value, text, evidence: spec.evidence, line: spec.line }
}

/// A path leads to one service; case does not tell paths apart.
pub(super) fn check_paths(file: &ServicesFile, report: &Report) {
    let mut seen: Vec<String> = Vec::new();
    let served = file.services.iter().flat_map(|spec| &spec.paths);
    for path in served.chain(file.gone.iter().flat_map(|spec| &spec.paths)) {
        if !path.value.starts_with('/') {
            report.problem(path.line, format!("the path `{}` does not begin with `/`", path.value));
        }
        let lower = path.value.to_lowercase();
        if seen.contains(&lower) {
            report.problem(path.line, format!("the path `{}` is given twice", path.value));
        }
        seen.push(lower);
    }
}

fn compile(spec: ServiceSpec, world: &World, files: &dyn Files, sink: &Sink) -> Option<Service> {
    let report = Report::new(sink, SERVICES);
    let (mappings, complete) = load_mappings(&spec, files, sink);
    world::read(files, &spec.wsdl.value, &report, spec.wsdl.line)?; // a missing file is told where it is named
    let leniency = leniency(&spec, &report);
    let contract = Contract::load(files, &spec.wsdl.value);
    let contract = match contract.and_then(|contract| contract.lenient(&leniency, SERVICES, spec.line)) {
        Ok(contract) => Arc::new(contract),
        Err(problems) => {
            sink.add_all(problems);
            return None;
        }
    };
    check_operations(&spec, &mappings, &contract, &report);
    let compiler = Compiler { spec: &spec, mappings: &mappings, complete, contract: &contract, world, report };
    let person = persons(&spec, &contract, &compiler.report);
    let served: Vec<_> = contract.operations().iter().map(|operation| compiler.served(operation)).collect();
    let operations = served.into_iter().collect::<Option<Vec<_>>>()?;
    let unserved = compiler.spec.refused.iter().filter_map(|refused| compiler.unserved(refused)).collect();
    Some(Service {
        name: spec.name,
        paths: spec.paths.into_iter().map(|path| path.value).collect(),
        contract,
        leniency,
        operations,
        unserved,
        organisation_types: spec.organisation_types,
        person,
        evidence: spec.evidence,
    })
}

/// What requests may do that the contract does not say.
fn leniency(spec: &ServiceSpec, report: &Report) -> Leniency {
    if let Some(order) = spec.order.as_ref().filter(|order| !matches!(order.value.as_str(), "any" | "contract")) {
        report.hinted(order.line, format!("unknown `order = \"{}\"`", order.value), "one of: any, contract");
    }
    let also = spec.also.iter().filter_map(|(sent, own)| match &own.content {
        Content::Text(own) => Some((sent.clone(), own.clone())),
        other => {
            let hint = "`also = { <name sent> = \"<name in the contract>\" }`";
            report.hinted(own.line, format!("`{sent}` stands for the name of an element, not {}", other.name()), hint);
            None
        }
    });
    Leniency {
        any_order: spec.order.as_ref().is_some_and(|order| order.value == "any"),
        also: also.collect(),
        unread_headers: spec.unread_headers.iter().map(|name| name.value.clone()).collect(),
    }
}

/// Where each operation has the number of the citizen; one that no operation has is a slip.
fn persons(spec: &ServiceSpec, contract: &Contract, report: &Report) -> Vec<Vec<ElementId>> {
    let find = |operation: &Operation| {
        let names = spec.person.as_ref()?.value.split('/');
        let mut path = vec![operation.request];
        for name in names {
            path.push(contract.schema().child(*path.last()?, name)?.element);
        }
        Some(path)
    };
    let found: Vec<_> = contract.operations().iter().map(|operation| find(operation).unwrap_or_default()).collect();
    if let Some(person) = spec.person.as_ref().filter(|_| found.iter().all(Vec::is_empty)) {
        report.problem(person.line, format!("no request of {} has an element `{}`", spec.name, person.value));
    }
    found
}

struct Compiler<'a> {
    spec: &'a ServiceSpec,
    mappings: &'a [(MappingFile, Report<'a>)],
    /// Whether all mapping files could be read.
    complete: bool,
    contract: &'a Arc<Contract>,
    world: &'a World,
    report: Report<'a>,
}

impl Compiler<'_> {
    /// An operation that is known by name alone.
    fn unserved(&self, spec: &RefusedSpec) -> Option<Unserved> {
        let request = spec.request.clone()?;
        spec.fault.iter().for_each(|fault| self.world.faults.check(fault, &self.report));
        let fault = spec.fault.as_ref().map(|fault| fault.value);
        let reason = format!("{} is not served: {}", spec.operation, spec.reason);
        Some(Unserved { operation: spec.operation.clone(), request, reason, fault })
    }

    /// What becomes of an operation; `None` when something is wrong, which has been reported.
    fn served(&self, operation: &Operation) -> Option<Served> {
        let name = &operation.name;
        let mapping = self.mappings.iter().find(|(file, _)| file.operation.value == *name);
        let refused = self.spec.refused.iter().find(|refused| refused.operation == *name);
        match (mapping, refused) {
            (Some((file, report)), None) => {
                let plan = operation::compile(file, self.contract, operation, &self.spec.name, self.world, report);
                plan.map(|plan| Served::Plan(Box::new(plan)))
            }
            (None, Some(refused)) => {
                refused.fault.iter().for_each(|fault| self.world.faults.check(fault, &self.report));
                let fault = refused.fault.as_ref().map(|fault| fault.value);
                Some(Served::Refused { reason: refused.reason.clone(), fault })
            }
            (Some((file, report)), Some(_)) => {
                report.problem(file.operation.line, format!("`{name}` is refused in {SERVICES}, and mapped here"));
                None
            }
            // A file that could not be read may be the one.
            (None, None) if !self.complete => None,
            (None, None) => {
                let message = format!("operation `{name}` has no mapping in {}", self.spec.mappings.value);
                let hint = format!("map it, or in [service.{}.refused]: {name} = \"why\"", self.spec.name);
                self.report.hinted(self.spec.line, message, hint);
                None
            }
        }
    }
}

/// The mappings of a service, and whether all could be read.
fn load_mappings<'s>(spec: &ServiceSpec, files: &dyn Files, sink: &'s Sink) -> (Vec<(MappingFile, Report<'s>)>, bool) {
    let paths = world::toml_files(files, &spec.mappings.value, sink);
    let mut mappings = Vec::new();
    for path in &paths {
        let report = Report::new(sink, path);
        let file = world::must_read(files, path, sink).and_then(|text| MappingFile::read(&text, &report));
        mappings.extend(file.map(|file| (file, report)));
    }
    let complete = mappings.len() == paths.len();
    (mappings, complete)
}

/// Mappings and refusals are of operations there are, one for each.
fn check_operations(spec: &ServiceSpec, mappings: &[(MappingFile, Report)], contract: &Contract, report: &Report) {
    let names = || contract.operations().iter().map(|operation| operation.name.as_str());
    for (index, (file, report)) in mappings.iter().enumerate() {
        let operation = &file.operation;
        if contract.operation(&operation.value).is_none() {
            let message = format!("{} has no operation `{}`", spec.name, operation.value);
            report.hinted(operation.line, message, suggest::hint(&operation.value, names()));
        }
        if let Some((_, other)) = mappings[..index].iter().find(|(other, _)| other.operation.value == operation.value) {
            report.problem(operation.line, format!("`{}` is mapped in {} already", operation.value, other.file()));
        }
    }
    for refused in &spec.refused {
        let known = contract.operation(&refused.operation).is_some();
        if known && refused.request.is_some() {
            let message = format!("{} has the operation `{}`, and with it its request", spec.name, refused.operation);
            report.hinted(refused.line, message, "remove `request`: it is for operations the contract does not have");
        }
        if !known && refused.request.is_none() {
            let message = format!("{} has no operation `{}`", spec.name, refused.operation);
            report.hinted(refused.line, message, suggest::hint(&refused.operation, names()));
        }
    }
}
