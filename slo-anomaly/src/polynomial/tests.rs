use super::*;
use crate::detector::OnlineDetector;
use crate::policy::Degenerate;
use crate::test_result::Exactness;
use crate::verdict::{Reason, Side};
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_testkit::{Random, assert_all_close, assert_close};

/// The value at `next` of the polynomial through the points, by normal equations about their middle, and the leverage.
fn regression(points: &[(f64, f64)], degree: usize, next: f64) -> (f64, f64, f64) {
    let middle = points.iter().map(|(t, _)| t).sum::<f64>() / points.len() as f64;
    let reach = points.iter().map(|(t, _)| (t - middle).abs()).fold(1.0, f64::max);
    let row = |t: f64| -> Vec<f64> {
        (0..=degree).map(|k| ((t - middle) / reach).powi(i32::try_from(k).unwrap())).collect()
    };
    let size = degree + 1;
    let mut normal = vec![vec![0.0; 2 * size + 1]; size];
    for (t, x) in points {
        let row = row(*t);
        for i in 0..size {
            for j in 0..size {
                normal[i][j] += row[i] * row[j];
            }
            normal[i][2 * size] += row[i] * x;
        }
    }
    for (i, row) in normal.iter_mut().enumerate() {
        row[size + i] = 1.0;
    }
    for i in 0..size {
        let pivot = normal[i][i];
        normal[i].iter_mut().for_each(|value| *value /= pivot);
        let own = normal[i].clone();
        for (j, other) in normal.iter_mut().enumerate().filter(|(j, _)| *j != i) {
            let factor = other[i];
            other.iter_mut().zip(&own).for_each(|(value, own)| *value -= factor * own);
            assert!(j < size);
        }
    }
    let value = |t: f64| row(t).iter().zip(&normal).map(|(p, row)| p * row[2 * size]).sum::<f64>();
    let next_row = row(next);
    let leverage = (0..size)
        .map(|i| (0..size).map(|j| next_row[i] * normal[i][size + j] * next_row[j]).sum::<f64>())
        .sum();
    let squares = points.iter().map(|(t, x)| (x - value(*t)).powi(2)).sum();
    (value(next), squares, leverage)
}

fn noise(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::seeded(seed);
    (0..n).map(|t| (t as f64 * 0.1).sin() * 2.0 + random.normal()).collect()
}

#[test]
fn windows_are_scored_by_the_polynomial_through_their_surroundings() {
    let (values, window, degree) = (noise(1, 260), 12, 3);
    let scores = blocks::score(&values, window, degree).unwrap();
    let mean = values.iter().sum::<f64>() / 260.0;
    let deviation = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 260.0).sqrt();
    let expected: Vec<f64> = (0..249)
        .map(|first: usize| {
            // 120 values around it, 54 of them before it, moved inwards at the ends.
            let begin = (first + 6).saturating_sub(60).min(140);
            let hole = first..first + window;
            let points: Vec<(f64, f64)> =
                (begin..begin + 120).filter(|t| !hole.contains(t)).map(|t| (t as f64, values[t])).collect();
            let squares: f64 =
                hole.map(|t| (values[t] - regression(&points, degree, t as f64).0).powi(2)).sum();
            (squares / 12.0).sqrt() / deviation
        })
        .collect();
    assert_all_close(&scores, &expected, 1e-10);
}

#[test]
fn predictions_are_those_of_regression() {
    let values = noise(2, 60);
    for (window, degree) in [(4, 1), (9, 0), (20, 4), (13, 10)] {
        let found = RollingPolynomial::new(window).degree(degree).detect(&values).unwrap();
        assert!(found.scores[..window].iter().all(|score| score.is_nan()));
        for next in window..60 {
            let points: Vec<(f64, f64)> = (next - window..next).map(|t| (t as f64, values[t])).collect();
            let (value, squares, leverage) = regression(&points, degree, next as f64);
            let deviation = (squares / (window - degree - 1) as f64 * (1.0 + leverage)).sqrt();
            // Normal equations of degree 10 lose six digits, the basis none.
            let tolerance = if degree > 4 { 1e-6 } else { 1e-9 };
            assert_close(found.scores[next], (values[next] - value) / deviation, tolerance);
        }
    }
}

#[test]
fn the_p_value_is_exact_on_independent_normal_values() {
    // SEMANTICS 25: alpha holds within 3 Monte Carlo standard errors; every tenth value, so that windows do not overlap.
    let (alpha, window, count) = (0.05, 9, 20_000);
    let mut random = Random::seeded(11);
    let rule = RollingPolynomial::new(window).degree(2).alpha(alpha);
    let mut flagged = 0_u32;
    for _ in 0..count {
        let values: Vec<f64> =
            (0..=9_i32).map(|t| 0.3 * f64::from(t * t) - 4.0 * f64::from(t) + random.normal()).collect();
        let found = rule.detect(&values).unwrap();
        for verdict in &found.outliers {
            assert_eq!(verdict.exactness(), Some(Exactness::Exact));
            assert!(verdict.p_value().unwrap() < alpha);
            flagged += 1;
        }
    }
    let share = f64::from(flagged) / f64::from(count);
    assert!((share - alpha).abs() < 3.0 * (alpha * (1.0 - alpha) / f64::from(count)).sqrt(), "{share}");
}

