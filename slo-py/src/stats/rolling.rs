//! Mean, variance and deviation over a moving window.

use numpy::{PyArray1, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDelta, PyFloat, PyString, PyType};
use serde::Serialize;

use crate::core::stats::rolling::Rolling;
use crate::core::{Error, Result};
use crate::errors::{attempt, detached, raise, wrong_type};
use crate::json;
use crate::python;
use crate::time::Span;
use crate::values::{
    Column, MISSING_VALUES, choice, count, instants, read_only, unwritten, whole, whole_or_none, written,
};

/// The mean of the window that ends at each place.
///
/// What has left a window, however large, leaves no trace. A place is NaN where fewer than ``min_count`` values are in
/// its window, and where an infinity is.
///
/// Args:
///     x: numbers, shape (places,).
///     window: a number of places, the current one included; or a duration, for the span ``(t - window, t]``.
///     times: the instants of the places, strictly increasing; needed where the window is a duration.
///     missing: what a value means that is not finite: "error" refuses it, "skip" leaves NaN out. A window of places
///         counts those that are left out.
///     min_count: how many finite values a window needs; None for all of a window of places, and 1 for a duration.
///
/// Returns:
///     An array of shape (places,).
///
/// Raises:
///     NonFiniteError: for a value that is not finite, unless such are skipped.
///     InvalidParameterError: for an empty window, and a ``min_count`` that it cannot hold.
///     UnorderedError: for instants that do not increase.
///     LengthMismatchError: unless there is an instant for each value.
///
/// Examples:
///     >>> slo.stats.rolling_mean([1e17, 1, 3, 8], 2)[2:]
///     array([2. , 5.5])
///     >>> slo.stats.rolling_mean([1, 3, 8], "1m", times=[0, 30 * 10**9, 60 * 10**9])
///     array([1. , 2. , 5.5])
#[pyfunction]
#[pyo3(signature = (x, window, times=None, missing="error", min_count=None))]
pub(crate) fn rolling_mean<'py>(
    x: &Bound<'py, PyAny>,
    window: &Bound<'py, PyAny>,
    times: Option<&Bound<'py, PyAny>>,
    missing: &str,
    #[pyo3(from_py_with = whole_or_none)] min_count: Option<i64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let rolling = rolling(window, times, missing, min_count)?;
    column(x, |values, mean| rolling.mean_into(values, mean))
}

/// The variance of the window that ends at each place.
///
/// Right to 1e-12 of itself at any offset of the values: sums are formed of deviations from a value of the window, and
/// nothing is ever subtracted from them. Equal values have a variance of exactly 0. Values so far apart that their
/// variance does not fit a float have an infinite one. A place is NaN where fewer than ``min_count`` values are in its
/// window, where no more than ``ddof`` are, and where an infinity is.
///
/// Args:
///     x: numbers, shape (places,).
///     window: a number of places, the current one included; or a duration, for the span ``(t - window, t]``.
///     times: the instants of the places, strictly increasing; needed where the window is a duration.
///     missing: "error" or "skip", as for ``rolling_mean``.
///     min_count: how many finite values a window needs; None for all of a window of places, and 1 for a duration.
///     ddof: 1 for a sample, 0 for a whole population.
///
/// Returns:
///     An array of shape (places,).
///
/// Raises:
///     NonFiniteError: for a value that is not finite, unless such are skipped.
///     InvalidParameterError: for an empty window, and a ``min_count`` that it cannot hold.
///     UnorderedError: for instants that do not increase.
///     LengthMismatchError: unless there is an instant for each value.
///
/// Examples:
///     >>> slo.stats.rolling_var([1e9 + 1, 1e9 + 2, 1e9 + 3], 3)
///     array([nan, nan,  1.])
#[pyfunction]
#[pyo3(signature = (x, window, times=None, missing="error", min_count=None, ddof=1))]
pub(crate) fn rolling_var<'py>(
    x: &Bound<'py, PyAny>,
    window: &Bound<'py, PyAny>,
    times: Option<&Bound<'py, PyAny>>,
    missing: &str,
    #[pyo3(from_py_with = whole_or_none)] min_count: Option<i64>,
    #[pyo3(from_py_with = whole)] ddof: i64,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let rolling = rolling(window, times, missing, min_count)?.ddof(count("ddof", ddof)?);
    column(x, |values, variance| rolling.variance_into(values, variance))
}

