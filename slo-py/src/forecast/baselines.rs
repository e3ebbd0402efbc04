//! The methods that another one has to beat.

#![allow(clippy::unused_self, reason = "a method of a Python object takes the object")]

use ::slo::forecast;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::model::Model;
use crate::errors::attempt;
use crate::values::{count, whole};

/// The last value again: the forecast of a random walk.
///
/// Standard errors are ``sigma * sqrt(h)`` at step h, ``sigma`` from the steps of the series; intervals are normal.
///
/// Examples:
///     >>> slo.forecast.Naive().fit([2, 5, 1]).forecast(2).standard_error
///     array([3.53553391, 5.        ])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Naive(pub(super) forecast::Naive);

#[pymethods]
impl Naive {
    #[new]
    fn new() -> Self {
        Self(forecast::Naive::new())
    }

    /// The model of a series, from two values on.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Model``.
    ///
    /// Raises:
    ///     TooShortError: below two values.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///
    /// Examples:
    ///     >>> slo.forecast.Naive().fit([2, 5, 1]).forecast(2).mean
    ///     array([1., 1.])
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    fn __repr__(&self) -> &'static str {
        "Naive()"
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, ()) {
        (py.get_type::<Self>(), ())
    }
}

/// The last season again: each value is that of the same phase one period ago.
///
/// Standard errors are ``sigma * sqrt(k)`` in the k-th season ahead, ``sigma`` from the changes from season to season;
/// intervals are normal.
///
/// Args:
///     period: the length of a season in places, at least 1.
///
/// Raises:
///     InvalidParameterError: for a period of 0.
///
/// Examples:
///     >>> slo.forecast.SeasonalNaive(period=2).fit([1, 8, 4, 4]).forecast(3).standard_error
///     array([3.53553391, 3.53553391, 5.        ])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct SeasonalNaive(pub(super) forecast::SeasonalNaive);

#[pymethods]
impl SeasonalNaive {
    #[new]
    fn new(#[pyo3(from_py_with = whole)] period: i64) -> PyResult<Self> {
        let period = count("period", period)?;
        attempt(|| forecast::SeasonalNaive::new(period)).map(Self)
    }

    /// The length of a season in places.
    #[getter]
    fn period(&self) -> usize {
        self.0.period()
    }

    /// The model of a series, from one value more than a season on.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Model``.
    ///
    /// Raises:
    ///     TooShortError: unless there is more than a season.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///
    /// Examples:
    ///     >>> slo.forecast.SeasonalNaive(period=2).fit([1, 8, 3, 4]).forecast(3).mean
    ///     array([3., 4., 3.])
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    fn __repr__(&self) -> String {
        format!("SeasonalNaive(period={})", self.0.period())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (usize,)) {
        (py.get_type::<Self>(), (self.0.period(),))
    }
}

/// The last value, and on along the line from the first: the forecast of a random walk with drift.
///
/// Standard errors are ``sigma * sqrt(h * (1 + h / (n - 1)))`` at step h, ``sigma`` from the steps about their mean;
/// intervals are normal.
///
/// Examples:
///     >>> slo.forecast.Drift().fit([1, 2, 5]).forecast(2).standard_error
///     array([1.73205081, 2.82842712])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Drift(pub(super) forecast::Drift);

#[pymethods]
impl Drift {
    #[new]
    fn new() -> Self {
        Self(forecast::Drift::new())
    }

    /// The model of a series, from three values on.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Model``.
    ///
    /// Raises:
    ///     TooShortError: below three values.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///
    /// Examples:
    ///     >>> slo.forecast.Drift().fit([1, 2, 5]).params
    ///     {'drift': 2.0}
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    fn __repr__(&self) -> &'static str {
        "Drift()"
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, ()) {
        (py.get_type::<Self>(), ())
    }
}

/// The mean of all values: the forecast of independent values about a constant.
///
/// Standard errors are ``s * sqrt(1 + 1 / n)``; intervals are Student's with n - 1 degrees of freedom.
///
/// Examples:
///     >>> slo.forecast.Mean().fit([1, 2, 3]).forecast(1).upper.round(4)
///     array([6.9683])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Mean(pub(super) forecast::Mean);

#[pymethods]
impl Mean {
    #[new]
    fn new() -> Self {
        Self(forecast::Mean::new())
    }

    /// The model of a series, from two values on.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Model``.
    ///
    /// Raises:
    ///     TooShortError: below two values.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///
    /// Examples:
    ///     >>> slo.forecast.Mean().fit([1, 2, 3]).residuals
    ///     array([-1.,  0.,  1.])
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    fn __repr__(&self) -> &'static str {
        "Mean()"
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, ()) {
        (py.get_type::<Self>(), ())
    }
}
