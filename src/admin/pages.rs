//! What the admin listener answers.

use super::{Check, Sources};
use crate::journal;
use crate::store::{State, StoreError, Waiting};
use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};
use serde::Serialize;

const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";
const INDEX: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>dfdg-facade</title>\
    <h1>dfdg-facade</h1><ul>\
    <li><a href=\"health/live\">health/live</a>: the process runs\
    <li><a href=\"health/ready\">health/ready</a>: it can serve calls, and if not, why\
    <li><a href=\"metrics\">metrics</a>: for Prometheus\
    </ul>";

#[derive(Serialize)]
struct Readiness<'s> {
    ready: bool,
    checks: Vec<Check>,
    backends: Vec<BackendState<'s>>,
}

#[derive(Serialize)]
struct BackendState<'s> {
    name: &'s str,
    circuit: &'static str,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.route("/", web::get().to(index))
        .route("/health/live", web::get().to(live))
        .route("/health/ready", web::get().to(ready))
        .route("/metrics", web::get().to(metrics));
}

async fn index(sources: web::Data<Sources>) -> HttpResponse {
    let mut page = INDEX.to_owned();
    if let Some(store) = &sources.store {
        page.push_str("<h2>Pushes in the store</h2>");
        page.push_str(&pushes(store.waiting().await));
    }
    HttpResponse::Ok().content_type(ContentType::html()).body(page + "</html>")
}

/// How many pushes wait in each state, and since when.
fn pushes(waiting: Result<Vec<Waiting>, StoreError>) -> String {
    let waiting = match waiting {
        Ok(waiting) => waiting,
        Err(error) => return format!("<p>{error}"),
    };
    let line = |state: State| {
        let found = waiting.iter().find(|waiting| waiting.state == state);
        let since = found.map(|found| format!(", the first of {}", found.oldest.format("%Y-%m-%d %H:%M:%S UTC")));
        let count = found.map_or(0, |found| found.pushes);
        format!("<li>{}: {count}{}", state.label(), since.unwrap_or_default())
    };
    format!("<ul>{}</ul>", State::ALL.map(line).concat())
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::plaintext()).body("alive\n")
}

async fn ready(sources: web::Data<Sources>) -> HttpResponse {
    let mut checks = (sources.ready)();
    checks
        .push(Check::new("journal", journal::is_working().then_some(()).ok_or_else(|| "cannot be written".to_owned())));
    let ready = checks.iter().all(|check| check.ok);
    let backends =
        sources.circuits.states().map(|(name, state)| BackendState { name, circuit: state.label() }).collect();
    let mut response = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(Readiness { ready, checks, backends })
}

async fn metrics() -> HttpResponse {
    match journal::prometheus() {
        Some(metrics) => HttpResponse::Ok().content_type(PROMETHEUS).body(metrics.render()),
        None => HttpResponse::ServiceUnavailable().body("another recorder of metrics is installed in this process\n"),
    }
}
