//! A detector that begins anew after a gap.

use ::slo::anomaly::{self, Detector};
use pyo3::prelude::*;

use super::class::{any_detector, detector_class};
use crate::errors::attempt;
use crate::values::{count, whole};

/// Any causal detector, which begins anew after a gap: more missing values in a row than its past is worth.
///
/// What comes behind more than ``after`` NaN in a row is judged as if nothing had come before: by a fresh detector, which
/// warms up again. Until a run is that long its values are left to the detector, with which they keep their places; it
/// must be told to skip them, with ``missing="skip"``.
///
/// Args:
///     detector: what judges the values, a causal detector.
///     after: how many missing values in a row are no gap yet.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///     UnsupportedError: for a detector that looks at the whole series.
///
/// Examples:
///     >>> values = [1, 2, 1, 2, 1, float("nan"), float("nan"), 51, 52, 51, 52]
///     >>> rule = slo.anomaly.Mad(missing="skip").rolling(5, min_baseline=3)
///     >>> rule.detect(values)
///     Detection(2 of 11 values flagged: 7, 8)
///     >>> slo.anomaly.Restart(rule, after=1).detect(values)
///     Detection(0 of 11 values flagged)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Restart(pub(super) anomaly::Restart);

detector_class! { causal Restart(anomaly::Restart) {
    #[new]
    fn new(detector: &Bound<'_, PyAny>, #[pyo3(from_py_with = whole)] after: i64) -> PyResult<Self> {
        let (detector, after) = (any_detector(detector)?, count("after", after)?);
        attempt(|| anomaly::Restart::new(detector, after)).map(Self)
    }

    /// How many missing values in a row are no gap yet.
    #[getter]
    fn after(&self) -> usize {
        self.0.after
    }

    fn __repr__(&self) -> String {
        format!("Restart({}, after={})", self.0.detector.name(), self.0.after)
    }
} }
