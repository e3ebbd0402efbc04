use super::*;
use crate::{Degenerate, Detection, OnlineDetector, Side};
use crate::{Inclusion, Multiplicity, Scale, ThreeSigma, Tukey};
use proptest::prelude::*;
use slo_core::stats::Missing;
use slo_testkit::assert_close;

/// Scores and the counts of their baselines by the definition, each window anew, about its oldest value.
fn naive(values: &[f64], window: usize) -> Vec<f64> {
    let score = |(index, value): (usize, &f64)| {
        let before = &values[index.saturating_sub(window)..index];
        if before.len() < 2 {
            return f64::NAN;
        }
        let n = before.len() as f64;
        let near = |value: &f64| value - before[0];
        let mean = before.iter().map(near).sum::<f64>() / n;
        let squares = before.iter().map(|value| (near(value) - mean).powi(2)).sum::<f64>();
        Degenerate::Alarm.score(near(value) - mean, (squares / (n - 1.0)).sqrt())
    };
    values.iter().enumerate().map(score).collect()
}

/// SEMANTICS: scores within 1e-12 max(|score|, 1), flags equal where the score is farther than that from its threshold.
fn assert_agree(rolling: &Detection, online: &Detection) {
    assert_eq!(rolling.scores.len(), online.scores.len());
    assert_eq!(rolling.threshold, online.threshold);
    let near = |index: usize, limit: f64| {
        let score = rolling.scores[index].abs();
        (score - limit).abs() <= 1e-12 * score.max(1.0)
    };
    for (index, (left, right)) in rolling.scores.iter().zip(&online.scores).enumerate() {
        let same = left == right || (left.is_nan() && right.is_nan());
        assert!(same || (left - right).abs() <= 1e-12 * left.abs().max(1.0), "{left} {right} at {index}");
    }
    for (one, other) in [(rolling, online), (online, rolling)] {
        for outlier in &one.outliers {
            let also = other.outliers.iter().any(|verdict| verdict.index == outlier.index);
            assert!(also || near(outlier.index, outlier.threshold), "{outlier}");
        }
    }
}

fn both(rolling: Rolling, values: &[f64]) -> Detection {
    let found = rolling.detect(values).unwrap();
    assert_agree(&found, &rolling.online().unwrap().observe_many(values).unwrap());
    found
}

