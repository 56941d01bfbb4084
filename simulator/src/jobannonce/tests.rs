//! What a job advert lives through, and the hand-written types against `openapi/`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::call::Call;
use crate::simulator::Simulator;
use crate::testing::{Draft, ID, fresh, outcome, read, simulator_at};

const PATH: &str = "/v1/Jobannonce/7a5e4b6e-0f1a-4f6e-9a51-0f2d3c4b5a69";

fn contract() -> Value {
    serde_json::from_str(include_str!("../../../openapi/virksomhedsindsats.jobannonce.json")).unwrap()
}

/// A body with every member there is.
fn complete() -> Value {
    json!({
        "titel": "Bager",
        "beskrivelse": "<p>Rugbrød</p>",
        "publiceringStarttidspunkt": "2030-06-02T00:00:00+02:00",
        "publiceringSluttidspunkt": "2030-06-30T23:59:59+02:00",
        "anonymArbejdsgiver": false,
        "logo": "aGVq",
        "ansvarligMyndighedskode": "101",
        "arbejdsgiver": {"cvrNummer": "90000002", "pNummer": "1000000001", "navn": "Rugbrødsfabrikken"},
        "job": {
            "jobtype": "Ordinaert",
            "adresse": {"vejnavn": "Nygade 3", "postnummer": "1000", "bynavn": "Andeby", "kommunekode": "101", "landekode": "DK"},
            "tidsbegraenset": false,
            "deltid": true,
            "ugentligtTimetalMin": 1,
            "ugentligtTimetalMax": 36,
            "ansaettelsesdato": "2030-08-01",
            "conceptUriDa": "http://data.star.dk/esco/occupation/0",
            "aliasIdentifier": "0",
            "koerekorttyper": ["B"],
            "arbejdstidsforhold": [1, 6],
            "egenskaber": [3]
        },
        "ansoegning": {
            "url": "https://rugbroed.example",
            "email": "job@rugbroed.example",
            "brev": false,
            "telefon": "12345678",
            "beskrivelse": "Skriv til os",
            "reference": "7",
            "frist": "2030-06-30",
            "antalStillinger": 2,
            "kontaktpersoner": [{
                "fornavn": "Ane", "efternavn": "And", "titel": "Chef", "email": "ane@rugbroed.example",
                "telefonnummer": "12345678", "skjulTelefonnummer": true
            }]
        }
    })
}

fn draft(method: &str, path: &str, code: &str) -> Draft {
    read()
        .without("x-civilregistrationidentifier")
        .with("x-brugeremail", "it%40hr.example")
        .with("x-aktivorganisationtype", "24")
        .with("x-aktivorganisationkode", code)
        .with("content-type", "application/json")
        .method(method)
        .path(path)
}

/// A write that comes once.
fn send(simulator: &Simulator, method: &str, suffix: &str, code: &str, body: &Value) -> (u16, Option<i64>) {
    let draft = draft(method, &format!("{PATH}{suffix}"), code);
    let id = format!("r{}", simulator.answer(&draft.clone().method("GET").path(PATH).call()).version.unwrap_or(0));
    let draft = draft.with("x-requestid", &format!("{method}{suffix}{id}"));
    outcome(simulator, &if body.is_null() { draft.call() } else { draft.raw(&body.to_string()) })
}

fn status(simulator: &Simulator) -> String {
    let answer = simulator.answer(&draft("GET", PATH, "90000002").call());
    answer.body.and_then(|body| body["status"].as_str().map(str::to_owned)).unwrap_or_default()
}

fn with(pointer: &str, value: Value) -> Value {
    let mut body = complete();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    parent.remove(name);
    if !value.is_null() {
        parent.insert(name.to_owned(), value);
    }
    body
}

const GOOD: (u16, Option<i64>) = (200, None);
const OWN: &str = "90000002";

#[test]
fn every_member_is_taken_and_given_back() {
    let simulator = fresh();
    assert_eq!(send(&simulator, "POST", "", OWN, &complete()), GOOD);
    let mut answered = simulator.answer(&draft("GET", PATH, OWN).call()).body.unwrap();
    assert_eq!(names(&answered), members("JobannonceDto"));
    let facts = answered.as_object_mut().unwrap();
    assert_eq!((facts.remove("jobannonceId"), facts.remove("status")), (Some(ID.into()), Some("Godkendt".into())));
    assert_eq!(answered, complete());
    assert_eq!(names(&complete()), members("JobannonceRequestDto"));
    for (pointer, schema) in [
        ("/arbejdsgiver", "ArbejdsgiverDto"),
        ("/job", "JobDto"),
        ("/job/adresse", "AdresseDto"),
        ("/ansoegning", "AnsoegningDto"),
        ("/ansoegning/kontaktpersoner/0", "KontaktpersonDto"),
    ] {
        assert_eq!(names(complete().pointer(pointer).unwrap()), members(schema), "{pointer}");
    }
}

