//! Envelopes, header blocks, SOAPActions, encodings: what is refused, and what is served however it is written.

use crate::world::{Request, Row, World, scenario};

const ENVELOPE: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">";
const HEADER: &str = "<s:Header>";
const NAMESPACE: &str = "http://service.bm.dk/BookingService/2015/01/21/";
const NUMBER: &str = "<PersonCivilRegistrationIdentifier>0101575001</PersonCivilRegistrationIdentifier>";
const ACTION: &str = "http://service.bm.dk/pjaktass/1/BookingService#";

fn row(what: &'static str, request: Request, text: &'static str) -> Row {
    Row::new(what, request, 1014, text)
}

/// A good CreateBooking with something else in it.
fn with(is: &str, shall_be: &str) -> Request {
    Request::create_booking().with(is, shall_be)
}

/// Something before the envelope.
fn with_prolog(prolog: &str) -> Request {
    with(ENVELOPE, &format!("{prolog}{ENVELOPE}"))
}

fn with_header_block(block: &str) -> Request {
    with(HEADER, &format!("{HEADER}{block}"))
}

#[tokio::test]
async fn what_is_no_xml() {
    let cut = |length: usize| Request::soap(&scenario("create_minimal/request.xml").as_bytes()[..length]);
    let rows = vec![
        row("nothing", Request::soap(""), "not well-formed"),
        row("text", Request::soap("God dag"), "line 1"),
        row("JSON", Request::soap("{\"PersonCivilRegistrationIdentifier\": \"0101575001\"}"), "line 1"),
        row("cut off in a tag", cut(400), "not well-formed"),
        row("cut off between tags", cut(2000), "not well-formed"),
        row("a wrong end tag", with("</Booking>", "</Bookning>"), "not well-formed"),
        row("two roots", with("</s:Envelope>", "</s:Envelope><x/>"), "not well-formed"),
        row("a doubled attribute", with("<SelfBooked>", "<SelfBooked a=\"\" a=\"\">"), "not well-formed"),
        row("an undeclared prefix", with("<SelfBooked>", "<x:SelfBooked>"), "prefix is not declared"),
        row("a control character", with("<SelfBooked>false", "<SelfBooked>&#1;"), "not well-formed"),
    ];
    World::start().await.refuses(rows).await;
}

#[tokio::test]
async fn documents_made_to_harm() {
    let laughs = "<!DOCTYPE s [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\"><!ENTITY c \"&b;&b;\">]>";
    let file = "<!DOCTYPE s [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    let attributes: String = (0..100_000).map(|number| format!(" a{number}=\"\"")).collect();
    let print = format!("<PrintDetail>{}</PrintDetail></Booking>", "<a/>".repeat(200_000));
    let rows = vec![
        row("a DOCTYPE that is not used", with_prolog("<!DOCTYPE s>"), "a DOCTYPE is not allowed"),
        row("entities of entities", with_prolog(laughs), "a DOCTYPE is not allowed"),
        row("an entity of a file", with_prolog(file), "a DOCTYPE is not allowed"),
        row("an entity that is not declared", with("<SelfBooked>false", "<SelfBooked>&x;"), "an entity other than"),
        row("deep in the message", with("<Booking>", &"<a>".repeat(100_000)), "Booking"),
        row("deep in a header block", with_header_block(&"<a xmlns=\"\">".repeat(100_000)), "nested deeper than 64"),
        row("many elements", with("</Booking>", &print), "more than 100000 elements"),
        row("many attributes", with("<s:Body>", &format!("<s:Body{attributes}>")), "more than 64 attributes"),
    ];
    World::start().await.refuses(rows).await;
}

