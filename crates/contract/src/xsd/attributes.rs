//! Attributes of complex types.

use super::compiler::{Compiler, FALLBACK};
use super::globals::undeclared;
use super::source::{Item, QName};
use crate::schema::{Attribute, SimpleTypeId};

impl<'a> Compiler<'a> {
    /// The attributes a type inherits and declares; its own replace inherited ones of the same name.
    pub(super) fn attributes(&mut self, item: Item<'a>, inherited: Vec<Attribute>) -> Vec<Attribute> {
        let mut attributes = inherited;
        for declaration in item.children().filter(|child| child.kind() == "attribute") {
            let Some(attribute) = self.attribute(declaration) else { continue };
            attributes.retain(|known| known.name != attribute.name);
            if declaration.attribute("use") != Some("prohibited") {
                attributes.push(attribute);
            }
        }
        attributes
    }

    fn attribute(&mut self, item: Item<'a>) -> Option<Attribute> {
        let required = item.attribute("use") == Some("required");
        let (name, ty) = match item.qname("ref") {
            Some(Ok(name)) => (name, self.referred_attribute(item, name)?),
            Some(Err(problem)) => {
                self.problems.push(problem);
                return None;
            }
            None => (self.attribute_name(item)?, self.attribute_type(item)),
        };
        Some(Attribute { name: self.name(name), ty, required })
    }

    fn referred_attribute(&mut self, item: Item<'a>, name: QName<'a>) -> Option<SimpleTypeId> {
        let Some(&declared) = self.globals.attributes.get(&name) else {
            self.problems.push(undeclared(&self.globals, item, "attribute", name));
            return None;
        };
        Some(self.attribute_type(declared))
    }

    fn attribute_name(&mut self, item: Item<'a>) -> Option<QName<'a>> {
        let Some(local) = item.attribute("name") else {
            self.problems.push(item.problem("xs:attribute has neither name nor ref"));
            return None;
        };
        let qualified = item.attribute("form").map_or(item.source.attributes_qualified(), |form| form == "qualified");
        Some(QName { namespace: if qualified { item.source.target } else { "" }, local })
    }

    /// Without a type an attribute is any text.
    pub(super) fn attribute_type(&mut self, item: Item<'a>) -> SimpleTypeId {
        match (item.qname("type"), item.child(&["simpleType"])) {
            (Some(Ok(name)), _) => self.simple_base(name, item),
            (Some(Err(problem)), _) => {
                self.problems.push(problem);
                FALLBACK
            }
            (None, Some(inner)) => self.make_simple(inner, None),
            (None, None) => FALLBACK,
        }
    }
}
