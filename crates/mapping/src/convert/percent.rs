//! `encode = "percent"`: text -> text. UTF-8 with every byte outside the visible ASCII
//! characters, and the percent sign itself, written as `%XX`: how text with Danish letters
//! travels in an HTTP header.

use std::fmt::Write;

use super::{Conversion, Run};
use crate::kind::{Kind, Rule};

pub(super) const PERCENT: Conversion = Conversion {
    key: "encode",
    name: "percent",
    signature: "text -> text",
    about: "UTF-8, percent-encoded, for a header that must carry letters beyond ASCII.",
    examples: &[("Søren Ås", "S%C3%B8ren%20%C3%85s"), ("100%", "100%25"), ("a@b.dk", "a@b.dk")],
    run: Some(Run { accepts: &[Kind::Text], gives: Kind::Text, apply: percent }),
};

fn percent(text: &str) -> Result<String, Rule> {
    Ok(encode(text, |byte| byte.is_ascii_graphic() && byte != b'%'))
}

/// Writes every byte that may not stay as `%XX`.
pub(crate) fn encode(text: &str, stays: impl Fn(u8) -> bool) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        match stays(byte) {
            true => encoded.push(char::from(byte)),
            // Writing to a String does not fail.
            false => _ = write!(encoded, "%{byte:02X}"),
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_visible_ascii_is_left() {
        let encoded = percent("line\r\nbreak\u{0}æ").unwrap_or_default();
        assert_eq!(encoded, "line%0D%0Abreak%00%C3%A6");
    }
}
