//! Why a document was refused before its contract was even looked at.

use std::fmt;

/// What is wrong with the XML, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlError {
    /// Line and column, from 1.
    pub position: (u32, u32),
    /// What is wrong.
    pub fault: Fault,
}

/// What can be wrong with a document as XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A DOCTYPE, which SOAP forbids.
    Doctype,
    /// A reference to an entity other than the five predefined ones.
    Entity,
    /// More elements inside each other than allowed.
    TooDeep(u32),
    /// More elements than allowed.
    TooManyNodes(u32),
    /// More attributes on one element than allowed.
    TooManyAttributes(u32),
    /// A prefix that no declaration binds.
    UnboundPrefix,
    /// Anything else that XML forbids: what it is.
    NotWellFormed(&'static str),
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Doctype => write!(out, "a DOCTYPE is not allowed in a SOAP message"),
            Self::Entity => write!(out, "an entity other than &lt; &gt; &amp; &apos; &quot; is not allowed"),
            Self::TooDeep(limit) => write!(out, "elements are nested deeper than {limit}"),
            Self::TooManyNodes(limit) => write!(out, "the message holds more than {limit} elements"),
            Self::TooManyAttributes(limit) => write!(out, "an element has more than {limit} attributes"),
            Self::UnboundPrefix => write!(out, "a namespace prefix is not declared"),
            Self::NotWellFormed(what) => write!(out, "the message is not well-formed XML: {what}"),
        }
    }
}

impl fmt::Display for XmlError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} (line {}, column {})", self.fault, self.position.0, self.position.1)
    }
}

impl std::error::Error for XmlError {}

/// Line and column of a byte offset, from 1, the column in characters.
pub(crate) fn position(text: &str, offset: usize) -> (u32, u32) {
    let offset = (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let before = &text[..offset];
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}
