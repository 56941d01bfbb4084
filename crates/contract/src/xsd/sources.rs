//! The schemas of a contract: those inside the WSDL and those they import or include.

use roxmltree::{Document, Node};

use super::documents::{Text, parse};
use super::source::{Item, Source, XSD};
use crate::problem::Problem;

/// One file, parsed.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    /// The file.
    pub(crate) text: &'a Text,
    /// What it says.
    pub(crate) document: Document<'a>,
}

/// Parses the files of a contract, in their order.
pub(crate) fn trees(texts: &[Text]) -> Vec<Tree<'_>> {
    let parsed = texts.iter().map(|text| (text, parse(&text.path, &text.text)));
    parsed.filter_map(|(text, document)| Some(Tree { text, document: document.ok()? })).collect()
}

/// The schemas among `embedded` (nodes of the first file) and all they import or include, each once for each
/// namespace it is read into, in the order they were found.
pub(crate) fn sources<'a>(
    trees: &'a [Tree<'a>],
    embedded: &[Node<'a, 'a>],
    problems: &mut Vec<Problem>,
) -> Vec<Source<'a>> {
    let Some(first) = trees.first() else { return Vec::new() };
    let own = |&node: &Node<'a, 'a>| Source { file: &first.text.path, node, target: target_of(node) };
    let mut sources: Vec<Source<'a>> = embedded.iter().map(own).collect();
    let mut next = 0;
    while let Some(&source) = sources.get(next) {
        next += 1;
        for reference in source.node.children().filter(|node| node.has_attribute("schemaLocation")) {
            match follow(trees, &source, reference) {
                Ok(Some(found)) if !sources.iter().any(|known| same(known, &found)) => sources.push(found),
                Ok(_) => {}
                Err(problem) => problems.push(problem),
            }
        }
    }
    sources
}

fn same(one: &Source<'_>, other: &Source<'_>) -> bool {
    one.node == other.node && one.target == other.target
}

fn target_of<'a>(schema: Node<'a, 'a>) -> &'a str {
    schema.attribute("targetNamespace").unwrap_or_default()
}

/// The schema an import or include leads to; `None` where its file could not be read, which has been told.
fn follow<'a>(
    trees: &'a [Tree<'a>],
    source: &Source<'a>,
    reference: Node<'a, 'a>,
) -> Result<Option<Source<'a>>, Problem> {
    let problem = |message: String| Item { source, node: reference }.problem(message);
    let Some(tree) = linked(trees, source, reference) else { return Ok(None) };
    let node = tree.document.root_element();
    let file = tree.text.path.as_str();
    if !node.has_tag_name((XSD, "schema")) {
        return Err(problem(format!("{file} is not an XSD schema")));
    }
    let own = node.attribute("targetNamespace");
    if reference.has_tag_name((XSD, "include")) {
        return match own {
            Some(other) if other != source.target => Err(problem(format!("{file} has the target namespace {other}"))
                .hint("use xs:import for a schema of another namespace")),
            _ => Ok(Some(Source { file, node, target: source.target })),
        };
    }
    let wanted = reference.attribute("namespace").unwrap_or_default();
    match own.unwrap_or_default() {
        target if target == wanted => Ok(Some(Source { file, node, target })),
        target => Err(problem(format!("{file} has the target namespace \"{target}\", not \"{wanted}\""))
            .hint("correct namespace or schemaLocation of the xs:import")),
    }
}

fn linked<'a>(trees: &'a [Tree<'a>], source: &Source<'a>, reference: Node<'a, 'a>) -> Option<&'a Tree<'a>> {
    let value = reference.attribute_node("schemaLocation")?.range_value();
    let from = trees.iter().find(|tree| tree.text.path == source.file)?;
    let link = from.text.links.iter().find(|link| link.range == value)?;
    trees.iter().find(|tree| tree.text.path == link.path)
}
