//! "Did you mean": the nearest of the names that would have been right.

/// The candidate closest to `wanted`, if one is close enough to be a slip of the pen:
/// at most a third of its letters wrong, swapped, missing or too many, case aside.
pub(crate) fn nearest<'c>(wanted: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted: Vec<char> = wanted.to_lowercase().chars().collect();
    let limit = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&wanted, &candidate.to_lowercase().chars().collect::<Vec<_>>()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The hint for a name that is not in a list: the nearest one, or the whole list.
pub(crate) fn hint<'c>(wanted: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    match nearest(wanted, candidates.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if candidates.is_empty() => "there is none to choose from".to_owned(),
        None => format!("one of: {}", candidates.join(", ")),
    }
}

/// Edits from one word to the other; two neighbours swapped count as one edit.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let change = above[column] + usize::from(letter != other);
            let mut best = change.min(above[column + 1] + 1).min(line[column] + 1);
            if row > 0 && column > 0 && *letter == right[column - 1] && left[row - 1] == *other {
                best = best.min(before[column - 1] + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut above, line);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        let names = ["BookingStartTime", "BookingEndTime", "SelfBooked"];
        assert_eq!(nearest("BookingStarTime", names), Some("BookingStartTime"));
        assert_eq!(nearest("bookingendtime", names), Some("BookingEndTime"));
        assert_eq!(nearest("SlefBooked", names), Some("SelfBooked"));
    }

    #[test]
    fn what_is_far_off_gets_the_list_instead() {
        assert_eq!(nearest("Address", ["BookingStartTime"]), None);
        assert_eq!(hint("zzzzzzzz", ["read", "once"]), "one of: read, once");
    }
}
