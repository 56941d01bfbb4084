//! Content models as trees of particles, as the schema writes them.

use std::collections::HashMap;

use super::compiler::Compiler;
use super::globals::undeclared;
use super::source::{Item, QName};
use crate::problem::Problem;
use crate::schema::{Child, ElementId, Name, NamespaceId};

/// One particle: what may come, and how often.
#[derive(Clone, Debug)]
pub(super) struct Particle<'a> {
    pub(super) matter: Matter<'a>,
    pub(super) occurs: Occurs,
    /// Where it is written.
    pub(super) item: Item<'a>,
}

/// What a particle stands for.
#[derive(Clone, Debug)]
pub(super) enum Matter<'a> {
    Element(ElementId),
    Any(Namespaces),
    Group(Kind, Vec<Particle<'a>>),
}

/// The namespaces of an `xs:any`.
#[derive(Clone, Debug)]
pub(super) enum Namespaces {
    /// Every namespace, and none.
    All,
    /// Every namespace but the target namespace; not none.
    Other(NamespaceId),
    /// These.
    Listed(Vec<NamespaceId>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sequence,
    Choice,
    All,
}

/// How often: `max` is `u32::MAX` where there is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Occurs {
    pub(super) min: u32,
    pub(super) max: u32,
}

impl Occurs {
    pub(super) const ONCE: Self = Self { min: 1, max: 1 };
}

impl<'a> Particle<'a> {
    /// Whether nothing at all can come.
    pub(super) fn is_empty(&self) -> bool {
        match &self.matter {
            _ if self.occurs.max == 0 => true,
            Matter::Group(_, members) => members.iter().all(Self::is_empty),
            Matter::Element(_) | Matter::Any(_) => false,
        }
    }

    pub(super) fn is_all(&self) -> bool {
        matches!(&self.matter, Matter::Group(Kind::All, _))
    }

    /// How many elements it is, where it is nothing but elements one after the other; those of a base type come first.
    pub(super) fn sequence(&self) -> Option<usize> {
        match &self.matter {
            Matter::Element(_) => Some(1),
            Matter::Group(Kind::Sequence, members) if self.occurs == Occurs::ONCE => {
                members.iter().map(Self::sequence).sum()
            }
            Matter::Group(..) | Matter::Any(_) => None,
        }
    }

    /// The elements in it in document order, each name once, with how often each may come in all.
    pub(super) fn children(&self) -> Vec<Child> {
        let mut children = match &self.matter {
            Matter::Any(_) => return Vec::new(),
            Matter::Element(element) => vec![Child { element: *element, min: 1, max: Some(1) }],
            Matter::Group(kind, members) => join(*kind, members.iter().map(Self::children)),
        };
        let limit = (self.occurs.max != u32::MAX).then_some(self.occurs.max);
        for child in &mut children {
            child.min = child.min.saturating_mul(self.occurs.min);
            child.max = child.max.zip(limit).map(|(max, limit)| max.saturating_mul(limit));
        }
        children.retain(|child| child.max != Some(0));
        children
    }
}

/// In a sequence a name that comes twice adds up; in a choice only one branch is taken.
fn join(kind: Kind, branches: impl ExactSizeIterator<Item = Vec<Child>>) -> Vec<Child> {
    let choice = kind == Kind::Choice && branches.len() > 1;
    let mut joined: Vec<Child> = Vec::new();
    for mut child in branches.flatten() {
        if choice {
            child.min = 0;
        }
        let Some(known) = joined.iter_mut().find(|known| known.element == child.element) else {
            joined.push(child);
            continue;
        };
        known.min = known.min.saturating_add(child.min);
        known.max = match (known.max.zip(child.max), choice) {
            (Some((one, other)), true) => Some(one.max(other)),
            (Some((one, other)), false) => Some(one.saturating_add(other)),
            (None, _) => None,
        };
    }
    joined
}

