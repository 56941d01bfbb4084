//! Time and new ids: the one place that asks the machine for them, so that everything else
//! is given them and can be tested with fixed ones.

use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Europe::Copenhagen;
use uuid::Uuid;

/// Now, in UTC.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that asks for the time")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A moment with Denmark's offset at that moment.
#[must_use]
pub fn in_denmark(moment: DateTime<Utc>) -> DateTime<FixedOffset> {
    moment.with_timezone(&Copenhagen).fixed_offset()
}

/// A new random id.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
pub fn new_id() -> Uuid {
    Uuid::new_v4()
}
