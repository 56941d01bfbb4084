//! A value as a mapping writes it: a source as plain text, or an inline table that says
//! where the value comes from and what is done to it.

use super::when::WhenSpec;
use super::{Content, Item, Located, Reader, Table};
use crate::evidence::Evidence;
use crate::report::Report;

/// One value.
#[derive(Clone, Debug)]
pub(crate) struct ValueSpec {
    pub(crate) line: u32,
    pub(crate) from: From,
    /// `empty = "omit"`: blank text counts as absent.
    pub(crate) blank_is_absent: bool,
    pub(crate) code: Option<Located<String>>,
    pub(crate) to: Vec<Located<String>>,
    pub(crate) truncate: Option<Located<u32>>,
    pub(crate) encode: Option<Located<String>>,
    pub(crate) when: Option<WhenSpec>,
    pub(crate) otherwise: Option<Box<ValueSpec>>,
    /// `absent`: what becomes of the member of the base when this has nothing.
    pub(crate) absent: Option<Located<String>>,
    pub(crate) evidence: Evidence,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(crate) enum From {
    /// A source: a path, a pointer, a fact.
    Source(String),
    /// `const`.
    Const(Literal),
    /// `first-of`: the first source that has something.
    FirstOf(Vec<Located<String>>),
    /// `join`: what there is of several sources, with a blank between each.
    Join(Vec<Located<String>>),
}

/// A constant, with the type it is written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Literal {
    Text(String),
    Integer(i64),
    Boolean(bool),
}

impl Literal {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Boolean(value) => value.to_string(),
        }
    }

    pub(crate) fn read(item: &Item, report: &Report) -> Option<Self> {
        match &item.content {
            Content::Text(text) => Some(Self::Text(text.clone())),
            Content::Integer(number) => Some(Self::Integer(*number)),
            Content::Boolean(value) => Some(Self::Boolean(*value)),
            other => {
                report.problem(
                    item.line,
                    format!("a constant is text, a whole number, true or false, not {}", other.name()),
                );
                None
            }
        }
    }
}

/// The entry of a list of things that repeat: `{ each = "…" }`.
#[derive(Clone, Debug)]
pub(crate) struct EachSpec {
    pub(crate) line: u32,
    /// The lists, one after the other.
    pub(crate) sources: Vec<Located<String>>,
    /// What each item becomes; only in a request body.
    pub(crate) item: Option<Item>,
    /// `absent`: what becomes of the list of the base when these are empty.
    pub(crate) absent: Option<Located<String>>,
    pub(crate) evidence: Evidence,
}

impl ValueSpec {
    /// A plain source.
    pub(crate) fn plain(source: String, line: u32) -> Self {
        Self {
            line,
            from: From::Source(source),
            blank_is_absent: false,
            code: None,
            to: Vec::new(),
            truncate: None,
            encode: None,
            when: None,
            otherwise: None,
            absent: None,
            evidence: Evidence::None,
        }
    }

    /// Reads a value; what is wrong is reported.
    pub(crate) fn read(item: Item, report: &Report) -> Option<Self> {
        let line = item.line;
        match item.content {
            Content::Text(source) => Some(Self::plain(source, line)),
            Content::Table(table) => Self::table(Table { line, ..table }, report),
            other => {
                let hint = "a constant is written { const = … }";
                report.set_unclear();
                report.hinted(line, format!("a value is a source or a table, not {}", other.name()), hint);
                None
            }
        }
    }

    fn table(table: Table, report: &Report) -> Option<Self> {
        let line = table.line;
        let mut reader = Reader::new(table, report);
        let from = from(&mut reader);
        let spec = Self {
            line,
            from: From::Source(String::new()),
            blank_is_absent: blank_is_absent(&mut reader),
            code: reader.text("code"),
            to: reader.texts("to"),
            truncate: reader.number("truncate"),
            encode: reader.text("encode"),
            when: reader.take("when").and_then(|item| WhenSpec::read(item, report)),
            otherwise: reader.take("else").and_then(|item| Self::read(item, report)).map(Box::new),
            absent: reader.text("absent"),
            evidence: reader.evidence(),
        };
        // What an unknown key was to do is not done, and not missed either.
        reader.finish().then_some(Self { from: from?, ..spec })
    }
}

impl EachSpec {
    /// Reads a table that has the key `each`.
    pub(crate) fn read(table: Table, report: &Report) -> Option<Self> {
        let mut reader = Reader::new(table, report);
        let spec = Self {
            line: reader.line(),
            sources: reader.texts("each"),
            item: reader.take("item"),
            absent: reader.text("absent"),
            evidence: reader.evidence(),
        };
        reader.finish();
        (!spec.sources.is_empty()).then_some(spec)
    }

    /// The lists as the mapping writes them.
    pub(crate) fn written(&self) -> String {
        self.sources.iter().map(|source| source.value.as_str()).collect::<Vec<_>>().join(", then ")
    }
}

/// Exactly one of the keys that name a source.
fn from(reader: &mut Reader) -> Option<From> {
    let report = reader.report();
    let source = reader.text("from").map(|from| From::Source(from.value));
    let fact = reader.text("fact").map(|fact| From::Source(fact.value));
    let constant = reader.take("const").and_then(|item| Literal::read(&item, report)).map(From::Const);
    let first = Some(reader.texts("first-of")).filter(|texts| !texts.is_empty()).map(From::FirstOf);
    let join = Some(reader.texts("join")).filter(|texts| !texts.is_empty()).map(From::Join);
    let mut found: Vec<From> = [source, fact, constant, first, join].into_iter().flatten().collect();
    match found.len() {
        1 => found.pop(),
        0 => {
            report.problem(reader.line(), "a value needs one of `from`, `fact`, `const`, `first-of`, `join`");
            None
        }
        _ => {
            report.problem(reader.line(), "a value has only one of `from`, `fact`, `const`, `first-of`, `join`");
            None
        }
    }
}

fn blank_is_absent(reader: &mut Reader) -> bool {
    let Some(empty) = reader.text("empty") else { return false };
    if empty.value != "omit" {
        let message = format!("`empty = \"{}\"` is not known", empty.value);
        reader.report().hinted(empty.line, message, "the only choice is \"omit\": blank text counts as absent");
    }
    true
}
