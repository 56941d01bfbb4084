//! What all operations share: backends with their contracts, code lists, faults.

use std::sync::Arc;

use dfdg_contract::{Files, Problem};

use crate::codelist::CodeList;
use crate::faults::Faults;
use crate::format::codelist::CodeListFile;
use crate::format::services::BackendSpec;
use crate::format::{Located, faults};
use crate::openapi::Document;
use crate::report::{Report, Sink};
use crate::suggest;

pub(crate) const SERVICES: &str = "mappings/services.toml";
pub(crate) const FAULTS: &str = "mappings/faults.toml";
const CODE_LISTS: &str = "mappings/codelists";

/// What all operations share.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) backends: Vec<LoadedBackend>,
    /// Whether none may be missing because its table could not be read, which has been reported.
    backends_are_known: bool,
    pub(crate) lists: Vec<CodeList>,
    /// Names of the lists that could not be read, which has been reported.
    unreadable: Vec<String>,
    pub(crate) faults: Faults,
}

/// A backend with its contract.
#[derive(Debug)]
pub(crate) struct LoadedBackend {
    pub(crate) spec: BackendSpec,
    /// `None` when it could not be read, which has been reported.
    pub(crate) document: Option<Document>,
    pub(crate) error_code: Arc<str>,
    pub(crate) error_text: Arc<str>,
}

impl World {
    /// `services`: the report of the file the backends stand in.
    pub(crate) fn load(backends: Vec<BackendSpec>, files: &dyn Files, services: &Report) -> Self {
        let sink = services.sink();
        let faults = load_faults(files, sink);
        let (lists, unreadable) = load_lists(&faults, files, sink);
        let backends = backends.into_iter().map(|spec| LoadedBackend::load(spec, files, sink)).collect();
        Self { backends, backends_are_known: !services.is_unclear(), lists, unreadable, faults }
    }

    /// The code list of this name; an unknown one is reported.
    pub(crate) fn list(&self, name: &Located<String>, report: &Report) -> Option<&CodeList> {
        let found = self.lists.iter().find(|list| list.name == name.value);
        if found.is_none() && !self.unreadable.contains(&name.value) {
            let hint = suggest::hint(&name.value, self.lists.iter().map(|list| list.name.as_str()));
            report.hinted(name.line, format!("unknown code list `{}`", name.value), hint);
        }
        found
    }

    /// Whether there is a list of this name.
    pub(crate) fn knows_list(&self, name: &str) -> bool {
        self.lists.iter().any(|list| list.name == name)
    }

    /// The index of the backend of this name; an unknown one is reported.
    pub(crate) fn backend(&self, name: &Located<String>, report: &Report) -> Option<usize> {
        let found = self.backends.iter().position(|backend| backend.spec.name == name.value);
        if found.is_none() && self.backends_are_known {
            let hint = suggest::hint(&name.value, self.backends.iter().map(|backend| backend.spec.name.as_str()));
            report.hinted(name.line, format!("unknown backend `{}`", name.value), hint);
        }
        found
    }
}

impl LoadedBackend {
    fn load(spec: BackendSpec, files: &dyn Files, sink: &Sink) -> Self {
        let report = Report::new(sink, SERVICES);
        for pointer in [&spec.error_code, &spec.error_text] {
            if !pointer.value.starts_with('/') {
                let hint = "a JSON pointer begins with `/`, such as /fejlkode";
                report.hinted(pointer.line, format!("`{}` is no JSON pointer", pointer.value), hint);
            }
        }
        let text = read(files, &spec.openapi.value, &report, spec.openapi.line);
        let document = text.and_then(|text| Document::read(&text, &Report::new(sink, &spec.openapi.value)));
        let (error_code, error_text) = (spec.error_code.value.as_str().into(), spec.error_text.value.as_str().into());
        Self { spec, document, error_code, error_text }
    }
}

/// The text of a file that a line of another file names.
pub(crate) fn read(files: &dyn Files, path: &str, report: &Report, line: u32) -> Option<String> {
    match files.read(path) {
        Ok(text) => Some(text.into_owned()),
        Err(error) => {
            report.problem(line, format!("`{path}` cannot be read: {error}"));
            None
        }
    }
}

/// The text of a file that must be there.
pub(crate) fn must_read(files: &dyn Files, path: &str, sink: &Sink) -> Option<String> {
    match files.read(path) {
        Ok(text) => Some(text.into_owned()),
        Err(error) => {
            sink.add(Problem::new(path, 0, format!("cannot be read: {error}")));
            None
        }
    }
}

/// The TOML files of a folder.
pub(crate) fn toml_files(files: &dyn Files, folder: &str, sink: &Sink) -> Vec<String> {
    match files.list(folder) {
        Ok(paths) => paths.into_iter().filter(|path| path.ends_with(".toml")).collect(),
        Err(error) => {
            sink.add(Problem::new(folder, 0, format!("cannot be read: {error}")));
            Vec::new()
        }
    }
}

fn load_faults(files: &dyn Files, sink: &Sink) -> Faults {
    let report = Report::new(sink, FAULTS);
    let specs = must_read(files, FAULTS, sink).and_then(|text| faults::read(&text, &report));
    Faults::compile(specs, &report)
}

/// The lists, and the names of those that cannot be read.
fn load_lists(faults: &Faults, files: &dyn Files, sink: &Sink) -> (Vec<CodeList>, Vec<String>) {
    let (mut lists, mut unreadable) = (Vec::new(), Vec::new());
    for path in toml_files(files, CODE_LISTS, sink) {
        let report = Report::new(sink, &path);
        let file = must_read(files, &path, sink).and_then(|text| CodeListFile::read(&text, &report));
        match file {
            Some(file) => lists.push(CodeList::compile(&file, faults, &report)),
            None => {
                let name = path.rsplit('/').next().unwrap_or_default();
                unreadable.push(name.trim_end_matches(".toml").to_owned());
            }
        }
    }
    (lists, unreadable)
}
