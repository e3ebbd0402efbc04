use super::*;
use crate::{Detector, OnlineDetector, Reason, ThreeSigma};
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_core::stats::Missing;
use slo_testkit::{Random, assert_close, fixtures};

const SIDES: [Side; 3] = [Side::Both, Side::Upper, Side::Lower];

const URANIUM: [f64; 8] = [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57];

/// R: `set.seed(1234); rnorm(10)`.
const R_NORMAL: [f64; 10] = [
    -1.207_065_749_385_421,
    0.277_429_242_110_660,
    1.084_441_176_683_056,
    -2.345_697_702_629_349,
    0.429_124_688_811_050,
    0.506_055_892_157_574,
    -0.574_739_960_134_649,
    -0.546_631_855_784_187,
    -0.564_451_999_093_283,
    -0.890_037_829_044_104,
];

fn test(values: &[f64], side: Side) -> TestResult {
    grubbs_test(values, side, 0.05).unwrap()
}

fn normal(random: &mut Random, n: usize) -> Vec<f64> {
    (0..n).map(|_| random.normal()).collect()
}

fn dyadic(len: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-1_024_000i32..1_024_000).prop_map(|value| f64::from(value) / 1024.0), len)
}

#[derive(serde::Deserialize)]
struct Parameters {
    side: Side,
    alpha: f64,
}

#[derive(serde::Deserialize)]
struct Expected {
    statistic: f64,
    p_value: f64,
    critical: f64,
    index: usize,
    exact: bool,
}

#[test]
fn statistic_p_value_and_critical_value_equal_sixty_digit_references() {
    for case in fixtures::cases::<Vec<f64>, Parameters, Expected>("slo-anomaly/grubbs") {
        let found = grubbs_test(&case.input, case.parameters.side, case.parameters.alpha).unwrap();
        case.assert_close("statistic", found.statistic, case.expected.statistic);
        case.assert_close("p", found.p_value, case.expected.p_value);
        case.assert_close("critical", found.critical.unwrap(), case.expected.critical);
        assert_eq!((found.index(), found.exact()), (Some(case.expected.index), case.expected.exact));
    }
}

#[derive(serde::Deserialize)]
struct OppositeParameters {
    alpha: f64,
}

#[derive(serde::Deserialize)]
struct OppositeExpected {
    statistic: f64,
    p_value: f64,
    critical: f64,
    exact: bool,
}

#[test]
fn opposite_outliers_equal_sixty_digit_references() {
    for case in fixtures::cases::<Vec<f64>, OppositeParameters, OppositeExpected>("slo-anomaly/opposite") {
        let found = opposite_outliers_test(&case.input, case.parameters.alpha).unwrap();
        case.assert_close("statistic", found.statistic, case.expected.statistic);
        case.assert_close("p", found.p_value, case.expected.p_value);
        case.assert_close("critical", found.critical.unwrap(), case.expected.critical);
        assert_eq!(found.exact(), case.expected.exact);
        let by_size = |a: &&f64, b: &&f64| a.total_cmp(b);
        let ends = [case.input.iter().max_by(by_size).unwrap(), case.input.iter().min_by(by_size).unwrap()];
        assert!(found.suspects.iter().all(|place| ends.contains(&&case.input[*place])));
    }
}

#[test]
fn uranium_and_normal_numbers_give_what_r_prints() {
    // R outliers 0.15: grubbs.test types 10 and 11, to the digits printed.
    let upper = test(&URANIUM, Side::Upper);
    assert_close(upper.statistic, 2.468_764_611_212_45, 1e-13);
    assert_close(upper.p_value, 1.501_319_34e-7, 4e-9);
    assert_close(upper.critical.unwrap(), 2.031_652_001_55, 1e-11);
    let both = test(&URANIUM, Side::Both);
    assert_close(both.p_value, 3.002_638_68e-7, 4e-9);
    assert_close(both.critical.unwrap(), 2.126_645_087_20, 1e-11);
    let one = test(&R_NORMAL, Side::Lower);
    assert_close(one.statistic, 1.970_842_384_95, 1e-11);
    assert_close(one.p_value, 0.132_278_246_116, 1e-11);
    let opposite = opposite_outliers_test(&R_NORMAL, 0.05).unwrap();
    assert_close(opposite.statistic, 3.444_649_321_98, 1e-11);
    // R's search for p stops at 1e-4.
    assert_close(opposite.p_value, 0.195_026_319_234, 1e-3);
    // R's `two.sided` doubles it to 1.257 and folds that into 2 - 1.257.
    let uranium = opposite_outliers_test(&URANIUM, 0.05).unwrap();
    assert_close(uranium.statistic, 2.918_139_855_37, 1e-11);
    assert_close(uranium.p_value, 1.257 / 2.0, 1e-4);
    assert_eq!(uranium.exactness, Exactness::UpperBound);
}

