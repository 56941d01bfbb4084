//! Judges conditions. Something that is absent equals nothing, and comes neither before nor
//! after anything.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::read::{Context, Item};
use crate::kind::Kind;
use crate::plan::{Condition, List, Operand, Source, Test};
use crate::time;

impl<'x> Context<'x, '_> {
    pub(super) fn holds(&self, condition: &'x Condition, item: Item<'x>) -> bool {
        if let Test::Contains(list, value) = &condition.test {
            return self.contains(list, condition, value, item);
        }
        let found = match &condition.source {
            // A structure has no text, but is there.
            Source::Node { base, steps } if condition.kind == Kind::Opaque => {
                self.node(*base, steps, item).map(|_| Cow::Borrowed(""))
            }
            source => self.source(source, item),
        };
        self.test(&condition.test, condition.kind, found.as_deref(), item)
    }

    fn test(&self, test: &'x Test, kind: Kind, found: Option<&str>, item: Item<'x>) -> bool {
        match (test, found) {
            (Test::Present, found) => found.is_some(),
            (Test::Absent, found) => found.is_none(),
            (Test::Contains(..), _) => false, // of a list, not of a text: `contains`
            (Test::Not(test), found) => !self.test(test, kind, found, item),
            (_, None) => false,
            (Test::OneOf(values), Some(text)) => {
                kind.canonical(text.into()).is_ok_and(|text| values.iter().any(|value| **value == *text))
            }
            (Test::Equals(other), Some(text)) => self.same(kind, text, other, item),
            (Test::Before(other), Some(text)) => self.compare(kind, text, other, item) == Some(Ordering::Less),
            (Test::After(other), Some(text)) => self.compare(kind, text, other, item) == Some(Ordering::Greater),
            (Test::Between(low, high), Some(text)) => {
                let above = self.compare(kind, text, low, item).is_some_and(Ordering::is_ge);
                above && self.compare(kind, text, high, item).is_some_and(Ordering::is_le)
            }
            (Test::MoreCharacters(most), Some(text)) => text.chars().count() > *most as usize,
            (Test::MoreDays(other, days), Some(text)) => {
                self.days_after(text, other, item).is_some_and(|n| n > i64::from(*days))
            }
        }
    }

    fn contains(&self, list: &'x List, condition: &'x Condition, value: &str, item: Item<'x>) -> bool {
        let searched = self.each(list, item, |item| {
            let text = self.source(&condition.source, item);
            let found = text.is_some_and(|text| condition.kind.canonical(text).is_ok_and(|text| *text == *value));
            if found { Err(()) } else { Ok(()) }
        });
        searched.is_err()
    }

    fn same(&self, kind: Kind, text: &str, other: &'x Source, item: Item<'x>) -> bool {
        let other = self.source(other, item).map(|other| kind.canonical(other).map(Cow::into_owned));
        kind.canonical(text.into()).ok().map(Cow::into_owned) == other.and_then(Result::ok)
    }

    /// How a value stands to another: days where one is a day, moments where both are.
    fn compare(&self, kind: Kind, text: &str, other: &'x Operand, item: Item<'x>) -> Option<Ordering> {
        let against = self.source(&other.source, item)?;
        match (kind, other.kind) {
            (Kind::DateTime, Kind::DateTime) => Some(time::instant(text)?.cmp(&time::instant(&against)?)),
            (Kind::Integer, _) => Some(text.parse::<i128>().ok()?.cmp(&against.parse().ok()?)),
            // Written year first, days compare as text.
            _ => Some(day(kind, text)?.cmp(&day(other.kind, &against)?)),
        }
    }

    fn days_after(&self, text: &str, other: &'x Operand, item: Item<'x>) -> Option<i64> {
        let against = self.source(&other.source, item)?;
        let date = |text: &str| text.get(..10)?.parse::<chrono::NaiveDate>().ok();
        let day = |text: &str| {
            let dated = time::danish_date(text).map(Cow::Owned);
            date(&dated.or_else(|_| time::without_offset(text.into())).ok()?)
        };
        Some((day(text)? - day(&against)?).num_days())
    }
}

fn day(kind: Kind, text: &str) -> Option<Cow<'_, str>> {
    match kind {
        Kind::DateTime => time::danish_date(text).ok().map(Cow::Owned),
        _ => time::without_offset(text.into()).ok(),
    }
}
