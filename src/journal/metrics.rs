//! The metrics beside the journal's lines. Labels are few: services, operations, client
//! systems, backends, codes and literals.

use super::event::{
    BackendCall, CallEvent, CircuitChanged, Draining, HttpRefused, Reloaded, RevocationList, RevocationListRefused,
    blame_label,
};
use super::label::Label;
use super::push::PushEvent;
use crate::revocation::Standing;
use crate::store::{State, Waiting};
use chrono::{DateTime, TimeDelta, Utc};
use metrics::{SharedString, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;

/// Seconds; from a facade that answers by itself to callers that have given up.
const DURATIONS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 50.0];

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Installs the recorder of this process, once. `None` when another one is installed already.
pub(super) fn install() -> Option<&'static PrometheusHandle> {
    HANDLE.get_or_init(recorder).as_ref()
}

fn recorder() -> Option<PrometheusHandle> {
    let durations = Matcher::Suffix("_seconds".to_owned());
    let recorder = PrometheusBuilder::new().set_buckets_for_metric(durations, DURATIONS).ok()?.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).ok()?;
    describe();
    gauge!("dfdg_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    gauge!("dfdg_draining").set(0.0);
    Some(handle)
}

fn describe() {
    describe_counter!("dfdg_calls_total", "SOAP calls answered");
    describe_histogram!("dfdg_call_duration_seconds", "From the end of a SOAP request to its reply");
    describe_counter!("dfdg_pushes_total", "Messages publishers delivered");
    describe_counter!("dfdg_pushes_refused_total", "Pushes that were not kept, by the reason");
    describe_histogram!("dfdg_push_duration_seconds", "From the end of a push to its answer");
    describe_gauge!("dfdg_pushes_waiting", "Pushes in the store");
    describe_gauge!("dfdg_pushes_oldest_seconds", "Time since the oldest of them came");
    describe_counter!("dfdg_dropped_values_total", "Values callers sent that the new services have no place for");
    describe_counter!("dfdg_handshakes_failed_total", "TLS handshakes that failed");
    describe_counter!("dfdg_http_refused_total", "Requests that were refused before they were calls");
    describe_counter!("dfdg_backend_calls_total", "Calls to backends");
    describe_counter!("dfdg_backend_retries_total", "Tries of a backend call after its first");
    describe_histogram!("dfdg_backend_call_duration_seconds", "Calls to backends with all their tries");
    describe_gauge!("dfdg_circuit_open", "1 while a backend is left alone");
    describe_counter!("dfdg_circuit_changes_total", "Changes of a backend's circuit");
    describe_counter!("dfdg_reloads_total", "Times files were read again");
    describe_counter!("dfdg_access_refused_total", "Calls that were refused because of who called or for whom");
    describe_counter!("dfdg_revocation_lists_accepted_total", "Revocation lists that came into use");
    describe_counter!("dfdg_revocation_lists_refused_total", "Revocation lists that were not taken into use");
    describe_gauge!("dfdg_revocation_list_usable", "1 while an authority's list can be relied upon");
    describe_gauge!("dfdg_revocation_list_age_seconds", "Time since an authority's list was made");
    describe_gauge!("dfdg_revocation_list_ends_in_seconds", "Time to its next update; negative when it is past");
    describe_gauge!("dfdg_revocation_list_number", "The number of an authority's list");
    describe_gauge!("dfdg_revocation_list_entries", "Certificates on an authority's list");
    describe_gauge!("dfdg_reload_refused", "1 while the newest files are faulty and the former are in use");
    describe_gauge!("dfdg_ends_in_seconds", "Time to the end of a certificate or revocation list");
    describe_gauge!("dfdg_journal_failing", "1 while lines cannot be written");
    describe_gauge!("dfdg_draining", "1 while the facade ends");
    describe_gauge!("dfdg_build_info", "The version that runs");
}

fn known(label: Option<&Label>) -> SharedString {
    label.map_or(SharedString::const_str("unknown"), Label::shared)
}

pub(super) fn call(event: &CallEvent) {
    let (service, operation) = (known(event.service.as_ref()), known(event.operation.as_ref()));
    counter!(
        "dfdg_calls_total",
        "service" => service.clone(),
        "operation" => operation.clone(),
        "client" => known(event.client.as_ref()),
        "outcome" => event.outcome.label(),
        "fault" => event.fault.map_or(SharedString::const_str(""), |code| code.to_string().into()),
        "blame" => event.blame.map_or("", blame_label),
    )
    .increment(1);
    let duration =
        histogram!("dfdg_call_duration_seconds", "service" => service.clone(), "operation" => operation.clone());
    duration.record(event.duration);
    if let Some(reason) = event.reason {
        counter!("dfdg_access_refused_total", "reason" => reason).increment(1);
    }
    if event.dropped > 0 {
        let dropped = counter!("dfdg_dropped_values_total", "service" => service, "operation" => operation);
        dropped.increment(event.dropped.into());
    }
}

