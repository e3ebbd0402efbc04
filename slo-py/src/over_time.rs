//! `slo.over_time`: what the values of a window come to.

use pyo3::prelude::*;
use pyo3::pymodule;

use crate::core::counter::Samples;
use crate::core::over_time;
use crate::errors::detached;
use crate::time::Instant;
use crate::values::{Column, Number, instants};

/// What the values of a window come to, as Prometheus' functions over time compute it.
#[pymodule(submodule, name = "over_time", module = "slo")]
pub(crate) mod module {
    #[pymodule_export]
    use super::{
        avg, count, deriv, double_exponential_smoothing, first, last, mad, max, min, predict_linear, present,
        quantile, stddev, stdvar, sum,
    };
}

fn of(
    py: Python<'_>,
    values: &Bound<'_, PyAny>,
    compute: impl FnOnce(&[f64]) -> Option<f64> + Send,
) -> PyResult<Option<f64>> {
    let values = Column::new("values", values)?;
    let values = values.as_slice()?;
    detached(py, || Ok(compute(values)))
}

/// The mean.
///
/// By a compensated sum; where that would overflow, by a running mean from there on.
///
/// Args:
///     values: the values of the window, oldest first, shape (values,); NaN and infinite ones are answered as
///     Prometheus does.
///
/// Returns:
///     A number, None without a value.
///
/// Examples:
///     >>> slo.over_time.avg([1, 1e100, 1, -1e100])
///     0.5
#[pyfunction]
fn avg(py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    of(py, values, over_time::avg)
}

/// The sum.
///
/// Compensated: values that cancel leave what was between them.
///
/// Args:
///     values: the values of the window, oldest first, shape (values,); NaN and infinite ones are answered as
///     Prometheus does.
///
/// Returns:
///     A number, None without a value.
///
/// Examples:
///     >>> slo.over_time.sum([1, 1e100, 1, -1e100])
///     2.0
#[pyfunction]
fn sum(py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    of(py, values, over_time::sum)
}

/// The least value that is not NaN.
///
/// NaN if all are.
///
/// Args:
///     values: the values of the window, oldest first, shape (values,); NaN and infinite ones are answered as
///     Prometheus does.
///
/// Returns:
///     A number, None without a value.
///
/// Examples:
///     >>> slo.over_time.min([3, float("nan"), 2])
///     2.0
#[pyfunction]
fn min(py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    of(py, values, over_time::min)
}

/// The greatest value that is not NaN.
///
/// NaN if all are.
///
/// Args:
///     values: the values of the window, oldest first, shape (values,); NaN and infinite ones are answered as
///     Prometheus does.
///
/// Returns:
///     A number, None without a value.
///
/// Examples:
///     >>> slo.over_time.max([3, float("nan"), 2])
///     3.0
#[pyfunction]
fn max(py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    of(py, values, over_time::max)
}

/// The number of values.
///
/// NaN counts too.
///
/// Args:
///     values: the values of the window, oldest first, shape (values,); NaN and infinite ones are answered as
///     Prometheus does.
///
/// Returns:
///     A number, None without a value.
///
/// Examples:
///     >>> slo.over_time.count([3, float("nan"), 2])
///     3.0
#[pyfunction]
fn count(py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    of(py, values, over_time::count)
}

/// The first value.
///
/// That is the oldest.
///
/// Args:
///     values: the values of the window, oldest first, shape (values,); NaN and infinite ones are answered as
///     Prometheus does.
///
/// Returns:
///     A number, None without a value.
///
/// Examples:
///     >>> slo.over_time.first([3, 1, 2])
///     3.0
#[pyfunction]
fn first(py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    of(py, values, over_time::first)
}

/// The last value.
///
/// That is the newest.
///
/// Args:
///     values: the values of the window, oldest first, shape (values,); NaN and infinite ones are answered as
///     Prometheus does.
///
/// Returns:
///     A number, None without a value.
///
/// Examples:
///     >>> slo.over_time.last([3, 1, 2])
///     2.0
#[pyfunction]
fn last(py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    of(py, values, over_time::last)
}

/// 1 where there is a value at all.
///
/// Whatever it is.
///
/// Args:
///     values: the values of the window, oldest first, shape (values,); NaN and infinite ones are answered as
///     Prometheus does.
///
/// Returns:
///     A number, None without a value.
///
/// Examples:
///     >>> slo.over_time.present([0])
///     1.0
#[pyfunction]
fn present(py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    of(py, values, over_time::present)
}

