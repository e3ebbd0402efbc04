//! The decomposition of a series that goes on.

use pyo3::prelude::*;
use pyo3::types::PyType;

use super::ema::resumed;
use super::stl::{Decomposition, Stl};
use crate::core::{Figure, decompose};
use crate::errors::{attempt, detached, guard};
use crate::json;
use crate::record::record_class;
use crate::shared::Shared;
use crate::values::{Column, Number};

/// The decomposition of a series that goes on, in bounded memory.
///
/// Made by ``Stl.online``. What a further value changes lies within a reach of the end: what is before that is settled,
/// handed out once and forgotten. After each value all that is said is what ``Stl.decompose`` says of the whole series so
/// far, within 1e-10 of the largest value. May be shared by threads.
///
/// Examples:
///     >>> values = [t % 24 + 0.1 * (t * t % 7) for t in range(500)]
///     >>> online = slo.forecast.Stl(24).online(values[:400])
///     >>> online
///     StlOnline(Stl(period=24, seasonal=7, preset='r'), observations=400, settled=0)
///     >>> newest, whole = online.update_all(values[400:]).newest, slo.forecast.Stl(24).decompose(values)
///     >>> bool(abs(newest.trend - whole.trend[-1]) < 1e-9)
///     True
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct StlOnline(Shared<decompose::StlOnline>);

impl StlOnline {
    pub(super) const fn of(online: decompose::StlOnline) -> Self {
        Self(Shared::new(online))
    }
}

#[pymethods]
impl StlOnline {
    /// The decomposition that goes on.
    #[getter]
    fn decomposition(&self) -> Stl {
        Stl(self.0.lock().decomposition())
    }

    /// How many values there were, those of the history included.
    #[getter]
    fn observations(&self) -> usize {
        self.0.lock().observations()
    }

    /// How many of the values, from the first on, have parts that no further value changes: whole periods.
    #[getter]
    fn settled(&self) -> usize {
        self.0.lock().settled()
    }

    /// How many of the last values have parts that the next value may change, once there are twice as many.
    #[getter]
    fn reach(&self) -> usize {
        self.0.lock().reach()
    }

    /// Learns the next value, and says what is known with it.
    ///
    /// Args:
    ///     value: the value; NaN where it is missing and may be.
    ///
    /// Returns:
    ///     A ``StlUpdate``.
    ///
    /// Raises:
    ///     DegenerateError: for a gap so long that a fit reaches no value. Nothing is learnt then, nor with the errors below.
    ///     NonFiniteError: if the value is not finite, nor missing where that is allowed.
    ///     OutOfRangeError: where a part of huge values leaves the floats.
    ///
    /// Examples:
    ///     >>> online = slo.forecast.Stl(2).online([1, 3] * 20)
    ///     >>> online.update(1)
    ///     StlUpdate(StlPoint(trend=2, seasonal=-1, remainder=0), settled=0)
    fn update(&self, value: Number) -> PyResult<StlUpdate> {
        attempt(|| self.0.lock().update(value.0)).map(StlUpdate)
    }

    /// Learns the next values, with one decomposition after the last of them.
    ///
    /// Args:
    ///     values: the values, oldest first, shape (values,), at least one.
    ///
    /// Returns:
    ///     A ``StlUpdate`` of the last one.
    ///
    /// Raises:
    ///     DegenerateError: for a gap so long that a fit reaches no value. Nothing is learnt then, nor with the errors below.
    ///     NonFiniteError: with the place in the series of the first value that is not finite, nor missing where that is
    ///         allowed.
    ///     OutOfRangeError: where a part of huge values leaves the floats.
    ///     TooShortError: without values.
    fn update_all(&self, values: &Bound<'_, PyAny>) -> PyResult<StlUpdate> {
        let column = Column::new("values", values)?;
        let slice = column.as_slice()?;
        detached(values.py(), || self.0.lock().update_all(slice)).map(StlUpdate)
    }

