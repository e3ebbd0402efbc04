//! What holds for every detector. A detector is done when its line stands in `every_detector`, with each law that is
//! true of it: a gate's flags do not follow from scores, and bands do not know values at or below zero.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "these are tests")]

#[path = "detectors/laws.rs"]
mod laws;
#[path = "detectors/streams.rs"]
mod streams;

use conformance::{for_all, is_deterministic, permuted, survives_writing, values};
use proptest::prelude::*;
use slo_anomaly::{
    Adjust, AnyDetector, BandRules, Bands, BinRange, Bocpd, Comparison, Cusum, Cut, Detection, Detector,
    Differences, Dixon, Ewma, Gate, GeneralizedEsd, Grubbs, Hampel, Histogram, IsolationForest, Mad,
    MatrixProfile, Mean, NearestSubsequence, OnlineDetector, PageHinkley, PointScore, Polynomial, Prior,
    Projection, Reading, Reference, RelativeEntropy, Restart, RollingMatrixProfile, RollingPolynomial,
    Seasonal, SeasonalEsd, Snapshot, SpectralResidual, SubPca, TTest, ThreeSigma, Tukey, Variances,
};
use slo_core::{Error, ErrorKind};

/// The window of the moving detectors.
const W: usize = 12;

/// The charts learn from the first values.
const LEARNT: Reference = Reference::Learnt { values: W };

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
/// Student's test: Welch's lets one value out of two spoil their deviation, and with it their distance.
const STUDENT: TTest = TTest::new(8, 2).gap(1).variances(Variances::Equal).alpha(0.05);

/// The laws of a name. Those of all detectors need none.
macro_rules! law {
    // What one large value among many small ones does.
    (finds, $detector:expr) => {
        #[test]
        fn a_constant_has_no_outlier() {
            laws::constant(&$detector)
        }
        #[test]
        fn a_planted_outlier_is_found_and_explained() {
            laws::planted(&$detector)
        }
        #[test]
        fn flags_follow_from_scores() {
            laws::flags(&$detector)
        }
        #[test]
        fn values_in_another_order_are_judged_alike() {
            laws::permutation(&$detector)
        }
    };
    // Of detectors that learn where the values lie and how far they spread.
    (unit, $detector:expr) => {
        #[test]
        fn another_zero_changes_no_score() {
            laws::shift(&$detector)
        }
        #[test]
        fn another_unit_changes_no_score() {
            laws::scaling(&$detector)
        }
    };
    // Of detectors whose scores have the sign of the side.
    (sides, $detector:expr) => {
        #[test]
        fn a_constant_has_score_zero() {
            laws::zero(&$detector)
        }
        #[test]
        fn upside_down_the_scores_change_their_sign() {
            laws::negation(&$detector)
        }
    };
    // Of detectors that take one value at a time.
    (streams, $detector:expr) => {
        fn start() -> Box<dyn OnlineDetector> {
            Box::new($detector.online().unwrap())
        }

        #[test]
        fn online_equals_the_whole_series() {
            streams::equals(&$detector, &start)
        }
        #[test]
        fn scoring_learns_nothing() {
            streams::purity(&start)
        }
        #[test]
        fn a_refused_value_leaves_no_trace() {
            streams::refusal(&start)
        }
        #[test]
        fn a_snapshot_anywhere_resumes_to_the_bit() {
            streams::snapshots(&start)
        }
        #[test]
        fn a_snapshot_of_another_version_is_refused() {
            streams::versions(&start)
        }
        #[test]
        fn the_state_stays_bounded() {
            streams::bounded(&start)
        }
    };
    // Of streaming detectors that know a window of the past alone.
    (forgets, $detector:expr) => {
        #[test]
        fn the_longest_past_is_a_window() {
            streams::forgetting(&start)
        }
    };
}

macro_rules! every_detector {
    ($($name:ident: $detector:expr => $($law:ident)+;)*) => {$(
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
            $(law!($law, $detector);)+
        }
    )*};
}

