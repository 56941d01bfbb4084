//! Any octets as the answer of the domain service to a read. Either the call ends in a fault, or its reply is valid and
//! has what the answer has: every booking of a list, every change of a history, and for an update every member that is
//! kept.
#![no_main]

use std::collections::BTreeMap;

use chrono::DateTime;
use dfdg_facade::fault;
use dfdg_facade::offline::{self, End, Given, Outcome};
use dfdg_fuzz::{CATALOGUE, assert_readable};
use dfdg_mapping::Answer;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use uuid::Uuid;

const GET: &str = include_str!("../../../tests/scenarios/booking/get_two/request.xml");
const HISTORY: &str = include_str!("../../../tests/scenarios/booking/history_empty/request.xml");
const UPDATE: &str = include_str!("../../../tests/scenarios/booking/update_minimal/request.xml");
const RECEIPT: &str = r#"{"registreringsId":"00000000-0000-4000-8000-000000000009"}"#;
/// Members of an indkaldelse the old contract lacks.
const KEPT: [&str; 2] = ["gruppemoedeId", "varighedMinutter"];

fuzz_target!(|answer: &[u8]| {
    let json = serde_json::from_slice::<Value>(answer).ok();
    let count = |name: &str| json.as_ref().and_then(|json| json.get(name)?.as_array()).map_or(0, Vec::len);
    if let Some(reply) = reply(&translate(GET, answer)) {
        assert_eq!(reply.matches("<Booking>").count(), count("indkaldelser"));
    }
    if let Some(reply) = reply(&translate(HISTORY, answer)) {
        assert_eq!(reply.matches("<BookingHistory>").count(), count("historik"));
    }
    let update = translate(UPDATE, answer);
    if reply(&update).is_some() {
        let json = json.expect("an update starts from JSON");
        let body = update.calls[1].body.as_deref().expect("an update has a body");
        let body: Value = serde_json::from_slice(body).expect("a body is JSON");
        for name in KEPT.into_iter().filter(|name| json.get(name).is_some_and(|value| !value.is_null())) {
            assert_eq!(number(&body[name]), number(&json[name]), "{name}");
        }
    }
});

/// A number by its value: the domain service may write it as it likes.
fn number(value: &Value) -> Value {
    value.as_f64().map_or_else(|| value.clone(), Value::from)
}

fn translate(request: &str, read: &[u8]) -> Outcome<'static> {
    let answer = |body: &[u8]| Answer { status: 200, body: body.to_vec(), ..Answer::default() };
    let given = Given {
        now: DateTime::parse_from_rfc3339("2026-03-01T10:00:00+01:00").expect("a time"),
        request_id: Uuid::nil(),
        organisation: None,
        settings: &BTreeMap::new(),
        new_guid: &Uuid::max,
        answers: &[answer(read), answer(RECEIPT.as_bytes())],
        inside: &|_| None,
    };
    offline::run(CATALOGUE.named("BookingService").expect("a service"), request.as_bytes(), &given)
}

/// The reply, which is valid; none for a fault, which is so too.
fn reply<'o>(outcome: &'o Outcome<'_>) -> Option<&'o str> {
    let contract = &*CATALOGUE.named("BookingService").expect("a service").service.contract;
    match &outcome.end {
        End::Reply(reply) => {
            assert_readable(contract.schema(), reply);
            Some(reply)
        }
        End::Fault(error) => {
            let told = fault::tell(error, &CATALOGUE.mapping().faults);
            assert_readable(contract.schema(), &fault::envelope(&told, Some(contract)));
            None
        }
        End::Unanswered => panic!("there is an answer to every call"),
    }
}
