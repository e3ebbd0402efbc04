//! Values too many deviations away from the mean of the others.

use ::slo::anomaly::{self, Detector, Inclusion, Limit, Scale};
use pyo3::prelude::*;

use super::class::detector_class;
use super::multiplicity::MULTIPLICITIES;
use super::options::{SIDES, Words, degenerate};
use crate::core::Error;
use crate::errors::{attempt, raise};
use crate::values::{MISSING_VALUES, Number, choice, word};

const SCALES: [(&str, Scale); 5] = [
    ("sample", Scale::Sample),
    ("population", Scale::Population),
    ("mad", Scale::Mad),
    ("iqr", Scale::Iqr),
    ("double-mad", Scale::DoubleMad),
];

const INCLUSIONS: [(&str, Inclusion); 2] =
    [("leave-out", Inclusion::LeaveOut), ("in-sample", Inclusion::InSample)];

/// The k-sigma rule: a value is unusual if it lies more than k deviations from the mean of the others.
///
/// ``score = (x - m) / s`` with mean and deviation of the n other values, of all others in ``detect``, of the window
/// before the value in ``rolling`` and ``online``: a value is never part of its own baseline. The p-value is that of
/// ``score / sqrt(1 + 1/n)`` under Student's t with n - 1 degrees of freedom: exact on independent normal values, for
/// any n. With a robust scale it is an approximation.
///
/// Args:
///     k: how many scales away a value is flagged, above 0.
///     alpha: the probability of a false alarm, per value, in (0, 1): flags by the p-value instead of by ``k``.
///     scale: ``"sample"``, the deviation with divisor n - 1; ``"population"``, with divisor n; ``"mad"``, 1.4826 times
///         the median distance from the median; ``"iqr"``, the interquartile range over 1.349; ``"double-mad"``, the
///         median distance on the judged value's side, for skewed values.
///     inclusion: ``"in-sample"`` makes a value part of its own baseline, which limits its score to
///         ``(n - 1) / sqrt(n)``; with a deviation as scale.
///     multiplicity: what ``alpha`` is the probability of in a whole sample: ``"each"`` false alarm, ``"bonferroni"``:
///         any, ``"benjamini-hochberg"``: the expected share of false alarms among the alarms.
///     side: ``"both"``, ``"upper"`` or ``"lower"``: where a value can be flagged.
///     degenerate: what a value means that differs from a baseline without spread: ``"alarm"``, ``"no-alarm"``, or a
///         least scale ``(absolute, relative)``, the second as a share of the size of the baseline's center.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` leaves NaN out, which keeps its place in a
///         window, and judges an infinity.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range, or ``k`` and ``alpha`` together.
///
/// Examples:
///     >>> errors = [3, 2, 4, 3, 2, 3, 4, 2, 3, 40]
///     >>> slo.anomaly.ThreeSigma().detect(errors)
///     Detection(1 of 10 values flagged: 9)
///     >>> slo.anomaly.ThreeSigma(alpha=0.01, side="upper").detect(errors).outliers[0].exact
///     True
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct ThreeSigma(pub(super) anomaly::ThreeSigma);

detector_class! { windowed ThreeSigma(anomaly::ThreeSigma) {
    #[new]
    #[allow(clippy::too_many_arguments, reason = "each is a keyword of the Python signature")]
    #[pyo3(
        signature = (k=Number(3.0), alpha=None, *, scale="sample", inclusion="leave-out", multiplicity="each", side="both", degenerate=None, missing="error"),
        text_signature = "(k=3.0, alpha=None, *, scale='sample', inclusion='leave-out', multiplicity='each', side='both', degenerate='alarm', missing='error')"
    )]
    fn new(
        k: Number,
        alpha: Option<Number>,
        scale: &str,
        inclusion: &str,
        multiplicity: &str,
        side: &str,
        degenerate: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        let mut rule = anomaly::ThreeSigma::new()
            .k(k.0)
            .scale(choice("scale", scale, &SCALES, &[])?)
            .inclusion(choice("inclusion", inclusion, &INCLUSIONS, &[])?)
            .multiplicity(choice("multiplicity", multiplicity, &MULTIPLICITIES, &[])?)
            .side(choice("side", side, &SIDES, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        let is_default = rule.limit == anomaly::ThreeSigma::new().limit;
        if let Some(Number(alpha)) = alpha {
            if !is_default {
                return Err(raise(Error::invalid("alpha", alpha, "give either k or alpha")));
            }
            rule = rule.alpha(alpha);
        }
        if let Some(given) = degenerate {
            rule = rule.degenerate(self::degenerate(given)?);
        }
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// How many scales away a value is flagged; None where ``alpha`` decides.
    #[getter]
    fn k(&self) -> Option<f64> {
        match self.0.limit {
            Limit::K(k) => Some(k),
            Limit::Alpha(_) => None,
        }
    }

    /// The probability of a false alarm, per value; None where ``k`` decides.
    #[getter]
    fn alpha(&self) -> Option<f64> {
        match self.0.limit {
            Limit::K(_) => None,
            Limit::Alpha(alpha) => Some(alpha),
        }
    }

    /// What the scale is: ``"sample"``, ``"population"`` or ``"mad"``.
    #[getter]
    fn scale(&self) -> &'static str {
        word(&self.0.scale, &SCALES)
    }

    /// Whether a value belongs to its own baseline: ``"leave-out"`` or ``"in-sample"``.
    #[getter]
    fn inclusion(&self) -> &'static str {
        word(&self.0.inclusion, &INCLUSIONS)
    }

    /// What ``alpha`` is the probability of: ``"each"``, ``"bonferroni"`` or ``"benjamini-hochberg"``.
    #[getter]
    fn multiplicity(&self) -> &'static str {
        word(&self.0.multiplicity, &MULTIPLICITIES)
    }

    /// Where a value can be flagged: ``"both"``, ``"upper"`` or ``"lower"``.
    #[getter]
    fn side(&self) -> &'static str {
        word(&self.0.side, &SIDES)
    }

    /// What a value means that differs from a baseline without spread.
    #[getter]
    fn degenerate(&self) -> Words {
        Words::of(self.0.degenerate)
    }

    /// What a value means that is not finite: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    fn __repr__(&self) -> String {
        let limit = match self.0.limit {
            Limit::K(k) => format!("k={k:?}"),
            Limit::Alpha(alpha) => format!("alpha={alpha:?}"),
        };
        let usual = anomaly::ThreeSigma::new();
        let scale = (self.0.scale != usual.scale).then(|| format!(", scale='{}'", self.scale()));
        let inclusion =
            (self.0.inclusion != usual.inclusion).then(|| format!(", inclusion='{}'", self.inclusion()));
        let multiplicity = (self.0.multiplicity != usual.multiplicity)
            .then(|| format!(", multiplicity='{}'", self.multiplicity()));
        let side = (self.0.side != usual.side).then(|| format!(", side='{}'", self.side()));
        let degenerate = (self.0.degenerate != usual.degenerate)
            .then(|| format!(", degenerate={}", Words::shown(self.0.degenerate)));
        let missing = (self.0.missing != usual.missing).then(|| format!(", missing='{}'", self.missing()));
        let extras = [scale, inclusion, multiplicity, side, degenerate, missing].into_iter().flatten().collect::<String>();
        format!("ThreeSigma({limit}{extras})")
    }
} }
