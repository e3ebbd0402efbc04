use proptest::prelude::*;
use slo_testkit::assert_close_absolute;

use super::*;
use crate::ErrorKind;

/// The definition: all pairs, sorted.
fn naive(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let half = sorted.len() / 2;
    let median =
        if sorted.len() % 2 == 1 { sorted[half] } else { f64::midpoint(sorted[half - 1], sorted[half]) };
    let ties: Vec<usize> = (0..sorted.len()).filter(|index| sorted[*index] == median).collect();
    let mut kernels = Vec::new();
    for (i, upper) in sorted.iter().enumerate().filter(|(_, value)| **value >= median) {
        for (j, lower) in sorted.iter().enumerate().filter(|(_, value)| **value <= median) {
            kernels.push(if *upper == median && *lower == median {
                // Both indices among the ties, from 1.
                let sum = (i - ties[0] + 1) + (j - ties[0] + 1);
                (ties.len() as f64 + 1.0 - sum as f64).clamp(-1.0, 1.0)
            } else {
                ((upper - median) - (median - lower)) / (upper - lower)
            });
        }
    }
    kernels.sort_unstable_by(f64::total_cmp);
    let half = kernels.len() / 2;
    if kernels.len() % 2 == 1 { kernels[half] } else { f64::midpoint(kernels[half - 1], kernels[half]) }
}

#[allow(clippy::approx_constant, reason = "-3.14 was drawn")]
#[test]
fn published_code_finds_the_same() {
    // statsmodels 0.15.0, `medcouple(y, use_fast=False)`.
    let cases: &[(&[f64], f64)] = &[
        (&[1.0, 2.0, 4.0, 7.0, 11.0, 16.0, 22.0, 29.0, 37.0, 46.0], 0.305_555_555_555_555_6),
        (&[0.2, 0.5, 0.5, 0.5, 1.25, 3.5, 9.0, 0.5, 0.1], 0.791_443_850_267_379_7),
        (&[-3.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0], 0.0),
        (&[1.0, 1.0, 1.0, 2.0, 3.0], 1.0),
        (&[5.0, 6.0, 5.0, 7.0, 6.0, 60.0], 0.0),
        (
            &[
                1.073, 0.308, 5.375, 0.366, 0.115, 1.8, 0.499, 0.551, 0.03, 0.764, 1.041, 0.231, 1.677,
                0.209, 0.786, 0.129, 0.923, 0.462, 0.689, 2.649, 1.115, 0.899, 2.84, 2.031, 1.166,
            ],
            0.274_670_018_856_065_3,
        ),
        (
            &[
                -1.21, -0.59, -0.66, -0.09, -6.05, -3.14, -0.72, -2.17, -1.32, -0.57, -2.66, -0.73, -0.72,
                -0.45, -1.58, -0.91, -1.73, -0.54, -1.14, -0.41, -2.32, -1.21, -1.39, -1.51, -0.36, -2.19,
                -7.82, -0.19, -0.18, -0.22, -2.32, -1.14, -2.94, -2.06, -1.23, -1.33, -0.84, -2.38, -0.32,
                -0.66,
            ],
            -0.156_309_383_766_175_18,
        ),
    ];
    for (values, expected) in cases {
        assert_close_absolute(medcouple(values).unwrap(), *expected, 1e-15);
    }
}

#[test]
fn one_and_two_values_have_no_skewness() {
    for values in [&[7.0][..], &[1.0, 9.0], &[4.0, 4.0], &[0.0, -0.0]] {
        assert_eq!(medcouple(values).unwrap(), 0.0);
    }
}

#[test]
fn a_tail_on_one_side_alone_has_the_greatest_skewness() {
    assert_eq!(medcouple(&[1.0, 1.0, 1.0, 2.0, 3.0]).unwrap(), 1.0);
    assert_eq!(medcouple(&[1.0, 1.0, 1.0, 0.0, -3.0]).unwrap(), -1.0);
}

#[test]
fn values_at_the_ends_of_the_floats_have_a_medcouple() {
    let unit = medcouple(&[-1.0, -0.5, 0.25, 0.5, 1.0]).unwrap();
    for scale in [f64::MAX, 1e-300] {
        let values = [-1.0, -0.5, 0.25, 0.5, 1.0].map(|value| value * scale);
        assert_close_absolute(medcouple(&values).unwrap(), unit, 1e-15);
    }
}

#[test]
fn what_has_no_medcouple_is_refused() {
    assert_eq!(medcouple(&[]).unwrap_err().kind(), ErrorKind::TooShort);
    assert_eq!(medcouple(&[1.0, f64::NAN]).unwrap_err().kind(), ErrorKind::NonFinite);
}

#[test]
fn many_values_take_no_time_of_pairs() {
    // Two hundred thousand have ten thousand million pairs. Of 4001 and 6001 quantiles of an exponential distribution
    // statsmodels finds 0.333332 and 0.333333.
    let values: Vec<f64> = (0..200_000).map(|i| -((f64::from(i) + 0.5) / 200_000.0).ln()).collect();
    assert_close_absolute(medcouple(&values).unwrap(), 1.0 / 3.0, 1e-5);
}

fn samples() -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        prop::collection::vec(-1e3..1e3_f64, 1..60),
        prop::collection::vec((-4..5_i32).prop_map(f64::from), 1..60),
        prop::collection::vec((-6.0..6.0_f64).prop_map(f64::exp), 1..60),
    ]
}

proptest! {
    #[test]
    fn the_middle_is_that_of_all_pairs(values in samples()) {
        assert_close_absolute(medcouple(&values).unwrap(), naive(&values), 1e-14);
    }

    #[test]
    fn upside_down_it_changes_its_sign_and_another_unit_changes_nothing(values in samples(), power in -200..200_i32) {
        let found = medcouple(&values).unwrap();
        prop_assert!((-1.0..=1.0).contains(&found));
        let negative: Vec<f64> = values.iter().map(|value| -value).collect();
        assert_close_absolute(medcouple(&negative).unwrap(), -found, 1e-15);
        let scaled: Vec<f64> = values.iter().map(|value| value * 2_f64.powi(power)).collect();
        prop_assert_eq!(medcouple(&scaled).unwrap(), found);
    }
}
