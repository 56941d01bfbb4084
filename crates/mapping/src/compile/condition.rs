//! Conditions: rules that refuse, and `when` of a value.

use super::builder::{Builder, Scope, Stage};
use super::resolve::Resolved;
use crate::format::mapping::RuleSpec;
use crate::format::value::Literal;
use crate::format::when::{Operand as OperandSpec, TestSpec, WhenSpec};
use crate::info::RuleInfo;
use crate::kind::Kind;
use crate::path;
use crate::plan::{Base, Condition, Operand, RefuseRule, Repeat, Source, Test};
use crate::source::SourceText;

impl Builder<'_> {
    /// Compiles the `[[refuse]]`. What is written waits for the rules that read answers.
    pub(crate) fn rules(&mut self, specs: &[RuleSpec]) -> Vec<RefuseRule> {
        let rules: Vec<RefuseRule> = specs.iter().filter_map(|rule| self.rule(rule)).collect();
        for call in self.calls.iter_mut().filter(|call| call.repeat != Repeat::Read) {
            call.after.extend(rules.iter().flat_map(|rule| &rule.after));
        }
        rules
    }

    fn rule(&mut self, spec: &RuleSpec) -> Option<RefuseRule> {
        self.stage = Stage::Rules;
        self.rule_after.clear();
        self.world.faults.check(&spec.fault, &self.report);
        self.add_fault(spec.fault.value);
        self.info.rules.push(RuleInfo {
            when: all(&spec.when),
            fault: spec.fault.value,
            text: spec.text.clone(),
            after: Vec::new(),
            evidence: spec.evidence.clone().or(&self.evidence),
            line: spec.line,
        });
        let all: Vec<_> = spec.when.iter().map(|when| self.condition(when, &Scope::Root)).collect();
        let all = all.into_iter().collect::<Option<Vec<_>>>()?;
        self.prove(&spec.when);
        let after: Vec<usize> = self.rule_after.iter().copied().collect();
        if let Some(own) = self.info.rules.last_mut() {
            own.after = after.iter().map(|call| self.calls[*call].name.clone()).collect();
        }
        Some(RefuseRule { all, after, fault: spec.fault.value, text: spec.text.as_deref().map(Into::into) })
    }

    /// A request that lacks this is refused, so whatever comes later may count on it.
    fn prove(&mut self, when: &[WhenSpec]) {
        if let [WhenSpec { path, test: TestSpec::Absent, .. }] = when {
            self.is_there(&path.value);
        }
    }

    /// A call is made only if its conditions hold, so its values may count on what they ask for.
    pub(crate) fn prove_for_call(&mut self, when: &[WhenSpec]) {
        for spec in when.iter().filter(|spec| matches!(spec.test, TestSpec::Present)) {
            self.is_there(&spec.path.value);
        }
    }

    fn is_there(&mut self, text: &str) {
        let SourceText::Body(path) = SourceText::read(text) else { return };
        if let Ok(found) = path::find(self.schema(), self.operation.request, path, "") {
            self.proven.extend(found.absence);
        }
    }

    /// Compiles a condition. What it reads decides something, but goes nowhere.
    pub(crate) fn condition(&mut self, spec: &WhenSpec, scope: &Scope) -> Option<Condition> {
        let mapped = self.mapped.len();
        let condition = match &spec.test {
            TestSpec::Present => self.presence(spec, scope, Test::Present),
            TestSpec::Absent => self.presence(spec, scope, Test::Absent),
            TestSpec::Contains(value) => self.contains(spec, value, scope),
            _ => self.comparison(spec, scope),
        };
        let read = self.mapped.split_off(mapped);
        self.weighed.extend(read);
        condition
    }

    /// Whether something is there; a structure may be asked for too.
    fn presence(&mut self, spec: &WhenSpec, scope: &Scope, test: Test) -> Option<Condition> {
        if let Some(source) = self.structure(&spec.path.value) {
            return Some(Condition { source, kind: Kind::Opaque, test });
        }
        let found = self.resolve(&spec.path.value, spec.path.line, scope)?;
        Some(Condition { source: found.source, kind: found.kind, test })
    }

    /// A path to an element of the body that holds elements, not text.
    fn structure(&mut self, text: &str) -> Option<Source> {
        let SourceText::Body(path) = SourceText::read(text) else { return None };
        let found = path::find(self.schema(), self.operation.request, path, "").ok()?;
        let structure = found.repeats.is_none() && self.schema().text_type(*found.steps.last()?).is_none();
        structure.then(|| {
            self.note(found.steps.clone());
            Source::Node { base: Base::Body, steps: found.steps.into() }
        })
    }

    /// Whether a list of plain values has one.
    fn contains(&mut self, spec: &WhenSpec, value: &Literal, scope: &Scope) -> Option<Condition> {
        let (list, items) = self.list(&spec.path.value, spec.path.line, scope)?;
        let item = self.resolve(".", spec.path.line, &items)?;
        let value = self.literal(value, item.kind, spec.line)?;
        Some(Condition { source: item.source, kind: item.kind, test: Test::Contains(list, value) })
    }

    fn comparison(&mut self, spec: &WhenSpec, scope: &Scope) -> Option<Condition> {
        let found = self.resolve(&spec.path.value, spec.path.line, scope)?;
        let kind = found.kind;
        let test = self.test(&spec.test, &found, spec.line, scope)?;
        Some(Condition { source: found.source, kind, test })
    }

    fn test(&mut self, spec: &TestSpec, found: &Resolved, line: u32, scope: &Scope) -> Option<Test> {
        match spec {
            TestSpec::Present => Some(Test::Present),
            TestSpec::Absent => Some(Test::Absent),
            TestSpec::Contains(_) => None, // of a list: `contains`
            TestSpec::Equals(operand) => self.equals(operand, found, line, scope),
            TestSpec::NotEquals(operand) => {
                self.equals(operand, found, line, scope).map(|test| Test::Not(Box::new(test)))
            }
            TestSpec::OneOf(values) => {
                let values: Vec<_> = values.iter().map(|value| self.literal(value, found.kind, line)).collect();
                values.into_iter().collect::<Option<Vec<_>>>().map(Test::OneOf)
            }
            TestSpec::Before(operand) => self.ordered(operand, found, line, scope).map(Test::Before),
            TestSpec::After(operand) => self.ordered(operand, found, line, scope).map(Test::After),
            TestSpec::Between(low, high) => {
                let low = self.ordered(&OperandSpec::Value(low.clone()), found, line, scope);
                let high = self.ordered(&OperandSpec::Value(high.clone()), found, line, scope);
                Some(Test::Between(low?, high?))
            }
            TestSpec::MoreCharacters(most) => Some(Test::MoreCharacters(*most)),
            TestSpec::MoreDays(other, days) => {
                let operand = self.ordered(&OperandSpec::Other(other.clone()), found, line, scope)?;
                Some(Test::MoreDays(operand, *days))
            }
        }
    }

    fn literal(&self, literal: &Literal, kind: Kind, line: u32) -> Option<Box<str>> {
        let text = literal.text();
        match kind.canonical(text.as_str().into()) {
            Ok(value) => Some(value.into()),
            Err(rule) => {
                self.report.problem(line, format!("`{text}` can never be equal: the value is {rule}"));
                None
            }
        }
    }

    fn equals(&mut self, spec: &OperandSpec, found: &Resolved, line: u32, scope: &Scope) -> Option<Test> {
        match spec {
            OperandSpec::Value(value) => self.literal(value, found.kind, line).map(|value| Test::OneOf(vec![value])),
            OperandSpec::Other(other) => {
                let other = self.resolve(&other.value, other.line, scope)?;
                if other.kind != found.kind {
                    let message = format!("{} is compared with {}", found.kind.a(), other.kind.a());
                    self.report.problem(line, message);
                    return None;
                }
                Some(Test::Equals(other.source))
            }
        }
    }

    /// An operand that comes before or after.
    fn ordered(&mut self, spec: &OperandSpec, found: &Resolved, line: u32, scope: &Scope) -> Option<Operand> {
        let operand = match spec {
            OperandSpec::Value(value) => {
                let source = Source::Constant(self.literal(value, found.kind, line)?);
                Operand { source, kind: found.kind }
            }
            OperandSpec::Other(other) => {
                let other = self.resolve(&other.value, other.line, scope)?;
                Operand { source: other.source, kind: other.kind }
            }
        };
        let times = |kind| matches!(kind, Kind::DateTime | Kind::Date);
        let ordered = (times(found.kind) && times(operand.kind))
            || (found.kind == Kind::Integer && operand.kind == Kind::Integer);
        if !ordered {
            let message = format!("{} and {} have no order", found.kind.a(), operand.kind.a());
            self.report.hinted(line, message, "dates, date-times and whole numbers have one");
            return None;
        }
        Some(operand)
    }
}

