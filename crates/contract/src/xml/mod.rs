//! XML as it comes in: bytes to text, text to events. The only place that names `quick_xml`,
//! and the place that adds what it leaves out: a document that gets through here is
//! well-formed, within limits, and holds no DOCTYPE and no entity of its own.

mod declaration;
mod encoding;
mod error;
pub(crate) mod escape;
mod name;
mod reader;
mod scope;

pub use encoding::{EncodingError, decode};
pub use error::{Fault, XmlError};
pub(crate) use reader::{Event, Reader, Tag};

/// What a document may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Elements inside elements.
    pub depth: u32,
    /// Elements in all.
    pub nodes: u32,
    /// Attributes of one element, namespace declarations included.
    pub attributes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 64, nodes: 100_000, attributes: 64 }
    }
}

#[cfg(test)]
mod tests;
