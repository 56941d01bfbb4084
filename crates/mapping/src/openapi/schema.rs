//! JSON schemas as a table, so that a schema may refer to itself.

use std::collections::HashMap;

use serde_json::Value;

use super::follow;
use crate::kind::Kind;
use crate::report::Report;
use crate::target::Limits;

/// Index of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SchemaId(u32);

/// What JSON a place may hold.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) nullable: bool,
    pub(crate) shape: Shape,
}

#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Object(Vec<Member>),
    Array(SchemaId),
    Scalar { kind: Kind, limits: Limits },
}

/// A member of an object.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) schema: SchemaId,
}

/// All schemas of a contract.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    all: Vec<Schema>,
    by_reference: HashMap<String, SchemaId>,
}

impl Schemas {
    /// Reads the named schemas.
    pub(crate) fn new(root: &Value, report: &Report) -> Self {
        let mut schemas = Self::default();
        let named = root["components"]["schemas"].as_object();
        for (name, value) in named.into_iter().flatten() {
            schemas.named(&format!("#/components/schemas/{name}"), value, root, report);
        }
        schemas
    }

    pub(crate) fn get(&self, id: SchemaId) -> &Schema {
        &self.all[id.0 as usize]
    }

    /// Reads a schema that stands in the contract, or the one it refers to.
    pub(crate) fn read(&mut self, value: &Value, root: &Value, report: &Report) -> SchemaId {
        if let Some(reference) = value["$ref"].as_str() {
            return match follow(root, value) {
                Some(target) => self.named(reference, target, root, report),
                None => {
                    report.problem(0, format!("`{reference}` points at nothing"));
                    self.add(Schema { nullable: true, shape: Shape::Object(Vec::new()) })
                }
            };
        }
        let schema = self.schema(value, root, report);
        self.add(schema)
    }

    fn add(&mut self, schema: Schema) -> SchemaId {
        self.all.push(schema);
        SchemaId(u32::try_from(self.all.len() - 1).unwrap_or(u32::MAX))
    }

    fn named(&mut self, reference: &str, value: &Value, root: &Value, report: &Report) -> SchemaId {
        if let Some(id) = self.by_reference.get(reference) {
            return *id;
        }
        // The place is taken before the schema is read, for schemas that refer to themselves.
        let id = self.add(Schema { nullable: false, shape: Shape::Object(Vec::new()) });
        self.by_reference.insert(reference.to_owned(), id);
        self.all[id.0 as usize] = self.schema(value, root, report);
        id
    }

    fn schema(&mut self, value: &Value, root: &Value, report: &Report) -> Schema {
        let nullable = value["nullable"].as_bool().unwrap_or(false);
        let shape = match value["type"].as_str() {
            _ if value["allOf"].is_array() => Shape::Object(self.all_of(value, root, report)),
            Some("object") => Shape::Object(self.members(value, root, report)),
            Some("array") => Shape::Array(self.read(&value["items"], root, report)),
            Some(name) => match scalar(name, value["format"].as_str()) {
                Some(kind) => Shape::Scalar { kind, limits: limits(value) },
                None => {
                    report.problem(0, format!("type `{name}` is outside the profile"));
                    Shape::Object(Vec::new())
                }
            },
            None => {
                report.hinted(
                    0,
                    "a schema without `type`",
                    "object, array, string, integer, number, boolean, or allOf",
                );
                Shape::Object(Vec::new())
            }
        };
        Schema { nullable, shape }
    }

    fn members(&mut self, value: &Value, root: &Value, report: &Report) -> Vec<Member> {
        let required: Vec<&str> =
            value["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = value["properties"].as_object();
        let member = |(name, value): (&String, &Value)| Member {
            name: name.clone(),
            required: required.contains(&name.as_str()),
            schema: self.read(value, root, report),
        };
        let members: Vec<Member> = properties.into_iter().flatten().map(member).collect();
        for name in required {
            if !members.iter().any(|member| member.name == name) {
                report.problem(0, format!("`{name}` is required but not among the properties"));
            }
        }
        members
    }

    /// The members of all parts together.
    fn all_of(&mut self, value: &Value, root: &Value, report: &Report) -> Vec<Member> {
        let mut members = Vec::new();
        for part in value["allOf"].as_array().into_iter().flatten() {
            let id = self.read(part, root, report);
            match &self.get(id).shape {
                Shape::Object(part) => members.extend(part.iter().cloned()),
                Shape::Array(_) | Shape::Scalar { .. } => report.problem(0, "allOf of something that is no object"),
            }
        }
        if value["properties"].is_object() {
            members.extend(self.members(value, root, report));
        }
        members
    }
}

fn scalar(name: &str, format: Option<&str>) -> Option<Kind> {
    match (name, format) {
        ("string", Some("date-time")) => Some(Kind::DateTime),
        ("string", Some("date")) => Some(Kind::Date),
        ("string", Some("time")) => Some(Kind::Time),
        ("string", Some("uuid")) => Some(Kind::Guid),
        ("string", _) => Some(Kind::Text),
        ("integer", _) => Some(Kind::Integer),
        ("number", _) => Some(Kind::Decimal),
        ("boolean", _) => Some(Kind::Boolean),
        _ => None,
    }
}

fn limits(value: &Value) -> Limits {
    let length = |key: &str| value[key].as_u64().and_then(|length| u32::try_from(length).ok());
    let (low, high) = match value["format"].as_str() {
        Some("int32") => (Some(i64::from(i32::MIN)), Some(i64::from(i32::MAX))),
        _ => (None, None),
    };
    let code = |value: &Value| match value {
        Value::String(text) => Some(text.as_str().into()),
        Value::Null => None,
        other => Some(other.to_string().into()),
    };
    Limits {
        min_length: length("minLength").unwrap_or(0),
        max_length: length("maxLength"),
        low: value["minimum"].as_i64().or(low),
        high: value["maximum"].as_i64().or(high),
        enumeration: value["enum"].as_array().into_iter().flatten().filter_map(code).collect(),
        code_list: value["x-codelist"].as_str().map(Into::into),
    }
}
