//! Takes the keys of a table one by one; what is left over at the end is unknown.

use super::{Content, Item, Located, Table};
use crate::evidence::Evidence;
use crate::report::Report;
use crate::suggest;

/// A table being read.
pub(crate) struct Reader<'r, 's> {
    table: Table,
    report: &'r Report<'s>,
    known: Vec<&'static str>,
    /// Keys whose value was of the wrong kind: reported, and not missing.
    wrong: Vec<&'static str>,
}

impl<'r, 's> Reader<'r, 's> {
    pub(crate) fn new(table: Table, report: &'r Report<'s>) -> Self {
        Self { table, report, known: Vec::new(), wrong: Vec::new() }
    }

    /// The table an item holds; anything else is reported.
    pub(crate) fn of(item: Item, report: &'r Report<'s>) -> Option<Self> {
        match item.content {
            Content::Table(table) => Some(Self::new(table, report)),
            other => {
                report.problem(item.line, format!("expected a table, found {}", other.name()));
                None
            }
        }
    }

    pub(crate) fn line(&self) -> u32 {
        self.table.line
    }

    pub(crate) fn report(&self) -> &'r Report<'s> {
        self.report
    }

    /// Whether a key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.has(key)
    }

    /// The value of a key, if it is there.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<Item> {
        self.known.push(key);
        let at = self.table.entries.iter().position(|(name, _)| name == key)?;
        Some(self.table.entries.remove(at).1)
    }

    fn take_as<T>(
        &mut self,
        key: &'static str,
        wanted: &str,
        read: fn(Content) -> Result<T, Content>,
    ) -> Option<Located<T>> {
        let item = self.take(key)?;
        match read(item.content) {
            Ok(value) => Some(Located { value, line: item.line }),
            Err(other) => {
                self.wrong.push(key);
                self.report.set_unclear();
                self.report.problem(item.line, format!("`{key}` must be {wanted}, found {}", other.name()));
                None
            }
        }
    }

    pub(crate) fn text(&mut self, key: &'static str) -> Option<Located<String>> {
        self.take_as(key, "text", |content| match content {
            Content::Text(text) => Ok(text),
            other => Err(other),
        })
    }

    pub(crate) fn flag(&mut self, key: &'static str) -> Option<Located<bool>> {
        self.take_as(key, "true or false", |content| match content {
            Content::Boolean(value) => Ok(value),
            other => Err(other),
        })
    }

    pub(crate) fn number(&mut self, key: &'static str) -> Option<Located<u32>> {
        self.take_as(key, "a whole number from 0", |content| match content {
            Content::Integer(number) => {
                u32::try_from(number).map_err(|_| Content::Other("a number outside that range"))
            }
            other => Err(other),
        })
    }

    pub(crate) fn table(&mut self, key: &'static str) -> Option<Table> {
        let found = self.take_as(key, "a table", |content| match content {
            Content::Table(table) => Ok(table),
            other => Err(other),
        });
        found.map(|found| found.value)
    }

    /// The entries of a table whose keys are the operator's own; empty when it is missing.
    pub(crate) fn entries(&mut self, key: &'static str) -> Vec<(String, Item)> {
        self.table(key).map_or_else(Vec::new, |table| table.entries)
    }

    /// The tables of `[[key]]`.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<Reader<'r, 's>> {
        let items = self.take_as(key, "a list of tables", |content| match content {
            Content::List(items) => Ok(items),
            other => Err(other),
        });
        let items = items.map_or_else(Vec::new, |items| items.value);
        items.into_iter().filter_map(|item| Reader::of(item, self.report)).collect()
    }

    /// A text or a list of texts.
    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<Located<String>> {
        let Some(item) = self.take(key) else { return Vec::new() };
        let items = match item.content {
            Content::List(items) => items,
            content => vec![Item { line: item.line, content }],
        };
        items.into_iter().filter_map(|item| self.element(key, item)).collect()
    }

    fn element(&self, key: &str, item: Item) -> Option<Located<String>> {
        match item.content {
            Content::Text(value) => Some(Located { value, line: item.line }),
            other => {
                self.report.problem(item.line, format!("`{key}` must be text, found {}", other.name()));
                None
            }
        }
    }

    /// A key that must be there.
    pub(crate) fn required<T>(&self, key: &str, value: Option<Located<T>>) -> Option<Located<T>> {
        if value.is_none() && !self.wrong.contains(&key) {
            self.report.set_unclear();
            self.report.problem(self.line(), format!("`{key}` is missing"));
        }
        value
    }

    /// The mark of evidence of this table: one of `evidence` and `assumed`, or none.
    pub(crate) fn evidence(&mut self) -> Evidence {
        let (evidence, assumed) = (self.text("evidence"), self.text("assumed"));
        for (key, text) in [("evidence", &evidence), ("assumed", &assumed)] {
            if let Some(text) = text.as_ref().filter(|text| text.value.trim().is_empty()) {
                self.report.hinted(text.line, format!("`{key}` says nothing"), reason_hint(key));
            }
        }
        match (evidence, assumed) {
            (Some(_), Some(assumed)) => {
                let message = "`assumed` beside `evidence`: what has been read somewhere is no assumption";
                self.report.hinted(assumed.line, message, "keep one of the two");
                Evidence::None
            }
            (Some(source), None) => Evidence::Source(source.value),
            (None, Some(why)) => Evidence::Assumed(why.value),
            (None, None) => Evidence::None,
        }
    }

    /// Ends the reading: every key nobody asked for is unknown. Whether there was none.
    pub(crate) fn finish(self) -> bool {
        for (key, item) in &self.table.entries {
            let hint = suggest::hint(key, self.known.iter().copied());
            self.report.set_unclear();
            self.report.hinted(item.line, format!("unknown key `{key}`"), hint);
        }
        self.table.entries.is_empty()
    }
}

fn reason_hint(key: &str) -> &'static str {
    match key {
        "assumed" => "say why it is thought to be so",
        _ => "say where it was read",
    }
}
