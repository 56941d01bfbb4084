//! The paths below `/simulator`, with which a test scripts trouble and sees what was sent.

use std::collections::VecDeque;

use actix_web::web::{self, Bytes, Data, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use serde::Serialize;
use serde_json::Value;

use crate::call::{Call, Operation};
use crate::simulator::Simulator;
use crate::trouble::Trouble;
use crate::versions::Versions;

/// Calls remembered; the oldest are forgotten first.
const REMEMBERED: usize = 10_000;

/// Scripted trouble and received calls.
#[derive(Debug, Default)]
pub(crate) struct Control {
    troubles: Vec<Trouble>,
    calls: VecDeque<Record>,
    pub(crate) versions: Versions,
    received: u64,
}

/// One received call, in full: the people are made up.
#[derive(Debug, Clone, Serialize)]
struct Record {
    /// Counts from 1.
    number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<Operation>,
    method: String,
    path: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    /// JSON when it is, else text; null when there was none.
    body: Value,
    /// The subject of the certificate it came with; absent over plain HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    /// Status of what the method answered; absent while it runs, or when trouble kept it from running.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
}

impl Control {
    /// Takes note of a call. Its number, and the first scripted trouble that hits it.
    pub(crate) fn receive(&mut self, call: &Call) -> (u64, Trouble) {
        self.received += 1;
        if self.calls.len() == REMEMBERED {
            self.calls.pop_front();
        }
        self.calls.push_back(Record::new(self.received, call));
        let hit = self.troubles.iter_mut().find_map(|trouble| trouble.hits(call).then(|| trouble.clone()));
        self.troubles.retain(|trouble| !trouble.is_over());
        (self.received, hit.unwrap_or_default())
    }

    /// Takes note of what the method answered.
    pub(crate) fn answered(&mut self, number: u64, status: u16) {
        if let Some(record) = self.calls.iter_mut().rev().find(|record| record.number == number) {
            record.status = Some(status);
        }
    }
}

impl Record {
    fn new(number: u64, call: &Call) -> Self {
        let operation = call.operation().map(|(operation, _)| operation);
        let Call { method, path, headers, body, client } = call.clone();
        Self { number, operation, method, path, headers, body: readable(&body), client, status: None }
    }
}

fn readable(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into())
}

/// Adds the control paths.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .route("/simulator/trouble", web::post().to(script))
        .route("/simulator/trouble", web::get().to(troubles))
        .route("/simulator/versions", web::post().to(versions))
        .route("/simulator/calls", web::get().to(calls))
        .route("/simulator/reset", web::post().to(reset));
}

/// One piece of trouble, or a list of them.
async fn script(simulator: Data<Simulator>, body: Bytes) -> HttpResponse {
    let list = body.trim_ascii_start().starts_with(b"[");
    let read = if list { serde_json::from_slice(&body) } else { serde_json::from_slice(&body).map(|one| vec![one]) };
    match read {
        Ok(troubles) => {
            simulator.control().troubles.extend(troubles);
            HttpResponse::NoContent().finish()
        }
        Err(error) => HttpResponse::BadRequest().body(format!("trouble not understood: {error}\n")),
    }
}

/// What has not set in or is not over.
async fn troubles(simulator: Data<Simulator>) -> impl Responder {
    HttpResponse::Ok().json(&simulator.control().troubles)
}

/// How versions are told from now on, until the reset.
async fn versions(simulator: Data<Simulator>, body: Bytes) -> HttpResponse {
    match serde_json::from_slice(&body) {
        Ok(versions) => {
            simulator.control().versions = versions;
            HttpResponse::NoContent().finish()
        }
        Err(error) => HttpResponse::BadRequest().body(format!("versions not understood: {error}\n")),
    }
}

async fn calls(simulator: Data<Simulator>) -> impl Responder {
    HttpResponse::Ok().json(&simulator.control().calls)
}

async fn reset(simulator: Data<Simulator>) -> impl Responder {
    simulator.reset();
    HttpResponse::NoContent()
}
