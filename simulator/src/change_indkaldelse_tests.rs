use serde_json::{Value, json};

use crate::simulator::Simulator;
use crate::testing::{Draft, ID, fresh, outcome, read, write};

/// A simulator in which one indkaldelse is registered: that of `testing::write` with this member.
fn with(name: &str, value: Value) -> Simulator {
    let simulator = fresh();
    assert_eq!(outcome(&simulator, &write().member(name, value).call()), (200, None));
    simulator
}

fn plain() -> Simulator {
    with("varighedMinutter", json!(45))
}

fn update() -> Draft {
    write().method("PUT").with("x-requestid", "u1")
}

fn delete() -> Draft {
    write().method("DELETE").with("x-requestid", "d1")
}

fn one(simulator: &Simulator) -> Value {
    simulator.answer(&read().path(&format!("/v1/Indkaldelse/{ID}")).call()).body.unwrap()
}

#[test]
fn an_update_replaces_the_whole() {
    let simulator = plain();
    assert_eq!(one(&simulator)["varighedMinutter"], 45);
    assert_eq!(outcome(&simulator, &update().member("samtaleType", json!(10)).call()), (200, None));
    assert_eq!((&one(&simulator)["samtaleType"], one(&simulator).get("varighedMinutter")), (&json!(10), None));
    assert_eq!(outcome(&simulator, &update().call()), (412, None));
}

#[test]
fn an_update_of_another_version_than_the_present_one_changes_nothing() {
    let simulator = plain();
    let update = |id: &str, version: &str| update().with("x-requestid", id).with("if-match", version).call();
    for version in ["\"2\"", "W/\"1\"", "1", ""] {
        assert_eq!(outcome(&simulator, &update(&format!("other {version}"), version)), (412, None), "{version}");
    }
    assert_eq!(one(&simulator)["varighedMinutter"], 45);
    for (id, version) in [("first", "\"1\""), ("second", "\"2\""), ("any", "*")] {
        assert_eq!(outcome(&simulator, &update(id, version)), (200, None), "{version}");
    }
}

#[test]
fn an_unknown_id_is_90036_for_update_delete_and_read() {
    let other = "7a5e4b6e-0f1a-4f6e-9a51-0f2d3c4b5a00";
    for draft in [update().id(other), delete().id(other), read().path(&format!("/v1/Indkaldelse/{other}"))] {
        assert_eq!(outcome(&plain(), &draft.call()), (404, Some(90036)));
    }
    let another_citizen = update().with("x-civilregistrationidentifier", "0707575007").call();
    assert_eq!(outcome(&plain(), &another_citizen), (404, Some(90036)));
}

#[test]
fn what_is_cancelled_is_gone_but_for_its_history() {
    let simulator = plain();
    assert_eq!(outcome(&simulator, &delete().call()), (200, None));
    assert_eq!(outcome(&simulator, &delete().with("x-requestid", "d2").call()), (404, Some(90036)));
    assert_eq!(outcome(&simulator, &update().call()), (404, Some(90036)));
    assert_eq!(outcome(&simulator, &write().with("x-requestid", "r2").call()), (409, Some(90035)));
    let one = [format!("/v1/Indkaldelse/{ID}/historik"), format!("/v1/Indkaldelse/historik/{ID}")];
    for path in one.into_iter().chain(["/v1/Indkaldelse/historik".to_owned()]) {
        let history = simulator.answer(&read().path(&path).call()).body.unwrap()["historik"].take();
        let kinds: Vec<_> = history.as_array().unwrap().iter().map(|change| change["aendringstype"].clone()).collect();
        assert_eq!(kinds, [1, 3], "{path}");
    }
}

#[test]
fn only_the_owner_system_changes_what_it_owns() {
    let simulator = with("ejersystemType", json!(32));
    assert_eq!(outcome(&simulator, &update().call()), (403, Some(90013)));
    let other = update().with("x-requestid", "u2").member("ejersystemType", json!(30));
    assert_eq!(outcome(&simulator, &other.call()), (403, Some(90013)));
    let own = update().with("x-requestid", "u3").member("ejersystemType", json!(32));
    assert_eq!(outcome(&simulator, &own.call()), (200, None));
}

#[test]
fn rn_cpr_02_changes_take_the_current_number_only() {
    for draft in [update(), delete()] {
        let former = draft.with("x-civilregistrationidentifier", "0303575103").call();
        assert_eq!(outcome(&plain(), &former), (422, Some(9460)));
    }
}

#[test]
fn an_update_summons_the_enrolled_only_and_names_the_group() {
    let unenrolled = update().with("x-civilregistrationidentifier", "0808575008").call();
    assert_eq!(outcome(&plain(), &unenrolled), (422, Some(4367)));
    let group = update().member("moedeGruppeType", json!(2));
    assert_eq!(outcome(&plain(), &group.clone().call()), (422, Some(90017)));
    assert_eq!(outcome(&plain(), &group.member("gruppemoedeId", json!(ID)).call()), (200, None));
}

#[test]
fn rn_bk_04_an_update_to_a_digital_meeting_needs_a_link() {
    let digital = update().member("samtaleformType", json!(8));
    assert_eq!(outcome(&plain(), &digital.call()), (422, Some(90011)));
}
