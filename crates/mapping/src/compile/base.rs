//! `base`: a body that starts from the object of an answer. What the mapping writes goes over
//! it, what it does not name is kept, so that an update loses nothing the old contract has no
//! place for.

use super::answer::segments;
use super::builder::Builder;
use crate::format::mapping::CallSpec;
use crate::format::value::ValueSpec;
use crate::format::{Content, Item, Located, Table};
use crate::openapi::{Document, Member as Declared, SchemaId, Shape};
use crate::plan::Repeat;
use crate::shape::Node;
use crate::source::SourceText;
use crate::target::Target;

/// The place in an answer that stands behind a place of the body.
#[derive(Clone, Debug)]
pub(crate) struct Base<'a> {
    call: usize,
    document: &'a Document,
    schema: SchemaId,
    /// As a mapping would write it, without a slash at its end: `current:`, `current:/lokation`.
    source: String,
    line: u32,
}

impl<'a> Base<'a> {
    fn members(&self) -> &'a [Declared] {
        match &self.document.schema(self.schema).shape {
            Shape::Object(members) => members,
            Shape::Array(_) | Shape::Scalar { .. } => &[],
        }
    }

    /// The call whose answer it is.
    pub(crate) fn call(&self) -> usize {
        self.call
    }

    /// What stands behind a member.
    pub(crate) fn below(&self, name: &str) -> Option<Self> {
        let member = self.members().iter().find(|member| member.name == name)?;
        Some(Self { schema: member.schema, source: format!("{}/{name}", self.source), ..self.clone() })
    }

    fn pointer(&self) -> &str {
        self.source.split_once(':').map_or("", |(_, pointer)| pointer)
    }

    /// What a mapping would write to hand this on as it is.
    fn copy(&self, document: &Document, schema: SchemaId) -> Item {
        copy((document, schema), (self.document, self.schema), &self.source, self.line)
    }
}

impl<'a> Builder<'a> {
    /// Finds the object a body starts from; one that cannot be kept is reported.
    pub(crate) fn base(&mut self, spec: &CallSpec) -> Option<Base<'a>> {
        let Located { value: text, line } = spec.base.as_ref()?;
        let SourceText::Answer { call, pointer } = SourceText::read(text) else {
            return self.unknown(*line, text, "a base is the object of an answer, such as `current:/`");
        };
        let (call, root) = self.answered(text, call, pointer, *line)?;
        let draft = &self.calls[call];
        if draft.repeat != Repeat::Read || draft.conditional {
            let hint = "a base is read anew for each update: a call with repeat = \"read\" and without `when`";
            return self.unknown(*line, text, hint);
        }
        let document = draft.document;
        let mut base = Base { call, document, schema: root, source: format!("{}:", draft.name), line: *line };
        for name in segments(pointer) {
            let required = base.members().iter().any(|member| member.name == name && member.required);
            match base.below(&name).filter(|_| required) {
                Some(below) => base = below,
                None => return self.unknown(*line, text, format!("`{name}` must be a required member of the answer")),
            }
        }
        if base.members().is_empty() {
            return self.unknown(*line, text, "a base is an object");
        }
        Some(base)
    }

    /// Checks that what a call replaces is known before anything is read: then two updates of it can be kept apart.
    /// `after` must be what its path reads, and no more. A look-up in the facade itself may say what is at the path: it
    /// gives one answer for ever, so what it is asked for names the same.
    pub(crate) fn check_replaced(&mut self, index: usize, spec: &CallSpec) {
        if spec.base.is_none() {
            return;
        }
        let after: Vec<usize> = self.calls[index].after.iter().copied().collect();
        if let [only] = after.as_slice()
            && *only < index // what it asks for is known
            && self.is_look_up(*only)
        {
            self.calls[index].looked_up = Some(*only);
        } else if !after.is_empty() {
            let message = format!("the path of `{}` depends on an answer, and the call has a `base`", spec.name.value);
            let hint = "what is updated must be known before it is read, so that two updates of it can take turns";
            self.report.hinted(spec.path.line, message, hint);
        }
    }

    /// Whether a call asks the facade itself for what never changes, and for nothing that an answer says.
    fn is_look_up(&self, call: usize) -> bool {
        let draft = &self.calls[call];
        draft.repeat == Repeat::Read && draft.after.is_empty() && self.world.backends[draft.backend].spec.inside
    }

    /// The members of a body that only the base has, as lines of the mapping.
    pub(crate) fn kept(&self, table: &Table, declared: &[Declared], base: &Base) -> Vec<(String, Item)> {
        let Some(document) = self.target_document() else { return Vec::new() };
        let unnamed = declared.iter().filter(|member| !table.has(&member.name));
        let kept = unnamed.filter_map(|member| Some((member, base.below(&member.name)?)));
        kept.map(|(member, base)| (member.name.clone(), base.copy(document, member.schema))).collect()
    }

    /// Takes the rule for a value that is absent: `keep` falls back on the base.
    pub(crate) fn take_absent(&self, spec: &mut ValueSpec, schema: SchemaId, base: Option<&Base>) -> Absent {
        let absent = self.read_absent(spec.absent.take(), base);
        if let (Absent::Keep, Some(base), Some(document)) = (absent, base, self.target_document()) {
            let kept = ValueSpec::read(base.copy(document, schema), &self.report);
            let mut last = &mut spec.otherwise;
            while let Some(otherwise) = last {
                last = &mut otherwise.otherwise;
            }
            *last = kept.map(|kept| Box::new(ValueSpec { line: spec.line, ..kept }));
        }
        absent
    }

    pub(crate) fn read_absent(&self, absent: Option<Located<String>>, base: Option<&Base>) -> Absent {
        let Some(absent) = absent else { return Absent::Unsaid };
        match (absent.value.as_str(), base) {
            ("keep" | "clear", None) => {
                let hint = "it is a rule for a member that the `base` of the call has too";
                self.report.hinted(absent.line, "there is nothing `absent` could keep or clear", hint);
                Absent::Unsaid
            }
            ("keep", Some(_)) => Absent::Keep,
            ("clear", Some(_)) => Absent::Clear,
            (other, _) => {
                let hint = "keep: what the base has stays; clear: it goes";
                self.report.hinted(absent.line, format!("unknown `absent = \"{other}\"`"), hint);
                Absent::Clear
            }
        }
    }

    /// Checks that a value which may be absent says what becomes of the base.
    pub(crate) fn check_absent(&self, absent: Absent, may_be_absent: bool, what: &str, line: u32) {
        match (absent, may_be_absent) {
            (Absent::Unsaid, true) => {
                let message = format!("{what} may have no value, and the base may have one");
                self.report.hinted(line, message, "absent = \"keep\" (what the base has stays) or absent = \"clear\"");
            }
            (Absent::Clear, false) => {
                self.report.problem(line, format!("{what} always has a value; there is nothing to clear"));
            }
            (Absent::Unsaid | Absent::Keep, false) | (Absent::Keep | Absent::Clear, true) => {}
        }
    }

    /// Notes that a member of the base is written over, which is a way of going somewhere.
    pub(crate) fn written_over(&mut self, base: &Base) {
        self.calls[base.call].read.insert(base.pointer().to_owned());
    }

    /// The same of a list, with all its items have.
    pub(crate) fn list_written_over(&mut self, base: &Base) {
        self.written_over(base);
        let (mut below, mut seen) = (vec![base.clone()], Vec::new());
        while let Some(base) = below.pop() {
            let schema = match base.document.schema(base.schema).shape {
                Shape::Array(item) => item,
                _ => base.schema,
            };
            if seen.contains(&schema) {
                continue; // an object that holds others of its kind
            }
            seen.push(schema);
            let base = Base { schema, ..base };
            for member in base.members().iter().filter_map(|member| base.below(&member.name)) {
                self.written_over(&member);
                below.push(member);
            }
        }
    }

    /// From now on an answer is unreadable when an object that is kept has a member its contract does not know:
    /// it could not be handed on and would be lost.
    pub(crate) fn close(&mut self, base: &Base, schema: SchemaId) {
        let Some(document) = self.target_document() else { return };
        let names = segments(base.pointer());
        let steps = names.iter().map(|name| (name.as_str(), true, false));
        let root = &mut self.calls[base.call].shape.root;
        let node = steps.fold(root, |node, (name, required, nullable)| node.member_mut(name, required, nullable));
        close(node, (document, schema), (base.document, base.schema));
    }
}

