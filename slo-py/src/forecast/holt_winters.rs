//! Level, trend and season that follow the values.

use ::slo::forecast::{self, Convention, EtsSeason, EtsTrend};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::intervals;
use super::model::Model;
use crate::call::Call;
use crate::core::Error;
use crate::errors::{attempt, raise, wrong_type};
use crate::json;
use crate::record::record_class;
use crate::values::{Column, Number, choice, count, whole};

/// Trends by their word and by whether they fade.
const TRENDS: [(&str, bool, EtsTrend); 5] = [
    ("none", false, EtsTrend::None),
    ("additive", false, EtsTrend::Additive),
    ("additive", true, EtsTrend::AdditiveDamped),
    ("multiplicative", false, EtsTrend::Multiplicative),
    ("multiplicative", true, EtsTrend::MultiplicativeDamped),
];

const TREND_WORDS: [(&str, &str); 3] =
    [("none", "none"), ("additive", "additive"), ("multiplicative", "multiplicative")];

const SEASONS: [(&str, EtsSeason); 3] = [
    ("none", EtsSeason::None),
    ("additive", EtsSeason::Additive),
    ("multiplicative", EtsSeason::Multiplicative),
];

const CONVENTIONS: [(&str, Convention); 3] =
    [("r", Convention::R), ("statsmodels", Convention::Statsmodels), ("ets", Convention::Ets)];

/// First states by their word.
#[derive(Clone, Copy, PartialEq)]
enum Start {
    Heuristic,
    Simple,
    Legacy,
    Estimated,
}

const STARTS: [(&str, Start); 4] = [
    ("heuristic", Start::Heuristic),
    ("simple", Start::Simple),
    ("legacy", Start::Legacy),
    ("estimated", Start::Estimated),
];

/// A word, or level, trend and season.
fn initial(given: &Bound<'_, PyAny>) -> PyResult<forecast::Initial> {
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(match choice("initial", &text.to_cow()?, &STARTS, &[])? {
            Start::Heuristic => forecast::Initial::Heuristic,
            Start::Simple => forecast::Initial::Simple,
            Start::Legacy => forecast::Initial::Legacy,
            Start::Estimated => forecast::Initial::Estimated,
        });
    }
    let expected = "a word or (level, trend, season)";
    let (level, trend, season): (Number, Number, Bound<'_, PyAny>) =
        given.extract().map_err(|_: PyErr| wrong_type(expected, given))?;
    let season = Column::new("season", &season)?.as_slice()?.to_vec();
    Ok(forecast::Initial::Given { level: level.0, trend: trend.0, season })
}

/// Exponential smoothing by the least sum of squares: level, trend and season follow the values, each at its own pace.
///
/// A value is expected to be ``f = q + s`` or ``q * s`` with ``q = l``, ``l + phi b`` or ``l b^phi``. Its error moves
/// the level by alpha, the trend by beta and the season by gamma, as the convention says. What is not fixed of them
/// and, by default, of the first states is found where the sum of squared errors is least. Simple smoothing is
/// ``HoltWinters(trend="none")``, Holt's method ``HoltWinters()``.
///
/// Intervals are normal, and exact for given parameters, where all parts are additive; else they are those of simulated
/// futures, always the same.
///
/// Args:
///     period: the length of a season in places, at least 2; None where there is no season.
///     trend: ``"additive"``, ``"multiplicative"`` or ``"none"``.
///     seasonal: ``"additive"``, ``"multiplicative"`` or ``"none"``; None is ``"additive"`` where there is a period.
///     damped: whether the trend fades.
///     convention: ``"statsmodels"``, ``"r"`` or ``"ets"``: what beta and gamma mean, within what bounds they are
///         sought, and how the season learns. R's knows neither damping nor a multiplicative trend, and starts from a
///         decomposition of two cycles.
///     initial: where level, trend and season begin: ``"heuristic"``, ``"simple"``, ``"legacy"``, ``"estimated"``, or
///         ``(level, trend, season)``. None is as the convention has it.
///     alpha: fixes how much of an error the level takes, in [0, 1].
///     beta: fixes how fast the trend learns, in [0, 1].
///     gamma: fixes how fast the season learns, in [0, 1].
///     phi: fixes how much of a damped trend is left at each step, in (0, 1].
///     intervals: where intervals come from: ``"analytic"``, a normal law; ``"simulated"``, paths with normal errors;
///         ``"bootstrap"``, paths with errors that the model made. None is analytic where that is exact, else simulated.
///     paths: of how many paths, at least 1, where they come from any; None is 5000.
///     seed: which paths, in [0, 2^64); None is 0.
///
/// Raises:
///     InvalidParameterError: for a value outside its range, an unknown word, a season without a period, or paths or a seed
///         without simulated intervals.
///
/// Examples:
///     >>> values = [10, 14, 12, 16, 14, 18, 16, 20, 18, 22]
///     >>> m = slo.forecast.HoltWinters(period=2).fit(values)
///     >>> m.forecast(2).mean.round(6)
///     array([20., 24.])
///     >>> slo.forecast.HoltWinters(trend="none", alpha=0.5, initial=(8, 0, [])).fit([4, 10]).forecast(1).mean
///     array([8.])
///
/// References:
///     Hyndman, R. J., Koehler, A. B., Ord, J. K. and Snyder, R. D. (2008). Forecasting with Exponential Smoothing: The
///     State Space Approach, chapter 2. Springer.
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct HoltWinters(pub(super) forecast::HoltWinters);

