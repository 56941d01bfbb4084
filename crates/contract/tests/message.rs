//! Requests against the real BookingService contract: what is read, what is refused, and with which words.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use dfdg_contract::soap::{Envelope, EnvelopeError};
use dfdg_contract::xml::{Fault, Limits, XmlError};
use dfdg_contract::{Contract, Folder, Message, Node, Rule, Violation, Writer};

const CREATE: &str = include_str!("../../../tests/scenarios/booking/create_everything/request.xml");

fn contract() -> Contract {
    let root = Folder(concat!(env!("CARGO_MANIFEST_DIR"), "/../..").into());
    Contract::load(&root, "wsdl/BookingService.wsdl").unwrap_or_else(|problems| panic!("{problems}"))
}

fn read<'t>(contract: &'t Contract, text: &'t str) -> Result<Message<'t>, EnvelopeError> {
    let envelope = Envelope::open(contract, text, Limits::default())?;
    envelope.operation()?;
    envelope.require_headers()?;
    envelope.message()
}

/// Reads the request with one piece of it replaced.
fn changed(from: &str, to: &str) -> Result<(), EnvelopeError> {
    assert!(CREATE.contains(from), "the request holds no {from}");
    read(&contract(), &CREATE.replacen(from, to, 1)).map(|_| ())
}

fn violation(from: &str, to: &str) -> Violation {
    match changed(from, to) {
        Err(EnvelopeError::Invalid(violation)) => violation,
        other => panic!("{from} -> {to}: {other:?}"),
    }
}

fn text_at<'m>(contract: &Contract, message: &'m Message<'_>, path: &[&str]) -> Option<&'m str> {
    let mut node = message.body()?;
    for name in path {
        node = node.child(contract.schema().child(node.element(), name)?.element)?;
    }
    Some(node.text())
}

#[test]
fn a_request_is_read_with_its_headers() {
    let contract = contract();
    let message = read(&contract, CREATE).unwrap();
    assert_eq!(
        text_at(&contract, &message, &["Booking", "InterviewTypeIdentifier", "CodeListItemIdentifier"]),
        Some("17")
    );
    let operation = contract.operation("CreateBooking").unwrap();
    assert_eq!(operation.headers.len(), 2);
    assert!(operation.headers.iter().all(|block| message.header(block.element).is_some()));
}

#[test]
fn every_violation_names_place_and_rule_and_never_the_value() {
    for (from, to, path, rule) in [
        (
            "<BookingStartTime>",
            "<BookingStart>",
            "CreateBookingRequest/Booking",
            "BookingStart is not expected here; expected BookingStartTime",
        ),
        (
            "<SelfBooked>",
            "<SelfBooked xmlns=\"urn:other\">",
            "CreateBookingRequest/Booking",
            "SelfBooked in another namespace is not expected here; expected SelfBooked in the namespace http://",
        ),
        (
            "0101575001</PersonCivil",
            "9901575001</PersonCivil",
            "CreateBookingRequest/PersonCivilRegistrationIdentifier",
            "the value must be of the form ((((0[1-9]|1[0-9]|2[0-9]|3[0-1])(01|",
        ),
        (
            "0101575001</PersonCivil",
            "010157-5001</PersonCivil",
            "CreateBookingRequest/PersonCivilRegistrationIdentifier",
            "of the form",
        ),
        ("<SelfBooked>", "<SelfBooked>maybe ", "CreateBookingRequest/Booking/SelfBooked", "true, false, 1 or 0"),
        (
            "<Booking>",
            "<Booking s:mustUnderstand=\"1\">",
            "CreateBookingRequest/Booking",
            "no attribute mustUnderstand",
        ),
        ("<Booking>", "<Booking colour=\"red\">", "CreateBookingRequest/Booking", "no attribute colour"),
        ("<Booking>", "<Booking>text", "CreateBookingRequest/Booking", "text is not allowed"),
        ("<SelfBooked>", "<SelfBooked><b/>", "CreateBookingRequest/Booking/SelfBooked", "only text is allowed"),
        (
            "<SelfBooked>",
            "<SelfBooked xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\">",
            "CreateBookingRequest/Booking/SelfBooked",
            "xsi:nil",
        ),
        (
            "<SelfBooked>",
            "<SelfBooked xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:type=\"Foo\">",
            "CreateBookingRequest/Booking/SelfBooked",
            "xsi:type",
        ),
    ] {
        let to = if to == "<BookingStart>" { "<BookingStart/><BookingStartTime>" } else { to };
        let violation = violation(from, to);
        assert_eq!(violation.path, path, "{from} -> {to}");
        assert!(violation.to_string().contains(rule), "{from} -> {to}: {violation}");
        assert!(!violation.to_string().contains("575001"), "{violation}");
        assert!(violation.position.is_some());
    }
}

