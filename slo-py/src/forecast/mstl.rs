//! Trend, several seasons and the rest of a series.

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::forecast::matrix;
use super::stl::{PRESETS, Window, window};
use crate::core::decompose::{self, Preset, Robustness, SeasonalWindow};
use crate::core::stats::Missing;
use crate::errors::{attempt, detached};
use crate::python;
use crate::record::record_class;
use crate::values::{
    Column, MISSING_VALUES, choice, count, count_or_none, read_only, whole, whole_or_none, word,
};

/// A decomposition with several seasons: ``Stl`` for one period after the other, each on what the other seasons leave.
///
/// Args:
///     periods: how many values the cycles have, different, each from 2 to half the number of values.
///     seasonal: over how many of its cycles each season is smoothed, in increasing order of the periods, each odd and at
///         least 3 or ``"periodic"``; ``"periodic"`` alone for all; 11, 15, 19, ... by default.
///     passes: how often each season is estimated, 1 to 100; 2 by default, 1 for one period.
///     preset: ``"r"`` or ``"statsmodels"``.
///     robust: whether values far away from the fit count less.
///     missing: what a NaN means: ``"error"`` refuses it, ``"skip"`` gives it no weight in any fit; its remainder is NaN.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///     LengthMismatchError: unless there is one window for each period.
///     LimitExceededError: for more than 16 periods or 100 passes.
///
/// Examples:
///     >>> values = [t % 4 + t % 14 for t in range(140)]
///     >>> parts = slo.forecast.Mstl([14, 4]).decompose(values)
///     >>> parts.periods, parts.seasonal.shape
///     ([4, 14], (2, 140))
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Mstl(pub(super) decompose::Mstl);

/// One window for each period, or the word for one season each.
fn windows(given: &Bound<'_, PyAny>, periods: usize) -> PyResult<Vec<SeasonalWindow>> {
    if given.is_instance_of::<PyString>() {
        return Ok(vec![window(given)?; periods]);
    }
    given.try_iter()?.map(|given| window(&given?)).collect()
}

/// Whole numbers, one for each period.
pub(super) fn periods(given: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
    given.try_iter()?.map(|given| count("periods", whole(&given?)?)).collect()
}

record_class! { Mstl(decompose::Mstl): "The options", checked by decompose::Mstl::check {
    #[new]
    #[pyo3(signature = (periods, seasonal=None, *, passes=None, preset="r", robust=false, missing="error"))]
    fn new(
        #[pyo3(from_py_with = periods)] periods: Vec<usize>,
        seasonal: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = whole_or_none)] passes: Option<i64>,
        preset: &str,
        robust: bool,
        missing: &str,
    ) -> PyResult<Self> {
        let count = periods.len();
        let mut mstl = decompose::Mstl::new(periods)
            .preset(choice("preset", preset, &PRESETS, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        mstl.seasonal = seasonal.map(|given| windows(given, count)).transpose()?;
        mstl.passes = count_or_none("passes", passes)?;
        if robust {
            mstl = mstl.robust();
        }
        attempt(|| mstl.check())?;
        Ok(Self(mstl))
    }

    /// How many values the cycles have.
    #[getter]
    fn periods(&self) -> Vec<usize> {
        self.0.periods.clone()
    }

    /// Over how many of its cycles each season is smoothed, or None for the default.
    #[getter]
    fn seasonal(&self) -> Option<Vec<Window>> {
        let windows = self.0.seasonal.as_ref()?;
        Some(windows.iter().map(|window| Window::from(*window)).collect())
    }

    /// How often each season is estimated, or None for the default.
    #[getter]
    fn passes(&self) -> Option<usize> {
        self.0.passes
    }

    /// Whose defaults the decompositions have: ``"r"`` or ``"statsmodels"``.
    #[getter]
    fn preset(&self) -> &'static str {
        word(&self.0.preset, &PRESETS)
    }

    /// Whether values far away from the fit count less.
    #[getter]
    fn robust(&self) -> bool {
        self.0.robustness == Robustness::Robust
    }

    /// What a NaN means: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    /// Decomposes a series.
    ///
    /// Args:
    ///     y: the values, oldest first, shape (values,), at least two of the longest periods.
    ///
    /// Returns:
    ///     A ``MultipleDecomposition``.
    ///
    /// Raises:
    ///     DegenerateError: for gaps so long that a fit reaches no value.
    ///     NonFiniteError: with the index of the first value that is not finite, nor missing where that is allowed.
    ///     OutOfRangeError: where a part of huge values leaves the floats.
    ///     TooShortError: with less than two of the longest periods.
    ///
    /// Examples:
    ///     >>> parts = slo.forecast.Mstl([2, 3]).decompose([t % 2 + t % 3 for t in range(30)])
    ///     >>> len(parts)
    ///     30
    fn decompose(&self, y: &Bound<'_, PyAny>) -> PyResult<MultipleDecomposition> {
        let column = Column::new("values", y)?;
        let values = column.as_slice()?;
        Ok(MultipleDecomposition(detached(y.py(), || self.0.decompose(values))?))
    }

    pub(super) fn __repr__(&self) -> String {
        let window = |window: &SeasonalWindow| match window {
            SeasonalWindow::Span(span) => span.to_string(),
            SeasonalWindow::Periodic => "'periodic'".to_owned(),
        };
        let mut set = vec![format!("{:?}", self.0.periods)];
        if let Some(windows) = &self.0.seasonal {
            let windows: Vec<String> = windows.iter().map(window).collect();
            set.push(format!("seasonal=[{}]", windows.join(", ")));
        }
        if let Some(passes) = self.0.passes {
            set.push(format!("passes={passes}"));
        }
        if self.0.preset != Preset::R {
            set.push(format!("preset='{}'", self.preset()));
        }
        if self.robust() {
            set.push("robust=True".to_owned());
        }
        if self.0.missing == Missing::Skip {
            set.push("missing='skip'".to_owned());
        }
        format!("Mstl({})", set.join(", "))
    }
} }

