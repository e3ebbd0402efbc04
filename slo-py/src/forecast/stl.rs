//! Trend, season and the rest of a series.

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::stl_online::StlOnline;
use crate::core::decompose::{self, Degree, Preset, Robustness, SeasonalWindow};
use crate::core::stats::Missing;
use crate::core::{Error, Figure};
use crate::errors::{attempt, detached, raise, wrong_type};
use crate::python;
use crate::record::record_class;
use crate::values::{
    Column, MISSING_VALUES, choice, count, count_or_none, read_only, whole, whole_or_none, word,
};

pub(super) const PRESETS: [(&str, Preset); 2] = [("r", Preset::R), ("statsmodels", Preset::Statsmodels)];

/// A seasonal-trend decomposition by local regression: STL.
///
/// What is not set has the preset's default: ``"r"`` is ``stats::stl``, fitted at every tenth of a window;
/// ``"statsmodels"`` is its ``STL``, fitted at every value.
///
/// Args:
///     period: how many values a cycle has, from 2 to half the number of values.
///     seasonal: over how many cycles the season is smoothed, odd and at least 3, or ``"periodic"`` for one season.
///     preset: ``"r"`` or ``"statsmodels"``.
///     robust: whether values far away from the fit count less.
///     trend: over how many values the trend is smoothed, odd and at least 3.
///     low_pass: over how many values what is no season is smoothed out of it, odd and at least 3.
///     seasonal_degree: the degree of the local fits to a phase, 0 or 1.
///     trend_degree: the degree of the local fits of the trend, 0 or 1.
///     low_pass_degree: the degree of the local fits of the low-pass filter, 0 or 1.
///     seasonal_jump: every how many cycles a phase is fitted, at least 1.
///     trend_jump: every how many values the trend is fitted, at least 1.
///     low_pass_jump: every how many values the low-pass filter is fitted, at least 1.
///     inner: how often season and trend are estimated with the same weights, 1 to 1000.
///     outer: how often values are weighed anew, at most 1000.
///     missing: what a NaN means: ``"error"`` refuses it, ``"skip"`` gives it no weight in any fit; its remainder is NaN.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///     LimitExceededError: for more than 1000 passes.
///
/// Examples:
///     >>> values = [t + [0.0, 9.0, -3.0, -6.0][t % 4] for t in range(48)]
///     >>> parts = slo.forecast.Stl(period=4, seasonal="periodic", inner=50).decompose(values)
///     >>> parts.seasonal[20:24].round(6) + 0.0
///     array([ 0.,  9., -3., -6.])
///     >>> parts.trend[20:24].round(6)
///     array([20., 21., 22., 23.])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Stl(pub(super) decompose::Stl);

/// A number of cycles, or the word for one season.
pub(super) fn window(given: &Bound<'_, PyAny>) -> PyResult<SeasonalWindow> {
    if let Ok(text) = given.cast::<PyString>() {
        return choice("seasonal", &text.to_cow()?, &[("periodic", SeasonalWindow::Periodic)], &[]);
    }
    let Ok(span) = whole(given) else {
        return Err(wrong_type("a whole number of cycles or \"periodic\"", given));
    };
    Ok(SeasonalWindow::Span(count("seasonal", span)?))
}

fn degree(name: &'static str, given: Option<i64>) -> PyResult<Option<Degree>> {
    match given {
        None => Ok(None),
        Some(0) => Ok(Some(Degree::Constant)),
        Some(1) => Ok(Some(Degree::Linear)),
        Some(other) => Err(raise(Error::invalid(name, other, "must be 0 or 1"))),
    }
}

