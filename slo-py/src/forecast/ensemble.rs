//! Several methods at once.

use ::slo::forecast::{self, AnyForecaster, Combination};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

use super::any::{method, object};
use super::model::Model;
use crate::record::record_class;
use crate::values::{Column, choice, count, whole};

/// Several methods at once, whose forecasts are combined at each step.
///
/// Standard errors are combined as they are, not as those of independent errors: the members see the same series.
/// Intervals are normal.
///
/// Args:
///     members: methods of ``slo.forecast``, one or more.
///     combine: ``"median"``, which None is, too, ``"mean"``, or a list of weights, one for each member, of which the
///         proportions count.
///
/// Raises:
///     InvalidParameterError: for another word.
///
/// Examples:
///     >>> both = slo.forecast.Ensemble([slo.forecast.Naive(), slo.forecast.Drift()])
///     >>> both.fit([1, 2, 3]).forecast(1).mean
///     array([3.5])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Ensemble(pub(super) forecast::Ensemble);

/// What one word says, or the weights.
fn combination(given: &Bound<'_, PyAny>) -> PyResult<Combination> {
    if let Ok(given) = given.extract::<String>() {
        let choices = [("median", false), ("mean", true)];
        let mean = choice("combine", &given, &choices, &[])?;
        return Ok(if mean { Combination::Mean } else { Combination::Median });
    }
    Ok(Combination::Weighted(Column::new("combine", given)?.as_slice()?.to_vec()))
}

/// The periods: one, or several.
fn periods(given: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
    if let Ok(items) = given.try_iter() {
        return items.map(|item| count("period", whole(&item?)?)).collect();
    }
    Ok(vec![count("period", whole(given)?)?])
}

fn methods(given: &Bound<'_, PyAny>) -> PyResult<Vec<AnyForecaster>> {
    given.try_iter()?.map(|item| method(&item?)).collect()
}

fn combined(ensemble: forecast::Ensemble, combine: Option<Combination>) -> Ensemble {
    Ensemble(match combine {
        Some(combination) => ensemble.combine(combination),
        None => ensemble,
    })
}

record_class! { Ensemble(forecast::Ensemble): "The options" {
    #[new]
    #[pyo3(signature = (members, combine=None))]
    fn new(
        #[pyo3(from_py_with = methods)] members: Vec<AnyForecaster>,
        combine: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Ok(combined(forecast::Ensemble::new(members), combine.map(combination).transpose()?))
    }

    /// The methods that suit the series: one call, and nothing to tune.
    ///
    /// Args:
    ///     period: the length of a season in places, 1 for none, or a list of several, such as ``[24, 168]``.
    ///     combine: ``"median"``, which None is, too, ``"mean"``, or a list of weights.
    ///
    /// Returns:
    ///     An ``Ensemble``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a negative period, or another word.
    ///
    /// Examples:
    ///     >>> slo.forecast.Ensemble.default(period=4).fit([10, 20, 60, 30] * 6).forecast(4).mean.round(6)
    ///     array([10., 20., 60., 30.])
    #[staticmethod]
    #[pyo3(signature = (period, combine=None))]
    fn default(
        #[pyo3(from_py_with = periods)] period: Vec<usize>,
        combine: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Ok(combined(forecast::Ensemble::default(&period), combine.map(combination).transpose()?))
    }

    /// The methods it was given; None of one that chooses them by the series.
    #[getter]
    fn members(&self, py: Python<'_>) -> PyResult<Option<Vec<Py<PyAny>>>> {
        let members = self.0.given();
        members.map(|members| members.iter().map(|member| object(py, member)).collect()).transpose()
    }

    /// The lengths of seasons that it chooses its members by; None of one that was given them.
    #[getter]
    fn period(&self) -> Option<Vec<usize>> {
        self.0.periods().map(<[usize]>::to_vec)
    }

    /// How forecasts are combined: ``"median"``, ``"mean"``, or a list of weights.
    #[getter]
    fn combine(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        match self.0.combination() {
            Combination::Median => "median".into_py_any(py),
            Combination::Mean => "mean".into_py_any(py),
            Combination::Weighted(weights) => weights.clone().into_py_any(py),
        }
    }

    /// The model of a series: that of each member.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Model``.
    ///
    /// Raises:
    ///     InvalidParameterError: for no member, a period of 0, or weights that are none.
    ///     TooShortError: for less than a member needs.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///
    /// Examples:
    ///     >>> slo.forecast.Ensemble.default(period=24).fit([5, 7]).report.warnings
    ///     ['the series is too short for all but the naive method']
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let combine = self.combine(py)?;
        let combine = combine.bind(py).repr()?;
        let Some(members) = self.members(py)? else {
            let periods = self.0.periods().unwrap_or_default();
            return Ok(format!("Ensemble.default({periods:?}, combine={combine})"));
        };
        let members = members.into_py_any(py)?;
        Ok(format!("Ensemble({}, combine={combine})", members.bind(py).repr()?))
    }
} }
