//! `mappings/<service>/<operation>.toml`: one operation.

use super::value::{EachSpec, ValueSpec};
use super::when::WhenSpec;
use super::{Content, Item, Located, Reader, Table};
use crate::evidence::Evidence;
use crate::report::Report;

/// A mapping file.
#[derive(Debug)]
pub(crate) struct MappingFile {
    pub(crate) operation: Located<String>,
    pub(crate) evidence: Evidence,
    pub(crate) rules: Vec<RuleSpec>,
    pub(crate) calls: Vec<CallSpec>,
    pub(crate) reply: Vec<(Located<String>, ReplySpec)>,
    pub(crate) drops: Vec<ReasonSpec>,
    pub(crate) ignores: Vec<ReasonSpec>,
}

/// `[[refuse]]`: all conditions hold -> the fault.
#[derive(Debug)]
pub(crate) struct RuleSpec {
    pub(crate) line: u32,
    pub(crate) when: Vec<WhenSpec>,
    pub(crate) fault: Located<u32>,
    /// What the caller is told instead of the fault's own text.
    pub(crate) text: Option<String>,
    pub(crate) evidence: Evidence,
}

/// `[[call]]`: one call of a backend.
#[derive(Debug)]
pub(crate) struct CallSpec {
    pub(crate) line: u32,
    pub(crate) name: Located<String>,
    pub(crate) backend: Located<String>,
    pub(crate) method: Located<String>,
    pub(crate) path: Located<String>,
    pub(crate) repeat: Located<String>,
    pub(crate) faults: Vec<(Located<String>, Item)>,
    pub(crate) path_values: Vec<(Located<String>, ValueSpec)>,
    pub(crate) query: Vec<(Located<String>, ValueSpec)>,
    pub(crate) headers: Vec<(Located<String>, ValueSpec)>,
    /// The call is made only if all of these hold.
    pub(crate) when: Vec<WhenSpec>,
    /// The object of an answer the body starts from.
    pub(crate) base: Option<Located<String>>,
    pub(crate) body: Option<Table>,
    pub(crate) evidence: Evidence,
}

/// What stands in one place of the reply.
#[derive(Debug)]
pub(crate) enum ReplySpec {
    Value(ValueSpec),
    Each(EachSpec),
}

/// A line of `[drop]` or `[ignore]`: what is left out, and why.
#[derive(Debug)]
pub(crate) struct ReasonSpec {
    pub(crate) line: u32,
    pub(crate) what: String,
    pub(crate) reason: String,
    pub(crate) evidence: Evidence,
}

impl MappingFile {
    /// Reads a file; `None` when not even its operation can be told, which is reported.
    pub(crate) fn read(text: &str, report: &Report) -> Option<Self> {
        let mut reader = Reader::new(Table::parse(text, report)?, report);
        let operation = reader.text("operation");
        let operation = reader.required("operation", operation);
        let file = Self {
            operation: Located { value: String::new(), line: 1 },
            evidence: reader.evidence(),
            rules: reader.tables("refuse").into_iter().filter_map(rule).collect(),
            calls: reader.tables("call").into_iter().filter_map(call).collect(),
            reply: reader.entries("reply").into_iter().filter_map(|entry| reply(entry, report)).collect(),
            drops: reader.entries("drop").into_iter().filter_map(|entry| reason(entry, report)).collect(),
            ignores: reader.entries("ignore").into_iter().filter_map(|entry| reason(entry, report)).collect(),
        };
        reader.finish();
        operation.map(|operation| Self { operation, ..file })
    }
}

fn rule(mut reader: Reader) -> Option<RuleSpec> {
    let line = reader.line();
    if !reader.has("when") {
        reader.report().problem(line, "`when` is missing");
    }
    let when = conditions(&mut reader);
    let fault = reader.number("fault");
    let fault = reader.required("fault", fault);
    let text = reader.text("text").map(|text| text.value);
    let evidence = reader.evidence();
    reader.finish();
    Some(RuleSpec { line, when, fault: fault?, text, evidence })
}

/// `when` and `and`.
fn conditions(reader: &mut Reader) -> Vec<WhenSpec> {
    let report = reader.report();
    let when = reader.take("when").and_then(|item| WhenSpec::read(item, report));
    let and = reader.take("and").into_iter().flat_map(|item| WhenSpec::read_all(item, report));
    when.into_iter().chain(and).collect()
}

fn call(mut reader: Reader) -> Option<CallSpec> {
    let (line, report) = (reader.line(), reader.report());
    let [name, backend, method, path, repeat] = ["name", "backend", "method", "path", "repeat"].map(|key| {
        let text = reader.text(key);
        reader.required(key, text)
    });
    let faults = reader.entries("faults").into_iter().map(|(key, item)| (located(key, &item), item)).collect();
    let [path_values, query, headers] =
        ["path_values", "query", "headers"].map(|key| values(reader.entries(key), report));
    let when = conditions(&mut reader);
    let base = reader.text("base");
    let body = reader.table("body");
    let evidence = reader.evidence();
    reader.finish();
    let (name, backend, method, path, repeat) = (name?, backend?, method?, path?, repeat?);
    #[rustfmt::skip]
    let spec = CallSpec {
        line, name, backend, method, path, repeat, faults, path_values, query, headers, when, base, body, evidence,
    };
    Some(spec)
}

/// The values of a table whose keys are names of the other side.
pub(crate) fn values(entries: Vec<(String, Item)>, report: &Report) -> Vec<(Located<String>, ValueSpec)> {
    let read = |(key, item): (String, Item)| {
        let name = located(key, &item);
        ValueSpec::read(item, report).map(|value| (name, value))
    };
    entries.into_iter().filter_map(read).collect()
}

fn located(key: String, item: &Item) -> Located<String> {
    Located { value: key, line: item.line }
}

fn reply((key, item): (String, Item), report: &Report) -> Option<(Located<String>, ReplySpec)> {
    let name = located(key, &item);
    let spec = match item.content {
        Content::Table(table) if table.has("each") => {
            EachSpec::read(Table { line: item.line, ..table }, report).map(ReplySpec::Each)
        }
        content => ValueSpec::read(Item { line: item.line, content }, report).map(ReplySpec::Value),
    };
    Some((name, spec?))
}

fn reason((what, item): (String, Item), report: &Report) -> Option<ReasonSpec> {
    let line = item.line;
    let (reason, evidence) = match item.content {
        Content::Text(reason) => (reason, Evidence::None),
        Content::Table(table) => {
            let mut reader = Reader::new(Table { line, ..table }, report);
            let reason = reader.text("reason");
            let reason = reader.required("reason", reason);
            let evidence = reader.evidence();
            reader.finish();
            (reason?.value, evidence)
        }
        other => {
            report.problem(line, format!("`{what}` needs a reason as text, found {}", other.name()));
            return None;
        }
    };
    if reason.trim().is_empty() {
        report.hinted(line, format!("`{what}` has no reason"), "say why nothing is lost");
    }
    Some(ReasonSpec { line, what, reason, evidence })
}
