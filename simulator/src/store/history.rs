//! The history of indkaldelser.

use super::{Registered, Store, UPDATED};
use crate::dto::{IndkaldelseDto, MyndighedsdeltagerDto};
use crate::population::CitizenId;
use crate::value::{Code, Guid, Moment};

/// One change, with how everything was after it, or before it when it was the end.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) registreringstidspunkt: Moment,
    pub(crate) aendringstype: Code,
    pub(crate) subject: Subject,
    pub(crate) indkaldelse: IndkaldelseDto,
    pub(crate) myndighedsdeltagere: Vec<MyndighedsdeltagerDto>,
}

/// What a change was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Indkaldelse,
    /// Who takes part in it.
    Participants,
}

impl Store {
    /// Every change of the citizen's indkaldelser and of who takes part in them, oldest first.
    pub(crate) fn history(&self, citizen: CitizenId) -> &[Change] {
        self.citizens.get(&citizen).map_or(&[], |registered| &registered.history)
    }

    /// How often an indkaldelse itself was registered or changed: its version.
    pub(crate) fn version(&self, citizen: CitizenId, id: Guid) -> usize {
        let own = |change: &&Change| change.subject == Subject::Indkaldelse && change.indkaldelse.indkaldelse_id == id;
        self.history(citizen).iter().filter(own).count()
    }
}

impl Registered {
    /// Takes note of a change of an indkaldelse.
    pub(super) fn note(&mut self, aendringstype: Code, indkaldelse: &IndkaldelseDto, at: Moment) {
        self.write_down(Subject::Indkaldelse, aendringstype, indkaldelse.clone(), at);
    }

    /// Takes note of a change of who takes part in an indkaldelse, which counts as an update of it.
    pub(super) fn note_participants(&mut self, indkaldelse: Guid, at: Moment) {
        let found = self.indkaldelser.iter().find(|own| own.indkaldelse_id == indkaldelse).cloned();
        if let Some(indkaldelse) = found {
            self.write_down(Subject::Participants, UPDATED, indkaldelse, at);
        }
    }

    fn write_down(&mut self, subject: Subject, aendringstype: Code, indkaldelse: IndkaldelseDto, at: Moment) {
        let of_it = self.participants.values().filter(|other| other.indkaldelse == indkaldelse.indkaldelse_id);
        let myndighedsdeltagere = of_it.map(|other| other.participant.clone()).collect();
        let registreringstidspunkt = at;
        self.history.push(Change { registreringstidspunkt, aendringstype, subject, indkaldelse, myndighedsdeltagere });
    }
}
