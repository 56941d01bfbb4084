//! The values of a call: path, query, headers, body.

use super::base::Base;
use super::builder::{Builder, Scope, Stage};
use super::resolve::Side;
use super::value::Want;
use crate::absence::Absence;
use crate::evidence::Evidence;
use crate::format::mapping::CallSpec;
use crate::format::value::ValueSpec;
use crate::format::{Content, Item, Located};
use crate::openapi::{Parameter, Place, Shape};
use crate::plan::{Call, Carrier, Condition, Json, Value};
use crate::report::Report;
use crate::suggest;
use crate::target::Target;

/// The one header the facade sets itself.
const REQUEST_ID: &str = "x-requestId";

type Named = Vec<(Box<str>, Value)>;

/// A call's values, compiled.
pub(crate) struct Parts {
    when: Vec<Condition>,
    path_values: Vec<Value>,
    query: Named,
    headers: Named,
    body: Option<Json>,
    faults: Vec<(u16, u32)>,
}

impl Builder<'_> {
    /// Compiles the values of a call; `None` when some are wrong.
    pub(crate) fn parts(&mut self, index: usize, spec: &CallSpec) -> Option<Parts> {
        self.stage = Stage::Call(index);
        let own = spec.evidence.clone().or(&self.evidence);
        let outer = std::mem::replace(&mut self.evidence, own);
        let proven = self.proven.clone();
        self.prove_for_call(&spec.when);
        let after = std::mem::take(&mut self.calls[index].after);
        let path_values = self.path_values(index, spec);
        self.check_replaced(index, spec);
        self.calls[index].after.extend(after);
        let when: Vec<_> = spec.when.iter().map(|when| self.condition(when, &Scope::Root)).collect();
        let query = self.parameters(index, Place::Query, &spec.query, spec.line, &[]);
        let headers = self.headers(index, spec);
        let body = self.call_body(index, spec);
        let faults = self.status_faults(spec);
        self.evidence = outer;
        self.proven = proven;
        let when = when.into_iter().collect::<Option<Vec<_>>>();
        Some(Parts { when: when?, path_values: path_values?, query: query?, headers: headers?, body: body?, faults })
    }

    fn path_values(&mut self, index: usize, spec: &CallSpec) -> Option<Vec<Value>> {
        let named = self.parameters(index, Place::Path, &spec.path_values, spec.path.line, &[])?;
        let mut named: Vec<(Box<str>, Value)> = named;
        // In the order of the template, where they are looked up by index.
        let names = self.calls[index].path_names.clone();
        let mut take = |name: &String| {
            let at = named.iter().position(|(own, _)| **own == **name)?;
            Some(named.remove(at).1)
        };
        names.iter().map(&mut take).collect()
    }

    fn headers(&mut self, index: usize, spec: &CallSpec) -> Option<Named> {
        let backend = &self.world.backends[self.calls[index].backend];
        let shared: Vec<&str> = backend.spec.headers.iter().map(|(name, _)| name.value.as_str()).collect();
        let own = self.parameters(index, Place::Header, &spec.headers, spec.line, &shared);
        for (name, _) in &spec.headers {
            if shared.iter().any(|shared| shared.eq_ignore_ascii_case(&name.value)) {
                let hint = format!("it stands in [backend.{}.headers] of mappings/services.toml", backend.spec.name);
                self.report.hinted(name.line, format!("`{}` is sent with every call already", name.value), hint);
            }
        }
        let shared = self.shared_headers(index);
        let (mut own, shared) = (own?, shared?);
        own.extend(shared);
        Some(own)
    }

    /// The headers the backend gets with every call. They stand in another file.
    fn shared_headers(&mut self, index: usize) -> Option<Named> {
        let backend = &self.world.backends[self.calls[index].backend].spec;
        let services = Report::new(self.report.sink(), super::world::SERVICES);
        let report = std::mem::replace(&mut self.report, services);
        let mark = backend.evidence.clone().or(&Evidence::None);
        let evidence = std::mem::replace(&mut self.evidence, mark);
        let named: Vec<_> =
            backend.headers.iter().map(|header| self.parameter(index, Place::Header, &backend.name, header)).collect();
        self.report = report;
        self.evidence = evidence;
        named.into_iter().collect()
    }

    /// The parameters of one place. `elsewhere`: names given in another file.
    fn parameters(
        &mut self,
        index: usize,
        place: Place,
        specs: &[(Located<String>, ValueSpec)],
        line: u32,
        elsewhere: &[&str],
    ) -> Option<Named> {
        let endpoint = self.calls[index].endpoint;
        let given =
            specs.iter().map(|(name, _)| name.value.as_str()).chain(elsewhere.iter().copied()).chain([REQUEST_ID]);
        let given: Vec<String> = given.map(str::to_lowercase).collect();
        for parameter in endpoint.parameters(place).filter(|parameter| parameter.required) {
            // A name that is no parameter's own may be this one misspelt, which is reported.
            let misspelt = |given: &str| {
                endpoint.parameter(place, given).is_none()
                    && suggest::nearest(given, [parameter.name.as_str()]).is_some()
            };
            if !given.iter().any(|given| *given == parameter.name.to_lowercase() || misspelt(given)) {
                let message = format!("the required {} `{}` is not given", place.name(), parameter.name);
                self.report.gap(line, message, None);
            }
        }
        let owner = self.calls[index].name.clone();
        let named: Vec<_> = specs.iter().map(|value| self.parameter(index, place, &owner, value)).collect();
        named.into_iter().collect()
    }

    /// `owner`: the call, or for a header that goes with every call, the backend.
    fn parameter(
        &mut self,
        index: usize,
        place: Place,
        owner: &str,
        (name, spec): &(Located<String>, ValueSpec),
    ) -> Option<(Box<str>, Value)> {
        let call = &self.calls[index];
        if place == Place::Header && name.value.eq_ignore_ascii_case(REQUEST_ID) {
            self.report.problem(name.line, format!("`{REQUEST_ID}` is set by the facade"));
            return None;
        }
        let Some(parameter) = call.endpoint.parameter(place, &name.value) else {
            let names = call.endpoint.parameters(place).map(|parameter| parameter.name.as_str());
            let message = format!("`{}` has no {} `{}`", call.endpoint.path, place.name(), name.value);
            self.report.hinted(name.line, message, suggest::hint(&name.value, names));
            self.touch(spec, &Scope::Root);
            return None;
        };
        let Shape::Scalar { kind, limits } = &call.document.schema(parameter.schema).shape else {
            self.report.problem(name.line, format!("the {} `{}` is no single value", place.name(), name.value));
            return None;
        };
        let want = Want {
            what: format!("{owner} {} {}", place.name(), name.value),
            side: Side::New,
            target: Target::new(*kind, limits),
            ty: None,
            carrier: match place {
                Place::Path => Carrier::Path,
                Place::Query => Carrier::Any,
                Place::Header => Carrier::Header,
            },
            percent: parameter.percent,
        };
        let (value, absence) = self.value(spec, &want, &Scope::Root)?;
        self.check_required(parameter, spec, &want, &absence);
        Some((name.value.as_str().into(), value))
    }

    fn check_required(&self, parameter: &Parameter, spec: &ValueSpec, want: &Want, absence: &Absence) {
        if parameter.required && !absence.is_never() {
            self.may_be_missing(&want.what, spec.line);
        }
    }

    /// Reports a required target whose source may be missing.
    pub(crate) fn may_be_missing(&self, what: &str, line: u32) {
        let message = format!("{what} is required, and its source may be missing");
        self.report.gap(line, message, Some("say what then: `else = …`".to_owned()));
    }

    /// The body; `Some(None)` where there is none to be sent.
    #[expect(clippy::option_option, reason = "outside: whether it compiles; inside: whether there is one")]
    fn call_body(&mut self, index: usize, spec: &CallSpec) -> Option<Option<Json>> {
        let call = &self.calls[index];
        match (&spec.body, call.endpoint.body) {
            (None, _) if spec.base.is_some() => {
                self.report.problem(spec.line, "`base` without [call.body], which says what is written over it");
                self.partial = true;
                None
            }
            (None, None) => Some(None),
            (None, Some(body)) if body.required => {
                self.report.gap(spec.line, format!("`{}` needs a body: [call.body]", spec.path.value), None);
                None
            }
            (None, Some(_)) => Some(None),
            (Some(table), None) => {
                self.report.problem(table.line, format!("`{} {}` takes no body", spec.method.value, spec.path.value));
                None
            }
            (Some(table), Some(body)) => {
                let what = format!("{} body", call.name);
                let item = Item { line: table.line, content: Content::Table(table.clone()) };
                let base = self.base(spec);
                if base.is_none() && spec.base.is_some() {
                    self.partial = true;
                    return None;
                }
                self.calls[index].base = base.as_ref().map(Base::call);
                let json = self.json(&item, body.schema, &what, true, (&Scope::Root, base.as_ref()));
                base.iter().for_each(|base| self.close(base, body.schema));
                json.map(|(json, _)| Some(json))
            }
        }
    }

    fn status_faults(&mut self, spec: &CallSpec) -> Vec<(u16, u32)> {
        let mut faults = Vec::new();
        for (status, item) in &spec.faults {
            let number = status.value.parse().ok().filter(|status| (400..600).contains(status));
            let fault = match item.content {
                Content::Integer(fault) => u32::try_from(fault).ok(),
                _ => None,
            };
            match (number, fault) {
                (Some(number), Some(fault)) => {
                    self.world.faults.check(&Located { value: fault, line: item.line }, &self.report);
                    self.add_fault(fault);
                    faults.push((number, fault));
                }
                _ => {
                    let message = format!("`{}` is no line of [call.faults]", status.value);
                    self.report.hinted(status.line, message, "an HTTP status from 400 = a fault, such as 404 = 4768");
                }
            }
        }
        faults
    }

    /// The call, once all values are known.
    pub(crate) fn finish_call(&mut self, index: usize, parts: Parts) -> Call {
        let draft = &mut self.calls[index];
        let backend = &self.world.backends[draft.backend];
        self.info.calls[index].status_faults.clone_from(&parts.faults);
        self.info.calls[index].after = draft.after.iter().map(|call| self.info.calls[*call].name.clone()).collect();
        Call {
            name: draft.name.as_str().into(),
            when: parts.when,
            backend: draft.backend,
            method: self.info.calls[index].method,
            path: std::mem::take(&mut draft.segments),
            path_values: parts.path_values,
            query: parts.query,
            headers: parts.headers,
            body: parts.body,
            repeat: draft.repeat,
            faults: parts.faults,
            after: draft.after.iter().copied().collect(),
            base: draft.base,
            looked_up: draft.looked_up,
            shape: std::mem::take(&mut draft.shape),
            error_code: backend.error_code.clone(),
            error_text: backend.error_text.clone(),
        }
    }
}
