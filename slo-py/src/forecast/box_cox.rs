//! The power transform, and methods on transformed values.

use ::slo::forecast::{self, Centre, Lambda};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

use super::any::{method, object};
use super::model::Model;
use crate::call::Call;
use crate::core::Result;
use crate::errors::{attempt, detached};
use crate::json;
use crate::record::record_class;
use crate::values::{Column, Number, choice, count, whole, word};

/// How a power is chosen from a series.
#[derive(Clone, Copy)]
enum Choice {
    Guerrero,
    LogLikelihood,
}

const CHOICES: [(&str, Choice); 2] =
    [("guerrero", Choice::Guerrero), ("log_likelihood", Choice::LogLikelihood)];

const CENTRES: [(&str, Centre); 2] = [("median", Centre::Median), ("bias-adjusted", Centre::BiasAdjusted)];

/// The Box-Cox parameter that makes the spread of a series even.
///
/// Args:
///     y: the values, oldest first, shape (values,).
///     period: the length of a season in places, at least 1.
///     method: ``"guerrero"`` takes the power under which the spread of the seasons depends least on their level,
///         ``"log_likelihood"`` the one under which a line and a season with normal errors are likeliest.
///
/// Returns:
///     The parameter, in [-1, 2]; of a series with zeros, at least 0.05.
///
/// Raises:
///     InvalidParameterError: for a period of 0, a negative value, or for ``"log_likelihood"`` a 0.
///     TooShortError: below two seasons.
///     NonFiniteError: with the index of the first value that is not finite.
///     DegenerateError: where there is no spread.
///
/// Examples:
///     >>> round(slo.forecast.box_cox_lambda([1, 4, 9, 16, 25, 36], method="log_likelihood"), 6)
///     0.5
#[pyfunction]
#[pyo3(signature = (y, period=1, method="guerrero"))]
pub(crate) fn box_cox_lambda(
    y: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = whole)] period: i64,
    method: &str,
) -> PyResult<f64> {
    let (period, choice) = (count("period", period)?, choice("method", method, &CHOICES, &[])?);
    let column = Column::new("values", y)?;
    let values = column.as_slice()?;
    let chosen = detached(y.py(), || match choice {
        Choice::Guerrero => forecast::BoxCox::guerrero(values, period),
        Choice::LogLikelihood => forecast::BoxCox::log_likelihood(values, period),
    })?;
    Ok(chosen.lambda())
}

/// The Box-Cox transform: powers, with the logarithm among them, that make a spread that grows with the level even.
///
/// ``w = (sign(y) |y|^lambda - 1) / lambda``, the logarithm for 0. Above 0 it is defined for all values, else for positive
/// ones.
///
/// Args:
///     lambda_: the power: 1 leaves the shape, 0 is the logarithm, -1 the reciprocal.
///
/// Raises:
///     InvalidParameterError: unless it is finite.
///
/// Examples:
///     >>> slo.forecast.BoxCox(0.5).transform([9, 0])
///     array([ 4., -2.])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct BoxCox(forecast::BoxCox);

#[pymethods]
impl BoxCox {
    #[new]
    fn new(lambda_: Number) -> PyResult<Self> {
        attempt(|| forecast::BoxCox::new(lambda_.0)).map(Self)
    }

    /// The power.
    #[getter]
    fn lambda_(&self) -> f64 {
        self.0.lambda()
    }

    /// The transformed values.
    ///
    /// Args:
    ///     y: the values, shape (values,).
    ///
    /// Returns:
    ///     An array of shape (values,).
    ///
    /// Raises:
    ///     InvalidParameterError: with the place of a value that has no transform.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///     OutOfRangeError: where a power leaves the range of floats.
    ///
    /// Examples:
    ///     >>> slo.forecast.BoxCox(-1).transform([4])
    ///     array([0.75])
    fn transform<'py>(&self, y: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.through(y, forecast::BoxCox::transform)
    }

    /// The values that are transformed into these.
    ///
    /// Args:
    ///     w: the transformed values, shape (values,).
    ///
    /// Returns:
    ///     An array of shape (values,).
    ///
    /// Raises:
    ///     InvalidParameterError: with the place of a value that is the transform of none.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///     OutOfRangeError: where a power leaves the range of floats.
    ///
    /// Examples:
    ///     >>> slo.forecast.BoxCox(0.5).inverse([4, -2])
    ///     array([9., 0.])
    fn inverse<'py>(&self, w: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.through(w, forecast::BoxCox::inverse)
    }

    /// The power as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> String {
        format!("BoxCox({})", self.0.lambda())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (f64,)) {
        (py.get_type::<Self>(), (self.0.lambda(),))
    }
}

