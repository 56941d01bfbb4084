//! What requests of all listeners are read and answered with.

use actix_http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_http::{Response, StatusCode};
use bytes::Bytes;

const PLAIN_TEXT: &str = "text/plain; charset=utf-8";

pub(crate) fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Bytes> {
    with_type(status, PLAIN_TEXT, text)
}

pub(crate) fn with_type(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::with_body(status, body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The media type of a Content-Type, without its parameters.
pub(crate) fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// The refusal of a compressed request.
pub(crate) fn compressed(headers: &HeaderMap) -> Option<Response<Bytes>> {
    let encoding = header(headers, &CONTENT_ENCODING).unwrap_or("identity");
    if encoding.trim().eq_ignore_ascii_case("identity") {
        return None;
    }
    let text = "Compressed requests are not read. Send the body as it is, without Content-Encoding.\n";
    let mut response = plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, text);
    response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Some(response)
}
