//! How good a method would have been.

use ::slo::forecast::{self, Band, Refit, Window};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

use super::accuracy::Accuracy;
use super::any::method as any_method;
use super::forecast::{Levels, matrix};
use crate::core::Figure;
use crate::errors::{attempt, detached, guard, wrong_type};
use crate::json;
use crate::python;
use crate::values::{Column, Number, choice, count, count_or_none, read_only, whole, whole_or_none};

const REFITS: [(&str, Refit); 2] = [("every", Refit::Every), ("never", Refit::Never)];

/// A word, or a number: every nth fold.
pub(super) fn refit_of(given: &Bound<'_, PyAny>) -> PyResult<Refit> {
    if let Ok(text) = given.cast::<PyString>() {
        return choice("refit", &text.to_cow()?, &REFITS, &[]);
    }
    let nth = whole(given).map_err(|_| wrong_type("\"every\", \"never\" or a whole number", given))?;
    count("refit", nth).map(Refit::EveryNth)
}

/// How good a method would have been: it forecasts from several origins, each time from what was known there alone.
///
/// Args:
///     method: a method, such as ``SeasonalNaive(24)``.
///     y: the values at equal distances, oldest first, shape (values,).
///     horizon: how many steps each fold forecasts, at least 1.
///     folds: from how many origins; the last one's forecast ends with the series.
///     step: how far one origin lies from the next; the horizon if None.
///     gap: how many values after an origin are neither known nor measured.
///     window: how many of the last values a model is fitted to; all if None.
///     refit: ``"every"`` fold, ``"never"`` after the first, or a number for every nth; in between models are updated.
///     level: the probability with which an interval holds a value, in (0, 1), or a list of several.
///     period: the length of a season in places, for the scale of scaled errors.
///
/// Returns:
///     A ``BacktestReport``. A fold that fails says why; pooled figures are those of the others.
///
/// Raises:
///     InvalidParameterError: for an option outside its range.
///     LimitExceededError: past 10^7 forecasts.
///     NonFiniteError: with the index of the first value that is not finite.
///     TooShortError: unless every fold knows a value, or a whole window.
///     SloError: the first fold's error where every fold fails.
///
/// Examples:
///     >>> r = slo.forecast.backtest(slo.forecast.Naive(), [1, 2, 3, 4, 8], horizon=1, folds=2)
///     >>> r.accuracy.mae, r.folds[1].mean
///     (2.5, array([4.]))
#[pyfunction]
#[pyo3(
    signature = (
        method, y, horizon, folds=5, *, step=None, gap=0, window=None, refit=None,
        level=Levels::One(Number(0.95)), period=1
    ),
    text_signature = "(method, y, horizon, folds=5, *, step=None, gap=0, window=None, refit='every', level=0.95, period=1)"
)]
#[allow(clippy::too_many_arguments, reason = "each is a keyword of the Python signature")]
pub(crate) fn backtest(
    method: &Bound<'_, PyAny>,
    y: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = whole)] horizon: i64,
    #[pyo3(from_py_with = whole)] folds: i64,
    #[pyo3(from_py_with = whole_or_none)] step: Option<i64>,
    #[pyo3(from_py_with = whole)] gap: i64,
    #[pyo3(from_py_with = whole_or_none)] window: Option<i64>,
    refit: Option<&Bound<'_, PyAny>>,
    level: Levels,
    #[pyo3(from_py_with = whole)] period: i64,
) -> PyResult<BacktestReport> {
    let method = any_method(method)?;
    let refit = refit.map_or(Ok(Refit::Every), refit_of)?;
    let (step, window) = (count_or_none("step", step)?, count_or_none("window", window)?);
    let (folds, gap, period) = (count("folds", folds)?, count("gap", gap)?, count("period", period)?);
    let horizon = count("horizon", horizon)?;
    let levels = level.list();
    let options = attempt(|| {
        let options = forecast::Backtest::new(horizon)?.folds(folds)?.gap(gap).refit(refit)?;
        let options = options.levels(&levels)?.period(period)?;
        let options = match step {
            Some(step) => options.step(step)?,
            None => options,
        };
        options.window(window.map_or(Window::Expanding, Window::Rolling))
    })?;
    let column = Column::new("values", y)?;
    let values = column.as_slice()?;
    let data = detached(y.py(), || options.run(&method, values))?;
    Ok(BacktestReport { data, many: level.is_list() })
}

/// How good a method would have been; made by ``backtest``.
///
/// Examples:
///     >>> r = slo.forecast.backtest(slo.forecast.Drift(), [t * t for t in range(30)], horizon=3)
///     >>> r.by_step[2].mae > r.by_step[0].mae
///     True
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct BacktestReport {
    data: forecast::BacktestReport,
    many: bool,
}

#[pymethods]
impl BacktestReport {
    /// How many steps each fold forecasts.
    #[getter]
    fn horizon(&self) -> usize {
        self.data.horizon
    }

    /// How many values after an origin are not measured.
    #[getter]
    fn gap(&self) -> usize {
        self.data.gap
    }

    /// What was forecast from each origin, or why it could not be.
    #[getter]
    fn folds(&self) -> Vec<Fold> {
        self.data.folds.iter().map(|fold| Fold { data: fold.clone(), many: self.many }).collect()
    }

