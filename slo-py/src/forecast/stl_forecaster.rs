//! The forecast of what seasons leave, and those seasons again.

use ::slo::forecast;
use pyo3::prelude::*;

use super::any::{method, object};
use super::model::Model;
use super::mstl::{Mstl, periods as numbers};
use super::stl::Stl;
use crate::errors::attempt;
use crate::record::record_class;
use crate::values::{count, whole};

/// The forecast of what the season leaves by another method, and the last season again.
///
/// The inner method is fitted to the values less the season. Intervals are the inner model's, moved by the season: they
/// do not hold the season's uncertainty. The model takes no further values: fit it to the longer series.
///
/// Args:
///     period: how many values a cycle has, or an ``Stl``; a number has R's defaults, the season smoothed over 11 cycles.
///     inner: the method that forecasts what the season leaves, any of this module; ``Drift()`` by default.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///     LimitExceededError: for more than eight methods within each other.
///
/// Examples:
///     >>> values = [t % 4 for t in range(60)]
///     >>> m = slo.forecast.StlForecaster(4, inner=slo.forecast.Mean()).fit(values)
///     >>> m.forecast(4).mean.round(6) + 0.0
///     array([0., 1., 2., 3.])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct StlForecaster(pub(super) forecast::StlForecaster);

record_class! {
StlForecaster(forecast::StlForecaster): "The method", checked by forecast::StlForecaster::check {
    #[new]
    #[pyo3(signature = (period, inner=None))]
    fn new(period: &Bound<'_, PyAny>, inner: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let mut forecaster = match period.cast::<Stl>() {
            Ok(stl) => forecast::StlForecaster::new(stl.get().0.period).stl(stl.get().0),
            Err(_) => forecast::StlForecaster::new(count("period", whole(period)?)?),
        };
        if let Some(given) = inner {
            forecaster = forecaster.inner(method(given)?);
        }
        attempt(|| forecaster.check())?;
        Ok(Self(forecaster))
    }

    /// The model of a series, from two periods on.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Model``; its ``components`` are what a forecast is made of.
    ///
    /// Raises:
    ///     TooShortError: below two periods.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///
    /// Examples:
    ///     >>> slo.forecast.StlForecaster(4).fit([t % 4 for t in range(60)]).observations
    ///     60
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    /// The method that forecasts what the seasons leave.
    #[getter]
    fn inner(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        object(py, self.0.inner_method())
    }

    /// How the series is decomposed.
    #[getter]
    fn decomposition(&self) -> Stl {
        Stl(*self.0.decomposition())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let decomposition = Stl(*self.0.decomposition()).__repr__();
        let inner = self.inner(py)?;
        Ok(format!("StlForecaster({decomposition}, inner={})", inner.bind(py).repr()?))
    }
} }

/// The forecast of what several seasons leave by another method, and the last cycle of each again.
///
/// The inner method is fitted to the values less the seasons. Intervals are the inner model's, moved by the seasons: they
/// do not hold their uncertainty. The model takes no further values: fit it to the longer series.
///
/// Args:
///     periods: how many values the cycles have, or an ``Mstl``; numbers have R's defaults.
///     inner: the method that forecasts what the seasons leave, any of this module; ``Drift()`` by default.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///     LimitExceededError: for more than eight methods within each other.
///
/// Examples:
///     >>> values = [t % 4 for t in range(60)]
///     >>> m = slo.forecast.MstlForecaster([4, 12], inner=slo.forecast.Mean()).fit(values)
///     >>> m.forecast(4).mean.round(6) + 0.0
///     array([0., 1., 2., 3.])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct MstlForecaster(pub(super) forecast::MstlForecaster);

record_class! {
MstlForecaster(forecast::MstlForecaster): "The method", checked by forecast::MstlForecaster::check {
    #[new]
    #[pyo3(signature = (periods, inner=None))]
    fn new(periods: &Bound<'_, PyAny>, inner: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let mut forecaster = match periods.cast::<Mstl>() {
            Ok(mstl) => {
                forecast::MstlForecaster::new(mstl.get().0.periods.clone()).mstl(mstl.get().0.clone())
            }
            Err(_) => forecast::MstlForecaster::new(numbers(periods)?),
        };
        if let Some(given) = inner {
            forecaster = forecaster.inner(method(given)?);
        }
        attempt(|| forecaster.check())?;
        Ok(Self(forecaster))
    }

    /// The model of a series, from two periods on.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Model``; its ``components`` are what a forecast is made of.
    ///
    /// Raises:
    ///     TooShortError: below two periods.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///
    /// Examples:
    ///     >>> slo.forecast.MstlForecaster([4, 12]).fit([t % 4 for t in range(60)]).observations
    ///     60
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    /// The method that forecasts what the seasons leave.
    #[getter]
    fn inner(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        object(py, self.0.inner_method())
    }

    /// How the series is decomposed.
    #[getter]
    fn decomposition(&self) -> Mstl {
        Mstl(self.0.decomposition().clone())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let decomposition = Mstl(self.0.decomposition().clone()).__repr__();
        let inner = self.inner(py)?;
        Ok(format!("MstlForecaster({decomposition}, inner={})", inner.bind(py).repr()?))
    }
} }
