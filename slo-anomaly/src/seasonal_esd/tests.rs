use std::fs;

use proptest::prelude::*;
use slo_core::stats::tails::{Distribution, StudentT};
use slo_testkit::assert_all_close_absolute;

use super::*;

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2])
}

fn mad(values: &[f64], center: f64) -> f64 {
    1.482_602_218_505_602 * median(&values.iter().map(|value| (value - center).abs()).collect::<Vec<f64>>())
}

/// The definition, word by word: everything is computed anew after each value that is taken away.
fn literal(values: &[f64], rule: &SeasonalEsd) -> (Vec<usize>, Vec<f64>) {
    let season = Stl::new(rule.period).periodic().robust().decompose(values).unwrap().seasonal;
    let middle = median(values);
    let rest: Vec<f64> = values.iter().zip(&season).map(|(value, season)| value - season - middle).collect();
    let mut left: Vec<usize> = (0..values.len()).collect();
    let (mut removed, mut count) = (Vec::new(), 0);
    let most = (rule.max_share * values.len() as f64).floor();
    for step in (1..).take_while(|step: &usize| *step as f64 <= most) {
        let now: Vec<f64> = left.iter().map(|place| rest[*place]).collect();
        let center = median(&now);
        let scale = mad(&now, center);
        if scale == 0.0 {
            break;
        }
        let far = |value: f64| match rule.side {
            Side::Both => (value - center).abs(),
            Side::Upper => value - center,
            Side::Lower => center - value,
        };
        let (most, statistic) = now.iter().map(|value| far(*value) / scale).enumerate().fold(
            (0, f64::NEG_INFINITY),
            |best, next| {
                if next.1 > best.1 { next } else { best }
            },
        );
        removed.push(left.remove(most));
        let (n, i) = (values.len() as f64, step as f64);
        let sides = if rule.side == Side::Both { 2.0 } else { 1.0 };
        let student = StudentT::new(n - i - 1.0).unwrap();
        let t = -student.quantile(rule.alpha / (sides * (n - i + 1.0))).unwrap();
        if statistic > t * (n - i) / ((n - i - 1.0 + t * t) * (n - i + 1.0)).sqrt() {
            count = step;
        }
    }
    removed.truncate(count);
    let now: Vec<f64> =
        (0..values.len()).filter(|place| !removed.contains(place)).map(|place| rest[place]).collect();
    let center = median(&now);
    let scale = mad(&now, center);
    removed.sort_unstable();
    (removed, rest.iter().map(|value| (value - center) / scale).collect())
}

#[track_caller]
fn assert_literal(values: &[f64], rule: SeasonalEsd) -> usize {
    let found = rule.detect(values).unwrap();
    let (places, scores) = literal(values, &rule);
    assert_eq!(found.indices(), places);
    for (score, expected) in found.scores.iter().zip(&scores) {
        // A score on the wrong side of the threshold is put on it.
        if (score.abs() - found.threshold).abs() > 1e-12 {
            assert!((score - expected).abs() <= 1e-10 * expected.abs().max(1.0), "{score} {expected}");
        }
    }
    places.len()
}

#[test]
fn on_the_numenta_benchmark_it_is_its_definition() {
    // No published verdicts of S-H-ESD on public data exist here: Twitter's example series is not at hand.
    let Some(folder) = slo_testkit::slo_cases() else { return };
    let mut flagged = Vec::new();
    for (file, side) in [
        ("realKnownCause/machine_temperature_system_failure.csv", Side::Both),
        ("realAWSCloudwatch/ec2_cpu_utilization_5f5533.csv", Side::Both),
        ("realAWSCloudwatch/rds_cpu_utilization_cc0c53.csv", Side::Upper),
        ("realTweets/Twitter_volume_GOOG.csv", Side::Both),
        ("artificialWithAnomaly/art_daily_jumpsup.csv", Side::Both),
        ("realAWSCloudwatch/elb_request_count_8c0756.csv", Side::Lower),
    ] {
        let text = fs::read_to_string(folder.join("anomaly/NAB/data").join(file)).unwrap();
        let values: Vec<f64> = text
            .lines()
            .skip(1)
            .map(|line| line.split_once(',').unwrap().1.parse().unwrap())
            .take(2100)
            .collect();
        for share in [0.02, 0.05] {
            let rule = SeasonalEsd::new(288).side(side).max_share(share).degenerate(Degenerate::NoAlarm);
            flagged.push(assert_literal(&values, rule));
        }
    }
    assert!(flagged.iter().any(|count| *count > 0), "{flagged:?}");
}

