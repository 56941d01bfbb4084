//! Declarations to tables. Every declaration gets its index first and its content later, so that types may
//! name each other in circles.

use std::collections::HashMap;

use super::complex::Definition;
use super::globals::{Globals, undeclared};
use super::source::{Item, QName, Source, XSD};
use super::{automaton, profile};
use crate::problem::Problem;
use crate::schema::{
    ComplexType, ComplexTypeId, Content, Element, ElementId, Name, NamespaceId, Schema, SimpleTypeId, Tags, Type,
    WELL_KNOWN,
};
use crate::simple::SimpleType;

/// Compiles the schemas of a contract. The result is whole only when no problem was added.
pub(crate) fn compile<'a>(sources: &'a [Source<'a>], problems: &mut Vec<Problem>) -> Schema {
    problems.extend(sources.iter().flat_map(profile::check));
    let globals = Globals::collect(sources, problems);
    let mut compiler = Compiler::new(globals);
    for source in sources {
        compiler.namespace(source.target);
    }
    compiler.declare_elements();
    compiler.make_types();
    compiler.make_elements();
    compiler.make_definitions();
    compiler.finish(problems)
}

/// The tables while they grow.
pub(super) struct Compiler<'a> {
    pub(super) globals: Globals<'a>,
    pub(super) schema: Schema,
    pub(super) problems: Vec<Problem>,
    /// Named simple types; `None` while one is being made.
    pub(super) simple: HashMap<QName<'a>, Option<SimpleTypeId>>,
    /// Named complex types.
    complex: HashMap<QName<'a>, ComplexTypeId>,
    /// Every complex type by its index: its declaration, name, and what it holds once that is known.
    pub(super) complex_types: Vec<Slot<'a>>,
}

/// A complex type on its way.
pub(super) struct Slot<'a> {
    pub(super) item: Item<'a>,
    pub(super) name: Option<QName<'a>>,
    pub(super) state: State<'a>,
}

/// How far a complex type has come.
pub(super) enum State<'a> {
    /// Only its index is known.
    Waiting,
    /// Its content is being put together; to need it now is a circle.
    Open,
    /// Known.
    Done(Definition<'a>),
}

/// What stands in where a problem has been told.
pub(super) const FALLBACK: SimpleTypeId = SimpleTypeId(0);

impl<'a> Compiler<'a> {
    fn new(globals: Globals<'a>) -> Self {
        let mut compiler = Self {
            globals,
            schema: Schema::default(),
            problems: Vec::new(),
            simple: HashMap::new(),
            complex: HashMap::new(),
            complex_types: Vec::new(),
        };
        for uri in WELL_KNOWN {
            compiler.namespace(uri);
        }
        compiler.schema.simple_types.extend(SimpleType::builtin("string"));
        compiler
    }

    /// The index of a namespace, a new one if need be.
    pub(super) fn namespace(&mut self, uri: &str) -> NamespaceId {
        if let Some(&known) = self.schema.namespace_ids.get(uri) {
            return known;
        }
        let id = NamespaceId(u16::try_from(self.schema.namespaces.len()).unwrap_or(NamespaceId::FOREIGN.0));
        self.schema.namespaces.push(uri.into());
        self.schema.namespace_ids.insert(uri.into(), id);
        id
    }

    pub(super) fn name(&mut self, name: QName<'_>) -> Name {
        Name { namespace: self.namespace(name.namespace), local: name.local.into() }
    }

    fn declare_elements(&mut self) {
        for (name, item) in self.globals.order.clone() {
            if item.kind() == "element" {
                let name = self.name(name);
                let id = self.add_element(name.clone(), Type::Simple(FALLBACK), item.flag("nillable"));
                self.schema.globals.insert(name, id);
            }
        }
    }

    fn make_types(&mut self) {
        for (name, item) in self.globals.order.clone() {
            match item.kind() {
                "simpleType" => drop(self.named_simple(name, item)),
                "complexType" => drop(self.named_complex(name, item)),
                "attribute" => drop(self.attribute_type(item)),
                _ => {}
            }
        }
    }

