//! Fitted models, and how their fit went.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ::slo::forecast::{self, DriftModel, EmaModel, MeanModel, NaiveModel, SeasonalNaiveModel};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyType};
use serde::{Deserialize, Serialize};

use super::ema::resumed;
use super::forecast::{Forecast, Levels};
use crate::core::Result;
use crate::errors::{attempt, detached, guard};
use crate::json;
use crate::values::{Column, Number, count, read_only, whole};

/// A model of any kind.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Fitted {
    Naive(NaiveModel),
    SeasonalNaive(SeasonalNaiveModel),
    Drift(DriftModel),
    Mean(MeanModel),
    Ema(EmaModel),
}

impl Fitted {
    fn model(&self) -> &dyn forecast::Model {
        match self {
            Self::Naive(model) => model,
            Self::SeasonalNaive(model) => model,
            Self::Drift(model) => model,
            Self::Mean(model) => model,
            Self::Ema(model) => model,
        }
    }

    fn online(&mut self) -> &mut dyn forecast::Online {
        match self {
            Self::Naive(model) => model,
            Self::SeasonalNaive(model) => model,
            Self::Drift(model) => model,
            Self::Mean(model) => model,
            Self::Ema(model) => model,
        }
    }
}

/// A model that was fitted to a series; made by the ``fit`` of a method.
///
/// Examples:
///     >>> m = slo.forecast.Drift().fit([1, 2, 5])
///     >>> m
///     Model('Drift', observations=3, drift=2)
///     >>> m.forecast(2).mean
///     array([7., 9.])
#[pyclass(module = "slo.forecast", frozen)]
pub(crate) struct Model(Mutex<Fitted>);

impl Model {
    pub(super) fn fit(
        y: &Bound<'_, PyAny>,
        fit: impl FnOnce(&[f64]) -> Result<Fitted> + Send,
    ) -> PyResult<Self> {
        let column = Column::new("values", y)?;
        let values = column.as_slice()?;
        Ok(Self(Mutex::new(detached(y.py(), || fit(values))?)))
    }

    fn lock(&self) -> MutexGuard<'_, Fitted> {
        // An update is made on a copy, which takes the model's place when it is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of<T>(&self, of: impl FnOnce(&dyn forecast::Model) -> T) -> PyResult<T> {
        guard(|| of(self.lock().model()))
    }

    /// One place for each of the series, NaN before the first fitted one.
    fn aligned<'py>(
        &self,
        py: Python<'py>,
        of: fn(&dyn forecast::Model) -> &[f64],
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let column = self.of(|model| {
            let mut column = vec![f64::NAN; model.first_fitted()];
            column.extend_from_slice(of(model));
            column
        })?;
        read_only(py, column)
    }
}

