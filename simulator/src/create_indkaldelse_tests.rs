use serde_json::json;

use crate::testing::{Draft, ID, fresh, outcome, read, simulator_at, write};

#[track_caller]
fn refused(draft: Draft, status: u16, number: i64) {
    let simulator = fresh();
    assert_eq!(outcome(&simulator, &draft.clone().call()), (status, Some(number)));
    let number = draft.call().header("x-civilregistrationidentifier").unwrap().to_owned();
    if let Some(body) = simulator.answer(&read().with("x-civilregistrationidentifier", &number).call()).body {
        assert!(body["indkaldelser"].as_array().is_none_or(Vec::is_empty), "a refused call registers nothing");
    }
}

#[track_caller]
fn accepted(draft: Draft) {
    assert_eq!(outcome(&fresh(), &draft.call()), (200, None));
}

/// The text of the refusal of a raw body.
fn text(body: &str) -> String {
    let answer = fresh().answer(&write().raw(body));
    assert_eq!(answer.status, 400);
    answer.body.unwrap()["fejltekst"].as_str().unwrap().to_owned()
}

#[test]
fn what_was_written_is_read_back() {
    let simulator = fresh();
    let lokation = json!({"vejnavn": "Rugbrødsgade", "husnummer": "7B", "postnummer": "1000", "bynavn": "Andeby"});
    let draft = write().member("lokation", lokation.clone()).member("varighedMinutter", json!(45));
    let receipt = simulator.answer(&draft.call()).body.unwrap();
    assert_eq!(receipt["registreringstidspunkt"], "2030-06-01T08:00:00+02:00");
    assert_eq!(receipt["registreringsId"].as_str().unwrap().len(), 36);
    let expected = json!({"indkaldelser": [{
        "indkaldelseId": ID,
        "ombookingMulig": false,
        "aflysningMulig": false,
        "selvbooket": false,
        "moedeStarttidspunkt": "2030-06-01T09:00:00+02:00",
        "varighedMinutter": 45,
        "samtaleType": 7,
        "moedeGruppeType": 1,
        "samtaleformType": 1,
        "lokation": lokation,
        "acceptPaakraevet": false,
        "accepteret": false,
        "moedepligt": false,
        "oprettetAf": {"organisationType": 8, "organisationskode": 10100}
    }]});
    assert_eq!(simulator.answer(&read().call()).body, Some(expected));
}

#[test]
fn a_citizen_without_indkaldelser_has_an_empty_list() {
    assert_eq!(fresh().answer(&read().call()).body, Some(json!({"indkaldelser": []})));
}

#[test]
fn reads_are_in_order_of_the_start() {
    let simulator = fresh();
    for (number, hour) in [(1, "11"), (2, "09"), (3, "10")] {
        let id = format!("7a5e4b6e-0f1a-4f6e-9a51-0f2d3c4b5a6{number}");
        let start = json!(format!("2030-06-02T{hour}:00:00+02:00"));
        let draft = write().id(&id).with("x-requestid", &id).member("moedeStarttidspunkt", start);
        assert_eq!(outcome(&simulator, &draft.call()), (200, None));
    }
    let body = simulator.answer(&read().call()).body.unwrap();
    let hours: Vec<_> = (0..3)
        .map(|index| body["indkaldelser"][index]["moedeStarttidspunkt"].as_str().unwrap()[11..13].to_owned())
        .collect();
    assert_eq!(hours, ["09", "10", "11"]);
}

#[test]
fn rn_cpr_01_reads_take_former_numbers_and_dead_citizens() {
    let simulator = fresh();
    let about = |draft: Draft, number| draft.with("x-civilregistrationidentifier", number).call();
    assert_eq!(outcome(&simulator, &about(write(), "0303575003")), (200, None));
    let by_current = simulator.answer(&about(read(), "0303575003"));
    assert_eq!(by_current.body.as_ref().unwrap()["indkaldelser"][0]["indkaldelseId"], ID);
    assert_eq!(simulator.answer(&about(read(), "0303575103")), by_current);
    assert_eq!(outcome(&simulator, &about(read(), "0606575106")), (200, None));
}

