use super::*;
use crate::stats::Missing;
use crate::time::{Duration, Timestamp};
use proptest::prelude::*;
use slo_testkit::{Random, assert_close};

/// Skewness and z-score of the last of some values: central sums of integers, exact in 128 bits.
fn exact(units: &[i64], ddof: usize) -> (f64, f64) {
    let n = units.len() as i128;
    let sum: i128 = units.iter().map(|x| i128::from(*x)).sum();
    // n times the distances from the mean.
    let far: Vec<i128> = units.iter().map(|x| n * i128::from(*x) - sum).collect();
    let squares = far.iter().map(|d| d * d).sum::<i128>() as f64;
    let cubes = far.iter().map(|d| d * d * d).sum::<i128>() as f64;
    let n = n as f64;
    let skewness = n * (n - 1.0).sqrt() / (n - 2.0) * (cubes / (squares * squares.sqrt()));
    (skewness, far[far.len() - 1] as f64 / (squares / (n - ddof as f64)).sqrt())
}

fn noise(seed: u64, count: usize) -> Vec<i64> {
    let mut random = Random::seeded(seed);
    #[allow(clippy::cast_possible_truncation, reason = "it is below 10^5")]
    let unit = |random: &mut Random| (random.uniform().powi(3) * 1e5) as i64;
    (0..count).map(|_| unit(&mut random)).collect()
}

fn floats(units: &[i64], offset: f64, unit: f64) -> Vec<f64> {
    units.iter().map(|x| offset + *x as f64 * unit).collect()
}

#[test]
fn shapes_equal_exact_integer_arithmetic_at_any_offset_and_size() {
    let units = noise(1, 4_000);
    for (offset, unit) in [
        (0.0, 1.0),
        (1e9, 2_f64.powi(-20)),
        (-1e15, 1.0),
        (0.0, f64::from_bits(1 << 14)), // 2^-1060
        (0.0, 2_f64.powi(1000)),
        (0.0, 2_f64.powi(400)),
        (0.0, 2_f64.powi(-400)),
        (0.0, 2_f64.powi(600)),
    ] {
        let values = floats(&units, offset, unit);
        for window in [3, 4, 60, 1440] {
            let rolling = Rolling::new(window).unwrap();
            let (skewness, z) = (rolling.skewness(&values).unwrap(), rolling.z_score(&values).unwrap());
            assert!(skewness[..window - 1].iter().chain(&z[..window - 1]).all(|x| x.is_nan()));
            for place in (window - 1..values.len()).step_by(1 + window / 5) {
                let (expected, expected_z) = exact(&units[place + 1 - window..=place], 1);
                assert!(
                    (skewness[place] - expected).abs() <= 1e-13 * (1.0 + expected.abs()),
                    "{offset} {unit} {place}"
                );
                assert!(
                    (z[place] - expected_z).abs() <= 1e-13 * (1.0 + expected_z.abs()),
                    "{offset} {unit} {place}"
                );
            }
        }
    }
}

#[test]
fn small_samples_are_skewed_as_scipy_says() {
    // scipy 1.17.1: scipy.stats.skew([1, 2, 3, 4, 10], bias=False) and of [2, 8, 0, 4, 1, 9, 9, 0].
    let last =
        |values: &[f64]| Rolling::new(values.len()).unwrap().skewness(values).unwrap()[values.len() - 1];
    assert_close(last(&[1.0, 2.0, 3.0, 4.0, 10.0]), 1.697_056_274_847_714, 1e-14);
    assert_close(last(&[2.0, 8.0, 0.0, 4.0, 1.0, 9.0, 9.0, 0.0]), 0.330_582_180_407_974_6, 1e-14);
}

