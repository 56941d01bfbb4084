//! What it saves that calls which do not need each other's answers are made side by side. The domain service is the
//! simulator over HTTP on this machine, and takes 20 ms for each call; a call goes from the octets of its envelope to
//! those of its reply, without the listener.
//!
//! No operation of BookingService makes two independent reads, so one is added to GetBookings here.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "a benchmark")]

use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use dfdg_facade::call::{Request, handle};
use dfdg_facade::catalogue::{Catalogue, CatalogueFiles};
use dfdg_facade::clients::Registry;
use dfdg_facade::config::Config;
use dfdg_facade::identity::{Identity, Kind, Serial};
use dfdg_facade::peer::Peer;
use dfdg_facade::revocation::Trail;
use dfdg_facade::server::{Shared, Worker};
use dfdg_simulator::{Now, Running, Settings, start};
use tokio::runtime::Builder;
use uuid::Uuid;

const GET: &str = include_str!("../tests/scenarios/booking/get_none/request.xml");
const CREATE: &str = include_str!("../tests/scenarios/booking/create_minimal/request.xml");
const UPDATE: &str = include_str!("../tests/scenarios/booking/update_minimal/request.xml");
const MAPPING: &str = include_str!("../mappings/booking/get-bookings.toml");
/// The history of the citizen, for which nobody has to wait.
const SECOND_READ: &str = r#"
[[call]]
name    = "history"
backend = "kontaktforloeb"
method  = "GET"
path    = "/v1/Indkaldelse/historik"
repeat  = "read"
assumed = "for a benchmark"

[call.headers]
x-civilregistrationIdentifier = "PersonCivilRegistrationIdentifier"
"#;

fn mapping(second_read: bool) -> String {
    let (calls, rest) = MAPPING.split_once("[reply]").unwrap();
    let (second, ignore) = match second_read {
        true => (SECOND_READ, "\"history:/historik\" = \"only waited for\"\n"),
        false => ("", ""),
    };
    let (reply, ignored) = rest.split_once("[ignore]\n").unwrap();
    format!("{calls}{second}\n[reply]{reply}[ignore]\n{ignore}{ignored}")
}

fn worker(folder: &Path, backend: &str, second_read: bool) -> Rc<Worker> {
    let catalogue = folder.join(format!("catalogue-{second_read}"));
    fs::create_dir_all(catalogue.join("mappings/booking")).unwrap();
    fs::write(catalogue.join("mappings/booking/get-bookings.toml"), mapping(second_read)).unwrap();
    let catalogue = Catalogue::compile(&CatalogueFiles::new(Some(&catalogue))).unwrap_or_else(|all| panic!("{all}"));
    let settings = folder.join("facade.toml");
    // Nobody looks into them: there is no listener.
    for file in ["clients.toml", "chain.pem", "key.pem", "root.pem", "issuing.pem", "root.crl"] {
        fs::write(folder.join(file), "").unwrap();
    }
    fs::write(&settings, format!("{SETTINGS}[backends.kontaktforloeb]\nurl = \"{backend}\"\n")).unwrap();
    let config = Config::load(Some(&settings), std::iter::empty()).unwrap_or_else(|all| panic!("{all}"));
    let registry = Registry::parse("clients.toml", CLIENTS).unwrap_or_else(|all| panic!("{all}"));
    let shared = Shared::new(config, catalogue, registry, None).unwrap_or_else(|all| panic!("{all}"));
    Rc::new(Worker::new(shared).unwrap_or_else(|all| panic!("{all}")))
}

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
[[client]]
name          = "bench"
contact       = "bench@example.dk"
certificates  = [{ cvr = "90000002", uuid = "dfd90000-0000-4000-8000-000000000002" }]
services      = ["BookingService"]
organisations = [{ type = 8, code = "10100" }]
"#;

fn peer() -> Rc<Peer> {
    let identity = Identity {
        cvr: "90000002".parse().unwrap(),
        uuid: Uuid::from_u128(0xdfd9_0000_0000_4000_8000_0000_0000_0002),
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

async fn call(worker: &Rc<Worker>, peer: &Rc<Peer>, body: &'static str) {
    let request = Request {
        peer: Rc::clone(peer),
        path: "/PjakTassWCFtService/1/BookingService.svc".to_owned(),
        content_type: None,
        soap_action: None,
        body: Ok(body.as_bytes().into()),
    };
    let reply = handle(Rc::clone(worker), request).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
}

/// The simulator, taking 20 ms for each call from now on.
async fn simulator(worker: impl Fn(&str) -> Rc<Worker>) -> (Running, String) {
    let now = "2026-03-01T10:00:00+01:00".parse().unwrap();
    let simulator = start(Settings { now: Now::new(move || now), ..Settings::local() }).await.unwrap();
    let url = format!("http://{}", simulator.address());
    call(&worker(&url), &peer(), CREATE).await;
    let slow = r#"{"times": 4000000000, "delay_ms": 20}"#;
    let script = reqwest::Client::builder().no_proxy().build().unwrap().post(format!("{url}/simulator/trouble"));
    script.body(slow).send().await.unwrap().error_for_status().unwrap();
    (simulator, url)
}

fn bench(criterion: &mut Criterion) {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (_simulator, url) = runtime.block_on(simulator(|url| worker(folder.path(), url, false)));
    let peer = peer();
    let mut group = criterion.benchmark_group("domain service of 20 ms");
    group.sample_size(20).measurement_time(Duration::from_secs(4));
    for (name, second_read, request) in [
        ("one read: GetBookings", false, GET),
        ("two reads side by side: GetBookings with a history", true, GET),
        ("a read, then a write: UpdateBooking", false, UPDATE),
    ] {
        let worker = runtime.block_on(async { worker(folder.path(), &url, second_read) });
        group.bench_function(name, |bencher| {
            bencher.iter(|| runtime.block_on(call(&worker, &peer, request)));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
