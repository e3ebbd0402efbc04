//! Dixon's ratios: test, detector and distribution.

use ::slo::anomaly::{self, Detector, DixonRatio};
use pyo3::prelude::*;

use super::class::detector_class;
use super::options::SIDES;
use super::test_result::TestResult;
use crate::errors::{attempt, detached, guard};
use crate::values::{Number, choice, count, whole, word};

const RATIOS: [(&str, DixonRatio); 7] = [
    ("auto", DixonRatio::Auto),
    ("r10", DixonRatio::R10),
    ("r11", DixonRatio::R11),
    ("r12", DixonRatio::R12),
    ("r20", DixonRatio::R20),
    ("r21", DixonRatio::R21),
    ("r22", DixonRatio::R22),
];

/// Dixon's test: whether the value at an end of a sample lies too far from its neighbours.
///
/// ``rjk`` is ``(x[n] - x[n-j]) / (x[n] - x[k+1])`` of the sorted values, or its mirror image. p-value and critical value
/// are exact for independent normal values; only for r12, and for r21 of more than 30 values, the p-value of both sides is
/// an upper bound. The result says which.
///
/// Args:
///     values: the sample, 3 to 10 000 values, as many as the ratio needs, shape (values,).
///     ratio: ``"auto"`` is r10 for 3 to 7 values, r11 for 8 to 10, r21 for 11 to 13, r22 from 14 on; or ``"r10"``,
///         ``"r11"``, ``"r12"``, ``"r20"``, ``"r21"``, ``"r22"``.
///     side: ``"upper"``, ``"lower"``, or ``"both"`` for the greater of the two ratios, at the price of choosing it.
///     alpha: the level of the critical value, in (0, 1).
///
/// Returns:
///     A ``TestResult``; a constant sample has statistic 0, p-value 1 and no suspect.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///     TooShortError: for fewer values than the ratio needs.
///     LimitExceededError: for more than 10 000 values.
///     NonFiniteError: with the index of the first value that is not finite.
///
/// Examples:
///     >>> litres = [0.189, 0.167, 0.187, 0.183, 0.186, 0.182, 0.181, 0.184, 0.181, 0.177]
///     >>> slo.anomaly.dixon_test(litres, "r10", side="lower")
///     TestResult(statistic 0.454545, p = 0.0290731 (exact, one side), critical value 0.411859, suspect 1)
#[pyfunction]
#[pyo3(
    signature = (values, ratio="auto", side="both", alpha=Number(0.05)),
    text_signature = "(values, ratio='auto', side='both', alpha=0.05)"
)]
pub(crate) fn dixon_test(
    values: &Bound<'_, PyAny>,
    ratio: &str,
    side: &str,
    alpha: Number,
) -> PyResult<TestResult> {
    let ratio = choice("ratio", ratio, &RATIOS, &[])?;
    let side = choice("side", side, &SIDES, &[])?;
    TestResult::of("values", values, |values| anomaly::dixon_test(values, ratio, side, alpha.0))
}

/// Dixon's test of a sample's ends: a value is unusual if the gap beside it is a large part of the sample's range.
///
/// The score is the ratio of the greatest value, the negative ratio of the least, and 0 for all others. In ``detect`` the
/// values are one sample, and ``alpha`` is the probability that any of its values is flagged. In ``rolling`` and
/// ``online`` the new value is judged among the window before it, and ``alpha`` is the probability per value.
///
/// Args:
///     alpha: the probability of a false alarm, in (0, 1).
///     ratio: ``"auto"`` or one of ``"r10"``, ``"r11"``, ``"r12"``, ``"r20"``, ``"r21"``, ``"r22"``, as in
///         ``dixon_test``.
///     side: ``"both"``, ``"upper"`` or ``"lower"``: where a value can be flagged.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> slo.anomaly.Dixon().detect([1.0, 1.1, 0.9, 1.0, 5.0])
///     Detection(1 of 5 values flagged: 4)
///     >>> slo.anomaly.Dixon(alpha=0.001).rolling(5).detect([1.0, 1.1, 0.9, 1.0, 1.2, 9.0])
///     Detection(1 of 6 values flagged: 5)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Dixon(pub(super) anomaly::Dixon);

detector_class! { windowed Dixon(anomaly::Dixon) {
    #[new]
    #[pyo3(
        signature = (alpha=Number(0.05), ratio="auto", *, side="both"),
        text_signature = "(alpha=0.05, ratio='auto', *, side='both')"
    )]
    fn new(alpha: Number, ratio: &str, side: &str) -> PyResult<Self> {
        let ratio = choice("ratio", ratio, &RATIOS, &[])?;
        let side = choice("side", side, &SIDES, &[])?;
        let rule = anomaly::Dixon::new().alpha(alpha.0).ratio(ratio).side(side);
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// The probability of a false alarm.
    #[getter]
    fn alpha(&self) -> f64 {
        self.0.alpha
    }

    /// Which gap over which range.
    #[getter]
    fn ratio(&self) -> &'static str {
        word(&self.0.ratio, &RATIOS)
    }

    /// Where a value can be flagged: ``"both"``, ``"upper"`` or ``"lower"``.
    #[getter]
    fn side(&self) -> &'static str {
        word(&self.0.side, &SIDES)
    }

    fn __repr__(&self) -> String {
        let usual = anomaly::Dixon::new().side;
        let side = if self.0.side == usual { String::new() } else { format!(", side='{}'", self.side()) };
        format!("Dixon(alpha={:?}, ratio='{}'{side})", self.0.alpha, self.ratio())
    }
} }

