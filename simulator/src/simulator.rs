//! The simulator without HTTP: population, clock, and everything that changes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::answer::Answer;
use crate::call::{Call, Operation as Op};
use crate::control::Control;
use crate::population::Population;
use crate::refusal::Refusal;
use crate::request_ids::RequestIds;
use crate::settings::Now;
use crate::store::Store;
use crate::{change_indkaldelse, create_indkaldelse, deltagelsesvalg, myndighedsdeltager};
use crate::{get_history, get_indkaldelse, get_indkaldelser, get_soegning};

/// One simulated service, shared by the workers of the server.
pub(crate) struct Simulator {
    population: Population,
    now: Now,
    state: Mutex<State>,
    control: Mutex<Control>,
}

/// What calls change.
#[derive(Debug, Default)]
struct State {
    store: Store,
    request_ids: RequestIds,
}

impl Simulator {
    pub(crate) fn new(population: Population, now: Now) -> Self {
        Self { population, now, state: Mutex::default(), control: Mutex::default() }
    }

    /// Answers one call; a write is registered whole or not at all.
    pub(crate) fn answer(&self, call: &Call) -> Answer {
        let Some((operation, id)) = call.operation() else { return Answer::refused(&Refusal::NoSuchPath) };
        let State { store, request_ids } = &mut *lock(&self.state);
        let (people, now) = (&self.population, self.now.read());
        Answer::from(match operation {
            Op::CreateIndkaldelse => create_indkaldelse::answer(call, id, people, (store, request_ids), now),
            Op::UpdateIndkaldelse => change_indkaldelse::update(call, id, people, (store, request_ids), now),
            Op::DeleteIndkaldelse => change_indkaldelse::delete(call, id, people, (store, request_ids), now),
            Op::SaveDeltagelsesvalg => deltagelsesvalg::save(call, people, (store, request_ids), now),
            Op::CreateMyndighedsdeltager => myndighedsdeltager::create(call, id, people, (store, request_ids), now),
            Op::UpdateMyndighedsdeltager => myndighedsdeltager::update(call, id, people, (store, request_ids), now),
            Op::DeleteMyndighedsdeltager => myndighedsdeltager::delete(call, id, people, (store, request_ids), now),
            Op::GetIndkaldelser => get_indkaldelser::answer(call, people, store),
            Op::GetIndkaldelse => get_indkaldelse::answer(call, id, people, store),
            Op::GetSoegning => get_soegning::answer(call, people, store),
            Op::GetIndkaldelseshistorik => get_history::of_one(call, id, people, store),
            Op::GetIndkaldelseshistorik2024 => get_history::of_one_2024(call, id, people, store),
            Op::GetIndkaldelseshistorikForBorger => get_history::of_all(call, people, store),
            Op::GetDeltagelsesvalg => deltagelsesvalg::all(call, people, store),
            Op::GetSpecifiktDeltagelsesvalg => deltagelsesvalg::one(call, id, people, store),
            Op::GetDeltagelsesvalgshistorik => deltagelsesvalg::history(call, people, store),
        })
    }

    /// Scripted trouble and received calls.
    pub(crate) fn control(&self) -> MutexGuard<'_, Control> {
        lock(&self.control)
    }

    /// As newly started: nothing registered, no request id seen, no trouble, no calls.
    pub(crate) fn reset(&self) {
        *lock(&self.state) = State::default();
        *lock(&self.control) = Control::default();
    }
}

/// A panic elsewhere leaves data a simulator can go on with.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
