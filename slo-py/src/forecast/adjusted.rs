//! Another method on the series without its season.

use ::slo::forecast;
use pyo3::prelude::*;

use super::any::{method, object};
use super::model::Model;
use super::theta::COMPOSITIONS;
use crate::errors::attempt;
use crate::record::record_class;
use crate::values::{choice, count, whole, word};

/// Another method on the series without its season, which its forecasts then get back.
///
/// The season is the figure of the classical decomposition, and it is taken off if there is one: more than two periods,
/// and ``seasonality`` says so. With ``Naive``, it is the method "Naive 2" of the M competitions.
///
/// Args:
///     period: the length of a season in places; 1 for none.
///     method: any method of ``slo.forecast``.
///     composition: how the season is joined to the rest, ``"multiplicative"`` or ``"additive"``. It is added in any
///         case where values are not above 0.
///
/// Raises:
///     InvalidParameterError: for a period of 0, or another word.
///
/// Examples:
///     >>> slo.forecast.Adjusted(2, slo.forecast.Naive()).fit([2, 6] * 8).forecast(3).mean
///     array([2., 6., 2.])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Adjusted(pub(super) forecast::Adjusted);

record_class! { Adjusted(forecast::Adjusted): "The options" {
    #[new]
    #[pyo3(
        signature = (period, method, composition="multiplicative"),
        text_signature = "(period, method, composition='multiplicative')"
    )]
    fn new(
        #[pyo3(from_py_with = whole)] period: i64,
        #[pyo3(from_py_with = method)] method: forecast::AnyForecaster,
        composition: &str,
    ) -> PyResult<Self> {
        let composition = choice("composition", composition, &COMPOSITIONS, &[])?;
        let period = count("period", period)?;
        attempt(|| forecast::Adjusted::new(period, method))
            .map(|method| Self(method.composition(composition)))
    }

    /// The length of a season in places; 1 for none.
    #[getter]
    fn period(&self) -> usize {
        self.0.settings().0
    }

    /// The method that the series without its season is continued by.
    #[getter]
    fn method(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        object(py, self.0.settings().1)
    }

    /// How the season is joined to the rest.
    #[getter]
    fn composition(&self) -> &'static str {
        word(&self.0.settings().2, &COMPOSITIONS)
    }

    /// The model of a series.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Model``.
    ///
    /// Raises:
    ///     TooShortError: for less than the method needs.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///
    /// Examples:
    ///     >>> slo.forecast.Adjusted(2, slo.forecast.Drift()).fit([2, 6] * 8).residuals[3:6]
    ///     array([0., 0., 0.])
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (period, composition, method) = (self.period(), self.composition(), self.method(py)?);
        let method = method.bind(py).repr()?;
        Ok(format!("Adjusted({period}, {method}, composition='{composition}')"))
    }
} }
