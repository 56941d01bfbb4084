//! What a value must become: its sort and the limits the other side sets.

use std::borrow::Cow;

use crate::kind::{Kind, Rule};
use crate::time;

/// Limits of a JSON schema. The old contract's own are checked by its reader and writer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) min_length: u32,
    pub(crate) max_length: Option<u32>,
    pub(crate) low: Option<i64>,
    pub(crate) high: Option<i64>,
    pub(crate) enumeration: Vec<Box<str>>,
    /// `x-codelist`: the list in `mappings/codelists` whose new side the values are.
    pub(crate) code_list: Option<Box<str>>,
}

/// What a value must become.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) kind: Kind,
    pub(crate) limits: Limits,
    /// Whether the old services wrote such values, so that their callers know them as they were.
    pub(crate) old: bool,
}

/// Digits behind the second in what old callers get. The old services kept moments in .NET's ticks of 100 nanoseconds,
/// and their clients may read no finer ones. No release note says so: this is a choice of the facade.
const OLD_FRACTION_DIGITS: usize = 7;

impl Target {
    /// A value for a new service.
    pub(crate) fn new(kind: Kind, limits: &Limits) -> Self {
        Self { kind, limits: limits.clone(), old: false }
    }

    /// A value for an old caller, whose contract has its limits.
    pub(crate) fn old(kind: Kind) -> Self {
        Self { kind, limits: Limits::default(), old: true }
    }

    /// The text as the target writes it, within its limits.
    pub(crate) fn accept<'t>(&self, text: Cow<'t, str>) -> Result<Cow<'t, str>, Rule> {
        let text = self.kind.canonical(text)?;
        self.limits.check(self.kind, &text)?;
        Ok(match self.kind {
            Kind::DateTime if self.old => time::with_fraction_of(text, OLD_FRACTION_DIGITS),
            _ => text,
        })
    }
}

impl Limits {
    fn check(&self, kind: Kind, text: &str) -> Result<(), Rule> {
        if !self.enumeration.is_empty() && !self.enumeration.iter().any(|value| **value == *text) {
            return Err(format!("one of {}", self.enumeration.join(", ")).into());
        }
        match kind {
            Kind::Text => self.check_length(text),
            Kind::Integer => self.check_range(text),
            _ => Ok(()),
        }
    }

    fn check_length(&self, text: &str) -> Result<(), Rule> {
        let length = text.chars().count();
        if length < self.min_length as usize {
            return Err(format!("at least {} characters", self.min_length).into());
        }
        match self.max_length {
            Some(most) if length > most as usize => Err(format!("at most {most} characters").into()),
            _ => Ok(()),
        }
    }

    fn check_range(&self, text: &str) -> Result<(), Rule> {
        if self.low.is_none() && self.high.is_none() {
            return Ok(());
        }
        // A number too large for i64 is outside every range that has a limit.
        let number = text.parse::<i64>().ok();
        let (low, high) = (self.low.unwrap_or(i64::MIN), self.high.unwrap_or(i64::MAX));
        match number {
            Some(number) if (low..=high).contains(&number) => Ok(()),
            _ => Err(format!("between {low} and {high}").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_characters() {
        let text = Target::new(Kind::Text, &Limits { min_length: 1, max_length: Some(3), ..Limits::default() });
        assert!(text.accept("æøå".into()).is_ok());
        assert_eq!(text.accept("abcd".into()), Err("at most 3 characters".into()));
        assert_eq!(text.accept("".into()), Err("at least 1 characters".into()));
    }

    #[test]
    fn numbers_stay_in_range() {
        let number = Target::new(Kind::Integer, &Limits { low: Some(1), high: Some(100), ..Limits::default() });
        assert_eq!(number.accept("007".into()).as_deref(), Ok("7"));
        assert!(number.accept("101".into()).is_err());
        assert!(number.accept("99999999999999999999".into()).is_err());
    }

    #[test]
    fn old_callers_get_no_finer_moments_than_they_got() {
        let written = |target: &Target, text: &'static str| target.accept(text.into()).unwrap().into_owned();
        let old = Target::old(Kind::DateTime);
        for (sent, told) in [
            ("2026-03-01T10:00:00.123456789Z", "2026-03-01T10:00:00.1234567Z"),
            ("2026-12-31T23:59:59.99999999+01:00", "2026-12-31T23:59:59.9999999+01:00"),
            ("2026-03-01T10:00:00.123456789", "2026-03-01T10:00:00.1234567+01:00"),
            ("2026-03-01T10:00:00.1234567+01:00", "2026-03-01T10:00:00.1234567+01:00"),
            ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"),
        ] {
            assert_eq!(written(&old, sent), told);
        }
        let new = Target::new(Kind::DateTime, &Limits::default());
        assert_eq!(written(&new, "2026-03-01T10:00:00.123456789Z"), "2026-03-01T10:00:00.123456789Z");
    }

    #[test]
    fn an_enumeration_names_its_values() {
        let limits = Limits { enumeration: vec!["1".into(), "2".into()], ..Limits::default() };
        assert_eq!(Target::new(Kind::Integer, &limits).accept("3".into()), Err("one of 1, 2".into()));
    }
}
