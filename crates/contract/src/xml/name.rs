//! Characters and names of XML 1.0 (fifth edition).

/// Whether a document may hold this character.
pub(super) fn is_char(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// Offset of the first character a document may not hold.
pub(super) fn first_forbidden(text: &str) -> Option<usize> {
    // One pass without a branch for each byte. 0xEF begins the two forbidden characters U+FFFE and U+FFFF, and many
    // allowed ones, so only its presence asks for the slow look.
    let suspicious = |&byte: &u8| (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0xEF;
    let any = text.as_bytes().iter().fold(false, |found, byte| found | suspicious(byte));
    any.then(|| text.char_indices().find(|(_, character)| !is_char(*character)).map(|(at, _)| at)).flatten()
}

/// A qualified name as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct QName<'t> {
    pub(super) raw: &'t str,
    /// Where the local name begins: behind the colon, if there is one.
    local: usize,
}

impl<'t> QName<'t> {
    /// The prefix; empty where there is none.
    pub(super) fn prefix(self) -> &'t str {
        &self.raw[..self.local.saturating_sub(1)]
    }

    pub(super) fn local(self) -> &'t str {
        &self.raw[self.local..]
    }
}

/// The qualified name a text begins with.
pub(super) fn qualified(text: &str) -> Option<QName<'_>> {
    let first = ncname(text)?;
    if text.as_bytes().get(first.len()) != Some(&b':') {
        return Some(QName { raw: first, local: 0 });
    }
    let local = first.len() + 1;
    let end = local + ncname(&text[local..])?.len();
    Some(QName { raw: &text[..end], local })
}

/// What a byte may do in a name of ASCII characters: start it, follow, or neither.
const START: u8 = 2;
const FOLLOW: u8 = 1;
static ASCII: [u8; 256] = ascii_names();

const fn ascii_names() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        table[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => START | FOLLOW,
            b'0'..=b'9' | b'-' | b'.' => FOLLOW,
            _ => 0,
        };
        byte += 1;
    }
    table
}

/// The name without a colon a text begins with, up to the first character that belongs to none.
pub(super) fn ncname(text: &str) -> Option<&str> {
    let class = |byte: u8| ASCII[usize::from(byte)];
    let bytes = text.as_bytes();
    let length = bytes.iter().position(|&byte| class(byte) == 0).unwrap_or(bytes.len());
    match bytes.get(length) {
        Some(128..) => any_ncname(text),
        _ => bytes.first().is_some_and(|&first| class(first) & START > 0).then(|| &text[..length]),
    }
}

/// [`ncname`] for a name that is not of ASCII characters alone, which is rare.
#[cold]
fn any_ncname(text: &str) -> Option<&str> {
    let mut characters = text.char_indices();
    characters.next().filter(|(_, first)| is_start(*first))?;
    let end = characters.find(|(_, character)| !is_start(*character) && !is_more(*character));
    Some(&text[..end.map_or(text.len(), |(at, _)| at)])
}

fn is_start(character: char) -> bool {
    matches!(character, 'a'..='z' | 'A'..='Z' | '_' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

fn is_more(character: char) -> bool {
    matches!(character, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}
