//! The simulator behind a facade, and its control paths.

use dfdg_simulator::{Now, Running, Settings, TlsFiles, start};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Caller, Request, Response, eventually, pki};

/// When it is for the simulator: as in the scenarios, so that their bookings lie in the future.
const NOW: &str = "2026-03-01T10:00:00+01:00";

/// A simulator.
pub(crate) struct Backend(Running);

/// A call it received.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
    /// The subject of the certificate it came with.
    pub(crate) client: Option<String>,
    /// Of what the method answered; none while it runs, or when it was kept from running.
    pub(crate) status: Option<u16>,
}

impl Seen {
    /// The id of the SOAP call it belongs to.
    pub(crate) fn request_id(&self) -> Uuid {
        self.header("x-requestid").and_then(|id| id.split('.').next()).unwrap().parse().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| &**value)
    }
}

impl Backend {
    pub(crate) async fn start() -> Self {
        let now = NOW.parse().unwrap();
        let tls = TlsFiles {
            certificate: pki::file("servers/backend/chain.pem"),
            key: pki::file("servers/backend/key.pem"),
            client_roots: pki::file("ca/root/cert.pem"),
        };
        Self(start(Settings { tls: Some(tls), now: Now::new(move || now), ..Settings::local() }).await.unwrap())
    }

    /// Its base address.
    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.0.address())
    }

    /// Scripts trouble, as the README of the simulator describes it.
    pub(crate) async fn trouble(&self, trouble: Value) {
        let answer = self.control(&Request::soap(trouble.to_string()).start("POST", "/simulator/trouble")).await;
        assert_eq!(answer.status, 204, "{answer:?}");
    }

    /// The next `times` calls are answered with this status and body.
    pub(crate) async fn answers(&self, times: u32, status: u16, body: &str) {
        self.trouble(json!({ "times": times, "effect": { "kind": "answer", "status": status, "body": body } })).await;
    }

    /// Which kind of `ETag` reads of one booking have from now on: `none`, `weak` or `strong`.
    pub(crate) async fn versions(&self, kind: &str) {
        let request = Request::soap(json!(kind).to_string()).start("POST", "/simulator/versions");
        assert_eq!(self.control(&request).await.status, 204);
    }

    /// Sends what the facade has sent with another body and an id of its own; the status.
    pub(crate) async fn another_system_sends(&self, model: &Seen, body: &Value) -> u16 {
        let request = Request::soap(body.to_string()).start(&model.method, &model.path);
        let own = ["host", "content-length", "if-match", "x-requestid"];
        let taken = model.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
        let request = taken.fold(request, |request, (name, value)| request.header(name, value));
        self.control(&request.header("x-requestid", &dfdg_facade::clock::new_id().to_string())).await.status
    }

    /// The next call takes so long.
    pub(crate) async fn is_slow(&self, milliseconds: u32) {
        self.trouble(json!({ "delay_ms": milliseconds })).await;
    }

    /// Lets it forget bookings, calls and trouble.
    pub(crate) async fn reset(&self) {
        self.control(&Request::soap("").start("POST", "/simulator/reset")).await;
    }

    /// Everything it received.
    pub(crate) async fn all_calls(&self) -> Vec<Seen> {
        let answer = self.control(&Request::get("").start("GET", "/simulator/calls")).await;
        serde_json::from_str(&answer.body).unwrap()
    }

    /// What it received of one SOAP call.
    pub(crate) async fn calls(&self, request_id: Uuid) -> Vec<Seen> {
        let prefix = format!("{request_id}.");
        let belongs = |seen: &Seen| seen.header("x-requestid").is_some_and(|id| id.starts_with(&prefix));
        self.all_calls().await.into_iter().filter(belongs).collect()
    }

    /// The latest call with this method.
    pub(crate) async fn last_call(&self, method: &str) -> Option<Seen> {
        self.all_calls().await.into_iter().rfind(|call| call.method == method)
    }

    /// The call with this method and number among those, from 1.
    pub(crate) async fn call_number(&self, method: &str, number: usize) -> Option<Seen> {
        self.all_calls().await.into_iter().filter(|call| call.method == method).nth(number - 1)
    }

    /// Waits for the first call; the id of the SOAP call it belongs to.
    pub(crate) async fn first_call(&self) -> Uuid {
        eventually("a call at the simulator", async || self.all_calls().await.into_iter().next()).await.request_id()
    }

    async fn control(&self, request: &Request) -> Response {
        Caller::named("facade").connect(self.0.address()).await.unwrap().call(request).await
    }
}