#[tokio::test]
async fn what_is_no_envelope() {
    let soap12 = with("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    let typed = soap12.clone().header("Content-Type", "application/soap+xml");
    let (version, text) = ("VersionMismatch", "not a SOAP 1.1 envelope");
    let rows = vec![
        Row::of_the_envelope("SOAP 1.2", soap12, version, text),
        Row::of_the_envelope("SOAP 1.2 as it names itself", typed, version, text),
        row("another document", Request::soap("<hej/>"), "the root element is not"),
        row("no body", Request::create_booking().with_part("<s:Body>", "</s:Body>", ""), "there is no Body"),
        row("two bodies", with("</s:Body>", "</s:Body><s:Body/>"), "an element follows the Body"),
    ];
    World::start().await.refuses(rows).await;
}

#[tokio::test]
async fn bodies_that_ask_for_no_operation() {
    let body = |inside: &str| {
        let request = Request::create_booking().with_part("<s:Body>", "</s:Body>", "<s:Body></s:Body>");
        request.with("<s:Body>", &format!("<s:Body>{inside}"))
    };
    let element = |name: &str| body(&format!("<{name} xmlns=\"{NAMESPACE}\"/>"));
    let get = format!("<GetBookingsRequest xmlns=\"{NAMESPACE}\">{NUMBER}</GetBookingsRequest>");
    let unknown = "belongs to no operation of this service";
    let elsewhere =
        "CreateBookingRequest in the body must be in the namespace http://service.bm.dk/BookingService/2015";
    let rows = vec![
        row("an empty body", body(""), "the body is empty"),
        row("two requests", body(&get.repeat(2)), "the Body holds more than one element"),
        row("an unknown operation", element("DeleteBookingRequest"), "the element DeleteBookingRequest in the body"),
        row("a reply", element("CreateBookingResponse"), unknown),
        row("another namespace", with(NAMESPACE, "http://service.bm.dk/BookingService/2016/01/01/"), elsewhere),
    ];
    World::start().await.refuses(rows).await;
}

#[tokio::test]
async fn header_blocks_that_are_missing() {
    let without = |from: &str, to: &str| Request::create_booking().with_part(from, to, "");
    let no_organisation = without("<a:ActiveOrganisationHeader", "</a:ActiveOrganisationHeader>");
    let no_metadata = without("<h:RequestUserMetadataHeader", "</h:RequestUserMetadataHeader>");
    let text = "missing its required Soap header: ";
    let metadata = "http://service.bm.dk/RequestUserMetadata/2015/01/21/";
    let elsewhere = with(metadata, "http://service.bm.dk/RequestUserMetadata/2016/01/01/");
    let own =
        format!("{text}RequestUserMetadataHeader (it must be in the namespace {metadata}, and was sent in another)");
    let rows = vec![
        Row::new("no organisation", no_organisation, 8232, &format!("{text}ActiveOrganisationHeader")),
        Row::new("no metadata", no_metadata, 8233, &format!("{text}RequestUserMetadataHeader")),
        Row::new("metadata in another namespace", elsewhere, 8233, &own),
        Row::new("no header", without("<s:Header>", "</s:Header>"), 8233, &format!("{text}RequestUserMetadataHeader")),
    ];
    World::start().await.refuses(rows).await;
}

#[tokio::test]
async fn header_blocks_that_are_unreadable_or_not_understood() {
    let organisation = "<a:OrganisationCode>10100</a:OrganisationCode>";
    let request = scenario("create_minimal/request.xml");
    let (_, header) = request.split_once("</h:RequestUserMetadataHeader>").unwrap();
    let (active, _) = header.split_once("</s:Header>").unwrap();
    let security = "<x:Security xmlns:x=\"urn:x\" s:mustUnderstand=\"1\"/>";
    let no_time = with("2026-03-01T09:59:58+01:00", "før");
    let rows = vec![
        Row::new("an organisation without code", with(organisation, ""), 8234, "OrganisationCode is missing"),
        Row::new("a doubled organisation", with(active, &active.repeat(2)), 8234, "comes more than once"),
        Row::new("metadata without time", no_time, 8235, "RegistrationDateTime: the value must be"),
        Row::of_the_envelope(
            "not understood",
            with_header_block(security),
            "MustUnderstand",
            "block Security in the namespace urn:x must",
        ),
    ];
    World::start().await.refuses(rows).await;
}

#[tokio::test]
async fn soap_actions_and_encodings_that_do_not_fit() {
    let create = Request::create_booking;
    let letters = Request::soap(scenario("create_danish_letters/request.xml"));
    let latin1 = letters.clone().body(latin1(letters.text()));
    let half = create().header("Content-Type", "text/xml; charset=utf-16").body([0xFE, 0xFF, 0]);
    let ebcdic = create().header("Content-Type", "text/xml; charset=ebcdic");
    let other = create().header("SOAPAction", &format!("\"{ACTION}GetBookings\""));
    let rows = vec![
        row("the action of another operation", other, "the body asks for CreateBooking, whose SOAPAction is"),
        row("an unknown action", create().header("SOAPAction", "urn:x"), "the body asks for CreateBooking"),
        row("an unknown encoding", ebcdic, "the encoding is not supported"),
        row("not the encoding it says", latin1, "not valid UTF-8, which its Content-Type says"),
        row("half of UTF-16", half, "not valid UTF-16"),
    ];
    World::start().await.refuses(rows).await;
}

/// Asserts that each of these gets its reply.
async fn are_served<const N: usize>(requests: [(&str, Request); N]) {
    let world = World::start().await;
    let mut connection = world.connect().await;
    for (what, request) in requests {
        let response = connection.call(&request).await;
        assert_eq!(response.status, 200, "{what}: {response:?}");
    }
}

#[tokio::test]
async fn headers_of_http_may_be_written_in_many_ways() {
    let with = |name: &str, value: &str| Request::get_bookings().header(name, value);
    are_served([
        ("no SOAPAction", Request::get_bookings().without("SOAPAction")),
        ("an empty SOAPAction", with("SOAPAction", "\"\"")),
        ("a SOAPAction without quotes", with("SOAPAction", &format!("{ACTION}GetBookings"))),
        ("a SOAPAction in quotes", with("SOAPAction", &format!("\"{ACTION}GetBookings\""))),
        ("a quoted charset", with("Content-Type", "text/xml;charset=\"UTF-8\"")),
        ("no charset", with("Content-Type", "text/xml")),
    ])
    .await;
}

#[tokio::test]
async fn envelopes_may_be_written_in_many_ways() {
    let get = Request::get_bookings();
    let block = |attribute: &str| get.clone().with(HEADER, &format!("{HEADER}<x:T xmlns:x=\"urn:x\" {attribute}/>"));
    let renamed = get.text().replace("<s:", "<soapenv:").replace("</s:", "</soapenv:").replace(":s=", ":soapenv=");
    are_served([
        ("a byte order mark", get.clone().body([b"\xEF\xBB\xBF", get.text().as_bytes()].concat())),
        (
            "UTF-16",
            get.clone().header("Content-Type", "text/xml; charset=utf-16").body(utf16(get.text(), u16::to_le_bytes)),
        ),
        (
            "UTF-16 the other way",
            get.clone().header("Content-Type", "text/xml").body(utf16(get.text(), u16::to_be_bytes)),
        ),
        ("a foreign header block", block("")),
        ("a block somebody else must understand", block("s:actor=\"urn:y\" s:mustUnderstand=\"1\"")),
        ("a comment", get.clone().with(HEADER, &format!("<!-- hej -->{HEADER}"))),
        ("another prefix", Request::soap(renamed)),
    ])
    .await;
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = format!("\u{FEFF}{}", text.replace("utf-8", "utf-16"));
    text.encode_utf16().flat_map(to_bytes).collect()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(letter).expect("a letter of ISO-8859-1")).collect()
}

#[tokio::test]
async fn danish_letters_arrive_whatever_the_encoding() {
    let world = World::start().await;
    let request = Request::soap(scenario("create_danish_letters/request.xml"));
    let latin1 = request.clone().body(latin1(request.text())).header("Content-Type", "text/xml; charset=iso-8859-1");
    let response = world.call(&latin1).await;
    response.reply();
    let [call] = &world.backend.calls(response.request_id()).await[..] else { panic!("one call") };
    assert_eq!(call.body["lokationsuddybning"], "Mød op ved indgang Å & spørg efter \"Søren\" <2. sal>");
    assert_eq!(call.header("x-brugernavn"), Some("%C3%85se%20S%C3%B8rensen,%20100%25%20%C3%86r%C3%B8"));
}
