//! Exponential smoothing by likelihood.

use ::slo::forecast::{self, AnyModel, Criterion, EtsBounds, EtsSpec, FactorTrends};
use pyo3::prelude::*;

use super::intervals;
use super::model::Model;
use crate::call::{Call, changed};
use crate::errors::{attempt, detached};
use crate::record::record_class;
use crate::values::{Column, MISSING_VALUES, Number, choice, count, whole};

const BOUNDS: [(&str, EtsBounds); 3] =
    [("usual", EtsBounds::Usual), ("admissible", EtsBounds::Admissible), ("both", EtsBounds::Both)];

const CRITERIA: [(&str, Criterion); 3] =
    [("aicc", Criterion::Aicc), ("aic", Criterion::Aic), ("bic", Criterion::Bic)];

const FACTOR_TRENDS: [(&str, FactorTrends); 2] =
    [("excluded", FactorTrends::Excluded), ("included", FactorTrends::Included)];

/// Exponential smoothing in state space form, estimated by the greatest likelihood: thirty models.
///
/// Level, trend and season each take a share of the error of every forecast. A model is written as in the literature,
/// error, trend, season: ``"A"`` additive, ``"M"`` multiplicative, ``"N"`` none, ``"Ad"`` and ``"Md"`` a trend that is
/// damped. The likelihood is on the scale of R's package forecast. Where level, trend and season are added, or only error
/// and season are factors, intervals are exact; else they are those of simulated futures.
///
/// Args:
///     spec: which model, such as ``"MAdM"``.
///     period: the length of a season in places, at least 2; what a model without season ignores.
///     bounds: what the coefficients may be: ``"usual"``, shares of the error; ``"admissible"``, what lets the first states
///         be forgotten in time; ``"both"``.
///     alpha: the gain of the level, in [0, 1], if it is not to be estimated.
///     beta: the gain of the trend, in [0, 1], likewise; R's ``beta``.
///     gamma: the gain of the season, in [0, 1], likewise.
///     phi: the damping of the trend, in (0, 1], likewise.
///     missing: ``"error"`` refuses NaN; ``"skip"`` lets the states go on without error where a value is not known.
///     intervals: where intervals come from: ``"analytic"``, a normal law; ``"simulated"``, paths with normal errors;
///         ``"bootstrap"``, paths with errors that the model made. None is analytic where that is exact, else simulated.
///     paths: of how many paths, at least 1, where they come from any; None is 5000.
///     seed: which paths, in [0, 2^64); None is 0.
///
/// Raises:
///     InvalidParameterError: for a name that is no model, for paths or a seed without simulated intervals, and for a
///     word or a period that means nothing.
///
/// Examples:
///     >>> y = [12, 15, 11, 13, 17, 12, 15, 18, 14, 16, 20, 15]
///     >>> m = slo.forecast.Ets("ANA", period=3, alpha=0.2, gamma=0.1).fit(y)
///     >>> m.params["alpha"], m.observations
///     (0.2, 12)
///     >>> m.aicc > m.aic
///     True
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Ets(pub(super) forecast::Ets);

record_class! { Ets(forecast::Ets): "The settings" {
    #[new]
    #[pyo3(signature = (spec, *, period=1, bounds="usual", alpha=None, beta=None, gamma=None, phi=None, missing="error",
                        intervals=None, paths=None, seed=None))]
    #[allow(clippy::too_many_arguments, reason = "as many as there are settings, by name")]
    fn new(
        spec: &str,
        #[pyo3(from_py_with = whole)] period: i64,
        bounds: &str,
        alpha: Option<Number>,
        beta: Option<Number>,
        gamma: Option<Number>,
        phi: Option<Number>,
        missing: &str,
        intervals: Option<&str>,
        paths: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let spec: EtsSpec = attempt(|| spec.parse())?;
        let mut method = forecast::Ets::new(spec)
            .period(count("period", period)?)
            .bounds(choice("bounds", bounds, &BOUNDS, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        for (value, set) in [
            (alpha, forecast::Ets::alpha as fn(forecast::Ets, f64) -> forecast::Ets),
            (beta, forecast::Ets::beta),
            (gamma, forecast::Ets::gamma),
            (phi, forecast::Ets::phi),
        ] {
            if let Some(value) = value {
                method = set(method, value.0);
            }
        }
        if let Some(intervals) = intervals::intervals(intervals, paths, seed)? {
            method = method.intervals(intervals);
        }
        Ok(Self(method))
    }

    /// Which model, such as ``"MAdM"``.
    #[getter]
    fn spec(&self) -> String {
        self.0.spec().to_string()
    }

    /// The length of a season in places; 1 for a model without season.
    #[getter]
    fn period(&self) -> usize {
        self.0.season_length()
    }

    /// The model of a series, from one value more than there are numbers to estimate on.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Model``; its ``params`` are the coefficients, and level and trend before the first value.
    ///
    /// Raises:
    ///     TooShortError: for fewer values.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///     InvalidParameterError: for a coefficient outside its range or that the model has no use for, a season without a
    ///         period, and values that are not positive where a part of the model is a factor.
    ///     OutOfRangeError: if distances between values leave the range of floats.
    ///     LimitExceededError: for a period above 86,400.
    ///
    /// Examples:
    ///     >>> y = [10, 12, 14, 16, 18, 20, 22, 24]
    ///     >>> slo.forecast.Ets("AAN").fit(y).forecast(3).mean.round(6)
    ///     array([26., 28., 30.])
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let spec = self.0.spec();
        let mut call = Call::new(py, "Ets").argument(spec.to_string())?;
        for (name, value) in changed(py, &self.0, &forecast::Ets::new(spec))? {
            call = if name == "intervals" { intervals::shown(call, &value)? } else { call.option(&name, value)? };
        }
        Ok(call.end())
    }
} }

