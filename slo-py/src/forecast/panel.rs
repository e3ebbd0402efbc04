//! Many series in one call.

use ::slo::forecast::{self, AnyForecaster, PanelForecast as Forecasts};
use numpy::{PyArray1, PyArray3, PyArrayMethods, PyUntypedArrayMethods};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySlice, PyType};

use super::any::method;
use super::forecast::Levels;
use super::model::{Model, resume, saved};
use crate::core::{Error, Result};
use crate::errors::{attempt, detached, raise};
use crate::python;
use crate::values::{Column, Number, choice, count, whole};

/// Series between which an interrupt is noticed.
const BATCH: usize = 256;

/// What a place without a row means.
const GAPS: [(&str, &str); 2] = [("error", "error"), ("ignore", "ignore")];

/// Series one after the other, and what names them.
struct Panel<'py> {
    values: Column<'py>,
    offsets: Vec<usize>,
    keys: Option<Py<PyAny>>,
}

impl<'py> Panel<'py> {
    /// Accepts whatever `slo._panel` does.
    fn new(
        values: &Bound<'py, PyAny>,
        offsets: Option<&Bound<'py, PyAny>>,
        [id, time, value]: [Option<&str>; 3],
        gaps: &str,
    ) -> PyResult<Self> {
        let gaps = choice("gaps", gaps, &GAPS, &[])?;
        let arguments = (values, offsets, id, time, value, gaps);
        let found = python::call(values.py(), "slo._panel", "series", arguments)?;
        let (values, offsets, keys): (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>) =
            found.extract()?;
        let offsets = match offsets.cast::<PyArray1<i64>>() {
            Ok(array) => {
                array.to_vec()?.into_iter().map(|place| count("offsets", place)).collect::<PyResult<_>>()?
            }
            Err(_) => {
                offsets.try_iter()?.map(|place| count("offsets", whole(&place?)?)).collect::<PyResult<_>>()?
            }
        };
        let values = Column::new("values", &values)?;
        Ok(Self { values, offsets, keys: (!keys.is_none()).then(|| keys.unbind()) })
    }

    /// Computes batch after batch, so that an interrupt does not wait for all of them.
    fn each<T>(
        &self,
        py: Python<'py>,
        compute: impl Fn(&[f64], &[usize]) -> Result<T> + Sync,
        mut join: impl FnMut(T) -> PyResult<()>,
    ) -> PyResult<()>
    where
        T: Send,
    {
        let values = self.values.as_slice()?;
        attempt(|| Error::check_offsets(&self.offsets, values.len()))?;
        for from in (0..self.offsets.len().max(2) - 1).step_by(BATCH) {
            let ends = self.offsets.get(from..).unwrap_or_default();
            let ends = ends.get(..=BATCH).unwrap_or(ends);
            let first = ends.first().copied().unwrap_or_default();
            let part = values.get(first..ends.last().copied().unwrap_or_default()).unwrap_or_default();
            let ends: Vec<usize> = ends.iter().map(|end| end - first).collect();
            py.check_signals()?;
            join(detached(py, || compute(part, &ends))?)?;
        }
        Ok(())
    }
}

/// Why series failed, by their places.
fn failures(
    py: Python<'_>,
    failures: impl IntoIterator<Item = (usize, Error)>,
) -> PyResult<Bound<'_, PyDict>> {
    let told = PyDict::new(py);
    for (series, error) in failures {
        told.set_item(series, raise(error).into_value(py))?;
    }
    Ok(told)
}

