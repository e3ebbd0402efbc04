use super::*;
use crate::t_test::MeanTest;
use crate::{Detection, Exactness, OnlineDetector, Reason, Snapshot, Verdict};
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_testkit::assert_close;

const ESTIMATED: Dependence = Dependence::Estimated;

/// Each value's verdict, of which a detection shows the flagged ones alone.
fn verdicts(detector: TTest, values: &[f64]) -> Vec<Verdict> {
    let mut online = detector.online().unwrap();
    values.iter().map(|value| online.observe(*value).unwrap()).collect()
}

fn last(detector: TTest, values: &[f64]) -> Verdict {
    verdicts(detector, values).pop().unwrap()
}

/// A level with a spread of about one.
fn level(len: usize) -> Vec<f64> {
    let mut random = slo_testkit::Random::seeded(77);
    (0..len).map(|_| random.normal()).collect()
}

#[test]
fn each_verdict_is_the_test_of_its_two_windows() {
    // The oracle is `MeanTest`, which is held to R and scipy.
    let values = level(80);
    for variances in [Variances::Unequal, Variances::Equal] {
        for (reference, test, gap) in [(2, 2, 0), (30, 12, 0), (12, 30, 5), (20, 3, 1)] {
            for side in [Side::Both, Side::Upper, Side::Lower] {
                let detector =
                    TTest::new(reference, test).gap(gap).variances(variances).alpha(0.05).side(side);
                let offline = MeanTest::new().variances(variances).side(side);
                let full = reference + gap + test - 1;
                for (index, verdict) in verdicts(detector, &values).into_iter().enumerate() {
                    if index < full {
                        assert_eq!(
                            (verdict.reason, verdict.score.is_nan()),
                            (Reason::WarmingUp, true),
                            "{index}"
                        );
                        continue;
                    }
                    let newest = index + 1 - test;
                    let before = &values[newest - gap - reference..newest - gap];
                    let expected = offline.two_samples(&values[newest..=index], before).unwrap();
                    // Sums that slide differ from those of a window in their last places.
                    let room = 1e-11 * expected.statistic.abs().max(1.0);
                    assert!((verdict.score - expected.statistic).abs() < room, "{verdict} {expected}");
                    assert_close(verdict.threshold, expected.critical.unwrap(), 1e-9);
                    assert_close(verdict.p_value().unwrap(), expected.p_value, 1e-9);
                    assert_eq!(verdict.exactness(), Some(expected.exactness));
                    assert_eq!(verdict.flagged, expected.p_value < 0.05, "{verdict} {expected}");
                    assert_eq!((verdict.baseline.n, verdict.baseline.window), (reference, Some(full)));
                }
            }
        }
    }
}

#[test]
fn a_change_of_level_is_found_and_a_level_is_not() {
    let mut values = level(400);
    values.iter_mut().skip(300).for_each(|value| *value += 4.0);
    let found = TTest::new(100, 10).alpha(1e-6).detect(&values).unwrap();
    let first = found.outliers[0];
    // A few values of ten at the new level are enough, and it stays new for a window.
    assert!((301..310).contains(&first.index) && first.side == Some(Side::Upper), "{first}");
    assert!(found.indices().iter().all(|index| (301..400).contains(index)));
}

#[test]
fn setters_change_what_is_found() {
    let mut values = level(60);
    values.iter_mut().skip(50).for_each(|value| *value += 1.5);
    let usual = TTest::new(30, 10);
    let at_end = |detector: TTest| last(detector, &values);
    let verdict = at_end(usual);
    assert_ne!(at_end(usual.gap(3)).score, verdict.score);
    assert_ne!(at_end(usual.variances(Variances::Equal)).score, verdict.score);
    assert_ne!(at_end(usual.alpha(0.05)).threshold, verdict.threshold);
    assert_ne!(at_end(usual.side(Side::Lower)).threshold, verdict.threshold);
    let floor = Degenerate::Floor { absolute: 100.0, relative: 0.0 };
    let floored = at_end(usual.degenerate(floor).variances(Variances::Equal));
    assert_eq!((floored.baseline.scale, floored.exactness()), (100.0, Some(Exactness::Approximate)));
    assert!(floored.score.abs() < 0.1);
}