/// Exponential smoothing by the model that the series itself chooses: the one of the least criterion.
///
/// Models of an additive error with a part that is a factor, and those of a factor trend with an additive season, are
/// never looked at: their variance may have no bound. No model with a factor is, if a value is not positive, and none
/// with a season, unless the series has two whole ones.
///
/// Args:
///     period: the length of a season in places; 1 for none.
///     criterion: by what models are compared: ``"aicc"``, Akaike's, corrected for short series; ``"aic"``; ``"bic"``,
///         Schwarz'.
///     factor_trends: whether trends may be factors: ``"excluded"`` or ``"included"``.
///     bounds: what the coefficients may be, as in ``Ets``.
///     missing: ``"error"`` refuses NaN; ``"skip"`` lets the states go on without error where a value is not known.
///
/// Raises:
///     InvalidParameterError: for a word or a period that means nothing.
///
/// Examples:
///     >>> y = [12, 15, 11, 13, 17, 12, 15, 18, 14, 16, 20, 15]
///     >>> m = slo.forecast.AutoEts(period=3).fit(y)
///     >>> m.name, m.spec, m.observations
///     ('Ets', 'ANA', 12)
///     >>> m.aicc <= slo.forecast.Ets("ANA", period=3).fit(y).aicc
///     True
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct AutoEts(pub(super) forecast::AutoEts);

record_class! { AutoEts(forecast::AutoEts): "The settings" {
    #[new]
    #[pyo3(signature = (period=1, *, criterion="aicc", factor_trends="excluded", bounds="usual", missing="error"))]
    fn new(
        #[pyo3(from_py_with = whole)] period: i64,
        criterion: &str,
        factor_trends: &str,
        bounds: &str,
        missing: &str,
    ) -> PyResult<Self> {
        let method = forecast::AutoEts::new()
            .period(count("period", period)?)
            .criterion(choice("criterion", criterion, &CRITERIA, &[])?)
            .factor_trends(choice("factor_trends", factor_trends, &FACTOR_TRENDS, &[])?)
            .bounds(choice("bounds", bounds, &BOUNDS, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        Ok(Self(method))
    }

    /// The length of a season in places.
    #[getter]
    const fn period(&self) -> usize {
        self.0.period
    }

    /// The model of the least criterion.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Model``, as ``Ets`` fits it.
    ///
    /// Raises:
    ///     TooShortError: for fewer values than the simplest model needs.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///     InvalidParameterError: for a period of 0.
    ///     OutOfRangeError: if distances between values leave the range of floats.
    ///
    /// Examples:
    ///     >>> y = [10, 12, 14, 16, 18, 20, 22, 24]
    ///     >>> slo.forecast.AutoEts().fit(y).forecast(3).mean.round(6)
    ///     array([26., 28., 30.])
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    /// All models that are allowed, the one of the least criterion first.
    ///
    /// Models that fit a series without any error have no likelihood: where there are some, they alone are given, that
    /// of the fewest parameters first.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A list of ``Model``.
    ///
    /// Raises:
    ///     SloError: as ``fit``.
    ///
    /// Examples:
    ///     >>> models = slo.forecast.AutoEts().compare([3, 5, 4, 4, 3, 5, 4, 3, 5, 4, 4, 3])
    ///     >>> len(models), models[0].aicc <= models[1].aicc
    ///     (6, True)
    fn compare(&self, y: &Bound<'_, PyAny>) -> PyResult<Vec<Model>> {
        let column = Column::new("values", y)?;
        let values = column.as_slice()?;
        let models = detached(y.py(), || self.0.compare(values))?;
        Ok(models.into_iter().map(|model| Model::new(AnyModel::from(model))).collect())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let mut call = Call::new(py, "AutoEts");
        for (name, value) in changed(py, &self.0, &forecast::AutoEts::new())? {
            call = call.option(&name, value)?;
        }
        Ok(call.end())
    }
} }
