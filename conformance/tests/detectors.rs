//! What holds for every detector. A detector is done when its lines stand in `every_detector` and, as far as they are
//! true of it, in the lists of laws below.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "these are tests")]

use conformance::{for_all, is_deterministic, permuted, survives_writing, values};
use proptest::prelude::*;
use slo_anomaly::{
    Adjust, AnyDetector, BandRules, Bands, BinRange, Bocpd, Comparison, Cusum, Cut, Detection, Detector,
    Differences, Dixon, Ewma, Gate, GeneralizedEsd, Grubbs, Hampel, Histogram, IsolationForest, Mad,
    MatrixProfile, Mean, NearestSubsequence, OnlineDetector, PageHinkley, Polynomial, Projection, Reading,
    Reference, RelativeEntropy, Restart, RollingMatrixProfile, RollingPolynomial, Seasonal, SeasonalEsd,
    Snapshot, SpectralResidual, Spreading, SubPca, ThreeSigma, Tukey,
};
use slo_core::{Error, ErrorKind};

/// The window of the moving detectors.
const W: usize = 12;

/// The charts learn from the first values.
const LEARNT: Reference = Reference::Learnt { values: W };

fn page_hinkley() -> PageHinkley {
    PageHinkley::new().mean(Mean::Running { min_values: 2 })
}

fn relative_entropy() -> RelativeEntropy {
    let range = BinRange::Probation { values: W, widening: 0.5 };
    RelativeEntropy::new().window(6).range(range).references(4)
}

fn differences() -> Differences {
    Differences::new(ThreeSigma::new().rolling(W).unwrap()).unwrap()
}

fn restart() -> Restart {
    Restart::new(ThreeSigma::new().rolling(W).unwrap(), 2).unwrap()
}

fn gate() -> Gate {
    Gate::new(ThreeSigma::new().rolling(W).unwrap()).unwrap().hold(3).refractory(5)
}

macro_rules! every_detector {
    ($($name:ident: $detector:expr;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn nothing_to_judge_is_refused() { laws::empty(&$detector) }
            #[test]
            fn what_is_not_finite_is_refused_with_its_place() { laws::finite(&$detector) }
            #[test]
            fn a_constant_has_no_outlier() { laws::constant(&$detector) }
            #[test]
            fn a_planted_outlier_is_found_and_explained() { laws::planted(&$detector) }
            #[test]
            fn flags_follow_from_scores() { laws::flags(&$detector) }
            #[test]
            fn values_in_another_order_are_judged_alike() { laws::permutation(&$detector) }
            #[test]
            fn what_comes_later_changes_nothing_for_the_past() { laws::causality(&$detector) }
            #[test]
            fn the_same_values_get_the_same_verdicts_on_any_thread() { laws::determinism(&$detector) }
            #[test]
            fn the_detector_and_what_it_finds_survive_writing() { laws::writing(&$detector) }
            #[test]
            fn it_is_one_of_any() { laws::any(&$detector) }
        }
    )*};
}

every_detector! {
    matrix_profile: MatrixProfile::new(5).cut(Cut::At(0.5));
    matrix_profile_centred: MatrixProfile::new(5).spread(Spreading::Max).cut(Cut::At(1.0));
    matrix_profile_rolling: RollingMatrixProfile::new(4, 2 * W).cut(Cut::At(0.5));
    nearest_values: NearestSubsequence::new(3).neighbours(2).cut(Cut::At(20.0));
    nearest_shapes: NearestSubsequence::new(5).comparison(Comparison::Shapes).cut(Cut::At(0.5));
    polynomial: Polynomial::new().degree(1).window(3);
    polynomial_rolling: RollingPolynomial::new(W).degree(1);
    spectral_residual: SpectralResidual::new();
    spectral_residual_rolling: SpectralResidual::new().cut(Cut::At(1.0)).rolling(2 * W).unwrap();
    sub_pca: SubPca::new().window(5).cut(Cut::Top(9));
    sub_pca_axes: SubPca::new().window(5).projection(Projection::Axes).cut(Cut::Top(9));
    generalized_esd: GeneralizedEsd::new();
    generalized_esd_rolling: GeneralizedEsd::new().rolling(W).unwrap();
    grubbs: Grubbs::new();
    grubbs_rolling: Grubbs::new().rolling(W).unwrap();
    three_sigma: ThreeSigma::new();
    three_sigma_rolling: ThreeSigma::new().rolling(W).unwrap();
    dixon: Dixon::new();
    dixon_rolling: Dixon::new().rolling(W).unwrap().min_baseline(W);
    mad: Mad::new();
    mad_rolling: Mad::new().rolling(W).unwrap();
    tukey: Tukey::new();
    tukey_skewed: Tukey::new().skew_adjusted();
    isolation_forest: IsolationForest::new();
    histogram: Histogram::new();
    bocpd: Bocpd::new();
    tukey_rolling: Tukey::new().rolling(W).unwrap();
    ewma: Ewma::new().reference(LEARNT);
    cusum: Cusum::new().reference(LEARNT);
    page_hinkley: page_hinkley();
    relative_entropy: relative_entropy();
    differences: differences();
    restart: restart();
    hampel: Hampel::new(5);
    seasonal_esd: SeasonalEsd::new(2).max_share(0.25);
    seasonal_stl: Seasonal::new(ThreeSigma::new(), [2]);
    seasonal_medians: Seasonal::new(Tukey::new(), [2]).by(Adjust::Medians);
    seasonal_past: seasonal_past();
}

