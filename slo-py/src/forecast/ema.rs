//! The exponentially weighted mean.

use ::slo::forecast::{self, Bias, Decay, EmaMissing, Weighting};
use numpy::PyArray1;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDelta, PyString, PyType};

use super::model::Model;
use crate::call::{Call, changed};
use crate::core::{Error, Figure, Result, Timestamp};
use crate::errors::{attempt, detached, guard, raise};
use crate::json;
use crate::record::record_class;
use crate::shared::Shared;
use crate::time::{Instant, Span};
use crate::values::{Column, Number, choice, count, instants, whole, written};

/// The exponentially weighted mean, variance and deviation, option for option as pandas' ``ewm``.
///
/// Args:
///     alpha: the share of the newest value, above 0 and at most 1.
///     span: ``alpha = 2 / (span + 1)``, at least 1.
///     halflife: the number of places in which a weight is halved, above 0; or, as text or a ``timedelta``, the time.
///     com: ``alpha = 1 / (1 + com)``, at least 0. Exactly one of the four is given.
///     adjust: whether weights are divided by their sum; else the first value stands for all that came before.
///     ignore_na: whether weights stay as they are over a gap; else they fade as over any place.
///     missing: ``"error"`` refuses what is not finite; ``"pandas"`` takes it for a gap, which repeats the mean.
///     min_periods: how many values must be there before there is a result; 0 means 1.
///
/// Raises:
///     InvalidParameterError: outside these ranges.
///     TypeError: unless exactly one of ``alpha``, ``span``, ``halflife`` and ``com`` is given.
///
/// Examples:
///     >>> slo.forecast.Ema(span=3).smooth([1, 2, 4])
///     array([1.        , 1.66666667, 3.        ])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Ema(pub(super) forecast::Ema);

record_class! { Ema(forecast::Ema): "The settings" {
    #[new]
    #[pyo3(signature = (
        *, alpha=None, span=None, halflife=None, com=None, adjust=true, ignore_na=false, missing="error", min_periods=1
    ))]
    #[allow(clippy::too_many_arguments, reason = "each is a keyword of the Python signature")]
    fn new(
        alpha: Option<Number>,
        span: Option<Number>,
        halflife: Option<&Bound<'_, PyAny>>,
        com: Option<Number>,
        adjust: bool,
        ignore_na: bool,
        missing: &str,
        #[pyo3(from_py_with = whole)] min_periods: i64,
    ) -> PyResult<Self> {
        let decay = match (alpha, span, halflife, com) {
            (Some(alpha), None, None, None) => Decay::Alpha(alpha.0),
            (None, Some(span), None, None) => Decay::Span(span.0),
            (None, None, Some(halflife), None) => halflife_of(halflife)?,
            (None, None, None, Some(com)) => Decay::Com(com.0),
            _ => return Err(PyTypeError::new_err("give exactly one of alpha=, span=, halflife= and com=")),
        };
        let weighting = if adjust { Weighting::Adjusted } else { Weighting::Recursive };
        let gaps = if ignore_na { EmaMissing::Ignore } else { EmaMissing::Decay };
        let missing = choice("missing", missing, &[("error", EmaMissing::Error), ("pandas", gaps)], &[])?;
        let ema = attempt(|| forecast::Ema::new(decay))?;
        Ok(Self(
            ema.weighting(weighting).missing(missing).min_periods(count("min_periods", min_periods)? as u64),
        ))
    }

    /// The share of the newest value; where weights fade by time, its share a halflife after the one before it.
    #[getter]
    fn alpha(&self) -> f64 {
        self.0.alpha_value()
    }

    /// The mean at each place.
    ///
    /// Args:
    ///     y: the values, oldest first, shape (values,).
    ///     times: their instants, in order, shape (values,); for a halflife that is a length of time, and only then.
    ///
    /// Returns:
    ///     An array of shape (values,); NaN below ``min_periods`` values.
    ///
    /// Raises:
    ///     NonFiniteError: for what is not finite, unless ``missing="pandas"``.
    ///     InvalidParameterError: if the halflife is a length of time and there are no instants, or the other way round.
    ///     LengthMismatchError: unless there is an instant for each value.
    ///     UnorderedError: for an instant before the one before it.
    ///
    /// Examples:
    ///     >>> slo.forecast.Ema(alpha=0.25, adjust=False).smooth([0, 4, 4])
    ///     array([0.  , 1.  , 1.75])
    ///     >>> slo.forecast.Ema(halflife="1m").smooth([8, 3], times=[0, 120 * 10**9])
    ///     array([8., 4.])
    #[pyo3(signature = (y, *, times=None))]
    fn smooth<'py>(
        &self,
        y: &Bound<'py, PyAny>,
        times: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let column = Column::new("values", y)?;
        let values = column.as_slice()?;
        if let Some(times) = times {
            let times = instants("times", times)?;
            return Ok(PyArray1::from_vec(y.py(), detached(y.py(), || self.0.smooth_at(&times, values))?));
        }
        Ok(written(y.py(), values.len(), |means| self.0.smooth_into(values, means))?.0)
    }

    /// The weighted variance at each place.
    ///
    /// Args:
    ///     y: the values, oldest first, shape (values,).
    ///     bias: whether the variance is left as it is; else corrected for the mean being that of the same values.
    ///     times: their instants, as for ``smooth``.
    ///
    /// Returns:
    ///     An array of shape (values,); NaN below ``min_periods`` values, and where all weight is on one value.
    ///
    /// Raises:
    ///     SloError: as for ``smooth``.
    ///
    /// Examples:
    ///     >>> slo.forecast.Ema(alpha=0.5).variance([1, 4], bias=True)
    ///     array([0., 2.])
    #[pyo3(signature = (y, *, bias=false, times=None))]
    fn variance<'py>(
        &self,
        y: &Bound<'py, PyAny>,
        bias: bool,
        times: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.spread(y, times, bias, forecast::Ema::variance, forecast::Ema::variance_at)
    }

    /// The square root of ``variance`` at each place.
    ///
    /// Args:
    ///     y: the values, oldest first, shape (values,).
    ///     bias: as for ``variance``.
    ///     times: their instants, as for ``smooth``.
    ///
    /// Returns:
    ///     An array of shape (values,).
    ///
    /// Raises:
    ///     SloError: as for ``smooth``.
    ///
    /// Examples:
    ///     >>> slo.forecast.Ema(alpha=0.5).deviation([1, 5])
    ///     array([       nan, 2.82842712])
    #[pyo3(signature = (y, *, bias=false, times=None))]
    fn deviation<'py>(
        &self,
        y: &Bound<'py, PyAny>,
        bias: bool,
        times: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.spread(y, times, bias, forecast::Ema::deviation, forecast::Ema::deviation_at)
    }

    /// The same, one value at a time.
    ///
    /// Examples:
    ///     >>> o = slo.forecast.Ema(alpha=0.5).online()
    ///     >>> o.observe(1), o.observe(4)
    ///     (1.0, 3.0)
    fn online(&self) -> EmaState {
        EmaState(Shared::new(self.0.online()))
    }

    /// The model that forecasts the last mean, from values without gaps.
    ///
    /// Its errors grow as those of simple exponential smoothing with this alpha: ``sigma * sqrt(1 + (h - 1) alpha^2)``,
    /// ``sigma`` from the one-step errors; independent normal errors of one variance are assumed, nothing is optimised.
    ///
    /// Args:
    ///     y: the values, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Model``.
    ///
    /// Raises:
    ///     TooShortError: below two values, or below ``min_periods``.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///     InvalidParameterError: if the halflife is a length of time.
    ///
    /// Examples:
    ///     >>> m = slo.forecast.Ema(alpha=0.5, adjust=False).fit([0, 4, 6])
    ///     >>> m.forecast(2).mean, m.sigma
    ///     (array([4., 4.]), 4.0)
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        shown(py, &self.0)
    }
} }

