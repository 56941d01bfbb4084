//! The proxies that may say who a caller is (`callers.proxy`).
//!
//! A header proves nothing by itself: certificates are public. So a proxy is known by its address
//! and by the key of a certificate that is named in the settings, and every connection from such an
//! address is a proxy's, or none.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use x509_parser::prelude::{FromDer, X509Certificate};

/// The proxies of one load of the certificates.
#[derive(Debug)]
pub(crate) struct Proxies {
    addresses: Vec<IpAddr>,
    certificates: Vec<Pinned>,
    algorithms: WebPkiSupportedAlgorithms,
}

/// The certificate of a proxy: that very one, whoever issued it.
#[derive(Debug)]
struct Pinned {
    der: CertificateDer<'static>,
    validity: RangeInclusive<i64>,
}

impl Proxies {
    pub(crate) fn new(
        addresses: &[IpAddr],
        certificates: Vec<CertificateDer<'static>>,
        algorithms: WebPkiSupportedAlgorithms,
    ) -> Arc<Self> {
        let pinned = |der| Pinned { validity: validity(&der), der };
        Arc::new(Self {
            addresses: addresses.iter().map(IpAddr::to_canonical).collect(),
            certificates: certificates.into_iter().map(pinned).collect(),
            algorithms,
        })
    }

    /// Whether connections from this address are a proxy's.
    pub(crate) fn include(&self, address: IpAddr) -> bool {
        self.addresses.contains(&address.to_canonical())
    }

    /// Whether this is the certificate of a proxy, and valid at this second.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub(crate) fn check(&self, certificate: &CertificateDer<'_>, second: i64) -> Result<(), CertificateError> {
        let pinned = self.certificates.iter().find(|pinned| pinned.der.as_ref() == certificate.as_ref());
        match pinned.map(|pinned| &pinned.validity) {
            None => Err(CertificateError::ApplicationVerificationFailure),
            Some(validity) if validity.contains(&second) => Ok(()),
            Some(validity) if second < *validity.start() => Err(CertificateError::NotValidYet),
            Some(_) => Err(CertificateError::Expired),
        }
    }
}

/// First and last second of a certificate's validity, counted from 1970; none, when it cannot be read.
pub(super) fn validity(der: &CertificateDer<'_>) -> RangeInclusive<i64> {
    let parsed = X509Certificate::from_der(der).ok();
    let validity = parsed.map(|(_, certificate)| certificate.validity().clone());
    validity
        .map_or(RangeInclusive::new(1, 0), |validity| validity.not_before.timestamp()..=validity.not_after.timestamp())
}

impl ClientCertVerifier for Proxies {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.check(end_entity, i64::try_from(now.as_secs()).unwrap_or(i64::MAX))?;
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
