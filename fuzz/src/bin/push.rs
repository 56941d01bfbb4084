//! Any octets as the body of a push. What is understood stands in it, at the places of `mappings/wsb.toml`, and is fit
//! for a queue: a known change, a type of few digits, ten digits for the citizen. What is not is told by place and rule
//! and holds nothing of what was sent.
#![no_main]

use dfdg_fuzz::CATALOGUE;
use dfdg_mapping::{PushProblem, Pushed};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let format = CATALOGUE.mapping().pushes.as_ref().expect("the format of pushes");
    let places = format.fields();
    match format.read(body) {
        Ok(pushed) => assert_stands(&pushed, body, &places.map(|field| field.pointer.as_str())),
        Err(PushProblem::NotJson) => assert!(serde_json::from_slice::<Value>(body).is_err()),
        Err(PushProblem::NotAnObject) => assert!(!serde_json::from_slice::<Value>(body).expect("JSON").is_object()),
        Err(PushProblem::Field { pointer, rule }) => {
            assert!(places.iter().any(|field| field.pointer == pointer));
            assert!(rule.len() < 100);
        }
    }
});

fn assert_stands(pushed: &Pushed, body: &[u8], places: &[&str; 7]) {
    let document: Value = serde_json::from_slice(body).expect("JSON");
    let text = |place: usize| match document.pointer(places[place]) {
        Some(Value::String(text)) => Some(text.trim().to_owned()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let [message_id, entity_type, entity_id, version, _, _, identification] = [0, 1, 2, 3, 4, 5, 6].map(text);
    assert_eq!(pushed.message_id, message_id.filter(|text| !text.is_empty()));
    assert_eq!(pushed.version, version.filter(|text| !text.is_empty()));
    assert_eq!(Some(&pushed.entity_id), entity_id.as_ref());
    assert_eq!(entity_type.and_then(|text| text.parse().ok()), Some(pushed.entity_type));
    assert!(pushed.entity_type <= 999_999 && !pushed.entity_id.is_empty());
    if let Some(citizen) = &pushed.citizen {
        assert!(citizen.len() == 10 && citizen.bytes().all(|byte| byte.is_ascii_digit()));
        assert_eq!(Some(citizen), identification.as_ref());
        assert!(!format!("{pushed:?}").contains("citizen: Some(\"0"), "nobody's number is formatted");
    }
}
