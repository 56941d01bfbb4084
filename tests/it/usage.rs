//! Who calls what, as the operator sees it.

use serde_json::{Value, json};

use crate::world::{Caller, Request, Setup, World, assert_nothing_of_a_person, get};

const MARKUP: &str = "contact       = \"<b>drift</b> & co\"";

async fn report(world: &World) -> Value {
    let (status, page) = get(world.admin(), "/usage").await;
    assert_eq!(status, 200);
    assert_nothing_of_a_person(&page);
    serde_json::from_str(&page).unwrap()
}

/// Two good calls, one that ends in a fault, one that names no operation, and one of somebody nobody knows.
async fn calls(world: &World) {
    for _ in 0..2 {
        world.call(&Request::get_bookings()).await.reply();
    }
    world.call(&Request::create_booking().with("<BookingStartTime>", "<BookingStartTime>x")).await.fault();
    world.call(&Request::soap("no XML")).await.fault();
    let mut unknown = world.connect_as(&Caller::named("unregistered")).await;
    unknown.call(&Request::get_bookings()).await.fault().is(1012, "");
}

fn called(report: &Value) -> Vec<(Value, Value, Value)> {
    let [client] = &report["clients"].as_array().unwrap()[..] else { panic!("one client system: {report}") };
    let called = client["called"].as_array().unwrap();
    called.iter().map(|it| (it["operation"].clone(), it["month"].clone(), it["faults"].clone())).collect()
}

#[tokio::test]
async fn every_call_of_a_registered_client_counts_whatever_became_of_it() {
    let world = Setup::default().client("contact       = \"drift@example.dk\"", MARKUP).start().await;
    let nobody = report(&world).await;
    assert_eq!((called(&nobody), &nobody["clients"][0]["last"]), (Vec::new(), &Value::Null));
    assert!(get(world.admin(), "/").await.1.contains("never called"));

    calls(&world).await;
    let counted = [("", 1, 1), ("CreateBooking", 1, 1), ("GetBookings", 2, 0)];
    let counted = counted.map(|(operation, calls, faults)| (json!(operation), json!(calls), json!(faults)));
    assert_eq!(called(&report(&world).await), counted);

    let page = get(world.admin(), "/").await.1;
    assert!(page.contains("<td>BookingService<td>GetBookings<td>"), "{page}");
    assert!(page.contains("&lt;b&gt;drift&lt;/b&gt; &amp; co") && !page.contains("<b>drift"), "{page}");
}

#[tokio::test]
async fn counts_are_in_the_store_when_the_facade_has_stopped() {
    let mut world = Setup::default().intake().start().await;
    calls(&world).await;
    let before = report(&world).await;
    world.call(&Request::get_bookings()).await.reply();
    world.take_facade().stop().await;
    let reading = dfdg_facade::store::sqlite::Reading::open(&world.file("var/facade.db")).unwrap();
    let day = before["today"].as_str().unwrap().parse().unwrap();
    let kept = dfdg_facade::store::UsageQueries::usage_since(&reading, day).await.unwrap();
    let calls = |operation: &str| kept.iter().find(|it| it.line.operation == operation).map(|it| it.tally.calls);
    assert_eq!((calls("GetBookings"), calls("CreateBooking"), calls("")), (Some(3), Some(1), Some(1)), "{kept:?}");
}
