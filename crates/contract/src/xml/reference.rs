//! What is written otherwise than it is meant: references, line ends, white space in attributes.

use std::borrow::Cow;

use memchr::{memchr, memchr3};

use super::name::is_char;

/// Why a reference means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaningless {
    /// It names no character that XML allows.
    Character,
    /// It is none of the five entities that need no DOCTYPE.
    Entity,
}

/// The character behind what stands between `&` and `;`.
pub(super) fn resolve(name: &str) -> Result<char, Meaningless> {
    match name {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => match name.strip_prefix('#') {
            Some(number) => character(number).ok_or(Meaningless::Character),
            None => Err(Meaningless::Entity),
        },
    }
}

fn character(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // `from_str_radix` would take a sign as well.
    let code = digits.chars().all(|digit| digit.is_digit(radix)).then(|| u32::from_str_radix(digits, radix).ok())?;
    code.and_then(char::from_u32).filter(|character| is_char(*character))
}

/// A text with its line ends as XML reads them: a line feed each.
pub(super) fn line_ends(text: &str) -> Cow<'_, str> {
    if memchr(b'\r', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// The value of an attribute: references resolved, and a space for every line end and tab that is no reference.
pub(super) fn attribute(written: &str) -> Result<Cow<'_, str>, Meaningless> {
    let bytes = written.as_bytes();
    if memchr3(b'&', b'\t', b'\n', bytes).is_none() && memchr(b'\r', bytes).is_none() {
        return Ok(Cow::Borrowed(written));
    }
    let mut value = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find(['&', '\t', '\n', '\r']) {
        value.push_str(&rest[..at]);
        rest = match rest[at..].strip_prefix('&') {
            Some(reference) => {
                let (name, rest) = reference.split_once(';').ok_or(Meaningless::Entity)?;
                value.push(resolve(name)?);
                rest
            }
            None => {
                value.push(' ');
                rest[at..].strip_prefix("\r\n").unwrap_or(&rest[at + 1..])
            }
        };
    }
    value.push_str(rest);
    Ok(Cow::Owned(value))
}

#[cfg(test)]
mod tests {
    use super::{Meaningless, attribute, line_ends, resolve};

    #[test]
    fn references_name_characters() {
        for (name, character) in
            [("amp", '&'), ("#65", 'A'), ("#x41", 'A'), ("#x0000000041", 'A'), ("#x10FFFF", '\u{10FFFF}')]
        {
            assert_eq!(resolve(name), Ok(character), "{name}");
        }
        for name in
            ["#", "#x", "#+65", "#x-41", "#X41", "#0", "#1", "#xFFFE", "#xD800", "#x110000", "#99999999999", "# 65"]
        {
            assert_eq!(resolve(name), Err(Meaningless::Character), "{name}");
        }
        for name in ["", "AMP", "nbsp", " amp", "lt "] {
            assert_eq!(resolve(name), Err(Meaningless::Entity), "{name}");
        }
    }

    #[test]
    fn line_ends_are_line_feeds() {
        assert_eq!(line_ends("a\r\nb\rc\n\r\r\n"), "a\nb\nc\n\n\n");
    }

    #[test]
    fn white_space_in_an_attribute_is_spaces_unless_referred_to() {
        assert_eq!(attribute("a\r\n\tb\rc&#10;&lt;d").unwrap(), "a  b c\n<d");
        assert_eq!(attribute("&b;"), Err(Meaningless::Entity));
        assert_eq!(attribute("a&"), Err(Meaningless::Entity));
    }
}
