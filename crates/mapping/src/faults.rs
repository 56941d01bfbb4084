//! The faults callers know, and the numbers the new services use for them.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::evidence::Evidence;
use crate::format::Located;
use crate::format::faults::FaultSpec;
use crate::report::Report;

/// Whose doing a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The caller: his message or his rights.
    Caller,
    /// The facade or its mappings.
    Facade,
    /// The domain service.
    Backend,
}

/// One fault.
#[derive(Clone, Debug)]
pub struct FaultEntry {
    /// The number callers know.
    pub code: u32,
    /// The text callers know.
    pub text: String,
    /// The number of the new services.
    pub new: Option<u32>,
    /// The text of the new services.
    pub new_text: Option<String>,
    /// Whose doing it is; the caller's unless the table says otherwise.
    pub blame: Blame,
    /// How surely it is known.
    pub evidence: Evidence,
    /// Its line in `mappings/faults.toml`.
    pub line: u32,
}

/// The table `mappings/faults.toml`.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    entries: Vec<FaultEntry>,
    by_old: HashMap<u32, usize>,
    by_new: HashMap<u32, usize>,
    unreadable: bool,
}

impl Faults {
    /// The table; `None` for a file that could not be read, whose numbers are then not checked.
    pub(crate) fn compile(specs: Option<Vec<FaultSpec>>, report: &Report) -> Self {
        let mut faults = Self { unreadable: specs.is_none(), ..Self::default() };
        for spec in specs.into_iter().flatten() {
            faults.add(spec, report);
        }
        faults
    }

    fn add(&mut self, spec: FaultSpec, report: &Report) {
        let index = self.entries.len();
        if self.by_old.insert(spec.code.value, index).is_some() {
            report.problem(spec.code.line, format!("fault {} stands here a second time", spec.code.value));
        }
        if let Some(new) = &spec.new
            && self.by_new.insert(new.value, index).is_some()
        {
            report.problem(new.line, format!("the new code {} has two old partners", new.value));
        }
        if let (None, Some(text)) = (&spec.new, &spec.new_text) {
            report.problem(text.line, "`new_text` without `new`");
        }
        self.entries.push(FaultEntry {
            code: spec.code.value,
            text: spec.text.value,
            new: spec.new.map(|new| new.value),
            new_text: spec.new_text.map(|text| text.value),
            blame: blame(spec.blame.as_ref(), report),
            evidence: spec.evidence,
            line: spec.line,
        });
    }

    /// The fault with the number callers know.
    #[must_use]
    pub fn by_old(&self, code: u32) -> Option<&FaultEntry> {
        self.by_old.get(&code).map(|index| &self.entries[*index])
    }

    /// The fault with the number of the new services.
    #[must_use]
    pub fn by_new(&self, code: u32) -> Option<&FaultEntry> {
        self.by_new.get(&code).map(|index| &self.entries[*index])
    }

    /// All of them in the order of the file.
    #[must_use]
    pub fn entries(&self) -> &[FaultEntry] {
        &self.entries
    }

    /// What a caller is told about a code of a backend: with an old partner its number and
    /// text, a code that is the same on both sides with the text callers know, any other
    /// code as it is with the backend's own text (empty when it sent none).
    #[must_use]
    pub fn turn_back<'a>(&'a self, code: i64, text: Option<&'a str>) -> (i64, Cow<'a, str>) {
        let number = u32::try_from(code).ok();
        match number.and_then(|number| self.by_new(number).or_else(|| self.by_old(number))) {
            Some(entry) => (i64::from(entry.code), Cow::Borrowed(&entry.text)),
            None => (code, Cow::Borrowed(text.unwrap_or_default())),
        }
    }

    /// Reports a number that is not in the table.
    pub(crate) fn check(&self, fault: &Located<u32>, report: &Report) {
        if self.by_old(fault.value).is_none() && !self.unreadable {
            let message = format!("unknown fault {}", fault.value);
            report.hinted(fault.line, message, "faults are the `code`s of mappings/faults.toml");
        }
    }
}

fn blame(spec: Option<&Located<String>>, report: &Report) -> Blame {
    match spec.map(|blame| blame.value.as_str()) {
        None | Some("caller") => Blame::Caller,
        Some("facade") => Blame::Facade,
        Some("backend") => Blame::Backend,
        Some(other) => {
            let line = spec.map_or(0, |blame| blame.line);
            report.hinted(line, format!("unknown blame `{other}`"), "one of: caller, facade, backend");
            Blame::Caller
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format;
    use crate::report::Sink;

    fn faults() -> Faults {
        let text = "
            [[fault]]\ncode = 4708\ntext = 'Invalid contact type'\nnew = 90000\n
            [[fault]]\ncode = 1010\ntext = 'Unknown cpr'\n";
        let sink = Sink::default();
        let report = Report::new(&sink, "faults.toml");
        let faults = Faults::compile(format::faults::read(text, &report), &report);
        assert_eq!(sink.len(), 0);
        faults
    }

    #[test]
    fn a_code_with_an_old_partner_is_turned_back_with_the_old_text() {
        assert_eq!(faults().turn_back(90000, Some("ugyldig")), (4708, "Invalid contact type".into()));
    }

    #[test]
    fn a_code_of_both_sides_keeps_the_text_callers_know() {
        assert_eq!(faults().turn_back(1010, Some("Ukendt")), (1010, "Unknown cpr".into()));
    }

    #[test]
    fn a_code_without_partner_passes_with_its_own_text() {
        assert_eq!(faults().turn_back(9460, Some("Ikke aktuelt")), (9460, "Ikke aktuelt".into()));
        assert_eq!(faults().turn_back(-1, None), (-1, "".into()));
    }

    #[test]
    fn a_second_entry_for_a_number_is_reported() {
        let text = "[[fault]]\ncode = 1\ntext = 'a'\nnew = 5\n[[fault]]\ncode = 1\ntext = 'b'\nnew = 5\nblame = 'me'\n";
        let sink = Sink::default();
        let report = Report::new(&sink, "faults.toml");
        Faults::compile(format::faults::read(text, &report), &report);
        assert_eq!(sink.len(), 3);
    }
}