#[derive(IntoPyObject)]
pub(super) enum Window {
    Span(usize),
    Word(&'static str),
}

impl From<SeasonalWindow> for Window {
    fn from(window: SeasonalWindow) -> Self {
        match window {
            SeasonalWindow::Span(span) => Self::Span(span),
            SeasonalWindow::Periodic => Self::Word("periodic"),
        }
    }
}

record_class! { Stl(decompose::Stl): "The options", checked by decompose::Stl::check {
    #[new]
    #[pyo3(
        signature = (period, seasonal=None, *, preset="r", robust=false, trend=None, low_pass=None,
                     seasonal_degree=None, trend_degree=None, low_pass_degree=None, seasonal_jump=None,
                     trend_jump=None, low_pass_jump=None, inner=None, outer=None, missing="error"),
        text_signature = "(period, seasonal=7, *, preset='r', robust=False, trend=None, low_pass=None, \
                          seasonal_degree=None, trend_degree=None, low_pass_degree=None, seasonal_jump=None, \
                          trend_jump=None, low_pass_jump=None, inner=None, outer=None, missing='error')"
    )]
    #[allow(clippy::too_many_arguments, reason = "one for each option, all but two by name")]
    fn new(
        #[pyo3(from_py_with = whole)] period: i64,
        seasonal: Option<&Bound<'_, PyAny>>,
        preset: &str,
        robust: bool,
        #[pyo3(from_py_with = whole_or_none)] trend: Option<i64>,
        #[pyo3(from_py_with = whole_or_none)] low_pass: Option<i64>,
        #[pyo3(from_py_with = whole_or_none)] seasonal_degree: Option<i64>,
        #[pyo3(from_py_with = whole_or_none)] trend_degree: Option<i64>,
        #[pyo3(from_py_with = whole_or_none)] low_pass_degree: Option<i64>,
        #[pyo3(from_py_with = whole_or_none)] seasonal_jump: Option<i64>,
        #[pyo3(from_py_with = whole_or_none)] trend_jump: Option<i64>,
        #[pyo3(from_py_with = whole_or_none)] low_pass_jump: Option<i64>,
        #[pyo3(from_py_with = whole_or_none)] inner: Option<i64>,
        #[pyo3(from_py_with = whole_or_none)] outer: Option<i64>,
        missing: &str,
    ) -> PyResult<Self> {
        let mut stl =
            decompose::Stl::new(count("period", period)?).preset(choice("preset", preset, &PRESETS, &[])?);
        if let Some(given) = seasonal {
            stl.seasonal = window(given)?;
        }
        if robust {
            stl = stl.robust();
        }
        stl.trend = count_or_none("trend", trend)?;
        stl.low_pass = count_or_none("low_pass", low_pass)?;
        stl.seasonal_degree = degree("seasonal_degree", seasonal_degree)?;
        stl.trend_degree = degree("trend_degree", trend_degree)?;
        stl.low_pass_degree = degree("low_pass_degree", low_pass_degree)?;
        stl.seasonal_jump = count_or_none("seasonal_jump", seasonal_jump)?;
        stl.trend_jump = count_or_none("trend_jump", trend_jump)?;
        stl.low_pass_jump = count_or_none("low_pass_jump", low_pass_jump)?;
        stl.inner = count_or_none("inner", inner)?;
        stl.outer = count_or_none("outer", outer)?;
        stl.missing = choice("missing", missing, &MISSING_VALUES, &[])?;
        attempt(|| stl.check())?;
        Ok(Self(stl))
    }

    /// How many values a cycle has.
    #[getter]
    fn period(&self) -> usize {
        self.0.period
    }

    /// Over how many cycles the season is smoothed, or ``"periodic"``.
    #[getter]
    fn seasonal(&self) -> Window {
        self.0.seasonal.into()
    }

    /// Whose defaults hold for what is not set: ``"r"`` or ``"statsmodels"``.
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
    ///     y: the values, oldest first, shape (values,), at least two periods.
    ///
    /// Returns:
    ///     A ``Decomposition``.
    ///
    /// Raises:
    ///     DegenerateError: for gaps so long that a fit reaches no value.
    ///     NonFiniteError: with the index of the first value that is not finite, nor missing where that is allowed.
    ///     OutOfRangeError: where a part of huge values leaves the floats.
    ///     TooShortError: with less than two periods.
    ///
    /// Examples:
    ///     >>> slo.forecast.Stl(2).decompose([3, 1, 4, 2, 5, 3, 6, 4])
    ///     Decomposition(8 values, strength of the trend 1, of the season 1)
    fn decompose(&self, y: &Bound<'_, PyAny>) -> PyResult<Decomposition> {
        let column = Column::new("values", y)?;
        let values = column.as_slice()?;
        Ok(Decomposition(detached(y.py(), || self.0.decompose(values))?))
    }

