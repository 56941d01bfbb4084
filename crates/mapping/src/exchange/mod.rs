//! An exchange: one request on its way. It hands out the calls that can be made, takes
//! their answers, and writes the reply. It does nothing itself: no I/O, no clock, no ids of
//! its own, so the same request, facts and answers always give the same effects and reply.

mod ahead;
mod body;
mod dropped;
mod effect;
mod judge;
mod read;
mod refusal;
mod reply;
mod update;

use chrono::{DateTime, FixedOffset};
use dfdg_contract::Message;
use uuid::Uuid;

use crate::json;
use crate::plan::{Call, Method, Plan, RefuseRule, Repeat};
use crate::reading::Reading;
use read::{Context, Item};

pub use refusal::{Refusal, ReplyError};
pub use update::Entity;

/// What the facade knows about a call.
pub struct Facts<'a> {
    /// When it came.
    pub now: DateTime<FixedOffset>,
    /// Its request id, a uuid.
    pub request_id: &'a str,
    /// The type of the organisation it is made for: `OrganisationTypeIdentifier`.
    pub organisation_type: u32,
    /// The code of that organisation: `OrganisationCode`.
    pub organisation_code: &'a str,
    /// The caller as its certificate names it: `CVR:<number>-UUID:<uuid>`.
    pub caller_identifier: &'a str,
    /// Settings of that organisation, or of the client system where it has none of that name, such as `digital-meeting-link`.
    pub settings: &'a dyn Fn(&str) -> Option<&'a str>,
    /// Makes a uuid.
    pub new_guid: &'a dyn Fn() -> Uuid,
}

/// Which call of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub(crate) usize);

impl CallId {
    /// The call with this number within its plan.
    #[must_use]
    pub fn from_index(index: usize) -> Self {
        Self(index)
    }

    /// Its number within the plan, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

/// A call to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Which call its answer is for.
    pub call: CallId,
    /// Index in `Catalogue::backends`.
    pub backend: usize,
    /// Method.
    pub method: Method,
    /// Path with query, percent-encoded.
    pub path: String,
    /// Headers of the mapping; `x-requestId`, `Accept` and `Content-Type` are the sender's.
    pub headers: Vec<(String, String)>,
    /// JSON.
    pub body: Option<Vec<u8>>,
    /// Whether it may be sent again.
    pub repeat: Repeat,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: Vec<u8>,
    /// 412 after a retry of our own of a `keyed` call: the first try was accepted, its answer is lost.
    pub already_accepted: bool,
    /// The `ETag`, as it came.
    pub version: Option<String>,
}

/// One request on its way.
pub struct Exchange<'p, 'm> {
    plan: &'p Plan,
    message: &'m Message<'m>,
    facts: &'m Facts<'m>,
    calls: Vec<State>,
    /// Whether what is updated had changed, and was read a second time.
    read_again: bool,
}

/// How far a call has come.
#[derive(Default)]
pub(crate) struct State {
    path_values: Vec<String>,
    handed_out: bool,
    answer: Option<Reading>,
    /// The version of what was read.
    version: Option<String>,
}

impl<'p, 'm> Exchange<'p, 'm> {
    /// Starts an exchange: judges the rules about the request, and its values as far as they stand alone.
    ///
    /// # Errors
    /// [`Refusal::Rule`] of the first rule that holds; else of the first value no call could carry.
    pub fn start(plan: &'p Plan, message: &'m Message<'m>, facts: &'m Facts<'m>) -> Result<Self, Refusal> {
        let calls = plan.calls.iter().map(|_| State::default()).collect();
        let exchange = Self { plan, message, facts, calls, read_again: false };
        exchange.judge(|rule| rule.after.is_empty())?;
        plan.calls.iter().try_for_each(|call| exchange.context().look_ahead(call))?;
        Ok(exchange)
    }