#[test]
fn windows_without_spread_are_equal_or_not() {
    let step = [5.0, 5.0, 5.0, 6.0, 6.0];
    let alarm = last(TTest::new(3, 2), &step);
    assert_eq!((alarm.score, alarm.flagged, alarm.reason), (f64::INFINITY, true, Reason::Degenerate));
    assert_eq!(alarm.p_value(), Some(0.0));
    let quiet = last(TTest::new(3, 2).degenerate(Degenerate::NoAlarm), &step);
    assert_eq!((quiet.score, quiet.flagged, quiet.reason), (0.0, false, Reason::Degenerate));
    assert_eq!(quiet.p_value(), Some(1.0));
    let same = last(TTest::new(3, 2), &[0.1; 5]);
    assert_eq!(
        (same.score, same.flagged, same.reason, same.p_value()),
        (0.0, false, Reason::Within, Some(1.0))
    );
    // Below the step the upper side has nothing to say.
    let lower = last(TTest::new(3, 2).side(Side::Lower), &step);
    assert!(!lower.flagged && lower.p_value() == Some(1.0));
}

#[test]
fn what_is_missing_keeps_its_place_and_an_infinity_stops_all_verdicts() {
    // SEMANTICS 19.
    let skipping = TTest::new(4, 3).missing(Missing::Skip).alpha(0.05);
    let values = [1.0, f64::NAN, 2.0, 4.0, 9.0, f64::NAN, 8.0, f64::NAN];
    let found = verdicts(skipping, &values);
    assert_eq!((found[5].reason, found[7].reason), (Reason::Missing, Reason::Missing));
    let expected = MeanTest::new().two_samples(&[9.0, 8.0], &[1.0, 2.0, 4.0]).unwrap();
    assert_close(found[6].score, expected.statistic, 1e-13);
    assert_eq!(found[6].baseline.n, 3);
    let mut values = vec![0.0, 1.0, 3.0, f64::INFINITY, 2.0, 1.0];
    values.extend([0.0, 1.0, 0.5, 2.0, 1.0, 3.0]);
    let reasons: Vec<Reason> = verdicts(skipping, &values).iter().map(|verdict| verdict.reason).collect();
    // It is in one of the windows up to its seventh place in them.
    assert!(reasons[6..10].iter().all(|reason| *reason == Reason::Unbounded), "{reasons:?}");
    assert!(reasons[10..].iter().all(|reason| *reason == Reason::Within), "{reasons:?}");
    let newest = last(skipping, &[0.0, 1.0, 3.0, 2.0, 1.0, 0.0, f64::NEG_INFINITY]);
    assert_eq!((newest.reason, newest.flagged), (Reason::Unbounded, false));
}

#[test]
fn values_next_to_the_largest_floats_are_judged_or_withheld() {
    let scaled =
        |power: i32| level(40).into_iter().map(|value| value * 2_f64.powi(power)).collect::<Vec<_>>();
    let expected = last(TTest::new(25, 10), &level(40));
    for power in [-400, 900, 1015] {
        let verdict = last(TTest::new(25, 10), &scaled(power));
        assert_close(verdict.score, expected.score, 1e-9);
    }
    let wild: Vec<f64> = (0..40).map(|place| if place % 2 == 0 { f64::MAX } else { f64::MIN }).collect();
    let verdict = last(TTest::new(25, 10), &wild);
    assert!(verdict.reason == Reason::Unbounded || verdict.score.is_finite(), "{verdict}");
}

#[test]
fn parameters_outside_their_ranges_are_refused_by_name() {
    for (name, detector) in [
        ("reference", TTest::new(1, 2)),
        ("test", TTest::new(2, 1)),
        ("test", TTest::new(2, 0)),
        ("reference", TTest::new(49, 10).dependence(ESTIMATED)),
        ("test", TTest::new(50, 9).dependence(ESTIMATED)),
        ("variances", TTest::new(9, 9).variances(Variances::Trimmed(0.1))),
        ("alpha", TTest::new(9, 9).alpha(0.0)),
        ("alpha", TTest::new(9, 9).alpha(f64::NAN)),
        ("missing", TTest::new(50, 10).dependence(ESTIMATED).missing(Missing::Skip)),
        ("absolute", TTest::new(9, 9).degenerate(Degenerate::Floor { absolute: -1.0, relative: 0.0 })),
    ] {
        let error = detector.online().unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { name: found, .. } if found == name), "{error}");
        assert_eq!(detector.detect(&[1.0]).unwrap_err().kind(), ErrorKind::InvalidParameter);
    }
    assert!(TTest::new(50, 10).dependence(ESTIMATED).check().is_ok() && TTest::new(2, 2).check().is_ok());
    assert_eq!(TTest::new(usize::MAX, usize::MAX).gap(usize::MAX).online().unwrap().seen(), 0);
}

