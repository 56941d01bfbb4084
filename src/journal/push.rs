//! The event of a push.

use std::net::IpAddr;
use std::time::Duration;

use serde::Serialize;
use uuid::Uuid;

use super::event::{display, milliseconds};
use super::label::Label;
use super::person::Person;
use crate::clients::Publisher;
use crate::identity::{Certificate, Cvr};
use crate::intake::PushError;
use crate::peer::Peer;
use crate::store::{Contents, Kept, PushId, Recipient, State};

/// One push. It is filled in as it goes on; what was not found out when it ended is `null` in its line.
#[derive(Clone, Debug, Serialize)]
pub struct PushEvent {
    request_id: Uuid,
    address: Option<IpAddr>,
    pub(super) publisher: Option<Label>,
    #[serde(serialize_with = "display")]
    cvr: Option<Cvr>,
    uuid: Option<Uuid>,
    certificate: Option<Certificate>,
    recipient: Option<RecipientLabel>,
    entity_type: Option<u32>,
    pub(super) change: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<Person>,
    pub(super) outcome: PushOutcome,
    id: Option<i64>,
    status: u16,
    pub(super) reason: Option<&'static str>,
    /// Place and rule, for the operator: made of closed errors, which never hold a value that was sent.
    detail: Option<String>,
    #[serde(rename = "duration_ms", serialize_with = "milliseconds")]
    pub(super) duration: Duration,
    bytes_in: usize,
}

/// A recipient: a type out of the code list, and a code that has been found to be no person's number.
#[derive(Clone, Debug, Serialize)]
struct RecipientLabel {
    #[serde(rename = "type")]
    kind: u32,
    code: String,
}

/// What became of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PushOutcome {
    /// It is kept.
    Kept,
    /// It is kept, but was not understood.
    Parked,
    /// It had been kept before.
    Duplicate,
    /// One with its key had been kept before, and had another body; that one stays.
    Conflict,
    /// It can never be kept.
    Refused,
    /// It could not be kept this time.
    Failed,
}

impl PushOutcome {
    /// Its name in log lines and metrics.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Parked => "parked",
            Self::Duplicate => "duplicate",
            Self::Conflict => "conflict",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

impl PushEvent {
    /// A push from this peer, with the id in its answer.
    #[must_use]
    pub fn new(request_id: Uuid, peer: &Peer) -> Self {
        let identity = peer.identity.as_ref().ok();
        Self {
            request_id,
            address: Some(peer.address.ip()),
            publisher: None,
            cvr: identity.map(|identity| identity.cvr),
            uuid: identity.map(|identity| identity.uuid),
            certificate: peer.certificate.clone(),
            recipient: None,
            entity_type: None,
            change: None,
            person: None,
            outcome: PushOutcome::Failed,
            id: None,
            status: 0,
            reason: None,
            detail: None,
            duration: Duration::ZERO,
            bytes_in: 0,
        }
    }

    /// Whose certificate it came with.
    pub fn publisher(&mut self, publisher: &Publisher) {
        self.publisher = Some(publisher.into());
    }

    /// For whom it is.
    pub fn recipient(&mut self, Recipient { kind, code }: &Recipient) {
        self.recipient = Some(RecipientLabel { kind: *kind, code: code.clone() });
    }

    /// Bytes of its body.
    pub fn bytes_in(&mut self, bytes: usize) {
        self.bytes_in = bytes;
    }

    /// What it says; of the citizen a hash.
    pub fn contents(&mut self, contents: &Contents) {
        let Contents::Understood(notice) = contents else { return };
        (self.entity_type, self.change) = (Some(notice.entity_type), Some(notice.change.label()));
        self.person = notice.citizen.as_ref().and_then(|citizen| super::person(&citizen.0));
    }

    /// It is in the store.
    pub fn kept(&mut self, kept: Kept, state: State, because: Option<&str>) {
        let (outcome, PushId(id)) = match (kept, state) {
            (Kept::New(id), State::Received) => (PushOutcome::Kept, id),
            (Kept::New(id), State::Parked) => (PushOutcome::Parked, id),
            (Kept::Again(id), _) => (PushOutcome::Duplicate, id),
            (Kept::Differs(id), _) => (PushOutcome::Conflict, id),
        };
        (self.outcome, self.id, self.detail) = (outcome, Some(id), because.map(str::to_owned));
    }

    /// It is not, or nobody is told.
    pub fn failed(&mut self, error: &PushError) {
        self.outcome = if error.retry_after().is_some() { PushOutcome::Failed } else { PushOutcome::Refused };
        (self.reason, self.detail) = (Some(error.reason()), Some(error.to_string()));
    }

    /// It is answered: with which status, and how long after its last byte.
    pub fn finish(&mut self, status: u16, duration: Duration) {
        (self.status, self.duration) = (status, duration);
    }
}