/// A series as the sum of a trend, several seasons and a remainder.
///
/// Made by ``Mstl.decompose``. All arrays are read-only.
///
/// Examples:
///     >>> parts = slo.forecast.Mstl([2, 3]).decompose([t % 2 + t % 3 for t in range(30)])
///     >>> (parts.trend + parts.seasonal.sum(axis=0) + parts.remainder).round(9)[:4]
///     array([0., 2., 2., 1.])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct MultipleDecomposition(decompose::MultipleDecomposition);

record_class! { MultipleDecomposition(decompose::MultipleDecomposition): "The parts" as "a dict of lists" {
    /// The level that changes slowly, shape (values,).
    #[getter]
    fn trend<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.trend.clone())
    }

    /// The periods of the seasons, in increasing order.
    #[getter]
    fn periods(&self) -> Vec<usize> {
        self.0.periods.clone()
    }

    /// What repeats with each period, shape (periods, values).
    #[getter]
    fn seasonal<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        matrix(py, self.0.periods.len(), self.0.trend.len(), self.0.seasonal.concat())
    }

    /// What all leave, shape (values,); NaN where the value is missing.
    #[getter]
    fn remainder<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.remainder.clone())
    }

    /// How much each value counted in the last pass of the last season, 0 to 1, shape (values,).
    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.weights.clone())
    }

    /// How strong trend and seasons are, each from 0 to 1: a dict with the keys ``"trend"`` and ``"seasonal"``, a list.
    #[getter]
    fn strength<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let strength = PyDict::new(py);
        strength.set_item("trend", self.0.trend_strength())?;
        strength.set_item("seasonal", self.0.seasonal_strengths())?;
        Ok(strength)
    }

    /// The values and their parts, one plot below the other.
    ///
    /// Args:
    ///     ax: three axes and one for each season to draw on; new ones if None.
    ///
    /// Returns:
    ///     The axes.
    #[pyo3(signature = (ax=None))]
    fn plot<'py>(slf: &Bound<'py, Self>, ax: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_decompose", "plot_decomposition", (slf, ax))
    }

    /// A pandas data frame with a column for each part.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_decompose", "decomposition_frame", (slf,))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_decompose", "decomposition_html", (slf,))
    }

    fn __len__(&self) -> usize {
        self.0.trend.len()
    }

    fn __repr__(&self) -> String {
        format!("MultipleDecomposition({} values, periods={:?})", self.0.trend.len(), self.0.periods)
    }
} }
