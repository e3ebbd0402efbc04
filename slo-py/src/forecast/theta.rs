//! The Theta method, and the test that looks for a season.

use ::slo::forecast::{self, ThetaVariant};
use pyo3::prelude::*;

use super::model::Model;
use crate::core::Figure;
use crate::core::decompose::Composition;
use crate::errors::detached;
use crate::record::record_class;
use crate::values::{Column, choice, count, whole, word};

const VARIANTS: [(&str, ThetaVariant); 5] = [
    ("standard", ThetaVariant::Standard),
    ("classic", ThetaVariant::Classic),
    ("optimised", ThetaVariant::Optimised),
    ("dynamic-standard", ThetaVariant::DynamicStandard),
    ("dynamic-optimised", ThetaVariant::DynamicOptimised),
];

pub(super) const COMPOSITIONS: [(&str, Composition); 2] =
    [("additive", Composition::Additive), ("multiplicative", Composition::Multiplicative)];

/// The Theta method: simple exponential smoothing, pulled along a line through the series.
///
/// A season is taken off first, if there is one: more than two periods, and ``seasonality`` says so. Intervals are
/// normal.
///
/// Args:
///     period: the length of a season in places; 1 for none.
///     variant: ``"standard"`` is R's thetaf; ``"classic"`` the method as published, the "Theta" of the M4 competition;
///         ``"optimised"`` (OTM) estimates the weight of the line, too; ``"dynamic-standard"`` (DSTM) takes the line of
///         the values up to each place; ``"dynamic-optimised"`` (DOTM) does both.
///     composition: how the season is joined to the rest, ``"multiplicative"`` or ``"additive"``. It is added in any
///         case where values are not above 0.
///
/// Raises:
///     InvalidParameterError: for a negative period, or another word.
///
/// Examples:
///     >>> slo.forecast.Theta(variant="optimised").fit([5, 7, 9, 11, 13, 15]).forecast(2).mean.round(6)
///     array([17., 19.])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Theta(pub(super) forecast::Theta);

record_class! { Theta(forecast::Theta): "The options" {
    #[new]
    #[pyo3(
        signature = (period=1, variant="standard", composition="multiplicative"),
        text_signature = "(period=1, variant='standard', composition='multiplicative')"
    )]
    fn new(#[pyo3(from_py_with = whole)] period: i64, variant: &str, composition: &str) -> PyResult<Self> {
        let method = forecast::Theta::new()
            .period(count("period", period)?)
            .variant(choice("variant", variant, &VARIANTS, &[])?)
            .composition(choice("composition", composition, &COMPOSITIONS, &[])?);
        Ok(Self(method))
    }

    /// The length of a season in places; 1 for none.
    #[getter]
    fn period(&self) -> usize {
        self.0.settings().0
    }

    /// Which model of the family.
    #[getter]
    fn variant(&self) -> &'static str {
        word(&self.0.settings().1, &VARIANTS)
    }

    /// How the season is joined to the rest.
    #[getter]
    fn composition(&self) -> &'static str {
        word(&self.0.settings().2, &COMPOSITIONS)
    }

    /// The model of a series, from four values on.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Model``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a period of 0.
    ///     TooShortError: below four values.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///     OutOfRangeError: where squares leave the range of floats.
    ///
    /// Examples:
    ///     >>> slo.forecast.Theta().fit([3, 4, 3.5, 5, 4.5, 6]).params["drift"].__round__(6)
    ///     0.257143
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    fn __repr__(&self) -> String {
        let (period, variant, composition) = (self.period(), self.variant(), self.composition());
        format!("Theta(period={period}, variant='{variant}', composition='{composition}')")
    }
} }

/// How much a series resembles itself one period ago, and how much it would by chance; made by ``seasonality``.
///
/// Examples:
///     >>> slo.forecast.seasonality([1, 9] * 8, 2)
///     Seasonality(autocorrelation=0.875, critical=0.682888, is_seasonal=True)
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Seasonality(forecast::Seasonality);

record_class! { Seasonality(forecast::Seasonality): "The numbers", fields {
    /// The autocorrelation at the lag of one period; 0 for a constant series.
    autocorrelation: f64,
    /// What its size exceeds in one series of ten whose autocorrelations end before one period.
    critical: f64,
} {
    /// Whether the autocorrelation is beyond chance, in either direction.
    #[getter]
    fn is_seasonal(&self) -> bool {
        self.0.is_seasonal()
    }

    fn __repr__(&self) -> String {
        let found = if self.0.is_seasonal() { "True" } else { "False" };
        let (r, critical) = (Figure(self.0.autocorrelation), Figure(self.0.critical));
        format!("Seasonality(autocorrelation={r}, critical={critical}, is_seasonal={found})")
    }
} }

/// Tests at the level 10% whether a series has a season, as the M4 competition and R's thetaf do.
///
/// Args:
///     y: the values at equal distances, oldest first, shape (values,), more than ``period``.
///     period: the length of the season in places, at least 2.
///
/// Returns:
///     A ``Seasonality``.
///
/// Raises:
///     InvalidParameterError: for a period below 2.
///     TooShortError: unless there are more values than a period has.
///     NonFiniteError: with the index of the first value that is not finite.
///
/// Examples:
///     >>> slo.forecast.seasonality([1, -1, 1, -1], 2).is_seasonal
///     False
#[pyfunction]
pub(crate) fn seasonality(
    y: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = whole)] period: i64,
) -> PyResult<Seasonality> {
    let period = count("period", period)?;
    let column = Column::new("values", y)?;
    let values = column.as_slice()?;
    detached(y.py(), || forecast::seasonality(values, period)).map(Seasonality)
}
