//! Looks at what will be written before anything is asked for: a value of the request that no call could carry refuses
//! the request at once, and not when the answers of other calls are there, which may have kept something for it.

use super::Refusal;
use super::read::{Context, Item};
use crate::plan::{Call, Condition, Json, List, Source, Test, Value};

impl<'x> Context<'x, '_> {
    /// Tries the values of a call's body that come from the request alone.
    pub(super) fn look_ahead(&self, call: &'x Call) -> Result<(), Refusal> {
        let waits = !call.after.is_empty() && call.when.is_empty();
        call.body.iter().filter(|_| waits).try_for_each(|json| self.try_json(json, Item::None))
    }

    fn try_json(&self, json: &'x Json, item: Item<'x>) -> Result<(), Refusal> {
        match json {
            Json::Value(value) if is_known(value) => self.value(value, item).map(|_| ()),
            Json::Object(members) => members.iter().try_for_each(|member| self.try_json(&member.node, item)),
            Json::Array { list: list @ List::Nodes { .. }, item: inner } => {
                self.each(list, item, |item| self.try_json(inner, item))
            }
            Json::Items(items) => items.iter().try_for_each(|inner| self.try_json(inner, item)),
            Json::Value(_) | Json::Array { .. } => Ok(()),
        }
    }
}

/// Whether a value depends on the request alone.
fn is_known(value: &Value) -> bool {
    value.sources.iter().all(|(_, source)| is_sent(source))
        && value.when.as_ref().is_none_or(is_decided)
        && value.otherwise.as_deref().is_none_or(is_known)
}

fn is_decided(condition: &Condition) -> bool {
    let other = match &condition.test {
        Test::Present | Test::Absent | Test::OneOf(_) => true,
        Test::Equals(other) => is_sent(other),
        Test::Not(_)
        | Test::Before(_)
        | Test::After(_)
        | Test::Between(..)
        | Test::MoreCharacters(_)
        | Test::MoreDays(..)
        | Test::Contains(..) => false, // seldom, and looked at in time
    };
    other && is_sent(&condition.source)
}

fn is_sent(source: &Source) -> bool {
    matches!(source, Source::Node { .. } | Source::Constant(_))
}
