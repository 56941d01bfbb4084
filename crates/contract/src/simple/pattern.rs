//! XSD regular expressions, translated to the `regex` crate: anchored at both ends, with
//! XSD's own classes, linear in time. What has no translation is refused at start.

use std::iter::Peekable;
use std::str::Chars;

use regex::Regex;

use crate::violation::cut;

/// Characters that may start a name, and those that may follow, as XML 1.0 gives them.
const NAME_START: &str = r":A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}";
const NAME_MORE: &str = r"\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}";

/// The patterns of one restriction, which are alternatives.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    expression: Regex,
    /// As the contract has them.
    written: Box<str>,
}

impl Pattern {
    pub(super) fn compile(patterns: &[&str]) -> Result<Self, String> {
        let alternatives: Result<Vec<String>, String> = patterns.iter().map(|pattern| translate(pattern)).collect();
        let expression = format!(r"\A(?:{})\z", alternatives?.join("|"));
        let written = patterns.join(" or ");
        match Regex::new(&expression) {
            Ok(expression) => Ok(Self { expression, written: cut(&written, LONGEST_QUOTED).into() }),
            Err(_) => Err(format!("the pattern {written:?} is not a regular expression of XML Schema")),
        }
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.expression.is_match(text)
    }

    /// The patterns as the contract has them, for messages.
    pub(super) fn written(&self) -> &str {
        &self.written
    }
}

/// How much of a pattern messages quote. That of a whole address or date has hundreds of characters.
const LONGEST_QUOTED: usize = 200;

fn translate(pattern: &str) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\\' => escape(&mut rest, &mut out)?,
            '[' => class(&mut rest, &mut out)?,
            '^' | '$' => out.extend(['\\', character]),
            '.' => out.push_str(r"[^\n\r]"),
            '(' if rest.peek() == Some(&'?') => return Err("`(?` is not part of XML Schema's patterns".to_owned()),
            '*' | '+' | '?' | '}' if rest.peek() == Some(&'?') => {
                return Err("lazy quantifiers are not part of XML Schema's patterns".to_owned());
            }
            other => out.push(other),
        }
    }
    Ok(out)
}

/// A character class; the opening bracket has been read.
fn class(rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), String> {
    out.push('[');
    if rest.peek() == Some(&'^') {
        rest.next();
        out.push('^');
    }
    while let Some(character) = rest.next() {
        match character {
            ']' => {
                out.push(']');
                return Ok(());
            }
            '\\' => escape(rest, out)?,
            '-' if rest.peek() == Some(&'[') => {
                rest.next();
                out.push_str("--");
                class(rest, out)?;
            }
            '[' => return Err("`[` inside a character class must be written `\\[`".to_owned()),
            '&' | '~' => out.extend(['\\', character]),
            other => out.push(other),
        }
    }
    Err("a character class is not closed".to_owned())
}

/// An escape; the backslash has been read. Classes come out as nested classes, which are
/// right inside a class as well.
fn escape(rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), String> {
    match rest.next() {
        Some('s') => out.push_str(r"[ \t\n\r]"),
        Some('S') => out.push_str(r"[^ \t\n\r]"),
        Some('d') => out.push_str(r"\p{Nd}"),
        Some('D') => out.push_str(r"\P{Nd}"),
        Some('w') => out.push_str(r"[^\p{P}\p{Z}\p{C}]"),
        Some('W') => out.push_str(r"[\p{P}\p{Z}\p{C}]"),
        Some('i') => out.push_str(&format!("[{NAME_START}]")),
        Some('I') => out.push_str(&format!("[^{NAME_START}]")),
        Some('c') => out.push_str(&format!("[{NAME_START}{NAME_MORE}]")),
        Some('C') => out.push_str(&format!("[^{NAME_START}{NAME_MORE}]")),
        Some(letter @ ('p' | 'P')) => property(letter, rest, out)?,
        Some(letter @ ('n' | 'r' | 't')) => out.extend(['\\', letter]),
        Some(literal @ ('\\' | '|' | '.' | '?' | '*' | '+' | '(' | ')' | '{' | '}' | '-' | '[' | ']' | '^')) => {
            out.extend(['\\', literal]);
        }
        Some(other) => return Err(format!("the escape `\\{other}` is not part of XML Schema's patterns")),
        None => return Err("the pattern ends in a backslash".to_owned()),
    }
    Ok(())
}

/// `\p{Lu}` and the like: categories yes, blocks (`\p{IsGreek}`) no.
fn property(letter: char, rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), String> {
    let name: String =
        rest.by_ref().skip_while(|&character| character == '{').take_while(|&character| character != '}').collect();
    if name.is_empty() || name.len() > 2 {
        return Err(format!("the character property {name:?} is not supported"));
    }
    out.push_str(&format!("\\{letter}{{{name}}}"));
    Ok(())
}
