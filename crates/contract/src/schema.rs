//! A compiled schema: plain data, made once at start by [`crate::xsd`], read by the
//! reader, the writer and the mapping compiler. Everything is an index into a table, so
//! that a schema may be recursive and is `Send + Sync` without a lock.

use std::collections::HashMap;

use crate::simple::SimpleType;
use crate::xml::escape;

/// Index of a namespace URI the schema knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NamespaceId(pub(crate) u16);

impl NamespaceId {
    /// No namespace at all.
    pub const NONE: Self = Self(0);
    /// `http://www.w3.org/2001/XMLSchema-instance`.
    pub const XSI: Self = Self(1);
    /// `http://www.w3.org/XML/1998/namespace`.
    pub const XML: Self = Self(2);
    /// `http://schemas.xmlsoap.org/soap/envelope/`.
    pub const SOAP: Self = Self(3);
    /// `http://www.w3.org/2001/XMLSchema`.
    pub const XSD: Self = Self(4);
    /// Any namespace the schema does not know.
    pub const FOREIGN: Self = Self(u16::MAX);
}

/// The namespaces every schema starts with, in the order of the constants above.
pub(crate) const WELL_KNOWN: [&str; 5] = [
    "",
    "http://www.w3.org/2001/XMLSchema-instance",
    "http://www.w3.org/XML/1998/namespace",
    "http://schemas.xmlsoap.org/soap/envelope/",
    "http://www.w3.org/2001/XMLSchema",
];

/// Index of an element declaration. Within one complex type a name has one declaration,
/// so a path of names below a root is a path of `ElementId`s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ElementId(pub(crate) u32);

/// Index of a simple type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SimpleTypeId(pub(crate) u32);

/// Index of a complex type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ComplexTypeId(pub(crate) u32);

/// A name with its namespace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// The namespace.
    pub namespace: NamespaceId,
    /// The local name.
    pub local: Box<str>,
}

/// What an element may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text only, no attributes of its own.
    Simple(SimpleTypeId),
    /// Elements, attributes, or text with attributes.
    Complex(ComplexTypeId),
}

/// An element declaration.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// Whether `xsi:nil="true"` is allowed.
    pub nillable: bool,
    /// Another local name under which requests may send it.
    pub(crate) also: Option<Box<str>>,
    /// How it is written.
    pub(crate) tags: Tags,
}

/// The tags of an element, made once at start.
#[derive(Clone, Debug)]
pub(crate) struct Tags {
    /// Where its namespace is the default already.
    pub(crate) start: Box<str>,
    /// Where it is not.
    pub(crate) declaring: Box<str>,
    pub(crate) end: Box<str>,
}

impl Tags {
    pub(crate) fn new(local: &str, namespace: &str) -> Self {
        let mut declaring = format!("<{local} xmlns=\"");
        escape::attribute(&mut declaring, namespace);
        declaring.push_str("\">");
        Self { start: format!("<{local}>").into(), declaring: declaring.into(), end: format!("</{local}>").into() }
    }
}

/// A complex type.
#[derive(Clone, Debug)]
pub struct ComplexType {
    /// Its name, unless it is anonymous.
    pub name: Option<Name>,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// Its content.
    pub content: Content,
}

/// An attribute a complex type declares.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: SimpleTypeId,
    /// Whether it must be present.
    pub required: bool,
}

/// The content of a complex type.
#[derive(Clone, Debug)]
pub enum Content {
    /// Nothing.
    Empty,
    /// Text of this type.
    Simple(SimpleTypeId),
    /// Elements.
    Elements(Model),
}

/// A content model as an automaton over positions (Glushkov), so that reading and writing
/// walk the same table. Unique particle attribution has been checked when it was built.
#[derive(Clone, Debug)]
pub struct Model {
    /// Every particle of the type, in document order.
    pub(crate) positions: Vec<Position>,
    /// Positions that may come first.
    pub(crate) first: Vec<u16>,
    /// Whether no element at all is allowed.
    pub(crate) nullable: bool,
    /// `xs:all`: any order, each position at most once; `first` and `follow` are unused.
    pub(crate) all: bool,
    /// Elements one after the other, each name once, as every DataContract is: the positions are the children.
    pub(crate) plain: bool,
    /// A plain one that is read in any order; it is written in that of the contract.
    pub(crate) any_order: bool,
    /// The children in contract order, each name once.
    pub(crate) children: Vec<Child>,
}

impl Element {
    /// Whether a request may send it under this local name.
    pub(crate) fn is_called(&self, local: &str) -> bool {
        *self.name.local == *local || self.also.as_deref() == Some(local)
    }
}

