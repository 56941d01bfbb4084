//! GetIndkaldelse.

use crate::answer::Answer;
use crate::call::Call;
use crate::population::Population;
use crate::refusal::Refusal;
use crate::store::Store;
use crate::{read, write};

/// # Errors
/// What headers or id are refused for; [`Refusal::CprUnknown`]; [`Refusal::IndkaldelseUnknown`] for an id that is not
/// one of the citizen's, or is cancelled.
pub(crate) fn answer(call: &Call, id: &str, population: &Population, store: &Store) -> Result<Answer, Refusal> {
    let citizen = read::citizen(call, population)?;
    let id = write::id(id, "indkaldelseId")?;
    let found = store.find(citizen, id).ok_or(Refusal::IndkaldelseUnknown)?;
    Ok(Answer { version: Some(store.version(citizen, id)), ..Answer::of(found) })
}
