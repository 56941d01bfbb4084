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
    /// In an `all` model: the positions that have come.
    seen: Vec<u16>,
}

impl<'s> Walk<'s> {
    pub(crate) fn new(model: &'s Model) -> Self {
        Self { model, last: None, seen: Vec::new() }
    }

    /// Takes the next element, which is the one `matches` knows, and says what it matched.
    pub(crate) fn step(
        &mut self,
        schema: &Schema,
        found: &str,
        matches: impl Fn(&Term) -> bool,
    ) -> Result<&'s Term, Rule> {
        if self.model.all {
            return self.step_all(schema, found, matches);
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

    fn step_all(&mut self, schema: &Schema, found: &str, matches: impl Fn(&Term) -> bool) -> Result<&'s Term, Rule> {
        let at = self.model.positions.iter().position(|position| matches(&position.term));
        let Some(at) = at.and_then(|at| u16::try_from(at).ok()) else {
            return Err(Rule::Unexpected { found: sent_name(found), expected: self.expected(schema) });
        };
        if self.seen.contains(&at) {
            return Err(Rule::TooMany { max: 1 });
        }
        self.seen.push(at);
        Ok(&self.position(at).term)
    }

    /// Whether the content may end here.
    pub(crate) fn finish(&self, schema: &Schema) -> Result<(), Rule> {
        let complete = match self.last {
            _ if self.model.all => self.missing().next().is_none() || (self.seen.is_empty() && self.model.nullable),
            Some((at, count)) => self.position(at).last && count >= self.position(at).min,
            None => self.model.nullable,
        };
        if complete { Ok(()) } else { Err(Rule::Incomplete { expected: self.expected_next(schema, true) }) }
    }

    /// Names of what could come now.
    fn expected(&self, schema: &Schema) -> Vec<String> {
        self.expected_next(schema, false)
    }

    fn expected_next(&self, schema: &Schema, only_required: bool) -> Vec<String> {
        let mut positions: Vec<u16> = match self.last {
            _ if self.model.all && only_required => self.missing().collect(),
            _ if self.model.all => {
                (0..).take(self.model.positions.len()).filter(|at| !self.seen.contains(at)).collect()
            }
            Some((at, count))
                if count < self.position(at).max && !(only_required && count >= self.position(at).min) =>
            {
                std::iter::once(at).chain(self.next().iter().copied()).collect()
            }
            _ => self.next().to_vec(),
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

    /// Required members of an `all` model that have not come.
    fn missing(&self) -> impl Iterator<Item = u16> {
        (0..)
            .zip(&self.model.positions)
            .filter(|(at, position)| position.min > 0 && !self.seen.contains(at))
            .map(|(at, _)| at)
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
