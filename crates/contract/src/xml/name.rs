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

/// Splits `prefix:local`; `None` when it is no qualified name.
pub(super) fn split(name: &str) -> Option<(&str, &str)> {
    match name.as_bytes().iter().position(|&byte| byte == b':') {
        None => is_ncname(name).then_some(("", name)),
        Some(colon) => {
            let (prefix, local) = (&name[..colon], &name[colon + 1..]);
            (is_ncname(prefix) && is_ncname(local)).then_some((prefix, local))
        }
    }
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

/// A name without a colon: of a piece of a qualified name, or of a processing instruction.
pub(super) fn is_ncname(name: &str) -> bool {
    let class = |byte: u8| ASCII[usize::from(byte)];
    match name.as_bytes() {
        [first, rest @ ..] if class(*first) & START > 0 && rest.iter().all(|&byte| class(byte) > 0) => true,
        _ => is_any_ncname(name),
    }
}

/// A name that is not of ASCII characters alone, which is rare.
#[cold]
fn is_any_ncname(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(is_start) && characters.all(|character| is_start(character) || is_more(character))
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
