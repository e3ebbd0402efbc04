use super::*;
use crate::{Detection, Reason};
use proptest::prelude::*;
use slo_testkit::{assert_all_close, assert_close, fixtures};

/// The score of each value by the definition, in two passes over the others' distances from one of them.
fn naive(values: &[f64]) -> Vec<f64> {
    let score = |place: usize| {
        let others: Vec<f64> =
            values.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, value)| *value).collect();
        let n = others.len() as f64;
        let near = |value: f64| value - others[0];
        let mean = others.iter().map(|value| near(*value)).sum::<f64>() / n;
        let squares = others.iter().map(|value| (near(*value) - mean).powi(2)).sum::<f64>();
        (near(values[place]) - mean) / (squares / (n - 1.0)).sqrt()
    };
    (0..values.len()).map(score).collect()
}

/// Multiples of 2^-10 of size up to 1000: a shift by 1e9 is exact.
fn dyadic(len: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-1_024_000i32..1_024_000).prop_map(|value| f64::from(value) / 1024.0), len)
}

fn detect(rule: ThreeSigma, values: &[f64]) -> Detection {
    rule.detect(values).unwrap()
}

#[derive(serde::Deserialize)]
struct Parameters {
    scale: String,
    side: String,
}

#[derive(serde::Deserialize)]
struct Expected {
    scores: Vec<f64>,
    p_values: Vec<f64>,
}

#[test]
fn scores_and_tails_equal_fifty_digit_references() {
    for case in fixtures::cases::<Vec<f64>, Parameters, Expected>("slo-anomaly/three_sigma") {
        let scale = match case.parameters.scale.as_str() {
            "sample" => Scale::Sample,
            _ => Scale::Population,
        };
        let side = match case.parameters.side.as_str() {
            "both" => Side::Both,
            "upper" => Side::Upper,
            _ => Side::Lower,
        };
        // Every value is flagged by a limit that all exceed, so every verdict is seen.
        let rule = ThreeSigma::new().scale(scale);
        let found = detect(rule, &case.input);
        case.assert_all_close("scores", &found.scores, &case.expected.scores);
        for (place, expected) in case.expected.p_values.iter().enumerate() {
            let beside = case.expected.scores[place].abs() * 0.5;
            let beyond = detect(rule.k(beside).side(side), &case.input);
            if let Some(verdict) = beyond.outliers.iter().find(|verdict| verdict.index == place) {
                case.assert_close("p", verdict.p_value().unwrap(), *expected);
                assert!(verdict.exact());
            }
        }
    }
}

#[test]
fn ten_values_suffice_for_three_deviations_because_the_judged_one_is_left_out() {
    // With the value inside its own baseline, scores end at (n-1)/√n = 2.846 for n = 10.
    let mut values = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1000.0];
    assert_eq!(detect(ThreeSigma::new(), &values).indices(), [9]);
    values[9] = 1.0;
    assert!(detect(ThreeSigma::new(), &values).indices().is_empty());
}

#[test]
fn the_limit_itself_is_not_exceeded() {
    // 0, 2 and 4: mean 2, deviation 2; the fourth value lies exactly 3 deviations above.
    for (last, flagged) in [(8.0_f64.next_down(), false), (8.0, false), (8.0_f64.next_up(), true)] {
        let found = detect(ThreeSigma::new(), &[0.0, 2.0, 4.0, last]);
        assert_eq!(found.indices().contains(&3), flagged, "{last}");
    }
}

#[test]
fn the_population_deviation_flags_more_and_its_p_value_is_the_samples() {
    let values = [0.0, 2.0, 4.0, 8.0];
    let (sample, population) = (ThreeSigma::new().k(2.9), ThreeSigma::new().k(2.9).scale(Scale::Population));
    let (sample, population) = (detect(sample, &values), detect(population, &values));
    assert_close(population.scores[3], 3.0 * 1.5_f64.sqrt(), 1e-14);
    assert_close(population.outliers[0].p_value().unwrap(), sample.outliers[0].p_value().unwrap(), 1e-12);
    assert!(population.outliers[0].exact());
}

