//! Many tests of means at once.

use slo_core::ndarray::{ArrayView1, ArrayView2};
use slo_core::{Error, Result};

use super::MeanTest;

/// What many tests found, one entry for each.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Written"))]
#[non_exhaustive]
pub struct MeanTests {
    /// The statistics.
    #[cfg_attr(feature = "serde", serde(with = "crate::float::list"))]
    pub statistics: Vec<f64>,
    /// The probabilities of one at least as extreme.
    #[cfg_attr(feature = "serde", serde(with = "crate::float::list"))]
    pub p_values: Vec<f64>,
    /// The degrees of freedom.
    #[cfg_attr(feature = "serde", serde(with = "crate::float::list"))]
    pub degrees_of_freedom: Vec<f64>,
}

impl MeanTest {
    /// Tests each row of `first` against the same row of `second`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MeanTest;
    /// use slo_core::ndarray::array;
    ///
    /// let (before, after) = (array![[1.0, 2.0, 3.0], [1.0, 2.0, 4.0]], array![[1.0, 3.0], [7.0, 8.0]]);
    /// let tests = MeanTest::new().rows(before.view(), after.view())?;
    /// assert_eq!(tests.statistics[0], 0.0);
    /// let second = MeanTest::new().two_samples(&[1.0, 2.0, 4.0], &[7.0, 8.0])?;
    /// assert_eq!(tests.p_values[1], second.p_value);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`MeanTest::two_samples`], a place counting through the rows; [`Error::LengthMismatch`] unless both have as
    /// many rows.
    pub fn rows(&self, first: ArrayView2<'_, f64>, second: ArrayView2<'_, f64>) -> Result<MeanTests> {
        self.check()?;
        Error::check_lengths("first", first.nrows(), "second", second.nrows())?;
        let room = || Vec::with_capacity(first.nrows());
        let mut tests = MeanTests { statistics: room(), p_values: room(), degrees_of_freedom: room() };
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for (row, (first, second)) in first.rows().into_iter().zip(second.rows()).enumerate() {
            let first = self
                .sample("first", contiguous(first, &mut left))
                .map_err(|error| at(row, first.len(), error))?;
            let second = self
                .sample("second", contiguous(second, &mut right))
                .map_err(|error| at(row, second.len(), error))?;
            let estimate = self.compare(&first, &second);
            let (t, p) = self.tail(estimate);
            tests.statistics.push(t);
            tests.p_values.push(p);
            tests.degrees_of_freedom.push(estimate.degrees);
        }
        Ok(tests)
    }
}

/// The row's values side by side, copied if they do not lie so.
fn contiguous<'a>(row: ArrayView1<'a, f64>, copy: &'a mut Vec<f64>) -> &'a [f64] {
    if let Some(values) = row.to_slice() {
        return values;
    }
    copy.clear();
    copy.extend(row);
    copy
}

/// The error with its place counted through the rows.
fn at(row: usize, columns: usize, error: Error) -> Error {
    match error {
        Error::NonFinite { name, index, value } => {
            Error::NonFinite { name, index: row * columns + index, value }
        }
        other => other,
    }
}

/// The tests as they are read.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(with = "crate::float::list")]
    statistics: Vec<f64>,
    #[serde(with = "crate::float::list")]
    p_values: Vec<f64>,
    #[serde(with = "crate::float::list")]
    degrees_of_freedom: Vec<f64>,
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for MeanTests {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { statistics, p_values, degrees_of_freedom } = written;
        let sound = statistics.len() == p_values.len()
            && degrees_of_freedom.len() == p_values.len()
            && p_values.iter().all(|p| (0.0..=1.0).contains(p))
            && degrees_of_freedom.iter().all(|degrees| *degrees > 0.0 && degrees.is_finite())
            && !statistics.iter().any(|statistic| statistic.is_nan());
        if !sound {
            return Err(Error::State { reason: "tests of means that contradict themselves".to_owned() });
        }
        Ok(Self { statistics, p_values, degrees_of_freedom })
    }
}
