//! Facets: what a restriction adds to its base type.

use super::decimal::Decimal;
use super::pattern::Pattern;
use super::{Primitive, SimpleType, WhiteSpace};

/// The facets of XML Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Facet {
    Length,
    MinLength,
    MaxLength,
    Pattern,
    Enumeration,
    MinInclusive,
    MaxInclusive,
    MinExclusive,
    MaxExclusive,
    TotalDigits,
    FractionDigits,
    WhiteSpace,
}

/// One end of a range of numbers.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) value: Box<str>,
    pub(super) inclusive: bool,
}

/// All facets of a type, those of its base types included.
#[derive(Clone, Debug, Default)]
pub(super) struct Facets {
    pub(super) min_length: Option<u32>,
    pub(super) max_length: Option<u32>,
    /// One for each restriction that has patterns; a value must match them all.
    pub(super) patterns: Vec<Pattern>,
    pub(super) enumeration: Vec<Box<str>>,
    pub(super) lower: Option<Bound>,
    pub(super) upper: Option<Bound>,
    pub(super) total_digits: Option<u32>,
    pub(super) fraction_digits: Option<u32>,
}

impl Facets {
    /// Checks a text that has the lexical form of its primitive type.
    pub(super) fn check(&self, primitive: Primitive, text: &str) -> Result<(), String> {
        self.check_length(primitive, text)?;
        if let Some(broken) = self.patterns.iter().find(|pattern| !pattern.is_match(text)) {
            return Err(format!("of the form {}", broken.written()));
        }
        self.check_enumeration(primitive, text)?;
        self.check_number(text)
    }

    fn check_length(&self, primitive: Primitive, text: &str) -> Result<(), String> {
        if self.min_length.is_none() && self.max_length.is_none() {
            return Ok(());
        }
        let (length, unit) = length(primitive, text);
        match (self.min_length, self.max_length) {
            (Some(min), Some(max)) if min == max && length != min => Err(format!("exactly {min} {unit}")),
            (Some(min), _) if length < min => Err(format!("at least {min} {unit}")),
            (_, Some(max)) if length > max => Err(format!("at most {max} {unit}")),
            _ => Ok(()),
        }
    }

    fn check_enumeration(&self, primitive: Primitive, text: &str) -> Result<(), String> {
        let equal = |allowed: &str| match primitive {
            Primitive::Integer | Primitive::Decimal => Decimal::parse(allowed) == Decimal::parse(text),
            _ => allowed == text,
        };
        match self.enumeration.is_empty() || self.enumeration.iter().any(|allowed| equal(allowed)) {
            true => Ok(()),
            false => Err(format!("one of {}", self.enumeration.join(", "))),
        }
    }

    fn check_number(&self, text: &str) -> Result<(), String> {
        let limited = self.lower.is_some() || self.upper.is_some();
        if !limited && self.total_digits.is_none() && self.fraction_digits.is_none() {
            return Ok(());
        }
        let Some(number) = Decimal::parse(text) else { return Ok(()) };
        let above = self.lower.as_ref().is_none_or(|bound| bound.allows(number, |value, bound| value > bound));
        let below = self.upper.as_ref().is_none_or(|bound| bound.allows(number, |value, bound| value < bound));
        if !above || !below {
            return Err(self.range());
        }
        match (self.total_digits, self.fraction_digits) {
            (Some(max), _) if number.total_digits() > max as usize => Err(format!("a number of at most {max} digits")),
            (_, Some(max)) if number.fraction_digits() > max as usize => {
                Err(format!("a number with at most {max} digits after the point"))
            }
            _ => Ok(()),
        }
    }

    fn range(&self) -> String {
        let describe = |bound: &Option<Bound>, inclusive: &str, exclusive: &str| {
            bound.as_ref().map(|bound| {
                let word = if bound.inclusive { inclusive } else { exclusive };
                format!("{word} {}", bound.value)
            })
        };
        let ends = [describe(&self.lower, "at least", "more than"), describe(&self.upper, "at most", "less than")];
        ends.into_iter().flatten().collect::<Vec<_>>().join(" and ")
    }
}

impl Bound {
    fn allows(&self, value: Decimal<'_>, beyond: impl Fn(Decimal<'_>, Decimal<'_>) -> bool) -> bool {
        Decimal::parse(&self.value).is_none_or(|bound| beyond(value, bound) || (self.inclusive && value == bound))
    }
}

/// Length in characters, for binary types in bytes.
fn length(primitive: Primitive, text: &str) -> (u32, &'static str) {
    let (count, unit) = match primitive {
        Primitive::HexBinary => (text.len() / 2, "bytes"),
        Primitive::Base64Binary => (base64_bytes(text), "bytes"),
        _ => (text.chars().count(), "characters"),
    };
    (u32::try_from(count).unwrap_or(u32::MAX), unit)
}

