//! What all measures of dependence between two series share.

use std::fmt::Debug;

use slo_core::Result;

use crate::correlation::Correlation;

/// A measure of how two series depend on each other.
///
/// # Examples
///
/// ```
/// use slo_correlate::{Correlator, Cosine, Pearson};
///
/// let measures: [Box<dyn Correlator>; 2] = [Box::new(Pearson::new()), Box::new(Cosine::new())];
/// for measure in &measures {
///     assert_eq!(measure.correlate(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0])?.coefficient, 1.0);
/// }
/// # Ok::<(), slo_core::Error>(())
/// ```
pub trait Correlator: Debug + Send + Sync {
    /// The dependence between `x` and `y`, which belong together point by point.
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`](slo_core::Error::LengthMismatch) unless both have one length;
    /// [`Error::TooShort`](slo_core::Error::TooShort) below [`min_len`](Self::min_len);
    /// [`Error::NonFinite`](slo_core::Error::NonFinite) with the input and the index;
    /// [`Error::Degenerate`](slo_core::Error::Degenerate) for data without a coefficient, such as a constant.
    fn correlate(&self, x: &[f64], y: &[f64]) -> Result<Correlation>;

    /// The fewest points that have a coefficient.
    fn min_len(&self) -> usize;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use slo_core::{Error, ErrorKind};
    use slo_testkit::assert_close_absolute;

    use super::*;
    use crate::{Cosine, Effective, Pearson};

    /// Every measure of the crate: what this module says holds for each of them.
    fn all() -> Vec<Box<dyn Correlator>> {
        vec![
            Box::new(Pearson::new()),
            Box::new(Pearson::new().effective(Effective::Bartlett)),
            Box::new(Pearson::new().effective(Effective::Surrogate)),
            Box::new(Cosine::new()),
        ]
    }

    #[test]
    fn inputs_of_two_lengths_are_refused_with_both() {
        for measure in all() {
            let error = measure.correlate(&[1.0, 2.0, 3.0], &[1.0, 2.0]).unwrap_err();
            assert_eq!(error, Error::LengthMismatch { left: "x", left_len: 3, right: "y", right_len: 2 });
        }
    }

    #[test]
    fn one_point_fewer_than_needed_is_refused() {
        let values = [1.0, 2.0, 4.0, 3.0];
        for measure in all() {
            let needed = measure.min_len();
            let (enough, few) = (&values[..needed], &values[..needed - 1]);
            assert!(measure.correlate(enough, enough).is_ok(), "{measure:?}");
            let error = measure.correlate(few, few).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TooShort, "{measure:?}");
        }
    }

    #[test]
    fn what_is_not_finite_is_refused_with_its_input_and_place() {
        let fine = [1.0, 2.0, 4.0, 3.0];
        for measure in all() {
            for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                for index in 0..fine.len() {
                    let mut bad = fine;
                    bad[index] = value;
                    for (x, y, input) in [(bad, fine, "x"), (fine, bad, "y")] {
                        let Err(Error::NonFinite { name, index: place, .. }) = measure.correlate(&x, &y)
                        else {
                            panic!("{measure:?} accepts {value} at {index}");
                        };
                        assert_eq!((name, place), (input, index));
                    }
                }
            }
        }
    }

    #[test]
    fn zeros_have_no_coefficient() {
        for measure in all() {
            for (x, y, input) in
                [([0.0; 4], [1.0, 2.0, 4.0, 3.0], "x"), ([1.0, 2.0, 4.0, 3.0], [0.0; 4], "y")]
            {
                let Err(Error::Degenerate { name, .. }) = measure.correlate(&x, &y) else {
                    panic!("{measure:?} accepts zeros");
                };
                assert_eq!(name, input);
            }
        }
    }

    fn pairs() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
        let value = -1_000_000..1_000_000_i32;
        prop::collection::vec((value.clone(), value), 4..200)
            .prop_map(|pairs| {
                pairs.into_iter().map(|(x, y)| (f64::from(x) / 1024.0, f64::from(y) / 1024.0)).unzip()
            })
            .prop_filter("constant", |(x, y): &(Vec<f64>, Vec<f64>)| varies(x) && varies(y))
    }

    fn varies(values: &[f64]) -> bool {
        values.iter().any(|value| *value != values[0])
    }

    proptest! {
        #[test]
        fn a_coefficient_is_symmetric_and_within_its_bounds((x, y) in pairs()) {
            for measure in all() {
                let (there, back) = (measure.correlate(&x, &y).unwrap(), measure.correlate(&y, &x).unwrap());
                prop_assert_eq!(there.coefficient, back.coefficient);
                prop_assert!((-1.0..=1.0).contains(&there.coefficient));
                prop_assert!(there.p_value.is_none_or(|p| (0.0..=1.0).contains(&p)));
                prop_assert_eq!(there.n, x.len());
            }
        }

        #[test]
        fn a_negated_input_negates_the_coefficient_and_keeps_the_p_value((x, y) in pairs()) {
            let negative: Vec<f64> = y.iter().map(|y| -y).collect();
            for measure in all() {
                let (one, other) = (measure.correlate(&x, &y).unwrap(), measure.correlate(&x, &negative).unwrap());
                prop_assert_eq!(one.coefficient, -other.coefficient);
                prop_assert_eq!(one.p_value, other.p_value);
            }
        }

        #[test]
        fn a_power_of_two_as_unit_changes_nothing((x, y) in pairs(), power in -900_i32..900) {
            let scaled: Vec<f64> = y.iter().map(|y| y * 2_f64.powi(power)).collect();
            for measure in all() {
                let (one, other) = (measure.correlate(&x, &y).unwrap(), measure.correlate(&x, &scaled).unwrap());
                assert_close_absolute(other.coefficient, one.coefficient, 4e-15);
            }
        }

        #[test]
        fn a_series_is_on_one_line_with_itself((x, _) in pairs()) {
            for measure in all() {
                prop_assert_eq!(measure.correlate(&x, &x).unwrap().coefficient, 1.0);
            }
        }
    }
}
