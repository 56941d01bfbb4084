//! GetIndkaldelser: all indkaldelser of one citizen, by any number the citizen has or had (RN-CPR-01).

use crate::answer::Answer;
use crate::call::Call;
use crate::caller::Caller;
use crate::dto::GetIndkaldelserResponseDto;
use crate::population::Population;
use crate::refusal::Refusal;
use crate::store::Store;

/// # Errors
/// What the headers are refused for; [`Refusal::CprUnknown`].
pub(crate) fn answer(call: &Call, population: &Population, store: &Store) -> Result<Answer, Refusal> {
    let caller = Caller::read(call, population)?;
    let citizen = population.find(&caller.number).ok_or(Refusal::CprUnknown)?;
    Ok(Answer::of(GetIndkaldelserResponseDto { indkaldelser: store.of(citizen).iter().collect() }))
}
