use serde_json::{Value, json};

use crate::call::Call;
use crate::simulator::Simulator;
use crate::testing::{Draft, ID, body_of, fresh, outcome, write};

/// Another indkaldelse of the same citizen.
const OTHER: &str = "7a5e4b6e-0f1a-4f6e-9a51-0f2d3c4b5a00";
const PARTICIPANT: &str = "11111111-0f1a-4f6e-9a51-0f2d3c4b5a69";

/// A simulator in which two indkaldelser are registered.
fn two() -> Simulator {
    let simulator = fresh();
    for (id, request) in [(ID, "r1"), (OTHER, "r2")] {
        assert_eq!(outcome(&simulator, &write().id(id).with("x-requestid", request).call()), (200, None));
    }
    simulator
}

fn draft(method: &str, request: &str) -> Draft {
    let path = format!("/v2/Indkaldelse/myndighedsdeltager/{PARTICIPANT}");
    write().method(method).with("x-requestid", request).path(&path)
}

fn named(draft: Draft, name: &str) -> Call {
    draft.raw(&json!({"indkaldelseIdentifier": ID, "navn": name}).to_string())
}

/// Kind of change and names of participants, for each entry of the later form of the history.
fn history(simulator: &Simulator, id: &str) -> Vec<(i64, Vec<Value>)> {
    let history = body_of(simulator, &format!("/v1/Indkaldelse/historik/{id}"))["historik"].take();
    let names = |change: &Value| {
        change["myndighedsdeltagere"].as_array().unwrap().iter().map(|one| one["navn"].clone()).collect()
    };
    history.as_array().unwrap().iter().map(|one| (one["aendringstype"].as_i64().unwrap(), names(one))).collect()
}

#[test]
fn who_takes_part_is_in_the_later_history_from_first_to_last() {
    let simulator = two();
    assert_eq!(outcome(&simulator, &named(draft("POST", "m1"), "A")), (200, None));
    assert_eq!(outcome(&simulator, &named(draft("PUT", "m2"), "B")), (200, None));
    assert_eq!(outcome(&simulator, &draft("DELETE", "m3").call()), (200, None));
    let expected = [(1, vec![]), (2, vec![json!("A")]), (2, vec![json!("B")]), (2, vec![])];
    assert_eq!(history(&simulator, ID), expected);
    assert_eq!(history(&simulator, OTHER), [(1, vec![])]);
    let former = body_of(&simulator, &format!("/v1/Indkaldelse/{ID}/historik"))["historik"].take();
    assert_eq!(former.as_array().unwrap().len(), 1, "the former form tells changes of the indkaldelse itself");
}

#[test]
fn an_update_replaces_the_whole_participant() {
    let simulator = two();
    let all = json!({
        "indkaldelseIdentifier": ID,
        "navn": "Ane Ø",
        "kontaktdetaljer": "Lokale 4",
        "telefonnummer": "+4512345678",
        "email": "ane@example.dk"
    });
    let participant = |simulator: &Simulator| {
        let mut history = body_of(simulator, &format!("/v1/Indkaldelse/historik/{ID}"))["historik"].take();
        let last = history.as_array_mut().unwrap().pop().unwrap();
        last["myndighedsdeltagere"][0].clone()
    };
    assert_eq!(outcome(&simulator, &draft("POST", "m1").raw(&all.to_string())), (200, None));
    let mut expected = all.clone();
    expected.as_object_mut().unwrap().remove("indkaldelseIdentifier");
    expected["myndighedsdeltagerId"] = json!(PARTICIPANT);
    assert_eq!(participant(&simulator), expected);
    assert_eq!(outcome(&simulator, &named(draft("PUT", "m2"), "Bo")), (200, None));
    assert_eq!(participant(&simulator), json!({"myndighedsdeltagerId": PARTICIPANT, "navn": "Bo"}));
}

#[test]
fn an_authority_takes_part_until_it_is_taken_out() {
    let simulator = two();
    assert_eq!(outcome(&simulator, &named(draft("PUT", "m0"), "A")), (404, Some(90016)));
    assert_eq!(outcome(&simulator, &named(draft("POST", "m1"), "A")), (200, None));
    assert_eq!(outcome(&simulator, &named(draft("POST", "m2"), "A")), (409, Some(90035)));
    assert_eq!(outcome(&simulator, &draft("DELETE", "m3").call()), (200, None));
    assert_eq!(outcome(&simulator, &draft("DELETE", "m4").call()), (404, Some(90016)));
    assert_eq!(outcome(&simulator, &named(draft("PUT", "m5"), "A")), (404, Some(90016)));
    assert_eq!(outcome(&simulator, &named(draft("POST", "m6"), "A")), (200, None));
}

#[test]
fn a_participant_stays_with_its_indkaldelse() {
    let simulator = two();
    assert_eq!(outcome(&simulator, &named(draft("POST", "m1"), "A")), (200, None));
    let moved = draft("PUT", "m2").raw(&json!({"indkaldelseIdentifier": OTHER}).to_string());
    assert_eq!(outcome(&simulator, &moved), (404, Some(90016)));
    let unknown = draft("PUT", "m3").raw(&json!({"indkaldelseIdentifier": PARTICIPANT}).to_string());
    assert_eq!(outcome(&simulator, &unknown), (404, Some(90036)));
}

