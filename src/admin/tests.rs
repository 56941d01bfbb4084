#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use super::*;
use crate::config::Config;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};

fn circuits(folder: &std::path::Path) -> Circuits {
    let there = folder.join("there");
    std::fs::write(&there, "").unwrap();
    let mut env = vec![
        ("DFDG_FACADE__CALLERS__PUBLIC_URL".to_owned(), "from-host".to_owned()),
        ("DFDG_FACADE__BACKENDS__ADMINTEST__URL".to_owned(), "http://127.0.0.1:1".to_owned()),
    ];
    for name in [
        "CALLERS__CERTIFICATE",
        "CALLERS__KEY",
        "CALLERS__TRUST__ROOTS",
        "CALLERS__TRUST__REVOCATION",
        "CATALOGUE__CLIENTS",
    ] {
        env.push((format!("DFDG_FACADE__{name}"), there.display().to_string()));
    }
    Circuits::new(&Config::load(None, env.into_iter()).unwrap())
}

fn nobody() -> AsksForUsage {
    Arc::new(|| {
        Box::pin(async { Ok(Report::new(chrono::NaiveDate::MIN, &[], &[], &crate::clients::Registry::default())) })
    })
}

fn start_with(draining: &Arc<AtomicBool>) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let draining = Arc::clone(draining);
    let check = move || if draining.load(Ordering::Relaxed) { Err("the facade ends".to_owned()) } else { Ok(()) };
    let sources = Sources {
        ready: Arc::new(move || vec![Check::new("drain", check())]),
        circuits: circuits(folder.path()),
        store: None,
        usage: nobody(),
    };
    start(&config::Admin { address: "127.0.0.1:0".parse().unwrap() }, sources).unwrap()
}

/// Status and body.
fn get(running: &Running, path: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(running.address()).unwrap();
    write!(socket, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

fn stop(running: Running) {
    actix_web::rt::System::new().block_on(running.stop());
}

#[test]
fn it_tells_health_and_metrics() {
    let draining = Arc::new(AtomicBool::new(false));
    let running = start_with(&draining);
    assert_eq!(get(&running, "/health/live"), (200, "alive\n".to_owned()));
    let (status, page) = get(&running, "/");
    assert!(status == 200 && page.contains("href=\"metrics\""), "{page}");
    let (status, metrics) = get(&running, "/metrics");
    assert!(status == 200 && metrics.contains("dfdg_build_info{version="), "{metrics}");
    assert_eq!(get(&running, "/other").0, 404);
    stop(running);
}

#[test]
fn readiness_says_what_is_wrong_and_follows_it() {
    let draining = Arc::new(AtomicBool::new(false));
    let running = start_with(&draining);
    let check = |body: &str, name: &str| {
        let body: Value = serde_json::from_str(body).unwrap();
        body["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).cloned().unwrap()
    };
    assert_eq!(check(&get(&running, "/health/ready").1, "drain")["ok"], true);
    draining.store(true, Ordering::Relaxed);
    let (status, body) = get(&running, "/health/ready");
    assert_eq!((status, &check(&body, "drain")["why"]), (503, &Value::from("the facade ends")));
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&body["ready"], &body["backends"][0]["circuit"]), (&Value::from(false), &Value::from("closed")));
    stop(running);
}

#[test]
fn a_port_in_use_names_the_setting() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = config::Admin { address: taken.local_addr().unwrap() };
    let folder = tempfile::tempdir().unwrap();
    let sources =
        Sources { ready: Arc::new(Vec::new), circuits: circuits(folder.path()), store: None, usage: nobody() };
    let error = start(&settings, sources).unwrap_err();
    assert!(matches!(error, AdminError::AddressInUse(_)), "{error:?}");
    assert!(error.to_string().starts_with("admin.address: 127.0.0.1:"), "{error}");
}
