//! GetIndkaldelser: all indkaldelser of one citizen.

use crate::answer::Answer;
use crate::call::Call;
use crate::dto::GetIndkaldelserResponseDto;
use crate::population::Population;
use crate::read;
use crate::refusal::Refusal;
use crate::store::Store;

/// # Errors
/// What the headers are refused for; [`Refusal::CprUnknown`].
pub(crate) fn answer(call: &Call, population: &Population, store: &Store) -> Result<Answer, Refusal> {
    let citizen = read::citizen(call, population)?;
    Ok(Answer::of(GetIndkaldelserResponseDto { indkaldelser: store.of(citizen).iter().collect() }))
}
