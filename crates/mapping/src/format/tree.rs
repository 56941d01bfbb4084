//! A TOML file as a tree in which everything knows its line, in the order of the file.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::report::Report;

/// A value and the line of the key it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) line: u32,
    pub(crate) content: Content,
}

/// The values mapping files are made of.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Text(String),
    Integer(i64),
    Boolean(bool),
    List(Vec<Item>),
    Table(Table),
    /// Anything else TOML has; no file of ours uses it. Its name.
    Other(&'static str),
}

impl Content {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(_) => "a whole number",
            Self::Boolean(_) => "true or false",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(name) => name,
        }
    }
}

/// A table: key, value, in the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) line: u32,
    pub(crate) entries: Vec<(String, Item)>,
}

impl Table {
    /// Reads a file; `None` when it has errors of syntax. The first is reported: what comes behind it mostly follows from
    /// it.
    pub(crate) fn parse(text: &str, report: &Report) -> Option<Self> {
        let lines = Lines::of(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        let Some(first) = errors.iter().min_by_key(|error| error.span().map(|span| span.start)) else {
            return Some(lines.table(1, table.get_ref()));
        };
        let line = first.span().map_or(0, |span| lines.at(span.start));
        report.problem(line, format!("not valid TOML: {}", first.message()));
        None
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, _)| name == key)
    }
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    fn at(&self, offset: usize) -> u32 {
        u32::try_from(self.0.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    fn table(&self, line: u32, table: &DeTable<'_>) -> Table {
        let mut entries: Vec<_> = table
            .iter()
            .map(|(key, value)| {
                (key.span().start, key.get_ref().to_string(), self.item(self.at(key.span().start), value))
            })
            .collect();
        entries.sort_by_key(|(at, ..)| *at);
        Table { line, entries: entries.into_iter().map(|(_, key, item)| (key, item)).collect() }
    }

    fn item(&self, line: u32, value: &Spanned<DeValue<'_>>) -> Item {
        let content = match value.get_ref() {
            DeValue::String(text) => Content::Text(text.to_string()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Content::Integer(number),
                Err(_) => Content::Other("a number that is too large"),
            },
            DeValue::Boolean(value) => Content::Boolean(*value),
            DeValue::Float(_) => Content::Other("a fraction"),
            DeValue::Datetime(_) => Content::Other("a date"),
            DeValue::Array(items) => {
                Content::List(items.iter().map(|item| self.item(self.at(item.span().start), item)).collect())
            }
            DeValue::Table(table) => Content::Table(self.table(line, table)),
        };
        Item { line, content }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Sink;

    #[test]
    fn everything_knows_its_line() {
        let text = "a = 1\n\n[t]\nb = { c = true }\n[[l]]\nd = 'x'\n[[l]]\n";
        let sink = Sink::default();
        let table = Table::parse(text, &Report::new(&sink, "f.toml")).unwrap();
        assert_eq!(sink.len(), 0);
        let lines: Vec<_> = table.entries.iter().map(|(key, item)| (key.as_str(), item.line)).collect();
        assert_eq!(lines, [("a", 1), ("t", 3), ("l", 5)]);
        let Content::List(items) = &table.entries[2].1.content else { panic!("a list") };
        assert_eq!(items.iter().map(|item| item.line).collect::<Vec<_>>(), [5, 7]);
    }

    #[test]
    fn the_first_error_of_syntax_is_reported() {
        let sink = Sink::default();
        assert!(Table::parse("a = \nb = 1\nc = [1,\n", &Report::new(&sink, "f.toml")).is_none());
        let problems = sink.finish().unwrap_err();
        let lines: Vec<_> = problems.list().iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [1]);
    }
}
