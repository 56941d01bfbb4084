//! The metrics beside the journal's lines. Labels are few: services, operations, client
//! systems, backends, codes and literals.

use super::event::{BackendCall, CallEvent, CircuitChanged, Draining, HandshakeFailed, Reloaded, blame_label};
use super::label::Label;
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
    describe_counter!("dfdg_dropped_values_total", "Values callers sent that the new services have no place for");
    describe_counter!("dfdg_handshakes_failed_total", "TLS handshakes with callers that failed");
    describe_counter!("dfdg_backend_calls_total", "Calls to backends");
    describe_counter!("dfdg_backend_retries_total", "Tries of a backend call after its first");
    describe_histogram!("dfdg_backend_call_duration_seconds", "Calls to backends with all their tries");
    describe_gauge!("dfdg_circuit_open", "1 while a backend is left alone");
    describe_counter!("dfdg_circuit_changes_total", "Changes of a backend's circuit");
    describe_counter!("dfdg_reloads_total", "Times files were read again");
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
    if event.dropped > 0 {
        let dropped = counter!("dfdg_dropped_values_total", "service" => service, "operation" => operation);
        dropped.increment(event.dropped.into());
    }
}

pub(super) fn handshake_failed(event: &HandshakeFailed<'_>) {
    counter!("dfdg_handshakes_failed_total", "reason" => event.reason).increment(1);
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
}

pub(super) fn draining(_: &Draining) {
    gauge!("dfdg_draining").set(1.0);
}
