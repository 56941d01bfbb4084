//! Participants from other authorities: CreateMyndighedsdeltager, UpdateMyndighedsdeltager, DeleteMyndighedsdeltager.
//!
//! The owner system of an indkaldelse does not bar them: it guards the indkaldelse, and these bodies have no place for
//! the system that makes the call.

use chrono::{DateTime, Utc};

use crate::answer::Answer;
use crate::call::Call;
use crate::caller::Caller;
use crate::dto::{CreateMyndighedsdeltagerRequestDto, MyndighedsdeltagerDto};
use crate::population::{CitizenId, Population};
use crate::refusal::Refusal;
use crate::request_ids::RequestIds;
use crate::rules::{self, refuse};
use crate::store::Store;
use crate::write;

/// # Errors
/// What headers, id or body are refused for; [`Refusal::RequestRepeated`]; the rules about the citizen;
/// [`Refusal::NotOwnCitizen`]; [`Refusal::IndkaldelseUnknown`]; [`Refusal::IdInUse`].
pub(crate) fn create(
    call: &Call,
    id: &str,
    population: &Population,
    (store, request_ids): (&mut Store, &mut RequestIds),
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    let caller = write::caller(call, population, request_ids, now)?;
    let id = write::id(id, "myndighedsdeltagerId")?;
    let body: CreateMyndighedsdeltagerRequestDto = write::body(call)?;
    let citizen = own_citizen(&caller, population)?;
    let indkaldelse = body.indkaldelse_identifier;
    store.find(citizen, indkaldelse).ok_or(Refusal::IndkaldelseUnknown)?;
    let participant = MyndighedsdeltagerDto::new(id, body);
    refuse(!store.add_participant(citizen, indkaldelse, participant, write::in_denmark(now)), Refusal::IdInUse)?;
    Ok(Answer::of(write::receipt(now)))
}

/// Replaces a participant whole; it stays with its indkaldelse.
///
/// # Errors
/// As [`create`], with [`Refusal::DeltagerUnknown`] when none with this id takes part in that indkaldelse.
pub(crate) fn update(
    call: &Call,
    id: &str,
    population: &Population,
    (store, request_ids): (&mut Store, &mut RequestIds),
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    let caller = write::caller(call, population, request_ids, now)?;
    let id = write::id(id, "myndighedsdeltagerId")?;
    let body: CreateMyndighedsdeltagerRequestDto = write::body(call)?;
    let citizen = own_citizen(&caller, population)?;
    let indkaldelse = body.indkaldelse_identifier;
    store.find(citizen, indkaldelse).ok_or(Refusal::IndkaldelseUnknown)?;
    let participant = MyndighedsdeltagerDto::new(id, body);
    let there = store.replace_participant(citizen, indkaldelse, participant, write::in_denmark(now));
    refuse(!there, Refusal::DeltagerUnknown)?;
    Ok(Answer::of(write::receipt(now)))
}

/// # Errors
/// What headers or id are refused for; [`Refusal::RequestRepeated`]; the rules about the citizen;
/// [`Refusal::NotOwnCitizen`]; [`Refusal::DeltagerUnknown`].
pub(crate) fn delete(
    call: &Call,
    id: &str,
    population: &Population,
    (store, request_ids): (&mut Store, &mut RequestIds),
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    let caller = write::caller(call, population, request_ids, now)?;
    let id = write::id(id, "myndighedsdeltagerId")?;
    let citizen = own_citizen(&caller, population)?;
    refuse(!store.remove_participant(citizen, id, write::in_denmark(now)), Refusal::DeltagerUnknown)?;
    Ok(Answer::of(write::receipt(now)))
}

/// The citizen of the call, who must be one of the organisation's own.
fn own_citizen(caller: &Caller, population: &Population) -> Result<CitizenId, Refusal> {
    let citizen = write::citizen(caller, population)?;
    rules::check_own_citizen(population.citizen(citizen), caller)?;
    Ok(citizen)
}

#[cfg(test)]
#[path = "myndighedsdeltager_tests.rs"]
mod tests;
