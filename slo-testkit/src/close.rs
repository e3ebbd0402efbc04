//! Asserts that two floats, or two slices of them, agree to a stated tolerance.
//!
//! Equal values are close at any tolerance: equal infinities, and `0.0` with `-0.0`. An infinity is close to nothing
//! else, and NaN to nothing at all, NaN included, except where the assert's name says so.

use crate::comparison::{Comparison, Tolerance};

/// What a slice assert does at a place where both values are NaN.
#[derive(Clone, Copy)]
enum NanTwice {
    Fails,
    Passes,
}

/// Asserts that `actual` is within the relative tolerance of `expected`.
///
/// # Method
///
/// ```text
/// actual = expected   or   |actual - expected| / |expected| <= relative
/// ```
///
/// An `expected` of 0 is met by 0 alone: where cancellation leaves a residue, state its size with
/// [`assert_close_absolute`].
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `actual` | | any | |
/// | `expected` | | any | |
/// | `relative` | | [0, 1) | share of `expected` |
///
/// # Examples
///
/// ```
/// use slo_testkit::assert_close;
///
/// assert_close(0.1 + 0.2, 0.3, 1e-15);
/// assert_close(f64::INFINITY, f64::INFINITY, 0.0);
/// ```
///
/// ```should_panic
/// // not close: actual 3.14, expected 3.141592653589793:
/// // relative error 5.070e-4 (absolute 1.593e-3), tolerance 1e-10 relative
/// slo_testkit::assert_close(3.14, std::f64::consts::PI, 1e-10);
/// ```
///
/// # Panics
///
/// If the values are not close, or if `relative` lies outside [0, 1).
#[track_caller]
pub fn assert_close(actual: f64, expected: f64, relative: f64) {
    check("", actual, expected, Tolerance::Relative(relative));
}

/// Asserts that `actual` is within the absolute tolerance of `expected`.
///
/// # Method
///
/// ```text
/// actual = expected   or   |actual - expected| <= absolute
/// ```
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `actual` | | any | |
/// | `expected` | | any | |
/// | `absolute` | | [0, ∞) | that of `expected` |
///
/// # Examples
///
/// ```
/// use slo_testkit::assert_close_absolute;
///
/// assert_close_absolute(0.1 + 0.2 - 0.3, 0.0, 1e-16);
/// ```
///
/// ```should_panic
/// slo_testkit::assert_close_absolute(f64::MAX, f64::INFINITY, 1e300);
/// ```
///
/// # Panics
///
/// If the values are not close, or if `absolute` is negative, infinite or NaN.
#[track_caller]
pub fn assert_close_absolute(actual: f64, expected: f64, absolute: f64) {
    check("", actual, expected, Tolerance::Absolute(absolute));
}

/// Asserts that both values are NaN, which no closeness assert accepts unasked.
///
/// # Examples
///
/// ```
/// use slo_testkit::assert_both_nan;
///
/// assert_both_nan(0.0 / 0.0, f64::NAN);
/// ```
///
/// ```should_panic
/// slo_testkit::assert_both_nan(0.0, f64::NAN);
/// ```
///
/// # Panics
///
/// If either value is a number.
#[track_caller]
pub fn assert_both_nan(actual: f64, expected: f64) {
    assert!(actual.is_nan() && expected.is_nan(), "not both NaN: actual {actual:?}, expected {expected:?}");
}

/// Asserts that two slices have one length and agree, place by place, to the relative tolerance.
///
/// Each place is judged as by [`assert_close`].
///
/// # Examples
///
/// ```
/// use slo_testkit::assert_all_close;
///
/// let burn = [0.002, 0.0144].map(|error_rate: f64| error_rate / 0.001);
/// assert_all_close(&burn, &[2.0, 14.4], 1e-15);
/// ```
///
/// ```should_panic
/// // 2 of 3 places are not close
/// //   first [1]: actual 2.1, expected 2.0: relative error 5.000e-2 (absolute 1.000e-1), tolerance 1e-10 relative
/// //   worst [2]: actual 4.0, expected 3.0: relative error 3.333e-1 (absolute 1.000e0), tolerance 1e-10 relative
/// slo_testkit::assert_all_close(&[1.0, 2.1, 4.0], &[1.0, 2.0, 3.0], 1e-10);
/// ```
///
/// # Panics
///
/// If the lengths differ, if a place is not close (naming the first and the worst), or if `relative` lies outside
/// [0, 1).
#[track_caller]
pub fn assert_all_close(actual: &[f64], expected: &[f64], relative: f64) {
    check_all("", actual, expected, Tolerance::Relative(relative), NanTwice::Fails);
}

