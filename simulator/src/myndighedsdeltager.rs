//! Participants from other authorities: CreateMyndighedsdeltager, UpdateMyndighedsdeltager, DeleteMyndighedsdeltager.
//!
//! The owner system of an indkaldelse does not bar them: it guards the indkaldelse, and these bodies have no place for
//! the system that makes the call.

use crate::answer::Answer;
use crate::dto::{CreateMyndighedsdeltagerRequestDto, MyndighedsdeltagerDto};
use crate::population::CitizenId;
use crate::refusal::Refusal;
use crate::rules::{self, refuse};
use crate::write::{self, Write};

/// # Errors
/// What headers, id or body are refused for; [`Refusal::RequestRepeated`]; the rules about the citizen;
/// [`Refusal::NotOwnCitizen`]; [`Refusal::IndkaldelseUnknown`]; [`Refusal::IdInUse`].
pub(crate) fn create(write: Write<'_>, id: &str) -> Result<Answer, Refusal> {
    let id = write::id(id, "myndighedsdeltagerId")?;
    let body: CreateMyndighedsdeltagerRequestDto = write.body()?;
    let citizen = own_citizen(&write)?;
    let indkaldelse = body.indkaldelse_identifier;
    write.store.find(citizen, indkaldelse).ok_or(Refusal::IndkaldelseUnknown)?;
    let participant = MyndighedsdeltagerDto::new(id, body);
    refuse(!write.store.add_participant(citizen, indkaldelse, participant, write.moment()), Refusal::IdInUse)?;
    Ok(write.receipt())
}

/// Replaces a participant whole; it stays with its indkaldelse.
///
/// # Errors
/// As [`create`], with [`Refusal::DeltagerUnknown`] when none with this id takes part in that indkaldelse.
pub(crate) fn update(write: Write<'_>, id: &str) -> Result<Answer, Refusal> {
    let id = write::id(id, "myndighedsdeltagerId")?;
    let body: CreateMyndighedsdeltagerRequestDto = write.body()?;
    let citizen = own_citizen(&write)?;
    let indkaldelse = body.indkaldelse_identifier;
    write.store.find(citizen, indkaldelse).ok_or(Refusal::IndkaldelseUnknown)?;
    let participant = MyndighedsdeltagerDto::new(id, body);
    let there = write.store.replace_participant(citizen, indkaldelse, participant, write.moment());
    refuse(!there, Refusal::DeltagerUnknown)?;
    Ok(write.receipt())
}

/// # Errors
/// What headers or id are refused for; [`Refusal::RequestRepeated`]; the rules about the citizen;
/// [`Refusal::NotOwnCitizen`]; [`Refusal::DeltagerUnknown`].
pub(crate) fn delete(write: Write<'_>, id: &str) -> Result<Answer, Refusal> {
    let id = write::id(id, "myndighedsdeltagerId")?;
    let citizen = own_citizen(&write)?;
    refuse(!write.store.remove_participant(citizen, id, write.moment()), Refusal::DeltagerUnknown)?;
    Ok(write.receipt())
}

/// The citizen of the call, who must be one of the organisation's own.
fn own_citizen(write: &Write<'_>) -> Result<CitizenId, Refusal> {
    let citizen = write.citizen()?;
    rules::check_own_citizen(write.population.citizen(citizen), &write.caller)?;
    Ok(citizen)
}

#[cfg(test)]
#[path = "myndighedsdeltager_tests.rs"]
mod tests;
