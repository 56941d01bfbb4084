//! Content models as automata: every particle a position, and for each position which may come next
//! (Glushkov's construction).
//!
//! An element counts its own repetitions. A group that repeats without limit is a loop; one that repeats up to
//! a limit is written out, copy after copy, and each copy remembers which particle it is a copy of.

use std::collections::BTreeSet;

use super::particle::{Kind, Matter, Namespaces, Occurs, Particle};
use super::unique;
use crate::problem::Problem;
use crate::schema::{Child, Model, NamespaceId, Position, Schema, Term};

/// How many positions a model may have that repeats groups up to a limit.
const LIMIT: u64 = 256;

/// Positions that may come first and last in a part of a model, and whether the part may be left out.
#[derive(Clone, Debug, Default)]
struct Part {
    first: BTreeSet<u16>,
    last: BTreeSet<u16>,
    nullable: bool,
}

/// A position while the model is built.
#[derive(Debug)]
pub(super) struct Draft<'p, 'a> {
    /// The particle it comes from; the same for all copies.
    pub(super) particle: &'p Particle<'a>,
    pub(super) term: Term,
    pub(super) follow: BTreeSet<u16>,
    /// Whether it is in a group that must repeat, so that one copy cannot stand for the next.
    pub(super) counted: bool,
}

struct Builder<'p, 'a> {
    schema: &'p Schema,
    drafts: Vec<Draft<'p, 'a>>,
    counted: bool,
}

/// The automaton of a content model. Ambiguous models are problems.
pub(super) fn build(particle: &Particle<'_>, schema: &Schema, problems: &mut Vec<Problem>) -> Model {
    let children = particle.children();
    let mut builder = Builder { schema, drafts: Vec::new(), counted: false };
    if let Err(problem) = affordable(particle) {
        problems.push(problem);
        return Model::of_nothing(children);
    }
    if let (Matter::Group(Kind::All, members), Occurs { min, .. }) = (&particle.matter, particle.occurs) {
        return builder.all(members, min == 0, children, problems);
    }
    let Part { mut first, last, nullable } = builder.part(particle);
    unique::check(&mut builder.drafts, &mut first, schema, problems);
    let position = |(index, draft)| position(draft, last.contains(&number(index)));
    let positions = builder.drafts.into_iter().enumerate().map(position).collect();
    let first = first.into_iter().collect();
    Model {
        positions,
        first,
        nullable,
        plain: is_plain(particle, &children),
        children,
        ..Model::of_nothing(Vec::new())
    }
}

/// Whether a model is elements one after the other, none of them twice.
fn is_plain(particle: &Particle<'_>, children: &[Child]) -> bool {
    particle.sequence().is_some_and(|elements| elements == children.len())
}

fn position(draft: Draft<'_, '_>, last: bool) -> Position {
    let Occurs { min, max } = draft.particle.occurs;
    Position { term: draft.term, min: min.max(1), max, follow: draft.follow.into_iter().collect(), last }
}

