//! What a detector says about one value.

use ::slo::anomaly;
use pyo3::prelude::*;

use crate::errors::{guard, shown};
use crate::record::record_class;

/// What a value was compared with.
///
/// Part of a ``Verdict``. ``center`` and ``scale`` are NaN where there is no baseline.
///
/// Examples:
///     >>> slo.anomaly.ThreeSigma().detect([1, 2, 3, 2, 12]).outliers[0].baseline
///     Baseline(center=2.0, scale=0.816496580927726, n=4)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Baseline(anomaly::Baseline);

record_class! { Baseline(anomaly::Baseline), fields {
    /// Where the baseline lies: its mean, its median, the middle of its box.
    center: f64,
    /// How far it spreads: one unit of score, in the unit of the values.
    scale: f64,
    /// How many values it holds.
    n: usize,
    /// How many places it looks back; None where it is no window.
    window: Option<usize>,
} {
    fn __repr__(&self) -> String {
        let anomaly::Baseline { center, scale, n, window } = self.0;
        let window = window.map(|window| format!(", window={window}")).unwrap_or_default();
        format!("Baseline(center={center:?}, scale={scale:?}, n={n}{window})")
    }
} }

/// A detector's verdict on one value: the decision, its statistic and what they rest on.
///
/// Examples:
///     >>> verdict = slo.anomaly.ThreeSigma().detect([10, 12, 14, 20]).outliers[0]
///     >>> verdict
///     Verdict(index=3, value=20.0, score=4.0, flagged, beyond)
///     >>> verdict.side, verdict.reason, verdict.exact, round(verdict.p_value, 4)
///     ('upper', 'beyond', True, 0.0742)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Verdict(pub(crate) anomaly::Verdict);

record_class! { Verdict(anomaly::Verdict), fields {
    /// The value's place in the series, or how many values an online detector saw before it.
    index: usize,
    /// The value.
    value: f64,
    /// How unusual the value is, above 0 above the baseline; NaN where it was not judged.
    score: f64,
    /// What the size of the score must exceed for the value to be flagged.
    threshold: f64,
    /// Whether the value is an anomaly.
    flagged: bool,
} {
    /// The probability of a value at least as unusual, were nothing unusual going on; None where it is not known.
    #[getter]
    fn p_value(&self) -> PyResult<Option<f64>> {
        guard(|| self.0.p_value())
    }

    /// Whether the p-value is exact on independent normal values.
    #[getter]
    fn exact(&self) -> bool {
        self.0.exact()
    }

    /// How ``p_value`` relates to the probability that it stands for: ``"exact"``, ``"upper_bound"`` or
    /// ``"approximate"``; None without one.
    #[getter]
    fn exactness(&self) -> PyResult<Option<String>> {
        self.0.exactness().as_ref().map(shown).transpose()
    }

    /// The side of the baseline on which the value lies, ``"upper"`` or ``"lower"``; None on neither.
    #[getter]
    fn side(&self) -> PyResult<Option<String>> {
        self.0.side.as_ref().map(shown).transpose()
    }

    /// Why the value is flagged or is not.
    ///
    /// ``"within"`` and ``"beyond"`` the threshold; ``"held"``, ``"unconfirmed"`` and ``"refractory"``: beyond it, but
    /// held back by a ``Gate``; ``"degenerate"``: it differs from a baseline without spread;
    /// ``"warming_up"``: the baseline holds too few values; ``"missing"``: it is NaN; ``"unbounded"``: the baseline
    /// holds an infinity.
    #[getter]
    fn reason(&self) -> PyResult<String> {
        shown(&self.0.reason)
    }

    /// What the value was compared with.
    #[getter]
    fn baseline(&self) -> Baseline {
        Baseline(self.0.baseline)
    }

    /// The verdict in one sentence: value, baseline, score, threshold and p-value.
    ///
    /// Examples:
    ///     >>> sentence = slo.anomaly.ThreeSigma().detect([10, 12, 14, 20]).outliers[0].explain()
    ///     >>> sentence.partition(" by a ")[0]
    ///     'value 20 at 3 is flagged: above the baseline 12 (scale 2, 3 values)'
    ///     >>> sentence.partition(" by a ")[2]
    ///     'score of 4, beyond the threshold 3; p = 0.0741799, exact on independent normal values'
    fn explain(&self) -> PyResult<String> {
        guard(|| self.0.explain())
    }

    fn __str__(&self) -> PyResult<String> {
        self.explain()
    }

    fn __repr__(&self) -> PyResult<String> {
        let anomaly::Verdict { index, value, score, flagged, reason, .. } = self.0;
        let decision = if flagged { "flagged" } else { "not flagged" };
        guard(|| format!("Verdict(index={index}, value={value:?}, score={score:?}, {decision}, {reason})"))
    }
} }
