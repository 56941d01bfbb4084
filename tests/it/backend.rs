//! A backend in trouble: what is tried again, what a caller is told, and that nothing is done twice or lost.

use serde_json::{Value, json};

use crate::world::{Request, Response, Setup, World};

/// Asserts the fault of a backend that does not do what it should: the number says no more than that.
async fn is_internal(world: &World, response: &Response, error: &str) {
    let fault = response.fault();
    assert_eq!((fault.code.as_str(), fault.text.as_str()), ("Server", "Internal error on server"));
    assert_eq!(fault.number, Some(1011));
    let line = world.journal(response.request_id()).await;
    assert_eq!((&line["blame"], &line["error"]), (&Value::from("backend"), &Value::from(error)), "{line}");
}

/// How often the simulator was called for this, and with how many different ids.
async fn tries(world: &World, response: &Response) -> (usize, usize) {
    let calls = world.backend.calls(response.request_id()).await;
    let mut ids: Vec<_> = calls.iter().filter_map(|call| call.header("x-requestid")).collect();
    ids.dedup();
    (calls.len(), ids.len())
}

/// How many bookings the citizen has.
async fn bookings(world: &World) -> usize {
    world.call(&Request::get_bookings()).await.reply().matches("<Booking>").count()
}

#[tokio::test]
async fn an_answer_after_the_deadline_is_not_waited_for() {
    let world = Setup::default().setting("calls.deadline", "1s").start().await;
    world.backend.is_slow(10_000).await;
    let response = world.call(&Request::get_bookings()).await;
    is_internal(&world, &response, "timed_out").await;
    assert_eq!(tries(&world, &response).await, (1, 1));
}

#[tokio::test]
async fn one_slow_try_is_followed_by_another_within_the_deadline() {
    let world = Setup::default().setting("backends.kontaktforloeb.timeout", "1s").start().await;
    world.backend.is_slow(10_000).await;
    let response = world.call(&Request::get_bookings()).await;
    response.reply();
    assert_eq!(tries(&world, &response).await, (2, 1));
}

#[tokio::test]
async fn an_error_inside_the_backend_is_not_tried_again() {
    let world = World::start().await;
    world.backend.answers(1, 500, "").await;
    let response = world.call(&Request::get_bookings()).await;
    is_internal(&world, &response, "refused").await;
    assert_eq!(tries(&world, &response).await, (1, 1));
}

#[tokio::test]
async fn a_backend_that_is_away_for_a_moment_is_tried_again_with_the_same_id() {
    let world = World::start().await;
    for request in [Request::get_bookings(), Request::create_booking()] {
        world.backend.answers(1, 503, "").await;
        let response = world.call(&request).await;
        response.reply();
        assert_eq!(tries(&world, &response).await, (2, 1));
    }
    assert_eq!(bookings(&world).await, 1);
}

#[tokio::test]
async fn a_backend_that_stays_away_is_given_up() {
    let world = World::start().await;
    world.backend.answers(3, 503, "").await;
    let response = world.call(&Request::get_bookings()).await;
    is_internal(&world, &response, "refused").await;
    assert_eq!(tries(&world, &response).await, (3, 1));
}

#[tokio::test]
async fn a_write_whose_connection_breaks_before_it_is_done_is_done_once() {
    let world = World::start().await;
    world.backend.trouble(json!({ "effect": { "kind": "drop", "apply": false } })).await;
    let response = world.call(&Request::create_booking()).await;
    response.reply();
    assert_eq!(tries(&world, &response).await, (2, 1));
    assert_eq!(bookings(&world).await, 1);
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_done_once_and_succeeds() {
    for effect in [json!({ "kind": "drop", "apply": true }), json!({ "kind": "cut" })] {
        let world = World::start().await;
        world.backend.trouble(json!({ "effect": effect })).await;
        let response = world.call(&Request::create_booking()).await;
        response.reply();
        assert_eq!(response.text("MessageIdentifier"), "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "the id of the booking");
        let calls = world.backend.calls(response.request_id()).await;
        let statuses: Vec<_> = calls.iter().map(|call| call.status).collect();
        assert_eq!(statuses, [Some(200), Some(412)]);
        assert_eq!(bookings(&world).await, 1);
    }
}

/// Then another sender used the id: what is in the backend is not known to be this booking.
#[tokio::test]
async fn a_412_without_a_try_of_our_own_is_no_success() {
    let world = World::start().await;
    world.backend.answers(1, 412, "").await;
    let response = world.call(&Request::create_booking()).await;
    is_internal(&world, &response, "refused").await;
    assert_eq!(tries(&world, &response).await, (1, 1));
}

#[tokio::test]
async fn a_read_whose_answer_breaks_off_is_tried_again() {
    let world = World::start().await;
    world.backend.trouble(json!({ "effect": { "kind": "cut" } })).await;
    let response = world.call(&Request::get_bookings()).await;
    response.reply();
    assert_eq!(tries(&world, &response).await, (2, 1));
}

#[tokio::test]
async fn an_answer_that_is_not_what_the_contract_says_stays_inside() {
    let world = World::start().await;
    let page = "<html>nginx/1.18 at 10.1.2.3</html>";
    for (status, body) in [(200, page), (502, page), (200, "{\"indkaldelser\": 7}"), (200, "[]"), (403, "")] {
        world.backend.answers(3, status, body).await;
        let response = world.call(&Request::get_bookings()).await;
        is_internal(&world, &response, "refused").await;
        world.backend.reset().await;
    }
}

#[tokio::test]
async fn half_an_answer_is_no_answer() {
    let world = World::start().await;
    world.call(&Request::create_booking()).await.reply();
    world.backend.trouble(json!({ "effect": { "kind": "truncate" } })).await;
    let response = world.call(&Request::get_bookings()).await;
    is_internal(&world, &response, "refused").await;
}

#[tokio::test]
async fn members_the_contract_does_not_know_are_passed_over() {
    let world = World::start().await;
    world.backend.trouble(json!({ "times": 2, "effect": { "kind": "unknown-member" } })).await;
    world.call(&Request::create_booking()).await.reply();
    let response = world.call(&Request::get_bookings()).await;
    assert_eq!(response.reply().matches("<Booking>").count(), 1);
    assert!(!response.body.contains("ukendt"), "{response:?}");
}

#[tokio::test]
async fn a_backend_that_does_not_listen_is_told_as_an_error_inside() {
    let silent = tokio::net::TcpSocket::new_v4().unwrap();
    silent.bind("127.0.0.1:0".parse().unwrap()).unwrap(); // has the port, and does not listen
    let url = format!("https://{}", silent.local_addr().unwrap());
    let world = Setup::default().setting("backends.kontaktforloeb.url", &url).start().await;
    let response = world.call(&Request::create_booking()).await;
    is_internal(&world, &response, "unreachable").await;
}
