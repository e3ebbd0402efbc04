//! Whether a model has left nothing in its residuals, and whether one method beats another.

use ::slo::forecast::{self, Alternative, LongRunVariance};
use pyo3::prelude::*;

use super::model::Model;
use crate::core::Figure;
use crate::errors::{detached, guard};
use crate::record::record_class;
use crate::values::{Column, Number, choice, count, count_or_none, whole, whole_or_none, word};

const ALTERNATIVES: [(&str, Alternative); 3] =
    [("two-sided", Alternative::TwoSided), ("less", Alternative::Less), ("greater", Alternative::Greater)];

const VARIANCES: [(&str, LongRunVariance); 2] =
    [("rectangular", LongRunVariance::Rectangular), ("bartlett", LongRunVariance::Bartlett)];

/// Ljung and Box's test: are the first autocorrelations of residuals larger than chance makes them?
///
/// R's ``Box.test(type="Ljung-Box")``.
///
/// Args:
///     residuals: the residuals, oldest first, shape (values,).
///     lags: how many lags to look at, above ``fitted_parameters`` and below the number of residuals.
///     fitted_parameters: how many parameters were fitted that shape autocorrelations: p + q of an ARMA model.
///
/// Returns:
///     A ``LjungBox``.
///
/// Raises:
///     DegenerateError: if all residuals are equal.
///     InvalidParameterError: for lags outside their range.
///     NonFiniteError: with the index of the first value that is not finite.
///     TooShortError: below two residuals.
///
/// Examples:
///     >>> slo.forecast.ljung_box([1, 2, 3, 4, 5], lags=2).degrees_of_freedom
///     2
#[pyfunction]
#[pyo3(signature = (residuals, lags, fitted_parameters=0))]
pub(crate) fn ljung_box(
    residuals: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = whole)] lags: i64,
    #[pyo3(from_py_with = whole)] fitted_parameters: i64,
) -> PyResult<LjungBox> {
    let (lags, fitted) = (count("lags", lags)?, count("fitted_parameters", fitted_parameters)?);
    let column = Column::new("residuals", residuals)?;
    let values = column.as_slice()?;
    detached(residuals.py(), || forecast::ljung_box(values, lags, fitted)).map(LjungBox)
}

/// Jarque and Bera's test: are skewness and kurtosis those of normal values?
///
/// Args:
///     values: the values, shape (values,).
///
/// Returns:
///     A ``JarqueBera``.
///
/// Raises:
///     DegenerateError: if all values are equal.
///     NonFiniteError: with the index of the first value that is not finite.
///     TooShortError: below two values.
///
/// Examples:
///     >>> slo.forecast.jarque_bera([1, 2, 3, 4, 5]).kurtosis
///     1.7
#[pyfunction]
pub(crate) fn jarque_bera(values: &Bound<'_, PyAny>) -> PyResult<JarqueBera> {
    let column = Column::new("values", values)?;
    let slice = column.as_slice()?;
    detached(values.py(), || forecast::jarque_bera(slice)).map(JarqueBera)
}

