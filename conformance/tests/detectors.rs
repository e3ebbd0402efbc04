//! What holds for every detector. A detector is done when its lines stand in `every_detector` and, as far as they are
//! true of it, in the lists of laws below.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "these are tests")]

#[path = "detectors/laws.rs"]
mod laws;
#[path = "detectors/streams.rs"]
mod streams;

use conformance::{for_all, is_deterministic, permuted, survives_writing, values};
use proptest::prelude::*;
use slo_anomaly::{
    Adjust, AnyDetector, BandRules, Bands, BinRange, Bocpd, Cusum, Cut, Detection, Detector, Differences,
    Dixon, Ewma, Gate, GeneralizedEsd, Grubbs, Histogram, IsolationForest, Mad, MatrixProfile, Mean,
    OnlineDetector, PageHinkley, PointScore, Polynomial, Prior, Projection, Reading, Reference,
    RelativeEntropy, RollingMatrixProfile, RollingPolynomial, Seasonal, SeasonalEsd, Snapshot,
    SpectralResidual, SubPca, TTest, ThreeSigma, Tukey, Variances,
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

fn gate() -> Gate {
    Gate::new(ThreeSigma::new().rolling(W).unwrap()).unwrap().hold(3).refractory(5)
}
/// Student's test: Welch's lets one value out of two spoil their deviation, and with it their distance.
const STUDENT: TTest = TTest::new(8, 2).gap(1).variances(Variances::Equal).alpha(0.05);

/// Welch's test.
const WELCH: TTest = TTest::new(8, 3).gap(1);

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
    bocpd: Bocpd::new();
    cusum: Cusum::new().reference(LEARNT);
    differences: differences();
    dixon: Dixon::new();
    dixon_rolling: Dixon::new().rolling(W).unwrap().min_baseline(W);
    ewma: Ewma::new().reference(LEARNT);
    generalized_esd: GeneralizedEsd::new();
    generalized_esd_rolling: GeneralizedEsd::new().rolling(W).unwrap();
    grubbs: Grubbs::new();
    grubbs_rolling: Grubbs::new().rolling(W).unwrap();
    histogram: Histogram::new();
    isolation_forest: IsolationForest::new();
    mad: Mad::new();
    mad_rolling: Mad::new().rolling(W).unwrap();
    matrix_profile: MatrixProfile::new(5).cut(Cut::At(0.5));
    matrix_profile_greatest: MatrixProfile::new(5).point_score(PointScore::Max).cut(Cut::At(1.0));
    matrix_profile_rolling: RollingMatrixProfile::new(4, 2 * W).cut(Cut::At(0.5));
    page_hinkley: page_hinkley();
    polynomial: Polynomial::new().degree(1).window(3);
    polynomial_rolling: RollingPolynomial::new(W).degree(1);
    relative_entropy: relative_entropy();
    seasonal_esd: SeasonalEsd::new(2).max_share(0.25);
    seasonal_medians: Seasonal::new(Tukey::new(), [2]).by(Adjust::Medians);
    seasonal_past: seasonal_past();
    seasonal_stl: Seasonal::new(ThreeSigma::new(), [2]);
    spectral_residual: SpectralResidual::new();
    sub_pca: SubPca::new().window(5).cut(Cut::Top(9));
    sub_pca_axes: SubPca::new().window(5).projection(Projection::Axes).cut(Cut::Top(9));
    three_sigma: ThreeSigma::new();
    three_sigma_rolling: ThreeSigma::new().rolling(W).unwrap();
    tukey: Tukey::new();
    tukey_rolling: Tukey::new().rolling(W).unwrap();
    t_test: STUDENT;
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
        bocpd: Bocpd::new();
        cusum: Cusum::new().reference(LEARNT);
        differences: differences();
        dixon: Dixon::new();
        dixon_rolling: Dixon::new().rolling(W).unwrap().min_baseline(W);
        ewma: Ewma::new().reference(LEARNT);
        generalized_esd: GeneralizedEsd::new();
        generalized_esd_rolling: GeneralizedEsd::new().rolling(W).unwrap();
        grubbs: Grubbs::new();
        grubbs_rolling: Grubbs::new().rolling(W).unwrap();
        histogram: Histogram::new();
        isolation_forest: IsolationForest::new();
        mad: Mad::new();
        mad_rolling: Mad::new().rolling(W).unwrap();
        matrix_profile: MatrixProfile::new(5).cut(Cut::At(0.5));
        matrix_profile_rolling: RollingMatrixProfile::new(4, 2 * W).cut(Cut::At(0.5));
        polynomial: Polynomial::new().degree(1).window(3).cut(Cut::At(0.5));
        polynomial_rolling: RollingPolynomial::new(W).degree(1);
        seasonal_esd: SeasonalEsd::new(2).max_share(0.25);
        seasonal_medians: Seasonal::new(Tukey::new(), [2]).by(Adjust::Medians);
        seasonal_past: seasonal_past();
        three_sigma: ThreeSigma::new();
        three_sigma_rolling: ThreeSigma::new().rolling(W).unwrap();
        tukey: Tukey::new();
        tukey_rolling: Tukey::new().rolling(W).unwrap();
        t_test: STUDENT;
        t_test_welch: WELCH;
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
        cusum: Cusum::new().reference(LEARNT);
        differences: differences();
        dixon: Dixon::new();
        dixon_rolling: Dixon::new().rolling(W).unwrap().min_baseline(W);
        ewma: Ewma::new().reference(LEARNT);
        gate: gate();
        generalized_esd: GeneralizedEsd::new();
        generalized_esd_rolling: GeneralizedEsd::new().rolling(W).unwrap();
        grubbs: Grubbs::new();
        grubbs_rolling: Grubbs::new().rolling(W).unwrap();
        mad: Mad::new();
        mad_rolling: Mad::new().rolling(W).unwrap();
        page_hinkley: page_hinkley();
        polynomial_rolling: RollingPolynomial::new(W).degree(1);
        seasonal_medians: Seasonal::new(Tukey::new(), [2]).by(Adjust::Medians);
        seasonal_past: seasonal_past();
        seasonal_stl: Seasonal::new(ThreeSigma::new(), [2]);
        three_sigma: ThreeSigma::new();
        three_sigma_rolling: ThreeSigma::new().rolling(W).unwrap();
        tukey: Tukey::new();
        tukey_rolling: Tukey::new().rolling(W).unwrap();
        t_test: STUDENT;
        t_test_welch: WELCH;
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
        bocpd: Bocpd::new().prior(Prior::Learnt(W)).max_runs(16);
        cusum: Cusum::new().reference(LEARNT);
        differences: differences();
        dixon: Dixon::new().rolling(W).unwrap().min_baseline(W);
        ewma: Ewma::new().reference(LEARNT);
        gate: gate();
        generalized_esd: GeneralizedEsd::new().rolling(W).unwrap();
        grubbs: Grubbs::new().rolling(W).unwrap();
        mad: Mad::new().rolling(W).unwrap();
        matrix_profile: RollingMatrixProfile::new(4, 2 * W).cut(Cut::At(0.5));
        page_hinkley: page_hinkley();
        polynomial: RollingPolynomial::new(W).degree(1);
        relative_entropy: relative_entropy();
        three_sigma: ThreeSigma::new().rolling(W).unwrap();
        tukey: Tukey::new().rolling(W).unwrap();
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
        bands: Bands::new().hour(4);
        bands_robust: Bands::new().hour(4).rules(BandRules::Robust);
        gate: gate();
        gate_of_differences: Gate::new(differences()).unwrap().confirm(2, 3);
        seasonal: seasonal_past();
        bocpd: Bocpd::new().prior(slo_anomaly::Prior::Learnt(W)).max_runs(16);
        t_test: STUDENT;
        t_test_welch: WELCH;
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
        dixon: Dixon::new().rolling(W).unwrap().min_baseline(W);
        generalized_esd: GeneralizedEsd::new().rolling(W).unwrap();
        grubbs: Grubbs::new().rolling(W).unwrap();
        mad: Mad::new().rolling(W).unwrap();
        polynomial: RollingPolynomial::new(W).degree(1);
        three_sigma: ThreeSigma::new().rolling(W).unwrap();
        tukey: Tukey::new().rolling(W).unwrap();
        t_test: STUDENT;
        t_test_welch: WELCH;
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
