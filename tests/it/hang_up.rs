//! Callers that hang up.

use serde_json::Value;

use crate::world::{Request, World, eventually, journal_lines};

#[tokio::test]
async fn a_write_runs_to_its_end_and_into_the_journal() {
    let world = World::start().await;
    world.backend.is_slow(300).await;
    let mut connection = world.connect().await;
    connection.write(&Request::create_booking().bytes()).await;
    let request_id = world.backend.first_call().await;
    drop(connection);

    let line = world.journal(request_id).await;
    assert_eq!((&line["outcome"], &line["backend_calls"]), (&"reply".into(), &1.into()), "{line}");
    let bookings = world.call(&Request::get_bookings()).await;
    assert_eq!(bookings.text("BookingIdentifier"), "3f2504e0-4f89-41d3-9a0c-0305e82c3301");
}

#[tokio::test]
async fn half_a_message_is_no_call() {
    let world = World::start().await;
    let bytes = Request::create_booking().bytes();
    let half = &bytes[..bytes.len() / 2];

    let mut hangs_up = world.connect().await;
    // Having read what the handshake sends, it does not take back what it wrote when it is dropped.
    hangs_up.call(&Request::create_booking().body("")).await.fault();
    hangs_up.write(half).await;
    drop(hangs_up);
    let mut says_so = world.connect().await;
    says_so.write(half).await;
    says_so.end().await;
    let told = says_so.response().await.unwrap();

    world.refused(&told).await.is(1014, "the message broke off before its end");
    let told = world.journal(told.request_id()).await;
    let same = |line: &Value, what: &[&str]| what.iter().all(|what| line[what] == told[what]);
    let untold = |line: &Value| same(line, &["client", "detail"]) && !same(line, &["request_id"]);
    eventually("a line for the other", async || journal_lines().into_iter().find(untold)).await;
    assert!(world.backend.all_calls().await.is_empty());
    world.call(&Request::create_booking()).await.reply();
}
