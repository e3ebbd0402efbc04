//! Quantiles and hinges of a column.

use numpy::PyArray1;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::core::stats::quantile::{QuantileType, quantile_with, quantiles_with};
use crate::core::{Error, stats};
use crate::errors::{attempt, detached};
use crate::values::{Column, MISSING_VALUES, Number, choice, whole};

/// The quantile of a sample, by any of the nine definitions of Hyndman and Fan (1996).
///
/// Types 1 to 3 return values of the sample or means of two, the others interpolate; 7 is that of numpy and pandas, 8 is
/// the authors' own choice. ``q`` stands for every real number that rounds to it: with 100 values ``q=0.29`` is at the
/// 29th, where ``100 * 0.29`` in floats falls short of 29. Takes time proportional to the number of values.
///
/// Args:
///     x: the values, shape (values,), in any order.
///     q: a share in [0, 1], or several.
///     type: the number of the definition, 1 to 9.
///     missing: what a value means that is not finite: "error" refuses it, "skip" leaves NaN out, and an infinity then
///         makes the quantile NaN.
///
/// Returns:
///     A float for one share, for several an array of shape (shares,) in their order.
///
/// Raises:
///     InvalidParameterError: for a share outside [0, 1], or a type outside 1 to 9.
///     NonFiniteError: with the index of the first value that is not finite.
///     TooShortError: if there is no value.
///
/// Examples:
///     >>> slo.stats.quantile([1, 2, 4, 7, 11, 16, 22, 29, 37, 46], 0.25)
///     4.75
///     >>> slo.stats.quantile([1, 2, 4, 7, 11, 16, 22, 29, 37, 46], [0.25, 0.75], type=6)
///     array([ 3.5, 31. ])
#[pyfunction]
#[pyo3(signature = (x, q, r#type=7, missing="error"))]
pub(crate) fn quantile<'py>(
    py: Python<'py>,
    x: &Bound<'py, PyAny>,
    q: &Bound<'py, PyAny>,
    #[pyo3(from_py_with = whole)] r#type: i64,
    missing: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let column = Column::new("values", x)?;
    let values = column.as_slice()?;
    let kind = attempt(|| kind(r#type))?;
    let missing = choice("missing", missing, &MISSING_VALUES, &[])?;
    // A text has a length too, and is no number: its refusal says so.
    if q.len().is_err() || q.is_instance_of::<PyString>() {
        let Number(q) = q.extract()?;
        return detached(py, || quantile_with(values, q, kind, missing))?.into_bound_py_any(py);
    }
    let shares = Column::new("q", q)?;
    let qs = shares.as_slice()?;
    let quantiles = detached(py, || quantiles_with(values, qs, kind, missing))?;
    Ok(PyArray1::from_vec(py, quantiles).into_any())
}

/// Tukey's hinges: the medians of the lower and of the upper half, each half with the middle of an odd count.
///
/// The edges of the box that R draws, the second and the fourth of its ``fivenum``.
///
/// Args:
///     x: the values, shape (values,), in any order.
///
/// Returns:
///     The lower and the upper hinge.
///
/// Raises:
///     NonFiniteError: with the index of the first value that is not finite.
///     TooShortError: if there is no value.
///
/// Examples:
///     >>> slo.stats.hinges([1, 2, 4, 7, 11, 16, 22, 29, 37, 46])
///     (4.0, 29.0)
#[pyfunction]
pub(crate) fn hinges(py: Python<'_>, x: &Bound<'_, PyAny>) -> PyResult<(f64, f64)> {
    let column = Column::new("values", x)?;
    let values = column.as_slice()?;
    detached(py, || stats::quantile::hinges(values))
}

/// The medcouple: how far the values above the median reach beyond those below it, between -1 and 1.
///
/// The median of ``((u - m) - (m - l)) / (u - l)`` over all pairs of values ``u >= m >= l`` about the median ``m``. It is
/// 0 for a symmetric sample and positive where the longer tail is the upper one; a quarter of the values may be wild.
///
/// Args:
///     x: the values, shape (values,), in any order.
///
/// Returns:
///     The medcouple.
///
/// Raises:
///     NonFiniteError: with the index of the first value that is not finite.
///     TooShortError: if there is no value.
///
/// Examples:
///     >>> slo.stats.medcouple([1, 2, 3, 7, 11])
///     0.6
#[pyfunction]
pub(crate) fn medcouple(py: Python<'_>, x: &Bound<'_, PyAny>) -> PyResult<f64> {
    let column = Column::new("values", x)?;
    let values = column.as_slice()?;
    detached(py, || stats::medcouple(values))
}

pub(super) fn kind(number: i64) -> Result<QuantileType, Error> {
    match u8::try_from(number) {
        Ok(number) => QuantileType::try_from(number),
        Err(_) => Err(Error::invalid("type", number, "must be one of Hyndman and Fan's types, 1 to 9")),
    }
}
