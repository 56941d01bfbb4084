//! The bodies of JobannonceService, member by member as in its contract.

use serde::{Deserialize, Serialize};

use crate::value::{Date, Guid, Moment, given};

/// Body of CreateJobannonce, UpdateJobannonce, SaveJobannonceAsDraft and IsValidJobannonce.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct JobannonceRequestDto {
    pub(super) titel: String,
    pub(super) beskrivelse: String,
    pub(super) publicering_starttidspunkt: Moment,
    pub(super) publicering_sluttidspunkt: Moment,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) anonym_arbejdsgiver: Option<bool>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) logo: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) ansvarlig_myndighedskode: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) arbejdsgiver: Option<ArbejdsgiverDto>,
    pub(super) job: JobDto,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) ansoegning: Option<AnsoegningDto>,
}

/// An advert as reads answer it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobannonceDto<'a> {
    pub(super) jobannonce_id: Guid,
    pub(super) status: &'static str,
    #[serde(flatten)]
    pub(super) facts: &'a JobannonceRequestDto,
}

/// Who hires.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ArbejdsgiverDto {
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) cvr_nummer: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) p_nummer: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) navn: Option<String>,
}

/// The job.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct JobDto {
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) jobtype: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) adresse: Option<AdresseDto>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) tidsbegraenset: Option<bool>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) deltid: Option<bool>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) ugentligt_timetal_min: Option<i32>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) ugentligt_timetal_max: Option<i32>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) ansaettelsesdato: Option<Date>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) concept_uri_da: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) alias_identifier: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) koerekorttyper: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) arbejdstidsforhold: Option<Vec<i32>>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) egenskaber: Option<Vec<i32>>,
}

/// The workplace.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AdresseDto {
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) vejnavn: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) postnummer: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) bynavn: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) kommunekode: Option<String>,
    pub(super) landekode: String,
}

/// How to apply.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AnsoegningDto {
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) brev: Option<bool>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) telefon: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) beskrivelse: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<String>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) frist: Option<Date>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) antal_stillinger: Option<i32>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) kontaktpersoner: Option<Vec<KontaktpersonDto>>,
}

/// Whom to ask.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KontaktpersonDto {
    pub(super) fornavn: String,
    pub(super) efternavn: String,
    pub(super) titel: String,
    pub(super) email: String,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) telefonnummer: Option<String>,
    pub(super) skjul_telefonnummer: bool,
}

/// Answer of GetJobannonceHistory.
#[derive(Debug, Serialize)]
pub(crate) struct JobannoncehistorikDto {
    pub(super) historik: Vec<JobannoncehaendelseDto>,
}

/// One change.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct JobannoncehaendelseDto {
    pub(super) tidspunkt: Moment,
    pub(super) status: &'static str,
}

/// Answer of IsValidJobannonce.
#[derive(Debug, Serialize)]
pub(crate) struct ValideringDto {
    pub(super) gyldig: bool,
}
