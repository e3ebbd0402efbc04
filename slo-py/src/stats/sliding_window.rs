//! The last values of a stream, and all statistics of them.

use ::slo::io::from_json;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::quantile::kind;
use crate::core::Error;
use crate::core::stats::sliding_window::SlidingWindow as Window;
use crate::errors::{attempt, detached};
use crate::json;
use crate::shared::Shared;
use crate::values::{Column, MISSING_VALUES, Number, choice, count, whole};

/// The last values of a stream, with their moments and in order of size.
///
/// Every statistic is that of the ``rolling_`` function at the last value, bit for bit; it is None without a value, and
/// where one is infinite. May be shared by threads.
///
/// Args:
///     window: how many places it has, at least 1.
///     missing: what a value means that is not finite: "error" refuses it, "skip" leaves NaN out, which takes a place all
///         the same.
///
/// Raises:
///     InvalidParameterError: for a window of no places.
///
/// Examples:
///     >>> last = slo.stats.SlidingWindow(3)
///     >>> last.extend([900, 12, 16, 14])
///     >>> last.median, last.mad, last.max, last.mean, last.std()
///     (14.0, 2.0, 16.0, 14.0, 2.0)
///     >>> last
///     SlidingWindow(3 of 3 places, median=14.0, mad=2.0)
#[pyclass(module = "slo.stats", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct SlidingWindow(Shared<Window>);

#[pymethods]
impl SlidingWindow {
    #[new]
    #[pyo3(signature = (window, missing="error"))]
    fn new(#[pyo3(from_py_with = whole)] window: i64, missing: &str) -> PyResult<Self> {
        let missing = choice("missing", missing, &MISSING_VALUES, &[])?;
        let window = count("window", window)?;
        let window = attempt(|| Window::new(window))?.missing(missing);
        Ok(Self(Shared::new(window)))
    }

    /// Takes the next value in; the oldest one leaves if the window is full.
    ///
    /// Args:
    ///     value: a number.
    ///
    /// Raises:
    ///     NonFiniteError: if it is not finite, unless such are skipped; the window stays as it was.
    ///
    /// Examples:
    ///     >>> last = slo.stats.SlidingWindow(2)
    ///     >>> last.observe(7)
    ///     >>> last.median
    ///     7.0
    fn observe(&self, value: Number) -> PyResult<()> {
        attempt(|| self.0.lock().push(value.0))
    }

    /// Takes values in, all or none.
    ///
    /// Args:
    ///     values: numbers, oldest first, shape (values,).
    ///
    /// Raises:
    ///     NonFiniteError: with the index of the first one that is not finite, unless such are skipped.
    ///
    /// Examples:
    ///     >>> last = slo.stats.SlidingWindow(2)
    ///     >>> last.extend([1, 7, 3])
    ///     >>> last.min, last.max
    ///     (3.0, 7.0)
    fn extend(&self, values: &Bound<'_, PyAny>) -> PyResult<()> {
        let column = Column::new("values", values)?;
        let slice = column.as_slice()?;
        detached(values.py(), || self.0.lock().extend(slice))
    }

    /// The quantile at a share.
    ///
    /// Args:
    ///     q: a share in [0, 1].
    ///     type: the number of the definition, 1 to 9, as for ``quantile``.
    ///
    /// Returns:
    ///     The quantile.
    ///
    /// Raises:
    ///     InvalidParameterError: for a share outside [0, 1], or a type outside 1 to 9.
    ///
    /// Examples:
    ///     >>> last = slo.stats.SlidingWindow(4)
    ///     >>> last.extend([4, 8, 6, 2])
    ///     >>> last.quantile(0.25)
    ///     3.5
    #[pyo3(signature = (q, r#type=7))]
    fn quantile(&self, q: Number, #[pyo3(from_py_with = whole)] r#type: i64) -> PyResult<Option<f64>> {
        attempt(|| self.0.lock().quantile(q.0, kind(r#type)?))
    }

    /// The median.
    #[getter]
    fn median(&self) -> Option<f64> {
        self.0.lock().median()
    }

    /// The median distance from the median, not scaled.
    #[getter]
    fn mad(&self) -> Option<f64> {
        self.0.lock().mad()
    }

    /// The least value.
    #[getter]
    fn min(&self) -> Option<f64> {
        self.0.lock().min()
    }

    /// The greatest value.
    #[getter]
    fn max(&self) -> Option<f64> {
        self.0.lock().max()
    }

    /// The rank of the newest value, from 1 for the least; equal ones share the mean of theirs.
    #[getter]
    fn rank(&self) -> Option<f64> {
        self.0.lock().rank()
    }

    /// The mean.
    #[getter]
    fn mean(&self) -> Option<f64> {
        self.0.lock().mean()
    }

    /// The variance: the squares about the mean over the count less ``ddof``.
    ///
    /// Args:
    ///     ddof: 1 for a sample, 0 for a whole population.
    ///
    /// Returns:
    ///     The variance, None unless there are more values than ``ddof``.
    ///
    /// Examples:
    ///     >>> last = slo.stats.SlidingWindow(2)
    ///     >>> last.extend([1, 3])
    ///     >>> last.var(), last.var(ddof=0)
    ///     (2.0, 1.0)
    #[pyo3(signature = (ddof=1))]
    fn var(&self, #[pyo3(from_py_with = whole)] ddof: i64) -> PyResult<Option<f64>> {
        Ok(self.0.lock().variance(count("ddof", ddof)?))
    }

    /// The root of the variance.
    ///
    /// Args:
    ///     ddof: 1 for a sample, 0 for a whole population.
    ///
    /// Returns:
    ///     The deviation, None unless there are more values than ``ddof``.
    ///
    /// Examples:
    ///     >>> last = slo.stats.SlidingWindow(3)
    ///     >>> last.extend([2, 4, 6])
    ///     >>> last.std()
    ///     2.0
    #[pyo3(signature = (ddof=1))]
    fn std(&self, #[pyo3(from_py_with = whole)] ddof: i64) -> PyResult<Option<f64>> {
        Ok(self.0.lock().deviation(count("ddof", ddof)?))
    }

    /// How many places the window has.
    #[getter]
    fn window(&self) -> usize {
        self.0.lock().window()
    }

    /// Of how many values the statistics are: the finite ones.
    #[getter]
    fn count(&self) -> usize {
        self.0.lock().count()
    }

    /// All that is needed to go on from here, as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &*self.0.lock())
    }

    /// All that is needed to go on from here, as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&*self.0.lock())
    }

    /// Goes on from what ``to_json`` wrote.
    ///
    /// Args:
    ///     text: the JSON text.
    ///
    /// Raises:
    ///     StateError: if it is no such text, or was damaged.
    ///
    /// Examples:
    ///     >>> last = slo.stats.SlidingWindow(2)
    ///     >>> last.extend([1, 3])
    ///     >>> slo.stats.SlidingWindow.from_json(last.to_json()) == last
    ///     True
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        let resumed =
            attempt(|| from_json(text).map_err(|error| Error::State { reason: error.to_string() }))?;
        Ok(Self(Shared::new(resumed)))
    }

    fn __len__(&self) -> usize {
        self.0.lock().len()
    }

    fn __repr__(&self) -> String {
        let window = self.0.lock();
        let (taken, places) = (window.len(), window.window());
        match (window.median(), window.mad()) {
            (Some(median), Some(mad)) => {
                format!("SlidingWindow({taken} of {places} places, median={median:?}, mad={mad:?})")
            }
            _ => format!("SlidingWindow({taken} of {places} places)"),
        }
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json()?,)))
    }
}
