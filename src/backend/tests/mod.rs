#![allow(clippy::unwrap_used, clippy::panic)]

mod server;
mod tls;

use super::*;
use crate::config::PublicUrl;
use dfdg_mapping::{Method, Repeat};
use server::{Act, Server};
use std::net::SocketAddr;
use std::sync::LazyLock;

const ID: Uuid = Uuid::from_u128(7);
const SENT_ID: &str = "00000000-0000-0000-0000-000000000007.2";

fn ok() -> Act {
    Act::Reply(200, "{\"a\":1}".to_owned())
}

fn status(status: u16) -> Act {
    Act::Reply(status, String::new())
}

fn settings(address: SocketAddr, change: &[(&str, &str)]) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("there");
    std::fs::write(&there, "").unwrap();
    let there = there.display().to_string();
    let mut given =
        vec![("CALLERS__PUBLIC_URL", "from-host".to_owned()), ("BACKENDS__TEST__URL", format!("http://{address}"))];
    for name in [
        "CALLERS__CERTIFICATE",
        "CALLERS__KEY",
        "CALLERS__TRUST__ROOTS",
        "CALLERS__TRUST__REVOCATION",
        "CATALOGUE__CLIENTS",
    ] {
        given.push((name, there.clone()));
    }
    given.extend(change.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let config =
        Config::load(None, given.into_iter().map(|(name, value)| (format!("DFDG_FACADE__{name}"), value))).unwrap();
    assert_eq!(config.callers.public_url, PublicUrl::FromHost);
    config
}

fn backends(address: SocketAddr, change: &[(&str, &str)]) -> (Backends, Circuits) {
    let config = settings(address, change);
    let circuits = Circuits::new(&config);
    let tls = TlsConfigs::load(&config).unwrap();
    (Backends::new(&config, &[Wanted::Outside("test")], &circuits, &tls).unwrap(), circuits)
}

/// The one backend, which is a service of somebody else.
fn outside(backends: &Backends) -> &Backend {
    match &backends.0[0] {
        Reached::Outside(backend) => backend,
        other => panic!("{other:?}"),
    }
}

fn outgoing(repeat: Repeat) -> Outgoing<'static> {
    static HEADERS: LazyLock<Vec<(String, String)>> =
        LazyLock::new(|| vec![("x-kommune".to_owned(), "101".to_owned())]);
    Outgoing {
        method: Method::Post,
        path: "/v1/Indkaldelse/7?a=b",
        headers: &HEADERS,
        body: Some(b"{\"x\":1}"),
        repeat,
        identity: None,
    }
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

async fn send(backends: &Backends, repeat: Repeat) -> Result<Answer, BackendError> {
    outside(backends).send(outgoing(repeat), ID, 2, soon()).await
}

/// Sends one call to a backend that acts so; the result and the request ids it saw.
async fn run(repeat: Repeat, acts: Vec<Act>) -> (Result<Answer, BackendError>, Vec<String>) {
    let server = Server::start(acts).await;
    let (backends, _) = backends(server.address, &[]);
    let result = send(&backends, repeat).await;
    (result, server.request_ids())
}

/// An address nobody listens at.
async fn nowhere() -> SocketAddr {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn a_request_carries_id_headers_and_body_and_no_more() {
    let server = Server::start(vec![ok()]).await;
    let (backends, _) = backends(server.address, &[]);
    let answer = send(&backends, Repeat::Keyed).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice(), answer.already_accepted), (200, &b"{\"a\":1}"[..], false));
    let request = server.seen().remove(0);
    assert!(request.starts_with("post /v1/indkaldelse/7?a=b http/1.1\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\n{\"x\":1}"), "{request}");
    for line in [
        &format!("x-requestid: {SENT_ID}"),
        "x-kommune: 101",
        "content-type: application/json",
        "accept: application/json",
    ] {
        assert!(request.lines().any(|found| found == line), "{line}\n{request}");
    }
    for absent in ["accept-encoding", "user-agent", "referer"] {
        assert!(!request.contains(absent), "{absent}\n{request}");
    }
}

#[tokio::test]
async fn reads_and_keyed_calls_are_tried_again_with_the_same_id() {
    for repeat in [Repeat::Read, Repeat::Keyed] {
        for trouble in [status(502), status(503), status(504), Act::ReadAndClose, Act::HalfAnAnswer] {
            let (result, ids) = run(repeat, vec![trouble.clone(), trouble.clone(), ok()]).await;
            assert_eq!(result.unwrap().status, 200, "{repeat:?} {trouble:?}");
            assert_eq!(ids, [SENT_ID; 3], "{repeat:?} {trouble:?}");
        }
    }
}

