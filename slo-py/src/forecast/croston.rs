//! Demand that comes now and then.

use ::slo::forecast::{self, CrostonVariant, Smoothing};
use pyo3::prelude::*;
use pyo3::{IntoPyObjectExt, intern};

use super::model::Model;
use crate::record::record_class;
use crate::values::{Number, choice, word};

const VARIANTS: [(&str, CrostonVariant); 6] = [
    ("classic", CrostonVariant::Classic),
    ("sba", CrostonVariant::Sba),
    ("sbj", CrostonVariant::Sbj),
    ("tsb", CrostonVariant::Tsb),
    ("adida", CrostonVariant::Adida),
    ("imapa", CrostonVariant::Imapa),
];

const OPTIMISED: (&str, Smoothing) = ("optimised", Smoothing::Optimised);

/// Croston's method and its family, for series in which most values are 0.
///
/// The forecast is the same for each step. No model lies behind these methods: the standard error is the root of the
/// mean squared error one step ahead, and intervals are normal, which is rough for demand; ``Conformal`` gives
/// intervals from the errors themselves.
///
/// Args:
///     variant: ``"classic"`` is the smoothed demand over the smoothed interval, as R's croston; ``"sba"`` and
///         ``"sbj"`` correct what it is too high on average; ``"tsb"`` is the smoothed demand times its smoothed
///         probability, which also falls where there is no demand; ``"adida"`` smooths the sums of blocks as long as an
///         interval, ``"imapa"`` those of all lengths up to that.
///     alpha: how fast demands, or sums, are learnt, in [0, 1], or ``"optimised"``: the weight between 0.1 and 0.3 of
///         the least squared errors; 0.1 if None.
///     beta: the same of intervals, or of the probability; 0.1 if None.
///
/// Raises:
///     InvalidParameterError: for another word.
///
/// Examples:
///     >>> slo.forecast.Croston("sba").fit([0, 0, 6] * 5).forecast(2).mean
///     array([1.9, 1.9])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Croston(pub(super) forecast::Croston);

fn smoothing(name: &'static str, given: &Bound<'_, PyAny>) -> PyResult<Smoothing> {
    if let Ok(given) = given.extract::<String>() {
        return choice(name, &given, &[OPTIMISED], &[]);
    }
    let Number(weight) = given.extract()?;
    Ok(Smoothing::Set(weight))
}

fn number_or_word(py: Python<'_>, smoothing: Smoothing) -> PyResult<Py<PyAny>> {
    match smoothing {
        Smoothing::Set(weight) => weight.into_py_any(py),
        Smoothing::Optimised => intern!(py, OPTIMISED.0).into_py_any(py),
    }
}

record_class! { Croston(forecast::Croston): "The options" {
    #[new]
    #[pyo3(signature = (variant="classic", alpha=None, beta=None), text_signature = "(variant='classic', alpha=None, beta=None)")]
    fn new(
        variant: &str,
        alpha: Option<&Bound<'_, PyAny>>,
        beta: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let mut method = forecast::Croston::new().variant(choice("variant", variant, &VARIANTS, &[])?);
        if let Some(alpha) = alpha {
            method = method.alpha(smoothing("alpha", alpha)?);
        }
        if let Some(beta) = beta {
            method = method.beta(smoothing("beta", beta)?);
        }
        Ok(Self(method))
    }

    /// Which method of the family.
    #[getter]
    fn variant(&self) -> &'static str {
        word(&self.0.settings().0, &VARIANTS)
    }

    /// How fast demands, or sums, are learnt: a number or ``"optimised"``.
    #[getter]
    fn alpha(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        number_or_word(py, self.0.settings().1)
    }

    /// How fast intervals, or the probability, are learnt: a number or ``"optimised"``.
    #[getter]
    fn beta(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        number_or_word(py, self.0.settings().2)
    }

    /// The model of a series, from two values on.
    ///
    /// Args:
    ///     y: the values at equal distances, oldest first, shape (values,); none below 0.
    ///
    /// Returns:
    ///     A ``Model``. Where there is no demand, it forecasts 0, and its report says so.
    ///
    /// Raises:
    ///     InvalidParameterError: for a weight outside [0, 1], and for a value below 0.
    ///     TooShortError: below two values.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///     LimitExceededError: for blocks of more than 1,000 values.
    ///     OutOfRangeError: where squares leave the range of floats.
    ///
    /// Examples:
    ///     >>> slo.forecast.Croston().fit([0, 4, 0, 4]).params
    ///     {'alpha': 0.1, 'beta': 0.1, 'size': 4.0, 'interval': 2.0}
    fn fit(&self, y: &Bound<'_, PyAny>) -> PyResult<Model> {
        Model::fit(y, |values| Ok(self.0.fit(values)?.into()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (variant, alpha, beta) = (self.variant(), self.alpha(py)?, self.beta(py)?);
        let (alpha, beta) = (alpha.bind(py).repr()?, beta.bind(py).repr()?);
        Ok(format!("Croston(variant='{variant}', alpha={alpha}, beta={beta})"))
    }
} }