#[pymethods]
impl Model {
    /// The method's name.
    #[getter]
    fn name(&self) -> PyResult<&'static str> {
        self.of(|model| model.name())
    }

    /// How many values the model knows, those it was updated with included.
    #[getter]
    fn observations(&self) -> PyResult<u64> {
        self.of(|model| model.observations())
    }

    /// What the model says of each value it was fitted to, shape (values,); NaN where it has too little past.
    #[getter]
    fn fitted<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.aligned(py, |model| model.fitted())
    }

    /// The values it was fitted to, less the fitted ones, shape (values,); NaN where there is no fitted one.
    #[getter]
    fn residuals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.aligned(py, |model| model.residuals())
    }

    /// The standard deviation of the errors one step ahead.
    #[getter]
    fn sigma(&self) -> PyResult<f64> {
        self.of(|model| model.sigma())
    }

    /// What was estimated, or set, as a dict.
    #[getter]
    fn params<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.of(|model| model.parameters())?.into_py_dict(py)
    }

    /// How the estimation went, a ``FitReport``.
    #[getter]
    fn report(&self) -> PyResult<FitReport> {
        self.of(|model| FitReport(model.report().clone()))
    }

    /// The next values.
    ///
    /// Args:
    ///     horizon: how many, at least 1.
    ///     level: the probability with which an interval holds a value, in (0, 1), or a list of several.
    ///
    /// Returns:
    ///     A ``Forecast``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a horizon of 0, or a level outside (0, 1).
    ///     LimitExceededError: past 10^7 steps.
    ///
    /// Examples:
    ///     >>> f = slo.forecast.Naive().fit([2, 5, 1]).forecast(2, level=0.95)
    ///     >>> f.mean, f.upper.round(3)
    ///     (array([1., 1.]), array([ 7.93, 10.8 ]))
    #[pyo3(signature = (horizon, level=Levels::One(Number(0.95))), text_signature = "($self, horizon, level=0.95)")]
    fn forecast(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = whole)] horizon: i64,
        level: Levels,
    ) -> PyResult<Forecast> {
        let horizon = count("horizon", horizon)?;
        let levels = level.list();
        let fitted = self.lock().clone();
        let forecast = detached(py, || fitted.model().forecast(horizon, &levels))?;
        Ok(Forecast::new(forecast, level.is_list()))
    }

    /// Takes further values, all or none; forecasts are then those of a model fitted to the longer series.
    ///
    /// Fitted values and residuals stay those of the series that it was fitted to.
    ///
    /// Args:
    ///     y: a value, or values, oldest first, shape (values,).
    ///
    /// Raises:
    ///     NonFiniteError: for what is not finite; nothing is taken then.
    ///
    /// Examples:
    ///     >>> m = slo.forecast.Mean().fit([1, 2, 3])
    ///     >>> m.update(6)
    ///     >>> m.forecast(1).mean
    ///     array([3.])
    fn update(&self, y: &Bound<'_, PyAny>) -> PyResult<()> {
        if let Ok(value) = y.extract::<Number>() {
            return attempt(|| self.lock().online().update(value.0));
        }
        let column = Column::new("values", y)?;
        let values = column.as_slice()?;
        detached(y.py(), || {
            let mut fitted = self.lock();
            let mut updated = fitted.clone();
            values.iter().try_for_each(|value| updated.online().update(*value))?;
            *fitted = updated;
            Ok(())
        })
    }

    /// The model as JSON text, from which ``from_json`` goes on.
    fn to_json(&self) -> PyResult<String> {
        json::text(&*self.lock())
    }

    /// The model as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &*self.lock())
    }

    /// The model that ``to_json`` wrote.
    ///
    /// Args:
    ///     text: the JSON text.
    ///
    /// Raises:
    ///     StateError: for text that holds no model.
    ///
    /// Examples:
    ///     >>> m = slo.forecast.Naive().fit([2, 5, 1])
    ///     >>> slo.forecast.Model.from_json(m.to_json()) == m
    ///     True
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        resumed(text).map(|fitted| Self(Mutex::new(fitted)))
    }

    fn __eq__(&self, other: &Self) -> bool {
        let other = other.lock().clone();
        *self.lock() == other
    }

    fn __repr__(&self) -> PyResult<String> {
        self.of(|model| {
            let parameters = model.parameters().into_iter().map(|(name, value)| format!("{name}={value}"));
            let known = format!("observations={}", model.observations());
            let facts: Vec<String> = [known].into_iter().chain(parameters).collect();
            format!("Model('{}', {})", model.name(), facts.join(", "))
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json()?,)))
    }
}

/// How an estimation went.
///
/// Examples:
///     >>> slo.forecast.Naive().fit([2, 5, 1]).report
///     FitReport(converged=True, iterations=0)
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct FitReport(forecast::FitReport);

#[pymethods]
impl FitReport {
    /// Whether the parameters are the best that the method looks for, as far as it can tell.
    #[getter]
    fn converged(&self) -> bool {
        self.0.converged
    }

    /// How many steps the optimiser took; 0 for a closed form.
    #[getter]
    fn iterations(&self) -> u64 {
        self.0.iterations
    }

    /// The names of the parameters that ended at a bound of what they may be.
    #[getter]
    fn at_bounds(&self) -> Vec<String> {
        self.0.at_bounds.clone()
    }

    /// What a reader should know before trusting the model.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.0.warnings.clone()
    }

    /// The report as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The report as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> String {
        let forecast::FitReport { converged, iterations, warnings, .. } = &self.0;
        let converged = if *converged { "True" } else { "False" };
        let warnings = if warnings.is_empty() { String::new() } else { format!(", {warnings:?}") };
        format!("FitReport(converged={converged}, iterations={iterations}{warnings})")
    }

    #[classmethod]
    fn _restore(_class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        json::parse(text).map(Self)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("_restore")?, (self.to_json()?,)))
    }
}
