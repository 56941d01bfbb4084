//! The rules of the domain for an indkaldelse, in the order they are checked.
//!
//! Rules the sources speak of, and that are not here, because too little of them was seen: that a citizen has no two
//! future bookings, or a booking and a deadline (the sentence is cut off); from when to when somebody is a member of an
//! a-kasse; which organisations may summon (that table was seen for participants only, [`check_own_citizen`]); which
//! system may delete (the call has no place for it).

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Copenhagen;

use crate::caller::Caller;
use crate::dto::{CreateIndkaldelseRequestDto, IndkaldelseDto};
use crate::population::{Citizen, CodeLists};
use crate::refusal::Refusal;
use crate::value::Code;

/// Samtaleform of a digital meeting.
const DIGITAL: i32 = 8;
/// Samtaletype of a joint talk of jobcentre and a-kasse.
const JOINT_TALK: i32 = 17;
/// Organisation type of an a-kasse.
const A_KASSE: i32 = 2;
/// Organisation type of a municipality.
const MUNICIPALITY: i32 = 7;
/// Organisation type of a jobcentre.
const JOBCENTRE: i32 = 8;
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

/// Who is summoned, or makes a choice, is enrolled. Which methods check this was not seen; a cancellation does not, so
/// that somebody whose enrolment has ended can be rid of what is left.
///
/// # Errors
/// [`Refusal::NotEnrolled`].
pub(crate) fn check_enrolled(citizen: &Citizen) -> Result<(), Refusal> {
    refuse(citizen.unenrolled, Refusal::NotEnrolled)
}

/// The published table of who may register participants: jobcentres, municipalities and a-kasser for their own citizens
/// (of an a-kasse: its members, see [`check_citizen`]), STAR for all, whose organisation type was not seen, nobody else.
/// Jobcentres are the same authority when their municipality is, digits 1 to 3 (RN-JC-06, as an assumption).
///
/// # Errors
/// [`Refusal::NotOwnCitizen`].
pub(crate) fn check_own_citizen(citizen: &Citizen, caller: &Caller) -> Result<(), Refusal> {
    let (kind, code) = &caller.organisation;
    let own = match *kind {
        A_KASSE => true,
        MUNICIPALITY => *code == citizen.municipality,
        JOBCENTRE => code.get(..3) == Some(citizen.municipality.as_str()),
        _ => false,
    };
    refuse(!own, Refusal::NotOwnCitizen)
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
    let group = codelists.gruppemoede.contains(&body.moede_gruppe_type.0);
    refuse(group && body.gruppemoede_id.is_none(), Refusal::GroupMissing)?;
    refuse(body.selvbooket && body.samtale_type.0 == JOINT_TALK, Refusal::NotSelfBookable)?;
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