#[test]
fn alpha_decides_by_the_p_value() {
    let values = [0.0, 1.0, 0.5, 1.0, 0.0, 3.0];
    let p = detect(ThreeSigma::new().k(1.0), &values).outliers.last().unwrap().p_value().unwrap();
    for (scale, flagged) in [(1.0 - 1e-9, false), (1.0 + 1e-9, true)] {
        for rule in [ThreeSigma::new(), ThreeSigma::new().scale(Scale::Population)] {
            assert_eq!(detect(rule.alpha(p * scale), &values).indices().contains(&5), flagged);
            let one_sided = rule.side(Side::Upper).alpha(p * scale / 2.0);
            assert_eq!(detect(one_sided, &values).indices().contains(&5), flagged);
        }
    }
}

#[test]
fn a_value_apart_from_equal_ones_is_what_the_policy_says() {
    let values = [2.0, 2.0, 2.0, 3.0];
    let found = detect(ThreeSigma::new(), &values);
    assert_eq!((found.indices(), found.scores[3]), (vec![3], f64::INFINITY));
    let verdict = &found.outliers[0];
    assert_eq!((verdict.reason, verdict.p_value()), (Reason::Degenerate, Some(0.0)));
    assert_eq!((verdict.baseline.center, verdict.baseline.scale, verdict.baseline.n), (2.0, 0.0, 3));

    let found = detect(ThreeSigma::new().degenerate(Degenerate::NoAlarm), &values);
    assert_eq!((found.indices(), found.scores[3]), (vec![], 0.0));
    let floor = |absolute, relative| ThreeSigma::new().degenerate(Degenerate::Floor { absolute, relative });
    assert_eq!(detect(floor(0.5, 0.0), &values).scores[3], 2.0);
    assert_eq!(detect(floor(0.0, 0.125), &values).scores[3], 4.0);
    assert_eq!(detect(floor(0.25, 0.25), &values).scores[3], 2.0);
    // A floor of nothing is none.
    assert_eq!(detect(floor(0.0, 0.0), &values).indices(), [3]);
    // Below a one-sided rule's other side nothing is wrong.
    let found = detect(ThreeSigma::new().side(Side::Lower), &values);
    assert_eq!((found.indices(), found.scores[3]), (vec![], f64::INFINITY));
    assert!(!detect(floor(0.1, 0.0), &values).outliers[0].exact());
}

#[test]
fn equal_values_have_score_zero() {
    let found = detect(ThreeSigma::new(), &[7.5; 5]);
    assert_eq!((found.scores.as_slice(), found.indices()), ([0.0; 5].as_slice(), vec![]));
}

#[test]
fn too_few_values_have_no_score_and_none_is_refused() {
    assert_eq!(ThreeSigma::new().detect(&[]), Err(Error::TooShort { name: "values", len: 0, needed: 1 }));
    for values in [&[1.0][..], &[1.0, 5.0]] {
        let found = detect(ThreeSigma::new(), values);
        assert!(found.outliers.is_empty() && found.scores.iter().all(|score| score.is_nan()));
    }
    assert!(detect(ThreeSigma::new(), &[1.0, 5.0, 3.0]).scores.iter().all(|score| score.is_finite()));
}

#[test]
fn what_is_not_finite_is_refused_with_its_place_or_left_out() {
    for value in [f64::NAN, f64::INFINITY] {
        let values = [1.0, 2.0, value, 3.0];
        let refused = ThreeSigma::new().detect(&values);
        assert!(matches!(refused, Err(Error::NonFinite { name: "values", index: 2, .. })));
    }
    let rule = ThreeSigma::new().missing(Missing::Skip);
    let with = detect(rule, &[0.0, f64::NAN, 1.0, 0.0, 1.0, 3.0]);
    let without = detect(rule, &[0.0, 1.0, 0.0, 1.0, 3.0]);
    assert!(with.scores[1].is_nan());
    assert_eq!((with.scores[5], with.indices()), (without.scores[4], vec![5]));
}

#[test]
fn an_infinity_is_judged_and_nothing_is_judged_by_it() {
    for scale in [Scale::Sample, Scale::Population, Scale::Mad] {
        let rule = ThreeSigma::new().missing(Missing::Skip).scale(scale);
        let found = detect(rule, &[1.0, 2.0, f64::NEG_INFINITY, 3.0, 2.5]);
        assert_eq!((found.indices(), found.scores[2]), (vec![2], f64::NEG_INFINITY), "{scale:?}");
        assert_eq!(found.outliers[0].p_value(), Some(0.0));
        assert_eq!(found.scores.iter().filter(|score| score.is_nan()).count(), 4);
        let found = detect(rule, &[1.0, 2.0, f64::NEG_INFINITY, 3.0, f64::INFINITY]);
        assert!(found.outliers.is_empty() && found.scores.iter().all(|score| score.is_nan()));
    }
}

