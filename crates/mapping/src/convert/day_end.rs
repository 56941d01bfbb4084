//! `to = "day-end"`: date -> date-time. The last second of the day in Denmark: what a
//! deadline given as a day means.

use super::{Conversion, Run};
use crate::kind::{Kind, Rule};
use crate::time;

pub(super) const DAY_END: Conversion = Conversion {
    key: "to",
    name: "day-end",
    signature: "date -> date-time",
    about: "The last second of the day in Denmark, with its offset.",
    examples: &[("2026-01-31", "2026-01-31T23:59:59+01:00"), ("2026-07-31+02:00", "2026-07-31T23:59:59+02:00")],
    run: Some(Run { accepts: &[Kind::Date], gives: Kind::DateTime, apply: day_end }),
};

fn day_end(text: &str) -> Result<String, Rule> {
    time::on_day(text, 23, 59, 59)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_the_clock_goes_back_ends_in_winter_time() {
        assert_eq!(day_end("2026-10-25").as_deref(), Ok("2026-10-25T23:59:59+01:00"));
    }

    #[test]
    fn going_there_and_back_gives_the_same_day() {
        for day in ["2026-03-29", "2026-10-25", "2026-12-31"] {
            let there = day_end(day).unwrap_or_default();
            assert_eq!(time::danish_date(&there).as_deref(), Ok(day));
        }
    }
}
