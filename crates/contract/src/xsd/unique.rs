//! Unique particle attribution: at every point of a content model the next element's name says which particle
//! it belongs to, without looking ahead. Models that break this are refused, as XSD asks.

use std::collections::BTreeSet;

use super::automaton::Draft;
use crate::problem::Problem;
use crate::schema::{NamespaceId, Schema, Term};

/// Checks every set of positions that compete, and leaves the earliest of several copies of one particle.
pub(super) fn check(
    drafts: &mut [Draft<'_, '_>],
    first: &mut BTreeSet<u16>,
    schema: &Schema,
    problems: &mut Vec<Problem>,
) {
    let mut found = Vec::new();
    settle(drafts, first, schema, &mut found);
    for index in 0..drafts.len() {
        let mut follow = std::mem::take(&mut drafts[index].follow);
        follow_itself(drafts, index, &mut follow, &mut found);
        settle(drafts, &mut follow, schema, &mut found);
        compete_with_itself(drafts, index, &follow, schema, &mut found);
        drafts[index].follow = follow;
    }
    found.sort();
    found.dedup();
    problems.append(&mut found);
}

/// In `xs:all` every position competes with every other.
pub(super) fn check_all(drafts: &[Draft<'_, '_>], schema: &Schema, problems: &mut Vec<Problem>) {
    for (index, later) in drafts.iter().enumerate() {
        if drafts[..index].iter().any(|earlier| overlap(&earlier.term, &later.term, schema)) {
            problems.push(ambiguous(later, schema));
        }
    }
}

fn settle(drafts: &[Draft<'_, '_>], set: &mut BTreeSet<u16>, schema: &Schema, found: &mut Vec<Problem>) {
    let mut kept: Vec<u16> = Vec::new();
    for &position in set.iter() {
        let draft = &drafts[usize::from(position)];
        let mut rivals = kept.iter().map(|&earlier| &drafts[usize::from(earlier)]);
        match rivals.find(|earlier| overlap(&earlier.term, &draft.term, schema)) {
            None => kept.push(position),
            Some(earlier) if is_copy(earlier, draft) && !draft.counted => {}
            Some(_) => found.push(ambiguous(draft, schema)),
        }
    }
    *set = kept.into_iter().collect();
}

/// An element that counts its own repetitions must not be followed by itself through a group that repeats:
/// the two counts would run together. Without a count, staying is the same as coming again.
fn follow_itself(drafts: &[Draft<'_, '_>], index: usize, follow: &mut BTreeSet<u16>, found: &mut Vec<Problem>) {
    let draft = &drafts[index];
    let occurs = draft.particle.occurs;
    if occurs.max == 1 {
        return;
    }
    let again: Vec<u16> = follow.iter().copied().filter(|&next| is_copy(&drafts[usize::from(next)], draft)).collect();
    let counts = occurs.min > 1 || occurs.max != u32::MAX || draft.counted;
    if counts && !again.is_empty() {
        let problem = draft.particle.item.problem("repeats, and so does the group around it, with nothing between");
        found.push(problem.hint("give the repetition to the element or to the group, not to both"));
    }
    follow.retain(|next| !again.contains(next));
}

/// Where another repetition of an element may come, nothing else of its name may.
fn compete_with_itself(
    drafts: &[Draft<'_, '_>],
    index: usize,
    follow: &BTreeSet<u16>,
    schema: &Schema,
    found: &mut Vec<Problem>,
) {
    let draft = &drafts[index];
    let occurs = draft.particle.occurs;
    if occurs.min == occurs.max {
        return;
    }
    let next = follow.iter().map(|&next| &drafts[usize::from(next)]);
    let rivals = next.filter(|next| !is_copy(next, draft) && overlap(&next.term, &draft.term, schema));
    found.extend(rivals.map(|rival| ambiguous(rival, schema)));
}

fn is_copy(one: &Draft<'_, '_>, other: &Draft<'_, '_>) -> bool {
    std::ptr::eq(one.particle, other.particle)
}

fn overlap(one: &Term, other: &Term, schema: &Schema) -> bool {
    match (one, other) {
        (Term::Element(one), Term::Element(other)) => schema.element(*one).name == schema.element(*other).name,
        (Term::Element(element), Term::Any(namespaces)) | (Term::Any(namespaces), Term::Element(element)) => {
            holds(namespaces.as_ref(), schema.element(*element).name.namespace)
        }
        (Term::Any(None), Term::Any(_)) | (Term::Any(_), Term::Any(None)) => true,
        (Term::Any(Some(one)), Term::Any(Some(other))) => one.iter().any(|namespace| other.contains(namespace)),
    }
}

fn holds(namespaces: Option<&Vec<NamespaceId>>, namespace: NamespaceId) -> bool {
    namespaces.is_none_or(|list| list.contains(&namespace))
}

fn ambiguous(draft: &Draft<'_, '_>, schema: &Schema) -> Problem {
    let what = match &draft.term {
        Term::Element(element) => format!("element {}", schema.element(*element).name.local),
        Term::Any(_) => "xs:any".to_owned(),
    };
    draft.particle.item.problem(format!("{what} may belong to this particle or to an earlier one")).hint(
        "write the content so that the next element's name says which particle it is (unique particle attribution)",
    )
}