#[test]
fn a_huge_value_is_judged_by_baselines_that_know_nothing_of_it() {
    let mut values: Vec<f64> = (0..50).map(|index| f64::from(index % 7)).collect();
    let expected = detect(ThreeSigma::new(), &values).scores[20];
    values.push(1e17);
    let found = detect(ThreeSigma::new(), &values);
    let quiet = &values[..50];
    let mean = quiet.iter().sum::<f64>() / 50.0;
    let deviation = (quiet.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 49.0).sqrt();
    assert_close(found.scores[50], 1e17 / deviation, 1e-14);
    // The others are judged by one that holds it, which they are all the same to.
    assert!(expected.abs() > 0.1 && (found.scores[20] + 1.0 / 50.0_f64.sqrt()).abs() < 1e-12);
    assert_eq!(found.indices(), [50]);
}

#[test]
fn squares_beyond_all_floats_do_not_matter() {
    let values = [0.0, 2.0, 4.0, 9.0, 1.0];
    let expected = detect(ThreeSigma::new(), &values);
    for unit in [2f64.powi(1000), 2f64.powi(600), 2f64.powi(-600), 2f64.powi(-1000)] {
        let found = detect(ThreeSigma::new(), &values.map(|value| value * unit));
        assert_all_close(&found.scores, &expected.scores, 1e-14);
    }
    // A distance that no float holds is no reason to alarm.
    let found = detect(ThreeSigma::new(), &[f64::MAX, -f64::MAX, f64::MAX, -f64::MAX, 0.0]);
    assert!(found.outliers.is_empty() && found.scores.iter().all(|score| !score.is_infinite()));
}

#[test]
fn parameters_outside_their_ranges_are_refused_by_name() {
    let floor = |absolute, relative| ThreeSigma::new().degenerate(Degenerate::Floor { absolute, relative });
    for (rule, name) in [
        (ThreeSigma::new().k(0.0), "k"),
        (ThreeSigma::new().k(f64::NAN), "k"),
        (ThreeSigma::new().k(f64::INFINITY), "k"),
        (ThreeSigma::new().alpha(0.0), "alpha"),
        (ThreeSigma::new().alpha(1.0), "alpha"),
        (floor(-1.0, 0.0), "absolute"),
        (floor(0.0, f64::NAN), "relative"),
    ] {
        let refused = rule.detect(&[1.0; 5]).unwrap_err();
        assert!(matches!(refused, Error::InvalidParameter { name: found, .. } if found == name), "{refused}");
        assert!(rule.rolling(5).is_err() && rule.online(5).is_err() && rule.check().is_err());
    }
    let message = ThreeSigma::new().alpha(5.0).detect(&[1.0]).unwrap_err().to_string();
    assert!(message.contains("write 0.05"), "{message}");
}

#[test]
fn alpha_is_the_share_of_false_alarms_whatever_the_baselines_length() {
    // Independent normal values; three Monte Carlo standard errors of 20,000 independent verdicts.
    const SAMPLES: u32 = 20_000;
    let mut random = slo_testkit::Random::seeded(20_240_817);
    for (n, alpha, side) in [(31, 0.01, Side::Both), (41, 0.05, Side::Upper), (6, 0.02, Side::Both)] {
        for scale in [Scale::Sample, Scale::Population] {
            let rule = ThreeSigma::new().alpha(alpha).side(side).scale(scale);
            let mut alarms = 0.0;
            for _ in 0..SAMPLES {
                let values: Vec<f64> = (0..n).map(|_| random.normal()).collect();
                // One verdict a sample: those on the others are not independent of it.
                alarms += f64::from(u8::from(detect(rule, &values).indices().contains(&0)));
            }
            let error = (alpha * (1.0 - alpha) / f64::from(SAMPLES)).sqrt();
            let share = alarms / f64::from(SAMPLES);
            assert!((share - alpha).abs() < 3.0 * error, "{share} instead of {alpha} at n = {n}");
        }
    }
}