/// The deviation of the window that ends at each place: the root of its variance, and finite where only that is not.
///
/// Args:
///     x: numbers, shape (places,).
///     window: a number of places, the current one included; or a duration, for the span ``(t - window, t]``.
///     times: the instants of the places, strictly increasing; needed where the window is a duration.
///     missing: "error" or "skip", as for ``rolling_mean``.
///     min_count: how many finite values a window needs; None for all of a window of places, and 1 for a duration.
///     ddof: 1 for a sample, 0 for a whole population.
///
/// Returns:
///     An array of shape (places,), NaN as for ``rolling_var``.
///
/// Raises:
///     NonFiniteError: for a value that is not finite, unless such are skipped.
///     InvalidParameterError: for an empty window, and a ``min_count`` that it cannot hold.
///     UnorderedError: for instants that do not increase.
///     LengthMismatchError: unless there is an instant for each value.
///
/// Examples:
///     >>> slo.stats.rolling_std([2, 4, 6, 6], 3)
///     array([       nan,        nan, 2.        , 1.15470054])
#[pyfunction]
#[pyo3(signature = (x, window, times=None, missing="error", min_count=None, ddof=1))]
pub(crate) fn rolling_std<'py>(
    x: &Bound<'py, PyAny>,
    window: &Bound<'py, PyAny>,
    times: Option<&Bound<'py, PyAny>>,
    missing: &str,
    #[pyo3(from_py_with = whole_or_none)] min_count: Option<i64>,
    #[pyo3(from_py_with = whole)] ddof: i64,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let rolling = rolling(window, times, missing, min_count)?.ddof(count("ddof", ddof)?);
    column(x, |values, deviation| rolling.deviation_into(values, deviation))
}

/// Mean and deviation of the window that ends at each place, for little more than one of them costs.
///
/// Args:
///     x: numbers, shape (places,).
///     window: a number of places, the current one included; or a duration, for the span ``(t - window, t]``.
///     times: the instants of the places, strictly increasing; needed where the window is a duration.
///     missing: "error" or "skip", as for ``rolling_mean``.
///     min_count: how many finite values a window needs; None for all of a window of places, and 1 for a duration.
///     ddof: 1 for a sample, 0 for a whole population.
///
/// Returns:
///     A ``RollingMoments``: the arrays of ``rolling_mean`` and ``rolling_std``.
///
/// Raises:
///     NonFiniteError: for a value that is not finite, unless such are skipped.
///     InvalidParameterError: for an empty window, and a ``min_count`` that it cannot hold.
///     UnorderedError: for instants that do not increase.
///     LengthMismatchError: unless there is an instant for each value.
///
/// Examples:
///     >>> m = slo.stats.rolling_moments([12, 14, 10, 30], 3)
///     >>> m.mean[2:], m.std[2:]
///     (array([12., 18.]), array([ 2.        , 10.58300524]))
#[pyfunction]
#[pyo3(signature = (x, window, times=None, missing="error", min_count=None, ddof=1))]
pub(crate) fn rolling_moments(
    x: &Bound<'_, PyAny>,
    window: &Bound<'_, PyAny>,
    times: Option<&Bound<'_, PyAny>>,
    missing: &str,
    #[pyo3(from_py_with = whole_or_none)] min_count: Option<i64>,
    #[pyo3(from_py_with = whole)] ddof: i64,
) -> PyResult<RollingMoments> {
    let rolling = rolling(window, times, missing, min_count)?.ddof(count("ddof", ddof)?);
    let py = x.py();
    let values = Column::new("x", x)?;
    let values = values.as_slice()?;
    let (mean, std) = (unwritten(py, values.len())?, unwritten(py, values.len())?);
    let (mut mean_places, mut std_places) = (mean.try_readwrite()?, std.try_readwrite()?);
    let (mean_slice, std_slice) = (mean_places.as_slice_mut()?, std_places.as_slice_mut()?);
    detached(py, || rolling.moments_into(values, mean_slice, std_slice))?;
    mean_places.make_nonwriteable();
    std_places.make_nonwriteable();
    Ok(RollingMoments { mean: mean.unbind(), std: std.unbind() })
}

/// Mean and deviation of the window that ends at each place.
///
/// Made by ``rolling_moments``. Both arrays are read-only, shape (places,).
#[pyclass(module = "slo.stats", frozen)]
pub(crate) struct RollingMoments {
    mean: Py<PyArray1<f64>>,
    std: Py<PyArray1<f64>>,
}

/// The columns as they are written down.
#[derive(Serialize)]
struct Lists<'a> {
    mean: &'a [f64],
    std: &'a [f64],
}

impl RollingMoments {
    /// What a function makes of the columns.
    fn with<T>(&self, py: Python<'_>, make: impl FnOnce(&Lists<'_>) -> PyResult<T>) -> PyResult<T> {
        let (mean, std) = (self.mean.bind(py).try_readonly()?, self.std.bind(py).try_readonly()?);
        make(&Lists { mean: mean.as_slice()?, std: std.as_slice()? })
    }
}

