//! Quantiles and shares of classic histograms.

use pyo3::prelude::*;

use crate::core::{Result, histogram};
use crate::errors::detached;
use crate::values::{Column, Number};

/// The lowest bound, the highest one and the most that was lacking of what had to be repaired.
type Repaired = (f64, f64, f64);

/// The quantile of a histogram of cumulative counts, that of Prometheus' classic histograms.
///
/// Linear between the bounds of the bucket that the rank falls into; in the last one the bound below. NaN without an
/// observation or a bucket up to infinity, -inf below 0 and inf above 1, as Prometheus has it. Bounds may come in any order;
/// counts that fall are raised to the ones below.
///
/// Args:
///     q: the share of observations below it.
///     bounds: the upper bounds of the buckets, the highest infinite, shape (buckets,).
///     cumulative: the observations at or below each bound, shape (buckets,).
///
/// Returns:
///     The quantile, in the unit of the bounds.
///
/// Raises:
///     InvalidParameterError: for a bound that is NaN.
///     NonFiniteError, InvalidCountError: for what is not a count, with its index.
///     LengthMismatchError: for columns of unequal length.
///     TooShortError: without a bucket.
///
/// Examples:
///     >>> slo.histogram.quantile(0.5, [0, 2, 4, 6, float("inf")], [0, 1, 2, 3, 3])
///     3.0
#[pyfunction]
pub(crate) fn quantile(
    py: Python<'_>,
    q: Number,
    bounds: &Bound<'_, PyAny>,
    cumulative: &Bound<'_, PyAny>,
) -> PyResult<f64> {
    ask(py, bounds, cumulative, |bounds, cumulative| histogram::quantile(q.0, bounds, cumulative))
}

/// As ``quantile``, with what had to be repaired for it.
///
/// Args:
///     q: the share of observations below it.
///     bounds: the upper bounds of the buckets, the highest infinite, shape (buckets,).
///     cumulative: the observations at or below each bound, shape (buckets,).
///
/// Returns:
///     The quantile; and None, or of the buckets that held less than the ones below them: the upper bound of the lowest, that
///     of the highest, and the most that any lacked.
///
/// Raises:
///     SloError: as for ``quantile``.
///
/// Examples:
///     >>> bounds = [0.1, 1, 10, 100, 1000, float("inf")]
///     >>> slo.histogram.quantile_repaired(0.5, bounds, [2, 1, 5, 4, 9, 8])
///     (8.5, (1.0, inf, 1.0))
#[pyfunction]
pub(crate) fn quantile_repaired(
    py: Python<'_>,
    q: Number,
    bounds: &Bound<'_, PyAny>,
    cumulative: &Bound<'_, PyAny>,
) -> PyResult<(f64, Option<Repaired>)> {
    let found = ask(py, bounds, cumulative, |bounds, cumulative| {
        histogram::quantile_repaired(q.0, bounds, cumulative)
    })?;
    Ok((found.value, found.repair.map(|repair| (repair.lowest, repair.highest, repair.largest))))
}

/// The share of observations between two values, of a histogram of cumulative counts.
///
/// Args:
///     lower: from where, -inf for all below ``upper``.
///     upper: up to where, inf for all above ``lower``.
///     bounds: the upper bounds of the buckets, the highest infinite, shape (buckets,).
///     cumulative: the observations at or below each bound, shape (buckets,).
///
/// Returns:
///     A share; NaN without an observation.
///
/// Raises:
///     SloError: as for ``quantile``.
///
/// Examples:
///     >>> slo.histogram.fraction(0, 1.5, [1, 2, 3, float("inf")], [1, 3, 6, 100])
///     0.02
#[pyfunction]
pub(crate) fn fraction(
    py: Python<'_>,
    lower: Number,
    upper: Number,
    bounds: &Bound<'_, PyAny>,
    cumulative: &Bound<'_, PyAny>,
) -> PyResult<f64> {
    ask(py, bounds, cumulative, |bounds, cumulative| {
        histogram::fraction(lower.0, upper.0, bounds, cumulative)
    })
}

/// Runs a computation on the bounds and the counts while other threads of the interpreter go on.
fn ask<T: Send>(
    py: Python<'_>,
    bounds: &Bound<'_, PyAny>,
    cumulative: &Bound<'_, PyAny>,
    compute: impl FnOnce(&[f64], &[f64]) -> Result<T> + Send,
) -> PyResult<T> {
    let (bounds, cumulative) = (Column::new("bounds", bounds)?, Column::new("cumulative", cumulative)?);
    let (bounds, cumulative) = (bounds.as_slice()?, cumulative.as_slice()?);
    detached(py, || compute(bounds, cumulative))
}
