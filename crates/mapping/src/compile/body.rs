//! Request bodies: a table of the mapping against a schema of the new contract.

use super::base::{Absent, Base};
use super::builder::{Builder, Scope};
use super::resolve::Side;
use super::value::Want;
use crate::absence::{self, Absence, Part};
use crate::format::value::{EachSpec, ValueSpec};
use crate::format::{Content, Item, Table};
use crate::openapi::{Member as Declared, SchemaId, Shape};
use crate::plan::{Carrier, Json, Member};
use crate::suggest;
use crate::target::Target;

/// Where a value of a body stands: its scope, and what the base of the body has in its place.
type Place<'p> = (&'p Scope, Option<&'p Base<'p>>);

impl Builder<'_> {
    /// Compiles what stands in one place of a body. `always`: it is sent even when empty.
    pub(crate) fn json(
        &mut self,
        item: &Item,
        schema: SchemaId,
        what: &str,
        always: bool,
        (scope, base): Place<'_>,
    ) -> Option<(Json, Absence)> {
        let document = self.target_document()?;
        match &document.schema(schema).shape {
            Shape::Object(members) => match &item.content {
                Content::Table(table) => self.object(table, members, what, always, (scope, base)),
                other => {
                    let message = format!("{what} is an object; it needs a table of its members, not {}", other.name());
                    self.report.problem(item.line, message);
                    None
                }
            },
            Shape::Array(inner) => self.array(item, *inner, what, (scope, base)),
            Shape::Scalar { kind, limits } => {
                let mut spec = ValueSpec::read(item.clone(), &self.report)?;
                let absent = self.take_absent(&mut spec, schema, base);
                let target = Target::new(*kind, limits);
                let want = Want {
                    what: what.to_owned(),
                    side: Side::New,
                    target,
                    ty: None,
                    carrier: Carrier::Any,
                    percent: false,
                };
                let (value, absence) = self.value(&spec, &want, scope)?;
                if let (Absent::Clear, Some(line)) = (absent, self.info.lines.last_mut()) {
                    line.conversions.push("absent clears what is there".to_owned());
                }
                if let Some(base) = base {
                    self.written_over(base);
                    self.check_absent(absent, !absence.is_never(), what, spec.line);
                }
                Some((Json::Value(Box::new(value)), absence))
            }
        }
    }

    fn object(
        &mut self,
        table: &Table,
        declared: &[Declared],
        what: &str,
        always: bool,
        (scope, base): Place<'_>,
    ) -> Option<(Json, Absence)> {
        let kept = base.map_or_else(Vec::new, |base| self.kept(table, declared, base));
        self.check_members(table, declared, what, scope, &kept);
        let mut members = Vec::new();
        let (mut parts, mut lines) = (Vec::new(), Vec::new());
        let mut whole = true;
        // What is kept stands as it is: nothing is behind it that could be lost.
        let written = table.entries.iter().map(|(name, item)| (name, item, base.and_then(|base| base.below(name))));
        for (name, item, base) in written.chain(kept.iter().map(|(name, item)| (name, item, None))) {
            let Some(member) = declared.iter().find(|member| member.name == *name) else { continue };
            let what = below(what, name);
            let nullable = self.target_document()?.schema(member.schema).nullable;
            let always = always && member.required;
            let Some((node, absence)) = self.json(item, member.schema, &what, always, (scope, base.as_ref())) else {
                whole = false;
                continue;
            };
            parts.push(Part { required: member.required && !nullable, absence });
            lines.push((what, item.line));
            members.push(plan_member(member, nullable, node));
        }
        match absence::of_whole(always, what, &parts) {
            Ok(absence) => whole.then_some((Json::Object(members), absence)),
            Err(loose) => {
                loose.into_iter().for_each(|index| self.may_be_missing(&lines[index].0, lines[index].1));
                None
            }
        }
    }

    fn check_members(
        &mut self,
        table: &Table,
        declared: &[Declared],
        what: &str,
        scope: &Scope,
        kept: &[(String, Item)],
    ) {
        for (name, item) in &table.entries {
            if !declared.iter().any(|member| member.name == *name) {
                let hint = suggest::hint(name, declared.iter().map(|member| member.name.as_str()));
                self.report.hinted(item.line, format!("unknown target: {what} has no `{name}`"), hint);
                if let Some(spec) = ValueSpec::read(item.clone(), &self.report) {
                    self.touch(&spec, scope);
                }
            }
        }
        for member in declared.iter().filter(|member| member.required) {
            // A name that is no member's own may be this one misspelt, which has been reported.
            let misspelt = |given: &str| {
                let own = declared.iter().any(|member| member.name == given);
                !own && suggest::nearest(given, [member.name.as_str()]).is_some()
            };
            let given = table.entries.iter().chain(kept);
            if given.into_iter().any(|(name, _)| *name == member.name || misspelt(name)) {
                continue;
            }
            let message = format!("{what}: the required member `{}` is not given", member.name);
            self.report.gap(table.line, message, None);
        }
    }

    fn array(&mut self, item: &Item, inner: SchemaId, what: &str, (scope, base): Place<'_>) -> Option<(Json, Absence)> {
        let table = match &item.content {
            Content::List(items) => return self.items(items, inner, what, (scope, base)),
            Content::Table(table) if table.has("each") => Table { line: item.line, ..table.clone() },
            _ => {
                let hint =
                    "{ each = \"<what repeats>\", item = <a value, or a table of members> }, or a list of values";
                self.report.hinted(item.line, format!("{what} repeats; it needs `each`"), hint);
                return None;
            }
        };
        let spec = EachSpec::read(table, &self.report)?;
        let Some(item) = &spec.item else {
            self.report.problem(spec.line, format!("{what}: `item` is missing, what each becomes"));
            return None;
        };
        let [source] = spec.sources.as_slice() else {
            self.report.problem(spec.line, format!("{what}: the `each` of a body reads one list"));
            self.partial = true;
            return None;
        };
        let absent = self.read_absent(spec.absent, base);
        if let Some(base) = base {
            self.list_written_over(base);
            self.check_list(absent, what, spec.line);
        }
        let (list, scope) = self.list(&source.value, spec.line, scope)?;
        let (json, _) = self.json(item, inner, &format!("{what}[]"), true, (&scope, None))?;
        Some((Json::Array { list, item: Box::new(json) }, Absence::at(&source.value)))
    }
}

