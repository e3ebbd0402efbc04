//! Order statistics over a moving window.

use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::quantile::kind;
use super::rolling::{column, rolling};
use crate::errors::{attempt, detached};
use crate::python;
use crate::values::{Column, Number, whole, whole_or_none};

/// The median of the window that ends at each place: the middle value, or the mean of both middle ones.
///
/// Exact: the bits of the median of the window's values by themselves. A place costs about the same whatever the length of
/// the window. It is NaN where fewer than ``min_count`` values are in its window, and where an infinity is.
///
/// Args:
///     x: numbers, shape (places,).
///     window: a number of places, the current one included; or a duration, for the span ``(t - window, t]``.
///     times: the instants of the places, strictly increasing; needed where the window is a duration.
///     missing: "error" or "skip", as for ``rolling_mean``.
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
///     >>> slo.stats.rolling_median([12, 14, 900, 13, 15], 3)
///     array([nan, nan, 14., 14., 15.])
///     >>> slo.stats.rolling_median([1, 3, 8], "1m", times=[0, 30 * 10**9, 60 * 10**9])
///     array([1. , 2. , 5.5])
#[pyfunction]
#[pyo3(signature = (x, window, times=None, missing="error", min_count=None))]
pub(crate) fn rolling_median<'py>(
    x: &Bound<'py, PyAny>,
    window: &Bound<'py, PyAny>,
    times: Option<&Bound<'py, PyAny>>,
    missing: &str,
    #[pyo3(from_py_with = whole_or_none)] min_count: Option<i64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let rolling = rolling(window, times, missing, min_count)?;
    column(x, |values, out| rolling.median_into(values, out))
}

/// The quantile of the window that ends at each place, by any of the nine definitions of Hyndman and Fan (1996).
///
/// Exact: the bits of ``quantile`` of the window's values by themselves. Several shares cost less than each by itself. A
/// place is NaN where fewer than ``min_count`` values are in its window, and where an infinity is.
///
/// Args:
///     x: numbers, shape (places,).
///     window: a number of places, the current one included; or a duration, for the span ``(t - window, t]``.
///     q: a share in [0, 1], or several.
///     type: the number of the definition, 1 to 9.
///     times: the instants of the places, strictly increasing; needed where the window is a duration.
///     missing: "error" or "skip", as for ``rolling_mean``.
///     min_count: how many finite values a window needs; None for all of a window of places, and 1 for a duration.
///
/// Returns:
///     An array of shape (places,) for one share, for several one of shape (shares, places).
///
/// Raises:
///     NonFiniteError: for a value that is not finite, unless such are skipped. InvalidParameterError: for an empty
///     window, a share outside [0, 1], a type outside 1 to 9, and a ``min_count`` that it cannot hold. UnorderedError:
///     for instants that do not increase. LengthMismatchError: unless there is an instant for each value.
///
/// Examples:
///     >>> slo.stats.rolling_quantile([4, 8, 6, 2, 9], 4, 0.25)
///     array([nan, nan, nan, 3.5, 5. ])
///     >>> low, middle, high = slo.stats.rolling_quantile([1, 2, 3, 4, 9], 5, [0.25, 0.5, 0.75])
///     >>> high
///     array([nan, nan, nan, nan,  4.])
#[pyfunction]
#[pyo3(signature = (x, window, q, r#type=7, times=None, missing="error", min_count=None))]
#[allow(clippy::too_many_arguments, reason = "they are Python's, given by name")]
pub(crate) fn rolling_quantile<'py>(
    x: &Bound<'py, PyAny>,
    window: &Bound<'py, PyAny>,
    q: &Bound<'py, PyAny>,
    #[pyo3(from_py_with = whole)] r#type: i64,
    times: Option<&Bound<'py, PyAny>>,
    missing: &str,
    #[pyo3(from_py_with = whole_or_none)] min_count: Option<i64>,
) -> PyResult<Bound<'py, PyAny>> {
    let rolling = rolling(window, times, missing, min_count)?;
    let kind = attempt(|| kind(r#type))?;
    // A text has a length too, and is no number: its refusal says so.
    if q.len().is_err() || q.is_instance_of::<PyString>() {
        let Number(q) = q.extract()?;
        return Ok(column(x, |values, out| rolling.quantile_into(values, q, kind, out))?.into_any());
    }
    let (shares, values) = (Column::new("q", q)?, Column::new("x", x)?);
    let (qs, values) = (shares.as_slice()?, values.as_slice()?);
    let shape = ((qs.len(), values.len()),);
    let rows = python::call(x.py(), "numpy", "empty", shape)?.cast_into::<PyArray2<f64>>()?;
    let mut places = rows.try_readwrite()?;
    let slice = places.as_slice_mut()?;
    detached(x.py(), || rolling.quantiles_into(values, qs, kind, slice))?;
    drop(places);
    Ok(rows.into_any())
}

/// The median distance from the median in the window that ends at each place, not scaled.
///
/// About that same window's median, and exact. For normal values 1.4826 times it is their deviation. A place is NaN where
/// fewer than ``min_count`` values are in its window, and where an infinity is.
///
/// Args:
///     x: numbers, shape (places,).
///     window: a number of places, the current one included; or a duration, for the span ``(t - window, t]``.
///     times: the instants of the places, strictly increasing; needed where the window is a duration.
///     missing: "error" or "skip", as for ``rolling_mean``.
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
///     >>> slo.stats.rolling_mad([10, 12, 11, 900, 14], 3)
///     array([nan, nan,  1.,  1.,  3.])
#[pyfunction]
#[pyo3(signature = (x, window, times=None, missing="error", min_count=None))]
pub(crate) fn rolling_mad<'py>(
    x: &Bound<'py, PyAny>,
    window: &Bound<'py, PyAny>,
    times: Option<&Bound<'py, PyAny>>,
    missing: &str,
    #[pyo3(from_py_with = whole_or_none)] min_count: Option<i64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let rolling = rolling(window, times, missing, min_count)?;
    column(x, |values, out| rolling.mad_into(values, out))
}

