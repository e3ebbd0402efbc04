//! The kernels against central differences, against each other and against single steps.

use slo_testkit::{assert_all_close, assert_all_close_absolute, assert_close, assert_close_absolute};

use super::*;
use crate::ets::{EtsError, EtsSpec};

const PERIOD: usize = 6;

/// Those of the thirty models, and those that divide by the updated level.
fn all() -> impl Iterator<Item = Recursion> {
    EtsSpec::all().filter(|spec| spec.error == EtsError::Additive).flat_map(|spec| {
        let plain = spec.recursion();
        let other = plain.divided_by(Divisor::Updated);
        [plain, other].into_iter().take(if other == plain { 1 } else { 2 })
    })
}

/// A series with a season, and a point that fits it roughly, in the order of the gradient.
fn case(Recursion { trend, season, .. }: Recursion) -> (Vec<f64>, Vec<f64>) {
    let values = (0..50_u32)
        .map(|t| 20.0 + 0.1 * f64::from(t) + 3.0 * f64::from(t % 6) + f64::from(t * t % 7))
        .collect();
    let first = match (trend.exists(), trend.is_multiplicative()) {
        (false, _) => 0.0,
        (true, false) => 0.2,
        (true, true) => 1.01,
    };
    let beta = if trend.exists() { 0.05 } else { 0.0 };
    let phi = if trend.is_damped() { 0.9 } else { 1.0 };
    let mut point = vec![0.3, beta, 0.2, phi, 21.0, first];
    match season {
        Season::None => point[place::GAMMA] = 0.0,
        Season::Additive => point.extend([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0]),
        Season::Multiplicative => point.extend([0.8, 0.9, 1.0, 1.1, 1.2, 1.3]),
    }
    (values, point)
}

fn read(point: &[f64]) -> (Coefficients, States) {
    let coefficients = Coefficients { alpha: point[0], beta: point[1], gamma: point[2], phi: point[3] };
    (coefficients, States { level: point[4], trend: point[5], season: point[6..].to_vec(), next: 0 })
}

fn run(recursion: Recursion, values: &[f64], point: &[f64]) -> (States, Tape) {
    let ((coefficients, mut states), mut tape) = (read(point), Tape::new(recursion, values));
    recursion.forward(values, &coefficients, &mut states, &mut tape);
    (states, tape)
}

/// The derivative of half the sum of squares.
fn slopes(recursion: Recursion, values: &[f64], point: &[f64]) -> Vec<f64> {
    let (coefficients, initial) = read(point);
    let tape = run(recursion, values, point).1;
    let seeds: Vec<f64> = tape.errors.iter().map(|e| -e).collect();
    let mut slopes = vec![0.0; point.len()];
    recursion.backward(values, &coefficients, &initial, &tape, &seeds, &mut slopes);
    slopes
}

#[test]
fn a_divisor_is_that_of_a_season_that_is_a_factor() {
    assert_eq!(all().count(), 20);
    let line = Recursion::new(Trend::Additive, Season::Additive);
    assert_eq!(line.divided_by(Divisor::Updated), line);
}

#[test]
fn the_gradient_is_that_of_central_differences_also_past_what_is_missing() {
    // Errors of differences with a step of 1e-5: 1e-10 of the third derivatives and 1e-11 of the sum itself.
    for recursion in all() {
        let (whole, point) = case(recursion);
        let mut gaps = whole.clone();
        for place in [0, 7, 8, 30, 49] {
            gaps[place] = f64::NAN;
        }
        for values in [whole, gaps] {
            for (part, slope) in slopes(recursion, &values, &point).into_iter().enumerate() {
                let exists = match part {
                    place::BETA | place::TREND => recursion.trend.exists(),
                    place::GAMMA => recursion.is_seasonal(),
                    place::PHI => recursion.trend.is_damped(),
                    _ => true,
                };
                let at = |step: f64| {
                    let mut moved = point.clone();
                    moved[part] += step;
                    0.5 * sum_of_squares(&run(recursion, &values, &moved).1.errors)
                };
                let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
                if exists {
                    let off = (difference - slope).abs() / difference.abs().max(1.0);
                    assert!(off < 1e-6, "{recursion:?}, {part}: {slope} is not {difference}");
                }
            }
        }
    }
}

#[test]
fn a_kernel_compiled_for_its_recursion_is_the_one_for_any() {
    // A missing value after the last takes the way for gaps and adds nothing.
    for recursion in all() {
        let (values, point) = case(recursion);
        let longer: Vec<f64> = values.iter().copied().chain([f64::NAN]).collect();
        let (own, any) = (run(recursion, &values, &point).1, run(recursion, &longer, &point).1);
        assert_all_close(&own.fitted, &any.fitted[..values.len()], 1e-14);
        let (own, any) = (slopes(recursion, &values, &point), slopes(recursion, &longer, &point));
        assert_all_close_absolute(&own, &any, 1e-10 * own.iter().fold(0.0, |most, x| x.abs().max(most)));
    }
}