/// Asserts that two slices have one length and agree, place by place, to the absolute tolerance.
///
/// Each place is judged as by [`assert_close_absolute`].
///
/// # Examples
///
/// ```
/// use slo_testkit::assert_all_close_absolute;
///
/// let latency_ms = [0.1, 0.2, 0.3];
/// let mean = 0.2;
/// let deviations = latency_ms.map(|x| x - mean);
/// assert_all_close_absolute(&deviations, &[-0.1, 0.0, 0.1], 1e-16);
/// ```
///
/// ```should_panic
/// slo_testkit::assert_all_close_absolute(&[1.0, 2.0], &[1.0], 1e-16);
/// ```
///
/// # Panics
///
/// If the lengths differ, if a place is not close (naming the first and the worst), or if `absolute` is negative,
/// infinite or NaN.
#[track_caller]
pub fn assert_all_close_absolute(actual: &[f64], expected: &[f64], absolute: f64) {
    check_all("", actual, expected, Tolerance::Absolute(absolute), NanTwice::Fails);
}

/// Asserts that two slices are NaN at the same places and agree to the relative tolerance at all others.
///
/// For rolling statistics, where NaN marks a window without a value.
///
/// # Examples
///
/// ```
/// use slo_testkit::assert_all_close_or_nan;
///
/// let rolling_mean = [f64::NAN, 1.5, 2.5];
/// assert_all_close_or_nan(&rolling_mean, &[f64::NAN, 1.5, 2.5], 1e-15);
/// ```
///
/// ```should_panic
/// slo_testkit::assert_all_close_or_nan(&[1.0, 1.5], &[f64::NAN, 1.5], 1e-15);
/// ```
///
/// # Panics
///
/// If the lengths differ, if a place is neither close nor NaN in both (naming the first and the worst), or if
/// `relative` lies outside [0, 1).
#[track_caller]
pub fn assert_all_close_or_nan(actual: &[f64], expected: &[f64], relative: f64) {
    check_all("", actual, expected, Tolerance::Relative(relative), NanTwice::Passes);
}

/// The assert behind the scalar ones; `subject` opens the message: empty, or a name with its colon and space.
#[track_caller]
pub(crate) fn check(subject: &str, actual: f64, expected: f64, tolerance: Tolerance) {
    tolerance.check();
    let comparison = Comparison { actual, expected, tolerance };
    assert!(comparison.is_close(), "{subject}not close: {comparison}");
}

/// The assert behind those of the fixtures' arrays: [`assert_all_close`] under a `subject`.
#[track_caller]
pub(crate) fn check_each(subject: &str, actual: &[f64], expected: &[f64], tolerance: Tolerance) {
    check_all(subject, actual, expected, tolerance, NanTwice::Fails);
}

