//! GetIndkaldelseshistorik, of one indkaldelse in two forms and of them all. A cancelled indkaldelse keeps its history.
//!
//! The later form of 2024 is the one a message about an indkaldelse points at, and such a message also comes when
//! participants are updated [wiki]. So that form tells those updates too, and who takes part; the others do not.

use crate::answer::Answer;
use crate::call::Call;
use crate::dto::{
    GetIndkaldelseshistorik2024ResponseDto, GetIndkaldelseshistorikResponseDto, Indkaldelseshistorik2024Dto,
    IndkaldelseshistorikDto,
};
use crate::population::Population;
use crate::refusal::Refusal;
use crate::store::{Change, Store, Subject};
use crate::{read, write};

/// # Errors
/// What headers or id are refused for; [`Refusal::CprUnknown`]; [`Refusal::IndkaldelseUnknown`] for an id that never
/// was one of the citizen's.
pub(crate) fn of_one(call: &Call, id: &str, population: &Population, store: &Store) -> Result<Answer, Refusal> {
    let changes = changes(call, id, population, store)?;
    Ok(Answer::of(GetIndkaldelseshistorikResponseDto { historik: own(changes) }))
}

/// # Errors
/// As [`of_one`].
pub(crate) fn of_one_2024(call: &Call, id: &str, population: &Population, store: &Store) -> Result<Answer, Refusal> {
    let historik = changes(call, id, population, store)?.map(with_participants).collect();
    Ok(Answer::of(GetIndkaldelseshistorik2024ResponseDto { historik }))
}

/// # Errors
/// What the headers are refused for; [`Refusal::CprUnknown`].
pub(crate) fn of_all(call: &Call, population: &Population, store: &Store) -> Result<Answer, Refusal> {
    let citizen = read::citizen(call, population)?;
    Ok(Answer::of(GetIndkaldelseshistorikResponseDto { historik: own(store.history(citizen).iter()) }))
}

/// All that happened to one indkaldelse.
fn changes<'s>(
    call: &Call,
    id: &str,
    population: &Population,
    store: &'s Store,
) -> Result<impl Iterator<Item = &'s Change> + use<'s>, Refusal> {
    let citizen = read::citizen(call, population)?;
    let id = write::id(id, "indkaldelseId")?;
    let mut changes = store.history(citizen).iter().filter(move |change| change.indkaldelse.indkaldelse_id == id);
    let first = changes.next().ok_or(Refusal::IndkaldelseUnknown)?;
    Ok(std::iter::once(first).chain(changes))
}

/// The changes of indkaldelser themselves.
fn own<'s>(changes: impl Iterator<Item = &'s Change>) -> Vec<IndkaldelseshistorikDto<'s>> {
    let own = changes.filter(|change| change.subject == Subject::Indkaldelse);
    own.map(|change| IndkaldelseshistorikDto {
        registreringstidspunkt: change.registreringstidspunkt,
        aendringstype: change.aendringstype,
        indkaldelse: &change.indkaldelse,
    })
    .collect()
}

fn with_participants(change: &Change) -> Indkaldelseshistorik2024Dto<'_> {
    Indkaldelseshistorik2024Dto {
        registreringstidspunkt: change.registreringstidspunkt,
        aendringstype: change.aendringstype,
        indkaldelse: &change.indkaldelse,
        myndighedsdeltagere: &change.myndighedsdeltagere,
    }
}
