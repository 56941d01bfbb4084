//! Values that say how to reach somebody, as strict as their formats. No message of these types holds the value.

use serde::{Deserialize, Serialize};

/// `minLength: 1`, `maxLength: 256`, counted in characters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct ShortText(String);

impl TryFrom<String> for ShortText {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if (1..=256).contains(&text.chars().count()) { Ok(Self(text)) } else { Err("not 1 to 256 characters long") }
    }
}

/// `pattern: ^(\+)?[0-9]{3,20}$`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Telephone(String);

impl TryFrom<String> for Telephone {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digits = text.strip_prefix('+').unwrap_or(&text);
        let good = (3..=20).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if good { Ok(Self(text)) } else { Err("not a telephone number of 3 to 20 digits") }
    }
}

/// `format: email`: something, one `@`, something, without white space.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Email(String);

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let part = |part: &str| !part.is_empty() && !part.contains(|sign: char| sign == '@' || sign.is_whitespace());
        let good = text.split_once('@').is_some_and(|(local, domain)| part(local) && part(domain));
        if good { Ok(Self(text)) } else { Err("not an e-mail address") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_characters() {
        assert!(ShortText::try_from("ø".repeat(256)).is_ok());
        assert!(ShortText::try_from("ø".repeat(257)).is_err() && ShortText::try_from(String::new()).is_err());
    }

    #[test]
    fn a_telephone_number_has_3_to_20_digits_and_may_have_a_plus() {
        for good in ["112", "+4512345678", &"1".repeat(20)] {
            assert!(Telephone::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", "+", "12", "++112", "12 34 56", "112+", "\u{661}\u{661}\u{662}", &"1".repeat(21)] {
            assert!(Telephone::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_has_one_at_sign_between_two_parts() {
        assert!(Email::try_from("søren.å@example.dk".to_owned()).is_ok());
        for bad in ["", "@", "a@", "@b", "a@b@c", "a b@c", "a@b "] {
            assert!(Email::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
