//! The signature algorithms of OCES3 and how certificates name them.

use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RSA_PSS_SHA512, RsaEncoding};
use der::asn1::{Any, Null, ObjectIdentifier};
use der::{Decode, Encode, Sequence};
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::Error;

const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
const RSASSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const SHA256_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// How a certificate or revocation list is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// RSASSA-PSS with SHA-512 and a salt of 64: what the root signs.
    PssSha512,
    /// RSASSA-PSS with SHA-256 and a salt of 32: what an issuing authority signs.
    PssSha256,
    /// PKCS#1 v1.5 with SHA-256: web server certificates.
    Pkcs1Sha256,
    /// Says RSASSA-PSS with SHA-256 and the longest salt, as careless tools sign; no TLS library
    /// that knows only the three standard forms takes it.
    PssSha256LongSalt,
}

impl Scheme {
    /// How the signature is computed.
    pub(crate) fn encoding(self) -> &'static dyn RsaEncoding {
        match self {
            Self::PssSha512 => &RSA_PSS_SHA512,
            Self::PssSha256 | Self::PssSha256LongSalt => &RSA_PSS_SHA256,
            Self::Pkcs1Sha256 => &RSA_PKCS1_SHA256,
        }
    }

    /// How the signature is named.
    pub(crate) fn identifier(self) -> Result<AlgorithmIdentifierOwned, Error> {
        match self {
            Self::PssSha512 => pss(SHA512, 64),
            Self::PssSha256 => pss(SHA256, 32),
            Self::PssSha256LongSalt => pss(SHA256, 222),
            Self::Pkcs1Sha256 => with_null(SHA256_WITH_RSA),
        }
    }
}

/// `RSASSA-PSS-params` of RFC 4055. Nothing is left to a default, because TLS libraries compare
/// the octets with the form that spells all of it out.
#[derive(Sequence)]
struct PssParameters {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    hash: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT")]
    mask: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT")]
    salt: u8,
}

fn pss(hash: ObjectIdentifier, salt: u8) -> Result<AlgorithmIdentifierOwned, Error> {
    let hash = with_null(hash)?;
    let mask = with(MGF1, &hash)?;
    with(RSASSA_PSS, &PssParameters { hash, mask, salt })
}

fn with_null(oid: ObjectIdentifier) -> Result<AlgorithmIdentifierOwned, Error> {
    with(oid, &Null)
}

fn with(oid: ObjectIdentifier, parameters: &impl Encode) -> Result<AlgorithmIdentifierOwned, Error> {
    let parameters = Any::from_der(&parameters.to_der()?)?;
    Ok(AlgorithmIdentifierOwned { oid, parameters: Some(parameters) })
}