/// The assert behind the slice ones.
#[track_caller]
fn check_all(subject: &str, actual: &[f64], expected: &[f64], tolerance: Tolerance, nan_twice: NanTwice) {
    tolerance.check();
    let (actual_len, expected_len) = (actual.len(), expected.len());
    assert!(
        actual_len == expected_len,
        "{subject}lengths differ: actual has {actual_len} places, expected {expected_len}"
    );

    let passes = |c: &Comparison| c.is_close() || (matches!(nan_twice, NanTwice::Passes) && c.is_nan_twice());
    let failures: Vec<(usize, Comparison)> = actual
        .iter()
        .zip(expected)
        .map(|(&actual, &expected)| Comparison { actual, expected, tolerance })
        .enumerate()
        .filter(|(_, comparison)| !passes(comparison))
        .collect();

    // The errors are absolute values, which `total_cmp` orders up to infinity and then NaN, the worst.
    let worst = failures.iter().rev().max_by(|(_, a), (_, b)| a.error().total_cmp(&b.error()));
    if let (Some((first_index, first)), Some((worst_index, worst))) = (failures.first(), worst) {
        let count = failures.len();
        panic!(
            "{subject}{count} of {actual_len} places are not close\
             \n  first [{first_index}]: {first}\
             \n  worst [{worst_index}]: {worst}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relative_tolerance_itself_is_close() {
        // |1.5 - 2| / 2 = 1/4, exact in binary.
        assert_close(1.5, 2.0, 0.25);
    }

    #[test]
    #[should_panic(
        expected = "not close: actual 1.5, expected 2.0: relative error 2.500e-1 (absolute 5.000e-1)"
    )]
    fn an_error_just_above_the_relative_tolerance_is_not_close() {
        assert_close(1.5, 2.0, 0.25_f64.next_down());
    }

    #[test]
    #[should_panic(expected = "tolerance 1e-1 relative")]
    fn a_failure_names_its_tolerance() {
        assert_close(1.5, 2.0, 0.1);
    }

    #[test]
    fn the_absolute_tolerance_itself_is_close() {
        assert_close_absolute(1.5, 2.0, 0.5);
    }

    #[test]
    #[should_panic(expected = "absolute error 5.000e-1 (relative 2.500e-1), tolerance 4.9")]
    fn an_error_just_above_the_absolute_tolerance_is_not_close() {
        assert_close_absolute(1.5, 2.0, 0.5_f64.next_down());
    }

    #[test]
    fn zero_is_close_to_both_zeros() {
        assert_close(0.0, -0.0, 0.0);
        assert_close_absolute(-0.0, 0.0, 0.0);
    }

    #[test]
    #[should_panic(expected = "relative error inf (absolute 1.000e-300)")]
    fn nothing_but_zero_is_relatively_close_to_zero() {
        assert_close(1e-300, 0.0, 0.5);
    }

    #[test]
    #[should_panic(expected = "relative error 1.000e0")]
    fn zero_is_not_relatively_close_to_a_tiny_number() {
        assert_close(0.0, 1e-300, 0.5);
    }

    #[test]
    fn subnormal_numbers_are_compared_by_their_ratio() {
        // relative * expected underflows here; the ratio of one unit in 2e13 does not.
        let expected: f64 = 1e-310;
        assert_close(expected.next_up(), expected, 1e-13);
    }

    #[test]
    fn equal_infinities_are_close() {
        assert_close(f64::INFINITY, f64::INFINITY, 0.0);
        assert_close(f64::NEG_INFINITY, f64::NEG_INFINITY, 0.0);
        assert_close_absolute(f64::INFINITY, f64::INFINITY, 0.0);
    }

    #[test]
    #[should_panic(expected = "actual -inf, expected inf: relative error inf (absolute inf)")]
    fn opposite_infinities_are_not_close() {
        assert_close(f64::NEG_INFINITY, f64::INFINITY, 0.5);
    }

    #[test]
    #[should_panic(expected = "actual 1.0, expected inf: relative error inf")]
    fn a_number_is_not_close_to_an_infinity() {
        assert_close(1.0, f64::INFINITY, 0.5);
    }

    #[test]
    #[should_panic(expected = "actual inf, expected 1.0: relative error inf")]
    fn an_infinity_is_not_close_to_a_number() {
        assert_close(f64::INFINITY, 1.0, 0.5);
    }

    #[test]
    #[should_panic(expected = "actual NaN, expected 1.0")]
    fn nan_is_not_close_to_a_number() {
        assert_close(f64::NAN, 1.0, 0.5);
    }

    #[test]
    #[should_panic(expected = "actual NaN, expected NaN")]
    fn nan_is_not_close_to_nan() {
        assert_close(f64::NAN, f64::NAN, 0.5);
    }

    #[test]
    #[should_panic(expected = "actual NaN, expected NaN")]
    fn nan_is_not_absolutely_close_to_nan() {
        assert_close_absolute(f64::NAN, f64::NAN, 1.0);
    }

    #[test]
    #[should_panic(expected = "not both NaN: actual NaN, expected 1.0")]
    fn both_nan_needs_both() {
        assert_both_nan(f64::NAN, 1.0);
    }

    #[test]
    #[should_panic(expected = "the relative tolerance 1.0 lies outside [0, 1)")]
    fn a_relative_tolerance_that_accepts_zero_for_everything_is_refused() {
        assert_close(1.0, 1.0, 1.0);
    }

    #[test]
    #[should_panic(expected = "the relative tolerance NaN lies outside [0, 1)")]
    fn a_relative_tolerance_of_nan_is_refused() {
        assert_close(1.0, 1.0, f64::NAN);
    }

    #[test]
    #[should_panic(expected = "the absolute tolerance inf is not a finite number of at least 0")]
    fn an_infinite_absolute_tolerance_is_refused() {
        assert_close_absolute(1.0, 1.0, f64::INFINITY);
    }

    #[test]
    #[should_panic(expected = "the absolute tolerance -1.0 is not a finite number of at least 0")]
    fn a_negative_absolute_tolerance_is_refused() {
        assert_close_absolute(1.0, 1.0, -1.0);
    }

    #[test]
    #[should_panic(expected = "lengths differ: actual has 2 places, expected 3")]
    fn slices_of_unequal_length_are_not_close() {
        assert_all_close(&[1.0, 2.0], &[1.0, 2.0, 3.0], 0.5);
    }

    #[test]
    #[should_panic(expected = "2 of 4 places are not close\n  first [1]: actual 2.5,")]
    fn the_first_failing_place_is_named() {
        assert_all_close(&[1.0, 2.5, 6.0, 4.0], &[1.0, 2.0, 3.0, 4.0], 0.1);
    }

    #[test]
    #[should_panic(expected = "worst [2]: actual 6.0, expected 3.0: relative error 1.000e0")]
    fn the_worst_place_is_named() {
        assert_all_close(&[1.0, 2.5, 6.0, 4.0], &[1.0, 2.0, 3.0, 4.0], 0.1);
    }

    #[test]
    #[should_panic(expected = "worst [0]: actual 2.0")]
    fn of_equally_bad_places_the_first_is_the_worst() {
        assert_all_close(&[2.0, 4.0], &[1.0, 2.0], 0.1);
    }

    #[test]
    #[should_panic(expected = "worst [1]: actual NaN")]
    fn nan_is_worse_than_infinity() {
        assert_all_close(&[f64::INFINITY, f64::NAN, f64::INFINITY], &[1.0, 1.0, 1.0], 0.1);
    }

    #[test]
    #[should_panic(expected = "worst [0]: actual 101.0, expected 100.0: absolute error 1.000e0")]
    fn the_worst_place_is_judged_in_the_measure_of_the_tolerance() {
        assert_all_close_absolute(&[101.0, 1.5], &[100.0, 1.0], 0.1);
    }

    #[test]
    #[should_panic(expected = "1 of 2 places are not close\n  first [0]: actual NaN, expected NaN")]
    fn nan_places_are_not_close_unasked() {
        assert_all_close(&[f64::NAN, 1.0], &[f64::NAN, 1.0], 0.1);
    }

    #[test]
    #[should_panic(expected = "first [0]: actual NaN, expected 1.0")]
    fn nan_in_one_slice_only_is_never_close() {
        assert_all_close_or_nan(&[f64::NAN, 1.0], &[1.0, 1.0], 0.1);
    }

    #[test]
    #[should_panic(expected = "1 of 2 places are not close\n  first [1]: actual 1.5, expected 1.0")]
    fn numbers_beside_nan_are_still_compared() {
        assert_all_close_or_nan(&[f64::NAN, 1.5], &[f64::NAN, 1.0], 0.1);
    }
}