#[test]
fn the_robust_tail_is_near_the_share_of_false_alarms() {
    // An approximation: its verdicts say so, and the share of alarms is within a third of alpha from 30 values on.
    let mut random = slo_testkit::Random::seeded(7);
    for n in [30, 100] {
        let rule = ThreeSigma::new().alpha(0.01).scale(Scale::Mad);
        let samples = 600_000 / n;
        let mut alarms = 0;
        for _ in 0..samples {
            let values: Vec<f64> = (0..n).map(|_| random.normal()).collect();
            alarms += detect(rule, &values).outliers.len();
        }
        let share = alarms as f64 / f64::from(samples * n);
        assert!((share / 0.01 - 1.0).abs() < 1.0 / 3.0, "{share} at n = {n}");
    }
}

proptest! {
    #[test]
    fn scores_are_those_of_the_definition(values in dyadic(3..60)) {
        let found = detect(ThreeSigma::new(), &values);
        for (score, expected) in found.scores.iter().zip(naive(&values)) {
            prop_assert!((score - expected).abs() <= 1e-10 * expected.abs().max(1.0) || *score == expected);
        }
    }

    #[test]
    fn a_shift_by_a_billion_changes_no_score(values in dyadic(3..60)) {
        for scale in [Scale::Sample, Scale::Population, Scale::Mad] {
            let rule = ThreeSigma::new().scale(scale);
            let shifted: Vec<f64> = values.iter().map(|value| value + 1e9).collect();
            let (found, shifted) = (detect(rule, &values), detect(rule, &shifted));
            for (score, shifted) in found.scores.iter().zip(&shifted.scores) {
                prop_assert!((score - shifted).abs() <= 1e-9 * score.abs().max(1.0) || score == shifted);
            }
        }
    }

    #[test]
    fn a_change_of_unit_and_of_sign_changes_scores_by_their_sign_alone(values in dyadic(3..40)) {
        let found = detect(ThreeSigma::new(), &values);
        let scaled: Vec<f64> = values.iter().map(|value| value * -8.0).collect();
        for (score, scaled) in found.scores.iter().zip(&detect(ThreeSigma::new(), &scaled).scores) {
            prop_assert!((score + scaled).abs() <= 1e-9 * score.abs().max(1.0) || *score == -scaled);
        }
    }

    #[test]
    fn the_order_of_a_sample_does_not_matter(
        (values, shuffled) in dyadic(3..40).prop_flat_map(|values| {
            let places: Vec<usize> = (0..values.len()).collect();
            (Just(values), Just(places).prop_shuffle())
        })
    ) {
        for scale in [Scale::Sample, Scale::Mad] {
            let rule = ThreeSigma::new().scale(scale);
            let moved: Vec<f64> = shuffled.iter().map(|place| values[*place]).collect();
            let (found, moved) = (detect(rule, &values), detect(rule, &moved));
            for (to, from) in shuffled.iter().enumerate() {
                let (score, other) = (found.scores[*from], moved.scores[to]);
                prop_assert!((score - other).abs() <= 1e-9 * score.abs().max(1.0) || score == other);
            }
        }
    }
}

#[test]
fn inside_its_own_sample_no_value_of_ten_reaches_three_deviations() {
    // The bound (n - 1)/√n is 2.846 at n = 10 and 3.015 at n = 11; with divisor n it is √(n - 1), 3 at n = 10.
    let last = |n: usize, scale: Scale| {
        let mut values = vec![0.0; n];
        values[n - 1] = 1.0;
        detect(ThreeSigma::new().inclusion(Inclusion::InSample).scale(scale), &values)
    };
    assert_close(last(10, Scale::Sample).scores[9], 9.0 / 10_f64.sqrt(), 1e-15);
    assert!(last(10, Scale::Sample).outliers.is_empty());
    assert_close(last(11, Scale::Sample).scores[10], 10.0 / 11_f64.sqrt(), 1e-15);
    assert_eq!(last(11, Scale::Sample).indices(), [10]);
    assert_close(last(10, Scale::Population).scores[9], 3.0, 1e-15);
    assert_eq!(last(11, Scale::Population).indices(), [10]);
}

