use slo_core::ErrorKind;
use slo_testkit::{Random, assert_close, assert_close_absolute, fixtures};

use super::*;

#[derive(serde::Deserialize)]
struct Input {
    x: Vec<f64>,
    y: Vec<f64>,
}

#[derive(serde::Deserialize)]
struct Parameters {
    effective: String,
    level: f64,
}

#[derive(serde::Deserialize)]
struct Expected {
    coefficient: f64,
    unexplained: f64,
    p_value: Option<f64>,
    interval: Option<Bounds>,
    n_effective: f64,
}

#[derive(serde::Deserialize)]
struct Bounds {
    lower: f64,
    upper: f64,
}

fn effective(word: &str) -> Effective {
    let all = [Effective::None, Effective::Surrogate];
    all.into_iter().find(|effective| effective.to_string() == word).unwrap()
}

#[test]
fn coefficients_p_values_and_intervals_equal_sixty_digit_references() {
    for case in fixtures::cases::<Input, Parameters, Expected>("slo-correlate/pearson") {
        let method =
            Pearson::new().effective(effective(&case.parameters.effective)).level(case.parameters.level);
        let found = method.correlate(&case.input.x, &case.input.y).unwrap();
        let Expected { coefficient, unexplained, p_value, interval, n_effective } = case.expected;
        let r2 = coefficient * coefficient;

        assert_close_absolute(found.coefficient, coefficient, 1e-12);
        assert_close(found.n_effective, n_effective, 1e-12);
        assert_eq!(found.p_value.is_some(), p_value.is_some(), "{}", case.name);
        if let (Some(actual), Some(expected)) = (found.p_value, p_value) {
            // SEMANTICS 4.
            let stated = 4.0 * f64::EPSILON * n_effective * r2 / unexplained;
            assert_close(actual, expected, stated.clamp(1e-10, 0.999));
        }
        assert_eq!(found.interval.is_some(), interval.is_some(), "{}", case.name);
        if let (Some(actual), Some(expected)) = (found.interval, interval) {
            assert_close_absolute(actual.lower, expected.lower, 1e-12);
            assert_close_absolute(actual.upper, expected.upper, 1e-12);
            assert_eq!(actual.level, case.parameters.level);
        }
    }
}

#[test]
fn p_values_near_a_line_are_far_better_than_stated() {
    // What the residuals are for: made from r, 1 - r² of these cases has hardly a digit, and p none.
    for case in fixtures::cases::<Input, Parameters, Expected>("slo-correlate/pearson") {
        let Expected { unexplained, p_value: Some(expected), .. } = case.expected else { continue };
        if unexplained < 1e-6 {
            let found = Pearson::new().correlate(&case.input.x, &case.input.y).unwrap();
            // A residual is a difference of numbers rounded at ε, in units of √(1 - r²).
            let error = 2.0 * case.input.x.len() as f64 * f64::EPSILON / unexplained.sqrt();
            assert_close(found.p_value.unwrap(), expected, error.max(1e-10));
        }
    }
}

#[test]
fn an_offset_of_a_thousand_million_changes_nothing() {
    // SEMANTICS 24: multiples of 2^-10, for which the shift is exact.
    let wave =
        |k: f64| (0..500).map(|i| ((f64::from(i) * k).sin() * 1024.0).round() / 1024.0).collect::<Vec<_>>();
    let (x, y) = (wave(0.1), wave(0.13));
    let shifted = |values: &[f64], by: f64| values.iter().map(|v| v + by).collect::<Vec<_>>();
    for method in
        [Effective::None, Effective::Bartlett, Effective::Surrogate].map(|e| Pearson::new().effective(e))
    {
        let (here, there) = (
            method.correlate(&x, &y).unwrap(),
            method.correlate(&shifted(&x, 1e9), &shifted(&y, -1e9)).unwrap(),
        );
        assert_close(there.coefficient, here.coefficient, 1e-12);
        assert_close(there.p_value.unwrap(), here.p_value.unwrap(), 1e-10);
        assert_close(there.n_effective, here.n_effective, 1e-10);
    }
}

#[test]
fn points_on_a_line_have_a_coefficient_of_exactly_one() {
    let x: Vec<f64> = (0..1000).map(|i| f64::from(i * i % 911)).collect();
    for (slope, offset) in [(1.0, 0.0), (0.1, 0.3), (1e-9, 1e3), (3.0e7, -1e5)] {
        for sign in [1.0, -1.0] {
            let y: Vec<f64> = x.iter().map(|x| sign * slope * x).collect();
            let found = Pearson::new().correlate(&x, &y).unwrap();
            assert_eq!((found.coefficient, found.p_value), (sign, Some(0.0)), "{slope}");
            let interval = found.interval.unwrap();
            assert_eq!((interval.lower, interval.upper), (sign, sign));
            // With an offset the values of y are rounded, and the points no longer on the line.
            let y: Vec<f64> = x.iter().map(|x| sign * slope * x + offset).collect();
            let found = Pearson::new().correlate(&x, &y).unwrap();
            assert_close_absolute(found.coefficient, sign, 1e-12);
        }
    }
}

