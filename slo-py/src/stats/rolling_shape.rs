//! Skewness over a moving window, and how far its newest value is from its mean.

use numpy::PyArray1;
use pyo3::prelude::*;

use super::rolling::{column, rolling};
use crate::values::{count, whole, whole_or_none};

/// The skewness of the window that ends at each place, adjusted for its bias as in pandas.
///
/// The adjusted Fisher-Pearson coefficient ``sqrt(n (n-1)) / (n-2) * m3 / m2**1.5``. What has left a window, however large,
/// leaves no trace. A place is NaN where fewer than three or than ``min_count`` values are in its window, where all of them
/// are equal, and where an infinity is.
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
///     >>> slo.stats.rolling_skew([1, 2, 6, 10], 3).round(3)
///     array([  nan,   nan, 1.458, 0.   ])
#[pyfunction]
#[pyo3(signature = (x, window, times=None, missing="error", min_count=None))]
pub(crate) fn rolling_skew<'py>(
    x: &Bound<'py, PyAny>,
    window: &Bound<'py, PyAny>,
    times: Option<&Bound<'py, PyAny>>,
    missing: &str,
    #[pyo3(from_py_with = whole_or_none)] min_count: Option<i64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let rolling = rolling(window, times, missing, min_count)?;
    column(x, |values, out| rolling.skewness_into(values, out))
}

/// How many deviations the newest value of the window that ends at each place is above that window's mean.
///
/// The window holds the value itself, so ``|z|`` is at most ``(n - 1) / sqrt(n)``. Exact at any offset of the values. A
/// place is NaN where its value is missing, where all values of its window are equal, where no more than ``ddof`` or fewer
/// than ``min_count`` are in it, and where an infinity is.
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
///     >>> slo.stats.rolling_zscore([1, 2, 3, 3, 3], 3).round(3)
///     array([  nan,   nan, 1.   , 0.577,   nan])
#[pyfunction]
#[pyo3(signature = (x, window, times=None, missing="error", min_count=None, ddof=1))]
pub(crate) fn rolling_zscore<'py>(
    x: &Bound<'py, PyAny>,
    window: &Bound<'py, PyAny>,
    times: Option<&Bound<'py, PyAny>>,
    missing: &str,
    #[pyo3(from_py_with = whole_or_none)] min_count: Option<i64>,
    #[pyo3(from_py_with = whole)] ddof: i64,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let rolling = rolling(window, times, missing, min_count)?.ddof(count("ddof", ddof)?);
    column(x, |values, out| rolling.z_score_into(values, out))
}
