//! GetSoegning: those of the citizen's indkaldelser that fit what is asked for. Of the method only its name was seen,
//! and that it has rules; all of this is assumed.

use chrono::NaiveDate;
use chrono_tz::Europe::Copenhagen;

use crate::answer::Answer;
use crate::call::Call;
use crate::dto::{GetIndkaldelserResponseDto, IndkaldelseDto};
use crate::population::Population;
use crate::read;
use crate::refusal::Refusal;
use crate::rules::refuse;
use crate::store::Store;
use crate::value::Date;

/// What is asked for; what is absent is not looked at.
#[derive(Debug, Default, PartialEq)]
struct Wanted {
    samtale_type: Option<i32>,
    /// First and last day of the meeting, in Denmark.
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// # Errors
/// What the headers are refused for; [`Refusal::CprUnknown`]; [`Refusal::Message`] for a query that is not understood
/// or whose days are in the wrong order; [`Refusal::Samtaletype`].
pub(crate) fn answer(call: &Call, population: &Population, store: &Store) -> Result<Answer, Refusal> {
    let citizen = read::citizen(call, population)?;
    let wanted = Wanted::read(call)?;
    let unknown = wanted.samtale_type.is_some_and(|talk| !population.codelists.samtaletype.contains(&talk));
    refuse(unknown, Refusal::Samtaletype)?;
    let indkaldelser = store.of(citizen).iter().filter(|indkaldelse| wanted.fits(indkaldelse)).collect();
    Ok(Answer::of(GetIndkaldelserResponseDto { indkaldelser }))
}

impl Wanted {
    fn read(call: &Call) -> Result<Self, Refusal> {
        let mut wanted = Self::default();
        let query = call.path.split_once('?').map_or("", |(_, query)| query);
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match name {
                "samtaleType" => set(&mut wanted.samtale_type, "samtaleType", value.parse().ok())?,
                "fraDato" => set(&mut wanted.from, "fraDato", day(value))?,
                "tilDato" => set(&mut wanted.to, "tilDato", day(value))?,
                _ => return Err(Refusal::Message("a query parameter is unknown".to_owned())),
            }
        }
        let wrong = wanted.from.zip(wanted.to).is_some_and(|(from, to)| to < from);
        refuse(wrong, Refusal::Message("tilDato is before fraDato".to_owned()))?;
        Ok(wanted)
    }

    fn fits(&self, indkaldelse: &IndkaldelseDto) -> bool {
        let day = indkaldelse.moede_starttidspunkt.0.with_timezone(&Copenhagen).date_naive();
        self.samtale_type.is_none_or(|talk| talk == indkaldelse.samtale_type.0)
            && self.from.is_none_or(|from| from <= day)
            && self.to.is_none_or(|to| day <= to)
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    Date::try_from(text.to_owned()).ok().map(|date| date.0)
}

/// Sets what may be given once.
fn set<T>(place: &mut Option<T>, name: &str, value: Option<T>) -> Result<(), Refusal> {
    let value = value.ok_or_else(|| Refusal::Message(format!("query parameter {name} is malformed")))?;
    refuse(place.is_some(), Refusal::Message(format!("query parameter {name} came twice")))?;
    *place = Some(value);
    Ok(())
}

#[cfg(test)]
#[path = "get_soegning_tests.rs"]
mod tests;
