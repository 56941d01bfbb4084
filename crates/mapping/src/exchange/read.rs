//! Reads the values of a plan: from the request, from answers, from facts.

use std::borrow::Cow;

use dfdg_contract::{ElementId, Message, Node};

use super::{Facts, Refusal, State};
use crate::convert::truncate::truncate;
use crate::kind::Rule;
use crate::plan::{Base, List, Place, Plan, Source, Step, Value};
use crate::reading::Record;
use crate::time;

/// What values are read from.
#[derive(Clone, Copy)]
pub(super) struct Context<'x, 'f> {
    pub(super) plan: &'x Plan,
    pub(super) message: &'x Message<'x>,
    pub(super) facts: &'x Facts<'f>,
    pub(super) calls: &'x [State],
}

/// The item of the list a value stands in.
#[derive(Clone, Copy)]
pub(super) enum Item<'x> {
    None,
    Node(Node<'x>),
    Record(Record<'x>),
}

/// A value that cannot be written. It names the place and the rule, never the value.
pub(super) struct Failure<'x> {
    pub(super) place: &'x Place,
    pub(super) why: Why<'x>,
}

/// What is wrong with it.
pub(super) enum Why<'x> {
    Rule(Rule),
    Code { list: &'x str, fault: u32, listed: Option<String> },
}

impl Why<'_> {
    /// In words, to be read after "must be".
    pub(super) fn rule(self) -> String {
        match self {
            Self::Rule(rule) => rule.into_owned(),
            Self::Code { list, .. } => format!("a code of list {list}"),
        }
    }
}

impl<'x> Context<'x, '_> {
    /// The value as its target writes it; `None` when there is none.
    pub(super) fn value(&self, value: &'x Value, item: Item<'x>) -> Result<Option<Cow<'x, str>>, Refusal> {
        self.read(value, item).map_err(|failure| Refusal::of(self.plan, failure))
    }

    fn read(&self, value: &'x Value, item: Item<'x>) -> Result<Option<Cow<'x, str>>, Failure<'x>> {
        if value.when.as_ref().is_none_or(|when| self.holds(when, item)) {
            let there = |text: &Cow<'_, str>| !(value.blank_is_absent && text.trim().is_empty());
            let mut found = value
                .sources
                .iter()
                .filter_map(|(place, source)| Some((place, self.source(source, item).filter(there)?)));
            if let Some((place, first)) = found.next() {
                let text = if value.joined { found.fold(first, |all, (_, next)| all + " " + next) } else { first };
                return finish(value, text).map(Some).map_err(|why| Failure { place, why });
            }
        }
        value.otherwise.as_ref().map_or(Ok(None), |otherwise| self.read(otherwise, item))
    }

    /// What stands at a source, before anything is done to it.
    pub(super) fn source(&self, source: &'x Source, item: Item<'x>) -> Option<Cow<'x, str>> {
        match source {
            Source::Node { base, steps } => self.node(*base, steps, item).map(|node| node.text().into()),
            Source::Answer { call, slot } => self.calls[*call].answer.as_ref()?.root().text(*slot).map(Cow::Borrowed),
            Source::Item { slot } => match item {
                Item::Record(record) => record.text(*slot).map(Cow::Borrowed),
                Item::None | Item::Node(_) => None,
            },
            Source::PathValue { call, index } => {
                self.calls[*call].path_values.get(*index).map(|value| Cow::Borrowed(value.as_str()))
            }
            Source::Now => Some(time::danish_now(self.facts.now).into()),
            Source::Today => time::danish_date(&time::danish_now(self.facts.now)).ok().map(Cow::Owned),
            Source::RequestId => Some(self.facts.request_id.into()),
            Source::NewGuid => Some((self.facts.new_guid)().to_string().into()),
            Source::OrganisationType => Some(self.facts.organisation_type.to_string().into()),
            Source::OrganisationCode => Some(self.facts.organisation_code.into()),
            Source::CallerIdentifier => Some(self.facts.caller_identifier.into()),
            Source::Setting(name) => (self.facts.settings)(name).map(Cow::Borrowed),
            Source::Constant(text) => Some(Cow::Borrowed(text)),
        }
    }

    /// The element at the end of a path, unless it is missing or nil.
    pub(super) fn node(&self, base: Base, steps: &[ElementId], item: Item<'x>) -> Option<Node<'x>> {
        let start = match (base, item) {
            (Base::Body, _) => self.message.body()?,
            (Base::Header(block), _) => self.message.header(block)?,
            (Base::Item, Item::Node(node)) => node,
            (Base::Item, Item::None | Item::Record(_)) => return None,
        };
        steps.iter().try_fold(start, |node, step| node.child(*step)).filter(|node| !node.is_nil())
    }

    /// Runs a step for every item of a list.
    pub(super) fn each<E>(
        &self,
        list: &'x List,
        item: Item<'x>,
        mut step: impl FnMut(Item<'x>) -> Result<(), E>,
    ) -> Result<(), E> {
        let record = match (list, item) {
            (List::Nodes { base, steps, last }, _) => {
                let parent = self.node(*base, steps, item);
                let mut nodes = parent.into_iter().flat_map(Node::children).filter(|node| node.element() == *last);
                return nodes.try_for_each(|node| step(Item::Node(node)));
            }
            (List::Answer { call, slot }, _) => self.calls[*call].answer.as_ref().map(|answer| (answer.root(), *slot)),
            (List::Item { slot }, Item::Record(record)) => Some((record, *slot)),
            (List::Item { .. }, Item::None | Item::Node(_)) => None,
        };
        let mut records = record.into_iter().flat_map(|(record, slot)| record.list(slot));
        records.try_for_each(|record| step(Item::Record(record)))
    }
}

/// What is done to a value on its way to its target.
fn finish<'x>(value: &'x Value, text: Cow<'x, str>) -> Result<Cow<'x, str>, Why<'x>> {
    let text = value.steps.iter().try_fold(text, |text, step| apply(step, text))?;
    let text = value.target.accept(text).map_err(Why::Rule)?;
    let text = match value.percent {
        Some(run) => (run.apply)(&text).map(Cow::Owned).map_err(Why::Rule)?,
        None => text,
    };
    value.carrier.check(&text).map_err(|rule| Why::Rule(rule.into()))?;
    Ok(text)
}

fn apply<'x>(step: &'x Step, text: Cow<'x, str>) -> Result<Cow<'x, str>, Why<'x>> {
    match step {
        Step::Convert(run) => (run.apply)(&text).map(Cow::Owned).map_err(Why::Rule),
        Step::Truncate(most) => Ok(match truncate(&text, *most).len() {
            whole if whole == text.len() => text,
            length => Cow::Owned(text[..length].to_owned()),
        }),
        Step::Code { list, codes, from } => {
            let code = from.canonical(text).map_err(Why::Rule)?;
            let listed = codes.refuses(&code).then(|| code.to_string());
            codes.translate(code).map_err(|fault| Why::Code { list, fault, listed })
        }
    }
}
