//! UpdateIndkaldelse, which replaces an indkaldelse whole, and DeleteIndkaldelse, which cancels it.

use chrono::{DateTime, Utc};

use crate::answer::Answer;
use crate::call::Call;
use crate::create_indkaldelse::indkaldelse;
use crate::dto::{CreateIndkaldelseRequestDto, IndkaldelseDto};
use crate::population::Population;
use crate::refusal::Refusal;
use crate::request_ids::RequestIds;
use crate::store::Store;
use crate::{rules, versions, write};

/// # Errors
/// What headers, id or body are refused for; [`Refusal::RequestRepeated`]; [`Refusal::IndkaldelseUnknown`] for an id
/// that is not one of the citizen's, or is cancelled; [`Refusal::Changed`]; then the rules of the domain.
pub(crate) fn update(
    call: &Call,
    id: &str,
    population: &Population,
    (store, request_ids): (&mut Store, &mut RequestIds),
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    let caller = write::caller(call, population, request_ids, now)?;
    let id = write::id(id, "indkaldelseId")?;
    let body: CreateIndkaldelseRequestDto = write::body(call)?;
    let citizen = write::citizen(&caller, population)?;
    rules::check_enrolled(population.citizen(citizen))?;
    let present = store.find(citizen, id).ok_or(Refusal::IndkaldelseUnknown)?;
    versions::check(call, store.version(citizen, id))?;
    rules::check_owner(present, body.ejersystem_type)?;
    rules::check_update(&body, present, &caller, &population.codelists, now)?;
    let originator = body.oprettet_af.or(Some(present.oprettet_af));
    let updated: IndkaldelseDto =
        indkaldelse(id, CreateIndkaldelseRequestDto { oprettet_af: originator, ..body }, &caller)?;
    store.replace(citizen, updated, write::in_denmark(now));
    Ok(Answer::of(write::receipt(now)))
}

/// The owner system cannot be told here: the call has no place for the system that makes it.
///
/// # Errors
/// As [`update`], but for what concerns a body.
pub(crate) fn delete(
    call: &Call,
    id: &str,
    population: &Population,
    (store, request_ids): (&mut Store, &mut RequestIds),
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    let caller = write::caller(call, population, request_ids, now)?;
    let id = write::id(id, "indkaldelseId")?;
    let citizen = write::citizen(&caller, population)?;
    if !store.remove(citizen, id, write::in_denmark(now)) {
        return Err(Refusal::IndkaldelseUnknown);
    }
    Ok(Answer::of(write::receipt(now)))
}

#[cfg(test)]
#[path = "change_indkaldelse_tests.rs"]
mod tests;