#[test]
fn what_the_contract_requires_is_required() {
    for (schema, pointer) in [
        ("JobannonceRequestDto", ""),
        ("AdresseDto", "/job/adresse"),
        ("KontaktpersonDto", "/ansoegning/kontaktpersoner/0"),
    ] {
        let required = contract()["components"]["schemas"][schema]["required"].take();
        let required: BTreeSet<String> = serde_json::from_value(required).unwrap();
        for name in members(schema) {
            let mut body = complete();
            body.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(&name);
            let expected = if required.contains(&name) { (400, Some(1014)) } else { GOOD };
            assert_eq!(send(&fresh(), "POST", "", OWN, &body), expected, "{schema} without {name}");
        }
    }
}

fn members(schema: &str) -> BTreeSet<String> {
    names(&contract()["components"]["schemas"][schema]["properties"])
}

fn names(object: &Value) -> BTreeSet<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn every_method_of_the_contract_is_served_under_its_name() {
    for (path, item) in contract()["paths"].as_object().unwrap() {
        let real = path.replace("{jobannonceId}", ID);
        for (method, operation) in item.as_object().unwrap().iter().filter(|(key, _)| !key.starts_with("x-")) {
            let call: Call = draft(&method.to_uppercase(), &real, OWN).call();
            let served = call.operation().map(|(operation, id)| (format!("{operation:?}"), id.to_owned()));
            let id = if path.contains('{') { ID } else { "" };
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert_eq!(served, Some((name, id.to_owned())), "{method} {path}");
        }
    }
}

#[test]
fn without_the_user_it_is_1100() {
    let simulator = fresh();
    for name in ["x-brugernavn", "x-brugeremail", "x-brugeridentifikation", "x-brugertype", "x-aktivorganisationtype"] {
        let call = draft("GET", PATH, OWN).without(name).call();
        assert_eq!(outcome(&simulator, &call), (403, Some(1100)), "{name}");
    }
}

#[test]
fn time_makes_of_an_approved_advert_what_it_is() {
    let simulator = fresh();
    for (start, end, expected) in [
        ("2030-06-02T00:00:00+02:00", "2030-06-30T23:59:59+02:00", "Godkendt"),
        ("2030-06-01T00:00:00+02:00", "2030-06-30T23:59:59+02:00", "Publiceret"),
        ("2030-05-01T00:00:00+02:00", "2030-05-30T23:59:59+02:00", "PubliceringUdloebet"),
    ] {
        let mut body = with("/publiceringStarttidspunkt", start.into());
        body["publiceringSluttidspunkt"] = end.into();
        let simulator = fresh();
        assert_eq!(send(&simulator, "POST", "", OWN, &body), GOOD);
        assert_eq!(status(&simulator), expected);
    }
    assert_eq!(status(&simulator), "");
}

#[test]
fn the_status_decides_who_may_do_what() {
    let steps = ["PUT", "/publicer", "/luk"];
    let allowed = |prepare: &dyn Fn(&Simulator)| {
        steps.map(|step| {
            let simulator = fresh();
            prepare(&simulator);
            let (method, suffix, body) =
                if step == "PUT" { ("PUT", "", complete()) } else { ("POST", step, Value::Null) };
            match send(&simulator, method, suffix, OWN, &body) {
                GOOD => true,
                (422, Some(130_002)) => false,
                other => panic!("{step}: {other:?}"),
            }
        })
    };
    let create = |simulator: &Simulator, body: &Value| assert_eq!(send(simulator, "POST", "", OWN, body), GOOD);
    let mut ended = with("/publiceringStarttidspunkt", "2030-05-01T00:00:00+02:00".into());
    ended["publiceringSluttidspunkt"] = "2030-05-02T00:00:00+02:00".into();
    assert_eq!(allowed(&|s| create(s, &complete())), [false, false, true], "approved");
    assert_eq!(allowed(&|s| create(s, &ended)), [true, false, false], "ended");
    let draft = |s: &Simulator| assert_eq!(send(s, "POST", "/kladde", OWN, &complete()), GOOD);
    assert_eq!(allowed(&draft), [true, true, false], "a draft");
    let closed = |s: &Simulator| {
        create(s, &complete());
        assert_eq!(send(s, "POST", "/luk", OWN, &Value::Null), GOOD);
        assert_eq!(status(s), "Lukket");
    };
    assert_eq!(allowed(&closed), [false, false, false], "closed");
}

