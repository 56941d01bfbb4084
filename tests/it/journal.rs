//! What the operator sees of a call: one line, some numbers, and nothing of a person.

use serde_json::{Value, json};

use crate::world::{Request, World, assert_nothing_of_a_person, journal_lines, scenario};

#[tokio::test]
async fn a_call_that_is_served_has_one_line_with_everything_about_it() {
    let world = World::start().await;
    let request = Request::soap(scenario("create_everything/request.xml"));
    let response = world.call(&request).await;
    let mut line = world.journal(response.request_id()).await;

    let time = line["time"].take();
    time.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert!(line["duration_ms"].take().as_f64().unwrap() > 0.0);
    let serial = line["certificate"]["serial"].take();
    assert!(serial.as_str().unwrap().bytes().all(|digit| digit.is_ascii_hexdigit()));
    let dropped = line["dropped"].take().as_u64().unwrap();
    assert!(dropped >= 5, "{dropped} values of the request have no place in the new service");
    assert_eq!(
        line,
        json!({
            "time": null, "event": "call", "request_id": response.request_id(), "address": "127.0.0.1",
            "service": "BookingService", "operation": "CreateBooking", "client": world.client, "cvr": "90000002",
            "uuid": "dfd90000-0000-4000-8000-000000000002", "organisation": { "type": 8, "code": "10100" },
            "certificate": { "issuer": "CN=Facade DEV issuing CA 1, O=Facade DEV, C=DK", "serial": null },
            "user_type": 2, "outcome": "reply", "fault": null, "blame": null, "error": null, "reason": null,
            "detail": null, "duration_ms": null,
            "backend_calls": 1, "dropped": null, "bytes_in": request.text().len(), "bytes_out": response.body.len(),
        })
    );
    let belongs = |line: &&Value| line["request_id"] == response.request_id().to_string();
    assert_eq!(journal_lines().iter().filter(belongs).count(), 1);
}

#[tokio::test]
async fn a_call_that_is_refused_says_who_has_to_do_something() {
    let world = World::start().await;
    let response = world.call(&Request::create_booking().with("<Booking>", "<Booking><x/>")).await;
    let line = world.journal(response.request_id()).await;
    let told = ["outcome", "fault", "blame", "error", "operation", "backend_calls"].map(|name| line[name].clone());
    assert_eq!(
        told,
        [json!("fault"), json!(1014), json!("caller"), json!("envelope"), json!("CreateBooking"), json!(0)]
    );
}

#[tokio::test]
async fn tries_of_a_backend_call_after_the_first_have_a_line() {
    let world = World::start().await;
    world.backend.answers(1, 503, "").await;
    let response = world.call(&Request::get_bookings()).await;
    let line = world.journal_event("backend_call", response.request_id()).await;
    let told = ["number", "backend", "outcome", "status", "tries"].map(|name| line[name].clone());
    assert_eq!(told, [json!(1), json!("kontaktforloeb"), json!("answered"), json!(200), json!(2)]);
}

#[tokio::test]
async fn calls_are_counted_by_client_operation_and_outcome() {
    let world = World::start().await;
    world.call(&Request::soap(scenario("create_everything/request.xml"))).await.reply();
    let refused = world.call(&Request::create_booking().with("<Booking>", "<Booking><x/>")).await;
    world.journal(refused.request_id()).await;

    let metrics = world.metrics().await;
    let mine = format!("client=\"{}\"", world.client);
    let count = |labels: &[&str]| metrics.sum("dfdg_calls_total", &[labels, &[&mine]].concat());
    assert_eq!(count(&["operation=\"CreateBooking\"", "outcome=\"reply\"", "fault=\"\""]), 1.0);
    assert_eq!(count(&["operation=\"CreateBooking\"", "outcome=\"fault\"", "fault=\"1014\"", "blame=\"caller\""]), 1.0);
    for name in ["dfdg_call_duration_seconds_count", "dfdg_backend_calls_total", "dfdg_dropped_values_total"] {
        assert!(metrics.sum(name, &[]) > 0.0, "{name}");
    }
}

#[tokio::test]
async fn nothing_of_a_person_is_in_any_line_or_metric() {
    let world = World::start().await;
    let everything = Request::soap(scenario("create_everything/request.xml"));
    world.call(&everything).await.reply();
    world.call(&Request::get_bookings()).await.reply();
    world.call(&everything.clone().with("2026-04-14T09:45:00", "2026-04-14T08:45:00")).await.fault().is(4792, "");
    world.call(&everything.clone().with("<SelfBooked>false", "<SelfBooked>0101575001")).await.fault().is(1014, "");
    world.call(&everything.clone().with("RID-12345", &"0101575001".repeat(50))).await.fault().is(8235, "");
    world.backend.answers(3, 502, "0101575001 Test Sagsbehandler").await;
    let last = world.call(&everything).await;
    last.fault().is(1011, "");
    world.journal(last.request_id()).await;

    journal_lines().iter().for_each(|line| assert_nothing_of_a_person(&line.to_string()));
    assert_nothing_of_a_person(&world.metrics().await.0);
}

#[tokio::test]
async fn a_handshake_that_fails_is_told_with_its_reason() {
    let world = World::start().await;
    let (count, reason) = ("dfdg_handshakes_failed_total", ["reason=\"not_tls\""]);
    let before = world.metrics().await.sum(count, &reason);
    let (status, text) = crate::world::get(world.callers(), "/").await;
    assert_eq!((status, text.as_str()), (400, "This port speaks TLS: use https instead of http.\n"));
    let counted = async || (world.metrics().await.sum(count, &reason) > before).then_some(());
    crate::world::eventually("a failed handshake in the metrics", counted).await;
}
