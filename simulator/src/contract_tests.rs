//! The hand-written types against `openapi/`: a member on one side only is a mistake on one of them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::testing::{ID, body_of, fresh, outcome, read, write};

fn contract() -> Value {
    serde_json::from_str(include_str!("../../openapi/kontaktforloeb.indkaldelse.json")).unwrap()
}

/// Names of the members of a schema.
fn members(schema: &str) -> BTreeSet<String> {
    names(&contract()["components"]["schemas"][schema]["properties"])
}

fn names(object: &Value) -> BTreeSet<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

/// A body with every member there is.
fn complete() -> Value {
    json!({
        "gruppemoedeId": "00000000-0000-4000-8000-000000000000",
        "ejersystemType": 30,
        "ombookingMulig": true,
        "ombookingFrist": "2030-05-30",
        "aflysningMulig": true,
        "aflysningsfrist": "2030-05-30",
        "selvbooket": false,
        "moedeStarttidspunkt": "2030-06-01T09:00:00+02:00",
        "moedeSluttidspunkt": "2030-06-01T10:00:00+02:00",
        "varighedMinutter": 60,
        "samtaleType": 7,
        "moedeGruppeType": 1,
        "samtaleformType": 8,
        "digitaltMoedelink": "https://moede.example/1",
        "lokationsuddybning": "Indgang fra gården",
        "lokation": {
            "vejnavn": "Rugbrødsgade",
            "husnummer": "7B",
            "etage": "2",
            "sidedoer": "tv",
            "postnummer": "1000",
            "bynavn": "Andeby",
            "landekode": "DK"
        },
        "acceptPaakraevet": true,
        "accepteret": false,
        "moedepligt": true,
        "oprettetAf": {"organisationType": 8, "organisationskode": 10100}
    })
}

#[test]
fn every_member_is_taken_and_given_back() {
    assert_eq!(names(&complete()), members("CreateIndkaldelseRequestDto"));
    assert_eq!(names(&complete()["lokation"]), members("LokationDto"));
    assert_eq!(names(&complete()["oprettetAf"]), members("OprettetAfDto"));
    let simulator = fresh();
    let created = simulator.answer(&write().raw(&complete().to_string()));
    assert_eq!(names(created.body.as_ref().unwrap()), members("ServicekvitteringDto"), "{created:?}");
    let mut answered = simulator.answer(&read().call()).body.unwrap()["indkaldelser"][0].take();
    assert_eq!(names(&answered), members("IndkaldelseDto"));
    answered.as_object_mut().unwrap().remove("indkaldelseId");
    assert_eq!(answered, complete());
}

#[test]
fn the_smallest_answer_has_what_the_contract_requires() {
    let simulator = fresh();
    assert_eq!(simulator.answer(&write().call()).status, 200);
    let answered = simulator.answer(&read().call()).body.unwrap()["indkaldelser"][0].take();
    let required = contract()["components"]["schemas"]["IndkaldelseDto"]["required"].take();
    let required: BTreeSet<String> = serde_json::from_value(required).unwrap();
    assert_eq!(names(&answered), required);
}

#[test]
fn a_history_has_what_the_contract_requires() {
    let simulator = fresh();
    assert_eq!(simulator.answer(&write().call()).status, 200);
    let answered = simulator.answer(&read().path("/v1/Indkaldelse/historik").call()).body.unwrap();
    assert_eq!(names(&answered), members("GetIndkaldelseshistorikResponseDto"));
    assert_eq!(names(&answered["historik"][0]), members("IndkaldelseshistorikDto"));
}

#[test]
fn choices_have_what_the_contract_gives_them() {
    let simulator = fresh();
    let path = "/v1/Indkaldelse/deltagelsesvalg";
    let body = json!({"deltagelsesvalgType": 1, "samtaleType": 7});
    assert_eq!(names(&body), members("SaveDeltagelsesvalgRequestDto"));
    let save = write().method("PUT").path(path).raw(&body.to_string());
    assert_eq!(names(&simulator.answer(&save).body.unwrap()), members("ServicekvitteringDto"));
    let all = body_of(&simulator, path);
    assert_eq!(names(&all), members("GetDeltagelsesvalgResponseDto"));
    assert_eq!(names(&all["deltagelsesvalg"][0]), members("DeltagelsesvalgDto"));
    let history = body_of(&simulator, &format!("{path}/historik"));
    assert_eq!(names(&history), members("GetDeltagelsesvalgshistorikResponseDto"));
    assert_eq!(names(&history["historik"][0]), members("DeltagelsesvalgshistorikDto"));
    assert_eq!(names(&history["historik"][0]["deltagelsesvalg"]), members("DeltagelsesvalgDto"));
}

