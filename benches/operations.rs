//! Every operation from the octets of its request to those of its reply, without the network. The throughput counts the
//! octets that are read, of the request and of the answers: so operations of different sizes can be compared.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use std::collections::BTreeMap;
use std::hint::black_box;

use chrono::DateTime;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dfdg_facade::catalogue::{Catalogue, CatalogueFiles};
use dfdg_facade::offline::{self, End, Given};
use dfdg_mapping::Answer;
use uuid::Uuid;

/// A request with its answers, from the scenarios.
struct Case {
    operation: &'static str,
    request: &'static str,
    answers: Vec<Answer>,
}

macro_rules! case {
    ($operation:literal, $folder:literal) => {
        Case {
            operation: $operation,
            request: include_str!(concat!("../tests/scenarios/", $folder, "/request.xml")),
            answers: answers(include_str!(concat!("../tests/scenarios/", $folder, "/answer.http"))),
        }
    };
}

fn answers(file: &str) -> Vec<Answer> {
    let body = |answer: &str| answer.split_once("\n\n").map_or("", |(_, body)| body).trim().into();
    file.split("###\n").map(|answer| Answer { status: 200, body: body(answer), ..Answer::default() }).collect()
}

fn operations(criterion: &mut Criterion) {
    let catalogue = Catalogue::compile(&CatalogueFiles::default()).unwrap();
    let mut group = criterion.benchmark_group("operations");
    for case in [
        case!("CreateBooking", "booking/create_minimal"),
        case!("CreateBooking", "booking/create_everything"),
        case!("UpdateBooking", "booking/update_minimal"),
        case!("CancelBooking", "booking/rn_bk_01_cancel"),
        case!("GetBookings", "booking/get_two"),
        case!("GetBookingHistory", "booking/rn_bk_01_history_of_one_booking"),
        case!("RegisterUnemploymentFundParticipation", "personregistration/rn_bk_06_participation"),
        case!("RegisterUnemploymentFundParticipationChoice", "personregistration/rn_bk_06_choice"),
        case!("AddJob", "jobad/rn_ja_01_add_everything"),
        case!("GetJob", "jobad/rn_ja_01_get_everything"),
    ] {
        let service = match case.operation {
            name if name.starts_with("Register") => "PersonRegistrationService",
            name if name.ends_with("Job") => "JobAdService",
            _ => "BookingService",
        };
        let served = catalogue.named(service).unwrap();
        let read = case.request.len() + case.answers.iter().map(|answer| answer.body.len()).sum::<usize>();
        let given = Given {
            now: DateTime::parse_from_rfc3339("2026-03-01T10:00:00+01:00").unwrap(),
            request_id: Uuid::nil(),
            organisation: Some((24, "90000002")), // where a contract names none
            settings: &BTreeMap::new(),
            new_guid: &Uuid::nil,
            answers: &case.answers,
            inside: &|_| None,
        };
        group.throughput(Throughput::Bytes(read as u64));
        group.bench_function(format!("{}, {read} bytes", case.operation), |bencher| {
            bencher.iter(|| {
                let outcome = offline::run(served, black_box(case.request.as_bytes()), &given);
                assert!(matches!(outcome.end, End::Reply(_)), "{:?}", outcome.end);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, operations);
criterion_main!(benches);
