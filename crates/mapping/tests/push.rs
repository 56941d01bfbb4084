//! Pushes read by `mappings/wsb.toml` of the repository.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

use std::path::Path;

use dfdg_contract::Folder;
use dfdg_mapping::{Evidence, PushFormat, PushProblem, Pushed, PushedChange, compile};
use serde_json::{Value, json};

fn format() -> PushFormat {
    let catalogue = compile(&Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))).unwrap();
    catalogue.pushes.unwrap()
}

fn push() -> Value {
    json!({
        "metadata": {
            "beskedId": "0f8fad5b-d9cb-469f-a165-70867728950e",
            "entitetNavn": "Indkaldelse",
            "entitetId": 90000,
            "eksternIdentifier": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "versionIdentifier": 4,
            "identifikationstypeId": 1,
            "identifikation": "0101575001",
            "aendringstype": 2
        },
        "body": { "indkaldelseshaendelse": 3 }
    })
}

/// The push with another value at a key of its metadata; `null` takes it away.
fn with(key: &str, value: Value) -> Result<Pushed, PushProblem> {
    let mut push = push();
    push["metadata"][key] = value;
    format().read(push.to_string().as_bytes())
}

#[test]
fn the_fields_of_a_push_are_found() {
    let read = format().read(push().to_string().as_bytes()).unwrap();
    assert_eq!(read.message_id.as_deref(), Some("0f8fad5b-d9cb-469f-a165-70867728950e"));
    assert_eq!((read.entity_type, read.change), (90_000, PushedChange::Update));
    assert_eq!(read.entity_id, "3f2504e0-4f89-41d3-9a0c-0305e82c3301");
    assert_eq!(read.version.as_deref(), Some("4"));
    assert_eq!(read.citizen.as_deref(), Some("0101575001"));
    assert!(!format!("{read:?}").contains("0101575001"), "nobody's number is formatted");
}

#[test]
fn what_need_not_be_there_may_be_missing_or_empty() {
    for nothing in [Value::Null, json!(""), json!("  ")] {
        assert_eq!(with("beskedId", nothing.clone()).unwrap().message_id, None);
        assert_eq!(with("versionIdentifier", nothing).unwrap().version, None);
    }
    assert_eq!(with("identifikationstypeId", Value::Null).unwrap().citizen, None);
    assert_eq!(with("identifikationstypeId", json!(2)).unwrap().citizen, None, "no civil registration number");
    assert_eq!(with("entitetId", json!("90000")).unwrap().entity_type, 90_000);
    for (number, change) in [(1, PushedChange::Create), (2, PushedChange::Update), (3, PushedChange::Delete)] {
        assert_eq!(with("aendringstype", json!(number)).unwrap().change, change);
    }
}

#[test]
fn what_is_not_understood_is_told_by_place_and_rule_and_never_by_value() {
    let long = "x".repeat(201);
    for (key, value, rule) in [
        ("entitetId", Value::Null, "there"),
        ("entitetId", json!(-1), "a whole number from 0"),
        ("entitetId", json!(90000.5), "a whole number from 0"),
        ("entitetId", json!("Indkaldelse"), "a whole number from 0"),
        ("entitetId", json!("0101575001"), "a number of at most six digits"),
        ("eksternIdentifier", Value::Null, "there"),
        ("eksternIdentifier", json!(""), "there"),
        ("eksternIdentifier", json!({}), "a text of at most 200 letters, or a whole number"),
        ("eksternIdentifier", json!(long), "a text of at most 200 letters, or a whole number"),
        ("beskedId", json!("a\nb"), "a text of at most 200 letters, or a whole number"),
        ("versionIdentifier", json!(1.5), "a text of at most 200 letters, or a whole number"),
        ("aendringstype", Value::Null, "there"),
        ("aendringstype", json!(4), "one of the changes of mappings/wsb.toml"),
        ("identifikationstypeId", json!(true), "a whole number from 0"),
        ("identifikation", Value::Null, "there"),
        ("identifikation", json!("010157-5001"), "ten digits"),
    ] {
        let told = with(key, value.clone()).unwrap_err();
        assert_eq!(told, PushProblem::Field { pointer: format!("/metadata/{key}"), rule }, "{value}");
        assert!(!told.to_string().contains("010157"), "{told}");
    }
    for (body, problem) in [
        (&b""[..], PushProblem::NotJson),
        (b"{\"metadata\":", PushProblem::NotJson),
        (b"<push/>", PushProblem::NotJson),
        (b"{\"a\":\"\xff\"}", PushProblem::NotJson),
        ("[".repeat(10_000).as_bytes(), PushProblem::NotJson),
        (b"[]", PushProblem::NotAnObject),
        (b"null", PushProblem::NotAnObject),
    ] {
        assert_eq!(format().read(body).unwrap_err(), problem);
    }
    let flat = format().read(push()["metadata"].to_string().as_bytes());
    assert_eq!(flat.unwrap_err().to_string(), "/metadata/entitetId: must be there");
}

/// Whoever holds a genuine push looks at each of these lines.
#[test]
fn every_field_says_how_surely_it_is_known() {
    let format = format();
    assert!(format.fields().iter().all(|field| field.line > 0 && !matches!(field.evidence, Evidence::None)));
}
