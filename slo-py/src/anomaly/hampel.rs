//! Values far from the median of those around them.

use ::slo::anomaly::{self, Detector};
use pyo3::prelude::*;

use super::class::detector_class;
use super::options::{SIDES, Words, degenerate};
use crate::errors::attempt;
use crate::values::{MISSING_VALUES, Number, choice, count, whole, word};

/// Hampel's filter: a value is unusual if it lies more than k robust deviations from the median of those around it.
///
/// ``score = (x - median) / (1.4826 MAD)`` of the ``half`` values on each side and the value itself, fewer at both ends;
/// 1.2533 times the mean distance takes the place of a median distance of 0. It looks ahead; ``Mad().rolling`` is the
/// causal form.
///
/// Args:
///     half: how many values on each side of one it is compared with, at least 1.
///     k: how many robust deviations from the median a value is flagged, above 0.
///     side: ``"both"``, ``"upper"`` or ``"lower"``: where a value can be flagged.
///     degenerate: what a value means that differs from a window without spread: ``"alarm"``, ``"no-alarm"``, or a
///         least scale ``(absolute, relative)``, the second as a share of the size of the median.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` leaves NaN out, which keeps its place.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> slo.anomaly.Hampel(2).detect([1, 3, 2, 4, 20, 5, 7, 6, 8])
///     Detection(1 of 9 values flagged: 4)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Hampel(pub(super) anomaly::Hampel);

detector_class! { whole Hampel(anomaly::Hampel) {
    #[new]
    #[pyo3(
        signature = (half, k=Number(3.0), *, side="both", degenerate=None, missing="error"),
        text_signature = "(half, k=3.0, *, side='both', degenerate='alarm', missing='error')"
    )]
    fn new(
        #[pyo3(from_py_with = whole)] half: i64,
        k: Number,
        side: &str,
        degenerate: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        let mut plan = anomaly::Hampel::new(count("half", half)?)
            .k(k.0)
            .side(choice("side", side, &SIDES, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        if let Some(given) = degenerate {
            plan = plan.degenerate(self::degenerate(given)?);
        }
        attempt(|| plan.check())?;
        Ok(Self(plan))
    }

    /// How many values on each side of one it is compared with.
    #[getter]
    fn half(&self) -> usize {
        self.0.half
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

    /// What a value means that differs from a window without spread.
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
        let usual = anomaly::Hampel::new(self.0.half);
        let side = (self.0.side != usual.side).then(|| format!(", side='{}'", self.side()));
        let degenerate = (self.0.degenerate != usual.degenerate)
            .then(|| format!(", degenerate={}", Words::shown(self.0.degenerate)));
        let missing = (self.0.missing != usual.missing).then(|| format!(", missing='{}'", self.missing()));
        let extras = [side, degenerate, missing].into_iter().flatten().collect::<String>();
        format!("Hampel({}, k={:?}{extras})", self.0.half, self.0.k)
    }
} }
