//! The bodies of Kontaktforloeb.IndkaldelseService, member by member as in its contract.

mod deltagelse;

use serde::{Deserialize, Serialize};

use crate::value::{Code, Date, Guid, Link, Moment, Number, Postcode, Text, given};

pub(crate) use deltagelse::{
    CreateMyndighedsdeltagerRequestDto, DeltagelsesvalgDto, DeltagelsesvalgshistorikDto, GetDeltagelsesvalgResponseDto,
    GetDeltagelsesvalgshistorikResponseDto, GetIndkaldelseshistorik2024ResponseDto, Indkaldelseshistorik2024Dto,
    MyndighedsdeltagerDto, SaveDeltagelsesvalgRequestDto,
};

/// Body of CreateIndkaldelse and UpdateIndkaldelse.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateIndkaldelseRequestDto {
    #[serde(default, deserialize_with = "given")]
    pub(crate) gruppemoede_id: Option<Guid>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) ejersystem_type: Option<Code>,
    pub(crate) ombooking_mulig: bool,
    #[serde(default, deserialize_with = "given")]
    pub(crate) ombooking_frist: Option<Date>,
    pub(crate) aflysning_mulig: bool,
    #[serde(default, deserialize_with = "given")]
    pub(crate) aflysningsfrist: Option<Date>,
    #[serde(default)]
    pub(crate) selvbooket: bool,
    pub(crate) moede_starttidspunkt: Moment,
    #[serde(default, deserialize_with = "given")]
    pub(crate) moede_sluttidspunkt: Option<Moment>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) varighed_minutter: Option<Number<{ i32::MAX }>>,
    pub(crate) samtale_type: Code,
    pub(crate) moede_gruppe_type: Code,
    pub(crate) samtaleform_type: Code,
    #[serde(default, deserialize_with = "given")]
    pub(crate) digitalt_moedelink: Option<Link>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) lokationsuddybning: Option<Text>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) lokation: Option<LokationDto>,
    #[serde(default)]
    pub(crate) accept_paakraevet: bool,
    #[serde(default)]
    pub(crate) accepteret: bool,
    #[serde(default)]
    pub(crate) moedepligt: bool,
    #[serde(default, deserialize_with = "given")]
    pub(crate) oprettet_af: Option<OprettetAfDto>,
}

/// An indkaldelse as reads answer it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IndkaldelseDto {
    pub(crate) indkaldelse_id: Guid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gruppemoede_id: Option<Guid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ejersystem_type: Option<Code>,
    pub(crate) ombooking_mulig: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ombooking_frist: Option<Date>,
    pub(crate) aflysning_mulig: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aflysningsfrist: Option<Date>,
    pub(crate) selvbooket: bool,
    pub(crate) moede_starttidspunkt: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) moede_sluttidspunkt: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) varighed_minutter: Option<Number<{ i32::MAX }>>,
    pub(crate) samtale_type: Code,
    pub(crate) moede_gruppe_type: Code,
    pub(crate) samtaleform_type: Code,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) digitalt_moedelink: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lokationsuddybning: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lokation: Option<LokationDto>,
    pub(crate) accept_paakraevet: bool,
    pub(crate) accepteret: bool,
    pub(crate) moedepligt: bool,
    pub(crate) oprettet_af: OprettetAfDto,
}

/// Answer of GetIndkaldelser and GetSoegning.
#[derive(Debug, Serialize)]
pub(crate) struct GetIndkaldelserResponseDto<'a> {
    pub(crate) indkaldelser: Vec<&'a IndkaldelseDto>,
}

/// One change in a history.
#[derive(Debug, Serialize)]
pub(crate) struct IndkaldelseshistorikDto<'a> {
    pub(crate) registreringstidspunkt: Moment,
    pub(crate) aendringstype: Code,
    pub(crate) indkaldelse: &'a IndkaldelseDto,
}

/// Answer of GetIndkaldelseshistorik.
#[derive(Debug, Serialize)]
pub(crate) struct GetIndkaldelseshistorikResponseDto<'a> {
    pub(crate) historik: Vec<IndkaldelseshistorikDto<'a>>,
}

/// Where the meeting is held.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LokationDto {
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    vejnavn: Option<Text>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    husnummer: Option<Text>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    etage: Option<Text>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    sidedoer: Option<Text>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    postnummer: Option<Postcode>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    bynavn: Option<Text>,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    landekode: Option<Text>,
}

/// The organisation an indkaldelse comes from.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OprettetAfDto {
    #[serde(rename = "organisationType")]
    pub(crate) organisation_type: Code,
    pub(crate) organisationskode: Number<99_999_999>,
}

/// Receipt of a write.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServicekvitteringDto {
    pub(crate) registrerings_id: Guid,
    pub(crate) registreringstidspunkt: Moment,
}

/// Body of a refusal.
#[derive(Debug, Serialize)]
pub(crate) struct FejlDto<'a> {
    pub(crate) fejlkode: i32,
    pub(crate) fejltekst: &'a str,
}
