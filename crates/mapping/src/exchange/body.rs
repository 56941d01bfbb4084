//! Writes a request body straight into bytes: no tree of JSON in between.

use super::Refusal;
use super::read::{Context, Item};
use crate::kind::Kind;
use crate::plan::{Json, Member, Value};

impl<'x> Context<'x, '_> {
    pub(super) fn body(&self, json: &'x Json) -> Result<Vec<u8>, Refusal> {
        let mut out = Vec::with_capacity(512);
        if !self.json(json, Item::None, &mut out)? {
            out.extend_from_slice(b"{}");
        }
        Ok(out)
    }

    /// Writes one place; answers whether there was anything to write.
    fn json(&self, json: &'x Json, item: Item<'x>, out: &mut Vec<u8>) -> Result<bool, Refusal> {
        match json {
            Json::Value(value) => self.scalar(value, item, out),
            Json::Object(members) => self.object(members, item, out),
            Json::Array { list, item: inner } => {
                let start = out.len();
                out.push(b'[');
                self.each(list, item, |item| {
                    if self.json(inner, item, out)? {
                        out.push(b',');
                    }
                    Ok::<(), Refusal>(())
                })?;
                Ok(close(out, start, b']'))
            }
            Json::Items(items) => {
                let start = out.len();
                out.push(b'[');
                for inner in items {
                    if self.json(inner, item, out)? {
                        out.push(b',');
                    }
                }
                Ok(close(out, start, b']'))
            }
        }
    }

    fn scalar(&self, value: &'x Value, item: Item<'x>, out: &mut Vec<u8>) -> Result<bool, Refusal> {
        let Some(text) = self.value(value, item)? else { return Ok(false) };
        match value.target.kind {
            Kind::Boolean | Kind::Integer | Kind::Decimal | Kind::Number => out.extend_from_slice(text.as_bytes()),
            _ => quote(&text, out),
        }
        Ok(true)
    }

    fn object(&self, members: &'x [Member], item: Item<'x>, out: &mut Vec<u8>) -> Result<bool, Refusal> {
        let start = out.len();
        out.push(b'{');
        for member in members {
            let before = out.len();
            out.extend_from_slice(member.key.as_bytes());
            match (self.json(&member.node, item, out)?, member.required, &member.node) {
                (true, ..) => {}
                (false, true, Json::Array { .. } | Json::Items(_)) => out.extend_from_slice(b"[]"),
                (false, true, Json::Object(_)) => out.extend_from_slice(b"{}"),
                (false, true, Json::Value(_)) if member.nullable => out.extend_from_slice(b"null"),
                // The compiler has seen to it that a required value is missing only together with the whole.
                (false, ..) => {
                    out.truncate(before);
                    continue;
                }
            }
            out.push(b',');
        }
        Ok(close(out, start, b'}'))
    }
}

/// Ends an object or array; one that is still empty is taken back.
fn close(out: &mut Vec<u8>, start: usize, end: u8) -> bool {
    let filled = out.len() > start + 1;
    out.truncate(if filled { out.len() - 1 } else { start });
    if filled {
        out.push(end);
    }
    filled
}

fn quote(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0..0x20 => &control(byte),
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[plain..at]);
        out.extend_from_slice(escaped);
        plain = at + 1;
    }
    out.extend_from_slice(&text.as_bytes()[plain..]);
    out.push(b'"');
}

/// XML lets no other control character in, but text of an answer may hold one.
fn control(byte: u8) -> [u8; 6] {
    let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' + value - 10 };
    [b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_reads_back_as_it_was(text in "[\u{0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]{0,40}") {
            let mut out = Vec::new();
            quote(&text, &mut out);
            prop_assert_eq!(serde_json::from_slice::<String>(&out).ok(), Some(text));
        }
    }
}
