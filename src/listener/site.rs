//! What a listener does with requests: it serves callers, or takes what publishers deliver.

use std::convert::Infallible;
use std::rc::Rc;

use actix_http::header::{HeaderName, HeaderValue};
use actix_http::{Method, Request, Response};
use bytes::Bytes;
use uuid::Uuid;

use super::connection::Connection;
use super::pieces::Pieces;
use super::server::Server;
use crate::clock;
use crate::journal::{self, HttpRefused};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What is behind a listener. One for each worker thread.
pub(crate) trait Site: Sized + 'static {
    /// Answers one request. Without a connection nobody can be told apart.
    fn answer(
        server: Rc<Server<Self>>,
        connection: Option<Rc<Connection>>,
        request: Request,
    ) -> impl Future<Output = Response<Bytes>> + 'static;
}

/// Answers one request; what was refused before it had a line of its own in the journal gets one here.
pub(crate) async fn answer<S: Site>(server: Rc<Server<S>>, request: Request) -> Result<Response<Pieces>, Infallible> {
    let connection = request.conn_data::<Rc<Connection>>().cloned();
    let _at_work = connection.as_ref().map(Connection::at_work);
    let (is_post, address) = (*request.method() == Method::POST, connection.as_ref().map(|connection| connection.ip()));
    let listener = server.common.role.label();
    let mut response = S::answer(server, connection, request).await;
    let told = response.headers().contains_key(X_REQUEST_ID);
    if !told && (is_post || response.status().is_client_error()) {
        let request_id = clock::new_id();
        set_request_id(&mut response, request_id);
        let status = response.status().as_u16();
        journal::http_refused(&HttpRefused { listener, request_id: Some(request_id), address, status });
    }
    response.head_mut().set_camel_case_headers(true); // some old clients compare names literally
    Ok(response.map_body(|_, body| Pieces(body)))
}

/// The id by which a request that has a line of its own is found in the journal.
pub(crate) fn set_request_id(response: &mut Response<Bytes>, id: Uuid) {
    let mut text = Uuid::encode_buffer();
    if let Ok(value) = HeaderValue::from_str(id.hyphenated().encode_lower(&mut text)) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
}
