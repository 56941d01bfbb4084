//! Makes a call out of its template.

use super::read::{Context, Item};
use super::{CallId, Effect, Refusal};
use crate::convert::percent_encode;
use crate::plan::{Call, Segment};

impl<'x> Context<'x, '_> {
    /// The values of the call's path, which its other values may read.
    pub(super) fn path_values(&self, call: &'x Call) -> Result<Vec<String>, Refusal> {
        // The compiler has seen to it that there is one.
        let text = |value| Ok(self.value(value, Item::None)?.unwrap_or_default().into_owned());
        call.path_values.iter().map(text).collect()
    }

    /// The call, ready to be sent.
    pub(super) fn effect(&self, index: usize, call: &'x Call) -> Result<Effect, Refusal> {
        let body = call.body.as_ref().map(|json| self.body(json)).transpose()?;
        Ok(Effect {
            call: CallId(index),
            backend: call.backend,
            method: call.method,
            path: self.path(index, call)?,
            headers: self.headers(call)?,
            body,
            repeat: call.repeat,
        })
    }

    fn path(&self, index: usize, call: &'x Call) -> Result<String, Refusal> {
        let mut path = path(&call.path, &self.calls[index].path_values);
        let mut separator = '?';
        for (name, value) in &call.query {
            if let Some(text) = self.value(value, Item::None)? {
                path.push(separator);
                path.push_str(&url(name));
                path.push('=');
                path.push_str(&url(&text));
                separator = '&';
            }
        }
        Ok(path)
    }

    fn headers(&self, call: &'x Call) -> Result<Vec<(String, String)>, Refusal> {
        let mut headers = Vec::with_capacity(call.headers.len());
        for (name, value) in &call.headers {
            let Some(text) = self.value(value, Item::None)? else { continue };
            headers.push((name.to_string(), text.into_owned()));
        }
        Ok(headers)
    }
}

/// A path without its query.
pub(super) fn path(segments: &[Segment], values: &[String]) -> String {
    let mut path = String::new();
    for segment in segments {
        match segment {
            Segment::Text(text) => path.push_str(text),
            Segment::Value(index) => path.push_str(&url(&values[*index])),
        }
    }
    path
}

/// Only unreserved characters stay (RFC 3986).
fn url(text: &str) -> String {
    percent_encode(text, |byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}
