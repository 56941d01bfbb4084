//! Updates of the same booking at the same time. None may undo another: within the facade they take turns, and what
//! somebody else changes meanwhile shows where the domain service tells versions.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Request, Response, Setup, World, edit, eventually, scenario};

const BOOKING: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
/// A member the old contract lacks.
const MINUTES: &str = "varighedMinutter";

/// A world with one booking. Its mapping keeps two texts a request leaves out, so that two requests can change
/// different things.
async fn world() -> World {
    with(Setup::default()).await
}

async fn with(setup: Setup) -> World {
    let keep = |folder: &Path| {
        let mapping = folder.join("mappings/booking/update-booking.toml");
        let end = "moedeSluttidspunkt  = { from = \"Booking/BookingEndTime\", absent = ";
        edit(&mapping, &format!("{end}\"clear\""), &format!("{end}\"keep\""));
        let place = "\"Booking/InterviewLocationDescription\", empty = \"omit\", absent = ";
        edit(&mapping, &format!("{place}\"clear\""), &format!("{place}\"keep\""));
    };
    let world = setup.catalogue(keep).start().await;
    world.call(&Request::create_booking()).await.reply();
    world
}

fn update() -> Request {
    Request::soap(scenario("update_minimal/request.xml"))
}

fn update_end() -> Request {
    let start = "<BookingStartTime>2026-04-14T09:00:00+02:00</BookingStartTime>";
    update().with(start, &format!("{start}<BookingEndTime>2026-04-14T09:45:00+02:00</BookingEndTime>"))
}

fn update_place() -> Request {
    let last = "</InterviewFormTypeIdentifier>";
    update().with(last, &format!("{last}<InterviewLocationDescription>Lokale 4</InterviewLocationDescription>"))
}

/// The next read of a booking is done at once and answered later.
async fn slow_read(world: &World) {
    world.backend.trouble(json!({ "operation": "GetIndkaldelse", "delay_answer_ms": 300 })).await;
}

/// Methods and numbers of the calls that read or replace the booking, in the order in which they came.
async fn order(world: &World) -> Vec<(Uuid, String)> {
    let calls = world.backend.all_calls().await.into_iter().filter(|call| call.method != "POST");
    calls.map(|call| (call.request_id(), call.method)).collect()
}

async fn both_survive(world: &World, first: &Response, second: &Response) {
    first.reply();
    second.reply();
    let booking = world.call(&Request::get_bookings()).await;
    assert_eq!(booking.text("BookingEndTime"), "2026-04-14T09:45:00+02:00");
    assert_eq!(booking.text("InterviewLocationDescription"), "Lokale 4");
}

#[tokio::test]
async fn two_at_once_that_change_different_things_both_survive() {
    let world = world().await;
    slow_read(&world).await;
    let (end, place) = (update_end(), update_place());
    let (first, second) = tokio::join!(world.call(&end), async {
        eventually("the first read", async || world.backend.last_call("GET").await).await;
        world.call(&place).await
    });
    let turns = [(&first, "GET"), (&first, "PUT"), (&second, "GET"), (&second, "PUT")];
    assert_eq!(order(&world).await, turns.map(|(call, method)| (call.request_id(), method.to_owned())));
    both_survive(&world, &first, &second).await;
}

#[tokio::test]
async fn an_id_in_the_other_case_is_the_same_booking() {
    let world = world().await;
    slow_read(&world).await;
    let (end, place) = (update_end(), update_place().with(BOOKING, &BOOKING.to_uppercase()));
    let (first, second) = tokio::join!(world.call(&end), async {
        eventually("the first read", async || world.backend.last_call("GET").await).await;
        world.call(&place).await
    });
    both_survive(&world, &first, &second).await;
}

