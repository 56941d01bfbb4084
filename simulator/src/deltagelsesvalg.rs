//! The citizen's choices about who takes part in meetings: SaveDeltagelsesvalg, GetDeltagelsesvalg,
//! GetSpecifiktDeltagelsesvalg and GetDeltagelsesvalgshistorik.
//!
//! Two published rules have no place here, because the service has no method they could hang on: that a choice is reset
//! when a held talk of its type is registered, and which authority may register its own opt-out (what code 2 means was
//! not seen). That choice 3 outlives the end of absence 75 (RN-BK-08) holds, since nothing ends a choice.

use crate::answer::Answer;
use crate::call::Call;
use crate::dto::{
    DeltagelsesvalgDto, GetDeltagelsesvalgResponseDto, GetDeltagelsesvalgshistorikResponseDto,
    SaveDeltagelsesvalgRequestDto,
};
use crate::population::Population;
use crate::read;
use crate::refusal::Refusal;
use crate::rules::{self, refuse};
use crate::store::{Choices, Store};
use crate::write::{self, Write};

/// # Errors
/// What headers or body are refused for; [`Refusal::RequestRepeated`]; then the rules about the citizen,
/// [`Refusal::NotEnrolled`], [`Refusal::Deltagelsesvalg`] and [`Refusal::Samtaletype`].
pub(crate) fn save(write: Write<'_>) -> Result<Answer, Refusal> {
    let body: SaveDeltagelsesvalgRequestDto = write.body()?;
    let citizen = write.citizen()?;
    rules::check_enrolled(write.population.citizen(citizen))?;
    let lists = &write.population.codelists;
    refuse(!lists.deltagelsesvalg.contains(&body.deltagelsesvalg_type.0), Refusal::Deltagelsesvalg)?;
    let talk = body.samtale_type;
    refuse(talk.is_some_and(|talk| !lists.samtaletype.contains(&talk.0)), Refusal::Samtaletype)?;
    let deltagelsesvalg_type = body.deltagelsesvalg_type;
    let choice = DeltagelsesvalgDto { deltagelsesvalg_id: write::new_id(), deltagelsesvalg_type, samtale_type: talk };
    write.store.choose(citizen, choice, write.moment());
    Ok(write.receipt())
}

/// # Errors
/// What the headers are refused for; [`Refusal::CprUnknown`].
pub(crate) fn all(call: &Call, population: &Population, store: &Store) -> Result<Answer, Refusal> {
    let choices = store.choices(read::citizen(call, population)?);
    Ok(Answer::of(GetDeltagelsesvalgResponseDto { deltagelsesvalg: choices.map_or(&[], Choices::present) }))
}

/// # Errors
/// What headers or id are refused for; [`Refusal::CprUnknown`]; [`Refusal::NoSuchElement`] for an id that is not that
/// of one of the citizen's choices.
pub(crate) fn one(call: &Call, id: &str, population: &Population, store: &Store) -> Result<Answer, Refusal> {
    let choices = store.choices(read::citizen(call, population)?);
    let id = write::id(id, "deltagelsesvalgId")?;
    choices.and_then(|choices| choices.find(id)).map(Answer::of).ok_or(Refusal::NoSuchElement)
}

/// # Errors
/// What the headers are refused for; [`Refusal::CprUnknown`].
pub(crate) fn history(call: &Call, population: &Population, store: &Store) -> Result<Answer, Refusal> {
    let choices = store.choices(read::citizen(call, population)?);
    Ok(Answer::of(GetDeltagelsesvalgshistorikResponseDto { historik: choices.map_or(&[], Choices::history) }))
}

#[cfg(test)]
#[path = "deltagelsesvalg_tests.rs"]
mod tests;