/// Conditions that must all hold, in words.
pub(super) fn all(specs: &[WhenSpec]) -> String {
    specs.iter().map(written).collect::<Vec<_>>().join(" and ")
}

/// The condition in words.
pub(super) fn written(spec: &WhenSpec) -> String {
    let path = &spec.path.value;
    let operand = |operand: &OperandSpec| match operand {
        OperandSpec::Value(value) => value.text(),
        OperandSpec::Other(other) => other.value.clone(),
    };
    match &spec.test {
        TestSpec::Present => format!("{path} is present"),
        TestSpec::Absent => format!("{path} is absent"),
        TestSpec::Equals(other) => format!("{path} equals {}", operand(other)),
        TestSpec::NotEquals(other) => format!("{path} does not equal {}", operand(other)),
        TestSpec::OneOf(values) => {
            format!("{path} is one of {}", values.iter().map(Literal::text).collect::<Vec<_>>().join(", "))
        }
        TestSpec::Before(other) => format!("{path} is before {}", operand(other)),
        TestSpec::After(other) => format!("{path} is after {}", operand(other)),
        TestSpec::Between(low, high) => format!("{path} is between {} and {}", low.text(), high.text()),
        TestSpec::Contains(value) => format!("{path} contains {}", value.text()),
        TestSpec::MoreCharacters(most) => format!("{path} is longer than {most} characters"),
        TestSpec::MoreDays(other, days) => format!("{path} is more than {days} days after {}", other.value),
    }
}
