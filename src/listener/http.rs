//! From an HTTP request to a call, and from its reply to an HTTP response.
//!
//! What is SOAP is answered by [`crate::call`], faults included. What is not, is refused here
//! with a status and a line of text that says what to do instead.

use std::rc::Rc;

use actix_http::header::{ALLOW, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};
use actix_http::{HttpMessage, Method, Request, Response, StatusCode};
use bytes::Bytes;

use super::connection::Connection;
use super::response::{self, header, media_type, plain, with_type};
use super::server::Server;
use super::services::Services;
use super::site::set_request_id;
use super::whole::{self, Whole};
use super::wsdl::{self, Wanted};
use crate::config::ClientCertificate;
use crate::error::AccessError;
use crate::{call, clock};

const SOAP_ACTION: HeaderName = HeaderName::from_static("soapaction");

/// Answers one request.
pub(crate) async fn answer<S: Services>(
    server: Rc<Server<S>>,
    connection: Option<Rc<Connection>>,
    request: Request,
) -> Response<Bytes> {
    match (connection, request.method()) {
        _ if !server.site.serves(request.path()) => not_found(&server.site),
        (Some(connection), &Method::POST) => post(server, connection, request).await,
        (connection, &Method::GET | &Method::HEAD) => {
            let refusal = connection.and_then(|connection| refused_reader(&server, &connection, request.headers()));
            refusal.unwrap_or_else(|| describe(&server, &request))
        }
        _ => method_not_allowed(),
    }
}

/// A call, from its first byte to its reply.
async fn post<S: Services>(server: Rc<Server<S>>, connection: Rc<Connection>, request: Request) -> Response<Bytes> {
    if let Some(refusal) = unsupported(request.headers()) {
        return refusal;
    }
    whole::receive_and_run(server, connection, request, async |whole| {
        let Whole { server, peer, request, body } = whole;
        let call = call::Request {
            peer,
            path: request.path().to_owned(),
            content_type: header(request.headers(), &CONTENT_TYPE).map(str::to_owned),
            soap_action: header(request.headers(), &SOAP_ACTION).map(str::to_owned),
            body,
        };
        from_reply(server.site.call(call).await)
    })
    .await
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
    response::compressed(headers)
}

/// SOAP 1.1, or SOAP 1.2, whose callers get a fault that says so rather than a bare status.
fn is_soap(content_type: &str) -> bool {
    let media_type = media_type(content_type);
    media_type.eq_ignore_ascii_case("text/xml") || media_type.eq_ignore_ascii_case("application/soap+xml")
}

/// The refusal of one who reads through a proxy and whom a handshake of our own would not have let in, or of
/// one who says to be a proxy.
fn refused_reader<S: Services>(
    server: &Server<S>,
    connection: &Connection,
    headers: &HeaderMap,
) -> Option<Response<Bytes>> {
    let peer = connection.peer(&server.common.tls, headers);
    let certificate_required = server.site.callers().client_certificate == ClientCertificate::Required;
    let why = match &peer.identity {
        Err(error @ AccessError::Forwarded(_)) => error.to_string(),
        _ if !connection.is_proxy() => return None,
        Err(error @ AccessError::NoCertificate) if certificate_required => error.to_string(),
        _ => peer.trail.check(clock::now()).err()?.to_string(),
    };
    Some(plain(StatusCode::FORBIDDEN, format!("{why}\n")))
}

fn describe<S: Services>(server: &Server<S>, request: &Request) -> Response<Bytes> {
    let Some(base) = wsdl::base(&server.site.callers().public_url, header(request.headers(), &HOST)) else {
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

fn not_found(site: &impl Services) -> Response<Bytes> {
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
