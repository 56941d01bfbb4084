//! Decimal numbers compared as written, digit by digit: no rounding, no overflow.

use std::cmp::Ordering;

/// A decimal number, its parts borrowed from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal<'t> {
    negative: bool,
    whole: &'t str,
    fraction: &'t str,
}

impl<'t> Decimal<'t> {
    /// Reads `[+-]digits[.digits]`; at least one digit.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        // Byte by byte, because this runs several times for every number of a message.
        let digit_count = |part: &str| part.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, rest) = digits.split_at(digit_count(digits));
        let fraction = rest.strip_prefix('.').unwrap_or(rest);
        if whole.len() + fraction.len() == 0 || digit_count(fraction) < fraction.len() {
            return None;
        }
        let leading = whole.bytes().take_while(|&digit| digit == b'0').count();
        let trailing = fraction.bytes().rev().take_while(|&digit| digit == b'0').count();
        let (whole, fraction) = (&whole[leading..], &fraction[..fraction.len() - trailing]);
        Some(Self { negative: negative && whole.len() + fraction.len() > 0, whole, fraction })
    }

    /// Significant digits in all.
    pub(super) fn total_digits(self) -> usize {
        (self.whole.len() + self.fraction.len()).max(1)
    }

    /// Significant digits after the point.
    pub(super) fn fraction_digits(self) -> usize {
        self.fraction.len()
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        let whole = self.whole.len().cmp(&other.whole.len()).then_with(|| self.whole.cmp(other.whole));
        whole.then_with(|| self.fraction.cmp(other.fraction))
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}