/// What is computed of values at even places.
type Even = fn(&forecast::Ema, &[f64], Bias) -> Result<Vec<f64>>;

/// The same of values at instants.
type Timed = fn(&forecast::Ema, &[Timestamp], &[f64], Bias) -> Result<Vec<f64>>;

impl Ema {
    fn spread<'py>(
        &self,
        y: &Bound<'py, PyAny>,
        times: Option<&Bound<'py, PyAny>>,
        bias: bool,
        even: Even,
        timed: Timed,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let bias = parse_bias(bias);
        let column = Column::new("values", y)?;
        let values = column.as_slice()?;
        let times = times.map(|times| instants("times", times)).transpose()?;
        let spread = detached(y.py(), || match times {
            None => even(&self.0, values, bias),
            Some(times) => timed(&self.0, &times, values, bias),
        })?;
        Ok(PyArray1::from_vec(y.py(), spread))
    }
}

fn parse_bias(bias: bool) -> Bias {
    if bias { Bias::Biased } else { Bias::Unbiased }
}

/// A number of places, or a length of time.
fn halflife_of(given: &Bound<'_, PyAny>) -> PyResult<Decay> {
    let is_time = given.is_instance_of::<PyString>()
        || given.is_instance_of::<PyDelta>()
        || given.get_type().name()?.to_cow()? == "timedelta64";
    if is_time {
        return Ok(Decay::HalflifeTime(given.extract::<Span>()?.0));
    }
    Ok(Decay::Halflife(given.extract::<Number>()?.0))
}

