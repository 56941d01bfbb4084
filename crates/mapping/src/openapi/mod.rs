//! The new contracts, `openapi/*.json`: as much of OpenAPI 3.0 as is needed to check that a
//! mapping writes what a domain service reads, and reads what it writes.

mod endpoint;
mod schema;

use serde_json::Value;

pub(crate) use endpoint::{Endpoint, Parameter, Place};
pub(crate) use schema::{Member, Schema, SchemaId, Shape};

use crate::report::Report;
use schema::Schemas;

/// One contract.
#[derive(Debug)]
pub(crate) struct Document {
    schemas: Schemas,
    endpoints: Vec<Endpoint>,
}

impl Document {
    /// Reads a contract; what is wrong is reported.
    pub(crate) fn read(text: &str, report: &Report) -> Option<Self> {
        let root: Value = match serde_json::from_str(text) {
            Ok(root) => root,
            Err(error) => {
                let line = u32::try_from(error.line()).unwrap_or(0);
                report.problem(line, format!("not valid JSON: {error}"));
                return None;
            }
        };
        let version = root["openapi"].as_str().unwrap_or_default();
        if !version.starts_with("3.0") {
            report.hinted(0, "not an OpenAPI 3.0 contract", "`openapi` must be 3.0.x");
        }
        let mut schemas = Schemas::new(&root, report);
        let endpoints = endpoint::read(&root, &mut schemas, report);
        Some(Self { schemas, endpoints })
    }

    pub(crate) fn schema(&self, id: SchemaId) -> &Schema {
        self.schemas.get(id)
    }

    /// The paths there are, for hints.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.endpoints.iter().map(|endpoint| endpoint.path.as_str())
    }

    /// The methods of a path; `None` for a path there is not.
    pub(crate) fn methods(&self, path: &str) -> Option<Vec<&Endpoint>> {
        let found: Vec<&Endpoint> = self.endpoints.iter().filter(|endpoint| endpoint.path == path).collect();
        (!found.is_empty()).then_some(found)
    }
}

/// What a reference, if it is one, points at.
pub(crate) fn follow<'j>(root: &'j Value, mut value: &'j Value) -> Option<&'j Value> {
    // A chain longer than this is a circle.
    for _ in 0..16 {
        match value["$ref"].as_str() {
            None => return Some(value),
            Some(reference) => value = root.pointer(reference.strip_prefix('#')?)?,
        }
    }
    None
}
