//! A detector that begins anew after a gap.

mod stream;
#[cfg(test)]
mod tests;

use slo_core::Result;

pub(crate) use stream::RestartStream;

use crate::any::AnyDetector;
use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::online::Online;
use crate::stream::detect;

/// Any causal detector, which begins anew after a gap: more missing values in a row than its past is worth.
///
/// # Method
///
/// A run of more than `after` missing values is a gap. What comes behind it is judged as if nothing had come before: by
/// a fresh detector, which warms up again, and whose seasons begin there. Until a run is that long its values are left
/// to the detector, with which they keep their places. A missing value is a NaN.
///
/// The detector must be told to skip missing values, with its `missing`: one that refuses them does so here, too.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `after` | | any | values |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Mad, Restart};
/// use slo_core::stats::Missing;
///
/// // A service is deployed in a gap, and has another level ever since.
/// let rule = Mad::new().missing(Missing::Skip).rolling(10)?.min_baseline(5);
/// let mut values: Vec<f64> = (0..40).map(|t| f64::from(t % 3)).collect();
/// values[20..23].fill(f64::NAN);
/// values[23..].iter_mut().for_each(|value| *value += 50.0);
/// assert_eq!(rule.detect(&values)?.indices()[..3], [23, 24, 25]);
/// assert!(Restart::new(rule, 2)?.detect(&values)?.indices().is_empty());
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Restart {
    /// What judges the values.
    pub detector: Box<AnyDetector>,
    /// How many missing values in a row are no gap yet.
    pub after: usize,
}

impl Restart {
    /// The detector, beginning anew after more than so many missing values in a row.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Ewma, Reference, Restart, ThreeSigma};
    /// use slo_core::stats::Missing;
    ///
    /// let chart = Ewma::new().reference(Reference::Learnt { values: 3 }).missing(Missing::Skip);
    /// let values = [1.0, 2.0, 1.0, 2.0, f64::NAN, f64::NAN, 9.0];
    /// // The value behind two missing ones is judged, or learnt from, by how many make a gap.
    /// assert!(!Restart::new(chart, 2)?.detect(&values)?.scores[6].is_nan());
    /// assert!(Restart::new(chart, 1)?.detect(&values)?.scores[6].is_nan());
    /// // It looks at all values at once.
    /// assert!(Restart::new(ThreeSigma::new(), 1).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`](slo_core::Error::Unsupported) for a detector that is not causal, and
    /// [`Error::InvalidParameter`](slo_core::Error::InvalidParameter) for one with a parameter outside its range.
    pub fn new(detector: impl Into<AnyDetector>, after: usize) -> Result<Self> {
        let restart = Self { detector: Box::new(detector.into()), after };
        restart.check()?;
        Ok(restart)
    }

    /// The detector for values as they come.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{OnlineDetector, Reason, Restart, Tukey};
    /// use slo_core::stats::Missing;
    ///
    /// let rule = Tukey::new().missing(Missing::Skip).rolling(4)?;
    /// let mut online = Restart::new(rule, 1)?.online()?;
    /// online.observe_many(&[1.0, 2.0, 1.0, 2.0, f64::NAN])?;
    /// assert_eq!(online.score(50.0)?.reason, Reason::Beyond);
    /// online.observe(f64::NAN)?;
    /// assert_eq!(online.score(50.0)?.reason, Reason::WarmingUp);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Restart::new`].
    pub fn online(&self) -> Result<Online> {
        Ok(Online::new(RestartStream::new(self.clone())?))
    }
}

impl Detector for Restart {
    fn name(&self) -> &'static str {
        "Restart"
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        self.detector.check()?;
        self.detector.online().map(|_| ())
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        detect(RestartStream::new(self.clone())?, values, scores)
    }
}
