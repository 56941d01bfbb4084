//! The rules of the domain for an indkaldelse, in the order they are checked.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Copenhagen;

use crate::caller::Caller;
use crate::dto::{CreateIndkaldelseRequestDto, IndkaldelseDto};
use crate::population::{Citizen, CodeLists};
use crate::refusal::Refusal;
use crate::value::Code;

/// Samtaleform of a digital meeting.
const DIGITAL: i32 = 8;
/// Organisation type of an a-kasse.
const A_KASSE: i32 = 2;
/// User type of a citizen.
const CITIZEN: i32 = 1;

/// The rules about the citizen and the organisation.
///
/// # Errors
/// The first rule that is broken.
pub(crate) fn check_citizen(citizen: &Citizen, caller: &Caller) -> Result<(), Refusal> {
    let (kind, code) = &caller.organisation;
    refuse(!citizen.is_current(&caller.number), Refusal::CprFormer)?;
    refuse(citizen.dead, Refusal::CitizenDead)?;
    if *kind != A_KASSE {
        return Ok(());
    }
    let member_of = citizen.a_kasse.as_ref().ok_or(Refusal::NoAKasse)?;
    refuse(member_of != code, Refusal::OtherAKasse)
}

/// The rules about the body.
///
/// # Errors
/// The first rule that is broken.
pub(crate) fn check_body(
    body: &CreateIndkaldelseRequestDto,
    caller: &Caller,
    codelists: &CodeLists,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    check_facts(body, codelists, now)?;
    check_self_booked(body, caller)
}

/// The rules about the body of an update: who books himself does so once.
///
/// # Errors
/// The first rule that is broken.
pub(crate) fn check_update(
    body: &CreateIndkaldelseRequestDto,
    present: &IndkaldelseDto,
    caller: &Caller,
    codelists: &CodeLists,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    check_facts(body, codelists, now)?;
    if present.selvbooket { Ok(()) } else { check_self_booked(body, caller) }
}

/// Only its owner system changes an indkaldelse that has one.
///
/// # Errors
/// [`Refusal::OtherSystem`].
pub(crate) fn check_owner(present: &IndkaldelseDto, system: Option<Code>) -> Result<(), Refusal> {
    refuse(present.ejersystem_type.is_some() && present.ejersystem_type != system, Refusal::OtherSystem)
}

fn check_facts(body: &CreateIndkaldelseRequestDto, codelists: &CodeLists, now: DateTime<Utc>) -> Result<(), Refusal> {
    check_codes(body, codelists)?;
    check_times(body, now)?;
    check_deadlines(body)?;
    refuse(body.samtaleform_type.0 == DIGITAL && body.digitalt_moedelink.is_none(), Refusal::LinkMissing)
}

fn check_self_booked(body: &CreateIndkaldelseRequestDto, caller: &Caller) -> Result<(), Refusal> {
    let by_citizen = caller.user.0 == CITIZEN && caller.user.1 == caller.number.as_str();
    refuse(body.selvbooket && !by_citizen, Refusal::NotSelfBooked)
}

fn check_codes(body: &CreateIndkaldelseRequestDto, codelists: &CodeLists) -> Result<(), Refusal> {
    refuse(!codelists.samtaleform.contains(&body.samtaleform_type.0), Refusal::Samtaleform)?;
    refuse(!codelists.samtaletype.contains(&body.samtale_type.0), Refusal::Samtaletype)?;
    refuse(!codelists.moedegruppe.contains(&body.moede_gruppe_type.0), Refusal::Moedegruppe)
}

/// "Today" is the day in Denmark, also for a meeting written with another offset.
fn check_times(body: &CreateIndkaldelseRequestDto, now: DateTime<Utc>) -> Result<(), Refusal> {
    let start = body.moede_starttidspunkt;
    let today = now.with_timezone(&Copenhagen).date_naive();
    refuse(start.0.with_timezone(&Copenhagen).date_naive() < today, Refusal::StartBeforeToday)?;
    refuse(body.moede_sluttidspunkt.is_some_and(|end| end < start), Refusal::EndBeforeStart)
}

fn check_deadlines(body: &CreateIndkaldelseRequestDto) -> Result<(), Refusal> {
    refuse(!body.ombooking_mulig && body.ombooking_frist.is_some(), Refusal::RebookingDeadlineForbidden)?;
    refuse(body.ombooking_mulig && body.ombooking_frist.is_none(), Refusal::RebookingDeadlineMissing)?;
    refuse(!body.aflysning_mulig && body.aflysningsfrist.is_some(), Refusal::CancellationDeadlineForbidden)
}

/// # Errors
/// The refusal, when its rule is broken.
pub(crate) fn refuse(broken: bool, refusal: Refusal) -> Result<(), Refusal> {
    if broken { Err(refusal) } else { Ok(()) }
}
