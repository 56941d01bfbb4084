//! What is no SOAP gets a 4xx with a line that says what to do; what is too large or too slow gets a fault.

use serde_json::Value;

use crate::world::{PATH, Request, Setup, World, eventually, journal_lines};

#[tokio::test]
async fn what_is_not_soap_gets_a_status_and_advice() {
    let world = World::start().await;
    let mut connection = world.connect().await;
    let good = Request::get_bookings;
    let rows = [
        ("another Content-Type", good().header("Content-Type", "application/json"), 415, "text/xml; charset=utf-8"),
        ("no Content-Type", good().without("Content-Type"), 415, "text/xml; charset=utf-8"),
        ("compressed", good().header("Content-Encoding", "gzip"), 415, "Compressed requests are not read"),
        ("an unknown path", good().start("POST", "/other.svc"), 404, PATH),
        ("another method", good().start("PUT", PATH), 405, "POST"),
    ];
    let (count, unsupported) = ("dfdg_http_refused_total", ["listener=\"callers\"", "status=\"415\""]);
    let before = world.metrics().await.sum(count, &unsupported);
    for (what, request, status, advice) in rows {
        let response = connection.call(&request).await;
        assert_eq!(response.status, status, "{what}: {response:?}");
        assert!(response.body.contains(advice), "{what}: {response:?}");
        assert_eq!(response.header("Content-Type"), Some("text/plain; charset=utf-8"), "{what}");
        let line = world.journal_event("http_refused", response.request_id()).await;
        assert_eq!((&line["status"], &line["address"]), (&status.into(), &"127.0.0.1".into()), "{what}: {line}");
        if response.header("Connection") == Some("close") {
            connection = world.connect().await; // the body was not read: what follows on the old one is no request
        }
        connection.call(&good()).await.reply();
    }
    assert!(world.metrics().await.sum(count, &unsupported) >= before + 3.0);
}

#[tokio::test]
async fn a_service_that_is_gone_says_so_to_who_asks_for_its_description() {
    let world = World::start().await;
    let path = PATH.replace("/1/BookingService", "/3/ExternalBookingService");
    let response = world.call(&Request::get_bookings().start("GET", &format!("{path}?wsdl")).body("")).await;
    assert_eq!(response.status, 410, "{response:?}");
    assert!(response.body.contains("names its successor"), "{response:?}");
}

#[tokio::test]
async fn a_refused_post_has_a_request_id_too() {
    let world = World::start().await;
    let response = world.call(&Request::get_bookings().without("Content-Type")).await;
    assert!(world.backend.calls(response.request_id()).await.is_empty());
    assert!(world.backend.all_calls().await.is_empty());
}

#[tokio::test]
async fn bytes_that_are_not_http_are_refused() {
    let world = World::start().await;
    let mut connection = world.connect().await;
    connection.write(b"God dag\r\n\r\n").await;
    assert_eq!(connection.response().await.unwrap().status, 400);
    told_without_an_id(400).await;
    world.call(&Request::get_bookings()).await.reply();
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let world = World::start().await;
    let mut connection = world.connect().await;
    let just_too_long = "x".repeat(128 * 1024); // what comes after the limit is not read, and may take the answer away
    connection.write(format!("POST {PATH} HTTP/1.1\r\nX-Long: {just_too_long}").as_bytes()).await;
    assert_eq!(connection.response().await.unwrap().status, 431);
    told_without_an_id(431).await;
}

/// The line of what the HTTP library refuses by itself, which knows of no request ids.
async fn told_without_an_id(status: u16) {
    let is_it = |line: &Value| line["event"] == "http_refused" && line["status"] == status;
    let line = eventually("the line", async || journal_lines().into_iter().find(is_it)).await;
    assert_eq!((&line["request_id"], &line["address"]), (&Value::Null, &"127.0.0.1".into()), "{line}");
}

#[tokio::test]
async fn paths_match_without_regard_to_case() {
    let world = World::start().await;
    world.call(&Request::get_bookings().start("POST", &PATH.to_uppercase())).await.reply();
}

#[tokio::test]
async fn a_body_in_chunks_is_read() {
    let world = World::start().await;
    let mut connection = world.connect().await;
    let request = Request::get_bookings();
    let head =
        request.head().replace(&format!("Content-Length: {}", request.text().len()), "Transfer-Encoding: chunked");
    let (first, second) = request.text().split_at(300);
    let chunks = [first, second, ""].map(|chunk| format!("{:x}\r\n{chunk}\r\n", chunk.len())).concat();
    connection.write(format!("{head}{chunks}").as_bytes()).await;
    connection.response().await.unwrap().reply();
}

#[tokio::test]
async fn a_caller_that_asks_first_is_told_to_continue() {
    let world = World::start().await;
    let mut connection = world.connect().await;
    let request = Request::get_bookings().header("Expect", "100-continue");
    connection.write(request.head().as_bytes()).await;
    assert_eq!(connection.response().await.unwrap().status, 100);
    connection.write(request.text().as_bytes()).await;
    connection.response().await.unwrap().reply();
}

#[tokio::test]
async fn a_message_that_is_too_large_gets_a_fault_and_the_connection_goes_on() {
    let world = Setup::default().setting("callers.limits.max_body_bytes", "64 KiB").start().await;
    let mut connection = world.connect().await;
    let large = Request::get_bookings().with("<s:Header>", &format!("<!-- {} --><s:Header>", "x".repeat(200_000)));
    let response = connection.call(&large).await;
    world.refused(&response).await.is(1014, "larger than the 65536 bytes allowed");
    connection.call(&Request::get_bookings()).await.reply();
}

#[tokio::test]
async fn a_message_that_is_far_too_large_is_not_read_to_its_end() {
    let world = Setup::default().setting("callers.limits.max_body_bytes", "64 KiB").start().await;
    let mut connection = world.connect().await;
    let head = Request::get_bookings().body(vec![b' '; 30_000_000]).head();
    connection.write(head.as_bytes()).await;
    let response = connection.response().await.unwrap();
    world.refused(&response).await.is(1014, "larger than the 65536 bytes allowed");
    assert_eq!(response.header("Connection"), Some("close"), "what follows on it is no request");
    world.call(&Request::get_bookings()).await.reply();
}

#[tokio::test]
async fn a_message_that_does_not_come_gets_a_fault() {
    let world = Setup::default().setting("callers.limits.body_timeout", "500ms").start().await;
    let mut connection = world.connect().await;
    let bytes = Request::get_bookings().bytes();
    connection.write(&bytes[..bytes.len() - 100]).await;
    let response = connection.response().await.unwrap();
    world.refused(&response).await.is(1014, "did not arrive in time");
    assert_eq!(response.header("Connection"), Some("close"), "what follows on it is no request");
    world.call(&Request::get_bookings()).await.reply();
}
