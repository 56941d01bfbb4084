//! What the admin listener answers.

use super::{Check, Sources, table};
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
    <li><a href=\"usage\">usage</a>: who calls what, as JSON\
    </ul>";
const STYLE: &str = "<style>body{font-family:sans-serif}td,th{padding:.2em .8em;text-align:left;vertical-align:top}\
    td.n{text-align:right}tr.client td{border-top:1px solid #999}</style>";

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
        .route("/metrics", web::get().to(metrics))
        .route("/usage", web::get().to(usage));
}

async fn index(sources: web::Data<Sources>) -> HttpResponse {
    let mut page = INDEX.to_owned() + STYLE;
    page.push_str("<h2>Who calls what</h2>");
    match (sources.usage)().await {
        Ok(report) => page.push_str(&table::of(&report)),
        Err(error) => page.push_str(&format!("<p>{error}")),
    }
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

async fn usage(sources: web::Data<Sources>) -> HttpResponse {
    match (sources.usage)().await {
        Ok(report) => HttpResponse::Ok().json(report),
        Err(error) => HttpResponse::ServiceUnavailable().body(format!("{error}\n")),
    }
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::plaintext()).body("alive\n")
}

async fn ready(sources: web::Data<Sources>) -> HttpResponse {
    let mut checks = (sources.ready)();
    checks.push(journal_check());
    let ready = checks.iter().all(|check| check.ok);
    let backends =
        sources.circuits.states().map(|(name, state)| BackendState { name, circuit: state.label() }).collect();
    let mut response = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(Readiness { ready, checks, backends })
}

/// Calls wait for the journal when it is strict alone; else it is an alarm, and no reason to send them elsewhere.
fn journal_check() -> Check {
    let why = (!journal::is_working()).then(|| "cannot be written; it is tried again every second".to_owned());
    Check { name: "journal", ok: why.is_none() || !journal::is_strict(), why }
}

async fn metrics() -> HttpResponse {
    match journal::prometheus() {
        Some(metrics) => HttpResponse::Ok().content_type(PROMETHEUS).body(metrics.render()),
        None => HttpResponse::ServiceUnavailable().body("another recorder of metrics is installed in this process\n"),
    }
}
