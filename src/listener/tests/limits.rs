//! What a caller may take.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::Instant;

use super::client::{BOTH, Client, Stream, post};
use super::{Bench, LONG, PATH, SHORT, callers, serve};
use crate::config::Limits;
use crate::listener::{Drain, ListenError};

async fn connected(bench: &Bench) -> Stream {
    bench.connect(&Client::anonymous(BOTH)).await
}

/// A bench with other limits.
fn limited(change: impl FnOnce(&mut Limits)) -> Bench {
    let mut callers = callers();
    change(&mut callers.limits);
    Bench::start(&callers)
}

#[tokio::test]
async fn a_header_that_stops_half_way_ends_the_connection() {
    let bench = limited(|limits| limits.header_timeout = SHORT);
    let mut stream = connected(&bench).await;
    stream.send("POST / HT").await;
    assert_eq!(stream.response().await.unwrap().status, 408);
    let _ = stream.end().await;
}

#[tokio::test]
async fn a_later_header_that_stops_half_way_ends_the_connection_too() {
    let bench = limited(|limits| (limits.header_timeout, limits.keep_alive) = (SHORT, SHORT));
    let mut stream = connected(&bench).await;
    stream.post("x").await;
    stream.send("POST / HT").await;
    let begun = Instant::now();
    let _ = stream.end().await;
    assert!(begun.elapsed() < LONG, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let bench = limited(|limits| limits.keep_alive = SHORT);
    let mut stream = connected(&bench).await;
    stream.post("x").await;
    stream.end().await.unwrap();
}

#[tokio::test]
async fn a_body_that_stops_half_way_is_answered() {
    let bench = limited(|limits| limits.body_timeout = SHORT);
    let mut stream = connected(&bench).await;
    stream.send(&post("hello").replace("Content-Length: 5", "Content-Length: 50")).await;
    let response = stream.response().await.unwrap();
    assert!(response.body.ends_with("TooSlow"), "{response:?}");
    assert!(response.has("Connection: close"), "{response:?}");
}

#[tokio::test]
async fn after_a_body_too_large_the_connection_is_as_good_as_new() {
    let bench = Bench::start(&callers());
    let mut stream = connected(&bench).await;
    let response = stream.post(&"x".repeat(700_000)).await;
    assert!(response.body.ends_with("TooLarge { limit: 100000 }"), "{response:?}");
    assert!(!response.has("Connection: close"), "{response:?}");
    assert_eq!(stream.post("x").await.status, 200);
}

#[tokio::test]
async fn a_body_far_too_large_is_answered_before_it_has_come() {
    let bench = Bench::start(&callers());
    let mut stream = connected(&bench).await;
    stream.send(&post("hello").replace("Content-Length: 5", "Content-Length: 30000000")).await;
    let response = stream.response().await.unwrap();
    assert!(response.body.ends_with("TooLarge { limit: 100000 }"), "{response:?}");
    assert!(response.has("Connection: close"), "{response:?}");
}

#[tokio::test]
async fn an_endless_body_in_chunks_is_answered_and_cut() {
    let bench = limited(|limits| (limits.header_timeout, limits.keep_alive) = (SHORT, SHORT));
    let mut stream = connected(&bench).await;
    let lines = "Host: x\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n";
    stream.send(&format!("POST {PATH} HTTP/1.1\r\n{lines}\r\n")).await;
    for _ in 0..9 {
        stream.send(&format!("186a0\r\n{}\r\n", "x".repeat(100_000))).await;
    }
    let response = stream.response().await.unwrap();
    assert!(response.body.ends_with("TooLarge { limit: 100000 }"), "{response:?}");
    assert!(response.has("Connection: close"), "{response:?}");
    let _ = stream.end().await;
}

#[tokio::test]
async fn one_address_gets_so_many_connections() {
    let bench = limited(|limits| limits.connections_per_address = 2);
    let client = Client::anonymous(BOTH);
    let (first, _second) = (bench.connect(&client).await, bench.connect(&client).await);
    client.connect(bench.running().address()).await.map(|_| ()).unwrap_err();
    drop(first);
    let again = async {
        while client.connect(bench.running().address()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LONG, again).await.unwrap();
}

#[tokio::test]
async fn callers_that_never_shake_hands_give_their_place_back() {
    let bench = limited(|limits| (limits.connections, limits.handshake_timeout) = (1, SHORT));
    let _silent = TcpStream::connect(bench.running().address()).await.unwrap();
    tokio::time::sleep(SHORT * 4).await;
    assert_eq!(connected(&bench).await.post("x").await.status, 200);
}

#[tokio::test]
async fn connections_spread_over_the_workers() {
    let bench = Bench::start(&callers());
    let client = Client::anonymous(BOTH);
    let mut open = Vec::new();
    for _ in 0..6 {
        let mut stream = bench.connect(&client).await;
        assert_eq!(stream.post("x").await.status, 200);
        open.push(stream);
    }
    assert_eq!(bench.drain.connections(), 6);
}

#[tokio::test]
async fn a_port_in_use_is_named_with_its_setting() {
    let bench = Bench::start(&callers());
    let mut callers = callers();
    callers.address = bench.running().address();
    let site = super::StandIn { callers: callers.clone(), finished: std::sync::Arc::default() };
    let error = serve(&callers, Drain::default(), move || Ok::<_, std::io::Error>(site)).unwrap_err();
    assert!(matches!(error, ListenError::AddressInUse { .. }));
    assert!(error.to_string().starts_with("callers.address: "), "{error}");
}

#[tokio::test]
async fn a_site_that_cannot_be_made_is_an_error() {
    let site = || Err::<super::StandIn, _>("no backend");
    let error = serve(&callers(), Drain::default(), site).unwrap_err();
    assert_eq!(error.to_string(), "a worker cannot start: no backend");
}
