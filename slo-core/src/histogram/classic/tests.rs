//! Against Prometheus' own test scripts (histograms.test).

use proptest::prelude::*;

use super::*;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// Equal to a relative 1e-15, or both NaN.
fn same(found: f64, expected: f64) {
    let near = found == expected || (found - expected).abs() <= 1e-15 * expected.abs().max(1e-3);
    assert!(near || (found.is_nan() && expected.is_nan()), "{found} is not {expected}");
}

/// The script's `testhistogram`, positive and negative, at 50 minutes.
const POSITIVE: ([f64; 4], [f64; 4]) = ([0.1, 0.2, 1.0, INF], [50.0, 70.0, 110.0, 120.0]);
const NEGATIVE: ([f64; 4], [f64; 4]) = ([-0.2, -0.1, 0.3, INF], [10.0, 20.0, 20.0, 30.0]);

#[test]
fn quantiles_are_those_of_prometheus_test_scripts() {
    for (q, positive, negative) in [
        (-0.1, -INF, -INF),
        (0.0, 0.0, -0.2),
        (0.2, 0.048, -0.2),
        (0.5, 0.15, -0.15),
        (0.8, 0.72, 0.3),
        (1.0, 1.0, 0.3),
        (1.01, INF, INF),
        (NAN, NAN, NAN),
    ] {
        same(quantile(q, &POSITIVE.0, &POSITIVE.1).unwrap(), positive);
        same(quantile(q, &NEGATIVE.0, &NEGATIVE.1).unwrap(), negative);
    }
    // testhistogram2: each in the middle of a bucket.
    let (bounds, cumulative) = ([0.0, 2.0, 4.0, 6.0, INF], [0.0, 1.0, 2.0, 3.0, 3.0]);
    for (q, expected) in [(1.0 / 6.0, 1.0), (0.5, 3.0), (5.0 / 6.0, 5.0)] {
        assert!((quantile(q, &bounds, &cumulative).unwrap() - expected).abs() < 1e-15 * 6.0);
    }
    // testhistogram3, with empty first buckets.
    let positive = ([0.0, 0.1, 0.2, 1.0, INF], [0.0, 50.0, 70.0, 110.0, 110.0]);
    let negative = ([-0.25, -0.2, -0.1, 0.3, INF], [0.0, 10.0, 20.0, 20.0, 20.0]);
    for (q, above, below) in
        [(0.0, 0.0, -0.25), (0.25, 0.055, -0.225), (0.5, 0.125, -0.2), (0.75, 0.45, -0.15), (1.0, 1.0, -0.1)]
    {
        same(quantile(q, &positive.0, &positive.1).unwrap(), above);
        same(quantile(q, &negative.0, &negative.1).unwrap(), below);
    }
    // request_duration_seconds of all jobs and instances together: 10, 19 and 25 in ten minutes.
    let (bounds, cumulative) = ([0.1, 0.2, INF], [10.0, 19.0, 25.0]);
    same(quantile(0.3, &bounds, &cumulative).unwrap(), 0.075);
    same(quantile(0.5, &bounds, &cumulative).unwrap(), 0.127_777_777_777_777_8);
}

#[test]
fn equal_bounds_are_one_bucket() {
    // mixed_bucket: le 0.1, 0.2, 2e-1, 2.0e-1 and +Inf.
    let (bounds, cumulative) = ([0.1, 0.2, 0.2, 0.2, INF], [1.0, 1.0, 1.0, 1.0, 4.0]);
    for (q, expected) in [(0.5, 0.15), (0.75, 0.2), (1.0, 0.2)] {
        same(quantile(q, &bounds, &cumulative).unwrap(), expected);
    }
    assert!(quantile(0.5, &[INF, INF], &[0.0, 0.0]).unwrap().is_nan());
}

