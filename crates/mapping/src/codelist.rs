//! Code lists: the numbers of one list on both sides, compiled to two directions.

use std::collections::HashMap;
use std::sync::Arc;

use crate::convert::code::{Codes, Outcome};
use crate::evidence::Evidence;
use crate::faults::Faults;
use crate::format::Located;
use crate::format::codelist::{CodeListFile, CodeSpec};
use crate::format::value::Literal;
use crate::kind::Kind;
use crate::report::Report;

/// A code list.
#[derive(Clone, Debug)]
pub struct CodeList {
    /// Its name, as mappings write it.
    pub name: String,
    /// The file it stands in.
    pub file: String,
    /// Its entries in the order of the file.
    pub codes: Vec<Code>,
    /// Whether a code that is not listed passes; otherwise it is refused with this fault.
    pub others: Option<u32>,
    /// How surely the list as a whole is known.
    pub evidence: Evidence,
    pub(crate) write: Arc<Codes>,
    pub(crate) read: Arc<Codes>,
}

/// One entry.
#[derive(Clone, Debug)]
pub struct Code {
    /// Its line.
    pub line: u32,
    /// The old code.
    pub old: Option<String>,
    /// The new code.
    pub new: Option<String>,
    /// The fault a caller gets who sends `old`.
    pub refuse: Option<u32>,
    /// What it means.
    pub text: Option<String>,
    /// How surely it is known.
    pub evidence: Evidence,
}

impl CodeList {
    /// Compiles a file; what is wrong is reported.
    pub(crate) fn compile(file: &CodeListFile, faults: &Faults, report: &Report) -> Self {
        check_name(&file.name, report);
        let others = others(file, faults, report);
        let mut write = Direction::new("old", Holds::Request);
        let mut read = Direction::new("new", Holds::Reply);
        for code in &file.codes {
            check_entry(code, faults, report);
            write.add(code, report);
            read.add(code, report);
        }
        let codes = |table, text_at: Option<u32>| {
            let gives = if text_at.is_some() { Kind::Text } else { Kind::Integer };
            Arc::new(Codes { table, others, gives, text_at })
        };
        Self {
            name: file.name.value.clone(),
            file: report.file().to_owned(),
            codes: file.codes.iter().map(Code::of).collect(),
            others,
            evidence: file.evidence.clone(),
            write: codes(write.table, text_at(file, "new", |code| code.new.as_ref(), report)),
            read: codes(read.table, text_at(file, "old", |code| code.old.as_ref(), report)),
        }
    }

    /// All faults it can raise.
    pub(crate) fn faults(&self) -> impl Iterator<Item = u32> {
        self.others.into_iter().chain(self.codes.iter().filter_map(|code| code.refuse))
    }
}

impl Code {
    fn of(spec: &CodeSpec) -> Self {
        Self {
            line: spec.line,
            old: spec.old.as_ref().map(Literal::text),
            new: spec.new.as_ref().map(Literal::text),
            refuse: spec.refuse.as_ref().map(|refuse| refuse.value),
            text: spec.text.clone(),
            evidence: spec.evidence.clone(),
        }
    }
}

fn check_name(name: &Located<String>, report: &Report) {
    let file = report.file().rsplit('/').next().unwrap_or_default();
    if file.strip_suffix(".toml") != Some(&name.value) {
        let hint = format!("name it `{}`, or the file `{}.toml`", file.trim_end_matches(".toml"), name.value);
        report.hinted(name.line, format!("code list `{}` stands in `{file}`", name.value), hint);
    }
}

fn others(file: &CodeListFile, faults: &Faults, report: &Report) -> Option<u32> {
    let line = file.others.line;
    match (file.others.value.as_str(), &file.fault) {
        ("pass", None) => None,
        ("pass", Some(fault)) => {
            report.problem(fault.line, "`fault` without `others = \"fault\"`: codes that are not listed pass");
            None
        }
        ("fault", Some(fault)) => {
            faults.check(fault, report);
            Some(fault.value)
        }
        ("fault", None) => {
            report.problem(line, "`others = \"fault\"` needs `fault`, the number");
            None
        }
        (other, _) => {
            report.hinted(line, format!("`others = \"{other}\"` is not known"), "one of: pass, fault");
            None
        }
    }
}

fn check_entry(code: &CodeSpec, faults: &Faults, report: &Report) {
    if let Some(refuse) = &code.refuse {
        faults.check(refuse, report);
    }
    let complaint = match (&code.old, &code.new, &code.refuse) {
        (None, _, _) => Some("an entry needs `old`"),
        (_, Some(_), Some(_)) => Some("an entry has `new` or `refuse`, not both"),
        (_, None, None) => Some("an entry needs `new`, or `refuse` with a fault"),
        _ if code.write_only && code.read_only => Some("an entry that is `write_only` and `read_only` never holds"),
        _ if code.read_only && code.refuse.is_some() => Some("`refuse` is for requests: it cannot be `read_only`"),
        _ => None,
    };
    if let Some(complaint) = complaint {
        report.problem(code.line, complaint);
    }
}

/// The line of the first code of a side that is text; `None` when all are numbers. A number written as text among
/// numbers is a slip, which is reported.
fn text_at(
    file: &CodeListFile,
    key: &str,
    side: impl Fn(&CodeSpec) -> Option<&Literal>,
    report: &Report,
) -> Option<u32> {
    let codes = || file.codes.iter().filter_map(|spec| Some((spec.line, side(spec)?)));
    let texts = || {
        codes().filter_map(|(line, code)| match code {
            Literal::Text(text) => Some((line, text)),
            Literal::Integer(_) | Literal::Boolean(_) => None,
        })
    };
    let numbers = codes().any(|(_, code)| matches!(code, Literal::Integer(_)));
    if !numbers || texts().any(|(_, text)| text.parse::<i64>().is_err()) {
        return texts().next().map(|(line, _)| line);
    }
    for (line, text) in texts() {
        let message = format!("`{key} = \"{text}\"` is text, and other codes of this list are numbers");
        report.hinted(line, message, format!("without quotes: {key} = {text}"));
    }
    None
}

#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Request,
    Reply,
}

/// One direction being built.
struct Direction {
    /// The key that is looked up.
    key: &'static str,
    holds: Holds,
    table: HashMap<Box<str>, Outcome>,
}

impl Direction {
    fn new(key: &'static str, holds: Holds) -> Self {
        Self { key, holds, table: HashMap::new() }
    }

    fn add(&mut self, code: &CodeSpec, report: &Report) {
        let (from, to, other_only) = match self.holds {
            Holds::Request => (&code.old, &code.new, code.read_only),
            Holds::Reply => (&code.new, &code.old, code.write_only),
        };
        let Some(from) = from.as_ref().filter(|_| !other_only) else { return };
        let outcome = match (&code.refuse, to) {
            (Some(fault), _) => Outcome::Fault(fault.value),
            (None, Some(to)) => Outcome::Code(to.text().into()),
            (None, None) => return,
        };
        if self.table.insert(from.text().into(), outcome).is_some() {
            let (only, way) = match self.holds {
                Holds::Request => ("read_only", "a request"),
                Holds::Reply => ("write_only", "a reply"),
            };
            let message = format!("{} = {} has two partners in {way}", self.key, from.text());
            report.hinted(code.line, message, format!("mark one of the two `{only} = true`"));
        }
    }
}