#[test]
fn critical_values_are_the_tables() {
    // Grubbs (1969), table I: one-sided 5 %, 2.5 % and 1 %, most of them rounded up in the third place.
    for (n, five, two_and_a_half, one) in
        [(5, 1.672, 1.715, 1.749), (8, 2.032, 2.126, 2.221), (20, 2.557, 2.709, 2.884)]
    {
        for (alpha, expected) in [(0.05, five), (0.025, two_and_a_half), (0.01, one)] {
            assert!((critical_value(n, Side::Upper, alpha) - expected).abs() < 1e-3, "{n} {alpha}");
            assert_eq!(critical_value(n, Side::Both, 2.0 * alpha), critical_value(n, Side::Lower, alpha));
        }
    }
}

#[test]
fn where_the_p_value_is_exact_is_where_two_cannot_be_so_far_out() {
    // Two at √((n-1)/2) on either side, all others 0: G is the bound itself.
    for n in [4, 9, 30] {
        let mut values = vec![0.0; n];
        (values[0], values[1]) = (1.0, -1.0);
        let bound = ((n as f64 - 1.0) / 2.0).sqrt();
        assert_close(test(&values, Side::Both).statistic, bound, 1e-15);
        for (moved, exactness) in [(1.0 + 1e-9, Exactness::Exact), (1.0, Exactness::Exact)] {
            assert_eq!(exactness_of(bound * moved, n, Side::Both), exactness);
        }
        assert_eq!(exactness_of(bound.next_down(), n, Side::Both), Exactness::UpperBound);
        // Two on one side, all others -2/(n-2).
        let mut values = vec![-2.0 / (n as f64 - 2.0); n];
        (values[0], values[1]) = (1.0, 1.0);
        let bound = ((n as f64 - 1.0) * (n as f64 - 2.0) / (2.0 * n as f64)).sqrt();
        assert_close(test(&values, Side::Upper).statistic, bound, 1e-15);
        assert_eq!(exactness_of(bound, n, Side::Upper), Exactness::Exact);
        assert_eq!(exactness_of(bound.next_down(), n, Side::Lower), Exactness::UpperBound);
    }
}

fn exactness_of(statistic: f64, n: usize, side: Side) -> Exactness {
    exactness(statistic, n, side)
}

#[test]
fn two_pairs_can_be_as_far_apart_as_the_bound_says() {
    // One at 2/3 of the width, two at -1/3, all others 0: W = √(3(n-1)/2) for both pairs.
    for n in [4_usize, 9, 30] {
        let mut values = vec![0.0; n];
        (values[0], values[1], values[2]) = (2.0, -1.0, -1.0);
        let found = opposite_outliers_test(&values, 0.05).unwrap();
        assert_close(found.statistic, (1.5 * (n as f64 - 1.0)).sqrt(), 1e-15);
    }
}

