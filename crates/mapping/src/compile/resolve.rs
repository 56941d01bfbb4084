//! From the text of a source to the place it is read, with all that is known of its value.

use dfdg_contract::{ElementId, SimpleType};

use super::builder::{Builder, Scope, Stage};
use crate::absence::Absence;
use crate::format::value::{From, ValueSpec};
use crate::kind::Kind;
use crate::openapi::{Place as Where, Shape as JsonShape};
use crate::path::{self, Missing};
use crate::plan::{Base, Origin, Place, Source};
use crate::source::SourceText;
use crate::suggest;
use crate::target::Limits;

/// A source that exists.
pub(crate) struct Resolved {
    pub(crate) place: Place,
    pub(crate) source: Source,
    pub(crate) kind: Kind,
    pub(crate) absence: Absence,
    pub(crate) side: Side,
    pub(crate) known: Known,
}

/// Which side's codes and forms a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Old,
    New,
    Neither,
}

/// What the contract of its side says about a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) max_length: Option<u32>,
    pub(crate) may_be_empty: bool,
    pub(crate) enumeration: Vec<Box<str>>,
}

impl Known {
    pub(crate) fn of_xml(ty: &SimpleType) -> Self {
        Self {
            max_length: ty.max_length(),
            may_be_empty: Kind::of_xml(ty.primitive()) == Kind::Text && ty.check("").is_ok(),
            enumeration: ty.enumeration().to_vec(),
        }
    }

    pub(crate) fn of_json(kind: Kind, limits: &Limits) -> Self {
        Self {
            max_length: limits.max_length,
            may_be_empty: kind == Kind::Text && limits.min_length == 0 && limits.enumeration.is_empty(),
            enumeration: limits.enumeration.clone(),
        }
    }
}

