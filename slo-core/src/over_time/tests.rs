//! Against Prometheus' own test scripts (functions.test) and second ways to the same number.

use proptest::prelude::*;

use super::*;
use crate::counter::{STALE_NAN, Samples};
use crate::stats::Missing;
use crate::stats::quantile::{QuantileType, quantile_with};
use crate::time::Timestamp;

const INF: f64 = f64::INFINITY;

fn seconds(times: &[i64]) -> Vec<Timestamp> {
    times.iter().map(|s| Timestamp::from_nanos(s * 1_000_000_000)).collect()
}

/// Equal, or both NaN, to a relative 1e-12.
fn same(found: Option<f64>, expected: f64) {
    let found = found.unwrap();
    let near = found == expected || (found - expected).abs() <= 1e-12 * expected.abs();
    assert!(near || (found.is_nan() && expected.is_nan()), "{found} is not {expected}");
}

#[test]
fn means_are_those_of_prometheus_test_scripts() {
    let huge = 9.988_465_674_311_58e307;
    for (values, expected) in [
        (vec![1.0, 2.0, 3.0, 4.0, 5.0], 3.0),
        (vec![1.0, 2.0, 3.0, 4.0, INF], INF),
        (vec![1.0, 2.0, 3.0, 4.0, -INF], -INF),
        (vec![1.0, 2.0, 3.0, INF, -INF], f64::NAN),
        (vec![INF, 0.0, INF], INF),
        (vec![INF, INF, INF, -INF], f64::NAN),
        (vec![1.0, 2.0, 3.0, -INF, -INF], -INF),
        (vec![-INF, 0.0, -INF], -INF),
        (vec![-INF, -INF, -INF, INF], f64::NAN),
        (vec![1.0, 2.0, -INF, -INF, INF], f64::NAN),
        (vec![huge, huge], huge),
        (vec![-huge, -huge, -huge], -huge),
        (vec![-huge, huge], 0.0),
        (vec![1.0, 2.0, 3.0], 2.0),
        (vec![1.0, 2.0, 3.0, f64::NAN, f64::NAN], f64::NAN),
        (vec![1.0, 1e100, 1.0, -1e100], 0.5),
        (vec![1e10, 1e-6, 1e-6, 1e-6, 1e-6, 1e-6], 1.666_666_666_666_667_5e9),
        (
            vec![
                5.309_216_516_598_98,
                0.961_118_537_914_768,
                1.620_913_613_053_18,
                0.865_089_463_758_091,
                0.323_055_185_914_577,
                0.951_811_357_687_154,
            ],
            1.671_867_445_821_13,
        ),
        (vec![1.782_64e50, 0.763_427_71, 1.959_225_8, 7.698_054_12, 458.901_54], 3.565_28e49),
        (
            vec![
                -1.782_64e215,
                0.763_427_71,
                1.959_225_8,
                2.258e220,
                7.698_054_12,
                1.782_64e215,
                -458.901_54,
            ],
            3.225_714_285_714_286e219,
        ),
    ] {
        same(avg(&values), expected);
    }
    for len in 10..=13 {
        assert_eq!(avg(&vec![52.0; len]), Some(52.0));
    }
}

#[test]
fn means_are_those_of_prometheus_where_its_sum_loses_them() {
    // functions.test says that -44.848083237000004 would be right and 0 is what a compensated sum gives.
    let values = [
        -2.258e220,
        -1.782_64e219,
        0.763_427_71,
        1.959_225_8,
        2.375_768_9e217,
        -2.375_768_9e217,
        2.258e220,
        7.698_054_12,
        1.782_64e219,
        -458.901_54,
    ];
    assert_eq!(avg(&values), Some(0.0));
}

#[test]
fn sums_are_those_of_prometheus_test_scripts() {
    assert_eq!(sum(&[1.0, 1e100, 1.0, -1e100]), Some(2.0));
    assert_eq!(sum(&vec![1.0; 4000]), Some(4000.0));
    assert_eq!(sum(&[9.988_465_674_311_58e307; 2]), Some(INF));
    assert!(sum(&[INF, -INF]).unwrap().is_nan());
    assert_eq!(sum(&[INF, 1.0]), Some(INF));
}

#[test]
fn deviations_are_those_of_prometheus_test_scripts() {
    let values = [0.0, 8.0, 8.0, 2.0, 3.0];
    same(stdvar(&values), 10.56);
    // The script says 3.249615: the root of 10.56.
    same(stddev(&values), 10.56_f64.sqrt());
    let equal = [1.599_050_563_727_786_8; 3];
    assert_eq!((stdvar(&equal), stddev(&equal)), (Some(0.0), Some(0.0)));
    assert_eq!(stdvar(&[7.0]), Some(0.0));
}

