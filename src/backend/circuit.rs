//! A circuit leaves a backend alone that is down: callers get their fault at once instead of
//! after a timeout, and the backend is not asked while it starts.
//!
//! ```text
//!            N failures in a row                 open_for is over
//!   Closed --------------------------> Open --------------------------> HalfOpen: one probe
//!     ^                                 ^              failure             |      |
//!     |                                 +----------------------------------+      |
//!     +---------------------------------------------------------------------------+ success
//! ```
//!
//! [`Circuit`] is a pure state machine that is told the time; [`Circuits`] shares one for each
//! backend between all workers and tells the journal.

use crate::config::{self, Config};
use crate::journal::{self, CircuitChanged};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a circuit does with calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Calls pass.
    Closed,
    /// Calls are refused.
    Open,
    /// One call has been let through to see.
    HalfOpen,
}

impl State {
    /// Its name in log lines and metrics.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Circuit {
    failures_to_open: u32,
    open_for: Duration,
    state: State,
    /// In a row, while closed.
    failures: u32,
    /// When it opened, or when the probe was let through.
    since: Instant,
}

impl Circuit {
    fn new(settings: &config::Backend, now: Instant) -> Self {
        let (failures_to_open, open_for) = (settings.circuit_failures, settings.circuit_open_for);
        Self { failures_to_open, open_for, state: State::Closed, failures: 0, since: now }
    }

    /// Whether a call may pass. A probe that is never heard of again counts as failed.
    fn admit(&mut self, now: Instant) -> bool {
        if self.state == State::Closed {
            return true;
        }
        let waited = now.saturating_duration_since(self.since) >= self.open_for;
        if waited {
            self.enter(State::HalfOpen, now);
        }
        waited
    }

    /// A call ended. While open, only calls from before that are still coming in; they say nothing new.
    fn record(&mut self, failed: bool, now: Instant) {
        match (self.state, failed) {
            (State::Open, _) => {}
            (State::Closed, false) => self.failures = 0,
            (State::HalfOpen, false) => self.enter(State::Closed, now),
            (State::HalfOpen, true) => self.enter(State::Open, now),
            (State::Closed, true) => {
                self.failures += 1;
                if self.failures >= self.failures_to_open {
                    self.enter(State::Open, now);
                }
            }
        }
    }

    fn enter(&mut self, state: State, now: Instant) {
        (self.state, self.since, self.failures) = (state, now, 0);
    }
}

/// The circuits of all backends, shared by all workers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Circuits(Arc<[Shared]>);

#[derive(Debug)]
struct Shared {
    backend: config::Backend,
    circuit: Mutex<Circuit>,
}

impl Circuits {
    /// One for each backend of the settings, closed.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let shared = |backend: &config::Backend| Shared {
            circuit: Mutex::new(Circuit::new(backend, Instant::now())),
            backend: backend.clone(),
        };
        Self(config.backends.values().map(shared).collect())
    }

    /// The backends in alphabetical order and what their circuits do, for the admin listener.
    pub fn states(&self) -> impl Iterator<Item = (&str, State)> {
        self.0.iter().map(|shared| (shared.backend.name.as_str(), shared.with(|circuit| circuit.state)))
    }

    /// Whether a call to this backend may pass now.
    pub(super) fn admit(&self, backend: &str) -> bool {
        self.get(backend).is_none_or(|shared| shared.change(|circuit| circuit.admit(Instant::now())))
    }

    /// A call that was admitted has ended.
    pub(super) fn record(&self, backend: &str, failed: bool) {
        if let Some(shared) = self.get(backend) {
            shared.change(|circuit| circuit.record(failed, Instant::now()));
        }
    }

    fn get(&self, backend: &str) -> Option<&Shared> {
        self.0.iter().find(|shared| shared.backend.name == backend)
    }
}

impl Shared {
    fn with<T>(&self, act: impl FnOnce(&mut Circuit) -> T) -> T {
        act(&mut self.circuit.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Acts, and tells the journal when that changed the state.
    fn change<T>(&self, act: impl FnOnce(&mut Circuit) -> T) -> T {
        let (result, before, after) = self.with(|circuit| {
            let before = circuit.state;
            (act(circuit), before, circuit.state)
        });
        if before != after {
            journal::circuit(&CircuitChanged { backend: (&self.backend).into(), state: after.label() });
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN_FOR: Duration = Duration::from_secs(10);

    fn circuit(now: Instant) -> Circuit {
        Circuit { failures_to_open: 3, open_for: OPEN_FOR, state: State::Closed, failures: 0, since: now }
    }

    fn open(now: Instant) -> Circuit {
        let mut circuit = circuit(now);
        (0..3).for_each(|_| circuit.record(true, now));
        assert_eq!(circuit.state, State::Open);
        circuit
    }

    #[test]
    fn only_failures_in_a_row_open_it() {
        let now = Instant::now();
        let mut circuit = circuit(now);
        for failed in [true, true, false, true, true] {
            circuit.record(failed, now);
        }
        assert_eq!(circuit.state, State::Closed);
        circuit.record(true, now);
        assert_eq!(circuit.state, State::Open);
    }

    #[test]
    fn while_open_nothing_passes_until_the_time_is_over_and_then_one_call() {
        let now = Instant::now();
        let mut circuit = open(now);
        assert!(!circuit.admit(now));
        assert!(!circuit.admit(now + OPEN_FOR - Duration::from_millis(1)));
        assert!(circuit.admit(now + OPEN_FOR));
        assert_eq!(circuit.state, State::HalfOpen);
        assert!(!circuit.admit(now + OPEN_FOR));
    }

    #[test]
    fn the_probe_decides() {
        let now = Instant::now();
        for (failed, expected) in [(false, State::Closed), (true, State::Open)] {
            let mut circuit = open(now);
            assert!(circuit.admit(now + OPEN_FOR));
            circuit.record(failed, now + OPEN_FOR);
            assert_eq!(circuit.state, expected);
            assert_eq!(circuit.admit(now + OPEN_FOR), !failed);
        }
    }

    #[test]
    fn a_probe_that_is_never_heard_of_again_does_not_block_for_ever() {
        let now = Instant::now();
        let mut circuit = open(now);
        assert!(circuit.admit(now + OPEN_FOR));
        assert!(circuit.admit(now + 2 * OPEN_FOR));
    }

    #[test]
    fn a_late_success_from_before_does_not_close_it() {
        let now = Instant::now();
        let mut circuit = open(now);
        circuit.record(false, now);
        assert!(!circuit.admit(now));
    }
}