#[test]
fn what_has_left_a_window_leaves_no_trace() {
    // pandas keeps running sums: a spike of 1e12 spoils its rolling skewness for ever.
    let calm = floats(&noise(2, 600), 100.0, 2_f64.powi(-10));
    for spike in [1e12, 1e17, -1e150, 1e300, f64::MAX, 1e-320] {
        for at in [0, 59, 60, 61, 300] {
            let mut values = calm.clone();
            values[at] = spike;
            let rolling = Rolling::new(60).unwrap();
            for column in [Rolling::skewness, Rolling::z_score] {
                let (found, expected) =
                    (column(&rolling, &values).unwrap(), column(&rolling, &calm).unwrap());
                for place in 59..600 {
                    if !(at..at + 60).contains(&place) {
                        assert!(
                            (found[place] - expected[place]).abs() <= 1e-13 * (1.0 + expected[place].abs())
                        );
                    }
                    // |G| is at most (n - 2) / sqrt(n - 1) times what biases it, |z| at most (n - 1) / sqrt(n).
                    assert!(found[place].abs() <= 7.75 + 1e-9, "{spike} {at} {place} {}", found[place]);
                }
            }
        }
    }
}

#[test]
fn one_value_far_from_equal_others_has_the_greatest_skewness() {
    // Of n - 1 equal values and one more, whatever its distance: G = sqrt(n), z = (n - 1) / sqrt(n).
    for spike in [1e-320, 1e-10, 1.0, 1e200, f64::MAX] {
        let rolling = Rolling::new(9).unwrap();
        let values = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, spike];
        assert_close(rolling.skewness(&values).unwrap()[8], 3.0, 1e-14);
        assert_close(rolling.z_score(&values).unwrap()[8], 8.0 / 3.0, 1e-14);
    }
    let opposite = [f64::MIN, f64::MIN, f64::MAX];
    assert_close(Rolling::new(3).unwrap().skewness(&opposite).unwrap()[2], 3_f64.sqrt(), 1e-14);
    assert_close(Rolling::new(3).unwrap().z_score(&opposite).unwrap()[2], 2.0 / 3_f64.sqrt(), 1e-14);
}

#[test]
fn equal_values_have_neither_a_skewness_nor_a_z_score() {
    // 0 / 0; pandas 3.1.1 has NaN for both.
    let rolling = Rolling::new(4).unwrap();
    assert!(rolling.skewness(&[0.1; 6]).unwrap().iter().all(|skewness| skewness.is_nan()));
    assert!(rolling.z_score(&[0.1; 6]).unwrap().iter().all(|z| z.is_nan()));
}

#[test]
fn two_values_are_too_few_for_a_skewness_and_ddof_values_for_a_z_score() {
    let rolling = Rolling::new(4).unwrap().min_count(1).unwrap();
    let values = [1.0, 2.0, 4.0, 8.0];
    let nans = |column: Vec<f64>| column.iter().filter(|x| x.is_nan()).count();
    assert_eq!(nans(rolling.skewness(&values).unwrap()), 2);
    // One value with ddof = 0 is equal to itself.
    for (ddof, undefined) in [(0, 1), (1, 1), (2, 2), (4, 4)] {
        assert_eq!(nans(rolling.clone().ddof(ddof).z_score(&values).unwrap()), undefined);
    }
    let [sample, population] = [1, 0].map(|ddof| rolling.clone().ddof(ddof).z_score(&values).unwrap()[1]);
    assert_close(sample, 0.5_f64.sqrt(), 1e-15);
    assert_eq!(population, 1.0);
}

