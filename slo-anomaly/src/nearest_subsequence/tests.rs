use proptest::prelude::*;
use slo_testkit::{Random, assert_all_close_or_nan};

use super::*;
use crate::MatrixProfile;

/// The definition: all pairs of windows.
fn naive(plan: &NearestSubsequence, values: &[f64]) -> Vec<f64> {
    let w = plan.window;
    let windows: Vec<Vec<f64>> = values.windows(w).map(|window| shaped(plan.comparison, window)).collect();
    let flat =
        |window: &[f64]| plan.comparison == Comparison::Shapes && window.iter().all(|v| *v == window[0]);
    let distance = |i: usize, j: usize| match (flat(&windows[i]), flat(&windows[j])) {
        (true, true) => 0.0,
        (false, false) => {
            windows[i].iter().zip(&windows[j]).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
        }
        _ => (w as f64).sqrt(),
    };
    (0..windows.len())
        .map(|i| {
            let others = (0..windows.len()).filter(|j| i.abs_diff(*j) > w.div_ceil(4));
            let sound = |j: &usize| !windows[*j].iter().any(|value| value.is_nan());
            let mut distances: Vec<f64> = others.filter(sound).map(|j| distance(i, j)).collect();
            distances.sort_unstable_by(f64::total_cmp);
            if distances.len() < plan.neighbours || !sound(&i) {
                return f64::NAN;
            }
            distances.truncate(plan.neighbours);
            match plan.nearness {
                Nearness::Mean => distances.iter().sum::<f64>() / distances.len() as f64,
                Nearness::Farthest => distances[distances.len() - 1],
            }
        })
        .collect()
}

