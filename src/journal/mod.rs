//! What happened, told twice: a line of JSON for people and audits, a metric for alarms.
//!
//! Each event has a type of its own, and the types have no room for anything a caller or a
//! backend sent: ids, codes, counts, and [`Label`]s from the facade's own files. Lines go to
//! `journal.file` or standard output; diagnostics of the program itself (`tracing`) go to
//! standard error.

mod event;
mod label;
mod metrics;
mod writer;

#[cfg(test)]
mod tests;

pub use event::{
    BackendCall, CallEvent, CircuitChanged, Draining, EndsSoon, HandshakeFailed, Outcome, Reloaded, RevocationList,
    RevocationListRefused,
};
pub use label::{Label, OrganisationLabel};

use crate::clock;
use crate::config::{self, Config};
use crate::revocation::Standing;
use arc_swap::ArcSwapOption;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use dfdg_contract::{Problem, Problems};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;
use writer::Writer;

static WRITER: ArcSwapOption<Writer> = ArcSwapOption::const_empty();

/// Keeps the journal open. When it is dropped, everything is written out and the journal ends.
#[derive(Debug)]
#[must_use = "the journal ends when this is dropped"]
pub struct Open(Arc<Writer>);

/// Opens the journal and the metrics of this process. Before that, and after the guard is
/// dropped, events go nowhere. Opened again, the later one wins.
///
/// # Errors
/// When `journal.file` cannot be appended to.
pub fn init(config: &Config) -> Result<Open, Problems> {
    open(&config.journal)
}

fn open(settings: &config::Journal) -> Result<Open, Problems> {
    let cannot = |error: io::Error| Problem::new("journal.file", 0, format!("cannot be written: {error}"));
    let writer = destination(settings).and_then(Writer::start).map(Arc::new).map_err(cannot)?;
    WRITER.store(Some(Arc::clone(&writer)));
    metrics::install();
    diagnostics(settings);
    Ok(Open(writer))
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.flush();
        WRITER.compare_and_swap(&Some(Arc::clone(&self.0)), None);
    }
}

/// Whether lines are being written; part of readiness.
#[must_use]
pub fn is_working() -> bool {
    WRITER.load().as_ref().is_some_and(|writer| !writer.is_failing())
}

/// The metrics of this process for the admin listener; `None` when another recorder is installed.
#[must_use]
pub fn prometheus() -> Option<&'static PrometheusHandle> {
    metrics::install()
}

/// A SOAP call has ended.
pub fn call(event: &CallEvent) {
    metrics::call(event);
    line("call", event);
}

/// A TLS handshake with a caller failed. `reason` is a closed label; `detail` is what the TLS
/// library said.
pub fn handshake_failed(address: SocketAddr, reason: &'static str, detail: &str) {
    let event = HandshakeFailed { address, reason, detail };
    metrics::handshake_failed(&event);
    line("handshake_failed", &event);
}

/// A backend call has ended. Those that went well at once have no line of their own: the line
/// of the SOAP call counts them.
pub fn backend_call(event: &BackendCall) {
    metrics::backend_call(event);
    if event.outcome != "answered" || event.tries > 1 {
        line("backend_call", event);
    }
}

/// A backend's circuit changed its state.
pub fn circuit(event: &CircuitChanged) {
    metrics::circuit(event);
    line("circuit_changed", event);
}

/// Files were read again.
pub fn reloaded(event: &Reloaded) {
    metrics::reloaded(event);
    line("reloaded", event);
}

/// A revocation list came into use.
pub fn revocation_list(standing: &Standing) {
    let Some(list) = &standing.list else { return };
    let (this_update, next_update) = (list.this_update, list.next_update);
    let event = RevocationList {
        issuer: &standing.issuer,
        number: list.number,
        this_update,
        next_update,
        entries: list.entries,
    };
    metrics::revocation_list_accepted(&event);
    line("revocation_list", &event);
}

/// A revocation list was refused.
pub fn revocation_list_refused(source: &str, reason: &'static str, detail: &str) {
    let event = RevocationListRefused { source, reason, detail };
    metrics::revocation_list_refused(&event);
    line("revocation_list_refused", &event);
    tracing::error!(source, reason, detail, "a revocation list is not taken; the former one stays in use");
}

/// Something on which calls depend ends soon.
pub fn ends_soon(event: &EndsSoon<'_>) {
    line("ends_soon", event);
    tracing::warn!(what = event.what, name = event.name, ends = %event.ends, "ends soon, or has ended");
}

/// When something ends on which calls depend; metrics only.
pub fn ends_in(what: &'static str, name: &str, left: TimeDelta) {
    metrics::ends_in(what, name, left);
}

/// How the revocation lists stand; metrics only.
pub fn revocation_standings(standings: &[Standing], now: DateTime<Utc>) {
    standings.iter().for_each(|standing| metrics::revocation_standing(standing, now));
}

/// The facade takes no new calls.
pub fn draining(event: &Draining) {
    metrics::draining(event);
    line("draining", event);
}

#[derive(Serialize)]
struct Line<'e, E> {
    #[serde(serialize_with = "milliseconds_of_utc")]
    time: DateTime<Utc>,
    event: &'static str,
    #[serde(flatten)]
    fields: &'e E,
}

fn line<E: Serialize>(event: &'static str, fields: &E) {
    let writer = WRITER.load();
    let Some(writer) = writer.as_ref() else { return };
    match to_line(&Line { time: clock::now(), event, fields }) {
        Ok(line) => writer.line(line),
        Err(error) => tracing::error!(%error, event, "an event cannot be written as JSON"),
    }
}

fn to_line<E: Serialize>(line: &Line<'_, E>) -> serde_json::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn milliseconds_of_utc<S: serde::Serializer>(time: &DateTime<Utc>, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

fn destination(settings: &config::Journal) -> io::Result<Box<dyn Write + Send>> {
    match &settings.file {
        Some(file) => Ok(Box::new(OpenOptions::new().create(true).append(true).open(file)?)),
        None => Ok(Box::new(io::stdout())),
    }
}

/// Installs the subscriber of this process; one that is installed already stays.
fn diagnostics(settings: &config::Journal) {
    let filter = EnvFilter::try_new(&settings.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let _ = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(io::stderr).try_init();
}
