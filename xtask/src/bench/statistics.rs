//! Medians and spreads of a few numbers.

/// The middle one, or the mean of the middle two; NaN for none.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => sorted[half],
        _ => f64::midpoint(sorted[half - 1], sorted[half]),
    }
}

/// The ends of the middle half; NaN for none.
pub(super) fn quartiles(values: &[f64]) -> (f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |quarter: usize| sorted.get(sorted.len().saturating_sub(1) * quarter / 4).copied().unwrap_or(f64::NAN);
    (at(1), at(3))
}

/// The least and the greatest.
pub(super) fn range(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)))
}

/// How far they lie apart, as a share of the median.
pub(super) fn spread(values: &[f64]) -> f64 {
    let (low, high) = range(values);
    (high - low) / median(values)
}

#[cfg(test)]
mod tests {
    use super::{median, quartiles, spread};

    #[test]
    fn the_median_does_not_care_for_order() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), 2.5);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn quartiles_leave_out_the_extremes() {
        assert_eq!(quartiles(&[90.0, 2.0, 1.0, 4.0, 3.0]), (2.0, 4.0));
        assert_eq!(quartiles(&[7.0]), (7.0, 7.0));
        assert!(quartiles(&[]).0.is_nan());
    }

    #[test]
    fn the_spread_is_relative() {
        assert_eq!(spread(&[80.0, 100.0, 120.0]), 0.4);
    }
}