#[test]
fn median_distances_are_those_of_prometheus_test_scripts() {
    for (values, expected) in [
        (vec![4.0, 6.0, 2.0, 1.0, 999.0, 1.0, 2.0], 1.0),
        (vec![1.0, 2.0, 3.0, 4.0, 5.0], 1.0),
        (vec![7.0; 5], 0.0),
        (vec![5.0], 0.0),
        (vec![1.0, 2.0, f64::NAN, 4.0], f64::NAN),
    ] {
        same(mad(&values), expected);
    }
}

#[test]
fn quantiles_are_those_of_prometheus_test_scripts() {
    let (two, three, uneven) = ([0.0, 1.0], [0.0, 1.0, 2.0], [0.0, 1.0, 4.0]);
    for (q, expected) in [
        (0.0, [0.0, 0.0, 0.0]),
        (0.5, [0.5, 1.0, 1.0]),
        (0.75, [0.75, 1.5, 2.5]),
        (0.8, [0.8, 1.6, 2.8]),
        (1.0, [1.0, 2.0, 4.0]),
        (-1.0, [-INF; 3]),
        (2.0, [INF; 3]),
        (f64::NAN, [f64::NAN; 3]),
    ] {
        for (values, expected) in [&two[..], &three, &uneven].into_iter().zip(expected) {
            same(quantile(q, values), expected);
        }
    }
    // NaN comes before all others.
    assert!(quantile(0.0, &[1.0, f64::NAN, 2.0]).unwrap().is_nan());
    assert_eq!(quantile(1.0, &[1.0, f64::NAN, 2.0]), Some(2.0));
}

#[test]
fn lines_are_those_of_prometheus_test_scripts() {
    // "Tests for deriv() and predict_linear()".
    let times: Vec<Timestamp> = seconds(&(0..=10).map(|i| 300 * i).collect::<Vec<_>>());
    let reset = [0.0, 10.0, 20.0, 30.0, 40.0, 0.0, 10.0, 20.0, 30.0, 40.0, 50.0];
    let samples = Samples::new(&times, &reset).unwrap();
    same(deriv(&samples), 0.010_606_060_606_060_607);
    let at = |s: i64| seconds(&[s])[0];
    same(predict_linear(&samples, at(3000), 3600.0), 76.818_181_818_181_81);
    same(predict_linear(&samples, at(600), 3600.0), 51.363_636_363_636_37);
    same(predict_linear(&samples, at(4200), 3600.0), 89.545_454_545_454_55);
    // The left-open 50 minutes leave the first sample out.
    let fifty = samples.between(at(0), at(3000));
    same(predict_linear(&fifty, at(3000), 3600.0), 70.0);
    let line: Vec<f64> = (0..=10).map(|i| f64::from(80 * i)).collect();
    same(deriv(&Samples::new(&times, &line).unwrap()), 0.266_666_666_666_666_66);
    let infinite = [&[-INF][..], &line[..9], &[INF]].concat();
    assert!(deriv(&Samples::new(&times, &infinite).unwrap()).unwrap().is_nan());
}

#[test]
fn equal_values_have_no_slope_and_equal_infinities_no_line() {
    let times = seconds(&[0, 1, 5]);
    let level = [0.1; 3];
    let samples = Samples::new(&times, &level).unwrap();
    assert_eq!((deriv(&samples), predict_linear(&samples, times[2], 1e9)), (Some(0.0), Some(0.1)));
    let infinite = [INF; 3];
    assert!(deriv(&Samples::new(&times, &infinite).unwrap()).unwrap().is_nan());
    let ended = [0.0, 1.0, STALE_NAN];
    assert_eq!(deriv(&Samples::new(&times, &ended).unwrap()), Some(1.0));
}