macro_rules! in_any_unit {
    ($($name:ident: $detector:expr;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn another_zero_changes_no_score() { laws::shift(&$detector) }
            #[test]
            fn another_unit_changes_no_score() { laws::scaling(&$detector) }
        }
    )*};
}

/// Detectors that learn where the values lie and how far they spread.
mod unit {
    use super::*;

    in_any_unit! {
        matrix_profile: MatrixProfile::new(5).cut(Cut::At(0.5));
        matrix_profile_rolling: RollingMatrixProfile::new(4, 2 * W).cut(Cut::At(0.5));
        nearest_shapes: NearestSubsequence::new(5).comparison(Comparison::Shapes).cut(Cut::At(0.5));
        polynomial: Polynomial::new().degree(1).window(3).cut(Cut::At(0.5));
        polynomial_rolling: RollingPolynomial::new(W).degree(1);
        generalized_esd: GeneralizedEsd::new();
        generalized_esd_rolling: GeneralizedEsd::new().rolling(W).unwrap();
        grubbs: Grubbs::new();
        grubbs_rolling: Grubbs::new().rolling(W).unwrap();
        three_sigma: ThreeSigma::new();
        three_sigma_rolling: ThreeSigma::new().rolling(W).unwrap();
        dixon: Dixon::new();
        dixon_rolling: Dixon::new().rolling(W).unwrap().min_baseline(W);
        mad: Mad::new();
    mad_rolling: Mad::new().rolling(W).unwrap();
    tukey: Tukey::new();
        tukey_skewed: Tukey::new().skew_adjusted();
        isolation_forest: IsolationForest::new();
        histogram: Histogram::new();
        bocpd: Bocpd::new();
        tukey_rolling: Tukey::new().rolling(W).unwrap();
        ewma: Ewma::new().reference(LEARNT);
        cusum: Cusum::new().reference(LEARNT);
        differences: differences();
        restart: restart();
        hampel: Hampel::new(5);
        seasonal_esd: SeasonalEsd::new(2).max_share(0.25);
        seasonal_medians: Seasonal::new(Tukey::new(), [2]).by(Adjust::Medians);
        seasonal_past: seasonal_past();
    }
}

macro_rules! on_both_sides {
    ($($name:ident: $detector:expr;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn a_constant_has_score_zero() { laws::zero(&$detector) }
            #[test]
            fn upside_down_the_scores_change_their_sign() { laws::negation(&$detector) }
        }
    )*};
}

/// Detectors whose scores have the sign of the side.
mod sides {
    use super::*;

    on_both_sides! {
        polynomial_rolling: RollingPolynomial::new(W).degree(1);
        generalized_esd: GeneralizedEsd::new();
        generalized_esd_rolling: GeneralizedEsd::new().rolling(W).unwrap();
        grubbs: Grubbs::new();
        grubbs_rolling: Grubbs::new().rolling(W).unwrap();
        three_sigma: ThreeSigma::new();
        three_sigma_rolling: ThreeSigma::new().rolling(W).unwrap();
        dixon: Dixon::new();
        dixon_rolling: Dixon::new().rolling(W).unwrap().min_baseline(W);
        mad: Mad::new();
    mad_rolling: Mad::new().rolling(W).unwrap();
    tukey: Tukey::new();
        tukey_skewed: Tukey::new().skew_adjusted();
        tukey_rolling: Tukey::new().rolling(W).unwrap();
        ewma: Ewma::new().reference(LEARNT);
        cusum: Cusum::new().reference(LEARNT);
        page_hinkley: page_hinkley();
        differences: differences();
        restart: restart();
        hampel: Hampel::new(5);
        gate: gate();
        seasonal_stl: Seasonal::new(ThreeSigma::new(), [2]);
        seasonal_medians: Seasonal::new(Tukey::new(), [2]).by(Adjust::Medians);
        seasonal_past: seasonal_past();
    }
}

