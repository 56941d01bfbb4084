//! What happened, told twice: a line of JSON for people and audits, a metric for alarms.
//!
//! Each event has a type of its own, and the types have no room for anything a caller or a
//! backend sent: ids, codes, counts, and [`Label`]s from the facade's own files. Lines go to
//! `journal.file` or standard output; diagnostics of the program itself (`tracing`) go to
//! standard error.

mod event;
mod label;
mod metrics;
mod person;
mod push;
mod writer;

#[cfg(test)]
mod tests;

pub use event::{
    BackendCall, CallEvent, CircuitChanged, Draining, EndsSoon, HandshakeFailed, HttpRefused, Outcome, Reloaded,
    RevocationList, RevocationListRefused,
};
pub use label::{Label, OrganisationLabel};
pub use person::Person;
pub use push::{PushEvent, PushOutcome};

use crate::clock;
use crate::config::{self, Audit, Config};
use crate::revocation::Standing;
use crate::store::Waiting;
use arc_swap::ArcSwapOption;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use dfdg_contract::{Problem, Problems};
use metrics_exporter_prometheus::PrometheusHandle;
use person::PersonKey;
use serde::Serialize;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;
use writer::{AppendedFile, Destination, Writer, appendable};

/// Room for the line of a call, in bytes.
const USUAL_LINE: usize = 1024;

static JOURNAL: ArcSwapOption<Journal> = ArcSwapOption::const_empty();

/// The journal of this process.
#[derive(Debug)]
struct Journal {
    writer: Writer,
    strict: bool,
    key: Option<PersonKey>,
}

/// Keeps the journal open. When it is dropped, everything is written out and the journal ends.
#[derive(Debug)]
#[must_use = "the journal ends when this is dropped"]
pub struct Open(Arc<Journal>);

/// Opens the journal and the metrics of this process. Before that, and after the guard is
/// dropped, events go nowhere. Opened again, the later one wins.
///
/// # Errors
/// When `journal.file` cannot be appended to.
pub fn init(config: &Config) -> Result<Open, Problems> {
    open(&config.journal)
}

fn open(settings: &config::Journal) -> Result<Open, Problems> {
    let cannot = |error: io::Error| not_written(settings.file.as_deref(), &error);
    let key = settings.person_key.as_deref().map(PersonKey::load).transpose().map_err(|error| unusable(&error))?;
    let writer = destination(settings).and_then(|out| Writer::start(out, probe)).map_err(cannot)?;
    let journal = Arc::new(Journal { writer, strict: settings.audit == Audit::Strict, key });
    JOURNAL.store(Some(Arc::clone(&journal)));
    metrics::install();
    diagnostics(settings);
    Ok(Open(journal))
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.writer.flush();
        JOURNAL.compare_and_swap(&Some(Arc::clone(&self.0)), None);
    }
}

/// Whether lines are being written; part of readiness.
#[must_use]
pub fn is_working() -> bool {
    JOURNAL.load().as_ref().is_some_and(|journal| !journal.writer.is_failing())
}

/// The metrics of this process for the admin listener; `None` when another recorder is installed.
#[must_use]
pub fn prometheus() -> Option<&'static PrometheusHandle> {
    metrics::install()
}

/// A SOAP call has ended. With a strict journal this waits until its line is on the disk.
///
/// # Errors
/// When a strict journal could not write the line.
pub async fn call(event: &CallEvent) -> io::Result<()> {
    safe_line("call", event).await?;
    metrics::call(event);
    Ok(())
}

/// A SOAP call has ended in a fault because its line could not be written. It is counted, and
/// its line comes when lines can be written again.
pub fn call_unwritten(event: &CallEvent) {
    metrics::call(event);
    line("call", event);
}

/// A push has ended. With a strict journal this waits until its line is on the disk.
///
/// # Errors
/// When a strict journal could not write the line.
pub async fn push(event: &PushEvent) -> io::Result<()> {
    safe_line("push", event).await?;
    metrics::push(event);
    Ok(())
}

/// A push is answered as not kept because its line could not be written. It is counted, and its line comes when lines
/// can be written again.
pub fn push_unwritten(event: &PushEvent) {
    metrics::push(event);
    line("push", event);
}

/// How many pushes wait in each state; metrics only.
pub fn pushes_waiting(waiting: &[Waiting], now: DateTime<Utc>) {
    metrics::pushes_waiting(waiting, now);
}

/// What keeps the journal of the settings from being opened. Nothing is made or written.
#[must_use]
pub fn problems(settings: &config::Journal) -> Vec<Problem> {
    let key = settings.person_key.as_deref().map(PersonKey::load).and_then(Result::err);
    let file = settings.file.as_deref().and_then(|file| Some(not_written(Some(file), &appendable(file).err()?)));
    key.iter().map(unusable).chain(file).collect()
}