#[test]
fn order_repetition_and_absence_are_told_apart() {
    let start = &CREATE[CREATE.find("<BookingStartTime>").unwrap()..CREATE.find("</BookingStartTime>").unwrap() + 19];
    assert!(matches!(violation(start, "").rule, Rule::Unexpected { expected, .. } if expected == ["BookingStartTime"]));
    assert_eq!(violation(start, &start.repeat(2)).rule, Rule::TooMany { max: 1 });
    let person = &CREATE[CREATE.find("<PersonCivil").unwrap()..CREATE.find("<Booking>").unwrap()];
    let booking = &CREATE[CREATE.find("<Booking>").unwrap()..CREATE.find("</CreateBookingRequest>").unwrap()];
    assert!(matches!(
        violation(&format!("{person}{booking}"), &format!("{booking}{person}")).rule,
        Rule::Unexpected { .. }
    ));
    assert!(matches!(violation(booking, "").rule, Rule::Incomplete { expected } if expected == ["Booking"]));
}

#[test]
fn a_repeated_xsi_type_is_accepted() {
    let typed = "<SelfBooked xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:x=\"http://www.w3.org/2001/XMLSchema\" i:type=\"x:boolean\">";
    changed("<SelfBooked>", typed).unwrap();
}

#[test]
fn headers_are_missed_before_the_message_is_looked_at() {
    let contract = contract();
    let block = |name: &str| {
        let start = CREATE.find(&format!("<h:{name}")).or_else(|| CREATE.find(&format!("<a:{name}"))).unwrap();
        let end = CREATE[start..].find(&format!("{name}>\n  ")).unwrap() + start + name.len() + 1;
        &CREATE[start..end]
    };
    let broken_body = CREATE.replacen("<Booking>", "<Booked>", 1).replacen("</Booking>", "</Booked>", 1);
    for name in ["RequestUserMetadataHeader", "ActiveOrganisationHeader"] {
        let text = broken_body.replacen(block(name), "", 1);
        assert_eq!(read(&contract, &text).err(), Some(EnvelopeError::HeaderMissing(name.to_owned())));
    }
    let unreadable = broken_body.replacen("<a:OrganisationCode>10100</a:OrganisationCode>", "<a:Other/>", 1);
    assert!(
        matches!(read(&contract, &unreadable), Err(EnvelopeError::HeaderUnreadable { header, .. }) if header == "ActiveOrganisationHeader")
    );
    let twice = broken_body.replacen("</s:Header>", &format!("{}</s:Header>", block("ActiveOrganisationHeader")), 1);
    assert!(matches!(read(&contract, &twice), Err(EnvelopeError::HeaderUnreadable { .. })));
    assert!(matches!(read(&contract, &broken_body), Err(EnvelopeError::Invalid(_))));
}

#[test]
fn what_stands_in_another_namespace_is_told_its_own() {
    const BOOKING: &str = "http://service.bm.dk/BookingService/2015/01/21/";
    const METADATA: &str = "http://service.bm.dk/RequestUserMetadata/2015/01/21/";
    let in_body = changed(BOOKING, "urn:0101575001").unwrap_err().to_string();
    assert_eq!(
        in_body,
        format!("the element CreateBookingRequest in the body must be in the namespace {BOOKING}, and is in another")
    );
    let in_header = changed(METADATA, "urn:0101575001").unwrap_err().to_string();
    assert_eq!(
        in_header,
        format!(
            "the header block RequestUserMetadataHeader must be in the namespace {METADATA}, and was sent in another"
        )
    );
    let to_be_understood = "<RequestUserMetadataHeader s:mustUnderstand=\"1\"/></s:Header>";
    let not_understood = changed("</s:Header>", to_be_understood).unwrap_err().to_string();
    let text =
        format!("RequestUserMetadataHeader in no namespace (this service has it in the namespace {METADATA}) must");
    assert!(not_understood.contains(&text), "{not_understood}");
    let endless = format!("<T xmlns=\"urn:{}\" s:mustUnderstand=\"1\"/></s:Header>", "x".repeat(1000));
    assert!(changed("</s:Header>", &endless).unwrap_err().to_string().len() < 200);
}

#[test]
fn foreign_header_blocks_are_passed_over_unless_they_must_be_understood() {
    let contract = contract();
    let with = |block: &str| CREATE.replacen("</s:Header>", &format!("{block}</s:Header>"), 1);
    for (block, good) in [
        ("<x:T xmlns:x=\"urn:x\"><x:U>u</x:U></x:T>", true),
        ("<x:T xmlns:x=\"urn:x\" s:mustUnderstand=\"0\"/>", true),
        ("<x:T xmlns:x=\"urn:x\" s:mustUnderstand=\"1\" s:actor=\"urn:someone-else\"/>", true),
        ("<x:T xmlns:x=\"urn:x\" s:mustUnderstand=\"1\"/>", false),
        (
            "<x:T xmlns:x=\"urn:x\" s:mustUnderstand=\"1\" s:actor=\"http://schemas.xmlsoap.org/soap/actor/next\"/>",
            false,
        ),
    ] {
        let text = with(block);
        let envelope = Envelope::open(&contract, &text, Limits::default());
        match good {
            true => assert_eq!(envelope.unwrap_or_else(|error| panic!("{error}")).foreign_headers(), 1),
            false => {
                assert_eq!(envelope.err(), Some(EnvelopeError::MustUnderstand("T in the namespace urn:x".to_owned())));
            }
        }
    }
    let understood =
        CREATE.replacen("<a:ActiveOrganisationHeader", "<a:ActiveOrganisationHeader s:mustUnderstand=\"1\"", 1);
    assert!(read(&contract, &understood).is_ok());
}

