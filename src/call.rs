//! The life of a call. [`handle`] never fails; `Call::serve` returns early with `?`.
//!
//! ```text
//! who calls           access::identify, access::admit     1101, 1012
//! bytes to text       xml::decode                         1014
//! envelope            Envelope::open                      1014, MustUnderstand, VersionMismatch
//! operation           Envelope::operation, SOAPAction     1014
//! header blocks       Envelope::require_headers           8232 to 8235
//! for whom            access::grant                       1013, 4413, 4575
//! message             Envelope::message                   1014
//! turn of an update   Turns::wait                         1011
//! backend calls       exchange                            the backend's own code, 1011
//! reply               Exchange::reply                     1011
//! line                journal::call                       1011, when the journal is strict
//! ```

use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Instant;

use bytes::Bytes;
use dfdg_contract::soap::Envelope;
use dfdg_contract::xml::{self, Limits};
use dfdg_contract::{Message, Operation};
use dfdg_mapping::{Answer, CallId, Effect, Exchange, Facts, Plan};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use uuid::Uuid;

use crate::access::{self, Demand, Grant};
use crate::catalogue::{Catalogue, Served};
use crate::clock;
use crate::error::CallError;
use crate::fault;
use crate::journal::{self, CallEvent};
use crate::peer::Peer;
use crate::server::Worker;

pub use crate::error::BodyProblem;

/// One SOAP request, as the listener hands it over.
#[derive(Debug)]
pub struct Request {
    /// Who is at the other end of the connection.
    pub peer: Rc<Peer>,
    /// The path of the URL.
    pub path: String,
    /// The Content-Type header.
    pub content_type: Option<String>,
    /// The SOAPAction header, as sent.
    pub soap_action: Option<String>,
    /// The body, or why it could not be had.
    pub body: Result<Bytes, BodyProblem>,
}

/// One SOAP reply or fault.
#[derive(Debug)]
pub struct Reply {
    /// 200 for a reply, 500 for a fault.
    pub status: u16,
    /// Always `text/xml; charset=utf-8`, written exactly so: some clients compare it.
    pub content_type: &'static str,
    /// The envelope.
    pub body: String,
    /// The id that stands in the journal, in the reply's `X-Request-Id`, and begins the `x-requestId` of backend calls.
    pub request_id: Uuid,
}

/// The Content-Type of SOAP 1.1.
pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

/// Answers a call. Whatever happens, the caller gets a SOAP envelope and the journal a line.
pub async fn handle(worker: Rc<Worker>, request: Request) -> Reply {
    let started = Instant::now();
    let catalogue = worker.shared.catalogue.load_full();
    let mut call = Call { worker: &worker, request_id: clock::new_id(), started, event: CallEvent::default() };
    call.event.peer(&request.peer);
    let outcome = match catalogue.at(&request.path) {
        _ if journal::is_strict() && !journal::is_working() => Err(CallError::Journal),
        Some(served) => unless_broken(call.serve(served, &request)).await,
        None => Err(catalogue.gone(&request.path)),
    };
    let mut reply = match outcome {
        Ok(envelope) => call.reply(200, envelope),
        Err(error) => call.fault(&catalogue, &request.path, &error),
    };
    call.event.finish(call.request_id, started.elapsed(), reply.body.len());
    worker.counter.count(&call.event, clock::now());
    if journal::call(&call.event).await.is_err() {
        reply = call.fault(&catalogue, &request.path, &CallError::Journal);
        call.event.finish(call.request_id, started.elapsed(), reply.body.len());
        journal::call_unwritten(&call.event);
    }
    reply
}

/// A fault of the program, which none may have, breaks off the call and not its line in the journal.
async fn unless_broken<T>(call: impl Future<Output = Result<T, CallError>>) -> Result<T, CallError> {
    AssertUnwindSafe(call).catch_unwind().await.unwrap_or(Err(CallError::Broken))
}

/// A call under way.
struct Call<'w> {
    worker: &'w Worker,
    request_id: Uuid,
    started: Instant,
    event: CallEvent,
}

