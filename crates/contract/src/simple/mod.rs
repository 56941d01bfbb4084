//! Simple types: white space, lexical form, facets. A type is made once at start, by
//! restricting a built-in one; checking a text allocates only when white space changes it.

mod builtin;
mod decimal;
mod facets;
mod lexical;
mod pattern;

use std::borrow::Cow;

use crate::schema::Name;

pub(crate) use facets::Facet;
use facets::Facets;

/// The type a simple type comes from, as far as it matters for translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primitive {
    /// Any text: string, token, anyURI and the like.
    String,
    /// `true`, `false`, `1`, `0`.
    Boolean,
    /// A decimal number.
    Decimal,
    /// A whole number: integer, int, long and the like.
    Integer,
    /// A floating point number: float, double.
    Float,
    /// Date and time, with or without offset.
    DateTime,
    /// A date, with or without offset.
    Date,
    /// A time of day, with or without offset.
    Time,
    /// `gYear`, `gYearMonth`.
    Partial,
    /// A duration.
    Duration,
    /// Bytes as base64.
    Base64Binary,
    /// Bytes as hexadecimal digits.
    HexBinary,
}

/// What happens to white space before the lexical form is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
enum WhiteSpace {
    Preserve,
    Replace,
    Collapse,
}

/// A simple type.
#[derive(Clone, Debug)]
pub struct SimpleType {
    name: Option<Name>,
    primitive: Primitive,
    white_space: WhiteSpace,
    facets: Facets,
}

impl SimpleType {
    /// The built-in type with this local name, if it is in the profile.
    pub(crate) fn builtin(local: &str) -> Option<Self> {
        builtin::builtin(local)
    }

    /// This type, restricted by facets given in one `xs:restriction`.
    ///
    /// # Errors
    /// When a facet does not fit the type or its value cannot be read: what is wrong, for the operator.
    pub(crate) fn restrict(&self, name: Option<Name>, facets: &[(Facet, &str)]) -> Result<Self, String> {
        let mut restricted = Self { name, ..self.clone() };
        facets::restrict(&mut restricted, facets)?;
        Ok(restricted)
    }

    /// Its name, unless it is anonymous.
    #[must_use]
    pub fn name(&self) -> Option<&Name> {
        self.name.as_ref()
    }

    /// What it is at bottom.
    #[must_use]
    pub fn primitive(&self) -> Primitive {
        self.primitive
    }

    /// The most characters a value may have, if that is limited.
    #[must_use]
    pub fn max_length(&self) -> Option<u32> {
        self.facets.max_length
    }

    /// The values an enumeration allows; empty when it is no enumeration.
    #[must_use]
    pub fn enumeration(&self) -> &[Box<str>] {
        &self.facets.enumeration
    }

    /// Checks a text and returns it after white space handling.
    ///
    /// # Errors
    /// What the type asks, to be read after "must be": `at most 40 characters`. Never the value.
    pub fn check<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, String> {
        let text = self.white_space.apply(text);
        lexical::check(self.primitive, &text)?;
        self.facets.check(self.primitive, &text)?;
        Ok(text)
    }
}

impl WhiteSpace {
    fn apply(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Preserve => Cow::Borrowed(text),
            Self::Replace if text.contains(['\t', '\n', '\r']) => Cow::Owned(text.replace(['\t', '\n', '\r'], " ")),
            Self::Replace => Cow::Borrowed(text),
            Self::Collapse => collapse(text),
        }
    }
}

/// Trims, and makes one space of every run of white space.
fn collapse(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(is_space_byte) {
        return Cow::Borrowed(text);
    }
    let text = trim(text);
    let untidy =
        text.as_bytes().windows(2).any(|pair| is_space_byte(pair[0]) && (pair[0] != b' ' || is_space_byte(pair[1])));
    match untidy {
        false => Cow::Borrowed(text),
        true => Cow::Owned(text.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")),
    }
}

/// Takes white space off both ends.
fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    let Some(first) = bytes.iter().position(|&byte| !is_space_byte(byte)) else { return "" };
    let last = bytes.iter().rposition(|&byte| !is_space_byte(byte)).unwrap_or(first);
    &text[first..=last]
}

/// White space as XML knows it.
pub(crate) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// [`is_space`] for a byte of UTF-8.
pub(crate) fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a text is white space throughout.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(is_space_byte)
}

#[cfg(test)]
mod tests;