fn sawtooth(n: u32) -> Vec<f64> {
    (0..n).map(|t| f64::from(t % 8) + 0.1 * f64::from(t * t % 7)).collect()
}

#[test]
fn a_spike_on_a_constant_makes_no_anomaly_at_its_phase() {
    // twitter/AnomalyDetection #67.
    for spike in [1000.0, -1000.0, 10.5] {
        let mut values = vec![10.0; 24 * 7];
        values[50] = spike;
        let found = SeasonalEsd::new(24).detect(&values).unwrap();
        assert_eq!(found.indices(), [50]);
        assert_eq!(found.outliers[0].reason, crate::verdict::Reason::Degenerate);
        assert!(found.scores.iter().enumerate().all(|(place, score)| place == 50 || *score == 0.0));
    }
}

#[test]
fn more_exceptions_than_the_share_are_none() {
    let mut values = vec![0.0; 100];
    // Ten of 100 may be flagged, at places of different phases.
    for place in (0..100).step_by(10) {
        values[place] = 5.0 + f64::from(u8::try_from(place).unwrap());
    }
    assert_eq!(SeasonalEsd::new(7).detect(&values).unwrap().outliers.len(), 10);
    values[55] = 5.0;
    assert_eq!(SeasonalEsd::new(7).detect(&values).unwrap().outliers.len(), 0);
}

#[test]
fn the_share_allows_its_whole_number_of_values_and_not_none() {
    let values = sawtooth(100);
    let error = |share: f64| SeasonalEsd::new(8).max_share(share).detect(&values).unwrap_err();
    assert!(error(0.0099).to_string().contains("allows none of 100 values"));
    assert!(SeasonalEsd::new(8).max_share(0.01).detect(&values).is_ok());
    for share in [0.0, 0.5, -0.1, f64::NAN] {
        assert!(SeasonalEsd::new(8).max_share(share).check().is_err());
    }
    assert!(SeasonalEsd::new(8).max_share(0.5_f64.next_down()).detect(&values).is_ok());
}

#[test]
fn less_than_two_periods_and_bad_parameters_are_refused() {
    let values = sawtooth(16);
    assert!(SeasonalEsd::new(8).detect(&values).is_ok());
    assert!(matches!(
        SeasonalEsd::new(8).detect(&values[..15]),
        Err(Error::TooShort { len: 15, needed: 16, .. })
    ));
    assert!(SeasonalEsd::new(1).check().is_err());
    assert!(
        SeasonalEsd::new(8).alpha(0.0).check().is_err() && SeasonalEsd::new(8).alpha(1.0).check().is_err()
    );
    let floor = Degenerate::Floor { absolute: 1.0, relative: 0.0 };
    assert!(matches!(SeasonalEsd::new(8).degenerate(floor).check(), Err(Error::Unsupported { .. })));
}

#[test]
fn a_verdict_is_about_the_value_and_its_season() {
    let mut values = sawtooth(96);
    values[40] = 5.0;
    let found = SeasonalEsd::new(8).detect(&values).unwrap();
    let verdict = &found.outliers[0];
    assert_eq!((verdict.index, verdict.value, verdict.baseline.n), (40, 5.0, 95));
    // The foot of the sawtooth lies between 0 and 0.6.
    assert!((0.0..0.6).contains(&verdict.baseline.center), "{verdict}");
    assert_all_close_absolute(
        &[verdict.score],
        &[(5.0 - verdict.baseline.center) / verdict.baseline.scale],
        1e-12,
    );
}

#[test]
fn a_huge_spread_is_refused_or_judged_but_never_nan() {
    let mut values = sawtooth(48);
    values[5] = f64::MAX;
    values[6] = -f64::MAX;
    match SeasonalEsd::new(8).detect(&values) {
        Ok(found) => assert!(found.scores.iter().all(|score| !score.is_nan())),
        Err(error) => assert!(matches!(error, Error::OutOfRange { .. }), "{error}"),
    }
}

proptest! {
    #[test]
    fn on_any_sample_it_is_its_definition(
        values in prop::collection::vec(-100.0..100.0_f64, 24..90),
        outliers in prop::collection::vec((0_usize..24, -1e4..1e4_f64), 0..5),
        share in 0.05..0.4_f64,
        upper: bool,
    ) {
        let mut values = values;
        for (place, value) in outliers {
            values[place] = value;
        }
        let side = if upper { Side::Upper } else { Side::Both };
        assert_literal(&values, SeasonalEsd::new(6).max_share(share).side(side));
    }
}