#[tokio::test]
async fn many_at_once_from_many_connections_take_turns() {
    let world = world().await;
    let requests: Vec<_> = (0..8).map(|number| if number % 2 == 0 { update_end() } else { update_place() }).collect();
    let answers = futures_util::future::join_all(requests.iter().map(|request| world.call(request))).await;
    assert!(answers.iter().all(|answer| answer.reply().contains("ServiceReceipt")));
    let order = order(&world).await;
    let pairs = order.chunks(2).all(|pair| pair[0].0 == pair[1].0 && pair[0].1 == "GET" && pair[1].1 == "PUT");
    assert!(order.len() == 16 && pairs, "{order:?}");
    both_survive(&world, &answers[0], &answers[1]).await;
}

/// What an update waits for is an update of the same booking, and nothing else.
#[tokio::test]
async fn others_do_not_wait() {
    let world = world().await;
    let other = "00000000-0000-4000-8000-000000000002";
    world.call(&Request::create_booking().with(BOOKING, other)).await.reply();
    world.backend.trouble(json!({ "operation": "GetIndkaldelse", "delay_answer_ms": 4_000 })).await;
    let end = update_end();
    let (slow, ()) = tokio::join!(world.call(&end), async {
        eventually("the first read", async || world.backend.last_call("GET").await).await;
        world.call(&Request::get_bookings()).await.reply();
        world.call(&update_place().with(BOOKING, other)).await.reply();
        let written = world.backend.all_calls().await.into_iter().filter(|call| call.method == "PUT");
        assert_eq!(written.map(|call| call.path).collect::<Vec<_>>(), [format!("/v1/Indkaldelse/{other}")]);
    });
    slow.reply();
}

#[tokio::test]
async fn a_turn_ends_with_the_call_however_that_ends() {
    let world = with(Setup::default().setting("calls.deadline", "1s")).await;
    world.backend.trouble(json!({ "operation": "GetIndkaldelse", "delay_ms": 5_000 })).await;
    assert_eq!(world.call(&update_end()).await.fault().number, Some(1011));
    world
        .backend
        .trouble(json!({ "operation": "UpdateIndkaldelse", "effect": { "kind": "answer", "status": 500 } }))
        .await;
    assert_eq!(world.call(&update_end()).await.fault().number, Some(1011));
    world.backend.trouble(json!({ "operation": "GetIndkaldelse", "delay_answer_ms": 200 })).await;
    let mut hangs_up = world.connect().await;
    hangs_up.write(&update_place().bytes()).await;
    drop(hangs_up);
    let last = world.call(&update_end()).await;
    last.reply();
}

/// Another system changes a member the old contract lacks, with the call the facade makes as its model.
async fn another_system_writes(world: &World, minutes: u32) {
    let model = eventually("a write", async || world.backend.last_call("PUT").await).await;
    let mut body = model.body.clone();
    let members = body.as_object_mut().unwrap();
    members.remove("moedeSluttidspunkt");
    members.insert(MINUTES.to_owned(), json!(minutes));
    assert_eq!(world.backend.another_system_sends(&model, &body).await, 200);
}

/// A write of the facade waits so long before it is done that another system comes first.
fn slow_write(skip: u32) -> Value {
    json!({ "operation": "UpdateIndkaldelse", "path": format!("/v1/Indkaldelse/{BOOKING}"), "skip": skip, "delay_ms": 500 })
}

/// `If-Match` of the writes of a call.
async fn preconditions(world: &World, response: &Response) -> Vec<Option<String>> {
    let writes = world.backend.calls(response.request_id()).await.into_iter().filter(|call| call.method == "PUT");
    writes.map(|call| call.header("if-match").map(str::to_owned)).collect()
}

#[tokio::test]
async fn the_version_that_was_read_is_the_one_that_is_replaced() {
    let world = world().await;
    for (versions, expected) in [("none", None), ("weak", None), ("strong", Some("\"3\"".to_owned()))] {
        world.backend.versions(versions).await;
        let response = world.call(&update_end()).await;
        response.reply();
        assert_eq!(preconditions(&world, &response).await, [expected], "{versions}");
    }
}

