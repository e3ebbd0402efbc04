//! A detector for values as they come.

use ::slo::anomaly::{self, OnlineDetector, Snapshot};
use ::slo::io::from_json;
use pyo3::prelude::*;

use super::detection::Detection;
use super::verdict::Verdict;
use crate::core::Error;
use crate::errors::{attempt, guard};
use crate::json;
use crate::shared::Shared;
use crate::values::Number;

/// A detector that judges values as they come, in bounded memory.
///
/// Made by a method's ``online``, or by ``restore``. A value is first judged by the window before it and then joins that
/// window. May be shared by threads.
///
/// Examples:
///     >>> online = slo.anomaly.ThreeSigma().online(window=1440)
///     >>> online.observe_many([10, 12, 14])
///     Detection(0 of 3 values flagged)
///     >>> online.score(20).flagged, online.seen
///     (True, 3)
///     >>> online.observe(20)
///     Verdict(index=3, value=20.0, score=4.0, flagged, beyond)
#[pyclass(module = "slo.anomaly", frozen)]
pub(crate) struct Online(Shared<Box<dyn OnlineDetector>>);

impl Online {
    pub(super) fn of(online: anomaly::Online) -> Self {
        Self(Shared::new(Box::new(online)))
    }
}

#[pymethods]
impl Online {
    /// How many values were observed: the index of the next one.
    #[getter]
    fn seen(&self) -> usize {
        self.0.lock().seen()
    }

    /// The verdict on the next value, which is learnt from afterwards.
    ///
    /// Args:
    ///     value: the value.
    ///
    /// Returns:
    ///     A ``Verdict``.
    ///
    /// Raises:
    ///     NonFiniteError: if the value is not finite, unless such are skipped; nothing is learnt then.
    fn observe(&self, value: Number) -> PyResult<Verdict> {
        attempt(|| self.0.lock().observe(value.0)).map(Verdict)
    }

    /// Observes values in order.
    ///
    /// Args:
    ///     values: the values, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Detection``, whose indices count on from the values seen before.
    ///
    /// Raises:
    ///     NonFiniteError: with the place of the first value that is not finite, unless such are skipped; nothing is
    ///         learnt then.
    fn observe_many(&self, values: &Bound<'_, PyAny>) -> PyResult<Detection> {
        let mut first = 0;
        let mut found = Detection::of(values, |values, scores| {
            let mut detector = self.0.lock();
            first = detector.seen();
            detector.observe_into(values, scores)
        })?;
        found.begin_at(first);
        Ok(found)
    }

    /// The verdict on a value, were it the next one; nothing is learnt from it.
    ///
    /// Args:
    ///     value: the value.
    ///
    /// Returns:
    ///     A ``Verdict``.
    ///
    /// Raises:
    ///     NonFiniteError: if the value is not finite, unless such are skipped.
    fn score(&self, value: Number) -> PyResult<Verdict> {
        attempt(|| self.0.lock().score(value.0)).map(Verdict)
    }

    /// All that ``restore`` needs to go on from here, as JSON text.
    ///
    /// Examples:
    ///     >>> online = slo.anomaly.Tukey().online(window=60)
    ///     >>> online.observe(1.0).reason
    ///     'warming_up'
    ///     >>> slo.anomaly.restore(online.snapshot()).seen
    ///     1
    fn snapshot(&self) -> PyResult<String> {
        let snapshot = guard(|| self.0.lock().snapshot())?;
        json::text(&snapshot)
    }

    fn __repr__(&self) -> String {
        let detector = self.0.lock();
        format!("Online({}, seen={})", detector.name(), detector.seen())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.import("slo.anomaly")?.getattr("restore")?, (self.snapshot()?,)))
    }
}

/// Goes on from what an online detector's ``snapshot`` wrote.
///
/// Args:
///     snapshot: the JSON text.
///
/// Returns:
///     An ``Online`` whose next verdicts are the same, bit for bit.
///
/// Raises:
///     StateError: if the text is no such snapshot, was damaged, or was written by a later version.
///
/// Examples:
///     >>> online = slo.anomaly.ThreeSigma().online(window=3)
///     >>> online.observe_many([1.0, 2.0, 3.0])
///     Detection(0 of 3 values flagged)
///     >>> resumed = slo.anomaly.restore(online.snapshot())
///     >>> resumed.observe(2.5) == online.observe(2.5)
///     True
#[pyfunction]
pub(crate) fn restore(snapshot: &str) -> PyResult<Online> {
    attempt(|| {
        let read = from_json::<Snapshot>(snapshot);
        read.map_err(|error| Error::State { reason: error.to_string() })?.restore()
    })
    .map(|detector| Online(Shared::new(detector)))
}