macro_rules! every_online {
    ($($name:ident: $detector:expr;)*) => {$(
        mod $name {
            use super::*;

            fn start() -> Box<dyn OnlineDetector> { Box::new($detector.online().unwrap()) }

            #[test]
            fn online_equals_the_whole_series() { streams::equals(&$detector, &start) }
            #[test]
            fn scoring_learns_nothing() { streams::purity(&start) }
            #[test]
            fn a_refused_value_leaves_no_trace() { streams::refusal(&start) }
            #[test]
            fn a_snapshot_anywhere_resumes_to_the_bit() { streams::snapshots(&start) }
            #[test]
            fn a_snapshot_of_another_version_is_refused() { streams::versions(&start) }
            #[test]
            fn the_state_stays_bounded() { streams::bounded(&start) }
        }
    )*};
}

/// Detectors that stream.
mod online {
    use super::*;

    every_online! {
        matrix_profile: RollingMatrixProfile::new(4, 2 * W).cut(Cut::At(0.5));
        polynomial: RollingPolynomial::new(W).degree(1);
        spectral_residual: SpectralResidual::new().rolling(W).unwrap();
        generalized_esd: GeneralizedEsd::new().rolling(W).unwrap();
        grubbs: Grubbs::new().rolling(W).unwrap();
        three_sigma: ThreeSigma::new().rolling(W).unwrap();
        dixon: Dixon::new().rolling(W).unwrap().min_baseline(W);
        mad: Mad::new().rolling(W).unwrap();
        tukey: Tukey::new().rolling(W).unwrap();
        bocpd: Bocpd::new().prior(slo_anomaly::Prior::Learnt(W)).max_runs(16);
        ewma: Ewma::new().reference(LEARNT);
        cusum: Cusum::new().reference(LEARNT);
        page_hinkley: page_hinkley();
        relative_entropy: relative_entropy();
        differences: differences();
        restart: restart();
        gate: gate();
    }
}

/// A gate's flags do not follow from scores, and bands do not know values at or below zero: fewer laws hold.
mod partly {
    use super::*;

    macro_rules! hold {
        ($($name:ident: $detector:expr;)*) => {$(
            mod $name {
                use super::*;

                #[test]
                fn nothing_to_judge_is_refused() { laws::empty(&$detector) }
                #[test]
                fn what_is_not_finite_is_refused_with_its_place() { laws::finite(&$detector) }
                #[test]
                fn what_comes_later_changes_nothing_for_the_past() { laws::causality(&$detector) }
                #[test]
                fn the_same_values_get_the_same_verdicts_on_any_thread() { laws::determinism(&$detector) }
                #[test]
                fn the_detector_and_what_it_finds_survive_writing() { laws::writing(&$detector) }
                #[test]
                fn it_is_one_of_any() { laws::any(&$detector) }
                #[test]
                fn online_equals_the_whole_series() {
                    streams::equals(&$detector, &|| Box::new($detector.online().unwrap()));
                }
                #[test]
                fn scoring_learns_nothing() { streams::purity(&|| Box::new($detector.online().unwrap())) }
                #[test]
                fn a_snapshot_anywhere_resumes_to_the_bit() {
                    streams::snapshots(&|| Box::new($detector.online().unwrap()));
                }
            }
        )*};
    }

    hold! {
        gate: gate();
        bands: Bands::new().hour(4);
        robust_bands: Bands::new().hour(4).rules(BandRules::Robust);
        gated_differences: Gate::new(differences()).unwrap().confirm(2, 3);
        seasonal: seasonal_past();
        restarting_gate: Restart::new(gate(), 2).unwrap();
        gated_restart: Gate::new(restart()).unwrap().confirm(2, 3);
    }
}