/// Fits a method to each series of a panel, on all cores.
///
/// The models do not depend on the number of cores, and each is that of its series alone. What one series is refused for
/// costs no other one anything: see ``PanelFit.failures``.
///
/// Args:
///     spec: the method, such as ``slo.forecast.Naive()``.
///     values: one of: a row for each series, shape (series, values); a list of arrays; all series one after the other,
///         shape (values,), with ``offsets``; a long frame of any library, or a mapping of columns, with ``id``.
///     offsets: where each series begins in ``values``, and after them their length; shape (series + 1,).
///     id: the frame's column that names the series; its rows may be in any order of series.
///     time: the frame's column of instants or of whole numbers, by which each series is put in order; as the rows come
///         if None.
///     value: the frame's column of values; with ``id``.
///     gaps: what to do where ``time`` leaves out a place of a series, so that two instants lie more than one and a half
///         times as far apart as its nearest two: ``"error"`` refuses the frame, ``"ignore"`` takes the rows as if they
///         were one place apart, as of days without weekends. Months of unequal length are no gaps.
///
/// Returns:
///     A ``PanelFit``.
///
/// Raises:
///     InvalidParameterError: unless the offsets rise from 0 to the number of values; for an instant twice in a series,
///         for a name or an instant that is missing, and for a gap, with its series and instants.
///     TypeError: for what is no method, and for values that are told in two ways.
///
/// Examples:
///     >>> panel = slo.forecast.fit_panel(slo.forecast.Drift(), [[1, 2, 5], [4, 4, 4]])
///     >>> panel[0]
///     Model('Drift', observations=3, drift=2)
///     >>> panel.forecast(2).mean
///     array([[7., 9.],
///            [4., 4.]])
#[pyfunction]
#[pyo3(signature = (spec, values, offsets=None, *, id=None, time=None, value=None, gaps="error"))]
pub(crate) fn fit_panel<'py>(
    spec: &Bound<'py, PyAny>,
    values: &Bound<'py, PyAny>,
    offsets: Option<&Bound<'py, PyAny>>,
    id: Option<&str>,
    time: Option<&str>,
    value: Option<&str>,
    gaps: &str,
) -> PyResult<PanelFit> {
    let (py, spec) = (spec.py(), method(spec)?);
    let panel = Panel::new(values, offsets, [id, time, value], gaps)?;
    let mut fit = forecast::PanelFit { models: Vec::new() };
    panel.each(
        py,
        |values, offsets| forecast::fit_panel(&spec, values, offsets),
        |part| {
            fit.models.extend(part.models);
            Ok(())
        },
    )?;
    let failures = failures(py, fit.failures().map(|(series, error)| (series, error.clone())))?.unbind();
    Ok(PanelFit { fit, failures, keys: panel.keys })
}

/// Fits a method to each series of a panel and forecasts it, on all cores, and keeps no model.
///
/// Args:
///     spec: the method, such as ``slo.forecast.Naive()``.
///     values: the series, as for ``fit_panel``.
///     offsets: as for ``fit_panel``.
///     horizon: how many steps ahead, at least 1.
///     level: the probability with which an interval holds a value, in (0, 1), or a list of several.
///     id: as for ``fit_panel``.
///     time: as for ``fit_panel``.
///     value: as for ``fit_panel``.
///     gaps: as for ``fit_panel``.
///
/// Returns:
///     A ``PanelForecast``.
///
/// Raises:
///     InvalidParameterError: as for ``fit_panel``; for a horizon of 0, or a level outside (0, 1).
///     LimitExceededError: past 2.5 10^8 numbers.
///     TypeError: as for ``fit_panel``.
///
/// Examples:
///     >>> f = slo.forecast.forecast_panel(slo.forecast.Naive(), [2, 5, 1, 8], [0, 3, 4], horizon=2)
///     >>> f
///     PanelForecast(series=2, horizon=2, level=0.95, failures=1)
///     >>> f.mean
///     array([[ 1.,  1.],
///            [nan, nan]])
///     >>> f.failures
///     {1: TooShortError('values has 1 points, at least 2 are needed')}
#[pyfunction]
#[pyo3(
    signature = (spec, values, offsets=None, *, horizon, level=Levels::One(Number(0.95)), id=None, time=None, value=None, gaps="error"),
    text_signature = "(spec, values, offsets=None, *, horizon, level=0.95, id=None, time=None, value=None, gaps='error')"
)]
#[allow(
    clippy::too_many_arguments,
    reason = "they are the parameters of a Python function, most of them by name"
)]
pub(crate) fn forecast_panel<'py>(
    spec: &Bound<'py, PyAny>,
    values: &Bound<'py, PyAny>,
    offsets: Option<&Bound<'py, PyAny>>,
    #[pyo3(from_py_with = whole)] horizon: i64,
    level: Levels,
    id: Option<&str>,
    time: Option<&str>,
    value: Option<&str>,
    gaps: &str,
) -> PyResult<PanelForecast> {
    let (py, spec): (_, AnyForecaster) = (spec.py(), method(spec)?);
    let horizon = count("horizon", horizon)?;
    let panel = Panel::new(values, offsets, [id, time, value], gaps)?;
    let levels = level.list();
    let mut whole: Option<Forecasts> = None;
    panel.each(
        py,
        |values, offsets| forecast::forecast_panel(&spec, values, offsets, horizon, &levels),
        |part| match &mut whole {
            None => {
                whole = Some(part);
                Ok(())
            }
            Some(whole) => detached(py, || whole.append(part)),
        },
    )?;
    let whole = whole.ok_or_else(|| raise(Error::out_of_range("the series")))?;
    PanelForecast::new(py, whole, &level, None, panel.keys)
}

