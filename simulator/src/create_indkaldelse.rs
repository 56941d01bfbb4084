//! CreateIndkaldelse: registers an indkaldelse under the id the client chose.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Copenhagen;
use uuid::Uuid;

use crate::answer::Answer;
use crate::call::Call;
use crate::caller::{Caller, request_id};
use crate::dto::{CreateIndkaldelseRequestDto, IndkaldelseDto, OprettetAfDto, ServicekvitteringDto};
use crate::population::Population;
use crate::refusal::Refusal;
use crate::request_ids::RequestIds;
use crate::rules;
use crate::store::Store;
use crate::value::{Code, Guid, Moment, Number};

/// # Errors
/// What headers, id or body are refused for; [`Refusal::RequestRepeated`]; then the rules of the domain.
pub(crate) fn answer(
    call: &Call,
    id: &str,
    population: &Population,
    (store, request_ids): (&mut Store, &mut RequestIds),
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    let caller = Caller::read(call, population)?;
    if !request_ids.is_new(request_id(call)?, now) {
        return Err(Refusal::RequestRepeated);
    }
    let id = Guid::parse(id).ok_or_else(|| Refusal::Message("indkaldelseId is not a uuid".to_owned()))?;
    let body = read(call)?;
    let citizen = population.find(&caller.number).ok_or(Refusal::CprUnknown)?;
    rules::check_citizen(population.citizen(citizen), &caller)?;
    rules::check_body(&body, &caller, &population.codelists, now)?;
    if !store.insert(citizen, indkaldelse(id, body, &caller)?) {
        return Err(Refusal::IdInUse);
    }
    Ok(Answer::of(receipt(now)))
}

/// The body, as strict as the contract.
fn read(call: &Call) -> Result<CreateIndkaldelseRequestDto, Refusal> {
    let media_type = call.header("content-type").and_then(|value| value.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err(Refusal::Message("Content-Type is not application/json".to_owned()));
    }
    serde_json::from_slice(&call.body).map_err(|error| Refusal::Message(without_value(&error.to_string())))
}

/// The parser names unknown, missing and doubled members; of a wrong value it would print the value itself.
fn without_value(problem: &str) -> String {
    match problem.split_once(", expected ") {
        Some((start, expected)) if start.starts_with("invalid ") => format!("wrong value, expected {expected}"),
        _ => problem.to_owned(),
    }
}

#[expect(clippy::disallowed_methods, reason = "the simulator is a service of its own and makes its own ids")]
fn receipt(now: DateTime<Utc>) -> ServicekvitteringDto {
    let registreringstidspunkt = Moment(now.with_timezone(&Copenhagen).fixed_offset());
    ServicekvitteringDto { registrerings_id: Guid(Uuid::new_v4()), registreringstidspunkt }
}

fn indkaldelse(id: Guid, body: CreateIndkaldelseRequestDto, caller: &Caller) -> Result<IndkaldelseDto, Refusal> {
    let oprettet_af = body.oprettet_af.map_or_else(|| active_organisation(caller), Ok)?;
    Ok(IndkaldelseDto {
        indkaldelse_id: id,
        gruppemoede_id: body.gruppemoede_id,
        ejersystem_type: body.ejersystem_type,
        ombooking_mulig: body.ombooking_mulig,
        ombooking_frist: body.ombooking_frist,
        aflysning_mulig: body.aflysning_mulig,
        aflysningsfrist: body.aflysningsfrist,
        selvbooket: body.selvbooket,
        moede_starttidspunkt: body.moede_starttidspunkt,
        moede_sluttidspunkt: body.moede_sluttidspunkt,
        varighed_minutter: body.varighed_minutter,
        samtale_type: body.samtale_type,
        moede_gruppe_type: body.moede_gruppe_type,
        samtaleform_type: body.samtaleform_type,
        digitalt_moedelink: body.digitalt_moedelink,
        lokationsuddybning: body.lokationsuddybning,
        lokation: body.lokation,
        accept_paakraevet: body.accept_paakraevet,
        accepteret: body.accepteret,
        moedepligt: body.moedepligt,
        oprettet_af,
    })
}

/// The originator of an indkaldelse that names none.
fn active_organisation(caller: &Caller) -> Result<OprettetAfDto, Refusal> {
    let (kind, code) = &caller.organisation;
    let organisation_type = Code::try_from(*kind).ok();
    let organisationskode = code.parse().ok().and_then(|code: i32| Number::try_from(code).ok());
    match (organisation_type, organisationskode) {
        (Some(organisation_type), Some(organisationskode)) => {
            Ok(OprettetAfDto { organisation_type, organisationskode })
        }
        _ => Err(Refusal::Message("oprettetAf is missing and the active organisation has no number".to_owned())),
    }
}

#[cfg(test)]
#[path = "create_indkaldelse_tests.rs"]
mod tests;