#[test]
fn too_few_values_and_bad_levels_are_refused() {
    for values in [&[][..], &[1.0], &[1.0, 2.0]] {
        assert_eq!(grubbs_test(values, Side::Both, 0.05).unwrap_err().kind(), ErrorKind::TooShort);
        assert_eq!(opposite_outliers_test(values, 0.05).unwrap_err().kind(), ErrorKind::TooShort);
    }
    for alpha in [0.0, 1.0, -0.1, 5.0, f64::NAN] {
        assert_eq!(grubbs_test(&URANIUM, Side::Both, alpha).unwrap_err().kind(), ErrorKind::InvalidParameter);
        assert_eq!(opposite_outliers_test(&URANIUM, alpha).unwrap_err().kind(), ErrorKind::InvalidParameter);
        assert!(Grubbs::new().alpha(alpha).detect(&URANIUM).is_err());
    }
    for bad in [f64::NAN, f64::INFINITY] {
        let error = grubbs_test(&[1.0, 2.0, bad, 3.0], Side::Both, 0.05).unwrap_err();
        assert!(matches!(error, slo_core::Error::NonFinite { name: "values", index: 2, .. }));
        assert!(opposite_outliers_test(&[1.0, 2.0, bad, 3.0], 0.05).is_err());
    }
}

#[test]
fn a_constant_sample_has_no_outlier() {
    // scikit-posthocs divides by zero here.
    for constant in [0.0, -7.25, 1e9, 5e-324, 1e308] {
        for side in SIDES {
            let found = test(&[constant; 12], side);
            assert_eq!((found.statistic, found.p_value, found.index()), (0.0, 1.0, None));
        }
        let found = opposite_outliers_test(&[constant; 12], 0.05).unwrap();
        assert_eq!((found.statistic, found.p_value, found.index()), (0.0, 1.0, None));
        assert!(Grubbs::new().detect(&[constant; 12]).unwrap().outliers.is_empty());
    }
}

#[test]
fn one_value_beside_equal_ones_is_as_far_out_as_can_be() {
    // (n-1)/√n, where p is 0.
    let mut values = [5.0; 9];
    values[4] = 6.0;
    for (side, found) in [(Side::Both, 8.0 / 3.0), (Side::Upper, 8.0 / 3.0)] {
        assert_eq!((test(&values, side).statistic, test(&values, side).p_value), (found, 0.0));
        assert!(test(&values, side).exact());
    }
    let opposite = opposite_outliers_test(&[5.0, 5.0, 5.0, 4.0, 6.0], 0.05).unwrap();
    // W = √(2 (n-1)) and p = 0.
    assert_eq!((opposite.statistic, opposite.p_value), (8.0_f64.sqrt(), 0.0));
    assert_eq!(opposite.suspects, [4, 3]);
}

#[test]
fn of_equal_values_the_first_is_the_suspect_and_of_opposite_ones_the_upper() {
    assert_eq!(test(&[0.0, 9.0, 1.0, 9.0, 0.5], Side::Upper).suspects, [1]);
    assert_eq!(test(&[0.0, -1.0, 0.0, 1.0, 0.0], Side::Both).suspects, [3]);
}

#[test]
fn neither_size_nor_offset_takes_digits() {
    let expected = test(&URANIUM, Side::Both);
    for scale in [1e-310, 1e-300, 1e-160, 1e160, 1e300, 7e305] {
        let scaled: Vec<f64> = URANIUM.iter().map(|value| value * scale).collect();
        // Among subnormal floats the values themselves have lost digits.
        let tolerance = if scale < 1e-305 { 1e-8 } else { 1e-12 };
        assert_close(test(&scaled, Side::Both).statistic, expected.statistic, tolerance);
        assert_close(test(&scaled, Side::Both).p_value, expected.p_value, 10.0 * tolerance);
    }
    let wide = [-1e308, 1e308, 0.0, 1e307, -1e307, 5e307];
    let narrow = wide.map(|value| value / 1e307);
    assert_close(test(&wide, Side::Both).p_value, test(&narrow, Side::Both).p_value, 1e-12);
    let (wide, narrow) =
        (opposite_outliers_test(&wide, 0.05).unwrap(), opposite_outliers_test(&narrow, 0.05).unwrap());
    assert_close(wide.statistic, narrow.statistic, 1e-14);
    // A huge value leaves the spread of the others as it is: t = κ√6 with κ = 1e15·√(7/8)/√Σ(y - m)².
    let mut huge = URANIUM;
    huge[7] = 1e15;
    let rest = crate::normal_sample::Moments::of_slice(&huge[..7], |value| value);
    let t = (1e15 - rest.mean) * (7.0_f64 / 8.0).sqrt() / rest.norm * 6.0_f64.sqrt();
    assert_close(test(&huge, Side::Upper).p_value, 8.0 * crate::normal_sample::upper_tail(t, 6.0), 1e-12);
}

