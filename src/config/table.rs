//! A table of a TOML file that is taken apart key by key. What is missing, of the wrong kind
//! or unknown becomes a problem with its line, and reading goes on.

use super::document::{Document, hint_for};
use dfdg_contract::Problem;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Table<'d, 't> {
    document: Document<'d>,
    table: &'d DeTable<'t>,
    at: Range<usize>,
}

/// A text and the line it stands on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'d> {
    pub(crate) text: &'d str,
    pub(crate) line: u32,
}

impl<'d, 't> Table<'d, 't> {
    /// The root table of a document.
    pub(crate) fn root(document: Document<'d>, root: &'d Spanned<DeTable<'t>>) -> Self {
        Self { document, table: root.get_ref(), at: 0..0 }
    }

    /// The line the table begins on.
    pub(crate) fn line(&self) -> u32 {
        self.document.line(self.at.clone())
    }

    /// A problem with the table as a whole.
    pub(crate) fn problem(&self, message: impl Into<String>) -> Problem {
        self.document.problem(self.at.clone(), message)
    }

    /// A problem on a line of the same file.
    pub(crate) fn problem_at(&self, line: u32, message: impl Into<String>) -> Problem {
        Problem::new(self.document.file, line, message)
    }

    /// Reports every key that is not known.
    pub(crate) fn allow(&self, known: &[&str], problems: &mut Vec<Problem>) {
        for key in self.table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let message = format!("`{}` is not known here", key.get_ref());
            problems
                .push(self.document.problem(key.span(), message).hint(hint_for(key.get_ref(), known.iter().copied())));
        }
    }

    /// The keys of the table.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Text<'d>> {
        self.table.keys().map(|key| Text { text: key.get_ref(), line: self.document.line(key.span()) })
    }

    /// A text that must be there.
    pub(crate) fn text(&self, key: &str, problems: &mut Vec<Problem>) -> Option<Text<'d>> {
        match self.value(key)?.get_ref() {
            DeValue::String(_) => self.value(key).and_then(|value| self.as_text(value)),
            _ => self.wrong_kind(key, "a text in quotes", problems),
        }
    }

    /// A whole number of at most 32 bits.
    pub(crate) fn number(&self, key: &str, problems: &mut Vec<Problem>) -> Option<u32> {
        let number = match self.value(key)?.get_ref() {
            DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        number.or_else(|| self.wrong_kind(key, "a whole number", problems))
    }

    /// A calendar date, written as 2026-01-31 with or without quotes.
    pub(crate) fn date(&self, key: &str, problems: &mut Vec<Problem>) -> Option<chrono::NaiveDate> {
        let text = match self.value(key)?.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            _ => String::new(),
        };
        text.parse().ok().or_else(|| self.wrong_kind(key, "a date such as 2026-01-31", problems))
    }

    /// A list of texts; `None` when the key is not there.
    pub(crate) fn texts(&self, key: &str, problems: &mut Vec<Problem>) -> Option<Vec<Text<'d>>> {
        let items = match self.value(key)?.get_ref() {
            DeValue::Array(items) => items.iter().map(|item| self.as_text(item)).collect(),
            _ => None,
        };
        items.or_else(|| self.wrong_kind(key, "a list of texts", problems))
    }

    /// A table; `None` when the key is not there.
    pub(crate) fn table(&self, key: &str, problems: &mut Vec<Problem>) -> Option<Table<'d, 't>> {
        self.as_table(self.value(key)?).or_else(|| self.wrong_kind(key, "a table", problems))
    }

    /// A list of tables; empty when the key is not there.
    pub(crate) fn tables(&self, key: &str, problems: &mut Vec<Problem>) -> Vec<Table<'d, 't>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let items: Option<Vec<_>> = match value.get_ref() {
            DeValue::Array(items) => items.iter().map(|item| self.as_table(item)).collect(),
            _ => None,
        };
        items.or_else(|| self.wrong_kind(key, "a list of tables", problems)).unwrap_or_default()
    }

    fn value(&self, key: &str) -> Option<&'d Spanned<DeValue<'t>>> {
        self.table.get(key)
    }

    fn as_text(&self, value: &'d Spanned<DeValue<'t>>) -> Option<Text<'d>> {
        match value.get_ref() {
            DeValue::String(text) => Some(Text { text, line: self.document.line(value.span()) }),
            _ => None,
        }
    }

    fn as_table(&self, value: &'d Spanned<DeValue<'t>>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(table) => Some(Self { document: self.document, table, at: value.span() }),
            _ => None,
        }
    }

    fn wrong_kind<T>(&self, key: &str, wanted: &str, problems: &mut Vec<Problem>) -> Option<T> {
        let at = self.value(key).map_or(0..0, Spanned::span);
        problems.push(self.document.problem(at, format!("`{key}` must be {wanted}")));
        None
    }
}
