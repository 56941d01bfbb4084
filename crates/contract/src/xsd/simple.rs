//! Simple types: built in, named and anonymous.

use super::compiler::{Compiler, FALLBACK};
use super::source::{Item, QName, XSD};
use crate::schema::{SimpleTypeId, Type};
use crate::simple::{Facet, SimpleType};

impl<'a> Compiler<'a> {
    /// A built-in type.
    pub(super) fn builtin(&mut self, name: QName<'a>, item: Item<'a>) -> SimpleTypeId {
        if let Some(&Some(known)) = self.simple.get(&name) {
            return known;
        }
        let Some(ty) = SimpleType::builtin(name.local) else {
            self.problems.push(
                item.problem(format!("the built-in type xs:{} is outside the XSD profile", name.local))
                    .hint("use the built-in type that says what is really sent, such as xs:string"),
            );
            return FALLBACK;
        };
        let id = self.add_simple(ty);
        self.simple.insert(name, Some(id));
        id
    }

    /// A global simple type.
    pub(super) fn named_simple(&mut self, name: QName<'a>, declared: Item<'a>) -> SimpleTypeId {
        match self.simple.get(&name) {
            Some(&Some(known)) => return known,
            Some(None) => {
                self.problems.push(declared.problem(format!("the simple type {name} is derived from itself")));
                return FALLBACK;
            }
            None => {}
        }
        self.simple.insert(name, None);
        let id = self.make_simple(declared, Some(name));
        self.simple.insert(name, Some(id));
        id
    }

    /// The type an `xs:simpleType` declares. What is not a restriction has been refused by the profile.
    pub(super) fn make_simple(&mut self, item: Item<'a>, name: Option<QName<'a>>) -> SimpleTypeId {
        let Some(restriction) = item.child(&["restriction"]) else { return FALLBACK };
        let base = match (restriction.qname("base"), restriction.child(&["simpleType"])) {
            (Some(Ok(base)), None) => self.simple_base(base, restriction),
            (None, Some(inner)) => self.make_simple(inner, None),
            (Some(Err(problem)), _) => return self.simple_refused(problem),
            _ => {
                let problem = restriction.problem("xs:restriction needs either a base or an xs:simpleType inside");
                return self.simple_refused(problem);
            }
        };
        self.restrict(base, restriction, name)
    }

    /// A simple type that another one restricts, or an attribute has.
    pub(super) fn simple_base(&mut self, name: QName<'a>, item: Item<'a>) -> SimpleTypeId {
        match self.named_type(name, item) {
            Type::Simple(id) => id,
            Type::Complex(_) => self.simple_refused(item.problem(format!("{name} is not a simple type"))),
        }
    }

    /// A type with the facets of a restriction added.
    pub(super) fn restrict(
        &mut self,
        base: SimpleTypeId,
        restriction: Item<'a>,
        name: Option<QName<'a>>,
    ) -> SimpleTypeId {
        let mut facets = Vec::new();
        for item in restriction.children() {
            match (facet(item.kind()), item.attribute("value")) {
                (Some(facet), Some(value)) => facets.push((facet, value)),
                (Some(_), None) => self.problems.push(item.problem(format!("xs:{} has no value", item.kind()))),
                (None, _) => {}
            }
        }
        let name = name.map(|name| self.name(name));
        match self.schema.simple_type(base).restrict(name, &facets) {
            Ok(ty) => self.add_simple(ty),
            Err(message) => self.simple_refused(restriction.problem(message)),
        }
    }

    fn add_simple(&mut self, ty: SimpleType) -> SimpleTypeId {
        let id = SimpleTypeId(u32::try_from(self.schema.simple_types.len()).unwrap_or(u32::MAX));
        self.schema.simple_types.push(ty);
        id
    }

    fn simple_refused(&mut self, problem: crate::problem::Problem) -> SimpleTypeId {
        self.problems.push(problem);
        FALLBACK
    }
}

/// Whether a name is that of XSD itself.
pub(super) fn is_any_type(name: QName<'_>) -> bool {
    name == QName { namespace: XSD, local: "anyType" }
}

fn facet(kind: &str) -> Option<Facet> {
    Some(match kind {
        "length" => Facet::Length,
        "minLength" => Facet::MinLength,
        "maxLength" => Facet::MaxLength,
        "pattern" => Facet::Pattern,
        "enumeration" => Facet::Enumeration,
        "minInclusive" => Facet::MinInclusive,
        "maxInclusive" => Facet::MaxInclusive,
        "minExclusive" => Facet::MinExclusive,
        "maxExclusive" => Facet::MaxExclusive,
        "totalDigits" => Facet::TotalDigits,
        "fractionDigits" => Facet::FractionDigits,
        "whiteSpace" => Facet::WhiteSpace,
        _ => return None,
    })
}
