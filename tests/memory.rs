//! What answering holds in memory. The allocator counts, so the figures are the same on every machine.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test that tells its figures")]

use chrono::DateTime;
use dfdg_contract::soap::Envelope;
use dfdg_contract::xml::Limits;
use dfdg_facade::catalogue::{Catalogue, CatalogueFiles};
use dfdg_mapping::{Answer, Exchange, Facts};
use dhat::{HeapStats, Profiler};
use serde_json::{Value, json};
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const REQUEST: &str = include_str!("scenarios/booking/get_two/request.xml");
const ANSWER: &str = include_str!("scenarios/booking/get_two/answer.http");

/// The bookings of the scenario, again and again.
fn answer(bookings: usize) -> Answer {
    let (_, body) = ANSWER.split_once("\n\n").unwrap();
    let two: Value = serde_json::from_str(body).unwrap();
    let two = two["indkaldelser"].as_array().unwrap();
    let all: Vec<_> = two.iter().cycle().take(bookings).collect();
    Answer { status: 200, body: json!({ "indkaldelser": all }).to_string().into(), ..Answer::default() }
}

/// Bytes of the answer, of the reply, and held at the highest from the moment the answer begins to come.
fn held(bookings: usize) -> (usize, usize, usize) {
    let catalogue = Catalogue::compile(&CatalogueFiles::default()).unwrap();
    let service = catalogue.mapping().service("BookingService").unwrap();
    let message = Envelope::open(&service.contract, REQUEST, Limits::default()).unwrap().message().unwrap();
    let facts = Facts {
        now: DateTime::parse_from_rfc3339("2026-03-01T10:00:00+01:00").unwrap(),
        request_id: "00000000-0000-4000-8000-000000000001",
        organisation_type: 8,
        organisation_code: "10100",
        caller_identifier: "CVR:90000002-UUID:dfd90000-0000-4000-8000-000000000002",
        settings: &|_| None,
        new_guid: &Uuid::nil,
    };
    let mut exchange = Exchange::start(service.plan("GetBookings").unwrap(), &message, &facts).unwrap();
    let effect = exchange.ready().unwrap().remove(0);
    let body = answer(bookings);

    let _profiler = Profiler::builder().testing().build();
    let answer = body.clone();
    let length = answer.body.len();
    exchange.answer(effect.call, &answer).unwrap();
    drop(answer);
    let reply = exchange.reply().unwrap();
    assert_eq!(reply.matches("<Booking>").count(), bookings);
    (length, reply.len(), HeapStats::get().max_bytes)
}

#[test]
fn a_reply_of_a_thousand_bookings_holds_less_than_twice_its_size() {
    for bookings in [1_000, 1_400] {
        let (answer, reply, held) = held(bookings);
        println!("{bookings} bookings: answer {answer}, reply {reply}, held {held} bytes");
        assert!(held < 2 * reply, "{bookings} bookings: a reply of {reply} bytes, and {held} held");
    }
}
