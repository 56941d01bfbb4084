//! The methods of a contract: path, parameters, request body, answer.

use serde_json::Value;

use super::follow;
use super::schema::{SchemaId, Schemas};
use crate::report::Report;

/// One method of one path.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) path: String,
    /// In capitals.
    pub(crate) method: String,
    /// It changes nothing: a GET, or it says so with `x-reads-only: true`.
    pub(crate) reads_only: bool,
    /// How the new contract calls it (`operationId`); empty when it does not.
    pub(crate) name: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// What a success answers with, if with anything.
    pub(crate) answer: Option<SchemaId>,
}

/// The request body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body {
    pub(crate) required: bool,
    pub(crate) schema: SchemaId,
}

/// A parameter.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) place: Place,
    pub(crate) name: String,
    pub(crate) required: bool,
    /// `x-encoding: percent`.
    pub(crate) percent: bool,
    pub(crate) schema: SchemaId,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

impl Place {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Path => "path parameter",
            Self::Query => "query parameter",
            Self::Header => "header",
        }
    }
}

impl Endpoint {
    /// The parameter of this name; names of headers are the same in any case.
    pub(crate) fn parameter(&self, place: Place, name: &str) -> Option<&Parameter> {
        self.parameters(place).find(|parameter| match place {
            Place::Header => parameter.name.eq_ignore_ascii_case(name),
            Place::Path | Place::Query => parameter.name == name,
        })
    }

    pub(crate) fn parameters(&self, place: Place) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(move |parameter| parameter.place == place)
    }
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// All methods of a contract.
pub(super) fn read(root: &Value, schemas: &mut Schemas, report: &Report) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    for (path, item) in root["paths"].as_object().into_iter().flatten() {
        for method in METHODS.into_iter().filter(|method| item[method].is_object()) {
            let mut context = Context { root, schemas, report };
            endpoints.push(context.endpoint(path, method, item));
        }
    }
    if endpoints.is_empty() {
        report.problem(0, "the contract has no paths");
    }
    endpoints
}

struct Context<'c, 's> {
    root: &'c Value,
    schemas: &'s mut Schemas,
    report: &'s Report<'s>,
}

impl<'c> Context<'c, '_> {
    fn endpoint(&mut self, path: &str, method: &str, item: &'c Value) -> Endpoint {
        let operation = &item[method];
        let lists = [&item["parameters"], &operation["parameters"]];
        let parameters = lists.into_iter().filter_map(Value::as_array).flatten();
        Endpoint {
            path: path.to_owned(),
            method: method.to_ascii_uppercase(),
            reads_only: method == "get" || operation["x-reads-only"].as_bool().unwrap_or(false),
            name: operation["operationId"].as_str().unwrap_or_default().to_owned(),
            parameters: parameters.filter_map(|parameter| self.parameter(parameter)).collect(),
            body: self.body(&operation["requestBody"]),
            answer: self.answer(&operation["responses"]),
        }
    }

    fn parameter(&mut self, value: &'c Value) -> Option<Parameter> {
        let value = self.resolved(value)?;
        let place = match value["in"].as_str() {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            Some("header") => Place::Header,
            _ => return None,
        };
        Some(Parameter {
            place,
            name: value["name"].as_str().unwrap_or_default().to_owned(),
            required: place == Place::Path || value["required"].as_bool().unwrap_or(false),
            percent: value["x-encoding"].as_str() == Some("percent"),
            schema: self.schemas.read(&value["schema"], self.root, self.report),
        })
    }

    fn body(&mut self, value: &'c Value) -> Option<Body> {
        if value.is_null() {
            return None;
        }
        let value = self.resolved(value)?;
        let schema = self.json(value)?;
        Some(Body { required: value["required"].as_bool().unwrap_or(false), schema })
    }

    /// The schema of the first success that has one.
    fn answer(&mut self, responses: &'c Value) -> Option<SchemaId> {
        let successes = responses.as_object()?.iter().filter(|(status, _)| status.starts_with('2'));
        let bodies: Vec<&Value> = successes.map(|(_, response)| response).collect();
        bodies.into_iter().find_map(|response| {
            let response = self.resolved(response)?;
            self.json(response)
        })
    }

    fn json(&mut self, value: &Value) -> Option<SchemaId> {
        let content = value["content"].as_object()?;
        let json = content.iter().find(|(name, _)| name.starts_with("application/json"))?.1;
        Some(self.schemas.read(&json["schema"], self.root, self.report))
    }

    fn resolved(&self, value: &'c Value) -> Option<&'c Value> {
        let found = follow(self.root, value);
        if found.is_none() {
            self.report.problem(0, format!("`{}` points at nothing", value["$ref"].as_str().unwrap_or_default()));
        }
        found
    }
}