macro_rules! forgetful {
    ($($name:ident: $detector:expr;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn the_longest_past_is_a_window() {
                streams::forgetting(&|| Box::new($detector.online().unwrap()));
            }
        }
    )*};
}

/// Detectors that know a window of the past alone.
mod window {
    use super::*;

    forgetful! {
        polynomial: RollingPolynomial::new(W).degree(1);
        generalized_esd: GeneralizedEsd::new().rolling(W).unwrap();
        grubbs: Grubbs::new().rolling(W).unwrap();
        three_sigma: ThreeSigma::new().rolling(W).unwrap();
        dixon: Dixon::new().rolling(W).unwrap().min_baseline(W);
        mad: Mad::new().rolling(W).unwrap();
        tukey: Tukey::new().rolling(W).unwrap();
        restart: restart();
    }
}

/// A causal detector behind the medians of two phases.
fn seasonal_past() -> Seasonal {
    Seasonal::new(ThreeSigma::new().rolling(W).unwrap(), [2]).by(Adjust::PastMedians)
}

/// Whether a method that needs several cycles has too few of these values.
fn is_too_short(detector: &dyn Detector, values: &[f64]) -> bool {
    detector.reading() == Reading::Series
        && matches!(detector.detect(values), Err(Error::TooShort { len, .. }) if len == values.len())
}

/// Scores and flags as SEMANTICS 22 compares them: flags may differ only where the score is next to the threshold.
#[track_caller]
fn assert_same_verdicts(found: &Detection, expected: &Detection, tolerance: f64) {
    assert_eq!(found.scores.len(), expected.scores.len());
    let flagged =
        |detection: &Detection, place| detection.outliers.iter().any(|outlier| outlier.index == place);
    for (place, (score, wanted)) in found.scores.iter().zip(&expected.scores).enumerate() {
        let room = tolerance * wanted.abs().max(1.0);
        let equal = score == wanted || (score.is_nan() && wanted.is_nan()) || (score - wanted).abs() <= room;
        assert!(equal, "score {place} is {score}, not {wanted}");
        let next_to_it = (wanted.abs() - expected.threshold).abs() <= room;
        assert!(next_to_it || flagged(found, place) == flagged(expected, place), "flag {place} at {wanted}");
    }
}

mod laws {
    use super::*;
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use std::fmt::Debug;

    pub(super) fn empty(detector: &dyn Detector) {
        assert_eq!(detector.detect(&[]).unwrap_err().kind(), ErrorKind::TooShort);
    }