#[test]
fn the_threshold_of_alpha_is_that_of_students_t() {
    // Tables: t with 4 degrees of freedom, 2.5% above 2.776, 5% above 2.132.
    let rule = RollingPolynomial::new(6).degree(1).alpha(0.05);
    let threshold = |rule: RollingPolynomial| rule.detect(&[0.0]).unwrap().threshold;
    slo_testkit::assert_close_absolute(threshold(rule), 2.776, 5e-4);
    slo_testkit::assert_close_absolute(threshold(rule.side(Side::Upper)), 2.132, 5e-4);
    assert_eq!(threshold(RollingPolynomial::new(6).degree(1).k(2.5)), 2.5);
}

#[test]
fn a_line_goes_on_without_alarm_and_ends_with_one() {
    let line: Vec<f64> = (0..50).map(|t| 0.1 * f64::from(t) + 1e6).collect();
    let rule = RollingPolynomial::new(10).degree(1);
    let found = rule.detect(&line).unwrap();
    assert!(found.indices().is_empty() && found.scores[49] == 0.0);
    let mut bent = line.clone();
    bent[30] += 0.01;
    let verdict = rule.detect(&bent).unwrap().outliers[0];
    assert_eq!((verdict.index, verdict.reason, verdict.p_value()), (30, Reason::Degenerate, Some(0.0)));
    let floor = Degenerate::Floor { absolute: 0.02, relative: 0.0 };
    assert!(rule.degenerate(floor).detect(&bent[..31]).unwrap().indices().is_empty());
}

#[test]
fn a_window_needs_two_values_more_than_the_polynomial_has_terms() {
    assert!(RollingPolynomial::new(6).check().is_err() && RollingPolynomial::new(7).check().is_ok());
    assert!(
        Polynomial::new().degree(10).rolling(12).is_err() && Polynomial::new().degree(10).rolling(13).is_ok()
    );
    assert!(Polynomial::new().degree(11).check().is_err());
    assert!(RollingPolynomial::new(20).degree(11).check().is_err());
    assert!(RollingPolynomial::new(20).k(0.0).check().is_err());
    assert!(RollingPolynomial::new(20).alpha(1.0).check().is_err());
    assert_eq!(RollingPolynomial::new(100_001).check().unwrap_err().kind(), ErrorKind::LimitExceeded);
    assert_eq!(Polynomial::new().window(100_001).check().unwrap_err().kind(), ErrorKind::LimitExceeded);
    assert!(
        Polynomial::new().window(100_000).check().is_ok() && Polynomial::new().window(0).check().is_err()
    );
    // Of 16 values, 10 in the window, 6 surround it: one more than a polynomial of degree 4 passes through.
    let plan = Polynomial::new().window(10);
    assert!(plan.detect(&noise(3, 16)).unwrap().scores[0].is_finite());
    assert!(plan.detect(&noise(3, 15)).unwrap().scores[0].is_nan());
}

#[test]
fn a_huge_value_is_forgotten_with_its_window() {
    let values = noise(4, 60);
    let mut spiked = values.clone();
    spiked[20] = 1e15;
    let rule = RollingPolynomial::new(12).degree(2);
    let (found, expected) = (rule.detect(&spiked).unwrap(), rule.detect(&values).unwrap());
    assert_eq!(found.scores[33..], expected.scores[33..]);
}

#[test]
fn planted_shapes_of_an_hour_are_found() {
    let mut random = Random::seeded(8);
    let mut values: Vec<f64> =
        (0..2000).map(|t| (f64::from(t) * 0.004).sin() * 5.0 + 0.2 * random.normal()).collect();
    values[1200..1230].iter_mut().for_each(|value| *value += 2.0);
    let found = Polynomial::new().window(30).cut(Cut::Top(1)).detect(&values).unwrap();
    assert!((1200..1230).contains(&found.indices()[0]));
}

#[test]
fn a_damaged_state_is_refused() {
    let mut online = RollingPolynomial::new(4).degree(0).online().unwrap();
    online.observe_many(&[1.0, 2.0, 4.0]).unwrap();
    let text = serde_json::to_string(&online.snapshot()).unwrap();
    for (from, to) in [
        ("[1.0,2.0,4.0]", "[1.0,2.0]"),
        ("[1.0,2.0,4.0]", "[1.0,2.0,4.0,1.0,1.0]"),
        ("\"window\":4", "\"window\":2"),
    ] {
        assert!(text.contains(from), "{text}");
        let damaged = serde_json::from_str::<crate::Snapshot>(&text.replace(from, to));
        assert!(damaged.map_or(true, |snapshot| snapshot.restore().is_err()), "{to}");
    }
}

proptest! {
    #[test]
    fn a_polynomial_added_to_the_series_changes_no_score(
        seed in 0_u64..1000, a in -8_i32..8, b in -8_i32..8, c in -1000_i32..1000,
    ) {
        let values = noise(seed, 50);
        let bent: Vec<f64> = values
            .iter()
            .zip(0..)
            .map(|(x, t)| x + f64::from(a * t * t) / 64.0 + f64::from(b * t) + f64::from(c))
            .collect();
        let rule = RollingPolynomial::new(12).degree(2);
        let (found, expected) = (rule.detect(&bent).unwrap(), rule.detect(&values).unwrap());
        for (found, expected) in found.scores.iter().zip(&expected.scores).skip(12) {
            // Sums of three terms of up to 1500 are rounded at 1e-13, which deviations of 1 show.
            prop_assert!((found - expected).abs() < 1e-10 * expected.abs().max(1.0));
        }
    }
}
