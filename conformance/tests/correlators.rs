//! What holds for every measure of dependence. A measure is done when its line stands in `every_measure`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use conformance::{for_all, is_deterministic, permuted, survives_writing, values};
use proptest::prelude::*;
use slo_core::{Error, ErrorKind};
use slo_correlate::{Correlator, Cosine, Effective, Pearson};
use slo_testkit::assert_close_absolute;

/// What may be done to one of the series without changing the coefficient.
#[derive(Clone, Copy, PartialEq)]
enum Invariant {
    /// Adding a constant, and multiplying by a positive one.
    Affine,
    /// Multiplying by a positive constant.
    Scale,
}

/// Whether the points may change places, together.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Free,
    /// The p-value depends on what follows what.
    Time,
}

macro_rules! every_measure {
    ($($name:ident: $measure:expr, $invariant:ident, $order:ident;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn two_lengths_are_refused_with_both() { laws::lengths(&$measure) }
            #[test]
            fn one_point_fewer_than_needed_is_refused() { laws::shortest(&$measure) }
            #[test]
            fn what_is_not_finite_is_refused_with_its_input_and_place() { laws::finite(&$measure) }
            #[test]
            fn what_has_no_direction_is_refused_by_name() { laws::degenerate(&$measure, Invariant::$invariant) }
            #[test]
            fn coefficient_and_p_value_stay_within_their_bounds() { laws::bounds(&$measure) }
            #[test]
            fn the_coefficient_is_symmetric_and_odd() { laws::symmetry(&$measure) }
            #[test]
            fn another_unit_changes_nothing() { laws::scaling(&$measure) }
            #[test]
            fn another_zero_changes_nothing() { laws::shift(&$measure, Invariant::$invariant) }
            #[test]
            fn points_in_another_order_tell_the_same() { laws::permutation(&$measure, Order::$order) }
            #[test]
            fn a_series_lies_on_one_line_with_itself() { laws::itself(&$measure) }
            #[test]
            fn the_same_input_gives_the_same_answer_on_any_thread() { laws::determinism(&$measure) }
            #[test]
            fn the_measure_and_what_it_finds_survive_writing() { laws::writing(&$measure) }
        }
    )*};
}

every_measure! {
    pearson: Pearson::new(), Affine, Free;
    pearson_of_few_effective_pairs: Pearson::new().effective(Effective::Bartlett), Affine, Time;
    pearson_among_shifts: Pearson::new().effective(Effective::Surrogate), Affine, Time;
    cosine: Cosine::new(), Scale, Free;
}

mod laws {
    use super::*;
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use std::fmt::Debug;

    pub(super) fn lengths(measure: &dyn Correlator) {
        let error = measure.correlate(&[1.0, 2.0, 3.0], &[1.0, 2.0]).unwrap_err();
        assert_eq!(error, Error::LengthMismatch { left: "x", left_len: 3, right: "y", right_len: 2 });
    }

    pub(super) fn shortest(measure: &dyn Correlator) {
        let values = [1.0, 2.0, 4.0, 3.0, 7.0, 5.0, 6.0, 9.0];
        let needed = measure.min_len();
        assert!((1..=values.len()).contains(&needed));
        assert!(measure.correlate(&values[..needed], &values[..needed]).is_ok());
        for len in 0..needed {
            let error = measure.correlate(&values[..len], &values[..len]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TooShort, "{len} points");
        }
    }