    pub(super) fn finite(detector: &dyn Detector) {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for place in [0, 1, 20, 39] {
                let mut values: Vec<f64> = (0..40).map(f64::from).collect();
                values[place] = bad;
                let error = detector.detect(&values).unwrap_err();
                assert!(
                    matches!(error, Error::NonFinite { name: "values", index, .. } if index == place),
                    "{error}"
                );
            }
        }
    }

    pub(super) fn constant(detector: &dyn Detector) {
        for constant in [0.0, -7.25, 1e-300, 1e300] {
            let found = detector.detect(&[constant; 40]).unwrap();
            assert_eq!(found.indices(), [0_usize; 0]);
        }
    }

    pub(super) fn zero(detector: &dyn Detector) {
        for constant in [0.0, -7.25, 1e-300, 1e300] {
            assert_eq!(detector.detect(&[constant; 40]).unwrap().scores[39], 0.0);
        }
    }

    pub(super) fn any<D: Detector + Clone + Into<AnyDetector>>(detector: &D) {
        let any: AnyDetector = detector.clone().into();
        let values = with_outlier(100.0);
        assert_eq!(any.detect(&values).unwrap(), detector.detect(&values).unwrap());
        assert_eq!((any.name(), any.reading()), (detector.name(), detector.reading()));
        assert_eq!(any.online().is_ok(), detector.is_causal());
        survives_writing(&any);
    }

    /// 39 values of a spread of about one, and one that is a hundred away.
    fn with_outlier(outlier: f64) -> Vec<f64> {
        let mut values: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 11) / 4.0).collect();
        values[30] = outlier;
        values
    }

    pub(super) fn planted(detector: &dyn Detector) {
        for outlier in [100.0, -100.0] {
            let found = detector.detect(&with_outlier(outlier)).unwrap();
            let verdict = found.outliers.iter().find(|verdict| verdict.index == 30).unwrap();
            assert!(verdict.flagged && verdict.value == outlier);
            assert!(verdict.explain().contains("100"), "{}", verdict.explain());
        }
    }

    pub(super) fn flags(detector: &dyn Detector) {
        for_all(values(1..80), |values| {
            if is_too_short(detector, &values) {
                return;
            }
            let found = detector.detect(&values).unwrap();
            assert_eq!(found.scores.len(), values.len());
            // A verdict has its own threshold, which moves with the number of values that it rests on.
            let highest =
                found.outliers.iter().map(|verdict| verdict.threshold).fold(found.threshold, f64::max);
            let places = found.scores.iter().enumerate().filter(|(_, score)| score.abs() > highest);
            for (place, score) in places {
                assert!(found.indices().contains(&place), "{score} at {place} is not flagged");
            }
            for verdict in &found.outliers {
                assert!(verdict.score.abs() > verdict.threshold, "{verdict}");
            }
            for verdict in &found.outliers {
                assert_eq!(
                    (verdict.value, verdict.score),
                    (values[verdict.index], found.scores[verdict.index])
                );
                assert!(verdict.p_value().is_none_or(|p| (0.0..=1.0).contains(&p)));
            }
        });
    }

    pub(super) fn permutation(detector: &dyn Detector) {
        if detector.reading() != Reading::Sample {
            return;
        }
        let places = Just((0..80).collect::<Vec<usize>>()).prop_shuffle();
        for_all((values(1..80), places), |(values, mut places)| {
            places.retain(|place| *place < values.len());
            let mut found = detector.detect(&values).unwrap();
            let there = detector.detect(&permuted(&values, &places)).unwrap();
            found.scores = permuted(&found.scores, &places);
            found.outliers.iter_mut().for_each(|verdict| {
                verdict.index = places.iter().position(|place| *place == verdict.index).unwrap();
            });
            assert_same_verdicts(&there, &found, 1e-9);
        });
    }

    pub(super) fn causality(detector: &dyn Detector) {
        assert_eq!(detector.is_causal(), detector.reading() == Reading::Past);
        if !detector.is_causal() {
            return;
        }
        for_all((values(2..80), 1_usize..79), |(values, until)| {
            let until = until.min(values.len());
            let (whole, past) =
                (detector.detect(&values).unwrap(), detector.detect(&values[..until]).unwrap());
            let bits = |scores: &[f64]| scores.iter().map(|score| score.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&past.scores), bits(&whole.scores[..until]));
        });
    }

    pub(super) fn shift(detector: &dyn Detector) {
        for_all(values(3..80), |values| {
            if is_too_short(detector, &values) {
                return;
            }
            let shifted: Vec<f64> = values.iter().map(|value| value + 1e9).collect();
            let (found, there) = (detector.detect(&values).unwrap(), detector.detect(&shifted).unwrap());
            assert_same_verdicts(&there, &found, 1e-9);
        });
    }

    pub(super) fn scaling(detector: &dyn Detector) {
        for_all((values(3..80), -200..200_i32), |(values, power)| {
            if is_too_short(detector, &values) {
                return;
            }
            let scaled: Vec<f64> = values.iter().map(|value| value * 2_f64.powi(power)).collect();
            let (found, there) = (detector.detect(&values).unwrap(), detector.detect(&scaled).unwrap());
            assert_same_verdicts(&there, &found, 1e-12);
        });
    }

    pub(super) fn negation(detector: &dyn Detector) {
        for_all(values(3..80), |values| {
            if is_too_short(detector, &values) {
                return;
            }
            let negative: Vec<f64> = values.iter().map(|value| -value).collect();
            let mut found = detector.detect(&values).unwrap();
            found.scores.iter_mut().for_each(|score| *score = -*score);
            assert_same_verdicts(&detector.detect(&negative).unwrap(), &found, 1e-12);
        });
    }

    pub(super) fn determinism(detector: &dyn Detector) {
        let values: Vec<f64> = (0..500).map(|i| f64::from(i * 7919 % 1009)).collect();
        is_deterministic(|| detector.detect(&values));
    }

    pub(super) fn writing<D: Detector + Serialize + DeserializeOwned + PartialEq + Debug>(detector: &D) {
        survives_writing(detector);
        survives_writing(&detector.detect(&with_outlier(1e3)).unwrap());
        // An infinite score has a form of its own.
        let mut steady = [5.0; 40];
        steady[30] = 6.0;
        survives_writing(&detector.detect(&steady).unwrap());
    }
}

mod streams {
    use super::*;

