//! The built-in types of XML Schema that are in the profile.

use super::facets::{Bound, Facets};
use super::pattern::Pattern;
use super::{Primitive, SimpleType, WhiteSpace};
use crate::schema::{Name, NamespaceId};

/// Whole numbers, each with its lowest and highest value.
const INTEGERS: [(&str, Option<&str>, Option<&str>); 13] = [
    ("integer", None, None),
    ("nonPositiveInteger", None, Some("0")),
    ("negativeInteger", None, Some("-1")),
    ("nonNegativeInteger", Some("0"), None),
    ("positiveInteger", Some("1"), None),
    ("long", Some("-9223372036854775808"), Some("9223372036854775807")),
    ("int", Some("-2147483648"), Some("2147483647")),
    ("short", Some("-32768"), Some("32767")),
    ("byte", Some("-128"), Some("127")),
    ("unsignedLong", Some("0"), Some("18446744073709551615")),
    ("unsignedInt", Some("0"), Some("4294967295")),
    ("unsignedShort", Some("0"), Some("65535")),
    ("unsignedByte", Some("0"), Some("255")),
];

/// Texts with a form of their own, as XSD patterns.
const TOKENS: [(&str, &str); 4] = [
    ("language", "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
    ("Name", r"\i\c*"),
    ("NCName", r"[\i-[:]][\c-[:]]*"),
    ("NMTOKEN", r"\c+"),
];

pub(super) fn builtin(local: &str) -> Option<SimpleType> {
    let name = Name { namespace: NamespaceId::XSD, local: local.into() };
    unnamed(local).map(|ty| SimpleType { name: Some(name), ..ty })
}

fn unnamed(local: &str) -> Option<SimpleType> {
    let plain = |primitive, white_space| SimpleType { name: None, primitive, white_space, facets: Facets::default() };
    let collapsed = |primitive| Some(plain(primitive, WhiteSpace::Collapse));
    match local {
        "string" | "anySimpleType" => Some(plain(Primitive::String, WhiteSpace::Preserve)),
        "normalizedString" => Some(plain(Primitive::String, WhiteSpace::Replace)),
        "token" | "anyURI" => collapsed(Primitive::String),
        "boolean" => collapsed(Primitive::Boolean),
        "decimal" => collapsed(Primitive::Decimal),
        "float" | "double" => collapsed(Primitive::Float),
        "dateTime" => collapsed(Primitive::DateTime),
        "date" => collapsed(Primitive::Date),
        "time" => collapsed(Primitive::Time),
        "gYear" | "gYearMonth" => partial(local),
        "duration" => collapsed(Primitive::Duration),
        "base64Binary" => collapsed(Primitive::Base64Binary),
        "hexBinary" => collapsed(Primitive::HexBinary),
        _ => integer(local).or_else(|| token(local)),
    }
}

fn integer(local: &str) -> Option<SimpleType> {
    let &(_, lower, upper) = INTEGERS.iter().find(|(name, ..)| *name == local)?;
    let bound = |value: Option<&str>| value.map(|value| Bound { value: value.into(), inclusive: true });
    let facets = Facets { lower: bound(lower), upper: bound(upper), ..Facets::default() };
    Some(SimpleType { name: None, primitive: Primitive::Integer, white_space: WhiteSpace::Collapse, facets })
}

fn token(local: &str) -> Option<SimpleType> {
    let &(_, pattern) = TOKENS.iter().find(|(name, _)| *name == local)?;
    patterned(Primitive::String, pattern)
}

fn partial(local: &str) -> Option<SimpleType> {
    let zone = r"(Z|[+\-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))?";
    let month = if local == "gYearMonth" { "-(0[1-9]|1[0-2])" } else { "" };
    patterned(Primitive::Partial, &format!("-?([1-9][0-9]{{3,}}|0[0-9]{{3}}){month}{zone}"))
}

fn patterned(primitive: Primitive, xsd_pattern: &str) -> Option<SimpleType> {
    let pattern = Pattern::compile(&[xsd_pattern]).ok()?;
    let facets = Facets { patterns: vec![pattern], ..Facets::default() };
    Some(SimpleType { name: None, primitive, white_space: WhiteSpace::Collapse, facets })
}
