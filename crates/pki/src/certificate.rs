//! Making certificates: a [`Profile`] says what a certificate holds, an [`Issuer`] signs it.

use aws_lc_rs::rand;
use chrono::{DateTime, Utc};
use der::asn1::{Any, BitString, ObjectIdentifier};
use der::flagset::FlagSet;
use der::{Decode, Encode, Sequence};
use x509_cert::Version;
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};

use crate::Error;
use crate::algorithm::Scheme;
use crate::authority::{Addresses, Issuer};
use crate::extension;
use crate::key::{Key, pem};
use crate::name::{Attribute, name};

/// Everything a certificate says that does not follow from keys and issuer. All of it is open to
/// change, because the test set needs certificates that are wrong in one point.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) subject: Vec<Attribute>,
    pub(crate) not_before: DateTime<Utc>,
    pub(crate) not_after: DateTime<Utc>,
    pub(crate) constraints: Option<BasicConstraints>,
    pub(crate) key_usage: KeyUsage,
    pub(crate) policies: Vec<ObjectIdentifier>,
    /// Extended key usage; empty = no such extension.
    pub(crate) purposes: Vec<ObjectIdentifier>,
    /// DNS names and IP addresses of the subjectAltName; empty = no such extension.
    pub(crate) hosts: Vec<String>,
    /// Where the issuer publishes; `None` = neither of the two extensions.
    pub(crate) addresses: Option<Addresses>,
    /// Whether the qcStatements of a legal person are there.
    pub(crate) legal_person: bool,
    pub(crate) unknown_critical_extension: bool,
    /// How it is signed; `None` = as the issuer does.
    pub(crate) scheme: Option<Scheme>,
}

impl Profile {
    /// A profile with nothing but what every certificate must have.
    pub(crate) fn new(
        subject: Vec<Attribute>,
        not_before: DateTime<Utc>,
        not_after: DateTime<Utc>,
        key_usage: impl Into<FlagSet<KeyUsages>>,
    ) -> Self {
        Self {
            subject,
            not_before,
            not_after,
            key_usage: KeyUsage(key_usage.into()),
            constraints: None,
            policies: Vec::new(),
            purposes: Vec::new(),
            hosts: Vec::new(),
            addresses: None,
            legal_person: false,
            unknown_critical_extension: false,
            scheme: None,
        }
    }
}

/// A finished certificate.
pub(crate) struct Certificate {
    pub(crate) der: Vec<u8>,
    pub(crate) serial: Serial,
}

impl Certificate {
    pub(crate) fn pem(&self) -> Result<String, Error> {
        pem("CERTIFICATE", &self.der)
    }
}

/// The octets of a serial number.
pub(crate) type Serial = Vec<u8>;

/// Makes and signs a certificate for `key`.
pub(crate) fn certify(profile: &Profile, key: &Key, issuer: Issuer<'_>) -> Result<Certificate, Error> {
    let serial = random_serial()?;
    let scheme = profile.scheme.unwrap_or(issuer.name.scheme());
    let validity = Validity::new(time(profile.not_before)?, time(profile.not_after)?);
    let body = Body {
        version: Version::V3,
        serial_number: SerialNumber::new(&serial)?,
        signature: scheme.identifier()?,
        issuer: name(&issuer.name.subject())?,
        validity,
        subject: name(&profile.subject)?,
        public_key: key.public()?,
        extensions: extension::of_certificate(profile, &key.id(), &issuer.key.id())?,
    };
    Ok(Certificate { der: signed(&body, issuer.key, scheme)?, serial })
}

/// `TBSCertificate` of RFC 5280 without the parts nobody uses. x509-cert's own type can only be
/// filled through a builder that decides the extensions itself.
#[derive(Sequence)]
struct Body {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    version: Version,
    serial_number: SerialNumber,
    signature: AlgorithmIdentifierOwned,
    issuer: Name,
    validity: Validity,
    subject: Name,
    public_key: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT")]
    extensions: Extensions,
}

/// What certificates and revocation lists have in common: a body, and a signature over it.
#[derive(Sequence)]
struct Signed {
    body: Any,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

/// Signs `body`, which must name the same `scheme`, and returns the whole in DER.
pub(crate) fn signed(body: &impl Encode, key: &Key, scheme: Scheme) -> Result<Vec<u8>, Error> {
    let body = body.to_der()?;
    let signature = BitString::from_bytes(&key.sign(scheme, &body)?)?;
    Ok(Signed { body: Any::from_der(&body)?, algorithm: scheme.identifier()?, signature }.to_der()?)
}

/// A point in time as X.509 writes it; before the year 1970 there is none.
pub(crate) fn time(moment: DateTime<Utc>) -> Result<Time, Error> {
    let seconds = u64::try_from(moment.timestamp()).map_err(|_| der::ErrorKind::DateTime.to_error())?;
    Ok(der::DateTime::from_unix_duration(std::time::Duration::from_secs(seconds))?.into())
}

/// 20 random octets, positive and without a leading zero.
fn random_serial() -> Result<Serial, Error> {
    let mut octets = [0; 20];
    rand::fill(&mut octets).map_err(|_| Error::Crypto("give random numbers"))?;
    octets[0] = octets[0] & 0x3f | 0x40;
    Ok(octets.to_vec())
}