    pub(super) fn finite(measure: &dyn Correlator) {
        let fine = [1.0, 2.0, 4.0, 3.0, 7.0, 5.0];
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for place in 0..fine.len() {
                let mut bad = fine;
                bad[place] = value;
                for (x, y, input) in [(bad, fine, "x"), (fine, bad, "y")] {
                    let Err(Error::NonFinite { name, index, .. }) = measure.correlate(&x, &y) else {
                        panic!("{measure:?} accepts {value} at {place}");
                    };
                    assert_eq!((name, index), (input, place));
                }
            }
        }
    }

    pub(super) fn degenerate(measure: &dyn Correlator, invariant: Invariant) {
        let fine = [1.0, 2.0, 4.0, 3.0];
        let constants: &[f64] = if invariant == Invariant::Affine { &[0.0, 5.0, 1e300] } else { &[0.0] };
        for constant in constants {
            let constant = [*constant; 4];
            for (x, y, input) in [(constant, fine, "x"), (fine, constant, "y")] {
                let Err(Error::Degenerate { name, .. }) = measure.correlate(&x, &y) else {
                    panic!("{measure:?} accepts {constant:?}");
                };
                assert_eq!(name, input);
            }
        }
    }

    /// Two series of one length, neither of them constant.
    fn pairs() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
        let varies = |values: &[f64]| values.iter().any(|value| *value != values[0]);
        (values(8..120), values(120..121))
            .prop_map(|(x, mut y)| {
                y.truncate(x.len());
                (x, y)
            })
            .prop_filter("constant", move |(x, y)| varies(x) && varies(y))
    }

    pub(super) fn bounds(measure: &dyn Correlator) {
        for_all(pairs(), |(x, y)| {
            let found = measure.correlate(&x, &y).unwrap();
            assert!((-1.0..=1.0).contains(&found.coefficient));
            assert!(found.p_value.is_none_or(|p| (0.0..=1.0).contains(&p)));
            assert!(
                found.interval.is_none_or(|i| i.lower <= found.coefficient && found.coefficient <= i.upper)
            );
            assert_eq!(found.n, x.len());
        });
    }

    pub(super) fn symmetry(measure: &dyn Correlator) {
        for_all(pairs(), |(x, y)| {
            let negative: Vec<f64> = y.iter().map(|y| -y).collect();
            let found = measure.correlate(&x, &y).unwrap();
            assert_eq!(measure.correlate(&y, &x).unwrap().coefficient, found.coefficient);
            let opposite = measure.correlate(&x, &negative).unwrap();
            assert_eq!((opposite.coefficient, opposite.p_value), (-found.coefficient, found.p_value));
        });
    }

    pub(super) fn scaling(measure: &dyn Correlator) {
        for_all((pairs(), -200..200_i32), |((x, y), power)| {
            let scaled: Vec<f64> = y.iter().map(|y| y * 2_f64.powi(power)).collect();
            let found = measure.correlate(&x, &scaled).unwrap();
            assert_close_absolute(found.coefficient, measure.correlate(&x, &y).unwrap().coefficient, 1e-12);
        });
    }

    pub(super) fn shift(measure: &dyn Correlator, invariant: Invariant) {
        if invariant == Invariant::Scale {
            // The converse: such a measure sees where zero is.
            let [x, y] = [[1.0, 2.0, 4.0], [-3.0, 1.0, 1.0]];
            let moved = measure.correlate(&x, &y.map(|y| y + 100.0)).unwrap();
            assert_ne!(moved.coefficient, measure.correlate(&x, &y).unwrap().coefficient);
            return;
        }
        for_all(pairs(), |(x, y)| {
            let shifted: Vec<f64> = y.iter().map(|y| y + 1e9).collect();
            let (found, there) =
                (measure.correlate(&x, &y).unwrap(), measure.correlate(&x, &shifted).unwrap());
            assert_close_absolute(there.coefficient, found.coefficient, 1e-9);
            assert_eq!(there.p_value.is_some(), found.p_value.is_some());
        });
    }

    pub(super) fn permutation(measure: &dyn Correlator, order: Order) {
        let places = Just((0..120).collect::<Vec<usize>>()).prop_shuffle();
        for_all((pairs(), places), |((x, y), mut places)| {
            places.retain(|place| *place < x.len());
            let found = measure.correlate(&x, &y).unwrap();
            let there = measure.correlate(&permuted(&x, &places), &permuted(&y, &places)).unwrap();
            assert_close_absolute(there.coefficient, found.coefficient, 1e-12);
            if order == Order::Free {
                assert_eq!(there.p_value.is_some(), found.p_value.is_some());
                let [there, found] = [there, found].map(|found| found.p_value.unwrap_or(1.0));
                assert_close_absolute(there, found, 1e-9);
            }
        });
    }

    pub(super) fn itself(measure: &dyn Correlator) {
        for_all(pairs(), |(x, _)| {
            let negative: Vec<f64> = x.iter().map(|x| -x).collect();
            assert_eq!(measure.correlate(&x, &x).unwrap().coefficient, 1.0);
            assert_eq!(measure.correlate(&x, &negative).unwrap().coefficient, -1.0);
        });
    }

    pub(super) fn determinism(measure: &dyn Correlator) {
        let x: Vec<f64> = (0..500).map(|i| f64::from(i * 7919 % 1009)).collect();
        let y: Vec<f64> = (0..500).map(|i| f64::from(i * 104_729 % 997)).collect();
        is_deterministic(|| measure.correlate(&x, &y));
    }

    pub(super) fn writing<C: Correlator + Serialize + DeserializeOwned + PartialEq + Debug>(measure: &C) {
        survives_writing(measure);
        survives_writing(&measure.correlate(&[1.0, 2.0, 4.0, 3.0, 0.0], &[2.0, 1.0, 5.0, 3.0, 1.0]).unwrap());
    }
}
