//! Request bodies: a table of the mapping against a schema of the new contract.

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

impl Builder<'_> {
    /// Compiles what stands in one place of a body. `always`: it is sent even when empty.
    pub(crate) fn json(
        &mut self,
        item: &Item,
        schema: SchemaId,
        what: &str,
        always: bool,
        scope: &Scope,
    ) -> Option<(Json, Absence)> {
        let document = self.target_document()?;
        match &document.schema(schema).shape {
            Shape::Object(members) => match &item.content {
                Content::Table(table) => self.object(table, members, what, always, scope),
                other => {
                    let message = format!("{what} is an object; it needs a table of its members, not {}", other.name());
                    self.report.problem(item.line, message);
                    None
                }
            },
            Shape::Array(inner) => self.array(item, *inner, what, scope),
            Shape::Scalar { kind, limits } => {
                let spec = ValueSpec::read(item.clone(), &self.report)?;
                let target = Target { kind: *kind, limits: limits.clone() };
                let want = Want {
                    what: what.to_owned(),
                    side: Side::New,
                    target,
                    ty: None,
                    carrier: Carrier::Any,
                    percent: false,
                };
                let (value, absence) = self.value(&spec, &want, scope)?;
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
        scope: &Scope,
    ) -> Option<(Json, Absence)> {
        self.check_members(table, declared, what, scope);
        let mut members = Vec::new();
        let (mut parts, mut lines) = (Vec::new(), Vec::new());
        let mut whole = true;
        for (name, item) in &table.entries {
            let Some(member) = declared.iter().find(|member| member.name == *name) else { continue };
            let what = below(what, name);
            let nullable = self.target_document()?.schema(member.schema).nullable;
            let always = always && member.required;
            let Some((node, absence)) = self.json(item, member.schema, &what, always, scope) else {
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

    fn check_members(&mut self, table: &Table, declared: &[Declared], what: &str, scope: &Scope) {
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
            if table.entries.iter().any(|(name, _)| *name == member.name || misspelt(name)) {
                continue;
            }
            self.report.problem(table.line, format!("{what}: the required member `{}` is not given", member.name));
        }
    }

    fn array(&mut self, item: &Item, inner: SchemaId, what: &str, scope: &Scope) -> Option<(Json, Absence)> {
        let table = match &item.content {
            Content::Table(table) if table.has("each") => Table { line: item.line, ..table.clone() },
            _ => {
                let hint = "{ each = \"<what repeats>\", item = <a value, or a table of members> }";
                self.report.hinted(item.line, format!("{what} repeats; it needs `each`"), hint);
                return None;
            }
        };
        let spec = EachSpec::read(table, &self.report)?;
        let Some(item) = &spec.item else {
            self.report.problem(spec.line, format!("{what}: `item` is missing, what each becomes"));
            return None;
        };
        let (list, scope) = self.list(&spec.source, spec.line, scope)?;
        let (json, _) = self.json(item, inner, &format!("{what}[]"), true, &scope)?;
        Some((Json::Array { list, item: Box::new(json) }, Absence::at(&spec.source)))
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
