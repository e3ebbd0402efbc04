//! Rosner's test for several outliers as a detector.

use ::slo::anomaly::{self, Detector};
use pyo3::prelude::*;

use super::class::detector_class;
use super::options::SIDES;
use crate::errors::attempt;
use crate::values::{MISSING_VALUES, Number, choice, count, whole, word};

/// Rosner's generalized ESD test as a detector: up to so many values of a normal sample are unusual.
///
/// ``esd_test`` says how many outliers there are. Each of them is then scored with the others out of the way, each other
/// value among the others alone: ``score = (x - mean) / s``. P-values are upper bounds. ``rolling`` and ``online`` flag
/// a value where the test finds it among the outliers of its window.
///
/// Args:
///     max_outliers: how many values are unusual at most, 1 or more; never as many as half of them.
///     alpha: the probability that a normal sample has any value flagged, approximately, in (0, 1).
///     side: ``"both"``, ``"upper"`` or ``"lower"``: where a value can be flagged.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` leaves NaN out, and judges nothing beside an
///         infinity.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> slo.anomaly.GeneralizedEsd().detect([10, 11, 9.5, 10.5, 30, 10.2, 9.8, 29, 10.1])
///     Detection(2 of 9 values flagged: 4, 7)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct GeneralizedEsd(pub(super) anomaly::GeneralizedEsd);

detector_class! { windowed GeneralizedEsd(anomaly::GeneralizedEsd) {
    #[new]
    #[pyo3(
        signature = (max_outliers=10, alpha=Number(0.05), *, side="both", missing="error"),
        text_signature = "(max_outliers=10, alpha=0.05, *, side='both', missing='error')"
    )]
    fn new(
        #[pyo3(from_py_with = whole)] max_outliers: i64,
        alpha: Number,
        side: &str,
        missing: &str,
    ) -> PyResult<Self> {
        let rule = anomaly::GeneralizedEsd::new()
            .max_outliers(count("max_outliers", max_outliers)?)
            .alpha(alpha.0)
            .side(choice("side", side, &SIDES, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// How many values are unusual at most.
    #[getter]
    fn max_outliers(&self) -> usize {
        self.0.max_outliers
    }

    /// The probability that a normal sample has any value flagged, approximately.
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
        let anomaly::GeneralizedEsd { max_outliers, alpha, .. } = self.0;
        let (side, missing) = (self.side(), self.missing());
        format!("GeneralizedEsd(max_outliers={max_outliers}, alpha={alpha:?}, side='{side}', missing='{missing}')")
    }
} }
