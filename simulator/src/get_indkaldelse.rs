//! GetIndkaldelse and both forms of GetIndkaldelseshistorik: by any number the citizen has or had (RN-CPR-01).

use crate::answer::Answer;
use crate::call::Call;
use crate::caller::Caller;
use crate::dto::GetIndkaldelseshistorikResponseDto;
use crate::population::{CitizenId, Population};
use crate::refusal::Refusal;
use crate::store::Store;
use crate::write;

/// # Errors
/// What headers or id are refused for; [`Refusal::CprUnknown`]; [`Refusal::IndkaldelseUnknown`] for an id that is not
/// one of the citizen's, or is cancelled.
pub(crate) fn one(call: &Call, id: &str, population: &Population, store: &Store) -> Result<Answer, Refusal> {
    let citizen = citizen(call, population)?;
    let id = write::id(id, "indkaldelseId")?;
    let found = store.find(citizen, id).ok_or(Refusal::IndkaldelseUnknown)?;
    Ok(Answer { version: Some(store.version(citizen, id)), ..Answer::of(found) })
}

/// # Errors
/// As [`one`]; a cancelled indkaldelse keeps its history.
pub(crate) fn history(call: &Call, id: &str, population: &Population, store: &Store) -> Result<Answer, Refusal> {
    let citizen = citizen(call, population)?;
    let id = write::id(id, "indkaldelseId")?;
    let historik: Vec<_> =
        store.history(citizen).iter().filter(|change| change.indkaldelse.indkaldelse_id == id).collect();
    if historik.is_empty() {
        return Err(Refusal::IndkaldelseUnknown);
    }
    Ok(Answer::of(GetIndkaldelseshistorikResponseDto { historik }))
}

/// # Errors
/// What the headers are refused for; [`Refusal::CprUnknown`].
pub(crate) fn whole_history(call: &Call, population: &Population, store: &Store) -> Result<Answer, Refusal> {
    let citizen = citizen(call, population)?;
    Ok(Answer::of(GetIndkaldelseshistorikResponseDto { historik: store.history(citizen).iter().collect() }))
}

fn citizen(call: &Call, population: &Population) -> Result<CitizenId, Refusal> {
    let caller = Caller::read(call, population)?;
    population.find(&caller.number).ok_or(Refusal::CprUnknown)
}
