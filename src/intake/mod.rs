//! The life of a push: a message a publisher delivers for one recipient. [`Intake::handle`] never fails;
//! `Delivery::take` returns early with `?`.
//!
//! ```text
//! who delivers     access::identify, access::admit_publisher     401, 403
//! for whom         recipient::read                               400
//! the body         as it was received                            408, 413
//! what it says     PushFormat::read                              400, or it is parked
//! kept             Pushes::keep                                  503
//! line             journal::push                                 503, when the journal is strict
//! ```
//!
//! It is answered with 200 only when it cannot be lost any more. A publisher delivers again what was answered with 5xx,
//! and gives up what was answered with 4xx; so 4xx is for what no later delivery can make right.

mod error;
mod key;
mod recipient;

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use dfdg_mapping::{PushProblem, Pushed, PushedChange};
use serde_json::json;
use uuid::Uuid;

use crate::access;
use crate::clock;
use crate::error::BodyProblem;
use crate::identity::Identity;
use crate::journal::{self, PushEvent};
use crate::peer::Peer;
use crate::server::Shared;
use crate::store::{Body, Change, Citizen, Contents, Kept, NewPush, Notice, State, Store};

pub use error::PushError;

/// One push, as the listener hands it over.
#[derive(Debug)]
pub struct Request {
    /// Who is at the other end of the connection.
    pub peer: Rc<Peer>,
    /// The type of the recipient, as it stands in the path.
    pub organisation_type: String,
    /// The code of the recipient, as it stands in the path.
    pub organisation_code: String,
    /// The body, or why it could not be had.
    pub body: Result<Bytes, BodyProblem>,
}

/// What the publisher is answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Its media type.
    pub content_type: &'static str,
    /// JSON.
    pub body: String,
    /// The id that stands in the journal and in `X-Request-Id`.
    pub request_id: Uuid,
    /// When it is to be delivered again, if that can help.
    pub retry_after: Option<Duration>,
}

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";

/// What takes pushes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Intake {
    shared: Arc<Shared>,
    store: Store,
}

/// What became of a push that is in the store.
struct Taken {
    kept: Kept,
    state: State,
    /// Why it is parked.
    because: Option<String>,
}

impl Intake {
    /// Takes pushes into a store.
    #[must_use]
    pub fn new(shared: &Arc<Shared>, store: &Store) -> Self {
        Self { shared: Arc::clone(shared), store: Arc::clone(store) }
    }

    /// Answers a push. Whatever happens, the publisher gets an answer and the journal a line.
    pub async fn handle(&self, request: Request) -> Answer {
        let (started, request_id) = (Instant::now(), clock::new_id());
        let mut delivery = Delivery { intake: self, event: PushEvent::new(request_id, &request.peer) };
        let outcome = match journal::is_strict() && !journal::is_working() {
            true => Err(PushError::Journal),
            false => delivery.take(&request).await,
        };
        let mut event = delivery.event;
        let answer = match outcome {
            Ok(taken) => {
                event.kept(taken.kept, taken.state, taken.because.as_deref());
                told(request_id, &taken)
            }
            Err(error) => refuse(request_id, &mut event, &error),
        };
        event.finish(answer.status, started.elapsed());
        if journal::push(&event).await.is_ok() {
            return answer;
        }
        let answer = refuse(request_id, &mut event, &PushError::Journal);
        event.finish(answer.status, started.elapsed());
        journal::push_unwritten(&event);
        answer
    }
}

/// A push under way.
struct Delivery<'i> {
    intake: &'i Intake,
    event: PushEvent,
}

impl Delivery<'_> {
    async fn take(&mut self, request: &Request) -> Result<Taken, PushError> {
        let push = self.read(request)?;
        let (state, because) = match &push.contents {
            Contents::Understood(_) => (State::Received, None),
            Contents::Parked(because) => (State::Parked, Some(because.clone())),
        };
        let kept = self.intake.store.keep(push).await?;
        Ok(Taken { kept, state, because })
    }

    fn read(&mut self, request: &Request) -> Result<NewPush, PushError> {
        let (now, shared) = (clock::now(), &self.intake.shared);
        let identity = access::identify(&request.peer, now)?;
        let publisher = access::admit_publisher(&shared.registry.load(), identity, clock::in_denmark(now))?;
        self.event.publisher(&publisher);
        let catalogue = shared.catalogue.load();
        let types = catalogue.organisation_types();
        let recipient = recipient::read(&request.organisation_type, &request.organisation_code, types)?;
        self.event.recipient(&recipient);
        let body = request.body.as_ref().map_err(|problem| *problem)?;
        self.event.bytes_in(body.len());
        let format = catalogue.mapping().pushes.as_ref().ok_or(PushError::NoFormat)?;
        let contents = understood(format.read(body))?;
        self.event.contents(&contents);
        let (key, body) = (key::of(&contents, body), Body(body.clone()));
        let Identity { cvr, uuid, .. } = *identity;
        Ok(NewPush { recipient, key, cvr, uuid, received_at: now, contents, body })
    }
}

/// What is JSON but not understood is kept all the same (`docs/decisions/0013-pushes-are-parked.md`).
fn understood(read: Result<Pushed, PushProblem>) -> Result<Contents, PushError> {
    match read {
        Ok(pushed) => Ok(Contents::Understood(notice(pushed))),
        Err(problem @ PushProblem::Field { .. }) => Ok(Contents::Parked(problem.to_string())),
        Err(problem) => Err(PushError::Unreadable(problem)),
    }
}

fn notice(pushed: Pushed) -> Notice {
    Notice {
        message_id: pushed.message_id,
        entity_type: pushed.entity_type,
        entity_id: pushed.entity_id,
        version: pushed.version,
        change: match pushed.change {
            PushedChange::Create => Change::Create,
            PushedChange::Update => Change::Update,
            PushedChange::Delete => Change::Delete,
        },
        citizen: pushed.citizen.map(Citizen),
    }
}

/// That it is kept. The first delivery and every later one are answered alike.
fn told(request_id: Uuid, taken: &Taken) -> Answer {
    let (Kept::New(id) | Kept::Again(id) | Kept::Differs(id)) = taken.kept;
    let mut body = json!({ "id": id.0, "state": taken.state.label() });
    if let Some(because) = &taken.because {
        body["problem"] = json!(because);
    }
    Answer { status: 200, content_type: JSON, body: body.to_string(), request_id, retry_after: None }
}

/// That it is not, as problem details (RFC 9457).
fn refuse(request_id: Uuid, event: &mut PushEvent, error: &PushError) -> Answer {
    event.failed(error);
    let status = error.status();
    let body = json!({
        "title": error.title(),
        "status": status,
        "detail": error.to_string(),
        "hint": error.hint(),
        "requestId": request_id,
    });
    let retry_after = error.retry_after();
    Answer { status, content_type: PROBLEM, body: body.to_string(), request_id, retry_after }
}
