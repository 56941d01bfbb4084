//! WSDL 1.1: a service's operations, headers and faults, and the files as they are served.
//!
//! The profile is document/literal over SOAP 1.1 with one element in the body, which is what the old
//! contracts are; other bindings' ports are left alone, anything else is refused by construct and line.

mod binding;
mod definitions;
mod leniency;
mod load;
mod serve;
mod single;

use crate::files::Files;
use crate::problem::Problems;
use crate::schema::{ElementId, Schema};
pub use leniency::Leniency;
use serve::{Served, Template};

/// One old service: its WSDL and schemas, compiled.
#[derive(Debug)]
pub struct Contract {
    pub(crate) name: String,
    pub(crate) target_namespace: String,
    pub(crate) addresses: Vec<String>,
    pub(crate) schema: Schema,
    pub(crate) operations: Vec<Operation>,
    pub(crate) headers: Vec<HeaderBlock>,
    pub(crate) unread_headers: Vec<HeaderBlock>,
    pub(crate) wsdl: Template,
    pub(crate) single: Template,
    pub(crate) documents: Vec<Served>,
}

/// One operation of a contract.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its name, such as `CreateBooking`.
    pub name: String,
    /// Its SOAPAction, without quotes; may be empty.
    pub action: String,
    /// The element in the body of a request.
    pub request: ElementId,
    /// The element in the body of a reply.
    pub reply: ElementId,
    /// The header blocks a request must carry, in the order of the WSDL.
    pub headers: Vec<HeaderBlock>,
    /// The elements declared as fault details.
    pub faults: Vec<ElementId>,
}

/// A header block an operation requires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderBlock {
    /// Local name of its element, such as `ActiveOrganisationHeader`.
    pub name: String,
    /// Its declaration.
    pub element: ElementId,
}

impl Contract {
    /// Loads a WSDL and the schemas it imports.
    ///
    /// # Errors
    /// When a file is missing, not well-formed, or outside the profile: all problems at once.
    pub fn load(files: &dyn Files, wsdl: &str) -> Result<Self, Problems> {
        load::load(files, wsdl)
    }

    /// The name of the service.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The target namespace of the WSDL.
    #[must_use]
    pub fn target_namespace(&self) -> &str {
        &self.target_namespace
    }

    /// The address of the first SOAP 1.1 port.
    #[must_use]
    pub fn address(&self) -> &str {
        self.addresses.first().map_or("", |address| address)
    }

    /// The addresses of all SOAP 1.1 ports, in the order of the file; at least one.
    #[must_use]
    pub fn addresses(&self) -> &[String] {
        &self.addresses
    }

    /// Its declarations.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Its operations in the order of the WSDL.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// An operation by its name.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.name == name)
    }

    /// Every header block an operation requires, each once, in the order of the WSDL.
    #[must_use]
    pub fn headers(&self) -> &[HeaderBlock] {
        &self.headers
    }

    /// The header blocks that are passed over unread ([`Leniency`]).
    #[must_use]
    pub fn unread_headers(&self) -> &[HeaderBlock] {
        &self.unread_headers
    }

    /// The names of the schema files [`Self::xsd`] serves.
    pub fn documents(&self) -> impl Iterator<Item = &str> {
        self.documents.iter().map(|document| document.name.as_str())
    }

    /// The WSDL as the file is, but for addresses and schemaLocations. `address` is the public URL of the service.
    #[must_use]
    pub fn wsdl(&self, address: &str) -> String {
        self.wsdl.fill(address)
    }

    /// One self-contained, strictly valid file: all schemas inside, imports added.
    #[must_use]
    pub fn single_wsdl(&self, address: &str) -> String {
        self.single.fill(address)
    }

    /// A schema file by the name `wsdl` refers to it (`?xsd=NAME`, percent-decoded), its own schemaLocations
    /// rewritten. Only files the WSDL imports or includes, directly or through another, have a name.
    #[must_use]
    pub fn xsd(&self, name: &str, address: &str) -> Option<String> {
        let document = self.documents.iter().find(|document| document.name == name)?;
        Some(document.template.fill(address))
    }
}
