//! Histograms that are like none before.

use ::slo::anomaly::{self, BinRange, Detector};
use pyo3::prelude::*;

use super::class::detector_class;
use super::online::Online;
use crate::errors::attempt;
use crate::values::{MISSING_VALUES, Number, choice, count, whole, whole_or_none, word};

/// Relative entropy of histograms: the last values are spread as no values before.
///
/// The histogram of the last ``window`` values is compared, by the multinomial test, with all that were new once. If all
/// are rejected it is flagged and joins them. The score is the least statistic, infinite where a bin was never seen.
///
/// Args:
///     bins: how many bins the range is cut into, 2 to 1000.
///     window: how many values a histogram holds, at least 2.
///     alpha: the probability of rejecting a histogram that the window is like, in (0, 1).
///     probation: from how many of the first values, which are not judged, the range is taken, at least 2; None for the
///         range of the whole series, as published, which looks ahead.
///     widening: by which share of itself that range is widened at each end, at least 0.
///     references: how many histograms are remembered at most, at least 1.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` leaves NaN out.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> detector = slo.anomaly.RelativeEntropy(window=4, probation=8, widening=0)
///     >>> detector.detect([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 9])
///     Detection(1 of 11 values flagged: 10)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct RelativeEntropy(pub(super) anomaly::RelativeEntropy);

detector_class! { whole RelativeEntropy(anomaly::RelativeEntropy) {
    #[new]
    #[pyo3(
        signature = (bins=5, window=52, alpha=Number(0.01), *, probation=Some(288), widening=Number(0.5),
                     references=256, missing="error"),
        text_signature = "(bins=5, window=52, alpha=0.01, *, probation=288, widening=0.5, references=256, \
                          missing='error')"
    )]
    fn new(
        #[pyo3(from_py_with = whole)] bins: i64,
        #[pyo3(from_py_with = whole)] window: i64,
        alpha: Number,
        #[pyo3(from_py_with = whole_or_none)] probation: Option<i64>,
        widening: Number,
        #[pyo3(from_py_with = whole)] references: i64,
        missing: &str,
    ) -> PyResult<Self> {
        let range = match probation {
            None => BinRange::Series,
            Some(values) => BinRange::Probation { values: count("probation", values)?, widening: widening.0 },
        };
        let detector = anomaly::RelativeEntropy::new()
            .bins(count("bins", bins)?)
            .window(count("window", window)?)
            .alpha(alpha.0)
            .range(range)
            .references(count("references", references)?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        attempt(|| detector.check())?;
        Ok(Self(detector))
    }

    /// The detector for values as they come, which has seen nothing yet.
    ///
    /// Returns:
    ///     An ``Online``, whose verdicts are those of ``detect``.
    ///
    /// Raises:
    ///     UnsupportedError: with the range of the whole series.
    fn online(&self) -> PyResult<Online> {
        attempt(|| self.0.online()).map(Online::of)
    }

    /// How many bins the range is cut into.
    #[getter]
    fn bins(&self) -> usize {
        self.0.bins
    }

    /// How many values a histogram holds.
    #[getter]
    fn window(&self) -> usize {
        self.0.window
    }

    /// The probability of rejecting a histogram that the window is like.
    #[getter]
    fn alpha(&self) -> f64 {
        self.0.alpha
    }

    /// From how many values the range is taken; None where it is that of the whole series.
    #[getter]
    fn probation(&self) -> Option<usize> {
        match self.0.range {
            BinRange::Probation { values, .. } => Some(values),
            BinRange::Series => None,
        }
    }

    /// By which share of itself the range is widened at each end; None where it is that of the whole series.
    #[getter]
    fn widening(&self) -> Option<f64> {
        match self.0.range {
            BinRange::Probation { widening, .. } => Some(widening),
            BinRange::Series => None,
        }
    }

    /// How many histograms are remembered at most.
    #[getter]
    fn references(&self) -> usize {
        self.0.references
    }

    /// What a value means that is not finite: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    fn __repr__(&self) -> String {
        let anomaly::RelativeEntropy { bins, window, alpha, .. } = self.0;
        let probation = self.probation().map_or("None".to_owned(), |values| values.to_string());
        format!("RelativeEntropy(bins={bins}, window={window}, alpha={alpha:?}, probation={probation})")
    }
} }
