use serde_json::{Value, json};

use crate::simulator::Simulator;
use crate::testing::{body_of, fresh, outcome, read, write};

/// Three indkaldelser: talk 7 on 1 June, talk 10 on 2 June, talk 7 on 3 June at half past midnight in Denmark.
fn three() -> Simulator {
    let simulator = fresh();
    let meetings = [(7, "2030-06-01T09:00:00+02:00"), (10, "2030-06-02T09:00:00+02:00"), (7, "2030-06-02T22:30:00Z")];
    for (number, (talk, start)) in meetings.into_iter().enumerate() {
        let id = format!("7a5e4b6e-0f1a-4f6e-9a51-0f2d3c4b5a6{number}");
        let draft = write().id(&id).with("x-requestid", &id).member("samtaleType", json!(talk));
        let call = draft.member("moedeStarttidspunkt", json!(start)).call();
        assert_eq!(outcome(&simulator, &call), (200, None));
    }
    simulator
}

/// The last digits of the ids found.
fn found(simulator: &Simulator, query: &str) -> String {
    let body = body_of(simulator, &format!("/v1/Indkaldelse/soegning{query}"));
    let last = |indkaldelse: &Value| indkaldelse["indkaldelseId"].as_str().unwrap().chars().last().unwrap();
    body["indkaldelser"].as_array().unwrap().iter().map(last).collect()
}

#[test]
fn all_that_is_asked_for_is_looked_at() {
    let simulator = three();
    let cases = [
        ("", "012"),
        ("?samtaleType=7", "02"),
        ("?fraDato=2030-06-02", "12"),
        ("?tilDato=2030-06-02", "01"),
        ("?fraDato=2030-06-03&tilDato=2030-06-03", "2"),
        ("?samtaleType=10&fraDato=2030-06-03", ""),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&simulator, query), expected, "{query}");
    }
}

#[test]
fn a_cancelled_indkaldelse_and_those_of_others_are_not_found() {
    let simulator = three();
    let delete = write().method("DELETE").id("7a5e4b6e-0f1a-4f6e-9a51-0f2d3c4b5a61").with("x-requestid", "d");
    assert_eq!(outcome(&simulator, &delete.call()), (200, None));
    assert_eq!(found(&simulator, ""), "02");
    let other = read().path("/v1/Indkaldelse/soegning").with("x-civilregistrationidentifier", "0202575002");
    assert_eq!(simulator.answer(&other.call()).body, Some(json!({"indkaldelser": []})));
}

#[test]
fn a_query_that_is_not_understood_is_refused() {
    let cases = [
        ("?samtaletype=7", 1014),
        ("?samtaleType=", 1014),
        ("?samtaleType=7&samtaleType=7", 1014),
        ("?fraDato=01-06-2030", 1014),
        ("?tilDato", 1014),
        ("?fraDato=2030-06-02&tilDato=2030-06-01", 1014),
    ];
    for (query, number) in cases {
        let call = read().path(&format!("/v1/Indkaldelse/soegning{query}")).call();
        assert_eq!(outcome(&fresh(), &call), (400, Some(number)), "{query}");
    }
    let unknown_talk = read().path("/v1/Indkaldelse/soegning?samtaleType=3").call();
    assert_eq!(outcome(&fresh(), &unknown_talk), (422, Some(90001)));
}
