//! Numbers as digits. They never pass through a floating point number, so none changes.

use std::borrow::Cow;

use crate::kind::Rule;

/// Beyond this a power of ten is no number anybody means.
const LARGEST_EXPONENT: i32 = 400;

/// A whole number without plus sign and leading zeros.
pub(crate) fn integer(text: Cow<'_, str>) -> Result<Cow<'_, str>, Rule> {
    plain(text).filter(|text| !text.contains('.')).ok_or_else(|| "a whole number".into())
}

/// A decimal number without plus sign, exponent, and zeros that say nothing.
/// A fraction keeps the digits it was sent with: `1.50` stays `1.50`.
pub(crate) fn decimal(text: Cow<'_, str>) -> Result<Cow<'_, str>, Rule> {
    plain(text).ok_or_else(|| "a decimal number".into())
}

fn plain(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    if is_plain_integer(&text) { Some(text) } else { Parts::of(&text)?.plain().map(Cow::Owned) }
}

/// Whether a text is a whole number above zero that is written as it should be, as almost all are.
fn is_plain_integer(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && matches!(text.as_bytes(), [b'1'..=b'9', ..] | [b'0'])
}

/// The parts of a number as XSD or JSON writes it.
struct Parts<'t> {
    negative: bool,
    whole: &'t str,
    fraction: &'t str,
    exponent: i32,
}

impl<'t> Parts<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let only_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fits = only_digits(whole) && only_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
        (fits && (-LARGEST_EXPONENT..=LARGEST_EXPONENT).contains(&exponent)).then_some(Self {
            negative,
            whole,
            fraction,
            exponent,
        })
    }

    fn plain(&self) -> Option<String> {
        let digits = format!("{}{}", self.whole, self.fraction);
        let point = i32::try_from(self.whole.len()).ok()? + self.exponent;
        let (whole, fraction) = match usize::try_from(point) {
            Ok(point) if point <= digits.len() => (digits[..point].to_owned(), digits[point..].to_owned()),
            Ok(point) => (format!("{digits:0<point$}"), String::new()),
            Err(_) => (String::new(), format!("{}{digits}", "0".repeat(point.unsigned_abs() as usize))),
        };
        let whole = match whole.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        };
        let zero = whole == "0" && fraction.bytes().all(|byte| byte == b'0');
        let sign = if self.negative && !zero { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        Some(format!("{sign}{whole}{point}{fraction}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Result<String, Rule> {
        super::decimal(text.into()).map(Cow::into_owned)
    }

    fn integer(text: &str) -> Result<String, Rule> {
        super::integer(text.into()).map(Cow::into_owned)
    }

    #[test]
    fn digits_survive_that_a_float_would_lose() {
        assert_eq!(decimal("0.1000000000000000055511151231257827").unwrap(), "0.1000000000000000055511151231257827");
        assert_eq!(decimal("12345678901234567890.10").unwrap(), "12345678901234567890.10");
    }

    #[test]
    fn forms_only_one_side_knows_become_the_common_form() {
        for (sent, want) in [("+5", "5"), (".5", "0.5"), ("5.", "5"), ("007", "7"), ("-0.0", "0.0"), ("-0", "0")] {
            assert_eq!(decimal(sent).unwrap(), want, "{sent}");
        }
        for (sent, want) in [("1e3", "1000"), ("1.5E-3", "0.0015"), ("12.34e1", "123.4"), ("1.20e2", "120")] {
            assert_eq!(decimal(sent).unwrap(), want, "{sent}");
        }
    }

    #[test]
    fn whole_numbers_have_no_fraction() {
        assert_eq!(integer("+042").unwrap(), "42");
        assert_eq!(integer("1e2").unwrap(), "100");
        assert_eq!(integer("0").unwrap(), "0");
        assert_eq!(integer("00").unwrap(), "0");
        assert!(integer("1.0").is_err());
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", ".", "-", "1,5", "NaN", "INF", "0x10", "1e", "1e999999", "--1", "1.2.3", " 1"] {
            assert!(decimal(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_accepted_is_a_json_number(text in "[+-]?[0-9]{0,4}[.]?[0-9]{0,4}([eE][+-]?[0-9]{1,3})?") {
            if let Ok(number) = decimal(&text) {
                proptest::prop_assert!(serde_json::from_str::<&serde_json::value::RawValue>(&number).is_ok(), "{number}");
                proptest::prop_assert_eq!(decimal(&number).unwrap(), number);
            }
        }
    }
}