every_detector! {
    bands: Bands::new().hour(4) => streams;
    bands_robust: Bands::new().hour(4).rules(BandRules::Robust) => streams;
    bocpd: Bocpd::new() => finds unit;
    bocpd_bounded: Bocpd::new().prior(Prior::Learnt(W)).max_runs(16) => streams;
    cusum: Cusum::new().reference(LEARNT) => finds unit sides streams;
    differences: differences() => finds unit sides streams;
    dixon: Dixon::new() => finds unit sides;
    dixon_rolling: Dixon::new().rolling(W).unwrap().min_baseline(W) => finds unit sides streams forgets;
    ewma: Ewma::new().reference(LEARNT) => finds unit sides streams;
    gate: gate() => sides streams;
    gate_of_differences: Gate::new(differences()).unwrap().confirm(2, 3) => streams;
    gate_of_restart: Gate::new(restart()).unwrap().confirm(2, 3) => streams;
    generalized_esd: GeneralizedEsd::new() => finds unit sides;
    generalized_esd_rolling: GeneralizedEsd::new().rolling(W).unwrap() => finds unit sides streams forgets;
    grubbs: Grubbs::new() => finds unit sides;
    grubbs_rolling: Grubbs::new().rolling(W).unwrap() => finds unit sides streams forgets;
    hampel: Hampel::new(5) => finds unit sides;
    histogram: Histogram::new() => finds unit;
    isolation_forest: IsolationForest::new() => finds unit;
    mad: Mad::new() => finds unit sides;
    mad_rolling: Mad::new().rolling(W).unwrap() => finds unit sides streams forgets;
    matrix_profile: MatrixProfile::new(5).cut(Cut::At(0.5)) => finds unit;
    matrix_profile_greatest: MatrixProfile::new(5).point_score(PointScore::Max).cut(Cut::At(1.0)) => finds;
    matrix_profile_rolling: RollingMatrixProfile::new(4, 2 * W).cut(Cut::At(0.5)) => finds unit streams;
    nearest_shapes: NearestSubsequence::new(5).comparison(Comparison::Shapes).cut(Cut::At(0.5)) => finds unit;
    nearest_values: NearestSubsequence::new(3).neighbours(2).cut(Cut::At(20.0)) => finds;
    page_hinkley: PageHinkley::new().mean(Mean::Running { min_values: 2 }) => finds sides streams;
    polynomial: Polynomial::new().degree(1).window(3) => finds;
    polynomial_at: Polynomial::new().degree(1).window(3).cut(Cut::At(0.5)) => unit;
    polynomial_rolling: RollingPolynomial::new(W).degree(1) => finds unit sides streams forgets;
    relative_entropy: relative_entropy() => finds streams;
    restart: restart() => finds unit sides streams forgets;
    restart_of_gate: Restart::new(gate(), 2).unwrap() => streams;
    seasonal_esd: SeasonalEsd::new(2).max_share(0.25) => finds unit;
    seasonal_medians: Seasonal::new(Tukey::new(), [2]).by(Adjust::Medians) => finds unit sides;
    seasonal_past: seasonal_past() => finds unit sides streams;
    seasonal_stl: Seasonal::new(ThreeSigma::new(), [2]) => finds sides;
    spectral_residual: SpectralResidual::new() => finds;
    spectral_residual_rolling: SpectralResidual::new().rolling(2 * W).unwrap() => finds streams;
    sub_pca: SubPca::new().window(5).cut(Cut::Top(9)) => finds;
    sub_pca_axes: SubPca::new().window(5).projection(Projection::Axes).cut(Cut::Top(9)) => finds;
    t_test: STUDENT => finds unit sides streams forgets;
    t_test_welch: TTest::new(8, 3).gap(1) => unit sides streams forgets;
    three_sigma: ThreeSigma::new() => finds unit sides;
    three_sigma_rolling: ThreeSigma::new().rolling(W).unwrap() => finds unit sides streams forgets;
    tukey: Tukey::new() => finds unit sides;
    tukey_rolling: Tukey::new().rolling(W).unwrap() => finds unit sides streams forgets;
    tukey_skewed: Tukey::new().skew_adjusted() => finds unit sides;
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
