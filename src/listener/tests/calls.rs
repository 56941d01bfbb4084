//! HTTP on an open connection.

use super::client::{BOTH, Client, Stream, post};
use super::{Bench, PATH, PKI, REQUEST_ID, callers};
use crate::config::PublicUrl;

async fn connected(bench: &Bench) -> Stream {
    bench.connect(&Client::named("system", BOTH)).await
}

/// A request with these lines in its header and no body.
fn request(method: &str, target: &str, lines: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nHost: facade.test\r\n{lines}\r\n")
}

#[tokio::test]
async fn a_call_reaches_the_service_and_its_reply_comes_back() {
    let bench = Bench::start(&callers());
    let mut stream = connected(&bench).await;
    let uuid = PKI.manifest.client("system").unwrap().uuid.unwrap();
    for _ in 0..2 {
        let response = stream.post("hello").await;
        assert_eq!(response.status, 200);
        assert_eq!(response.body, format!("{uuid}|text/xml; charset=utf-8|\"act\"|5 bytes"));
        assert!(response.has("Content-Type: text/xml; charset=utf-8"), "{response:?}");
        assert!(response.has(&format!("X-Request-Id: {REQUEST_ID}")), "{response:?}");
    }
}

#[tokio::test]
async fn without_a_certificate_the_call_learns_it() {
    let bench = Bench::start(&callers());
    let response = bench.connect(&Client::anonymous(BOTH)).await.post("x").await;
    assert!(response.body.starts_with("no_certificate|"), "{response:?}");
}

#[tokio::test]
async fn a_certificate_without_identity_is_passed_on_as_refused() {
    let bench = Bench::start(&callers());
    let response = bench.connect(&Client::named("employee", BOTH)).await.post("x").await;
    assert!(response.body.starts_with("employee-certificate|"), "{response:?}");
}

#[tokio::test]
async fn paths_match_without_regard_to_case() {
    let bench = Bench::start(&callers());
    let mut stream = connected(&bench).await;
    stream.send(&post("x").replace(PATH, &PATH.to_uppercase())).await;
    assert_eq!(stream.response().await.unwrap().status, 200);
}

#[tokio::test]
async fn an_unknown_path_is_told_the_known_ones() {
    let bench = Bench::start(&callers());
    let mut stream = connected(&bench).await;
    for method in ["GET", "POST"] {
        stream.send(&request(method, "/", "Content-Length: 0\r\n")).await;
        let response = stream.response().await.unwrap();
        assert_eq!(response.status, 404);
        assert!(response.body.contains(PATH), "{response:?}");
        assert!(response.header.iter().any(|line| line.starts_with("X-Request-Id: ")), "{response:?}");
    }
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let bench = Bench::start(&callers());
    let mut stream = connected(&bench).await;
    for method in ["PUT", "DELETE", "OPTIONS", "PATCH"] {
        stream.send(&request(method, PATH, "")).await;
        let response = stream.response().await.unwrap();
        assert_eq!(response.status, 405);
        assert!(response.has("Allow: GET, HEAD, POST"), "{response:?}");
    }
}

#[tokio::test]
async fn what_is_not_soap_is_told_what_to_send() {
    let bench = Bench::start(&callers());
    for (lines, hint) in [
        ("Content-Type: application/json\r\n", "text/xml; charset=utf-8"),
        ("", "text/xml; charset=utf-8"),
        ("Content-Type: text/xml\r\nContent-Encoding: gzip\r\n", "without Content-Encoding"),
    ] {
        let mut stream = connected(&bench).await;
        stream.send(&request("POST", PATH, lines)).await;
        let response = stream.response().await.unwrap();
        assert_eq!(response.status, 415);
        assert!(response.body.contains(hint), "{response:?}");
    }
    assert_eq!(bench.finished(), 0);
}

