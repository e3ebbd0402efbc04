use proptest::prelude::*;
use slo_testkit::{Random, assert_all_close_absolute, assert_close};

use super::*;

/// By the definition, with sums over all values: Cleveland et al. (1990), section 2, with the cuts of their program. What
/// has no weight is not looked at.
pub(in crate::decompose) fn literal(
    y: &[f64],
    weights: Option<&[f64]>,
    span: usize,
    degree: Degree,
    x: f64,
) -> Option<f64> {
    let n = y.len();
    let half = (span / 2) as f64;
    let left = if span >= n { 0.0 } else { (x - half).clamp(0.0, (n - span) as f64) };
    let places: Vec<usize> = (0..n).skip_while(|j| (*j as f64) < left).take(span).collect();
    let distance = |j: &usize| (*j as f64 - x).abs();
    let mut h = places.iter().map(distance).fold(0.0, f64::max);
    if span > n {
        h += ((span - n) / 2) as f64;
    }
    let weight = |j: &usize| {
        let r = distance(j);
        let own = weights.map_or(1.0, |weights| weights[*j]);
        own * if r <= 0.001 * h {
            1.0
        } else if r <= 0.999 * h {
            (1.0 - (r / h).powi(3)).powi(3)
        } else {
            0.0
        }
    };
    let near: Vec<(usize, f64)> =
        places.iter().map(|j| (*j, weight(j))).filter(|(_, weight)| *weight > 0.0).collect();
    let sum = |term: &dyn Fn(usize) -> f64| near.iter().map(|(j, weight)| weight * term(*j)).sum::<f64>();
    let total = sum(&|_| 1.0);
    if total <= 0.0 {
        return None;
    }
    let level = sum(&|j| y[j]) / total;
    let mean = sum(&|j| j as f64) / total;
    let variance = sum(&|j| (j as f64 - mean).powi(2)) / total;
    if degree == Degree::Constant || variance.sqrt() <= 0.001 * (n as f64 - 1.0) {
        return Some(level);
    }
    let slope = sum(&|j| (j as f64 - mean) * y[j]) / total / variance;
    Some(level + slope * (x - mean))
}

fn fits(y: &[f64], weights: Option<&[f64]>, span: usize, degree: Degree) -> Vec<f64> {
    (0..y.len()).map(|x| literal(y, weights, span, degree, x as f64).unwrap_or(y[x])).collect()
}

fn smoothed(y: &[f64], span: usize, degree: Degree, jump: usize) -> Vec<f64> {
    let mut fit = vec![f64::NAN; y.len()];
    Loess::new(y.len(), span, degree, jump).smooth(y, &mut fit);
    fit
}

fn walk(n: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::seeded(seed);
    let mut level = 0.0;
    (0..n)
        .map(|_| {
            level += random.normal();
            level
        })
        .collect()
}

fn all(weights: &[f64]) -> Weights<'_> {
    Weights { values: weights, present: None }
}

fn size(y: &[f64]) -> f64 {
    y.iter().fold(0.0, |size: f64, value| size.max(value.abs()))
}

#[test]
fn every_way_to_smooth_is_the_definition() {
    // Spans below, at and above the number of values, and on both sides of the change to moments; where h / 1000
    // passes 1, the first distance has full weight.
    let shapes = [
        (2, 3),
        (3, 3),
        (4, 3),
        (7, 7),
        (8, 7),
        (7, 9),
        (50, 7),
        (50, 47),
        (50, 49),
        (50, 51),
        (50, 401),
        (300, 255),
        (300, 257),
        (300, 299),
        (300, 301),
        (300, 999),
        (1200, 259),
        (1030, 513),
        (2600, 2001),
        (2600, 2003),
        (1400, 1401),
        (1400, 4321),
    ];
    for (n, span) in shapes {
        let y = walk(n, n as u64);
        for degree in [Degree::Constant, Degree::Linear] {
            let (fit, expected) = (smoothed(&y, span, degree, 1), fits(&y, None, span, degree));
            assert_all_close_absolute(&fit, &expected, 2e-13 * size(&y));
        }
    }
}

#[test]
fn a_line_is_its_own_smooth_of_degree_one() {
    let y: Vec<f64> = (0..1500).map(|t| 3.0 - 0.25 * f64::from(t)).collect();
    for span in [31, 601, 1499, 1501] {
        assert_all_close_absolute(&smoothed(&y, span, Degree::Linear, 1), &y, 1e-12 * size(&y));
    }
}

#[test]
fn a_short_span_of_a_long_series_fits_constants_at_the_ends() {
    // The published program: a line only where the deviation of the places exceeds a thousandth of all places.
    let y: Vec<f64> = (0..10_000).map(f64::from).collect();
    let fit = smoothed(&y, 7, Degree::Linear, 1);
    assert!(fit[0] > 0.5 && fit[1] > 1.1);
    assert_close(fit[5000], 5000.0, 1e-14);
}

#[test]
fn a_huge_value_leaves_no_trace_beyond_its_span() {
    let mut y = walk(4000, 5);
    let before = smoothed(&y, 801, Degree::Linear, 1);
    y[1500] = 1e14;
    let after = smoothed(&y, 801, Degree::Linear, 1);
    // Blocks that hold it end at 2000 at the latest, and windows with such a block 400 places later.
    assert_all_close_absolute(&after[2400..], &before[2400..], 1e-12 * size(&before));
    assert_all_close_absolute(&after[..600], &before[..600], 1e-12 * size(&before));
}

