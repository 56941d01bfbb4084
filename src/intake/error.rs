//! Why a push is not kept, and what the publisher is told.

use std::time::Duration;

use dfdg_mapping::PushProblem;
use thiserror::Error;

use super::recipient::RecipientProblem;
use crate::error::{AccessError, BodyProblem};
use crate::revocation::Refusal;
use crate::store::StoreError;

/// When a publisher is to deliver again what could not be kept.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// Why a push is not kept. What a person sent is in none of them.
#[derive(Debug, Error)]
pub enum PushError {
    /// Is raised when whoever delivers may not.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Is raised when the path names no recipient.
    #[error(transparent)]
    Recipient(#[from] RecipientProblem),
    /// Is raised when the body did not come whole.
    #[error(transparent)]
    Body(#[from] BodyProblem),
    /// Is raised when the body can be no push, however it is read.
    #[error("{0}")]
    Unreadable(PushProblem),
    /// Is raised when the catalogue does not say how a push is read.
    #[error("the facade does not know how a push is read")]
    NoFormat,
    /// Is raised when the store does not keep it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Is raised when `journal.audit` is strict and the line cannot be written. The push may be kept; delivered again
    /// it is known again.
    #[error("the journal cannot be written")]
    Journal,
}

impl PushError {
    /// The HTTP status: 5xx for what another delivery can make right, 4xx for what it cannot.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Access(AccessError::NoCertificate) => 401,
            Self::Access(error) if is_ours(error) => 503,
            Self::Access(_) => 403,
            Self::Body(BodyProblem::TooLarge { .. }) => 413,
            Self::Body(BodyProblem::TooSlow) => 408,
            Self::Recipient(_) | Self::Unreadable(_) | Self::Body(BodyProblem::Broken) => 400,
            Self::NoFormat | Self::Store(_) | Self::Journal => 503,
        }
    }

    /// When to deliver again; `None` when that cannot help.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        (self.status() == 503).then_some(RETRY_AFTER)
    }

    /// A short label from a closed set, for metrics and the journal.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Access(error) => error.reason(),
            Self::Recipient(problem) => problem.reason(),
            Self::Body(BodyProblem::TooLarge { .. }) => "too_large",
            Self::Body(BodyProblem::TooSlow) => "too_slow",
            Self::Body(BodyProblem::Broken) => "broken_off",
            Self::Unreadable(_) => "unreadable",
            Self::NoFormat => "no_format",
            Self::Store(error) => error.reason(),
            Self::Journal => "journal",
        }
    }

    /// What kind of refusal it is.
    pub(super) fn title(&self) -> &'static str {
        match self.status() {
            401 | 403 => "The push is not accepted from this certificate",
            503 => "The push cannot be kept at the moment",
            _ => "The push is not understood",
        }
    }

    /// What to do about it.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Access(AccessError::NoCertificate) => "present the publisher's certificate in the TLS handshake",
            Self::Access(error) if is_ours(error) => AGAIN,
            Self::Access(_) => "ask those who run the facade to register the certificate as a publisher's",
            Self::Recipient(problem) => problem.hint(),
            Self::Body(BodyProblem::TooLarge { .. }) => {
                "a push says what happened to which entity; it carries no document"
            }
            Self::Body(_) => "send the whole body with its Content-Length",
            Self::Unreadable(_) => "send one JSON object in UTF-8",
            Self::NoFormat | Self::Store(_) | Self::Journal => AGAIN,
        }
    }
}

const AGAIN: &str = "deliver it again later; a push that has been kept is known again and not doubled";

/// Whether it is for the facade to mend, and the certificate may be good: that it is revoked cannot be told.
fn is_ours(error: &AccessError) -> bool {
    matches!(error, AccessError::Revocation(Refusal::NoList | Refusal::ListExpired))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_delivery_can_make_right_is_5xx_with_the_time_to_come_again() {
        let cases: [(PushError, u16); 11] = [
            (AccessError::NoCertificate.into(), 401),
            (AccessError::NotRegistered.into(), 403),
            (AccessError::RegisteredAsClient.into(), 403),
            (AccessError::Revocation(Refusal::Revoked).into(), 403),
            (AccessError::Revocation(Refusal::ListExpired).into(), 503),
            (RecipientProblem::Code.into(), 400),
            (BodyProblem::TooLarge { limit: 1 }.into(), 413),
            (BodyProblem::TooSlow.into(), 408),
            (PushError::Unreadable(PushProblem::NotJson), 400),
            (StoreError::Full.into(), 503),
            (PushError::Journal, 503),
        ];
        for (error, status) in cases {
            assert_eq!(error.status(), status, "{error}");
            assert_eq!(error.retry_after().is_some(), status >= 500, "{error}");
        }
    }
}
