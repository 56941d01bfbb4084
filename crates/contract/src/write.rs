//! Writes a message, checking as it goes: the same automaton and the same facets as the
//! reader. What would break the contract is an error, and nothing of it is handed out.
//!
//! Namespaces are written as default namespaces, each element that needs another one than
//! its parent declaring it, as the old services did.

use crate::schema::{Content, ElementId, NamespaceId, Schema, Type};
use crate::soap::ENVELOPE_NAMESPACE;
use crate::violation::{Rule, Violation};
use crate::walk::{Walk, declared};
use crate::xml::escape;

/// More than most elements take, tags included.
const ELEMENT: usize = 512;

/// What a long message holds at least; most are shorter.
const LONG: usize = 16 * 1024;

/// Writes one message.
#[derive(Debug)]
pub struct Writer<'s> {
    schema: &'s Schema,
    out: String,
    open: Vec<Open<'s>>,
    in_envelope: bool,
}

/// An element whose start tag has been written.
#[derive(Debug)]
struct Open<'s> {
    element: ElementId,
    /// The default namespace in force inside it.
    namespace: NamespaceId,
    /// Its children, when it holds elements.
    walk: Option<Walk<'s>>,
    text_written: bool,
}

impl<'s> Writer<'s> {
    /// Starts an envelope whose body holds `root`, which is open afterwards.
    #[must_use]
    pub fn new(schema: &'s Schema, root: ElementId) -> Self {
        let mut writer =
            Self { schema, out: String::with_capacity(4 * 1024), open: Vec::with_capacity(8), in_envelope: true };
        for piece in ["<s:Envelope xmlns:s=\"", ENVELOPE_NAMESPACE, "\"><s:Body>"] {
            writer.out.push_str(piece);
        }
        writer.push(root);
        writer
    }

    /// Starts a document that is just `root`, which is open afterwards.
    pub(crate) fn bare(schema: &'s Schema, root: ElementId) -> Self {
        let mut writer =
            Self { schema, out: String::with_capacity(256), open: Vec::with_capacity(8), in_envelope: false };
        writer.push(root);
        writer
    }

    /// Opens a child of the open element.
    ///
    /// # Errors
    /// When the contract does not allow this child here.
    pub fn start(&mut self, child: ElementId) -> Result<(), Violation> {
        self.step(child)?;
        self.push(child);
        Ok(())
    }

    /// Writes the text of the open element.
    ///
    /// # Errors
    /// When the element holds no text, or the text is not of its type.
    pub fn text(&mut self, value: &str) -> Result<(), Violation> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        open.text_written = true;
        let element = open.element;
        let ty = self.schema.text_type(element).ok_or_else(|| self.broken(Rule::TextNotAllowed))?;
        let plain = escape::is_plain(value);
        if !plain && !escape::is_writable(value) {
            return Err(self.broken(Rule::Value("a text that XML can hold".to_owned())));
        }
        let value = ty.check(value).map_err(|rule| self.broken(Rule::Value(rule)))?;
        match plain {
            true => self.out.push_str(&value), // checking takes white space away at most
            false => escape::text(&mut self.out, &value),
        }
        Ok(())
    }

    /// A child of simple type: [`Self::start`], [`Self::text`], [`Self::end`].
    ///
    /// # Errors
    /// As those.
    pub fn leaf(&mut self, child: ElementId, value: &str) -> Result<(), Violation> {
        self.start(child)?;
        self.text(value)?;
        self.end()
    }

    /// A child with `xsi:nil="true"`.
    ///
    /// # Errors
    /// When the contract does not allow this child here, or it is not nillable.
    pub fn nil(&mut self, child: ElementId) -> Result<(), Violation> {
        self.start(child)?;
        if !self.schema.element(child).nillable {
            return Err(self.broken(Rule::Nil));
        }
        self.out.truncate(self.out.len() - 1);
        self.out.push_str(" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\">");
        self.close();
        Ok(())
    }

    /// Closes the open element.
    ///
    /// # Errors
    /// When something it must hold has not been written.
    pub fn end(&mut self) -> Result<(), Violation> {
        self.complete()?;
        self.close();
        Ok(())
    }

    /// Closes the root, and the envelope around it.
    ///
    /// # Errors
    /// When something the root must hold has not been written.
    pub fn finish(mut self) -> Result<String, Violation> {
        while !self.open.is_empty() {
            self.end()?;
        }
        if self.in_envelope {
            self.out.push_str("</s:Body></s:Envelope>");
        }
        Ok(self.out)
    }

    fn step(&mut self, child: ElementId) -> Result<(), Violation> {
        let schema = self.schema;
        let name = &schema.element(child).name.local;
        let walk = self.open.last_mut().and_then(|open| open.walk.as_mut());
        let step = match walk {
            Some(walk) => walk.step(schema, name, declared(child)).map(|_| ()),
            None => Err(Rule::ElementNotAllowed),
        };
        step.map_err(|rule| self.broken(rule))
    }

    fn push(&mut self, element: ElementId) {
        let declaration = self.schema.element(element);
        let outside = self.open.last().map_or(NamespaceId::NONE, |open| open.namespace);
        self.make_room();
        let tags = &declaration.tags;
        let start = if declaration.name.namespace == outside { &tags.start } else { &tags.declaring };
        self.out.push_str(start);
        let walk = match declaration.ty {
            Type::Complex(ty) => match &self.schema.complex_type(ty).content {
                Content::Elements(model) => Some(Walk::new(model)),
                Content::Empty | Content::Simple(_) => None,
            },
            Type::Simple(_) => None,
        };
        self.open.push(Open { element, namespace: declaration.name.namespace, walk, text_written: false });
    }

    /// Checks that the open element holds all it must.
    fn complete(&mut self) -> Result<(), Violation> {
        let Some(open) = self.open.last() else { return Ok(()) };
        if let Some(walk) = &open.walk {
            return walk.finish(self.schema).map_err(|rule| self.broken(rule));
        }
        let holds_text = self.schema.text_type(open.element).is_some();
        if holds_text && !open.text_written { self.text("") } else { Ok(()) }
    }

    /// A long message grows by a quarter at a time rather than to its double, so that what it holds stays near its size.
    fn make_room(&mut self) {
        let (length, free) = (self.out.len(), self.out.capacity() - self.out.len());
        if free < ELEMENT {
            self.out.reserve_exact(if length < LONG { LONG } else { length / 4 });
        }
    }

    fn close(&mut self) {
        if let Some(open) = self.open.pop() {
            self.out.push_str(&self.schema.element(open.element).tags.end);
        }
    }

    fn broken(&self, rule: Rule) -> Violation {
        let names: Vec<&str> = self.open.iter().map(|open| &*self.schema.element(open.element).name.local).collect();
        Violation { path: names.join("/"), position: None, rule }
    }
}
