//! Intervals that hold what they promise, by the errors a method has made.

use ::slo::forecast::{self, AdaptiveInterval, AnyForecaster, Scaling, Symmetry};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use super::any::{method, object};
use super::backtest::refit_of;
use super::ema::resumed;
use super::model::Model;
use crate::call::{Call, changed};
use crate::core::Figure;
use crate::errors::{attempt, guard};
use crate::json;
use crate::record::record_class;
use crate::shared::Shared;
use crate::values::{Number, choice, count, whole};

const SYMMETRIES: [(&str, Symmetry); 2] = [("symmetric", Symmetry::Symmetric), ("signed", Symmetry::Signed)];

const SCALINGS: [(&str, Scaling); 2] = [("none", Scaling::None), ("standard-error", Scaling::StandardError)];

/// Another method, with intervals as wide as its forecasts from earlier origins were off: split conformal prediction.
///
/// If errors are exchangeable, an interval holds the next value with probability ``level`` at least, whatever the
/// method and the law of its errors. Origins are the last places of the second half of the series, one after the other,
/// so that every phase of a season is calibrated. What an ensemble or ``AutoEts`` chooses on the whole series stays
/// chosen. Below 20 origins intervals are the method's own, and the report warns.
///
/// Args:
///     inner: the method.
///     horizon: how many steps can be forecast, at least 1.
///     origins: how many origins to calibrate on at most, at least 20; None is ten times the horizon, and at least 100.
///     symmetry: ``"symmetric"``, or ``"signed"`` where errors above and below are not alike.
///     scaling: ``"none"``, or ``"standard-error"`` for intervals that widen where the method is less sure.
///     refit: ``"never"`` after the first origin, ``"every"``, or a number for every nth; in between it is updated.
///
/// Raises:
///     InvalidParameterError: for an option outside its range.
///
/// Examples:
///     >>> m = slo.forecast.Conformal(slo.forecast.Naive(), horizon=1).fit([2 * t + t % 2 for t in range(60)])
///     >>> m.forecast(1, level=0.9).upper
///     array([122.])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Conformal(pub(super) forecast::Conformal);

record_class! { Conformal(forecast::Conformal): "The method" {
    #[new]
    #[pyo3(
        signature = (inner, horizon, *, origins=None, symmetry="symmetric", scaling="none", refit=None),
        text_signature = "(inner, horizon, *, origins=None, symmetry='symmetric', scaling='none', refit='never')"
    )]
    fn new(
        inner: &Bound<'_, PyAny>,
        #[pyo3(from_py_with = whole)] horizon: i64,
        origins: Option<&Bound<'_, PyAny>>,
        symmetry: &str,
        scaling: &str,
        refit: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let inner: AnyForecaster = method(inner)?;
        let horizon = count("horizon", horizon)?;
        let origins = origins
            .map(|origins| whole(origins).and_then(|origins| count("origins", origins)))
            .transpose()?;
        let symmetry = choice("symmetry", symmetry, &SYMMETRIES, &[])?;
        let scaling = choice("scaling", scaling, &SCALINGS, &[])?;
        let refit = refit.map(refit_of).transpose()?;
        attempt(|| {
            let mut method = forecast::Conformal::new(inner, horizon)?;
            if let Some(origins) = origins {
                method = method.origins(origins)?;
            }
            let method = method.symmetry(symmetry).scaling(scaling);
            match refit {
                Some(refit) => method.refit(refit),
                None => Ok(method),
            }
        })
        .map(Self)
    }

    /// The model of a series, with its intervals calibrated on the second half.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Model``.
    ///
    /// Raises:
    ///     SloError: as the method's on the whole series.
    ///
    /// Examples:
    ///     >>> slo.forecast.Conformal(slo.forecast.Naive(), 2).fit([1, 2, 1, 3, 1, 2, 1, 3, 1, 2]).report.warnings
    ///     ["only 4 origins to calibrate on, 20 are needed: intervals are the method's own"]
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (inner, horizon) = (self.0.inner(), self.0.horizon());
        let usual = attempt(|| forecast::Conformal::new(inner.clone(), horizon))?;
        let mut call = Call::new(py, "Conformal").argument(object(py, inner)?)?.option("horizon", horizon)?;
        for (name, value) in changed(py, &self.0, &usual)? {
            call = if let Ok(word) = value.extract::<&str>() {
                call.option(&name, word.replace('_', "-"))?
            } else if let Ok(refit) = value.cast::<PyDict>() {
                call.option(&name, refit.as_any().get_item("every_nth")?)?
            } else {
                call.option(&name, value)?
            };
        }
        Ok(call.end())
    }
} }