#[tokio::test]
async fn a_call_that_may_go_out_once_only_goes_out_once_only() {
    let (result, ids) = run(Repeat::Once, vec![Act::ReadAndClose, ok()]).await;
    assert_eq!((result.unwrap_err(), ids.len()), (BackendError::Broken, 1));
    let (result, ids) = run(Repeat::Once, vec![status(503), ok()]).await;
    assert_eq!((result.unwrap().status, ids.len()), (503, 1));
}

#[tokio::test]
async fn a_pooled_connection_the_backend_has_closed_costs_a_once_call_nothing() {
    let server = Server::start(vec![ok(), ok()]).await;
    let (backends, _) = backends(server.address, &[]);
    for _ in 0..2 {
        assert_eq!(send(&backends, Repeat::Once).await.unwrap().status, 200);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.request_ids().len(), 2);
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = Server::start(vec![Act::ReplyAndKeep(200, "{}".to_owned()), Act::ReadAndClose, ok()]).await;
    let (backends, _) = backends(server.address, &[]);
    assert_eq!(send(&backends, Repeat::Read).await.unwrap().status, 200);
    assert_eq!(send(&backends, Repeat::Keyed).await.unwrap().status, 200);
    assert_eq!(server.request_ids().len(), 3);
}

#[tokio::test]
async fn a_412_after_our_own_retry_means_that_the_first_was_accepted() {
    let (result, ids) =
        run(Repeat::Keyed, vec![Act::ReadAndClose, Act::Reply(412, "{\"fejlkode\":1}".to_owned())]).await;
    let answer = result.unwrap();
    assert_eq!((answer.status, answer.body.as_slice(), answer.already_accepted), (412, &b""[..], true));
    assert_eq!(ids, [SENT_ID; 2]);
}

#[tokio::test]
async fn a_412_to_the_first_try_is_an_answer_like_any_other() {
    for repeat in [Repeat::Read, Repeat::Keyed, Repeat::Once] {
        let (result, ids) = run(repeat, vec![status(412)]).await;
        assert!(!result.unwrap().already_accepted, "{repeat:?}");
        assert_eq!(ids.len(), 1);
    }
}

#[tokio::test]
async fn when_the_tries_are_used_up_the_last_answer_counts() {
    let (result, ids) = run(Repeat::Read, vec![status(503), status(502), status(504)]).await;
    assert_eq!((result.unwrap().status, ids.len()), (504, 3));
    let (result, ids) = run(Repeat::Read, vec![Act::ReadAndClose, Act::ReadAndClose, Act::ReadAndClose]).await;
    assert_eq!((result.unwrap_err(), ids.len()), (BackendError::Broken, 3));
}

#[tokio::test]
async fn other_answers_are_passed_on_as_they_are() {
    let html = "<html>Bad request</html>".to_owned();
    for code in [201, 302, 400, 401, 404, 409, 429, 500] {
        let (result, ids) = run(Repeat::Read, vec![Act::Reply(code, html.clone())]).await;
        let answer = result.unwrap();
        assert_eq!((answer.status, answer.body), (code, html.clone().into_bytes()));
        assert_eq!(ids.len(), 1, "{code}");
    }
}

#[tokio::test]
async fn what_is_not_http_is_a_broken_connection() {
    let (result, ids) = run(Repeat::Once, vec![Act::Raw(b"220 mail.example ESMTP\r\n".to_vec())]).await;
    assert_eq!((result.unwrap_err(), ids.len()), (BackendError::Broken, 1));
}

#[tokio::test]
async fn nobody_there_is_unreachable_even_for_a_once_call_after_all_tries() {
    let (backends, _) = backends(nowhere().await, &[]);
    assert_eq!(send(&backends, Repeat::Once).await.unwrap_err(), BackendError::Unreachable);
}

#[tokio::test]
async fn a_backend_that_comes_up_in_time_is_reached_by_a_once_call() {
    let address = nowhere().await;
    let (backends, _) = backends(address, &[("BACKENDS__TEST__ATTEMPTS", "20")]);
    let late = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        Server::start_at(address, vec![status(204)]).await
    };
    let (result, server) = tokio::join!(send(&backends, Repeat::Once), late);
    assert_eq!((result.unwrap().status, server.request_ids().len()), (204, 1));
}

#[tokio::test]
async fn each_try_has_its_time_and_all_have_the_deadline() {
    let slow = || Act::ReplyLater(Duration::from_secs(3), 200, String::new());
    let server = Server::start(vec![slow(), ok()]).await;
    let (backends, _) = backends(server.address, &[("BACKENDS__TEST__TIMEOUT", "200ms")]);
    assert_eq!(send(&backends, Repeat::Read).await.unwrap().status, 200);
    let server = Server::start(vec![slow(), slow(), slow()]).await;
    let (backends, _) = self::backends(server.address, &[]);
    let started = Instant::now();
    let result = outside(&backends).send(outgoing(Repeat::Read), ID, 2, started + Duration::from_millis(300)).await;
    assert_eq!(result.unwrap_err(), BackendError::TimedOut);
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    assert_eq!(server.request_ids().len(), 1);
}

