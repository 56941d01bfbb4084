//! Why a certificate is not in good standing, and why a list is not taken.

use thiserror::Error;

/// Why a certificate that leads to a root is refused nevertheless. Closed: each has a label in
/// journal and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Is raised when the certificate, or that of an authority above it, is on its issuer's list.
    #[error("the certificate is revoked")]
    Revoked,
    /// Is raised when its issuer is none of `callers.trust.roots` and `issuing`: nobody knows its list.
    #[error("the certificate's issuer is not among callers.trust.roots and callers.trust.issuing")]
    IssuerUnknown,
    /// Is raised when no list of its issuer has been accepted yet, or one that leaves it out of its scope.
    #[error("there is no usable revocation list of the certificate's issuer")]
    NoList,
    /// Is raised when the list of its issuer is past its next update and the grace after it.
    #[error("the revocation list of the certificate's issuer is out of date")]
    ListExpired,
}

impl Refusal {
    /// The name in the log and in the label of the metric.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::IssuerUnknown => "issuer_unknown",
            Self::NoList => "no_revocation_list",
            Self::ListExpired => "revocation_list_expired",
        }
    }
}

/// Why a revocation list that was read is not taken into use; the former one stays.
#[derive(Debug, Error)]
pub enum ListError {
    /// Is raised when the file cannot be read.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// Is raised when the server cannot be asked, does not answer in time, or breaks off.
    #[error("cannot be fetched: {0}")]
    Fetch(String),
    /// Is raised when the server answers with another status than 200 or 304.
    #[error("cannot be fetched: the server answers with HTTP {0}")]
    Status(u16),
    /// Is raised when it is larger than the limit.
    #[error("is larger than the {0} bytes allowed")]
    TooLarge(usize),
    /// Is raised when it is no revocation list in DER or PEM.
    #[error("is not a revocation list: {0}")]
    Unreadable(&'static str),
    /// Is raised when none of the configured authorities has the name of its issuer.
    #[error("its issuer is not among callers.trust.roots and callers.trust.issuing")]
    IssuerUnknown,
    /// Is raised when it is not signed with the key of the authority it names.
    #[error("its signature is not that of its issuer")]
    BadSignature,
    /// Is raised when the authority's certificate does not allow its key to sign lists.
    #[error("its issuer may not sign revocation lists")]
    MayNotSign,
    /// Is raised when it lists changes only (a delta list).
    #[error("is a delta list; the full one is needed")]
    Delta,
    /// Is raised when it speaks for other issuers, or for some reasons or attribute certificates only.
    #[error("is an indirect or partial list; the full one is needed")]
    Partial,
    /// Is raised when it has a critical extension that is not understood.
    #[error("has a critical extension that is not understood")]
    CriticalExtension,
    /// Is raised when it does not say when the next one comes.
    #[error("has no nextUpdate")]
    NoNextUpdate,
    /// Is raised when it is from the future, by more than clocks may differ.
    #[error("its thisUpdate lies in the future")]
    FromTheFuture,
    /// Is raised when its number or thisUpdate is lower than that of the list in use.
    #[error("is older than the list in use")]
    RollBack,
    /// Is raised when it is past its next update and the grace after it, so that it is of no use.
    #[error("is out of date")]
    Expired,
}

impl ListError {
    /// A short label from a closed set, for metrics and the journal.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Io(_) => "unreadable_file",
            Self::Fetch(_) => "not_fetched",
            Self::Status(_) => "http_status",
            Self::TooLarge(_) => "too_large",
            Self::Unreadable(_) => "unreadable",
            Self::IssuerUnknown => "issuer_unknown",
            Self::BadSignature => "bad_signature",
            Self::MayNotSign => "may_not_sign",
            Self::Delta => "delta",
            Self::Partial => "partial",
            Self::CriticalExtension => "critical_extension",
            Self::NoNextUpdate => "no_next_update",
            Self::FromTheFuture => "from_the_future",
            Self::RollBack => "roll_back",
            Self::Expired => "expired",
        }
    }

    /// What the operator can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io(_) => "it must be readable for the user the facade runs as",
            Self::Fetch(_) | Self::Status(_) => "look whether this machine may reach the address",
            Self::TooLarge(_) | Self::Unreadable(_) => "it must be one revocation list, as its authority published it",
            Self::IssuerUnknown | Self::BadSignature | Self::MayNotSign => {
                "name its authority in callers.trust, or take the list out: test and production have lists of their own"
            }
            Self::Delta | Self::Partial | Self::CriticalExtension => "ask the authority for its full list",
            Self::NoNextUpdate | Self::FromTheFuture => "look at the clock of this machine, then ask the authority",
            Self::RollBack => "two sources have the same list; keep the one that is renewed",
            Self::Expired => "fetch the list of today",
        }
    }
}
