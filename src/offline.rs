//! One request without a network: facts and answers are given, and what would be sent and
//! replied comes out. The command `translate` shows it to people, the scenarios of the tests
//! hold it against files; both run this, so that they cannot come to differ.
//!
//! The stages are those of [`crate::call`] without the ones about the caller: who it is, what
//! it may do, and whether its SOAPAction is that of the body.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use dfdg_contract::soap::Envelope;
use dfdg_contract::xml::{self, Limits};
use dfdg_contract::{Message, Operation};
use dfdg_mapping::{Answer, Effect, Exchange, Facts, Plan};
use uuid::Uuid;

use crate::catalogue::Served;
use crate::error::{AccessError, CallError};

/// What is given in place of a clock, chance, the registry and the backends.
pub struct Given<'g> {
    /// When the request came.
    pub now: DateTime<FixedOffset>,
    /// Its id.
    pub request_id: Uuid,
    /// Type and code of the organisation it is made for, where its contract has no header block that says so.
    pub organisation: Option<(u32, &'g str)>,
    /// The settings of the organisation it is made for.
    pub settings: &'g BTreeMap<String, String>,
    /// Makes the ids the mapping asks for.
    pub new_guid: &'g dyn Fn() -> Uuid,
    /// The answers, in the order in which the calls are handed out.
    pub answers: &'g [Answer],
    /// The answer to a call that has one already: those the facade answers itself.
    pub inside: &'g dyn Fn(&Effect) -> Option<Answer>,
}

/// Whoever it would be.
const CALLER: &str = "CVR:00000000-UUID:00000000-0000-4000-8000-000000000000";

/// What became of a request.
#[derive(Debug)]
pub struct Outcome<'c> {
    /// The operation its body asks for, when it was understood that far.
    pub operation: Option<&'c Operation>,
    /// The calls it became, in the order in which they were handed out.
    pub calls: Vec<Effect>,
    /// How it ended.
    pub end: End,
}

/// How a request ended.
#[derive(Debug)]
pub enum End {
    /// With the reply, an envelope.
    Reply(String),
    /// With an error, which the caller is told as a fault.
    Fault(CallError),
    /// Nowhere: there were fewer answers than calls.
    Unanswered,
}

/// Runs one request, given as the bytes of its envelope.
#[must_use]
pub fn run<'c>(served: Served<'c>, bytes: &[u8], given: &Given<'_>) -> Outcome<'c> {
    let mut outcome = Outcome { operation: None, calls: Vec::new(), end: End::Unanswered };
    outcome.end = serve(served, bytes, given, &mut outcome).unwrap_or_else(End::Fault);
    outcome
}

fn serve<'c>(served: Served<'c>, bytes: &[u8], given: &Given<'_>, outcome: &mut Outcome<'c>) -> Result<End, CallError> {
    let contract = &served.service.contract;
    let text = xml::decode(bytes, None)?;
    let envelope = Envelope::open(contract, &text, Limits::default())?;
    let operation = envelope.operation().map_err(|error| served.unserved(error))?;
    outcome.operation = contract.operation(&operation.name);
    envelope.require_headers()?;
    let message = envelope.message()?;
    let plan = served.plan(operation)?;
    let stated = served.header_paths.active(operation, &message);
    let organisation = stated.or(given.organisation).ok_or(AccessError::OrganisationNotNamed)?;
    exchange(plan, &message, organisation, given, &mut outcome.calls)
}

fn exchange(
    plan: &Plan,
    message: &Message<'_>,
    (organisation_type, organisation_code): (u32, &str),
    given: &Given<'_>,
    calls: &mut Vec<Effect>,
) -> Result<End, CallError> {
    let request_id = given.request_id.to_string();
    let settings = |name: &str| given.settings.get(name).map(String::as_str);
    let facts = Facts {
        now: given.now,
        request_id: &request_id,
        organisation_type,
        organisation_code,
        caller_identifier: CALLER,
        settings: &settings,
        new_guid: given.new_guid,
    };
    let mut exchange = Exchange::start(plan, message, &facts)?;
    let mut answers = given.answers.iter().cloned();
    loop {
        let known = calls.len();
        calls.extend(exchange.ready()?);
        if calls.len() == known {
            break;
        }
        for effect in &calls[known..] {
            let Some(answer) = (given.inside)(effect).or_else(|| answers.next()) else { continue };
            exchange.answer(effect.call, &answer)?;
        }
    }
    match exchange.waiting() {
        0 => Ok(End::Reply(exchange.reply()?)),
        _ => Ok(End::Unanswered),
    }
}
