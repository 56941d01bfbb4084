//! `mappings/services.toml`: which old services are served, and which backends there are.

use super::value::ValueSpec;
use super::{Content, Item, Located, Reader, Table, mapping};
use crate::evidence::Evidence;
use crate::report::Report;

/// The whole file.
#[derive(Debug)]
pub(crate) struct ServicesFile {
    pub(crate) services: Vec<ServiceSpec>,
    pub(crate) gone: Vec<GoneSpec>,
    pub(crate) backends: Vec<BackendSpec>,
}

/// `[service.<name>]`.
#[derive(Debug)]
pub(crate) struct ServiceSpec {
    pub(crate) line: u32,
    pub(crate) name: String,
    pub(crate) wsdl: Located<String>,
    pub(crate) mappings: Located<String>,
    pub(crate) paths: Vec<Located<String>>,
    pub(crate) organisation_types: Vec<u32>,
    pub(crate) person: Option<Located<String>>,
    /// `order`: that in which requests may have their elements.
    pub(crate) order: Option<Located<String>>,
    /// `also`: names under which requests may send elements; name sent, name in the contract.
    pub(crate) also: Vec<(String, Item)>,
    pub(crate) unread_headers: Vec<Located<String>>,
    pub(crate) refused: Vec<RefusedSpec>,
    pub(crate) evidence: Evidence,
}

/// `[service.<name>]` with `gone`: a service nobody serves any more.
#[derive(Debug)]
pub(crate) struct GoneSpec {
    pub(crate) line: u32,
    pub(crate) name: String,
    pub(crate) paths: Vec<Located<String>>,
    pub(crate) fault: Located<u32>,
    pub(crate) successor: Located<String>,
    pub(crate) text: Option<String>,
    pub(crate) evidence: Evidence,
}

/// `[service.<name>.refused]`: an operation that is not served.
#[derive(Debug)]
pub(crate) struct RefusedSpec {
    pub(crate) line: u32,
    pub(crate) operation: String,
    /// The request's element, of an operation the contract does not have.
    pub(crate) request: Option<String>,
    pub(crate) reason: String,
    pub(crate) fault: Option<Located<u32>>,
}

/// `[backend.<name>]`.
#[derive(Debug)]
pub(crate) struct BackendSpec {
    pub(crate) line: u32,
    pub(crate) name: String,
    pub(crate) openapi: Located<String>,
    pub(crate) error_code: Located<String>,
    pub(crate) error_text: Located<String>,
    /// Whether the facade itself answers its calls.
    pub(crate) inside: bool,
    pub(crate) headers: Vec<(Located<String>, ValueSpec)>,
    pub(crate) evidence: Evidence,
}

impl ServicesFile {
    pub(crate) fn read(text: &str, report: &Report) -> Option<Self> {
        let mut reader = Reader::new(Table::parse(text, report)?, report);
        let is_gone = |item: &Item| matches!(&item.content, Content::Table(table) if table.has("gone"));
        let (gone, services): (Vec<_>, Vec<_>) =
            reader.entries("service").into_iter().partition(|(_, item)| is_gone(item));
        let services = services.into_iter().filter_map(|(name, item)| service(name, item, report)).collect();
        let gone = gone.into_iter().filter_map(|(name, item)| self::gone(name, item, report)).collect();
        let backends = reader.entries("backend").into_iter().filter_map(|(name, item)| backend(name, item, report));
        let backends = backends.collect();
        reader.finish();
        Some(Self { services, gone, backends })
    }
}

fn service(name: String, item: Item, report: &Report) -> Option<ServiceSpec> {
    let line = item.line;
    let mut reader = Reader::of(item, report)?;
    let [wsdl, mappings] = ["wsdl", "mappings"].map(|key| {
        let text = reader.text(key);
        reader.required(key, text)
    });
    let paths = reader.texts("paths");
    if paths.is_empty() {
        report.problem(line, format!("service `{name}` has no `paths`"));
    }
    let organisation_types = reader.take("organisation_types").map_or_else(Vec::new, |item| numbers(item, report));
    let person = reader.text("person");
    let order = reader.text("order");
    let also = reader.entries("also");
    let unread_headers = reader.texts("unread_headers");
    let refused =
        reader.entries("refused").into_iter().filter_map(|(name, item)| refused(name, item, report)).collect();
    let evidence = reader.evidence();
    reader.finish();
    let (wsdl, mappings) = (wsdl?, mappings?);
    #[rustfmt::skip]
    let spec = ServiceSpec {
        line, name, wsdl, mappings, paths, organisation_types, person, order, also, unread_headers, refused, evidence,
    };
    Some(spec)
}

fn gone(name: String, item: Item, report: &Report) -> Option<GoneSpec> {
    let line = item.line;
    let mut reader = Reader::of(item, report)?;
    let paths = reader.texts("paths");
    if paths.is_empty() {
        report.problem(line, format!("service `{name}` has no `paths`"));
    }
    let told = reader.take("gone").and_then(|item| told(item, report));
    let evidence = reader.evidence();
    reader.finish();
    let (fault, successor, text) = told?;
    Some(GoneSpec { line, name, paths, fault, successor, text, evidence })
}

/// What a caller of a service that is gone is told.
fn told(item: Item, report: &Report) -> Option<(Located<u32>, Located<String>, Option<String>)> {
    let mut reader = Reader::of(item, report)?;
    let fault = reader.number("fault");
    let fault = reader.required("fault", fault);
    let successor = reader.text("successor");
    let successor = reader.required("successor", successor);
    let text = reader.text("text").map(|text| text.value);
    reader.finish();
    Some((fault?, successor?, text))
}

fn numbers(item: Item, report: &Report) -> Vec<u32> {
    let Content::List(items) = item.content else {
        report.problem(item.line, "`organisation_types` must be a list of numbers");
        return Vec::new();
    };
    let number = |item: Item| match item.content {
        Content::Integer(number) => u32::try_from(number).ok(),
        _ => None,
    };
    let line = item.line;
    let read: Vec<Option<u32>> = items.into_iter().map(number).collect();
    if read.contains(&None) {
        report.problem(line, "`organisation_types` must be a list of numbers");
    }
    read.into_iter().flatten().collect()
}

fn refused(operation: String, item: Item, report: &Report) -> Option<RefusedSpec> {
    let line = item.line;
    let (request, reason, fault) = match item.content {
        Content::Text(reason) => (None, reason, None),
        content => {
            let mut reader = Reader::of(Item { line, content }, report)?;
            let request = reader.text("request").map(|request| request.value);
            let reason = reader.text("reason");
            let reason = reader.required("reason", reason);
            let fault = reader.number("fault");
            reader.finish();
            (request, reason?.value, fault)
        }
    };
    if reason.trim().is_empty() {
        report.problem(line, format!("`{operation}` is refused without a reason"));
    }
    Some(RefusedSpec { line, operation, request, reason, fault })
}

fn backend(name: String, item: Item, report: &Report) -> Option<BackendSpec> {
    let line = item.line;
    let mut reader = Reader::of(item, report)?;
    let [openapi, error_code, error_text] = ["openapi", "error_code", "error_text"].map(|key| {
        let text = reader.text(key);
        reader.required(key, text)
    });
    let inside = reader.flag("inside").is_some_and(|inside| inside.value);
    let headers = mapping::values(reader.entries("headers"), report);
    let evidence = reader.evidence();
    reader.finish();
    let (openapi, error_code, error_text) = (openapi?, error_code?, error_text?);
    Some(BackendSpec { line, name, openapi, error_code, error_text, inside, headers, evidence })
}
