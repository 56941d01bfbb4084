//! `to = "day-start"`: date -> date-time. The first second of the day in Denmark.

use super::{Conversion, Run};
use crate::kind::{Kind, Rule};
use crate::time;

pub(super) const DAY_START: Conversion = Conversion {
    key: "to",
    name: "day-start",
    signature: "date -> date-time",
    about: "The first second of the day in Denmark, with its offset.",
    examples: &[("2026-01-31", "2026-01-31T00:00:00+01:00"), ("2026-07-31", "2026-07-31T00:00:00+02:00")],
    run: Some(Run { accepts: &[Kind::Date], gives: Kind::DateTime, apply: day_start }),
};

fn day_start(text: &str) -> Result<String, Rule> {
    time::on_day(text, 0, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_the_clock_goes_forward_starts_in_winter_time() {
        assert_eq!(day_start("2026-03-29").as_deref(), Ok("2026-03-29T00:00:00+01:00"));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        assert!(day_start("2026-02-30").is_err());
    }
}
