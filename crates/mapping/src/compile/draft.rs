//! The first look at a call: backend, path, method. Done for all calls before any value, so
//! that values may read any call.

use super::builder::{Builder, Draft};
use super::condition::all;
use crate::format::mapping::CallSpec;
use crate::info::CallInfo;
use crate::openapi::{Document, Endpoint};
use crate::plan::{Method, Repeat, Segment};
use crate::shape::Shape;
use crate::suggest;

/// Names that mean something else in front of a colon.
const RESERVED: [&str; 4] = ["header", "path", "setting", "reply"];

impl<'a> Builder<'a> {
    /// Looks at a call; `None` when it cannot be compiled further.
    pub(crate) fn draft(&mut self, spec: &CallSpec) -> Option<Draft<'a>> {
        self.check_name(spec);
        let world = self.world;
        let repeat = self.repeat(spec);
        let backend = world.backend(&spec.backend, &self.report)?;
        let document = world.backends[backend].document.as_ref()?;
        let (endpoint, method) = self.endpoint(document, spec)?;
        let repeat = repeat?;
        let (segments, path_names) = template(&spec.path.value);
        self.info.calls.push(CallInfo {
            name: spec.name.value.clone(),
            backend: spec.backend.value.clone(),
            method,
            operation: endpoint.name.clone(),
            path: spec.path.value.clone(),
            repeat,
            after: Vec::new(),
            when: all(&spec.when),
            status_faults: Vec::new(),
            evidence: spec.evidence.clone().or(&self.evidence),
            line: spec.line,
        });
        Some(Draft {
            name: spec.name.value.clone(),
            line: spec.line,
            backend,
            document,
            endpoint,
            repeat,
            conditional: !spec.when.is_empty(),
            segments,
            path_names,
            shape: Shape::default(),
            read: std::collections::BTreeSet::new(),
            after: std::collections::BTreeSet::new(),
            base: None,
            looked_up: None,
        })
    }

    fn check_name(&self, spec: &CallSpec) {
        let name = spec.name.value.as_str();
        if RESERVED.contains(&name) || name.is_empty() || name.contains([':', '/', ' ']) {
            self.report.problem(spec.name.line, format!("`{name}` cannot be the name of a call"));
        }
        if self.call(name).is_some() {
            self.report.problem(spec.name.line, format!("there are two calls named `{name}`"));
        }
    }

    fn repeat(&self, spec: &CallSpec) -> Option<Repeat> {
        match spec.repeat.value.as_str() {
            "read" => Some(Repeat::Read),
            "keyed" => Some(Repeat::Keyed),
            "once" => Some(Repeat::Once),
            other => {
                let hint = suggest::hint(other, ["read", "keyed", "once"]);
                self.report.hinted(spec.repeat.line, format!("unknown `repeat = \"{other}\"`"), hint);
                None
            }
        }
    }

    fn endpoint(&self, document: &'a Document, spec: &CallSpec) -> Option<(&'a Endpoint, Method)> {
        let path = &spec.path.value;
        let Some(endpoints) = document.methods(path) else {
            let hint = suggest::hint(path, document.paths());
            self.report.hinted(spec.path.line, format!("backend `{}` has no path `{path}`", spec.backend.value), hint);
            return None;
        };
        let wanted = spec.method.value.as_str();
        let endpoint = endpoints.iter().find(|endpoint| endpoint.method == wanted);
        let method = Method::ALL.into_iter().find(|method| method.as_str() == wanted);
        if endpoint.is_none() {
            let hint = suggest::hint(wanted, endpoints.iter().map(|endpoint| endpoint.method.as_str()));
            self.report.hinted(spec.method.line, format!("`{path}` has no method `{wanted}`"), hint);
        }
        endpoint.copied().zip(method)
    }
}

/// The pieces of a path template, and the names of its values.
fn template(path: &str) -> (Vec<Segment>, Vec<String>) {
    let (mut segments, mut names) = (Vec::new(), Vec::new());
    for (number, piece) in path.split(['{', '}']).enumerate() {
        // Every second piece stood between braces.
        match number % 2 {
            0 if piece.is_empty() => {}
            0 => segments.push(Segment::Text(piece.into())),
            _ => {
                segments.push(Segment::Value(names.len()));
                names.push(piece.to_owned());
            }
        }
    }
    (segments, names)
}
