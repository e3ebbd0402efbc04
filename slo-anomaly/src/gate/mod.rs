//! Which of a detector's alarms are reported.

mod stream;
#[cfg(test)]
mod tests;

use slo_core::{Error, Result};

pub(crate) use stream::GateStream;

use crate::any::AnyDetector;
use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::online::Online;
use crate::stream::detect;

/// Any causal detector, of whose alarms only some are reported.
///
/// # Method
///
/// A value that the detector flags stays flagged if
///
/// ```text
/// confirmed    of the last n values, itself included, at least m were flagged by the detector
/// not held     the size of its score exceeds those of all of the last h values
/// rested       none of the last r values stayed flagged
/// ```
///
/// The others keep their scores and say why they are not reported: [`Reason::Unconfirmed`](crate::Reason::Unconfirmed),
/// [`Reason::Held`](crate::Reason::Held), [`Reason::Refractory`](crate::Reason::Refractory), in this order. The detector
/// itself does not notice.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `confirm` | 1 of 1 | 1 ≤ m ≤ n | values |
/// | `hold` | 0 | | values |
/// | `refractory` | 0 | | values |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Gate, Reason, ThreeSigma};
///
/// let values = [0.0, 1.0, 0.0, 1.0, 9.0, 0.0, 8.0];
/// let rule = ThreeSigma::new().k(0.9).rolling(4)?;
/// assert_eq!(rule.detect(&values)?.indices(), [3, 4, 6]);
/// assert_eq!(Gate::new(rule)?.hold(6).detect(&values)?.indices(), [3, 4]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Gate {
    /// What judges the values.
    pub detector: Box<AnyDetector>,
    /// How many of how many of the last values must be flagged.
    pub confirm: (usize, usize),
    /// Over how many of the last values a score must be the greatest.
    pub hold: usize,
    /// For how many values after one that is reported none is.
    pub refractory: usize,
}

impl Gate {
    /// A gate that lets every alarm of this detector pass.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Gate, ThreeSigma};
    ///
    /// let rule = ThreeSigma::new().rolling(4)?;
    /// let values = [0.0, 1.0, 0.0, 1.0, 9.0];
    /// assert_eq!(Gate::new(rule)?.detect(&values)?, rule.detect(&values)?);
    /// // It looks at all values at once.
    /// assert!(Gate::new(ThreeSigma::new()).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] for a detector that is not causal, and [`Error::InvalidParameter`] for one with a parameter
    /// outside its range.
    pub fn new(detector: impl Into<AnyDetector>) -> Result<Self> {
        let gate = Self { detector: Box::new(detector.into()), confirm: (1, 1), hold: 0, refractory: 0 };
        gate.check()?;
        Ok(gate)
    }

    /// How many, of how many of the last values, must be flagged; 1 of 1 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Gate, ThreeSigma};
    ///
    /// let rule = ThreeSigma::new().rolling(4)?;
    /// let values = [0.0, 1.0, 0.0, 1.0, 9.0, 99.0, 0.0];
    /// assert_eq!(rule.detect(&values)?.indices(), [4, 5]);
    /// assert_eq!(Gate::new(rule)?.confirm(2, 3).detect(&values)?.indices(), [5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn confirm(mut self, flagged: usize, of: usize) -> Self {
        self.confirm = (flagged, of);
        self
    }

    /// Over how many of the last values a score must be the greatest; 0 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Gate, ThreeSigma};
    ///
    /// let rule = ThreeSigma::new().rolling(4)?;
    /// let values = [0.0, 1.0, 0.0, 1.0, 90.0, 0.0, 1.0, 0.0, 1.0, 9.0];
    /// assert_eq!(rule.detect(&values)?.indices(), [4, 9]);
    /// assert_eq!(Gate::new(rule)?.hold(5).detect(&values)?.indices(), [4]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn hold(mut self, hold: usize) -> Self {
        self.hold = hold;
        self
    }

    /// For how many values after one that is reported none is; 0 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Gate, ThreeSigma};
    ///
    /// let rule = ThreeSigma::new().rolling(4)?;
    /// let values = [0.0, 1.0, 0.0, 1.0, 9.0, 99.0];
    /// assert_eq!(Gate::new(rule)?.refractory(1).detect(&values)?.indices(), [4]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn refractory(mut self, refractory: usize) -> Self {
        self.refractory = refractory;
        self
    }

    /// The detector for values as they come.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Gate, OnlineDetector, ThreeSigma};
    ///
    /// let mut online = Gate::new(ThreeSigma::new().rolling(4)?)?.refractory(9).online()?;
    /// online.observe_many(&[0.0, 1.0, 0.0, 1.0])?;
    /// assert!(online.observe(9.0)?.flagged);
    /// assert!(!online.observe(99.0)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Gate::new`], and [`Error::InvalidParameter`] for a confirmation outside its range.
    pub fn online(&self) -> Result<Online> {
        self.check()?;
        Ok(Online::new(GateStream::new(self)?))
    }
}

impl Detector for Gate {
    fn name(&self) -> &'static str {
        "Gate"
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        self.detector.check_wrapped()?;
        self.detector.check()?;
        let (flagged, of) = self.confirm;
        if flagged == 0 || flagged > of {
            let given = format!("({flagged}, {of})");
            return Err(Error::invalid("confirm", given, "must ask for at least 1 and at most all"));
        }
        self.detector.online().map(|_| ())
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        detect(GateStream::new(self)?, values, scores)
    }
}