impl Builder<'_> {
    /// A list of just these, each of which may be absent. Over a base it is written whole, an empty one too: then it is gone.
    fn items(
        &mut self,
        items: &[Item],
        inner: SchemaId,
        what: &str,
        (scope, base): Place<'_>,
    ) -> Option<(Json, Absence)> {
        base.iter().for_each(|base| self.list_written_over(base));
        let what = format!("{what}[]");
        let each: Vec<_> = items.iter().map(|item| self.json(item, inner, &what, false, (scope, None))).collect();
        let each = each.into_iter().collect::<Option<Vec<_>>>()?;
        Some((Json::Items(each.into_iter().map(|(json, _)| json).collect()), Absence::at(what)))
    }

    /// A list is written whole. An empty one cannot be told from one the caller knows nothing of.
    fn check_list(&self, absent: Absent, what: &str, line: u32) {
        match absent {
            Absent::Clear => {}
            Absent::Keep => self.report.problem(line, format!("{what}: a list that is written is written whole")),
            Absent::Unsaid => self.check_absent(absent, true, what, line),
        }
    }
}

/// How a member is called: `create body lokation/vejnavn`.
fn below(what: &str, name: &str) -> String {
    let separator = if what.ends_with(" body") { ' ' } else { '/' };
    format!("{what}{separator}{name}")
}

fn plan_member(declared: &Declared, nullable: bool, node: Json) -> Member {
    // A name is always valid JSON text.
    let key = serde_json::Value::from(declared.name.as_str()).to_string();
    Member { key: format!("{key}:").into(), required: declared.required, nullable, node }
}
