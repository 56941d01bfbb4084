//! Whether a backend call is tried again: pure, so that the rule can be read and tested as a table.
//!
//! The question is always the same: may the backend have done what it was asked already? A
//! `read` may be asked twice. A `keyed` call carries the same `x-requestId` each time, so the
//! backend does it once and answers 412 to the second. A `once` call must not be sent again
//! after a byte of it went out.

use dfdg_mapping::Repeat;
use std::time::Duration;
use uuid::Uuid;

const PRECONDITION_FAILED: u16 = 412;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How one try went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The backend answered with this HTTP status.
    Answered(u16),
    /// No connection: not a byte of the request went out.
    NotSent,
    /// The connection broke, or the time was up: the backend may or may not have done it.
    Lost,
    /// The answer is too large to be read.
    TooLarge,
}

/// What to do after a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Try again.
    Again,
    /// The answer is the answer.
    Done,
    /// An earlier try of ours was accepted, though its answer was lost.
    AlreadyAccepted,
    /// Give up.
    Fail,
}

/// The tries of one call so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tries {
    /// How many there were, the last included; from 1.
    pub(super) made: u32,
    /// How many there may be.
    pub(super) allowed: u32,
    /// Whether one before the last may have reached the backend.
    pub(super) sent_before: bool,
}

impl Outcome {
    /// Whether the backend itself or what stands before it is in trouble. Counts for the circuit.
    pub(super) fn is_trouble(self) -> bool {
        match self {
            Self::Answered(status) => matches!(status, 502..=504),
            Self::NotSent | Self::Lost => true,
            Self::TooLarge => false,
        }
    }

    /// Whether the backend may have seen the request.
    pub(super) fn may_have_arrived(self) -> bool {
        self != Self::NotSent
    }
}

/// What to do after a try of a call.
pub(super) fn decide(repeat: Repeat, tries: Tries, outcome: Outcome) -> Decision {
    let repeatable = repeat != Repeat::Once || outcome == Outcome::NotSent;
    match outcome {
        Outcome::Answered(PRECONDITION_FAILED) if repeat == Repeat::Keyed && tries.sent_before => {
            Decision::AlreadyAccepted
        }
        _ if outcome.is_trouble() && repeatable && tries.made < tries.allowed => Decision::Again,
        Outcome::Answered(_) => Decision::Done,
        Outcome::NotSent | Outcome::Lost | Outcome::TooLarge => Decision::Fail,
    }
}

/// The pause after the try with this number: twice as long each time, and half of it left to
/// chance, so that calls that failed together do not come back together. Chance comes from
/// the request id, which is random.
pub(super) fn pause(tried: u32, request_id: Uuid) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << tried.saturating_sub(1).min(10)).min(LONGEST_PAUSE);
    let bytes = request_id.as_bytes();
    let chance = bytes[tried as usize % bytes.len()];
    doubled / 2 + doubled / 2 * u32::from(chance) / u32::from(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Decision::{Again, AlreadyAccepted, Done, Fail};
    use Outcome::{Answered, Lost, NotSent, TooLarge};
    use Repeat::{Keyed, Once, Read};

    const FIRST: Tries = Tries { made: 1, allowed: 3, sent_before: false };
    const AFTER_LOST: Tries = Tries { made: 2, allowed: 3, sent_before: true };
    const AFTER_UNSENT: Tries = Tries { made: 2, allowed: 3, sent_before: false };
    const LAST: Tries = Tries { made: 3, allowed: 3, sent_before: true };

    #[test]
    fn the_table_of_retries() {
        let table = [
            (Answered(200), FIRST, [Done, Done, Done]),
            (Answered(400), FIRST, [Done, Done, Done]),
            (Answered(500), FIRST, [Done, Done, Done]),
            (Answered(302), FIRST, [Done, Done, Done]),
            (Answered(429), FIRST, [Done, Done, Done]),
            (Answered(502), FIRST, [Again, Again, Done]),
            (Answered(503), FIRST, [Again, Again, Done]),
            (Answered(504), FIRST, [Again, Again, Done]),
            (Answered(503), LAST, [Done, Done, Done]),
            (NotSent, FIRST, [Again, Again, Again]),
            (NotSent, LAST, [Fail, Fail, Fail]),
            (Lost, FIRST, [Again, Again, Fail]),
            (Lost, LAST, [Fail, Fail, Fail]),
            (TooLarge, FIRST, [Fail, Fail, Fail]),
            (Answered(412), FIRST, [Done, Done, Done]),
            (Answered(412), AFTER_UNSENT, [Done, Done, Done]),
            (Answered(412), AFTER_LOST, [Done, AlreadyAccepted, Done]),
            (Answered(412), LAST, [Done, AlreadyAccepted, Done]),
        ];
        for (outcome, tries, expected) in table {
            let found = [Read, Keyed, Once].map(|repeat| decide(repeat, tries, outcome));
            assert_eq!(found, expected, "{outcome:?} {tries:?}");
        }
    }

    #[test]
    fn a_single_allowed_try_is_never_repeated() {
        let only = Tries { made: 1, allowed: 1, sent_before: false };
        for outcome in [Answered(503), NotSent, Lost] {
            assert_ne!(decide(Read, only, outcome), Again, "{outcome:?}");
        }
    }

    #[test]
    fn pauses_double_differ_by_chance_and_have_an_end() {
        let (none, all) = (Uuid::nil(), Uuid::max());
        assert_eq!((pause(1, none), pause(1, all)), (Duration::from_millis(25), Duration::from_millis(50)));
        assert_eq!((pause(2, none), pause(2, all)), (Duration::from_millis(50), Duration::from_millis(100)));
        assert_eq!(pause(u32::MAX, all), LONGEST_PAUSE);
    }
}
