//! The test of a sample and the detector.

use proptest::prelude::*;
use slo_core::ErrorKind;

use super::*;
use crate::detector::{Detector, OnlineDetector};

fn tested(values: &[f64], ratio: DixonRatio, side: Side) -> crate::TestResult {
    dixon_test(values, ratio, side, 0.05).unwrap()
}

#[test]
fn a_constant_sample_has_no_suspect() {
    for ratio in DixonRatio::ALL {
        for side in [Side::Both, Side::Upper, Side::Lower] {
            let result = tested(&[7.25; 8], ratio, side);
            assert_eq!((result.statistic, result.p_value), (0.0, 1.0));
            assert!(result.suspects.is_empty());
        }
    }
    assert!(Dixon::new().detect(&[7.25; 8]).unwrap().outliers.is_empty());
}

#[test]
fn ties_at_an_end_leave_no_gap_for_the_ratios_that_look_one_far() {
    let values = [1.0, 2.0, 3.0, 4.0, 5.0, 20.0, 20.0];
    let one = tested(&values, DixonRatio::R10, Side::Upper);
    assert_eq!((one.statistic, one.p_value, one.index()), (0.0, 1.0, None));
    let two = tested(&values, DixonRatio::R20, Side::Upper);
    assert_eq!((two.statistic, two.index()), (15.0 / 19.0, Some(5)));
    // Equal values are judged alike.
    assert_eq!(Dixon::new().ratio(DixonRatio::R20).detect(&values).unwrap().indices(), [5, 6]);
}

#[test]
fn one_value_off_a_constant_has_probability_zero() {
    let result = tested(&[5.0, 5.0, 9.0, 5.0, 5.0], DixonRatio::R10, Side::Both);
    assert_eq!((result.statistic, result.p_value, result.index()), (1.0, 0.0, Some(2)));
}

#[test]
fn the_more_extreme_side_is_taken_and_the_upper_of_two_equals() {
    let values = [0.0, 4.0, 5.0, 6.0, 7.0];
    assert_eq!(tested(&values, DixonRatio::R10, Side::Both).index(), Some(0));
    assert_eq!(tested(&values, DixonRatio::R10, Side::Upper).index(), Some(4));
    let even = [0.0, 4.0, 5.0, 6.0, 10.0];
    assert_eq!(tested(&even, DixonRatio::R10, Side::Both).index(), Some(4));
    assert_eq!(tested(&even, DixonRatio::R10, Side::Lower).index(), Some(0));
}

#[test]
fn the_ratio_follows_the_length() {
    // Dixon (1953), and type 0 of R's dixon.test.
    for (n, ratio) in [
        (3, DixonRatio::R10),
        (7, DixonRatio::R10),
        (8, DixonRatio::R11),
        (10, DixonRatio::R11),
        (11, DixonRatio::R21),
        (13, DixonRatio::R21),
        (14, DixonRatio::R22),
        (40, DixonRatio::R22),
    ] {
        let values: Vec<f64> = (0..n).map(|i| f64::from(i * i)).collect();
        let side = Side::Upper;
        assert_eq!(tested(&values, DixonRatio::Auto, side), tested(&values, ratio, side));
        assert_eq!(tested(&values, ratio, side).statistic, ratios(&values, ratio.reach()).0);
    }
}

#[test]
fn the_critical_value_decides_as_the_p_value_does() {
    let values = [0.0, 0.3, 1.0, 0.5, 4.0, 0.2];
    for ratio in DixonRatio::ALL {
        for side in [Side::Both, Side::Upper] {
            let p = tested(&values, ratio, side).p_value;
            for (alpha, significant) in [(p * (1.0 + 1e-9), true), (p * (1.0 - 1e-9), false)] {
                let result = dixon_test(&values, ratio, side, alpha).unwrap();
                assert_eq!(result.statistic > result.critical.unwrap(), significant, "{ratio}");
                let found = Dixon::new().ratio(ratio).side(side).alpha(alpha).detect(&values).unwrap();
                assert_eq!(found.indices() == [4], significant);
            }
        }
    }
}

#[test]
fn huge_values_do_not_overflow_and_an_offset_costs_nothing() {
    let values = [0.25, 0.5, 1.0, 0.75, 4.0, 0.375, 0.625];
    let plain = tested(&values, DixonRatio::R11, Side::Both);
    let shifted = values.map(|value| value + 1e9);
    assert_eq!(tested(&shifted, DixonRatio::R11, Side::Both), plain);
    let huge = [-1e308, 1e308, -0.9e308, -0.8e308, -0.95e308];
    let result = tested(&huge, DixonRatio::R10, Side::Both);
    assert_close(result.statistic, 0.9, 1e-15);
    assert_eq!(result.index(), Some(1));
    let tiny = values.map(|value| value * f64::MIN_POSITIVE * 0.125);
    assert_eq!(tested(&tiny, DixonRatio::R11, Side::Both), plain);
}

