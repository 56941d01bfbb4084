//! Numbers old callers know, and the uuids they stand for on the new side.

use uuid::Uuid;

use super::Answer;

/// Numbers are given, once and for ever.
pub trait Identifiers {
    /// The uuid a number of this kind of thing stands for; none when it was never given.
    fn uuid_of(&self, kind: &str, number: i32) -> Answer<'_, Option<Uuid>>;

    /// Gives a uuid a new number of this kind: one more than the largest there is, and no less than `first`.
    fn reserve(&self, kind: &str, uuid: Uuid, first: i32) -> Answer<'_, i32>;

    /// Takes over pairs given elsewhere: all of them, or none when one contradicts what is there. The answer is how many
    /// were new, or the first that contradicts.
    fn take_over(&self, kind: &str, pairs: Vec<Pair>) -> Answer<'_, Result<usize, Pair>>;
}

/// What was given is looked at.
pub trait IdentifierQueries {
    /// All pairs of a kind, by number.
    fn pairs(&self, kind: &str) -> Answer<'_, Vec<Pair>>;
}

/// A number and the uuid it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What old callers know.
    pub number: i32,
    /// What the new side knows.
    pub uuid: Uuid,
}
