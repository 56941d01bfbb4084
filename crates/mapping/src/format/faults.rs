//! `mappings/faults.toml`: the fault numbers callers know.

use super::{Located, Reader, Table};
use crate::evidence::Evidence;
use crate::report::Report;

/// `[[fault]]`.
#[derive(Debug)]
pub(crate) struct FaultSpec {
    pub(crate) line: u32,
    pub(crate) code: Located<u32>,
    pub(crate) text: Located<String>,
    pub(crate) new: Option<Located<u32>>,
    pub(crate) new_text: Option<Located<String>>,
    pub(crate) blame: Option<Located<String>>,
    pub(crate) evidence: Evidence,
}

/// Reads the file; `None` when it cannot be read, which is reported.
pub(crate) fn read(text: &str, report: &Report) -> Option<Vec<FaultSpec>> {
    let mut reader = Reader::new(Table::parse(text, report)?, report);
    // A mark at the top holds for every fault without one of its own.
    let outer = reader.evidence();
    let faults = reader.tables("fault").into_iter().filter_map(|reader| fault(reader, &outer)).collect();
    reader.finish();
    Some(faults)
}

fn fault(mut reader: Reader, outer: &Evidence) -> Option<FaultSpec> {
    let line = reader.line();
    let code = reader.number("code");
    let code = reader.required("code", code);
    let text = reader.text("text");
    let text = reader.required("text", text);
    let (new, new_text, blame) = (reader.number("new"), reader.text("new_text"), reader.text("blame"));
    let source = reader.text("source").map_or(Evidence::None, |source| Evidence::Source(source.value));
    let evidence = reader.evidence().or(&source).or(outer);
    reader.finish();
    Some(FaultSpec { line, code: code?, text: text?, new, new_text, blame, evidence })
}