#[test]
fn what_is_no_sample_is_refused() {
    let refused = |values: &[f64], alpha: f64| {
        dixon_test(values, DixonRatio::Auto, Side::Both, alpha).unwrap_err().kind()
    };
    assert_eq!(refused(&[], 0.05), ErrorKind::TooShort);
    assert_eq!(refused(&[1.0, 2.0], 0.05), ErrorKind::TooShort);
    assert_eq!(refused(&[1.0, f64::NAN, 2.0], 0.05), ErrorKind::NonFinite);
    assert_eq!(refused(&[1.0, f64::INFINITY, 2.0], 0.05), ErrorKind::NonFinite);
    assert_eq!(refused(&vec![0.0; 10_001], 0.05), ErrorKind::LimitExceeded);
    for alpha in [0.0, 1.0, -0.5, 5.0, f64::NAN] {
        assert_eq!(refused(&[1.0, 2.0, 3.0], alpha), ErrorKind::InvalidParameter);
        assert_eq!(Dixon::new().alpha(alpha).check().unwrap_err().kind(), ErrorKind::InvalidParameter);
    }
    let short = Dixon::new().detect(&[1.0, 2.0]).unwrap();
    assert!(short.outliers.is_empty() && short.scores.iter().all(|score| score.is_nan()));
    assert_eq!(Dixon::new().rolling(10_000).unwrap_err().kind(), ErrorKind::LimitExceeded);
    assert!(Dixon::new().rolling(9_999).is_ok());
}

#[test]
fn a_new_value_is_judged_at_its_end_of_the_window() {
    let values = [1.0, 1.5, 0.5, 1.25, 0.75, 6.0, 0.875, -40.0];
    let rolling = Dixon::new().ratio(DixonRatio::R10).alpha(0.02).rolling(5).unwrap().min_baseline(4);
    let found = rolling.detect(&values).unwrap();
    assert_eq!(found.indices(), [5, 7]);
    // (6 - 1.5)/(6 - 0.5), and -(0.5 + 40)/(6 + 40) among 0.5, 1.25, 0.75, 6, 0.875.
    assert_eq!((found.scores[5], found.scores[6]), (4.5 / 5.5, 0.0));
    let law = distribution(DixonRatio::R10, 6);
    let verdict = found.outliers[0];
    assert_close(verdict.p_value().unwrap(), law.sf(4.5 / 5.5) / 3.0, 1e-14);
    assert!(verdict.exact());
    assert_close(verdict.threshold, law.upper_quantile(0.06).unwrap(), 1e-14);
    assert_eq!(rolling.online().unwrap().observe_many(&values).unwrap(), found);
}

#[test]
fn in_a_window_false_alarms_come_as_often_as_alpha_says_for_each_value() {
    // SEMANTICS 25, per value; 3 √(0.01 · 0.99 · 40000) = 60. The windows overlap: their alarms are nearly
    // uncorrelated, as a value is seldom at an end twice.
    let values = normal(&mut Random::seeded(26), 40_030);
    for (ratio, side) in
        [(DixonRatio::R10, Side::Both), (DixonRatio::R21, Side::Both), (DixonRatio::R22, Side::Upper)]
    {
        let rolling = Dixon::new().ratio(ratio).side(side).alpha(0.01).rolling(29).unwrap().min_baseline(29);
        let alarms = rolling.detect(&values[..40_029]).unwrap().outliers.len();
        assert!(alarms.abs_diff(400) <= 60, "{ratio}: {alarms}");
    }
}

#[test]
fn where_alpha_exceeds_what_ends_are_likely_every_new_end_is_flagged() {
    // One in three of three values is the greatest, so that 0.9 on both sides is more than all.
    let rolling = Dixon::new().alpha(0.9).rolling(2).unwrap();
    let found = rolling.detect(&[1.0, 2.0, 2.5, 2.25]).unwrap();
    assert_eq!(found.indices(), [2]);
    assert_eq!(found.threshold, f64::MIN_POSITIVE);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_statistic_is_its_definition(
        values in prop::collection::vec(-1000_i32..1000, 6..40),
        ratio in prop::sample::select(&DixonRatio::ALL),
    ) {
        let values: Vec<f64> = values.into_iter().map(|value| f64::from(value) / 64.0).collect();
        let (upper, lower) = ratios(&values, ratio.reach());
        let defined = |ratio: f64| if ratio.is_nan() { 0.0 } else { ratio };
        prop_assert_eq!(tested(&values, ratio, Side::Upper).statistic, defined(upper));
        prop_assert_eq!(tested(&values, ratio, Side::Lower).statistic, defined(lower));
        let mirrored: Vec<f64> = values.iter().map(|value| -value).collect();
        let (result, turned) = (tested(&values, ratio, Side::Upper), tested(&mirrored, ratio, Side::Lower));
        prop_assert_eq!((result.p_value, result.suspects), (turned.p_value, turned.suspects));
    }
}