record_class! { HoltWinters(forecast::HoltWinters): "The method" {
    #[new]
    #[pyo3(
        signature = (period=None, trend="additive", seasonal=None, *, damped=false, convention="statsmodels",
                     initial=None, alpha=None, beta=None, gamma=None, phi=None, intervals=None, paths=None, seed=None),
        text_signature = "(period=None, trend='additive', seasonal=None, *, damped=False, \
                          convention='statsmodels', initial=None, alpha=None, beta=None, gamma=None, phi=None, \
                          intervals=None, paths=None, seed=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "one for each option, all but three by name")]
    fn new(
        period: Option<&Bound<'_, PyAny>>,
        trend: &str,
        seasonal: Option<&str>,
        damped: bool,
        convention: &str,
        initial: Option<&Bound<'_, PyAny>>,
        alpha: Option<Number>,
        beta: Option<Number>,
        gamma: Option<Number>,
        phi: Option<Number>,
        intervals: Option<&str>,
        paths: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let period =
            period.map(|period| whole(period).and_then(|period| count("period", period))).transpose()?;
        let trend = choice("trend", trend, &TREND_WORDS, &[])?;
        let of_word = TRENDS.iter().find(|(name, fades, _)| *name == trend && *fades == damped);
        let Some((_, _, trend)) = of_word else {
            return Err(raise(Error::invalid("damped", "True", "must be False where there is no trend")));
        };
        let mut method = match period {
            Some(period) => attempt(|| forecast::HoltWinters::new(period))?,
            None => forecast::HoltWinters::holt(),
        };
        if let Some(seasonal) = seasonal {
            let season = choice("seasonal", seasonal, &SEASONS, &[])?;
            if period.is_none() && season != EtsSeason::None {
                return Err(raise(Error::invalid("period", "None", "must be given where there is a season")));
            }
            method = method.season(season);
        }
        method = method.trend(*trend).convention(choice("convention", convention, &CONVENTIONS, &[])?);
        if let Some(given) = initial {
            method = method.initial(self::initial(given)?);
        }
        if let Some(intervals) = intervals::intervals(intervals, paths, seed)? {
            method = method.intervals(intervals);
        }
        attempt(move || {
            if let Some(Number(alpha)) = alpha {
                method = method.alpha(alpha)?;
            }
            if let Some(Number(beta)) = beta {
                method = method.beta(beta)?;
            }
            if let Some(Number(gamma)) = gamma {
                method = method.gamma(gamma)?;
            }
            if let Some(Number(phi)) = phi {
                method = method.phi(phi)?;
            }
            Ok(Self(method))
        })
    }

    /// The length of a season in places; 1 where there is none.
    #[getter]
    fn period(&self) -> usize {
        self.0.period()
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
    ///     InvalidParameterError: for a value that is not positive where trend or season is a factor, with its place,
    ///         and for fixed parameters that contradict each other.
    ///     LengthMismatchError: for a given season that is not one period long.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///     OutOfRangeError: where squares leave the range of floats.
    ///     TooShortError: for less than two seasons, or fewer values than there are numbers to estimate.
    ///     UnsupportedError: for what R's convention does not know.
    ///
    /// Examples:
    ///     >>> slo.forecast.HoltWinters().fit([1, 3, 5, 7, 9]).forecast(2).mean.round(9)
    ///     array([11., 13.])
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let shown = json::dict(py, &self.0)?;
        let word = |key: &str| shown.get_item(key)?.extract::<String>();
        let (trend, seasonal) = (word("trend")?, word("season")?);
        let mut call = Call::new(py, "HoltWinters");
        if self.0.period() > 1 {
            call = call.option("period", self.0.period())?;
        }
        call = call.option("trend", trend.trim_end_matches("_damped"))?.option("seasonal", seasonal)?;
        if trend.ends_with("_damped") {
            call = call.option("damped", true)?;
        }
        call = call.option("convention", word("convention")?)?;
        let initial = shown.get_item("initial")?;
        if let Ok(given) = initial.cast::<PyDict>() {
            let states = given.as_any().get_item("given")?;
            let [level, trend, season] = ["level", "trend", "season"].map(|state| states.get_item(state));
            call = call.option("initial", (level?, trend?, season?))?;
        } else if !initial.is_none() {
            call = call.option("initial", initial)?;
        }
        for (name, value) in ["alpha", "beta", "gamma", "phi"].into_iter().zip(shown.get_item("fixed")?.try_iter()?) {
            let value = value?;
            if !value.is_none() {
                call = call.option(name, value)?;
            }
        }
        let chosen = shown.get_item("intervals")?;
        Ok(if chosen.is_none() { call } else { intervals::shown(call, &chosen)? }.end())
    }
} }
