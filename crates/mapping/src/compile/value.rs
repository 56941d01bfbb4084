//! Values: what is done to a source on its way, and whether it can reach its target.

use dfdg_contract::SimpleType;

use super::builder::{Builder, Scope};
use super::resolve::{Resolved, Side};
use crate::absence::Absence;
use crate::convert;
use crate::format::Located;
use crate::format::value::{From, Literal, ValueSpec};
use crate::info::LineInfo;
use crate::kind::Kind;
use crate::plan::{Carrier, Origin, Place, Source, Step, Value};
use crate::target::Target;

/// What a value is wanted for.
pub(crate) struct Want<'t> {
    /// How the place is called: `create body ombookingFrist`.
    pub(crate) what: String,
    pub(crate) side: Side,
    pub(crate) target: Target,
    /// The old contract's type, for replies.
    pub(crate) ty: Option<&'t SimpleType>,
    pub(crate) carrier: Carrier,
    /// Whether the new contract says that it travels percent-encoded.
    pub(crate) percent: bool,
}

/// A value on its way through its steps.
struct Flow {
    kind: Kind,
    steps: Vec<Step>,
    names: Vec<String>,
    list: Option<String>,
}

impl Builder<'_> {
    /// Compiles a value and lists it; what is wrong is reported.
    pub(crate) fn value(&mut self, spec: &ValueSpec, want: &Want, scope: &Scope) -> Option<(Value, Absence)> {
        let mut line = LineInfo {
            target: want.what.clone(),
            source: written(spec),
            reads: reads(spec),
            when: spec.when.as_ref().map(super::condition::written).unwrap_or_default(),
            conversions: Vec::new(),
            code_list: None,
            evidence: self.mark(spec),
            file: self.report.file().to_owned(),
            line: spec.line,
        };
        let compiled = self.alternative(spec, want, scope, &mut line);
        self.info.lines.push(line);
        compiled
    }

    fn alternative(
        &mut self,
        spec: &ValueSpec,
        want: &Want,
        scope: &Scope,
        line: &mut LineInfo,
    ) -> Option<(Value, Absence)> {
        let own = self.one(spec, want, scope, line);
        let when = spec.when.as_ref().map(|when| self.condition(when, scope));
        let otherwise = spec.otherwise.as_ref().map(|otherwise| self.alternative(otherwise, want, scope, line));
        let (mut value, mut absence) = own?;
        if let Some(when) = when {
            value.when = Some(when?);
            absence = Absence::at(format!("{} at line {}", want.what, spec.line));
        }
        if let Some(otherwise) = otherwise {
            let (otherwise, other_absence) = otherwise?;
            absence = match other_absence.is_never() {
                true => Absence::never(),
                false => Absence::at(format!("{} at line {}", want.what, spec.line)),
            };
            value.otherwise = Some(Box::new(otherwise));
        }
        Some((value, absence))
    }

    fn one(&mut self, spec: &ValueSpec, want: &Want, scope: &Scope, line: &mut LineInfo) -> Option<(Value, Absence)> {
        self.read_absent(spec.absent.clone(), None);
        let texts: Vec<Located<String>> = match &spec.from {
            From::Source(text) => vec![Located { value: text.clone(), line: spec.line }],
            From::FirstOf(texts) | From::Join(texts) => texts.clone(),
            From::Const(literal) => return self.constant(literal, spec, want),
        };
        let sources: Vec<Resolved> =
            texts.iter().filter_map(|text| self.resolve(&text.value, text.line, scope)).collect();
        let flow = self.flow(spec, &sources, want);
        if sources.len() < texts.len() {
            return None;
        }
        let flow = flow?;
        line.conversions.extend(spec.blank_is_absent.then(|| "blank is absent".to_owned()));
        line.conversions.extend(flow.names);
        line.conversions.extend(spec.encode.as_ref().map(|encode| format!("encode {}", encode.value)));
        line.code_list = line.code_list.take().or(flow.list);
        let absence = absence(spec, want, &sources);
        let sources = sources.into_iter().map(|source| (source.place, source.source)).collect();
        let value = self.assemble(spec, want, sources, flow.steps);
        Some((value, absence))
    }

    fn assemble(&self, spec: &ValueSpec, want: &Want, sources: Vec<(Place, Source)>, steps: Vec<Step>) -> Value {
        let joined = matches!(spec.from, From::Join(_));
        let percent = if want.percent { convert::find("encode", "percent").ok().map(|(_, run)| run) } else { None };
        Value {
            sources,
            joined,
            when: None,
            blank_is_absent: spec.blank_is_absent,
            steps,
            target: want.target.clone(),
            percent,
            carrier: want.carrier,
            otherwise: None,
        }
    }

    fn constant(&self, literal: &Literal, spec: &ValueSpec, want: &Want) -> Option<(Value, Absence)> {
        let text = literal.text();
        let checked = want.target.accept(text.as_str().into()).map_err(std::borrow::Cow::into_owned);
        let checked = checked.and_then(|text| match want.ty {
            Some(ty) => ty.check(&text).map(std::borrow::Cow::into_owned),
            None => Ok(text.into_owned()),
        });
        match checked {
            Ok(text) => {
                let place = Place { path: "const".into(), origin: Origin::Facade };
                let sources = vec![(place, Source::Constant(text.into()))];
                Some((self.assemble(spec, want, sources, Vec::new()), Absence::never()))
            }
            Err(rule) => {
                self.report
                    .problem(spec.line, format!("the constant `{text}` cannot be {}: it must be {rule}", want.what));
                None
            }
        }
    }

    /// The steps between source and target.
    fn flow(&mut self, spec: &ValueSpec, sources: &[Resolved], want: &Want) -> Option<Flow> {
        self.check_percent(spec, want);
        let first = sources.first()?;
        let mut flow = Flow { kind: first.kind, steps: Vec::new(), names: Vec::new(), list: None };
        if let Some(other) = sources.iter().find(|source| source.kind != first.kind) {
            let message = format!("the sources differ: {} and {}", first.kind.a(), other.kind.a());
            self.report.problem(spec.line, message);
            return None;
        }
        if matches!(spec.from, From::Join(_)) && first.kind != Kind::Text {
            self.report.problem(spec.line, format!("`join` takes texts, not {}", first.kind.a()));
            return None;
        }
        if let Some(code) = &spec.code {
            self.code(code, spec.to.is_empty(), sources, want, &mut flow)?;
        }
        for name in &spec.to {
            self.convert(name, &mut flow)?;
        }
        if let Some(most) = &spec.truncate {
            self.truncate(most, &mut flow)?;
        }
        self.check_reach(spec, sources, want, flow.kind, flow.steps.is_empty())?;
        Some(flow)
    }

    fn convert(&self, name: &Located<String>, flow: &mut Flow) -> Option<()> {
        let (conversion, run) = match convert::find("to", &name.value) {
            Ok(found) => found,
            Err(hint) => {
                self.report.hinted(name.line, format!("unknown conversion `{}`", name.value), hint);
                return None;
            }
        };
        if !run.accepts.contains(&flow.kind) {
            let message = format!("`to = \"{}\"` does not take {}", name.value, flow.kind.a());
            self.report.hinted(name.line, message, format!("its signature: {}", conversion.signature));
            return None;
        }
        flow.kind = run.gives;
        flow.names.push(name.value.clone());
        flow.steps.push(Step::Convert(run));
        Some(())
    }

    fn truncate(&self, most: &Located<u32>, flow: &mut Flow) -> Option<()> {
        if flow.kind != Kind::Text {
            self.report.problem(most.line, format!("`truncate` takes text, not {}", flow.kind.a()));
            return None;
        }
        flow.names.push(format!("truncate {}", most.value));
        flow.steps.push(Step::Truncate(most.value));
        Some(())
    }

    /// `last`: nothing is done to the code behind this.
    fn code(
        &mut self,
        name: &Located<String>,
        last: bool,
        sources: &[Resolved],
        want: &Want,
        flow: &mut Flow,
    ) -> Option<()> {
        let world = self.world;
        let list = world.list(name, &self.report)?;
        let codes = match (sources.first().map(|source| source.side), want.side) {
            (Some(Side::Old), Side::New) => &list.write,
            (Some(Side::New), Side::Old) => &list.read,
            _ => {
                let message = "a code list translates between the old and the new side; these are the same";
                self.report.problem(name.line, message);
                return None;
            }
        };
        list.faults().for_each(|fault| self.add_fault(fault));
        if let (Some(line), true) = (codes.text_at, last && !codes.gives.reaches(want.target.kind)) {
            let message =
                format!("{} takes {}, and code list `{}` gives text", want.what, want.target.kind.a(), name.value);
            self.report.hinted(
                name.line,
                message,
                format!("it is text at {}:{line}; numbers have no quotes", list.file),
            );
            return None;
        }
        self.check_codes(name, codes, sources, want);
        flow.steps.push(Step::Code { list: name.value.as_str().into(), codes: codes.clone(), from: flow.kind });
        flow.names.push(format!("code {}", name.value));
        flow.list = Some(name.value.clone());
        // A code that passes keeps its own sort.
        flow.kind = if codes.others.is_none() && codes.table.is_empty() { flow.kind } else { codes.gives };
        Some(())
    }

    fn check_percent(&self, spec: &ValueSpec, want: &Want) {
        let message = match (&spec.encode, want.percent) {
            (Some(encode), _) if encode.value != "percent" => {
                let hint = convert::find("encode", &encode.value).err().unwrap_or_default();
                self.report.hinted(encode.line, format!("unknown encoding `{}`", encode.value), hint);
                return;
            }
            (None, true) => "travels percent-encoded by its contract; it needs `encode = \"percent\"`",
            (Some(_), false) => "does not travel percent-encoded by its contract (x-encoding)",
            (Some(_), true) | (None, false) => return,
        };
        self.report.problem(spec.line, format!("{} {message}", want.what));
    }
}