    /// The decomposition of a series that goes on.
    ///
    /// After each further value, what it says is what ``decompose`` says of the whole series so far, but for rounding, in
    /// a time and a memory that do not grow with it.
    ///
    /// Args:
    ///     history: the values so far, oldest first, shape (values,), at least two periods.
    ///
    /// Returns:
    ///     A ``StlOnline``.
    ///
    /// Raises:
    ///     DegenerateError: for gaps so long that a fit reaches no value.
    ///     LimitExceededError: for windows so long that more than 16 777 216 values had to be kept.
    ///     NonFiniteError: with the index of the first value that is not finite, nor missing where that is allowed.
    ///     OutOfRangeError: where a part of huge values leaves the floats.
    ///     TooShortError: with less than two periods.
    ///     UnsupportedError: for a periodic season and for robust weights, in which each value changes all parts.
    ///
    /// Examples:
    ///     >>> online = slo.forecast.Stl(4).online([t % 4 for t in range(40)])
    ///     >>> online.update(0).newest.trend.__round__(6)
    ///     1.5
    fn online(&self, history: &Bound<'_, PyAny>) -> PyResult<StlOnline> {
        let column = Column::new("values", history)?;
        let values = column.as_slice()?;
        Ok(StlOnline::of(detached(history.py(), || self.0.online(values))?))
    }

    pub(super) fn __repr__(&self) -> String {
        let seasonal = match self.0.seasonal {
            SeasonalWindow::Span(span) => span.to_string(),
            SeasonalWindow::Periodic => "'periodic'".to_owned(),
        };
        let robust = if self.robust() { ", robust=True" } else { "" };
        let set = [
            ("trend", self.0.trend),
            ("low_pass", self.0.low_pass),
            ("seasonal_degree", self.0.seasonal_degree.map(|degree| usize::from(degree == Degree::Linear))),
            ("trend_degree", self.0.trend_degree.map(|degree| usize::from(degree == Degree::Linear))),
            ("low_pass_degree", self.0.low_pass_degree.map(|degree| usize::from(degree == Degree::Linear))),
            ("seasonal_jump", self.0.seasonal_jump),
            ("trend_jump", self.0.trend_jump),
            ("low_pass_jump", self.0.low_pass_jump),
            ("inner", self.0.inner),
            ("outer", self.0.outer),
        ];
        let set = set.into_iter().filter_map(|(name, value)| Some(format!(", {name}={}", value?)));
        let set = set.collect::<String>();
        let missing = if self.0.missing == Missing::Skip { ", missing='skip'" } else { "" };
        let (period, preset) = (self.0.period, self.preset());
        format!("Stl(period={period}, seasonal={seasonal}, preset='{preset}'{robust}{set}{missing})")
    }
} }

/// A series as the sum of trend, season and remainder.
///
/// Made by ``Stl.decompose``. All arrays are read-only and have the shape (values,).
///
/// Examples:
///     >>> parts = slo.forecast.Stl(2).decompose([3, 1, 4, 2, 5, 3, 6, 4])
///     >>> (parts.trend + parts.seasonal + parts.remainder).round(9)
///     array([3., 1., 4., 2., 5., 3., 6., 4.])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Decomposition(pub(super) decompose::Decomposition);

record_class! { Decomposition(decompose::Decomposition): "The parts" as "a dict of lists" {
    /// The level that changes slowly.
    #[getter]
    fn trend<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.trend.clone())
    }

    /// What repeats with the period.
    #[getter]
    fn seasonal<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.seasonal.clone())
    }

    /// What both leave; NaN where the value is missing.
    #[getter]
    fn remainder<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.remainder.clone())
    }

    /// How much each value counted in the last pass, 0 to 1.
    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.weights.clone())
    }

    /// How strong trend and season are, each from 0 to 1: a dict with the keys ``"trend"`` and ``"seasonal"``.
    #[getter]
    fn strength<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let strength = PyDict::new(py);
        strength.set_item("trend", self.0.trend_strength())?;
        strength.set_item("seasonal", self.0.seasonal_strength())?;
        Ok(strength)
    }

    /// The parts as four plots below each other.
    ///
    /// Args:
    ///     ax: four axes to draw on; new ones if None.
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
        let (trend, seasonal) = (self.0.trend_strength(), self.0.seasonal_strength());
        let (n, trend, seasonal) = (self.0.trend.len(), Figure(trend), Figure(seasonal));
        format!("Decomposition({n} values, strength of the trend {trend:.3}, of the season {seasonal:.3})")
    }
} }
