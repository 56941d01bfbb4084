//! Why a handshake failed: a closed list, for the log and the metric.

use std::io;

use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, OtherError, PeerIncompatible};

use super::verifier;
use crate::revocation;

/// Why a connection ended before its first request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// No client certificate was presented and `callers.client_certificate` is `required`.
    NoCertificate,
    /// The certificate does not lead to a root of `callers.trust.roots`.
    UnknownIssuer,
    /// The certificate, or one above it, is past its end date.
    Expired,
    /// The certificate, or one above it, is not valid yet.
    NotYetValid,
    /// The certificate is on a revocation list.
    Revoked,
    /// Whether the certificate is revoked cannot be told: there is no list of its issuer, or none
    /// that can still be relied upon.
    RevocationUnknown,
    /// A signature in the chain, or the proof that the caller holds the key, is wrong.
    BadSignature,
    /// The address is that of a proxy, and the certificate is none of `callers.proxy.certificates`.
    NotTheProxy,
    /// There are more or larger certificates than are looked at.
    CertificateTooLarge,
    /// The certificate fails in another way: encoding, purpose, unknown critical extension.
    BadCertificate,
    /// The caller speaks neither TLS 1.2 nor TLS 1.3 (docs/old-clients.md).
    ProtocolVersion,
    /// The caller offers protocols on top of TLS by name (ALPN), and `http/1.1` is none of them.
    NoHttp11,
    /// No cipher suite, key exchange group or signature scheme in common (docs/old-clients.md).
    NoCommonCipher,
    /// The caller did not accept our certificate or broke off with another alert.
    RefusedByCaller,
    /// What arrived is not TLS, for example HTTP without TLS.
    NotTls,
    /// The handshake took longer than `callers.limits.handshake_timeout`.
    TimedOut,
    /// The caller closed the connection before the handshake was done.
    Closed,
    /// `callers.limits.connections` or `connections_per_address` was reached.
    TooManyConnections,
    /// Anything else; the detail in the log says what.
    Other,
}

impl Reason {
    /// Every reason, for metrics that start at zero.
    pub const ALL: [Self; 19] = [
        Self::NoCertificate,
        Self::UnknownIssuer,
        Self::Expired,
        Self::NotYetValid,
        Self::Revoked,
        Self::RevocationUnknown,
        Self::BadSignature,
        Self::NotTheProxy,
        Self::CertificateTooLarge,
        Self::BadCertificate,
        Self::ProtocolVersion,
        Self::NoHttp11,
        Self::NoCommonCipher,
        Self::RefusedByCaller,
        Self::NotTls,
        Self::TimedOut,
        Self::Closed,
        Self::TooManyConnections,
        Self::Other,
    ];

