//! The x-requestIds seen lately.

use std::collections::{HashSet, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

/// Ids are kept for 7 days [wiki].
const KEPT: TimeDelta = TimeDelta::days(7);

/// Remembers every id of a well-formed write, refused ones too.
#[derive(Debug, Default)]
pub(crate) struct RequestIds {
    seen: HashSet<String>,
    by_time: VecDeque<(DateTime<Utc>, String)>,
}

impl RequestIds {
    /// Takes note of `id`; false when it was seen within the last 7 days.
    pub(crate) fn is_new(&mut self, id: &str, now: DateTime<Utc>) -> bool {
        self.forget(now);
        let new = self.seen.insert(id.to_owned());
        if new {
            self.by_time.push_back((now, id.to_owned()));
        }
        new
    }

    fn forget(&mut self, now: DateTime<Utc>) {
        while let Some((_, id)) = self.by_time.pop_front_if(|(at, _)| now - *at >= KEPT) {
            self.seen.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_again_after_seven_days() {
        let mut ids = RequestIds::default();
        let start = DateTime::UNIX_EPOCH;
        assert!(ids.is_new("a", start));
        assert!(!ids.is_new("a", start + KEPT - TimeDelta::seconds(1)));
        assert!(ids.is_new("b", start + TimeDelta::days(1)));
        assert!(ids.is_new("a", start + KEPT));
        assert!(!ids.is_new("b", start + KEPT));
    }
}
