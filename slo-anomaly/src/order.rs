//! Robust centres and scales of values in order of size.

use slo_core::stats;

use crate::three_sigma::Scale;

/// What turns the median distance of normal values into their deviation: 1 / Φ⁻¹(3/4).
pub(crate) const NORMAL: f64 = 1.482_602_218_505_602;

/// The median of `len` values in increasing order, and their robust scale on the side of `value`.
pub(crate) fn center_and_scale(
    scale: Scale,
    len: usize,
    at: impl Fn(usize) -> f64,
    value: f64,
) -> (f64, f64) {
    match scale {
        Scale::Iqr => (median(0, len, &at), (quarter(3, len, &at) - quarter(1, len, &at)) * NORMAL / 2.0),
        Scale::DoubleMad => {
            let center = median(0, len, &at);
            let distance = if value < center {
                center - median(0, first(len, |index| at(index) > center), &at)
            } else {
                median(first(len, |index| at(index) >= center), len, &at) - center
            };
            (center, NORMAL * distance)
        }
        Scale::Sample | Scale::Population | Scale::Mad => median_and_mad(len, at),
    }
}

/// The median of the values from one place until another, of which there is one at least.
fn median(from: usize, until: usize, at: &impl Fn(usize) -> f64) -> f64 {
    let (lower, upper) = ((from + until - 1) / 2, usize::midpoint(from, until));
    if lower == upper { at(lower) } else { f64::midpoint(at(lower), at(upper)) }
}

/// The quartile of type 7: so many quarters of the way from the first place to the last.
fn quarter(quarters: usize, len: usize, at: &impl Fn(usize) -> f64) -> f64 {
    let (place, rest) = ((len - 1) * quarters / 4, (len - 1) * quarters % 4);
    let low = at(place);
    if rest == 0 { low } else { low + (at(place + 1) - low) * (rest as f64 / 4.0) }
}

/// The first of `len` places that passes a test, as do all after it; `len` if none does.
fn first(len: usize, passes: impl Fn(usize) -> bool) -> usize {
    let (mut from, mut to) = (0, len);
    while from < to {
        let middle = usize::midpoint(from, to);
        if passes(middle) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    from
}

/// The median of `len` values and 1.4826 times their median distance from it, `at` giving them in increasing order; NaN
/// without any.
pub(crate) fn median_and_mad(len: usize, at: impl Fn(usize) -> f64) -> (f64, f64) {
    stats::median_and_mad(len, at).map_or((f64::NAN, f64::NAN), |(median, mad)| (median, NORMAL * mad))
}

/// As [`median_and_mad`], of values that stand in increasing order.
pub(crate) fn median_and_mad_of(sorted: &[f64]) -> (f64, f64) {
    median_and_mad(sorted.len(), |rank| sorted.get(rank).copied().unwrap_or(f64::NAN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By the definition, with two sorts.
    fn naive(sorted: &[f64]) -> (f64, f64) {
        let middle = |sorted: &[f64]| {
            let half = sorted.len() / 2;
            if sorted.len() % 2 == 1 { sorted[half] } else { f64::midpoint(sorted[half - 1], sorted[half]) }
        };
        let median = middle(sorted);
        let mut distances: Vec<f64> = sorted.iter().map(|value| (value - median).abs()).collect();
        distances.sort_unstable_by(f64::total_cmp);
        (median, NORMAL * middle(&distances))
    }

    #[test]
    fn the_uranium_samples_median_and_distance_are_rs() {
        // R 4.2.2: `median` 201.37 and `mad(constant = 1)` 0.995; its constant is 1.4826, rounded.
        let mut values = [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57];
        values.sort_unstable_by(f64::total_cmp);
        let (median, mad) = median_and_mad_of(&values);
        slo_testkit::assert_close(median, 201.37, 1e-12);
        slo_testkit::assert_close(mad, 0.995 * NORMAL, 1e-12);
    }

    proptest! {
        #[test]
        fn bisection_finds_what_sorting_finds(mut values in prop::collection::vec(-20i32..20, 1..40)) {
            values.sort_unstable();
            let sorted: Vec<f64> = values.into_iter().map(f64::from).collect();
            prop_assert_eq!(median_and_mad(sorted.len(), |index| sorted[index]), naive(&sorted));
        }

        #[test]
        fn so_it_does_without_ties(mut sorted in prop::collection::vec(-1e3..1e3, 1..60)) {
            sorted.sort_unstable_by(f64::total_cmp);
            prop_assert_eq!(median_and_mad(sorted.len(), |index| sorted[index]), naive(&sorted));
        }
    }
}