#[pymethods]
impl RollingMoments {
    /// The means.
    #[getter]
    fn mean(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.mean.clone_ref(py)
    }

    /// The deviations.
    #[getter]
    fn std(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.std.clone_ref(py)
    }

    /// The columns as a dict of lists; None for NaN.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.with(py, |lists| json::dict(py, lists))
    }

    /// The columns as JSON text; null for NaN.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |lists| json::text(lists))
    }

    /// A frame with one row for each place: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_stats", "rolling_frame", (slf,))
    }

    /// The means as a line in a band of deviations, drawn with matplotlib.
    ///
    /// Args:
    ///     ax: the ``Axes`` to draw on; those of a new figure if None.
    ///
    /// Returns:
    ///     The ``Axes``.
    ///
    /// Raises:
    ///     UnsupportedError: if matplotlib is not installed.
    #[pyo3(signature = (ax=None))]
    fn plot<'py>(slf: &Bound<'py, Self>, ax: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_stats", "plot_rolling", (slf, ax))
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.mean.bind(py).len().unwrap_or(0)
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        // A NaN equals a NaN: both are undefined.
        self.with(py, |ours| {
            other.with(py, |theirs| Ok(same(ours.mean, theirs.mean) && same(ours.std, theirs.std)))
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |lists| {
            let places = lists.mean.len();
            Ok(match (lists.mean.last(), lists.std.last()) {
                (Some(mean), Some(std)) => {
                    format!("RollingMoments({places} places, at the last mean={mean:?}, std={std:?})")
                }
                _ => "RollingMoments(0 places)".to_owned(),
            })
        })
    }

    #[classmethod]
    fn _restore(
        class: &Bound<'_, PyType>,
        mean: &Bound<'_, PyAny>,
        std: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let py = class.py();
        let (mean_column, std_column) = (Column::new("mean", mean)?, Column::new("std", std)?);
        let (mean, std) = (mean_column.as_slice()?, std_column.as_slice()?);
        attempt(|| Error::check_lengths("mean", mean.len(), "std", std.len()))?;
        Ok(Self { mean: read_only(py, mean.to_vec())?.unbind(), std: read_only(py, std.to_vec())?.unbind() })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Arrays)> {
        Ok((py.get_type::<Self>().getattr("_restore")?, (self.mean(py), self.std(py))))
    }
}

/// The state that a result is restored from.
type Arrays = (Py<PyArray1<f64>>, Py<PyArray1<f64>>);

fn same(ours: &[f64], theirs: &[f64]) -> bool {
    ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
}

/// A new array that is written place by place, while other threads of the interpreter go on.
pub(super) fn column<'py>(
    x: &Bound<'py, PyAny>,
    write: impl FnOnce(&[f64], &mut [f64]) -> Result<()> + Send,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let values = Column::new("x", x)?;
    let values = values.as_slice()?;
    Ok(written(x.py(), values.len(), |places| write(values, places))?.0)
}

/// The windows that were asked for.
pub(super) fn rolling(
    window: &Bound<'_, PyAny>,
    times: Option<&Bound<'_, PyAny>>,
    missing: &str,
    min_count: Option<i64>,
) -> PyResult<Rolling> {
    let missing = choice("missing", missing, &MISSING_VALUES, &[])?;
    let rolling = if is_duration(window)? {
        let Span(span) = window.extract()?;
        let Some(times) = times else {
            let reason = "a window that is a duration needs the instants of the values";
            return Err(raise(Error::invalid("times", "None", reason)));
        };
        let times = instants("times", times)?;
        detached(window.py(), || Rolling::lasting(span, &times))?
    } else {
        if times.is_some() {
            let reason = "belong to a window that is a duration, this one is a number of places";
            return Err(raise(Error::invalid("times", "given", reason)));
        }
        let places = count("window", whole(window)?)?;
        attempt(|| Rolling::new(places))?
    };
    let rolling = rolling.missing(missing);
    match min_count {
        None => Ok(rolling),
        Some(least) => {
            let least = count("min_count", least)?;
            attempt(|| rolling.min_count(least))
        }
    }
}

/// Whether a window is a duration; if it is no number of places either, it is refused.
fn is_duration(window: &Bound<'_, PyAny>) -> PyResult<bool> {
    if window.is_instance_of::<PyString>()
        || window.is_instance_of::<PyDelta>()
        || window.get_type().name()?.to_cow()? == "timedelta64"
    {
        return Ok(true);
    }
    if window.is_instance_of::<PyBool>()
        || window.is_instance_of::<PyFloat>()
        || !window.hasattr("__index__")?
    {
        return Err(wrong_type("a number of places, or a duration such as \"1h\" or a timedelta", window));
    }
    Ok(false)
}
