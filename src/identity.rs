//! Who a client certificate says the caller is: CVR number and UUID of an OCES3 organisation
//! or system certificate, read strictly.
//!
//! The TLS layer has already verified signatures, chain and dates when [`Identity::from_der`]
//! reads the leaf; here it is decided whether the leaf is of the right kind and whom it names.
//! What does not fit exactly is refused, never guessed. A renewed certificate keeps CVR and
//! UUID but neither serial nor key, so callers are known by `(Cvr, Uuid)` alone.

mod parse;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

pub use refusal::{AttributeProblem, Refusal};

/// The largest certificate that is looked at, in bytes. Genuine leaf certificates have about
/// 2,000; the limit bounds what a hostile one can cost.
pub const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;

/// The identity in an OCES3 organisation or system certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The organisation that holds the certificate: often an IT vendor that acts for others.
    pub cvr: Cvr,
    /// The holder within the organisation (a system, usually); survives renewal.
    pub uuid: Uuid,
    /// The common name, free text.
    pub name: String,
    /// The organisation's name, free text.
    pub organisation: String,
    /// Organisation or system certificate. Both are admitted alike.
    pub kind: Kind,
    /// The certificate's serial number; changes with every renewal.
    pub serial: Serial,
    /// The issuer's name, for people to read: `CN=…, O=…, C=DK`. Never compared.
    pub issuer: String,
    /// The first moment of validity.
    pub not_before: DateTime<Utc>,
    /// The last moment of validity.
    pub not_after: DateTime<Utc>,
}

impl Identity {
    /// Reads the identity from a certificate in DER.
    ///
    /// # Errors
    /// The [`Refusal`] that comes first: unreadable, then the wrong kind of certificate, then
    /// its policies, key usage and subject. Dates are not judged here, see [`Self::valid_at`].
    pub fn from_der(der: &[u8]) -> Result<Self, Refusal> {
        parse::identity(der)
    }

    /// How a domain service is told which certificate stands behind a call: `CVR:<number>-UUID:<uuid>`, as the wiki has it.
    #[must_use]
    pub fn user_identifier(&self) -> String {
        format!("CVR:{}-UUID:{}", self.cvr, self.uuid)
    }

    /// Whether `now` lies within the certificate's validity, both ends included.
    #[must_use]
    pub fn valid_at(&self, now: DateTime<Utc>) -> bool {
        (self.not_before..=self.not_after).contains(&now)
    }

    /// Whole days from `now` to the end of validity; negative when it has passed.
    #[must_use]
    pub fn days_left(&self, now: DateTime<Utc>) -> i64 {
        self.not_after.signed_duration_since(now).num_seconds().div_euclid(24 * 60 * 60)
    }
}

/// What finds a certificate again: its issuer and its serial number. Neither is a person's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// The issuer's name: `CN=…, O=…, C=DK`.
    pub issuer: String,
    /// The serial number.
    #[serde(serialize_with = "as_text")]
    pub serial: Serial,
}

impl Certificate {
    /// From a certificate in DER; `None` when it cannot be read.
    #[must_use]
    pub fn from_der(der: &[u8]) -> Option<Self> {
        parse::name_of(der).ok()
    }
}

fn as_text<S: Serializer>(serial: &Serial, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(serial)
}

/// The two kinds of OCES3 certificate that may call. They differ in one bit of key usage only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Organisation certificate (nonRepudiation is set).
    Organisation,
    /// System certificate.
    System,
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Organisation => "organisation",
            Self::System => "system",
        })
    }
}

/// A CVR number: the eight digits of a Danish organisation. The modulus-11 rule is not applied,
/// because numbers in use break it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Cvr(u32);

/// Is raised when a text is not a CVR number of exactly eight digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a CVR number has exactly eight digits")]
pub struct CvrError;

impl FromStr for Cvr {
    type Err = CvrError;

    fn from_str(text: &str) -> Result<Self, CvrError> {
        let eight_digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
        if !eight_digits {
            return Err(CvrError);
        }
        text.parse().map(Self).map_err(|_| CvrError)
    }
}

impl TryFrom<String> for Cvr {
    type Error = CvrError;

    fn try_from(text: String) -> Result<Self, CvrError> {
        text.parse()
    }
}

impl fmt::Display for Cvr {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:08}", self.0)
    }
}

/// A certificate's serial number as an unsigned integer: leading zero octets are dropped, so
/// that two spellings of one number are equal. Displayed in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Serial(Vec<u8>);

impl Serial {
    /// From the octets of the DER integer.
    #[must_use]
    pub fn new(octets: &[u8]) -> Self {
        let start = octets.iter().position(|octet| *octet != 0).unwrap_or(octets.len());
        Self(octets[start..].to_vec())
    }

    /// The octets, most significant first, without leading zeros. Empty for the number zero.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return out.write_str("0");
        }
        self.0.iter().try_for_each(|octet| write!(out, "{octet:02x}"))
    }
}
