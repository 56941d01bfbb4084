//! The conversions: one file each, with signature, examples and tests. Adding one is a file
//! and a line in [`CONVERSIONS`]. A conversion is a function from text to text that either
//! succeeds or names the rule that was broken; it sees nothing but the value.

pub(crate) mod code;
mod constant;
mod date;
mod day_end;
mod day_start;
mod fact;
mod first_of;
mod join;
mod new_guid;
mod not;
mod number;
mod percent;
pub(crate) mod truncate;

use crate::kind::{Kind, Rule};
use crate::suggest;

pub(crate) use percent::encode as percent_encode;

/// What a mapping may do to a value, or make one from. For `docs/mapping.md` and `explain`.
#[derive(Debug)]
pub struct Conversion {
    /// The key it is written under: `to`, `code`, `encode`, `truncate`, `first-of`, `join`, `const`, `fact`.
    pub key: &'static str,
    /// Its name under that key; empty where the key takes something of its own.
    pub name: &'static str,
    /// What it takes and gives.
    pub signature: &'static str,
    /// What it does and refuses.
    pub about: &'static str,
    /// Values before and after; for those without a value before, the line and its outcome.
    pub examples: &'static [(&'static str, &'static str)],
    pub(crate) run: Option<Run>,
}

/// A conversion that needs nothing but the value.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) accepts: &'static [Kind],
    pub(crate) gives: Kind,
    pub(crate) apply: fn(&str) -> Result<String, Rule>,
}

/// All conversions there are, in the order of the manual.
pub const CONVERSIONS: [&Conversion; 13] = [
    &code::CODE,
    &date::DATE,
    &day_start::DAY_START,
    &day_end::DAY_END,
    &number::NUMBER,
    &not::NOT,
    &truncate::TRUNCATE,
    &percent::PERCENT,
    &first_of::FIRST_OF,
    &join::JOIN,
    &constant::CONST,
    &fact::FACT,
    &new_guid::NEW_GUID,
];

/// The conversion of this name under a key, or the hint for a name there is not.
pub(crate) fn find(key: &str, name: &str) -> Result<(&'static Conversion, &'static Run), String> {
    let runnable = || CONVERSIONS.into_iter().filter(|conversion| conversion.key == key);
    let found = runnable().find(|conversion| conversion.name == name);
    found
        .and_then(|conversion| conversion.run.as_ref().map(|run| (conversion, run)))
        .ok_or_else(|| suggest::hint(name, runnable().map(|conversion| conversion.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_in_the_table_is_true() {
        for conversion in CONVERSIONS {
            assert!(!conversion.examples.is_empty(), "{} {}", conversion.key, conversion.name);
            let Some(run) = &conversion.run else { continue };
            for (before, after) in conversion.examples {
                assert_eq!((run.apply)(before).as_deref(), Ok(*after), "{} {before}", conversion.name);
            }
        }
    }

    #[test]
    fn an_unknown_name_gets_a_hint() {
        assert_eq!(find("to", "dat").err().as_deref(), Some("did you mean `date`?"));
        assert!(find("encode", "date").is_err());
    }
}
