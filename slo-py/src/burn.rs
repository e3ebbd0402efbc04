//! Burn rates over many trailing windows at once.

use numpy::PyArray2;
use pyo3::prelude::*;

use crate::core;
use crate::errors::detached;
use crate::objective::Target;
use crate::series::CountSeries;
use crate::time::Span;

/// The burn rate of every trailing window at every instant of a series.
///
/// ``burn(w, t) = bad(t - w, t] / total(t - w, t] / (1 - target)``. At the beginning of the series a window is evaluated
/// on what it holds.
///
/// Args:
///     series: the counts, a ``CountSeries``.
///     objective: the target.
///     windows: the lengths of the windows, above zero.
///
/// Returns:
///     An array of shape (windows, points); NaN where a window holds no traffic.
///
/// Raises:
///     InvalidParameterError: for a window that is not positive.
///
/// Examples:
///     >>> c = slo.CountSeries.regular(0, "1m", bad=[0, 1, 0], total=[100, 100, 0])
///     >>> slo.burn_rates(c, "99%", windows=["1m", "2m"])
///     array([[0. , 1. , nan],
///            [0. , 0.5, 1. ]])
#[pyfunction]
pub(crate) fn burn_rates<'py>(
    py: Python<'py>,
    series: &CountSeries,
    objective: Target,
    windows: Vec<Span>,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let windows: Vec<_> = windows.into_iter().map(|window| window.0).collect();
    let rates = detached(py, || core::burn_rates(&series.series, objective.0, &windows))?;
    Ok(PyArray2::from_owned_array(py, rates))
}
