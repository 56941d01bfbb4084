#![allow(clippy::unwrap_used)]

use super::*;
use crate::clients::Registry;
use crate::error::CallError;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

const CLIENTS: &str = r#"
[[client]]
name = "journal-test"
contact = "a"
certificates = [{ cvr = "12345678", uuid = "7a0c2f6e-3f0b-4a55-9d8e-2f6d3c1b0a99" }]
services = ["BookingService"]
organisations = [{ type = 8, code = "10100" }]
"#;

fn event(registry: &Registry) -> CallEvent {
    let client = registry.clients()[0].as_ref();
    let mut event = CallEvent::default();
    event.peer(&crate::peer::Peer::new("192.0.2.1:4000".parse().unwrap(), None));
    event.operation = Some("JournalTest".into()); // one that no other test of this process uses
    event.client(client);
    event.organisation(client.organisation(8, "10100").unwrap());
    event.bytes_in(2_856);
    event.dropped(2);
    assert_eq!((event.backend_call(), event.backend_call()), (1, 2));
    event.fault(&CallError::NoService, Some(1011));
    event.finish(Uuid::nil(), Duration::from_micros(1_250), 700);
    event
}

#[test]
fn an_event_is_one_line_of_json() {
    let registry = Registry::parse("clients.toml", CLIENTS).unwrap();
    let time = DateTime::from_timestamp(1_700_000_000, 5_000_000).unwrap();
    let line = to_line(time, "call", &event(&registry)).unwrap();
    assert_eq!(line.iter().filter(|&&byte| byte == b'\n').count(), 1);
    assert_eq!(
        serde_json::from_slice::<Value>(&line).unwrap(),
        json!({
            "time": "2023-11-14T22:13:20.005Z", "event": "call", "request_id": "00000000-0000-0000-0000-000000000000",
            "address": "192.0.2.1", "service": null, "operation": "JournalTest", "client": "journal-test", "cvr": null,
            "uuid": null, "certificate": null, "organisation": { "type": 8, "code": "10100" }, "user_type": null, "outcome": "fault", "fault": 1011,
            "blame": "facade", "error": "no_service", "detail": "no such service", "reason": null, "duration_ms": 1.25, "backend_calls": 2, "dropped": 2,
            "bytes_in": 2856, "bytes_out": 700,
        })
    );
}

/// The journal is one for the process, so one test goes through its whole life.
#[test]
fn lines_and_metrics_of_every_event_are_there_when_the_journal_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.jsonl");
    let settings = config::Journal {
        file: Some(file.clone()),
        level: "error".to_owned(),
        person_key: None,
        audit: config::Audit::Usual,
    };
    let registry = Registry::parse("clients.toml", CLIENTS).unwrap();
    let journal = open(&settings).unwrap();
    assert!(is_working());
    tell_everything(&registry);
    drop(journal);
    let lines = std::fs::read_to_string(&file).unwrap();
    for name in ["call", "handshake_failed", "backend_call", "circuit_changed", "reloaded", "draining"] {
        assert!(lines.contains(&format!("\"event\":\"{name}\"")), "{name}\n{lines}");
    }
    let metrics = prometheus().unwrap().render();
    for sample in [
        "dfdg_calls_total{service=\"unknown\",operation=\"JournalTest\",client=\"journal-test\",outcome=\"fault\",fault=\"1011\",blame=\"facade\"} 1",
        "dfdg_dropped_values_total{service=\"unknown\",operation=\"JournalTest\"} 2",
        "dfdg_call_duration_seconds_bucket{service=\"unknown\",operation=\"JournalTest\",le=\"0.0025\"} 1",
        "dfdg_handshakes_failed_total{listener=\"callers\",reason=\"journal-test\"} 1",
        "dfdg_backend_calls_total{backend=\"journal-test\",outcome=\"timed_out\"} 1",
        "dfdg_backend_retries_total{backend=\"journal-test\"} 2",
        "dfdg_circuit_open{backend=\"journal-test\"} 1",
        "dfdg_reloads_total{what=\"clients\",outcome=\"refused\"} 1",
        "dfdg_draining 1",
    ] {
        assert!(metrics.lines().any(|line| line == sample), "{sample}\n{metrics}");
    }
}

fn tell_everything(registry: &Registry) {
    futures_util::FutureExt::now_or_never(call(&event(registry))).unwrap().unwrap();
    handshake_failed("callers", "192.0.2.1:4000".parse().unwrap(), "journal-test", "certificate expired");
    backend_call(&BackendCall {
        request_id: Uuid::nil(),
        number: 1,
        backend: "journal-test".into(),
        outcome: "timed_out",
        status: None,
        tries: 3,
        duration: Duration::from_secs(2),
    });
    circuit(&CircuitChanged { backend: "journal-test".into(), state: "open" });
    reloaded(&Reloaded { what: "clients", accepted: false, problems: 3 });
    draining(&Draining { running: 0 });
}

#[test]
fn a_journal_that_cannot_be_written_names_its_setting() {
    let folder = tempfile::tempdir().unwrap();
    let settings = config::Journal {
        file: Some(folder.path().join("no/journal")),
        level: "info".to_owned(),
        person_key: None,
        audit: config::Audit::Usual,
    };
    let problem = open(&settings).unwrap_err().to_string();
    assert!(problem.starts_with("journal.file: cannot be written"), "{problem}");
}
