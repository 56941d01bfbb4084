//! The envelope of a request: header blocks, then the operation, then the message.

use crate::message::Message;
use crate::schema::{ElementId, NamespaceId};
use crate::simple::is_blank;
use crate::soap::EnvelopeError;
use crate::soap::body::BodyReader;
use crate::violation::{Rule, Violation, in_namespace, sent_name, sent_namespace};
use crate::wsdl::{Contract, Operation};
use crate::xml::{Event, Limits, Reader, Tag};

/// A request whose header blocks have been read; it stands at the first element of the body.
pub struct Envelope<'t> {
    contract: &'t Contract,
    reader: Reader<'t>,
    read: Message<'t>,
    unreadable: Vec<(ElementId, Violation)>,
    foreign_headers: u32,
    /// Header blocks of the contract that were sent in another namespace than theirs.
    elsewhere: Vec<ElementId>,
    operation: Option<&'t Operation>,
    body: Option<Tag<'t>>,
}

impl<'t> Envelope<'t> {
    /// Reads an envelope up to the first element of its body.
    ///
    /// # Errors
    /// [`EnvelopeError::Xml`], [`EnvelopeError::Version`], [`EnvelopeError::NotAnEnvelope`] or
    /// [`EnvelopeError::MustUnderstand`]. A header block that breaks the contract is told later,
    /// by [`Self::require_headers`], when it is known which header blocks are needed.
    pub fn open(contract: &'t Contract, text: &'t str, limits: Limits) -> Result<Self, EnvelopeError> {
        let mut envelope = Self {
            contract,
            reader: Reader::new(text, contract.schema(), limits)?,
            read: Message::with_room_for(text),
            unreadable: Vec::new(),
            foreign_headers: 0,
            elsewhere: Vec::new(),
            operation: None,
            body: None,
        };
        envelope.root()?;
        let mut part = envelope.part()?;
        if is_soap(part, "Header") {
            envelope.header_blocks()?;
            part = envelope.part()?;
        }
        if !is_soap(part, "Body") {
            return Err(EnvelopeError::NotAnEnvelope("Body is expected after an optional Header"));
        }
        envelope.body = envelope.child("text in the Body")?;
        envelope.operation = envelope.body.and_then(|tag| envelope.operation_of(tag));
        Ok(envelope)
    }

