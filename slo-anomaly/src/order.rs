//! Robust centres and scales of values in order of size.

/// What turns the median distance of normal values into their deviation: 1 / Φ⁻¹(3/4).
pub(crate) const NORMAL: f64 = 1.482_602_218_505_602;

use crate::three_sigma::Scale;

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

/// The median of `len` values and 1.4826 times their median distance from it, `at` giving them in increasing order.
///
/// `len` is at least 1. Takes `O(log len)` calls: the distances fall towards the median and rise from it, so the middle
/// ones are found by bisection between both branches.
pub(crate) fn median_and_mad(len: usize, at: impl Fn(usize) -> f64) -> (f64, f64) {
    let half = len / 2;
    let median = if len % 2 == 1 { at(half) } else { f64::midpoint(at(half - 1), at(half)) };
    // Distances below the median, from it outwards, and at or above it.
    let below = |index: usize| median - at(half - 1 - index);
    let above = |index: usize| at(half + index) - median;
    let smallest = |count: usize| {
        // The `count` smallest distances: `left` of them below, the rest above.
        let mut from = count.saturating_sub(len - half);
        let mut to = count.min(half);
        while from < to {
            let left = usize::midpoint(from, to);
            if below(left) < above(count - left - 1) {
                from = left + 1;
            } else {
                to = left;
            }
        }
        let (left, right) = (from, count - from);
        let highest = |taken: usize, at: &dyn Fn(usize) -> f64| taken.checked_sub(1).map_or(0.0, at);
        highest(left, &below).max(highest(right, &above))
    };
    let distance =
        if len % 2 == 1 { smallest(half + 1) } else { f64::midpoint(smallest(half), smallest(half + 1)) };
    (median, NORMAL * distance)
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
        let (median, mad) = median_and_mad(8, |index| values[index]);
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
