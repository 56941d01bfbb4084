//! The hand-written types against `openapi/`: a member on one side only is a mistake on one of them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::settings::Now;
use crate::simulator::Simulator;
use crate::testing::{ID, population, read, write};

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
    let simulator = Simulator::new(population(), Now::new(|| "2030-06-01T06:00:00Z".parse().unwrap()));
    let created = simulator.answer(&write().raw(&complete().to_string()));
    assert_eq!(names(created.body.as_ref().unwrap()), members("ServicekvitteringDto"), "{created:?}");
    let mut answered = simulator.answer(&read().call()).body.unwrap()["indkaldelser"][0].take();
    assert_eq!(names(&answered), members("IndkaldelseDto"));
    answered.as_object_mut().unwrap().remove("indkaldelseId");
    assert_eq!(answered, complete());
}

#[test]
fn the_smallest_answer_has_what_the_contract_requires() {
    let simulator = Simulator::new(population(), Now::new(|| "2030-06-01T06:00:00Z".parse().unwrap()));
    assert_eq!(simulator.answer(&write().call()).status, 200);
    let answered = simulator.answer(&read().call()).body.unwrap()["indkaldelser"][0].take();
    let required = contract()["components"]["schemas"]["IndkaldelseDto"]["required"].take();
    let required: BTreeSet<String> = serde_json::from_value(required).unwrap();
    assert_eq!(names(&answered), required);
}

#[test]
fn a_history_has_what_the_contract_requires() {
    let simulator = Simulator::new(population(), Now::new(|| "2030-06-01T06:00:00Z".parse().unwrap()));
    assert_eq!(simulator.answer(&write().call()).status, 200);
    let answered = simulator.answer(&read().path("/v1/Indkaldelse/historik").call()).body.unwrap();
    assert_eq!(names(&answered), members("GetIndkaldelseshistorikResponseDto"));
    assert_eq!(names(&answered["historik"][0]), members("IndkaldelseshistorikDto"));
}

#[test]
fn every_method_of_the_contract_is_served() {
    let simulator = Simulator::new(population(), Now::new(|| "2030-06-01T06:00:00Z".parse().unwrap()));
    for (path, item) in contract()["paths"].as_object().unwrap() {
        let path = path.split('/').map(|part| if part.starts_with('{') { ID } else { part }).collect::<Vec<_>>();
        for method in item.as_object().unwrap().keys().filter(|key| !key.starts_with("x-")) {
            let call = read().method(&method.to_uppercase()).path(&path.join("/")).call();
            let answer = simulator.answer(&call);
            assert_ne!(answer.body.unwrap()["fejlkode"], 3, "{method} {path:?}");
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
    let contract = contract();
    for (path, item) in contract["paths"].as_object().unwrap() {
        assert!(is_marked(item), "{path}");
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
