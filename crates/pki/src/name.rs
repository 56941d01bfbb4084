//! Distinguished names with the order and string types of OCES3, which is why they are not made
//! from RFC 4514 text.

use std::fmt::Write as _;

use der::asn1::{Any, ObjectIdentifier, PrintableStringRef, Utf8StringRef};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};

use crate::Error;

pub(crate) const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
pub(crate) const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
pub(crate) const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
pub(crate) const ORGANISATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
pub(crate) const ORGANISATION_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.97");
pub(crate) const SURNAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.4");
pub(crate) const GIVEN_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.42");

/// One attribute of a name; each makes an RDN of its own.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) oid: ObjectIdentifier,
    pub(crate) value: String,
}

impl Attribute {
    pub(crate) fn new(oid: ObjectIdentifier, value: impl Into<String>) -> Self {
        Self { oid, value: value.into() }
    }

    /// serialNumber and country are PrintableString, all else is UTF8String.
    fn encoded(&self) -> Result<Any, Error> {
        Ok(match self.oid {
            SERIAL_NUMBER | COUNTRY => Any::encode_from(&PrintableStringRef::new(&self.value)?)?,
            _ => Any::encode_from(&Utf8StringRef::new(&self.value)?)?,
        })
    }

    fn label(&self) -> String {
        match self.oid {
            COMMON_NAME => "CN".to_owned(),
            ORGANISATION => "O".to_owned(),
            COUNTRY => "C".to_owned(),
            SERIAL_NUMBER => "serialNumber".to_owned(),
            ORGANISATION_IDENTIFIER => "organizationIdentifier".to_owned(),
            SURNAME => "surname".to_owned(),
            GIVEN_NAME => "givenName".to_owned(),
            other => other.to_string(),
        }
    }
}

/// The name made of `attributes`, in their order.
pub(crate) fn name(attributes: &[Attribute]) -> Result<Name, Error> {
    let mut sequence = RdnSequence::default();
    for attribute in attributes {
        let pair = AttributeTypeAndValue { oid: attribute.oid, value: attribute.encoded()? };
        sequence.push(RelativeDistinguishedName::try_from(vec![pair])?);
    }
    Ok(Name::hazmat_from_rdn_sequence(sequence))
}

/// The name for people to read, in the order of the certificate.
pub(crate) fn describe(attributes: &[Attribute]) -> String {
    attributes.iter().fold(String::new(), |mut text, attribute| {
        let separator = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{separator}{}={}", attribute.label(), attribute.value);
        text
    })
}
