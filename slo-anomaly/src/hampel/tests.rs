use proptest::prelude::*;
use slo_testkit::assert_all_close_or_nan;

use super::*;
use crate::mad::Mad;
use crate::order::median_and_mad;

/// The definition: each window sorted by itself, by the scale of the detector of samples.
fn naive(plan: &Hampel, values: &[f64]) -> Vec<f64> {
    let sample = Mad::new().k(plan.k).degenerate(plan.degenerate);
    (0..values.len())
        .map(|place| {
            let window = &values[place.saturating_sub(plan.half)..(place + plan.half + 1).min(values.len())];
            let mut present: Vec<f64> = window.iter().copied().filter(|value| !value.is_nan()).collect();
            present.sort_unstable_by(f64::total_cmp);
            if values[place].is_nan() || present.iter().any(|value| value.is_infinite()) {
                return f64::NAN;
            }
            sample.verdict((place, values[place]), &present).score
        })
        .collect()
}

#[test]
fn a_hand_computed_series() {
    // Windows 1 2; 1 2 9; 2 9 4; 9 4 3; 4 3: medians 1.5, 2, 4, 4, 3.5, median distances 0.5, 1, 2, 1, 0.5.
    let unit = 1.482_602_218_505_602;
    let expected = [-1.0, 0.0, 2.5, 0.0, -1.0].map(|score| score / unit);
    assert_all_close_or_nan(
        &Hampel::new(1).detect(&[1.0, 2.0, 9.0, 4.0, 3.0]).unwrap().scores,
        &expected,
        1e-15,
    );
}

#[test]
fn a_window_that_reaches_beyond_both_ends_is_the_sample() {
    let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
    for half in [7, 8, 1000, usize::MAX] {
        let found = Hampel::new(half).k(3.5).detect(&values).unwrap();
        assert_all_close_or_nan(&found.scores, &Mad::new().detect(&values).unwrap().scores, 1e-15);
    }
    let six = Hampel::new(6).detect(&values).unwrap();
    assert_ne!(six.scores[0], Mad::new().detect(&values).unwrap().scores[0]);
}

#[test]
fn a_value_at_the_limit_is_not_flagged() {
    let values = [0.0, 1.0, 2.0, 3.0, 4.0, 30.0, 4.0, 3.0, 2.0, 1.0, 0.0];
    let score = Hampel::new(3).detect(&values).unwrap().scores[5];
    assert!(Hampel::new(3).k(score).detect(&values).unwrap().indices().is_empty());
    assert_eq!(Hampel::new(3).k(score.next_down()).detect(&values).unwrap().indices(), [5]);
}

#[test]
fn parameters_outside_their_ranges_are_refused() {
    let name = |plan: Hampel| match plan.detect(&[1.0]).unwrap_err() {
        Error::InvalidParameter { name, .. } => name,
        other => panic!("{other}"),
    };
    assert_eq!(name(Hampel::new(0)), "half");
    for k in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(name(Hampel::new(1).k(k)), "k");
    }
    let floor = Degenerate::Floor { absolute: -1.0, relative: 0.0 };
    assert_eq!(name(Hampel::new(1).degenerate(floor)), "absolute");
}

#[test]
fn an_infinity_takes_the_windows_that_hold_it() {
    // SEMANTICS 19.
    let mut values: Vec<f64> = (0..20).map(|t| f64::from(t * 7 % 11)).collect();
    values[10] = f64::INFINITY;
    assert!(Hampel::new(3).detect(&values).is_err());
    let scores = Hampel::new(3).missing(Missing::Skip).detect(&values).unwrap().scores;
    let lost: Vec<usize> = (0..20).filter(|place| scores[*place].is_nan()).collect();
    assert_eq!(lost, (7..14).collect::<Vec<_>>());
}

#[test]
fn windows_whose_spread_leaves_the_floats_judge_nothing() {
    let values = [f64::MAX, f64::MIN, f64::MAX, f64::MIN, f64::MAX, f64::MIN];
    let found = Hampel::new(2).detect(&values).unwrap();
    assert!(found.outliers.is_empty());
    assert!(found.scores.iter().all(|score| !score.is_infinite()));
}

#[test]
fn two_levels_in_turn_are_summed_up_together() {
    // Every other window has the other median and a median distance of 0.
    let values: Vec<f64> = (0..1000).map(|t| f64::from(t % 2)).collect();
    let plan = Hampel::new(20);
    assert_all_close_or_nan(&plan.detect(&values).unwrap().scores, &naive(&plan, &values), 1e-13);
    assert_eq!(median_and_mad(3, |index| [0.0, 1.0, 1.0][index]), (1.0, 0.0));
}

proptest! {
    #[test]
    fn scores_are_those_of_each_window_by_itself(
        values in prop::collection::vec(
            prop_oneof![
                6 => -1e3..1e3_f64,
                6 => (0..3_i32).prop_map(f64::from),
                1 => Just(f64::NAN),
            ],
            1..80,
        ),
        half in 1_usize..12,
    ) {
        let plan = Hampel::new(half).missing(Missing::Skip);
        let found = plan.detect(&values).unwrap();
        assert_all_close_or_nan(&found.scores, &naive(&plan, &values), 1e-12);
        for verdict in &found.outliers {
            let window = &values[verdict.index.saturating_sub(half)..(verdict.index + half + 1).min(values.len())];
            prop_assert_eq!(verdict.baseline.n, window.iter().filter(|value| !value.is_nan()).count());
        }
    }

    #[test]
    fn counts_that_are_mostly_zero_are_judged_by_their_mean_distance(
        values in prop::collection::vec(prop_oneof![5 => Just(0.0), 1 => (1..9_i32).prop_map(f64::from)], 1..200),
        half in 1_usize..30,
        end in 0_i32..3,
    ) {
        let mut values = values;
        values.extend(vec![f64::from(end); 20]);
        let plan = Hampel::new(half);
        assert_all_close_or_nan(&plan.detect(&values).unwrap().scores, &naive(&plan, &values), 1e-12);
    }

    #[test]
    fn backwards_the_scores_are_the_same(values in prop::collection::vec(-9.0..9.0_f64, 1..60), half in 1_usize..9) {
        let scores = Hampel::new(half).detect(&values).unwrap().scores;
        let backwards: Vec<f64> = values.iter().rev().copied().collect();
        let mut there = Hampel::new(half).detect(&backwards).unwrap().scores;
        there.reverse();
        prop_assert_eq!(scores, there);
    }
}