impl Builder<'_> {
    /// Finds a source; one that does not exist is reported.
    pub(crate) fn resolve(&mut self, text: &str, line: u32, scope: &Scope) -> Option<Resolved> {
        match SourceText::read(text) {
            SourceText::Body(path) => self.body(text, path, line),
            SourceText::Header { block, path } => self.header(text, block, path, line),
            SourceText::Answer { call, pointer } => self.answer(text, call, pointer, line),
            SourceText::Item(path) => self.item(text, path, line, scope),
            SourceText::PathValue(name) => self.path_value(text, name, line),
            SourceText::Setting("") => self.unknown(line, text, "a setting has a name: setting:digital-meeting-link"),
            SourceText::Setting(name) => {
                let absence = Absence::at(text);
                Some(fact(text, Source::Setting(name.into()), Kind::Text, absence))
            }
            SourceText::Now => Some(fact(text, Source::Now, Kind::DateTime, Absence::never())),
            SourceText::Today => Some(fact(text, Source::Today, Kind::Date, Absence::never())),
            SourceText::RequestId => Some(fact(text, Source::RequestId, Kind::Guid, Absence::never())),
            SourceText::NewGuid => Some(fact(text, Source::NewGuid, Kind::Guid, Absence::never())),
            SourceText::OrganisationType => {
                let fact = fact(text, Source::OrganisationType, Kind::Integer, Absence::never());
                Some(Resolved { side: Side::Old, ..fact }) // it is registered by the old side's code
            }
            SourceText::CallerIdentifier => Some(fact(text, Source::CallerIdentifier, Kind::Text, Absence::never())),
            SourceText::OrganisationCode => Some(fact(text, Source::OrganisationCode, Kind::Text, Absence::never())),
        }
    }

    pub(crate) fn unknown<T>(&self, line: u32, text: &str, hint: impl Into<String>) -> Option<T> {
        self.report.hinted(line, format!("unknown source `{text}`"), hint);
        None
    }

    pub(crate) fn missing<T>(&self, line: u32, text: &str, missing: &Missing) -> Option<T> {
        let message = format!("unknown source `{text}`: {} has no `{}`", missing.parent, missing.name);
        self.report.hinted(line, message, missing.hint.clone());
        None
    }

    fn body(&mut self, text: &str, path: &str, line: u32) -> Option<Resolved> {
        let root = self.operation.request;
        self.element(text, path, line, Base::Body, root, &[])
    }

    fn header(&mut self, text: &str, block: &str, path: &str, line: u32) -> Option<Resolved> {
        let headers = &self.operation.headers;
        match headers.iter().find(|header| header.name == block) {
            Some(header) => self.element(text, path, line, Base::Header(header.element), header.element, &[]),
            None => {
                let hint = suggest::hint(block, headers.iter().map(|header| header.name.as_str()));
                self.unknown(line, text, hint)
            }
        }
    }

    /// A value below an element. `outer` is the way from the body to it, for lists.
    fn element(
        &mut self,
        text: &str,
        path: &str,
        line: u32,
        base: Base,
        root: ElementId,
        outer: &[ElementId],
    ) -> Option<Resolved> {
        let schema = self.schema();
        let point = text.strip_suffix(path).unwrap_or_default();
        let found = match path::find(schema, root, path, point) {
            Ok(found) => found,
            Err(missing) => {
                // What was probably meant is not reported a second time as left out.
                let meant = missing.meant.iter().filter(|_| !matches!(base, Base::Header(_)));
                meant.for_each(|steps| self.mapped.push([outer, steps].concat()));
                return self.missing(line, text, &missing);
            }
        };
        if let Some((_, element)) = &found.repeats {
            let message = format!("`{element}` repeats; reading `{text}` needs `each`");
            self.report.hinted(line, message, format!("{{ each = \"{element}\", item = … }}"));
            self.note([outer, &found.steps].concat());
            return None;
        }
        if !matches!(base, Base::Header(_)) {
            let steps = [outer, &found.steps].concat();
            self.note(steps);
        }
        let last = found.last_or(root);
        // Callers do not know what `./` means.
        let whole = match outer {
            [] => text.to_owned(),
            outer => path::written(schema, &[outer, &found.steps].concat()),
        };
        let Some(ty) = schema.text_type(last) else {
            let children = schema.children(last).iter().map(|child| path::local(schema, child.element));
            let hint = format!("name one of its parts: {}", children.collect::<Vec<_>>().join(", "));
            self.report.hinted(line, format!("`{text}` is a structure, not a value"), hint);
            return None;
        };
        Some(Resolved {
            place: Place { path: whole.into(), origin: Origin::Caller },
            source: Source::Node { base, steps: found.steps.into() },
            kind: Kind::of_xml(ty.primitive()),
            absence: found.absence.without(&self.proven),
            side: Side::Old,
            known: Known::of_xml(ty),
        })
    }

    /// Remembers that an element of the request is read.
    pub(crate) fn note(&mut self, steps: Vec<ElementId>) {
        match self.stage {
            Stage::Rules => self.weighed.push(steps),
            Stage::Call(_) | Stage::Reply => self.mapped.push(steps),
        }
    }

    /// Looks at the sources of a value that has no target, so that they count as read.
    pub(crate) fn touch(&mut self, spec: &ValueSpec, scope: &Scope) {
        match &spec.from {
            From::Source(text) => _ = self.resolve(text, spec.line, scope),
            From::FirstOf(texts) | From::Join(texts) => {
                texts.iter().for_each(|text| _ = self.resolve(&text.value, text.line, scope));
            }
            From::Const(_) => {}
        }
        if let Some(otherwise) = &spec.otherwise {
            self.touch(otherwise, scope);
        }
    }

    fn item(&mut self, text: &str, path: &str, line: u32, scope: &Scope) -> Option<Resolved> {
        match scope {
            Scope::Root => self.unknown(line, text, "`./` is read inside a list; outside, name the whole path"),
            Scope::Element(outer) => {
                let root = *outer.last()?;
                self.element(text, path, line, Base::Item, root, outer)
            }
            Scope::Record { call, lists, schema, pointer } => {
                let start = super::answer::Start { call: *call, lists, schema: *schema, pointer };
                let segments: Vec<&str> = path.split('/').filter(|_| !path.is_empty()).collect();
                self.answer_text(text, &start, &segments, line)
            }
        }
    }

    fn path_value(&mut self, text: &str, name: &str, line: u32) -> Option<Resolved> {
        let own = match self.stage {
            Stage::Rules => return self.unknown(line, text, "rules are judged before the first call"),
            Stage::Call(call) => Some(call),
            Stage::Reply => None,
        };
        let places = self.calls.iter().enumerate().filter(|(call, _)| own.is_none_or(|own| own == *call));
        let mut found: Vec<(usize, usize)> = places
            .filter_map(|(index, call)| Some((index, call.path_names.iter().position(|own| own == name)?)))
            .collect();
        let (call, index) = match found.len() {
            1 => found.remove(0),
            0 if self.is_partial() => return None,
            0 => {
                let names = self.calls.iter().flat_map(|call| call.path_names.iter().map(String::as_str));
                return self.unknown(line, text, suggest::hint(name, names));
            }
            _ => {
                return self.unknown(
                    line,
                    text,
                    "several calls have a path value of this name; give them different names",
                );
            }
        };
        let draft = &self.calls[call];
        let parameter = draft.endpoint.parameter(Where::Path, name)?;
        let JsonShape::Scalar { kind, limits } = &draft.document.schema(parameter.schema).shape else { return None };
        Some(Resolved {
            place: Place { path: text.into(), origin: Origin::Facade },
            source: Source::PathValue { call, index },
            kind: *kind,
            absence: if draft.conditional { Absence::at(format!("{}:", draft.name)) } else { Absence::never() },
            side: Side::New,
            known: Known::of_json(*kind, limits),
        })
    }
}

fn fact(text: &str, source: Source, kind: Kind, absence: Absence) -> Resolved {
    let place = Place { path: text.into(), origin: Origin::Facade };
    Resolved { place, source, kind, absence, side: Side::Neither, known: Known::default() }
}
