//! Counts of good and bad events.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::core;
use crate::errors::{attempt, guard};
use crate::json;
use crate::values::{Number, Pair};

/// How many events there were, and how many of them were bad: the state from which every ratio is made.
///
/// Args:
///     good: events that counted as good.
///     bad: events that counted as bad.
///     total: all events. Exactly two of the three are given.
///
/// Raises:
///     NonFiniteError: for NaN or an infinity.
///     InvalidCountError: for a negative count, or a part greater than its total.
///     TypeError: unless exactly two are given.
///
/// Examples:
///     >>> counts = slo.Counts(good=998_700, total=1_000_000)
///     >>> counts.bad, counts.sli
///     (1300.0, 0.9987)
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Counts(pub(crate) core::Counts);

#[pymethods]
impl Counts {
    #[new]
    #[pyo3(signature = (*, good=None, bad=None, total=None))]
    fn new(good: Option<Number>, bad: Option<Number>, total: Option<Number>) -> PyResult<Self> {
        Pair::new(good, bad, total)?.counts().map(Self)
    }

    /// Events that counted as good.
    #[getter]
    fn good(&self) -> PyResult<f64> {
        guard(|| self.0.good())
    }

    /// Events that counted as bad.
    #[getter]
    fn bad(&self) -> PyResult<f64> {
        guard(|| self.0.bad())
    }

    /// All events.
    #[getter]
    fn total(&self) -> PyResult<f64> {
        guard(|| self.0.total())
    }

    /// The service level indicator, good over total; None without traffic.
    #[getter]
    fn sli(&self) -> PyResult<Option<f64>> {
        guard(|| self.0.sli())
    }

    /// Bad over total; None without traffic.
    #[getter]
    fn error_ratio(&self) -> PyResult<Option<f64>> {
        guard(|| self.0.error_ratio())
    }

    /// The counts of both together.
    ///
    /// Raises:
    ///     OutOfRangeError: if a sum is infinite.
    ///
    /// Examples:
    ///     >>> slo.Counts(bad=1, total=10).merge(slo.Counts(bad=2, total=20))
    ///     Counts(bad=3, total=30)
    fn merge(&self, other: &Self) -> PyResult<Self> {
        attempt(|| self.0.merge(&other.0)).map(Self)
    }

    /// The counts as a dict of ``bad`` and ``total``.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The counts as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| format!("Counts(bad={}, total={})", self.0.bad(), self.0.total()))
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let named = PyDict::new(py);
        named.set_item("bad", self.bad()?)?;
        named.set_item("total", self.total()?)?;
        Ok((PyTuple::empty(py), named))
    }
}
