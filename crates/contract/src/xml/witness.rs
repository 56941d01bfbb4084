//! A second opinion on what is well-formed: quick-xml, with the checks it leaves out, must come to the same verdict and
//! the same events on every message of the scenarios and on damaged ones made from them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesStart, Event as Raw};
use regex::Regex;

use super::{Event, Limits, Reader, name};
use crate::schema::{Schema, WELL_KNOWN};
use crate::simple::{is_blank, is_space_byte};

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Start tags with resolved names and sorted attributes, texts in one piece, end tags. A namespace is its URI.
type Document = Vec<String>;

fn text_of(document: &mut Document, piece: &str) {
    match document.last_mut() {
        Some(last) if last.starts_with('"') => last.push_str(piece),
        _ => document.push(format!("\"{piece}")),
    }
}

/// As this package reads it. Namespaces the schema does not know are told apart by making it know them all.
fn ours(text: &str, uris: &[String]) -> Option<Document> {
    let schema = Schema { namespaces: uris.iter().map(|uri| uri.as_str().into()).collect(), ..Schema::default() };
    let mut reader = Reader::new(text, &schema, Limits::default()).ok()?;
    let mut document = Document::new();
    loop {
        match reader.next().ok()? {
            Event::Start(tag) => {
                let mut attributes: Vec<String> = reader
                    .attributes()
                    .iter()
                    .map(|sent| format!("{{{}}}{}={}", schema.namespace(sent.namespace), sent.local, sent.value))
                    .collect();
                attributes.sort();
                document.push(format!("<{{{}}}{} {attributes:?}", schema.namespace(tag.namespace), tag.local));
            }
            Event::End => document.push("/".to_owned()),
            Event::Text(piece) => text_of(&mut document, &piece),
            Event::Done => return Some(document),
        }
    }
}

/// As quick-xml reads it.
#[derive(Default)]
struct Witness {
    document: Document,
    /// Declarations in force, one map for each open element.
    scopes: Vec<HashMap<String, String>>,
    root_seen: bool,
    /// Every URI that was declared anywhere.
    uris: Vec<String>,
}