impl Model {
    /// One without positions.
    pub(crate) const fn of_nothing(children: Vec<Child>) -> Self {
        Self {
            positions: Vec::new(),
            first: Vec::new(),
            nullable: true,
            all: false,
            plain: false,
            any_order: false,
            children,
        }
    }
}

/// One particle of a content model.
#[derive(Clone, Debug)]
pub(crate) struct Position {
    /// What it matches.
    pub(crate) term: Term,
    /// How often in a row at least. Never 0, as optionality lives in `follow`, `first` and `last`; but in an `all` model
    /// it is 0 or 1, and there `last` and `follow` are unused too.
    pub(crate) min: u32,
    /// How often in a row at most; `u32::MAX` = unbounded.
    pub(crate) max: u32,
    /// Positions that may come next. Does not hold the position itself on account of its own `max`.
    pub(crate) follow: Vec<u16>,
    /// Whether the content may end here.
    pub(crate) last: bool,
}

/// What a particle matches.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    /// The element with this declaration.
    Element(ElementId),
    /// `xs:any` with lax or skip processing: any element in one of these namespaces
    /// (`None` = any namespace at all).
    Any(Option<Vec<NamespaceId>>),
}

/// A child element of a complex type, as a mapping sees it.
#[derive(Clone, Copy, Debug)]
pub struct Child {
    /// The declaration.
    pub element: ElementId,
    /// How often at least: 0 where it, or a group around it, is optional or a choice.
    pub min: u32,
    /// How often at most; `None` = unbounded.
    pub max: Option<u32>,
}

/// All declarations of one contract.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    pub(crate) namespaces: Vec<Box<str>>,
    pub(crate) namespace_ids: HashMap<Box<str>, NamespaceId>,
    pub(crate) elements: Vec<Element>,
    pub(crate) complex_types: Vec<ComplexType>,
    pub(crate) simple_types: Vec<SimpleType>,
    pub(crate) globals: HashMap<Name, ElementId>,
}

impl Schema {
    /// An element declaration.
    #[must_use]
    pub fn element(&self, id: ElementId) -> &Element {
        &self.elements[id.0 as usize]
    }

    /// A complex type.
    #[must_use]
    pub fn complex_type(&self, id: ComplexTypeId) -> &ComplexType {
        &self.complex_types[id.0 as usize]
    }

    /// A simple type.
    #[must_use]
    pub fn simple_type(&self, id: SimpleTypeId) -> &SimpleType {
        &self.simple_types[id.0 as usize]
    }

    /// A global element by its name.
    #[must_use]
    pub fn global(&self, name: &Name) -> Option<ElementId> {
        self.globals.get(name).copied()
    }

    /// The URI of a namespace.
    #[must_use]
    pub fn namespace(&self, id: NamespaceId) -> &str {
        self.namespaces.get(id.0 as usize).map_or("", |uri| uri)
    }

    /// The id of a namespace URI, [`NamespaceId::FOREIGN`] when the schema does not know it.
    #[must_use]
    pub fn namespace_id(&self, uri: &str) -> NamespaceId {
        // A dozen of them, mostly of different lengths: comparing beats hashing.
        let found = self.namespaces.iter().position(|known| **known == *uri);
        found.and_then(|index| u16::try_from(index).ok()).map_or(NamespaceId::FOREIGN, NamespaceId)
    }

    /// The children of an element in contract order, each name once. Empty for text.
    #[must_use]
    pub fn children(&self, id: ElementId) -> &[Child] {
        match self.element(id).ty {
            Type::Simple(_) => &[],
            Type::Complex(ty) => match &self.complex_type(ty).content {
                Content::Elements(model) => &model.children,
                Content::Empty | Content::Simple(_) => &[],
            },
        }
    }

    /// The child of an element with this local name.
    #[must_use]
    pub fn child(&self, parent: ElementId, local: &str) -> Option<Child> {
        self.children(parent).iter().find(|child| &*self.element(child.element).name.local == local).copied()
    }

    /// The type of an element's text, if it holds text.
    #[must_use]
    pub fn text_type(&self, id: ElementId) -> Option<&SimpleType> {
        match self.element(id).ty {
            Type::Simple(ty) => Some(self.simple_type(ty)),
            Type::Complex(ty) => match self.complex_type(ty).content {
                Content::Simple(ty) => Some(self.simple_type(ty)),
                Content::Empty | Content::Elements(_) => None,
            },
        }
    }
}