/// The exact distribution of one of Dixon's ratios on ``n`` independent normal values.
///
/// Probabilities are relatively accurate, to 1e-12 down to 1e-280. ``tabulated=True`` answers in less than a microsecond
/// with a relative error below 1e-10, after some 50 milliseconds to make the table; else a call takes some 100
/// microseconds.
///
/// Args:
///     ratio: ``"auto"`` or one of ``"r10"``, ``"r11"``, ``"r12"``, ``"r20"``, ``"r21"``, ``"r22"``.
///     n: how many values a sample has, as many as the ratio needs to 10 000.
///     tabulated: whether to make a table first.
///
/// Raises:
///     InvalidParameterError: for a word that names no ratio.
///     TooShortError: for fewer values than the ratio needs.
///     LimitExceededError: for more than 10 000 values.
///
/// Examples:
///     >>> ten = slo.anomaly.DixonDistribution("r10", 10)
///     >>> round(ten.upper_quantile(0.05), 6)
///     0.411859
///     >>> round(ten.sf(0.411859), 6)
///     0.05
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct DixonDistribution {
    exact: anomaly::DixonDistribution,
    table: Option<anomaly::DixonTable>,
}

/// What a distribution is made again from.
type State = (&'static str, usize, bool);

#[pymethods]
impl DixonDistribution {
    #[new]
    #[pyo3(signature = (ratio, n, *, tabulated=false))]
    fn new(
        py: Python<'_>,
        ratio: &str,
        #[pyo3(from_py_with = whole)] n: i64,
        tabulated: bool,
    ) -> PyResult<Self> {
        let ratio = choice("ratio", ratio, &RATIOS, &[])?;
        let n = count("n", n)?;
        detached(py, || {
            let exact = anomaly::DixonDistribution::new(ratio, n)?;
            Ok(Self { exact, table: tabulated.then(|| exact.tabulate()) })
        })
    }

    /// The ratio; never ``"auto"``.
    #[getter]
    fn ratio(&self) -> &'static str {
        word(&self.exact.ratio(), &RATIOS)
    }

    /// How many values a sample has.
    #[getter]
    fn n(&self) -> usize {
        self.exact.sample_len()
    }

    /// Whether a table answers.
    #[getter]
    fn tabulated(&self) -> bool {
        self.table.is_some()
    }

    /// The probability that the ratio of a side named beforehand exceeds ``x``; NaN where ``x`` is.
    fn sf(&self, x: Number) -> PyResult<f64> {
        guard(|| self.table.as_ref().map_or_else(|| self.exact.sf(x.0), |table| table.sf(x.0)))
    }

    /// The probability that the ratio of this side exceeds ``x``, of the greater one with ``side="both"``.
    ///
    /// Args:
    ///     x: the ratio.
    ///     side: ``"both"``, ``"upper"`` or ``"lower"``.
    ///
    /// Returns:
    ///     The probability, or an upper bound for r12, and for r21 of more than 30 values, on both sides.
    #[pyo3(signature = (x, side="both"))]
    fn p_value(&self, x: Number, side: &str) -> PyResult<f64> {
        let side = choice("side", side, &SIDES, &[])?;
        guard(|| match &self.table {
            Some(table) => table.p_value(x.0, side),
            None => self.exact.p_value(x.0, side),
        })
    }

    /// The value that the ratio of a side named beforehand exceeds with probability ``p``.
    ///
    /// Raises:
    ///     InvalidParameterError: unless ``0 <= p <= 1``.
    fn upper_quantile(&self, p: Number) -> PyResult<f64> {
        attempt(|| match &self.table {
            Some(table) => table.upper_quantile(p.0),
            None => self.exact.upper_quantile(p.0),
        })
    }

    /// The value that a ratio must exceed to be significant at level ``alpha``.
    ///
    /// Args:
    ///     alpha: the level, in (0, 1).
    ///     side: ``"both"``, ``"upper"`` or ``"lower"``.
    ///
    /// Raises:
    ///     InvalidParameterError: unless ``0 < alpha < 1``.
    #[pyo3(signature = (alpha=Number(0.05), side="both"), text_signature = "($self, alpha=0.05, side='both')")]
    fn critical_value(&self, alpha: Number, side: &str) -> PyResult<f64> {
        let side = choice("side", side, &SIDES, &[])?;
        attempt(|| match &self.table {
            Some(table) => table.critical_value(alpha.0, side),
            None => self.exact.critical_value(alpha.0, side),
        })
    }

    fn __repr__(&self) -> String {
        let tabulated = if self.tabulated() { ", tabulated=True" } else { "" };
        format!("DixonDistribution('{}', {}{tabulated})", self.ratio(), self.n())
    }

    #[classmethod]
    fn _restore(
        class: &Bound<'_, pyo3::types::PyType>,
        ratio: &str,
        #[pyo3(from_py_with = whole)] n: i64,
        tabulated: bool,
    ) -> PyResult<Self> {
        Self::new(class.py(), ratio, n, tabulated)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, State)> {
        let restore = py.get_type::<Self>().getattr("_restore")?;
        Ok((restore, (self.ratio(), self.n(), self.tabulated())))
    }
}
