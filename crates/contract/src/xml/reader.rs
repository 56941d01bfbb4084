//! Text to events with resolved namespaces, borrowed from the text. Around `quick_xml` it
//! checks what that leaves out: one root and nothing after it, everything closed, names,
//! characters, bound prefixes, attributes, and the limits.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesRef, BytesStart, Event as Raw};

use super::error::position;
use super::scope::Scope;
use super::{Fault, Limits, XmlError, declaration, name};
use crate::schema::{NamespaceId, Schema};
use crate::simple::{is_blank, is_space_byte};

/// What comes next in a document.
#[derive(Debug)]
pub(crate) enum Event<'t> {
    /// A start tag; its attributes are in [`Reader::attributes`] until the next event.
    Start(Tag<'t>),
    /// The end of the innermost open element.
    End,
    /// A piece of text; one text may come in several pieces.
    Text(Cow<'t, str>),
    /// The end of a well-formed document.
    Done,
}

/// The name of an element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag<'t> {
    pub(crate) namespace: NamespaceId,
    pub(crate) local: &'t str,
}

/// An attribute that is no namespace declaration.
#[derive(Debug)]
pub(crate) struct Attribute<'t> {
    pub(crate) namespace: NamespaceId,
    pub(crate) local: &'t str,
    pub(crate) value: Cow<'t, str>,
    prefix: &'t str,
}