fn unusable(error: &io::Error) -> Problem {
    Problem::new("journal.person_key", 0, format!("cannot be used: {error}"))
        .hint("a file with 32 octets of chance at least: head -c 32 /dev/urandom | base64")
}

fn not_written(file: Option<&Path>, error: &io::Error) -> Problem {
    let file = file.map(|file| format!("{}: ", file.display())).unwrap_or_default();
    Problem::new("journal.file", 0, format!("cannot be written: {file}{error}"))
}

/// Whether a call gets no reply before its line is safe.
#[must_use]
pub fn is_strict() -> bool {
    JOURNAL.load().as_ref().is_some_and(|journal| journal.strict)
}

/// The citizen with this civil registration number; `None` without a key to hash it with.
#[must_use]
pub fn person(number: &str) -> Option<Person> {
    JOURNAL.load().as_ref().and_then(|journal| Some(journal.key.as_ref()?.of_number(number)))
}

/// The user with this identifier; `None` without a key to hash it with.
#[must_use]
pub fn user(identifier: &str) -> Option<Person> {
    JOURNAL.load().as_ref().and_then(|journal| Some(journal.key.as_ref()?.of_user(identifier)))
}

/// Opens the journal's file again, after it was renamed to be rotated.
///
/// # Errors
/// When it cannot be opened; then the former file is written on.
pub fn reopen() -> io::Result<()> {
    JOURNAL.load().as_ref().map_or(Ok(()), |journal| journal.writer.reopen())
}

/// A TLS handshake failed. `listener` and `reason` are closed labels; `detail` is what the TLS library said.
pub fn handshake_failed(listener: &'static str, address: SocketAddr, reason: &'static str, detail: &str) {
    metrics::handshake_failed(listener, reason);
    line("handshake_failed", &HandshakeFailed { listener, address, reason, detail });
}

/// The same happened again and again: it is counted and has no line.
pub fn handshake_failed_again(listener: &'static str, reason: &'static str) {
    metrics::handshake_failed(listener, reason);
}

/// A request was refused before it was a call.
pub fn http_refused(event: &HttpRefused) {
    metrics::http_refused(event);
    line("http_refused", event);
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
    tracing::error!(source, reason, detail, "a revocation list is not taken; if one is in use, it stays");
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

/// Writes a line; in a strict journal it is on the disk afterwards.
async fn safe_line<E: Serialize>(event: &'static str, fields: &E) -> io::Result<()> {
    match JOURNAL.load_full().filter(|journal| journal.strict) {
        Some(journal) => journal.writer.synced(compose(event, fields)).await,
        None => {
            line(event, fields);
            Ok(())
        }
    }
}

fn line<E: Serialize>(event: &'static str, fields: &E) {
    if let Some(journal) = JOURNAL.load().as_ref() {
        journal.writer.line(compose(event, fields));
    }
}

/// The bytes of a line. Events are made of what JSON can hold; were one not, its name is written.
fn compose<E: Serialize>(event: &'static str, fields: &E) -> Vec<u8> {
    to_line(clock::now(), event, fields).unwrap_or_else(|error| {
        tracing::error!(%error, event, "an event cannot be written as JSON");
        format!("{{\"event\":\"{event}\"}}\n").into_bytes()
    })
}

/// Time and name of the event, then its fields: one object, written without a copy of the second.
fn to_line<E: Serialize>(time: DateTime<Utc>, event: &'static str, fields: &E) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(USUAL_LINE);
    let time = time.to_rfc3339_opts(SecondsFormat::Millis, true);
    write!(bytes, "{{\"time\":\"{time}\",\"event\":\"{event}\"")?;
    let goes_on = bytes.len();
    serde_json::to_writer(&mut bytes, fields)?;
    bytes[goes_on] = b','; // instead of the brace that opens the fields
    bytes.push(b'\n');
    Ok(bytes)
}

/// A line to see by whether lines can be written again. It is true when it can be read.
fn probe() -> Vec<u8> {
    compose("journal_works_again", &std::collections::BTreeMap::from([("by_itself", true)]))
}

fn destination(settings: &config::Journal) -> io::Result<Box<dyn Destination>> {
    match &settings.file {
        Some(file) => Ok(Box::new(AppendedFile::open(file)?)),
        None => Ok(Box::new(io::stdout())),
    }
}

/// Installs the subscriber of this process; one that is installed already stays.
fn diagnostics(settings: &config::Journal) {
    // To the HTTP library a caller that hangs up is an error of ours. The journal has it, with who it was.
    let filter = EnvFilter::new(format!("actix_http=off,{}", settings.level));
    let _ = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(io::stderr).try_init();
}
