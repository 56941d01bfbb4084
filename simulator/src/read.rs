//! What every read has: a citizen, by any number the citizen has or had (RN-CPR-01).

use crate::call::Call;
use crate::caller::Caller;
use crate::population::{CitizenId, Population};
use crate::refusal::Refusal;

/// The citizen a read is about. Which citizens and which types of talk an organisation may see is not modelled: the
/// sections of the wiki page about access and about the filter for a-kasser were not seen.
///
/// # Errors
/// What the headers are refused for; [`Refusal::CprUnknown`].
pub(crate) fn citizen(call: &Call, population: &Population) -> Result<CitizenId, Refusal> {
    let caller = Caller::read(call, population)?;
    population.find(&caller.number).ok_or(Refusal::CprUnknown)
}
