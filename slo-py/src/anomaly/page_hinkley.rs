//! Sums of distances from a running mean.

use ::slo::anomaly::{self, Detector, Mean};
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::class::detector_class;
use super::options::{AFTER, SIDES};
use crate::errors::{attempt, detached};
use crate::values::{MISSING_VALUES, Number, choice, count, whole, word};

/// The Page-Hinkley test: how far the sum of distances from the mean has come from its extreme.
///
/// With a running mean, definition and defaults are those of river's ``PageHinkley``, but that nothing is forgotten. It
/// has no p-value. With a known mean and without forgetting its average run length is computed, and ``for_arl`` chooses
/// the threshold by it.
///
/// Args:
///     delta: half the change to be seen, in deviations, at least 0.
///     threshold: what the distance from the extreme must exceed, in deviations, above 0.
///     forgetting: the weight of the sum before, value by value, in (0, 1].
///     mean: the known mean; None for that of the values since the last alarm.
///     min_values: how many values a running mean needs for a verdict, at least 1.
///     deviation: the unit of ``delta`` and ``threshold`` in that of the values, above 0.
///     side: ``"both"``, ``"upper"`` or ``"lower"``: where a value can be flagged.
///     after: what the test does after an alarm: ``"reset"`` to start anew, its mean as well, or ``"continue"``.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` leaves NaN out and flags an infinity.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> slo.anomaly.PageHinkley().detect([0.0] * 40 + [10.0] * 10)
///     Detection(1 of 50 values flagged: 45)
///     >>> round(slo.anomaly.PageHinkley(0.5, 5.0, mean=0.0).arl(), 1)
///     465.4
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct PageHinkley(pub(super) anomaly::PageHinkley);

detector_class! { causal PageHinkley(anomaly::PageHinkley) {
    #[new]
    #[pyo3(
        signature = (delta=Number(0.005), threshold=Number(50.0), *, forgetting=Number(1.0), mean=None, min_values=30,
                     deviation=Number(1.0), side="both", after="reset", missing="error"),
        text_signature = "(delta=0.005, threshold=50.0, *, forgetting=1.0, mean=None, min_values=30, deviation=1.0, \
                          side='both', after='reset', missing='error')"
    )]
    #[allow(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
    fn new(
        delta: Number,
        threshold: Number,
        forgetting: Number,
        mean: Option<Number>,
        #[pyo3(from_py_with = whole)] min_values: i64,
        deviation: Number,
        side: &str,
        after: &str,
        missing: &str,
    ) -> PyResult<Self> {
        let min_values = count("min_values", min_values)?;
        let mean = mean.map_or(Mean::Running { min_values }, |Number(mean)| Mean::Known(mean));
        let test = anomaly::PageHinkley::new()
            .delta(delta.0)
            .threshold(threshold.0)
            .forgetting(forgetting.0)
            .mean(mean)
            .deviation(deviation.0)
            .side(choice("side", side, &SIDES, &[])?)
            .after(choice("after", after, &AFTER, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        attempt(|| test.check())?;
        Ok(Self(test))
    }

    /// The test of values whose mean and deviation are known, with one false alarm per ``arl`` values on average.
    ///
    /// Args:
    ///     arl: how many values, at most 1e12 and more than a test has whose threshold is 0.
    ///     mean: the mean of the values while nothing is wrong.
    ///     deviation: how far they spread then, above 0.
    ///     delta: half the change to be seen, in deviations, at least 0.
    ///     side: as in the constructor.
    ///     after: as in the constructor.
    ///     missing: as in the constructor.
    ///
    /// Returns:
    ///     A ``PageHinkley``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a parameter outside its range.
    ///     LimitExceededError: where the threshold were to exceed 333.
    ///
    /// Examples:
    ///     >>> round(slo.anomaly.PageHinkley.for_arl(500, 12.0, 0.3).threshold, 3)
    ///     5.071
    #[classmethod]
    #[pyo3(
        signature = (arl, mean, deviation, *, delta=Number(0.5), side="both", after="reset", missing="error"),
        text_signature = "($cls, arl, mean, deviation, *, delta=0.5, side='both', after='reset', missing='error')"
    )]
    #[allow(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
    fn for_arl(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        arl: Number,
        mean: Number,
        deviation: Number,
        delta: Number,
        side: &str,
        after: &str,
        missing: &str,
    ) -> PyResult<Self> {
        let test = anomaly::PageHinkley::new()
            .mean(Mean::Known(mean.0))
            .deviation(deviation.0)
            .delta(delta.0)
            .side(choice("side", side, &SIDES, &[])?)
            .after(choice("after", after, &AFTER, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        detached(py, || test.calibrated(arl.0)).map(Self)
    }

    /// The average run length: how many values pass until the first alarm.
    ///
    /// Args:
    ///     shift: by how many deviations the mean is shifted from the beginning.
    ///
    /// Returns:
    ///     The mean number of values, of independent normal ones with this mean and deviation.
    ///
    /// Raises:
    ///     UnsupportedError: for a running mean, and with forgetting.
    ///     InvalidParameterError: for a shift that is not finite.
    ///     LimitExceededError: for a threshold above 333.
    ///     RangeError: for a run length beyond the floats.
    #[pyo3(signature = (shift=Number(0.0)), text_signature = "($self, shift=0.0)")]
    fn arl(&self, py: Python<'_>, shift: Number) -> PyResult<f64> {
        detached(py, || self.0.arl(shift.0))
    }

    /// Half the change to be seen, in deviations.
    #[getter]
    fn delta(&self) -> f64 {
        self.0.delta
    }

    /// What the distance from the extreme must exceed, in deviations.
    #[getter]
    fn threshold(&self) -> f64 {
        self.0.threshold
    }

    /// The weight of the sum before, value by value.
    #[getter]
    fn forgetting(&self) -> f64 {
        self.0.forgetting
    }

    /// The known mean; None where it is that of the values since the last alarm.
    #[getter]
    fn mean(&self) -> Option<f64> {
        match self.0.mean {
            Mean::Known(mean) => Some(mean),
            Mean::Running { .. } => None,
        }
    }

    /// How many values a running mean needs for a verdict; None where the mean is known.
    #[getter]
    fn min_values(&self) -> Option<usize> {
        match self.0.mean {
            Mean::Known(_) => None,
            Mean::Running { min_values } => Some(min_values),
        }
    }

    /// The unit of ``delta`` and ``threshold``, in that of the values.
    #[getter]
    fn deviation(&self) -> f64 {
        self.0.deviation
    }

    /// Where a value can be flagged: ``"both"``, ``"upper"`` or ``"lower"``.
    #[getter]
    fn side(&self) -> &'static str {
        word(&self.0.side, &SIDES)
    }

    /// What the test does after an alarm, ``"reset"`` or ``"continue"``.
    #[getter]
    fn after(&self) -> &'static str {
        word(&self.0.after, &AFTER)
    }

    /// What a value means that is not finite: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    fn __repr__(&self) -> String {
        let anomaly::PageHinkley { delta, threshold, forgetting, .. } = self.0;
        let mean = self.mean().map_or("None".to_owned(), |mean| format!("{mean:?}"));
        format!("PageHinkley(delta={delta:?}, threshold={threshold:?}, forgetting={forgetting:?}, mean={mean})")
    }
} }