/// An autoregressive series of deviation one that has forgotten its beginning.
fn autoregressive(random: &mut slo_testkit::Random, phi: f64, len: usize) -> Vec<f64> {
    let mut value = random.normal();
    let innovation = (1.0 - phi * phi).sqrt();
    (0..len)
        .map(|_| {
            value = phi * value + innovation * random.normal();
            value
        })
        .collect()
}

/// How many percent of independent series are flagged at their end, at a level of 5%, and of how many a window is short.
fn alarms(detector: TTest, phi: f64, series: u32) -> (f64, f64) {
    let mut random = slo_testkit::Random::seeded(2025);
    let (mut flagged, mut short) = (0, 0);
    for _ in 0..series {
        let values = autoregressive(&mut random, phi, detector.reference + detector.gap + detector.test);
        let mut stream = TTestStream::new(detector.alpha(0.05)).unwrap();
        let (newest, earlier) = values.split_last().unwrap();
        // Only the last value is judged: what was judged before changes nothing.
        let none = Verdict::withheld((0, 0.0), 1.0, Reason::WarmingUp, 0);
        for value in earlier {
            stream::Stream::learn(&mut stream, *value, &none).unwrap();
        }
        let verdict = stream::Stream::judge(&stream, (earlier.len(), *newest));
        flagged += u32::from(verdict.flagged);
        short += u32::from(verdict.reason == Reason::TooShortForAutocorrelation);
    }
    (100.0 * f64::from(flagged) / f64::from(series), 100.0 * f64::from(short) / f64::from(series))
}

#[test]
fn autocorrelated_series_without_a_change_raise_few_alarms() {
    // SEMANTICS 25: phi 0.9, estimated, windows of 288 values or more: 3% to 8%.
    for (reference, test) in [(288, 288), (400, 288)] {
        let (flagged, short) = alarms(TTest::new(reference, test).dependence(ESTIMATED), 0.9, 1500);
        assert!((3.0..=8.0).contains(&flagged), "{flagged}% of {reference} and {test}");
        // 288 values are 15 decorrelation times of 19 values.
        assert!(short > 80.0, "{short}%");
    }
    // The test that takes them for independent alarms for most of them.
    assert!(alarms(TTest::new(288, 288), 0.9, 300).0 > 50.0);
}

#[test]
fn windows_short_of_twenty_decorrelation_times_say_so_and_hold_the_level() {
    // SEMANTICS 25: at most one in a hundred above alpha, where three Monte Carlo standard errors are 1%.
    for (reference, test, phi) in
        [(50, 50, 0.3), (50, 10, 0.6), (50, 50, 0.9), (100, 20, 0.9), (50, 50, 0.99), (288, 288, 0.99)]
    {
        for gap in [0, 200] {
            let detector = TTest::new(reference, test).gap(gap).dependence(ESTIMATED);
            let (flagged, _) = alarms(detector, phi, 2000);
            let error = 100.0 * (0.06_f64 * 0.94 / 2000.0).sqrt();
            assert!(flagged <= 6.0 + error, "{flagged}% of {reference} and {test} at {phi}");
        }
    }
    // 500 independent values are long enough, 19 are not.
    assert!(alarms(TTest::new(500, 500).dependence(ESTIMATED), 0.0, 100).1 < 5.0);
    assert_eq!(alarms(TTest::new(500, 19).dependence(ESTIMATED), 0.0, 100).1, 100.0);
}

