//! What a call pays for revocation: the check of a certificate and of its authority, by a list
//! of 100,000 entries. And what the lists cost when they are read.
#![allow(missing_docs, clippy::unwrap_used, clippy::disallowed_methods, reason = "a benchmark")]

use std::hint::black_box;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use dfdg_facade::config;
use dfdg_facade::revocation::{Authorities, Revocation};
use dfdg_pki::{AuthorityName, ListRequest, Options};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

const ENTRIES: u128 = 100_000;
/// An odd factor: products differ, and look as random as genuine serial numbers.
const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

fn settings() -> config::Revocation {
    let hour = Duration::from_secs(3600);
    config::Revocation { sources: Vec::new(), accept_revoked: false, refresh: hour, grace: hour, folder: None }
}

fn offer(pki: &std::path::Path, entries: u128, number: u64) -> [Vec<u8>; 2] {
    let now = Utc::now();
    let octets = |index: u128| [&[0x12_u8, 0x34, 0x56, 0x78][..], &index.wrapping_mul(SPREAD).to_be_bytes()].concat();
    let request = |serials| {
        let next_update = now + TimeDelta::hours(1);
        ListRequest { number, this_update: now, next_update, serials, flaw: None }
    };
    let issuing = request((0..entries).map(octets).collect());
    [(AuthorityName::Root, request(Vec::new())), (AuthorityName::Issuing1, issuing)]
        .map(|(issuer, request)| dfdg_pki::list(pki, issuer, &request).unwrap())
}

fn revocation(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let pki = folder.path().join("pki");
    dfdg_pki::init(&pki, &Options::quick()).unwrap();
    let certificate = |name: &str| CertificateDer::from_pem_file(pki.join(name)).unwrap();
    let (roots, issuing) = ([certificate("ca/root/cert.pem")], [certificate("ca/issuing-1/cert.pem")]);
    let load = |lists: &[Vec<u8>]| -> (Revocation, Authorities) {
        let revocation = Revocation::new(&settings());
        let authorities = revocation.authorities(&roots, &issuing);
        lists.iter().for_each(|list| revocation.offer(list, &authorities, Utc::now()).unwrap());
        (revocation, authorities)
    };

    let lists = offer(&pki, ENTRIES, 100);
    criterion.bench_function("read a list of 100,000", |bench| bench.iter(|| load(black_box(&lists))));
    let (revocation, authorities) = load(&lists);
    let system = certificate("clients/system/cert.pem");
    criterion.bench_function("find the authorities, once for each connection", |bench| {
        bench.iter(|| revocation.trail(&authorities, black_box(&system)));
    });
    let trail = revocation.trail(&authorities, &system);
    let now = Utc::now();
    criterion.bench_function("check a call", |bench| bench.iter(|| black_box(&trail).check(now).unwrap()));
}

criterion_group!(benches, revocation);
criterion_main!(benches);
