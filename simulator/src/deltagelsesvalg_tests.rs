use serde_json::{Value, json};

use crate::call::Call;
use crate::simulator::Simulator;
use crate::testing::{Draft, ID, body_of, fresh, outcome, read, write};

const PATH: &str = "/v1/Indkaldelse/deltagelsesvalg";

fn draft(id: &str) -> Draft {
    write().method("PUT").with("x-requestid", id).path(PATH)
}

fn choose(id: &str, body: &Value) -> Call {
    draft(id).raw(&body.to_string())
}

/// A simulator in which choice 1 about talk 7 was made, then choice 3 about any.
fn two() -> Simulator {
    let simulator = fresh();
    let talk = choose("c1", &json!({"deltagelsesvalgType": 1, "samtaleType": 7}));
    assert_eq!(outcome(&simulator, &talk), (200, None));
    assert_eq!(outcome(&simulator, &choose("c2", &json!({"deltagelsesvalgType": 3}))), (200, None));
    simulator
}

#[test]
fn a_choice_is_read_back_by_itself_and_with_the_others() {
    let simulator = two();
    let all = body_of(&simulator, PATH)["deltagelsesvalg"].take();
    assert_eq!((&all[0]["deltagelsesvalgType"], &all[0]["samtaleType"]), (&json!(1), &json!(7)));
    assert_eq!((&all[1]["deltagelsesvalgType"], all[1].get("samtaleType")), (&json!(3), None));
    for choice in all.as_array().unwrap() {
        let id = choice["deltagelsesvalgId"].as_str().unwrap();
        assert_eq!(body_of(&simulator, &format!("{PATH}/{id}")), *choice);
    }
}

#[test]
fn a_later_choice_about_the_same_talk_replaces_the_former_and_both_are_history() {
    let simulator = two();
    let before = body_of(&simulator, PATH)["deltagelsesvalg"].take();
    let later = choose("c3", &json!({"deltagelsesvalgType": 3, "samtaleType": 7}));
    assert_eq!(outcome(&simulator, &later), (200, None));
    let after = body_of(&simulator, PATH)["deltagelsesvalg"].take();
    assert_eq!(after[0]["deltagelsesvalgId"], before[0]["deltagelsesvalgId"]);
    assert_eq!((&after[0]["deltagelsesvalgType"], &after[1]), (&json!(3), &before[1]));
    let history = body_of(&simulator, &format!("{PATH}/historik"))["historik"].take();
    let kinds: Vec<_> = history.as_array().unwrap().iter().map(|change| change["aendringstype"].clone()).collect();
    assert_eq!(kinds, [1, 1, 2]);
    assert_eq!((&history[0]["deltagelsesvalg"], &history[2]["deltagelsesvalg"]), (&before[0], &after[0]));
    assert_eq!(history[0]["registreringstidspunkt"], "2030-06-01T08:00:00+02:00");
}

#[test]
fn a_citizen_without_choices_has_empty_lists() {
    assert_eq!(body_of(&fresh(), PATH), json!({"deltagelsesvalg": []}));
    assert_eq!(body_of(&fresh(), &format!("{PATH}/historik")), json!({"historik": []}));
}

#[test]
fn an_id_of_no_choice_of_the_citizen_is_not_found() {
    let simulator = two();
    assert_eq!(outcome(&simulator, &read().path(&format!("{PATH}/{ID}")).call()), (404, Some(3)));
    assert_eq!(outcome(&simulator, &read().path(&format!("{PATH}/7")).call()), (400, Some(1014)));
    let id = body_of(&simulator, PATH)["deltagelsesvalg"][0]["deltagelsesvalgId"].take();
    let path = format!("{PATH}/{}", id.as_str().unwrap());
    let other = read().path(&path).with("x-civilregistrationidentifier", "0202575002");
    assert_eq!(outcome(&simulator, &other.call()), (404, Some(3)));
}

#[test]
fn rn_cpr_01_reads_take_a_former_number() {
    let simulator = fresh();
    let call = draft("c1").with("x-civilregistrationidentifier", "0303575003");
    assert_eq!(outcome(&simulator, &call.raw(r#"{"deltagelsesvalgType": 1}"#)), (200, None));
    for path in [PATH.to_owned(), format!("{PATH}/historik")] {
        let read = |number| read().path(&path).with("x-civilregistrationidentifier", number).call();
        let by_current = simulator.answer(&read("0303575003"));
        assert_eq!((by_current.status, &by_current), (200, &simulator.answer(&read("0303575103"))));
        assert_ne!(by_current, simulator.answer(&read("0101575001")));
        assert_eq!(outcome(&simulator, &read("0909575009")), (404, Some(1010)));
    }
}

#[test]
fn a_refused_choice_registers_nothing() {
    let cases = [
        (json!({"deltagelsesvalgType": 4}), (422, Some(90015))),
        (json!({"deltagelsesvalgType": 3, "samtaleType": 3}), (422, Some(90001))),
        (json!({"deltagelsesvalgType": null}), (400, Some(1014))),
        (json!({"samtaleType": 7}), (400, Some(1014))),
        (json!({"deltagelsesvalgType": 1, "deltagelsesvalgId": ID}), (400, Some(1014))),
    ];
    for (body, expected) in cases {
        let simulator = fresh();
        assert_eq!(outcome(&simulator, &choose("c1", &body)), expected, "{body}");
        assert_eq!(body_of(&simulator, PATH), json!({"deltagelsesvalg": []}));
    }
}

#[test]
fn who_chooses_has_the_current_number_lives_and_is_enrolled() {
    for (number, expected) in [("0303575103", 9460), ("0505575005", 60007), ("0808575008", 4367)] {
        let call = draft("c1").with("x-civilregistrationidentifier", number).raw(r#"{"deltagelsesvalgType": 1}"#);
        assert_eq!(outcome(&fresh(), &call), (422, Some(expected)), "{number}");
    }
}

#[test]
fn a_repeated_request_chooses_once() {
    let simulator = two();
    assert_eq!(outcome(&simulator, &choose("c1", &json!({"deltagelsesvalgType": 3}))), (412, None));
    assert_eq!(body_of(&simulator, &format!("{PATH}/historik"))["historik"].as_array().unwrap().len(), 2);
}
