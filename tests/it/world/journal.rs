//! The journal, read back.

use serde_json::Value;
use uuid::Uuid;

use super::{assert_nothing_of_a_person, eventually, pki};

/// The line of this event and call, as soon as it is there; nothing of a person is in it.
pub(super) async fn line(event: &str, request_id: Uuid) -> Value {
    let is_it = |line: &Value| line["event"] == event && line["request_id"] == request_id.to_string();
    let line = eventually("a line of the journal", async || lines().into_iter().find(is_it)).await;
    assert_nothing_of_a_person(&line.to_string());
    line
}

/// All whole lines so far, of all worlds of this process.
pub(crate) fn lines() -> Vec<Value> {
    let text = std::fs::read_to_string(pki::journal()).unwrap();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
