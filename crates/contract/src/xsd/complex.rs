//! Complex types: their content, and derivation from other types.

use super::compiler::{Compiler, FALLBACK, State};
use super::particle::{Kind, Matter, Occurs, Particle};
use super::simple::is_any_type;
use super::source::{Item, QName};
use crate::schema::{Attribute, ComplexTypeId, SimpleTypeId, Type};

/// What a complex type holds, before its content becomes an automaton: an extension needs the tree.
#[derive(Clone, Debug)]
pub(super) struct Definition<'a> {
    pub(super) attributes: Vec<Attribute>,
    pub(super) body: Body<'a>,
}

/// The content of a complex type.
#[derive(Clone, Debug)]
pub(super) enum Body<'a> {
    Empty,
    Simple(SimpleTypeId),
    Elements(Particle<'a>),
}

const NOTHING: Definition<'_> = Definition { attributes: Vec::new(), body: Body::Empty };

impl<'a> Compiler<'a> {
    /// Puts a complex type together, its base types first.
    pub(super) fn define(&mut self, id: ComplexTypeId) -> Definition<'a> {
        let slot = &mut self.complex_types[id.0 as usize];
        let item = slot.item;
        match &slot.state {
            State::Done(definition) => return definition.clone(),
            State::Open => {
                self.problems.push(item.problem("the complex type is derived from itself"));
                return NOTHING;
            }
            State::Waiting => slot.state = State::Open,
        }
        let mut definition = self.derive(item);
        if let Body::Elements(particle) = &mut definition.body {
            self.unify(particle);
        }
        self.complex_types[id.0 as usize].state = State::Done(definition.clone());
        definition
    }

    fn derive(&mut self, item: Item<'a>) -> Definition<'a> {
        let Some(content) = item.child(&["simpleContent", "complexContent"]) else {
            return Definition { attributes: self.attributes(item, Vec::new()), body: self.own_body(item) };
        };
        let Some(derivation) = content.child(&["extension", "restriction"]) else {
            self.problems.push(content.problem(format!("xs:{} derives from nothing", content.kind())));
            return NOTHING;
        };
        let base = match derivation.qname("base") {
            Some(Ok(base)) => base,
            Some(Err(problem)) => {
                self.problems.push(problem);
                return NOTHING;
            }
            None => {
                self.problems.push(derivation.problem(format!("xs:{} has no base", derivation.kind())));
                return NOTHING;
            }
        };
        match content.kind() {
            "simpleContent" => self.derive_text(derivation, base),
            _ => self.derive_elements(derivation, base),
        }
    }

    fn derive_text(&mut self, derivation: Item<'a>, base: QName<'a>) -> Definition<'a> {
        let extends = derivation.kind() == "extension";
        let (text, inherited) = match self.named_type(base, derivation) {
            Type::Simple(id) if extends || id == FALLBACK => (id, Vec::new()),
            Type::Simple(_) => {
                let problem =
                    derivation.problem(format!("xs:restriction of the simple type {base} in xs:simpleContent"));
                self.problems.push(problem.hint("write xs:extension, or restrict it in an xs:simpleType"));
                (FALLBACK, Vec::new())
            }
            Type::Complex(id) => self.text_base(id, derivation, base),
        };
        let text = match derivation.child(&["simpleType"]) {
            Some(inner) => self.make_simple(inner, None),
            None => text,
        };
        let text = if extends { text } else { self.restrict(text, derivation, None) };
        Definition { attributes: self.attributes(derivation, inherited), body: Body::Simple(text) }
    }

    fn text_base(&mut self, id: ComplexTypeId, item: Item<'a>, name: QName<'a>) -> (SimpleTypeId, Vec<Attribute>) {
        let definition = self.define(id);
        let Body::Simple(text) = definition.body else {
            self.problems.push(item.problem(format!("{name} has no text content")).hint("write xs:complexContent"));
            return (FALLBACK, definition.attributes);
        };
        (text, definition.attributes)
    }

    fn derive_elements(&mut self, derivation: Item<'a>, base: QName<'a>) -> Definition<'a> {
        if is_any_type(base) && derivation.kind() == "restriction" {
            return Definition { attributes: self.attributes(derivation, Vec::new()), body: self.own_body(derivation) };
        }
        let definition = match self.named_type(base, derivation) {
            Type::Complex(id) => self.define(id),
            Type::Simple(FALLBACK) => NOTHING,
            Type::Simple(_) => Definition { attributes: Vec::new(), body: Body::Simple(FALLBACK) },
        };
        if matches!(definition.body, Body::Simple(_)) {
            self.problems.push(derivation.problem(format!("{base} has text content")).hint("write xs:simpleContent"));
            return NOTHING;
        }
        let own = self.own_body(derivation);
        let body = if derivation.kind() == "extension" { self.append(definition.body, own, derivation) } else { own };
        Definition { attributes: self.attributes(derivation, definition.attributes), body }
    }

    fn own_body(&mut self, item: Item<'a>) -> Body<'a> {
        let particle = item.child(&["sequence", "choice", "all"]).map(|group| self.particle(group));
        match particle {
            Some(particle) if !particle.is_empty() => Body::Elements(particle),
            _ => Body::Empty,
        }
    }

    /// The content of an extension: the base's, then its own.
    fn append(&mut self, base: Body<'a>, own: Body<'a>, item: Item<'a>) -> Body<'a> {
        let (Body::Elements(base), Body::Elements(own)) = (&base, &own) else {
            return if matches!(own, Body::Empty) { base } else { own };
        };
        if base.is_all() || own.is_all() {
            let problem = item.problem("an extension joins an xs:all with other elements");
            self.problems.push(problem.hint("write the elements of both types in one xs:all, without extension"));
        }
        let members = vec![base.clone(), own.clone()];
        Body::Elements(Particle { matter: Matter::Group(Kind::Sequence, members), occurs: Occurs::ONCE, item })
    }
}
