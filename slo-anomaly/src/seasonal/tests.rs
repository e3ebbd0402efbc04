use proptest::prelude::*;
use slo_testkit::{Random, assert_close, assert_close_absolute};

use super::*;
use crate::detector::OnlineDetector;
use crate::three_sigma::{Scale, ThreeSigma};
use crate::tukey::Tukey;
use crate::verdict::Reason;

/// A season of eight values and one of 24 with noise of deviation 1.
fn series(n: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::seeded(seed);
    (0..n).map(|t| 10.0 * (t % 8) as f64 + 3.0 * (t % 24) as f64 + random.normal()).collect()
}

fn past(periods: &[usize]) -> Seasonal {
    Seasonal::new(ThreeSigma::new().rolling(48).unwrap(), periods).by(Adjust::PastMedians)
}

#[test]
fn a_spike_on_a_constant_makes_no_anomaly_at_its_phase() {
    // twitter/AnomalyDetection #67.
    let mut values = vec![10.0; 24 * 8];
    values[80] = 1000.0;
    for by in [Adjust::Stl, Adjust::Medians] {
        for detector in [AnyDetector::from(ThreeSigma::new()), Tukey::new().into()] {
            assert_eq!(
                Seasonal::new(detector, [24]).by(by).detect(&values).unwrap().indices(),
                [80],
                "{by:?}"
            );
        }
    }
    assert_eq!(past(&[24]).detect(&values).unwrap().indices(), [80]);
    // One value of a phase is its own median: then the next one is an anomaly as well.
    assert_eq!(past(&[24]).cycles(1).detect(&values).unwrap().indices(), [80, 104]);
}

#[test]
fn a_linear_trend_hides_no_anomaly() {
    // twitter/AnomalyDetection #67: there a trend stays in what is tested.
    let drifting = |slope: f64| {
        let mut values = series(24 * 8, 3);
        for (t, value) in values.iter_mut().enumerate() {
            *value += slope * t as f64;
        }
        values[100] += 15.0;
        values
    };
    let robust = ThreeSigma::new().scale(Scale::Mad).k(6.0);
    assert_eq!(Seasonal::new(robust, [24]).detect(&drifting(2.0)).unwrap().indices(), [100]);
    // Past medians lag behind a line by the same distance everywhere, which the moving baseline knows. Were the drift of
    // a cycle more than the anomaly, the anomaly would stand in the middle of three in time.
    let causal = past(&[24]);
    let causal = Seasonal { detector: robust.rolling(48).unwrap().min_baseline(24).into(), ..causal };
    assert_eq!(causal.detect(&drifting(0.1)).unwrap().indices(), [100]);
}

#[test]
fn no_spike_is_taken_for_trend() {
    // R's robust STL of this series with period 4 has a trend of 999.5 and a remainder of 0 at the spike.
    for period in [2, 3, 4, 5, 7, 12] {
        for spike in [1000.0, -1000.0, 30.0] {
            let mut values: Vec<f64> =
                (0..80_u32).map(|t| f64::from(t % period) + 0.1 * f64::from(t * t % 7)).collect();
            values[30] = spike;
            let seasonal = Seasonal::new(ThreeSigma::new().k(6.0), [period as usize]);
            let found = seasonal.detect(&values).unwrap();
            assert!(found.indices().contains(&30), "{period} {spike} {found}");
            let verdict = found.outliers.iter().find(|verdict| verdict.index == 30).unwrap();
            assert!(verdict.baseline.center.abs() < 15.0, "{period} {verdict}");
        }
    }
}

#[test]
fn an_anomaly_of_a_season_is_found_where_it_is_none_of_the_values() {
    let mut values = series(24 * 10, 5);
    values[24 * 6] = 100.0;
    assert!(ThreeSigma::new().detect(&values).unwrap().indices().is_empty());
    for seasonal in [
        Seasonal::new(ThreeSigma::new(), [24]),
        Seasonal::new(ThreeSigma::new(), [24, 8]),
        Seasonal::new(ThreeSigma::new(), [24, 8]).by(Adjust::Medians),
        past(&[24]),
        past(&[8, 24]),
    ] {
        let found = seasonal.detect(&values).unwrap();
        let verdict = found.outliers.iter().find(|verdict| verdict.index == 144).unwrap();
        assert_eq!(verdict.value, 100.0);
        assert!(verdict.baseline.center.abs() < 5.0 && verdict.score > 20.0, "{verdict}");
    }
}