/// The models of many series; made by ``fit_panel``.
///
/// ``panel[i]`` is the ``Model`` of a series, or raises what the series was refused for.
///
/// Examples:
///     >>> panel = slo.forecast.fit_panel(slo.forecast.Mean(), [[1, 2, 3], [4, 4, 4]])
///     >>> len(panel), [model.sigma for model in panel]
///     (2, [1.0, 0.0])
#[pyclass(module = "slo.forecast", frozen)]
pub(crate) struct PanelFit {
    fit: forecast::PanelFit,
    failures: Py<PyDict>,
    keys: Option<Py<PyAny>>,
}

#[pymethods]
impl PanelFit {
    /// The series that have no model, as a dict from their places to exceptions.
    #[getter]
    fn failures<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.failures.bind(py).copy()
    }

    /// The names of the series, if they came in a frame, else None.
    #[getter]
    fn ids<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.keys.as_ref().map(|keys| keys.bind(py).getattr("ids")).transpose()
    }

    /// The next values of each series, on all cores.
    ///
    /// Args:
    ///     horizon: how many, at least 1.
    ///     level: the probability with which an interval holds a value, in (0, 1), or a list of several.
    ///
    /// Returns:
    ///     A ``PanelForecast``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a horizon of 0, or a level outside (0, 1).
    ///     LimitExceededError: past 2.5 10^8 numbers.
    ///
    /// Examples:
    ///     >>> slo.forecast.fit_panel(slo.forecast.Naive(), [[2, 5, 1]]).forecast(2, level=[0.8, 0.95]).upper.round(2)
    ///     array([[[ 5.53,  7.41],
    ///             [ 7.93, 10.8 ]]])
    #[pyo3(signature = (horizon, level=Levels::One(Number(0.95))), text_signature = "($self, horizon, level=0.95)")]
    fn forecast(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = whole)] horizon: i64,
        level: Levels,
    ) -> PyResult<PanelForecast> {
        let (horizon, levels) = (count("horizon", horizon)?, level.list());
        let whole = detached(py, || self.fit.forecast(horizon, &levels))?;
        let keys = self.keys.as_ref().map(|keys| keys.clone_ref(py));
        PanelForecast::new(py, whole, &level, Some(self.failures.bind(py)), keys)
    }

    fn __len__(&self) -> usize {
        self.fit.models.len()
    }

    fn __getitem__(&self, py: Python<'_>, #[pyo3(from_py_with = whole)] index: i64) -> PyResult<Model> {
        let len = i64::try_from(self.fit.models.len()).unwrap_or(i64::MAX);
        let place = usize::try_from(if index < 0 { index.saturating_add(len) } else { index });
        match place.ok().and_then(|place| Some((place, self.fit.models.get(place)?))) {
            Some((_, Ok(model))) => Ok(Model::from(model.clone())),
            Some((place, Err(error))) => match self.failures.bind(py).get_item(place)? {
                Some(exception) => Err(PyErr::from_value(exception)),
                None => Err(raise(error.clone())),
            },
            None => Err(PyIndexError::new_err(format!("there is no series {index} among {len}"))),
        }
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("PanelFit(series={}, failures={})", self.fit.models.len(), self.failures.bind(py).len())
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        let pairs = || self.fit.models.iter().zip(&other.fit.models);
        let alike = |(left, right): (&Result<_>, &Result<_>)| match (left, right) {
            (Ok(left), Ok(right)) => left == right,
            (left, right) => left.is_err() && right.is_err(),
        };
        let models = self.fit.models.len() == other.fit.models.len() && pairs().all(alike);
        Ok(models
            && told(py, &self.failures, self.keys.as_ref())?
                == told(py, &other.failures, other.keys.as_ref())?)
    }

    #[classmethod]
    fn _restore(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        models: Vec<Option<String>>,
        failures: Py<PyDict>,
        keys: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        // Why a series has none stands among the failures.
        let lost = || Error::State { reason: "the series has no model".to_owned() };
        let models = models.into_iter().map(|text| match text {
            Some(text) => Ok(Ok(resume(&text)?)),
            None => Ok(Err(lost())),
        });
        let fit = forecast::PanelFit { models: models.collect::<PyResult<_>>()? };
        Ok(Self { fit, failures: failures.bind(py).copy()?.unbind(), keys })
    }

    #[allow(clippy::type_complexity, reason = "what a pickle holds")]
    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, (Vec<Option<String>>, Py<PyDict>, Option<Py<PyAny>>))> {
        let models = self.fit.models.iter().map(|model| model.as_ref().ok().map(saved).transpose());
        let keys = self.keys.as_ref().map(|keys| keys.clone_ref(py));
        let parts = (models.collect::<PyResult<_>>()?, self.failures.clone_ref(py), keys);
        Ok((py.get_type::<Self>().getattr("_restore")?, parts))
    }
}

