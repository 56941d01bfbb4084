//! Bodies that start from an answer, rules that read one, and what an update must never lose.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use chrono::DateTime;
use dfdg_contract::soap::Envelope;
use dfdg_contract::xml::Limits;
use dfdg_mapping::{Answer, Effect, Entity, Exchange, Facts, Method, Refusal, compile};
use serde_json::{Value, json};
use support::Fixture;

const ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

fn request(rest: &str) -> String {
    format!(
        "<UpdateTalkRequest xmlns='http://example.dk/Talk/'><Person>0101701234</Person><Identifier>{ID}</Identifier>\
         <Begin>2026-03-01T09:00:00+01:00</Begin>{rest}</UpdateTalkRequest>"
    )
}

/// The body that is sent for a request when this is what is there.
fn update(request: &str, owner: Option<&str>, current: &[u8]) -> Result<Value, Refusal> {
    sent(request, owner, current).map(|body| serde_json::from_str(&body).unwrap())
}

fn sent(request: &str, owner: Option<&str>, current: &[u8]) -> Result<String, Refusal> {
    exchange(request, owner, |mut exchange| {
        let read = exchange.ready()?;
        assert_eq!((read.len(), read[0].method), (1, Method::Get), "nothing is written before what is there was read");
        exchange.answer(read[0].call, &answer(current, None))?;
        let written = exchange.ready()?;
        assert_eq!((written.len(), written[0].method), (1, Method::Put));
        Ok(String::from_utf8(written[0].body.clone().unwrap()).unwrap())
    })
}

fn answer(body: &[u8], version: Option<&str>) -> Answer {
    Answer { status: 200, body: body.to_vec(), version: version.map(str::to_owned), ..Answer::default() }
}

