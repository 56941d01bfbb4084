//! The only texts an event may carry.

use crate::clients::{ClientSystem, Organisation, Publisher};
use crate::config::Backend;
use dfdg_contract::Operation;
use dfdg_mapping::Service;
use metrics::SharedString;
use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// A text out of the facade's own files or code: a name in the catalogue, the registry, the
/// settings, or a literal. It cannot be made of anything a caller or backend sent, so no
/// value of a person reaches a log line, and the labels of a metric are few. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Label(SharedString);

impl Label {
    fn new(name: &str) -> Self {
        Self(SharedString::from_shared(Arc::from(name)))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as the label of a metric.
    pub(super) fn shared(&self) -> SharedString {
        self.0.clone()
    }
}

impl From<&'static str> for Label {
    fn from(literal: &'static str) -> Self {
        Self(SharedString::const_str(literal))
    }
}

impl From<&Service> for Label {
    fn from(service: &Service) -> Self {
        Self::new(&service.name)
    }
}

impl From<&Operation> for Label {
    fn from(operation: &Operation) -> Self {
        Self::new(&operation.name)
    }
}

impl From<&ClientSystem> for Label {
    fn from(client: &ClientSystem) -> Self {
        Self::new(client.name())
    }
}

impl From<&Publisher> for Label {
    fn from(publisher: &Publisher) -> Self {
        Self::new(publisher.name())
    }
}

impl From<&Backend> for Label {
    fn from(backend: &Backend) -> Self {
        Self::new(&backend.name)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.as_str())
    }
}

/// A registered organisation: its type and code as they stand in the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrganisationLabel {
    #[serde(rename = "type")]
    kind: u32,
    code: String,
}

impl From<&Organisation> for OrganisationLabel {
    fn from(organisation: &Organisation) -> Self {
        Self { kind: organisation.kind(), code: organisation.code().to_owned() }
    }
}
