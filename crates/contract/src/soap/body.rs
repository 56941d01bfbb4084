//! One element with all that is in it, checked against its declaration while it is read
//! into the arena.

use std::borrow::Cow;

use crate::message::{Message, Slot};
use crate::schema::{ComplexTypeId, Content, ElementId, Model, Name, NamespaceId, Schema, SimpleTypeId, Term, Type};
use crate::simple::is_blank;
use crate::soap::EnvelopeError;
use crate::violation::{Rule, Violation, in_namespace, sent_name};
use crate::walk::Walk;
use crate::xml::{Event, Limits, Reader, Tag};

/// Where an element stands: SOAP's own attributes belong on a header block or the element in
/// the body, and nowhere inside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Inside,
}

/// Reads elements of one schema from one document.
pub(super) struct BodyReader<'r, 't> {
    pub(super) reader: &'r mut Reader<'t>,
    pub(super) schema: &'t Schema,
    pub(super) out: &'r mut Message<'t>,
}

impl<'t> BodyReader<'_, 't> {
    /// Reads the element whose start tag was the last event, to its end tag.
    pub(super) fn root(&mut self, element: ElementId) -> Result<(), EnvelopeError> {
        let root = index(self.out.slots.len());
        self.element(element, Place::Root)?;
        self.out.roots.push(root);
        Ok(())
    }

    fn element(&mut self, element: ElementId, place: Place) -> Result<(), EnvelopeError> {
        let declaration = self.schema.element(element);
        let slot = self.out.slots.len();
        self.out.slots.push(Slot { element, end: 0, nil: false, text: Cow::Borrowed("") });
        let read = match self.attributes(declaration.ty, declaration.nillable, place) {
            Ok(true) => self.nil(slot),
            Ok(false) => match declaration.ty {
                Type::Simple(ty) => self.text(slot, ty),
                Type::Complex(ty) => self.complex(slot, ty),
            },
            Err(error) => Err(error),
        };
        self.out.slots[slot].end = index(self.out.slots.len());
        read.map_err(|error| within(error, &declaration.name.local))
    }

    fn complex(&mut self, slot: usize, ty: ComplexTypeId) -> Result<(), EnvelopeError> {
        match &self.schema.complex_type(ty).content {
            Content::Simple(ty) => self.text(slot, *ty),
            Content::Empty => self.children(&EMPTY),
            Content::Elements(model) => self.children(model),
        }
    }

    /// Content of elements, to the end tag.
    fn children(&mut self, model: &'t Model) -> Result<(), EnvelopeError> {
        let mut walk = Walk::reading(model);
        loop {
            match self.reader.next()? {
                Event::Start(tag) => match self.step(&mut walk, tag)? {
                    Term::Element(element) => self.element(*element, Place::Inside)?,
                    Term::Any(_) => self.reader.skip_to(self.reader.depth() - 1)?,
                },
                Event::Text(text) if is_blank(&text) => {}
                Event::Text(_) => return Err(self.broken(Rule::TextNotAllowed)),
                Event::End | Event::Done => return walk.finish(self.schema).map_err(|rule| self.broken(rule)),
            }
        }
    }

    fn step<'s>(&self, walk: &mut Walk<'s>, tag: Tag<'_>) -> Result<&'s Term, EnvelopeError> {
        let step = walk.step(self.schema, tag.local, |term| self.is(term, tag));
        step.map_err(|rule| match rule {
            Rule::Unexpected { found, expected } if expected.contains(&found) => {
                self.broken(self.elsewhere(&found, expected, walk.child(self.schema, tag.local)))
            }
            Rule::TooMany { .. } => within(self.broken(rule), tag.local),
            rule => self.broken(rule),
        })
    }

    /// The rule broken by an element that is right but for its namespace, which is told.
    fn elsewhere(&self, found: &str, mut expected: Vec<String>, own: Option<ElementId>) -> Rule {
        for name in expected.iter_mut().filter(|name| *name == found) {
            let namespace = own.map(|own| self.schema.namespace(self.schema.element(own).name.namespace));
            *name = format!("{name} {}", in_namespace(namespace.unwrap_or_default()));
        }
        Rule::Unexpected { found: format!("{found} in another namespace"), expected }
    }

    fn is(&self, term: &Term, tag: Tag<'_>) -> bool {
        match term {
            Term::Element(element) => {
                let name = &self.schema.element(*element).name;
                name.namespace == tag.namespace && self.schema.element(*element).is_called(tag.local)
            }
            Term::Any(None) => true,
            Term::Any(Some(namespaces)) => namespaces.contains(&tag.namespace),
        }
    }

    /// Content of text, to the end tag.
    fn text(&mut self, slot: usize, ty: SimpleTypeId) -> Result<(), EnvelopeError> {
        let text = self.collect()?;
        let ty = self.schema.simple_type(ty);
        self.out.slots[slot].text = match text {
            Cow::Borrowed(text) => ty.check(text).map_err(|rule| self.broken(Rule::Value(rule)))?,
            Cow::Owned(text) => {
                Cow::Owned(ty.check(&text).map_err(|rule| self.broken(Rule::Value(rule)))?.into_owned())
            }
        };
        Ok(())
    }

    /// The pieces of a text as one, borrowed when there is just one.
    fn collect(&mut self) -> Result<Cow<'t, str>, EnvelopeError> {
        let mut whole = Cow::Borrowed("");
        loop {
            match self.reader.next()? {
                Event::Text(piece) if whole.is_empty() => whole = piece,
                Event::Text(piece) => whole.to_mut().push_str(&piece),
                Event::Start(_) => return Err(self.broken(Rule::ElementNotAllowed)),
                Event::End | Event::Done => return Ok(whole),
            }
        }
    }

    fn nil(&mut self, slot: usize) -> Result<(), EnvelopeError> {
        self.out.slots[slot].nil = true;
        match self.reader.next()? {
            Event::End => Ok(()),
            _ => Err(self.broken(Rule::Nil)),
        }
    }

    /// Checks the attributes of the start tag; whether the element is nil.
    fn attributes(&self, ty: Type, nillable: bool, place: Place) -> Result<bool, EnvelopeError> {
        let declared = match ty {
            Type::Simple(_) => &[][..],
            Type::Complex(ty) => &self.schema.complex_type(ty).attributes,
        };
        let sent = self.reader.attributes();
        let mut nil = false;
        for attribute in sent {
            match (attribute.namespace, attribute.local) {
                (NamespaceId::XSI, "nil") => nil = self.is_nil(&attribute.value, nillable)?,
                (NamespaceId::XSI, "type") => self.check_xsi_type(&attribute.value, ty)?,
                (NamespaceId::XSI, "schemaLocation" | "noNamespaceSchemaLocation") => {}
                (NamespaceId::SOAP, "mustUnderstand" | "actor" | "encodingStyle") if place == Place::Root => {}
                (namespace, local) => {
                    let known =
                        declared.iter().find(|known| known.name.namespace == namespace && &*known.name.local == local);
                    let known = known.ok_or_else(|| self.broken(Rule::UnknownAttribute(sent_name(local))))?;
                    let checked = self.schema.simple_type(known.ty).check(&attribute.value);
                    checked.map_err(|rule| within(self.broken(Rule::Value(rule)), &format!("@{local}")))?;
                }
            }
        }
        let is_sent = |name: &Name| {
            sent.iter().any(|attribute| attribute.namespace == name.namespace && attribute.local == &*name.local)
        };
        match declared.iter().find(|known| known.required && !is_sent(&known.name)) {
            Some(missing) => Err(self.broken(Rule::MissingAttribute(missing.name.local.to_string()))),
            None => Ok(nil),
        }
    }

    fn is_nil(&self, value: &str, nillable: bool) -> Result<bool, EnvelopeError> {
        match value.trim() {
            "true" | "1" if nillable => Ok(true),
            "false" | "0" if nillable => Ok(false),
            _ => Err(self.broken(Rule::Nil)),
        }
    }

    /// `xsi:type` may only repeat what the contract says.
    fn check_xsi_type(&self, value: &str, ty: Type) -> Result<(), EnvelopeError> {
        let (prefix, local) = value.trim().split_once(':').unwrap_or(("", value.trim()));
        let name = match ty {
            Type::Simple(ty) => self.schema.simple_type(ty).name(),
            Type::Complex(ty) => self.schema.complex_type(ty).name.as_ref(),
        };
        match (name, self.reader.resolve(prefix)) {
            (Some(name), Some(namespace)) if name.namespace == namespace && &*name.local == local => Ok(()),
            _ => Err(self.broken(Rule::XsiType)),
        }
    }

    fn broken(&self, rule: Rule) -> EnvelopeError {
        EnvelopeError::Invalid(Violation { path: String::new(), position: Some(self.reader.position()), rule })
    }
}

