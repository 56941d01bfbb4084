//! The simulator without HTTP: population, clock, and everything that changes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::answer::Answer;
use crate::call::{Call, Operation as Op};
use crate::control::Control;
use crate::jobannonce::{Adverts, Visit};
use crate::population::Population;
use crate::refusal::Refusal;
use crate::request_ids::RequestIds;
use crate::settings::Now;
use crate::store::Store;
use crate::write::Write;
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
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) adverts: Adverts,
    pub(crate) request_ids: RequestIds,
}

impl Simulator {
    pub(crate) fn new(population: Population, now: Now) -> Self {
        Self { population, now, state: Mutex::default(), control: Mutex::default() }
    }

    /// Answers one call; a write is registered whole or not at all.
    pub(crate) fn answer(&self, call: &Call) -> Answer {
        let Some((operation, id)) = call.operation() else { return Answer::refused(&Refusal::NoSuchPath) };
        let state = &mut *lock(&self.state);
        let (people, now) = (&self.population, self.now.read());
        let begin = |state| Write::begin(call, people, state, now);
        Answer::from(match operation {
            Op::CreateIndkaldelse => begin(state).and_then(|write| create_indkaldelse::create(write, id)),
            Op::UpdateIndkaldelse => begin(state).and_then(|write| change_indkaldelse::update(write, id)),
            Op::DeleteIndkaldelse => begin(state).and_then(|write| change_indkaldelse::delete(write, id)),
            Op::SaveDeltagelsesvalg => begin(state).and_then(deltagelsesvalg::save),
            Op::CreateMyndighedsdeltager => begin(state).and_then(|write| myndighedsdeltager::create(write, id)),
            Op::UpdateMyndighedsdeltager => begin(state).and_then(|write| myndighedsdeltager::update(write, id)),
            Op::DeleteMyndighedsdeltager => begin(state).and_then(|write| myndighedsdeltager::delete(write, id)),
            Op::GetIndkaldelser => get_indkaldelser::answer(call, people, &state.store),
            Op::GetIndkaldelse => get_indkaldelse::answer(call, id, people, &state.store),
            Op::GetSoegning => get_soegning::answer(call, people, &state.store),
            Op::GetIndkaldelseshistorik => get_history::of_one(call, id, people, &state.store),
            Op::GetIndkaldelseshistorik2024 => get_history::of_one_2024(call, id, people, &state.store),
            Op::GetIndkaldelseshistorikForBorger => get_history::of_all(call, people, &state.store),
            Op::GetDeltagelsesvalg => deltagelsesvalg::all(call, people, &state.store),
            Op::GetSpecifiktDeltagelsesvalg => deltagelsesvalg::one(call, id, people, &state.store),
            Op::CreateJobannonce => Visit::write(call, people, state, now).and_then(|visit| visit.create(id)),
            Op::SaveJobannonceAsDraft => Visit::write(call, people, state, now).and_then(|visit| visit.save_draft(id)),
            Op::UpdateJobannonce => Visit::write(call, people, state, now).and_then(|visit| visit.update(id)),
            Op::DeleteJobannonce => Visit::write(call, people, state, now).and_then(|visit| visit.delete(id)),
            Op::PublishJobannonce => Visit::write(call, people, state, now).and_then(|visit| visit.publish(id)),
            Op::CloseJobannonce => Visit::write(call, people, state, now).and_then(|visit| visit.close(id)),
            Op::GetJobannonce => Visit::read(call, people, state, now).and_then(|visit| visit.get(id)),
            Op::GetJobannonceHistory => Visit::read(call, people, state, now).and_then(|visit| visit.history(id)),
            Op::IsValidJobannonce => Visit::read(call, people, state, now).and_then(Visit::validate),
            Op::GetDeltagelsesvalgshistorik => deltagelsesvalg::history(call, people, &state.store),
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
