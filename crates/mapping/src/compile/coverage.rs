//! Nothing is left out silently: what a caller sends is mapped, weighed or dropped with a
//! reason; what a backend answers is read or ignored with a reason.

use dfdg_contract::ElementId;

use super::answer::segments;
use super::builder::{Builder, Draft};
use crate::format::mapping::{MappingFile, ReasonSpec};
use crate::info::ReasonInfo;
use crate::openapi::{SchemaId, Shape};
use crate::path::{self, written};
use crate::suggest;

type Steps = Vec<ElementId>;

impl Builder<'_> {
    /// Reads `[drop]` and checks that every element of the request goes somewhere.
    pub(crate) fn drops(&mut self, file: &MappingFile) -> Vec<Box<[ElementId]>> {
        let mut dropped: Vec<Steps> = Vec::new();
        for drop in &file.drops {
            self.info.drops.push(self.reason(drop));
            if !drop.what.starts_with("reply:") {
                dropped.extend(self.dropped(drop));
            }
        }
        if !self.is_partial() {
            self.uncovered(self.operation.request, &mut Vec::new(), &dropped);
        }
        dropped.into_iter().map(Into::into).collect()
    }

    fn reason(&self, spec: &ReasonSpec) -> ReasonInfo {
        ReasonInfo {
            what: spec.what.clone(),
            reason: spec.reason.clone(),
            evidence: spec.evidence.clone().or(&self.evidence),
            line: spec.line,
        }
    }

    fn dropped(&self, spec: &ReasonSpec) -> Option<Steps> {
        let schema = self.schema();
        let steps = match path::find_exact(schema, self.operation.request, &spec.what) {
            Ok(steps) => steps,
            Err(missing) => {
                let message = format!("unknown element `{}`: {} has no `{}`", spec.what, missing.parent, missing.name);
                self.report.hinted(spec.line, message, missing.hint);
                return None;
            }
        };
        if let Some(mapped) = self.mapped.iter().find(|mapped| mapped.starts_with(&steps)) {
            let message = format!("`{}` is dropped, and `{}` is mapped", spec.what, written(schema, mapped));
            self.report.hinted(spec.line, message, "keep one of the two");
        }
        Some(steps)
    }

    /// Reports every element below that goes nowhere, as high up as nothing below it does.
    fn uncovered(&self, parent: ElementId, steps: &mut Steps, dropped: &[Steps]) {
        let schema = self.schema();
        for child in schema.children(parent) {
            steps.push(child.element);
            let used = self.mapped.iter().chain(&self.weighed).chain(dropped);
            let touched = used.clone().any(|used| used.starts_with(steps));
            let leaf = schema.children(child.element).is_empty();
            if !touched {
                let name = written(schema, steps);
                let message = format!("`{name}` is neither mapped nor used in a rule nor dropped");
                self.report.hinted(
                    self.operation_line,
                    message,
                    format!("map it, or in [drop]: \"{name}\" = \"why nothing is lost\""),
                );
            } else if !leaf && !dropped.contains(steps) {
                self.uncovered(child.element, steps, dropped);
            }
            steps.pop();
        }
    }

    /// Reads `[ignore]` and checks that every member of every answer is read or ignored.
    pub(crate) fn ignores(&mut self, file: &MappingFile) {
        let mut ignored: Vec<(usize, String)> = Vec::new();
        for ignore in &file.ignores {
            self.info.ignores.push(self.reason(ignore));
            ignored.extend(self.ignored(ignore));
        }
        if self.is_partial() {
            return;
        }
        for (index, call) in self.calls.iter().enumerate() {
            let own = ignored.iter().filter(|(call, _)| *call == index).map(|(_, pointer)| pointer.as_str());
            let Some(answer) = call.endpoint.answer else { continue };
            self.unread(call, answer, "", &own.collect::<Vec<_>>());
        }
    }

    fn ignored(&self, spec: &ReasonSpec) -> Option<(usize, String)> {
        let (name, pointer) = spec.what.split_once(':').unwrap_or((&spec.what, ""));
        let Some(index) = self.call(name) else {
            if !self.is_partial() {
                let hint = suggest::hint(name, self.calls.iter().map(|call| call.name.as_str()));
                self.report.hinted(spec.line, format!("`{}`: there is no call `{name}`", spec.what), hint);
            }
            return None;
        };
        let call = &self.calls[index];
        let pointer = pointer.trim_end_matches('/').to_owned();
        if let Err(hint) = exists(call, &segments(&pointer)) {
            self.report.hinted(spec.line, format!("`{}` is not in the answer", spec.what), hint);
            return None;
        }
        if call.read.iter().any(|read| below(read, &pointer)) {
            self.report.problem(spec.line, format!("`{}` is ignored, and read too", spec.what));
        }
        Some((index, pointer))
    }

    fn unread(&self, call: &Draft, schema: SchemaId, pointer: &str, ignored: &[&str]) {
        let touched = call.read.iter().any(|read| below(read, pointer));
        if ignored.contains(&pointer) {
            return;
        }
        if !touched && !ignored.iter().any(|ignored| below(ignored, pointer)) {
            let what = format!("{}:{}", call.name, if pointer.is_empty() { "/" } else { pointer });
            let hint = format!("read it, or in [ignore]: \"{what}\" = \"why nothing is lost\"");
            self.report.hinted(call.line, format!("`{what}` of the answer is neither read nor ignored"), hint);
            return;
        }
        match &call.document.schema(schema).shape {
            Shape::Object(members) => {
                for member in members {
                    self.unread(call, member.schema, &format!("{pointer}/{}", member.name), ignored);
                }
            }
            // The items of a list have the pointer of the list; that of objects is looked into.
            Shape::Array(item) => match &call.document.schema(*item).shape {
                Shape::Object(_) | Shape::Array(_) => self.unread(call, *item, pointer, ignored),
                Shape::Scalar { .. } => {}
            },
            Shape::Scalar { .. } => {}
        }
    }
}

/// Whether a pointer is another one or something in it.
fn below(pointer: &str, outer: &str) -> bool {
    pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether the answer of a call has this place; lists are looked through.
fn exists(call: &Draft, path: &[String]) -> Result<(), String> {
    let mut at = call.endpoint.answer.ok_or_else(|| "by its contract this call answers without a body".to_owned())?;
    for name in path {
        while let Shape::Array(item) = call.document.schema(at).shape {
            at = item;
        }
        let Shape::Object(members) = &call.document.schema(at).shape else {
            return Err(format!("there is nothing below a value (`{name}`)"));
        };
        let member = members.iter().find(|member| member.name == *name);
        at = member.ok_or_else(|| suggest::hint(name, members.iter().map(|member| member.name.as_str())))?.schema;
    }
    Ok(())
}