    /// The parts of the values that are not settled, which further values may change.
    ///
    /// Returns:
    ///     A ``Decomposition``, which begins at the place ``settled`` of the series.
    ///
    /// Raises:
    ///     OutOfRangeError: where a part of huge values leaves the floats.
    ///
    /// Examples:
    ///     >>> online = slo.forecast.Stl(2).online([1, 3] * 20)
    ///     >>> len(online.tail()) + online.settled
    ///     40
    fn tail(&self, py: Python<'_>) -> PyResult<Decomposition> {
        detached(py, || self.0.lock().tail()).map(Decomposition)
    }

    /// The state as JSON text, from which ``from_json`` goes on.
    fn to_json(&self) -> PyResult<String> {
        let snapshot = guard(|| self.0.lock().snapshot())?;
        json::text(&snapshot)
    }

    /// The state as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let snapshot = guard(|| self.0.lock().snapshot())?;
        json::dict(py, &snapshot)
    }

    /// Goes on from what ``to_json`` wrote.
    ///
    /// Args:
    ///     text: the JSON text.
    ///
    /// Returns:
    ///     A ``StlOnline`` that says the same next, bit for bit.
    ///
    /// Raises:
    ///     StateError: if the text is no such state, was damaged, or was written by another version.
    ///
    /// Examples:
    ///     >>> online = slo.forecast.Stl(2).online([1, 3] * 20)
    ///     >>> slo.forecast.StlOnline.from_json(online.to_json()) == online
    ///     True
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        let snapshot: decompose::StlSnapshot = resumed(text)?;
        attempt(|| snapshot.restore()).map(Self::of)
    }

    fn __repr__(&self) -> String {
        let online = self.0.lock();
        let (stl, n, settled) = (Stl(online.decomposition()), online.observations(), online.settled());
        format!("StlOnline({}, observations={n}, settled={settled})", stl.__repr__())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json()?,)))
    }
}

/// What is known after further values.
///
/// Made by ``StlOnline.update`` and ``StlOnline.update_all``.
///
/// Examples:
///     >>> online = slo.forecast.Stl(2).online([1, 3] * 20)
///     >>> online.update(1).newest.seasonal.__round__(9)
///     -1.0
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct StlUpdate(decompose::StlUpdate);

record_class! { StlUpdate(decompose::StlUpdate): "The parts" {
    /// The parts of the newest value.
    #[getter]
    const fn newest(&self) -> StlPoint {
        StlPoint(self.0.newest)
    }

    /// The parts, final now, of the values that follow those that were settled before; mostly there are none.
    #[getter]
    fn settled(&self) -> Decomposition {
        Decomposition(self.0.settled.clone())
    }

    fn __repr__(&self) -> String {
        format!("StlUpdate({}, settled={})", self.newest().__repr__(), self.0.settled.trend.len())
    }
} }

/// The parts of one value.
///
/// Examples:
///     >>> point = slo.forecast.Stl(2).online([1, 3] * 20).update(1.5).newest
///     >>> (point.trend + point.seasonal + point.remainder).__round__(9)
///     1.5
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct StlPoint(decompose::StlPoint);

record_class! { StlPoint(decompose::StlPoint): "The parts" {
    /// The level that changes slowly.
    #[getter]
    const fn trend(&self) -> f64 {
        self.0.trend
    }

    /// What repeats with the period.
    #[getter]
    const fn seasonal(&self) -> f64 {
        self.0.seasonal
    }

    /// What both leave; NaN where the value is missing.
    #[getter]
    const fn remainder(&self) -> f64 {
        self.0.remainder
    }

    fn __repr__(&self) -> String {
        let decompose::StlPoint { trend, seasonal, remainder } = self.0;
        let [trend, seasonal, remainder] = [trend, seasonal, remainder].map(Figure);
        format!("StlPoint(trend={trend}, seasonal={seasonal}, remainder={remainder})")
    }
} }
