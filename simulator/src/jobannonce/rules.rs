//! The rules of the domain for an advert. That of hours is in the release note; the lists are as far as they were seen.

use super::dto::{JobDto, JobannonceRequestDto};
use crate::refusal::Refusal;
use crate::rules::refuse;

/// Hours a week of part time (RN-JA-03).
const PART_TIME: std::ops::RangeInclusive<i32> = 1..=36;
/// jobtype: in the public front end [third party].
const JOB_TYPES: [&str; 3] = ["Ordinaert", "Efterloenner", "Foertidspension"];
/// JobSearch.DriverLicenseType: classes of EU law, as far as the former list has them (RN-JA-05); assumed.
const LICENCES: [&str; 13] = ["A1", "A2", "A", "B", "BE", "C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE"];
/// ArbejdstidsforholdTypeCodeList [wiki], weekend assumed.
const SHIFTS: std::ops::RangeInclusive<i32> = 1..=6;
/// JobannonceEgenskabType [release note].
const TRAITS: std::ops::RangeInclusive<i32> = 1..=5;

/// # Errors
/// The first rule that is broken.
pub(super) fn check(body: &JobannonceRequestDto) -> Result<(), Refusal> {
    refuse(
        body.publicering_sluttidspunkt <= body.publicering_starttidspunkt,
        Refusal::Message("publiceringSluttidspunkt is not behind publiceringStarttidspunkt".to_owned()),
    )?;
    check_hours(&body.job)?;
    check_codes(&body.job)
}

/// Part time has its hours; full time needs none.
fn check_hours(job: &JobDto) -> Result<(), Refusal> {
    let hours = [job.ugentligt_timetal_min, job.ugentligt_timetal_max];
    let given: Vec<i32> = hours.into_iter().flatten().collect();
    let good = !given.is_empty() && given.iter().all(|hours| PART_TIME.contains(hours)) && given.is_sorted();
    refuse(job.deltid == Some(true) && !good, Refusal::Timetal)
}

fn check_codes(job: &JobDto) -> Result<(), Refusal> {
    let known = |list: &[&str], code: &String| list.contains(&code.as_str());
    refuse(job.jobtype.as_ref().is_some_and(|code| !known(&JOB_TYPES, code)), Refusal::CodeUnknown("jobtype"))?;
    let each = |codes: &Option<Vec<i32>>, list: std::ops::RangeInclusive<i32>| {
        codes.iter().flatten().all(|code| list.contains(code))
    };
    let licences = job.koerekorttyper.iter().flatten().all(|code| known(&LICENCES, code));
    refuse(!licences, Refusal::CodeUnknown("koerekorttyper"))?;
    refuse(!each(&job.arbejdstidsforhold, SHIFTS), Refusal::CodeUnknown("arbejdstidsforhold"))?;
    refuse(!each(&job.egenskaber, TRAITS), Refusal::CodeUnknown("egenskaber"))
}
