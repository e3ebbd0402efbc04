use super::*;
use crate::OnlineDetector;
use proptest::prelude::*;
use slo_testkit::{assert_all_close, assert_close};

const URANIUM: [f64; 8] = [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57];

#[test]
fn the_uranium_samples_scores_are_those_of_exact_constants() {
    // R 4.2.2, 0.6745 (x - median(x))/mad(x, constant = 1): Iglewicz and Hoaglin's constant is rounded, ours is not.
    let rounded = [
        -1.396_452_26,
        -1.247_316_58,
        -0.799_909_55,
        -0.372_839_2,
        0.372_839_2,
        0.393_175_88,
        0.549_090_45,
        29.962_713_57,
    ];
    let found = Mad::new().detect(&URANIUM).unwrap();
    let exact = rounded.map(|score: f64| score / 0.6745 / 1.482_602_218_505_602);
    assert_all_close(&found.scores, &exact, 2e-8);
    assert_close(found.scores[7], 0.674_489_750_196_081_7 * 44.2 / 0.995, 1e-12);
    assert_eq!((found.indices(), found.threshold), (vec![7], 3.5));
    // R's `mad` is 1.475187 with the constant 1.4826.
    assert_close(found.outliers[0].baseline.scale, 1.475_187 / 1.4826 * 1.482_602_218_505_602, 1e-12);
}

#[test]
fn the_limit_itself_is_not_exceeded() {
    // Of 0, 2 and 4 the median distance is 2; with 0, 2, 4 and 2 + 3 scales beside it, it is 2 still.
    let values = [0.0, 2.0, 2.0, 2.0, 4.0, 0.0, 4.0];
    let found = Mad::new().detect(&values).unwrap();
    let at = found.scores[4];
    assert!(Mad::new().k(at).detect(&values).unwrap().outliers.is_empty());
    assert_eq!(Mad::new().k(at.next_down()).detect(&values).unwrap().indices(), [0, 4, 5, 6]);
}

#[test]
fn where_most_values_are_equal_the_mean_distance_takes_over() {
    // Mean distance 10/8 with √(π/2): 4 above is 4/1.5666 = 2.553, 6 above 3.830.
    let errors = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0, 6.0];
    let found = Mad::new().detect(&errors).unwrap();
    assert_close(found.scores[6], 4.0 / (1.25 * std::f64::consts::FRAC_PI_2.sqrt()), 1e-15);
    assert_eq!(found.indices(), [7]);
    let moving = Mad::new().rolling(7).unwrap().detect(&[&errors[..7], &[6.0]].concat()).unwrap();
    assert_close(moving.scores[7], 6.0 / (4.0 / 7.0 * std::f64::consts::FRAC_PI_2.sqrt()), 1e-15);
}

#[test]
fn a_constant_is_what_the_policy_says() {
    let steady = [5.0; 9];
    assert_eq!(Mad::new().detect(&steady).unwrap().scores, [0.0; 9]);
    let mut online = Mad::new().online(9).unwrap();
    online.observe_many(&steady).unwrap();
    let verdict = online.score(5.1).unwrap();
    assert!(verdict.flagged && verdict.score == f64::INFINITY && verdict.reason == Reason::Degenerate);
    let mut online = Mad::new().degenerate(Degenerate::NoAlarm).online(9).unwrap();
    online.observe_many(&steady).unwrap();
    assert!(!online.score(5.1).unwrap().flagged);
}

#[test]
fn values_that_floats_cannot_be_told_apart_by_are_not_judged() {
    let wild = [f64::MAX, -f64::MAX, f64::MAX, -f64::MAX];
    let found = Mad::new().detect(&wild).unwrap();
    assert!(found.outliers.is_empty());
    let tiny = [0.0, 5e-324, 1e-323, 1.5e-323, 1e-300];
    assert_eq!(Mad::new().detect(&tiny).unwrap().indices(), [4]);
}

#[test]
fn what_is_not_finite_is_refused_with_its_place_or_left_out() {
    let skipping = Mad::new().missing(Missing::Skip);
    for bad in [f64::NAN, f64::INFINITY] {
        let values = [1.0, 2.0, bad, 3.0];
        let error = Mad::new().detect(&values).unwrap_err();
        assert!(matches!(error, Error::NonFinite { index: 2, .. }), "{error}");
        assert!(skipping.detect(&values).unwrap().outliers.is_empty());
    }
    assert_eq!(skipping.detect(&[f64::NAN, 1.0, 2.0, 1.0, 90.0]).unwrap().indices(), [4]);
}

#[test]
fn parameters_outside_their_ranges_are_refused_by_name() {
    for k in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(Mad::new().k(k).check().unwrap_err().to_string().starts_with("k = "));
    }
    assert!(Mad::new().k(f64::MIN_POSITIVE).check().is_ok());
    assert!(Mad::new().rolling(1).is_err() && Mad::new().rolling(2).is_ok());
}

proptest! {
    #[test]
    fn half_of_the_values_may_be_wild(wild in prop::collection::vec(1e3..1e9_f64, 1..10)) {
        // Eleven values around 0, fewer wild ones: all of them are found, and nothing else.
        let mut values: Vec<f64> = (-5..=5).map(f64::from).collect();
        values.extend(&wild);
        let found = Mad::new().k(25.0).detect(&values).unwrap();
        prop_assert_eq!(found.indices(), (11..11 + wild.len()).collect::<Vec<_>>());
    }
}
