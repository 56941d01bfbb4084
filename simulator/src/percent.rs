//! Free text in a header: UTF-8 with every byte outside 0x20 to 0x7E, the percent sign, and a space at either end
//! written as `%XX`.

/// The text; `None` when it holds another byte, a broken escape, or no UTF-8.
pub(crate) fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            b' '..=b'~' => byte,
            _ => return None,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex(digit: u8) -> Option<u8> {
    u8::try_from(char::from(digit).to_digit(16)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_utf_8() {
        assert_eq!(decode("S%C3%B8ren %c3%86 100%25").as_deref(), Some("Søren Æ 100%"));
    }

    #[test]
    fn broken_escapes_and_bare_letters_are_refused() {
        for text in ["Søren", "%", "%4", "%zz", "%F8", "a\u{7f}", "\u{1}"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
