//! `to = "date"`: date-time -> date. The calendar day in Denmark.
//!
//! `2026-06-30T22:30:00Z` becomes `2026-07-01`: at that moment the Danish clock showed half
//! past midnight. A date-time without offset is Danish time already.

use super::{Conversion, Run};
use crate::kind::Kind;
use crate::time;

pub(super) const DATE: Conversion = Conversion {
    key: "to",
    name: "date",
    signature: "date-time -> date",
    about: "The calendar day in Denmark.",
    examples: &[
        ("2026-06-30T22:30:00Z", "2026-07-01"),
        ("2026-06-30T23:59:59+02:00", "2026-06-30"),
        ("2026-06-30T23:59:59", "2026-06-30"),
    ],
    run: Some(Run { accepts: &[Kind::DateTime], gives: Kind::Date, apply: time::danish_date }),
};
