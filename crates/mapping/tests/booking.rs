//! Rules of the release notes, over the repository's own mappings.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

use std::path::Path;

use chrono::DateTime;
use dfdg_contract::Folder;
use dfdg_contract::soap::Envelope;
use dfdg_contract::xml::Limits;
use dfdg_mapping::{Answer, Exchange, Facts, Refusal, compile};
use serde_json::{Value, json};

const ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
const CODE: &str = "xmlns:c='http://service.bm.dk/pjaktass/2013/06/07/CodeListBase/'";

/// A booking with this mødeform and, behind the required elements, this.
fn create(form: &str, rest: &str) -> String {
    let code = |name: &str, code: &str| {
        format!("<{name}><c:CodeListItemIdentifier>{code}</c:CodeListItemIdentifier></{name}>")
    };
    format!(
        "<CreateBookingRequest xmlns='http://service.bm.dk/BookingService/2015/01/21/' {CODE}>\
         <PersonCivilRegistrationIdentifier>0101701234</PersonCivilRegistrationIdentifier><Booking>\
         <BookingOriginator><OrganisationCode>10100</OrganisationCode>{}</BookingOriginator>\
         <CitizenShouldAcceptBooking>true</CitizenShouldAcceptBooking><AcceptedBooking>false</AcceptedBooking>\
         <ReBookingPossible>false</ReBookingPossible><CancellationPossible>false</CancellationPossible>\
         <SelfBooked>false</SelfBooked><CompulsoryAttendance>true</CompulsoryAttendance>\
         <BookingStartTime>2026-03-01T09:00:00+01:00</BookingStartTime>{}{}{}{rest}</Booking></CreateBookingRequest>",
        code("OrganisationTypeIdentifier", "8"),
        code("InterviewTypeIdentifier", "7"),
        code("InterviewContactTypeIdentifier", form),
        code("InterviewFormTypeIdentifier", "1"),
    )
}

/// The body a request becomes, and the reply an answer becomes.
fn run(body: &str, link: Option<&str>, answer: &Value) -> Result<(Value, String), Refusal> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let catalogue = compile(&Folder(root)).unwrap_or_else(|problems| panic!("{problems}"));
    let service = catalogue.service("BookingService").unwrap();
    let text = format!(
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Header/><s:Body>{body}</s:Body></s:Envelope>"
    );
    let envelope = Envelope::open(&service.contract, &text, Limits::default()).unwrap();
    let operation = envelope.operation().unwrap().name.clone();
    let message = envelope.message().unwrap_or_else(|error| panic!("{error}"));
    let facts = Facts {
        now: DateTime::parse_from_rfc3339("2026-01-31T09:00:00+01:00").unwrap(),
        request_id: ID,
        organisation_type: 8,
        organisation_code: "10100",
        caller_identifier: "CVR:12345678-UUID:0f8fad5b-d9cb-469f-a165-70867728950e",
        settings: &|name| link.filter(|_| name == "digital-meeting-link"),
        new_guid: &|| uuid::Uuid::nil(),
    };
    let mut exchange = Exchange::start(service.plan(&operation).unwrap(), &message, &facts)?;
    let effect = exchange.ready()?.remove(0);
    let sent = effect.body.map_or(Value::Null, |body| serde_json::from_slice(&body).unwrap());
    exchange.answer(effect.call, &Answer { status: 200, body: answer.to_string().into(), ..Answer::default() })?;
    Ok((sent, exchange.reply().unwrap_or_else(|error| panic!("{error}"))))
}

fn written(form: &str, rest: &str, link: Option<&str>) -> Result<Value, Refusal> {
    let receipt = json!({"registreringsId": ID, "registreringstidspunkt": "2026-01-31T09:00:00+01:00"});
    run(&create(form, rest), link, &receipt).map(|(sent, _)| sent)
}

/// A booking as the domain service answers it.
fn booking() -> Value {
    json!({
        "indkaldelseId": ID, "ombookingMulig": false, "aflysningMulig": false, "selvbooket": false,
        "moedeStarttidspunkt": "2026-03-01T09:00:00+01:00", "samtaleType": 7, "moedeGruppeType": 1, "samtaleformType": 1,
        "acceptPaakraevet": false, "accepteret": false, "moedepligt": true,
        "oprettetAf": {"organisationType": 8, "organisationskode": 10100}
    })
}

