//! What holds for every detector that streams, over many values. One is done when it stands in `every_stream`.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::collections::BTreeSet;

use slo_anomaly::{
    Adjust, AnyDetector, BandRules, Bands, BinRange, Bocpd, Cusum, Cut, Differences, Dixon, Ewma, Gate,
    GeneralizedEsd, Grubbs, Mad, Mean, OnlineDetector, PageHinkley, Prior, Reason, Reference,
    RelativeEntropy, Restart, RollingMatrixProfile, RollingPolynomial, Seasonal, Snapshot, SpectralResidual,
    TTest, ThreeSigma, Tukey,
};
use slo_core::stats::Missing;

/// The window of the moving detectors.
const W: usize = 12;

/// The charts learn from the first values.
const LEARNT: Reference = Reference::Learnt { values: W };

macro_rules! every_stream {
    ($($name:ident: $detector:expr;)*) => {
        $(
            #[test]
            fn $name() {
                steady(&AnyDetector::from($detector));
            }
        )*

        fn all() -> Vec<AnyDetector> {
            vec![$($detector.into()),*]
        }
    };
}

every_stream! {
    bands: Bands::new().hour(4);
    bands_robust: Bands::new().hour(4).rules(BandRules::Robust);
    bocpd: Bocpd::new().prior(Prior::Learnt(W)).max_runs(16);
    cusum: Cusum::new().reference(LEARNT);
    differences: Differences::new(ThreeSigma::new().rolling(W).unwrap()).unwrap();
    dixon: Dixon::new().rolling(W).unwrap().min_baseline(W);
    ewma: Ewma::new().reference(LEARNT);
    gate: Gate::new(ThreeSigma::new().rolling(W).unwrap()).unwrap().confirm(2, 5).hold(3).refractory(5);
    gated_differences: Gate::new(Differences::new(Ewma::new().reference(LEARNT)).unwrap()).unwrap();
    generalized_esd: GeneralizedEsd::new().max_outliers(3).rolling(W).unwrap();
    grubbs: Grubbs::new().rolling(W).unwrap();
    mad: Mad::new().rolling(W).unwrap();
    matrix_profile: RollingMatrixProfile::new(4, 2 * W);
    page_hinkley: PageHinkley::new().mean(Mean::Running { min_values: 2 });
    polynomial: RollingPolynomial::new(W).degree(1);
    relative_entropy: RelativeEntropy::new()
        .window(6)
        .range(BinRange::Probation { values: W, widening: 0.5 })
        .references(4);
    restart: Restart::new(Mad::new().missing(Missing::Skip).rolling(W).unwrap(), 3).unwrap();
    seasonal: Seasonal::new(ThreeSigma::new().rolling(W).unwrap(), [2, 6]).by(Adjust::PastMedians);
    spectral_residual: SpectralResidual::new().cut(Cut::At(1.0)).rolling(2 * W).unwrap();
    t_test: TTest::new(W, 4).gap(2);
    three_sigma: ThreeSigma::new().rolling(W).unwrap();
    tukey: Tukey::new().rolling(W).unwrap();
}

/// The snapshot as a service stores it.
fn stored(online: &dyn OnlineDetector) -> String {
    serde_json::to_string(&online.snapshot()).unwrap()
}

/// How much a snapshot holds, however many digits its numbers have at the moment.
fn length(online: &dyn OnlineDetector) -> usize {
    stored(online).bytes().filter(|byte| b"[]{}:,".contains(byte)).count()
}

/// After 100,000 values the state is no longer than after 20,000, and one restored in between is the same to the bit.
fn steady(detector: &AnyDetector) {
    const EARLY: usize = 20_000;
    const LATE: usize = 100_000;
    let value = |index: usize| f64::from(u32::try_from(index * 7919 % 1009).unwrap()) / 4.0;
    let mut online: Box<dyn OnlineDetector> = Box::new(detector.online().unwrap());
    let mut restored = None;
    let (mut early, mut late) = (0, 0);
    for index in 0..LATE {
        online.observe(value(index)).unwrap();
        if index < EARLY {
            if index % 101 == 0 || index + 1 == EARLY {
                early = early.max(length(&*online));
            }
        } else if index % 1013 == 0 || index + 1 == LATE {
            late = late.max(length(&*online));
        }
        if index + 1 == LATE - W {
            let text = stored(&*online);
            restored = Some(serde_json::from_str::<Snapshot>(&text).unwrap().restore().unwrap());
        }
    }
    assert!(0 < late && late <= early, "{late} after {LATE} values, {early} after {EARLY}");
    let mut restored = restored.unwrap();
    for index in LATE - W..LATE {
        restored.observe(value(index)).unwrap();
    }
    assert_eq!(stored(&*restored), stored(&*online));
}

