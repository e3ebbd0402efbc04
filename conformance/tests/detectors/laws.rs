//! What holds for detectors that see all values at once.

use super::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

pub(crate) fn empty(detector: &dyn Detector) {
    assert_eq!(detector.detect(&[]).unwrap_err().kind(), ErrorKind::TooShort);
}

pub(crate) fn finite(detector: &dyn Detector) {
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

pub(crate) fn constant(detector: &dyn Detector) {
    for constant in [0.0, -7.25, 1e-300, 1e300] {
        let found = detector.detect(&[constant; 40]).unwrap();
        assert_eq!(found.indices(), [0_usize; 0]);
    }
}

pub(crate) fn zero(detector: &dyn Detector) {
    for constant in [0.0, -7.25, 1e-300, 1e300] {
        assert_eq!(detector.detect(&[constant; 40]).unwrap().scores[39], 0.0);
    }
}

pub(crate) fn any<D: Detector + Clone + Into<AnyDetector>>(detector: &D) {
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

pub(crate) fn planted(detector: &dyn Detector) {
    for outlier in [100.0, -100.0] {
        let found = detector.detect(&with_outlier(outlier)).unwrap();
        let verdict = found.outliers.iter().find(|verdict| verdict.index == 30).unwrap();
        assert!(verdict.flagged && verdict.value == outlier);
        assert!(verdict.explain().contains("100"), "{}", verdict.explain());
    }
}

pub(crate) fn flags(detector: &dyn Detector) {
    for_all(values(1..80), |values| {
        if is_too_short(detector, &values) {
            return;
        }
        let found = detector.detect(&values).unwrap();
        assert_eq!(found.scores.len(), values.len());
        // A verdict has its own threshold, which moves with the number of values that it rests on.
        let highest = found.outliers.iter().map(|verdict| verdict.threshold).fold(found.threshold, f64::max);
        let places = found.scores.iter().enumerate().filter(|(_, score)| score.abs() > highest);
        for (place, score) in places {
            assert!(found.indices().contains(&place), "{score} at {place} is not flagged");
        }
        for verdict in &found.outliers {
            assert!(verdict.score.abs() > verdict.threshold, "{verdict}");
        }
        for verdict in &found.outliers {
            assert_eq!((verdict.value, verdict.score), (values[verdict.index], found.scores[verdict.index]));
            assert!(verdict.p_value().is_none_or(|p| (0.0..=1.0).contains(&p)));
        }
    });
}

pub(crate) fn permutation(detector: &dyn Detector) {
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

pub(crate) fn causality(detector: &dyn Detector) {
    assert_eq!(detector.is_causal(), detector.reading() == Reading::Past);
    if !detector.is_causal() {
        return;
    }
    for_all((values(2..80), 1_usize..79), |(values, until)| {
        let until = until.min(values.len());
        let (whole, past) = (detector.detect(&values).unwrap(), detector.detect(&values[..until]).unwrap());
        let bits = |scores: &[f64]| scores.iter().map(|score| score.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&past.scores), bits(&whole.scores[..until]));
    });
}

pub(crate) fn shift(detector: &dyn Detector) {
    for_all(values(3..80), |values| {
        if is_too_short(detector, &values) {
            return;
        }
        let shifted: Vec<f64> = values.iter().map(|value| value + 1e9).collect();
        let (found, there) = (detector.detect(&values).unwrap(), detector.detect(&shifted).unwrap());
        assert_same_verdicts(&there, &found, 1e-9);
    });
}

pub(crate) fn scaling(detector: &dyn Detector) {
    for_all((values(3..80), -200..200_i32), |(values, power)| {
        if is_too_short(detector, &values) {
            return;
        }
        let scaled: Vec<f64> = values.iter().map(|value| value * 2_f64.powi(power)).collect();
        let (found, there) = (detector.detect(&values).unwrap(), detector.detect(&scaled).unwrap());
        assert_same_verdicts(&there, &found, 1e-12);
    });
}

pub(crate) fn negation(detector: &dyn Detector) {
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

pub(crate) fn determinism(detector: &dyn Detector) {
    let values: Vec<f64> = (0..500).map(|i| f64::from(i * 7919 % 1009)).collect();
    is_deterministic(|| detector.detect(&values));
}

pub(crate) fn writing<D: Detector + Serialize + DeserializeOwned + PartialEq + Debug>(detector: &D) {
    survives_writing(detector);
    survives_writing(&detector.detect(&with_outlier(1e3)).unwrap());
    // An infinite score has a form of its own.
    let mut steady = [5.0; 40];
    steady[30] = 6.0;
    survives_writing(&detector.detect(&steady).unwrap());
}
