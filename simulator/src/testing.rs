//! Calls for unit tests.

use actix_web::web::Bytes;
use serde_json::{Value, json};

use crate::call::Call;
use crate::population::Population;
use crate::settings::Now;
use crate::simulator::Simulator;

pub(crate) const ID: &str = "7a5e4b6e-0f1a-4f6e-9a51-0f2d3c4b5a69";

pub(crate) fn population() -> Population {
    Population::load().unwrap()
}

/// A simulator whose clock stands at `now`.
pub(crate) fn simulator_at(now: &str) -> Simulator {
    let now = now.parse().unwrap();
    Simulator::new(population(), Now::new(move || now))
}

/// A simulator in which nothing is registered; it is eight in the morning of 1 June 2030 in Denmark.
pub(crate) fn fresh() -> Simulator {
    simulator_at("2030-06-01T06:00:00Z")
}

/// Status and fejlkode of the answer of `simulator`.
pub(crate) fn outcome(simulator: &Simulator, call: &Call) -> (u16, Option<i64>) {
    let answer = simulator.answer(call);
    (answer.status, answer.body.and_then(|body| body["fejlkode"].as_i64()))
}

/// The body of the good answer to a read of `path` about the citizen of [`read`].
#[track_caller]
pub(crate) fn body_of(simulator: &Simulator, path: &str) -> Value {
    let answer = simulator.answer(&read().path(path).call());
    assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
    answer.body.unwrap()
}

/// A call under construction.
#[derive(Clone)]
pub(crate) struct Draft {
    call: Call,
    body: Value,
}

/// GetIndkaldelser with complete headers.
pub(crate) fn read() -> Draft {
    let headers = [
        ("x-civilregistrationidentifier", "0101575001"),
        ("x-aktivorganisationtype", "8"),
        ("x-aktivorganisationkode", "10100"),
        ("x-brugertype", "3"),
        ("x-brugeridentifikation", "fagsystem"),
        ("x-brugernavn", "Fagsystem"),
        ("x-brugerorganisationtype", "8"),
        ("x-brugerorganisationkode", "10100"),
        ("x-registreringstidspunkt", "2024-06-01T09:00:00+02:00"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let call = Call {
        method: "GET".to_owned(),
        path: "/v1/Indkaldelse".to_owned(),
        headers,
        body: Bytes::new(),
        client: None,
    };
    Draft { call, body: Value::Null }
}

/// CreateIndkaldelse with complete headers and the smallest good body, for a meeting in 2030.
pub(crate) fn write() -> Draft {
    let mut draft = read().with("x-requestid", "r1").with("content-type", "application/json");
    draft.call.method = "POST".to_owned();
    draft.call.path = format!("/v1/Indkaldelse/{ID}");
    draft.body = json!({
        "ombookingMulig": false,
        "aflysningMulig": false,
        "moedeStarttidspunkt": "2030-06-01T09:00:00+02:00",
        "samtaleType": 7,
        "moedeGruppeType": 1,
        "samtaleformType": 1
    });
    draft
}

impl Draft {
    pub(crate) fn with(mut self, header: &str, value: &str) -> Self {
        self = self.without(header);
        self.call.headers.push((header.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, header: &str) -> Self {
        self.call.headers.retain(|(name, _)| name != header);
        self
    }

    pub(crate) fn method(mut self, method: &str) -> Self {
        self.call.method = method.to_owned();
        self
    }

    pub(crate) fn path(mut self, path: &str) -> Self {
        self.call.path = path.to_owned();
        self
    }

    pub(crate) fn id(mut self, id: &str) -> Self {
        self.call.path = format!("/v1/Indkaldelse/{id}");
        self
    }

    /// Sets a member of the body; `null` takes it out.
    pub(crate) fn member(mut self, name: &str, value: Value) -> Self {
        let members = self.body.as_object_mut().unwrap();
        members.remove(name);
        if !value.is_null() {
            members.insert(name.to_owned(), value);
        }
        self
    }

    /// A body as it stands.
    pub(crate) fn raw(mut self, body: &str) -> Call {
        self.call.body = Bytes::from(body.to_owned());
        self.call
    }

    pub(crate) fn call(self) -> Call {
        if self.body.is_null() {
            return self.call;
        }
        let body = self.body.to_string();
        self.raw(&body)
    }
}
