//! Conditions: one comparison of one source, no expressions.

use super::value::Literal;
use super::{Content, Item, Located, Reader};
use crate::report::Report;
use crate::suggest;

/// The comparisons there are.
const COMPARISONS: [&str; 10] =
    ["present", "absent", "equals", "not-equals", "one-of", "before", "after", "between", "longer-than", "contains"];

/// The keys a comparison may have beside `path` and `is`.
const OPERANDS: [&str; 7] = ["value", "values", "other", "low", "high", "characters", "days"];

/// A condition as it is written.
#[derive(Clone, Debug)]
pub(crate) struct WhenSpec {
    pub(crate) line: u32,
    /// The source looked at.
    pub(crate) path: Located<String>,
    pub(crate) test: TestSpec,
}

/// What must hold of it.
#[derive(Clone, Debug)]
pub(crate) enum TestSpec {
    Present,
    Absent,
    Equals(Operand),
    /// Not equal; a value that is absent equals nothing.
    NotEquals(Operand),
    OneOf(Vec<Literal>),
    Before(Operand),
    After(Operand),
    /// From the first to the second, both included.
    Between(Literal, Literal),
    /// Text of more characters than this.
    MoreCharacters(u32),
    /// A time more than this many days after another.
    MoreDays(Located<String>, u32),
    /// A list of plain values that has this one.
    Contains(Literal),
}

/// What a value is compared with.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    /// `value`: a constant.
    Value(Literal),
    /// `other`: another source.
    Other(Located<String>),
}

impl WhenSpec {
    pub(crate) fn read(item: Item, report: &Report) -> Option<Self> {
        let mut reader = Reader::of(item, report)?;
        let line = reader.line();
        let path = reader.text("path");
        let path = reader.required("path", path);
        let is = reader.text("is");
        let is = reader.required("is", is);
        let test = is.and_then(|is| test(&is, &mut reader));
        reader.finish();
        Some(Self { line, path: path?, test: test? })
    }

    /// One condition, or a list of conditions that must all hold.
    pub(crate) fn read_all(item: Item, report: &Report) -> Vec<Self> {
        match item.content {
            Content::List(items) => items.into_iter().filter_map(|item| Self::read(item, report)).collect(),
            content => Self::read(Item { line: item.line, content }, report).into_iter().collect(),
        }
    }
}

fn test(is: &Located<String>, reader: &mut Reader) -> Option<TestSpec> {
    match is.value.as_str() {
        "present" => Some(TestSpec::Present),
        "absent" => Some(TestSpec::Absent),
        "equals" => operand(reader).map(TestSpec::Equals),
        "not-equals" => operand(reader).map(TestSpec::NotEquals),
        "one-of" => one_of(reader),
        "before" => operand(reader).map(TestSpec::Before),
        "after" => operand(reader).map(TestSpec::After),
        "between" => between(reader),
        "longer-than" => longer(reader),
        "contains" => match literal("value", reader) {
            Some(value) => Some(TestSpec::Contains(value)),
            None => missing(reader, "`contains` needs `value`, a constant"),
        },
        unknown => {
            reader.report().hinted(
                is.line,
                format!("unknown comparison `{unknown}`"),
                suggest::hint(unknown, COMPARISONS),
            );
            // Its operands cannot be judged, so they are not called unknown too.
            for key in OPERANDS {
                reader.take(key);
            }
            None
        }
    }
}

fn literal(key: &'static str, reader: &mut Reader) -> Option<Literal> {
    let report = reader.report();
    reader.take(key).and_then(|item| Literal::read(&item, report))
}

fn operand(reader: &mut Reader) -> Option<Operand> {
    let (value, other) = (literal("value", reader), reader.text("other"));
    match (value, other) {
        (Some(value), None) => Some(Operand::Value(value)),
        (None, Some(other)) => Some(Operand::Other(other)),
        _ => missing(reader, "this comparison needs one of `value` (a constant) and `other` (a source)"),
    }
}

fn one_of(reader: &mut Reader) -> Option<TestSpec> {
    let report = reader.report();
    match reader.take("values").map(|item| item.content) {
        Some(Content::List(items)) => {
            Some(TestSpec::OneOf(items.iter().filter_map(|item| Literal::read(item, report)).collect()))
        }
        _ => missing(reader, "`one-of` needs `values`, a list"),
    }
}

fn between(reader: &mut Reader) -> Option<TestSpec> {
    let (low, high) = (literal("low", reader), literal("high", reader));
    match (low, high) {
        (Some(low), Some(high)) => Some(TestSpec::Between(low, high)),
        _ => missing(reader, "`between` needs `low` and `high`"),
    }
}

fn longer(reader: &mut Reader) -> Option<TestSpec> {
    let characters = reader.number("characters");
    let (other, days) = (reader.text("other"), reader.number("days"));
    match (characters, other, days) {
        (Some(characters), None, None) => Some(TestSpec::MoreCharacters(characters.value)),
        (None, Some(other), Some(days)) => Some(TestSpec::MoreDays(other, days.value)),
        _ => missing(reader, "`longer-than` needs `characters`, or `other` (a time) and `days`"),
    }
}

fn missing<T>(reader: &Reader, message: &str) -> Option<T> {
    reader.report().problem(reader.line(), message);
    None
}
