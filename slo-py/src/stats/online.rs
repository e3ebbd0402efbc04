//! Moments of a stream, one value at a time, mergeable.

use ::slo::io::from_json;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::core::Error;
use crate::core::stats::online::Moments;
use crate::errors::{attempt, detached};
use crate::json;
use crate::shared::Shared;
use crate::values::{Column, Number, count, whole};

/// Count, mean, variance and extremes of a stream of finite values, in constant memory.
///
/// Sums carry what rounding took from them: mean and variance are those of exact arithmetic to about 1e-15, whatever the
/// offset of the values, and so are those of merged parts in whatever order they are merged. May be shared by threads.
///
/// Examples:
///     >>> one, other = slo.stats.Online(), slo.stats.Online()
///     >>> one.extend([2, 4, 4, 4])
///     >>> other.extend([5, 5, 7, 9])
///     >>> one.merge(other)
///     >>> one.count, one.mean, one.variance(ddof=0)
///     (8, 5.0, 4.0)
#[pyclass(module = "slo.stats", frozen, eq)]
#[derive(Default, PartialEq)]
pub(crate) struct Online(Shared<Moments>);

impl Online {
    fn of(moments: Moments) -> Self {
        Self(Shared::new(moments))
    }

    fn moments(&self) -> Moments {
        *self.0.lock()
    }
}

#[pymethods]
impl Online {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Takes a value in.
    ///
    /// Args:
    ///     value: a finite number.
    ///
    /// Raises:
    ///     NonFiniteError: if it is not; nothing is taken in.
    ///
    /// Examples:
    ///     >>> o = slo.stats.Online()
    ///     >>> o.observe(7.0)
    ///     >>> o
    ///     Online(count=1, mean=7.0, min=7.0, max=7.0)
    fn observe(&self, value: Number) -> PyResult<()> {
        attempt(|| self.0.lock().push(value.0))
    }

    /// Takes values in, all or none.
    ///
    /// Args:
    ///     values: finite numbers, shape (values,).
    ///
    /// Raises:
    ///     NonFiniteError: with the index of the first one that is not; nothing is taken in.
    ///
    /// Examples:
    ///     >>> o = slo.stats.Online()
    ///     >>> o.extend([1e9 + 1, 1e9 + 2, 1e9 + 3])
    ///     >>> o.variance()
    ///     1.0
    fn extend(&self, values: &Bound<'_, PyAny>) -> PyResult<()> {
        let column = Column::new("values", values)?;
        let slice = column.as_slice()?;
        detached(values.py(), || self.0.lock().extend(slice))
    }

    /// Takes in all that another has taken in.
    ///
    /// Args:
    ///     other: an ``Online``, which stays as it is.
    ///
    /// Examples:
    ///     >>> one, other = slo.stats.Online(), slo.stats.Online()
    ///     >>> one.observe(1)
    ///     >>> other.observe(3)
    ///     >>> one.merge(other)
    ///     >>> one.mean
    ///     2.0
    fn merge(&self, other: &Self) {
        let other = other.moments();
        self.0.lock().merge(&other);
    }

    /// How many values were taken in.
    #[getter]
    fn count(&self) -> u64 {
        self.moments().count()
    }

    /// The mean; None without a value.
    #[getter]
    fn mean(&self) -> Option<f64> {
        self.moments().mean()
    }

    /// The least value; None without one.
    #[getter]
    fn min(&self) -> Option<f64> {
        self.moments().min()
    }

    /// The greatest value; None without one.
    #[getter]
    fn max(&self) -> Option<f64> {
        self.moments().max()
    }

    /// The variance: the squares about the mean over the count less ``ddof``.
    ///
    /// Args:
    ///     ddof: 1 for a sample, 0 for a whole population.
    ///
    /// Returns:
    ///     The variance, None unless there are more values than ``ddof``; infinite where it does not fit a float.
    ///
    /// Examples:
    ///     >>> o = slo.stats.Online()
    ///     >>> o.extend([1, 3])
    ///     >>> o.variance(), o.variance(ddof=0), o.variance(ddof=2)
    ///     (2.0, 1.0, None)
    #[pyo3(signature = (ddof=1))]
    fn variance(&self, #[pyo3(from_py_with = whole)] ddof: i64) -> PyResult<Option<f64>> {
        Ok(self.moments().variance(count("ddof", ddof)?))
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
    ///     >>> o = slo.stats.Online()
    ///     >>> o.extend([2, 4, 6])
    ///     >>> o.deviation()
    ///     2.0
    #[pyo3(signature = (ddof=1))]
    fn deviation(&self, #[pyo3(from_py_with = whole)] ddof: i64) -> PyResult<Option<f64>> {
        Ok(self.moments().deviation(count("ddof", ddof)?))
    }

    /// All that is needed to go on from here, as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.moments())
    }

    /// All that is needed to go on from here, as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.moments())
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
    ///     >>> o = slo.stats.Online()
    ///     >>> o.extend([1, 3])
    ///     >>> slo.stats.Online.from_json(o.to_json()) == o
    ///     True
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        let resumed =
            attempt(|| from_json(text).map_err(|error| Error::State { reason: error.to_string() }))?;
        Ok(Self::of(resumed))
    }

    fn __repr__(&self) -> String {
        let moments = self.moments();
        let (Some(mean), Some(min), Some(max)) = (moments.mean(), moments.min(), moments.max()) else {
            return "Online(count=0)".to_owned();
        };
        format!("Online(count={}, mean={mean:?}, min={min:?}, max={max:?})", moments.count())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json()?,)))
    }
}