#[test]
fn envelopes_that_are_none_are_refused() {
    let contract = contract();
    let soap12 = CREATE.replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    assert_eq!(read(&contract, &soap12).err(), Some(EnvelopeError::Version));
    let envelope = |inside: &str| {
        format!("<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">{inside}</s:Envelope>")
    };
    assert_eq!(read(&contract, &envelope("<s:Body/>")).err(), Some(EnvelopeError::EmptyBody));
    assert!(matches!(
        read(&contract, &envelope("<s:Body><x xmlns=\"u\"/></s:Body>")),
        Err(EnvelopeError::UnknownOperation(_))
    ));
    for text in [
        "<a/>",
        &envelope(""),
        &envelope("<s:Header/>"),
        &envelope("text<s:Body/>"),
        &envelope("<s:Body>text</s:Body>"),
        &envelope("<s:Body/><s:Header/>"),
    ] {
        assert!(
            matches!(read(&contract, text), Err(EnvelopeError::NotAnEnvelope(_) | EnvelopeError::EmptyBody)),
            "{text}"
        );
    }
    for (from, to) in [
        ("</s:Body>", "<x xmlns=\"u\"/></s:Body>"),
        ("</s:Envelope>", "<x xmlns=\"u\"/></s:Envelope>"),
        ("</s:Body>", "text</s:Body>"),
    ] {
        assert!(matches!(changed(from, to), Err(EnvelopeError::NotAnEnvelope(_))), "{to}");
    }
    assert!(matches!(
        changed("</s:Envelope>", "</s:Envelope><more/>"),
        Err(EnvelopeError::Xml(XmlError { fault: Fault::NotWellFormed(_), .. }))
    ));
    assert!(matches!(changed("</s:Envelope>", ""), Err(EnvelopeError::Xml(_))));
}

/// Writes a message again, element by element.
fn write_again(contract: &Contract, message: &Message<'_>) -> Result<String, Violation> {
    fn children(writer: &mut Writer<'_>, node: Node<'_>, contract: &Contract) -> Result<(), Violation> {
        if contract.schema().text_type(node.element()).is_some() {
            return writer.text(node.text());
        }
        for child in node.children() {
            match child.is_nil() {
                true => writer.nil(child.element())?,
                false => {
                    writer.start(child.element())?;
                    children(writer, child, contract)?;
                    writer.end()?;
                }
            }
        }
        Ok(())
    }
    let body = message.body().unwrap();
    let mut writer = Writer::new(contract.schema(), body.element());
    children(&mut writer, body, contract)?;
    writer.finish()
}

#[test]
fn what_was_read_can_be_written_and_read_again() {
    let contract = contract();
    let message = read(&contract, CREATE).unwrap();
    let written = write_again(&contract, &message).unwrap();
    let again = Envelope::open(&contract, &written, Limits::default()).unwrap().message().unwrap();
    assert_eq!(write_again(&contract, &again).unwrap(), written);
    assert_eq!(
        text_at(&contract, &again, &["Booking", "BookingStartTime"]),
        text_at(&contract, &message, &["Booking", "BookingStartTime"])
    );
}

#[test]
fn a_writer_refuses_what_would_break_the_contract() {
    let contract = contract();
    let schema = contract.schema();
    let root = contract.operation("CreateBooking").unwrap().reply;
    let receipt = schema.child(root, "ServiceReceipt").unwrap().element;
    let id = schema.child(receipt, "MessageIdentifier").unwrap().element;
    let date = schema.child(receipt, "EventDate").unwrap().element;
    let start = || {
        let mut writer = Writer::new(schema, root);
        writer.start(receipt).unwrap();
        writer
    };
    assert!(matches!(start().leaf(id, "not a guid").unwrap_err().rule, Rule::Value(_)));
    assert!(matches!(start().leaf(date, "2026-03-01T10:00:00+01:00").unwrap_err().rule, Rule::Unexpected { .. }));
    assert!(matches!(start().end().unwrap_err().rule, Rule::Incomplete { .. }));
    assert!(matches!(start().finish().unwrap_err().rule, Rule::Incomplete { .. }));
    assert!(matches!(start().nil(id).unwrap_err().rule, Rule::Nil));
    assert!(matches!(start().text("text").unwrap_err().rule, Rule::TextNotAllowed));
    let mut twice = start();
    twice.leaf(id, "3f2504e0-4f89-41d3-9a0c-0305e82c3301").unwrap();
    let error = twice.leaf(id, "3f2504e0-4f89-41d3-9a0c-0305e82c3301").unwrap_err();
    assert_eq!((error.path.as_str(), error.rule), ("CreateBookingResponse/ServiceReceipt", Rule::TooMany { max: 1 }));
}
