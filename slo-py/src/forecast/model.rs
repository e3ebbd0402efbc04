//! Fitted models, and how their fit went.

use ::slo::forecast::{self, AnyModel, Errors, EtsStates, Model as _, Snapshot};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyType};

use super::ema::resumed;
use super::forecast::{Forecast, Levels, matrix};
use crate::core::{Error, Figure, Result};
use crate::errors::{attempt, detached, guard};
use crate::json;
use crate::record::record_class;
use crate::shared::Shared;
use crate::values::{Column, Number, choice, count, read_only, seed, whole};

/// A model that was fitted to a series; made by the ``fit`` of a method.
///
/// Examples:
///     >>> m = slo.forecast.Drift().fit([1, 2, 5])
///     >>> m
///     Model('Drift', observations=3, drift=2)
///     >>> m.forecast(2).mean
///     array([7., 9.])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Model(Shared<AnyModel>);

impl Model {
    pub(super) fn fit(
        y: &Bound<'_, PyAny>,
        fit: impl FnOnce(&[f64]) -> Result<AnyModel> + Send,
    ) -> PyResult<Self> {
        let column = Column::new("values", y)?;
        let values = column.as_slice()?;
        Ok(Self(Shared::new(detached(y.py(), || fit(values))?)))
    }

    /// The object of a model.
    pub(super) const fn new(model: AnyModel) -> Self {
        Self(Shared::new(model))
    }

    /// A copy of the model.
    pub(super) fn any(&self) -> AnyModel {
        self.0.lock().clone()
    }

    fn of<T>(&self, of: impl FnOnce(&dyn forecast::Model) -> T) -> PyResult<T> {
        guard(|| of(&*self.0.lock()))
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

    /// The logarithm of the likelihood, if the model was fitted by that, else None.
    #[getter]
    fn log_likelihood(&self) -> PyResult<Option<f64>> {
        self.of(|model| model.likelihood().map(|likelihood| likelihood.log_likelihood))
    }

    /// Akaike's criterion, if the model was fitted by its likelihood, else None.
    #[getter]
    fn aic(&self) -> PyResult<Option<f64>> {
        self.of(|model| model.likelihood().map(|likelihood| likelihood.aic()))
    }

    /// Akaike's criterion, corrected for short series; None also for a series too short for the correction.
    #[getter]
    fn aicc(&self) -> PyResult<Option<f64>> {
        self.of(|model| model.likelihood().and_then(|likelihood| likelihood.aicc()))
    }

    /// Schwarz' criterion, if the model was fitted by its likelihood, else None.
    #[getter]
    fn bic(&self) -> PyResult<Option<f64>> {
        self.of(|model| model.likelihood().map(|likelihood| likelihood.bic()))
    }

    /// The standard deviation of the errors one step ahead.
    #[getter]
    fn sigma(&self) -> PyResult<f64> {
        self.of(|model| model.sigma())
    }

    /// What was estimated, or set, as a dict; a name that several members of an ensemble have is numbered.
    ///
    /// Examples:
    ///     >>> both = slo.forecast.Ensemble([slo.forecast.Drift(), slo.forecast.Drift()])
    ///     >>> both.fit([1, 2, 3]).params
    ///     {'drift': 1.0, 'drift_2': 1.0}
    #[getter]
    fn params<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.of(numbered)?.into_py_dict(py)
    }