/// The least value of the window that ends at each place.
///
/// A place is NaN where fewer than ``min_count`` values are in its window, and where an infinity is.
///
/// Args:
///     x: numbers, shape (places,).
///     window: a number of places, the current one included; or a duration, for the span ``(t - window, t]``.
///     times: the instants of the places, strictly increasing; needed where the window is a duration.
///     missing: "error" or "skip", as for ``rolling_mean``.
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
///     >>> slo.stats.rolling_min([3, 1, 2, 5], 2)
///     array([nan,  1.,  1.,  2.])
#[pyfunction]
#[pyo3(signature = (x, window, times=None, missing="error", min_count=None))]
pub(crate) fn rolling_min<'py>(
    x: &Bound<'py, PyAny>,
    window: &Bound<'py, PyAny>,
    times: Option<&Bound<'py, PyAny>>,
    missing: &str,
    #[pyo3(from_py_with = whole_or_none)] min_count: Option<i64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let rolling = rolling(window, times, missing, min_count)?;
    column(x, |values, out| rolling.min_into(values, out))
}

/// The greatest value of the window that ends at each place.
///
/// A place is NaN where fewer than ``min_count`` values are in its window, and where an infinity is.
///
/// Args:
///     x: numbers, shape (places,).
///     window: a number of places, the current one included; or a duration, for the span ``(t - window, t]``.
///     times: the instants of the places, strictly increasing; needed where the window is a duration.
///     missing: "error" or "skip", as for ``rolling_mean``.
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
///     >>> slo.stats.rolling_max([3, 1, 2, 5], 2)
///     array([nan,  3.,  2.,  5.])
#[pyfunction]
#[pyo3(signature = (x, window, times=None, missing="error", min_count=None))]
pub(crate) fn rolling_max<'py>(
    x: &Bound<'py, PyAny>,
    window: &Bound<'py, PyAny>,
    times: Option<&Bound<'py, PyAny>>,
    missing: &str,
    #[pyo3(from_py_with = whole_or_none)] min_count: Option<i64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let rolling = rolling(window, times, missing, min_count)?;
    column(x, |values, out| rolling.max_into(values, out))
}

/// The rank of the newest value among those of the window that ends with it, from 1 for the least.
///
/// Equal values share the mean of their ranks, as in pandas. A place is NaN where its value is missing, where fewer than
/// ``min_count`` values are in its window, and where an infinity is.
///
/// Args:
///     x: numbers, shape (places,).
///     window: a number of places, the current one included; or a duration, for the span ``(t - window, t]``.
///     times: the instants of the places, strictly increasing; needed where the window is a duration.
///     missing: "error" or "skip", as for ``rolling_mean``.
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
///     >>> slo.stats.rolling_rank([5, 6, 7, 5, 5], 3)
///     array([nan, nan, 3. , 1. , 1.5])
#[pyfunction]
#[pyo3(signature = (x, window, times=None, missing="error", min_count=None))]
pub(crate) fn rolling_rank<'py>(
    x: &Bound<'py, PyAny>,
    window: &Bound<'py, PyAny>,
    times: Option<&Bound<'py, PyAny>>,
    missing: &str,
    #[pyo3(from_py_with = whole_or_none)] min_count: Option<i64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let rolling = rolling(window, times, missing, min_count)?;
    column(x, |values, out| rolling.rank_into(values, out))
}
