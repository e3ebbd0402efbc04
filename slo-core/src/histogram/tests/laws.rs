//! Against single observations.

use proptest::prelude::*;

use super::*;

/// Observations as a histogram of a schema with a zero bucket.
fn observed(schema: i32, threshold: f64, values: &[f64]) -> Native {
    let mut h = Native::exponential(schema).unwrap().zero(threshold, 0.0).unwrap();
    for value in values {
        h = if value.abs() <= threshold {
            let (threshold, count) = h.zero_bucket();
            h.zero(threshold, count + 1.0).unwrap()
        } else {
            // The lowest bucket whose bound is not below the value, found by walking.
            let mut index = 0;
            while bounds::upper(schema, index) < value.abs() {
                index += 1;
            }
            while bounds::upper(schema, index - 1) >= value.abs() {
                index -= 1;
            }
            if *value > 0.0 { h.positive(index, &[1.0]).unwrap() } else { h.negative(index, &[1.0]).unwrap() }
        };
    }
    h.with_sum(values.iter().sum())
}

fn sample() -> impl Strategy<Value = (i32, Vec<f64>)> {
    (
        -4_i32..=8,
        prop::collection::vec(
            prop_oneof![-50.0_f64..50.0, -0.01_f64..0.01, Just(0.0), Just(1.0), Just(2.0)],
            1..30,
        ),
    )
}

proptest! {
    #[test]
    fn sums_are_the_histograms_of_all_observations((schema, left) in sample(), (other, right) in sample()) {
        let both = observed(schema, 0.0, &left).add(&observed(other, 0.0, &right)).unwrap();
        let all: Vec<f64> = left.iter().chain(&right).copied().collect();
        let expected = observed(schema.min(other), 0.0, &all);
        prop_assert_eq!(both.buckets(), expected.buckets());
        prop_assert_eq!(both.count(), expected.count());
        // And without the one, the other, in the coarser schema.
        let rest = both.subtract(&observed(other, 0.0, &right)).unwrap();
        prop_assert_eq!(rest.buckets(), observed(schema.min(other), 0.0, &left).buckets());
    }

    #[test]
    fn coarser_histograms_are_those_of_the_observations((schema, values) in sample(), steps in 0_i32..12) {
        let to = (schema - steps).max(-4);
        let coarse = observed(schema, 0.0, &values).to_schema(to).unwrap();
        prop_assert_eq!(coarse.buckets(), observed(to, 0.0, &values).buckets());
    }

    #[test]
    fn quantiles_lie_in_the_bucket_of_the_true_one((schema, values) in sample(), q in 0.0_f64..=1.0) {
        let h = observed(schema, 0.0, &values);
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = q * values.len() as f64;
        let place = (1..values.len()).find(|place| *place as f64 >= rank).unwrap_or(values.len());
        let found = h.quantile(q);
        // A rank that rounding puts on the border of two buckets may be in either.
        let near = [place.saturating_sub(2), place - 1, place.min(values.len() - 1)];
        let holds = |index: &usize| h.buckets().iter().any(|b| {
            let (v, slack) = (sorted[*index], 1e-12 * found.abs());
            b.left <= v && v <= b.right && b.left - slack <= found && found <= b.right + slack
        });
        prop_assert!(near.iter().any(holds), "{} of {:?}", found, h.buckets());
    }

    #[test]
    fn the_share_below_a_quantile_is_its_level((schema, values) in sample(), q in 0.01_f64..0.99) {
        let h = observed(schema, 0.0, &values);
        let value = h.quantile(q);
        let share = h.fraction(-INF, value);
        let zero = h.zero_bucket().1 / h.count();
        // Zero has no width: all that is there is at or above it.
        prop_assert!((share - q).abs() < 1e-9 || (value == 0.0 && share <= q && q <= share + zero + 1e-9));
    }

    #[test]
    fn growth_is_that_of_the_observations_whatever_the_resets(
        parts in prop::collection::vec((0_u32..6, 0_u32..6, prop::bool::weighted(0.2)), 2..12),
    ) {
        // Two buckets that grow; a restart sets both back. A restart that both overtake is seen by no one.
        let (mut low, mut high, mut histograms, mut grown) = (0.0, 0.0, Vec::new(), (0.0, 0.0));
        for (index, (a, b, restart)) in parts.iter().enumerate() {
            let (before_low, before_high) = (low, high);
            if *restart {
                (low, high) = (0.0, 0.0);
            }
            low += f64::from(*a);
            high += f64::from(*b);
            if index > 0 {
                let seen = low < before_low || high < before_high;
                let from = if seen { (0.0, 0.0) } else { (before_low, before_high) };
                grown = (grown.0 + low - from.0, grown.1 + high - from.1);
            }
            histograms.push(exponential(&[low, high]));
        }
        let times: Vec<Timestamp> = (1..=histograms.len()).map(|i| minutes(i64::try_from(i).unwrap())).collect();
        let found = increase(&times, &histograms, minutes(0), minutes(60), Exact).unwrap().unwrap();
        let count = |right: f64| found.buckets().iter().find(|b| b.right == right).map_or(0.0, |b| b.count);
        prop_assert_eq!((count(1.0), count(2.0)), grown);
    }
}