/// Reads one document.
pub(crate) struct Reader<'t> {
    text: &'t str,
    inner: quick_xml::Reader<&'t [u8]>,
    schema: &'t Schema,
    limits: Limits,
    depth: u32,
    nodes: u32,
    root_seen: bool,
    scope: Scope<'t>,
    attributes: Vec<Attribute<'t>>,
    /// Where the current event starts and ends.
    event: (usize, usize),
    /// An empty-element tag whose end is still to be told.
    end_due: bool,
    /// Whether there is a carriage return anywhere, so that line ends need a look.
    carriage_returns: bool,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(text: &'t str, schema: &'t Schema, limits: Limits) -> Result<Self, XmlError> {
        if let Some(at) = name::first_forbidden(text) {
            return Err(XmlError {
                position: position(text, at),
                fault: Fault::NotWellFormed("a character XML does not allow"),
            });
        }
        let mut inner = quick_xml::Reader::from_str(text);
        inner.config_mut().check_comments = true;
        Ok(Self {
            text,
            inner,
            schema,
            limits,
            depth: 0,
            nodes: 0,
            root_seen: false,
            scope: Scope::new(),
            attributes: Vec::with_capacity(8),
            event: (0, 0),
            end_due: false,
            carriage_returns: text.as_bytes().contains(&b'\r'),
        })
    }

    /// Elements open at the moment.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// Line and column of the current event.
    pub(crate) fn position(&self) -> (u32, u32) {
        position(self.text, self.event.0)
    }

    /// The attributes of the start tag just read.
    pub(crate) fn attributes(&self) -> &[Attribute<'t>] {
        &self.attributes
    }

    /// The namespace a prefix stands for here; the empty prefix for the default namespace.
    pub(crate) fn resolve(&self, prefix: &str) -> Option<NamespaceId> {
        self.scope.resolve(prefix)
    }

    /// The next event. Comments and processing instructions are passed over.
    pub(crate) fn next(&mut self) -> Result<Event<'t>, XmlError> {
        if std::mem::take(&mut self.end_due) {
            return self.end();
        }
        loop {
            let start = self.offset();
            let raw = self.inner.read_event();
            self.event = (start, self.offset());
            match raw.map_err(|error| self.error(Fault::NotWellFormed(describe(&error))))? {
                Raw::Start(tag) => return self.start(&tag, self.event.1 - 1),
                Raw::Empty(tag) => {
                    self.end_due = true;
                    return self.start(&tag, self.event.1 - 2);
                }
                Raw::End(_) => return self.end(),
                Raw::Text(text) => {
                    let text = if self.carriage_returns { text.xml10_content() } else { text.into_inner() };
                    if let Some(event) = self.text(text)? {
                        return Ok(event);
                    }
                }
                Raw::CData(_) if self.depth == 0 => return Err(self.malformed("text outside the root element")),
                Raw::CData(text) => return Ok(Event::Text(text.xml10_content())),
                Raw::GeneralRef(_) if self.depth == 0 => return Err(self.malformed("text outside the root element")),
                Raw::GeneralRef(reference) => return self.reference(&reference),
                Raw::DocType(_) => return Err(self.error(Fault::Doctype)),
                Raw::Decl(_) if self.event.0 > 0 => {
                    return Err(self.malformed("an XML declaration that does not come first"));
                }
                Raw::Decl(declaration) if !declaration.version().is_ok_and(|version| version == "1.0") => {
                    return Err(self.malformed("an XML version other than 1.0"));
                }
                Raw::Decl(_) if declaration::is_well_formed(&self.text[self.event.0..self.event.1]) => {}
                Raw::Decl(_) => return Err(self.malformed("an XML declaration that is not one")),
                Raw::PI(instruction) if instruction.target().eq_ignore_ascii_case("xml") => {
                    return Err(self.malformed("an XML declaration that does not come first"));
                }
                Raw::PI(instruction) if !name::is_ncname(instruction.target()) => {
                    return Err(self.malformed("a processing instruction without a name"));
                }
                Raw::Comment(_) | Raw::PI(_) => {}
                Raw::Eof => return self.done(),
            }
        }
    }

    /// Passes over everything until `depth` elements are open.
    pub(crate) fn skip_to(&mut self, depth: u32) -> Result<(), XmlError> {
        while self.depth > depth {
            self.next()?;
        }
        Ok(())
    }

    fn start(&mut self, tag: &BytesStart<'_>, end: usize) -> Result<Event<'t>, XmlError> {
        if self.depth == 0 && std::mem::replace(&mut self.root_seen, true) {
            return Err(self.malformed("a second root element"));
        }
        self.depth += 1;
        self.nodes += 1;
        if self.depth > self.limits.depth {
            return Err(self.error(Fault::TooDeep(self.limits.depth)));
        }
        if self.nodes > self.limits.nodes {
            return Err(self.error(Fault::TooManyNodes(self.limits.nodes)));
        }
        let raw = &self.text[self.event.0 + 1..end];
        let name_end = tag.name().0.len();
        self.read_attributes(raw, name_end)?;
        let (prefix, local) =
            name::split(&raw[..name_end]).ok_or_else(|| self.malformed("an element name that is not allowed"))?;
        let namespace = self.resolve(prefix).ok_or_else(|| self.error(Fault::UnboundPrefix))?;
        Ok(Event::Start(Tag { namespace, local }))
    }

    fn read_attributes(&mut self, raw: &'t str, name_end: usize) -> Result<(), XmlError> {
        self.attributes.clear();
        if name_end == raw.len() {
            return Ok(());
        }
        for (count, attribute) in Attributes::new(raw, name_end).enumerate() {
            if count >= self.limits.attributes as usize {
                return Err(self.error(Fault::TooManyAttributes(self.limits.attributes)));
            }
            let attribute =
                attribute.map_err(|_| self.malformed("an attribute that is doubled, or not written name=\"value\""))?;
            self.attribute(raw, &attribute)?;
        }
        self.resolve_attributes()
    }

    fn attribute(
        &mut self,
        raw: &'t str,
        attribute: &quick_xml::events::attributes::Attribute<'t>,
    ) -> Result<(), XmlError> {
        let value_end = attribute.value.as_ptr() as usize - raw.as_ptr() as usize + attribute.value.len() + 1;
        if raw.as_bytes().get(value_end).is_some_and(|&next| !is_space_byte(next)) {
            return Err(self.malformed("attributes without white space between them"));
        }
        let value = self.value(attribute)?;
        match name::split(attribute.key.0) {
            Some(("", "xmlns")) => self.bind("", value),
            Some(("xmlns", prefix)) => self.bind(prefix, value),
            Some((prefix, local)) => {
                self.attributes.push(Attribute { namespace: NamespaceId::NONE, local, value, prefix });
                Ok(())
            }
            None => Err(self.malformed("an attribute name that is not allowed")),
        }
    }

    /// The value of an attribute with its references and white space resolved; borrowed when there are none.
    fn value(&self, attribute: &quick_xml::events::attributes::Attribute<'t>) -> Result<Cow<'t, str>, XmlError> {
        if attribute.value.bytes().all(|byte| !matches!(byte, b'&' | b'<' | b'\t' | b'\n' | b'\r')) {
            return Ok(attribute.value.clone());
        }
        if attribute.value.contains('<') {
            return Err(self.malformed("a `<` in an attribute"));
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| self.error(Fault::Entity))?;
        match name::first_forbidden(&value) {
            None => Ok(value),
            Some(_) => Err(self.malformed("a character XML does not allow")),
        }
    }

    fn bind(&mut self, prefix: &'t str, uri: Cow<'t, str>) -> Result<(), XmlError> {
        let namespace = self.schema.namespace_id(&uri);
        let bound = self.scope.bind(prefix, uri, namespace, self.depth);
        bound.ok_or_else(|| self.malformed("a namespace declaration that is not allowed"))
    }

    /// Namespaces of attributes, once all declarations of the tag are known.
    fn resolve_attributes(&mut self) -> Result<(), XmlError> {
        for index in 0..self.attributes.len() {
            let prefix = self.attributes[index].prefix;
            if prefix.is_empty() {
                continue;
            }
            self.attributes[index].namespace = self.resolve(prefix).ok_or_else(|| self.error(Fault::UnboundPrefix))?;
            let twin = |other: &Attribute<'_>| {
                other.local == self.attributes[index].local && self.scope.uri(other.prefix) == self.scope.uri(prefix)
            };
            if self.attributes[..index].iter().any(|other| !other.prefix.is_empty() && twin(other)) {
                return Err(self.malformed("the same attribute twice"));
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<Event<'t>, XmlError> {
        self.scope.leave(self.depth);
        self.depth = self.depth.checked_sub(1).ok_or_else(|| self.malformed("an end tag without a start tag"))?;
        Ok(Event::End)
    }

    fn text(&self, text: Cow<'t, str>) -> Result<Option<Event<'t>>, XmlError> {
        match self.depth {
            0 if is_blank(&text) => Ok(None),
            0 => Err(self.malformed("text outside the root element")),
            _ if text.as_bytes().contains(&b']') && text.contains("]]>") => Err(self.malformed("`]]>` in a text")),
            _ => Ok(Some(Event::Text(text))),
        }
    }

    fn reference(&self, reference: &BytesRef<'t>) -> Result<Event<'t>, XmlError> {
        let character =
            reference.resolve_char_ref().map_err(|_| self.malformed("a character reference that is not allowed"))?;
        match character {
            Some(character) if name::is_char(character) => Ok(Event::Text(Cow::Owned(character.to_string()))),
            Some(_) => Err(self.malformed("a character reference that is not allowed")),
            None => quick_xml::escape::resolve_predefined_entity(reference)
                .map(|text| Event::Text(Cow::Borrowed(text)))
                .ok_or_else(|| self.error(Fault::Entity)),
        }
    }

    fn done(&self) -> Result<Event<'t>, XmlError> {
        match (self.depth, self.root_seen) {
            (0, true) => Ok(Event::Done),
            (0, false) => Err(self.malformed("there is no root element")),
            _ => Err(self.malformed("it ends before its last element does")),
        }
    }

    fn offset(&self) -> usize {
        usize::try_from(self.inner.buffer_position()).unwrap_or(usize::MAX)
    }

    fn malformed(&self, what: &'static str) -> XmlError {
        self.error(Fault::NotWellFormed(what))
    }

    fn error(&self, fault: Fault) -> XmlError {
        XmlError { position: self.position(), fault }
    }
}

fn describe(error: &quick_xml::Error) -> &'static str {
    use quick_xml::errors::{Error, IllFormedError};
    match error {
        Error::IllFormed(IllFormedError::MismatchedEndTag { .. }) => "an end tag that does not match its start tag",
        Error::IllFormed(IllFormedError::UnmatchedEndTag(_)) => "an end tag without a start tag",
        Error::IllFormed(IllFormedError::DoubleHyphenInComment) => "`--` in a comment",
        Error::IllFormed(IllFormedError::UnclosedReference) => "`&` that does not start a reference",
        Error::Syntax(_) => "a tag, comment or section that is not closed",
        _ => "markup that is not allowed",
    }
}
