use super::kernel::{Removals, robust_removals};
use super::*;
use crate::{Detector, Learning, grubbs_test};
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_core::stats::Missing;
use slo_testkit::{Random, assert_all_close, assert_close, fixtures};

const SIDES: [Side; 3] = [Side::Both, Side::Upper, Side::Lower];

const ROSNER: [f64; 54] = [
    -0.25, 0.68, 0.94, 1.15, 1.20, 1.26, 1.26, 1.34, 1.38, 1.43, 1.49, 1.49, 1.55, 1.56, 1.58, 1.65, 1.69,
    1.70, 1.76, 1.77, 1.81, 1.91, 1.94, 1.96, 1.99, 2.06, 2.09, 2.10, 2.14, 2.15, 2.23, 2.24, 2.26, 2.35,
    2.37, 2.40, 2.47, 2.54, 2.62, 2.64, 2.90, 2.92, 2.92, 2.93, 3.21, 3.26, 3.30, 3.59, 3.68, 4.30, 4.64,
    5.34, 5.42, 6.01,
];

fn test(values: &[f64], max_outliers: usize) -> EsdResult {
    esd_test(values, max_outliers, 0.05, Side::Both).unwrap()
}

fn dyadic(len: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-1_024_000i32..1_024_000).prop_map(|value| f64::from(value) / 1024.0), len)
}

/// By the definition: mean and deviation anew for each step, from distances to one of the values.
fn naive(values: &[f64], most: usize, side: Side) -> Vec<(usize, f64)> {
    let mut left: Vec<(usize, f64)> = values.iter().copied().enumerate().collect();
    let mut steps = Vec::new();
    for _ in 0..most.min((values.len() - 1) / 2) {
        let anchor = left[left.len() / 2].1;
        let n = left.len() as f64;
        let mean = left.iter().map(|(_, value)| value - anchor).sum::<f64>() / n;
        let squares = left.iter().map(|(_, value)| (value - anchor - mean).powi(2)).sum::<f64>();
        let distance = |value: f64| match side {
            Side::Both => (value - anchor - mean).abs(),
            Side::Upper => value - anchor - mean,
            Side::Lower => mean - (value - anchor),
        };
        if squares == 0.0 {
            break;
        }
        let furthest = left.iter().map(|(_, value)| distance(*value)).fold(0.0, f64::max);
        let place = left.iter().position(|(_, value)| distance(*value) == furthest).unwrap();
        steps.push((left.remove(place).0, furthest / (squares / (n - 1.0)).sqrt()));
    }
    steps
}

#[derive(serde::Deserialize)]
struct Parameters {
    side: Side,
    alpha: f64,
    max_outliers: usize,
}

#[derive(serde::Deserialize)]
struct Expected {
    places: Vec<usize>,
    statistics: Vec<f64>,
    critical: Vec<f64>,
    p_values: Vec<f64>,
    count: usize,
}

#[test]
fn every_step_equals_sixty_digit_references() {
    for case in fixtures::cases::<Vec<f64>, Parameters, Expected>("slo-anomaly/esd") {
        let Parameters { side, alpha, max_outliers } = case.parameters;
        let found = esd_test(&case.input, max_outliers, alpha, side).unwrap();
        let column = |read: fn(&EsdStep) -> f64| found.steps.iter().map(read).collect::<Vec<f64>>();
        case.assert_all_close("statistics", &column(|step| step.statistic), &case.expected.statistics);
        case.assert_all_close("critical", &column(|step| step.critical), &case.expected.critical);
        case.assert_all_close("p", &column(|step| step.p_value), &case.expected.p_values);
        let places: Vec<usize> = found.steps.iter().map(|step| step.index).collect();
        assert_eq!((places, found.count), (case.expected.places.clone(), case.expected.count));
    }
}

