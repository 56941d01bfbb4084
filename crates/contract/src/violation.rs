//! What a message broke, where: enough to mend it, and never the value itself.

use std::borrow::Cow;
use std::fmt;

/// One breach of the contract. It names the place and the rule; it never holds the value
/// that was sent, because that may be a civil registration number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Local names from the outermost element of the message, such as
    /// `CreateBookingRequest/Booking/BookingStartTime`; an attribute ends in `/@name`.
    pub path: String,
    /// Line and column in the text as it was read, from 1; `None` in a message being written.
    pub position: Option<(u32, u32)>,
    /// The rule.
    pub rule: Rule,
}

/// The rules a message can break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// An element stands where another is expected, or none.
    Unexpected {
        /// Local name of the element found, and that it is in another namespace where that is what is wrong.
        found: String,
        /// What could have come instead, with its namespace where that is what is wrong; empty when nothing could.
        expected: Vec<String>,
    },
    /// The element ends before all it must hold has come.
    Incomplete {
        /// What could have come next.
        expected: Vec<String>,
    },
    /// An element comes oftener than it may.
    TooMany {
        /// The limit.
        max: u32,
    },
    /// A text that is not of the type: what the type asks, such as `at most 40 characters`.
    Value(String),
    /// Text where only elements may stand.
    TextNotAllowed,
    /// An element inside an element of simple type.
    ElementNotAllowed,
    /// An attribute the type does not have.
    UnknownAttribute(String),
    /// An attribute that must be there is not.
    MissingAttribute(String),
    /// `xsi:nil` on an element that is not nillable, or with content.
    Nil,
    /// `xsi:type` names another type than the contract's.
    XsiType,
}

/// A name out of a message, as errors carry it: no longer than any contract has, so that a caller
/// cannot fill replies and logs with one of its own making.
pub(crate) fn sent_name(name: &str) -> String {
    const LONGEST: usize = 80;
    cut(name, LONGEST).into_owned()
}

/// [`sent_name`] for the URI of a namespace: no longer than those of WS-Security and its like.
pub(crate) fn sent_namespace(uri: &str) -> String {
    const LONGEST: usize = 120;
    in_namespace(&cut(uri, LONGEST))
}

/// Where a name stands, to be read after it: `in the namespace urn:x`.
pub(crate) fn in_namespace(uri: &str) -> String {
    match uri {
        "" => "in no namespace".to_owned(),
        uri => format!("in the namespace {uri}"),
    }
}

/// A text of no more than so many characters.
pub(crate) fn cut(text: &str, longest: usize) -> Cow<'_, str> {
    match text.char_indices().nth(longest) {
        Some((end, _)) => Cow::Owned(format!("{}...", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unexpected { found, expected } if expected.is_empty() => write!(out, "{found} is not expected here"),
            Self::Unexpected { found, expected } => {
                write!(out, "{found} is not expected here; expected {}", expected.join(" or "))
            }
            Self::Incomplete { expected } => write!(out, "{} is missing", expected.join(" or ")),
            Self::TooMany { max: 1 } => write!(out, "comes more than once"),
            Self::TooMany { max } => write!(out, "comes more than {max} times"),
            Self::Value(rule) => write!(out, "the value must be {rule}"),
            Self::TextNotAllowed => write!(out, "text is not allowed here"),
            Self::ElementNotAllowed => write!(out, "holds an element where only text is allowed"),
            Self::UnknownAttribute(name) => write!(out, "has no attribute {name}"),
            Self::MissingAttribute(name) => write!(out, "the attribute {name} is missing"),
            Self::Nil => write!(out, "xsi:nil is not allowed here, or has content"),
            Self::XsiType => write!(out, "xsi:type names another type than the contract's"),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.path, self.rule)?;
        match self.position {
            Some((line, column)) => write!(out, " (line {line}, column {column})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Violation {}
