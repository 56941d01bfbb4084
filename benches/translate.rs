//! What a call costs apart from the network: start-up, reading, translating, writing the reply.
//!
//! With `--paced FILE` it reads and translates that file as often as it is told on standard input, and answers with the
//! nanoseconds that took: how `cargo xtask bench reading` and callgrind use it.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::hint::black_box;
use std::time::Instant;

use chrono::DateTime;
use criterion::{Criterion, Throughput};
use dfdg_contract::soap::Envelope;
use dfdg_contract::xml::Limits;
use dfdg_facade::catalogue::{Catalogue, CatalogueFiles};
use dfdg_mapping::{Answer, Effect, Exchange, Facts, Plan, Service};
use uuid::Uuid;

const CREATE: &str = include_str!("../tests/scenarios/booking/create_minimal/request.xml");
const CREATED: &str = r#"{"registreringsId":"00000000-0000-4000-8000-000000000009","registreringstidspunkt":"2026-03-01T10:00:00.1234567+01:00"}"#;
const GET: &str = include_str!("../tests/scenarios/booking/get_two/request.xml");
const GOT: &str = include_str!("../tests/scenarios/booking/get_two/answer.http");

fn main() {
    let catalogue = Catalogue::compile(&CatalogueFiles::default()).unwrap();
    let service = catalogue.mapping().service("BookingService").unwrap();
    let mut arguments = std::env::args().skip_while(|argument| argument != "--paced").skip(1);
    match arguments.next() {
        Some(file) => paced(&catalogue, &std::fs::read_to_string(file).unwrap()),
        None => measure(service, &mut Criterion::default().configure_from_args()),
    }
}

fn paced(catalogue: &Catalogue, text: &str) {
    let (service, operation) = requested(catalogue, text).unwrap();
    let plan = service.plan(&operation).unwrap();
    for line in std::io::stdin().lines() {
        let start = Instant::now();
        for _ in 0..line.unwrap().trim().parse::<u32>().unwrap() {
            black_box(translate(service, plan, text));
        }
        println!("{}", start.elapsed().as_nanos());
    }
}

fn measure(service: &Service, criterion: &mut Criterion) {
    criterion.bench_function("compile all contracts and mappings", |bencher| {
        bencher.iter(|| Catalogue::compile(&CatalogueFiles::default()).unwrap());
    });
    let (_, got) = GOT.split_once("\n\n").unwrap();
    for (operation, request, answer) in [("CreateBooking", CREATE, CREATED), ("GetBookings", GET, got)] {
        let plan = service.plan(operation).unwrap();
        let mut group = criterion.benchmark_group(format!("{operation} of {} bytes", request.len()));
        group.throughput(Throughput::Bytes(request.len() as u64));
        group.bench_function("read, validate, translate", |bencher| {
            bencher.iter(|| translate(service, plan, black_box(request)));
        });
        let envelope = Envelope::open(&service.contract, request, Limits::default()).unwrap();
        let message = envelope.message().unwrap();
        let facts = facts();
        let mut exchange = Exchange::start(plan, &message, &facts).unwrap();
        let effect = exchange.ready().unwrap().remove(0);
        let answer = Answer { status: 200, body: answer.into(), ..Answer::default() };
        group.throughput(Throughput::Bytes(answer.body.len() as u64));
        group.bench_function("read the answer, write the reply", |bencher| {
            bencher.iter(|| {
                exchange.answer(effect.call, &answer).unwrap();
                exchange.reply().unwrap()
            });
        });
        group.finish();
    }
    criterion.final_summary();
}

/// The service and the operation a request is for.
fn requested<'c>(catalogue: &'c Catalogue, text: &str) -> Option<(&'c Service, String)> {
    catalogue.mapping().services.iter().find_map(|service| {
        let envelope = Envelope::open(&service.contract, text, Limits::default()).ok()?;
        Some((service, envelope.operation().ok()?.name.clone()))
    })
}

/// From the text of a request to the calls it becomes.
fn translate(service: &Service, plan: &Plan, text: &str) -> Vec<Effect> {
    let envelope = Envelope::open(&service.contract, text, Limits::default()).unwrap();
    envelope.require_headers().unwrap();
    let message = envelope.message().unwrap();
    let facts = facts();
    let mut exchange = Exchange::start(plan, &message, &facts).unwrap();
    exchange.ready().unwrap()
}

fn facts<'a>() -> Facts<'a> {
    Facts {
        now: DateTime::parse_from_rfc3339("2026-03-01T10:00:00+01:00").unwrap(),
        request_id: "00000000-0000-4000-8000-000000000001",
        organisation_type: 8,
        organisation_code: "10100",
        caller_identifier: "CVR:12345678-UUID:0f8fad5b-d9cb-469f-a165-70867728950e",
        settings: &|_| None,
        new_guid: &Uuid::nil,
    }
}