fn read(member: &str, value: Value) -> String {
    let mut booking = booking();
    booking[member] = value;
    let request = "<GetBookingsRequest xmlns='http://service.bm.dk/BookingService/2015/01/21/'>\
        <PersonCivilRegistrationIdentifier>0101701234</PersonCivilRegistrationIdentifier></GetBookingsRequest>";
    run(request, None, &json!({"indkaldelser": [booking]})).unwrap_or_else(|refusal| panic!("{refusal}")).1
}

#[test]
fn rn_bk_03_moedeform_4_and_5_are_written_as_8_and_9() {
    let form = |form| written(form, "", Some("https://meet.example.dk")).unwrap()["samtaleformType"].clone();
    assert_eq!(
        (form("1"), form("4"), form("5"), form("8"), form("9")),
        (1.into(), 8.into(), 9.into(), 8.into(), 9.into())
    );
}

#[test]
fn rn_bk_03_moedeform_6_and_7_are_refused_as_expired() {
    for form in ["6", "7"] {
        let refusal = written(form, "", None).unwrap_err();
        assert!(matches!(refusal, Refusal::CodeList { fault: 2003, .. }), "{refusal}");
    }
}

#[test]
fn rn_bk_03_moedeform_8_and_9_are_read_unchanged() {
    for form in [8, 9] {
        assert!(read("samtaleformType", form.into()).contains(&format!(">{form}</CodeListItemIdentifier>")));
    }
}

#[test]
fn rn_bk_04_a_digital_meeting_has_the_link_of_the_organisation_or_is_refused() {
    for form in ["4", "8"] {
        let sent = written(form, "", Some("https://meet.example.dk")).unwrap();
        assert_eq!(sent["digitaltMoedelink"], "https://meet.example.dk");
        assert!(matches!(written(form, "", None), Err(Refusal::Rule { .. })));
    }
    assert_eq!(written("1", "", Some("https://meet.example.dk")).unwrap().get("digitaltMoedelink"), None);
}

#[test]
fn rn_bk_05_a_blank_lokationsuddybning_is_never_passed_on() {
    let described = |text: &str| format!("<InterviewLocationDescription>{text}</InterviewLocationDescription>");
    assert_eq!(written("1", &described("  "), None).unwrap().get("lokationsuddybning"), None);
    assert_eq!(written("1", &described("3. sal"), None).unwrap()["lokationsuddybning"], "3. sal");
    assert!(!read("lokationsuddybning", "".into()).contains("InterviewLocationDescription"));
    assert!(!read("lokationsuddybning", " \n".into()).contains("InterviewLocationDescription"));
}

#[test]
fn rn_cpr_06_a_former_number_is_handed_on_and_never_refused_here() {
    let request = create("1", "").replace("CreateBooking", "UpdateBooking");
    let request = request.replace("<Booking>", &format!("<Booking><BookingIdentifier>{ID}</BookingIdentifier>"));
    let sent = numbers(&request.replace("0101701234", "0303575103"));
    assert_eq!(sent, ["0303575103", "0303575103"], "read and write, though the number may be a former one");
}

/// The civil registration number in each call of an update that is answered well.
fn numbers(request: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let catalogue = compile(&Folder(root)).unwrap_or_else(|problems| panic!("{problems}"));
    let service = catalogue.service("BookingService").unwrap();
    let envelope = "http://schemas.xmlsoap.org/soap/envelope/";
    let text = format!("<s:Envelope xmlns:s='{envelope}'><s:Header/><s:Body>{request}</s:Body></s:Envelope>");
    let message = Envelope::open(&service.contract, &text, Limits::default()).unwrap().message().unwrap();
    let now = DateTime::parse_from_rfc3339("2026-01-31T09:00:00+01:00").unwrap();
    let facts = Facts {
        now,
        request_id: ID,
        organisation_type: 8,
        organisation_code: "10100",
        caller_identifier: "CVR:12345678-UUID:0f8fad5b-d9cb-469f-a165-70867728950e",
        settings: &|_| None,
        new_guid: &|| uuid::Uuid::nil(),
    };
    let mut exchange = Exchange::start(service.plan("UpdateBooking").unwrap(), &message, &facts).unwrap();
    let mut sent = Vec::new();
    while let Some(effect) = exchange.ready().unwrap().pop() {
        let number = effect.headers.iter().find(|(name, _)| name == "x-civilregistrationIdentifier");
        sent.extend(number.map(|(_, number)| number.clone()));
        let body = if sent.len() == 1 { booking().to_string() } else { String::new() };
        exchange.answer(effect.call, &Answer { status: 200, body: body.into(), ..Answer::default() }).unwrap();
    }
    sent
}