#[test]
fn rn_cpr_02_writes_take_the_current_number_only() {
    refused(write().with("x-civilregistrationidentifier", "0303575103"), 422, 9460);
    refused(write().with("x-civilregistrationidentifier", "0606575106"), 422, 9460);
}

#[test]
fn a_dead_or_unknown_citizen_is_refused() {
    refused(write().with("x-civilregistrationidentifier", "0505575005"), 422, 60007);
    refused(write().with("x-civilregistrationidentifier", "0909575009"), 404, 1010);
    refused(write().with("x-civilregistrationidentifier", "0000000000"), 404, 1010);
    assert_eq!(
        outcome(&fresh(), &read().with("x-civilregistrationidentifier", "0909575009").call()),
        (404, Some(1010))
    );
}

#[test]
fn who_is_summoned_is_enrolled() {
    refused(write().with("x-civilregistrationidentifier", "0808575008"), 422, 4367);
}

#[test]
fn rn_bk_03_retired_samtaleformer_are_refused() {
    for code in [0, 4, 5, 6, 7, 10] {
        refused(write().member("samtaleformType", json!(code)), 422, 90000);
    }
    for code in [1, 2, 3, 9] {
        accepted(write().member("samtaleformType", json!(code)));
    }
}

#[test]
fn rn_bk_04_a_digital_meeting_needs_a_link() {
    refused(write().member("samtaleformType", json!(8)), 422, 90011);
    accepted(write().member("samtaleformType", json!(8)).member("digitaltMoedelink", json!("https://moede.example/1")));
}

#[test]
fn rn_bk_05_the_empty_lokationsuddybning_is_refused() {
    refused(write().member("lokationsuddybning", json!("")), 400, 1014);
}

#[test]
fn unknown_codes_are_refused() {
    refused(write().member("samtaleType", json!(3)), 422, 90001);
    refused(write().member("moedeGruppeType", json!(3)), 422, 90005);
}

#[test]
fn a_group_meeting_names_its_group() {
    refused(write().member("moedeGruppeType", json!(2)), 422, 90017);
    accepted(write().member("moedeGruppeType", json!(2)).member("gruppemoedeId", json!(ID)));
}

#[test]
fn a_meeting_starts_today_at_the_earliest() {
    // 23:30 in Denmark on 1 June
    let late = simulator_at("2030-06-01T21:30:00Z");
    let start = |time: &str| write().with("x-requestid", time).member("moedeStarttidspunkt", json!(time)).call();
    assert_eq!(outcome(&late, &start("2030-05-31T23:59:59+02:00")), (422, Some(90002)));
    assert_eq!(outcome(&late, &start("2030-05-31T22:00:00Z")), (200, None));
    // 00:30 in Denmark on 2 June, still 1 June in UTC
    let early = simulator_at("2030-06-01T22:30:00Z");
    assert_eq!(outcome(&early, &start("2030-06-01T23:59:59+02:00")), (422, Some(90002)));
}

#[test]
fn a_meeting_does_not_end_before_it_starts() {
    refused(write().member("moedeSluttidspunkt", json!("2030-06-01T08:59:59+02:00")), 422, 90004);
    accepted(write().member("moedeSluttidspunkt", json!("2030-06-01T07:00:00Z")));
}

#[test]
fn deadlines_go_with_their_permission() {
    refused(write().member("ombookingFrist", json!("2030-05-30")), 422, 90009);
    refused(write().member("ombookingMulig", json!(true)), 422, 90010);
    refused(write().member("aflysningsfrist", json!("2030-05-30")), 422, 90014);
    accepted(write().member("ombookingMulig", json!(true)).member("ombookingFrist", json!("2030-05-30")));
    accepted(write().member("aflysningMulig", json!(true)));
}

#[test]
fn a_self_booked_meeting_is_booked_by_the_citizen() {
    let draft = write().member("selvbooket", json!(true));
    refused(draft.clone(), 422, 90012);
    refused(draft.clone().with("x-brugertype", "1"), 422, 90012);
    let by_citizen = draft.with("x-brugertype", "1").with("x-brugeridentifikation", "0101575001");
    accepted(by_citizen.clone());
    refused(by_citizen.member("samtaleType", json!(17)), 422, 90018);
}