/// Failures and names as text, to be compared.
fn told(
    py: Python<'_>,
    failures: &Py<PyDict>,
    keys: Option<&Py<PyAny>>,
) -> PyResult<(String, Option<String>)> {
    let keys = keys.map(|keys| Ok::<_, PyErr>(keys.bind(py).repr()?.to_string())).transpose()?;
    Ok((failures.bind(py).repr()?.to_string(), keys))
}

/// What comes next in each of many series; made by ``forecast_panel`` and ``PanelFit.forecast``.
///
/// Rows are series; where one failed its numbers are NaN, and ``failures`` says why. All arrays are read-only.
///
/// Examples:
///     >>> f = slo.forecast.forecast_panel(slo.forecast.Naive(), [[2, 5, 1], [3, 3, 3]], horizon=2)
///     >>> f.standard_error
///     array([[3.53553391, 5.        ],
///            [0.        , 0.        ]])
#[pyclass(module = "slo.forecast", frozen)]
pub(crate) struct PanelForecast {
    /// Of each series the mean, the standard errors, the lower end for each level, the upper end for each level.
    lines: Py<PyArray3<f64>>,
    levels: Vec<f64>,
    /// Whether levels were asked for as a list, so that the ends of intervals have an axis for them.
    many: bool,
    failures: Py<PyDict>,
    keys: Option<Py<PyAny>>,
}

impl PanelForecast {
    /// Failures that are known already are told as they are.
    fn new(
        py: Python<'_>,
        data: Forecasts,
        level: &Levels,
        known: Option<&Bound<'_, PyDict>>,
        keys: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let (lines, failed) = data.into_parts();
        let failures = failures(py, failed)?;
        if let Some(known) = known {
            failures.update(known.as_mapping())?;
        }
        let lines = PyArray3::from_owned_array(py, lines);
        lines.try_readwrite()?.make_nonwriteable();
        let (lines, failures) = (lines.unbind(), failures.unbind());
        Ok(Self { lines, levels: level.list(), many: level.is_list(), failures, keys })
    }

    /// A part of the lines of all series.
    fn lines<'py>(&self, py: Python<'py>, which: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.lines.bind(py).get_item((PySlice::full(py), which))
    }

    /// The lines of one end of the intervals.
    fn ends<'py>(&self, py: Python<'py>, first: usize) -> PyResult<Bound<'py, PyAny>> {
        if !self.many {
            return self.lines(py, first.into_pyobject(py)?.into_any());
        }
        let slice = python::call(py, "builtins", "slice", (first, first + self.levels.len()))?;
        self.lines(py, slice)
    }
}