#[test]
fn adverts_of_some_wait_or_are_refused() {
    for (code, expected) in [("90000013", "TilGodkendelse"), ("90000021", "Afvist")] {
        let simulator = fresh();
        assert_eq!(send(&simulator, "POST", "", code, &complete()), GOOD);
        assert_eq!(simulator.answer(&draft("GET", PATH, code).call()).body.unwrap()["status"], expected);
        assert_eq!(outcome(&simulator, &draft("GET", PATH, OWN).call()), (403, Some(4575)), "not its own");
    }
}

#[test]
fn an_id_is_used_once_and_a_deleted_advert_is_unknown() {
    let simulator = fresh();
    assert_eq!(outcome(&simulator, &draft("GET", PATH, OWN).call()), (404, Some(130_000)));
    assert_eq!(send(&simulator, "POST", "", OWN, &complete()), GOOD);
    assert_eq!(send(&simulator, "POST", "", OWN, &complete()), (409, Some(130_001)));
    assert_eq!(send(&simulator, "DELETE", "", OWN, &Value::Null), GOOD);
    assert_eq!(outcome(&simulator, &draft("GET", PATH, OWN).call()), (404, Some(130_000)));
    assert_eq!(send(&simulator, "POST", "/kladde", OWN, &complete()), (409, Some(130_001)));
    let repeated = draft("DELETE", PATH, OWN).with("x-requestid", "same").call();
    simulator.answer(&repeated);
    assert_eq!(outcome(&simulator, &repeated), (412, None));
}

#[test]
fn rules_of_the_domain() {
    for (pointer, value, expected) in [
        ("/job/ugentligtTimetalMin", json!(0), (422, Some(130_003))),
        ("/job/ugentligtTimetalMax", json!(37), (422, Some(130_003))),
        ("/job/ugentligtTimetalMax", json!(null), GOOD),
        ("/job/ugentligtTimetalMin", json!(36), GOOD),
        ("/job/deltid", json!(false), GOOD),
        ("/job/koerekorttyper", json!(["Taxi"]), (422, Some(2002))),
        ("/job/koerekorttyper", json!([]), GOOD),
        ("/job/jobtype", json!("HotJob"), (422, Some(2002))),
        ("/job/arbejdstidsforhold", json!([7]), (422, Some(2002))),
        ("/job/egenskaber", json!([6]), (422, Some(2002))),
        ("/publiceringSluttidspunkt", json!("2030-06-02T00:00:00+02:00"), (400, Some(1014))),
        ("/ukendt", json!(1), (400, Some(1014))),
    ] {
        let body = with(pointer, value);
        assert_eq!(send(&fresh(), "POST", "", OWN, &body), expected, "{pointer}");
        let verdict = draft("POST", "/v1/Jobannonce/validering", OWN).raw(&body.to_string());
        let answer = fresh().answer(&verdict);
        match expected {
            (400, _) if pointer == "/ukendt" => assert_eq!(answer.status, 400),
            _ => assert_eq!(answer.body.unwrap(), json!({"gyldig": expected == GOOD}), "{pointer}"),
        }
    }
    let mut both = with("/job/ugentligtTimetalMin", json!(20));
    both["job"]["ugentligtTimetalMax"] = json!(10);
    assert_eq!(send(&fresh(), "POST", "", OWN, &both), (422, Some(130_003)));
}

#[test]
fn its_history_tells_each_change() {
    let simulator = simulator_at("2030-06-01T06:00:00Z");
    assert_eq!(send(&simulator, "POST", "/kladde", OWN, &complete()), GOOD);
    assert_eq!(send(&simulator, "POST", "/publicer", OWN, &Value::Null), GOOD);
    let history = simulator.answer(&draft("GET", &format!("{PATH}/historik"), OWN).call()).body.unwrap();
    let at = "2030-06-01T08:00:00+02:00";
    let entry = |status: &str| json!({"tidspunkt": at, "status": status});
    assert_eq!(history, json!({"historik": [entry("Kladde"), entry("Godkendt")]}));
    assert_eq!(names(&history["historik"][0]), members("JobannoncehaendelseDto"));
}

#[test]
fn an_update_is_of_the_version_it_names() {
    let simulator = fresh();
    assert_eq!(send(&simulator, "POST", "/kladde", OWN, &complete()), GOOD);
    let update = |version: &str| {
        let call = draft("PUT", PATH, OWN).with("if-match", version).with("x-requestid", version);
        outcome(&simulator, &call.raw(&complete().to_string()))
    };
    assert_eq!(update("\"7\""), (412, None));
    assert_eq!(update("\"1\""), GOOD);
}