impl<'w> Call<'w> {
    async fn serve(&mut self, served: Served<'_>, request: &Request) -> Result<String, CallError> {
        let now = clock::now();
        let service = served.service;
        self.event.service(service);
        let identity = access::identify(&request.peer, now)?;
        let client = access::admit(&self.worker.shared.registry.load(), identity, clock::in_denmark(now))?;
        self.event.client(&client);

        let body = request.body.as_ref().map_err(|problem| *problem)?;
        self.event.bytes_in(body.len());
        let text = xml::decode(body, charset(request.content_type.as_deref()))?;
        let envelope = Envelope::open(&service.contract, &text, self.limits())?;
        let operation = envelope.operation().map_err(|error| served.unserved(error))?;
        self.event.operation(operation);
        check_action(operation, request.soap_action.as_deref())?;
        envelope.require_headers()?;

        let demand = Demand {
            service: &service.name,
            operation,
            organisation_types: &service.organisation_types,
            paths: served.header_paths,
        };
        let grant = access::grant(client, demand, envelope.headers())?;
        self.event.organisation(&grant.organisation);
        let (paths, headers) = (served.header_paths, envelope.headers());
        self.event.user(paths.user_type(headers), paths.user(headers).and_then(journal::user));
        let message = envelope.message()?;
        self.event.person(served.person(operation, &message).and_then(journal::person));
        let plan = served.plan(operation)?;
        let caller = identity.user_identifier();
        self.exchange(plan, &message, &grant, &caller).await
    }

    /// Runs a plan: every backend call whose inputs are known is under way at once.
    async fn exchange(
        &mut self,
        plan: &Plan,
        message: &Message<'_>,
        grant: &Grant,
        caller: &str,
    ) -> Result<String, CallError> {
        let request_id = self.request_id.to_string();
        let organisation = &grant.organisation;
        let facts = Facts {
            now: clock::in_denmark(clock::now()),
            request_id: &request_id,
            organisation_type: organisation.kind(),
            organisation_code: organisation.code(),
            caller_identifier: caller,
            settings: &|name| grant.client.setting(organisation, name),
            new_guid: &clock::new_id,
        };
        let mut exchange = Exchange::start(plan, message, &facts)?;
        self.event.dropped(exchange.dropped());
        let _turns = self.worker.shared.turns.wait(exchange.entities(), self.deadline()).await?;
        let mut under_way = FuturesUnordered::new();
        let mut failed = None;
        loop {
            if failed.is_none() {
                under_way.extend(exchange.ready()?.into_iter().map(|effect| self.send(effect, grant)));
            }
            let Some((call, answer)) = under_way.next().await else { break };
            let taken = answer.and_then(|answer| Ok(exchange.answer(call, &answer)?));
            failed = failed.or(taken.err()); // the others run to their end: a write is never cut in half
        }
        match failed {
            Some(error) => Err(error),
            None => Ok(exchange.reply()?),
        }
    }

    /// One backend call, numbered in the order they begin.
    fn send<'g>(
        &mut self,
        effect: Effect,
        grant: &'g Grant,
    ) -> impl Future<Output = (CallId, Result<Answer, CallError>)> + use<'w, 'g> {
        let (worker, request_id, number) = (self.worker, self.request_id, self.event.backend_call());
        let deadline = self.deadline();
        async move {
            let identity = grant.client.backend_identity();
            let answer = worker.backends.send(&effect, identity, request_id, number, deadline).await;
            (effect.call, answer.map_err(CallError::from))
        }
    }

    fn deadline(&self) -> Instant {
        self.started + self.worker.shared.config.calls.deadline
    }

    fn limits(&self) -> Limits {
        let limits = &self.worker.shared.config.callers.document;
        let limit = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        Limits { depth: limit(limits.depth), nodes: limit(limits.nodes), attributes: limit(limits.attributes) }
    }

    fn reply(&self, status: u16, body: String) -> Reply {
        Reply { status, content_type: CONTENT_TYPE, body, request_id: self.request_id }
    }

    fn fault(&mut self, catalogue: &Catalogue, path: &str, error: &CallError) -> Reply {
        let told = fault::tell(error, &catalogue.mapping().faults);
        self.event.fault(error, told.number);
        let contract = catalogue.fault_contract(path);
        self.reply(500, fault::envelope(&told, contract))
    }
}

/// The SOAPAction may be missing or empty: the body decides. One that belongs to another
/// operation is refused, because then header and body disagree on what is wanted.
fn check_action(operation: &Operation, sent: Option<&str>) -> Result<(), CallError> {
    let sent = sent.unwrap_or_default().trim().trim_matches('"');
    if sent.is_empty() || sent == operation.action {
        return Ok(());
    }
    Err(CallError::WrongAction { operation: operation.name.clone(), expected: operation.action.clone() })
}

/// The charset of a Content-Type.
fn charset(content_type: Option<&str>) -> Option<&str> {
    let parameters = content_type?.split(';').skip(1);
    let mut values = parameters.filter_map(|parameter| parameter.split_once('='));
    values.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset")).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_like_any_other() {
        let breaks = async {
            if std::hint::black_box(true) {
                std::panic::resume_unwind(Box::new("on purpose"));
            }
            Ok(())
        };
        assert!(matches!(unless_broken(breaks).await, Err(CallError::Broken)));
    }
}