fn shown(py: Python<'_>, ema: &forecast::Ema) -> PyResult<String> {
    let call = Call::new(py, "Ema");
    let decay = ema.decay();
    let mut call = match decay {
        Decay::Alpha(alpha) => call.option("alpha", alpha),
        Decay::Span(span) => call.option("span", span),
        Decay::Halflife(halflife) => call.option("halflife", halflife),
        Decay::Com(com) => call.option("com", com),
        Decay::HalflifeTime(halflife) => call.option("halflife", halflife.to_string()),
    }?;
    let usual = attempt(|| forecast::Ema::new(decay))?;
    for (name, value) in changed(py, ema, &usual)? {
        call = match name.as_str() {
            "weighting" => call.option("adjust", false),
            "missing" if value.eq("ignore")? => call.option("ignore_na", true)?.option("missing", "pandas"),
            "missing" => call.option("missing", "pandas"),
            _ => call.option(&name, value),
        }?;
    }
    Ok(call.end())
}

/// An exponentially weighted mean and variance that take one value at a time.
///
/// Made by ``Ema.online``. Each mean equals, bit for bit, what ``Ema.smooth`` has at the same place.
///
/// Examples:
///     >>> o = slo.forecast.Ema(span=3).online()
///     >>> [o.observe(x) for x in (1, 2, 4)]
///     [1.0, 1.6666666666666667, 3.0]
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct EmaState(Shared<forecast::EmaState>);

#[pymethods]
impl EmaState {
    /// Takes the next value and returns the mean.
    ///
    /// Args:
    ///     value: the value.
    ///     time: its instant; for a halflife that is a length of time, and only then.
    ///
    /// Returns:
    ///     The mean; None below ``min_periods`` values.
    ///
    /// Raises:
    ///     NonFiniteError: for what is not finite, unless ``missing="pandas"``.
    ///     InvalidParameterError: if the halflife is a length of time and there is no instant, or the other way round.
    ///     UnorderedError: for an instant before the last one.
    ///
    /// Examples:
    ///     >>> o = slo.forecast.Ema(alpha=0.5, missing="pandas").online()
    ///     >>> o.observe(8), o.observe(float("nan")), o.observe(3)
    ///     (8.0, 8.0, 4.0)
    #[pyo3(signature = (value, time=None))]
    fn observe(&self, value: Number, time: Option<Instant>) -> PyResult<Option<f64>> {
        attempt(|| match time {
            None => self.0.lock().observe(value.0),
            Some(time) => self.0.lock().observe_at(time.0, value.0),
        })
    }

    /// The mean; None below ``min_periods`` values.
    #[getter]
    fn mean(&self) -> PyResult<Option<f64>> {
        guard(|| self.0.lock().mean())
    }

    /// How many values were taken, gaps aside.
    #[getter]
    fn count(&self) -> u64 {
        self.0.lock().count()
    }

    /// The weighted variance; None below ``min_periods`` values, and without bias while all weight is on one.
    ///
    /// Args:
    ///     bias: as for ``Ema.variance``.
    ///
    /// Examples:
    ///     >>> o = slo.forecast.Ema(alpha=0.5).online()
    ///     >>> o.observe(1), o.observe(4)
    ///     (1.0, 3.0)
    ///     >>> o.variance(bias=True)
    ///     2.0
    #[pyo3(signature = (*, bias=false))]
    fn variance(&self, bias: bool) -> PyResult<Option<f64>> {
        guard(|| self.0.lock().variance(parse_bias(bias)))
    }

    /// The square root of ``variance``.
    ///
    /// Args:
    ///     bias: as for ``Ema.variance``.
    #[pyo3(signature = (*, bias=false))]
    fn deviation(&self, bias: bool) -> PyResult<Option<f64>> {
        guard(|| self.0.lock().deviation(parse_bias(bias)))
    }

    /// The state as JSON text, from which ``from_json`` goes on.
    fn to_json(&self) -> PyResult<String> {
        json::text(&*self.0.lock())
    }

    /// The state as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &*self.0.lock())
    }

    /// The state that ``to_json`` wrote.
    ///
    /// Args:
    ///     text: the JSON text.
    ///
    /// Raises:
    ///     StateError: for text that holds no such state.
    ///
    /// Examples:
    ///     >>> o = slo.forecast.Ema(alpha=0.5).online()
    ///     >>> o.observe(1)
    ///     1.0
    ///     >>> slo.forecast.EmaState.from_json(o.to_json()).observe(4)
    ///     3.0
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        resumed(text).map(|state| Self(Shared::new(state)))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let state = self.0.lock().clone();
        let mean = guard(|| state.mean().map_or_else(|| "None".to_owned(), |mean| Figure(mean).to_string()))?;
        Ok(format!("EmaState({}, count={}, mean={mean})", shown(py, &state.ema())?, state.count()))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json()?,)))
    }
}

/// What was saved, or a `StateError`.
pub(super) fn resumed<T: serde::de::DeserializeOwned>(text: &str) -> PyResult<T> {
    guard(|| ::slo::io::from_json(text))?.map_err(|error| raise(Error::State { reason: error.to_string() }))
}
