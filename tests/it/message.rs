//! Messages that break the contract: told where and which rule, never the value, and nothing is sent on.

use crate::world::{CITIZEN, Request, Row, World};

const START: &str = "2026-04-14T09:00:00+02:00";
const SELF_BOOKED: &str = "<SelfBooked>false</SelfBooked>";

fn row(what: &'static str, request: Request, text: &'static str) -> Row {
    Row::new(what, request, 1014, text)
}

/// A good CreateBooking with something else in it.
fn with(is: &str, shall_be: &str) -> Request {
    Request::create_booking().with(is, shall_be)
}

#[tokio::test]
async fn elements_that_do_not_stand_as_the_contract_has_them() {
    let next = "CompulsoryAttendance is not expected here; expected CancellationDeadline or SelfBooked";
    let no_booking = Request::create_booking().with_part("<Booking>", "</Booking>", "");
    let later = format!("</CompulsoryAttendance>{SELF_BOOKED}");
    let elsewhere = with("<SelfBooked>", "<SelfBooked xmlns=\"urn:x\">");
    let rows = vec![
        row("a required one is missing", with(SELF_BOOKED, ""), next),
        row("the last required one is missing", no_booking, "Booking is missing"),
        row("doubled", with(SELF_BOOKED, &SELF_BOOKED.repeat(2)), "Booking/SelfBooked: comes more than once"),
        row("in another order", with(SELF_BOOKED, "").with("</CompulsoryAttendance>", &later), next),
        row("unknown", with(SELF_BOOKED, &format!("{SELF_BOOKED}<Extra/>")), "Extra is not expected here"),
        row("unknown at the end", with("</Booking>", "<Extra/></Booking>"), "Extra is not expected here"),
        row("in another namespace", elsewhere, "SelfBooked in the namespace http://service.bm.dk/"),
    ];
    World::start().await.refuses(rows).await;
}

#[tokio::test]
async fn content_and_attributes_that_do_not_belong() {
    let xsi = |attribute: &str| {
        let namespace = "xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"";
        with("<SelfBooked>", &format!("<SelfBooked {namespace} {attribute}>"))
    };
    let rows = vec![
        row(
            "an element in a text",
            with(START, "<a/>"),
            "BookingStartTime: holds an element where only text is allowed",
        ),
        row(
            "text between elements",
            with(SELF_BOOKED, &format!("{SELF_BOOKED}x")),
            "Booking: text is not allowed here",
        ),
        row("nil", xsi("i:nil=\"true\""), "SelfBooked: xsi:nil is not allowed here"),
        row("another type", xsi("i:type=\"x\""), "SelfBooked: xsi:type names another type"),
        row("an attribute", with("<SelfBooked>", "<SelfBooked x=\"1\">"), "SelfBooked: has no attribute x"),
    ];
    World::start().await.refuses(rows).await;
}

/// What stands in a good request, what is sent instead, and the end of the path the fault names.
const VALUES: &[(&str, &str, &str)] = &[
    (CITIZEN, "0101575O01", "CreateBookingRequest/PersonCivilRegistrationIdentifier"),
    (CITIZEN, "01015750011", "CreateBookingRequest/PersonCivilRegistrationIdentifier"),
    (CITIZEN, "3102575001", "CreateBookingRequest/PersonCivilRegistrationIdentifier"),
    (CITIZEN, " ", "CreateBookingRequest/PersonCivilRegistrationIdentifier"),
    (START, "i morgen klokken 9", "Booking/BookingStartTime"),
    (START, "2026-02-30T09:00:00+01:00", "Booking/BookingStartTime"),
    ("false</SelfBooked>", "aldrig</SelfBooked>", "Booking/SelfBooked"),
    ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0", "Booking/BookingIdentifier"),
    (">7<", ">syv<", "InterviewTypeIdentifier/CodeListItemIdentifier"),
    (">7<", ">100000001<", "InterviewTypeIdentifier/CodeListItemIdentifier"),
];

#[tokio::test]
async fn a_value_that_is_not_of_its_type_is_told_with_its_place_and_without_itself() {
    let world = World::start().await;
    let mut connection = world.connect().await;
    for (is, bad, path) in VALUES {
        let response = connection.call(&with(is, bad)).await;
        let fault = world.refused(&response).await;
        fault.is(1014, &format!("{path}: the value must be"));
        assert!(fault.text.contains("(line "), "{fault:?}");
        let line = world.journal(response.request_id()).await;
        assert_eq!((&line["fault"], &line["blame"]), (&1014.into(), &"caller".into()));
        let value = bad.trim_matches('>').split('<').next().unwrap();
        let told = format!("{}{line}", response.body);
        assert!(value.trim().is_empty() || !told.contains(value), "{value} is in\n{told}");
        connection.call(&Request::get_bookings()).await.reply();
    }
}

#[tokio::test]
async fn rules_of_the_mapping_and_code_lists() {
    let deadline =
        "<ReBookingPossible>false</ReBookingPossible><ReBookingDeadline>2026-04-01T12:00:00+02:00</ReBookingDeadline>";
    let contact = |code: &str| {
        let request = Request::create_booking().with_part("<InterviewContactTypeIdentifier>", ">1<", "CONTACT");
        let list = "http://service.bm.dk/pjaktass/2013/06/07/CodeListBase/";
        let element = format!("<InterviewContactTypeIdentifier><CodeListItemIdentifier xmlns=\"{list}\">{code}<");
        request.with("CONTACT", &element)
    };
    let rows = vec![
        Row::new(
            "a deadline without its possibility",
            with("<ReBookingPossible>false</ReBookingPossible>", deadline),
            8125,
            "Rebooking deadline cannot be specified",
        ),
        Row::new("a code that is withdrawn", contact("6"), 2003, "Booking/InterviewContactTypeIdentifier"),
        Row::new("a code that never was", contact("99"), 4708, "Booking/InterviewContactTypeIdentifier"),
        Row::new(
            "a digital meeting without a registered link",
            contact("4"),
            4708,
            "none is registered for this organisation",
        ),
    ];
    World::start().await.refuses(rows).await;
}

/// Names out of a message stand in faults and in the journal; a caller cannot fill either with one of its own making.
#[tokio::test]
async fn a_name_without_end_is_told_by_its_beginning() {
    let world = World::start().await;
    let name = "n".repeat(1_000_000);
    let operation = format!("<s:Body><{name}/></s:Body>");
    for request in [
        with(SELF_BOOKED, &format!("<{name}/>")),
        with("<SelfBooked>", &format!("<SelfBooked {name}=\"\">")),
        with("<s:Header>", &format!("<s:Header><x:{name} xmlns:x=\"urn:x\" s:mustUnderstand=\"1\"/>")),
        Request::create_booking().with_part("<s:Body>", "</s:Body>", &operation),
    ] {
        let response = world.call(&request).await;
        world.refused(&response).await;
        assert!(response.body.len() < 2_000, "{} bytes", response.body.len());
        assert!(world.journal(response.request_id()).await.to_string().len() < 2_000);
    }
}