    /// The accuracy over all folds and steps.
    #[getter]
    fn accuracy(&self) -> Accuracy {
        Accuracy { data: self.data.accuracy.clone(), many: self.many }
    }

    /// The accuracy at each step, over all folds.
    #[getter]
    fn by_step(&self) -> Vec<Accuracy> {
        self.data.by_step.iter().map(|data| Accuracy { data: data.clone(), many: self.many }).collect()
    }

    /// The report as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.data)
    }

    /// The report as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.data)
    }

    /// A frame with one row for each step of each fold that has a forecast: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_backtest", "backtest_frame", (slf,))
    }

    /// Forecasts and what came, place by place, drawn with matplotlib.
    ///
    /// Args:
    ///     ax: the ``Axes`` to draw on; those of a new figure if None.
    ///
    /// Returns:
    ///     The ``Axes``.
    ///
    /// Raises:
    ///     UnsupportedError: if matplotlib is not installed.
    #[pyo3(signature = (ax=None))]
    fn plot<'py>(slf: &Bound<'py, Self>, ax: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_backtest", "plot_backtest", (slf, ax))
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let forecast::BacktestReport { horizon, folds, accuracy, .. } = &self.data;
            let failed = self.data.failures().count();
            let failed = if failed == 0 { String::new() } else { format!(", failed={failed}") };
            format!(
                "BacktestReport(horizon={horizon}, folds={}{failed}, mae={})",
                folds.len(),
                Figure(accuracy.mae)
            )
        })
    }

    #[classmethod]
    fn _restore(_class: &Bound<'_, PyType>, text: &str, many: bool) -> PyResult<Self> {
        Ok(Self { data: json::parse(text)?, many })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String, bool))> {
        Ok((py.get_type::<Self>().getattr("_restore")?, (self.to_json()?, self.many)))
    }
}

/// What was forecast from one origin; a part of a ``BacktestReport``.
///
/// Arrays are read-only, and None where there is no forecast.
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Fold {
    data: forecast::Fold,
    many: bool,
}

impl Fold {
    fn column<'py>(
        &self,
        py: Python<'py>,
        of: fn(&forecast::FoldForecast) -> &Vec<f64>,
    ) -> PyResult<Option<Bound<'py, PyArray1<f64>>>> {
        self.data.outcome.as_ref().ok().map(|forecast| read_only(py, of(forecast).clone())).transpose()
    }

    fn ends<'py>(&self, py: Python<'py>, of: fn(&Band) -> &Vec<f64>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Ok(forecast) = &self.data.outcome else { return Ok(None) };
        match (&forecast.bands[..], self.many) {
            ([band], false) => Ok(Some(read_only(py, of(band).clone())?.into_any())),
            (bands, _) => {
                let values = bands.iter().flat_map(|band| of(band).iter().copied()).collect();
                matrix(py, bands.len(), forecast.mean.len(), values).map(Some)
            }
        }
    }
}

#[pymethods]
impl Fold {
    /// How many values of the series were known: the place of the first one that was not.
    #[getter]
    fn origin(&self) -> usize {
        self.data.origin
    }

    /// The first place that a fit at this origin uses.
    #[getter]
    fn start(&self) -> usize {
        self.data.start
    }

    /// Whether the model was fitted at this origin.
    #[getter]
    fn refitted(&self) -> bool {
        self.data.refitted
    }

    /// What came, shape (horizon,).
    #[getter]
    fn actual<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyArray1<f64>>>> {
        self.column(py, |forecast| &forecast.actual)
    }

    /// What was expected, shape (horizon,).
    #[getter]
    fn mean<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyArray1<f64>>>> {
        self.column(py, |forecast| &forecast.mean)
    }

    /// The lower end of the interval, shape (horizon,); for a list of levels, shape (levels, horizon).
    #[getter]
    fn lower<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.ends(py, |band| &band.lower)
    }

    /// The upper end of the interval, shape (horizon,); for a list of levels, shape (levels, horizon).
    #[getter]
    fn upper<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.ends(py, |band| &band.upper)
    }

    /// How good the forecast was.
    #[getter]
    fn accuracy(&self) -> Option<Accuracy> {
        let forecast = self.data.outcome.as_ref().ok()?;
        Some(Accuracy { data: forecast.accuracy.clone(), many: self.many })
    }

    /// Why there is no forecast; None where there is one.
    #[getter]
    fn error(&self) -> Option<String> {
        self.data.outcome.as_ref().err().map(|failure| failure.message.clone())
    }

    /// The fold as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.data)
    }

    /// The fold as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.data)
    }

    fn __repr__(&self) -> String {
        match &self.data.outcome {
            Ok(forecast) => {
                format!("Fold(origin={}, mae={})", self.data.origin, Figure(forecast.accuracy.mae))
            }
            Err(failure) => format!("Fold(origin={}, error={:?})", self.data.origin, failure.message),
        }
    }

    #[classmethod]
    fn _restore(_class: &Bound<'_, PyType>, text: &str, many: bool) -> PyResult<Self> {
        Ok(Self { data: json::parse(text)?, many })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String, bool))> {
        Ok((py.get_type::<Self>().getattr("_restore")?, (self.to_json()?, self.many)))
    }
}
