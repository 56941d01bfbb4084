//! Values of the contract, each as strict as its format. A message of these types names the rule, never the value.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

/// `format: uuid`, in the form with four hyphens only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Guid(pub(crate) Uuid);

impl Guid {
    /// `None` when `text` is written in another way.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() != 36 {
            return None;
        }
        Uuid::try_parse(text).ok().map(Self)
    }
}

impl TryFrom<String> for Guid {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a uuid")
    }
}

/// `format: date`, exactly `yyyy-mm-dd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Date(pub(crate) NaiveDate);

impl TryFrom<String> for Date {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let shape = text.len() == 10 && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
        let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().filter(|_| shape);
        date.map(Self).ok_or("not a date (yyyy-mm-dd)")
    }
}

/// `format: date-time` of RFC 3339: with seconds, a `T` and an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Moment(pub(crate) DateTime<FixedOffset>);

impl Moment {
    /// `None` when `text` has another form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let moment = DateTime::parse_from_rfc3339(text).ok()?;
        (text.as_bytes().get(10) == Some(&b'T')).then_some(Self(moment))
    }
}

impl TryFrom<String> for Moment {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a date-time with an offset (RFC 3339)")
    }
}

/// `minLength: 1`. The real service took the empty string and stumbled over it later; the witness refuses it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Text(String);

impl TryFrom<String> for Text {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() { Err("the empty string is not allowed") } else { Ok(Self(text)) }
    }
}

/// `format: uri`: a scheme, a colon, and characters a URI may hold.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Link(String);

impl TryFrom<String> for Link {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let scheme = |scheme: &str| {
            scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        };
        let rest = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte));
        let good = text.split_once(':').is_some_and(|(start, end)| scheme(start) && !end.is_empty() && rest(end));
        if good { Ok(Self(text)) } else { Err("not a uri") }
    }
}

/// `pattern: ^[0-9]{4}$`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Postcode(String);

impl TryFrom<String> for Postcode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let good = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        if good { Ok(Self(text)) } else { Err("not a postal code of four digits") }
    }
}

/// `minimum: 0`, `maximum: MAXIMUM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "i32")]
pub(crate) struct Number<const MAXIMUM: i32>(pub(crate) i32);

impl<const MAXIMUM: i32> TryFrom<i32> for Number<MAXIMUM> {
    type Error = &'static str;

    fn try_from(number: i32) -> Result<Self, Self::Error> {
        if (0..=MAXIMUM).contains(&number) { Ok(Self(number)) } else { Err("number out of range") }
    }
}

/// An id of a code list.
pub(crate) type Code = Number<100_000_000>;

/// Reads a member that may be absent but never `null`.
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(reader: D) -> Result<Option<T>, D::Error> {
    T::deserialize(reader).map(Some)
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;

    fn reads<T: DeserializeOwned>(json: &str) -> bool {
        serde_json::from_str::<T>(json).is_ok()
    }

    #[test]
    fn a_uuid_has_four_hyphens() {
        assert!(reads::<Guid>(r#""7A5e4b6e-0f1a-4f6e-9a51-0f2d3c4b5a69""#));
        for bad in [
            r#""7a5e4b6e0f1a4f6e9a510f2d3c4b5a69""#,
            r#""{7a5e4b6e-0f1a-4f6e-9a51-0f2d3c4b5a69}""#,
            r#""urn:uuid:7a5e4b6e-0f1a-4f6e-9a51-0f2d3c4b5a69""#,
            r#""7a5e4b6e-0f1a-4f6e-9a51-0f2d3c4b5a6g""#,
            "7",
        ] {
            assert!(!reads::<Guid>(bad), "{bad}");
        }
    }

    #[test]
    fn a_date_has_ten_characters() {
        assert!(reads::<Date>(r#""2024-02-29""#));
        for bad in
            [r#""2023-02-29""#, r#""2024-2-9""#, r#""2024-02-29T00:00:00Z""#, r#"" 2024-2-29""#, r#""29-02-2024""#]
        {
            assert!(!reads::<Date>(bad), "{bad}");
        }
    }

    #[test]
    fn a_date_time_has_an_offset() {
        for good in [r#""2024-06-01T09:00:00+02:00""#, r#""2024-06-01T07:00:00.1234567Z""#] {
            assert!(reads::<Moment>(good), "{good}");
        }
        for bad in
            [r#""2024-06-01T09:00:00""#, r#""2024-06-01 09:00:00Z""#, r#""2024-06-01T09:00Z""#, r#""2024-06-01""#]
        {
            assert!(!reads::<Moment>(bad), "{bad}");
        }
    }

    #[test]
    fn a_uri_has_a_scheme() {
        assert!(reads::<Link>(r#""https://moede.example/rum/1?a=b#c""#));
        for bad in
            [r#""""#, r#""moede.example""#, r#""https:""#, r#""1x:y""#, r#""https://moede example""#, r#""https://ø""#]
        {
            assert!(!reads::<Link>(bad), "{bad}");
        }
    }

    #[test]
    fn numbers_keep_their_bounds_and_their_type() {
        assert!(reads::<Code>("0") && reads::<Code>("100000000"));
        for bad in ["-1", "100000001", "1.0", "\"1\"", "null", "true"] {
            assert!(!reads::<Code>(bad), "{bad}");
        }
    }

    #[test]
    fn rn_bk_05_the_empty_string_is_no_text() {
        assert!(reads::<Text>(r#"" ""#));
        let problem = serde_json::from_str::<Text>(r#""""#).unwrap_err();
        assert!(problem.to_string().contains("empty string"));
    }
}
