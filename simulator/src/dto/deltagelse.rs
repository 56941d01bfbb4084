//! The bodies about who takes part: choices of the citizen, participants from other authorities.

use serde::{Deserialize, Serialize};

use super::IndkaldelseDto;
use crate::contact::{Email, ShortText, Telephone};
use crate::value::{Code, Guid, Moment, given};

/// Body of SaveDeltagelsesvalg.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SaveDeltagelsesvalgRequestDto {
    pub(crate) deltagelsesvalg_type: Code,
    #[serde(default, deserialize_with = "given")]
    pub(crate) samtale_type: Option<Code>,
}

/// A choice; the answer of GetSpecifiktDeltagelsesvalg.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeltagelsesvalgDto {
    pub(crate) deltagelsesvalg_id: Guid,
    pub(crate) deltagelsesvalg_type: Code,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) samtale_type: Option<Code>,
}

/// Answer of GetDeltagelsesvalg.
#[derive(Debug, Serialize)]
pub(crate) struct GetDeltagelsesvalgResponseDto<'a> {
    pub(crate) deltagelsesvalg: &'a [DeltagelsesvalgDto],
}

/// One change of one choice.
#[derive(Debug, Serialize)]
pub(crate) struct DeltagelsesvalgshistorikDto {
    pub(crate) registreringstidspunkt: Moment,
    pub(crate) aendringstype: Code,
    pub(crate) deltagelsesvalg: DeltagelsesvalgDto,
}

/// Answer of GetDeltagelsesvalgshistorik.
#[derive(Debug, Serialize)]
pub(crate) struct GetDeltagelsesvalgshistorikResponseDto<'a> {
    pub(crate) historik: &'a [DeltagelsesvalgshistorikDto],
}

/// Body of CreateMyndighedsdeltager and UpdateMyndighedsdeltager.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateMyndighedsdeltagerRequestDto {
    pub(crate) indkaldelse_identifier: Guid,
    #[serde(default, deserialize_with = "given")]
    navn: Option<ShortText>,
    #[serde(default, deserialize_with = "given")]
    kontaktdetaljer: Option<ShortText>,
    #[serde(default, deserialize_with = "given")]
    telefonnummer: Option<Telephone>,
    #[serde(default, deserialize_with = "given")]
    email: Option<Email>,
}

/// A participant as the later form of the history answers it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MyndighedsdeltagerDto {
    pub(crate) myndighedsdeltager_id: Guid,
    #[serde(skip_serializing_if = "Option::is_none")]
    navn: Option<ShortText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kontaktdetaljer: Option<ShortText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    telefonnummer: Option<Telephone>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Email>,
}

impl MyndighedsdeltagerDto {
    /// The participant a body describes.
    pub(crate) fn new(id: Guid, body: CreateMyndighedsdeltagerRequestDto) -> Self {
        let CreateMyndighedsdeltagerRequestDto { navn, kontaktdetaljer, telefonnummer, email, .. } = body;
        Self { myndighedsdeltager_id: id, navn, kontaktdetaljer, telefonnummer, email }
    }
}

/// One change of an indkaldelse or of who takes part in it.
#[derive(Debug, Serialize)]
pub(crate) struct Indkaldelseshistorik2024Dto<'a> {
    pub(crate) registreringstidspunkt: Moment,
    pub(crate) aendringstype: Code,
    pub(crate) indkaldelse: &'a IndkaldelseDto,
    pub(crate) myndighedsdeltagere: &'a [MyndighedsdeltagerDto],
}

/// Answer of the later form of GetIndkaldelseshistorik.
#[derive(Debug, Serialize)]
pub(crate) struct GetIndkaldelseshistorik2024ResponseDto<'a> {
    pub(crate) historik: Vec<Indkaldelseshistorik2024Dto<'a>>,
}
