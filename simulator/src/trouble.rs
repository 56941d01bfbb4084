//! Trouble a test can script: slow, wrong, half and missing answers.

use std::time::Duration;

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::call::{Call, Operation};

/// One piece of trouble, as `POST /simulator/trouble` takes it.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trouble {
    /// The method it is for; any when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<Operation>,
    /// The path it is for, as sent; any when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// Calls that go well before it sets in.
    #[serde(default)]
    skip: u32,
    /// Calls it then lasts for.
    #[serde(default = "once")]
    times: u32,
    /// Wait before the method runs, in milliseconds.
    #[serde(default)]
    delay_ms: u64,
    /// Wait after the method ran, before the answer, in milliseconds.
    #[serde(default)]
    delay_answer_ms: u64,
    /// What becomes of the answer.
    #[serde(default)]
    pub(crate) effect: Effect,
}

/// What becomes of the answer.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Effect {
    /// It is sent as it is.
    #[default]
    None,
    /// Another one is sent in its place.
    Answer {
        status: Status,
        #[serde(default = "json")]
        content_type: String,
        #[serde(default)]
        body: String,
        /// Whether the method runs all the same.
        #[serde(default)]
        apply: bool,
    },
    /// The connection is closed without a byte of an answer.
    Drop {
        /// Whether the method runs all the same.
        #[serde(default)]
        apply: bool,
    },
    /// Every object in it has a member more.
    UnknownMember,
    /// Half its JSON is sent, as if it were whole.
    Truncate,
    /// Half its JSON is sent, then the connection is closed.
    Cut,
}

/// A final HTTP status, 200 to 599.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(try_from = "u16", into = "u16")]
pub(crate) struct Status(pub(crate) StatusCode);

impl TryFrom<u16> for Status {
    type Error = &'static str;

    fn try_from(number: u16) -> Result<Self, Self::Error> {
        let status = StatusCode::from_u16(number).ok().filter(|_| (200..600).contains(&number));
        status.map(Self).ok_or("status is not between 200 and 599")
    }
}

impl From<Status> for u16 {
    fn from(status: Status) -> Self {
        status.0.as_u16()
    }
}

impl Trouble {
    /// Counts one call that is meant; true when the trouble hits it.
    pub(crate) fn hits(&mut self, call: &Call) -> bool {
        if !self.is_for(call) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        let hits = self.times > 0;
        self.times = self.times.saturating_sub(1);
        hits
    }

    /// Whether it can hit no further call.
    pub(crate) fn is_over(&self) -> bool {
        self.times == 0
    }

    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms)
    }

    pub(crate) fn delay_answer(&self) -> Duration {
        Duration::from_millis(self.delay_answer_ms)
    }

    fn is_for(&self, call: &Call) -> bool {
        let operation = call.operation().map(|(operation, _)| operation);
        self.operation.is_none_or(|wanted| operation == Some(wanted))
            && self.path.as_ref().is_none_or(|path| *path == call.path)
    }
}

impl Effect {
    /// Whether the method runs.
    pub(crate) fn applies(&self) -> bool {
        !matches!(self, Self::Answer { apply: false, .. } | Self::Drop { apply: false })
    }
}

fn once() -> u32 {
    1
}

fn json() -> String {
    "application/json".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{read, write};

    fn trouble(json: &str) -> Trouble {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn it_counts_only_the_calls_it_is_for() {
        let mut trouble = trouble(r#"{"operation": "CreateIndkaldelse", "skip": 1, "times": 2}"#);
        let [read, write] = [read().call(), write().call()];
        let hits: Vec<_> = [&write, &read, &write, &read, &write, &write].map(|call| trouble.hits(call)).to_vec();
        assert_eq!(hits, [false, false, true, false, true, false]);
        assert!(trouble.is_over());
    }

    #[test]
    fn a_path_is_compared_as_sent() {
        assert!(trouble(r#"{"path": "/v1/Indkaldelse"}"#).hits(&read().call()));
        assert!(!trouble(r#"{"path": "/v1/Indkaldelse"}"#).hits(&write().call()));
    }

    #[test]
    fn a_slip_in_the_script_is_refused() {
        let slips = [
            r#"{"time": 2}"#,
            r#"{"times": -1}"#,
            r#"{"operation": "Create"}"#,
            r#"{"effect": {"kind": "explode"}}"#,
            r#"{"effect": {"kind": "answer"}}"#,
            r#"{"effect": {"kind": "answer", "status": 99}}"#,
            r#"{"effect": {"kind": "drop", "aply": true}}"#,
        ];
        for slip in slips {
            assert!(serde_json::from_str::<Trouble>(slip).is_err(), "{slip}");
        }
    }
}