impl Witness {
    fn read(&mut self, text: &str) -> Option<Document> {
        if name::first_forbidden(text).is_some() {
            return None;
        }
        let mut inner = quick_xml::Reader::from_str(text);
        inner.config_mut().check_comments = true;
        loop {
            let start = inner.buffer_position();
            match inner.read_event().ok()? {
                Raw::Start(tag) => self.start(&tag)?,
                Raw::Empty(tag) => {
                    self.start(&tag)?;
                    self.end()?;
                }
                Raw::End(_) => self.end()?,
                Raw::Text(text) if text.contains("]]>") => return None,
                Raw::Text(text) => self.text(&text.xml10_content())?,
                Raw::CData(_) if self.scopes.is_empty() => return None,
                Raw::CData(text) => self.text(&text.xml10_content())?,
                Raw::GeneralRef(_) if self.scopes.is_empty() => return None,
                Raw::GeneralRef(name) => match name.resolve_char_ref().ok()? {
                    Some(character) if name::is_char(character) => self.text(&character.to_string())?,
                    Some(_) => return None,
                    None => self.text(quick_xml::escape::resolve_predefined_entity(&name)?)?,
                },
                Raw::Decl(declaration) => (start == 0 && is_declaration(&declaration)).then_some(())?,
                Raw::PI(instruction) => {
                    let target = instruction.target();
                    (name::ncname(target) == Some(target) && !target.eq_ignore_ascii_case("xml")).then_some(())?;
                }
                Raw::Comment(_) => {}
                Raw::DocType(_) => return None,
                Raw::Eof => {
                    return (self.root_seen && self.scopes.is_empty()).then(|| std::mem::take(&mut self.document));
                }
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Option<()> {
        if self.scopes.is_empty() && std::mem::replace(&mut self.root_seen, true) {
            return None;
        }
        let attributes = attributes(tag)?;
        let mut scope = HashMap::new();
        for (prefix, uri) in attributes.iter().filter_map(|(key, value)| Some((declared(key)?, value))) {
            let reserved = uri == "http://www.w3.org/2000/xmlns/" || (uri == XML) != (prefix == "xml");
            if reserved || prefix == "xmlns" || (uri.is_empty() && !prefix.is_empty()) {
                return None;
            }
            self.uris.push(uri.clone());
            scope.insert(prefix.to_owned(), uri.clone());
        }
        self.scopes.push(scope);
        let mut names: Vec<(String, &str)> = Vec::new();
        for (key, value) in attributes.iter().filter(|(key, _)| declared(key).is_none()) {
            let name = match key.split_once(':') {
                Some(_) => self.name(key)?,
                None => format!("{{}}{}", self.name(key)?.rsplit_once('}')?.1),
            };
            if names.iter().any(|(known, _)| *known == name) {
                return None;
            }
            names.push((name, value));
        }
        let mut written: Vec<String> = names.iter().map(|(name, value)| format!("{name}={value}")).collect();
        written.sort();
        self.document.push(format!("<{} {written:?}", self.name(tag.name().0)?));
        Some(())
    }

    fn end(&mut self) -> Option<()> {
        self.scopes.pop()?;
        self.document.push("/".to_owned());
        Some(())
    }

    fn text(&mut self, piece: &str) -> Option<()> {
        if self.scopes.is_empty() {
            return is_blank(piece).then_some(());
        }
        text_of(&mut self.document, piece);
        Some(())
    }

    /// The name with its namespace in braces.
    fn name(&self, written: &str) -> Option<String> {
        let (prefix, local) = written.split_once(':').unwrap_or(("", written));
        (written.contains(':') != prefix.is_empty() && is_ncname(local)).then_some(())?;
        (prefix.is_empty() || is_ncname(prefix)).then_some(())?;
        let uri = self.scopes.iter().rev().find_map(|scope| scope.get(prefix)).map(String::as_str);
        let uri = uri.or(match prefix {
            "" => Some(""),
            "xml" => Some(XML),
            _ => None,
        })?;
        Some(format!("{{{uri}}}{local}"))
    }
}

fn is_ncname(text: &str) -> bool {
    name::ncname(text) == Some(text)
}

/// The prefix an attribute declares.
fn declared(key: &str) -> Option<&str> {
    if key == "xmlns" { Some("") } else { key.strip_prefix("xmlns:") }
}

fn attributes(tag: &BytesStart<'_>) -> Option<Vec<(String, String)>> {
    let raw: &str = tag;
    let mut found = Vec::new();
    for attribute in Attributes::new(raw, tag.name().0.len()) {
        let attribute = attribute.ok()?;
        let Cow::Borrowed(value) = attribute.value else { return None };
        let end = value.as_ptr() as usize - raw.as_ptr() as usize + value.len() + 1;
        if raw.as_bytes().get(end).is_some_and(|&next| !is_space_byte(next)) || value.contains('<') {
            return None;
        }
        if !attribute.key.0.split(':').all(is_ncname) || attribute.key.0.matches(':').count() > 1 {
            return None;
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
        name::first_forbidden(&value).is_none().then_some(())?;
        found.push((attribute.key.0.to_owned(), value.into_owned()));
    }
    Some(found)
}

fn is_declaration(content: &str) -> bool {
    if content.contains('&') {
        return false; // its values are no attributes: nothing in them is resolved
    }
    let Some(pairs) = attributes(&BytesStart::from_content(content, "xml".len())) else { return false };
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let [("version", "1.0"), rest @ ..] = pairs.as_slice() else { return false };
    let encoding = Regex::new("^[A-Za-z][A-Za-z0-9._-]*$").unwrap();
    let rest = match rest {
        [("encoding", name), rest @ ..] if encoding.is_match(name) => rest,
        rest => rest,
    };
    matches!(rest, [] | [("standalone", "yes" | "no")])
}

/// Every request and reply of the scenarios.
static CORPUS: LazyLock<Vec<String>> = LazyLock::new(corpus);

fn corpus() -> Vec<String> {
    fn collect(folder: &Path, found: &mut Vec<String>) {
        let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for entry in entries {
            if entry.is_dir() {
                collect(&entry, found);
            } else if entry.extension().is_some_and(|extension| extension == "xml") {
                found.push(std::fs::read_to_string(entry).unwrap());
            }
        }
    }
    let mut found = Vec::new();
    collect(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/scenarios")), &mut found);
    found
}

#[track_caller]
fn agree(text: &str) -> bool {
    let mut witness = Witness { uris: WELL_KNOWN.map(str::to_owned).to_vec(), ..Witness::default() };
    let theirs = witness.read(text);
    let ours = ours(text, &witness.uris);
    assert_eq!(ours, theirs, "{text}");
    ours.is_some()
}

/// What is put into a document to damage it, or to leave it as good as it was.
const SNIPPETS: [&str; 60] = [
    "<",
    ">",
    "/",
    "&",
    ";",
    "\"",
    "'",
    "=",
    " ",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "]",
    "]]>",
    "]]",
    "-",
    "--",
    "!",
    "?",
    ":",
    "#",
    "x",
    "æ",
    "\u{2028}",
    "1",
    "<!--",
    "-->",
    "<!-- c -->",
    "<!-->",
    "<![CDATA[",
    "]]>",
    "<![CDATA[<&]]>",
    "<?",
    "?>",
    "<?p i?>",
    "<?p?>",
    "<?xml version='1.0'?>",
    "<?XML?>",
    "<!DOCTYPE a>",
    "&amp;",
    "&#65;",
    "&#x0;",
    "&#xE6;",
    "&nope;",
    "<a>",
    "</a>",
    "<a/>",
    "<a ",
    " a='1'",
    " a=\"<\"",
    " a='&lt;&#10;\n'",
    " xmlns='u'",
    " xmlns:p='u'",
    " p:a='1'",
    " xmlns:xml='u'",
    " xml:lang='da'",
    " xmlns=''",
    "<p:a xmlns:p='v'/>",
    "</s:Envelope>",
];

#[derive(Clone, Debug)]
enum Damage {
    Insert(Index, &'static str),
    Delete(Index, usize),
    Repeat(Index, Index, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<Index>(), select(&SNIPPETS[..])).prop_map(|(at, snippet)| Damage::Insert(at, snippet)),
        (any::<Index>(), 1..12_usize).prop_map(|(at, length)| Damage::Delete(at, length)),
        (any::<Index>(), any::<Index>(), 1..200_usize).prop_map(|(from, to, length)| Damage::Repeat(from, to, length)),
    ]
}

fn apply(text: &str, damage: &Damage) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let count = characters.len() + 1;
    let piece = |from: usize, length: usize| from..(from + length).min(count - 1);
    match damage {
        Damage::Insert(at, snippet) => {
            let at = at.index(count);
            characters.splice(at..at, snippet.chars());
        }
        Damage::Delete(at, length) => _ = characters.drain(piece(at.index(count), *length)),
        Damage::Repeat(from, to, length) => {
            let (copy, to) = (characters[piece(from.index(count), *length)].to_vec(), to.index(count));
            characters.splice(to..to, copy);
        }
    }
    characters.into_iter().collect()
}

#[test]
fn every_message_of_the_scenarios_is_read_alike() {
    assert!(CORPUS.len() > 100, "{} messages", CORPUS.len());
    assert!(CORPUS.iter().all(|text| agree(text)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn damaged_messages_are_judged_alike(which in any::<Index>(), damages in prop::collection::vec(damage(), 1..4)) {
        agree(&damages.iter().fold(which.get(&CORPUS).clone(), |text, damage| apply(&text, damage)));
    }

    #[test]
    fn heaps_of_markup_are_judged_alike(snippets in prop::collection::vec(select(&SNIPPETS[..]), 0..12)) {
        let heap = snippets.concat();
        agree(&heap);
        agree(&format!("<a>{heap}</a>"));
        agree(&format!("<a{heap}></a>"));
        agree(&format!("<a b='{heap}'/>"));
    }
}

/// `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    ProptestConfig::default().cases.max(512)
}