/// Metrics and what is hard about them: offsets, constant stretches, spikes.
fn series() -> impl Strategy<Value = Vec<f64>> {
    let piece = prop_oneof![
        4 => prop::collection::vec((-100_000i32..100_000).prop_map(|v| f64::from(v) / 1024.0), 1..30),
        1 => (-5i32..5, 1..20usize).prop_map(|(v, len)| vec![f64::from(v); len]),
        1 => prop_oneof![Just(1e17), Just(-1e12), Just(1e300), Just(1e-300)].prop_map(|v| vec![v]),
        1 => prop::collection::vec((-1000i32..1000).prop_map(|v| 1e9 + f64::from(v) / 1024.0), 1..30),
    ];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

fn methods() -> impl Strategy<Value = Method> {
    let side = prop_oneof![Just(Side::Both), Just(Side::Upper), Just(Side::Lower)];
    let scale = prop_oneof![
        Just(Scale::Sample),
        Just(Scale::Population),
        Just(Scale::Mad),
        Just(Scale::Iqr),
        Just(Scale::DoubleMad)
    ];
    let degenerate = prop_oneof![
        Just(Degenerate::Alarm),
        Just(Degenerate::NoAlarm),
        Just(Degenerate::Floor { absolute: 0.5, relative: 0.25 })
    ];
    (side, scale, degenerate, prop::option::of(0.001..0.5f64), any::<bool>()).prop_map(
        |(side, scale, degenerate, alpha, tukey)| {
            if tukey {
                return Tukey::new().side(side).degenerate(degenerate).into();
            }
            let rule = ThreeSigma::new().side(side).scale(scale).degenerate(degenerate);
            alpha.map_or(rule, |alpha| rule.alpha(alpha)).into()
        },
    )
}

#[test]
fn the_verdicts_of_a_small_series_are_those_computed_by_hand() {
    let found = both(ThreeSigma::new().rolling(3).unwrap(), &[0.0, 2.0, 4.0, 9.0, 3.0, 3.0]);
    // Baselines: (0, 2), (0, 2, 4), (2, 4, 9), (4, 9, 3).
    assert!(found.scores[0].is_nan() && found.scores[1].is_nan());
    assert_close(found.scores[2], 3.0 / 2.0_f64.sqrt(), 1e-15);
    assert_close(found.scores[3], 3.5, 1e-15);
    assert_close(found.scores[4], -2.0 / 13.0_f64.sqrt(), 1e-15);
    assert_close(found.scores[5], (3.0 - 16.0 / 3.0) / (31.0_f64 / 3.0).sqrt(), 1e-15);
    assert_eq!(found.indices(), [3]);
    assert_eq!(found.outliers[0].baseline.n, 3);
}

#[test]
fn a_spike_that_has_left_the_window_has_left_no_trace() {
    let quiet: Vec<f64> = (0..200).map(|index| 100.0 + f64::from((index * 37) % 11)).collect();
    for spike in [1e12, 1e17, -1e300, f64::MAX] {
        let mut values = quiet.clone();
        values[50] = spike;
        let rolling = ThreeSigma::new().rolling(20).unwrap();
        let (with, without) = (both(rolling, &values), both(rolling, &quiet));
        assert!(with.indices().contains(&50));
        for index in 71..200 {
            let (score, expected) = (with.scores[index], without.scores[index]);
            assert!((score - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{score} {expected}");
        }
    }
}

#[test]
fn a_large_offset_costs_no_digit() {
    let mut random = slo_testkit::Random::seeded(3);
    let values: Vec<f64> = (0..2000).map(|_| (random.normal() * 1024.0).round() / 1024.0).collect();
    let shifted: Vec<f64> = values.iter().map(|value| value + 1e9).collect();
    for rule in [ThreeSigma::new(), ThreeSigma::new().scale(Scale::Population), ThreeSigma::new().alpha(0.01)]
    {
        let rolling = rule.rolling(60).unwrap();
        let (found, shifted) = (both(rolling, &values), both(rolling, &shifted));
        assert_eq!(found.indices(), shifted.indices());
        for (score, shifted) in found.scores.iter().zip(&shifted.scores).skip(2) {
            assert!((score - shifted).abs() <= 1e-9 * score.abs().max(1.0), "{score} {shifted}");
        }
    }
}

#[test]
fn a_missing_value_keeps_its_place_in_the_window() {
    let values = [1.0, 2.0, f64::NAN, 3.0, 4.0, 9.0];
    for method in [ThreeSigma::new().scale(Scale::Mad), ThreeSigma::new()] {
        let found = both(method.missing(Missing::Skip).rolling(3).unwrap(), &values);
        // Before the fourth value: 1, 2 and nothing. Before the fifth: 2, nothing and 3.
        assert!(found.scores[2].is_nan());
        let expected = method.detect(&[1.0, 2.0, 3.0]).unwrap().scores[2];
        assert_close(found.scores[3], expected, 1e-14);
        let expected = method.detect(&[2.0, 3.0, 4.0]).unwrap().scores[2];
        assert_close(found.scores[4], expected, 1e-14);
    }
    let found = both(Tukey::new().missing(Missing::Skip).rolling(3).unwrap(), &values);
    // 2 and 3 have quartiles 2.25 and 2.75.
    assert_eq!(found.scores[4], 2.5);
    let verdict = Tukey::new().missing(Missing::Skip).online(3).unwrap().observe(f64::NAN).unwrap();
    assert_eq!((verdict.reason, verdict.flagged), (Reason::Missing, false));
}

#[test]
fn a_window_that_holds_an_infinity_judges_nothing() {
    let values = [1.0, 2.0, 3.0, f64::INFINITY, 1.0, 2.0, 3.0, 2.0];
    for scale in [Scale::Sample, Scale::Mad] {
        let method = ThreeSigma::new().scale(scale).missing(Missing::Skip);
        let found = both(method.rolling(3).unwrap(), &values);
        assert_eq!((found.indices(), found.scores[3]), (vec![3], f64::INFINITY));
        let missing: Vec<usize> = (0..8).filter(|index| found.scores[*index].is_nan()).collect();
        assert_eq!(missing, [0, 1, 4, 5, 6]);
    }
    let found = both(Tukey::new().fence(9.0).missing(Missing::Skip).rolling(3).unwrap(), &values);
    assert_eq!((found.indices(), found.scores[3]), (vec![3], f64::INFINITY));
    assert!(found.scores[4].is_nan() && !found.scores[7].is_nan());
}

#[test]
fn what_is_not_finite_is_refused_and_nothing_is_learnt() {
    let mut online = ThreeSigma::new().online(3).unwrap();
    let refused = online.observe_many(&[1.0, f64::NAN]);
    assert!(matches!(refused, Err(Error::NonFinite { index: 1, .. })));
    assert_eq!(online.seen(), 0);
    online.observe(1.0).unwrap();
    assert!(matches!(online.observe(f64::INFINITY), Err(Error::NonFinite { index: 1, .. })));
    assert!(online.score(f64::NAN).is_err() && online.seen() == 1);
    let rolling = Tukey::new().rolling(3).unwrap();
    assert!(matches!(rolling.detect(&[1.0, f64::NAN]), Err(Error::NonFinite { index: 1, .. })));
    assert!(matches!(rolling.detect(&[]), Err(Error::TooShort { .. })));
}

#[test]
fn a_verdict_before_the_baseline_is_there_is_withheld() {
    let mut online = ThreeSigma::new().rolling(5).unwrap().min_baseline(4).online().unwrap();
    for index in 0..4 {
        let verdict = online.observe(f64::from(index)).unwrap();
        assert_eq!((verdict.reason, verdict.baseline.n), (Reason::WarmingUp, verdict.index));
        assert!(verdict.score.is_nan() && verdict.p_value().is_none());
    }
    assert_eq!(online.observe(2.0).unwrap().reason, Reason::Within);
}

#[test]
fn windows_and_baselines_of_too_few_values_are_refused() {
    assert!(ThreeSigma::new().rolling(1).is_err() && ThreeSigma::new().rolling(2).is_ok());
    let rolling = Tukey::new().rolling(5).unwrap();
    for (least, refused) in [(1, true), (2, false), (5, false), (6, true)] {
        assert_eq!(rolling.min_baseline(least).detect(&[1.0]).is_err(), refused, "{least}");
        assert_eq!(rolling.min_baseline(least).online().is_err(), refused, "{least}");
    }
}

#[test]
fn scoring_learns_nothing() {
    let mut online = ThreeSigma::new().online(3).unwrap();
    online.observe_many(&[1.0, 2.0, 3.0]).unwrap();
    let before = online.clone();
    let scored = online.score(50.0).unwrap();
    assert_eq!(online, before);
    assert_eq!(online.observe(50.0).unwrap(), scored);
    assert_ne!(online, before);
}

#[test]
fn a_baseline_that_leaves_out_alarms_claims_no_exact_tail() {
    let rolling = ThreeSigma::new().rolling(3).unwrap().learning(Learning::Unflagged);
    let found = both(rolling, &[1.0, 2.0, 3.0, 50.0, 50.0, 2.0]);
    assert_eq!(found.indices(), [3, 4]);
    assert!(found.outliers.iter().all(|verdict| !verdict.exact()));
    let found = both(rolling.learning(Learning::All), &[1.0, 2.0, 3.0, 50.0, 50.0, 2.0]);
    assert!(found.outliers[0].exact());
}

#[test]
fn alpha_is_the_share_of_false_alarms_of_a_moving_baseline() {
    // Independent normal values; windows further apart than they are long share none, so a sixtieth of the verdicts are
    // independent and three standard errors of those are allowed.
    const ALPHA: f64 = 0.01;
    let mut random = slo_testkit::Random::seeded(99);
    let values: Vec<f64> = (0..600_000).map(|_| random.normal()).collect();
    let found = ThreeSigma::new().alpha(ALPHA).rolling(30).unwrap().detect(&values).unwrap();
    let share = found.outliers.len() as f64 / values.len() as f64;
    let error = (ALPHA * (1.0 - ALPHA) / (values.len() as f64 / 31.0)).sqrt();
    assert!((share - ALPHA).abs() < 3.0 * error, "{share}");
}

#[cfg(feature = "serde")]
mod kept {
    use super::*;
    use crate::{Online, Snapshot};

    fn text(online: &Online) -> String {
        serde_json::to_string(&online.snapshot()).unwrap()
    }

    fn refusal(text: &str) -> Error {
        serde_json::from_str::<Snapshot>(text).unwrap().restore().unwrap_err()
    }

    #[test]
    fn a_state_that_no_detector_gets_into_is_refused() {
        let mut online = ThreeSigma::new().online(3).unwrap();
        // So far from 0 that the sum is kept.
        online.observe_many(&[1e6, 1e6 + 2.0, 1e6 + 3.0, 1e6 + 4.0]).unwrap();
        let sound = text(&online);
        assert!(serde_json::from_str::<Snapshot>(&sound).unwrap().restore().is_ok());
        for (from, to) in [
            (r#""version":1"#, r#""version":2"#),
            (r#""seen":4}}}"#, r#""seen":2}}}"#),
            (r#""k":3.0"#, r#""k":-3.0"#),
            (r#""min_baseline":2"#, r#""min_baseline":9"#),
            (r#""sum":3000009.0"#, r#""sum":3000009.5"#),
            (r#""values":[1000002.0,1000003.0,"#, r#""values":[1000002.0,"#),
            (r#""values":[1000002.0,1000003.0,"#, r#""values":[1000002.0,null,"#),
            (r#""rolling":{"#, r#""other":{"#),
            (r#""window":3,"min"#, r#""window":4,"min"#),
        ] {
            let damaged = sound.replace(from, to);
            assert_ne!(damaged, sound, "{from} in {sound}");
            assert!(matches!(refusal(&damaged), Error::State { .. }), "{damaged}");
        }
        let tukey = text(&Tukey::new().online(3).unwrap());
        let window = |text: &str| {
            let begin = text.find(r#""window":{"#).unwrap();
            text[begin..text.rfind(r#","seen""#).unwrap()].to_owned()
        };
        let mixed = tukey.replace(&window(&tukey), &window(&text(&ThreeSigma::new().online(3).unwrap())));
        assert!(matches!(refusal(&mixed), Error::State { .. }), "{mixed}");
    }

    #[test]
    fn holes_that_are_no_holes_are_refused() {
        let mut online = Tukey::new().missing(Missing::Skip).online(3).unwrap();
        online.observe_many(&[1.0, f64::NAN, 3.0]).unwrap();
        let sound = text(&online);
        for (from, to) in [(r#""age":1"#, r#""age":2"#), (r#""age":1"#, r#""age":7"#)] {
            assert!(matches!(refusal(&sound.replace(from, to)), Error::State { .. }), "{sound}");
        }
    }

    #[test]
    fn what_was_found_is_read_back_equal() {
        let values = [1.0, 1.0, 1.0, 5.0, f64::NAN, 2.0, f64::INFINITY, 1.0];
        let rule = ThreeSigma::new().missing(Missing::Skip).k(1.0);
        let found = both(rule.rolling(3).unwrap(), &values);
        let text = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<Detection>(&text).unwrap(), found);
        let verdict = found.outliers[0];
        let text = serde_json::to_string(&verdict).unwrap();
        assert_eq!(serde_json::from_str::<Verdict>(&text).unwrap(), verdict);
        assert!(
            serde_json::from_str::<Verdict>(&text.replace("\"threshold\":1.0", "\"threshold\":-1.0"))
                .is_err()
        );
        let later = serde_json::to_string(&found).unwrap().replace("\"first\":0", "\"first\":1");
        assert!(serde_json::from_str::<Detection>(&later).is_err());
    }

    proptest! {
        #[test]
        fn a_detector_that_skips_what_is_missing_is_resumed_with_its_holes(
            values in prop::collection::vec(
                prop_oneof![
                    6 => (-100i32..100).prop_map(f64::from),
                    2 => Just(f64::NAN),
                    1 => prop_oneof![Just(f64::INFINITY), Just(f64::NEG_INFINITY)],
                ],
                2..60,
            ),
            window in 2..8usize,
        ) {
            let rule = ThreeSigma::new().missing(Missing::Skip);
            let tukey = Tukey::new().missing(Missing::Skip);
            for method in [rule.into(), rule.scale(Scale::Mad).into(), Method::from(tukey)] {
                let mut online = Rolling::new(method, window).unwrap().online().unwrap();
                let (before, after) = values.split_at(values.len() / 2);
                online.observe_many(before).unwrap();
                let text = serde_json::to_string(&online.snapshot()).unwrap();
                let mut resumed = serde_json::from_str::<Snapshot>(&text).unwrap().restore().unwrap();
                prop_assert_eq!(online.observe_many(after).unwrap(), resumed.observe_many(after).unwrap());
            }
        }

        #[test]
        fn a_detector_resumed_anywhere_goes_on_bit_for_bit(
            (values, cut) in series().prop_flat_map(|values| { let n = values.len(); (Just(values), 0..n) }),
            method in methods(),
            window in 2..12usize,
        ) {
            let mut online = Rolling::new(method, window).unwrap().online().unwrap();
            online.observe_many(&values[..cut]).unwrap();
            let text = serde_json::to_string(&online.snapshot()).unwrap();
            let mut resumed = serde_json::from_str::<Snapshot>(&text).unwrap().restore().unwrap();
            prop_assert_eq!(resumed.seen(), cut);
            let (left, right) = (online.observe_many(&values[cut..]), resumed.observe_many(&values[cut..]));
            let bits = |found: &Detection| found.scores.iter().map(|score| score.to_bits()).collect::<Vec<_>>();
            let (left, right) = (left.unwrap(), right.unwrap());
            prop_assert_eq!(bits(&left), bits(&right));
            prop_assert_eq!(left, right);
        }
    }
}

proptest! {
    #[test]
    fn a_stream_gives_the_verdicts_of_the_series(
        values in series(),
        method in methods(),
        window in 2..40usize,
        unflagged in any::<bool>(),
    ) {
        let learning = if unflagged { Learning::Unflagged } else { Learning::All };
        both(Rolling::new(method, window).unwrap().learning(learning), &values);
    }

    #[test]
    fn scores_are_those_of_the_definition(
        values in prop::collection::vec((-1_024_000i32..1_024_000).prop_map(|v| f64::from(v) / 1024.0), 1..80),
        window in 2..20usize,
    ) {
        let found = both(ThreeSigma::new().rolling(window).unwrap(), &values);
        for (score, expected) in found.scores.iter().zip(naive(&values, window)) {
            let same = *score == expected || (score.is_nan() && expected.is_nan());
            prop_assert!(same || (score - expected).abs() <= 1e-10 * expected.abs().max(1.0));
        }
    }
}

#[test]
fn a_stream_judges_no_sample_as_a_whole() {
    // How many values will come, and with what p-values, is not known.
    let rule = ThreeSigma::new().alpha(0.01).multiplicity(Multiplicity::Bonferroni);
    assert!(rule.rolling(60).unwrap_err().to_string().contains("multiplicity"));
}

#[test]
fn in_a_window_with_the_value_itself_scores_are_numpys() {
    // numpy: y = [0, 1, 0, 1, 3]; (y[-1] - y.mean()) / y.std(ddof=1), and with ddof=0.
    let last = |rule: ThreeSigma| {
        rule.inclusion(Inclusion::InSample)
            .rolling(4)
            .unwrap()
            .detect(&[0.0, 1.0, 0.0, 1.0, 3.0])
            .unwrap()
            .scores[4]
    };
    slo_testkit::assert_close(last(ThreeSigma::new()), 1.632_993_161_855_452, 1e-15);
    slo_testkit::assert_close(
        last(ThreeSigma::new().scale(Scale::Population)),
        1.825_741_858_350_553_7,
        1e-15,
    );
}

#[test]
fn a_clipped_anomaly_moves_the_baseline_no_further_than_the_limit() {
    // The mean of 0, 1, 0, 1 is 1/2, the deviation √(1/3): 3 deviations above is 2.232.
    let values = [0.0, 1.0, 0.0, 1.0, 1e9, 0.5];
    let rolling = ThreeSigma::new().rolling(4).unwrap().learning(Learning::Winsorised);
    let found = rolling.online().unwrap().observe_many(&values).unwrap();
    let clipped = [1.0, 0.0, 1.0, 0.5 + 3.0 * (1.0_f64 / 3.0).sqrt()];
    let plain = ThreeSigma::new().rolling(4).unwrap();
    let expected = plain.detect(&[clipped.as_slice(), &[0.5]].concat()).unwrap().scores[4];
    slo_testkit::assert_close(found.scores[5], expected, 1e-13);
    assert_eq!(found.indices(), [4]);
    // A box of 0 to 1 has its fence at 2.5.
    let fenced = Tukey::new().hinges().rolling(4).unwrap().learning(Learning::Winsorised);
    let found = fenced.online().unwrap().observe_many(&values).unwrap();
    let plain = Tukey::new().hinges().rolling(4).unwrap();
    let expected = plain.detect(&[1.0, 0.0, 1.0, 2.5, 0.5]).unwrap();
    assert_eq!(found.scores[5], expected.scores[4]);
}

#[test]
fn what_has_no_limit_to_be_clipped_to_is_left_out() {
    // A constant baseline: a value that differs is an alarm with an infinite score, and the constant its limit.
    let rolling = ThreeSigma::new().rolling(3).unwrap().learning(Learning::Winsorised);
    let found = rolling.detect(&[5.0, 5.0, 5.0, 7.0, 6.0, 7.0]).unwrap();
    assert_eq!(found.indices(), [3, 4, 5]);
    assert!(found.outliers.iter().all(|verdict| verdict.baseline.center == 5.0));
}
