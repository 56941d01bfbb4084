//! What a call costs apart from the network: start-up, reading, translating, writing the reply.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;

use chrono::DateTime;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dfdg_contract::soap::Envelope;
use dfdg_contract::xml::Limits;
use dfdg_facade::catalogue::{Catalogue, CatalogueFiles};
use dfdg_mapping::{Answer, Exchange, Facts};
use uuid::Uuid;

const CREATE: &str = include_str!("../tests/scenarios/booking/create_minimal/request.xml");
const CREATED: &str = r#"{"registreringsId":"00000000-0000-4000-8000-000000000009","registreringstidspunkt":"2026-03-01T10:00:00.1234567+01:00"}"#;

fn facts<'a>() -> Facts<'a> {
    Facts {
        now: DateTime::parse_from_rfc3339("2026-03-01T10:00:00+01:00").unwrap(),
        request_id: "00000000-0000-4000-8000-000000000001",
        settings: &|_| None,
        new_guid: &Uuid::nil,
    }
}

fn bench(criterion: &mut Criterion) {
    let compile = || Catalogue::compile(&CatalogueFiles::default()).unwrap();
    criterion.bench_function("compile all contracts and mappings", |bencher| bencher.iter(compile));

    let catalogue = compile();
    let service = catalogue.mapping().service("BookingService").unwrap();
    let plan = service.plan("CreateBooking").unwrap();
    let answer = Answer { status: 200, body: CREATED.into(), ..Answer::default() };
    let mut group = criterion.benchmark_group(format!("CreateBooking of {} bytes", CREATE.len()));
    group.throughput(Throughput::Bytes(CREATE.len() as u64));
    group.bench_function("read, validate, translate", |bencher| {
        bencher.iter(|| {
            let envelope = Envelope::open(&service.contract, black_box(CREATE), Limits::default()).unwrap();
            envelope.require_headers().unwrap();
            let message = envelope.message().unwrap();
            let facts = facts();
            let mut exchange = Exchange::start(plan, &message, &facts).unwrap();
            exchange.ready().unwrap()
        });
    });
    let envelope = Envelope::open(&service.contract, CREATE, Limits::default()).unwrap();
    let message = envelope.message().unwrap();
    let facts = facts();
    let mut exchange = Exchange::start(plan, &message, &facts).unwrap();
    let effect = exchange.ready().unwrap().remove(0);
    group.bench_function("read the answer, write the reply", |bencher| {
        bencher.iter(|| {
            exchange.answer(effect.call, &answer).unwrap();
            exchange.reply().unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