#[test]
fn rosners_example_has_three_outliers() {
    // Rosner (1983), by scikit-posthocs 0.17.1.
    let found = test(&ROSNER, 10);
    let statistics = [
        3.118_906_048_982_441_6,
        2.942_973_113_643_506_4,
        3.179_423_936_717_836,
        2.810_181_144_427_59,
        2.815_579_563_444_277_5,
        2.848_171_627_930_343,
        2.279_327_054_990_343_3,
        2.310_366_059_054_3,
        2.101_580_651_024_145,
        2.067_178_078_025_364_6,
    ];
    let critical = [
        3.158_793_940_887_494_3,
        3.151_430_023_316_012_6,
        3.143_889_685_031_995,
        3.136_164_956_057_793_8,
        3.128_247_334_330_998,
        3.120_127_738_314_815,
        3.111_796_454_289_989_6,
        3.103_243_077_602_28,
        3.094_456_447_023_39,
        3.085_424_571_243_102_8,
    ];
    for (place, step) in found.steps.iter().enumerate() {
        assert_close(step.critical, critical[place], 1e-12);
        assert_close(step.statistic, statistics[place], 1e-12);
    }
    assert_eq!(found.outliers(), [53, 52, 51]);
    assert_eq!(found.to_string(), "3 outliers among 54 values: 53, 52 and 51");
}

#[test]
fn the_largest_step_beyond_its_critical_value_counts() {
    // Ports of the seasonal test stop at the first within it (Marcnuth/AnomalyDetection 23, anomalize 15): none here.
    let found = test(&ROSNER, 10);
    assert!(found.steps[0].statistic < found.steps[0].critical);
    assert!(found.steps[2].statistic > found.steps[2].critical);
    assert_eq!(found.count, 3);
    assert_eq!(test(&ROSNER, 2).count, 0);
    assert_eq!(
        test(&ROSNER, 2).to_string(),
        "0 outliers among 54 values; the most extreme is 3.11891 deviations from the mean, the critical value 3.15879"
    );
}

#[test]
fn two_equal_outliers_are_two() {
    // An old scikit-posthocs looked removed values up by value and found one of them twice.
    let values = [1.0, 1.2, 0.9, 1.1, 40.0, 1.0, 0.8, 1.05, 40.0, 0.95, 1.15, 1.02];
    let found = test(&values, 4);
    assert_eq!(found.outliers(), [4, 8]);
    assert_eq!(GeneralizedEsd::new().max_outliers(4).detect(&values).unwrap().indices(), [4, 8]);
}

#[test]
fn the_deviation_is_the_samples() {
    // osl-ephys 444 divides by n: its R of Rosner's sample is √(54/53) too large, and one value too many follows.
    let n = ROSNER.len() as f64;
    let population = test(&ROSNER, 1).steps[0].statistic * (n / (n - 1.0)).sqrt();
    assert!(test(&ROSNER, 1).count == 0 && population < 3.158_794);
    assert_close(population, 3.148_194_5, 1e-4);
    assert_close(test(&ROSNER, 1).steps[0].statistic, 3.118_906_048_982_44, 1e-13);
}

#[test]
fn what_has_no_spread_has_no_outlier_and_no_step() {
    for constant in [0.0, -7.25, 1e9, 1e308] {
        assert!(test(&[constant; 20], 10).steps.is_empty());
        assert_eq!(test(&[constant; 20], 10).to_string(), "0 outliers among 20 values");
    }
    // After the last that differs nothing is left to take.
    let mut values = [5.0; 20];
    (values[3], values[9]) = (6.0, 3.0);
    let found = test(&values, 10);
    assert_eq!((found.outliers(), found.steps.len()), (vec![9, 3], 2));
    assert_eq!(found.steps[1].p_value, 0.0);
}

#[test]
fn fewer_than_half_are_taken_and_hostile_input_is_refused() {
    assert_eq!(test(&[1.0, 5.0, 9.0], 10).steps.len(), 1);
    assert_eq!(test(&[1.0, 5.0, 9.0, 11.0, 12.5], 10).steps.len(), 2);
    assert_eq!(test(&ROSNER, usize::MAX).steps.len(), 26);
    assert_eq!(esd_test(&[1.0, 2.0], 1, 0.05, Side::Both).unwrap_err().kind(), ErrorKind::TooShort);
    assert_eq!(esd_test(&ROSNER, 0, 0.05, Side::Both).unwrap_err().kind(), ErrorKind::InvalidParameter);
    assert_eq!(esd_test(&ROSNER, 1, 1.0, Side::Both).unwrap_err().kind(), ErrorKind::InvalidParameter);
    let error = esd_test(&[1.0, 2.0, 3.0, f64::NAN], 1, 0.05, Side::Both).unwrap_err();
    assert!(matches!(error, slo_core::Error::NonFinite { index: 3, .. }));
}

