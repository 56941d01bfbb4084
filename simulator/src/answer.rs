//! What a method answers, before it becomes HTTP.

use serde::Serialize;
use serde_json::Value;

use crate::dto::FejlDto;
use crate::refusal::Refusal;

/// Status and JSON body of an answer, and the version of what is in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
    /// How often the one indkaldelse in it was changed.
    pub(crate) version: Option<usize>,
}

impl Answer {
    /// 200 with `body`.
    pub(crate) fn of(body: impl Serialize) -> Self {
        match serde_json::to_value(body) {
            Ok(body) => Self { status: 200, body: Some(body), version: None },
            Err(_) => Self { status: 500, body: None, version: None },
        }
    }

    /// The status and error body of a refusal.
    pub(crate) fn refused(refusal: &Refusal) -> Self {
        let (status, number, text) = refusal.entry();
        let body = number.map(|fejlkode| FejlDto { fejlkode, fejltekst: &text });
        Self { status, ..Self::of(body) }.without_null()
    }

    fn without_null(self) -> Self {
        Self { body: self.body.filter(|body| !body.is_null()), ..self }
    }
}

impl From<Result<Self, Refusal>> for Answer {
    fn from(result: Result<Self, Refusal>) -> Self {
        result.unwrap_or_else(|refusal| Self::refused(&refusal))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_has_number_and_text() {
        let answer = Answer::refused(&Refusal::Samtaletype);
        assert_eq!(answer.status, 422);
        assert_eq!(answer.body, Some(json!({"fejlkode": 90001, "fejltekst": "Den angivne samtaletype er ugyldig"})));
    }

    #[test]
    fn a_repeated_request_has_no_body() {
        assert_eq!(Answer::refused(&Refusal::RequestRepeated), Answer { status: 412, body: None, version: None });
    }
}
