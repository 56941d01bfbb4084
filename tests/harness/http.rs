//! `call.http` and `answer.http`: a first line, headers, an empty line, a body; `###` between several.

use std::fmt::Write;

use dfdg_mapping::Effect;

use super::{REQUEST_ID, json};

const SEPARATOR: &str = "###";
const REQUEST_ID_SIGN: &str = "{request-id}";

/// A REST call.
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    /// `x-requestId` first, as the facade adds it; `{request-id}` in place of the id.
    pub(crate) headers: Vec<(String, String)>,
    /// JSON; empty when there is no body.
    pub(crate) body: String,
    /// Whether the facade itself answers it.
    pub(crate) inside: bool,
}

/// The answer to one.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Both.
pub(crate) struct Exchange {
    pub(crate) call: Call,
    pub(crate) answer: Answer,
}

impl Call {
    /// The call number `number` of its request.
    pub(crate) fn of(effect: &Effect, number: u32, inside: bool) -> Self {
        let id = ("x-requestId".to_owned(), format!("{REQUEST_ID_SIGN}.{number}"));
        let signed = |text: &str| text.replace(&REQUEST_ID.to_string(), REQUEST_ID_SIGN);
        let headers = effect.headers.iter().map(|(name, value)| (name.clone(), signed(value)));
        let body = effect.body.as_deref().map(|body| std::str::from_utf8(body).expect("JSON is UTF-8"));
        Self {
            method: effect.method.as_str().to_owned(),
            path: signed(&effect.path),
            headers: std::iter::once(id).chain(headers).collect(),
            body: body.map(signed).unwrap_or_default(),
            inside,
        }
    }

    fn read(text: &str) -> Self {
        let (head, body) = split(text);
        let mut lines = head.lines();
        let (method, path) = lines.next().and_then(|line| line.split_once(' ')).expect("METHOD path");
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").expect("name: value");
            (name.to_owned(), value.to_owned())
        };
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: lines.map(header).collect(),
            body: body.to_owned(),
            inside: false,
        }
    }

    fn write(&self, headers: &[(String, String)], body: &str) -> String {
        let mut out = format!("{} {}\n", self.method, self.path);
        for (name, value) in headers {
            let _ = writeln!(out, "{name}: {value}");
        }
        format!("{out}\n{body}").trim_end().to_owned() + "\n"
    }
}

impl Answer {
    fn read(text: &str) -> Self {
        let (status, body) = split(text);
        Self { status: status.trim().parse().expect("a status"), body: body.to_owned() }
    }
}

impl From<Answer> for dfdg_mapping::Answer {
    fn from(answer: Answer) -> Self {
        Self { status: answer.status, body: answer.body.into_bytes(), ..Self::default() }
    }
}

/// What is before the empty line, and after it.
fn split(text: &str) -> (&str, &str) {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    (head.trim_end(), body.trim())
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let separator = format!("\n{SEPARATOR}\n");
    text.split(&*separator).map(|piece| piece.trim_start_matches('\n')).collect::<Vec<_>>().into_iter()
}

/// The calls in `call.http`.
pub(crate) fn calls(text: &str) -> Vec<Call> {
    pieces(text).map(Call::read).collect()
}

/// The answers in `answer.http`.
pub(crate) fn answers(text: &str) -> Vec<Answer> {
    pieces(text).map(Answer::read).collect()
}

/// Calls as a text that is equal when they are: headers and members of JSON sorted.
pub(crate) fn by_value(calls: &[Call]) -> String {
    let text = |call: &Call| {
        let mut headers = call.headers.clone();
        headers.sort();
        call.write(&headers, &json::sorted(&call.body))
    };
    join(calls.iter().map(text))
}

/// Calls as they are sent, indented.
pub(crate) fn as_sent(calls: &[Call]) -> String {
    join(calls.iter().map(|call| call.write(&call.headers, &json::indented(&call.body))))
}

fn join(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(&format!("{SEPARATOR}\n"))
}
