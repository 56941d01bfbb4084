//! Sources in the answers of calls: JSON pointers, resolved against the new contract.

use super::builder::{Builder, Scope, Stage};
use super::resolve::{Known, Resolved, Side};
use crate::absence::Absence;
use crate::kind::Kind;
use crate::openapi::{Document, SchemaId, Shape as Json};
use crate::plan::{List, Origin, Place, Repeat, Source};
use crate::shape::{Node, Shape};
use crate::suggest;

/// Where a pointer begins: the answer, or an item of a list in it.
pub(crate) struct Start<'s> {
    pub(crate) call: usize,
    pub(crate) lists: &'s [usize],
    pub(crate) schema: SchemaId,
    pub(crate) pointer: &'s str,
}

/// One member on the way.
struct Step {
    name: String,
    required: bool,
    nullable: bool,
    schema: SchemaId,
}

/// The parts of a JSON pointer without its first slash.
pub(crate) fn segments(pointer: &str) -> Vec<String> {
    let parts = pointer.split('/').skip(1).filter(|part| !(part.is_empty() && pointer == "/"));
    parts.map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

impl Builder<'_> {
    /// A value in the answer of a call.
    pub(crate) fn answer(&mut self, text: &str, call: &str, pointer: &str, line: u32) -> Option<Resolved> {
        let (call, schema) = self.answered(text, call, pointer, line)?;
        let segments = segments(pointer);
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        self.answer_text(text, &Start { call, lists: &[], schema, pointer: "" }, &segments, line)
    }

    /// The call of this name, and the schema of its answer.
    pub(super) fn answered(&mut self, text: &str, name: &str, pointer: &str, line: u32) -> Option<(usize, SchemaId)> {
        let Some(call) = self.call(name) else {
            if !self.is_partial() {
                let names = self.calls.iter().map(|call| call.name.as_str()).chain(["header", "path", "setting"]);
                return self.unknown(line, text, suggest::hint(name, names));
            }
            return None;
        };
        if self.stage == Stage::Rules && self.calls[call].repeat != Repeat::Read {
            let hint = "a rule is judged before anything is written: it reads calls with repeat = \"read\" only";
            return self.unknown(line, text, hint);
        }
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return self.unknown(line, text, format!("a JSON pointer begins with `/`: {name}:/{pointer}"));
        }
        match self.calls[call].endpoint.answer {
            Some(schema) => {
                self.needs(call);
                Some((call, schema))
            }
            None => self.unknown(line, text, "by its contract this call answers without a body"),
        }
    }

    /// A value below the start.
    pub(crate) fn answer_text(&mut self, text: &str, start: &Start, path: &[&str], line: u32) -> Option<Resolved> {
        let document = self.calls[start.call].document;
        let steps = self.descend(document, start, path, text, line)?;
        let end = steps.last().map_or(start.schema, |step| step.schema);
        let (kind, limits) = match &document.schema(end).shape {
            Json::Scalar { kind, limits } => (*kind, limits),
            Json::Array(_) => {
                let hint = "a list is read with { each = … }";
                self.report.hinted(line, format!("`{text}` repeats; it needs `each`"), hint);
                return None;
            }
            Json::Object(members) => {
                let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
                let hint = format!("name one of its members: {}", names.join(", "));
                self.report.hinted(line, format!("`{text}` is an object, not a value"), hint);
                return None;
            }
        };
        let absence = self.absence(start, &steps);
        let pointer = self.mark_read(start, &steps);
        let slot = self.text_slot(start, &steps, kind)?;
        let in_list = !start.lists.is_empty();
        Some(Resolved {
            place: Place { path: pointer.into(), origin: Origin::Answer { call: start.call } },
            source: if in_list { Source::Item { slot } } else { Source::Answer { call: start.call, slot } },
            kind,
            absence,
            side: Side::New,
            known: Known::of_json(kind, limits),
        })
    }

    /// A list in an answer, and the scope of its items.
    pub(crate) fn answer_list(&mut self, text: &str, start: &Start, path: &[&str], line: u32) -> Option<(List, Scope)> {
        let document = self.calls[start.call].document;
        let steps = self.descend(document, start, path, text, line).or_else(|| self.lost())?;
        let end = steps.last().map_or(start.schema, |step| step.schema);
        let Json::Array(item) = document.schema(end).shape else {
            self.report.problem(line, format!("`each` reads a list, and `{text}` is none"));
            return self.lost();
        };
        let pointer = self.mark_read(start, &steps);
        let slot = self.list_slot(start, &steps)?;
        let call = start.call;
        let list = if start.lists.is_empty() { List::Answer { call, slot } } else { List::Item { slot } };
        let lists = [start.lists, &[slot]].concat();
        Some((list, Scope::Record { call, lists, schema: item, pointer }))
    }

    /// The list a root pointer names, and the scope of its items.
    pub(crate) fn answer_list_at(&mut self, text: &str, call: &str, pointer: &str, line: u32) -> Option<(List, Scope)> {
        let (call, schema) = self.answered(text, call, pointer, line)?;
        let segments = segments(pointer);
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        self.answer_list(text, &Start { call, lists: &[], schema, pointer: "" }, &segments, line)
    }

    /// A list that cannot be found: what is in it cannot be judged.
    fn lost<T>(&mut self) -> Option<T> {
        self.partial = true;
        None
    }

    fn descend(
        &mut self,
        document: &Document,
        start: &Start,
        path: &[&str],
        text: &str,
        line: u32,
    ) -> Option<Vec<Step>> {
        let mut steps: Vec<Step> = Vec::new();
        let mut at = start.schema;
        for name in path {
            let members = match &document.schema(at).shape {
                Json::Object(members) => members,
                Json::Array(_) => {
                    let hint = "read the list with { each = … } and what is in it with `./`";
                    self.report.hinted(line, format!("`{text}` goes through a list; it needs `each`"), hint);
                    return None;
                }
                Json::Scalar { .. } => {
                    return self.unknown(line, text, format!("there is nothing below a value (`{name}`)"));
                }
            };
            let Some(member) = members.iter().find(|member| member.name == *name) else {
                let names = || members.iter().map(|member| member.name.as_str());
                if let Some(meant) = suggest::nearest(name, names()) {
                    // What was probably meant is not reported a second time as left out.
                    let way: String = steps.iter().map(|step| format!("/{}", step.name)).collect();
                    self.calls[start.call].read.insert(format!("{}{way}/{meant}", start.pointer));
                }
                return self.unknown(line, text, suggest::hint(name, names()));
            };
            let nullable = document.schema(member.schema).nullable;
            steps.push(Step { name: member.name.clone(), required: member.required, nullable, schema: member.schema });
            at = member.schema;
        }
        Some(steps)
    }

    /// When a value is missing. A keyed call that was accepted the first time has no answer, nor has a call not made.
    fn absence(&self, start: &Start, steps: &[Step]) -> Absence {
        let call = &self.calls[start.call];
        let mut absence = Absence::never();
        if start.lists.is_empty() && (call.repeat == Repeat::Keyed || call.conditional) {
            absence.add(format!("{}:", call.name));
        }
        let mut pointer = format!("{}:{}", call.name, start.pointer);
        for step in steps {
            pointer = format!("{pointer}/{}", step.name);
            if !step.required || step.nullable {
                absence.add(pointer.clone());
            }
        }
        absence
    }

    fn mark_read(&mut self, start: &Start, steps: &[Step]) -> String {
        let names: String = steps.iter().map(|step| format!("/{}", step.name)).collect();
        let pointer = format!("{}{names}", start.pointer);
        self.calls[start.call].read.insert(pointer.clone());
        pointer
    }

    fn shape(&mut self, start: &Start) -> Option<&mut Shape> {
        let root = &mut self.calls[start.call].shape;
        start.lists.iter().try_fold(root, |shape, slot| shape.item_mut(*slot))
    }

    fn text_slot(&mut self, start: &Start, steps: &[Step], kind: Kind) -> Option<usize> {
        let shape = self.shape(start)?;
        let node = place(&mut shape.root, steps);
        if let Node::Text { slot, .. } = node {
            return Some(*slot);
        }
        *node = Node::Text { slot: shape.texts, kind };
        shape.texts += 1;
        Some(shape.texts - 1)
    }

    fn list_slot(&mut self, start: &Start, steps: &[Step]) -> Option<usize> {
        let shape = self.shape(start)?;
        let node = place(&mut shape.root, steps);
        if let Node::List { slot, .. } = node {
            return Some(*slot);
        }
        *node = Node::List { slot: shape.lists, item: Box::default() };
        shape.lists += 1;
        Some(shape.lists - 1)
    }
}

fn place<'n>(root: &'n mut Node, steps: &[Step]) -> &'n mut Node {
    steps.iter().fold(root, |node, step| node.member_mut(&step.name, step.required, step.nullable))
}
