//! A request with a body: received whole, then run to its end.

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use actix_http::header::CONTENT_LENGTH;
use actix_http::{ConnectionType, HttpMessage, Request, Response, StatusCode};
use bytes::Bytes;

use super::body::{self, Received};
use super::connection::Connection;
use super::response::{header, plain};
use super::server::Server;
use super::unbroken::{Panicked, Unbroken};
use crate::error::BodyProblem;
use crate::peer::Peer;

/// A request that has been received, or broke off.
pub(crate) struct Whole<S> {
    pub(crate) server: Rc<Server<S>>,
    /// Who sent it, as it stands after the last byte.
    pub(crate) peer: Rc<Peer>,
    pub(crate) request: Request,
    pub(crate) body: Result<Bytes, BodyProblem>,
}

/// Receives a request and runs it to its end even when whoever sent it hangs up: a write that has begun must not be
/// left half done, and a message that broke off has its line in the journal, too.
pub(crate) async fn receive_and_run<S: 'static>(
    server: Rc<Server<S>>,
    connection: Rc<Connection>,
    mut request: Request,
    run: impl AsyncFnOnce(Whole<S>) -> Response<Bytes> + 'static,
) -> Response<Bytes> {
    let received_and_run = Unbroken::new(async move {
        let declared = header(request.headers(), &CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let receiving = body::receive(request.take_payload(), declared, &server.common.limits);
        let Received { body, to_the_end } = while_at_work(&connection, receiving).await;
        let _running = server.common.drain.call();
        let peer = connection.peer(&server.common.tls, request.headers());
        (run(Whole { server: Rc::clone(&server), peer, request, body }).await, to_the_end)
    });
    let (mut response, to_the_end) = received_and_run.await.unwrap_or_else(|Panicked| {
        let text = "The call broke off. Its outcome is not known.\n";
        (plain(StatusCode::INTERNAL_SERVER_ERROR, text), false)
    });
    if !to_the_end {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    response
}

/// Receives a body as long as there is somebody who sends it: when the answer is no longer waited for, nothing ever
/// comes through the HTTP library, not even an end.
async fn while_at_work(connection: &Connection, receiving: impl Future<Output = Received>) -> Received {
    let mut receiving = pin!(receiving);
    poll_fn(|context| match receiving.as_mut().poll(context) {
        Poll::Pending if !connection.is_at_work() => Poll::Ready(Received::cut_short(BodyProblem::Broken)),
        received => received,
    })
    .await
}