#[test]
fn an_a_kasse_summons_its_own_members() {
    let a_kasse = || write().with("x-aktivorganisationtype", "2").with("x-aktivorganisationkode", "81");
    accepted(a_kasse());
    refused(a_kasse().with("x-civilregistrationidentifier", "0202575002"), 422, 90006);
    refused(a_kasse().with("x-civilregistrationidentifier", "0707575007"), 422, 90007);
}

#[test]
fn an_id_is_used_once() {
    let simulator = fresh();
    assert_eq!(outcome(&simulator, &write().call()), (200, None));
    let again = write().with("x-requestid", "r2").id(&ID.to_uppercase());
    assert_eq!(outcome(&simulator, &again.call()), (409, Some(90035)));
}

#[test]
fn a_repeated_request_id_is_answered_412() {
    let simulator = fresh();
    assert_eq!(outcome(&simulator, &write().call()), (200, None));
    assert_eq!(outcome(&simulator, &write().call()), (412, None));
    let refused = write().with("x-requestid", "r2").member("samtaleType", json!(3)).call();
    assert_eq!(outcome(&simulator, &refused), (422, Some(90001)));
    assert_eq!(outcome(&simulator, &refused), (412, None));
}

#[test]
fn a_write_needs_a_request_id_and_json() {
    refused(write().without("x-requestid"), 400, 1014);
    refused(write().with("content-type", "text/plain"), 400, 1014);
    refused(write().id("7"), 400, 1014);
    accepted(write().with("content-type", "Application/JSON; charset=utf-8"));
}

#[test]
fn every_required_member_is_required() {
    for name in
        ["ombookingMulig", "aflysningMulig", "moedeStarttidspunkt", "samtaleType", "moedeGruppeType", "samtaleformType"]
    {
        refused(write().member(name, json!(null)), 400, 1014);
    }
}

#[test]
fn types_and_formats_are_strict() {
    let wrong = [
        ("gruppemoedeId", json!("7")),
        ("ombookingMulig", json!("true")),
        ("ombookingFrist", json!("2030-05-30T00:00:00+02:00")),
        ("moedeStarttidspunkt", json!("2030-06-01T09:00:00")),
        ("varighedMinutter", json!(-1)),
        ("varighedMinutter", json!(4.5)),
        ("samtaleType", json!("7")),
        ("digitaltMoedelink", json!("intet link")),
        ("lokation", json!({"postnummer": "DK-1000"})),
        ("lokation", json!("Rugbrødsgade")),
        ("oprettetAf", json!({"organisationType": 8})),
    ];
    for (name, value) in wrong {
        refused(write().member(name, value), 400, 1014);
    }
}

#[test]
fn withdrawn_members_of_the_address_are_unknown() {
    for name in ["bygningsnavn", "distriktsnavn", "vejnavnForkortet", "postboksnummer"] {
        refused(write().member("lokation", json!({name: "x"})), 400, 1014);
    }
}

#[test]
fn a_refusal_names_the_member_and_never_the_value() {
    assert!(text(r#"{"ombookingmulig": true}"#).contains("unknown field `ombookingmulig`"));
    assert!(text("{}").contains("missing field `ombookingMulig`"));
    assert!(text(r#"{"ombookingMulig": true, "ombookingMulig": true}"#).contains("duplicate field `ombookingMulig`"));
    let wrong = text(r#"{"ombookingMulig": "hemmeligt"}"#);
    assert!(wrong.contains("expected a boolean at line 1 column") && !wrong.contains("hemmeligt"), "{wrong}");
    assert!(text(r#"{"ombookingFrist": null}"#).contains("wrong value"));
    assert!(text("{").contains("EOF"));
}

#[test]
fn a_path_the_contract_lacks_is_answered_404() {
    let mut call = read().call();
    call.path = "/v1/Frist".to_owned();
    assert_eq!(outcome(&fresh(), &call), (404, Some(3)));
}