    /// The calls that can be made now and were not handed out yet. They do not depend on
    /// each other. Empty with nothing [`waiting`](Self::waiting) means that all are done.
    ///
    /// # Errors
    /// When a value cannot be written as its target wants it.
    pub fn ready(&mut self) -> Result<Vec<Effect>, Refusal> {
        let plan = self.plan;
        let mut effects = Vec::new();
        while let Some(index) = self.next() {
            let call = &plan.calls[index];
            self.calls[index].handed_out = true;
            if !call.when.iter().all(|condition| self.context().holds(condition, Item::None)) {
                // A call that is not made has an answer in which nothing is.
                self.answered(index, Reading::absent(&call.shape))?;
                continue;
            }
            self.calls[index].path_values = self.context().path_values(call)?;
            let mut effect = self.context().effect(index, call)?;
            effect.headers.extend(self.precondition(index));
            effects.push(effect);
        }
        Ok(effects)
    }

    /// A call whose inputs are known and that was not handed out yet.
    fn next(&self) -> Option<usize> {
        let mut calls = self.plan.calls.iter().zip(&self.calls);
        calls.position(|(call, state)| !state.handed_out && self.all_answered(&call.after))
    }

    fn all_answered(&self, calls: &[usize]) -> bool {
        calls.iter().all(|call| self.calls[*call].answer.is_some())
    }

    /// Judges some of the rules that refuse.
    fn judge(&self, due: impl Fn(&RefuseRule) -> bool) -> Result<(), Refusal> {
        let context = self.context();
        let holds = |rule: &&RefuseRule| rule.all.iter().all(|condition| context.holds(condition, Item::None));
        match self.plan.rules.iter().filter(|rule| due(rule)).find(holds) {
            Some(rule) => Err(Refusal::Rule { fault: rule.fault, text: rule.text.as_deref().map(str::to_owned) }),
            None => Ok(()),
        }
    }

    /// Takes what was read of an answer, and judges the rules that waited for it.
    fn answered(&mut self, call: usize, reading: Reading) -> Result<(), Refusal> {
        self.calls[call].answer = Some(reading);
        self.judge(|rule| rule.after.contains(&call) && self.all_answered(&rule.after))
    }

    /// How many calls were handed out and have no answer yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.calls.iter().filter(|call| call.handed_out && call.answer.is_none()).count()
    }

    /// Takes the answer of a call.
    ///
    /// # Errors
    /// [`Refusal::Backend`] when the backend refused, [`Refusal::BackendUnreadable`] when its
    /// answer is not what its contract says, [`Refusal::Rule`] when a rule that reads it holds.
    pub fn answer(&mut self, call: CallId, answer: &Answer) -> Result<(), Refusal> {
        let plan = &self.plan.calls[call.0];
        let reading = match answer.status {
            // Only a write may succeed without a word; a read without an answer has read nothing.
            200..300 if plan.shape.is_read() && (plan.repeat == Repeat::Read || !answer.body.is_empty()) => {
                json::read(&answer.body, &plan.shape).map_err(|unreadable| Refusal::unreadable(plan, unreadable))?
            }
            200..300 => Reading::absent(&plan.shape),
            412 if !answer.already_accepted && self.precondition(call.0).is_some() => return self.read_again(call.0),
            _ if answer.already_accepted => Reading::absent(&plan.shape),
            _ => return Err(refused(plan, answer)),
        };
        self.calls[call.0].version.clone_from(&answer.version);
        self.answered(call.0, reading)
    }

    /// Writes the reply as a SOAP envelope, once all calls are answered.
    ///
    /// # Errors
    /// When an answer has no place in the old contract, or the reply would break it.
    pub fn reply(&self) -> Result<String, ReplyError> {
        self.context().reply()
    }

    /// How many values of this request the mapping drops.
    #[must_use]
    pub fn dropped(&self) -> u32 {
        self.message.body().map_or(0, |body| self.plan.drops.iter().map(|steps| dropped::count(body, steps)).sum())
    }

    fn context(&self) -> Context<'_, 'm> {
        Context { plan: self.plan, message: self.message, facts: self.facts, calls: &self.calls }
    }
}

/// Why a backend refused: by the code in its answer, or by what the mapping says about the status.
fn refused(call: &Call, answer: &Answer) -> Refusal {
    let (code, text) = json::error(&answer.body, &call.error_code, &call.error_text);
    let by_status = call.faults.iter().find(|(status, _)| *status == answer.status);
    let fault = by_status.filter(|_| code.is_none()).map(|(_, fault)| *fault);
    Refusal::Backend { call: call.name.to_string(), status: answer.status, code, text, fault }
}
