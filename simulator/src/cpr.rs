//! Civil registration numbers.

use serde::Deserialize;

/// A civil registration number that fits the published pattern: `ddmmyy` of a possible day (29 February in any
/// year), then four digits; or ten zeros.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Cpr(String);

impl Cpr {
    /// `None` when `text` does not fit the pattern.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
        (digits && (text == "0000000000" || is_day(&text[..4]))).then(|| Self(text.to_owned()))
    }

    /// The ten digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Cpr {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a civil registration number")
    }
}

/// Whether four digits are a day and month of some year.
fn is_day(ddmm: &str) -> bool {
    let (Ok(day), Ok(month)) = (ddmm[..2].parse::<u8>(), ddmm[2..].parse::<u8>()) else { return false };
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 29,
        _ => 0,
    };
    (1..=last).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_starts_with_a_possible_day() {
        for good in ["0101575001", "3112575001", "2902575001", "3004575001", "0000000000"] {
            assert!(Cpr::parse(good).is_some(), "{good}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let bad =
            ["", "010157500", "01015750011", "010157-5001", "3104575001", "3002575001", "0113575001", "0001575001"];
        for text in bad.into_iter().chain(["010157500\u{660}", "ø10157500", " 101575001"]) {
            assert!(Cpr::parse(text).is_none(), "{text}");
        }
    }
}