    fn make_elements(&mut self) {
        for (name, item) in self.globals.order.clone() {
            if item.kind() == "element" {
                let ty = self.type_of(item);
                let name = self.name(name);
                if let Some(id) = self.schema.global(&name) {
                    self.schema.elements[id.0 as usize].ty = ty;
                }
            }
        }
    }

    /// Anonymous types inside a definition are added while the list is walked.
    fn make_definitions(&mut self) {
        let mut next = 0;
        while next < self.complex_types.len() {
            self.define(index(next));
            next += 1;
        }
    }

    fn finish(mut self, problems: &mut Vec<Problem>) -> Schema {
        for slot in std::mem::take(&mut self.complex_types) {
            let name = slot.name.map(|name| self.name(name));
            let State::Done(definition) = slot.state else { continue };
            let content = match definition.body {
                super::complex::Body::Empty => Content::Empty,
                super::complex::Body::Simple(id) => Content::Simple(id),
                super::complex::Body::Elements(particle) => {
                    Content::Elements(automaton::build(&particle, &self.schema, &mut self.problems))
                }
            };
            self.schema.complex_types.push(ComplexType { name, attributes: definition.attributes, content });
        }
        problems.append(&mut self.problems);
        self.schema
    }

    pub(super) fn add_element(&mut self, name: Name, ty: Type, nillable: bool) -> ElementId {
        let id = ElementId(u32::try_from(self.schema.elements.len()).unwrap_or(u32::MAX));
        let tags = Tags::new(&name.local, self.schema.namespace(name.namespace));
        self.schema.elements.push(Element { name, ty, nillable, also: None, tags });
        id
    }

    /// The type of an element declaration: named in `type`, or anonymous inside.
    pub(super) fn type_of(&mut self, item: Item<'a>) -> Type {
        let inner = item.child(&["simpleType", "complexType"]);
        match (item.qname("type"), inner) {
            (Some(_), Some(_)) => self.refuse(item.problem("has both a type attribute and a type inside")),
            (Some(Ok(name)), None) => self.named_type(name, item),
            (Some(Err(problem)), None) => self.refuse(problem),
            (None, Some(inner)) if inner.kind() == "simpleType" => Type::Simple(self.make_simple(inner, None)),
            (None, Some(inner)) => Type::Complex(self.add_complex(inner, None)),
            (None, None) => self.refuse(
                item.problem(format!("element {} has no type", item.attribute("name").unwrap_or_default()))
                    .hint("give it a type: xs:anyType is outside the XSD profile"),
            ),
        }
    }

    /// The type with a name, as `item` refers to it.
    pub(super) fn named_type(&mut self, name: QName<'a>, item: Item<'a>) -> Type {
        if name.namespace == XSD {
            return Type::Simple(self.builtin(name, item));
        }
        match self.globals.types.get(&name).copied() {
            Some(declared) if declared.kind() == "simpleType" => Type::Simple(self.named_simple(name, declared)),
            Some(declared) => Type::Complex(self.named_complex(name, declared)),
            None => {
                let problem = undeclared(&self.globals, item, "type", name);
                self.refuse(problem)
            }
        }
    }

    fn named_complex(&mut self, name: QName<'a>, declared: Item<'a>) -> ComplexTypeId {
        if let Some(&known) = self.complex.get(&name) {
            return known;
        }
        let id = self.add_complex(declared, Some(name));
        self.complex.insert(name, id);
        id
    }

    fn add_complex(&mut self, item: Item<'a>, name: Option<QName<'a>>) -> ComplexTypeId {
        let id = index(self.complex_types.len());
        self.complex_types.push(Slot { item, name, state: State::Waiting });
        id
    }

    /// Notes a problem; the type it stands in for is never used, as the schema is thrown away.
    pub(super) fn refuse(&mut self, problem: Problem) -> Type {
        self.problems.push(problem);
        Type::Simple(FALLBACK)
    }
}

fn index(number: usize) -> ComplexTypeId {
    ComplexTypeId(u32::try_from(number).unwrap_or(u32::MAX))
}
