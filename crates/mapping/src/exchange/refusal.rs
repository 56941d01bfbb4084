//! Why an exchange ends in a fault. No variant holds a value a person sent.

use dfdg_contract::Violation;

use super::read::{Failure, Why};
use crate::json::Unreadable;
use crate::plan::{Call, Origin, Plan};

/// Why an exchange ends in a fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Is raised when a `[[refuse]]` rule of the mapping holds. The caller's doing.
    #[error("a rule of the mapping refuses the request with fault {fault}")]
    Rule {
        /// The fault.
        fault: u32,
        /// What the caller is told instead of the fault's own text.
        text: Option<String>,
    },
    /// Is raised when a code the caller sent has no partner, or is withdrawn. The caller's doing.
    #[error("{path}: not a code of list {list} that can be sent")]
    CodeList {
        /// The list.
        list: String,
        /// Where the code stands in the request.
        path: String,
        /// The fault the list names.
        fault: u32,
        /// The code, where the list names it as one that is refused: then it is not a value of a person.
        listed: Option<String>,
    },
    /// Is raised when a value the caller sent cannot be what the new contract wants. The caller's doing.
    #[error("{path}: the value must be {rule}")]
    Conversion {
        /// Where the value stands in the request.
        path: String,
        /// The rule, to be read after "must be".
        rule: String,
    },
    /// Is raised when a setting or fact cannot be what the new contract wants. The operator's doing.
    #[error("{source_name}: the value must be {rule}")]
    Setting {
        /// The setting or fact, such as `setting:digital-meeting-link`.
        source_name: String,
        /// The rule, to be read after "must be".
        rule: String,
    },
    /// Is raised when a backend answers with another status than success.
    #[error("call {call} was refused with status {status}, {}", .code.map_or("no code".to_owned(), |code| format!("code {code}")))]
    Backend {
        /// The call's name.
        call: String,
        /// HTTP status.
        status: u16,
        /// The code in the body, to be turned back by [`crate::Faults::turn_back`].
        code: Option<i64>,
        /// The text in the body.
        text: Option<String>,
        /// Without a code: the fault `[call.faults]` names for the status.
        fault: Option<u32>,
    },
    /// Is raised when somebody else changed what a call replaces, and did so again while it was read anew. Nothing
    /// was written.
    #[error("what call {call} replaces was changed by others at the same time")]
    Changed {
        /// The call's name.
        call: String,
    },
    /// Is raised when a success is not what the backend's contract says, or has a code without partner.
    #[error("the answer of call {call} cannot be read at `{pointer}`: it must be {rule}")]
    BackendUnreadable {
        /// The call's name.
        call: String,
        /// JSON pointer; empty for the answer as a whole.
        pointer: String,
        /// The rule, to be read after "must be".
        rule: String,
    },
}

/// Why a reply could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// Is raised when a value cannot stand in the reply: the refusal says whose it is.
    #[error(transparent)]
    Value(#[from] Refusal),
    /// Is raised when the reply would break the old contract. Nothing of it is sent.
    #[error("the reply would break the contract: {0}")]
    Contract(#[from] Violation),
}

impl Refusal {
    pub(super) fn unreadable(call: &Call, unreadable: Unreadable) -> Self {
        Self::BackendUnreadable { call: call.name.to_string(), pointer: unreadable.pointer, rule: unreadable.rule }
    }

    /// Whose value failed decides what it is called.
    pub(super) fn of(plan: &Plan, failure: Failure) -> Self {
        let path = failure.place.path.to_string();
        match (failure.place.origin, failure.why) {
            (Origin::Caller, Why::Code { list, fault, listed }) => {
                Self::CodeList { list: list.to_owned(), path, fault, listed }
            }
            (Origin::Caller, Why::Rule(rule)) => Self::Conversion { path, rule: rule.into_owned() },
            (Origin::Facade, why) => Self::Setting { source_name: path, rule: why.rule() },
            (Origin::Answer { call }, why) => {
                let call = plan.calls[call].name.to_string();
                Self::BackendUnreadable { call, pointer: path, rule: why.rule() }
            }
        }
    }
}
