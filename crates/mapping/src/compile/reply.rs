//! Replies: the tree of the old contract, in its order, with a source for every leaf.

use std::collections::BTreeMap;

use dfdg_contract::{Child, ElementId};

use super::builder::{Builder, Scope, Stage};
use super::resolve::Side;
use super::value::Want;
use crate::absence::{self, Absence, Part};
use crate::format::Located;
use crate::format::mapping::{MappingFile, ReplySpec};
use crate::format::value::{EachSpec, From, ValueSpec};
use crate::kind::Kind;
use crate::path::{self, written};
use crate::plan::{Carrier, ReplyContent, ReplyNode};
use crate::target::Target;

/// What the mapping says about the reply.
#[derive(Default)]
pub(super) struct Entries<'f> {
    by_path: BTreeMap<Vec<ElementId>, (&'f ReplySpec, u32)>,
    dropped: Vec<Vec<ElementId>>,
    /// What entries with a wrong path were probably meant for.
    meant: Vec<Vec<ElementId>>,
}

impl Entries<'_> {
    /// The first line that is about an element or something in it.
    fn line_below(&self, steps: &[ElementId]) -> Option<u32> {
        self.by_path.iter().filter(|(path, _)| path.starts_with(steps)).map(|(_, (_, line))| *line).min()
    }
}