#[tokio::test]
async fn soap_1_2_gets_as_far_as_the_call() {
    let bench = Bench::start(&callers());
    let mut stream = connected(&bench).await;
    stream.send(&post("x").replace("text/xml", "application/soap+xml")).await;
    assert!(stream.response().await.unwrap().body.contains("application/soap+xml"));
}

#[tokio::test]
async fn descriptions_are_read_without_a_certificate() {
    let bench = Bench::start(&callers());
    let mut stream = bench.connect(&Client::anonymous(BOTH)).await;
    for (query, wanted) in
        [("?wsdl", "Wsdl"), ("?SingleWsdl", "SingleWsdl"), ("?xsd=a.xsd", "Xsd(\"a.xsd\")"), ("", "Page")]
    {
        let response = stream.get(&format!("{PATH}{query}")).await;
        assert_eq!(response.status, 200);
        assert_eq!(response.body, format!("{wanted} of https://facade.test{PATH}"));
    }
    assert_eq!(stream.get(&format!("{PATH}?xsd=missing")).await.status, 404);
}

#[tokio::test]
async fn the_host_of_a_request_is_used_where_the_setting_says_so_only() {
    let mut callers = callers();
    callers.public_url = PublicUrl::Fixed("https://dfdg.example".to_owned());
    let bench = Bench::start(&callers);
    let response = connected(&bench).await.get(&format!("{PATH}?wsdl")).await;
    assert!(response.body.ends_with(&format!(" of https://dfdg.example{PATH}")), "{response:?}");
}

#[tokio::test]
async fn a_host_that_is_none_is_refused() {
    let bench = Bench::start(&callers());
    let mut stream = connected(&bench).await;
    stream.send(&request("GET", PATH, "").replace("facade.test", "a\"b")).await;
    assert_eq!(stream.response().await.unwrap().status, 400);
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let bench = Bench::start(&callers());
    let mut stream = connected(&bench).await;
    stream.send(&request("HEAD", &format!("{PATH}?wsdl"), "Connection: close\r\n")).await;
    let response = stream.head().await.unwrap();
    let length = format!("Wsdl of https://facade.test{PATH}").len();
    assert!(response.has(&format!("Content-Length: {length}")), "{response:?}");
    assert!(stream.end().await.unwrap().is_empty(), "no body follows");
}

#[tokio::test]
async fn a_body_is_asked_for_when_the_caller_waits_for_that() {
    let bench = Bench::start(&callers());
    let mut stream = connected(&bench).await;
    stream
        .send(&request("POST", PATH, "Content-Type: text/xml\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"))
        .await;
    assert_eq!(stream.response().await.unwrap().status, 100);
    stream.send("hello").await;
    assert!(stream.response().await.unwrap().body.ends_with("5 bytes"));
}

#[tokio::test]
async fn a_body_may_come_in_chunks() {
    let bench = Bench::start(&callers());
    let mut stream = connected(&bench).await;
    stream.send(&request("POST", PATH, "Content-Type: text/xml\r\nTransfer-Encoding: chunked\r\n")).await;
    for chunk in ["3\r\nabc\r\n", "2\r\nde\r\n", "0\r\n\r\n"] {
        stream.send(chunk).await;
    }
    assert!(stream.response().await.unwrap().body.ends_with("5 bytes"));
}

#[tokio::test]
async fn a_call_that_breaks_is_answered_and_the_worker_lives() {
    let bench = Bench::start(&callers());
    let mut stream = connected(&bench).await;
    assert_eq!(stream.post("panic").await.status, 500);
    assert_eq!(connected(&bench).await.post("x").await.status, 200);
}

#[tokio::test]
async fn a_call_runs_to_its_end_when_the_caller_hangs_up() {
    let bench = Bench::start(&callers());
    let mut stream = connected(&bench).await;
    stream.send(&post("sleep")).await;
    while bench.drain.calls() == 0 {
        tokio::task::yield_now().await;
    }
    drop(stream);
    while bench.drain.calls() > 0 {
        tokio::time::sleep(super::SHORT / 10).await;
    }
    assert_eq!(bench.finished(), 1);
}
