//! One operation on the page of its service.

use std::fmt::Write as _;

use dfdg_contract::{Contract, Operation};
use dfdg_mapping::{Catalogue, Evidence, LineInfo, PlanInfo, ReasonInfo, Repeat};

use super::element::{self, Element};
use super::picture::picture;
use super::table::{Table, code};

/// An operation with what is needed to write about it.
pub(super) struct Section<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) contract: &'a Contract,
    pub(super) operation: &'a Operation,
    pub(super) info: &'a PlanInfo,
}

impl Section<'_> {
    pub(super) fn write(&self, page: &mut String) {
        let info = self.info;
        let schema = self.contract.schema();
        let reply = &schema.element(self.operation.reply).name.local;
        let _ = writeln!(page, "\n## {}\n\n{}", info.operation, self.introduction());
        page.push_str(&picture(info, reply));
        self.calls(page);
        self.request(&element::below(schema, self.operation.request), page);
        self.added(page);
        self.reply(&element::below(schema, self.operation.reply), page);
        self.not_read(page);
        self.faults(page);
    }

    /// What it becomes, in a sentence, and where that stands.
    fn introduction(&self) -> String {
        let info = self.info;
        let mut calls = String::new();
        for (number, call) in info.calls.iter().enumerate() {
            let between = match (number, call.after.is_empty()) {
                (0, _) => "",
                (_, true) => "; and ",
                (_, false) => "; then ",
            };
            let when = if call.when.is_empty() { String::new() } else { format!(", when {}", call.when) };
            let _ = write!(calls, "{between}{} (`{} {}`){when}", call.operation, call.method.as_str(), call.path);
        }
        let assumed = info.marks().filter(|(.., mark)| matches!(mark, Evidence::Assumed(_))).count();
        format!(
            "Becomes {calls}.\nMapping: [{file}](../../{file}), with {assumed} lines that are assumed. The pairing as a whole: {}.",
            evidence(&info.evidence),
            file = info.file,
        )
    }

    fn calls(&self, page: &mut String) {
        let mut table = Table::new(&["call", "new method", "made", "sent again", "evidence"]);
        for call in &self.info.calls {
            let made = if call.when.is_empty() { "always".to_owned() } else { format!("when {}", call.when) };
            let again = match call.repeat {
                Repeat::Read => "at will: it changes nothing",
                Repeat::Keyed => "with the same `x-requestId`",
                Repeat::Once => "never",
            };
            let path = format!("{} {}, `{} {}`", call.backend, call.operation, call.method.as_str(), call.path);
            table.row([code(&call.name), path, made, again.to_owned(), evidence(&call.evidence)]);
        }
        table.write("### Calls", page);
    }

    fn request(&self, elements: &[Element], page: &mut String) {
        let mut table = Table::new(&["old element", "type", "how often", "becomes", "how", "evidence"]);
        for element in elements {
            let start = [code(&element.path), element.kind.clone(), element.often.clone()];
            let mut lines = self.lines().filter(|line| sent(line) && reads(line, element)).peekable();
            if lines.peek().is_none() {
                let (becomes, why) = self.left(&element.path).unwrap_or_default();
                table.row([&start[..], &[becomes, String::new(), why]].concat());
            }
            for line in lines {
                let how = self.how(line, Some(&element.path));
                table.row([&start[..], &[target(line), how, evidence(&line.evidence)]].concat());
            }
        }
        table.write("### Request", page);
    }

    /// What becomes of an element that no line reads.
    fn left(&self, path: &str) -> Option<(String, String)> {
        let info = self.info;
        if let Some(dropped) = info.drops.iter().find(|dropped| dropped.what == path) {
            return Some(("dropped".to_owned(), dropped.reason.clone()));
        }
        let names = |when: &str| when.split([' ', ',']).any(|word| word == path);
        let calls = info.calls.iter().filter(|call| names(&call.when)).map(|call| format!("call `{}`", call.name));
        let rules = info.rules.iter().filter(|rule| names(&rule.when)).map(|rule| format!("fault {}", rule.fault));
        let decides: Vec<_> = calls.chain(rules).collect();
        (!decides.is_empty()).then(|| (format!("decides: {}", decides.join(", ")), String::new()))
    }

    /// What is sent and made of no element of the request.
    fn added(&self, page: &mut String) {
        let elements = element::below(self.contract.schema(), self.operation.request);
        let of_request = |line: &LineInfo| elements.iter().any(|element| reads(line, element));
        let mut table = Table::new(&["sent", "made of", "how", "evidence"]);
        for line in self.lines().filter(|line| sent(line) && !of_request(line)) {
            table.row([target(line), code(&line.source), self.how(line, None), evidence(&line.evidence)]);
        }
        table.write("### Sent besides, made of no element of the request", page);
    }

    fn reply(&self, elements: &[Element], page: &mut String) {
        let mut table = Table::new(&["old element", "type", "how often", "made of", "how", "evidence"]);
        for element in elements {
            let start = [code(&element.path), element.kind.clone(), element.often.clone()];
            let is = |line: &&LineInfo| line.target.strip_prefix("reply ").is_some_and(|path| element.is(path));
            let drops = &self.info.drops;
            let dropped = drops.iter().find(|own| own.what.strip_prefix("reply:").is_some_and(|path| element.is(path)));
            let mut lines = self.lines().filter(is).peekable();
            if lines.peek().is_none() {
                let left = |own: &ReasonInfo| ["never written".to_owned(), String::new(), own.reason.clone()];
                table.row([&start[..], &dropped.map(left).unwrap_or_default()].concat());
            }
            for line in lines {
                let cells = [code(&line.source), self.how(line, None), evidence(&line.evidence)];
                table.row([&start[..], &cells].concat());
            }
        }
        table.write("### Reply", page);
    }

    fn not_read(&self, page: &mut String) {
        let mut table = Table::new(&["member of an answer", "why it is not read"]);
        for ignored in &self.info.ignores {
            table.row([code(&ignored.what), ignored.reason.clone()]);
        }
        table.write("### Answered and not read", page);
    }

    fn faults(&self, page: &mut String) {
        let mut table = Table::new(&["fault", "text", "when", "evidence"]);
        let faults = &self.catalogue.faults;
        let text = |fault: u32| faults.by_old(fault).map(|entry| entry.text.clone()).unwrap_or_default();
        for rule in &self.info.rules {
            let told = rule.text.clone().unwrap_or_else(|| text(rule.fault));
            table.row([rule.fault.to_string(), told, rule.when.clone(), evidence(&rule.evidence)]);
        }
        for call in &self.info.calls {
            for (status, fault) in &call.status_faults {
                let when = format!("`{}` answers HTTP {status} without a code", call.name);
                table.row([fault.to_string(), text(*fault), when, evidence(&call.evidence)]);
            }
        }
        let told = |fault: &&u32| {
            let by_status =
                || self.info.calls.iter().flat_map(|call| &call.status_faults).any(|(_, own)| own == *fault);
            !self.info.rules.iter().any(|rule| rule.fault == **fault) && !by_status()
        };
        for fault in self.info.faults.iter().filter(told) {
            let mark = faults.by_old(*fault).map(|entry| evidence(&entry.evidence)).unwrap_or_default();
            table.row([
                fault.to_string(),
                text(*fault),
                "a code that its code list refuses or does not have".into(),
                mark,
            ]);
        }
        table.write("### Refusals and faults of its own", page);
    }

    /// The lines of this operation's own mapping.
    fn lines(&self) -> impl Iterator<Item = &LineInfo> {
        self.info.lines.iter().filter(|line| line.file == self.info.file)
    }

    /// What is done to a value on its way. A source that is more than the element itself is named.
    pub(super) fn how(&self, line: &LineInfo, element: Option<&str>) -> String {
        let step = |step: &String| match step.strip_prefix("code ") {
            Some(name) => match self.catalogue.code_lists.iter().find(|list| list.name == name) {
                Some(list) => format!("code list [{name}](../../{})", list.file),
                None => step.clone(),
            },
            None => step.clone(),
        };
        let mut parts: Vec<String> = line.conversions.iter().map(step).collect();
        if element.is_some_and(|element| line.source != element) {
            parts.push(format!("made of {}", code(&line.source)));
        }
        if !line.when.is_empty() {
            parts.push(format!("when {}", line.when));
        }
        parts.join("; ")
    }
}

fn sent(line: &LineInfo) -> bool {
    !line.target.starts_with("reply ")
}

fn reads(line: &LineInfo, element: &Element) -> bool {
    line.reads.iter().any(|read| element.is(read))
}

/// Where a line writes: the call, the place in it and the name.
pub(super) fn target(line: &LineInfo) -> String {
    let (place, name) = line.target.rsplit_once(' ').unwrap_or(("", &line.target));
    format!("{place} {}", code(name))
}

/// How surely something is known.
pub(super) fn evidence(mark: &Evidence) -> String {
    match mark {
        Evidence::Source(source) => format!("documented: {source}"),
        Evidence::Assumed(why) => format!("**assumed**: {why}"),
        Evidence::None => "no mark".to_owned(),
    }
}
