//! Coefficients of two series.

use ::slo::correlate::{self, Correlator};
use pyo3::prelude::*;

use super::effective;
use crate::errors::{detached, guard, shown};
use crate::interval::Interval;
use crate::python;
use crate::record::record_class;
use crate::values::{Column, Number};

/// A coefficient, how surprising it is, and how sure.
///
/// Made by ``pearson`` and ``cosine``.
///
/// Examples:
///     >>> k = slo.correlate.pearson([1, 2, 3, 4], [1, 3, 2, 4])
///     >>> print(k.explain())
///     Pearson's correlation of 4 pairs is 0.8: they rise together. Without any dependence, one as far from 0 has p = 0.2, if the pairs are independent of each other. The 95% interval is -0.696953 to 0.9956.
#[pyclass(module = "slo.correlate", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Correlation(correlate::Correlation);

record_class! { Correlation(correlate::Correlation): "The correlation", fields {
    /// The coefficient, in [-1, 1].
    coefficient: f64,
    /// The probability of a coefficient as far from 0, either way, without dependence; None where there is none.
    p_value: Option<f64>,
    /// How many pairs there are.
    n: usize,
    /// How many independent pairs would tell as much.
    n_effective: f64,
} {
    /// What the coefficient measures: ``"pearson"`` or ``"cosine"``.
    #[getter]
    fn measure(&self) -> PyResult<String> {
        shown(&self.0.measure)
    }

    /// A confidence interval for the coefficient, an ``Interval``; None where it does not exist.
    #[getter]
    fn interval(&self) -> Option<Interval> {
        self.0.interval.map(Interval)
    }

    /// How the pairs' dependence on their own past was allowed for: ``"none"``, ``"bartlett"`` or ``"surrogate"``.
    #[getter]
    fn effective(&self) -> PyResult<String> {
        shown(&self.0.effective)
    }

    /// What was found, in sentences.
    fn explain(&self) -> PyResult<String> {
        guard(|| self.0.explain())
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("Correlation({})", shown(&self.0)?))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_correlate", "correlation_html", (slf,))
    }
} }

/// Pearson's correlation of two series, its p-value and its interval.
///
/// ``p = 2 P(T > |t|)`` with ``t = r sqrt((m - 2) / (1 - r^2))`` and m - 2 degrees of freedom; the interval is Fisher's,
/// ``tanh(atanh r ± z / sqrt(m - 3))``. ``1 - r^2`` is made from residuals: p is right far below 1e-16. m is the
/// effective number of pairs: two smoothed series drift together for a while by chance alone, and taken for independent
/// their p-values are far too small.
///
/// Args:
///     x: the one series, shape (n,), finite.
///     y: the other, the same shape.
///     effective: ``"none"``: every pair counts; ``"bartlett"``: m follows from the products of both autocorrelations;
///         ``"surrogate"``: p is the rank of the coefficient among those of all n circular shifts of y (at least 1/n),
///         without a model and without chance.
///     level: the confidence level of the interval, in (0, 1).
///
/// Returns:
///     A ``Correlation``.
///
/// Raises:
///     LengthMismatchError: unless both have one length.
///     TooShortError: below two points.
///     NonFiniteError: for NaN or an infinity, with the input and its index.
///     DegenerateError: for a series that does not vary by more than rounding.
///     InvalidParameterError: for a level outside (0, 1), or a word that is none.
///
/// References:
///     Pyper, B. J. and Peterman, R. M. (1998). Canadian Journal of Fisheries and Aquatic Sciences 55, 2127-2140.
///
/// Examples:
///     >>> slo.correlate.pearson([1, 2, 3, 4], [1, 3, 2, 4])
///     Correlation(pearson 0.8, p=0.2, n=4)
#[pyfunction]
#[pyo3(signature = (x, y, effective="none", level=Number(0.95)), text_signature = "(x, y, effective='none', level=0.95)")]
pub(crate) fn pearson(
    py: Python<'_>,
    x: &Bound<'_, PyAny>,
    y: &Bound<'_, PyAny>,
    effective: &str,
    level: Number,
) -> PyResult<Correlation> {
    let method = correlate::Pearson::new().effective(self::effective(effective)?).level(level.0);
    correlation(py, &method, x, y)
}

/// The cosine of the angle between two series: Pearson's coefficient about zero.
///
/// For profiles whose zero means something, such as counts for each hour of the week. It has no p-value and no interval.
///
/// Args:
///     x: the one series, shape (n,), finite.
///     y: the other, the same shape.
///
/// Returns:
///     A ``Correlation``.
///
/// Raises:
///     LengthMismatchError: unless both have one length.
///     TooShortError: without any point.
///     NonFiniteError: for NaN or an infinity, with the input and its index.
///     DegenerateError: for a series of zeros.
///
/// Examples:
///     >>> slo.correlate.cosine([3, 4], [4, 3])
///     Correlation(cosine 0.96, n=2)
#[pyfunction]
pub(crate) fn cosine(py: Python<'_>, x: &Bound<'_, PyAny>, y: &Bound<'_, PyAny>) -> PyResult<Correlation> {
    correlation(py, &correlate::Cosine::new(), x, y)
}

fn correlation(
    py: Python<'_>,
    method: &dyn Correlator,
    x: &Bound<'_, PyAny>,
    y: &Bound<'_, PyAny>,
) -> PyResult<Correlation> {
    let (x, y) = (Column::new("x", x)?, Column::new("y", y)?);
    let (x, y) = (x.as_slice()?, y.as_slice()?);
    detached(py, || method.correlate(x, y)).map(Correlation)
}
