//! Which client certificates a handshake accepts.

use std::cell::RefCell;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError, RootCertStore, SignatureScheme,
};

use super::proxy::validity;
use crate::forwarded::MAX_CHAIN;
use crate::identity::{self, MAX_CERTIFICATE_BYTES};
use crate::revocation::{Authorities, Refusal, Revocation, Trail};

thread_local! {
    /// What [`CallerVerifier`] refused last on this thread. The TLS library passes on only a
    /// closed list of errors, as they become alerts; this is what it has no room for.
    static REFUSED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The issuer, number and dates of the certificate that was refused last on this thread.
/// Read it where the handshake fails, which is on the thread that verified.
pub(crate) fn take_refused() -> Option<String> {
    REFUSED.take()
}

/// Verifies the chain of a client certificate up to the configured roots.
///
/// Many old clients send their own certificate only; the configured issuing CAs complete the
/// chain. They are named beside the roots in the request for a certificate, because such
/// clients choose theirs by the name of its issuer.
#[derive(Debug)]
pub(crate) struct CallerVerifier {
    inner: Arc<dyn ClientCertVerifier>,
    issuing: Vec<CertificateDer<'static>>,
    standing: Standing,
}

/// What is needed to say whether a certificate has been revoked.
#[derive(Debug)]
pub(crate) struct Standing {
    revocation: Arc<Revocation>,
    authorities: Arc<Authorities>,
}

impl Standing {
    pub(crate) fn new(
        revocation: Arc<Revocation>,
        roots: &[CertificateDer<'_>],
        issuing: &[CertificateDer<'_>],
    ) -> Self {
        let authorities = Arc::new(revocation.authorities(roots, issuing));
        Self { revocation, authorities }
    }

    pub(crate) fn authorities(&self) -> &Arc<Authorities> {
        &self.authorities
    }

    pub(crate) fn trail(&self, certificate: &CertificateDer<'_>) -> Trail {
        self.revocation.trail(&self.authorities, certificate)
    }

    /// Refuses a certificate that is revoked, or of which that cannot be told. The alert of the
    /// first is `certificate_revoked`, that of the others `certificate_unknown`: nothing is wrong
    /// with the caller's authority, as the library's own choice `unknown_ca` would say.
    fn check(&self, certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
        let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let now = DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let refused = |refusal| match refusal {
            Refusal::Revoked => CertificateError::Revoked,
            other => CertificateError::Other(OtherError(Arc::new(other))),
        };
        self.trail(certificate).check(now).map_err(|refusal| refused(refusal).into())
    }
}

impl CallerVerifier {
    /// # Errors
    /// When there is no root, or a certificate is unusable as an authority.
    pub(crate) fn new(
        provider: Arc<CryptoProvider>,
        roots: &[CertificateDer<'static>],
        issuing: Vec<CertificateDer<'static>>,
        required: bool,
        standing: Standing,
    ) -> Result<Self, VerifierError> {
        let roots = store(roots).map_err(VerifierError::Root)?;
        let hints = store(&issuing).map_err(VerifierError::Issuing)?.subjects();
        let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let builder = builder.add_root_hint_subjects(hints);
        let builder = if required { builder } else { builder.allow_unauthenticated() };
        let inner = builder.build().map_err(|_| VerifierError::NoRoot)?;
        Ok(Self { inner, issuing, standing })
    }

    pub(crate) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Whether a certificate leads to a root and is valid now; revocation is not looked at. What it costs is
    /// bounded: by [`check_size`], and by webpki, which gives up after 6 authorities on the way or 100 signatures.
    pub(crate) fn verify_chain(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        check_size(end_entity, intermediates)?;
        self.inner.verify_client_cert(end_entity, &self.complete(intermediates), now)
    }

    /// What the caller sent above its own certificate, and the issuing CAs it left out.
    fn complete<'a>(&'a self, sent: &'a [CertificateDer<'_>]) -> Vec<CertificateDer<'a>> {
        let missing = self.issuing.iter().filter(|issuing| !sent.iter().any(|sent| sent.as_ref() == issuing.as_ref()));
        let sent = sent.iter().map(AsRef::as_ref);
        sent.chain(missing.map(AsRef::as_ref)).map(CertificateDer::from).collect()
    }
}

/// Is raised when a chain is larger than any that is looked at.
#[derive(Debug, thiserror::Error)]
#[error("more than {MAX_CHAIN} certificates above the caller's own, or one of more than {MAX_CERTIFICATE_BYTES} bytes")]
pub(super) struct TooLarge;

/// Comes before anything is read: every way through the certificates costs, and their number multiplies the ways.
fn check_size(end_entity: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Result<(), Error> {
    let large = |certificate: &CertificateDer<'_>| certificate.len() > MAX_CERTIFICATE_BYTES;
    if intermediates.len() > MAX_CHAIN || large(end_entity) || intermediates.iter().any(large) {
        return Err(CertificateError::Other(OtherError(Arc::new(TooLarge))).into());
    }
    Ok(())
}

/// Why trust cannot be built from the configured certificates.
#[derive(Debug)]
pub(crate) enum VerifierError {
    /// There is no root at all.
    NoRoot,
    /// A root is not usable as an authority.
    Root(Error),
    /// An issuing CA is not usable as an authority.
    Issuing(Error),
}

fn store(certificates: &[CertificateDer<'static>]) -> Result<RootCertStore, Error> {
    let mut store = RootCertStore::empty();
    certificates.iter().try_for_each(|certificate| store.add(certificate.clone()))?;
    Ok(store)
}

impl ClientCertVerifier for CallerVerifier {
    fn client_auth_mandatory(&self) -> bool {
        self.inner.client_auth_mandatory()
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.inner.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let verified = self
            .verify_chain(end_entity, intermediates, now)
            .and_then(|verified| self.standing.check(end_entity, now).map(|()| verified));
        if verified.is_err() {
            REFUSED.set(Some(describe(end_entity)));
        }
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// What an operator needs to find a certificate, without its subject: that may be a person.
fn describe(certificate: &CertificateDer<'_>) -> String {
    match identity::Certificate::from_der(certificate) {
        Some(identity::Certificate { issuer, serial }) => {
            let (not_before, not_after) = validity(certificate).into_inner();
            let moment = |second| DateTime::from_timestamp(second, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
            let (from, to) = (moment(not_before), moment(not_after));
            format!("certificate {serial} issued by \"{issuer}\", valid from {from} to {to}")
        }
        None => "certificate unreadable".to_owned(),
    }
}