/// How often the test finds an outlier in normal samples, and what it may at most by chance.
fn false_alarms(n: usize, trials: usize, alpha: f64, found: impl Fn(&[f64]) -> Option<bool>) -> (f64, f64) {
    let mut random = Random::seeded(25 + n as u64);
    let hits = (0..trials).filter(|_| found(&normal(&mut random, n)) == Some(true)).count();
    (hits as f64 / trials as f64, 3.0 * (alpha * (1.0 - alpha) / trials as f64).sqrt())
}

#[test]
fn a_level_at_which_the_p_value_is_exact_is_held() {
    // SEMANTICS 25. The critical value lies beyond the bound for up to 13 values on both sides.
    for (n, side, alpha) in [
        (3, Side::Both, 0.05),
        (8, Side::Both, 0.05),
        (13, Side::Both, 0.05),
        (6, Side::Upper, 0.1),
        (30, Side::Both, 1e-4),
    ] {
        let critical = critical_value(n, side, alpha);
        if n < 30 {
            assert_eq!(exactness(critical, n, side), Exactness::Exact);
        }
        let (rate, room) = false_alarms(n, 40_000, alpha, |values| {
            Some(grubbs_test(values, side, alpha).unwrap().p_value < alpha)
        });
        assert!((rate - alpha).abs() < room, "{n} {side}: {rate}");
    }
}

#[test]
fn exact_p_values_are_uniform_and_bounds_are_bounds() {
    // SEMANTICS 25, n = 30 and at three levels: what says exact is, the rest is no more than alpha.
    for n in [5, 30] {
        for alpha in [0.01, 0.05, 0.2] {
            let (rate, room) = false_alarms(n, 20_000, alpha, |values| {
                Some(grubbs_test(values, Side::Both, 0.05).unwrap().p_value <= alpha)
            });
            assert!(rate <= alpha + room, "{n} {alpha}: {rate}");
            let (rate, room) = false_alarms(n, 20_000, alpha, |values| {
                Some(opposite_outliers_test(values, 0.05).unwrap().p_value <= alpha)
            });
            assert!(rate <= alpha + room, "{n} {alpha}: {rate}");
        }
    }
    // Three values: every p-value of opposite outliers is exact.
    let (rate, room) = false_alarms(3, 40_000, 0.3, |values| {
        let found = opposite_outliers_test(values, 0.05).unwrap();
        assert!(found.exact());
        Some(found.p_value <= 0.3)
    });
    assert!((rate - 0.3).abs() < room, "{rate}");
}

#[test]
fn at_most_the_most_extreme_value_is_flagged() {
    // In 40 values two can both exceed the critical value of 3.04.
    let mut values: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 11) / 11.0).collect();
    (values[3], values[20]) = (50.0, 51.0);
    let found = Grubbs::new().detect(&values).unwrap();
    assert_eq!(found.indices(), [20]);
    assert!(found.scores[3] > found.threshold);
    let verdict = found.outliers[0];
    let expected = test(&values, Side::Both);
    assert_eq!(
        (verdict.score, verdict.p_value(), verdict.exactness()),
        (expected.statistic, Some(expected.p_value), Some(expected.exactness))
    );
    assert_eq!(verdict.threshold, expected.critical.unwrap());
    let below: Vec<f64> = values.iter().map(|value| -value).collect();
    let found = Grubbs::new().detect(&below).unwrap();
    assert_eq!((found.indices(), found.outliers[0].side), (vec![20], Some(Side::Lower)));
}

