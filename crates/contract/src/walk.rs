//! A walk through a content model, element by element. The reader and the writer both take
//! it, so what is read and what is written obey the same table.

use crate::schema::{ElementId, Model, Schema, Term};
use crate::violation::{Rule, sent_name};

/// Where a walk stands.
#[derive(Debug)]
pub(crate) struct Walk<'s> {
    model: &'s Model,
    /// The position of the last element, and how often in a row it has come.
    last: Option<(u16, u32)>,
    /// Where the order is free: how often each position has come.
    counts: Option<Vec<u32>>,
}

impl<'s> Walk<'s> {
    /// A walk in the order of the contract.
    pub(crate) fn new(model: &'s Model) -> Self {
        Self::with(model, model.all)
    }

    /// A walk in the order a caller may send.
    pub(crate) fn reading(model: &'s Model) -> Self {
        Self::with(model, model.all || model.any_order)
    }

    fn with(model: &'s Model, free: bool) -> Self {
        Self { model, last: None, counts: free.then(|| vec![0; model.positions.len()]) }
    }

    /// Takes the next element, which is the one `matches` knows, and says what it matched.
    pub(crate) fn step(
        &mut self,
        schema: &Schema,
        found: &str,
        matches: impl Fn(&Term) -> bool,
    ) -> Result<&'s Term, Rule> {
        if let Some(counts) = &mut self.counts {
            let Some(at) = self.model.positions.iter().position(|position| matches(&position.term)) else {
                return Err(Rule::Unexpected { found: sent_name(found), expected: self.expected(schema) });
            };
            counts[at] += 1;
            return match self.model.children[at].max {
                Some(max) if counts[at] > max => Err(Rule::TooMany { max }),
                _ => Ok(&self.model.positions[at].term),
            };
        }
        let again = self.last.filter(|&(at, _)| matches(&self.position(at).term));
        if let Some((at, count)) = again.filter(|&(at, count)| count < self.position(at).max) {
            self.last = Some((at, count + 1));
            return Ok(&self.position(at).term);
        }
        if let Some(next) = self.next().iter().copied().find(|&next| matches(&self.position(next).term)) {
            self.last = Some((next, 1));
            return Ok(&self.position(next).term);
        }
        match again {
            Some((at, _)) => Err(Rule::TooMany { max: self.position(at).max }),
            None => Err(Rule::Unexpected { found: sent_name(found), expected: self.expected(schema) }),
        }
    }

    /// Whether the content may end here.
    pub(crate) fn finish(&self, schema: &Schema) -> Result<(), Rule> {
        let complete = match (&self.counts, self.last) {
            (Some(counts), _) => {
                let nothing_came = counts.iter().all(|count| *count == 0);
                self.missing(counts).next().is_none() || (nothing_came && self.model.nullable)
            }
            (None, Some((at, count))) => self.position(at).last && count >= self.position(at).min,
            (None, None) => self.model.nullable,
        };
        if complete { Ok(()) } else { Err(Rule::Incomplete { expected: self.expected_next(schema, true) }) }
    }

    /// Names of what could come now.
    fn expected(&self, schema: &Schema) -> Vec<String> {
        self.expected_next(schema, false)
    }

    fn expected_next(&self, schema: &Schema, only_required: bool) -> Vec<String> {
        let mut positions: Vec<u16> = match (&self.counts, self.last) {
            (Some(counts), _) if only_required => self.missing(counts).collect(),
            (Some(counts), _) => {
                self.with_count(counts, |at, count| self.most(at).is_none_or(|most| count < most)).collect()
            }
            (None, Some((at, count)))
                if count < self.position(at).max && !(only_required && count >= self.position(at).min) =>
            {
                std::iter::once(at).chain(self.next().iter().copied()).collect()
            }
            (None, _) => self.next().to_vec(),
        };
        positions.dedup();
        let mut names: Vec<String> = positions.iter().map(|&at| name_of(schema, &self.position(at).term)).collect();
        names.dedup();
        names
    }

    /// Positions that may follow; none as long as the last element must come again.
    fn next(&self) -> &'s [u16] {
        match self.last {
            Some((at, count)) if count < self.position(at).min => &[],
            Some((at, _)) => &self.position(at).follow,
            None => &self.model.first,
        }
    }

    /// Where the order is free: required members that have not come often enough.
    fn missing(&self, counts: &[u32]) -> impl Iterator<Item = u16> {
        self.with_count(counts, |at, count| count < self.least(at))
    }

    /// The positions of the members that are so, for how often they have come.
    fn with_count(&self, counts: &[u32], is: impl Fn(usize, u32) -> bool) -> impl Iterator<Item = u16> {
        let so = counts.iter().enumerate().filter(move |(at, count)| is(*at, **count));
        so.filter_map(|(at, _)| u16::try_from(at).ok())
    }

    /// Where the order is free: how often a member must come, once any has. Of an `all` that may be left out as a whole the
    /// children say 0.
    fn least(&self, at: usize) -> u32 {
        if self.model.all { self.model.positions[at].min } else { self.model.children[at].min }
    }

    /// Where the order is free: how often a member may come.
    fn most(&self, at: usize) -> Option<u32> {
        self.model.children[at].max
    }

    /// The declaration of the child of this name, wherever in the model it stands.
    pub(crate) fn child(&self, schema: &Schema, local: &str) -> Option<ElementId> {
        let mut children = self.model.children.iter().map(|child| child.element);
        children.find(|&element| &*schema.element(element).name.local == local)
    }

    fn position(&self, at: u16) -> &'s crate::schema::Position {
        &self.model.positions[usize::from(at)]
    }
}

/// Matches the element with this declaration.
pub(crate) fn declared(element: ElementId) -> impl Fn(&Term) -> bool {
    move |term| matches!(term, Term::Element(id) if *id == element)
}

fn name_of(schema: &Schema, term: &Term) -> String {
    match term {
        Term::Element(id) => schema.element(*id).name.local.to_string(),
        Term::Any(_) => "any element".to_owned(),
    }
}
