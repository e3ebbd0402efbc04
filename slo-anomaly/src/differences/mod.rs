//! A detector of the steps from value to value.

mod stream;
#[cfg(test)]
mod tests;

use slo_core::Result;

pub(crate) use stream::DifferencesStream;

use crate::any::AnyDetector;
use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::online::Online;
use crate::stream::detect;

/// Any causal detector on the steps from value to value: what is unusual is the change, not the level.
///
/// # Method
///
/// ```text
/// d_t = x_t - x_{t-1}
/// ```
///
/// Value t is judged as the detector judges step t; the first value has no step. A verdict's baseline and score are those
/// of the steps, its value is the value. A level that drifts slowly is no anomaly then; a jump is one, and one only.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Differences, ThreeSigma};
///
/// let drifting: Vec<f64> = (0..60).map(|t| f64::from(t) + f64::from(t % 3)).collect();
/// let mut jumped = drifting.clone();
/// jumped[50..].iter_mut().for_each(|value| *value += 20.0);
/// let steps = Differences::new(ThreeSigma::new().rolling(20)?.min_baseline(10))?;
/// assert!(steps.detect(&drifting)?.indices().is_empty());
/// assert_eq!(steps.detect(&jumped)?.indices(), [50]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Differences {
    /// What judges the steps.
    pub detector: Box<AnyDetector>,
}

impl Differences {
    /// The detector of steps by this one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Differences, Ewma, ThreeSigma};
    ///
    /// assert!(Differences::new(Ewma::new()).is_ok());
    /// // It looks at all values at once.
    /// assert!(Differences::new(ThreeSigma::new()).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`](slo_core::Error::Unsupported) for a detector that is not causal, and
    /// [`Error::InvalidParameter`](slo_core::Error::InvalidParameter) for one with a parameter outside its range.
    pub fn new(detector: impl Into<AnyDetector>) -> Result<Self> {
        let differences = Self { detector: Box::new(detector.into()) };
        differences.check()?;
        Ok(differences)
    }

    /// The detector for values as they come.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Differences, OnlineDetector, ThreeSigma};
    ///
    /// let mut online = Differences::new(ThreeSigma::new().rolling(3)?)?.online()?;
    /// online.observe_many(&[0.0, 1.0, 3.0, 4.0])?;
    /// // A step of 9 after steps of 1, 2 and 1.
    /// assert!(online.observe(13.0)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Differences::new`].
    pub fn online(&self) -> Result<Online> {
        self.detector.check_wrapped()?;
        Ok(Online::new(DifferencesStream::new(self)?))
    }
}

impl Detector for Differences {
    fn name(&self) -> &'static str {
        "Differences"
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        self.detector.check_wrapped()?;
        self.detector.check()?;
        self.detector.online().map(|_| ())
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        detect(DifferencesStream::new(self)?, values, scores)
    }
}