#[test]
fn the_critical_value_itself_is_not_exceeded() {
    // alpha is p itself, and the floats beside it.
    let p = test(&URANIUM, Side::Both).p_value;
    assert_eq!(Grubbs::new().alpha(p * (1.0 + 1e-10)).detect(&URANIUM).unwrap().indices(), [7]);
    assert!(Grubbs::new().alpha(p * (1.0 - 1e-10)).detect(&URANIUM).unwrap().indices().is_empty());
    let rule = Grubbs::new();
    let place = (0, 3.0);
    let others = crate::Baseline::of(0.0, 1.0, 9);
    // The score of a value three deviations from nine others: T = 3 √(9/10).
    let score = rule.newest(place, 3.0, others, 1.0, Exactness::Exact).score;
    for (threshold, flagged) in [(score.next_down(), true), (score, false), (score.next_up(), false)] {
        assert_eq!(rule.newest(place, 3.0, others, threshold, Exactness::Exact).flagged, flagged);
    }
}

#[test]
fn gaps_are_left_out_and_nothing_is_judged_beside_an_infinity() {
    let rule = Grubbs::new().missing(Missing::Skip);
    let mut values = vec![f64::NAN];
    values.extend(URANIUM);
    let found = rule.detect(&values).unwrap();
    assert_eq!(found.indices(), [8]);
    assert!(found.scores[0].is_nan());
    assert_eq!(found.scores[1..], Grubbs::new().detect(&URANIUM).unwrap().scores);
    values[3] = f64::INFINITY;
    let found = rule.detect(&values).unwrap();
    assert!(found.outliers.is_empty() && found.scores.iter().all(|score| score.is_nan()));
    assert_eq!(Grubbs::new().detect(&values).unwrap_err().kind(), ErrorKind::NonFinite);
    // Two values say nothing.
    assert!(Grubbs::new().detect(&[1.0, 2.0]).unwrap().scores[1].is_nan());
}

#[test]
fn the_newest_value_has_the_p_value_of_the_t_test() {
    // SEMANTICS 23: the same T as of ThreeSigma; the score is bounded by (n-1)/√n.
    let mut random = Random::seeded(3);
    let mut values = normal(&mut random, 60);
    values[50] = 9.0;
    let (grubbs, sigma) = (Grubbs::new().rolling(20).unwrap(), ThreeSigma::new().rolling(20).unwrap());
    let (ours, theirs) = (grubbs.detect(&values).unwrap(), sigma.detect(&values).unwrap());
    for place in 2..60 {
        let n = place.min(20) as f64 + 1.0;
        let t = theirs.scores[place] / (n / (n - 1.0)).sqrt();
        let expected = (n - 1.0) / n.sqrt() * t / (n - 2.0 + t * t).sqrt();
        assert_close(ours.scores[place], expected, 1e-12);
    }
    let at = |found: &crate::Detection| {
        found.outliers.iter().find(|verdict| verdict.index == 50).copied().unwrap()
    };
    assert_close(at(&ours).p_value().unwrap(), at(&theirs).p_value().unwrap(), 1e-12);
    assert!(at(&ours).exact());
    assert!(ours.scores[0].is_nan() && ours.scores[1].is_nan());
    // Baselines that leave out what was flagged are no samples of all values.
    let learnt = grubbs.learning(crate::Learning::Unflagged).detect(&values).unwrap();
    assert!(!at(&learnt).exact());
}

#[test]
fn a_stream_has_alpha_false_alarms_for_each_window() {
    // Each value is flagged with probability alpha/n; 3 Monte Carlo standard errors of their number.
    let mut random = Random::seeded(11);
    let values = normal(&mut random, 200_000);
    for (side, alpha) in [(Side::Both, 0.2), (Side::Upper, 0.5)] {
        let rule = Grubbs::new().alpha(alpha).side(side).rolling(29).unwrap();
        let flagged =
            rule.detect(&values).unwrap().indices().iter().filter(|place| **place >= 29).count() as f64;
        let expected = 199_971.0 * alpha / 30.0;
        assert!((flagged - expected).abs() < 3.0 * expected.sqrt(), "{flagged} {expected}");
    }
}

