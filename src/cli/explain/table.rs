//! Tables in Markdown.

use std::fmt::Write as _;

/// A table; one without rows is not written.
pub(super) struct Table {
    head: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(head: &'static [&'static str]) -> Self {
        Self { head, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: impl Into<Vec<String>>) {
        self.rows.push(cells.into());
    }

    /// Adds it under a title.
    pub(super) fn write(&self, title: &str, page: &mut String) {
        if self.rows.is_empty() {
            return;
        }
        let _ = writeln!(page, "\n{title}\n\n| {} |\n|{}", self.head.join(" | "), "---|".repeat(self.head.len()));
        for row in &self.rows {
            let cells: Vec<_> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
            let _ = writeln!(page, "| {} |", cells.join(" | "));
        }
    }
}

/// A name as it stands in a file; nothing for nothing.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}
