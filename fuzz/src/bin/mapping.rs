//! Any text as a file of mappings: an operation, a code list, the faults or the services. What is refused says what is
//! wrong and where; what is accepted runs, and what it makes of a good request and good answers keeps to both contracts.
#![no_main]

use std::collections::BTreeMap;

use chrono::DateTime;
use dfdg_facade::access::HeaderPaths;
use dfdg_facade::catalogue::Served;
use dfdg_facade::offline::{self, End, Given};
use dfdg_fuzz::{Texts, assert_readable};
use dfdg_mapping::{Answer, Catalogue, compile};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

fuzz_target!(|text: &str| {
    let files = Texts::small_with(path(text), text);
    match compile(&files) {
        Err(problems) => files.assert_helpful(&problems),
        Ok(catalogue) => run(&catalogue),
    }
});

/// Which file it stands for: by the keys only that one has.
fn path(text: &str) -> &'static str {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    match () {
        () if has("[service.") => "mappings/services.toml",
        () if has("[[fault]]") => "mappings/faults.toml",
        () if has("[[code]]") => "mappings/codelists/kind.toml",
        () if has("operation = \"CreateTalk\"") => "mappings/talk/create-talk.toml",
        () if has("operation = \"GetTalks\"") => "mappings/talk/get-talks.toml",
        () => "mappings/talk/update-talk.toml",
    }
}

/// Good requests, one for each operation of the small catalogue.
fn requests() -> [(&'static str, &'static str); 3] {
    [
        (
            "CreateTalk",
            "<Talk><Start>2026-03-01T09:00:00</Start><Deadline>2026-02-27T23:30:00Z</Deadline>\
             <Kind><CodeListItemIdentifier>4</CodeListItemIdentifier></Kind><Possible>1</Possible><Note>\"</Note>\
             <Place><Street>Vej 1</Street><City>Ås</City></Place><Tag>a</Tag><Guest><Name>Åse</Name><Age>42</Age></Guest></Talk>",
        ),
        ("GetTalks", "<From>2026-01-31</From>"),
        (
            "UpdateTalk",
            "<Identifier>0f8fad5b-d9cb-469f-a165-70867728950e</Identifier><Begin>2026-03-01T09:00:00+01:00</Begin>\
             <Label>b</Label>",
        ),
    ]
}

/// Good answers: of a list, of one talk, of a write.
const ANSWERS: [&str; 3] = [
    r#"{"talks":[{"talkId":"0f8fad5b-d9cb-469f-a165-70867728950e","start":"2026-03-01T09:00:00+01:00","kind":1}]}"#,
    r#"{"storedId":"0f8fad5b-d9cb-469f-a165-70867728950e","begin":"2026-02-01T09:00:00+01:00","weight":0.10,"owner":"æ"}"#,
    r#"{"id":"0f8fad5b-d9cb-469f-a165-70867728950e","time":"2026-03-01T09:00:00+01:00"}"#,
];

fn run(catalogue: &Catalogue) {
    let Some(service) = catalogue.service("TalkService") else { return };
    let served = Served { service, header_paths: &HeaderPaths::of(&service.contract, &[]) };
    for (operation, rest) in requests() {
        for answer in ANSWERS {
            let request = format!(
                "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Header>\
                 <ActiveOrganisationHeader xmlns='http://example.dk/Talk/'><OrganisationTypeIdentifier>8\
                 </OrganisationTypeIdentifier><UserFullName>Test</UserFullName></ActiveOrganisationHeader></s:Header>\
                 <s:Body><{operation}Request xmlns='http://example.dk/Talk/'><Person>0101701234</Person>{rest}\
                 </{operation}Request></s:Body></s:Envelope>"
            );
            assert_keeps_to_both_contracts(served, &request, answer);
        }
    }
}

fn assert_keeps_to_both_contracts(served: Served<'_>, request: &str, answer: &str) {
    let answer = Answer { status: 200, body: answer.into(), ..Answer::default() };
    let settings = BTreeMap::from([("link".to_owned(), "https://moede.example.dk".to_owned())]);
    let given = Given {
        now: DateTime::parse_from_rfc3339("2026-01-31T08:00:00Z").expect("a time"),
        request_id: Uuid::nil(),
        organisation: Some((8, "10100")),
        settings: &settings,
        new_guid: &Uuid::max,
        answers: &[answer.clone(), answer.clone(), answer],
        inside: &|_| None,
    };
    let outcome = offline::run(served, request.as_bytes(), &given);
    for effect in &outcome.calls {
        assert!(effect.path.starts_with('/') && effect.path.is_ascii(), "{}", effect.path);
        let ascii = |text: &str| text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        assert!(effect.headers.iter().all(|(name, value)| ascii(name) && ascii(value)), "{effect:?}");
        if let Some(body) = &effect.body {
            serde_json::from_slice::<serde_json::Value>(body).expect("a body is JSON");
        }
    }
    if let End::Reply(reply) = &outcome.end {
        assert_readable(served.service.contract.schema(), reply);
    }
}
