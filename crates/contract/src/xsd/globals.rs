//! The global declarations of all schemas of a contract, by name.
//!
//! A name is looked up among all schemas, whether or not the schema that uses it imports its namespace:
//! the genuine contracts leave imports out.

use std::collections::HashMap;

use super::source::{Item, QName, Source};
use crate::problem::Problem;

/// Global declarations by name: XSD keeps elements, types and attributes apart.
#[derive(Debug, Default)]
pub(super) struct Globals<'a> {
    /// `xs:element`.
    pub(super) elements: HashMap<QName<'a>, Item<'a>>,
    /// `xs:simpleType` and `xs:complexType`.
    pub(super) types: HashMap<QName<'a>, Item<'a>>,
    /// `xs:attribute`.
    pub(super) attributes: HashMap<QName<'a>, Item<'a>>,
    /// Every global declaration once, in document order.
    pub(super) order: Vec<(QName<'a>, Item<'a>)>,
}

impl<'a> Globals<'a> {
    /// Collects the declarations; a name that is declared twice is a problem.
    pub(super) fn collect(sources: &'a [Source<'a>], problems: &mut Vec<Problem>) -> Self {
        let mut globals = Self::default();
        for item in sources.iter().flat_map(|source| Item::root(source).children()) {
            if let Some(problem) = globals.add(item) {
                problems.push(problem);
            }
        }
        globals
    }

    fn add(&mut self, item: Item<'a>) -> Option<Problem> {
        let table = match item.kind() {
            "element" => &mut self.elements,
            "attribute" => &mut self.attributes,
            "simpleType" | "complexType" => &mut self.types,
            _ => return None,
        };
        let Some(local) = item.attribute("name") else {
            return Some(item.problem(format!("a global xs:{} has no name", item.kind())).hint("give it a name"));
        };
        let name = QName { namespace: item.source.target, local };
        if let Some(first) = table.get(&name) {
            let first = first.problem("");
            let message = format!("{} {name} is declared twice, first at {}:{}", item.kind(), first.file, first.line);
            return Some(item.problem(message).hint("remove one of them"));
        }
        table.insert(name, item);
        self.order.push((name, item));
        None
    }
}

/// The problem of a name that no schema declares.
pub(super) fn undeclared(globals: &Globals<'_>, item: Item<'_>, what: &str, name: QName<'_>) -> Problem {
    let problem = item.problem(format!("no schema declares the {what} {name}"));
    let known = globals.order.iter().any(|(known, _)| known.namespace == name.namespace);
    match (known, name.namespace) {
        (true, _) => problem.hint("correct the name or its prefix"),
        (false, "") => problem.hint("give it the prefix of its namespace"),
        (false, namespace) => problem
            .hint(format!("no schema with targetNamespace \"{namespace}\" is loaded: import it with a schemaLocation")),
    }
}