#[tokio::test]
async fn what_another_system_changed_in_between_is_read_again_and_kept() {
    let world = world().await;
    world.backend.versions("strong").await;
    world.backend.trouble(slow_write(0)).await;
    let end = update_end();
    let (response, ()) = tokio::join!(world.call(&end), another_system_writes(&world, 30));
    response.reply();

    let calls = world.backend.calls(response.request_id()).await;
    let seen: Vec<_> = calls.iter().map(|call| (call.method.as_str(), call.status)).collect();
    assert_eq!(seen, [("GET", Some(200)), ("PUT", Some(412)), ("GET", Some(200)), ("PUT", Some(200))]);
    let ids: Vec<_> = calls.iter().filter_map(|call| call.header("x-requestid")?.rsplit('.').next()).collect();
    assert_eq!(ids, ["1", "2", "3", "4"], "a repeated id would be refused");
    let tags = ["\"1\"", "\"2\""].map(|tag| Some(tag.to_owned()));
    assert_eq!(preconditions(&world, &response).await, tags);
    let written = &calls[3].body;
    assert_eq!((&written[MINUTES], &written["moedeSluttidspunkt"]), (&json!(30), &json!("2026-04-14T09:45:00+02:00")));
}

#[tokio::test]
async fn who_is_beaten_twice_is_told_and_has_changed_nothing() {
    let world = world().await;
    world.backend.versions("strong").await;
    world.backend.trouble(json!([slow_write(0), slow_write(1)])).await;
    let end = update_end();
    let (response, ()) = tokio::join!(world.call(&end), async {
        another_system_writes(&world, 30).await;
        eventually("the second write", async || world.backend.call_number("PUT", 3).await).await;
        another_system_writes(&world, 35).await;
    });
    let fault = response.fault();
    fault.is(1011, "others are changing the same at the moment; nothing was changed, send it again");
    assert_eq!(fault.code, "Server");
    let line = world.journal(response.request_id()).await;
    assert_eq!((&line["error"], &line["blame"]), (&json!("changed_by_others"), &json!("backend")), "{line}");
    let now = world.call(&Request::get_bookings()).await;
    assert_eq!(now.find("BookingEndTime"), None, "{}", now.reply());
    world.call(&update_end()).await.reply();
}

/// The try that was lost has changed the version itself. If its repetition named the version, a 412 could mean either.
#[tokio::test]
async fn a_write_whose_answer_is_lost_is_not_taken_for_another_systems() {
    for effect in [json!({ "kind": "drop", "apply": true }), json!({ "kind": "cut" })] {
        let world = world().await;
        world.backend.versions("strong").await;
        world.backend.trouble(json!({ "operation": "UpdateIndkaldelse", "effect": effect })).await;
        let response = world.call(&update_end()).await;
        assert_eq!(response.reply().matches(BOOKING).count(), 1, "the receipt is the id of the booking");
        let calls = world.backend.calls(response.request_id()).await;
        let seen: Vec<_> = calls.iter().map(|call| (call.method.as_str(), call.status)).collect();
        assert_eq!(seen, [("GET", Some(200)), ("PUT", Some(200)), ("PUT", Some(412))]);
        assert_eq!(preconditions(&world, &response).await, [Some("\"1\"".to_owned()), None]);
    }
}

#[tokio::test]
async fn a_412_to_a_write_without_a_version_stays_an_error_inside() {
    let world = world().await;
    world
        .backend
        .trouble(json!({ "operation": "UpdateIndkaldelse", "effect": { "kind": "answer", "status": 412 } }))
        .await;
    let response = world.call(&update_end()).await;
    assert_eq!(response.fault().text, "Internal error on server");
    assert_eq!(world.backend.calls(response.request_id()).await.len(), 2);
    tokio::time::timeout(Duration::from_secs(5), world.call(&update_end())).await.unwrap().reply();
}
