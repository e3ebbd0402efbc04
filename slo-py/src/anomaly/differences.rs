//! A detector of the steps from value to value.

use ::slo::anomaly;
use pyo3::prelude::*;

use super::class::{any_detector, detector_class};
use crate::errors::attempt;

/// Any causal detector on the steps from value to value: what is unusual is the change, not the level.
///
/// The first value has no step. A verdict's baseline and score are those of the steps, its value is the value.
///
/// Args:
///     detector: what judges the steps, a causal detector.
///
/// Raises:
///     UnsupportedError: for a detector that looks at the whole series.
///
/// Examples:
///     >>> level = [t + t % 3 + 20 * (t >= 50) for t in range(60)]
///     >>> slo.anomaly.Differences(slo.anomaly.ThreeSigma().rolling(20, min_baseline=10)).detect(level)
///     Detection(1 of 60 values flagged: 50)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Differences(pub(super) anomaly::Differences);

detector_class! { causal Differences(anomaly::Differences) {
    #[new]
    fn new(detector: &Bound<'_, PyAny>) -> PyResult<Self> {
        let detector = any_detector(detector)?;
        attempt(|| anomaly::Differences::new(detector)).map(Self)
    }

    fn __repr__(&self) -> String {
        use ::slo::anomaly::Detector as _;
        format!("Differences({})", self.0.detector.name())
    }
} }