#[test]
fn smoothing_is_that_of_prometheus_test_scripts() {
    // "Tests for double_exponential_smoothing": a minute of a line every 10 seconds.
    for (last, step) in [(8000.0, 10.0), (16000.0, 20.0), (24000.0, 30.0), (32000.0, 40.0), (0.0, -10.0)] {
        let values: Vec<f64> = (0..6).rev().map(|i| last - step * f64::from(i)).collect();
        let level = double_exponential_smoothing(&values, 0.01, 0.1).unwrap().unwrap();
        assert!((level - last).abs() <= 1e-12 * 32000.0, "{level} is not {last}");
    }
    // By hand: s = 1, 3, then b = 0.25·2 + 0.75·2 = 2 and s = 0.5·9 + 0.5·5 = 7.
    assert_eq!(double_exponential_smoothing(&[1.0, 3.0, 9.0], 0.5, 0.25).unwrap(), Some(7.0));
    // Then b = 0.25·4 + 0.75·2 = 2.5 and s = 0.5·0 + 0.5·9.5.
    assert_eq!(double_exponential_smoothing(&[1.0, 3.0, 9.0, 0.0], 0.5, 0.25).unwrap(), Some(4.75));
    assert_eq!(double_exponential_smoothing(&[1.0, 3.0, 9.0, 0.0], 0.5, 0.75).unwrap(), Some(5.25));
    assert_eq!(double_exponential_smoothing(&[1.0], 0.5, 0.25).unwrap(), None);
    for (smoothing, trend) in [(0.0, 0.5), (1.0, 0.5), (0.5, 0.0), (0.5, 1.0), (f64::NAN, 0.5)] {
        assert!(double_exponential_smoothing(&[1.0, 2.0], smoothing, trend).is_err());
    }
}

#[test]
fn nothing_has_no_value() {
    for function in [avg, sum, min, max, count, first, last, present, stddev, stdvar, mad] {
        assert_eq!(function(&[]), None);
    }
    assert_eq!(quantile(0.5, &[]), None);
    let one = seconds(&[0]);
    for samples in [Samples::new(&[], &[]).unwrap(), Samples::new(&one, &[1.0]).unwrap()] {
        assert_eq!((deriv(&samples), predict_linear(&samples, one[0], 1.0)), (None, None));
    }
}

#[test]
fn extremes_pass_over_nan() {
    for values in [[f64::NAN, 1.0, 2.0], [1.0, f64::NAN, 2.0], [2.0, 1.0, f64::NAN]] {
        assert_eq!((min(&values), max(&values)), (Some(1.0), Some(2.0)));
    }
    assert!(min(&[f64::NAN; 2]).unwrap().is_nan() && max(&[f64::NAN; 2]).unwrap().is_nan());
    assert_eq!(
        (first(&[3.0, 4.0]), last(&[3.0, 4.0]), count(&[3.0, 4.0])),
        (Some(3.0), Some(4.0), Some(2.0))
    );
}

proptest! {
    #[test]
    fn quantiles_are_those_of_type_seven(values in prop::collection::vec(-1e6_f64..1e6, 1..40), q in 0.0_f64..=1.0) {
        let expected = quantile_with(&values, q, QuantileType::Linear, Missing::Error).unwrap();
        let found = quantile(q, &values).unwrap();
        // The position q (n - 1) is rounded here: half a unit of n times what lies between two values.
        prop_assert!((found - expected).abs() <= 4e-16 * 40.0 * 2e6, "{} is not {}", found, expected);
    }

    #[test]
    fn whole_numbers_have_exact_sums_and_moments(values in prop::collection::vec(-1_000_i32..1_000, 1..40)) {
        let floats: Vec<f64> = values.iter().copied().map(f64::from).collect();
        let (n, total) = (values.len() as f64, values.iter().map(|v| i64::from(*v)).sum::<i64>() as f64);
        let squares = values.iter().map(|v| i64::from(*v) * i64::from(*v)).sum::<i64>() as f64;
        prop_assert_eq!(sum(&floats), Some(total));
        prop_assert_eq!(avg(&floats), Some(total / n));
        let variance = (squares * n - total * total) / (n * n);
        // Welford's compensated update: some units in the last place of the squares.
        prop_assert!((stdvar(&floats).unwrap() - variance).abs() <= 1e-15 * squares.max(1.0));
    }

    #[test]
    fn a_line_is_found_again(slope in -1e3_f64..1e3, level in -1e3_f64..1e3, len in 2_i64..50, ahead in -1e3_f64..1e3) {
        let times: Vec<i64> = (0..len).map(|i| i * i + 3 * i).collect();
        let values: Vec<f64> = times.iter().map(|t| level + slope * *t as f64).collect();
        let times = seconds(&times);
        let samples = Samples::new(&times, &values).unwrap();
        // Rounding of the values, over a span of at least 4 seconds.
        let scale = (1.0 + level.abs() + slope.abs() * 2_600.0) * 1e-12;
        prop_assert!((deriv(&samples).unwrap() - slope).abs() <= scale);
        let predicted = predict_linear(&samples, times[0], ahead).unwrap();
        prop_assert!((predicted - (level + slope * ahead)).abs() <= scale * 1e3);
    }
}