/// The model of an empty content.
static EMPTY: Model = Model::of_nothing(Vec::new());

/// Puts the name of the element around a violation's path.
fn within(error: EnvelopeError, name: &str) -> EnvelopeError {
    match error {
        EnvelopeError::Invalid(mut violation) => {
            let slash = if violation.path.is_empty() { "" } else { "/" };
            violation.path = format!("{name}{slash}{}", violation.path);
            EnvelopeError::Invalid(violation)
        }
        other => other,
    }
}

fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Reads any message of the schema without an envelope, as a test or a tool needs it.
///
/// # Errors
/// When the text is no XML, its root is no global element of the schema, or it breaks its declaration.
pub fn read_bare<'t>(schema: &'t Schema, text: &'t str, limits: Limits) -> Result<Message<'t>, EnvelopeError> {
    let mut reader = Reader::new(text, schema, limits)?;
    let mut out = Message::default();
    if let Event::Start(tag) = reader.next()? {
        let name = Name { namespace: tag.namespace, local: tag.local.into() };
        let element = schema.global(&name).ok_or_else(|| EnvelopeError::UnknownOperation(sent_name(tag.local)))?;
        BodyReader { reader: &mut reader, schema, out: &mut out }.root(element)?;
    }
    reader.next()?;
    Ok(out)
}
