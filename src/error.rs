//! Why a call was not served. Closed, so that the way from an error to what the caller is
//! told ([`crate::fault`]) can be exhaustive.

use dfdg_contract::soap::EnvelopeError;
use dfdg_contract::xml::EncodingError;
use dfdg_mapping::{Refusal, ReplyError};
use thiserror::Error;

use crate::backend::BackendError;
use crate::forwarded;
use crate::identity;
use crate::revocation;

/// An error with its causes, of which the last is mostly the one that tells something.
#[must_use]
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Who has to do something about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The caller sent what the contract or its registration does not allow.
    Caller,
    /// The facade or its configuration is wrong.
    Facade,
    /// The backend did not answer as its contract says, or not at all.
    Backend,
}

/// Why the body of a request could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BodyProblem {
    /// Is raised when the body is larger than `callers.limits.max_body_bytes`.
    #[error("the message is larger than the {limit} bytes allowed")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// Is raised when the body does not come within `callers.limits.body_timeout`.
    #[error("the message did not arrive in time")]
    TooSlow,
    /// Is raised when the connection breaks before the body is complete.
    #[error("the message broke off before its end")]
    Broken,
}

/// Why a caller may not do what it asks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AccessError {
    /// Is raised when a call comes without a client certificate.
    #[error("no client certificate")]
    NoCertificate,
    /// Is raised when the certificate is not one of those that may call.
    #[error("certificate refused: {0}")]
    CertificateRefused(identity::Refusal),
    /// Is raised when a certificate is named in a header and is not accepted from there.
    #[error(transparent)]
    Forwarded(#[from] forwarded::Refusal),
    /// Is raised when the certificate is outside its time of validity by now.
    #[error("certificate not valid now")]
    CertificateNotValid,
    /// Is raised when the certificate has been revoked by now, or when that cannot be told.
    #[error("{0}")]
    Revocation(revocation::Refusal),
    /// Is raised when nobody is registered for the certificate's identity.
    #[error("certificate not registered")]
    NotRegistered,
    /// Is raised when the certificate's identity is registered as that of a publisher, which may not call.
    #[error("registered as a publisher and not as a caller")]
    RegisteredAsPublisher,
    /// Is raised when the certificate's identity is registered as that of a client system, which may not deliver
    /// messages.
    #[error("registered as a client system and not as a publisher")]
    RegisteredAsClient,
    /// Is raised when the registration has not begun or has ended.
    #[error("registration not valid today")]
    RegistrationNotValid,
    /// Is raised when the client system may not call this operation.
    #[error("operation not allowed")]
    OperationNotAllowed,
    /// Is raised when there is no such type of organisation; with the element that names it.
    #[error("organisation type unknown, in {0}")]
    OrganisationTypeUnknown(&'static str),
    /// Is raised when the operation is not for organisations of this type.
    #[error("organisation type not permitted")]
    OrganisationTypeNotPermitted,
    /// Is raised when the client system may not act for the organisation in a header block; with the element that names it.
    #[error("organisation not allowed, in {0}")]
    OrganisationNotAllowed(&'static str),
    /// Is raised when neither the request nor the registration names one organisation: the contract has no header
    /// block for it, and the client system may act for none or several and has no `default_organisation`.
    #[error("the request cannot name an organisation, and the registration of the client system names no single one")]
    OrganisationNotNamed,
}

impl AccessError {
    /// A short label from a closed set, for metrics and the journal.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoCertificate => "no_certificate",
            Self::CertificateRefused(refusal) => refusal.reason(),
            Self::Forwarded(refusal) => refusal.reason(),
            Self::CertificateNotValid => "certificate_not_valid",
            Self::Revocation(refusal) => refusal.reason(),
            Self::NotRegistered => "not_registered",
            Self::RegisteredAsPublisher => "registered_as_publisher",
            Self::RegisteredAsClient => "registered_as_client",
            Self::RegistrationNotValid => "registration_not_valid",
            Self::OperationNotAllowed => "operation_not_allowed",
            Self::OrganisationTypeUnknown(_) => "organisation_type_unknown",
            Self::OrganisationTypeNotPermitted => "organisation_type_not_permitted",
            Self::OrganisationNotAllowed(_) => "organisation_not_allowed",
            Self::OrganisationNotNamed => "organisation_not_named",
        }
    }
}

/// Why a call was not served.
#[derive(Debug, Error)]
pub enum CallError {
    /// Is raised when the request's body did not come whole.
    #[error(transparent)]
    Body(#[from] BodyProblem),
    /// Is raised when the bytes are not text in the encoding they claim.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// Is raised when the envelope, its header blocks or its message break the contract.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// Is raised when the SOAPAction belongs to another operation than the body.
    #[error("the SOAPAction is not that of {operation}")]
    WrongAction {
        /// The operation the body asks for.
        operation: String,
        /// The SOAPAction it should have had.
        expected: String,
    },
    /// Is raised when the caller may not do what it asks.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Is raised when a rule, a code list or the backend refuses the call.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Is raised when others update the same entity until the deadline of this call. Nothing was sent.
    #[error("others were updating the same until the deadline")]
    Busy,
    /// Is raised when a backend could not be asked.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// Is raised when the reply would have broken the old contract.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// Is raised when the operation is in the contract, but `services.toml` says that it is not served.
    #[error("the operation is not served: {reason}")]
    NotServed {
        /// The fault the caller is told, when one is named.
        fault: Option<u32>,
        /// Why, as `services.toml` has it.
        reason: String,
    },
    /// Is raised when the service at the path is gone for good; the text names its successor.
    #[error("{text}")]
    Gone {
        /// The fault the caller is told.
        fault: u32,
        /// The text the caller is told.
        text: String,
    },
    /// Is raised when the program has a fault and broke off; what was on its way to a backend may have arrived.
    #[error("a fault of the program broke off the call")]
    Broken,
    /// Is raised when `journal.audit` is strict and the call's line cannot be written.
    #[error("the journal cannot be written")]
    Journal,
    /// Is raised when the path is served but the service behind it is gone from the catalogue.
    #[error("no such service")]
    NoService,
}

impl CallError {
    /// Who has to do something about it.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::Body(_)
            | Self::Encoding(_)
            | Self::Envelope(_)
            | Self::WrongAction { .. }
            | Self::Access(_)
            | Self::NotServed { .. }
            | Self::Gone { .. } => Blame::Caller,
            Self::Refused(refusal) => blame_of(refusal),
            Self::Backend(BackendError::Store(_)) => Blame::Facade,
            Self::Backend(_) | Self::Busy => Blame::Backend,
            Self::Reply(_) | Self::Broken | Self::Journal | Self::NoService => Blame::Facade,
        }
    }
}

fn blame_of(refusal: &Refusal) -> Blame {
    match refusal {
        Refusal::Rule { .. } | Refusal::CodeList { .. } | Refusal::Conversion { .. } => Blame::Caller,
        Refusal::Setting { .. } => Blame::Facade,
        Refusal::Backend { code: Some(_), .. } | Refusal::Backend { fault: Some(_), .. } => Blame::Caller,
        Refusal::Backend { .. } | Refusal::BackendUnreadable { .. } | Refusal::Changed { .. } => Blame::Backend,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Error)]
    #[error("no connection")]
    struct Outer(#[source] Inner);

    #[derive(Debug, Error)]
    #[error("the name is not known")]
    struct Inner;

    #[test]
    fn the_last_cause_is_told_too() {
        assert_eq!(with_causes(&Outer(Inner)), "no connection: the name is not known");
    }
}
