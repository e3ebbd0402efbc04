//! What all detectors can do.

use std::fmt::Debug;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use crate::detection::{Detection, Findings};
use crate::snapshot::Snapshot;
use crate::verdict::Verdict;

/// What a detector looks at to judge a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reading {
    /// All other values, in whatever order they stand: a sample.
    Sample,
    /// The whole series, what came later included.
    Series,
    /// The value itself and what came before it.
    Past,
}

/// A method that finds the unusual values of a sample or a series.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, ThreeSigma, Tukey};
///
/// let latency_ms = [12.1, 11.8, 12.4, 12.0, 30.0, 11.9];
/// let detectors: [Box<dyn Detector>; 3] =
///     [Box::new(ThreeSigma::new()), Box::new(Tukey::new()), Box::new(ThreeSigma::new().rolling(4)?)];
/// for detector in detectors {
///     assert_eq!(detector.detect(&latency_ms)?.indices(), [4]);
/// }
/// # Ok::<(), slo_core::Error>(())
/// ```
pub trait Detector: Debug + Send + Sync {
    /// The method's name.
    fn name(&self) -> &'static str;

    /// What a value is judged by.
    fn reading(&self) -> Reading;

    /// Whether a value is judged by itself and what came before it alone.
    fn is_causal(&self) -> bool {
        self.reading() == Reading::Past
    }

    /// Refuses parameters outside their ranges; `detect` does so first.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] with the first one.
    fn check(&self) -> Result<()>;

    /// Writes the score of each value and returns what was found.
    ///
    /// # Errors
    ///
    /// As [`Detector::detect`], and [`Error::LengthMismatch`] unless there is one place for each value.
    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings>;

    /// Judges each value.
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] without a value, [`Error::NonFinite`] for a value that is not finite unless the method was
    /// told to skip such, [`Error::InvalidParameter`] for a parameter outside its range.
    fn detect(&self, values: &[f64]) -> Result<Detection> {
        let mut scores = vec![f64::NAN; values.len()];
        let Findings { outliers, threshold } = self.detect_into(values, &mut scores)?;
        Ok(Detection { outliers, first: 0, scores, threshold })
    }
}

/// A detector that judges values as they come, in bounded memory.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{OnlineDetector, ThreeSigma};
///
/// let mut online = ThreeSigma::new().online(4)?;
/// for value in [12.1, 11.8, 12.4, 12.0] {
///     online.observe(value)?;
/// }
/// assert!(online.score(30.0)?.flagged);
/// // A service that restarts goes on where it was.
/// let mut resumed = online.snapshot().restore()?;
/// assert_eq!(resumed.observe(30.0)?, online.observe(30.0)?);
/// # Ok::<(), slo_core::Error>(())
/// ```
pub trait OnlineDetector: Debug + Send + Sync {
    /// The method's name.
    fn name(&self) -> &'static str;

    /// How many values were observed: the index of the next one.
    fn seen(&self) -> usize;

    /// The verdict on a value, were it the next one; nothing is learnt from it.
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] if it is not finite, unless the method was told to skip such.
    fn score(&self, value: f64) -> Result<Verdict>;

    /// The verdict on the next value, which is learnt from afterwards.
    ///
    /// # Errors
    ///
    /// As [`OnlineDetector::score`]; nothing is learnt then.
    fn observe(&mut self, value: f64) -> Result<Verdict>;

    /// Observes values in order, writes their scores and returns what was found among them.
    ///
    /// # Errors
    ///
    /// As [`OnlineDetector::score`] for the first value that is refused, and [`Error::LengthMismatch`] unless there is
    /// one place for each value; nothing is learnt then.
    fn observe_into(&mut self, values: &[f64], scores: &mut [f64]) -> Result<Findings>;

    /// Observes values in order.
    ///
    /// # Errors
    ///
    /// As [`OnlineDetector::score`] for the first value that is refused; nothing is learnt then.
    fn observe_many(&mut self, values: &[f64]) -> Result<Detection> {
        let (first, mut scores) = (self.seen(), vec![f64::NAN; values.len()]);
        let Findings { outliers, threshold } = self.observe_into(values, &mut scores)?;
        Ok(Detection { outliers, first, scores, threshold })
    }

    /// All that is needed to go on from here.
    fn snapshot(&self) -> Snapshot;
}

/// As [`check_sample`], and values that are not finite unless such are skipped.
pub(crate) fn check_admitted(missing: Missing, values: &[f64], scores: &[f64]) -> Result<()> {
    check_sample(values, scores)?;
    if missing == Missing::Error {
        Error::check_finite("values", values)?;
    }
    Ok(())
}

/// What every `detect_into` refuses.
pub(crate) fn check_sample(values: &[f64], scores: &[f64]) -> Result<()> {
    Error::check_lengths("values", values.len(), "scores", scores.len())?;
    if values.is_empty() {
        return Err(Error::TooShort { name: "values", len: 0, needed: 1 });
    }
    Ok(())
}