    /// The operation whose request element is in the body.
    ///
    /// # Errors
    /// [`EnvelopeError::EmptyBody`], [`EnvelopeError::RequestElsewhere`] or [`EnvelopeError::UnknownOperation`].
    pub fn operation(&self) -> Result<&'t Operation, EnvelopeError> {
        match (self.operation, self.body) {
            (Some(operation), _) => Ok(operation),
            (None, Some(tag)) => Err(self.no_operation(tag)),
            (None, None) => Err(EnvelopeError::EmptyBody),
        }
    }

    fn no_operation(&self, tag: Tag<'_>) -> EnvelopeError {
        let requests = self.contract.operations().iter().map(|operation| operation.request);
        match self.named(requests, tag) {
            Some(own) => EnvelopeError::RequestElsewhere { request: tag.local.to_owned(), expected: self.place(own) },
            None => EnvelopeError::UnknownOperation(sent_name(tag.local)),
        }
    }

    /// Header blocks that are neither the contract's nor had to be understood.
    #[must_use]
    pub fn foreign_headers(&self) -> u32 {
        self.foreign_headers
    }

    /// Checks that the operation's header blocks are there and keep to the contract.
    ///
    /// # Errors
    /// [`EnvelopeError::HeaderMissing`], [`EnvelopeError::HeaderElsewhere`] or [`EnvelopeError::HeaderUnreadable`],
    /// the first of them in the order of the WSDL, and what [`Self::operation`] raises.
    pub fn require_headers(&self) -> Result<(), EnvelopeError> {
        for block in &self.operation()?.headers {
            if let Some((_, violation)) = self.unreadable.iter().find(|(element, _)| *element == block.element) {
                return Err(EnvelopeError::HeaderUnreadable {
                    header: block.name.clone(),
                    violation: violation.clone(),
                });
            }
            if self.read.header(block.element).is_none() {
                let header = block.name.clone();
                return Err(match self.elsewhere.contains(&block.element) {
                    true => EnvelopeError::HeaderElsewhere { header, expected: self.place(block.element) },
                    false => EnvelopeError::HeaderMissing(header),
                });
            }
        }
        Ok(())
    }

    /// The header blocks that could be read.
    #[must_use]
    pub fn headers(&self) -> &Message<'t> {
        &self.read
    }

    /// Reads the message in the body, and to the end of the document.
    ///
    /// # Errors
    /// [`EnvelopeError::Invalid`] when it breaks the contract, [`EnvelopeError::Xml`] when the rest of the document
    /// is not XML, [`EnvelopeError::NotAnEnvelope`] when something follows, and what [`Self::operation`] raises.
    pub fn message(mut self) -> Result<Message<'t>, EnvelopeError> {
        let operation = self.operation()?;
        self.element(operation.request)?;
        if self.child("text in the Body")?.is_some() {
            return Err(EnvelopeError::NotAnEnvelope("the Body holds more than one element"));
        }
        if self.child("text after the Body")?.is_some() {
            return Err(EnvelopeError::NotAnEnvelope("an element follows the Body"));
        }
        self.reader.next()?;
        Ok(self.read)
    }

    fn root(&mut self) -> Result<(), EnvelopeError> {
        match self.reader.next()? {
            Event::Start(tag) if is_soap(tag, "Envelope") => Ok(()),
            Event::Start(tag) if tag.local == "Envelope" => Err(EnvelopeError::Version),
            _ => Err(EnvelopeError::NotAnEnvelope("the root element is not Envelope")),
        }
    }

    /// The next child of the envelope, which must be there.
    fn part(&mut self) -> Result<Tag<'t>, EnvelopeError> {
        let part = self.child("text in the Envelope")?;
        part.ok_or(EnvelopeError::NotAnEnvelope("there is no Body"))
    }

    /// The start tag of the next child of the open element, `None` at its end.
    fn child(&mut self, text: &'static str) -> Result<Option<Tag<'t>>, EnvelopeError> {
        loop {
            match self.reader.next()? {
                Event::Start(tag) => return Ok(Some(tag)),
                Event::End | Event::Done => return Ok(None),
                Event::Text(piece) if is_blank(&piece) => {}
                Event::Text(_) => return Err(EnvelopeError::NotAnEnvelope(text)),
            }
        }
    }

    fn header_blocks(&mut self) -> Result<(), EnvelopeError> {
        while let Some(tag) = self.child("text in the Header")? {
            match self.header_of(tag) {
                Some(element) => self.header_block(element)?,
                None if self.is_unread(tag) => self.reader.skip_to(self.reader.depth() - 1)?,
                None if self.must_be_understood() => return Err(self.not_understood(tag)),
                None => {
                    self.foreign_headers += 1;
                    self.elsewhere.extend(self.header_named(tag));
                    self.reader.skip_to(self.reader.depth() - 1)?;
                }
            }
        }
        Ok(())
    }

    /// A header block of the contract that nobody looks into.
    fn is_unread(&self, tag: Tag<'_>) -> bool {
        self.contract.unread_headers().iter().any(|block| self.is(block.element, tag))
    }

    /// Reads a header block of the contract; what it breaks is remembered, and the rest of it passed over.
    fn header_block(&mut self, element: ElementId) -> Result<(), EnvelopeError> {
        let outside = self.reader.depth() - 1;
        let slots = self.read.slots.len();
        if self.read.header(element).is_some() {
            let violation = Violation {
                path: self.contract.schema().element(element).name.local.to_string(),
                position: Some(self.reader.position()),
                rule: Rule::TooMany { max: 1 },
            };
            self.unreadable.push((element, violation));
            return Ok(self.reader.skip_to(outside)?);
        }
        match self.element(element) {
            Err(EnvelopeError::Invalid(violation)) => {
                self.read.slots.truncate(slots);
                self.unreadable.push((element, violation));
                Ok(self.reader.skip_to(outside)?)
            }
            read => read,
        }
    }

    fn element(&mut self, element: ElementId) -> Result<(), EnvelopeError> {
        let schema = self.contract.schema();
        BodyReader { reader: &mut self.reader, schema, out: &mut self.read }.root(element)
    }

    fn must_be_understood(&self) -> bool {
        let soap = |name: &str| {
            self.reader
                .attributes()
                .iter()
                .find(|attribute| attribute.namespace == NamespaceId::SOAP && attribute.local == name)
        };
        let for_us = soap("actor").is_none_or(|actor| actor.value.is_empty() || actor.value == NEXT);
        for_us && soap("mustUnderstand").is_some_and(|value| matches!(value.value.trim(), "1" | "true"))
    }

    fn not_understood(&self, tag: Tag<'_>) -> EnvelopeError {
        let own = self.header_named(tag).map(|own| format!(" (this service has it {})", self.place(own)));
        let sent = sent_namespace(self.reader.namespace());
        EnvelopeError::MustUnderstand(format!("{} {sent}{}", sent_name(tag.local), own.unwrap_or_default()))
    }

    /// The header block of the contract that has this name, whatever the namespace.
    fn header_named(&self, tag: Tag<'_>) -> Option<ElementId> {
        self.named(self.contract.headers().iter().map(|block| block.element), tag)
    }

    fn named(&self, mut elements: impl Iterator<Item = ElementId>, tag: Tag<'_>) -> Option<ElementId> {
        elements.find(|&element| &*self.contract.schema().element(element).name.local == tag.local)
    }

    /// The namespace of an element of the contract, to be read after its name.
    fn place(&self, element: ElementId) -> String {
        let schema = self.contract.schema();
        in_namespace(schema.namespace(schema.element(element).name.namespace))
    }

    fn header_of(&self, tag: Tag<'_>) -> Option<ElementId> {
        self.contract.headers().iter().map(|block| block.element).find(|&element| self.is(element, tag))
    }

    fn operation_of(&self, tag: Tag<'_>) -> Option<&'t Operation> {
        self.contract.operations().iter().find(|operation| self.is(operation.request, tag))
    }

    fn is(&self, element: ElementId, tag: Tag<'_>) -> bool {
        let name = &self.contract.schema().element(element).name;
        name.namespace == tag.namespace && &*name.local == tag.local
    }
}

/// The actor that means whoever gets the message next.
const NEXT: &str = "http://schemas.xmlsoap.org/soap/actor/next";

fn is_soap(tag: Tag<'_>, local: &str) -> bool {
    tag.namespace == NamespaceId::SOAP && tag.local == local
}