#[test]
fn participants_have_what_the_contract_gives_them() {
    let simulator = fresh();
    assert_eq!(outcome(&simulator, &write().call()), (200, None));
    let body = json!({
        "indkaldelseIdentifier": ID,
        "navn": "Ane",
        "kontaktdetaljer": "Lokale 4",
        "telefonnummer": "12345678",
        "email": "ane@example.dk"
    });
    assert_eq!(names(&body), members("CreateMyndighedsdeltagerRequestDto"));
    for (method, request) in [("POST", "m1"), ("PUT", "m2")] {
        let path = format!("/v2/Indkaldelse/myndighedsdeltager/{ID}");
        let call = write().method(method).path(&path).with("x-requestid", request).raw(&body.to_string());
        assert_eq!(names(&simulator.answer(&call).body.unwrap()), members("ServicekvitteringDto"), "{method}");
    }
    let history = body_of(&simulator, &format!("/v1/Indkaldelse/historik/{ID}"));
    assert_eq!(names(&history), members("GetIndkaldelseshistorik2024ResponseDto"));
    assert_eq!(names(&history["historik"][2]), members("Indkaldelseshistorik2024Dto"));
    assert_eq!(names(&history["historik"][2]["myndighedsdeltagere"][0]), members("MyndighedsdeltagerDto"));
}

#[test]
fn a_search_takes_the_parameters_of_the_contract() {
    let parameters = contract()["components"]["parameters"].take();
    let queried = parameters.as_object().unwrap().values().filter(|parameter| parameter["in"] == "query");
    let query: Vec<_> = queried
        .map(|parameter| {
            let value = if parameter["schema"]["format"] == "date" { "2030-06-01" } else { "7" };
            format!("{}={value}", parameter["name"].as_str().unwrap())
        })
        .collect();
    assert_eq!(query.len(), 3);
    let simulator = fresh();
    assert_eq!(outcome(&simulator, &write().call()), (200, None));
    let found = body_of(&simulator, &format!("/v1/Indkaldelse/soegning?{}", query.join("&")));
    assert_eq!(names(&found), members("GetIndkaldelserResponseDto"));
    assert_eq!(found["indkaldelser"].as_array().unwrap().len(), 1);
}

#[test]
fn every_method_of_the_contract_is_served_under_its_name() {
    for (path, item) in contract()["paths"].as_object().unwrap() {
        let segments: Vec<_> = path.split('/').map(|part| if part.starts_with('{') { ID } else { part }).collect();
        for (method, operation) in item.as_object().unwrap().iter().filter(|(key, _)| !key.starts_with("x-")) {
            let call = read().method(&method.to_uppercase()).path(&segments.join("/")).call();
            let served = call.operation().map(|(operation, id)| (format!("{operation:?}"), id.to_owned()));
            let name = operation["operationId"].as_str().unwrap().trim_end_matches("Version1").to_owned();
            let id = if path.contains('{') { ID } else { "" };
            assert_eq!(served, Some((name, id.to_owned())), "{method} {path}");
        }
    }
}

#[test]
fn the_headers_are_those_of_the_contract() {
    let parameters = contract()["components"]["parameters"].take();
    let required = parameters.as_object().unwrap().values().filter(|parameter| {
        parameter["in"] == "header" && parameter["required"] == true && parameter["name"] != "x-requestId"
    });
    let required: BTreeSet<_> = required.map(|parameter| parameter["name"].as_str().unwrap().to_lowercase()).collect();
    let sent: BTreeSet<_> = read().call().headers.into_iter().map(|(name, _)| name).collect();
    assert_eq!(sent, required);
}

#[test]
fn everything_says_where_it_comes_from() {
    for contract in [contract(), jobannonce()] {
        says_where_it_comes_from(&contract);
    }
}

fn jobannonce() -> Value {
    serde_json::from_str(include_str!("../../openapi/virksomhedsindsats.jobannonce.json")).unwrap()
}

fn says_where_it_comes_from(contract: &Value) {
    for (path, item) in contract["paths"].as_object().unwrap() {
        assert!(is_marked(item), "{path}");
        for (method, operation) in item.as_object().unwrap().iter().filter(|(key, _)| !key.starts_with("x-")) {
            assert!(is_marked(operation), "{method} {path}");
        }
    }
    for (name, parameter) in contract["components"]["parameters"].as_object().unwrap() {
        assert!(is_marked(parameter), "{name}");
    }
    for (schema, value) in contract["components"]["schemas"].as_object().unwrap() {
        assert!(is_marked(value), "{schema}");
        for (name, member) in value["properties"].as_object().unwrap() {
            assert!(is_marked(member) || member["$ref"].is_string(), "{schema}.{name}");
        }
    }
}

/// Exactly one of the two marks, and not an empty one.
fn is_marked(value: &Value) -> bool {
    let mark = |name: &str| value[name].as_str().is_some_and(|text| !text.is_empty());
    mark("x-evidence") != mark("x-assumed")
}