#[test]
fn an_update_of_the_indkaldelse_keeps_participants_and_its_end_ends_them() {
    let simulator = two();
    assert_eq!(outcome(&simulator, &named(draft("POST", "m1"), "A")), (200, None));
    assert_eq!(outcome(&simulator, &write().method("PUT").with("x-requestid", "u1").call()), (200, None));
    assert_eq!(outcome(&simulator, &write().method("DELETE").with("x-requestid", "d1").call()), (200, None));
    let a = || vec![json!("A")];
    assert_eq!(history(&simulator, ID), [(1, vec![]), (2, a()), (2, a()), (3, a())]);
    assert_eq!(outcome(&simulator, &draft("DELETE", "m2").call()), (404, Some(90016)));
}

#[test]
fn participants_of_one_indkaldelse_are_not_those_of_another() {
    let simulator = two();
    assert_eq!(outcome(&simulator, &named(draft("POST", "m1"), "A")), (200, None));
    assert_eq!(outcome(&simulator, &write().id(OTHER).method("PUT").with("x-requestid", "u1").call()), (200, None));
    assert_eq!(history(&simulator, OTHER), [(1, vec![]), (2, vec![])]);
}

#[test]
fn participants_leave_the_version_of_the_indkaldelse_as_it_is() {
    let simulator = two();
    assert_eq!(outcome(&simulator, &named(draft("POST", "m1"), "A")), (200, None));
    let update = write().method("PUT").with("x-requestid", "u1").with("if-match", "\"1\"");
    assert_eq!(outcome(&simulator, &update.call()), (200, None));
}

#[test]
fn both_versions_of_the_path_lead_to_the_same_participants() {
    let simulator = two();
    let first = format!("/v1/Indkaldelse/myndighedsdeltager/{PARTICIPANT}");
    assert_eq!(outcome(&simulator, &named(draft("POST", "m1").path(&first), "A")), (200, None));
    assert_eq!(outcome(&simulator, &named(draft("PUT", "m2"), "B")), (200, None));
    assert_eq!(outcome(&simulator, &named(draft("PUT", "m3").path(&first), "C")), (200, None));
    assert_eq!(outcome(&simulator, &draft("DELETE", "m4").path(&first).call()), (200, None));
    assert_eq!(outcome(&simulator, &draft("DELETE", "m5").call()), (404, Some(90016)));
}

#[test]
fn an_id_is_in_use_by_whichever_citizen() {
    let simulator = two();
    assert_eq!(outcome(&simulator, &named(draft("POST", "m1"), "A")), (200, None));
    let id = "7a5e4b6e-0f1a-4f6e-9a51-0f2d3c4b5a01";
    let of_another = |draft: Draft| draft.with("x-civilregistrationidentifier", "0303575003");
    assert_eq!(outcome(&simulator, &of_another(write().id(id).with("x-requestid", "r3")).call()), (200, None));
    let body = json!({"indkaldelseIdentifier": id}).to_string();
    assert_eq!(outcome(&simulator, &of_another(draft("POST", "m2")).raw(&body)), (409, Some(90035)));
    assert_eq!(outcome(&simulator, &of_another(draft("DELETE", "m3")).call()), (404, Some(90016)));
}

#[test]
fn the_members_are_as_strict_as_the_contract() {
    let wrong = [
        ("navn", json!("")),
        ("navn", json!("ø".repeat(257))),
        ("kontaktdetaljer", json!("x".repeat(257))),
        ("telefonnummer", json!("12 34 56 78")),
        ("email", json!("ane")),
        ("rolle", json!("a-kasse")),
        ("indkaldelseIdentifier", json!(null)),
    ];
    for (method, (name, value)) in ["POST", "PUT"].into_iter().flat_map(|method| wrong.clone().map(|one| (method, one)))
    {
        let mut body = json!({"indkaldelseIdentifier": ID});
        body[name] = value;
        let call = draft(method, "m1").raw(&body.to_string());
        assert_eq!(outcome(&two(), &call), (400, Some(1014)), "{method} {name}");
    }
}

#[test]
fn who_registers_participants_does_so_for_own_citizens() {
    let by = |method: &str, (kind, code): (&str, &str)| {
        let draft = draft(method, "m1").with("x-aktivorganisationtype", kind).with("x-aktivorganisationkode", code);
        outcome(&two(), &named(draft, "A"))
    };
    for own in [("8", "10100"), ("8", "10101"), ("7", "101"), ("2", "81")] {
        assert_eq!(by("POST", own), (200, None), "{own:?}");
    }
    for method in ["POST", "PUT", "DELETE"] {
        for other in [("8", "22300"), ("4", "10203040")] {
            assert_eq!(by(method, other), (403, Some(4575)), "{method} {other:?}");
        }
        assert_eq!(by(method, ("2", "82")), (422, Some(90007)), "{method}");
    }
}

#[test]
fn the_rules_about_the_citizen_hold_for_participants() {
    for method in ["POST", "PUT", "DELETE"] {
        for (number, expected) in [("0303575103", 9460), ("0505575005", 60007)] {
            let call = named(draft(method, "m1").with("x-civilregistrationidentifier", number), "A");
            assert_eq!(outcome(&two(), &call), (422, Some(expected)), "{method} {number}");
        }
        let simulator = two();
        assert_eq!(outcome(&simulator, &named(draft(method, "r1"), "A")), (412, None), "{method}");
    }
}
