//! What is registered.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::dto::{JobannonceDto, JobannonceRequestDto, JobannoncehaendelseDto};
use crate::value::Guid;
use crate::write::in_denmark;

/// All adverts by id.
#[derive(Debug, Default)]
pub(crate) struct Adverts {
    there: HashMap<Guid, Advert>,
    /// Ids; that of a deleted one is never free again.
    ids: HashSet<Guid>,
}

/// An advert and how far it has come.
#[derive(Debug)]
pub(super) struct Advert {
    /// Type and code of the organisation that created it.
    pub(super) owner: (i32, String),
    pub(super) body: JobannonceRequestDto,
    stage: Stage,
    pub(super) history: Vec<JobannoncehaendelseDto>,
}

/// How far an advert has come; what time makes of it is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Draft,
    Waiting,
    Refused,
    Approved,
    Closed,
}

impl Adverts {
    /// False when the id is or was in use.
    pub(super) fn insert(&mut self, id: Guid, advert: Advert) -> bool {
        let new = self.ids.insert(id);
        if new {
            self.there.insert(id, advert);
        }
        new
    }

    pub(super) fn find(&self, id: Guid) -> Option<&Advert> {
        self.there.get(&id)
    }

    pub(super) fn change(&mut self, id: Guid, change: impl FnOnce(&mut Advert)) {
        if let Some(advert) = self.there.get_mut(&id) {
            change(advert);
        }
    }

    pub(super) fn remove(&mut self, id: Guid) {
        self.there.remove(&id);
    }
}

impl Advert {
    pub(super) fn new(owner: (i32, String), body: JobannonceRequestDto, stage: Stage, now: DateTime<Utc>) -> Self {
        let mut advert = Self { owner, body, stage, history: Vec::new() };
        advert.enter(stage, now);
        advert
    }

    pub(super) fn enter(&mut self, stage: Stage, now: DateTime<Utc>) {
        self.stage = stage;
        let status = self.status(now);
        self.history.push(JobannoncehaendelseDto { tidspunkt: in_denmark(now), status });
    }

    /// How often it was changed.
    pub(super) fn version(&self) -> usize {
        self.history.len()
    }

    pub(super) fn may_be_updated(&self, now: DateTime<Utc>) -> bool {
        matches!(self.stage, Stage::Draft | Stage::Refused) || self.status(now) == ENDED
    }

    pub(super) fn may_be_published(&self) -> bool {
        matches!(self.stage, Stage::Draft | Stage::Refused)
    }

    pub(super) fn may_be_closed(&self, now: DateTime<Utc>) -> bool {
        self.stage == Stage::Approved && self.status(now) != ENDED
    }

    /// As reads have it.
    pub(super) fn dto(&self, id: Guid, now: DateTime<Utc>) -> JobannonceDto<'_> {
        JobannonceDto { jobannonce_id: id, status: self.status(now), facts: &self.body }
    }

    fn status(&self, now: DateTime<Utc>) -> &'static str {
        match self.stage {
            Stage::Draft => "Kladde",
            Stage::Waiting => "TilGodkendelse",
            Stage::Refused => "Afvist",
            Stage::Closed => "Lukket",
            Stage::Approved if now < self.body.publicering_starttidspunkt.0 => "Godkendt",
            Stage::Approved if now <= self.body.publicering_sluttidspunkt.0 => "Publiceret",
            Stage::Approved => ENDED,
        }
    }
}

const ENDED: &str = "PubliceringUdloebet";
