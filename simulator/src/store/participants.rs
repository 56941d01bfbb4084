//! Who takes part in indkaldelser for another authority.

use super::Store;
use crate::dto::MyndighedsdeltagerDto;
use crate::population::CitizenId;
use crate::value::{Guid, Moment};

/// A participant, and what in.
#[derive(Debug)]
pub(super) struct Participation {
    pub(super) indkaldelse: Guid,
    pub(super) participant: MyndighedsdeltagerDto,
}

impl Store {
    /// Lets a participant take part in one of the citizen's indkaldelser; false when the id is in use by any citizen.
    pub(crate) fn add_participant(
        &mut self,
        citizen: CitizenId,
        indkaldelse: Guid,
        participant: MyndighedsdeltagerDto,
        at: Moment,
    ) -> bool {
        let id = participant.myndighedsdeltager_id;
        let new = !self.citizens.values().any(|registered| registered.participants.contains_key(&id));
        if new {
            self.put_participant(citizen, indkaldelse, participant, at);
        }
        new
    }

    /// Puts a participant in the place of the one with its id; false when none with it takes part in this indkaldelse.
    pub(crate) fn replace_participant(
        &mut self,
        citizen: CitizenId,
        indkaldelse: Guid,
        participant: MyndighedsdeltagerDto,
        at: Moment,
    ) -> bool {
        let registered = self.citizens.get(&citizen);
        let present = registered.and_then(|own| own.participants.get(&participant.myndighedsdeltager_id));
        let there = present.is_some_and(|present| present.indkaldelse == indkaldelse);
        if there {
            self.put_participant(citizen, indkaldelse, participant, at);
        }
        there
    }

    /// Takes a participant out; false when the citizen has none with this id.
    pub(crate) fn remove_participant(&mut self, citizen: CitizenId, id: Guid, at: Moment) -> bool {
        let registered = self.citizens.entry(citizen).or_default();
        let Some(removed) = registered.participants.remove(&id) else { return false };
        registered.note_participants(removed.indkaldelse, at);
        true
    }

    fn put_participant(
        &mut self,
        citizen: CitizenId,
        indkaldelse: Guid,
        participant: MyndighedsdeltagerDto,
        at: Moment,
    ) {
        let registered = self.citizens.entry(citizen).or_default();
        let id = participant.myndighedsdeltager_id;
        registered.participants.insert(id, Participation { indkaldelse, participant });
        registered.note_participants(indkaldelse, at);
    }
}