#[test]
fn a_small_spread_survives_the_removal_of_huge_values() {
    // Taking 1e300 out of a sum of squares would leave nothing of 1e-3.
    let mut values: Vec<f64> = (0..30).map(|i| f64::from(i * 7 % 11) * 1e-3).collect();
    let expected = test(&values, 3);
    values.extend([1e300, -1e299, 1e200, 1e12]);
    let found = test(&values, 8);
    assert_eq!(found.outliers(), [30, 31, 32, 33]);
    for (found, expected) in found.steps[4..].iter().zip(&expected.steps) {
        assert_close(found.statistic, expected.statistic, 1e-12);
    }
}

#[test]
fn every_option_changes_the_result() {
    let mut values = ROSNER.to_vec();
    values[0] = -9.0;
    let indices = |rule: GeneralizedEsd| rule.detect(&values).unwrap().indices();
    assert_eq!(indices(GeneralizedEsd::new()), [0, 51, 52, 53]);
    assert_eq!(indices(GeneralizedEsd::new().max_outliers(1)), [0]);
    assert_eq!(indices(GeneralizedEsd::new().alpha(1e-6)), [0]);
    assert_eq!(indices(GeneralizedEsd::new().side(Side::Lower)), [0]);
    values[4] = f64::NAN;
    assert!(GeneralizedEsd::new().detect(&values).is_err());
    assert_eq!(GeneralizedEsd::new().missing(Missing::Skip).detect(&values).unwrap().indices()[0], 0);
    values[4] = f64::INFINITY;
    assert!(GeneralizedEsd::new().missing(Missing::Skip).detect(&values).unwrap().scores[0].is_nan());
}

#[test]
fn outliers_are_judged_with_the_others_out_of_the_way() {
    let found = GeneralizedEsd::new().detect(&ROSNER).unwrap();
    let steps = test(&ROSNER, 10).steps;
    assert_eq!(found.threshold, steps[2].critical);
    // The last one has its own R; the first, which R did not exceed its critical value, has a score beyond it.
    assert_close(found.scores[51], steps[2].statistic, 1e-13);
    assert!(found.scores[53] > found.scores[52] && found.scores[52] > found.scores[51]);
    for verdict in &found.outliers {
        let Verdict { index, value, score, threshold, baseline, .. } = *verdict;
        assert_eq!((baseline.n, threshold), (52, found.threshold));
        assert_close((value - baseline.center) / baseline.scale, score, 1e-12);
        let rest: Vec<f64> = (0..54).filter(|i| *i < 51 || *i == index).map(|i| ROSNER[i]).collect();
        let alone = grubbs_test(&rest, Side::Both, 0.05).unwrap();
        assert_close(alone.statistic, score, 1e-12);
        assert_close(alone.p_value, verdict.p_value().unwrap(), 1e-11);
    }
    // The others are scored among themselves.
    let rest = grubbs_test(&ROSNER[..51], Side::Upper, 0.05).unwrap();
    assert_close(found.scores[50], rest.statistic, 1e-12);
}

use crate::Verdict;

#[test]
fn the_level_is_about_held_in_normal_samples() {
    // Rosner (1983), table 3: with n >= 25 the level is near alpha; it is a bound for each step, not for all.
    let mut random = Random::seeded(25);
    for n in [30, 60] {
        let trials = 4000;
        let any = (0..trials)
            .filter(|_| {
                let values: Vec<f64> = (0..n).map(|_| random.normal()).collect();
                test(&values, 10).count > 0
            })
            .count() as f64;
        let rate = any / f64::from(trials);
        let room = 3.0 * (0.05_f64 * 0.95 / f64::from(trials)).sqrt();
        // Rosner's own simulations give up to 0.059 at these sizes.
        assert!(rate > 0.05 - room && rate < 0.06 + room, "{n}: {rate}");
    }
}