    type Start<'a> = &'a dyn Fn() -> Box<dyn OnlineDetector>;

    fn observe_all(online: &mut dyn OnlineDetector, values: &[f64]) -> Detection {
        let verdicts: Vec<_> = values.iter().map(|value| online.observe(*value).unwrap()).collect();
        Detection {
            first: verdicts.first().map_or(0, |verdict| verdict.index),
            scores: verdicts.iter().map(|verdict| verdict.score).collect(),
            threshold: verdicts.last().map_or(0.0, |verdict| verdict.threshold),
            outliers: verdicts.into_iter().filter(|verdict| verdict.flagged).collect(),
        }
    }

    /// The snapshot as a service stores it.
    fn stored(online: &dyn OnlineDetector) -> String {
        serde_json::to_string(&online.snapshot()).unwrap()
    }

    fn resumed(text: &str) -> Box<dyn OnlineDetector> {
        serde_json::from_str::<Snapshot>(text).unwrap().restore().unwrap()
    }

    pub(super) fn equals(rolling: &dyn Detector, start: Start<'_>) {
        for_all(values(1..120), |values| {
            let expected = rolling.detect(&values).unwrap();
            assert_same_verdicts(&observe_all(&mut *start(), &values), &expected, 1e-12);
            assert_same_verdicts(&start().observe_many(&values).unwrap(), &expected, 1e-12);
        });
    }

    pub(super) fn purity(start: Start<'_>) {
        for_all(values(1..60), |values| {
            let mut online = start();
            for value in values {
                let before = stored(&*online);
                let foreseen = online.score(value).unwrap();
                assert_eq!(stored(&*online), before);
                assert_eq!(online.observe(value).unwrap(), foreseen);
            }
        });
    }

    pub(super) fn refusal(start: Start<'_>) {
        let mut online = start();
        observe_all(&mut *online, &[1.0, 2.0, 4.0, 3.0]);
        let before = stored(&*online);
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(online.score(bad).unwrap_err().kind(), ErrorKind::NonFinite);
            let error = online.observe(bad).unwrap_err();
            assert!(matches!(error, Error::NonFinite { index: 4, .. }), "{error}");
            assert_eq!(online.observe_many(&[5.0, bad]).unwrap_err().kind(), ErrorKind::NonFinite);
            assert_eq!(stored(&*online), before);
        }
    }

    pub(super) fn snapshots(start: Start<'_>) {
        for_all((values(2..80), 0_usize..80), |(values, pause)| {
            let pause = pause.min(values.len());
            let mut online = start();
            observe_all(&mut *online, &values[..pause]);
            let mut again = resumed(&stored(&*online));
            assert_eq!(again.seen(), online.seen());
            for value in &values[pause..] {
                assert_eq!(again.observe(*value).unwrap(), online.observe(*value).unwrap());
            }
            assert_eq!(stored(&*again), stored(&*online));
        });
    }

    pub(super) fn versions(start: Start<'_>) {
        let text = stored(&*start());
        let version = text.find("\"version\":1").unwrap();
        let newer = format!("{}\"version\":2{}", &text[..version], &text[version + 11..]);
        let restored = serde_json::from_str::<Snapshot>(&newer).map(Snapshot::restore);
        assert!(restored.map_or(true, |restored| restored.is_err_and(|e| e.kind() == ErrorKind::State)));
    }

    pub(super) fn bounded(start: Start<'_>) {
        let mut online = start();
        let mut longest = |turns: usize| {
            let values: Vec<f64> = (0..turns * W).map(|i| ((i * 7919) % 1009) as f64 / 4.0).collect();
            observe_all(&mut *online, &values);
            stored(&*online).len()
        };
        let early = longest(3);
        // The count of values seen grows by digits; nothing else does.
        assert!(longest(300) < early + early / 2);
    }

    pub(super) fn forgetting(start: Start<'_>) {
        for_all((values(W..W + 1), values(1..40)), |(recent, past)| {
            let (mut old, mut young) = (start(), start());
            observe_all(&mut *old, &past);
            observe_all(&mut *old, &recent);
            observe_all(&mut *young, &recent);
            let (old, young) = (old.score(3.5).unwrap(), young.score(3.5).unwrap());
            let room = 1e-12 * young.score.abs().max(1.0);
            assert!(old.score == young.score || (old.score - young.score).abs() <= room, "{old} {young}");
        });
    }
}