#[test]
fn constants_and_steps_are_judged_in_a_window() {
    let found = Grubbs::new().rolling(5).unwrap().detect(&[4.0; 9]).unwrap();
    assert_eq!(found.scores[8], 0.0);
    // A step out of a constant is as far out as can be: 5/√6.
    let mut online = Grubbs::new().online(5).unwrap();
    online.observe_many(&[4.0; 9]).unwrap();
    let verdict = online.score(5.0).unwrap();
    assert_close(verdict.score, 5.0 / 6.0_f64.sqrt(), 1e-15);
    assert!(verdict.flagged && verdict.p_value() == Some(0.0) && verdict.reason == Reason::Beyond);
    assert_eq!(online.score(3.0).unwrap().score, -verdict.score);
}

#[test]
fn a_winsorised_baseline_learns_the_value_at_the_limit() {
    for rule in [Grubbs::new().rolling(12).unwrap(), crate::GeneralizedEsd::new().rolling(12).unwrap()] {
        let rule = rule.learning(crate::Learning::Winsorised);
        let mut online = rule.online().unwrap();
        online.observe_many(&[1.0, 2.0, 3.0, 2.0, 1.5, 2.5, 2.2, 1.8, 2.1, 1.9, 2.4, 1.6]).unwrap();
        let verdict = online.score(50.0).unwrap();
        let limit = verdict.baseline.center + distance(verdict.threshold, 12) * verdict.baseline.scale;
        assert!(verdict.flagged && (3.0..10.0).contains(&limit));
        // There the score is the threshold.
        for (value, flagged) in [(limit * (1.0 + 1e-9), true), (limit * (1.0 - 1e-9), false)] {
            assert_eq!(online.score(value).unwrap().flagged, flagged);
        }
        let mut plain = online.clone();
        online.observe(50.0).unwrap();
        plain.observe(limit * (1.0 - 1e-12)).unwrap();
        assert_close(online.score(3.1).unwrap().score, plain.score(3.1).unwrap().score, 1e-9);
    }
}

proptest! {
    #[test]
    fn p_is_below_alpha_where_the_statistic_exceeds_the_critical_value(
        values in dyadic(3..40),
        alpha in 1e-6..0.5_f64,
    ) {
        for side in SIDES {
            let found = grubbs_test(&values, side, alpha).unwrap();
            let critical = found.critical.unwrap();
            if (found.statistic / critical - 1.0).abs() > 1e-9 {
                prop_assert_eq!(found.statistic > critical, found.p_value < alpha);
            }
            prop_assert!(found.statistic <= (values.len() as f64 - 1.0) / (values.len() as f64).sqrt());
        }
        let found = opposite_outliers_test(&values, alpha).unwrap();
        let critical = found.critical.unwrap();
        if (found.statistic / critical - 1.0).abs() > 1e-9 {
            prop_assert_eq!(found.statistic > critical, found.p_value < alpha);
        }
    }

    #[test]
    fn offset_and_unit_change_nothing(values in dyadic(3..40), power in -300..300_i32) {
        // SEMANTICS 24.
        for side in SIDES {
            let expected = test(&values, side);
            let shifted: Vec<f64> = values.iter().map(|value| value + 1e9).collect();
            let scaled: Vec<f64> = values.iter().map(|value| value * 2_f64.powi(power)).collect();
            prop_assert!((test(&shifted, side).statistic - expected.statistic).abs() <= 1e-12 * expected.statistic);
            prop_assert!((test(&scaled, side).statistic - expected.statistic).abs() <= 1e-13 * expected.statistic);
        }
    }

    #[test]
    fn the_sides_mirror_each_other(values in dyadic(3..40)) {
        let negative: Vec<f64> = values.iter().map(|value| -value).collect();
        let (upper, lower) = (test(&values, Side::Upper), test(&negative, Side::Lower));
        prop_assert!((upper.statistic - lower.statistic).abs() <= 1e-13 * upper.statistic);
        let both = test(&values, Side::Both).statistic;
        let greater = upper.statistic.max(test(&values, Side::Lower).statistic);
        prop_assert!((both - greater).abs() <= 1e-13 * both);
    }
}
