//! Virksomhedsindsats.JobannonceService: job adverts, from draft to deletion.
//!
//! Who may see an advert, and how an advert is approved, was not seen. Here the organisation that created it may do
//! everything with it and nobody else anything, and it is approved at once, unless `population.toml` says that those of
//! its organisation wait or are refused.

mod adverts;
mod caller;
mod dto;
mod rules;

#[cfg(test)]
mod tests;

pub(crate) use adverts::Adverts;
use adverts::{Advert, Stage};
use caller::Caller;
use chrono::{DateTime, Utc};
use dto::{JobannonceRequestDto, JobannoncehistorikDto, ValideringDto};

use crate::answer::Answer;
use crate::call::Call;
use crate::caller::request_id;
use crate::dto::ServicekvitteringDto;
use crate::population::Population;
use crate::refusal::Refusal;
use crate::rules::refuse;
use crate::simulator::State;
use crate::value::Guid;
use crate::{versions, write};

/// A call of this service under way.
pub(crate) struct Visit<'a> {
    call: &'a Call,
    caller: Caller,
    population: &'a Population,
    adverts: &'a mut Adverts,
    now: DateTime<Utc>,
}

impl<'a> Visit<'a> {
    /// Begins a read.
    ///
    /// # Errors
    /// What the headers are refused for.
    pub(crate) fn read(
        call: &'a Call,
        population: &'a Population,
        state: &'a mut State,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let caller = Caller::read(call, population)?;
        Ok(Self { call, caller, population, adverts: &mut state.adverts, now })
    }

    /// Begins a write, whose x-requestId was not seen before.
    ///
    /// # Errors
    /// As [`Self::read`]; [`Refusal::RequestRepeated`].
    pub(crate) fn write(
        call: &'a Call,
        population: &'a Population,
        state: &'a mut State,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let caller = Caller::read(call, population)?;
        refuse(!state.request_ids.is_new(request_id(call)?, now), Refusal::RequestRepeated)?;
        Ok(Self { call, caller, population, adverts: &mut state.adverts, now })
    }

    /// # Errors
    /// What id and body are refused for; [`Refusal::JobannonceIdInUse`].
    pub(crate) fn create(self, id: &str) -> Result<Answer, Refusal> {
        let stage = self.approval();
        self.insert(id, stage)
    }

    /// # Errors
    /// As [`Self::create`].
    pub(crate) fn save_draft(self, id: &str) -> Result<Answer, Refusal> {
        self.insert(id, Stage::Draft)
    }

    fn insert(self, id: &str, stage: Stage) -> Result<Answer, Refusal> {
        let (id, body) = (job_id(id)?, self.body()?);
        let advert = Advert::new(self.caller.organisation.clone(), body, stage, self.now);
        refuse(!self.adverts.insert(id, advert), Refusal::JobannonceIdInUse)?;
        Ok(self.receipt())
    }

    /// # Errors
    /// [`Refusal::JobannonceUnknown`]; [`Refusal::OrganisationUnknown`] for that of another organisation.
    pub(crate) fn get(self, id: &str) -> Result<Answer, Refusal> {
        let (id, now) = (job_id(id)?, self.now);
        let advert = self.advert(id)?;
        Ok(Answer { version: Some(advert.version()), ..Answer::of(advert.dto(id, now)) })
    }

    /// # Errors
    /// As [`Self::get`].
    pub(crate) fn history(self, id: &str) -> Result<Answer, Refusal> {
        let historik = self.advert(job_id(id)?)?.history.clone();
        Ok(Answer::of(JobannoncehistorikDto { historik }))
    }

    /// # Errors
    /// What headers and body are refused for, but not what a rule of the domain is broken with: that is the answer.
    pub(crate) fn validate(self) -> Result<Answer, Refusal> {
        let body: JobannonceRequestDto = write::body(self.call)?;
        Ok(Answer::of(ValideringDto { gyldig: rules::check(&body).is_ok() }))
    }

    /// # Errors
    /// What id and body are refused for; as [`Self::get`]; [`Refusal::Changed`]; [`Refusal::JobannonceStatus`].
    pub(crate) fn update(self, id: &str) -> Result<Answer, Refusal> {
        let (id, body, approval) = (job_id(id)?, self.body()?, self.approval());
        let (call, now) = (self.call, self.now);
        let advert = self.advert(id)?;
        versions::check(call, advert.version())?;
        refuse(!advert.may_be_updated(now), Refusal::JobannonceStatus)?;
        self.adverts.change(id, |advert| {
            advert.body = body;
            advert.enter(approval, now);
        });
        Ok(self.receipt())
    }

    /// # Errors
    /// As [`Self::get`]; [`Refusal::JobannonceStatus`].
    pub(crate) fn publish(self, id: &str) -> Result<Answer, Refusal> {
        let approval = self.approval();
        self.enter(id, approval, |advert, _| advert.may_be_published())
    }

    /// # Errors
    /// As [`Self::get`]; [`Refusal::JobannonceStatus`].
    pub(crate) fn close(self, id: &str) -> Result<Answer, Refusal> {
        self.enter(id, Stage::Closed, Advert::may_be_closed)
    }

    /// # Errors
    /// As [`Self::get`].
    pub(crate) fn delete(self, id: &str) -> Result<Answer, Refusal> {
        let id = job_id(id)?;
        self.advert(id)?;
        self.adverts.remove(id);
        Ok(self.receipt())
    }

    fn enter(self, id: &str, stage: Stage, may: fn(&Advert, DateTime<Utc>) -> bool) -> Result<Answer, Refusal> {
        let (id, now) = (job_id(id)?, self.now);
        refuse(!may(self.advert(id)?, now), Refusal::JobannonceStatus)?;
        self.adverts.change(id, |advert| advert.enter(stage, now));
        Ok(self.receipt())
    }

    /// An advert of the caller's own.
    fn advert(&self, id: Guid) -> Result<&Advert, Refusal> {
        let advert = self.adverts.find(id).ok_or(Refusal::JobannonceUnknown)?;
        refuse(advert.owner != self.caller.organisation, Refusal::OrganisationUnknown)?;
        Ok(advert)
    }

    fn body(&self) -> Result<JobannonceRequestDto, Refusal> {
        let body = write::body(self.call)?;
        rules::check(&body)?;
        Ok(body)
    }

    /// What becomes of an advert that is sent to approval.
    fn approval(&self) -> Stage {
        let rules = &self.population.jobannoncer;
        let listed = |codes: &[String]| codes.contains(&self.caller.organisation.1);
        match () {
            () if listed(&rules.afvist) => Stage::Refused,
            () if listed(&rules.til_godkendelse) => Stage::Waiting,
            () => Stage::Approved,
        }
    }

    fn receipt(self) -> Answer {
        let at = write::in_denmark(self.now);
        Answer::of(ServicekvitteringDto { registrerings_id: write::new_id(), registreringstidspunkt: at })
    }
}

fn job_id(text: &str) -> Result<Guid, Refusal> {
    write::id(text, "jobannonceId")
}