#[test]
fn counts_that_fall_are_raised_and_reported() {
    // nonmonotonic_bucket.
    let bounds = [0.1, 1.0, 10.0, 100.0, 1000.0, INF];
    let cumulative = [20.0, 10.0, 50.0, 40.0, 90.0, 80.0];
    for (q, expected) in [(0.01, 0.0045), (0.5, 8.5), (0.99, 979.75)] {
        let found = quantile_repaired(q, &bounds, &cumulative).unwrap();
        same(found.value, expected);
        assert_eq!(found.repair, Some(Repair { lowest: 1.0, highest: INF, largest: 10.0 }));
    }
    let whole = quantile_repaired(0.5, &bounds, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
    assert_eq!(whole.repair, None);
    // Rounding is levelled without a word, up and down.
    for last in [1.0 + 1e-13, 1.0 - 1e-13] {
        let found = quantile_repaired(1.0, &[1.0, 2.0, INF], &[1.0, last, 1.0]).unwrap();
        assert_eq!(found, Quantile { value: 1.0, repair: None });
    }
    let more = quantile_repaired(1.0, &[1.0, 2.0, INF], &[1.0, 1.0 - 1e-11, 1.0]).unwrap();
    assert!(more.repair.is_some());
}

#[test]
fn what_has_no_quantile_is_nan() {
    for (bounds, cumulative) in
        [(vec![1.0, 2.0], vec![1.0, 2.0]), (vec![INF], vec![7.0]), (vec![1.0, INF], vec![0.0, 0.0])]
    {
        assert!(quantile(0.5, &bounds, &cumulative).unwrap().is_nan());
    }
    // q = 0 in an empty first bucket above 0: nothing is there.
    assert!(quantile(0.0, &[1.0, 2.0, INF], &[0.0, 1.0, 1.0]).unwrap().is_nan());
}

#[test]
fn shares_are_those_of_prometheus_test_scripts() {
    let up = ([1.0, 2.0, 3.0, INF], [1.0, 3.0, 6.0, 100.0]);
    let down = ([-3.0, -2.0, -1.0, INF], [10.0, 12.0, 15.0, 100.0]);
    let second = ([0.0, 2.0, 4.0, 6.0, INF], [0.0, 1.0, 2.0, 3.0, 3.0]);
    for (lower, upper, (bounds, cumulative), expected) in [
        (0.0, 1.5, (&up.0[..], &up.1[..]), 0.02),
        (-4.0, -2.0, (&down.0, &down.1), 0.02),
        (-INF, -1.5, (&down.0, &down.1), 0.135),
        (-INF, INF, (&up.0, &up.1), 1.0),
        (-INF, INF, (&down.0, &down.1), 1.0),
        (4.0, 5.0, (&up.0, &up.1), 0.0),
        (0.0, 1.0, (&down.0, &down.1), 0.0),
        (2.0, 5.0, (&up.0, &up.1), 0.03),
        (400.0, INF, (&up.0, &up.1), 0.94),
        (2.0, 2.0, (&up.0, &up.1), 0.0),
        (3.0, 2.0, (&up.0, &up.1), 0.0),
        (0.0, 1.0, (&[INF], &[100.0]), 0.0),
        (0.0, 5.0, (&up.0, &[0.0; 4]), NAN),
        (2.0, 3.5, (&up.0, &up.1), 0.03),
        (0.5, 2.0, (&up.0, &up.1), 0.025),
        (1.0, 3.0, (&up.0, &up.1), 0.05),
        (0.1, 0.75, (&[0.5, 1.0, INF], &[2.5, 7.5, 100.0]), 0.045),
        (-1.0, 1.0, (&[-2.0, -1.0, 0.0, 1.0, INF], &[5.0, 10.0, 15.0, 20.0, 100.0]), 0.1),
        (NAN, 1.0, (&up.0, &up.1), NAN),
        (0.0, NAN, (&up.0, &up.1), NAN),
        (-10.0, -5.0, (&up.0, &up.1), 0.0),
        (5.0, 10.0, (&up.0, &up.1), 0.0),
        (0.0, 4.0, (&second.0, &second.1), 0.666_666_666_666_666_6),
        (0.0, 3.5, (&second.0, &second.1), 0.583_333_333_333_333_4),
        (0.0, 6.0, (&second.0, &second.1), 1.0),
        (0.0, 1.0, (&[1.0, 2.0], &[1.0, 2.0]), NAN),
    ] {
        same(fraction(lower, upper, bounds, cumulative).unwrap(), expected);
    }
}

#[test]
fn what_is_no_histogram_is_refused() {
    assert!(matches!(quantile(0.5, &[], &[]), Err(Error::TooShort { .. })));
    assert!(matches!(quantile(0.5, &[1.0], &[]), Err(Error::LengthMismatch { .. })));
    assert!(matches!(quantile(0.5, &[NAN], &[1.0]), Err(Error::InvalidParameter { name: "bounds", .. })));
    assert!(matches!(fraction(0.0, 1.0, &[1.0, INF], &[1.0, NAN]), Err(Error::NonFinite { index: 1, .. })));
    assert!(matches!(
        fraction(0.0, 1.0, &[1.0, INF], &[-1.0, 0.0]),
        Err(Error::NegativeCount { index: 0, .. })
    ));
}

proptest! {
    #[test]
    fn the_share_below_a_quantile_is_its_level(
        steps in prop::collection::vec((1_u32..20, 1_u32..20), 1..12), q in 0.01_f64..0.99,
    ) {
        let mut bounds = Vec::new();
        let mut cumulative = Vec::new();
        let (mut bound, mut total) = (0.0, 0.0);
        for (width, count) in steps {
            bound += f64::from(width);
            total += f64::from(count);
            bounds.push(bound);
            cumulative.push(total);
        }
        bounds.push(INF);
        cumulative.push(total);
        let value = quantile(q, &bounds, &cumulative).unwrap();
        let share = fraction(-INF, value, &bounds, &cumulative).unwrap();
        prop_assert!((share - q).abs() < 1e-13);
        // In any order of the buckets.
        bounds.reverse();
        cumulative.reverse();
        prop_assert_eq!(quantile(q, &bounds, &cumulative).unwrap(), value);
    }

    #[test]
    fn no_counts_make_a_quantile_panic(
        bounds in prop::collection::vec(-5_i32..5, 1..8), counts in prop::collection::vec(0_u32..9, 8), q in -0.5_f64..1.5,
    ) {
        let mut bounds: Vec<f64> = bounds.into_iter().map(f64::from).collect();
        bounds.push(INF);
        let counts: Vec<f64> = counts[..bounds.len().min(8)].iter().copied().map(f64::from).collect();
        prop_assume!(bounds.len() == counts.len());
        let found = quantile_repaired(q, &bounds, &counts).unwrap();
        if (0.0..=1.0).contains(&q) && !found.value.is_nan() {
            let finite = || bounds.iter().filter(|b| b.is_finite());
            let (least, most) = (finite().copied().fold(0.0, f64::min), finite().copied().fold(-9.0, f64::max));
            prop_assert!(found.value >= least.min(0.0) && found.value <= most);
        }
        fraction(q, q + 1.0, &bounds, &counts).unwrap();
    }
}
