//! The abstract half of a WSDL: messages, port types, and the names that tie it together.

use roxmltree::Node;

use crate::problem::Problem;
use crate::schema::{ElementId, Name, Schema};
use crate::xsd::source::{line, resolve, unbound};

/// The namespace of WSDL 1.1.
pub(super) const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";

/// The namespace of its SOAP 1.1 binding.
pub(super) const SOAP: &str = "http://schemas.xmlsoap.org/wsdl/soap/";

/// One `wsdl:definitions`.
#[derive(Clone, Copy)]
pub(super) struct Definitions<'a> {
    pub(super) file: &'a str,
    pub(super) root: Node<'a, 'a>,
    pub(super) schema: &'a Schema,
}

/// The child elements of a node with this namespace and local name.
pub(super) fn children<'a>(
    node: Node<'a, 'a>,
    namespace: &'static str,
    local: &'static str,
) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(move |child| child.has_tag_name((namespace, local)))
}

/// The first of them.
pub(super) fn child<'a>(node: Node<'a, 'a>, namespace: &'static str, local: &'static str) -> Option<Node<'a, 'a>> {
    children(node, namespace, local).next()
}

impl<'a> Definitions<'a> {
    /// The target namespace.
    pub(super) fn target(&self) -> &'a str {
        self.root.attribute("targetNamespace").unwrap_or_default()
    }

    /// A problem at a node.
    pub(super) fn problem(&self, node: Node<'a, 'a>, message: impl Into<String>) -> Problem {
        Problem::new(self.file, line(node), message)
    }

    /// An attribute that must be there.
    pub(super) fn required(&self, node: Node<'a, 'a>, attribute: &str) -> Result<&'a str, Problem> {
        let name = node.tag_name().name();
        node.attribute(attribute).ok_or_else(|| self.problem(node, format!("{name} has no attribute {attribute}")))
    }

    /// The `kind` (message, portType, binding) that an attribute of a node names.
    pub(super) fn named(
        &self,
        kind: &'static str,
        node: Node<'a, 'a>,
        attribute: &str,
    ) -> Result<Node<'a, 'a>, Problem> {
        let text = self.required(node, attribute)?;
        let name = resolve(node, text).ok_or_else(|| unbound(self.file, node, text))?;
        let mut found = children(self.root, WSDL, kind).filter(|found| found.attribute("name") == Some(name.local));
        match found.next() {
            Some(found) if name.namespace == self.target() => Ok(found),
            _ => Err(self
                .problem(node, format!("there is no wsdl:{kind} {name}"))
                .hint(format!("correct the name or its prefix; the target namespace is {}", self.target()))),
        }
    }

    /// The element of the one part of a message.
    pub(super) fn only_part(&self, message: Node<'a, 'a>, at: Node<'a, 'a>) -> Result<ElementId, Problem> {
        let mut parts = children(message, WSDL, "part");
        match (parts.next(), parts.next()) {
            (Some(part), None) => self.part_element(part),
            (None, _) => Err(self
                .problem(at, format!("message {} has no part", name(message)))
                .hint("document/literal needs one part with element=\"...\"")),
            (Some(_), Some(_)) => Err(self
                .problem(at, format!("message {} has several parts", name(message)))
                .hint("one body element is supported: name its part in soap:body/@parts")),
        }
    }

    /// The element of a part by the part's name.
    pub(super) fn part(&self, message: Node<'a, 'a>, part: &str, at: Node<'a, 'a>) -> Result<ElementId, Problem> {
        let mut parts = children(message, WSDL, "part");
        let found = parts.find(|node| node.attribute("name") == Some(part));
        let found = found.ok_or_else(|| self.problem(at, format!("message {} has no part {part}", name(message))))?;
        self.part_element(found)
    }

    fn part_element(&self, part: Node<'a, 'a>) -> Result<ElementId, Problem> {
        if part.has_attribute("type") {
            let problem = self.problem(part, "wsdl:part with type= is outside the WSDL profile");
            return Err(problem.hint("document/literal names a global element: element=\"...\""));
        }
        let text = self.required(part, "element")?;
        let wanted = resolve(part, text).ok_or_else(|| unbound(self.file, part, text))?;
        let namespace = self.schema.namespace_id(wanted.namespace);
        let found = self.schema.global(&Name { namespace, local: wanted.local.into() });
        found.ok_or_else(|| {
            self.problem(part, format!("no schema declares the element {wanted}"))
                .hint("correct the name or its prefix, or import the schema of its namespace in wsdl:types")
        })
    }
}

/// The name of a definition, for problems.
pub(super) fn name<'a>(node: Node<'a, 'a>) -> &'a str {
    node.attribute("name").unwrap_or("without name")
}