impl BoxCox {
    fn through<'py>(
        &self,
        given: &Bound<'py, PyAny>,
        way: fn(&forecast::BoxCox, &[f64]) -> Result<Vec<f64>>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let column = Column::new("values", given)?;
        let values = column.as_slice()?;
        Ok(PyArray1::from_vec(given.py(), detached(given.py(), || way(&self.0, values))?))
    }
}

/// Another method, on values that a power has made even: its forecasts are transformed back.
///
/// Quantiles and ends of intervals are the inverse transforms of those of the transformed values. ``sigma``, likelihood
/// and parameters of its models are those of the transformed series.
///
/// Args:
///     method: a method of ``slo.forecast``.
///     lambda_: the power, or how to choose it: ``"guerrero"`` or ``"log_likelihood"``, as ``box_cox_lambda``.
///     period: the length of a season in places for a power that is chosen.
///     centre: what stands for the forecast: the ``"median"`` of the law, or ``"bias-adjusted"`` its mean to second
///         order.
///
/// Raises:
///     InvalidParameterError: for another word.
///
/// Examples:
///     >>> # Doubling is a line on the logarithmic scale.
///     >>> slo.forecast.BoxCoxForecaster(slo.forecast.Drift(), 0).fit([1, 2, 4]).forecast(2).mean.round(9)
///     array([ 8., 16.])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct BoxCoxForecaster(pub(super) forecast::BoxCoxForecaster);

fn power(given: &Bound<'_, PyAny>, period: usize) -> PyResult<Lambda> {
    if let Ok(word) = given.cast::<PyString>() {
        return Ok(match choice("lambda_", word.to_str()?, &CHOICES, &[])? {
            Choice::Guerrero => Lambda::Guerrero { period },
            Choice::LogLikelihood => Lambda::LogLikelihood { period },
        });
    }
    Ok(Lambda::Fixed(given.extract::<Number>()?.0))
}

record_class! { BoxCoxForecaster(forecast::BoxCoxForecaster): "The options" {
    #[new]
    #[pyo3(signature = (method, lambda_, *, period=1, centre="median"))]
    fn new(
        method: &Bound<'_, PyAny>,
        lambda_: &Bound<'_, PyAny>,
        #[pyo3(from_py_with = whole)] period: i64,
        centre: &str,
    ) -> PyResult<Self> {
        let lambda = power(lambda_, count("period", period)?)?;
        let centre = choice("centre", centre, &CENTRES, &[])?;
        Ok(Self(forecast::BoxCoxForecaster::new(self::method(method)?, lambda).centre(centre)))
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
    ///     InvalidParameterError: with the place of a value that has no transform, or for a power that is not finite.
    ///     SloError: as for ``box_cox_lambda`` and the method.
    ///
    /// Examples:
    ///     >>> slo.forecast.BoxCoxForecaster(slo.forecast.Naive(), 0.5).fit([1, 4, 9]).fitted
    ///     array([nan,  1.,  4.])
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    /// The method that the transformed values are continued by.
    #[getter]
    fn method(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        object(py, self.0.settings().0)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (method, lambda, centre) = self.0.settings();
        let call = Call::new(py, "BoxCoxForecaster").argument(object(py, method)?)?;
        let call = match lambda {
            Lambda::Fixed(lambda) => call.argument(lambda)?,
            Lambda::Guerrero { period } => call.argument("guerrero")?.option("period", period)?,
            Lambda::LogLikelihood { period } => call.argument("log_likelihood")?.option("period", period)?,
        };
        Ok(call.option("centre", word(&centre, &CENTRES))?.end())
    }
} }
