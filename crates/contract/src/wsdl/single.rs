//! The self-contained WSDL: one schema for each namespace, every prefix and import written out, so that tools
//! which refuse the style of the genuine files accept it. Made once, when the contract is loaded.

use std::fmt::Write as _;

use roxmltree::{NS_XML_URI, Node};

use super::serve::{Edit, Template, escaped};
use crate::xsd::source::{Item, QName, Source, XSD};

/// Attributes that hold a qualified name.
const NAMES: [&str; 3] = ["type", "base", "ref"];

/// The WSDL with everything inside its `wsdl:types` written anew.
pub(super) fn template(
    text: &str,
    types: Option<Node<'_, '_>>,
    sources: &[Source<'_>],
    mut edits: Vec<Edit>,
) -> Template {
    let inside = types.and_then(|types| Some(types.first_child()?.range().start..types.last_child()?.range().end));
    edits.extend(inside.map(|inside| Edit::text(inside, schemas(sources))));
    Template::cut(text, edits)
}

/// One `xs:schema` for each namespace that declares anything, in the order found.
fn schemas(sources: &[Source<'_>]) -> String {
    let mut groups: Vec<Vec<&Source<'_>>> = Vec::new();
    for source in sources.iter().filter(|source| declarations(source).next().is_some()) {
        match groups.iter_mut().find(|group| group.iter().any(|known| known.target == source.target)) {
            Some(group) => group.push(source),
            None => groups.push(vec![source]),
        }
    }
    let mut text: String = groups.iter().map(|group| schema(group)).collect();
    text.push_str("\n  ");
    text
}

fn declarations<'a>(source: &'a Source<'a>) -> impl Iterator<Item = Item<'a>> {
    Item::root(source).children().filter(|item| !matches!(item.kind(), "import" | "include"))
}

/// The schema of one namespace from all its sources.
fn schema(group: &[&Source<'_>]) -> String {
    let Some(first) = group.first() else { return String::new() };
    let mut writer = Writer {
        body: String::new(),
        target: first.target,
        used: Vec::new(),
        elements_qualified: first.elements_qualified(),
        attributes_qualified: first.attributes_qualified(),
    };
    for item in group.iter().flat_map(|source| declarations(source)) {
        writer.element(item, 3);
    }
    writer.finish()
}

struct Writer<'a> {
    body: String,
    target: &'a str,
    /// The other namespaces the body uses.
    used: Vec<&'a str>,
    elements_qualified: bool,
    attributes_qualified: bool,
}

impl<'a> Writer<'a> {
    fn finish(self) -> String {
        let mut text = format!("\n    <xs:schema xmlns:xs=\"{XSD}\"");
        // What has no namespace must not fall into a default namespace declared further out.
        if self.target.is_empty() || self.used.contains(&"") {
            text.push_str(" xmlns=\"\"");
        }
        if !self.target.is_empty() {
            let target = escaped(self.target);
            let _ = write!(text, " xmlns:tns=\"{target}\" targetNamespace=\"{target}\"");
        }
        for uri in self.used.iter().filter(|uri| !uri.is_empty() && **uri != NS_XML_URI) {
            let _ = write!(text, " xmlns:{}=\"{}\"", self.prefix(uri), escaped(uri));
        }
        let form = |qualified| if qualified { "qualified" } else { "unqualified" };
        let (elements, attributes) = (form(self.elements_qualified), form(self.attributes_qualified));
        let _ = write!(text, " elementFormDefault=\"{elements}\" attributeFormDefault=\"{attributes}\">");
        for uri in &self.used {
            match *uri {
                "" => text.push_str("\n      <xs:import/>"),
                uri => drop(write!(text, "\n      <xs:import namespace=\"{}\"/>", escaped(uri))),
            }
        }
        text + &self.body + "\n    </xs:schema>"
    }

    fn prefix(&self, uri: &str) -> String {
        if uri == NS_XML_URI {
            return "xml".to_owned();
        }
        let number = self.used.iter().filter(|used| !used.is_empty()).position(|used| *used == uri).unwrap_or_default();
        format!("ns{}", number + 1)
    }

    fn element(&mut self, item: Item<'a>, depth: usize) {
        self.indent(depth);
        let _ = write!(self.body, "<xs:{}", item.kind());
        self.attributes(item);
        let notes = documentation(item);
        if notes.is_empty() && item.children().next().is_none() {
            self.body.push_str("/>");
            return;
        }
        self.body.push('>');
        self.annotation(&notes, depth + 1);
        item.children().for_each(|child| self.element(child, depth + 1));
        self.indent(depth);
        let _ = write!(self.body, "</xs:{}>", item.kind());
    }

    fn indent(&mut self, depth: usize) {
        self.body.push('\n');
        self.body.extend(std::iter::repeat_n("  ", depth));
    }

    fn attributes(&mut self, item: Item<'a>) {
        let plain = item.node.attributes().filter(|attribute| attribute.namespace().is_none());
        // An id must be unique in a file, and this one is made of several.
        for attribute in plain.filter(|attribute| attribute.name() != "id") {
            let value = match item.qname(attribute.name()) {
                Some(Ok(name)) if NAMES.contains(&attribute.name()) => self.qname(name),
                _ => escaped(attribute.value()),
            };
            let _ = write!(self.body, " {}=\"{value}\"", attribute.name());
        }
        if let Some(form) = self.other_form(item) {
            let _ = write!(self.body, " form=\"{form}\"");
        }
    }

    /// The form of a local declaration whose source has another default than the schema it now stands in.
    fn other_form(&self, item: Item<'_>) -> Option<&'static str> {
        let local = item.node.parent() != Some(item.source.node);
        let (own, default) = match item.kind() {
            "element" => (item.source.elements_qualified(), self.elements_qualified),
            "attribute" => (item.source.attributes_qualified(), self.attributes_qualified),
            _ => return None,
        };
        let silent = local && item.attribute("name").is_some() && item.attribute("form").is_none();
        (silent && own != default).then_some(if own { "qualified" } else { "unqualified" })
    }

    fn qname(&mut self, name: QName<'a>) -> String {
        if name.namespace == XSD {
            return format!("xs:{}", name.local);
        }
        if name.namespace != self.target && !self.used.contains(&name.namespace) {
            self.used.push(name.namespace);
        }
        match name.namespace {
            "" => name.local.to_owned(),
            uri if uri == self.target => format!("tns:{}", name.local),
            uri => format!("{}:{}", self.prefix(uri), name.local),
        }
    }

    fn annotation(&mut self, notes: &[String], depth: usize) {
        if notes.is_empty() {
            return;
        }
        self.indent(depth);
        self.body.push_str("<xs:annotation>");
        for note in notes {
            self.indent(depth + 1);
            let _ = write!(self.body, "<xs:documentation>{note}</xs:documentation>");
        }
        self.indent(depth);
        self.body.push_str("</xs:annotation>");
    }
}

/// The text of an element's documentation, markup left out.
fn documentation(item: Item<'_>) -> Vec<String> {
    let xsd = |node: &Node<'_, '_>, local| node.has_tag_name((XSD, local));
    let annotations = item.node.children().filter(|node| xsd(node, "annotation"));
    let documentation = annotations.flat_map(|node| node.children()).filter(|node| xsd(node, "documentation"));
    let texts = documentation.map(|node| {
        let text: String = node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect();
        escaped(&text.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    texts.filter(|text| !text.is_empty()).collect()
}