/// Intervals of a stream that widen after a miss and narrow after a hit: adaptive conformal inference.
///
/// In the long run they hold the promised share of values, whatever the values do (Gibbs and Candès 2021): after T values
/// the share outside is within (max(a, 1 - a) + gamma) / (gamma T) of a = 1 - level. An instance is for one number of
/// steps ahead. May be shared by threads.
///
/// Args:
///     level: the share of values that intervals are to hold, in (0, 1).
///     gamma: how far one value moves the share that is left outside, in (0, 1).
///     window: how many of the last errors are kept, 1 to 10^6.
///
/// Raises:
///     InvalidParameterError: for an option outside its range.
///     LimitExceededError: for a window past 10^6.
///
/// Examples:
///     >>> a = slo.forecast.AdaptiveConformal(0.5, gamma=0.01)
///     >>> for actual in (1, 2, 3):
///     ...     a.observe(actual, forecast=0)
///     (-inf, inf)
///     (-1.0, 1.0)
///     (-2.0, 2.0)
///     >>> a.interval(7)
///     (4.0, 10.0)
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct AdaptiveConformal(Shared<forecast::AdaptiveConformal>);

#[pymethods]
impl AdaptiveConformal {
    #[new]
    #[pyo3(
        signature = (level=Number(0.95), *, gamma=Number(0.005), window=500),
        text_signature = "(level=0.95, *, gamma=0.005, window=500)"
    )]
    fn new(level: Number, gamma: Number, #[pyo3(from_py_with = whole)] window: i64) -> PyResult<Self> {
        let window = count("window", window)?;
        let stream = attempt(|| forecast::AdaptiveConformal::new(level.0)?.gamma(gamma.0)?.window(window))?;
        Ok(Self(Shared::new(stream)))
    }

    /// The share of values that is now left outside.
    #[getter]
    fn alpha(&self) -> PyResult<f64> {
        guard(|| self.0.lock().alpha())
    }

    /// The share of the values so far that their intervals held; None before the first.
    #[getter]
    fn coverage(&self) -> PyResult<Option<f64>> {
        guard(|| self.0.lock().coverage())
    }

    /// How many values came.
    #[getter]
    fn observed(&self) -> u64 {
        self.0.lock().observed()
    }

    /// The interval about the next forecast.
    ///
    /// Args:
    ///     forecast: the forecast.
    ///
    /// Returns:
    ///     Its ends: (-inf, inf) where it is the whole line, (inf, -inf) where it is empty.
    ///
    /// Raises:
    ///     NonFiniteError: for what is not finite.
    fn interval(&self, forecast: Number) -> PyResult<(f64, f64)> {
        attempt(|| self.0.lock().interval(forecast.0)).map(ends)
    }

    /// Takes what came for a forecast.
    ///
    /// Args:
    ///     actual: what came.
    ///     forecast: what was forecast.
    ///
    /// Returns:
    ///     The interval that there was about it, as ``interval`` gives it.
    ///
    /// Raises:
    ///     NonFiniteError: for what is not finite.
    ///     OutOfRangeError: where the error leaves the range of floats.
    fn observe(&self, actual: Number, forecast: Number) -> PyResult<(f64, f64)> {
        attempt(|| self.0.lock().observe(actual.0, forecast.0)).map(ends)
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
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        resumed(text).map(|stream| Self(Shared::new(stream)))
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let stream = self.0.lock();
            let (level, observed, alpha) = (stream.level(), stream.observed(), Figure(stream.alpha()));
            format!("AdaptiveConformal(level={level:?}, observed={observed}, alpha={alpha})")
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json()?,)))
    }
}

fn ends(interval: AdaptiveInterval) -> (f64, f64) {
    (interval.lower, interval.upper)
}