#[test]
fn past_medians_wait_for_their_cycles() {
    let values = series(200, 7);
    let first = |seasonal: Seasonal| {
        let found = seasonal.detect(&values).unwrap();
        found.scores.iter().position(|score| !score.is_nan()).unwrap()
    };
    // Two values of what is left are needed by the inner detector.
    assert_eq!(first(past(&[24])), 3 * 24 + 2);
    assert_eq!(first(past(&[24]).min_cycles(2)), 2 * 24 + 2);
    assert_eq!(first(past(&[24]).cycles(2)), 2 * 24 + 2);
    assert_eq!(first(past(&[24]).cycles(2).min_cycles(1)), 24 + 2);
    // The longer period learns from what the shorter one leaves.
    assert_eq!(first(past(&[24, 8]).min_cycles(1)), 24 + 8 + 2);
}

#[test]
fn a_causal_verdict_is_the_inner_ones_on_what_the_medians_leave() {
    let values = series(240, 11);
    let found = past(&[24]).cycles(3).detect(&values).unwrap();
    let rest: Vec<f64> = (72..240)
        .map(|t| {
            let mut before = [values[t - 24], values[t - 48], values[t - 72]];
            before.sort_by(f64::total_cmp);
            values[t] - before[1]
        })
        .collect();
    let expected = ThreeSigma::new().rolling(48).unwrap().detect(&rest).unwrap();
    for (score, expected) in found.scores[72..].iter().zip(&expected.scores) {
        assert!(score == expected || score.is_nan() && expected.is_nan() || (score - expected).abs() < 1e-12);
    }
}

#[test]
fn medians_of_one_period_leave_the_distance_from_each_phases_median() {
    let values = [1.0, 10.0, 2.0, 30.0, 4.0, 20.0, 3.0, 40.0];
    assert_eq!(adjust::by_medians(&[2], &values).unwrap(), [-1.5, -15.0, -0.5, 5.0, 1.5, -5.0, 0.5, 15.0]);
    assert_eq!(adjust::by_medians(&[2, 4], &[5.0, 7.0, 6.0, 8.0].repeat(3)).unwrap(), [0.0; 12]);
}

#[test]
fn missing_values_are_as_the_detector_has_them() {
    use slo_core::stats::Missing;
    let mut values = series(240, 13);
    values[150] = f64::NAN;
    values[200] += 50.0;
    let strict = ThreeSigma::new();
    let skipping = strict.missing(Missing::Skip);
    for by in [Adjust::Stl, Adjust::Medians] {
        let error = Seasonal::new(strict, [24]).by(by).detect(&values).unwrap_err();
        assert!(matches!(error, Error::NonFinite { index: 150, .. }), "{error}");
    }
    let found = Seasonal::new(skipping, [24]).by(Adjust::Medians).detect(&values).unwrap();
    assert!(found.scores[150].is_nan() && found.indices().contains(&200));
    let causal = |rule: ThreeSigma| {
        Seasonal::new(rule.rolling(48).unwrap(), [24]).by(Adjust::PastMedians).detect(&values)
    };
    assert!(matches!(causal(strict), Err(Error::NonFinite { index: 150, .. })));
    let found = causal(skipping).unwrap();
    assert!(found.scores[150].is_nan() && !found.scores[174].is_nan() && found.indices().contains(&200));
    // An infinity is judged where such values are, and not learnt by the medians.
    values[150] = f64::INFINITY;
    let mut online =
        Seasonal::new(skipping.rolling(24).unwrap(), [24]).by(Adjust::PastMedians).online().unwrap();
    let found = online.observe_many(&values).unwrap();
    assert!(found.scores[150] == f64::INFINITY && !found.scores[190].is_nan());
}

#[test]
fn a_missing_value_while_warming_up_is_missing() {
    use slo_core::stats::Missing;
    let rolling = ThreeSigma::new().missing(Missing::Skip).rolling(4).unwrap();
    let online = Seasonal::new(rolling, [2]).by(Adjust::PastMedians).online().unwrap();
    assert_eq!(online.score(f64::NAN).unwrap().reason, Reason::Missing);
    assert_eq!(online.score(1.0).unwrap().reason, Reason::WarmingUp);
}