/// Diebold and Mariano's test of equal accuracy, with the correction of Harvey, Leybourne and Newbold.
///
/// R's ``forecast::dm.test``.
///
/// Args:
///     e1: the errors of the first method, oldest first, shape (values,).
///     e2: those of the second at the same places, shape (values,).
///     horizon: how many steps ahead the errors are, at least 1 and below their number.
///     power: the power of the absolute error that is the loss, above 0.
///     alternative: ``"two-sided"``; ``"less"``: the first method's losses are less; ``"greater"``: they are greater.
///     variance: ``"rectangular"`` as R has it, or ``"bartlett"``, which is never negative.
///
/// Returns:
///     A ``DieboldMariano``; its statistic is above 0 where the second method is better.
///
/// Raises:
///     DegenerateError: where the variance of the losses' difference is not positive.
///     InvalidParameterError: for a horizon of 0 or a power that is not above 0.
///     LengthMismatchError: unless both are of one length.
///     NonFiniteError: with the index of the first value that is not finite.
///     TooShortError: below two errors, or unless there are more than steps ahead.
///
/// Examples:
///     >>> round(slo.forecast.diebold_mariano([2, 1, -2, 1], [1, 1, 1, -1]).statistic, 12)
///     1.732050807569
#[pyfunction]
#[pyo3(
    signature = (e1, e2, horizon=1, power=Number(2.0), alternative="two-sided", *, variance="rectangular"),
    text_signature = "(e1, e2, horizon=1, power=2.0, alternative='two-sided', *, variance='rectangular')"
)]
pub(crate) fn diebold_mariano(
    e1: &Bound<'_, PyAny>,
    e2: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = whole)] horizon: i64,
    power: Number,
    alternative: &str,
    variance: &str,
) -> PyResult<DieboldMariano> {
    let horizon = count("horizon", horizon)?;
    let alternative = choice("alternative", alternative, &ALTERNATIVES, &[])?;
    let variance = choice("variance", variance, &VARIANCES, &[])?;
    let columns = (Column::new("e1", e1)?, Column::new("e2", e2)?);
    let (first, second) = (columns.0.as_slice()?, columns.1.as_slice()?);
    detached(e1.py(), || {
        let test = forecast::DieboldMariano::new().horizon(horizon)?.power(power.0)?;
        test.alternative(alternative).variance(variance).test(first, second)
    })
    .map(DieboldMariano)
}

/// What a model has left in its residuals: bias, dependence, non-normality and outliers.
///
/// Args:
///     model: a ``Model``, whose innovations are tested (residuals, or their shares of the forecast where errors
///         are in proportion to it), or residuals, oldest first, shape (values,).
///     lags: how many lags to look at; if None 10, or twice the period, but at most a fifth of the residuals.
///     period: the length of a season in places, at least 1.
///     fitted_parameters: how many parameters were fitted that shape autocorrelations.
///
/// Returns:
///     A ``ResidualReport``.
///
/// Raises:
///     InvalidParameterError: for lags outside their range, or a period of 0.
///     NonFiniteError: with the index of the first residual that is not finite.
///     TooShortError: below two residuals.
///
/// Examples:
///     >>> slo.forecast.residual_diagnostics([0.0] * 20).explain()
///     'All 20 residuals are 0: the model leaves nothing.'
#[pyfunction]
#[pyo3(signature = (model, lags=None, period=1, fitted_parameters=0))]
pub(crate) fn residual_diagnostics(
    model: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = whole_or_none)] lags: Option<i64>,
    #[pyo3(from_py_with = whole)] period: i64,
    #[pyo3(from_py_with = whole)] fitted_parameters: i64,
) -> PyResult<ResidualReport> {
    let (lags, period) = (count_or_none("lags", lags)?, count("period", period)?);
    let fitted_parameters = count("fitted_parameters", fitted_parameters)?;
    let options = || {
        let options =
            forecast::ResidualDiagnostics::new().period(period)?.fitted_parameters(fitted_parameters);
        lags.map_or(Ok(options), |lags| options.lags(lags))
    };
    if let Ok(fitted) = model.cast::<Model>() {
        let fitted = fitted.get().any();
        return detached(model.py(), || options()?.check(&fitted)).map(ResidualReport);
    }
    let column = Column::new("residuals", model)?;
    let residuals = column.as_slice()?;
    detached(model.py(), || options()?.check_residuals(residuals)).map(ResidualReport)
}

/// What Ljung and Box's test found; made by ``ljung_box``.
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct LjungBox(forecast::LjungBox);

record_class! { LjungBox(forecast::LjungBox): "The result", fields {
    /// The statistic.
    statistic: f64,
    /// The probability of a statistic as great, if there is no dependence.
    p_value: f64,
    /// How many lags were looked at.
    lags: usize,
    /// The lags, less the fitted parameters.
    degrees_of_freedom: usize,
} {
    fn __repr__(&self) -> String {
        let forecast::LjungBox { statistic, p_value, lags, degrees_of_freedom, .. } = self.0;
        let (statistic, p_value) = (Figure(statistic), Figure(p_value));
        format!(
            "LjungBox(statistic={statistic}, p_value={p_value}, lags={lags}, degrees_of_freedom={degrees_of_freedom})"
        )
    }
} }

