//! The simulator without HTTP: population, clock, and everything that changes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::answer::Answer;
use crate::call::{Call, Operation};
use crate::control::Control;
use crate::population::Population;
use crate::refusal::Refusal;
use crate::request_ids::RequestIds;
use crate::settings::Now;
use crate::store::Store;
use crate::{change_indkaldelse, create_indkaldelse, deltagelse, get_indkaldelse, get_indkaldelser};

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
        let State { store, request_ids } = &mut *lock(&self.state);
        let population = &self.population;
        Answer::from(match call.operation() {
            Some((Operation::CreateIndkaldelse, id)) => {
                create_indkaldelse::answer(call, id, population, (store, request_ids), self.now.read())
            }
            Some((Operation::UpdateIndkaldelse, id)) => {
                change_indkaldelse::update(call, id, population, (store, request_ids), self.now.read())
            }
            Some((Operation::DeleteIndkaldelse, id)) => {
                change_indkaldelse::delete(call, id, population, (store, request_ids), self.now.read())
            }
            Some((Operation::SaveDeltagelsesvalg, _)) => {
                deltagelse::save_choice(call, population, (store, request_ids), self.now.read())
            }
            Some((Operation::CreateMyndighedsdeltager, id)) => {
                deltagelse::add(call, id, population, (store, request_ids), self.now.read())
            }
            Some((Operation::DeleteMyndighedsdeltager, id)) => {
                deltagelse::remove(call, id, population, (store, request_ids), self.now.read())
            }
            Some((Operation::GetIndkaldelser, _)) => get_indkaldelser::answer(call, population, store),
            Some((Operation::GetIndkaldelse, id)) => get_indkaldelse::one(call, id, population, store),
            Some((Operation::GetIndkaldelseshistorik, id)) => get_indkaldelse::history(call, id, population, store),
            Some((Operation::GetIndkaldelseshistorikForBorger, _)) => {
                get_indkaldelse::whole_history(call, population, store)
            }
            None => Err(Refusal::NoSuchPath),
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