impl Builder<'_> {
    /// Compiles the reply; what has no source is reported.
    pub(crate) fn reply(&mut self, file: &MappingFile) -> Vec<ReplyNode> {
        self.stage = Stage::Reply;
        let entries = self.entries(file);
        let (nodes, absence) = self.elements(self.operation.reply, &[], true, &Scope::Root, &entries);
        debug_assert!(absence.is_never() || nodes.is_empty(), "the body of a reply is always there");
        nodes
    }

    fn entries<'f>(&mut self, file: &'f MappingFile) -> Entries<'f> {
        let mut entries = Entries::default();
        for (name, spec) in &file.reply {
            let Some(steps) = self.reply_path(name, matches!(spec, ReplySpec::Value(_)), &mut entries.meant) else {
                self.touch_entry(spec);
                continue;
            };
            if entries.by_path.insert(steps, (spec, name.line)).is_some() {
                self.report.problem(name.line, format!("reply element `{}` is written twice", name.value));
            }
        }
        for drop in &file.drops {
            let Some(path) = drop.what.strip_prefix("reply:") else { continue };
            let name = Located { value: path.to_owned(), line: drop.line };
            let Some(steps) = self.reply_path(&name, false, &mut entries.meant) else { continue };
            if entries.line_below(&steps).is_some() {
                self.report.problem(drop.line, format!("reply element `{path}` is dropped, and written too"));
            }
            entries.dropped.push(steps);
        }
        entries
    }

    /// What an entry that has no place reads is not reported as left out on top.
    fn touch_entry(&mut self, spec: &ReplySpec) {
        match spec {
            ReplySpec::Value(value) if !matches!(&value.from, From::Source(text) if text.starts_with('.')) => {
                self.touch(value, &Scope::Root);
            }
            ReplySpec::Value(_) | ReplySpec::Each(_) => self.partial = true,
        }
    }

    /// The elements of a path of the reply; into a wrapper where a value is written.
    fn reply_path(
        &self,
        name: &Located<String>,
        value: bool,
        meant: &mut Vec<Vec<ElementId>>,
    ) -> Option<Vec<ElementId>> {
        let (schema, root) = (self.schema(), self.operation.reply);
        let steps = match value {
            true => path::find(schema, root, &name.value, "").map(|found| found.steps),
            false => path::find_exact(schema, root, &name.value),
        };
        match steps {
            Ok(steps) => Some(steps),
            Err(missing) => {
                let message =
                    format!("unknown reply element `{}`: {} has no `{}`", name.value, missing.parent, missing.name);
                self.report.hinted(name.line, message, missing.hint);
                meant.extend(missing.meant);
                None
            }
        }
    }

    /// The children of an element. `always`: the element is written even when empty.
    fn elements(
        &mut self,
        parent: ElementId,
        steps: &[ElementId],
        always: bool,
        scope: &Scope,
        entries: &Entries,
    ) -> (Vec<ReplyNode>, Absence) {
        let schema = self.schema();
        let (mut nodes, mut parts, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        for child in schema.children(parent) {
            let path = [steps, &[child.element]].concat();
            let Some(line) = self.child_line(*child, &path, entries) else { continue };
            let required = child.min > 0;
            for (node, absence) in self.child(*child, &path, line, always && required, scope, entries) {
                // A list may be empty whatever its contract says; a nillable element is written as nil.
                parts.push(Part { required: required && !node.nillable && node.each.is_none(), absence });
                lines.push((written(schema, &path), line));
                nodes.push(node);
            }
        }
        let name = format!("reply {}", written(schema, steps));
        let absence = absence::of_whole(always, &name, &parts).unwrap_or_else(|loose| {
            loose
                .into_iter()
                .for_each(|index| self.may_be_missing(&format!("reply {}", lines[index].0), lines[index].1));
            Absence::never()
        });
        (nodes, absence)
    }

    /// The line that is about a child; one nothing is said about is reported.
    fn child_line(&self, child: Child, path: &[ElementId], entries: &Entries) -> Option<u32> {
        let name = || written(self.schema(), path);
        if entries.meant.iter().any(|meant| meant.starts_with(path)) {
            return entries.line_below(path);
        }
        let dropped = entries.dropped.iter().any(|dropped| dropped == path);
        let line = entries.line_below(path);
        match (line, dropped, child.min > 0) {
            (None, true, true) => self
                .report
                .problem(self.operation_line, format!("required reply element `{}` cannot be dropped", name())),
            (None, false, true) => {
                let message = format!("required reply element `{}` has no source", name());
                self.report.gap(self.operation_line, message, None);
            }
            (None, false, false) => {
                let message = format!("reply element `{}` has no source and no line in [drop]", name());
                let hint = format!("\"reply:{}\" = \"why it is never written\"", name());
                self.report.gap(self.operation_line, message, Some(hint));
            }
            (None, true, false) | (Some(_), ..) => {}
        }
        line
    }

    fn child(
        &mut self,
        child: Child,
        path: &[ElementId],
        line: u32,
        always: bool,
        scope: &Scope,
        entries: &Entries,
    ) -> Vec<(ReplyNode, Absence)> {
        let spec = entries.by_path.get(path).map(|(spec, _)| *spec);
        let repeats = child.max != Some(1);
        match (spec, repeats) {
            (Some(ReplySpec::Each(each)), true) => self.each(child, path, each, scope, entries),
            (Some(ReplySpec::Each(each)), false) => {
                let message =
                    format!("`each` on reply element `{}`, which does not repeat", written(self.schema(), path));
                self.report.problem(each.line, message);
                Vec::new()
            }
            (_, true) => {
                let name = written(self.schema(), path);
                let hint = format!("\"{name}\" = {{ each = \"<call>:/<list>\" }}");
                self.report.hinted(line, format!("reply element `{name}` repeats; it needs `each`"), hint);
                self.partial = true;
                Vec::new()
            }
            (Some(ReplySpec::Value(value)), false) => self.leaf(child, path, value, scope).into_iter().collect(),
            (None, false) => {
                let (nodes, absence) = self.elements(child.element, path, always, scope, entries);
                vec![(self.node(child, ReplyContent::Elements(nodes)), absence)]
            }
        }
    }

    fn node(&self, child: Child, content: ReplyContent) -> ReplyNode {
        let nillable = self.schema().element(child.element).nillable;
        ReplyNode { element: child.element, required: child.min > 0, nillable, each: None, content }
    }

    fn leaf(
        &mut self,
        child: Child,
        path: &[ElementId],
        spec: &ValueSpec,
        scope: &Scope,
    ) -> Option<(ReplyNode, Absence)> {
        let schema = self.schema();
        let name = written(schema, path);
        let Some(ty) = schema.text_type(child.element) else {
            let parts: Vec<&str> =
                schema.children(child.element).iter().map(|part| path::local(schema, part.element)).collect();
            let hint = format!("give its parts: {}", parts.join(", "));
            self.report.hinted(spec.line, format!("reply element `{name}` is a structure, not a value"), hint);
            self.touch(spec, scope);
            return None;
        };
        let target = Target::old(Kind::of_xml(ty.primitive()));
        let want = Want {
            what: format!("reply {name}"),
            side: Side::Old,
            target,
            ty: Some(ty),
            carrier: Carrier::Any,
            percent: false,
        };
        let (value, absence) = self.value(spec, &want, scope)?;
        Some((self.node(child, ReplyContent::Text(Box::new(value))), absence))
    }

    fn each(
        &mut self,
        child: Child,
        path: &[ElementId],
        spec: &EachSpec,
        scope: &Scope,
        entries: &Entries,
    ) -> Vec<(ReplyNode, Absence)> {
        let sources = spec.sources.iter();
        let lists = sources.filter_map(|source| self.each_of(child, path, spec, (&source.value, scope), entries));
        let lists = lists.collect();
        self.info.lines.push(crate::info::LineInfo {
            target: format!("reply {}", written(self.schema(), path)),
            source: format!("each {}", spec.written()),
            reads: spec.sources.iter().map(|source| source.value.clone()).collect(),
            when: String::new(),
            conversions: Vec::new(),
            code_list: None,
            evidence: spec.evidence.clone().or(&self.evidence),
            file: self.report.file().to_owned(),
            line: spec.line,
        });
        lists
    }

    /// One of the lists an element repeats for.
    fn each_of(
        &mut self,
        child: Child,
        path: &[ElementId],
        spec: &EachSpec,
        (source, scope): (&str, &Scope),
        entries: &Entries,
    ) -> Option<(ReplyNode, Absence)> {
        let (list, inner) = self.list(source, spec.line, scope)?;
        let content = match &spec.item {
            Some(item) => {
                let value = ValueSpec::read(item.clone(), &self.report)?;
                self.item_leaf(child, path, &value, &inner)?
            }
            None => {
                let (nodes, _) = self.elements(child.element, path, true, &inner, entries);
                ReplyContent::Elements(nodes)
            }
        };
        let node = self.node(child, content);
        Some((ReplyNode { each: Some(list), ..node }, Absence::at(source)))
    }

    /// The value each item of a list of plain values becomes, in a wrapper if the contract has one.
    fn item_leaf(
        &mut self,
        child: Child,
        path: &[ElementId],
        value: &ValueSpec,
        scope: &Scope,
    ) -> Option<ReplyContent> {
        let schema = self.schema();
        let (target, wrapped) = match schema.children(child.element) {
            [only] if schema.text_type(child.element).is_none() => (*only, true),
            _ => (child, false),
        };
        let (leaf, absence) = self.leaf(target, path, value, scope)?;
        if !absence.is_never() {
            self.may_be_missing(&format!("reply {}", written(schema, path)), value.line);
        }
        Some(if wrapped { ReplyContent::Elements(vec![leaf]) } else { leaf.content })
    }
}
