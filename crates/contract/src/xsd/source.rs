//! Where a declaration stands: the schema around it, its file and its line.

use roxmltree::Node;

use crate::problem::Problem;

/// The namespace of XSD itself.
pub(crate) const XSD: &str = "http://www.w3.org/2001/XMLSchema";

/// One `xs:schema` element with the namespace its declarations go to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    /// The file, for problems.
    pub(crate) file: &'a str,
    /// The `xs:schema` element.
    pub(crate) node: Node<'a, 'a>,
    /// Its target namespace; that of the including schema where it has none of its own.
    pub(crate) target: &'a str,
}

impl Source<'_> {
    /// Whether local elements are in the target namespace unless they say otherwise.
    pub(crate) fn elements_qualified(&self) -> bool {
        self.node.attribute("elementFormDefault") == Some("qualified")
    }

    /// Whether local attributes are in the target namespace unless they say otherwise.
    pub(crate) fn attributes_qualified(&self) -> bool {
        self.node.attribute("attributeFormDefault") == Some("qualified")
    }
}

/// A qualified name as a schema wrote it, resolved to its namespace URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct QName<'a> {
    /// The namespace URI; empty for none.
    pub(crate) namespace: &'a str,
    /// The local name.
    pub(crate) local: &'a str,
}

impl std::fmt::Display for QName<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.namespace {
            "" => out.write_str(self.local),
            uri => write!(out, "{{{uri}}}{}", self.local),
        }
    }
}

/// One XSD element inside a source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    /// The schema it belongs to.
    pub(crate) source: &'a Source<'a>,
    /// The element.
    pub(crate) node: Node<'a, 'a>,
}

impl<'a> Item<'a> {
    /// The `xs:schema` element of a source.
    pub(crate) fn root(source: &'a Source<'a>) -> Self {
        Self { source, node: source.node }
    }

    /// Local name of the element, such as `complexType`.
    pub(crate) fn kind(self) -> &'a str {
        self.node.tag_name().name()
    }

    /// An attribute without namespace.
    pub(crate) fn attribute(self, name: &str) -> Option<&'a str> {
        self.node.attribute(name)
    }

    /// An attribute that is `true` or `1`.
    pub(crate) fn flag(self, name: &str) -> bool {
        matches!(self.attribute(name).map(str::trim), Some("true" | "1"))
    }

    /// Its XSD child elements but for annotations.
    pub(crate) fn children(self) -> impl Iterator<Item = Self> {
        let elements = self.node.children().filter(Node::is_element);
        elements
            .filter(|node| node.tag_name().namespace() == Some(XSD) && node.tag_name().name() != "annotation")
            .map(move |node| Self { source: self.source, node })
    }

    /// Its first child of one of these kinds.
    pub(crate) fn child(self, kinds: &[&str]) -> Option<Self> {
        self.children().find(|child| kinds.contains(&child.kind()))
    }

    /// The qualified name in an attribute. Without a prefix and a default namespace it belongs to
    /// no namespace, or to the including schema's where this one has none.
    pub(crate) fn qname(self, attribute: &str) -> Option<Result<QName<'a>, Problem>> {
        self.attribute(attribute).map(|text| {
            let name = resolve(self.node, text).ok_or_else(|| self.unbound(text))?;
            let namespace = if name.namespace.is_empty() && self.source.node.attribute("targetNamespace").is_none() {
                self.source.target
            } else {
                name.namespace
            };
            Ok(QName { namespace, local: name.local })
        })
    }

    /// A problem at this element.
    pub(crate) fn problem(self, message: impl Into<String>) -> Problem {
        Problem::new(self.source.file, line(self.node), message)
    }

    fn unbound(self, text: &str) -> Problem {
        unbound(self.source.file, self.node, text)
    }
}

/// The name a `prefix:local` text stands for at a node; `None` where the prefix is not declared.
pub(crate) fn resolve<'a>(node: Node<'a, 'a>, text: &'a str) -> Option<QName<'a>> {
    let text = text.trim();
    match text.split_once(':') {
        Some((prefix, local)) => {
            let namespace = node.lookup_namespace_uri(Some(prefix))?;
            Some(QName { namespace, local })
        }
        None => Some(QName { namespace: node.default_namespace().unwrap_or(""), local: text }),
    }
}

/// The problem of a prefix that is not declared.
pub(crate) fn unbound(file: &str, node: Node<'_, '_>, text: &str) -> Problem {
    let prefix = text.trim().split(':').next().unwrap_or_default();
    Problem::new(file, line(node), format!("the prefix {prefix} of {text} is not declared"))
        .hint(format!("declare it: xmlns:{prefix}=\"...\" on this element or one around it"))
}

/// The line a node starts on, from 1.
pub(crate) fn line(node: Node<'_, '_>) -> u32 {
    node.document().text_pos_at(node.range().start).row
}
