//! The outlier tests of normal samples as detectors.

use ::slo::anomaly::{self, Detector};
use pyo3::prelude::*;

use super::class::detector_class;
use super::options::SIDES;
use crate::errors::attempt;
use crate::values::{MISSING_VALUES, Number, choice, word};

/// Grubbs' test as a detector: the most extreme value of a normal sample is unusual if it is so among so many.
///
/// ``score = (x - mean) / s`` over all values, x among them. ``detect`` flags at most one value, the most extreme, where
/// its score exceeds the critical value of ``grubbs_test``. ``rolling`` and ``online`` test each value among those of the
/// window before it by the same critical value; it was not chosen for being extreme, so that its p-value is the
/// t-test's, exact on independent normal values, and ``alpha`` is how many false alarms a whole window has on average.
///
/// Args:
///     alpha: the probability that a normal sample has a value flagged, in (0, 1).
///     side: ``"both"``, ``"upper"`` or ``"lower"``: where a value can be flagged.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` leaves NaN out, and judges nothing beside an
///         infinity.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> slo.anomaly.Grubbs(alpha=0.01).detect([12.1, 11.8, 12.4, 12.0, 30.0, 11.9])
///     Detection(1 of 6 values flagged: 4)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Grubbs(pub(super) anomaly::Grubbs);

detector_class! { windowed Grubbs(anomaly::Grubbs) {
    #[new]
    #[pyo3(
        signature = (alpha=Number(0.05), *, side="both", missing="error"),
        text_signature = "(alpha=0.05, *, side='both', missing='error')"
    )]
    fn new(alpha: Number, side: &str, missing: &str) -> PyResult<Self> {
        let rule = anomaly::Grubbs::new()
            .alpha(alpha.0)
            .side(choice("side", side, &SIDES, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// The probability that a normal sample has a value flagged.
    #[getter]
    fn alpha(&self) -> f64 {
        self.0.alpha
    }

    /// Where a value can be flagged: ``"both"``, ``"upper"`` or ``"lower"``.
    #[getter]
    fn side(&self) -> &'static str {
        word(&self.0.side, &SIDES)
    }

    /// What a value means that is not finite: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    fn __repr__(&self) -> String {
        format!("Grubbs(alpha={:?}, side='{}', missing='{}')", self.0.alpha, self.side(), self.missing())
    }
} }
