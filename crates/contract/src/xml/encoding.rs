//! Bytes to text, decided in this one place: the charset of the Content-Type, else the byte
//! order mark, else the XML declaration, else UTF-8. UTF-8, UTF-16 and ISO-8859-1 are what
//! old clients send; US-ASCII is UTF-8.

use std::borrow::Cow;

use thiserror::Error;

/// Why bytes could not be read as text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EncodingError {
    /// Is raised when the encoding named is none of ours.
    #[error("the encoding is not supported; send UTF-8, UTF-16 or ISO-8859-1")]
    Unsupported,
    /// Is raised when the bytes are not valid in the encoding named.
    #[error("the message is not valid {0}, which its {1} says it is")]
    Invalid(&'static str, &'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16 { big_endian: bool },
    Latin1,
}

/// Decodes a message. Borrows when it is UTF-8; a byte order mark is taken off.
///
/// # Errors
/// When the encoding is not supported, or the bytes are not valid in it.
pub fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<Cow<'b, str>, EncodingError> {
    let (encoding, said_by) = choose(bytes, charset)?;
    match encoding {
        Encoding::Utf8 => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| EncodingError::Invalid("UTF-8", said_by))
        }
        Encoding::Utf16 { big_endian } => {
            utf16(bytes, big_endian).map(Cow::Owned).ok_or(EncodingError::Invalid("UTF-16", said_by))
        }
        Encoding::Latin1 => Ok(Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect())),
    }
}

fn choose(bytes: &[u8], charset: Option<&str>) -> Result<(Encoding, &'static str), EncodingError> {
    if let Some(charset) = charset {
        return Ok((named(charset, bytes)?, "Content-Type"));
    }
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Ok((Encoding::Utf8, "byte order mark")),
        [0xFF, 0xFE, ..] => Ok((Encoding::Utf16 { big_endian: false }, "byte order mark")),
        [0xFE, 0xFF, ..] => Ok((Encoding::Utf16 { big_endian: true }, "byte order mark")),
        [b'<', 0, ..] => Ok((Encoding::Utf16 { big_endian: false }, "first bytes")),
        [0, b'<', ..] => Ok((Encoding::Utf16 { big_endian: true }, "first bytes")),
        _ => match declared(bytes) {
            Some(name) => Ok((named(name, bytes)?, "XML declaration")),
            None => Ok((Encoding::Utf8, "lack of a declaration")),
        },
    }
}

fn named(name: &str, bytes: &[u8]) -> Result<Encoding, EncodingError> {
    let name = name.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    match name.as_str() {
        "utf-8" | "utf8" | "us-ascii" => Ok(Encoding::Utf8),
        "iso-8859-1" | "latin1" | "latin-1" => Ok(Encoding::Latin1),
        "utf-16le" => Ok(Encoding::Utf16 { big_endian: false }),
        "utf-16be" => Ok(Encoding::Utf16 { big_endian: true }),
        "utf-16" => Ok(Encoding::Utf16 { big_endian: !matches!(bytes, [0xFF, 0xFE, ..] | [b'<', 0, ..]) }),
        _ => Err(EncodingError::Unsupported),
    }
}

/// The encoding in an XML declaration written in an ASCII-like encoding.
fn declared(bytes: &[u8]) -> Option<&str> {
    let end = bytes.iter().take(200).position(|&byte| byte == b'>')?;
    let declaration = std::str::from_utf8(&bytes[..end]).ok()?.strip_prefix("<?xml")?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split_once(quote).map(|(name, _)| name)
}

fn utf16(bytes: &[u8], big_endian: bool) -> Option<String> {
    let (pairs, []) = bytes.as_chunks::<2>() else { return None };
    let unit = |pair: &[u8; 2]| if big_endian { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) };
    let mut text: String = char::decode_utf16(pairs.iter().map(unit)).collect::<Result<_, _>>().ok()?;
    if text.starts_with('\u{FEFF}') {
        text.remove(0);
    }
    Some(text)
}