#[test]
fn with_jumps_fits_are_joined_by_lines() {
    let y = walk(101, 3);
    for (span, jump) in [(21, 3), (21, 5), (21, 10), (21, 100), (21, 1000), (301, 10)] {
        let fit = smoothed(&y, span, Degree::Linear, jump);
        let exact = fits(&y, None, span, Degree::Linear);
        let jump = jump.min(100);
        for from in (0..=100 - jump).step_by(jump) {
            assert_close(fit[from], exact[from], 1e-12);
            for step in 0..jump {
                let line = exact[from] + (exact[from + jump] - exact[from]) * step as f64 / jump as f64;
                slo_testkit::assert_close_absolute(fit[from + step], line, 1e-12 * size(&y));
            }
        }
    }
}

#[test]
fn values_without_weight_do_not_count_and_a_place_without_neighbours_is_its_value() {
    let mut y = walk(40, 9);
    let mut weights = vec![1.0; 40];
    weights[7] = 0.0;
    weights[20..30].fill(0.0);
    let loess = Loess::new(40, 7, Degree::Linear, 1);
    let mut fit = vec![f64::NAN; 40];
    loess.smooth_weighted(&y, all(&weights), &mut fit);
    assert_all_close_absolute(&fit, &fits(&y, Some(&weights), 7, Degree::Linear), 1e-12 * size(&y));
    assert_eq!((fit[24], fit[25]), (y[24], y[25]));
    y[7] = 1e6;
    let mut again = vec![f64::NAN; 40];
    loess.smooth_weighted(&y, all(&weights), &mut again);
    assert_eq!(fit, again);
}

#[test]
fn what_is_missing_among_values_without_weight_is_fitted_to_them_all_the_same() {
    // Place 25 is missing, and all others that a fit there sees have lost their weight.
    let y = walk(40, 9);
    let mut present = vec![1.0; 40];
    present[25] = 0.0;
    let mut weights = present.clone();
    weights[22..29].fill(0.0);
    for jump in [1, 5] {
        let loess = Loess::new(40, 7, Degree::Linear, jump);
        let mut fit = vec![f64::NAN; 40];
        loess.smooth_weighted(&y, Weights { values: &weights, present: Some(&present) }, &mut fit);
        let expected = literal(&y, Some(&present), 7, Degree::Linear, 25.0).unwrap();
        assert_close(fit[25], expected, 1e-12);
    }
}

#[test]
fn a_place_is_reached_by_what_has_weight_there() {
    // A span of 7 gives weight to distances below 3.
    let loess = Loess::new(40, 7, Degree::Constant, 1);
    let present = |gap: std::ops::Range<usize>| {
        let mut present = vec![1.0; 40];
        present[gap].fill(0.0);
        present
    };
    assert_eq!(loess.unreached(&present(10..14)), None);
    assert_eq!(loess.unreached(&present(10..15)), Some(12));
    assert_eq!(loess.unreached(&vec![0.0; 40]), Some(0));
    // At an end the span is moved inwards: weights reach to the fifth neighbour.
    assert_eq!(loess.unreached(&present(0..6)), Some(0));
    assert_eq!(loess.unreached(&present(0..5)), None);
    // With jumps the places between are not fitted: 0, 20 and the last one are, this one to the span of 20.
    let loess = Loess::new(40, 7, Degree::Constant, 20);
    assert_eq!(loess.unreached(&present(10..15)), None);
    assert_eq!(loess.unreached(&present(18..23)), Some(20));
}

#[test]
fn beyond_the_ends_the_nearest_span_is_extended() {
    for n in [2, 3, 6, 7, 8, 30] {
        let y = walk(n, 11);
        for degree in [Degree::Constant, Degree::Linear] {
            let loess = Loess::new(n, 7, degree, 1);
            let [before, after] = loess.beyond(&y, &loess.ahead());
            slo_testkit::assert_close_absolute(before, literal(&y, None, 7, degree, -1.0).unwrap(), 1e-12);
            slo_testkit::assert_close_absolute(after, literal(&y, None, 7, degree, n as f64).unwrap(), 1e-12);
        }
        assert_eq!(Loess::new(n, 7, Degree::Linear, 1).beyond_weighted(&y, &vec![0.0; n]), [None, None]);
    }
}

proptest! {
    #[test]
    fn weighted_smooths_are_the_definition(
        y in prop::collection::vec(-1e3..1e3, 5..60),
        seed in any::<u64>(),
        half in 1_usize..40,
        is_line: bool,
    ) {
        let mut random = Random::seeded(seed);
        let weights: Vec<f64> = y.iter().map(|_| if random.uniform() < 0.3 { 0.0 } else { random.uniform() }).collect();
        let degree = if is_line { Degree::Linear } else { Degree::Constant };
        let mut fit = vec![f64::NAN; y.len()];
        Loess::new(y.len(), 2 * half + 1, degree, 1).smooth_weighted(&y, all(&weights), &mut fit);
        let expected = fits(&y, Some(&weights), 2 * half + 1, degree);
        for (fit, expected) in fit.iter().zip(&expected) {
            // Where one value has nearly all weight, the slope is as uncertain as its place's deviation is small.
            prop_assert!((fit - expected).abs() <= 1e-8 * size(&y), "{} {}", fit, expected);
        }
    }
}
