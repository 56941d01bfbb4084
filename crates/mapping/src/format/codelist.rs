//! `mappings/codelists/<name>.toml`: the numbers of one list on both sides.

use super::value::Literal;
use super::{Located, Reader, Table};
use crate::evidence::Evidence;
use crate::report::Report;

/// A code list file.
#[derive(Debug)]
pub(crate) struct CodeListFile {
    pub(crate) name: Located<String>,
    pub(crate) others: Located<String>,
    pub(crate) fault: Option<Located<u32>>,
    pub(crate) codes: Vec<CodeSpec>,
    pub(crate) evidence: Evidence,
}

/// `[[code]]`.
#[derive(Debug)]
pub(crate) struct CodeSpec {
    pub(crate) line: u32,
    pub(crate) old: Option<Literal>,
    pub(crate) new: Option<Literal>,
    /// Holds for requests only.
    pub(crate) write_only: bool,
    /// Holds for replies only.
    pub(crate) read_only: bool,
    /// A caller who sends `old` gets this fault.
    pub(crate) refuse: Option<Located<u32>>,
    pub(crate) text: Option<String>,
    pub(crate) evidence: Evidence,
}

impl CodeListFile {
    pub(crate) fn read(text: &str, report: &Report) -> Option<Self> {
        let mut reader = Reader::new(Table::parse(text, report)?, report);
        let [name, others] = ["name", "others"].map(|key| {
            let text = reader.text(key);
            reader.required(key, text)
        });
        let fault = reader.number("fault");
        let evidence = reader.evidence();
        let codes = reader.tables("code").into_iter().map(|reader| code(reader, &evidence)).collect();
        reader.finish();
        Some(Self { name: name?, others: others?, fault, codes, evidence })
    }
}

fn code(mut reader: Reader, outer: &Evidence) -> CodeSpec {
    let report = reader.report();
    let mut literal = |key| reader.take(key).and_then(|item| Literal::read(&item, report));
    let (old, new) = (literal("old"), literal("new"));
    let spec = CodeSpec {
        line: reader.line(),
        old,
        new,
        write_only: reader.flag("write_only").is_some_and(|flag| flag.value),
        read_only: reader.flag("read_only").is_some_and(|flag| flag.value),
        refuse: reader.number("refuse"),
        text: reader.text("text").map(|text| text.value),
        evidence: reader.evidence().or(outer),
    };
    reader.finish();
    spec
}
