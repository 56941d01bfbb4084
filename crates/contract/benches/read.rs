//! What it costs to read and validate a request, and to write a reply.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dfdg_contract::soap::Envelope;
use dfdg_contract::xml::Limits;
use dfdg_contract::{Contract, Folder, Writer};

fn bench(criterion: &mut Criterion) {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let load = || Contract::load(&Folder(root.into()), "wsdl/BookingService.wsdl").unwrap();
    let contract = load();
    criterion.bench_function("compile the contract", |bencher| bencher.iter(load));

    let mut group = criterion.benchmark_group("CreateBooking");
    for case in ["create_minimal", "create_everything"] {
        let text = std::fs::read_to_string(format!("{root}/tests/scenarios/booking/{case}/request.xml")).unwrap();
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("read and validate, {} bytes", text.len()), |bencher| {
            bencher.iter(|| {
                let envelope = Envelope::open(&contract, black_box(&text), Limits::default()).unwrap();
                envelope.require_headers().unwrap();
                envelope.message().unwrap()
            });
        });
    }
    group.finish();

    let schema = contract.schema();
    let reply = contract.operation("CreateBooking").unwrap().reply;
    let receipt = schema.child(reply, "ServiceReceipt").unwrap().element;
    let id = schema.child(receipt, "MessageIdentifier").unwrap().element;
    let date = schema.child(receipt, "EventDate").unwrap().element;
    criterion.bench_function("write the reply", |bencher| {
        bencher.iter(|| {
            let mut writer = Writer::new(schema, reply);
            writer.start(receipt).unwrap();
            writer.leaf(id, "3f2504e0-4f89-41d3-9a0c-0305e82c3301").unwrap();
            writer.leaf(date, "2026-03-01T10:00:00+01:00").unwrap();
            writer.finish().unwrap()
        });
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
