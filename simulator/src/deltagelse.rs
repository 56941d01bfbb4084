//! SaveDeltagelsesvalg, CreateMyndighedsdeltager and DeleteMyndighedsdeltager.

use chrono::{DateTime, Utc};

use crate::answer::Answer;
use crate::call::Call;
use crate::dto::{CreateMyndighedsdeltagerRequestDto, SaveDeltagelsesvalgRequestDto};
use crate::population::Population;
use crate::refusal::Refusal;
use crate::request_ids::RequestIds;
use crate::rules::refuse;
use crate::store::Store;
use crate::write;

/// # Errors
/// What headers or body are refused for; [`Refusal::RequestRepeated`]; then the rules about the citizen and
/// [`Refusal::Deltagelsesvalg`].
pub(crate) fn save_choice(
    call: &Call,
    population: &Population,
    (store, request_ids): (&mut Store, &mut RequestIds),
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    let caller = write::caller(call, population, request_ids, now)?;
    let body: SaveDeltagelsesvalgRequestDto = write::body(call)?;
    let citizen = write::citizen(&caller, population)?;
    let lists = &population.codelists;
    refuse(!lists.deltagelsesvalg.contains(&body.deltagelsesvalg_type.0), Refusal::Deltagelsesvalg)?;
    let talk = body.samtale_type.map(|talk| talk.0);
    refuse(talk.is_some_and(|talk| !lists.samtaletype.contains(&talk)), Refusal::Samtaletype)?;
    store.choose(citizen, talk, body.deltagelsesvalg_type.0);
    Ok(Answer::of(write::receipt(now)))
}

/// # Errors
/// What headers, id or body are refused for; [`Refusal::RequestRepeated`]; the rules about the citizen;
/// [`Refusal::IndkaldelseUnknown`]; [`Refusal::IdInUse`].
pub(crate) fn add(
    call: &Call,
    id: &str,
    population: &Population,
    (store, request_ids): (&mut Store, &mut RequestIds),
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    let caller = write::caller(call, population, request_ids, now)?;
    let id = write::id(id, "myndighedsdeltagerId")?;
    let body: CreateMyndighedsdeltagerRequestDto = write::body(call)?;
    let citizen = write::citizen(&caller, population)?;
    store.find(citizen, body.indkaldelse_identifier).ok_or(Refusal::IndkaldelseUnknown)?;
    refuse(!store.add_participant(citizen, id), Refusal::IdInUse)?;
    Ok(Answer::of(write::receipt(now)))
}

/// # Errors
/// What headers or id are refused for; [`Refusal::RequestRepeated`]; the rules about the citizen;
/// [`Refusal::DeltagerUnknown`].
pub(crate) fn remove(
    call: &Call,
    id: &str,
    population: &Population,
    (store, request_ids): (&mut Store, &mut RequestIds),
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    let caller = write::caller(call, population, request_ids, now)?;
    let id = write::id(id, "myndighedsdeltagerId")?;
    let citizen = write::citizen(&caller, population)?;
    refuse(!store.remove_participant(citizen, id), Refusal::DeltagerUnknown)?;
    Ok(Answer::of(write::receipt(now)))
}
