//! What a plan reads, writes, drops and assumes: for `explain` and `check --evidence`.

use serde::Serialize;

use crate::evidence::Evidence;
use crate::plan::{Method, Repeat};

/// Everything about one operation's plan.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PlanInfo {
    /// The old service.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// The mapping file.
    pub file: String,
    /// How surely the operation as a whole is known.
    pub evidence: Evidence,
    /// The rules that refuse a request before any call.
    pub rules: Vec<RuleInfo>,
    /// The calls, in the order of the file.
    pub calls: Vec<CallInfo>,
    /// Every value that is written, to a backend or to the caller.
    pub lines: Vec<LineInfo>,
    /// Elements of the request that go nowhere (`reply:` in front: elements of the reply that are never written).
    pub drops: Vec<ReasonInfo>,
    /// Members of answers that are not read.
    pub ignores: Vec<ReasonInfo>,
    /// The fault numbers it can raise by itself, sorted.
    pub faults: Vec<u32>,
}

/// A value that is written.
#[derive(Clone, Debug, Serialize)]
pub struct LineInfo {
    /// Where it is written: `create body ombookingFrist`, `create header x-…`, `reply BookingCollection/…`.
    pub target: String,
    /// Where it is read, alternatives included, as the mapping writes it.
    pub source: String,
    /// Every source in it, one by one.
    pub reads: Vec<String>,
    /// Conditions in words; empty when there is always a value.
    pub when: String,
    /// What is done to it, in order.
    pub conversions: Vec<String>,
    /// The code list it goes through.
    pub code_list: Option<String>,
    /// How surely the pairing is known.
    pub evidence: Evidence,
    /// The file it stands in.
    pub file: String,
    /// Its line.
    pub line: u32,
}

/// A call.
#[derive(Clone, Debug, Serialize)]
pub struct CallInfo {
    /// Its name.
    pub name: String,
    /// The backend's name.
    pub backend: String,
    /// Method.
    pub method: Method,
    /// How the new contract calls the method (`operationId`); empty when it does not.
    pub operation: String,
    /// Path template.
    pub path: String,
    /// Whether it may be sent again.
    pub repeat: Repeat,
    /// Names of the calls whose answers it reads.
    pub after: Vec<String>,
    /// The conditions in words, on which it is made; empty when it always is.
    pub when: String,
    /// What an answer without a code of its own becomes: HTTP status, fault.
    pub status_faults: Vec<(u16, u32)>,
    /// How surely method and path are known.
    pub evidence: Evidence,
    /// Its line.
    pub line: u32,
}

/// A rule that refuses.
#[derive(Clone, Debug, Serialize)]
pub struct RuleInfo {
    /// The conditions in words.
    pub when: String,
    /// The fault.
    pub fault: u32,
    /// What the caller reads in place of the fault's own text.
    pub text: Option<String>,
    /// Names of the calls whose answers it reads.
    pub after: Vec<String>,
    /// How surely it is known.
    pub evidence: Evidence,
    /// Its line.
    pub line: u32,
}

/// Something left out, with the reason.
#[derive(Clone, Debug, Serialize)]
pub struct ReasonInfo {
    /// The path or pointer.
    pub what: String,
    /// Why nothing is lost.
    pub reason: String,
    /// How surely it is known.
    pub evidence: Evidence,
    /// Its line.
    pub line: u32,
}

/// How many lines are known how surely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EvidenceCounts {
    /// Lines with a source.
    pub evidenced: usize,
    /// Lines that are assumed.
    pub assumed: usize,
    /// Lines without a mark.
    pub unmarked: usize,
}

impl EvidenceCounts {
    pub(crate) fn of<'e>(marks: impl Iterator<Item = &'e Evidence>) -> Self {
        marks.fold(Self::default(), |mut counts, mark| {
            match mark {
                Evidence::Source(_) => counts.evidenced += 1,
                Evidence::Assumed(_) => counts.assumed += 1,
                Evidence::None => counts.unmarked += 1,
            }
            counts
        })
    }
}

impl PlanInfo {
    /// The marks of everything in it, each with what it is about and its line.
    pub fn marks(&self) -> impl Iterator<Item = (&str, &str, u32, &Evidence)> {
        let calls = self.calls.iter().map(|call| (call.name.as_str(), self.file.as_str(), call.line, &call.evidence));
        let rules = self.rules.iter().map(|rule| (rule.when.as_str(), self.file.as_str(), rule.line, &rule.evidence));
        let lines = self.lines.iter().map(|line| (line.target.as_str(), line.file.as_str(), line.line, &line.evidence));
        let left = self.drops.iter().chain(&self.ignores);
        let left = left.map(|left| (left.what.as_str(), self.file.as_str(), left.line, &left.evidence));
        calls.chain(rules).chain(lines).chain(left)
    }

    /// How many lines are known how surely.
    #[must_use]
    pub fn evidence_counts(&self) -> EvidenceCounts {
        EvidenceCounts::of(self.marks().map(|(.., evidence)| evidence))
    }
}