/// The standard deviation of the values as a whole population.
///
/// The root of ``stdvar``.
///
/// Args:
///     values: the values of the window, oldest first, shape (values,); NaN and infinite ones are answered as
///     Prometheus does.
///
/// Returns:
///     A number, None without a value.
///
/// Examples:
///     >>> slo.over_time.stddev([1, 3])
///     1.0
#[pyfunction]
fn stddev(py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    of(py, values, over_time::stddev)
}

/// The variance of the values as a whole population.
///
/// By Welford's recurrence with compensated sums.
///
/// Args:
///     values: the values of the window, oldest first, shape (values,); NaN and infinite ones are answered as
///     Prometheus does.
///
/// Returns:
///     A number, None without a value.
///
/// Examples:
///     >>> slo.over_time.stdvar([2, 4, 4, 4, 5, 5, 7, 9])
///     4.0
#[pyfunction]
fn stdvar(py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    of(py, values, over_time::stdvar)
}

/// The median distance of the values from their median.
///
/// Not scaled to the deviation of a normal distribution; NaN if a value is.
///
/// Args:
///     values: the values of the window, oldest first, shape (values,); NaN and infinite ones are answered as
///     Prometheus does.
///
/// Returns:
///     A number, None without a value.
///
/// Examples:
///     >>> slo.over_time.mad([4, 6, 2, 1, 999, 1, 2])
///     1.0
#[pyfunction]
fn mad(py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    of(py, values, over_time::mad)
}

/// The quantile, between two values by size where it lies between them.
///
/// Type 7 of Hyndman and Fan, NaN before all others. Below 0 it is -inf, above 1 inf, of NaN NaN, as Prometheus has it;
/// ``slo.stats.quantile`` refuses these.
///
/// Args:
///     q: the share of values below it.
///     values: the values of the window, shape (values,).
///
/// Returns:
///     A number, None without a value.
///
/// Examples:
///     >>> slo.over_time.quantile(0.75, [0, 4, 1])
///     2.5
#[pyfunction]
fn quantile(py: Python<'_>, q: Number, values: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    of(py, values, |values| over_time::quantile(q.0, values))
}

/// The slope of the line through samples, per second.
///
/// By least squares with compensated sums; of equal values it is exactly 0.
///
/// Args:
///     times: the instants of the samples, increasing strictly, shape (samples,).
///     values: what was read, shape (samples,).
///
/// Returns:
///     The slope, None below two samples.
///
/// Raises:
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: for columns of unequal length.
///
/// Examples:
///     >>> slo.over_time.deriv([0, 10_000_000_000, 20_000_000_000], [5, 10, 15])
///     0.5
#[pyfunction]
fn deriv(py: Python<'_>, times: &Bound<'_, PyAny>, values: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    let (times, values) = (instants("times", times)?, Column::new("values", values)?);
    let values = values.as_slice()?;
    detached(py, || Ok(over_time::deriv(&Samples::new(&times, values)?)))
}

/// The value that the line through samples has some seconds after an instant.
///
/// Args:
///     times: the instants of the samples, increasing strictly, shape (samples,).
///     values: what was read, shape (samples,).
///     at: the instant from which is predicted.
///     seconds: how many seconds later.
///
/// Returns:
///     The value, None below two samples.
///
/// Raises:
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: for columns of unequal length.
///
/// Examples:
///     >>> slo.over_time.predict_linear([0, 10_000_000_000], [20, 15], 10_000_000_000, 30)
///     0.0
#[pyfunction]
fn predict_linear(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    values: &Bound<'_, PyAny>,
    at: Instant,
    seconds: Number,
) -> PyResult<Option<f64>> {
    let (times, values) = (instants("times", times)?, Column::new("values", values)?);
    let values = values.as_slice()?;
    detached(py, || Ok(over_time::predict_linear(&Samples::new(&times, values)?, at.0, seconds.0)))
}

/// The level at the last value of Holt's linear smoothing.
///
/// No forecast, and no season: see ``slo.forecast`` for these.
///
/// Args:
///     values: the values of the window, oldest first, shape (values,).
///     smoothing: the weight of a new value, in (0, 1).
///     trend: the weight of a new step, in (0, 1).
///
/// Returns:
///     The level, None below two values.
///
/// Raises:
///     InvalidParameterError: for a weight outside (0, 1).
///
/// Examples:
///     >>> slo.over_time.double_exponential_smoothing([1, 3, 9], 0.5, 0.25)
///     7.0
#[pyfunction]
fn double_exponential_smoothing(
    py: Python<'_>,
    values: &Bound<'_, PyAny>,
    smoothing: Number,
    trend: Number,
) -> PyResult<Option<f64>> {
    let values = Column::new("values", values)?;
    let values = values.as_slice()?;
    detached(py, || over_time::double_exponential_smoothing(values, smoothing.0, trend.0))
}