fn exchange<T>(
    request: &str,
    owner: Option<&str>,
    test: impl FnOnce(Exchange<'_, '_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let catalogue = compile(&Fixture::load()).unwrap_or_else(|problems| panic!("{problems}"));
    let service = catalogue.service("TalkService").unwrap();
    let text = format!(
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Header>\
         <ActiveOrganisationHeader xmlns='http://example.dk/Talk/'><OrganisationTypeIdentifier>8</OrganisationTypeIdentifier>\
         <UserFullName>Test</UserFullName></ActiveOrganisationHeader></s:Header><s:Body>{request}</s:Body></s:Envelope>"
    );
    let envelope = Envelope::open(&service.contract, &text, Limits::default()).unwrap();
    let message = envelope.message().unwrap_or_else(|error| panic!("{error}"));
    let facts = Facts {
        now: DateTime::parse_from_rfc3339("2026-01-31T09:00:00+01:00").unwrap(),
        request_id: ID,
        organisation_type: 8,
        organisation_code: "10100",
        caller_identifier: "CVR:12345678-UUID:0f8fad5b-d9cb-469f-a165-70867728950e",
        settings: &|name| owner.filter(|_| name == "owner"),
        new_guid: &|| uuid::Uuid::nil(),
    };
    test(Exchange::start(service.plan("UpdateTalk").unwrap(), &message, &facts)?)
}

fn stored(more: &Value) -> Vec<u8> {
    let mut stored = json!({"storedId": ID, "begin": "2026-02-01T09:00:00+01:00", "weight": 1});
    stored.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    stored.to_string().into_bytes()
}

fn unreadable(refusal: Refusal) -> String {
    match refusal {
        Refusal::BackendUnreadable { pointer, .. } => pointer,
        other => panic!("{other}"),
    }
}

#[test]
fn members_only_the_base_has_survive() {
    let details = json!({"level": 7, "marks": [{"at": "2026-01-01"}, {"at": "2026-01-02"}]});
    let more = json!({"owner": "a \"b\" \u{1} æ", "details": details});
    let sent = update(&request(""), None, &stored(&more)).unwrap();
    let begin = "2026-03-01T09:00:00+01:00";
    assert_eq!(sent, json!({"begin": begin, "weight": 1, "owner": "a \"b\" \u{1} æ", "details": details}));
}

#[test]
fn numbers_that_are_kept_keep_their_digits() {
    let current = format!(r#"{{"storedId":"{ID}","begin":"2026-02-01T09:00:00Z","weight":0.10000000000000000000001}}"#);
    let sent = sent(&request(""), None, current.as_bytes()).unwrap();
    assert_eq!(sent, r#"{"begin":"2026-03-01T09:00:00+01:00","weight":0.10000000000000000000001}"#);
}

#[test]
fn what_the_request_leaves_out_is_cleared_or_kept_as_the_mapping_says() {
    let current = stored(&json!({"remark": "old", "labels": ["a", "b"], "owner": "old"}));
    let sent = update(&request(""), None, &current).unwrap();
    assert_eq!((sent.get("remark"), sent.get("labels"), &sent["owner"]), (None, None, &json!("old")));
    let sent = update(&request("<Remark>new</Remark><Label>c</Label>"), Some("new"), &current).unwrap();
    assert_eq!((&sent["remark"], &sent["labels"], &sent["owner"]), (&json!("new"), &json!(["c"]), &json!("new")));
}

#[test]
fn null_and_blank_text_of_the_base_count_as_absent() {
    assert_eq!(update(&request(""), None, &stored(&json!({"owner": null}))).unwrap().get("owner"), None);
    assert_eq!(update(&request(""), None, &stored(&json!({"details": {}}))).unwrap().get("details"), None);
}

#[test]
fn a_member_the_contract_does_not_know_would_be_lost_so_nothing_is_written() {
    let lost = |more| unreadable(update(&request(""), None, &stored(&more)).unwrap_err());
    assert_eq!(lost(json!({"news": 1})), "/news");
    assert_eq!(lost(json!({"details": {"news": 1}})), "/details/news");
    assert_eq!(lost(json!({"details": {"marks": [{}, {"news": 1}]}})), "/details/marks/1/news");
}

#[test]
fn a_read_without_an_answer_has_read_nothing_so_nothing_is_written() {
    assert_eq!(unreadable(update(&request(""), None, b"").unwrap_err()), "");
    assert_eq!(unreadable(update(&request(""), None, b"{}").unwrap_err()), "/weight");
}

#[test]
fn a_rule_that_reads_an_answer_comes_before_the_write() {
    let refusal = update(&request(""), None, &stored(&json!({"details": {"seal": "s"}}))).unwrap_err();
    assert!(matches!(refusal, Refusal::Rule { fault: 4708, .. }), "{refusal}");
}

/// One reading that is answered with a version, and the `If-Match` of the write that follows.
fn round(exchange: &mut Exchange<'_, '_>, current: &Value, version: &str) -> Result<(Effect, Option<String>), Refusal> {
    let read = exchange.ready()?.remove(0);
    assert_eq!(read.method, Method::Get);
    exchange.answer(read.call, &answer(&stored(current), Some(version)))?;
    let write = exchange.ready()?.remove(0);
    let precondition = write.headers.iter().find(|(name, _)| name == "If-Match").map(|(_, value)| value.clone());
    Ok((write, precondition))
}

fn changed() -> Answer {
    Answer { status: 412, ..Answer::default() }
}

#[test]
fn what_is_replaced_is_known_before_it_is_read() {
    exchange(&request(""), None, |exchange| {
        assert_eq!(exchange.entities(), [Entity { backend: 0, path: format!("/v1/stored/{ID}") }]);
        Ok(())
    })
    .unwrap();
}

#[test]
fn what_others_changed_in_between_is_read_again_once() {
    exchange(&request(""), None, |mut exchange| {
        let (write, precondition) = round(&mut exchange, &json!({"weight": 2}), "\"a\"")?;
        assert_eq!(precondition.as_deref(), Some("\"a\""));
        exchange.answer(write.call, &changed())?;
        let (write, precondition) = round(&mut exchange, &json!({"weight": 3}), "\"b\"")?;
        assert_eq!(precondition.as_deref(), Some("\"b\""));
        let body: Value = serde_json::from_slice(write.body.as_deref().unwrap()).unwrap();
        assert_eq!(body["weight"], 3);
        let told = exchange.answer(write.call, &changed()).unwrap_err();
        assert_eq!(told, Refusal::Changed { call: "update".into() });
        Ok(())
    })
    .unwrap();
}

#[test]
fn what_is_read_again_is_judged_again() {
    let told = exchange(&request(""), None, |mut exchange| {
        let (write, _) = round(&mut exchange, &json!({}), "\"a\"")?;
        exchange.answer(write.call, &changed())?;
        round(&mut exchange, &json!({"details": {"seal": "s"}}), "\"b\"").map(drop)
    });
    assert!(matches!(told, Err(Refusal::Rule { fault: 4708, .. })), "{told:?}");
}

#[test]
fn a_412_is_somebody_elses_change_only_where_a_version_was_named() {
    for version in ["W/\"a\"", "a"] {
        let told = exchange(&request(""), None, |mut exchange| {
            let (write, precondition) = round(&mut exchange, &json!({}), version)?;
            assert_eq!(precondition, None);
            exchange.answer(write.call, &changed())
        });
        assert!(matches!(told, Err(Refusal::Backend { status: 412, .. })), "{told:?}");
    }
}

#[test]
fn a_412_after_our_own_retry_is_our_own_change() {
    exchange(&request(""), None, |mut exchange| {
        let (write, _) = round(&mut exchange, &json!({}), "\"a\"")?;
        exchange.answer(write.call, &Answer { already_accepted: true, ..changed() })?;
        assert_eq!((exchange.waiting(), exchange.ready()?.len()), (0, 0));
        Ok(())
    })
    .unwrap();
}