#[test]
fn a_window_worth_less_than_four_values_is_never_flagged() {
    // A straight line is worth two values.
    let line: Vec<f64> = (0..60).map(f64::from).collect();
    let verdict = last(TTest::new(50, 10).dependence(ESTIMATED).alpha(0.5), &line);
    assert_eq!((verdict.reason, verdict.threshold), (Reason::TooShortForAutocorrelation, f64::INFINITY));
    assert!(!verdict.flagged && verdict.p_value().is_none() && verdict.score > 0.0);
    let text = serde_json::to_string(&verdict).unwrap();
    assert_eq!(serde_json::from_str::<Verdict>(&text).unwrap(), verdict);
    assert!(verdict.explain().contains("within the threshold inf"), "{verdict}");
}

#[test]
fn a_test_of_white_noise_is_nearly_the_same_with_and_without_an_estimate() {
    let mut values = level(700);
    values.iter_mut().skip(600).for_each(|value| *value += 5.0);
    let found = last(TTest::new(500, 100).dependence(ESTIMATED), &values);
    assert!(found.flagged && found.reason == Reason::Beyond, "{found}");
}

#[test]
fn states_that_no_values_lead_to_are_refused() {
    let detector = TTest::new(4, 3).gap(2);
    let mut online = detector.online().unwrap();
    online.observe_many(&level(30)).unwrap();
    let text = serde_json::to_string(&online.snapshot()).unwrap();
    let restored = |text: &str| serde_json::from_str::<Snapshot>(text).map(Snapshot::restore);
    assert!(restored(&text).unwrap().is_ok());
    for (from, to) in [
        ("\"seen\":30", "\"seen\":7"),
        ("\"gap\":2", "\"gap\":3"),
        ("\"test\":3", "\"test\":4"),
        ("\"reference\":4", "\"reference\":5"),
    ] {
        let broken = text.replace(from, to);
        assert_ne!(broken, text, "{from}");
        assert!(!matches!(restored(&broken), Ok(Ok(_))), "{to}");
    }
}

fn detectors() -> impl Strategy<Value = TTest> {
    (2_usize..12, 2_usize..8, 0_usize..5, prop::bool::ANY, prop::bool::ANY).prop_map(
        |(reference, test, gap, pooled, dependent)| {
            let variances = if pooled { Variances::Equal } else { Variances::Unequal };
            let detector = TTest::new(reference, test).gap(gap).variances(variances).alpha(0.05);
            if dependent {
                TTest { reference: reference + 48, test: test + 8, dependence: ESTIMATED, ..detector }
            } else {
                detector
            }
        },
    )
}

fn same(left: &Detection, right: &Detection) {
    assert_eq!((&left.outliers, left.threshold), (&right.outliers, right.threshold));
    let bits = |scores: &[f64]| scores.iter().map(|score| score.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&left.scores), bits(&right.scores));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn online_is_batch_to_the_bit_and_a_snapshot_goes_on(
        detector in detectors(),
        values in prop::collection::vec((-100_000..100_000).prop_map(|v| 1e6 + f64::from(v) / 1024.0), 20..110),
        pause in 0_usize..110,
    ) {
        let batch = detector.detect(&values).unwrap();
        same(&detector.online().unwrap().observe_many(&values).unwrap(), &batch);
        let (past, rest) = values.split_at(pause.min(values.len()));
        let mut online = detector.online().unwrap();
        online.observe_many(past).unwrap();
        let text = serde_json::to_string(&online.snapshot()).unwrap();
        let mut resumed = serde_json::from_str::<Snapshot>(&text).unwrap().restore().unwrap();
        same(&resumed.observe_many(rest).unwrap(), &online.observe_many(rest).unwrap());
    }

    #[test]
    fn another_zero_changes_no_score(
        values in prop::collection::vec((-1_000_000..1_000_000).prop_map(|v| f64::from(v) / 1024.0), 20..60),
    ) {
        // SEMANTICS 24: multiples of 2^-10 are shifted exactly.
        let shifted: Vec<f64> = values.iter().map(|value| value + 1e9).collect();
        let detector = TTest::new(8, 4).gap(2);
        let (near, far) = (detector.detect(&values).unwrap(), detector.detect(&shifted).unwrap());
        for (near, far) in near.scores.iter().zip(&far.scores).filter(|(near, _)| !near.is_nan()) {
            prop_assert!((near - far).abs() <= 1e-9 * near.abs().max(1.0), "{near} {far}");
        }
    }
}
