//! What sort of value a text holds, on either side, and which sort can become which.

use std::borrow::Cow;

use dfdg_contract::Primitive;

use crate::{decimal, time};

/// What a value must be, to be read after "must be"; never the value.
pub(crate) type Rule = Cow<'static, str>;

/// The sorts of value a mapping tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Boolean,
    Integer,
    Decimal,
    /// What `to = "number"` gives: whole or not is seen when it arrives.
    Number,
    DateTime,
    Date,
    Time,
    Guid,
    /// Durations, bytes, years: only ever handed on as text.
    Opaque,
}

impl Kind {
    /// The sort of value of an XSD type.
    pub(crate) fn of_xml(primitive: Primitive) -> Self {
        match primitive {
            Primitive::String => Self::Text,
            Primitive::Boolean => Self::Boolean,
            Primitive::Integer => Self::Integer,
            Primitive::Decimal | Primitive::Float => Self::Decimal,
            Primitive::DateTime => Self::DateTime,
            Primitive::Date => Self::Date,
            Primitive::Time => Self::Time,
            Primitive::Partial | Primitive::Duration | Primitive::Base64Binary | Primitive::HexBinary => Self::Opaque,
        }
    }

    /// Its name in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Boolean => "boolean",
            Self::Integer => "whole number",
            Self::Decimal => "decimal number",
            Self::Number => "number",
            Self::DateTime => "date-time",
            Self::Date => "date",
            Self::Time => "time",
            Self::Guid => "uuid",
            Self::Opaque => "opaque text",
        }
    }

    /// Its name with its article: `a date`, `text`.
    pub(crate) fn a(self) -> String {
        match self {
            Self::Text | Self::Opaque => self.name().to_owned(),
            _ => format!("a {}", self.name()),
        }
    }

    /// Whether a value of this sort becomes one of the other without a conversion being asked for.
    pub(crate) fn reaches(self, target: Self) -> bool {
        match (self, target) {
            (own, target) if own == target => true,
            // Every value has a written form; the target's own rules are checked when it arrives.
            (_, Self::Text) | (Self::Text, Self::Guid | Self::Opaque) => true,
            (Self::Integer, Self::Decimal) | (Self::Number, Self::Integer | Self::Decimal) => true,
            _ => false,
        }
    }

    /// The conversion that would make a value of this sort one of the other, for a hint.
    pub(crate) fn conversion_to(self, target: Self) -> Option<&'static str> {
        match (self, target) {
            (Self::DateTime, Self::Date) => Some("to = \"date\""),
            (Self::Date, Self::DateTime) => Some("to = \"day-start\" or to = \"day-end\""),
            (Self::Text, Self::Integer | Self::Decimal) => Some("to = \"number\""),
            _ => None,
        }
    }

    /// The text as both JSON and XSD write a value of this sort.
    pub(crate) fn canonical(self, text: Cow<'_, str>) -> Result<Cow<'_, str>, Rule> {
        match self {
            Self::Text | Self::Time | Self::Opaque => Ok(text),
            Self::Boolean => boolean(&text).map(Cow::Borrowed),
            Self::Integer => decimal::integer(text),
            Self::Decimal | Self::Number => decimal::decimal(text),
            Self::DateTime => time::with_offset(text),
            Self::Date => time::without_offset(text),
            Self::Guid if is_guid(&text) => Ok(text),
            Self::Guid => Err("a uuid: 8-4-4-4-12 hexadecimal digits".into()),
        }
    }
}

fn boolean(text: &str) -> Result<&'static str, Rule> {
    match text {
        "true" | "1" => Ok("true"),
        "false" | "0" => Ok("false"),
        _ => Err("true or false".into()),
    }
}

fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_have_one_form() {
        assert_eq!(Kind::Boolean.canonical("1".into()).unwrap(), "true");
        assert_eq!(Kind::Boolean.canonical("false".into()).unwrap(), "false");
        assert!(Kind::Boolean.canonical("yes".into()).is_err());
    }

    #[test]
    fn a_guid_has_its_shape() {
        assert!(is_guid("0F8FAD5B-d9cb-469f-a165-70867728950e"));
        assert!(!is_guid("0F8FAD5Bd9cb469fa16570867728950e"));
        assert!(!is_guid("0F8FAD5B-d9cb-469f-a165-70867728950g"));
    }

    #[test]
    fn what_would_lose_something_is_not_reached() {
        assert!(!Kind::DateTime.reaches(Kind::Date));
        assert!(!Kind::Decimal.reaches(Kind::Integer));
        assert!(!Kind::Text.reaches(Kind::Boolean));
        assert!(Kind::Integer.reaches(Kind::Decimal));
    }
}