#[tokio::test]
async fn after_the_deadline_nothing_is_sent() {
    let server = Server::start(vec![]).await;
    let (backends, _) = backends(server.address, &[]);
    let result = outside(&backends).send(outgoing(Repeat::Read), ID, 2, Instant::now()).await;
    assert_eq!(result.unwrap_err(), BackendError::TimedOut);
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read_to_its_end() {
    let server = Server::start(vec![Act::Reply(200, "x".repeat(1_000)), Act::Reply(200, "x".repeat(1_001))]).await;
    let (backends, _) = backends(server.address, &[("BACKENDS__TEST__MAX_ANSWER_BYTES", "1000")]);
    assert_eq!(send(&backends, Repeat::Read).await.unwrap().body.len(), 1_000);
    assert_eq!(send(&backends, Repeat::Read).await.unwrap_err(), BackendError::TooLarge { limit: 1_000 });
    assert_eq!(server.request_ids().len(), 2);
}

#[tokio::test]
async fn after_too_many_failures_the_backend_is_left_alone_and_then_asked_once() {
    let server = Server::start(vec![status(503), status(503), ok()]).await;
    let circuit = [("BACKENDS__TEST__CIRCUIT_FAILURES", "2"), ("BACKENDS__TEST__CIRCUIT_OPEN_FOR", "300ms")];
    let (backends, circuits) = backends(server.address, &circuit);
    let state = || circuits.states().next().unwrap();
    for _ in 0..2 {
        assert_eq!(send(&backends, Repeat::Once).await.unwrap().status, 503);
    }
    assert_eq!(state(), ("test", State::Open));
    assert_eq!(send(&backends, Repeat::Once).await.unwrap_err(), BackendError::CircuitOpen);
    assert_eq!(server.request_ids().len(), 2);
    tokio::time::sleep(Duration::from_millis(320)).await;
    assert_eq!(send(&backends, Repeat::Once).await.unwrap().status, 200);
    assert_eq!(state(), ("test", State::Closed));
}

#[tokio::test]
async fn refusals_by_the_backend_do_not_open_its_circuit() {
    let server = Server::start((0..5).map(|_| status(400)).collect()).await;
    let (backends, circuits) = backends(server.address, &[("BACKENDS__TEST__CIRCUIT_FAILURES", "1")]);
    for _ in 0..5 {
        assert_eq!(send(&backends, Repeat::Once).await.unwrap().status, 400);
    }
    assert_eq!(circuits.states().next().unwrap().1, State::Closed);
}

#[tokio::test]
async fn what_cannot_be_put_into_http_is_refused_before_anything_is_sent() {
    let server = Server::start(vec![]).await;
    let (backends, _) = backends(server.address, &[]);
    for value in ["line\r\nbreak", "\u{0}", "Ærø"] {
        let headers = [("x-navn".to_owned(), value.to_owned())];
        let wrong = Outgoing { headers: &headers, ..outgoing(Repeat::Read) };
        let error = outside(&backends).send(wrong, ID, 1, soon()).await.unwrap_err();
        assert_eq!(error.to_string(), "x-navn cannot be put into HTTP");
    }
    let astray = Outgoing { path: "/v1/../admin", ..outgoing(Repeat::Read) };
    assert!(outside(&backends).send(astray, ID, 1, soon()).await.is_err());
    assert!(server.seen().is_empty());
}

#[test]
fn a_backend_without_settings_and_unusable_certificates_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let path = empty.display().to_string();
    let tls = [
        ("BACKENDS__TEST__URL", "https://127.0.0.1:1"),
        ("BACKENDS__TEST__ROOTS", &path),
        ("BACKENDS__TEST__CERTIFICATE", &path),
        ("BACKENDS__TEST__KEY", &path),
    ];
    let config = settings("127.0.0.1:1".parse().unwrap(), &tls);
    let error = TlsConfigs::load(&config).unwrap_err().to_string();
    assert!(error.contains(&format!("backends.test.roots: {path} has no certificate")), "{error}");

    let config = settings("127.0.0.1:1".parse().unwrap(), &[]);
    let (circuits, tls) = (Circuits::new(&config), TlsConfigs::load(&config).unwrap());
    let error = Backends::new(&config, &[Wanted::Outside("test"), Wanted::Outside("other")], &circuits, &tls)
        .unwrap_err()
        .to_string();
    assert!(error.contains("backend `other` of the mappings is not in the settings"), "{error}");
    assert!(error.contains("add [backends.other] with its url"), "{error}");
}
