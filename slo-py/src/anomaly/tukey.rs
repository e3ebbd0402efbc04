//! Values far outside the box that holds the middle half of the others.

use ::slo::anomaly::{self, Detector, Fences, Quartiles, Rate};
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::class::detector_class;
use super::options::{SIDES, Words, degenerate};
use crate::core::Error;
use crate::core::stats::quantile::QuantileType;
use crate::errors::{attempt, detached, raise, wrong_type};
use crate::values::{MISSING_VALUES, Number, choice, count, whole, word};

/// Tukey's fences, the rule behind a box plot's separate dots: a value is unusual far outside the middle half.
///
/// The fences stand ``fence`` interquartile ranges outside the quartiles; a value on a fence is not flagged. The score
/// is the distance from the box in interquartile ranges, 0 inside. There is no p-value: the share of false alarms
/// depends on the distribution and on n.
///
/// Args:
///     fence: how many interquartile ranges outside the box the fences stand, above 0; 3 for what is "far out".
///     quantile: the type of the quartiles, 1 to 9, or ``"hinges"`` for Tukey's hinges as in R's ``boxplot.stats``.
///     side: ``"both"``, ``"upper"`` or ``"lower"``: where a value can be flagged.
///     fences: ``"symmetric"``; or ``"skewed"``, farther away on the side of the longer tail: the adjusted box plot of
///         Hubert and Vandervieren (2008), for ``detect`` alone.
///     degenerate: what a value means that differs from a box without width: ``"alarm"``, ``"no-alarm"``, or a least
///         width ``(absolute, relative)``, the second as a share of the size of the box's middle.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` leaves NaN out, which keeps its place in a
///         window.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> slo.anomaly.Tukey().detect([1, 2, 4, 7, 11, 16, 22, 29, 37, 46, 100])
///     Detection(1 of 11 values flagged: 10)
///     >>> slo.anomaly.Tukey(fence=3).detect([1, 2, 4, 7, 11, 16, 22, 29, 37, 46, 100])
///     Detection(0 of 11 values flagged)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Tukey(pub(super) anomaly::Tukey);

const FENCES: [(&str, Fences); 2] = [("symmetric", Fences::Symmetric), ("skewed", Fences::Skewed)];

const RATES: [(&str, Rate); 3] = [("point", Rate::Point), ("sample", Rate::Sample), ("next", Rate::Next)];

/// A type's number, or the word for hinges.
fn quartiles(given: &Bound<'_, PyAny>) -> PyResult<Quartiles> {
    if let Ok(text) = given.cast::<PyString>() {
        return choice("quantile", &text.to_cow()?, &[("hinges", Quartiles::Hinges)], &[]);
    }
    let number: i64 =
        given.extract().map_err(|_: PyErr| wrong_type("a type from 1 to 9 or \"hinges\"", given))?;
    let kind = u8::try_from(number).ok().and_then(|number| QuantileType::try_from(number).ok());
    let refusal = || raise(Error::invalid("quantile", number, "must be a type from 1 to 9 or \"hinges\""));
    kind.map(Quartiles::Type).ok_or_else(refusal)
}

