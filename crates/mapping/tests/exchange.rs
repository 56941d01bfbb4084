//! Exchanges over the fixture: what a request becomes, and what answers become.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use std::cell::Cell;
use std::collections::BTreeMap;

use chrono::DateTime;
use dfdg_contract::soap::Envelope;
use dfdg_contract::xml::Limits;
use dfdg_mapping::{Answer, CallId, Catalogue, Effect, Exchange, Facts, Method, Refusal, Repeat, ReplyError, compile};
use support::Fixture;
use uuid::Uuid;

const ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
const PERSON: &str = "<Person>0101701234</Person>";
const TALK: &str = "<Start>2026-03-01T09:00:00</Start><Deadline>2026-02-27T23:30:00Z</Deadline>\
    <Kind><CodeListItemIdentifier>04</CodeListItemIdentifier></Kind><Possible>1</Possible>";

fn catalogue() -> Catalogue {
    compile(&Fixture::load()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn create(talk: &str) -> String {
    format!("<CreateTalkRequest xmlns='http://example.dk/Talk/'>{PERSON}<Talk>{talk}</Talk></CreateTalkRequest>")
}

fn get(operation: &str, rest: &str) -> String {
    format!("<{operation}Request xmlns='http://example.dk/Talk/'>{PERSON}{rest}</{operation}Request>")
}

/// Runs a test over an exchange; `settings` are those of the organisation.
fn exchange<T>(
    catalogue: &Catalogue,
    body: &str,
    settings: &[(&str, &str)],
    test: impl FnOnce(Result<Exchange, Refusal>) -> T,
) -> T {
    let text = format!(
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Header>\
         <ActiveOrganisationHeader xmlns='http://example.dk/Talk/'><OrganisationTypeIdentifier>8</OrganisationTypeIdentifier>\
         <UserFullName>Søren 100%</UserFullName></ActiveOrganisationHeader></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    );
    let service = catalogue.service("TalkService").unwrap();
    let envelope = Envelope::open(&service.contract, &text, Limits::default()).unwrap();
    let operation = envelope.operation().unwrap().name.clone();
    let message = envelope.message().unwrap_or_else(|error| panic!("{error}"));
    let settings: BTreeMap<&str, &str> = settings.iter().copied().collect();
    let made = Cell::new(0u128);
    let new_guid = || {
        made.set(made.get() + 1);
        Uuid::from_u128(made.get())
    };
    let facts = Facts {
        now: DateTime::parse_from_rfc3339("2026-01-31T08:00:00Z").unwrap(),
        request_id: ID,
        organisation_type: 31,
        organisation_code: "10100",
        caller_identifier: "CVR:12345678-UUID:0f8fad5b-d9cb-469f-a165-70867728950e",
        settings: &|name| settings.get(name).copied(),
        new_guid: &new_guid,
    };
    test(Exchange::start(service.plan(&operation).unwrap(), &message, &facts))
}

/// The one call of a request.
fn effect(body: &str, settings: &[(&str, &str)]) -> Result<Effect, Refusal> {
    exchange(&catalogue(), body, settings, |exchange| {
        let mut effects = exchange?.ready()?;
        assert_eq!(effects.len(), 1);
        Ok(effects.remove(0))
    })
}

fn body(effect: &Effect) -> &str {
    std::str::from_utf8(effect.body.as_deref().unwrap()).unwrap()
}

fn answer(status: u16, body: &str) -> Answer {
    Answer { status, body: body.into(), ..Answer::default() }
}

/// The reply to a request whose one call is answered so.
fn reply(request: &str, answer: &Answer) -> Result<String, ReplyError> {
    exchange(&catalogue(), request, &[], |exchange| {
        let mut exchange = exchange?;
        let effects = exchange.ready()?;
        exchange.answer(effects[0].call, answer)?;
        assert_eq!((exchange.waiting(), exchange.ready()?.len()), (0, 0));
        exchange.reply()
    })
}

fn talks(talk: &str) -> Result<String, ReplyError> {
    let body = format!(r#"{{"talks":[{{"talkId":"{ID}","start":"2026-03-01T09:00:00+01:00","kind":1{talk}}}]}}"#);
    reply(&get("GetTalks", ""), &answer(200, &body))
}

fn unreadable(error: ReplyError) -> (String, String) {
    match error {
        ReplyError::Value(Refusal::BackendUnreadable { pointer, rule, .. }) => (pointer, rule),
        other => panic!("{other}"),
    }
}

#[test]
fn a_request_becomes_a_call() {
    let talk = format!("<Identifier>{ID}</Identifier>{TALK}<Note>Say \"æ\"\n\\</Note>");
    let effect = effect(&create(&talk), &[("link", "https://meet.example.dk")]).unwrap();
    assert_eq!((effect.method, effect.repeat, effect.backend), (Method::Post, Repeat::Keyed, 0));
    assert_eq!(effect.path, format!("/v1/Talk/{ID}"));
    let headers = [("x-person", "0101701234"), ("x-organisation", "8"), ("x-user", "S%C3%B8ren%20100%25")];
    assert_eq!(effect.headers, headers.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(
        body(&effect),
        r#"{"start":"2026-03-01T09:00:00+01:00","deadline":"2026-02-28","kind":8,"possible":true,"note":"Say \"æ\"\n\\","link":"https://meet.example.dk"}"#
    );
}

#[test]
fn moments_have_seven_decimals_for_old_callers_and_all_for_new_services() {
    let fine = TALK.replace("09:00:00", "09:00:00.123456789");
    let sent = effect(&create(&fine), &[]).unwrap();
    assert!(body(&sent).contains("\"start\":\"2026-03-01T09:00:00.123456789+01:00\""), "{}", body(&sent));
    let receipt = answer(200, &format!(r#"{{"id":"{ID}","time":"2026-03-01T10:00:00.999999999Z"}}"#));
    let told = reply(&create(TALK), &receipt).unwrap();
    assert!(told.contains("<Date>2026-03-01T10:00:00.9999999Z</Date>"), "{told}");
}

#[test]
fn an_id_the_caller_leaves_out_is_made_once() {
    let id = "00000000-0000-0000-0000-000000000001";
    exchange(&catalogue(), &create(TALK), &[], |exchange| {
        let mut exchange = exchange.unwrap();
        let effects = exchange.ready().unwrap();
        assert_eq!(effects[0].path, format!("/v1/Talk/{id}"));
        exchange.answer(effects[0].call, &Answer { status: 412, already_accepted: true, ..Answer::default() }).unwrap();
        let reply = exchange.reply().unwrap();
        assert!(reply.contains(&format!("<Id>{id}</Id><Date>2026-01-31T09:00:00+01:00</Date>")), "{reply}");
    });
}

#[test]
fn optional_parts_come_whole_or_not_at_all() {
    let place = "<Place><Street>Vej 1</Street><City>Ås</City></Place>";
    let effect = effect(&create(&format!("{TALK}<Note>  </Note>{place}")), &[]).unwrap();
    let body = body(&effect);
    assert!(body.ends_with(r#""possible":true,"place":{"street":"Vej 1","city":"Ås"}}"#), "{body}");
}

#[test]
fn what_repeats_becomes_an_array() {
    let rest = "<Tag>a</Tag><Tag>b</Tag><Guest><Name>Åse</Name><Age>0042</Age></Guest><Guest><Name>Bo</Name></Guest>";
    let effect = effect(&create(&format!("{TALK}{rest}")), &[]).unwrap();
    let body = body(&effect);
    assert!(body.ends_with(r#""tags":["a","b"],"guests":[{"name":"Åse","age":42},{"name":"Bo"}]}"#), "{body}");
}

#[test]
fn values_that_do_not_fit_are_refused_without_being_told() {
    let guest = "<Guest><Name>Bo</Name><Age>secret</Age></Guest>";
    let refusal = effect(&create(&format!("{TALK}{guest}")), &[]).unwrap_err();
    assert_eq!(refusal, Refusal::Conversion { path: "Talk/Guest/Age".into(), rule: "a decimal number".into() });
    assert!(!refusal.to_string().contains("secret"));
}

#[test]
fn codes_without_partner_are_refused_with_the_fault_of_the_list() {
    let with = |kind: &str| effect(&create(&TALK.replace(">04<", &format!(">{kind}<"))), &[]).unwrap_err();
    let fault = |fault, listed: Option<&str>| Refusal::CodeList {
        list: "kind".into(),
        path: "Talk/Kind".into(),
        fault,
        listed: listed.map(Into::into),
    };
    assert_eq!(with("6"), fault(2003, Some("6")));
    assert_eq!(with("77"), fault(4708, None));
}

#[test]
fn rules_refuse_before_any_call() {
    let without = TALK.replace("<Deadline>2026-02-27T23:30:00Z</Deadline>", "");
    exchange(&catalogue(), &create(&without), &[], |exchange| {
        assert_eq!(exchange.err(), Some(Refusal::Rule { fault: 8126, text: None }));
    });
    assert!(effect(&create(&without.replace(">1</Possible", ">false</Possible")), &[]).is_ok());
}

#[test]
fn an_hour_that_never_comes_is_refused() {
    let refusal = effect(&create(&TALK.replace("2026-03-01T09", "2026-03-29T02")), &[]).unwrap_err();
    assert!(matches!(refusal, Refusal::Conversion { ref path, .. } if path == "Talk/Start"), "{refusal}");
}

#[test]
fn a_setting_that_does_not_fit_is_not_the_callers_doing() {
    let mut fixture = Fixture::load();
    fixture.replace(
        "openapi/talks.json",
        r#""link": {"type": "string"}"#,
        r#""link": {"type": "string", "maxLength": 3}"#,
    );
    let catalogue = compile(&fixture).unwrap();
    let refusal =
        exchange(&catalogue, &create(TALK), &[("link", "https")], |exchange| exchange.unwrap().ready().unwrap_err());
    assert!(matches!(refusal, Refusal::Setting { .. }), "{refusal}");
}

#[test]
fn the_organisation_called_for_is_a_fact_with_the_codes_of_the_old_side() {
    let header = "\"header:ActiveOrganisationHeader/OrganisationTypeIdentifier\"";
    let user = "{ from = \"header:ActiveOrganisationHeader/UserFullName\"";
    let with = |kind: &str| {
        let mut fixture = Fixture::load();
        fixture.replace("mappings/services.toml", header, kind);
        fixture.replace("mappings/services.toml", user, "{ fact = \"organisation-code\"");
        fixture.replace("mappings/codelists/kind.toml", "old = 4\n", "old = 31\n");
        compile(&fixture)
    };
    let sent = |kind: &str| {
        let catalogue = with(kind).unwrap_or_else(|problems| panic!("{problems}"));
        exchange(&catalogue, &get("GetTalks", ""), &[], |exchange| exchange.unwrap().ready().unwrap().remove(0).headers)
    };
    let plain = sent("\"organisation-type\"");
    assert!(plain.contains(&("x-organisation".into(), "31".into())), "{plain:?}");
    assert!(plain.contains(&("x-user".into(), "10100".into())), "{plain:?}");
    let translated = sent("{ fact = \"organisation-type\", code = \"kind\" }");
    assert!(translated.contains(&("x-organisation".into(), "8".into())), "{translated:?}");
    let wrong = with("{ fact = \"organisation-code\", code = \"kind\" }").unwrap_err().to_string();
    assert!(wrong.contains("a code list translates between the old and the new side"), "{wrong}");
}

#[test]
fn query_values_are_encoded_and_left_out_when_absent() {
    let path = |rest: &str| effect(&get("GetTalks", rest), &[]).unwrap().path;
    assert_eq!(path(""), "/v1/Talk");
    assert_eq!(path("<From>2026-01-31+01:00</From>"), "/v1/Talk?from=2026-01-31");
}

#[test]
fn what_is_dropped_is_counted() {
    let count = |rest: &str| {
        exchange(&catalogue(), &create(&format!("{TALK}{rest}")), &[], |exchange| exchange.unwrap().dropped())
    };
    assert_eq!((count(""), count("<Legacy>x</Legacy>"), count("<Legacy/>")), (0, 1, 0));
}

#[test]
fn a_list_becomes_elements_in_contract_order() {
    let place = r#""place":{"city":"Ås","street":"Vej & 1"}"#;
    let reply =
        talks(&format!(r#","price":12345678901234567890.10,"deadline":"2026-02-28","held":true,{place},"note":" ""#))
            .unwrap();
    let want = format!(
        "<TalkCollection><Talk><Identifier>{ID}</Identifier><Start>2026-03-01T09:00:00+01:00</Start>\
         <Deadline>2026-02-28T23:59:59+01:00</Deadline><Kind><CodeListItemIdentifier>1</CodeListItemIdentifier></Kind>\
         <Price>12345678901234567890.10</Price><Place><Street>Vej &amp; 1</Street><City>Ås</City></Place><Held>true</Held></Talk></TalkCollection>"
    );
    assert!(reply.contains(&want), "{reply}");
}

#[test]
fn absent_null_and_nil_keep_their_meaning() {
    let reply = talks(r#","deadline":null"#).unwrap();
    assert!(!reply.contains("<Deadline"), "{reply}");
    assert!(reply.contains("nil=\"true\""), "{reply}");
}

#[test]
fn an_empty_list_leaves_its_optional_collection_out() {
    let reply = reply(&get("GetTalks", ""), &answer(200, r#"{"talks":[]}"#)).unwrap();
    assert!(!reply.contains("TalkCollection"), "{reply}");
}

#[test]
fn long_text_is_cut_where_the_mapping_says_so() {
    let reply = talks(&format!(r#","note":"{}""#, "å".repeat(50))).unwrap();
    assert!(reply.contains(&format!("<Note>{}</Note>", "å".repeat(40))), "{reply}");
}

#[test]
fn an_answer_that_breaks_its_contract_names_the_place_and_not_the_value() {
    for (talk, pointer) in [
        (r#","price":"12""#, "/talks/0/price"),
        (r#","held":"true""#, "/talks/0/held"),
        (r#","deadline":"secret""#, "/talks/0/deadline"),
        (r#","place":{"street":"x"}"#, "/talks/0/place/city"),
        (r#","place":[]"#, "/talks/0/place"),
        (r#","note":5"#, "/talks/0/note"),
        (r#","start":"2026-03-01T09:00:00Z""#, "/talks/0/start"),
    ] {
        let (found, rule) = unreadable(talks(talk).unwrap_err());
        assert_eq!(found, pointer);
        assert!(!rule.contains("secret"), "{rule}");
    }
}

#[test]
fn an_answer_that_is_no_json_or_lacks_what_is_required_is_unreadable() {
    let pointer = |body: &str| unreadable(reply(&get("GetTalks", ""), &answer(200, body)).unwrap_err()).0;
    assert_eq!(pointer("<html>"), "");
    assert_eq!(pointer("{\"talks\":[]} x"), "");
    assert_eq!(pointer("{}"), "/talks");
    assert_eq!(pointer("[]"), "");
    assert_eq!(pointer("{\"talks\":[null]}"), "/talks/0");
    assert_eq!(pointer("{\"talks\":null}"), "/talks");
}

#[test]
fn a_code_of_the_backend_without_partner_is_the_backends_doing() {
    let error = reply(
        &get("GetTalks", ""),
        &answer(200, &format!(r#"{{"talks":[{{"talkId":"{ID}","start":"2026-03-01T09:00:00Z","kind":5}}]}}"#)),
    );
    assert_eq!(unreadable(error.unwrap_err()).1, "a code of list kind");
}

#[test]
fn a_success_without_body_lets_else_speak_and_is_unreadable_otherwise() {
    let reply_of = |status| reply(&create(TALK), &answer(status, ""));
    assert!(reply_of(204).unwrap().contains("<Receipt>"));
}

#[test]
fn a_refusal_of_the_backend_carries_code_text_and_the_fault_of_its_status() {
    let refused = |status, body: &str| match reply(&create(TALK), &answer(status, body)).unwrap_err() {
        ReplyError::Value(Refusal::Backend { status, code, text, fault, .. }) => (status, code, text, fault),
        other => panic!("{other}"),
    };
    let text = Some("ugyldig".to_owned());
    assert_eq!(refused(422, r#"{"code":90000,"text":"ugyldig"}"#), (422, Some(90000), text, None));
    assert_eq!(refused(409, r#"{"code":"90000"}"#), (409, Some(90000), None, None));
    assert_eq!(refused(404, "not found"), (404, None, None, Some(1010)));
    assert_eq!(refused(404, r#"{"code":7}"#), (404, Some(7), None, None));
    assert_eq!(refused(500, ""), (500, None, None, None));
    assert_eq!(refused(302, ""), (302, None, None, None));
}

#[test]
fn rn_bk_02_independent_calls_are_ready_together_and_dependent_ones_afterwards() {
    exchange(&catalogue(), &get("GetSummary", ""), &[], |exchange| {
        let mut exchange = exchange.unwrap();
        let paths = |effects: &[Effect]| effects.iter().map(|effect| effect.path.clone()).collect::<Vec<_>>();
        let first = exchange.ready().unwrap();
        assert_eq!(paths(&first), ["/v1/Person", "/v1/Talk"]);
        assert!(exchange.ready().unwrap().is_empty());
        exchange.answer(first[1].call, &answer(200, "not even looked at")).unwrap();
        assert!(exchange.ready().unwrap().is_empty());
        exchange.answer(first[0].call, &answer(200, r#"{"advisorId":"a/b c"}"#)).unwrap();
        let second = exchange.ready().unwrap();
        assert_eq!(paths(&second), ["/v1/Advisor/a%2Fb%20c"]);
        assert_eq!((second[0].call, exchange.waiting()), (CallId::from_index(2), 1));
        exchange.answer(second[0].call, &answer(200, r#"{"name":"Åse"}"#)).unwrap();
        assert!(exchange.reply().unwrap().contains("<Advisor>Åse</Advisor>"));
    });
}

#[test]
fn a_path_value_never_leads_to_another_path() {
    for id in ["", ".", ".."] {
        exchange(&catalogue(), &get("GetSummary", ""), &[], |exchange| {
            let mut exchange = exchange.unwrap();
            let effects = exchange.ready().unwrap();
            exchange.answer(effects[1].call, &answer(200, "")).unwrap();
            exchange.answer(effects[0].call, &answer(200, &format!(r#"{{"advisorId":"{id}"}}"#))).unwrap();
            let refusal = exchange.ready().unwrap_err();
            assert!(matches!(refusal, Refusal::BackendUnreadable { .. }), "{refusal}");
        });
    }
}

#[test]
fn a_reply_that_would_break_the_contract_is_never_sent() {
    let mut fixture = Fixture::load();
    fixture.replace(
        "mappings/talk/get-talks.toml",
        "{ from = \"./note\", empty = \"omit\", truncate = 40 }",
        "{ from = \"./note\", empty = \"omit\" }",
    );
    let catalogue = compile(&fixture).unwrap();
    let error = exchange(&catalogue, &get("GetTalks", ""), &[], |exchange| {
        let mut exchange = exchange.unwrap();
        let call = exchange.ready().unwrap()[0].call;
        let note = "x".repeat(41);
        let body =
            format!(r#"{{"talks":[{{"talkId":"{ID}","start":"2026-03-01T09:00:00Z","kind":1,"note":"{note}"}}]}}"#);
        exchange.answer(call, &answer(200, &body)).unwrap();
        exchange.reply().unwrap_err()
    });
    assert!(matches!(error, ReplyError::Contract(_)), "{error}");
}
