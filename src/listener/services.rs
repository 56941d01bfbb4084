//! What the callers' listener serves: the facade, or a stand-in in its tests.

use std::rc::Rc;

use actix_http::Response;
use bytes::Bytes;

use super::connection::Connection;
use super::http;
use super::server::Server;
use super::site::Site;
use super::wsdl::Wanted;
use crate::call::{self, Reply, Request};
use crate::config::Callers;
use crate::server::Worker;

/// What the callers' listener needs to know of the services behind it. One for each worker thread.
pub(crate) trait Services: 'static {
    /// The settings of callers.
    fn callers(&self) -> &Callers;

    /// Whether a service has this path; paths match without regard to case.
    fn serves(&self, path: &str) -> bool;

    /// Whether the service of this path is gone and has no description.
    fn is_gone(&self, path: &str) -> bool;

    /// Every path served, as it is configured.
    fn paths(&self) -> Vec<String>;

    /// A description of the service at `path`; `base` is the public URL before the path.
    /// `None` when there is no such file.
    fn describe(&self, path: &str, wanted: &Wanted<'_>, base: &str) -> Option<String>;

    /// Answers a call. Runs to its end, whether or not the caller is still there.
    fn call(&self, request: Request) -> impl Future<Output = Reply> + 'static;
}

/// The facade itself.
pub(crate) struct Facade(pub(crate) Rc<Worker>);

impl Services for Facade {
    fn callers(&self) -> &Callers {
        &self.0.shared.config.callers
    }

    fn serves(&self, path: &str) -> bool {
        self.0.shared.catalogue.load().serves(path)
    }

    fn is_gone(&self, path: &str) -> bool {
        self.0.shared.catalogue.load().mapping().gone_at(path).is_some()
    }

    fn paths(&self) -> Vec<String> {
        let catalogue = self.0.shared.catalogue.load();
        catalogue.mapping().services.iter().flat_map(|service| &service.paths).cloned().collect()
    }

    fn describe(&self, path: &str, wanted: &Wanted<'_>, base: &str) -> Option<String> {
        let catalogue = self.0.shared.catalogue.load();
        let service = catalogue.at(path)?.service;
        let path = service.paths.iter().find(|known| known.eq_ignore_ascii_case(path))?;
        wanted.of(&service.contract, &format!("{base}{path}"))
    }

    fn call(&self, request: Request) -> impl Future<Output = Reply> + 'static {
        call::handle(Rc::clone(&self.0), request)
    }
}

impl<S: Services> Site for S {
    async fn answer(
        server: Rc<Server<Self>>,
        connection: Option<Rc<Connection>>,
        request: actix_http::Request,
    ) -> Response<Bytes> {
        http::answer(server, connection, request).await
    }
}
