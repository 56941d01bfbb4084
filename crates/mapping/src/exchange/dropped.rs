//! Counts what a request holds that the mapping drops.

use dfdg_contract::{ElementId, Node};

/// The values at and below a path, in every element that repeats on the way.
pub(super) fn count(node: Node, steps: &[ElementId]) -> u32 {
    match steps.split_first() {
        None => values(node),
        Some((step, rest)) => {
            node.children().filter(|child| child.element() == *step).map(|child| count(child, rest)).sum()
        }
    }
}

fn values(node: Node) -> u32 {
    let below: u32 = node.children().map(values).sum();
    let own = below == 0 && !node.is_nil() && !node.text().trim().is_empty();
    below + u32::from(own)
}