fn base64_bytes(text: &str) -> usize {
    let digits = text.bytes().filter(|byte| !matches!(byte, b' ' | b'=')).count();
    digits * 3 / 4
}

/// Adds the facets of one `xs:restriction` to a type.
pub(super) fn restrict(ty: &mut SimpleType, facets: &[(Facet, &str)]) -> Result<(), String> {
    let of = |wanted: Facet| facets.iter().filter(move |(facet, _)| *facet == wanted).map(|(_, value)| *value);
    let patterns: Vec<&str> = of(Facet::Pattern).collect();
    if !patterns.is_empty() {
        ty.facets.patterns.push(Pattern::compile(&patterns)?);
    }
    let enumeration: Vec<&str> = of(Facet::Enumeration).collect();
    if !enumeration.is_empty() {
        ty.facets.enumeration = enumerate(ty, &enumeration)?;
    }
    facets.iter().try_for_each(|(facet, value)| restrict_by(ty, *facet, value))
}

fn enumerate(ty: &SimpleType, values: &[&str]) -> Result<Vec<Box<str>>, String> {
    let comparable = matches!(ty.primitive, Primitive::String | Primitive::Integer | Primitive::Decimal);
    if !comparable {
        return Err("an enumeration is supported for texts and numbers only".to_owned());
    }
    let checked = |value: &&str| ty.check(value).map(Into::into).map_err(|rule| format!("{value:?} must be {rule}"));
    values.iter().map(checked).collect()
}

fn restrict_by(ty: &mut SimpleType, facet: Facet, value: &str) -> Result<(), String> {
    match facet {
        Facet::Pattern | Facet::Enumeration => Ok(()),
        Facet::Length => {
            let length = count(ty, value)?;
            ty.facets.min_length = Some(length);
            ty.facets.max_length = Some(length);
            Ok(())
        }
        Facet::MinLength => count(ty, value).map(|length| ty.facets.min_length = Some(length)),
        Facet::MaxLength => count(ty, value).map(|length| ty.facets.max_length = Some(length)),
        Facet::MinInclusive => bound(ty, value, true).map(|bound| ty.facets.lower = Some(bound)),
        Facet::MinExclusive => bound(ty, value, false).map(|bound| ty.facets.lower = Some(bound)),
        Facet::MaxInclusive => bound(ty, value, true).map(|bound| ty.facets.upper = Some(bound)),
        Facet::MaxExclusive => bound(ty, value, false).map(|bound| ty.facets.upper = Some(bound)),
        Facet::TotalDigits => digits(ty, value).map(|count| ty.facets.total_digits = Some(count)),
        Facet::FractionDigits => digits(ty, value).map(|count| ty.facets.fraction_digits = Some(count)),
        Facet::WhiteSpace => white_space(ty, value),
    }
}

fn count(ty: &SimpleType, value: &str) -> Result<u32, String> {
    match ty.primitive {
        Primitive::String | Primitive::HexBinary | Primitive::Base64Binary => whole(value),
        _ => Err("a length does not fit this type".to_owned()),
    }
}

fn digits(ty: &SimpleType, value: &str) -> Result<u32, String> {
    match ty.primitive {
        Primitive::Decimal | Primitive::Integer => whole(value),
        _ => Err("digits can be limited for numbers only".to_owned()),
    }
}

fn whole(value: &str) -> Result<u32, String> {
    value.trim().parse().map_err(|_| format!("{value:?} is not a whole number"))
}

fn bound(ty: &SimpleType, value: &str, inclusive: bool) -> Result<Bound, String> {
    if !matches!(ty.primitive, Primitive::Decimal | Primitive::Integer) {
        return Err("a range is supported for decimal and whole numbers only".to_owned());
    }
    let value = value.trim();
    match Decimal::parse(value) {
        Some(_) => Ok(Bound { value: value.into(), inclusive }),
        None => Err(format!("{value:?} is not a number")),
    }
}

fn white_space(ty: &mut SimpleType, value: &str) -> Result<(), String> {
    let wanted = match value.trim() {
        "preserve" => WhiteSpace::Preserve,
        "replace" => WhiteSpace::Replace,
        "collapse" => WhiteSpace::Collapse,
        other => return Err(format!("{other:?} is not preserve, replace or collapse")),
    };
    if wanted < ty.white_space {
        return Err("a restriction cannot loosen the white space of its base".to_owned());
    }
    ty.white_space = wanted;
    Ok(())
}
