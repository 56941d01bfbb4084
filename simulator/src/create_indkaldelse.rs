//! CreateIndkaldelse: registers an indkaldelse under the id the client chose.

use crate::answer::Answer;
use crate::caller::Caller;
use crate::dto::{CreateIndkaldelseRequestDto, IndkaldelseDto, OprettetAfDto};
use crate::refusal::Refusal;
use crate::rules::{self, refuse};
use crate::value::{Code, Guid, Number};
use crate::write::{self, Write};

/// # Errors
/// What headers, id or body are refused for; [`Refusal::RequestRepeated`]; then the rules of the domain.
pub(crate) fn create(write: Write<'_>, id: &str) -> Result<Answer, Refusal> {
    let id = write::id(id, "indkaldelseId")?;
    let body = write.body()?;
    let citizen = write.citizen()?;
    rules::check_enrolled(write.population.citizen(citizen))?;
    rules::check_body(&body, &write.caller, &write.population.codelists, write.now)?;
    let registered = write.store.insert(citizen, indkaldelse(id, body, &write.caller)?, write.moment());
    refuse(!registered, Refusal::IdInUse)?;
    Ok(write.receipt())
}

/// The indkaldelse a body describes.
///
/// # Errors
/// [`Refusal::Message`] when nobody can be its originator.
pub(crate) fn indkaldelse(
    id: Guid,
    body: CreateIndkaldelseRequestDto,
    caller: &Caller,
) -> Result<IndkaldelseDto, Refusal> {
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