/// What becomes of a member of the base when the mapping has no value for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    Unsaid,
    Keep,
    Clear,
}

type In<'d> = (&'d Document, SchemaId);

/// A piece of a mapping that hands on what an answer has, as far as the body takes it.
fn copy((body, schema): In<'_>, (answer, from): In<'_>, source: &str, line: u32) -> Item {
    let item = |content| Item { line, content };
    let text = |text: &str| item(Content::Text(text.to_owned()));
    let table = |entries: Vec<(String, Item)>| item(Content::Table(Table { line, entries }));
    match (&body.schema(schema).shape, &answer.schema(from).shape) {
        (Shape::Object(taken), Shape::Object(given)) => {
            let pairs = taken.iter().filter_map(|to| Some((to, given.iter().find(|from| from.name == to.name)?)));
            let member = |(to, from): (&Declared, &Declared)| {
                let source = format!("{source}/{}", to.name);
                (to.name.clone(), copy((body, to.schema), (answer, from.schema), &source, line))
            };
            table(pairs.map(member).collect())
        }
        (Shape::Array(to), Shape::Array(from)) => {
            let each = copy((body, *to), (answer, *from), ".", line);
            table(vec![("each".to_owned(), text(source)), ("item".to_owned(), each)])
        }
        (Shape::Scalar { kind, limits }, _) if takes_no_blank(&Target::new(*kind, limits)) => {
            table(vec![("from".to_owned(), text(source)), ("empty".to_owned(), text("omit"))])
        }
        // Where the two differ in kind, the check of the value says so.
        _ => text(source),
    }
}

fn takes_no_blank(target: &Target) -> bool {
    target.kind == crate::kind::Kind::Text && target.limits.min_length > 0
}

fn close(node: &mut Node, (body, schema): In<'_>, (answer, from): In<'_>) {
    match (&body.schema(schema).shape, &answer.schema(from).shape) {
        (Shape::Object(taken), Shape::Object(given)) => {
            for member in given {
                let nullable = answer.schema(member.schema).nullable;
                let below = node.member_mut(&member.name, member.required, nullable);
                if let Some(to) = taken.iter().find(|to| to.name == member.name) {
                    close(below, (body, to.schema), (answer, member.schema));
                }
            }
            node.close();
        }
        (Shape::Array(to), Shape::Array(from)) => {
            if let Node::List { item, .. } = node {
                close(&mut item.root, (body, *to), (answer, *from));
            }
        }
        _ => {}
    }
}