    /// The states before the first fitted value of a model of ``Ets``, ``AutoEts`` or ``HoltWinters``, else None.
    ///
    /// A dict: ``"level"`` in the unit of the values; ``"trend"``, in it per place, or a factor where it is multiplied, or
    /// None; ``"season"``, a list of as many numbers as it has places, that of the first place first, in the unit or as
    /// factors, empty if there is none.
    ///
    /// Examples:
    ///     >>> m = slo.forecast.Ets("ANN", alpha=0).fit([3, 5, 4, 6])
    ///     >>> round(m.initial["level"], 6), m.initial["trend"], m.initial["season"]
    ///     (4.5, None, [])
    #[getter]
    fn initial<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        guard(|| initial(&self.0.lock()))?.map(|found| told(py, found)).transpose()
    }

    /// The states after the last value that it knows, as a dict like ``initial``: the season is that of the next places.
    ///
    /// Examples:
    ///     >>> m = slo.forecast.HoltWinters(trend="none", alpha=1).fit([3, 5, 4, 6])
    ///     >>> m.states
    ///     {'level': 6.0, 'trend': None, 'season': []}
    #[getter]
    fn states<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        guard(|| states(&self.0.lock()))?.map(|found| told(py, found)).transpose()
    }

    /// Which of the thirty models of exponential smoothing it is, such as ``"MAdM"``, else None.
    ///
    /// Examples:
    ///     >>> slo.forecast.AutoEts().fit([3, 5, 4, 6, 5, 7, 6, 8]).spec
    ///     'ANN'
    #[getter]
    fn spec(&self) -> PyResult<Option<String>> {
        guard(|| spec(&self.0.lock()))
    }

    /// The models of an ensemble, in the order of its members, else None.
    ///
    /// Examples:
    ///     >>> both = slo.forecast.Ensemble([slo.forecast.Naive(), slo.forecast.Drift()]).fit([1, 2, 3])
    ///     >>> [m.name for m in both.members]
    ///     ['Naive', 'Drift']
    #[getter]
    fn members(&self) -> PyResult<Option<Vec<Self>>> {
        guard(|| match &*self.0.lock() {
            AnyModel::Ensemble(model) => Some(model.models().iter().cloned().map(Self::from).collect()),
            _ => None,
        })
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
        let fitted = self.0.lock().clone();
        let forecast = detached(py, || fitted.forecast(horizon, &levels))?;
        Ok(Forecast::new(forecast, level.is_list(), fitted))
    }

    /// Simulated futures; the parameters are taken as known.
    ///
    /// Args:
    ///     horizon: how many steps each has, at least 1.
    ///     n: how many, at least 1.
    ///     seed: the same seed gives the same futures.
    ///     errors: ``"normal"``, or ``"bootstrap"`` for the errors that the model made, with replacement.
    ///
    /// Returns:
    ///     An array of shape (n, horizon).
    ///
    /// Raises:
    ///     InvalidParameterError: for a horizon, or a number, of 0.
    ///     LimitExceededError: past 10^8 values.
    ///
    /// Examples:
    ///     >>> m = slo.forecast.Naive().fit([0, 3, 0])
    ///     >>> m.simulate(1, 1000, seed=7, errors="bootstrap").std().round(1)
    ///     np.float64(3.0)
    #[pyo3(signature = (horizon, n=1000, seed=0, errors="normal"))]
    fn simulate<'py>(
        &self,
        py: Python<'py>,
        #[pyo3(from_py_with = whole)] horizon: i64,
        #[pyo3(from_py_with = whole)] n: i64,
        #[pyo3(from_py_with = seed)] seed: u64,
        errors: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let errors = choice("errors", errors, &ERRORS, &[])?;
        let size = [count("horizon", horizon)?, count("n", n)?];
        let fitted = self.0.lock().clone();
        simulated(py, &fitted, size, seed, errors)
    }

    /// What the forecast of a decomposed series is made of.
    ///
    /// Args:
    ///     horizon: how many steps ahead, at least 1.
    ///
    /// Returns:
    ///     A dict of arrays of shape (horizon,): ``"adjusted"``, the mean of what the seasons leave, and one for each
    ///     season with its period as the key.
    ///
    /// Raises:
    ///     InvalidParameterError: for a horizon of 0.
    ///     LimitExceededError: past 10^7 values.
    ///     UnsupportedError: for a model that decomposes nothing.
    ///
    /// Examples:
    ///     >>> m = slo.forecast.StlForecaster(4).fit([t % 4 for t in range(40)])
    ///     >>> m.components(4)[4].round(6)
    ///     array([-1.5, -0.5,  0.5,  1.5])
    fn components<'py>(
        &self,
        py: Python<'py>,
        #[pyo3(from_py_with = whole)] horizon: i64,
    ) -> PyResult<Bound<'py, PyDict>> {
        let horizon = count("horizon", horizon)?;
        let components = attempt(|| match &*self.0.lock() {
            AnyModel::StlForecaster(model) => model.components(horizon),
            AnyModel::MstlForecaster(model) => model.components(horizon),
            other => {
                let reason = "it decomposes nothing".to_owned();
                Err(Error::Unsupported { what: format!("components of {}", other.name()), reason })
            }
        })?;
        let parts = PyDict::new(py);
        parts.set_item("adjusted", read_only(py, components.adjusted)?)?;
        for (period, season) in components.periods.into_iter().zip(components.seasonal) {
            parts.set_item(period, read_only(py, season)?)?;
        }
        Ok(parts)
    }

    /// Takes further values, all or none; forecasts are then those of the longer series with the same parameters.
    ///
    /// Fitted values and residuals stay those of the series that it was fitted to.
    ///
    /// Args:
    ///     y: a value, or values, oldest first, shape (values,).
    ///
    /// Raises:
    ///     NonFiniteError: for what is not finite; nothing is taken then.
    ///     UnsupportedError: for a model that does not take single values.
    ///
    /// Examples:
    ///     >>> m = slo.forecast.Mean().fit([1, 2, 3])
    ///     >>> m.update(6)
    ///     >>> m.forecast(1).mean
    ///     array([3.])
    fn update(&self, y: &Bound<'_, PyAny>) -> PyResult<()> {
        if let Ok(value) = y.extract::<Number>() {
            return attempt(|| update(&mut self.0.lock(), &[value.0]));
        }
        let column = Column::new("values", y)?;
        let values = column.as_slice()?;
        detached(y.py(), || {
            // All or none: a copy takes the values, and the model's place when it is whole.
            let mut fitted = self.0.lock();
            let mut updated = fitted.clone();
            update(&mut updated, values)?;
            *fitted = updated;
            Ok(())
        })
    }

    /// The model as JSON text, from which ``from_json`` goes on.
    fn to_json(&self) -> PyResult<String> {
        saved(&self.0.lock())
    }

    /// The model as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let snapshot = guard(|| self.0.lock().snapshot())?;
        json::dict(py, &snapshot)
    }

    /// The model that ``to_json`` wrote.
    ///
    /// Args:
    ///     text: the JSON text.
    ///
    /// Raises:
    ///     StateError: for text that holds no model, or one of another version.
    ///
    /// Examples:
    ///     >>> m = slo.forecast.Naive().fit([2, 5, 1])
    ///     >>> slo.forecast.Model.from_json(m.to_json()) == m
    ///     True
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        resume(text).map(Self::from)
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let model = self.0.lock();
            let parameters =
                numbered(&*model).into_iter().map(|(name, value)| format!("{name}={}", Figure(value)));
            let spec = spec(&model).map(|spec| format!("spec='{spec}'"));
            let known = format!("observations={}", model.observations());
            let facts: Vec<String> = spec.into_iter().chain([known]).chain(parameters).collect();
            format!("Model('{}', {})", model.name(), facts.join(", "))
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json()?,)))
    }
}