#[pymethods]
impl PanelForecast {
    /// The expected values, shape (series, horizon).
    #[getter]
    fn mean<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.lines(py, 0_usize.into_pyobject(py)?.into_any())
    }

    /// The standard errors, shape (series, horizon); as those of a ``Forecast``.
    #[getter]
    fn standard_error<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.lines(py, 1_usize.into_pyobject(py)?.into_any())
    }

    /// The lower ends of the intervals, shape (series, horizon); for a list of levels, shape (series, levels, horizon).
    #[getter]
    fn lower<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.ends(py, 2)
    }

    /// The upper ends of the intervals, shape (series, horizon); for a list of levels, shape (series, levels, horizon).
    #[getter]
    fn upper<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.ends(py, 2 + self.levels.len())
    }

    /// The level, or the list of levels.
    #[getter]
    fn level<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match (&self.levels[..], self.many) {
            ([level], false) => Ok(level.into_pyobject(py)?.into_any()),
            (levels, _) => Ok(PyList::new(py, levels)?.into_any()),
        }
    }

    /// The series that could not be forecast, as a dict from their places to exceptions.
    #[getter]
    fn failures<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.failures.bind(py).copy()
    }

    /// The names of the series, if they came in a frame, else None.
    #[getter]
    fn ids<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.keys.as_ref().map(|keys| keys.bind(py).getattr("ids")).transpose()
    }

    /// A frame with one row for each step of each series, of the library the series came in; else pandas, else polars.
    ///
    /// Series are named as in the frame that they came in, else by their places. Where all of them have instants at one
    /// and the same distance, each step has its instant.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let keys = slf.get().keys.as_ref().map(|keys| keys.clone_ref(slf.py()));
        python::call(slf.py(), "slo._panel", "frame", (slf, keys))
    }

    /// The forecasts as a dict of lists; failures by their places, as text.
    fn to_dict<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._panel", "as_dict", (slf,))
    }

    /// The forecasts as JSON text; what does not exist is null.
    fn to_json<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "json", "dumps", (Self::to_dict(slf)?,))
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.lines.bind(py).shape().first().copied().unwrap_or_default()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let lines = self.lines.bind(py);
        let [series, horizon] = [0, 2].map(|axis| lines.shape().get(axis).copied().unwrap_or_default());
        let (level, failures) = (self.level(py)?.repr()?, self.failures.bind(py).len());
        Ok(format!("PanelForecast(series={series}, horizon={horizon}, level={level}, failures={failures})"))
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        let same = (self.many, &self.levels) == (other.many, &other.levels)
            && told(py, &self.failures, self.keys.as_ref())?
                == told(py, &other.failures, other.keys.as_ref())?;
        let lines = (self.lines.bind(py), other.lines.bind(py), true);
        Ok(same && python::call(py, "numpy", "array_equal", lines)?.extract()?)
    }

    #[classmethod]
    fn _restore(
        _class: &Bound<'_, PyType>,
        lines: &Bound<'_, PyArray3<f64>>,
        levels: Vec<f64>,
        many: bool,
        failures: &Bound<'_, PyDict>,
        keys: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let named = lines.shape().get(1).copied();
        if named != Some(2 + 2 * levels.len()) || (!many && levels.len() != 1) {
            return Err(raise(Error::State { reason: "its levels are not those of its numbers".to_owned() }));
        }
        if let Ok(writing) = lines.try_readwrite() {
            writing.make_nonwriteable();
        }
        let (lines, failures) = (lines.clone().unbind(), failures.copy()?.unbind());
        Ok(Self { lines, levels, many, failures, keys })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let keys = self.keys.as_ref().map(|keys| keys.clone_ref(py));
        let parts = (self.lines.bind(py), &self.levels, self.many, self.failures.bind(py), keys);
        Ok((py.get_type::<Self>().getattr("_restore")?, parts.into_pyobject(py)?.into_any()))
    }
}
