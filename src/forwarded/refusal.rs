//! Why a certificate that was passed on is not accepted.

use std::fmt;

use thiserror::Error;

use super::MAX_CHAIN;
use crate::identity::MAX_CERTIFICATE_BYTES;
use crate::listener::Reason;

/// The two headers of RFC 9440.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// The caller's own certificate.
    Certificate,
    /// Those above it.
    Chain,
}

impl fmt::Display for Header {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Certificate => "Client-Cert",
            Self::Chain => "Client-Cert-Chain",
        })
    }
}

/// Why the certificate in the headers of a request is not accepted. Closed: each has a label in journal and metrics.
/// The text says what to do and holds nothing of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Is raised when a header is there and the connection is not that of a configured proxy, or no longer.
    #[error("the headers Client-Cert and Client-Cert-Chain are accepted from the proxies of callers.proxy only")]
    NotFromProxy,
    /// Is raised when a header is there more than once; then the proxy let one of the caller's pass.
    #[error("the header {0} is there more than once; the proxy must remove what callers send")]
    Repeated(Header),
    /// Is raised when a header is not in the form of RFC 9440.
    #[error("the header {0} is not a certificate as RFC 9440 has it (:base64 of the DER:)")]
    Malformed(Header),
    /// Is raised when a certificate is larger than any that is looked at.
    #[error("a certificate in the header {0} is larger than {MAX_CERTIFICATE_BYTES} bytes")]
    TooLarge(Header),
    /// Is raised when there are more certificates above the caller's own than are looked at.
    #[error("there are more than {MAX_CHAIN} certificates in the header Client-Cert-Chain")]
    TooMany,
    /// Is raised when there are certificates above one that is not there.
    #[error("the header Client-Cert-Chain is there without Client-Cert")]
    ChainAlone,
    /// Is raised when the certificate does not verify: what ends a handshake of our own.
    #[error("the client certificate does not verify: {}", .0.label())]
    NotVerified(Reason),
}

impl Refusal {
    /// The name in the log and in the label of the metric.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::NotFromProxy => "client_cert_not_from_proxy",
            Self::Repeated(_) => "client_cert_repeated",
            Self::Malformed(_) => "client_cert_malformed",
            Self::TooLarge(_) => "client_cert_too_large",
            Self::TooMany => "client_cert_too_many",
            Self::ChainAlone => "client_cert_missing",
            Self::NotVerified(reason) => reason.label(),
        }
    }
}