#[test]
fn a_value_has_one_p_value_in_and_out_of_its_own_baseline() {
    let values = [3.0, 2.0, 4.0, 3.5, 2.0, 9.0];
    for scale in [Scale::Sample, Scale::Population] {
        for alpha in [0.001, 0.01, 0.05, 0.5] {
            let rule = ThreeSigma::new().scale(scale).alpha(alpha);
            let (out, inside) = (detect(rule, &values), detect(rule.inclusion(Inclusion::InSample), &values));
            assert_eq!(inside.indices(), out.indices());
            for (inside, out) in inside.outliers.iter().zip(&out.outliers) {
                assert_close(inside.p_value().unwrap(), out.p_value().unwrap(), 1e-13);
                assert!(inside.exact() && inside.baseline.n == 6 && out.baseline.n == 5);
            }
        }
    }
    // numpy: mean 3.9166666666666665, std(ddof=1) 2.6156898399533917.
    let found = detect(ThreeSigma::new().k(1.0).inclusion(Inclusion::InSample), &values);
    assert_close(found.scores[5], (9.0 - 23.5 / 6.0) / found.outliers[0].baseline.scale, 1e-14);
    assert_close(found.outliers[0].baseline.center, 23.5 / 6.0, 1e-15);
}

#[test]
fn robust_scales_are_those_of_their_definitions() {
    // 1 2 4 7 11 16 22 29 37 46 and 100, which is judged: numpy's quartiles of the ten are 4.75 and 27.25.
    let values = [1.0, 2.0, 4.0, 7.0, 11.0, 16.0, 22.0, 29.0, 37.0, 46.0, 100.0];
    let found = detect(ThreeSigma::new().scale(Scale::Iqr), &values);
    assert_close(found.scores[10], (100.0 - 13.5) / (22.5 * NORMAL / 2.0), 1e-15);
    // The upper five are 2.5, 8.5, 15.5, 23.5 and 32.5 above the median 13.5, the lower five up to 12.5 below.
    let found = detect(ThreeSigma::new().scale(Scale::DoubleMad), &values);
    assert_close(found.scores[10], 86.5 / (15.5 * NORMAL), 1e-15);
    let mirrored = values.map(|value| -value);
    assert_close(
        detect(ThreeSigma::new().scale(Scale::DoubleMad), &mirrored).scores[10],
        -86.5 / (15.5 * NORMAL),
        1e-15,
    );
    // Skewed values: what is usual above is far out below.
    let mut both = values.to_vec();
    both.push(-80.0);
    let found = detect(ThreeSigma::new().scale(Scale::DoubleMad).k(4.5), &both);
    assert_eq!(found.indices(), [11]);
}

/// 1 / Φ⁻¹(3/4).
const NORMAL: f64 = 1.482_602_218_505_602;

#[test]
fn levels_of_whole_samples_hold_for_the_sample() {
    // 2,000 samples of 40: any false alarm in 5%, three standard errors being 1.5%.
    let mut random = slo_testkit::Random::seeded(41);
    let rule = ThreeSigma::new().alpha(0.05);
    let (mut each, mut any, mut discovered) = (0, 0, 0);
    for _ in 0..2_000 {
        let sample: Vec<f64> = (0..40).map(|_| random.normal()).collect();
        each += detect(rule, &sample).outliers.len();
        any += usize::from(!detect(rule.multiplicity(Multiplicity::Bonferroni), &sample).outliers.is_empty());
        let found = detect(rule.multiplicity(Multiplicity::BenjaminiHochberg), &sample);
        discovered += usize::from(!found.outliers.is_empty());
    }
    let share = |count: usize, of: f64| count as f64 / of;
    assert!((share(each, 80_000.0) - 0.05).abs() < 0.003, "{each}");
    assert!((share(any, 2_000.0) - 0.05).abs() < 0.015, "{any}");
    // Without an anomaly every discovery is false.
    assert!((share(discovered, 2_000.0) - 0.05).abs() < 0.015, "{discovered}");
}

#[test]
fn discoveries_help_one_another_where_alarms_by_bonferroni_do_not() {
    let mut values: Vec<f64> = (0..40).map(|i| f64::from(i % 7)).collect();
    values.extend([13.0, 13.5, 14.0]);
    let found =
        |multiplicity| detect(ThreeSigma::new().alpha(0.05).multiplicity(multiplicity), &values).indices();
    assert_eq!(found(Multiplicity::BenjaminiHochberg), [40, 41, 42]);
    assert!(found(Multiplicity::Bonferroni).len() < 3);
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    for rule in [
        ThreeSigma::new().multiplicity(Multiplicity::Bonferroni),
        ThreeSigma::new().scale(Scale::Mad).inclusion(Inclusion::InSample),
    ] {
        assert_eq!(rule.check().unwrap_err().kind(), slo_core::ErrorKind::InvalidParameter);
    }
}