#[test]
fn every_causal_detector_is_in_the_list() {
    let source = include_str!("../../slo-anomaly/src/any.rs");
    let (_, causal) = source.split_once("\n    causal:\n").unwrap();
    let (causal, _) = causal.split_once("\n}\n").unwrap();
    let names = causal.lines().filter_map(|line| line.trim().strip_suffix(','));
    let expected: BTreeSet<String> =
        names.filter(|name| name.chars().all(char::is_alphabetic)).map(snake).collect();
    assert!(expected.contains("rolling") && expected.contains("relative_entropy"), "{expected:?}");
    let tag = |detector: &AnyDetector| {
        let written = serde_json::to_value(detector).unwrap();
        written.as_object().unwrap().keys().next().unwrap().clone()
    };
    assert_eq!(all().iter().map(tag).collect::<BTreeSet<_>>(), expected);
}

/// The name of a variant as it is written down.
fn snake(name: &str) -> String {
    let mut written = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !written.is_empty() {
            written.push('_');
        }
        written.extend(letter.to_lowercase());
    }
    written
}

#[test]
fn a_stream_that_can_count_no_further_refuses_and_learns_nothing() {
    for detector in [AnyDetector::from(Ewma::new()), Tukey::new().rolling(W).unwrap().into()] {
        let written = serde_json::to_string(&detector.online().unwrap().snapshot()).unwrap();
        let (before, _) = written.rsplit_once("\"seen\":0").unwrap();
        let at = |seen: usize| {
            let text = format!("{before}\"seen\":{seen}}}}}}}");
            serde_json::from_str::<Snapshot>(&text).unwrap().restore()
        };
        assert!(at(usize::MAX).is_err() && at(usize::MAX / 2 + 1).is_err());
        // Not every method can tell how many values led to a state.
        let Ok(mut last) = at(usize::MAX / 2 - 1) else { continue };
        last.observe(1.0).unwrap();
        let state = stored(&*last);
        assert_eq!(last.observe(1.0).unwrap_err().kind(), slo_core::ErrorKind::LimitExceeded);
        assert_eq!(last.observe_many(&[1.0]).unwrap_err().kind(), slo_core::ErrorKind::LimitExceeded);
        assert_eq!(stored(&*last), state);
    }
}

#[test]
fn a_gate_around_a_gate_without_end_is_refused_at_once() {
    let mut detector: AnyDetector = ThreeSigma::new().rolling(W).unwrap().into();
    for _ in 0..8 {
        detector = Gate::new(detector).unwrap().into();
    }
    detector.online().unwrap().observe(1.0).unwrap();
    for refused in [
        Gate::new(detector.clone()).map(AnyDetector::from),
        Differences::new(detector.clone()).map(AnyDetector::from),
    ] {
        assert_eq!(refused.unwrap_err().kind(), slo_core::ErrorKind::LimitExceeded);
    }
    let seasonal = AnyDetector::from(Seasonal::new(detector.clone(), [2]).by(Adjust::PastMedians));
    assert_eq!(seasonal.online().unwrap_err().kind(), slo_core::ErrorKind::LimitExceeded);
    // Nor is one taken that somebody wrote down.
    let mut written = serde_json::to_value(&detector).unwrap();
    for _ in 0..30 {
        let mut outer = serde_json::to_value(&detector).unwrap();
        outer["gate"]["detector"] = written;
        written = outer;
    }
    let read: AnyDetector = serde_json::from_value(written).unwrap();
    assert_eq!(read.online().unwrap_err().kind(), slo_core::ErrorKind::LimitExceeded);
}

#[test]
fn values_at_both_ends_of_the_floats_are_judged_or_withheld_with_a_reason() {
    for detector in all() {
        let mut online = detector.online().unwrap();
        for index in 0..400_u32 {
            let value = f64::from(index % 7) + 1.0;
            online.observe(value).unwrap();
        }
        for value in [f64::MAX, f64::MIN, 1.0, 1e308, -1e308, 5e-324, -0.0, f64::MAX, f64::MAX, f64::MIN, 3.0]
        {
            let foreseen = online.score(value).unwrap();
            let verdict = online.observe(value).unwrap();
            assert_eq!(verdict, foreseen, "{detector:?}");
            let judged = !matches!(verdict.reason, Reason::Unbounded | Reason::WarmingUp | Reason::Missing);
            assert_eq!(judged, !verdict.score.is_nan(), "{verdict:?} of {detector:?}");
        }
    }
}
