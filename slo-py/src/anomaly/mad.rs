//! Values far from the median in units of the median distance from it.

use ::slo::anomaly::{self, Detector};
use pyo3::prelude::*;

use super::class::detector_class;
use super::options::{SIDES, Words, degenerate};
use crate::errors::attempt;
use crate::values::{MISSING_VALUES, Number, choice, word};

/// The modified z-score: a value is unusual if it lies more than k robust deviations from the median.
///
/// ``score = (x - median) / (1.4826 MAD)``, with the median distance from the median, or with 1.2533 times the mean
/// distance where more than half of the values are equal. The constants are not rounded. In ``detect`` the median is that
/// of all values, in ``rolling`` and ``online`` that of the window before each, the causal form of Hampel's filter.
///
/// Args:
///     k: how many robust deviations from the median a value is flagged, above 0.
///     side: ``"both"``, ``"upper"`` or ``"lower"``: where a value can be flagged.
///     degenerate: what a value means that differs from a baseline without spread: ``"alarm"``, ``"no-alarm"``, or a
///         least scale ``(absolute, relative)``, the second as a share of the size of the median.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` leaves NaN out, which keeps its place in a
///         window.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> measured = [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57]
///     >>> slo.anomaly.Mad().detect(measured)
///     Detection(1 of 8 values flagged: 7)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Mad(pub(super) anomaly::Mad);

detector_class! { windowed Mad(anomaly::Mad) {
    #[new]
    #[pyo3(
        signature = (k=Number(3.5), *, side="both", degenerate=None, missing="error"),
        text_signature = "(k=3.5, *, side='both', degenerate='alarm', missing='error')"
    )]
    fn new(k: Number, side: &str, degenerate: Option<&Bound<'_, PyAny>>, missing: &str) -> PyResult<Self> {
        let mut rule = anomaly::Mad::new()
            .k(k.0)
            .side(choice("side", side, &SIDES, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        if let Some(given) = degenerate {
            rule = rule.degenerate(self::degenerate(given)?);
        }
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// How many robust deviations from the median a value is flagged.
    #[getter]
    fn k(&self) -> f64 {
        self.0.k
    }

    /// Where a value can be flagged: ``"both"``, ``"upper"`` or ``"lower"``.
    #[getter]
    fn side(&self) -> &'static str {
        word(&self.0.side, &SIDES)
    }

    /// What a value means that differs from a baseline without spread.
    #[getter]
    fn degenerate(&self) -> Words {
        Words::of(self.0.degenerate)
    }

    /// What a value means that is not finite: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    fn __repr__(&self) -> String {
        let usual = anomaly::Mad::new();
        let side = (self.0.side != usual.side).then(|| format!(", side='{}'", self.side()));
        let degenerate = (self.0.degenerate != usual.degenerate)
            .then(|| format!(", degenerate={}", Words::shown(self.0.degenerate)));
        let missing = (self.0.missing != usual.missing).then(|| format!(", missing='{}'", self.missing()));
        let extras = [side, degenerate, missing].into_iter().flatten().collect::<String>();
        format!("Mad(k={:?}{extras})", self.0.k)
    }
} }
