//! Old contracts: WSDL 1.1 and XSD compiled once to a [`Contract`]; SOAP 1.1 messages read
//! and written by it.
//!
//! The only package that reads XML. It knows no JSON, no HTTP, no DFDG numbers and no
//! async: it reports what it found ([`soap::EnvelopeError`], [`Violation`]); what a caller
//! is told about it is decided elsewhere.

mod files;
mod message;
mod problem;
mod schema;
mod simple;
pub mod soap;
mod violation;
mod walk;
mod write;
pub mod wsdl;
pub mod xml;
mod xsd;

pub use files::{Files, Folder};
pub use message::{Message, Node};
pub use problem::{Problem, Problems};
pub use schema::{
    Attribute, Child, ComplexType, ComplexTypeId, Content, Element, ElementId, Name, NamespaceId, Schema, SimpleTypeId,
    Type,
};
pub use simple::{Primitive, SimpleType};
pub use violation::{Rule, Violation};
pub use write::Writer;
pub use wsdl::{Contract, HeaderBlock, Leniency, Operation};