    /// The name in the log and in the label of the metric.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::NoCertificate => "no_certificate",
            Self::UnknownIssuer => "unknown_issuer",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::Revoked => "revoked",
            Self::RevocationUnknown => "revocation_unknown",
            Self::BadSignature => "bad_signature",
            Self::NotTheProxy => "not_the_proxy",
            Self::CertificateTooLarge => "certificate_too_large",
            Self::BadCertificate => "bad_certificate",
            Self::ProtocolVersion => "protocol_version",
            Self::NoHttp11 => "no_http_1_1",
            Self::NoCommonCipher => "no_common_cipher",
            Self::RefusedByCaller => "refused_by_caller",
            Self::NotTls => "not_tls",
            Self::TimedOut => "timed_out",
            Self::Closed => "closed",
            Self::TooManyConnections => "too_many_connections",
            Self::Other => "other",
        }
    }

    /// Whether the caller has shown a certificate, which names somebody.
    pub(super) fn shows_a_certificate(self) -> bool {
        match self {
            Self::UnknownIssuer
            | Self::Expired
            | Self::NotYetValid
            | Self::Revoked
            | Self::RevocationUnknown
            | Self::BadSignature
            | Self::NotTheProxy
            | Self::CertificateTooLarge
            | Self::BadCertificate => true,
            Self::NoCertificate
            | Self::ProtocolVersion
            | Self::NoHttp11
            | Self::NoCommonCipher
            | Self::RefusedByCaller
            | Self::NotTls
            | Self::TimedOut
            | Self::Closed
            | Self::TooManyConnections
            | Self::Other => false,
        }
    }

    /// The reason behind an error of the TLS stream.
    #[must_use]
    pub fn of(error: &io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(error) => Self::of_tls(error),
            None => Self::of_socket(error.kind()),
        }
    }

    fn of_socket(kind: io::ErrorKind) -> Self {
        match kind {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Self::Closed,
            io::ErrorKind::TimedOut => Self::TimedOut,
            _ => Self::Other,
        }
    }

    /// The reason behind an error of the TLS library.
    pub(super) fn of_tls(error: &Error) -> Self {
        match error {
            Error::NoCertificatesPresented => Self::NoCertificate,
            Error::InvalidCertificate(error) => Self::of_certificate(error),
            Error::PeerIncompatible(error) => Self::of_incompatibility(error),
            Error::NoApplicationProtocol => Self::NoHttp11,
            Error::InvalidMessage(InvalidMessage::UnknownProtocolVersion) => Self::ProtocolVersion,
            Error::InvalidMessage(InvalidMessage::InvalidContentType) => Self::NotTls,
            // no other message of a client is so long
            Error::InvalidMessage(
                InvalidMessage::CertificatePayloadTooLarge | InvalidMessage::HandshakePayloadTooLarge,
            ) => Self::CertificateTooLarge,
            Error::AlertReceived(AlertDescription::CloseNotify | AlertDescription::UserCanceled) => Self::Closed,
            Error::AlertReceived(_) => Self::RefusedByCaller,
            _ => Self::Other,
        }
    }

    fn of_certificate(error: &CertificateError) -> Self {
        match error {
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Self::NotYetValid,
            CertificateError::Revoked => Self::Revoked,
            CertificateError::Other(OtherError(other)) if other.is::<revocation::Refusal>() => Self::RevocationUnknown,
            CertificateError::Other(OtherError(other)) if other.is::<verifier::TooLarge>() => Self::CertificateTooLarge,
            CertificateError::ApplicationVerificationFailure => Self::NotTheProxy,
            CertificateError::BadSignature
            | CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => Self::BadSignature,
            _ => Self::BadCertificate,
        }
    }

    fn of_incompatibility(error: &PeerIncompatible) -> Self {
        match error {
            PeerIncompatible::NoCipherSuitesInCommon
            | PeerIncompatible::NoKxGroupsInCommon
            | PeerIncompatible::NoSignatureSchemesInCommon
            | PeerIncompatible::NoCertificateRequestSignatureSchemesInCommon
            | PeerIncompatible::NoEcPointFormatsInCommon
            | PeerIncompatible::NamedGroupsExtensionRequired
            | PeerIncompatible::UncompressedEcPointsRequired => Self::NoCommonCipher,
            PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled
            | PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::SupportedVersionsExtensionRequired
            | PeerIncompatible::SignatureAlgorithmsExtensionRequired => Self::ProtocolVersion, // came with TLS 1.2
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_reason_has_a_label_of_its_own() {
        let labels: HashSet<_> = Reason::ALL.iter().map(|reason| reason.label()).collect();
        assert_eq!(labels.len(), Reason::ALL.len());
    }

    #[test]
    fn errors_find_their_reason() {
        let cases = [
            (Error::NoCertificatesPresented, Reason::NoCertificate),
            (CertificateError::UnknownIssuer.into(), Reason::UnknownIssuer),
            (CertificateError::Expired.into(), Reason::Expired),
            (CertificateError::NotValidYet.into(), Reason::NotYetValid),
            (CertificateError::Revoked.into(), Reason::Revoked),
            (CertificateError::BadSignature.into(), Reason::BadSignature),
            (CertificateError::UnhandledCriticalExtension.into(), Reason::BadCertificate),
            (PeerIncompatible::Tls12NotOfferedOrEnabled.into(), Reason::ProtocolVersion),
            (PeerIncompatible::NoCipherSuitesInCommon.into(), Reason::NoCommonCipher),
            (Error::NoApplicationProtocol, Reason::NoHttp11),
            (InvalidMessage::InvalidContentType.into(), Reason::NotTls),
            (Error::AlertReceived(AlertDescription::UnknownCA), Reason::RefusedByCaller),
            (Error::General("odd".to_owned()), Reason::Other),
        ];
        for (error, reason) in cases {
            assert_eq!(Reason::of(&io::Error::new(io::ErrorKind::InvalidData, error.clone())), reason, "{error}");
        }
    }

    #[test]
    fn socket_errors_find_their_reason() {
        let cases = [
            (io::ErrorKind::UnexpectedEof, Reason::Closed),
            (io::ErrorKind::ConnectionReset, Reason::Closed),
            (io::ErrorKind::TimedOut, Reason::TimedOut),
            (io::ErrorKind::PermissionDenied, Reason::Other),
        ];
        for (kind, reason) in cases {
            assert_eq!(Reason::of(&kind.into()), reason);
        }
    }
}
