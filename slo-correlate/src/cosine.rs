//! The angle between two series.

use slo_core::{Error, Result};

use crate::correlation::{Correlation, Measure};
use crate::correlator::Correlator;
use crate::effective::Effective;
use crate::products::{Closeness, Sample};

/// The cosine of the angle between two series: Pearson's coefficient about zero.
///
/// It compares profiles whose zero means something, such as counts for each hour of the week. An offset changes it, and
/// two series of positive numbers are never at more than a right angle; so it has no p-value and no interval.
///
/// # Method
///
/// ```text
/// cos = Σ x y / √(Σ x² Σ y²)
/// ```
///
/// in blocks; near 1, `1 - |cos|` is half the squared distance of both scaled to length one. Parallel series have a
/// cosine of exactly 1.
///
/// # Examples
///
/// ```
/// use slo_correlate::{Correlator, Cosine};
///
/// let found = Cosine::new().correlate(&[3.0, 4.0], &[4.0, 3.0])?;
/// assert!((found.coefficient - 0.96).abs() < 1e-15);
/// assert_eq!((found.p_value, found.interval), (None, None));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Cosine {}

impl Cosine {
    /// The measure; it has no options.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_correlate::{Correlator, Cosine};
    ///
    /// assert_eq!(Cosine::new().correlate(&[1.0, 0.0], &[0.0, 2.0])?.coefficient, 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self {}
    }
}

impl Correlator for Cosine {
    fn correlate(&self, x: &[f64], y: &[f64]) -> Result<Correlation> {
        Error::check_lengths("x", x.len(), "y", y.len())?;
        if x.is_empty() {
            return Err(Error::TooShort { name: "x", len: 0, needed: self.min_len() });
        }
        let (xs, ys) = (Sample::new("x", x)?, Sample::new("y", y)?);
        for (name, sample) in [("x", &xs), ("y", &ys)] {
            if sample.is_zero() {
                return Err(Error::Degenerate {
                    name,
                    reason: "is zero throughout and has no direction".to_owned(),
                });
            }
        }
        Ok(Correlation {
            measure: Measure::Cosine,
            coefficient: Closeness::about_zero(&xs, &ys).coefficient,
            p_value: None,
            interval: None,
            n: x.len(),
            n_effective: x.len() as f64,
            effective: Effective::None,
        })
    }

    fn min_len(&self) -> usize {
        1
    }
}

#[cfg(test)]
mod tests {
    use slo_testkit::{assert_close, fixtures};

    use super::*;

    #[derive(serde::Deserialize)]
    struct Input {
        x: Vec<f64>,
        y: Vec<f64>,
    }

    #[test]
    fn cosines_equal_sixty_digit_references() {
        for case in fixtures::cases::<Input, (), f64>("slo-correlate/cosine") {
            let found = Cosine::new().correlate(&case.input.x, &case.input.y).unwrap();
            case.assert_close("cosine", found.coefficient, case.expected);
        }
    }

    #[test]
    fn a_constant_has_a_direction() {
        // Both coordinates alike: the angle to an axis is 45 degrees.
        let found = Cosine::new().correlate(&[5.0, 5.0], &[1.0, 0.0]).unwrap();
        assert_close(found.coefficient, 0.5_f64.sqrt(), 1e-15);
    }

    #[test]
    fn one_value_points_one_way_or_the_other() {
        assert_eq!(Cosine::new().correlate(&[2.0], &[0.5]).unwrap().coefficient, 1.0);
        assert_eq!(Cosine::new().correlate(&[2.0], &[-0.5]).unwrap().coefficient, -1.0);
    }

    #[test]
    fn nothing_at_all_has_no_direction() {
        assert_eq!(
            Cosine::new().correlate(&[], &[]).unwrap_err(),
            Error::TooShort { name: "x", len: 0, needed: 1 }
        );
    }
}
