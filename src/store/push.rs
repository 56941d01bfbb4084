//! A message that a publisher pushed, as it is kept.

use std::fmt;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Answer;
use crate::identity::Cvr;

/// Pushed messages are kept.
pub trait Pushes {
    /// Keeps a push, unless one of the same recipient and key is there already.
    fn keep(&self, push: NewPush) -> Answer<'_, Kept>;
}

/// What was kept is looked at.
pub trait PushQueries {
    /// One push with its body.
    fn push(&self, id: PushId) -> Answer<'_, Option<Stored>>;

    /// How many there are of each recipient, type of entity and state, in that order.
    fn counts(&self) -> Answer<'_, Vec<Count>>;

    /// How many wait in each state.
    fn waiting(&self) -> Answer<'_, Vec<Waiting>>;
}

/// The number of a push: larger than those of all that arrived before it, and never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PushId(pub i64);

impl fmt::Display for PushId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// For whom a push is: an organisation, such as a municipality's job centre or an unemployment fund.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recipient {
    /// The type of organisation, out of its code list.
    pub kind: u32,
    /// The organisation's code among those of its type.
    pub code: String,
}

impl fmt::Display for Recipient {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.kind, self.code)
    }
}

/// What is the same when a push of one recipient is delivered again, and differs between any two messages to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(pub [u8; 32]);

/// A push that is to be kept.
#[derive(Clone, Debug)]
pub struct NewPush {
    /// For whom it is.
    pub recipient: Recipient,
    /// By which it is known again.
    pub key: Key,
    /// The CVR number in the publisher's certificate.
    pub cvr: Cvr,
    /// The UUID in the publisher's certificate.
    pub uuid: Uuid,
    /// When it had come whole.
    pub received_at: DateTime<Utc>,
    /// What it says.
    pub contents: Contents,
    /// It as it came.
    pub body: Body,
}

/// What a push says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// It was understood.
    Understood(Notice),
    /// It was not; the reason names a place and a rule, never a value.
    Parked(String),
}

/// That something happened to an entity, and to which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The publisher's own id of the message, if it gives one.
    pub message_id: Option<String>,
    /// The type of entity, such as 90000 for an Indkaldelse.
    pub entity_type: u32,
    /// The id of the entity; all zero where the type has none.
    pub entity_id: String,
    /// The version of the entity, if the type has versions.
    pub version: Option<String>,
    /// What happened to it.
    pub change: Change,
    /// Whom it is about, if anybody: needed to fetch the entity, and for the order.
    pub citizen: Option<Citizen>,
}

/// What happened to an entity, by the numbers of Aendringstype.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// 1, Oprettelse.
    Create,
    /// 2, Opdatering.
    Update,
    /// 3, Sletning.
    Delete,
}

impl Change {
    /// The change with this number.
    #[must_use]
    pub fn of(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::Create),
            2 => Some(Self::Update),
            3 => Some(Self::Delete),
            _ => None,
        }
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::Create => 1,
            Self::Update => 2,
            Self::Delete => 3,
        }
    }

    /// Its name in log lines and metrics.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// A civil registration number. It has no `Display`, and `Debug` masks it.
#[derive(Clone, PartialEq, Eq)]
pub struct Citizen(pub String);

impl fmt::Debug for Citizen {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Citizen(**********)")
    }
}

/// A body as it came. `Debug` tells its length alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Body(pub Bytes);

impl fmt::Debug for Body {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Body({} bytes)", self.0.len())
    }
}

/// What became of a push that was to be kept; with the number of the one that is there now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is kept.
    New(PushId),
    /// It was there already, byte for byte.
    Again(PushId),
    /// One of its recipient and key was there already with another body, and stays.
    Differs(PushId),
}

/// Where a push stands on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It was understood and waits to be made into messages.
    Received,
    /// It was not understood and waits for somebody who looks at it.
    Parked,
}

impl State {
    /// Every state, for metrics that start at zero.
    pub const ALL: [Self; 2] = [Self::Received, Self::Parked];

    /// Its name in the store, in log lines and metrics.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Parked => "parked",
        }
    }
}

/// A push that is kept.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its number.
    pub id: PushId,
    /// Where it stands.
    pub state: State,
    /// What came.
    pub push: NewPush,
}

/// How many pushes are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// For whom they are.
    pub recipient: Recipient,
    /// The type of entity; none of those that were not understood.
    pub entity_type: Option<u32>,
    /// Where they stand.
    pub state: State,
    /// How many they are.
    pub pushes: u64,
    /// When the first of them came.
    pub oldest: DateTime<Utc>,
    /// When the last of them came.
    pub newest: DateTime<Utc>,
}

/// How many pushes wait in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The state.
    pub state: State,
    /// How many they are.
    pub pushes: u64,
    /// When the first of them came.
    pub oldest: DateTime<Utc>,
}