#[test]
fn missing_values_are_refused_or_left_out() {
    // SEMANTICS 19.
    let values = [1.0, 2.0, f64::NAN, 4.0, 9.0, f64::INFINITY, 1.0, 2.0, 5.0, 7.0];
    let rolling = Rolling::new(4).unwrap();
    let error = rolling.skewness(&values).unwrap_err();
    assert!(matches!(error, Error::NonFinite { index: 2, .. }));
    let rolling = rolling.missing(Missing::Skip).min_count(3).unwrap();
    let (skewness, z) = (rolling.skewness(&values).unwrap(), rolling.z_score(&values).unwrap());
    for column in [&skewness, &z] {
        let defined: Vec<usize> = (0..10).filter(|place| !column[*place].is_nan()).collect();
        assert_eq!(defined, [3, 4, 9]);
    }
    assert_close(skewness[4], exact(&[2, 4, 9], 1).0, 1e-14);
    assert_close(z[9], exact(&[1, 2, 5, 7], 1).1, 1e-14);
    // A missing newest value has no z-score, its window a skewness.
    let gap = [1.0, 2.0, 5.0, f64::NAN];
    assert!(rolling.z_score(&gap).unwrap()[3].is_nan());
    assert_close(rolling.skewness(&gap).unwrap()[3], exact(&[1, 2, 5], 1).0, 1e-14);
}

#[test]
fn bad_lengths_are_refused() {
    let rolling = Rolling::new(2).unwrap();
    assert!(matches!(rolling.skewness_into(&[1.0], &mut []), Err(Error::LengthMismatch { .. })));
    assert!(matches!(rolling.z_score_into(&[1.0], &mut []), Err(Error::LengthMismatch { .. })));
    let timed = Rolling::lasting(Duration::from_minutes(1), &[Timestamp::from_nanos(0)]).unwrap();
    assert!(matches!(timed.skewness(&[1.0, 2.0]), Err(Error::LengthMismatch { .. })));
    assert!(matches!(timed.z_score(&[]), Err(Error::LengthMismatch { .. })));
}

proptest! {
    #[test]
    fn every_window_of_a_span_is_its_values_by_themselves(
        units in prop::collection::vec(prop_oneof![9 => (-1000_i64..1000).prop_map(Some), 1 => Just(None)], 0..80),
        gaps in prop::collection::vec(1_i64..9, 80),
        span in 1_i64..60,
        ddof in 0_usize..3,
    ) {
        let instants: Vec<i64> = gaps.iter().scan(0, |t, gap| { *t += gap; Some(*t) }).take(units.len()).collect();
        let times: Vec<_> = instants.iter().map(|t| Timestamp::from_nanos(*t)).collect();
        let values: Vec<f64> = units.iter().map(|x| x.map_or(f64::NAN, |x| 1e9 + x as f64 / 1024.0)).collect();
        let rolling = Rolling::lasting(Duration::from_nanos(span), &times).unwrap().missing(Missing::Skip).ddof(ddof);
        let (skewness, z) = (rolling.skewness(&values).unwrap(), rolling.z_score(&values).unwrap());
        for place in 0..values.len() {
            let inside: Vec<i64> = (0..=place).filter(|i| instants[place] - instants[*i] < span).filter_map(|i| units[i]).collect();
            let flat = inside.iter().all(|x| *x == inside[0]);
            prop_assert_eq!(skewness[place].is_nan(), inside.len() < 3 || flat);
            prop_assert_eq!(z[place].is_nan(), inside.len() <= ddof || flat || units[place].is_none());
            if !skewness[place].is_nan() {
                let expected = exact(&inside, ddof).0;
                prop_assert!((skewness[place] - expected).abs() <= 1e-13 * (1.0 + expected.abs()));
            }
            if !z[place].is_nan() {
                let expected = exact(&inside, ddof).1;
                prop_assert!((z[place] - expected).abs() <= 1e-13 * (1.0 + expected.abs()));
            }
        }
    }

    #[test]
    fn a_mirrored_series_is_skewed_the_other_way(units in prop::collection::vec(-1000_i64..1000, 3..80), window in 3_usize..20) {
        let rolling = Rolling::new(window).unwrap();
        let values = floats(&units, 0.0, 1.0);
        let mirrored: Vec<f64> = values.iter().map(|x| -x).collect();
        let (one, other) = (rolling.skewness(&values).unwrap(), rolling.skewness(&mirrored).unwrap());
        for (one, other) in one.iter().zip(&other) {
            prop_assert!(*one == -other || (one.is_nan() && other.is_nan()));
        }
    }
}
