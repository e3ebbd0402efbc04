use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_core::stats::Missing;

use super::*;
use crate::chart::Reference;
use crate::cusum::Cusum;
use crate::detector::OnlineDetector;
use crate::three_sigma::ThreeSigma;

#[test]
fn a_step_from_or_to_a_missing_value_is_missing() {
    // As pandas' diff.
    let known = Reference::Known { center: 0.0, deviation: 1.0 };
    let inner = Cusum::new().k(0.0).reference(known).missing(Missing::Skip);
    let found = Differences::new(inner).unwrap().detect(&[f64::NAN, 1.0, 3.0, f64::NAN, 4.0, 5.0]).unwrap();
    assert!([0, 1, 3, 4].iter().all(|place| found.scores[*place].is_nan()));
    assert_eq!((found.scores[2], found.scores[5]), (2.0, 3.0));
}

#[test]
fn a_step_beyond_the_floats_is_the_greatest_they_hold() {
    let steps = Differences::new(ThreeSigma::new().rolling(3).unwrap()).unwrap();
    let found = steps.detect(&[0.0, 1.0, 0.0, 1.0, f64::MAX, f64::MIN, 0.0]).unwrap();
    assert!(found.indices().contains(&4));
}

#[test]
fn one_value_has_no_step() {
    let steps = Differences::new(ThreeSigma::new().rolling(3).unwrap()).unwrap();
    assert!(steps.detect(&[5.0]).unwrap().scores[0].is_nan());
    assert_eq!(steps.detect(&[]).unwrap_err().kind(), ErrorKind::TooShort);
    assert_eq!(Differences::new(ThreeSigma::new()).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(Differences::new(Cusum::new().h(0.0)).unwrap_err().kind(), ErrorKind::InvalidParameter);
}

proptest! {
    #[test]
    fn values_are_judged_as_their_steps_are(values in prop::collection::vec(-1e3..1e3_f64, 2..80)) {
        let inner = ThreeSigma::new().rolling(7).unwrap();
        let steps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let expected = inner.detect(&steps).unwrap();
        let differences = Differences::new(inner).unwrap();
        let found = differences.online().unwrap().observe_many(&values).unwrap();
        prop_assert_eq!(&found, &differences.detect(&values).unwrap());
        let later: Vec<usize> = expected.indices().iter().map(|index| index + 1).collect();
        prop_assert_eq!(found.indices(), later);
        for (score, wanted) in found.scores[1..].iter().zip(&expected.scores) {
            let equal = score == wanted || (score.is_nan() && wanted.is_nan());
            prop_assert!(equal || (score - wanted).abs() <= 1e-12 * wanted.abs().max(1.0));
        }
    }
}
