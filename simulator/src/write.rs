//! What every write has: a caller, an id of its own, a citizen it may be about, a receipt.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Copenhagen;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::answer::Answer;
use crate::call::Call;
use crate::caller::{Caller, request_id};
use crate::dto::ServicekvitteringDto;
use crate::population::{CitizenId, Population};
use crate::refusal::Refusal;
use crate::rules::{self, refuse};
use crate::simulator::State;
use crate::store::Store;
use crate::value::{Guid, Moment};

/// A write under way: what was called and by whom, what it may change, and when it is.
pub(crate) struct Write<'a> {
    pub(crate) call: &'a Call,
    pub(crate) caller: Caller,
    pub(crate) population: &'a Population,
    pub(crate) store: &'a mut Store,
    pub(crate) now: DateTime<Utc>,
}

impl<'a> Write<'a> {
    /// Begins a write whose x-requestId was not seen before.
    ///
    /// # Errors
    /// What the headers are refused for; [`Refusal::RequestRepeated`].
    pub(crate) fn begin(
        call: &'a Call,
        population: &'a Population,
        State { store, request_ids, .. }: &'a mut State,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let caller = Caller::read(call, population)?;
        refuse(!request_ids.is_new(request_id(call)?, now), Refusal::RequestRepeated)?;
        Ok(Self { call, caller, population, store, now })
    }

    /// The citizen it is about.
    ///
    /// # Errors
    /// [`Refusal::CprUnknown`]; the rules about the citizen and the organisation.
    pub(crate) fn citizen(&self) -> Result<CitizenId, Refusal> {
        let citizen = self.population.find(&self.caller.number).ok_or(Refusal::CprUnknown)?;
        rules::check_citizen(self.population.citizen(citizen), &self.caller)?;
        Ok(citizen)
    }

    /// The body, as strict as the contract.
    ///
    /// # Errors
    /// [`Refusal::Message`].
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        body(self.call)
    }

    /// The time it is registered at.
    pub(crate) fn moment(&self) -> Moment {
        in_denmark(self.now)
    }

    /// The answer to a write that was registered.
    pub(crate) fn receipt(self) -> Answer {
        Answer::of(ServicekvitteringDto { registrerings_id: new_id(), registreringstidspunkt: self.moment() })
    }
}

/// An id in a path; `name` is that of its parameter.
///
/// # Errors
/// [`Refusal::Message`] when it is no uuid.
pub(crate) fn id(text: &str, name: &str) -> Result<Guid, Refusal> {
    Guid::parse(text).ok_or_else(|| Refusal::Message(format!("{name} is not a uuid")))
}

/// The body of a call, as strict as the contract.
///
/// # Errors
/// [`Refusal::Message`].
pub(crate) fn body<T: DeserializeOwned>(call: &Call) -> Result<T, Refusal> {
    let media_type = call.header("content-type").and_then(|value| value.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err(Refusal::Message("Content-Type is not application/json".to_owned()));
    }
    serde_json::from_slice(&call.body).map_err(|error| Refusal::Message(without_value(&error.to_string())))
}

/// The parser names unknown, missing and doubled members; of a wrong value it would print the value itself.
fn without_value(problem: &str) -> String {
    match problem.split_once(", expected ") {
        Some((start, expected)) if start.starts_with("invalid ") => format!("wrong value, expected {expected}"),
        _ => problem.to_owned(),
    }
}

/// An id nothing has yet.
#[expect(clippy::disallowed_methods, reason = "the simulator is a service of its own and makes its own ids")]
pub(crate) fn new_id() -> Guid {
    Guid(Uuid::new_v4())
}

/// A time as answers write it.
pub(crate) fn in_denmark(now: DateTime<Utc>) -> Moment {
    Moment(now.with_timezone(&Copenhagen).fixed_offset())
}
