//! Paths of local names, resolved against the old contract once, when a mapping is compiled.

use dfdg_contract::{ElementId, Schema};

use crate::absence::Absence;
use crate::suggest;

/// What a path leads to.
#[derive(Debug)]
pub(crate) struct Found {
    /// The elements below the root, outermost first.
    pub(crate) steps: Vec<ElementId>,
    pub(crate) absence: Absence,
    /// The first element on the way that may come more than once, and its place in `steps`.
    pub(crate) repeats: Option<(usize, String)>,
}

/// A name that is not there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) name: String,
    pub(crate) parent: String,
    pub(crate) hint: String,
    /// The path it was probably meant to be, up to this name.
    pub(crate) meant: Option<Vec<ElementId>>,
}

/// Follows a path from an element. `base` names the element in the points of absence.
pub(crate) fn find(schema: &Schema, root: ElementId, path: &str, base: &str) -> Result<Found, Missing> {
    let mut found = Found { steps: Vec::new(), absence: Absence::never(), repeats: None };
    let mut at = root;
    for name in path.split('/').filter(|_| !path.is_empty()) {
        let child = schema.child(at, name).ok_or_else(|| missing(schema, at, name, &found.steps))?;
        at = found.step(schema, child, base);
    }
    // DFDG wraps a code in an element of its own: the path to the wrapper means the code.
    if let (None, [only]) = (schema.text_type(at), schema.children(at))
        && only.max == Some(1)
        && schema.text_type(only.element).is_some()
    {
        found.step(schema, *only, base);
    }
    Ok(found)
}

/// Follows a path exactly, without looking into wrappers: for what is left out.
pub(crate) fn find_exact(schema: &Schema, root: ElementId, path: &str) -> Result<Vec<ElementId>, Missing> {
    let mut steps = Vec::new();
    for name in path.split('/') {
        let at = steps.last().copied().unwrap_or(root);
        steps.push(schema.child(at, name).ok_or_else(|| missing(schema, at, name, &steps))?.element);
    }
    Ok(steps)
}

impl Found {
    fn step(&mut self, schema: &Schema, child: dfdg_contract::Child, base: &str) -> ElementId {
        self.steps.push(child.element);
        let name = || format!("{base}{}", written(schema, &self.steps));
        if child.min == 0 || schema.element(child.element).nillable {
            let point = name();
            self.absence.add(point);
        }
        if child.max != Some(1) && self.repeats.is_none() {
            self.repeats = Some((self.steps.len() - 1, written(schema, &self.steps)));
        }
        child.element
    }

    /// The element at the end; the root where the path is empty.
    pub(crate) fn last_or(&self, root: ElementId) -> ElementId {
        self.steps.last().copied().unwrap_or(root)
    }
}

fn missing(schema: &Schema, parent: ElementId, name: &str, way: &[ElementId]) -> Missing {
    let children = || schema.children(parent).iter().map(|child| local(schema, child.element));
    let nearest = suggest::nearest(name, children()).and_then(|nearest| schema.child(parent, nearest));
    Missing {
        name: name.to_owned(),
        parent: local(schema, parent).to_owned(),
        hint: suggest::hint(name, children()),
        meant: nearest.map(|nearest| [way, &[nearest.element]].concat()),
    }
}

/// The local name of an element.
pub(crate) fn local(schema: &Schema, element: ElementId) -> &str {
    &schema.element(element).name.local
}

/// The path as mappings write it.
pub(crate) fn written(schema: &Schema, steps: &[ElementId]) -> String {
    steps.iter().map(|step| local(schema, *step)).collect::<Vec<_>>().join("/")
}
