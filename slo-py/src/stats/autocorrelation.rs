//! How a column depends on its own past.

use numpy::PyArray1;
use pyo3::prelude::*;

use crate::core::Result;
use crate::core::stats::autocorrelation;
use crate::errors::detached;
use crate::values::{Column, count, whole_or_none};

/// Runs one of the two on a column, up to the customary lag unless one is given.
fn up_to<'py>(
    of: fn(&[f64], usize) -> Result<Vec<f64>>,
    x: &Bound<'py, PyAny>,
    max_lag: Option<i64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let column = Column::new("values", x)?;
    let values = column.as_slice()?;
    let max_lag = max_lag.map(|lag| count("max_lag", lag)).transpose()?;
    let max_lag = max_lag.unwrap_or_else(|| autocorrelation::default_max_lag(values.len()));
    Ok(PyArray1::from_vec(x.py(), detached(x.py(), || of(values, max_lag))?))
}

/// The autocorrelations of a series at the lags 0 to ``max_lag``, with the number of values as divisor at every lag.
///
/// R's ``acf`` and statsmodels' default.
///
/// Args:
///     x: the values, oldest first, shape (values,).
///     max_lag: the largest lag, below the number of values; 10 log10 of their number, rounded down, if None.
///
/// Returns:
///     An array of shape (max_lag + 1,); the first is 1.
///
/// Raises:
///     DegenerateError: if all values are equal.
///     InvalidParameterError: if ``max_lag`` is not below the number of values.
///     NonFiniteError: with the index of the first value that is not finite.
///     TooShortError: below two values.
///
/// Examples:
///     >>> slo.stats.acf([1, 2, 3, 4, 5], max_lag=3)
///     array([ 1. ,  0.4, -0.1, -0.4])
#[pyfunction]
#[pyo3(signature = (x, max_lag=None))]
pub(crate) fn acf<'py>(
    x: &Bound<'py, PyAny>,
    #[pyo3(from_py_with = whole_or_none)] max_lag: Option<i64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    up_to(autocorrelation::acf, x, max_lag)
}

/// The partial autocorrelations of a series: what the value ``k`` places ago says beyond those in between.
///
/// By Durbin and Levinson's recursion on ``acf``: R's ``pacf`` and statsmodels' ``method="ldb"``.
///
/// Args:
///     x: the values, oldest first, shape (values,).
///     max_lag: the largest lag, below the number of values; 10 log10 of their number, rounded down, if None.
///
/// Returns:
///     An array of shape (max_lag + 1,); the first, at lag 0, is 1.
///
/// Raises:
///     DegenerateError: if all values are equal.
///     InvalidParameterError: if ``max_lag`` is not below the number of values.
///     NonFiniteError: with the index of the first value that is not finite.
///     TooShortError: below two values.
///
/// Examples:
///     >>> slo.stats.pacf([1, 2, 3, 4, 5], max_lag=2).round(3)
///     array([ 1.  ,  0.4 , -0.31])
#[pyfunction]
#[pyo3(signature = (x, max_lag=None))]
pub(crate) fn pacf<'py>(
    x: &Bound<'py, PyAny>,
    #[pyo3(from_py_with = whole_or_none)] max_lag: Option<i64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    up_to(autocorrelation::pacf, x, max_lag)
}

/// How many independent values an autocorrelated series is worth.
///
/// Of one series: how many independent values would have a mean as accurate, by the long-run variance of an
/// autoregressive model whose order is chosen by corrected AIC. Of two: how many independent pairs would have a
/// correlation as accurate, by Bartlett's sum over a fifth of the lags or by both models, whichever is less. A season is
/// to be taken out first.
///
/// Args:
///     x: the values, oldest first, shape (values,).
///     y: values that belong to those of ``x`` place by place, if the correlation of both is asked about.
///
/// Returns:
///     The number: 2 to the number of values for a mean, 3 to their number for a correlation.
///
/// Raises:
///     DegenerateError: if all values of a series are equal.
///     LengthMismatchError: if ``y`` has another length than ``x``.
///     NonFiniteError: with the index of the first value that is not finite.
///     TooShortError: below three values.
///
/// Examples:
///     >>> slo.stats.effective_sample_size(range(50))
///     2.0
///     >>> slo.stats.effective_sample_size(range(50), [t % 2 for t in range(50)])
///     50.0
#[pyfunction]
#[pyo3(signature = (x, y=None))]
pub(crate) fn effective_sample_size(x: &Bound<'_, PyAny>, y: Option<&Bound<'_, PyAny>>) -> PyResult<f64> {
    let column = Column::new("x", x)?;
    let values = column.as_slice()?;
    let Some(y) = y else {
        return detached(x.py(), || autocorrelation::effective_sample_size(values));
    };
    let other = Column::new("y", y)?;
    let others = other.as_slice()?;
    detached(x.py(), || autocorrelation::effective_sample_size_pair(values, others))
}
