//! From an HTTP request to a call, and from its reply to an HTTP response.
//!
//! What is SOAP is answered by [`crate::call`], faults included. What is not, is refused here
//! with a status and a line of text that says what to do instead.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use actix_http::header::{
    ACCEPT_ENCODING, ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue,
};
use actix_http::{ConnectionType, HttpMessage, Method, Request, Response, StatusCode};
use bytes::Bytes;
use uuid::Uuid;

use super::body::{self, Received};
use super::connection::Connection;
use super::pieces::Pieces;
use super::server::Server;
use super::site::Site;
use super::unbroken::{Panicked, Unbroken};
use super::wsdl::{self, Wanted};
use crate::error::{AccessError, BodyProblem};
use crate::journal::{self, HttpRefused};
use crate::{call, clock};

const SOAP_ACTION: HeaderName = HeaderName::from_static("soapaction");
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PLAIN_TEXT: &str = "text/plain; charset=utf-8";

/// Answers one request.
pub(crate) async fn answer<S: Site>(server: Rc<Server<S>>, request: Request) -> Result<Response<Pieces>, Infallible> {
    let connection = request.conn_data::<Rc<Connection>>().cloned();
    let _at_work = connection.as_ref().map(Connection::at_work);
    let (is_post, address) = (*request.method() == Method::POST, connection.as_ref().map(|connection| connection.ip()));
    let mut response = match (connection, request.method()) {
        _ if !server.site.serves(request.path()) => not_found(&server.site),
        (Some(connection), &Method::POST) => post(server, connection, request).await,
        (connection, &Method::GET | &Method::HEAD) => {
            let refusal = connection.and_then(|connection| refused_reader(&server, &connection, request.headers()));
            refusal.unwrap_or_else(|| describe(&server, &request))
        }
        _ => method_not_allowed(),
    };
    if is_post && !response.headers().contains_key(X_REQUEST_ID) || response.status().is_client_error() {
        let request_id = clock::new_id();
        set_request_id(&mut response, request_id);
        journal::http_refused(&HttpRefused {
            request_id: Some(request_id),
            address,
            status: response.status().as_u16(),
        });
    }
    response.head_mut().set_camel_case_headers(true); // some old clients compare names literally
    Ok(response.map_body(|_, body| Pieces(body)))
}