fn shaped(comparison: Comparison, window: &[f64]) -> Vec<f64> {
    let n = window.len() as f64;
    let mean = window.iter().sum::<f64>() / n;
    let deviation = (window.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt();
    match comparison {
        Comparison::Shapes if window.iter().any(|v| *v != window[0]) => {
            window.iter().map(|v| (v - mean) / deviation).collect()
        }
        Comparison::Values | Comparison::Shapes => window.to_vec(),
    }
}

fn windows(plan: &NearestSubsequence, values: &[f64]) -> Vec<f64> {
    let held = values.windows(plan.window).map(|window| !window.iter().any(|value| value.is_nan()));
    let held: Vec<bool> = held.collect();
    let (filled, _) = subsequence::filled(Missing::Skip, values).unwrap();
    search::score(plan, &filled, &held)
}

#[test]
fn a_hand_computed_series() {
    // Windows (0, 3), (3, 0), (0, 4), (4, 0), (0, 3), at least two places apart.
    let plan = NearestSubsequence::new(2);
    let values = [0.0, 3.0, 0.0, 4.0, 0.0, 3.0];
    assert_eq!(windows(&plan, &values), [0.0, 1.0, 1.0, 1.0, 0.0]);
    // The second nearest: 1 after 0; of (3, 0) and (4, 0) √18 and 5; (0, 4) has two at 1.
    let second = plan.neighbours(2).nearness(Nearness::Farthest);
    assert_eq!(windows(&second, &values), [1.0, 18_f64.sqrt(), 1.0, 5.0, 1.0]);
    assert!(windows(&plan.neighbours(3), &values)[2].is_nan());
}

#[test]
fn one_neighbour_by_shape_is_the_matrix_profile() {
    let mut random = Random::seeded(11);
    let values: Vec<f64> = (0..600).map(|t| f64::from(t % 20) + random.normal() + 1e6).collect();
    let plan = NearestSubsequence::new(20).comparison(Comparison::Shapes);
    let profile = MatrixProfile::new(20).profile(&values).unwrap();
    assert_all_close_or_nan(&windows(&plan, &values), &profile.distances, 1e-9);
}

#[test]
fn a_spike_leaves_no_trace_in_products_and_sums() {
    let mut random = Random::seeded(12);
    let mut values: Vec<f64> = (0..500).map(|_| random.normal()).collect();
    values[100] = 1e9;
    for comparison in [Comparison::Values, Comparison::Shapes] {
        let plan = NearestSubsequence::new(10).neighbours(3).comparison(comparison);
        let (found, expected) = (windows(&plan, &values), naive(&plan, &values));
        assert_all_close_or_nan(&found[101..], &expected[101..], 1e-9);
    }
}

#[test]
fn a_series_without_enough_neighbours_is_not_judged() {
    // Windows of 4 are compared from 2 places away: 6 values have three, 5 have two.
    let values = [1.0, 2.0, 4.0, 3.0, 5.0, 1.0];
    let plan = NearestSubsequence::new(4);
    assert!(plan.detect(&values[..5]).unwrap().scores.iter().all(|score| score.is_nan()));
    assert!(plan.detect(&values[..3]).unwrap().scores.iter().all(|score| score.is_nan()));
    assert!(plan.detect(&values).unwrap().scores.iter().all(|score| !score.is_nan()));
    assert!(plan.neighbours(2).detect(&values).unwrap().scores.iter().all(|score| score.is_nan()));
    assert!(NearestSubsequence::new(usize::MAX).detect(&values).unwrap().scores[0].is_nan());
}

#[test]
fn parameters_outside_their_ranges_are_refused() {
    let plan = NearestSubsequence::new(3).comparison(Comparison::Shapes);
    assert!(plan.check().is_ok() && plan.neighbours(64).check().is_ok());
    let two = NearestSubsequence { window: 2, ..plan };
    assert!(matches!(two.check(), Err(Error::InvalidParameter { name: "window", .. })));
    assert!(two.comparison(Comparison::Values).check().is_ok());
    assert!(NearestSubsequence::new(0).check().is_err());
    for neighbours in [0, 65] {
        let refused = plan.neighbours(neighbours).check();
        assert!(matches!(refused, Err(Error::InvalidParameter { name: "neighbours", .. })));
    }
    assert!(plan.cut(Cut::Top(0)).check().is_err());
    let long = vec![0.0; 100_001];
    assert!(matches!(plan.detect(&long), Err(Error::LimitExceeded { value: 100_001, limit: 100_000, .. })));
}

fn plans() -> impl Strategy<Value = NearestSubsequence> {
    let comparison = prop_oneof![Just(Comparison::Values), Just(Comparison::Shapes)];
    let nearness = prop_oneof![Just(Nearness::Mean), Just(Nearness::Farthest)];
    (3..12_usize, 1..6_usize, comparison, nearness).prop_map(|(window, neighbours, comparison, nearness)| {
        NearestSubsequence::new(window).neighbours(neighbours).comparison(comparison).nearness(nearness)
    })
}

proptest! {
    #[test]
    fn scores_are_those_of_all_pairs(
        values in prop::collection::vec(prop_oneof![9 => -9.0..9.0_f64, 3 => Just(0.0), 1 => Just(f64::NAN)], 12..80),
        plan in plans(),
    ) {
        let (found, expected) = (windows(&plan, &values), naive(&plan, &values));
        for (found, expected) in found.iter().zip(&expected) {
            // Two equal shapes are not told apart below the root of a rounding error.
            let near = (found - expected).abs() <= 1e-9 * expected.abs() + 1e-7;
            prop_assert!(near || (found.is_nan() && expected.is_nan()), "{} {}", found, expected);
        }
    }

    #[test]
    fn more_neighbours_are_no_nearer(values in prop::collection::vec(-9.0..9.0_f64, 40..80), plan in plans()) {
        let (fewer, more) = (windows(&plan, &values), windows(&plan.neighbours(plan.neighbours + 1), &values));
        for (fewer, more) in fewer.iter().zip(&more) {
            prop_assert!(more.is_nan() || *more >= fewer * (1.0 - 1e-12), "{} {}", fewer, more);
        }
    }
}
