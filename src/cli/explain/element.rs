//! The elements of a message, as a mapping names them.

use dfdg_contract::{Child, ElementId, Schema};

/// An element.
pub(super) struct Element {
    /// Local names from below the message's own element.
    pub(super) path: String,
    /// The path of the one value it wraps, if it does.
    wrapped: Option<String>,
    /// The type of its text; empty for one that holds elements.
    pub(super) kind: String,
    /// How often it may come.
    pub(super) often: String,
}

impl Element {
    /// Whether a mapping means it by this path.
    pub(super) fn is(&self, path: &str) -> bool {
        self.path == path || self.wrapped.as_deref() == Some(path)
    }
}

/// All elements below one, in contract order. One that only wraps a value, as codes are, is that value.
pub(super) fn below(schema: &Schema, root: ElementId) -> Vec<Element> {
    let mut found = Vec::new();
    collect(schema, &mut vec![root], "", &mut found);
    found
}

fn collect(schema: &Schema, above: &mut Vec<ElementId>, prefix: &str, found: &mut Vec<Element>) {
    let Some(parent) = above.last() else { return };
    for child in schema.children(*parent) {
        let path = format!("{prefix}{}", schema.element(child.element).name.local);
        let wrapped = wrapped(schema, *child);
        let kind = match (schema.text_type(wrapped.unwrap_or(child.element)), schema.children(child.element)) {
            (Some(ty), _) => ty.name().map_or_else(|| format!("{:?}", ty.primitive()), |name| name.local.to_string()),
            (None, []) => "any".to_owned(),
            (None, _) => String::new(),
        };
        let most = child.max.map_or_else(|| "*".to_owned(), |max| max.to_string());
        let below = format!("{path}/");
        let inner = wrapped.map(|inner| format!("{below}{}", schema.element(inner).name.local));
        found.push(Element { path, wrapped: inner, kind, often: format!("{}..{most}", child.min) });
        if wrapped.is_none() && !above.contains(&child.element) {
            above.push(child.element);
            collect(schema, above, &below, found);
            above.pop();
        }
    }
}

/// The one value an element holds, if it holds nothing else.
fn wrapped(schema: &Schema, child: Child) -> Option<ElementId> {
    match schema.children(child.element) {
        [only] if only.max == Some(1) && schema.text_type(only.element).is_some() => Some(only.element),
        _ => None,
    }
}
