//! The grammar of XML 1.0 (fifth edition) as far as a document without DOCTYPE needs it: where each piece of a text
//! begins and ends, and whether it is written as it must be. What may follow what is the reader's.
//!
//! The text is known to be UTF-8 of allowed characters. Pieces are found by the markup that ends them, which `memchr`
//! looks for many bytes at a time; only names are looked at byte by byte.

use memchr::{memchr2, memchr3, memmem};

use super::name::{self, QName};
use crate::simple::is_space_byte;

/// What stands at a place.
#[derive(Debug)]
pub(super) enum Piece<'t> {
    /// `<name`: attributes and the end of the tag are to be read.
    StartTag(QName<'t>),
    /// `</`: the rest of the tag is to be read.
    EndTag,
    /// Characters, as written.
    Text(&'t str),
    /// The content of a CDATA section, as written.
    CData(&'t str),
    /// What stands between `&` and `;`.
    Reference(&'t str),
    /// An XML declaration that says nothing but what is understood.
    Declaration,
    /// A comment or a processing instruction.
    Passed,
    /// The beginning of a document type declaration, which nobody wants to read on.
    Doctype,
    /// The end of the text.
    End,
}

/// What is not as it must be.
pub(super) type Malformed = &'static str;

const UNCLOSED: Malformed = "a tag, comment or section that is not closed";
const FORBIDDEN: Malformed = "markup that is not allowed";
const ATTRIBUTE: Malformed = "an attribute that is not written name=\"value\" with white space before it";

/// A place in a text that moves forward, piece by piece.
#[derive(Debug)]
pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Where it stands, in bytes.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The next piece.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Piece<'t>, Malformed> {
        match self.rest() {
            [b'<', b'/', ..] => {
                self.at += 2;
                Ok(Piece::EndTag)
            }
            [b'<', b'!', ..] => self.declared(),
            [b'<', b'?', ..] => self.instruction(),
            [b'<', ..] => {
                self.at += 1;
                self.qname().map(Piece::StartTag).ok_or("an element name that is not allowed")
            }
            [b'&', ..] => self.reference(),
            [_, ..] => self.characters(),
            [] => Ok(Piece::End),
        }
    }

    /// The next attribute of a start tag, its value as written between the quotes; `None` when there are no more.
    pub(super) fn attribute(&mut self) -> Result<Option<(QName<'t>, &'t str)>, Malformed> {
        let spaces = self.skip_spaces();
        match self.rest() {
            [b'>' | b'/' | b'?', ..] => return Ok(None),
            [] => return Err(UNCLOSED),
            _ if spaces == 0 => return Err(ATTRIBUTE),
            _ => {}
        }
        let name = self.qname().ok_or("an attribute name that is not allowed")?;
        self.skip_spaces();
        self.skip("=").ok_or(ATTRIBUTE)?;
        self.skip_spaces();
        self.quoted().map(|value| Some((name, value)))
    }

    /// The end of a start tag; whether it is the end of the element too.
    pub(super) fn tag_end(&mut self) -> Result<bool, Malformed> {
        let empty = self.skip("/").is_some();
        self.skip(">").map(|()| empty).ok_or(FORBIDDEN)
    }

    /// The end tag of the element of this name; `</` has been read.
    pub(super) fn end_tag(&mut self, name: &str) -> Result<(), Malformed> {
        const OTHER: Malformed = "an end tag that does not match its start tag";
        self.skip(name).ok_or(OTHER)?;
        self.skip_spaces();
        self.skip(">").ok_or(if self.rest().is_empty() { UNCLOSED } else { OTHER })
    }

    fn characters(&mut self) -> Result<Piece<'t>, Malformed> {
        let start = self.at;
        loop {
            match memchr3(b'<', b'&', b']', self.rest()) {
                Some(length) => self.at += length,
                None => self.at = self.text.len(),
            }
            match self.rest() {
                [b']', b']', b'>', ..] => return Err("`]]>` in a text"),
                [b']', ..] => self.at += 1,
                _ => return Ok(Piece::Text(&self.text[start..self.at])),
            }
        }
    }

    fn reference(&mut self) -> Result<Piece<'t>, Malformed> {
        let name = &self.text[self.at + 1..];
        match memchr3(b';', b'&', b'<', name.as_bytes()) {
            Some(length) if name.as_bytes()[length] == b';' => {
                self.at += length + 2;
                Ok(Piece::Reference(&name[..length]))
            }
            _ => Err("`&` that does not start a reference"),
        }
    }

    /// What begins with `<!`.
    fn declared(&mut self) -> Result<Piece<'t>, Malformed> {
        const DOCTYPE: &[u8] = b"<!DOCTYPE";
        if self.skip("<!--").is_some() {
            self.until("--")?;
            return self.skip(">").map(|()| Piece::Passed).ok_or("`--` in a comment");
        }
        if self.skip("<![CDATA[").is_some() {
            return self.until("]]>").map(Piece::CData);
        }
        let doctype = self.rest().get(..DOCTYPE.len()).is_some_and(|start| start.eq_ignore_ascii_case(DOCTYPE));
        if doctype { Ok(Piece::Doctype) } else { Err(FORBIDDEN) }
    }

    /// What begins with `<?`.
    fn instruction(&mut self) -> Result<Piece<'t>, Malformed> {
        let first = self.at == 0;
        self.at += 2;
        let target = name::ncname(&self.text[self.at..]).ok_or("a processing instruction without a name")?;
        self.at += target.len();
        match target {
            "xml" if first => self.declaration(),
            _ if target.eq_ignore_ascii_case("xml") => Err("an XML declaration that does not come first"),
            _ => {
                let spaces = self.skip_spaces();
                let content = self.until("?>")?;
                if spaces > 0 || content.is_empty() { Ok(Piece::Passed) } else { Err(FORBIDDEN) }
            }
        }
    }

    /// The rest of an XML declaration. The encoding it names has been looked at when the bytes became text.
    fn declaration(&mut self) -> Result<Piece<'t>, Malformed> {
        let mut pairs = Vec::with_capacity(3);
        while let Some((name, value)) = self.attribute()? {
            pairs.push((name.raw, value));
        }
        self.skip("?>").ok_or(FORBIDDEN)?;
        let Some((("version", version), mut rest)) = pairs.split_first() else { return Err(FORBIDDEN) };
        if let [("encoding", name), more @ ..] = rest
            && is_encoding_name(name)
        {
            rest = more;
        }
        match rest {
            _ if *version != "1.0" => Err("an XML version other than 1.0"),
            [] | [("standalone", "yes" | "no")] => Ok(Piece::Declaration),
            _ => Err(FORBIDDEN),
        }
    }

    fn quoted(&mut self) -> Result<&'t str, Malformed> {
        let quote = match self.rest() {
            [quote @ (b'"' | b'\''), ..] => *quote,
            _ => return Err(ATTRIBUTE),
        };
        let value = &self.text[self.at + 1..];
        match memchr2(quote, b'<', value.as_bytes()) {
            Some(length) if value.as_bytes()[length] == b'<' => Err("a `<` in an attribute"),
            Some(length) => {
                self.at += length + 2;
                Ok(&value[..length])
            }
            None => Err(UNCLOSED),
        }
    }

    fn qname(&mut self) -> Option<QName<'t>> {
        let name = name::qualified(&self.text[self.at..])?;
        self.at += name.raw.len();
        Some(name)
    }

    /// What comes before `end`, which is passed over as well.
    fn until(&mut self, end: &str) -> Result<&'t str, Malformed> {
        let rest = &self.text[self.at..];
        let length = memmem::find(rest.as_bytes(), end.as_bytes()).ok_or(UNCLOSED)?;
        self.at += length + end.len();
        Ok(&rest[..length])
    }

    fn skip(&mut self, expected: &str) -> Option<()> {
        self.rest().starts_with(expected.as_bytes()).then(|| self.at += expected.len())
    }

    fn skip_spaces(&mut self) -> usize {
        let spaces = self.rest().iter().take_while(|&&byte| is_space_byte(byte)).count();
        self.at += spaces;
        spaces
    }

    fn rest(&self) -> &'t [u8] {
        &self.text.as_bytes()[self.at..]
    }
}

fn is_encoding_name(text: &str) -> bool {
    let more = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(more)
}