#[test]
fn about_the_median_values_are_taken_as_by_sorting_anew() {
    let mut random = Random::seeded(5);
    for n in [3, 4, 17, 80] {
        let values: Vec<f64> = (0..n).map(|_| (random.normal() * 8.0).round() / 4.0).collect();
        for side in SIDES {
            let mut left: Vec<f64> = values.clone();
            for removal in robust_removals(&values, n, side) {
                left.sort_by(f64::total_cmp);
                let median =
                    |sorted: &[f64]| f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
                let center = median(&left);
                let mut distances: Vec<f64> = left.iter().map(|value| (value - center).abs()).collect();
                distances.sort_by(f64::total_cmp);
                let scale = 1.482_602_218_505_602 * median(&distances);
                let furthest = match side {
                    Side::Both => *distances.last().unwrap(),
                    Side::Upper => left[left.len() - 1] - center,
                    Side::Lower => center - left[0],
                };
                assert_close(removal.statistic, furthest / scale, 1e-14);
                assert_eq!((removal.center, removal.n), (center, left.len()));
                let place = left.iter().position(|value| *value == values[removal.place]).unwrap();
                left.remove(place);
            }
        }
    }
    assert!(robust_removals(&[2.0, 2.0, 2.0, 9.0], 2, Side::Both).is_empty());
}

#[test]
fn the_newest_value_is_flagged_where_the_test_finds_it() {
    let mut values = ROSNER.to_vec();
    values.extend([2.0, 6.5, 1.5, 7.0]);
    let rolling = GeneralizedEsd::new().rolling(57).unwrap();
    let found = rolling.detect(&values).unwrap();
    for place in [53, 54, 55, 57] {
        let whole = GeneralizedEsd::new().detect(&values[..=place]).unwrap();
        assert_close(found.scores[place], whole.scores[place], 1e-12);
        assert_eq!(found.indices().contains(&place), whole.indices().contains(&place));
    }
    assert!(found.indices().contains(&57));
    assert!(found.scores[1].is_nan());
    let unflagged = rolling.learning(Learning::Unflagged).detect(&values).unwrap();
    assert!(unflagged.indices().contains(&57));
}

proptest! {
    #[test]
    fn the_steps_are_those_of_the_definition(values in dyadic(3..60), most in 1..30_usize) {
        for side in SIDES {
            let found = esd_test(&values, most, 0.05, side).unwrap();
            let expected = naive(&values, most, side);
            prop_assert_eq!(found.steps.len(), expected.len());
            let statistics: Vec<f64> = found.steps.iter().map(|step| step.statistic).collect();
            let wanted: Vec<f64> = expected.iter().map(|(_, statistic)| *statistic).collect();
            assert_all_close(&statistics, &wanted, 1e-11);
        }
    }

    #[test]
    fn more_allowed_outliers_take_the_same_values_first(values in dyadic(5..60)) {
        let (few, many) = (test(&values, 2), test(&values, 20));
        for (few, many) in few.steps.iter().zip(&many.steps) {
            prop_assert_eq!(few.index, many.index);
            prop_assert!((few.statistic - many.statistic).abs() <= 1e-13 * many.statistic);
        }
        prop_assert!(many.count >= few.count);
    }

    #[test]
    fn every_outlier_has_a_score_beyond_the_threshold(values in dyadic(3..60), wild in 0..20_usize) {
        let mut values = values;
        for place in 0..wild.min(values.len()) {
            values[place] *= 50.0;
        }
        let found = GeneralizedEsd::new().alpha(0.3).max_outliers(20).detect(&values).unwrap();
        let count = esd_test(&values, 20, 0.3, Side::Both).unwrap().count;
        prop_assert_eq!(found.outliers.len(), count);
        prop_assert!(found.outliers.iter().all(|verdict| verdict.score.abs() > verdict.threshold));
    }

    #[test]
    fn what_is_left_has_the_moments_of_what_is_left(values in dyadic(3..40), most in 1..19_usize) {
        let removals = Removals::new(&values, most.min((values.len() - 1) / 2), Side::Both);
        let taken: Vec<usize> = removals.taken.iter().map(|removal| removal.place).collect();
        let rest: Vec<f64> =
            values.iter().enumerate().filter(|(place, _)| !taken.contains(place)).map(|(_, v)| *v).collect();
        let mean = rest.iter().sum::<f64>() / rest.len() as f64;
        let (_, center, scale) = removals.score(taken.len(), values[0]);
        let variance = rest.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (rest.len() as f64 - 1.0);
        prop_assert!((center - mean).abs() < 1e-9);
        prop_assert!((scale - variance.sqrt()).abs() < 1e-9);
    }
}
