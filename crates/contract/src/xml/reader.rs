//! Text to events with resolved namespaces, borrowed from the text: pieces of markup put together to one document, in
//! which every element is closed, every prefix bound, no attribute doubled, and no limit passed.

use std::borrow::Cow;

use super::error::position;
use super::markup::{Malformed, Piece, Scanner};
use super::name::QName;
use super::reference::{self, Meaningless};
use super::scope::Scope;
use super::{Fault, Limits, XmlError, name};
use crate::schema::{NamespaceId, Schema};
use crate::simple::is_blank;

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
    scanner: Scanner<'t>,
    schema: &'t Schema,
    limits: Limits,
    /// Names of the open elements as their tags have them, innermost last.
    open: Vec<&'t str>,
    nodes: u32,
    scope: Scope<'t>,
    attributes: Vec<Attribute<'t>>,
    /// Where the current event starts.
    event: usize,
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
        Ok(Self {
            text,
            scanner: Scanner::new(text),
            schema,
            limits,
            open: Vec::with_capacity(16),
            nodes: 0,
            scope: Scope::new(),
            attributes: Vec::with_capacity(8),
            event: 0,
            end_due: false,
            carriage_returns: memchr::memchr(b'\r', text.as_bytes()).is_some(),
        })
    }

    /// Elements open at the moment.
    pub(crate) fn depth(&self) -> u32 {
        u32::try_from(self.open.len()).unwrap_or(u32::MAX)
    }

    /// Line and column of the current event.
    pub(crate) fn position(&self) -> (u32, u32) {
        position(self.text, self.event)
    }

    /// The attributes of the start tag just read.
    pub(crate) fn attributes(&self) -> &[Attribute<'t>] {
        &self.attributes
    }

    /// The namespace a prefix stands for here; the empty prefix for the default namespace.
    pub(crate) fn resolve(&self, prefix: &str) -> Option<NamespaceId> {
        self.scope.resolve(prefix)
    }

    /// The URI of the namespace of the innermost open element, known to the schema or not.
    pub(crate) fn namespace(&self) -> &str {
        let prefix = self.open.last().and_then(|raw| raw.split_once(':')).map_or("", |(prefix, _)| prefix);
        self.scope.uri(prefix).unwrap_or_default()
    }

    /// The next event. Comments and processing instructions are passed over.
    pub(crate) fn next(&mut self) -> Result<Event<'t>, XmlError> {
        if std::mem::take(&mut self.end_due) {
            return Ok(self.leave());
        }
        loop {
            self.event = self.scanner.offset();
            let piece = self.scanner.next();
            match self.well_formed(piece)? {
                Piece::StartTag(name) => return self.start(name),
                Piece::EndTag => return self.end(),
                Piece::Text(text) if self.open.is_empty() => self.nothing_outside(text)?,
                Piece::Text(text) | Piece::CData(text) if !self.open.is_empty() => {
                    return Ok(Event::Text(self.line_ends(text)));
                }
                Piece::Reference(name) if !self.open.is_empty() => return self.reference(name),
                Piece::Text(_) | Piece::CData(_) | Piece::Reference(_) => return Err(self.malformed(OUTSIDE)),
                Piece::Declaration | Piece::Passed => {}
                Piece::Doctype => return Err(self.error(Fault::Doctype)),
                Piece::End => return self.done(),
            }
        }
    }

    /// Passes over everything until `depth` elements are open.
    pub(crate) fn skip_to(&mut self, depth: u32) -> Result<(), XmlError> {
        while self.depth() > depth {
            self.next()?;
        }
        Ok(())
    }

    fn start(&mut self, name: QName<'t>) -> Result<Event<'t>, XmlError> {
        if self.open.is_empty() && self.nodes > 0 {
            return Err(self.malformed("a second root element"));
        }
        self.open.push(name.raw);
        self.nodes += 1;
        if self.depth() > self.limits.depth {
            return Err(self.error(Fault::TooDeep(self.limits.depth)));
        }
        if self.nodes > self.limits.nodes {
            return Err(self.error(Fault::TooManyNodes(self.limits.nodes)));
        }
        self.read_attributes()?;
        let end = self.scanner.tag_end();
        self.end_due = self.well_formed(end)?;
        let namespace = self.resolve(name.prefix()).ok_or_else(|| self.error(Fault::UnboundPrefix))?;
        Ok(Event::Start(Tag { namespace, local: name.local() }))
    }

    fn read_attributes(&mut self) -> Result<(), XmlError> {
        self.attributes.clear();
        let mut count = 0;
        loop {
            let next = self.scanner.attribute();
            let Some((name, value)) = self.well_formed(next)? else { return self.resolve_attributes() };
            count += 1;
            if count > self.limits.attributes {
                return Err(self.error(Fault::TooManyAttributes(self.limits.attributes)));
            }
            self.attribute(name, value)?;
        }
    }

    fn attribute(&mut self, name: QName<'t>, written: &'t str) -> Result<(), XmlError> {
        let value = reference::attribute(written).map_err(|meaningless| self.meaningless(meaningless))?;
        match (name.prefix(), name.local()) {
            ("", "xmlns") => self.bind("", value),
            ("xmlns", prefix) => self.bind(prefix, value),
            (prefix, local) => {
                self.attributes.push(Attribute { namespace: NamespaceId::NONE, local, value, prefix });
                Ok(())
            }
        }
    }

    fn bind(&mut self, prefix: &'t str, uri: Cow<'t, str>) -> Result<(), XmlError> {
        let namespace = self.schema.namespace_id(&uri);
        let bound = self.scope.bind(prefix, uri, namespace, self.depth());
        bound.ok_or_else(|| self.malformed("a namespace declaration that is doubled, or not allowed"))
    }

    /// Namespaces of attributes, once all declarations of the tag are known.
    fn resolve_attributes(&mut self) -> Result<(), XmlError> {
        for index in 0..self.attributes.len() {
            let prefix = self.attributes[index].prefix;
            if !prefix.is_empty() {
                let namespace = self.resolve(prefix).ok_or_else(|| self.error(Fault::UnboundPrefix))?;
                self.attributes[index].namespace = namespace;
            }
            if self.attributes[..index].iter().any(|other| self.are_twins(other, &self.attributes[index])) {
                return Err(self.malformed("the same attribute twice"));
            }
        }
        Ok(())
    }

    /// Whether two attributes have one name. Without a prefix an attribute is in no namespace.
    fn are_twins(&self, one: &Attribute<'_>, other: &Attribute<'_>) -> bool {
        let same_namespace = || match (one.prefix, other.prefix) {
            ("", "") => true,
            ("", _) | (_, "") => false,
            (one, other) => one == other || self.scope.uri(one) == self.scope.uri(other),
        };
        one.local == other.local && same_namespace()
    }

    fn end(&mut self) -> Result<Event<'t>, XmlError> {
        let name = self.open.last().copied().ok_or_else(|| self.malformed("an end tag without a start tag"))?;
        let end = self.scanner.end_tag(name);
        self.well_formed(end)?;
        Ok(self.leave())
    }

    fn leave(&mut self) -> Event<'t> {
        self.scope.leave(self.depth());
        self.open.pop();
        Event::End
    }

    fn nothing_outside(&self, text: &str) -> Result<(), XmlError> {
        if is_blank(text) { Ok(()) } else { Err(self.malformed(OUTSIDE)) }
    }

    fn line_ends(&self, text: &'t str) -> Cow<'t, str> {
        if self.carriage_returns { reference::line_ends(text) } else { Cow::Borrowed(text) }
    }

    fn reference(&self, name: &str) -> Result<Event<'t>, XmlError> {
        let character = reference::resolve(name).map_err(|meaningless| self.meaningless(meaningless))?;
        Ok(Event::Text(Cow::Owned(character.to_string())))
    }

    fn done(&self) -> Result<Event<'t>, XmlError> {
        match (self.open.is_empty(), self.nodes) {
            (true, 1..) => Ok(Event::Done),
            (true, 0) => Err(self.malformed("there is no root element")),
            (false, _) => Err(self.malformed("it ends before its last element does")),
        }
    }

    fn well_formed<T>(&self, read: Result<T, Malformed>) -> Result<T, XmlError> {
        read.map_err(|what| self.malformed(what))
    }

    fn meaningless(&self, why: Meaningless) -> XmlError {
        match why {
            Meaningless::Character => self.malformed("a character reference that is not allowed"),
            Meaningless::Entity => self.error(Fault::Entity),
        }
    }

    #[cold]
    fn malformed(&self, what: Malformed) -> XmlError {
        self.error(Fault::NotWellFormed(what))
    }

    #[cold]
    fn error(&self, fault: Fault) -> XmlError {
        XmlError { position: self.position(), fault }
    }
}

const OUTSIDE: Malformed = "text outside the root element";