impl<'a> Compiler<'a> {
    /// The tree of an element, wildcard or group. What the profile refuses has been told and is left out.
    pub(super) fn particle(&mut self, item: Item<'a>) -> Particle<'a> {
        let occurs = self.occurs(item);
        let matter = match item.kind() {
            "element" => self.local_element(item),
            "any" => Matter::Any(self.wildcard(item)),
            "choice" => Matter::Group(Kind::Choice, self.members(item)),
            "all" => Matter::Group(Kind::All, self.members_of_all(item, occurs)),
            _ => Matter::Group(Kind::Sequence, self.members(item)),
        };
        Particle { matter, occurs, item }
    }

    fn members(&mut self, item: Item<'a>) -> Vec<Particle<'a>> {
        let particles =
            item.children().filter(|child| ["element", "any", "sequence", "choice"].contains(&child.kind()));
        let members: Vec<_> = particles.map(|child| self.particle(child)).collect();
        members.into_iter().filter(|member| !member.is_empty()).collect()
    }

    fn members_of_all(&mut self, item: Item<'a>, occurs: Occurs) -> Vec<Particle<'a>> {
        let members = self.members(item);
        if occurs.max > 1 {
            self.problems.push(item.problem("xs:all may come once only").hint("remove its maxOccurs"));
        }
        for member in members.iter().filter(|member| member.occurs.max > 1) {
            let problem = member.item.problem("an element in xs:all may come once only");
            self.problems.push(problem.hint("remove its maxOccurs, or write an xs:sequence"));
        }
        members
    }

    fn occurs(&mut self, item: Item<'a>) -> Occurs {
        let min = self.count(item, "minOccurs");
        let max = match item.attribute("maxOccurs") {
            Some("unbounded") => u32::MAX,
            _ => self.count(item, "maxOccurs"),
        };
        if min > max {
            self.problems.push(item.problem(format!("minOccurs {min} is more than maxOccurs {max}")));
        }
        Occurs { min, max }
    }

    fn count(&mut self, item: Item<'a>, attribute: &str) -> u32 {
        let Some(text) = item.attribute(attribute) else { return 1 };
        text.trim().parse().unwrap_or_else(|_| {
            self.problems.push(item.problem(format!("{attribute}=\"{text}\" is not a number")));
            1
        })
    }

    fn local_element(&mut self, item: Item<'a>) -> Matter<'a> {
        if let Some(reference) = item.qname("ref") {
            return self.referred_element(item, reference);
        }
        let Some(local) = item.attribute("name") else {
            self.problems.push(item.problem("xs:element has neither name nor ref"));
            return Matter::Group(Kind::Sequence, Vec::new());
        };
        let qualified = item.attribute("form").map_or(item.source.elements_qualified(), |form| form == "qualified");
        let name = self.name(QName { namespace: if qualified { item.source.target } else { "" }, local });
        let ty = self.type_of(item);
        Matter::Element(self.add_element(name, ty, item.flag("nillable")))
    }

    fn referred_element(&mut self, item: Item<'a>, reference: Result<QName<'a>, Problem>) -> Matter<'a> {
        let found = reference.and_then(|name| {
            let known = self.name(name);
            self.schema.global(&known).ok_or_else(|| undeclared(&self.globals, item, "element", name))
        });
        match found {
            Ok(id) => Matter::Element(id),
            Err(problem) => {
                self.problems.push(problem);
                Matter::Group(Kind::Sequence, Vec::new())
            }
        }
    }

    fn wildcard(&mut self, item: Item<'a>) -> Namespaces {
        match item.attribute("namespace").unwrap_or("##any").trim() {
            "##any" => Namespaces::All,
            "##other" => Namespaces::Other(self.namespace(item.source.target)),
            list => Namespaces::Listed(list.split_whitespace().map(|uri| self.listed(uri, item)).collect()),
        }
    }

    fn listed(&mut self, uri: &str, item: Item<'a>) -> NamespaceId {
        match uri {
            "##targetNamespace" => self.namespace(item.source.target),
            "##local" => NamespaceId::NONE,
            uri => self.namespace(uri),
        }
    }

    /// Within one type a name has one declaration: particles of the same name must agree, and share it.
    pub(super) fn unify(&mut self, particle: &mut Particle<'a>) {
        self.unify_with(particle, &mut HashMap::new());
    }

    fn unify_with(&mut self, particle: &mut Particle<'a>, known: &mut HashMap<Name, ElementId>) {
        match &mut particle.matter {
            Matter::Any(_) => {}
            Matter::Group(_, members) => members.iter_mut().for_each(|member| self.unify_with(member, known)),
            Matter::Element(id) => {
                let Some(element) = self.schema.elements.get(id.0 as usize) else { return };
                let first = *known.entry(element.name.clone()).or_insert(*id);
                let shared = self.schema.element(first);
                if shared.ty != element.ty || shared.nillable != element.nillable {
                    let name = &element.name.local;
                    let problem =
                        particle.item.problem(format!("element {name} comes twice in one type, with different types"));
                    self.problems.push(problem.hint("give both the same named type and nillable"));
                }
                *id = first;
            }
        }
    }
}
