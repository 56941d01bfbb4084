//! Why a backend gave no answer.

use super::retry::Outcome;
use crate::store::StoreError;
use thiserror::Error;

/// Why a backend gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BackendError {
    /// Is raised when no connection can be made: nothing was sent.
    #[error("no connection")]
    Unreachable,
    /// Is raised when the answer does not come in time: within `backends.<name>.timeout` at the
    /// last try, or within `calls.deadline` for all.
    #[error("no answer in time")]
    TimedOut,
    /// Is raised when the connection breaks before the answer is complete.
    #[error("the connection broke")]
    Broken,
    /// Is raised when the backend has failed too often and is left alone for now.
    #[error("left alone after too many failures")]
    CircuitOpen,
    /// Is raised when the answer is larger than `backends.<name>.max_answer_bytes`.
    #[error("the answer is larger than the {limit} bytes allowed")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// Is raised when the path or the header field of this name cannot be put into HTTP.
    #[error("{0} cannot be put into HTTP")]
    Unsendable(String),
    /// Is raised when the mapping names a backend, or the registration an identity, that the settings do not have.
    #[error("not in the settings")]
    NotConfigured,
    /// Is raised when the facade was to answer itself, and its store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BackendError {
    /// Its name in log lines and metrics.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed_out",
            Self::Broken => "broken",
            Self::CircuitOpen => "circuit_open",
            Self::TooLarge { .. } => "too_large",
            Self::Unsendable(_) => "unsendable",
            Self::NotConfigured => "not_configured",
            Self::Store(error) => error.reason(),
        }
    }

    /// What it means for the retry.
    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::TimedOut | Self::Broken => Outcome::Lost,
            Self::TooLarge { .. } => Outcome::TooLarge,
            Self::Unreachable | Self::CircuitOpen | Self::Unsendable(_) | Self::NotConfigured | Self::Store(_) => {
                Outcome::NotSent
            }
        }
    }
}
