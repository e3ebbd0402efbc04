use proptest::prelude::*;
use slo_core::ErrorKind;

use super::*;
use crate::chart::Reference;
use crate::detector::OnlineDetector;
use crate::ewma::Ewma;
use crate::three_sigma::ThreeSigma;
use crate::verdict::Reason;

/// A detector whose scores are the values and whose threshold is 3.
fn plain() -> Ewma {
    Ewma::new().smoothing(1.0).width(3.0).reference(Reference::Known { center: 0.0, deviation: 1.0 })
}

fn reasons(gate: &Gate, values: &[f64]) -> Vec<Reason> {
    let mut online = gate.online().unwrap();
    values.iter().map(|value| online.observe(*value).unwrap().reason).collect()
}

#[test]
fn each_condition_gives_its_reason() {
    use Reason::{Beyond, Held, Refractory, Unconfirmed, Within};
    let values = [4.0, 0.0, 5.0, 6.0, -6.0, 7.0, 0.0, 4.0];
    let gate = || Gate::new(plain()).unwrap();
    assert_eq!(reasons(&gate(), &values), [Beyond, Within, Beyond, Beyond, Beyond, Beyond, Within, Beyond]);
    assert_eq!(
        reasons(&gate().confirm(2, 2), &values),
        [Unconfirmed, Within, Unconfirmed, Beyond, Beyond, Beyond, Within, Unconfirmed]
    );
    // As great as one of the last does not exceed it.
    assert_eq!(
        reasons(&gate().hold(2), &values),
        [Beyond, Within, Beyond, Beyond, Held, Beyond, Within, Held]
    );
    assert_eq!(
        reasons(&gate().refractory(2), &values),
        [Beyond, Within, Refractory, Beyond, Refractory, Refractory, Within, Beyond]
    );
    assert_eq!(
        reasons(&gate().confirm(2, 3).hold(1).refractory(1), &values),
        // The last: 7 was flagged two values before it, and 4 exceeds the 0 before it.
        [Unconfirmed, Within, Beyond, Refractory, Held, Beyond, Within, Beyond]
    );
}

#[test]
fn a_hold_or_a_rest_ends_where_it_says() {
    let gate = Gate::new(plain()).unwrap();
    let values = [9.0, 0.0, 0.0, 5.0];
    assert_eq!(gate.clone().hold(2).detect(&values).unwrap().indices(), [0, 3]);
    assert_eq!(gate.clone().hold(3).detect(&values).unwrap().indices(), [0]);
    assert_eq!(gate.clone().refractory(2).detect(&values).unwrap().indices(), [0, 3]);
    assert_eq!(gate.clone().refractory(3).detect(&values).unwrap().indices(), [0]);
    assert_eq!(gate.clone().confirm(2, 3).detect(&values).unwrap().indices(), [0_usize; 0]);
    assert_eq!(gate.confirm(2, 4).detect(&values).unwrap().indices(), [3]);
}

#[test]
fn what_cannot_be_confirmed_or_streamed_is_refused() {
    for (flagged, of) in [(0, 1), (2, 1), (0, 0)] {
        let gate = Gate::new(plain()).unwrap().confirm(flagged, of);
        assert_eq!(gate.detect(&[1.0]).unwrap_err().kind(), ErrorKind::InvalidParameter);
        assert_eq!(gate.online().unwrap_err().kind(), ErrorKind::InvalidParameter);
    }
    assert_eq!(Gate::new(ThreeSigma::new()).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(Gate::new(plain().width(-1.0)).unwrap_err().kind(), ErrorKind::InvalidParameter);
}

proptest! {
    #[test]
    fn what_passes_is_what_the_definition_says(
        values in prop::collection::vec(-6..7_i32, 1..80),
        (of, hold, refractory) in (1..5_usize, 0..5_usize, 0..5_usize),
        part in 1..5_usize,
    ) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let least = part.min(of);
        let gate = Gate::new(plain()).unwrap().confirm(least, of).hold(hold).refractory(refractory);
        let beyond = |index: usize| values[index].abs() > 3.0;
        let mut expected: Vec<usize> = Vec::new();
        for now in 0..values.len() {
            let flagged = (now.saturating_sub(of - 1)..=now).filter(|index| beyond(*index)).count();
            let greatest = (now.saturating_sub(hold)..now).all(|index| values[index].abs() < values[now].abs());
            let rested = expected.last().is_none_or(|last| now - last > refractory);
            if beyond(now) && flagged >= least && greatest && rested {
                expected.push(now);
            }
        }
        let found = gate.detect(&values).unwrap();
        prop_assert_eq!(found.indices(), expected);
        prop_assert_eq!(&found.scores, &values);
        prop_assert_eq!(gate.online().unwrap().observe_many(&values).unwrap(), found);
    }
}
