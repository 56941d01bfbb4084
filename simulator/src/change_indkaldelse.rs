//! UpdateIndkaldelse, which replaces an indkaldelse whole, and DeleteIndkaldelse, which cancels it.

use crate::answer::Answer;
use crate::create_indkaldelse::indkaldelse;
use crate::dto::{CreateIndkaldelseRequestDto, IndkaldelseDto};
use crate::refusal::Refusal;
use crate::rules::{self, refuse};
use crate::versions;
use crate::write::{self, Write};

/// # Errors
/// What headers, id or body are refused for; [`Refusal::RequestRepeated`]; [`Refusal::IndkaldelseUnknown`] for an id
/// that is not one of the citizen's, or is cancelled; [`Refusal::Changed`]; then the rules of the domain.
pub(crate) fn update(write: Write<'_>, id: &str) -> Result<Answer, Refusal> {
    let id = write::id(id, "indkaldelseId")?;
    let body: CreateIndkaldelseRequestDto = write.body()?;
    let citizen = write.citizen()?;
    rules::check_enrolled(write.population.citizen(citizen))?;
    let present = write.store.find(citizen, id).ok_or(Refusal::IndkaldelseUnknown)?;
    versions::check(write.call, write.store.version(citizen, id))?;
    rules::check_owner(present, body.ejersystem_type)?;
    rules::check_update(&body, present, &write.caller, &write.population.codelists, write.now)?;
    let originator = body.oprettet_af.or(Some(present.oprettet_af));
    let updated: IndkaldelseDto =
        indkaldelse(id, CreateIndkaldelseRequestDto { oprettet_af: originator, ..body }, &write.caller)?;
    write.store.replace(citizen, updated, write.moment());
    Ok(write.receipt())
}

/// The owner system cannot be told here: the call has no place for the system that makes it.
///
/// # Errors
/// As [`update`], but for what concerns a body.
pub(crate) fn delete(write: Write<'_>, id: &str) -> Result<Answer, Refusal> {
    let id = write::id(id, "indkaldelseId")?;
    let citizen = write.citizen()?;
    refuse(!write.store.remove(citizen, id, write.moment()), Refusal::IndkaldelseUnknown)?;
    Ok(write.receipt())
}

#[cfg(test)]
#[path = "change_indkaldelse_tests.rs"]
mod tests;
