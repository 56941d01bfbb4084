//! Both operations, from the caller to the domain service and back.

use serde_json::json;

use crate::world::{Request, World, scenario};

#[tokio::test]
async fn create_booking_goes_all_the_way_and_comes_back() {
    let world = World::start().await;
    let request = Request::soap(scenario("create_everything/request.xml"));
    let action = "\"http://service.bm.dk/pjaktass/1/BookingService#CreateBooking\"";
    let response = world.call(&request.header("SOAPAction", action)).await;

    let receipt = response.reply();
    assert!(
        receipt.contains("<CreateBookingResponse xmlns=\"http://service.bm.dk/BookingService/2015/01/21/\">"),
        "{receipt}"
    );
    response.text("MessageIdentifier").parse::<uuid::Uuid>().unwrap();
    assert_eq!(response.text("EventDate"), "2026-03-01T10:00:00+01:00", "the simulator's time");

    let calls = world.backend.calls(response.request_id()).await;
    let [call] = calls.as_slice() else { panic!("one call: {calls:?}") };
    assert_eq!((call.method.as_str(), call.status), ("POST", Some(200)));
    assert_eq!(call.path, "/v1/Indkaldelse/3f2504e0-4f89-41d3-9a0c-0305e82c3301");
    assert_eq!(call.header("x-requestid"), Some(&*format!("{}.1", response.request_id())));
    assert_eq!(call.header("x-civilregistrationidentifier"), Some("0101575001"));
    assert_eq!(call.header("x-brugernavn"), Some("Test%20Sagsbehandler"));
    assert_eq!(call.header("content-type"), Some("application/json"));
    assert_eq!(call.body["samtaleformType"], json!(2));
    assert_eq!(call.body["ombookingFrist"], json!("2026-04-10"));
    assert_eq!(call.body["lokation"]["vejnavn"], json!("Rådhuspladsen"));
}

#[tokio::test]
async fn get_bookings_answers_what_was_created() {
    let world = World::start().await;
    let mut connection = world.connect().await;
    let none = connection.call(&Request::get_bookings()).await;
    assert_eq!(none.find("BookingIdentifier"), None, "{}", none.reply());

    connection.call(&Request::soap(scenario("create_everything/request.xml"))).await.reply();
    let response = connection.call(&Request::get_bookings()).await;

    assert_eq!(response.reply().matches("<Booking>").count(), 1);
    for (element, value) in [
        ("BookingIdentifier", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
        ("OrganisationCode", "10100"),
        ("CitizenShouldAcceptBooking", "true"),
        ("ReBookingDeadline", "2026-04-10T23:59:59+02:00"),
        ("BookingStartTime", "2026-04-14T09:00:00+02:00"),
        ("StreetName", "Rådhuspladsen"),
        ("InterviewLocationDescription", "Lokale 4, gå gennem gården"),
    ] {
        assert_eq!(response.text(element), value, "{element}");
    }
    let [call] = &world.backend.calls(response.request_id()).await[..] else { panic!("one call") };
    assert_eq!((call.method.as_str(), call.path.as_str()), ("GET", "/v1/Indkaldelse"));
}

#[tokio::test]
async fn a_refusal_of_the_domain_service_comes_back_as_the_old_fault() {
    let world = World::start().await;
    let yesterday = Request::create_booking().with("2026-04-14T09:00:00+02:00", "2026-02-27T09:00:00+01:00");
    let response = world.call(&yesterday).await;
    let fault = response.fault();
    fault.is(4783, "The BookingTime cannot be before todays date");
    assert_eq!(fault.code, "Client");
    assert_eq!(world.backend.calls(response.request_id()).await.len(), 1);
    assert_eq!(world.journal(response.request_id()).await["blame"], "caller");
}

#[tokio::test]
async fn a_digital_meeting_gets_the_link_that_is_registered_for_the_organisation() {
    let link = r#"code = "10100", digital-meeting-link = "https://moede.example.dk/10100""#;
    let world = crate::world::Setup::default().client(r#"code = "10100""#, link).start().await;
    let response =
        world.call(&Request::soap(scenario("rn_bk_03_contact_type_4_becomes_8_with_link_rn_bk_04/request.xml"))).await;
    response.reply();
    let [call] = &world.backend.calls(response.request_id()).await[..] else { panic!("one call") };
    assert_eq!(call.body["samtaleformType"], json!(8));
    assert_eq!(call.body["digitaltMoedelink"], json!("https://moede.example.dk/10100"));
}
