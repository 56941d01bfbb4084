//! The choices of one citizen about who takes part in meetings, and their history.

use super::{CREATED, UPDATED};
use crate::dto::{DeltagelsesvalgDto, DeltagelsesvalgshistorikDto};
use crate::value::{Guid, Moment};

/// One choice for each type of talk, and one for talks of any type.
#[derive(Debug, Default)]
pub(crate) struct Choices {
    present: Vec<DeltagelsesvalgDto>,
    history: Vec<DeltagelsesvalgshistorikDto>,
}

impl Choices {
    /// Registers a choice. A later one about the same type of talk takes the place of the former and keeps its id.
    pub(super) fn save(&mut self, mut choice: DeltagelsesvalgDto, registreringstidspunkt: Moment) {
        let former = self.present.iter_mut().find(|former| former.samtale_type == choice.samtale_type);
        let aendringstype = if former.is_some() { UPDATED } else { CREATED };
        match former {
            Some(former) => {
                choice.deltagelsesvalg_id = former.deltagelsesvalg_id;
                *former = choice.clone();
            }
            None => self.present.push(choice.clone()),
        }
        let deltagelsesvalg = choice;
        self.history.push(DeltagelsesvalgshistorikDto { registreringstidspunkt, aendringstype, deltagelsesvalg });
    }

    /// Those in force, in the order in which they were first made.
    pub(crate) fn present(&self) -> &[DeltagelsesvalgDto] {
        &self.present
    }

    /// The one in force with this id.
    pub(crate) fn find(&self, id: Guid) -> Option<&DeltagelsesvalgDto> {
        self.present.iter().find(|choice| choice.deltagelsesvalg_id == id)
    }

    /// Every change, oldest first.
    pub(crate) fn history(&self) -> &[DeltagelsesvalgshistorikDto] {
        &self.history
    }
}
