//! Pushes, and their answers.

use serde_json::{Value, json};

use super::{CITIZEN, Connection, Response};

/// A push that is delivered.
#[derive(Clone)]
pub(crate) struct Push {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Push {
    /// An update of an Indkaldelse, for a job centre.
    pub(crate) fn new(message_id: &str) -> Self {
        Self::of(&Self::json(message_id))
    }

    pub(crate) fn json(message_id: &str) -> Value {
        json!({
            "metadata": {
                "beskedId": message_id,
                "entitetNavn": "Indkaldelse",
                "entitetId": 90000,
                "eksternIdentifier": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                "versionIdentifier": 4,
                "identifikationstypeId": 1,
                "identifikation": CITIZEN,
                "aendringstype": 2
            }
        })
    }

    pub(crate) fn of(body: &Value) -> Self {
        Self::raw(body.to_string())
    }

    pub(crate) fn raw(body: impl Into<Vec<u8>>) -> Self {
        Self {
            method: "POST",
            path: "/wsb/8/10100".to_owned(),
            headers: vec![("Content-Type", "application/json".to_owned())],
            body: body.into(),
        }
    }

    /// With another value in its metadata; `null` is as if it were not there.
    pub(crate) fn with(message_id: &str, key: &str, value: Value) -> Self {
        let mut push = Self::json(message_id);
        push["metadata"][key] = value;
        Self::of(&push)
    }

    pub(crate) fn to(self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(own, _)| *own != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let Self { method, path, headers, body } = self;
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: intake\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
        [head.as_bytes(), body].concat()
    }
}

impl Connection {
    /// Delivers a push and waits for its answer.
    pub(crate) async fn deliver(&mut self, push: &Push) -> Response {
        self.write(&push.bytes()).await;
        self.response().await.expect("an answer, not the end of the connection")
    }
}

impl Response {
    /// The JSON of an answer to a push; nothing of a person is in it.
    pub(crate) fn json(&self) -> Value {
        super::assert_nothing_of_a_person(&self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The number of the push it says is kept.
    pub(crate) fn kept(&self) -> i64 {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()["id"].as_i64().unwrap()
    }
}