/// Which of the thirty models of exponential smoothing it is, if it is one.
fn spec(model: &AnyModel) -> Option<String> {
    match model {
        AnyModel::Ets(model) => Some(model.spec().to_string()),
        _ => None,
    }
}

/// Level, trend and season before the first fitted value, if it has them.
fn initial(model: &AnyModel) -> Option<EtsStates> {
    match model {
        AnyModel::Ets(model) => Some(model.initial()),
        AnyModel::HoltWinters(model) => Some(model.initial_states()),
        _ => None,
    }
}

/// Level, trend and season after the last value, if it has them.
fn states(model: &AnyModel) -> Option<EtsStates> {
    match model {
        AnyModel::Ets(model) => Some(model.states()),
        AnyModel::HoltWinters(model) => Some(model.states()),
        _ => None,
    }
}

/// States as a dict.
fn told(py: Python<'_>, states: EtsStates) -> PyResult<Bound<'_, PyDict>> {
    let EtsStates { level, trend, season } = states;
    let told = PyDict::new(py);
    told.set_item("level", level)?;
    told.set_item("trend", trend)?;
    told.set_item("season", season)?;
    Ok(told)
}

/// The parameters, the second of a name as `name_2`, and so on.
fn numbered(model: &dyn forecast::Model) -> Vec<(String, f64)> {
    let mut named: Vec<(String, f64)> = Vec::new();
    let mut seen: Vec<&'static str> = Vec::new();
    for (name, value) in model.parameters() {
        let before = seen.iter().filter(|other| **other == name).count();
        seen.push(name);
        let name = if before == 0 { name.to_owned() } else { format!("{name}_{}", before + 1) };
        named.push((name, value));
    }
    named
}

impl From<AnyModel> for Model {
    fn from(model: AnyModel) -> Self {
        Self(Shared::new(model))
    }
}

/// A model's state as JSON text.
pub(super) fn saved(model: &AnyModel) -> PyResult<String> {
    let snapshot = guard(|| model.snapshot())?;
    json::text(&snapshot)
}

/// The model that [`saved`] wrote.
pub(super) fn resume(text: &str) -> PyResult<AnyModel> {
    let snapshot: Snapshot = resumed(text)?;
    attempt(|| snapshot.restore())
}

/// Takes one value after the other, if the model can.
fn update(model: &mut AnyModel, values: &[f64]) -> Result<()> {
    let name = model.name();
    let Some(online) = model.as_online() else {
        let reason = "its forecasts rest on all values at once; fit it to the longer series".to_owned();
        return Err(Error::Unsupported { what: format!("an update of {name}"), reason });
    };
    values.iter().try_for_each(|value| online.update(*value))
}

/// Simulated futures as a matrix, a row for each path.
pub(super) fn simulated<'py>(
    py: Python<'py>,
    model: &AnyModel,
    [horizon, paths]: [usize; 2],
    seed: u64,
    errors: Errors,
) -> PyResult<Bound<'py, PyAny>> {
    let paths = detached(py, || model.simulate(horizon, paths, seed, errors))?;
    matrix(py, paths.len(), paths.horizon(), paths.values().to_vec())
}

pub(super) const ERRORS: [(&str, Errors); 2] = [("normal", Errors::Normal), ("bootstrap", Errors::Bootstrap)];

/// How an estimation went.
///
/// Examples:
///     >>> slo.forecast.Naive().fit([2, 5, 1]).report
///     FitReport(converged=True, iterations=0)
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct FitReport(forecast::FitReport);

record_class! { FitReport(forecast::FitReport): "The report", fields {
    /// Whether the parameters are the best that the method looks for, as far as it can tell.
    converged: bool,
    /// How many steps the optimiser took; 0 for a closed form.
    iterations: u64,
} {
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

    fn __repr__(&self) -> String {
        let forecast::FitReport { converged, iterations, warnings, .. } = &self.0;
        let converged = if *converged { "True" } else { "False" };
        let warnings = if warnings.is_empty() { String::new() } else { format!(", {warnings:?}") };
        format!("FitReport(converged={converged}, iterations={iterations}{warnings})")
    }
} }
