//! One call over HTTP: taken note of, answered, and troubled where a script says so.

use std::io;
use std::time::Duration;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, ETAG};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, rt};
use futures_util::stream;
use serde_json::Value;

use crate::answer::Answer;
use crate::call::Call;
use crate::simulator::Simulator;
use crate::trouble::Effect;

/// Serves any path. The call runs to its end when the caller hangs up, as in a real service.
pub(crate) async fn serve(simulator: Data<Simulator>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let call = Call::read(&request, body);
    let end = rt::spawn(async move { run(&simulator, &call).await }).await;
    end.unwrap_or_else(|_| HttpResponse::InternalServerError().finish())
}

async fn run(simulator: &Simulator, call: &Call) -> HttpResponse {
    let (number, trouble) = simulator.control().receive(call);
    wait(trouble.delay()).await;
    let answer = trouble.effect.applies().then(|| simulator.answer(call));
    if let Some(answer) = &answer {
        simulator.control().answered(number, answer.status);
    }
    let version = answer.as_ref().and_then(|answer| simulator.control().versions.etag(answer.version?));
    wait(trouble.delay_answer()).await;
    let mut response = respond(trouble.effect, answer);
    if let Some(version) = version {
        response.headers_mut().insert(ETAG, version);
    }
    response
}

async fn wait(delay: Duration) {
    if !delay.is_zero() {
        rt::time::sleep(delay).await;
    }
}

/// The answer as HTTP, with what the script makes of it. `answer` is `None` when the method did not run.
fn respond(effect: Effect, answer: Option<Answer>) -> HttpResponse {
    let (status, body) = answer.map_or((200, None), |answer| (answer.status, answer.body));
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match effect {
        Effect::None => json(status, body.as_ref()),
        Effect::Answer { status, content_type, body, .. } => {
            HttpResponse::build(status.0).content_type(content_type).body(body)
        }
        Effect::Drop { .. } => cut(status, Bytes::new(), 1),
        Effect::UnknownMember => json(status, body.map(with_unknown_members).as_ref()),
        Effect::Truncate => HttpResponse::build(status).content_type(ContentType::json()).body(half(body.as_ref()).0),
        Effect::Cut => {
            let (half, whole) = half(body.as_ref());
            cut(status, half, whole)
        }
    }
}

fn json(status: StatusCode, body: Option<&Value>) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    body.map_or_else(|| HttpResponse::build(status).finish(), |body| response.json(body))
}

/// The first half of the text of `body`, and the length of the whole.
fn half(body: Option<&Value>) -> (Bytes, u64) {
    let text = body.map(Value::to_string).unwrap_or_default();
    let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
    (half, text.len() as u64)
}

/// Announces `length` bytes, sends `part` and closes the connection. With an empty part not even the head is sent:
/// the server writes it together with the first bytes of the body.
fn cut(status: StatusCode, part: Bytes, length: u64) -> HttpResponse {
    let closed = || io::Error::from(io::ErrorKind::ConnectionAborted);
    let parts = stream::unfold(Some(part), move |part| async move {
        match part {
            Some(part) if !part.is_empty() => Some((Ok(part), None)),
            Some(_) => Some((Err(closed()), None)),
            None => {
                rt::time::sleep(TIME_TO_SEND).await;
                Some((Err(closed()), None))
            }
        }
    });
    let body = SizedStream::new(length, Box::pin(parts));
    HttpResponse::build(status).content_type(ContentType::json()).body(body)
}

/// Lets the server hand the part to the system before the connection closes.
const TIME_TO_SEND: Duration = Duration::from_millis(50);

/// `value` with a member no contract knows in each of its objects.
fn with_unknown_members(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let known = members.into_iter().map(|(name, value)| (name, with_unknown_members(value)));
            Value::Object(known.chain([("ukendtMedlem".to_owned(), Value::from("ukendt"))]).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(with_unknown_members).collect()),
        simple => simple,
    }
}