fn number(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

/// Refuses a model that would be written out to too many positions, at the group that repeats.
fn affordable(particle: &Particle<'_>) -> Result<(), Problem> {
    if size(particle, false) >= u64::from(u16::MAX) {
        return Err(particle.item.problem("a content model with more than 65,534 particles"));
    }
    match widest(particle) {
        Some(group) if size(particle, true) > LIMIT => Err(group
            .item
            .problem(format!("maxOccurs=\"{}\" on xs:{} repeats too much", group.occurs.max, group.item.kind()))
            .hint(format!(
                "a limited group is written out, up to {LIMIT} particles in a type: write maxOccurs=\"unbounded\""
            ))),
        _ => Ok(()),
    }
}

/// How many positions a particle becomes, its groups written out or not.
fn size(particle: &Particle<'_>, written_out: bool) -> u64 {
    let Matter::Group(_, members) = &particle.matter else { return 1 };
    let once = members.iter().fold(0_u64, |sum, member| sum.saturating_add(size(member, written_out)));
    if written_out { once.saturating_mul(copies(particle.occurs).into()) } else { once }
}

/// How often a group is written out.
fn copies(occurs: Occurs) -> u32 {
    if occurs.max == u32::MAX { occurs.min.max(1) } else { occurs.max }
}

/// The group that is written out oftenest, if any is.
fn widest<'p, 'a>(particle: &'p Particle<'a>) -> Option<&'p Particle<'a>> {
    let Matter::Group(_, members) = &particle.matter else { return None };
    let inner = members.iter().filter_map(widest);
    inner
        .chain(std::iter::once(particle))
        .filter(|group| copies(group.occurs) > 1)
        .max_by_key(|group| copies(group.occurs))
}

impl<'p, 'a> Builder<'p, 'a> {
    /// `xs:all`: only the positions matter, and which of them must come.
    fn all(
        mut self,
        members: &'p [Particle<'a>],
        optional: bool,
        children: Vec<Child>,
        problems: &mut Vec<Problem>,
    ) -> Model {
        for member in members {
            self.part(member);
        }
        unique::check_all(&self.drafts, self.schema, problems);
        let nullable = optional || members.iter().all(|member| member.occurs.min == 0);
        let position = |draft: Draft<'_, '_>| Position { min: draft.particle.occurs.min, ..position(draft, false) };
        let positions = self.drafts.into_iter().map(position).collect();
        Model { positions, nullable, all: true, children, ..Model::of_nothing(Vec::new()) }
    }

    fn part(&mut self, particle: &'p Particle<'a>) -> Part {
        match &particle.matter {
            Matter::Element(element) => self.leaf(particle, Term::Element(*element)),
            Matter::Any(namespaces) => {
                let term = Term::Any(self.listed(namespaces));
                self.leaf(particle, term)
            }
            Matter::Group(kind, members) => self.repeat(*kind, members, particle.occurs),
        }
    }

    fn leaf(&mut self, particle: &'p Particle<'a>, term: Term) -> Part {
        let only = BTreeSet::from([number(self.drafts.len())]);
        self.drafts.push(Draft { particle, term, follow: BTreeSet::new(), counted: self.counted });
        Part { first: only.clone(), last: only, nullable: particle.occurs.min == 0 }
    }

    /// Every namespace but one is: all the others that have an id, and the id of all the rest.
    fn listed(&self, namespaces: &Namespaces) -> Option<Vec<NamespaceId>> {
        match namespaces {
            Namespaces::All => None,
            Namespaces::Listed(list) => Some(list.clone()),
            Namespaces::Other(target) => {
                let known = (0..self.schema.namespaces.len()).map(|index| NamespaceId(number(index)));
                let other = known.filter(|id| id != target && *id != NamespaceId::NONE);
                Some(other.chain(std::iter::once(NamespaceId::FOREIGN)).collect())
            }
        }
    }

    fn repeat(&mut self, kind: Kind, members: &'p [Particle<'a>], occurs: Occurs) -> Part {
        let outside = self.counted;
        let start = self.drafts.len();
        let mut whole = self.once(kind, members);
        if occurs.min > 1 && !whole.nullable {
            self.counted = true;
            self.drafts[start..].iter_mut().for_each(|draft| draft.counted = true);
        }
        whole.nullable |= occurs.min == 0;
        let mut last_copy = whole.clone();
        for copy in 2..=copies(occurs) {
            let next = self.once(kind, members);
            self.connect(&last_copy.last, &next.first);
            let optional = copy > occurs.min || next.nullable;
            whole.last = if optional { &whole.last | &next.last } else { next.last.clone() };
            last_copy = next;
        }
        if occurs.max == u32::MAX {
            self.connect(&last_copy.last, &last_copy.first);
        }
        self.counted = outside;
        whole
    }

    fn once(&mut self, kind: Kind, members: &'p [Particle<'a>]) -> Part {
        let parts = members.iter();
        if kind == Kind::Choice {
            return parts.fold(Part::default(), |mut whole, member| {
                let part = self.part(member);
                whole.first.extend(&part.first);
                whole.last.extend(&part.last);
                Part { nullable: whole.nullable | part.nullable, ..whole }
            });
        }
        let nothing = Part { nullable: true, ..Part::default() };
        parts.fold(nothing, |whole, member| {
            let part = self.part(member);
            self.connect(&whole.last, &part.first);
            let first = if whole.nullable { &whole.first | &part.first } else { whole.first };
            let last = if part.nullable { &whole.last | &part.last } else { part.last };
            Part { first, last, nullable: whole.nullable && part.nullable }
        })
    }

    fn connect(&mut self, last: &BTreeSet<u16>, first: &BTreeSet<u16>) {
        for &position in last {
            self.drafts[usize::from(position)].follow.extend(first);
        }
    }
}