pub(super) fn push(event: &PushEvent) {
    let (publisher, change) = (known(event.publisher.as_ref()), event.change.unwrap_or("unknown"));
    let outcome = event.outcome.label();
    counter!("dfdg_pushes_total", "publisher" => publisher, "outcome" => outcome, "change" => change).increment(1);
    histogram!("dfdg_push_duration_seconds").record(event.duration);
    if let Some(reason) = event.reason {
        counter!("dfdg_pushes_refused_total", "reason" => reason).increment(1);
    }
}

/// A state in which none waits is told too, or its last number would stand for ever.
pub(super) fn pushes_waiting(waiting: &[Waiting], now: DateTime<Utc>) {
    for state in State::ALL {
        let found = waiting.iter().find(|waiting| waiting.state == state);
        let count = found.map_or(0, |found| u32::try_from(found.pushes).unwrap_or(u32::MAX));
        let age = found.map_or(0.0, |found| (now - found.oldest).as_seconds_f64());
        gauge!("dfdg_pushes_waiting", "state" => state.label()).set(f64::from(count));
        gauge!("dfdg_pushes_oldest_seconds", "state" => state.label()).set(age);
    }
}

pub(super) fn handshake_failed(listener: &'static str, reason: &'static str) {
    counter!("dfdg_handshakes_failed_total", "listener" => listener, "reason" => reason).increment(1);
}

pub(super) fn http_refused(event: &HttpRefused) {
    let status = event.status.to_string();
    counter!("dfdg_http_refused_total", "listener" => event.listener, "status" => status).increment(1);
}

pub(super) fn backend_call(event: &BackendCall) {
    let backend = event.backend.shared();
    counter!("dfdg_backend_calls_total", "backend" => backend.clone(), "outcome" => event.outcome).increment(1);
    if event.tries > 1 {
        counter!("dfdg_backend_retries_total", "backend" => backend.clone()).increment(u64::from(event.tries) - 1);
    }
    histogram!("dfdg_backend_call_duration_seconds", "backend" => backend).record(event.duration);
}

pub(super) fn circuit(event: &CircuitChanged) {
    let backend = event.backend.shared();
    gauge!("dfdg_circuit_open", "backend" => backend.clone()).set(f64::from(u8::from(event.state != "closed")));
    counter!("dfdg_circuit_changes_total", "backend" => backend, "state" => event.state).increment(1);
}

pub(super) fn reloaded(event: &Reloaded) {
    let outcome = if event.accepted { "accepted" } else { "refused" };
    counter!("dfdg_reloads_total", "what" => event.what, "outcome" => outcome).increment(1);
    gauge!("dfdg_reload_refused", "what" => event.what).set(f64::from(u8::from(!event.accepted)));
}

pub(super) fn ends_in(what: &'static str, name: &str, left: TimeDelta) {
    gauge!("dfdg_ends_in_seconds", "what" => what, "name" => name.to_owned()).set(left.as_seconds_f64());
}

pub(super) fn revocation_list_accepted(event: &RevocationList<'_>) {
    counter!("dfdg_revocation_lists_accepted_total", "issuer" => event.issuer.to_owned()).increment(1);
}

pub(super) fn revocation_list_refused(event: &RevocationListRefused<'_>) {
    let (source, reason) = (event.source.to_owned(), event.reason);
    counter!("dfdg_revocation_lists_refused_total", "source" => source, "reason" => reason).increment(1);
}

pub(super) fn revocation_standing(standing: &Standing, now: DateTime<Utc>) {
    let issuer = SharedString::from(standing.issuer.clone());
    let usable = standing.list.as_ref().is_some_and(|list| list.usable);
    gauge!("dfdg_revocation_list_usable", "issuer" => issuer.clone()).set(f64::from(u8::from(usable)));
    let Some(list) = &standing.list else { return };
    let entries = f64::from(u32::try_from(list.entries).unwrap_or(u32::MAX));
    let (age, left) = ((now - list.this_update).as_seconds_f64(), (list.next_update - now).as_seconds_f64());
    gauge!("dfdg_revocation_list_age_seconds", "issuer" => issuer.clone()).set(age);
    gauge!("dfdg_revocation_list_ends_in_seconds", "issuer" => issuer.clone()).set(left);
    gauge!("dfdg_revocation_list_number", "issuer" => issuer.clone()).set(list.number);
    gauge!("dfdg_revocation_list_entries", "issuer" => issuer).set(entries);
}

pub(super) fn journal_failing(failing: bool) {
    gauge!("dfdg_journal_failing").set(f64::from(u8::from(failing)));
}

pub(super) fn draining(_: &Draining) {
    gauge!("dfdg_draining").set(1.0);
}
