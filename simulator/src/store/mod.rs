//! What is registered, and its history.

mod choices;
mod history;
mod participants;

use std::collections::{BTreeMap, HashMap, HashSet};

pub(crate) use choices::Choices;
pub(crate) use history::{Change, Subject};
use participants::Participation;

use crate::dto::{DeltagelsesvalgDto, IndkaldelseDto};
use crate::population::CitizenId;
use crate::value::{Code, Guid, Moment};

/// Everything, by citizen; a change of number therefore moves nothing.
#[derive(Debug, Default)]
pub(crate) struct Store {
    /// Ids of indkaldelser; that of a cancelled one is never free again.
    ids: HashSet<Guid>,
    citizens: HashMap<CitizenId, Registered>,
}

/// What is registered about one citizen.
#[derive(Debug, Default)]
struct Registered {
    indkaldelser: Vec<IndkaldelseDto>,
    history: Vec<Change>,
    /// Participants by their id.
    participants: BTreeMap<Guid, Participation>,
    choices: Choices,
}

/// Kinds of change: aendringstype.
const CREATED: Code = crate::value::Number(1);
const UPDATED: Code = crate::value::Number(2);
const DELETED: Code = crate::value::Number(3);

impl Store {
    /// Registers an indkaldelse; false when its id is in use by any citizen.
    pub(crate) fn insert(&mut self, citizen: CitizenId, indkaldelse: IndkaldelseDto, at: Moment) -> bool {
        let new = self.ids.insert(indkaldelse.indkaldelse_id);
        if new {
            let registered = self.citizens.entry(citizen).or_default();
            registered.note(CREATED, &indkaldelse, at);
            registered.place(indkaldelse);
        }
        new
    }

    /// Puts an indkaldelse in the place of the one with its id; who takes part in it stays.
    pub(crate) fn replace(&mut self, citizen: CitizenId, indkaldelse: IndkaldelseDto, at: Moment) {
        let registered = self.citizens.entry(citizen).or_default();
        registered.indkaldelser.retain(|other| other.indkaldelse_id != indkaldelse.indkaldelse_id);
        registered.note(UPDATED, &indkaldelse, at);
        registered.place(indkaldelse);
    }

    /// Cancels an indkaldelse, and with it the participations; false when the citizen has none with this id.
    pub(crate) fn remove(&mut self, citizen: CitizenId, id: Guid, at: Moment) -> bool {
        let registered = self.citizens.entry(citizen).or_default();
        let Some(index) = registered.indkaldelser.iter().position(|own| own.indkaldelse_id == id) else { return false };
        let removed = registered.indkaldelser.remove(index);
        registered.note(DELETED, &removed, at);
        registered.participants.retain(|_, participation| participation.indkaldelse != id);
        true
    }

    /// The citizen's indkaldelse with this id.
    pub(crate) fn find(&self, citizen: CitizenId, id: Guid) -> Option<&IndkaldelseDto> {
        self.of(citizen).iter().find(|own| own.indkaldelse_id == id)
    }

    /// The citizen's indkaldelser in order of their start.
    pub(crate) fn of(&self, citizen: CitizenId) -> &[IndkaldelseDto] {
        self.citizens.get(&citizen).map_or(&[], |registered| &registered.indkaldelser)
    }

    /// Registers a choice; a later one about the same type of talk replaces it.
    pub(crate) fn choose(&mut self, citizen: CitizenId, choice: DeltagelsesvalgDto, at: Moment) {
        self.citizens.entry(citizen).or_default().choices.save(choice, at);
    }

    /// The citizen's choices; `None` when none was ever made.
    pub(crate) fn choices(&self, citizen: CitizenId) -> Option<&Choices> {
        self.citizens.get(&citizen).map(|registered| &registered.choices)
    }
}

impl Registered {
    fn place(&mut self, indkaldelse: IndkaldelseDto) {
        let later = |other: &IndkaldelseDto| other.moede_starttidspunkt <= indkaldelse.moede_starttidspunkt;
        let place = self.indkaldelser.partition_point(later);
        self.indkaldelser.insert(place, indkaldelse);
    }
}