#[test]
fn what_varies_by_no_more_than_rounding_is_constant() {
    let y = [1.0, 2.0, 3.0, 4.0];
    let ulp = f64::EPSILON;
    for (steps, varies) in [(0.0, false), (7.0, false), (8.0, false), (9.0, true)] {
        // Around 1, where a unit in the last place is ε; the greatest value is 1 + 9ε at most.
        let x = [1.0, 1.0 + steps * ulp, 1.0, 1.0];
        let found = Pearson::new().correlate(&x, &y);
        assert_eq!(found.is_ok(), varies, "{steps}: {found:?}");
        if let Err(error) = found {
            assert_eq!(error.kind(), ErrorKind::Degenerate);
            assert!(error.to_string().starts_with("x: does not vary"), "{error}");
        }
    }
    // The same sum in two orders is a constant; a hair beside zeros is none.
    let orders = [0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1, 0.6, 0.6];
    assert!(Pearson::new().correlate(&orders, &y).is_err());
    assert!(Pearson::new().correlate(&[0.0, 0.0, 5e-324, 0.0], &y).is_ok());
}

#[test]
fn two_points_have_a_coefficient_and_no_p_value() {
    let found = Pearson::new().correlate(&[1.0, 2.0], &[5.0, 3.0]).unwrap();
    assert_eq!((found.coefficient, found.p_value, found.interval), (-1.0, None, None));
    assert!(found.explain().contains("too few for a p-value"));
    let found = Pearson::new().correlate(&[1.0, 2.0, 4.0], &[5.0, 3.0, 4.0]).unwrap();
    assert!(found.p_value.is_some() && found.interval.is_none());
}

#[test]
fn the_level_changes_the_interval_and_nothing_else() {
    let (x, y) = ([1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 1.0, 4.0, 3.0, 5.0]);
    let at = |level| Pearson::new().level(level).correlate(&x, &y).unwrap();
    let (narrow, wide) = (at(0.5), at(0.99));
    assert_eq!((narrow.coefficient, narrow.p_value), (wide.coefficient, wide.p_value));
    assert!(narrow.interval.unwrap().lower > wide.interval.unwrap().lower);
    for level in [0.0, 1.0, 95.0, f64::NAN] {
        assert_eq!(
            Pearson::new().level(level).correlate(&x, &y).unwrap_err().kind(),
            ErrorKind::InvalidParameter
        );
    }
}

#[test]
fn bartletts_number_of_pairs_stands_in_for_theirs() {
    let mut random = Random::seeded(1);
    let (x, y) = (random.autoregressive(0.8, 200), random.autoregressive(0.8, 200));
    let found = Pearson::new().effective(Effective::Bartlett).correlate(&x, &y).unwrap();
    let n_effective = effective_sample_size_pair(&x, &y).unwrap();
    assert!(n_effective < 100.0);
    assert_eq!(found.n_effective, n_effective);
    let r = found.coefficient;
    let t = r.abs() * ((n_effective - 2.0) / (1.0 - r * r)).sqrt();
    assert_close(found.p_value.unwrap(), 2.0 * StudentT::new(n_effective - 2.0).unwrap().sf(t), 1e-12);
    let reach = 1.959_963_984_540_054 / (n_effective - 3.0).sqrt();
    assert_close(found.interval.unwrap().upper, (r.atanh() + reach).tanh(), 1e-12);
}

#[test]
fn shifts_of_a_period_reach_the_coefficient_however_it_is_rounded() {
    // Every fourth shift gives the same pairs: at least a quarter of the circle ties.
    for repeats in [3, 7, 50, 333] {
        let (x, y) = ([0.1, 0.7, 0.2, 0.4].repeat(repeats), [0.3, 0.9, 0.1, 0.6].repeat(repeats));
        let found = Pearson::new().effective(Effective::Surrogate).correlate(&x, &y).unwrap();
        assert!(found.p_value.unwrap() >= 0.25, "{repeats}: {found:?}");
    }
}

#[test]
fn a_million_points_keep_twelve_digits() {
    // y = x + noise of one period 4 that is orthogonal to x of period 8 in blocks: r = 1/√2 exactly.
    let x = [1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0].repeat(125_000);
    let noise = [1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0].repeat(125_000);
    let y: Vec<f64> = x.iter().zip(&noise).map(|(x, e)| 1e9 + x + e).collect();
    let found = Pearson::new().correlate(&x, &y).unwrap();
    assert_close(found.coefficient, 0.5_f64.sqrt(), 1e-12);
}

/// The share of pairs of independent series with p <= 0.05.
fn false_alarms(effective: Effective, n: usize, phi: f64, pairs: usize) -> f64 {
    let mut random = Random::seeded(20_260_101);
    let method = Pearson::new().effective(effective);
    let found = (0..pairs).filter(|_| {
        let (x, y) = (random.autoregressive(phi, n), random.autoregressive(phi, n));
        method.correlate(&x, &y).unwrap().p_value.is_some_and(|p| p <= 0.05)
    });
    found.count() as f64 / pairs as f64
}

#[test]
fn independent_pairs_raise_five_false_alarms_in_a_hundred() {
    // SEMANTICS 25: exact tests within three standard errors, √(0.05 · 0.95 / 4000) each.
    for effective in [Effective::None, Effective::Surrogate] {
        let rate = false_alarms(effective, 40, 0.0, 4000);
        assert!((rate - 0.05).abs() < 3.0 * (0.05_f64 * 0.95 / 4000.0).sqrt(), "{effective}: {rate}");
    }
}

#[test]
fn series_that_depend_on_their_past_raise_hardly_more_where_it_is_allowed_for() {
    // SEMANTICS 25: 3 to 8 %. Taken for independent, it is theory's 1 - erf(1.96 / 3.09 / √2) = 53 %.
    for (effective, range) in
        [(Effective::None, 0.48..0.58), (Effective::Bartlett, 0.03..0.08), (Effective::Surrogate, 0.03..0.08)]
    {
        let rate = false_alarms(effective, 288, 0.9, 1000);
        assert!(range.contains(&rate), "{effective}: {rate}");
    }
}
