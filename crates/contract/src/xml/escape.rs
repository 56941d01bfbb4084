//! Text to XML.

/// Appends a text as element content. A carriage return is written as a reference, so that
/// the reader's line end handling does not take it away.
pub(crate) fn text(out: &mut String, value: &str) {
    escape(out, value, |byte| matches!(byte, b'&' | b'<' | b'>' | b'\r'));
}

/// Appends a text as the value of an attribute in double quotes.
pub(crate) fn attribute(out: &mut String, value: &str) {
    escape(out, value, |byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\t' | b'\n' | b'\r'));
}

fn escape(out: &mut String, value: &str, special: impl Fn(u8) -> bool) {
    let mut rest = value;
    while let Some(at) = rest.bytes().position(&special) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\t' => "&#9;",
            b'\n' => "&#10;",
            _ => "&#13;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// Whether XML 1.0 can hold this text at all.
pub(crate) fn is_writable(value: &str) -> bool {
    value.chars().all(super::name::is_char)
}

/// Whether a text can be written as it is: ASCII without control characters and markup.
pub(crate) fn is_plain(value: &str) -> bool {
    value.bytes().fold(true, |plain, byte| plain & (0x20..0x7f).contains(&byte) & !matches!(byte, b'&' | b'<' | b'>'))
}