#[test]
fn steps_are_those_of_the_pass_and_paths_those_of_steps() {
    for recursion in all() {
        let (values, point) = case(recursion);
        let (last, tape) = run(recursion, &values, &point);
        let (coefficients, initial) = read(&point);
        let mut states = initial.clone();
        for (value, fitted) in values.iter().zip(&tape.fitted) {
            assert_close(recursion.ahead(coefficients.phi, &states), *fitted, 1e-12);
            recursion.step(&coefficients, &mut states, Some(*value));
        }
        assert_close(states.level, last.level, 1e-12);
        assert_close_absolute(states.trend, last.trend, 1e-12);
        assert_all_close_absolute(&states.season, &last.season, 1e-12);
        assert_eq!(states.next, last.next);
        // The values follow from the errors that they made, one way or the other.
        let relative: Vec<f64> = tape.errors.iter().zip(&tape.fitted).map(|(e, f)| e / f).collect();
        for (error, innovations) in
            [(EtsError::Additive, &tape.errors), (EtsError::Multiplicative, &relative)]
        {
            let mut path = vec![0.0; values.len()];
            recursion.path(error, &coefficients, &initial, innovations, &mut path);
            assert_all_close(&path, &values, 1e-12);
        }
    }
}

#[test]
fn the_season_learns_from_what_its_divisor_leaves() {
    // l = 10, α = 1/2, s = 1, y = 20: the level becomes 15, and the season sees 20/10 or 20/15.
    for (divisor, seen) in [(Divisor::Expected, 2.0), (Divisor::Updated, 4.0 / 3.0)] {
        let recursion = Recursion::new(Trend::None, Season::Multiplicative).divided_by(divisor);
        let coefficients = Coefficients { alpha: 0.5, beta: 0.0, gamma: 1.0, phi: 1.0 };
        let mut states = States { level: 10.0, trend: 0.0, season: vec![1.0; PERIOD], next: 0 };
        recursion.step(&coefficients, &mut states, Some(20.0));
        assert_eq!((states.level, states.season[0], states.next), (15.0, seen, 1));
    }
}

#[test]
fn a_step_that_is_refused_changes_nothing() {
    for recursion in all() {
        let (coefficients, initial) = read(&case(recursion).1);
        for next in 0..initial.season.len().max(1) {
            let mut states = States { next, ..initial.clone() };
            let before = states.clone();
            assert!(
                recursion.step_within(&coefficients, &mut states, 7.0, |_, place| place != next).is_err()
            );
            assert_eq!(states, before);
            recursion.step_within(&coefficients, &mut states, 7.0, |_, place| place == next).unwrap();
            assert_ne!(states, before);
        }
    }
}

#[test]
fn a_scale_goes_there_and_back_also_where_distances_are_no_floats() {
    for (values, unit) in [
        ([3.0, 5.0, -2.0], 4.0),
        ([-1e308, 1e308, f64::NAN], 2.0_f64.powi(1023)),
        ([0.0, 1e-320, 3e-320], 2.0_f64.powi(-1021)),
        ([7.0, 7.0, 7.0], 1.0),
    ] {
        let scale = Scale::of(&values, false);
        assert_eq!((scale.origin, scale.unit), (values[0], unit));
        for y in values.into_iter().filter(|y| !y.is_nan()) {
            assert!(scale.shrink(y).abs() < 4.0);
            assert_eq!(scale.grow(scale.shrink(y)), y);
        }
    }
    let scale = Scale::of(&[3.0, 5.0], true);
    assert_eq!((scale.origin, scale.unit), (0.0, 4.0));
}

#[test]
fn states_change_their_unit_where_they_are_not_factors() {
    let scale = Scale { origin: 100.0, unit: 8.0 };
    for recursion in all() {
        let initial = States { level: 116.0, trend: 4.0, season: vec![2.0], next: 0 };
        let mut states = initial.clone();
        scale.shrink_states(recursion, &mut states);
        let of = |value: f64, is_factor: bool| if is_factor { value } else { value / 8.0 };
        assert_eq!(states.level, 2.0);
        assert_eq!(states.trend, of(4.0, recursion.trend.is_multiplicative()));
        assert_eq!(states.season[0], of(2.0, recursion.season != Season::Additive));
        scale.grow_states(recursion, &mut states).unwrap();
        assert_eq!(states, initial);
        states.level = f64::MAX;
        assert!(matches!(scale.grow_states(recursion, &mut states), Err(Error::OutOfRange { .. })));
    }
}

#[test]
fn another_origin_is_left_as_it_was_found_to_the_last_bit() {
    for origin in [5e-324, 0.1, 1e300, f64::MAX] {
        assert_eq!(Scale { origin, unit: 1.0 }.grow(0.0), origin);
    }
}
