//! Going down.

use std::time::Duration;

use tokio::net::TcpStream;

use super::client::{BOTH, Client, post};
use super::{Bench, LONG, SHORT, callers};
use crate::listener::{self, Drained, Phase};

/// Stops a bench while its client goes on.
fn stop(mut bench: Bench, deadline: Duration) -> std::thread::JoinHandle<Drained> {
    let drain = bench.drain.clone();
    let running = bench.take_running();
    std::thread::spawn(move || {
        let drained = listener::stop(&drain, [running], deadline);
        assert_eq!(drain.connections(), 0, "all are closed when it has stopped");
        drained
    })
}

#[tokio::test]
async fn a_running_call_is_answered_and_the_connection_closed() {
    let bench = Bench::start(&callers());
    let mut stream = bench.connect(&Client::anonymous(BOTH)).await;
    stream.send(&post("sleep")).await;
    while bench.drain.calls() == 0 {
        tokio::task::yield_now().await;
    }
    let stopping = stop(bench, LONG);
    let response = stream.response().await.unwrap();
    assert_eq!(response.status, 200);
    assert!(response.has("Connection: close"), "{response:?}");
    assert_eq!(stopping.join().unwrap(), Drained { cut: 0 });
}

#[tokio::test]
async fn idle_connections_are_closed_and_new_ones_not_accepted() {
    let bench = Bench::start(&callers());
    let address = bench.running().address();
    let mut idle = bench.connect(&Client::anonymous(BOTH)).await;
    idle.post("x").await;
    let mut fresh = bench.connect(&Client::anonymous(BOTH)).await;
    while bench.drain.connections() < 2 {
        tokio::task::yield_now().await;
    }
    let stopping = stop(bench, LONG);
    idle.end().await.unwrap();
    let _ = fresh.end().await;
    assert_eq!(stopping.join().unwrap(), Drained { cut: 0 });
    TcpStream::connect(address).await.unwrap_err();
}

#[tokio::test]
async fn calls_that_do_not_end_in_time_are_cut_and_counted() {
    let bench = Bench::start(&callers());
    let mut stream = bench.connect(&Client::anonymous(BOTH)).await;
    stream.send(&post("sleep")).await;
    while bench.drain.calls() == 0 {
        tokio::task::yield_now().await;
    }
    let finished = std::sync::Arc::clone(&bench.finished);
    let stopping = stop(bench, SHORT / 10);
    assert!(stream.response().await.is_none());
    assert_eq!(stopping.join().unwrap(), Drained { cut: 1 });
    assert_eq!(finished.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_drain_begun_elsewhere_stops_accepting() {
    let bench = Bench::start(&callers());
    bench.drain.start();
    bench.drain.reached(Phase::Draining).await;
    let gone = async {
        while TcpStream::connect(bench.running().address()).await.is_ok() {
            tokio::time::sleep(SHORT / 10).await;
        }
    };
    tokio::time::timeout(LONG, gone).await.unwrap();
}
