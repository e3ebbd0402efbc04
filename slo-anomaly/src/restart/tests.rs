use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_core::stats::Missing;

use super::*;
use crate::chart::Reference;
use crate::cusum::Cusum;
use crate::detection::Detection;
use crate::detector::OnlineDetector;
use crate::differences::Differences;
use crate::mad::Mad;
use crate::snapshot::Snapshot;
use crate::three_sigma::ThreeSigma;
use crate::verdict::Reason;

const NAN: f64 = f64::NAN;

fn rule() -> crate::rolling::Rolling {
    ThreeSigma::new().missing(Missing::Skip).rolling(6).unwrap()
}

#[test]
fn one_missing_value_more_than_allowed_is_a_gap() {
    // The last value is far from those before the gap.
    for (missing, after, judged) in [(1, 0, false), (2, 1, false), (2, 2, true), (2, 3, true), (3, 2, false)]
    {
        let mut values = vec![1.0, 2.0, 1.0, 2.0];
        values.extend(vec![NAN; missing]);
        values.push(90.0);
        let found = Restart::new(rule(), after).unwrap().detect(&values).unwrap();
        assert_eq!(found.indices().contains(&(values.len() - 1)), judged, "{missing} {after}");
    }
}

#[test]
fn only_missing_values_in_a_row_make_a_gap() {
    let values = [1.0, 2.0, 1.0, NAN, 2.0, NAN, 1.0, NAN, 90.0];
    let found = Restart::new(rule(), 1).unwrap().detect(&values).unwrap();
    assert_eq!(found, rule().detect(&values).unwrap());
    assert_eq!(found.indices(), [8]);
}

#[test]
fn the_values_of_a_gap_are_missing() {
    let mut online = Restart::new(rule(), 1).unwrap().online().unwrap();
    let values = [1.0, 2.0, NAN, NAN, NAN, 5.0, 6.0, 5.0];
    let reasons: Vec<Reason> = values.iter().map(|value| online.observe(*value).unwrap().reason).collect();
    let (warming, missing) = (Reason::WarmingUp, Reason::Missing);
    let expected = [warming, warming, missing, missing, missing, warming, warming, Reason::Within];
    assert_eq!(reasons, expected);
    assert_eq!(online.seen(), 8);
}

#[test]
fn a_detector_that_refuses_missing_values_does_so_here() {
    let strict = Restart::new(ThreeSigma::new().rolling(6).unwrap(), 1).unwrap();
    assert_eq!(strict.detect(&[1.0, NAN]).unwrap_err().kind(), ErrorKind::NonFinite);
    assert_eq!(Restart::new(ThreeSigma::new(), 1).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(Restart::new(Cusum::new().h(0.0), 1).unwrap_err().kind(), ErrorKind::InvalidParameter);
}

#[cfg(feature = "serde")]
#[test]
fn a_state_that_no_values_lead_to_is_refused() {
    let mut online = Restart::new(rule(), 2).unwrap().online().unwrap();
    online.observe_many(&[1.0, 2.0, NAN, NAN, NAN, NAN]).unwrap();
    let text = serde_json::to_string(&online.snapshot()).unwrap();
    let restored = |text: &str| serde_json::from_str::<Snapshot>(text).map(Snapshot::restore);
    assert!(restored(&text).unwrap().is_ok());
    assert!(text.contains("\"run\":3,\"judged\":0}") && text.contains("\"seen\":6"));
    for (from, to) in [
        ("\"run\":3,", "\"run\":4,"),
        ("\"run\":3,", "\"run\":2,"),
        ("\"judged\":0}", "\"judged\":1}"),
        ("\"seen\":6", "\"seen\":2"),
        ("\"after\":2", "\"after\":3"),
    ] {
        let damaged = text.replace(from, to);
        assert_ne!(damaged, text);
        assert!(restored(&damaged).map_or(true, |restored| restored.is_err()), "{to}");
    }
}

/// Values of which about a third is missing, in runs.
fn gappy() -> impl Strategy<Value = Vec<f64>> {
    let piece = prop_oneof![
        prop::collection::vec(-9.0..9.0_f64, 1..12),
        (1..5_usize).prop_map(|missing| vec![NAN; missing]),
    ];
    prop::collection::vec(piece, 1..10).prop_map(|pieces| pieces.concat())
}

/// The definition: each piece between gaps by itself.
fn naive(detector: &dyn Detector, after: usize, values: &[f64]) -> (Vec<f64>, Vec<usize>) {
    let (mut scores, mut outliers) = (vec![NAN; values.len()], Vec::new());
    let mut begin = 0;
    while begin < values.len() {
        let is_gap = |first: usize| {
            let run = values.get(first..=first + after).unwrap_or_default();
            !run.is_empty() && run.iter().all(|value| value.is_nan())
        };
        // The first missing values of a gap still belong to the piece before it.
        let gap = (begin..values.len()).find(|first| is_gap(*first));
        let end = gap.map_or(values.len(), |gap| gap + after);
        if end > begin {
            let Detection { outliers: found, scores: there, .. } =
                detector.detect(&values[begin..end]).unwrap();
            scores[begin..end].copy_from_slice(&there);
            outliers.extend(found.into_iter().map(|verdict| verdict.index + begin));
        }
        begin = (end..values.len()).find(|place| !values[*place].is_nan()).unwrap_or(values.len());
    }
    (scores, outliers)
}

proptest! {
    #[test]
    fn every_piece_is_judged_by_itself(values in gappy(), after in 0..5_usize, pause in 0..40_usize) {
        let inner: [AnyDetector; 3] = [
            rule().into(),
            Differences::new(Mad::new().missing(Missing::Skip).rolling(5).unwrap()).unwrap().into(),
            Cusum::new().reference(Reference::Learnt { values: 4 }).missing(Missing::Skip).into(),
        ];
        for inner in inner {
            let restart = Restart::new(inner.clone(), after).unwrap();
            let (scores, outliers) = naive(&inner, after, &values);
            let found = restart.detect(&values).unwrap();
            // SEMANTICS 22: as near as streaming is to the whole series.
            slo_testkit::assert_all_close_or_nan(&found.scores, &scores, 1e-12);
            prop_assert_eq!(found.indices(), outliers);
            // In two parts, with a snapshot in between.
            let (early, late) = values.split_at(pause.min(values.len()));
            let mut online = restart.online().unwrap();
            let mut there = online.observe_many(early).unwrap().scores;
            let mut online = online.snapshot().restore().unwrap();
            there.extend(online.observe_many(late).unwrap().scores);
            slo_testkit::assert_all_close_or_nan(&there, &found.scores, 0.0);
        }
    }
}
