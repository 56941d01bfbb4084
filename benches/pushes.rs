//! How many pushes are kept durably in a second: from the octets of a push to its answer, without the listener. Every
//! one of them is a message of its own, and is on the disk when it is answered. What is measured is mostly the disk:
//! publishers that wait for one another pay a sync for each push, those side by side share it.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "a benchmark")]

use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use chrono::{TimeDelta, Utc};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dfdg_facade::catalogue::{Catalogue, CatalogueFiles};
use dfdg_facade::clients::Registry;
use dfdg_facade::config::Config;
use dfdg_facade::identity::{Identity, Kind, Serial};
use dfdg_facade::intake::{Intake, Request};
use dfdg_facade::peer::Peer;
use dfdg_facade::revocation::Trail;
use dfdg_facade::server::Shared;
use dfdg_facade::store;
use futures_util::future::join_all;
use tokio::runtime::Builder;
use uuid::Uuid;

const SETTINGS: &str = r#"
[callers]
public_url  = "https://facade.example"
certificate = "chain.pem"
key         = "key.pem"
[callers.trust]
roots   = ["root.pem"]
issuing = ["issuing.pem"]
revocation = ["root.crl"]
"#;

const CLIENTS: &str = r#"
[[publisher]]
name         = "bench"
contact      = "bench@example.dk"
certificates = [{ cvr = "90000004", uuid = "dfd90000-0000-4000-8000-000000000004" }]
"#;

fn intake(folder: &Path) -> Intake {
    // Nobody looks into them: there is no listener.
    for file in ["clients.toml", "chain.pem", "key.pem", "root.pem", "issuing.pem", "root.crl"] {
        fs::write(folder.join(file), "").unwrap();
    }
    fs::write(folder.join("facade.toml"), SETTINGS).unwrap();
    let config = Config::load(Some(&folder.join("facade.toml")), std::iter::empty());
    let config = config.unwrap_or_else(|all| panic!("{all}"));
    let catalogue = Catalogue::compile(&CatalogueFiles::default()).unwrap_or_else(|all| panic!("{all}"));
    let registry = Registry::parse("clients.toml", CLIENTS).unwrap_or_else(|all| panic!("{all}"));
    let store = store::open(&config.store).unwrap_or_else(|problem| panic!("{problem}"));
    let shared = Shared::new(config, catalogue, registry, Some(store.clone())).unwrap_or_else(|all| panic!("{all}"));
    Intake::new(&shared, &store)
}

fn peer() -> Rc<Peer> {
    let identity = Identity {
        cvr: "90000004".parse().unwrap(),
        uuid: Uuid::from_u128(0xdfd9_0000_0000_4000_8000_0000_0000_0004),
        name: String::new(),
        organisation: String::new(),
        kind: Kind::System,
        serial: Serial::new(&[1]),
        issuer: String::new(),
        not_before: Utc::now() - TimeDelta::days(1),
        not_after: Utc::now() + TimeDelta::days(1),
    };
    let address = ([127, 0, 0, 1], 1).into();
    Rc::new(Peer { address, identity: Ok(identity), certificate: None, trail: Trail::not_checked() })
}

fn push(peer: &Rc<Peer>) -> Request {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let body = format!(
        r#"{{"metadata":{{"beskedId":"{number}","entitetNavn":"Indkaldelse","entitetId":90000,"eksternIdentifier":"{}","versionIdentifier":1,"identifikationstypeId":1,"identifikation":"0101575001","aendringstype":2}}}}"#,
        Uuid::from_u128(number.into())
    );
    Request {
        peer: Rc::clone(peer),
        organisation_type: "8".to_owned(),
        organisation_code: "10100".to_owned(),
        body: Ok(Bytes::from(body)),
    }
}

/// As many pushes, by publishers that each wait for their answer.
async fn deliver(intake: &Intake, peer: &Rc<Peer>, pushes: u64, publishers: u64) -> Duration {
    let started = Instant::now();
    let publisher = |number: u64| async move {
        for _ in (number..pushes).step_by(usize::try_from(publishers).unwrap()) {
            let answer = intake.handle(push(peer)).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
    };
    join_all((0..publishers).map(publisher)).await;
    started.elapsed()
}

fn bench(criterion: &mut Criterion) {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap(); // a disk, and not memory
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (intake, peer) = (intake(folder.path()), peer());
    let mut group = criterion.benchmark_group("pushes kept");
    group.sample_size(20).measurement_time(Duration::from_secs(5)).throughput(Throughput::Elements(1));
    for publishers in [1, 8, 32] {
        group.bench_function(format!("{publishers} at once"), |bencher| {
            bencher.iter_custom(|pushes| runtime.block_on(deliver(&intake, &peer, pushes, publishers)));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