/// When the sources together have nothing.
fn absence(spec: &ValueSpec, want: &Want, sources: &[Resolved]) -> Absence {
    let own = match sources {
        [only] => only.absence.clone(),
        several if several.iter().any(|source| source.absence.is_never()) => Absence::never(),
        several => {
            let point = format!("{} at line {}", want.what, spec.line);
            Absence::of_any(point, several.iter().map(|source| &source.absence))
        }
    };
    match spec.blank_is_absent {
        true => {
            let mut own = own;
            own.add(format!("blank, line {}", spec.line));
            own
        }
        false => own,
    }
}

/// The sources of a value, alternatives included.
fn reads(spec: &ValueSpec) -> Vec<String> {
    let own = match &spec.from {
        From::Source(text) => vec![text.clone()],
        From::Const(_) => Vec::new(),
        From::FirstOf(texts) | From::Join(texts) => texts.iter().map(|text| text.value.clone()).collect(),
    };
    own.into_iter().chain(spec.otherwise.as_deref().map(reads).unwrap_or_default()).collect()
}

/// The sources of a value as the mapping writes them.
fn written(spec: &ValueSpec) -> String {
    let own = match &spec.from {
        From::Source(text) => text.clone(),
        From::Const(literal) => format!("const {}", literal.text()),
        From::FirstOf(texts) => texts.iter().map(|text| text.value.as_str()).collect::<Vec<_>>().join(" or "),
        From::Join(texts) => texts.iter().map(|text| text.value.as_str()).collect::<Vec<_>>().join(" and "),
    };
    match &spec.otherwise {
        Some(otherwise) => format!("{own}, else {}", written(otherwise)),
        None => own,
    }
}
