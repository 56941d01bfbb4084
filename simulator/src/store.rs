//! The indkaldelser registered.

use std::collections::{HashMap, HashSet};

use crate::dto::IndkaldelseDto;
use crate::population::CitizenId;
use crate::value::Guid;

/// Every indkaldelse, by citizen; a change of number therefore moves nothing.
#[derive(Debug, Default)]
pub(crate) struct Store {
    ids: HashSet<Guid>,
    by_citizen: HashMap<CitizenId, Vec<IndkaldelseDto>>,
}

impl Store {
    /// Registers an indkaldelse; false when its id is in use by any citizen.
    pub(crate) fn insert(&mut self, citizen: CitizenId, indkaldelse: IndkaldelseDto) -> bool {
        let new = self.ids.insert(indkaldelse.indkaldelse_id);
        if new {
            let list = self.by_citizen.entry(citizen).or_default();
            let place = list.partition_point(|other| other.moede_starttidspunkt <= indkaldelse.moede_starttidspunkt);
            list.insert(place, indkaldelse);
        }
        new
    }

    /// The citizen's indkaldelser in order of their start.
    pub(crate) fn of(&self, citizen: CitizenId) -> &[IndkaldelseDto] {
        self.by_citizen.get(&citizen).map_or(&[], Vec::as_slice)
    }
}
