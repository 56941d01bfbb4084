//! The headers of this service: for whom and by whom a call is made. It is about no citizen.

use crate::call::Call;
use crate::caller::{free_text, metadata, number_of, organisation_code};
use crate::population::Population;
use crate::refusal::Refusal;
use crate::value::Moment;

/// The organisation a call is made for: type and code.
pub(super) struct Caller {
    pub(super) organisation: (i32, String),
}

impl Caller {
    /// # Errors
    /// [`Refusal::Metadata`] for a header that is missing or malformed; what organisation and user are refused for.
    pub(super) fn read(call: &Call, population: &Population) -> Result<Self, Refusal> {
        let kind = metadata(call, "x-aktivorganisationtype", |text| number_of(text, 1..=100))?;
        let code = metadata(call, "x-aktivorganisationkode", organisation_code)?;
        let user = metadata(call, "x-brugertype", |text| number_of(text, 0..=100_000_000))?;
        metadata(call, "x-brugeridentifikation", |text| free_text(text, 255))?;
        metadata(call, "x-brugernavn", |text| free_text(text, 140))?;
        metadata(call, "x-brugeremail", |text| free_text(text, 256))?;
        metadata(call, "x-brugerorganisationtype", |text| number_of(text, 0..=100_000_000))?;
        metadata(call, "x-brugerorganisationkode", organisation_code)?;
        metadata(call, "x-registreringstidspunkt", Moment::parse)?;
        match () {
            () if !population.codelists.brugertype.contains(&user) => Err(Refusal::UserTypeUnknown),
            () if !population.has_organisation_type(kind) => Err(Refusal::OrganisationTypeUnknown),
            () if !population.has_organisation(kind, &code) => Err(Refusal::OrganisationUnknown),
            () => Ok(Self { organisation: (kind, code) }),
        }
    }
}
