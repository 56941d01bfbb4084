//! From an HTTP request to a push, and from its answer to an HTTP response.

use std::rc::Rc;

use actix_http::header::{ALLOW, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_http::{HttpMessage, Method, Request, Response, StatusCode};
use bytes::Bytes;

use super::connection::Connection;
use super::response::{self, header, media_type, plain, with_type};
use super::server::Server;
use super::site::{Site, set_request_id};
use super::whole::{self, Whole};
use crate::intake::{self, Intake};

/// What publishers deliver to.
pub(crate) struct Pushes(pub(crate) Intake);

impl Site for Pushes {
    async fn answer(server: Rc<Server<Self>>, connection: Option<Rc<Connection>>, request: Request) -> Response<Bytes> {
        match (recipient(request.path()), connection) {
            (None, _) => not_found(),
            (Some(_), Some(connection)) if *request.method() == Method::POST => push(server, connection, request).await,
            _ => method_not_allowed(),
        }
    }
}

/// The type and the code of the recipient in a path.
fn recipient(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("/wsb/")?.split_once('/')
}

async fn push(server: Rc<Server<Pushes>>, connection: Rc<Connection>, request: Request) -> Response<Bytes> {
    if let Some(refusal) = unsupported(request.headers()) {
        return refusal;
    }
    whole::receive_and_run(server, connection, request, async |whole| {
        let Whole { server, peer, request, body } = whole;
        let (organisation_type, organisation_code) = recipient(request.path()).unwrap_or_default();
        let (organisation_type, organisation_code) = (organisation_type.to_owned(), organisation_code.to_owned());
        let push = intake::Request { peer, organisation_type, organisation_code, body };
        from_answer(server.site.0.handle(push).await)
    })
    .await
}

fn from_answer(answer: intake::Answer) -> Response<Bytes> {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = with_type(status, answer.content_type, answer.body);
    set_request_id(&mut response, answer.request_id);
    let headers = response.headers_mut();
    if let Some(retry_after) = answer.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(retry_after.as_secs()));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("TLS-Client-Certificate")); // 401 must name a way
    }
    response
}

fn unsupported(headers: &HeaderMap) -> Option<Response<Bytes>> {
    match header(headers, &CONTENT_TYPE).is_some_and(is_json) {
        true => response::compressed(headers),
        false => Some(plain(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The Content-Type of a push must be \"application/json\".\n",
        )),
    }
}

fn is_json(content_type: &str) -> bool {
    let media_type = media_type(content_type).to_ascii_lowercase();
    media_type == "application/json" || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

fn not_found() -> Response<Bytes> {
    plain(
        StatusCode::NOT_FOUND,
        "There is nothing at this path. Deliver to /wsb/{organisationType}/{organisationCode}\n",
    )
}

fn method_not_allowed() -> Response<Bytes> {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "A push is delivered by POST.\n");
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognised_however_it_is_written() {
        for good in ["application/json", "Application/JSON; charset=utf-8", "application/cloudevents+json"] {
            assert!(is_json(good), "{good}");
        }
        for wrong in ["", "text/json", "application/jsonx", "text/xml", "image/svg+json"] {
            assert!(!is_json(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_path_names_type_and_code() {
        assert_eq!(recipient("/wsb/8/10100"), Some(("8", "10100")));
        assert_eq!(recipient("/wsb/8/10100/more"), Some(("8", "10100/more")), "which is no code");
        for wrong in ["/", "/wsb", "/wsb/", "/wsb/8", "/WSB/8/1", "/other/8/1"] {
            assert_eq!(recipient(wrong), None, "{wrong}");
        }
    }
}
