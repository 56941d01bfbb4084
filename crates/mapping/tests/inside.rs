//! Calls the facade answers itself, and what came with them: lists of chosen values, lists that contain, joined texts.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

use std::path::Path;

use chrono::DateTime;
use dfdg_contract::Folder;
use dfdg_contract::soap::Envelope;
use dfdg_contract::xml::Limits;
use dfdg_mapping::{Answer, Catalogue, Effect, Entity, Exchange, Facts, Method, Refusal, compile};
use serde_json::{Value, json};
use uuid::Uuid;

const ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
const ORGANISATION: &str = "90000002";

fn catalogue() -> Catalogue {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    compile(&Folder(root)).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A request with an advert. `details` stands behind its description.
fn advert(operation: &str, number: &str, details: &str) -> String {
    format!(
        "<{operation}RequestType xmlns='http://jobnet.af.dk/JobAdService'><jobAd><ApplicationDetails/>\
         <HiringOrganizationDetails/>{number}<JobDetails><Description>d</Description>{details}<Title>t</Title></JobDetails>\
         <PublishEndDate>2026-04-01</PublishEndDate><PublishStartDate>2026-03-05</PublishStartDate></jobAd></{operation}RequestType>"
    )
}

fn numbered(operation: &str, number: &str) -> String {
    format!(
        "<{operation}RequestType xmlns='http://jobnet.af.dk/JobAdService'><JobAdId>{number}</JobAdId></{operation}RequestType>"
    )
}

fn exchange<T>(body: &str, settings: &[(&str, &str)], test: impl FnOnce(Result<Exchange<'_, '_>, Refusal>) -> T) -> T {
    let catalogue = catalogue();
    let service = catalogue.service("JobAdService").unwrap();
    let text =
        format!("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>{body}</s:Body></s:Envelope>");
    let envelope = Envelope::open(&service.contract, &text, Limits::default()).unwrap();
    let operation = envelope.operation().unwrap().name.clone();
    let message = envelope.message().unwrap_or_else(|error| panic!("{error}"));
    let facts = Facts {
        now: DateTime::parse_from_rfc3339("2026-03-01T10:00:00+01:00").unwrap(),
        request_id: ID,
        organisation_type: 24,
        organisation_code: ORGANISATION,
        caller_identifier: "CVR:90000002-UUID:0f8fad5b-d9cb-469f-a165-70867728950e",
        settings: &|name| settings.iter().find(|(own, _)| *own == name).map(|(_, value)| *value),
        new_guid: &Uuid::nil,
    };
    test(Exchange::start(service.plan(&operation).unwrap(), &message, &facts))
}

fn answer(body: &Value) -> Answer {
    Answer { status: 200, body: body.to_string().into_bytes(), ..Answer::default() }
}

fn pair() -> Answer {
    answer(&json!({"number": 17, "uuid": ID}))
}

/// The one effect that is ready.
fn one(exchange: &mut Exchange<'_, '_>) -> Effect {
    let mut effects = exchange.ready().unwrap_or_else(|refusal| panic!("{refusal}"));
    assert_eq!(effects.len(), 1, "{effects:?}");
    effects.remove(0)
}

/// The body of the creation of an advert.
fn created(details: &str, settings: &[(&str, &str)]) -> Value {
    exchange(&advert("AddJob", "", details), settings, |exchange| {
        let mut exchange = exchange.unwrap_or_else(|refusal| panic!("{refusal}"));
        let reserve = one(&mut exchange);
        exchange.answer(reserve.call, &pair()).unwrap();
        serde_json::from_slice(&one(&mut exchange).body.unwrap()).unwrap()
    })
}

#[test]
fn a_number_is_reserved_before_anything_is_written() {
    exchange(&advert("AddJob", "", ""), &[], |exchange| {
        let mut exchange = exchange.unwrap_or_else(|refusal| panic!("{refusal}"));
        let reserve = one(&mut exchange);
        assert_eq!((reserve.method, reserve.path.as_str()), (Method::Post, "/jobannonce"));
        exchange.answer(reserve.call, &pair()).unwrap();
        let create = one(&mut exchange);
        assert_eq!(create.path, format!("/v1/Jobannonce/{ID}"));
        exchange.answer(create.call, &Answer { status: 200, ..Answer::default() }).unwrap();
        assert!(exchange.reply().unwrap().contains("<JobAdId>17</JobAdId>"));
    });
}

#[test]
fn what_cannot_be_reserved_is_not_written() {
    exchange(&advert("AddJob", "", ""), &[], |exchange| {
        let mut exchange = exchange.unwrap_or_else(|refusal| panic!("{refusal}"));
        let reserve = one(&mut exchange);
        let refused = exchange.answer(reserve.call, &Answer { status: 500, ..Answer::default() });
        assert!(matches!(refused, Err(Refusal::Backend { .. })), "{refused:?}");
        assert!(exchange.ready().unwrap().is_empty());
    });
}

#[test]
fn a_number_nobody_was_given_ends_before_the_backend() {
    exchange(&numbered("GetJob", "99"), &[], |exchange| {
        let mut exchange = exchange.unwrap_or_else(|refusal| panic!("{refusal}"));
        let look_up = one(&mut exchange);
        assert_eq!((look_up.method, look_up.path.as_str()), (Method::Get, "/jobannonce/99"));
        let refused = exchange.answer(look_up.call, &Answer { status: 404, ..Answer::default() });
        assert!(matches!(refused, Err(Refusal::Backend { fault: Some(130_000), .. })), "{refused:?}");
    });
}

/// What is updated is known by its number before anything is asked for, so two updates of it take turns.
#[test]
fn updates_of_one_number_are_of_one_entity() {
    let entities = |number: &str| -> Vec<Entity> {
        let number = format!("<JobAdId>{number}</JobAdId>");
        exchange(&advert("UpdateJob", &number, ""), &[], |exchange| exchange.unwrap_or_else(|_| panic!()).entities())
    };
    assert_eq!(entities("17").len(), 1);
    assert_eq!(entities("17"), entities("+017"));
    assert_ne!(entities("17"), entities("18"));
    let none = exchange(&numbered("CloseJob", "17"), &[], |exchange| exchange.unwrap_or_else(|_| panic!()).entities());
    assert_eq!(none, []);
}

#[test]
fn flags_become_a_list_and_none_of_them_no_list() {
    let flags = |names: &[&str]| {
        let flag = |name: &&str| format!("<{name}>{}</{name}>", names.contains(name));
        let all: String = ["Day", "Evening", "Night", "Weekend"].iter().map(flag).collect();
        created(&format!("<Schedule><DailyWorkTime>{all}</DailyWorkTime></Schedule>"), &[])["job"]["arbejdstidsforhold"]
            .clone()
    };
    assert_eq!(flags(&["Day", "Night"]), json!([1, 4]));
    assert_eq!(flags(&["Day", "Evening", "Night", "Weekend"]), json!([1, 3, 4, 5]));
    assert_eq!(flags(&[]), Value::Null);
}

/// RN-JA-04: nothing is asked of an old caller; what is registered for it is sent.
#[test]
fn rn_ja_04_the_kind_of_authority_comes_from_the_registration() {
    assert_eq!(created("", &[])["job"]["egenskaber"], Value::Null);
    assert_eq!(created("", &[("jobannonce-egenskab", "3")])["job"]["egenskaber"], json!([3]));
}

/// What is sent of an update when this is what is there.
fn updated(details: &str, there: &Value) -> Value {
    exchange(&advert("UpdateJob", "<JobAdId>17</JobAdId>", details), &[], |exchange| {
        let mut exchange = exchange.unwrap_or_else(|refusal| panic!("{refusal}"));
        let look_up = one(&mut exchange);
        exchange.answer(look_up.call, &pair()).unwrap();
        let read = one(&mut exchange);
        exchange.answer(read.call, &answer(there)).unwrap_or_else(|refusal| panic!("{refusal}"));
        serde_json::from_slice(&one(&mut exchange).body.unwrap()).unwrap()
    })
}

fn there(job: &Value) -> Value {
    json!({
        "jobannonceId": ID, "status": "Afvist", "titel": "old", "beskrivelse": "old", "ansvarligMyndighedskode": "101",
        "publiceringStarttidspunkt": "2026-03-01T00:00:00+01:00", "publiceringSluttidspunkt": "2026-03-02T00:00:00+01:00",
        "job": job
    })
}

#[test]
fn an_update_keeps_what_the_old_contract_has_no_flag_for() {
    let details = "<OccupationConceptUri>u</OccupationConceptUri>\
        <Schedule><DailyWorkTime><Evening>1</Evening></DailyWorkTime></Schedule>";
    let job = json!({"arbejdstidsforhold": [1, 2, 6], "egenskaber": [4], "conceptUriDa": "u", "aliasIdentifier": "a"});
    let sent = updated(details, &there(&job));
    assert_eq!(sent["job"]["arbejdstidsforhold"], json!([2, 3, 6]));
    assert_eq!((&sent["job"]["egenskaber"], &sent["job"]["aliasIdentifier"]), (&json!([4]), &json!("a")));
    assert_eq!((&sent["ansvarligMyndighedskode"], &sent["titel"]), (&json!("101"), &json!("t")));
    let other = json!({"conceptUriDa": "other", "aliasIdentifier": "a"});
    assert_eq!(updated(details, &there(&other))["job"]["aliasIdentifier"], Value::Null, "of another occupation");
}

/// RN-JA-06: former codes are not sent again, unless the caller sends them, which is refused.
#[test]
fn rn_ja_06_an_update_sends_no_former_licence_again() {
    let job = json!({"koerekorttyper": ["Taxi", "B"]});
    assert_eq!(updated("", &there(&job))["job"]["koerekorttyper"], Value::Null);
    let own = "<DriversLicences><DriversLicence>B</DriversLicence></DriversLicences>";
    assert_eq!(updated(own, &there(&job))["job"]["koerekorttyper"], json!(["B"]));
}