#[test]
fn what_cannot_be_done_is_refused() {
    let rolling = || ThreeSigma::new().rolling(8).unwrap();
    let by = |adjust: Adjust| Seasonal::new(rolling(), [8]).by(adjust);
    assert!(matches!(by(Adjust::Stl).online(), Err(Error::Unsupported { .. })));
    assert!(matches!(by(Adjust::Medians).online(), Err(Error::Unsupported { .. })));
    assert!(by(Adjust::PastMedians).online().is_ok());
    let whole = Seasonal::new(Tukey::new(), [8]).by(Adjust::PastMedians);
    assert!(matches!(whole.check(), Err(Error::Unsupported { .. })));
    assert!(Seasonal::new(by(Adjust::Stl), [8]).check().is_err());
    for periods in [vec![], vec![1], vec![8, 8], (2..30).collect()] {
        assert!(Seasonal::new(rolling(), periods).check().is_err());
    }
    let past = by(Adjust::PastMedians);
    assert!(past.clone().cycles(0).check().is_err() && past.clone().cycles(1 << 22).check().is_err());
    assert!(past.clone().min_cycles(0).check().is_err() && past.clone().min_cycles(4).check().is_err());
    assert!(past.clone().min_cycles(3).check().is_ok() && past.cycles(4).min_cycles(4).check().is_ok());
    assert!(Seasonal::new(Tukey::new().fence(-1.0), [8]).check().is_err());
    for by in [Adjust::Stl, Adjust::Medians] {
        let seasonal = Seasonal::new(Tukey::new(), [8]).by(by);
        assert!(seasonal.detect(&series(16, 1)).is_ok());
        assert!(matches!(seasonal.detect(&series(15, 1)), Err(Error::TooShort { len: 15, needed: 16, .. })));
    }
}

#[test]
fn by_stl_scores_are_the_inner_ones_on_the_remainder() {
    let values = series(96, 17);
    let found = Seasonal::new(Tukey::new(), [24]).detect(&values).unwrap();
    let parts = slo_core::decompose::Stl::new(24).periodic().robust().decompose(&values).unwrap();
    let expected = Tukey::new().detect(&parts.remainder).unwrap();
    for (score, expected) in found.scores.iter().zip(&expected.scores) {
        assert_close_absolute(*score, *expected, 1e-9);
    }
    assert_close(found.threshold, 1.5, 1e-15);
}

#[cfg(feature = "serde")]
#[test]
fn a_state_that_cannot_be_reached_is_refused() {
    let mut online = past(&[4]).cycles(2).online().unwrap();
    online.observe_many(&series(20, 19)).unwrap();
    let text = serde_json::to_string(&online.snapshot()).unwrap();
    let restored = |text: &str| {
        serde_json::from_str::<crate::Snapshot>(text)
            .map_err(|e| e.to_string())?
            .restore()
            .map_err(|e| e.to_string())
    };
    assert_eq!(restored(&text).unwrap().seen(), 20);
    for (from, to) in [
        ("\"judged\":12", "\"judged\":13"),
        ("\"judged\":12", "\"judged\":11"),
        ("\"periods\":[4]", "\"periods\":[5]"),
        ("\"periods\":[4]", "\"periods\":[1]"),
        ("\"seen\":20}", "\"seen\":21}"),
        ("\"min_cycles\":null", "\"min_cycles\":9"),
    ] {
        assert!(text.contains(from), "{from} {text}");
        assert!(restored(&text.replacen(from, to, 1)).is_err(), "{from} {to}");
    }
}

proptest! {
    #[test]
    fn online_is_the_whole_series_and_resumes_anywhere(
        seed in 0_u64..500,
        n in 1_usize..150,
        pause in 0_usize..150,
        two: bool,
    ) {
        let values = series(n, seed);
        let seasonal = if two { past(&[6, 4]).min_cycles(1) } else { past(&[6]) };
        let whole = seasonal.detect(&values).unwrap();
        let mut online = seasonal.online().unwrap();
        let pause = pause.min(n);
        let mut scores = online.observe_many(&values[..pause]).unwrap().scores;
        let mut resumed = online.snapshot().restore().unwrap();
        scores.extend(resumed.observe_many(&values[pause..]).unwrap().scores);
        let bits = |scores: &[f64]| scores.iter().map(|score| score.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(bits(&scores), bits(&whole.scores));
    }
}
