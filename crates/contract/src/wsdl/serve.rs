//! Files as they are served: every byte as it is, but for the public address.

use std::ops::Range;

use crate::xsd::documents::Text;

/// A text with places for the address.
#[derive(Debug)]
pub(crate) struct Template {
    pieces: Vec<Piece>,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Text(String),
    Address,
}

/// A range of a text and what is to stand there instead.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    range: Range<usize>,
    pieces: Vec<Piece>,
}

/// A schema file with the name it is served by.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) name: String,
    pub(crate) template: Template,
}

impl Edit {
    /// The value of an attribute becomes the address.
    pub(super) fn address(range: Range<usize>) -> Self {
        Self { range, pieces: vec![Piece::Address] }
    }

    /// A range becomes another text.
    pub(super) fn text(range: Range<usize>, text: String) -> Self {
        Self { range, pieces: vec![Piece::Text(text)] }
    }

    /// A `schemaLocation` becomes `<address>?xsd=<name>`.
    fn schema(range: Range<usize>, name: &str) -> Self {
        Self { range, pieces: vec![Piece::Address, Piece::Text(format!("?xsd={}", percent_encoded(name)))] }
    }
}

impl Template {
    /// Cuts a text at its edits, which do not overlap.
    pub(super) fn cut(text: &str, mut edits: Vec<Edit>) -> Self {
        edits.sort_by_key(|edit| edit.range.start);
        let mut pieces = Vec::new();
        let mut done = 0;
        for edit in edits {
            pieces.push(Piece::Text(text.get(done..edit.range.start).unwrap_or_default().to_owned()));
            pieces.extend(edit.pieces);
            done = edit.range.end;
        }
        pieces.push(Piece::Text(text.get(done..).unwrap_or_default().to_owned()));
        Self { pieces }
    }

    /// The text with this address.
    pub(super) fn fill(&self, address: &str) -> String {
        let address = escaped(address);
        let part = |piece| match piece {
            &Piece::Address => address.as_str(),
            Piece::Text(text) => text,
        };
        self.pieces.iter().map(part).collect()
    }
}

/// A file with its `schemaLocation`s pointing at the served names.
pub(super) fn template(text: &Text, texts: &[Text], mut edits: Vec<Edit>) -> Template {
    let names = names(texts);
    let links = text.links.iter().filter_map(|link| {
        let (_, name) = names.iter().find(|(path, _)| *path == link.path)?;
        Some(Edit::schema(link.range.clone(), name))
    });
    edits.extend(links);
    Template::cut(&text.text, edits)
}

/// All files but the first, which is the WSDL.
pub(super) fn documents(texts: &[Text]) -> Vec<Served> {
    let named = texts.iter().skip(1).zip(names(texts));
    named.map(|(text, (_, name))| Served { name, template: template(text, texts, Vec::new()) }).collect()
}

/// The path of each schema file and the name it is served by: its file name, or its whole path where another
/// file has that name already.
fn names(texts: &[Text]) -> Vec<(&str, String)> {
    let mut names: Vec<(&str, String)> = Vec::new();
    for text in texts.iter().skip(1) {
        let path = text.path.as_str();
        let file = path.rsplit('/').next().unwrap_or(path);
        let taken = names.iter().any(|(_, name)| name == file);
        names.push((path, if taken { path } else { file }.to_owned()));
    }
    names
}

fn percent_encoded(name: &str) -> String {
    let encoded = name.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    encoded.collect()
}

/// A text as it may stand in an attribute value, whichever its quotes, or in an element.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\r' => escaped.push_str("&#13;"),
            other => escaped.push(other),
        }
    }
    escaped
}