/// Receives a call and runs it to its end even when the caller hangs up: a write that has begun must not be left half
/// done, and a message that broke off has its line in the journal, too.
async fn post<S: Site>(server: Rc<Server<S>>, connection: Rc<Connection>, mut request: Request) -> Response<Bytes> {
    if let Some(refusal) = unsupported(request.headers()) {
        return refusal;
    }
    let received_and_run = Unbroken::new(async move {
        let declared = header(request.headers(), &CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let receiving = body::receive(request.take_payload(), declared, &server.common.limits);
        let received = while_at_work(&connection, receiving).await;
        let running = server.common.drain.call();
        let reply = server.site.call(soap(&server, &connection, &request, received.body)).await;
        drop(running);
        (reply, received.to_the_end)
    });
    let (mut response, to_the_end) = match received_and_run.await {
        Ok((reply, to_the_end)) => (from_reply(reply), to_the_end),
        Err(Panicked) => {
            let text = "The call broke off. Its outcome is not known.\n";
            (plain(StatusCode::INTERNAL_SERVER_ERROR, text), false)
        }
    };
    if !to_the_end {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    response
}

/// Receives a body as long as there is somebody who sends it: when the answer is no longer waited for, nothing ever comes
/// through the HTTP library, not even an end.
async fn while_at_work(connection: &Connection, receiving: impl Future<Output = Received>) -> Received {
    let mut receiving = pin!(receiving);
    poll_fn(|context| match receiving.as_mut().poll(context) {
        Poll::Pending if !connection.is_at_work() => Poll::Ready(Received::cut_short(BodyProblem::Broken)),
        received => received,
    })
    .await
}

fn soap<S: Site>(
    server: &Server<S>,
    connection: &Connection,
    request: &Request,
    body: Result<Bytes, BodyProblem>,
) -> call::Request {
    call::Request {
        peer: connection.peer(&server.common.tls, request.headers()),
        path: request.path().to_owned(),
        content_type: header(request.headers(), &CONTENT_TYPE).map(str::to_owned),
        soap_action: header(request.headers(), &SOAP_ACTION).map(str::to_owned),
        body,
    }
}

fn from_reply(reply: call::Reply) -> Response<Bytes> {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = with_type(status, reply.content_type, reply.body);
    set_request_id(&mut response, reply.request_id);
    response
}

/// The refusal of a request whose headers say that its body is no SOAP message.
fn unsupported(headers: &HeaderMap) -> Option<Response<Bytes>> {
    if !header(headers, &CONTENT_TYPE).is_some_and(is_soap) {
        return Some(plain(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The Content-Type of a call must be \"text/xml; charset=utf-8\" (SOAP 1.1).\n",
        ));
    }
    let encoding = header(headers, &CONTENT_ENCODING).unwrap_or("identity");
    if encoding.trim().eq_ignore_ascii_case("identity") {
        return None;
    }
    let text = "Compressed requests are not read. Send the body as it is, without Content-Encoding.\n";
    let mut response = plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, text);
    response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Some(response)
}

/// SOAP 1.1, or SOAP 1.2, whose callers get a fault that says so rather than a bare status.
fn is_soap(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("text/xml") || media_type.eq_ignore_ascii_case("application/soap+xml")
}

/// The refusal of one who reads through a proxy and whom a handshake of our own would not have let in, or of
/// one who says to be a proxy.
fn refused_reader<S: Site>(
    server: &Server<S>,
    connection: &Connection,
    headers: &HeaderMap,
) -> Option<Response<Bytes>> {
    let peer = connection.peer(&server.common.tls, headers);
    let why = match &peer.identity {
        Err(error @ AccessError::Forwarded(_)) => error.to_string(),
        _ if !connection.is_proxy() => return None,
        Err(error @ AccessError::NoCertificate) if server.common.certificate_required => error.to_string(),
        _ => peer.trail.check(clock::now()).err()?.to_string(),
    };
    Some(plain(StatusCode::FORBIDDEN, format!("{why}\n")))
}

fn describe<S: Site>(server: &Server<S>, request: &Request) -> Response<Bytes> {
    let Some(base) = wsdl::base(&server.common.public_url, header(request.headers(), &HOST)) else {
        return plain(StatusCode::BAD_REQUEST, "The Host header is missing or is not a host.\n");
    };
    let wanted = Wanted::read(request.uri().query());
    match server.site.describe(request.path(), &wanted, &base) {
        Some(text) => with_type(StatusCode::OK, wanted.content_type(), text),
        None if server.site.is_gone(request.path()) => plain(
            StatusCode::GONE,
            "This service is gone and has no contract. A call gets a fault that names its successor.\n",
        ),
        None => plain(StatusCode::NOT_FOUND, "There is no such schema. The WSDL names them: ?wsdl\n"),
    }
}

fn not_found(site: &impl Site) -> Response<Bytes> {
    let mut text = "There is no service at this path. Services:\n".to_owned();
    for path in site.paths() {
        text.push_str(&path);
        text.push('\n');
    }
    plain(StatusCode::NOT_FOUND, text)
}

fn method_not_allowed() -> Response<Bytes> {
    let text = "Calls are sent by POST; GET with ?wsdl reads the description.\n";
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, text);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    response
}

fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Bytes> {
    with_type(status, PLAIN_TEXT, text)
}

fn with_type(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::with_body(status, body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn set_request_id(response: &mut Response<Bytes>, id: Uuid) {
    let mut text = Uuid::encode_buffer();
    if let Ok(value) = HeaderValue::from_str(id.hyphenated().encode_lower(&mut text)) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soap_is_recognised_however_it_is_written() {
        for content_type in [
            "text/xml",
            "text/xml; charset=utf-8",
            "text/xml;charset=\"utf-8\"",
            "TEXT/XML ; Charset='UTF-8'",
            "text/xml; charset=iso-8859-1",
            "application/soap+xml; charset=utf-8; action=\"x\"",
        ] {
            assert!(is_soap(content_type), "{content_type}");
        }
    }

    #[test]
    fn what_is_not_soap_is_refused() {
        for content_type in
            ["", "application/json", "application/xml", "text/xmlx", "multipart/related; type=\"text/xml\""]
        {
            assert!(!is_soap(content_type), "{content_type}");
        }
    }
}