#[derive(IntoPyObject)]
enum Kind {
    Number(u8),
    Word(&'static str),
}

detector_class! { windowed Tukey(anomaly::Tukey) {
    #[new]
    #[pyo3(
        signature = (fence=Number(1.5), quantile=None, *, side="both", fences="symmetric", degenerate=None, missing="error"),
        text_signature = "(fence=1.5, quantile=7, *, side='both', fences='symmetric', degenerate='alarm', \
                          missing='error')"
    )]
    fn new(
        fence: Number,
        quantile: Option<&Bound<'_, PyAny>>,
        side: &str,
        fences: &str,
        degenerate: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        let mut rule = anomaly::Tukey::new()
            .fence(fence.0)
            .side(choice("side", side, &SIDES, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        rule.fences = choice("fences", fences, &FENCES, &[])?;
        if let Some(given) = quantile {
            rule.quartiles = quartiles(given)?;
        }
        if let Some(given) = degenerate {
            rule = rule.degenerate(self::degenerate(given)?);
        }
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// How many interquartile ranges outside the box the fences stand.
    #[getter]
    fn fence(&self) -> f64 {
        self.0.fence
    }

    /// The type of the quartiles, 1 to 9, or ``"hinges"``.
    #[getter]
    fn quantile(&self) -> Kind {
        match self.0.quartiles {
            Quartiles::Type(kind) => Kind::Number(kind.number()),
            Quartiles::Hinges => Kind::Word("hinges"),
        }
    }

    /// Where a value can be flagged: ``"both"``, ``"upper"`` or ``"lower"``.
    #[getter]
    fn side(&self) -> &'static str {
        word(&self.0.side, &SIDES)
    }

    /// Whether both fences stand equally far from the box: ``"symmetric"`` or ``"skewed"``.
    #[getter]
    fn fences(&self) -> &'static str {
        word(&self.0.fences, &FENCES)
    }

    /// What a value means that differs from a box without width.
    #[getter]
    fn degenerate(&self) -> Words {
        Words::of(self.0.degenerate)
    }

    /// What a value means that is not finite: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    /// The rate of false alarms on independent normal values, the box being that of ``n``.
    ///
    /// Args:
    ///     n: how many values the box is made of, at least 3.
    ///     rate: ``"point"``, the share of a sample's values; ``"sample"``, the probability of any in a sample;
    ///         ``"next"``, that of a further value, as in ``rolling`` and ``online``.
    ///
    /// Returns:
    ///     The rate, with a standard error below 1% of it where it is above 1e-4.
    ///
    /// Raises:
    ///     InvalidParameterError: unless ``n`` is at least 3.
    ///
    /// Examples:
    ///     >>> 0.295 < slo.anomaly.Tukey().false_alarms(20, "sample") < 0.31
    ///     True
    #[pyo3(signature = (n, rate="point"))]
    fn false_alarms(&self, py: Python<'_>, #[pyo3(from_py_with = whole)] n: i64, rate: &str) -> PyResult<f64> {
        let (n, rate) = (count("n", n)?, choice("rate", rate, &RATES, &[])?);
        detached(py, || self.0.false_alarms(n, rate))
    }

    /// The rule with the fence that raises false alarms at the rate ``alpha`` on independent normal values.
    ///
    /// Args:
    ///     alpha: the rate, in (0, 1).
    ///     n: how many values the box is made of, at least 3.
    ///     rate: what ``alpha`` is the rate of, as in ``false_alarms``.
    ///
    /// Returns:
    ///     A ``Tukey``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a parameter outside its range, and where no fence raises so many false alarms.
    ///
    /// Examples:
    ///     >>> 2.45 < slo.anomaly.Tukey().calibrated(0.05, n=20, rate="sample").fence < 2.5
    ///     True
    #[pyo3(signature = (alpha, n, rate="point"))]
    fn calibrated(
        &self,
        py: Python<'_>,
        alpha: Number,
        #[pyo3(from_py_with = whole)] n: i64,
        rate: &str,
    ) -> PyResult<Self> {
        let (n, rate) = (count("n", n)?, choice("rate", rate, &RATES, &[])?);
        detached(py, || self.0.calibrated(alpha.0, n, rate)).map(Self)
    }

    fn __repr__(&self) -> String {
        let quantile = match self.0.quartiles {
            Quartiles::Type(kind) => kind.number().to_string(),
            Quartiles::Hinges => "'hinges'".to_owned(),
        };
        let usual = anomaly::Tukey::new();
        let side = (self.0.side != usual.side).then(|| format!(", side='{}'", self.side()));
        let fences = (self.0.fences != usual.fences).then(|| format!(", fences='{}'", self.fences()));
        let degenerate = (self.0.degenerate != usual.degenerate)
            .then(|| format!(", degenerate={}", Words::shown(self.0.degenerate)));
        let missing = (self.0.missing != usual.missing).then(|| format!(", missing='{}'", self.missing()));
        let extras = [side, fences, degenerate, missing].into_iter().flatten().collect::<String>();
        format!("Tukey(fence={:?}, quantile={quantile}{extras})", self.0.fence)
    }
} }