/// What Jarque and Bera's test found; made by ``jarque_bera``.
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct JarqueBera(forecast::JarqueBera);

record_class! { JarqueBera(forecast::JarqueBera): "The result", fields {
    /// The statistic.
    statistic: f64,
    /// The probability of a statistic as great in a normal sample.
    p_value: f64,
    /// The third standardised moment, 0 for normal values.
    skewness: f64,
    /// The fourth standardised moment, 3 for normal values.
    kurtosis: f64,
} {
    fn __repr__(&self) -> String {
        let forecast::JarqueBera { statistic, p_value, skewness, kurtosis, .. } = self.0;
        let [statistic, p_value, skewness, kurtosis] = [statistic, p_value, skewness, kurtosis].map(Figure);
        format!(
            "JarqueBera(statistic={statistic}, p_value={p_value}, skewness={skewness}, kurtosis={kurtosis})"
        )
    }
} }

/// What Diebold and Mariano's test found; made by ``diebold_mariano``.
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct DieboldMariano(forecast::DieboldMarianoTest);

record_class! { DieboldMariano(forecast::DieboldMarianoTest): "The result", fields {
    /// The corrected statistic: above 0, the second method is better.
    statistic: f64,
    /// The probability of a statistic as far out, if both methods are equally good.
    p_value: f64,
    /// The mean difference of the losses, the first less the second.
    mean_difference: f64,
    /// The degrees of freedom of Student's t.
    degrees_of_freedom: usize,
    /// The steps ahead of the errors.
    horizon: usize,
} {
    /// What equality was held against.
    #[getter]
    fn alternative(&self) -> &'static str {
        word(&self.0.alternative, &ALTERNATIVES)
    }

    fn __repr__(&self) -> String {
        let forecast::DieboldMarianoTest { statistic, p_value, horizon, .. } = self.0;
        let (statistic, p_value) = (Figure(statistic), Figure(p_value));
        format!("DieboldMariano(statistic={statistic}, p_value={p_value}, horizon={horizon})")
    }
} }

/// What a model has left in its residuals; made by ``residual_diagnostics``.
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct ResidualReport(forecast::ResidualReport);

record_class! { ResidualReport(forecast::ResidualReport): "The result", fields {
    /// How many residuals there are.
    count: usize,
    /// Their mean: above 0 where the model is too low.
    mean: f64,
    /// Their standard deviation, with divisor count - 1.
    standard_deviation: f64,
    /// The probability of a mean as far from 0 by chance; None if all are equal.
    mean_p_value: Option<f64>,
} {
    /// The test of dependence; None if all are equal, or there are too few.
    #[getter]
    fn ljung_box(&self) -> Option<LjungBox> {
        self.0.ljung_box.map(LjungBox)
    }

    /// The test of normality; None if all are equal.
    #[getter]
    fn jarque_bera(&self) -> Option<JarqueBera> {
        self.0.jarque_bera.map(JarqueBera)
    }

    /// Residuals far from the others: place in the series, residual and robust score of each.
    #[getter]
    fn outliers(&self) -> Vec<(usize, f64, f64)> {
        self.0.outliers.iter().map(|outlier| (outlier.index, outlier.residual, outlier.score)).collect()
    }

    /// Whether no test of bias or dependence rejects at 5 %.
    #[getter]
    fn is_clean(&self) -> PyResult<bool> {
        guard(|| self.0.is_clean())
    }

    /// What was found, in a sentence.
    fn explain(&self) -> PyResult<String> {
        guard(|| self.0.explain())
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let clean = if self.0.is_clean() { "True" } else { "False" };
            let (count, outliers) = (self.0.count, self.0.outliers.len());
            format!("ResidualReport(count={count}, is_clean={clean}, outliers={outliers})")
        })
    }
} }
