//! Tests of means, and the detector that makes one of each value.

use ::slo::anomaly::{self, Dependence, Detector, MeanTest, Side, Variances};
use numpy::PyArray1;
use pyo3::prelude::*;

use super::class::detector_class;
use super::options::{SIDES, Words, degenerate};
use super::test_result::TestResult;
use crate::core::Error;
use crate::errors::{attempt, detached, raise};
use crate::record::record_class;
use crate::values::{Column, MISSING_VALUES, Matrix, Number, choice, count, read_only, whole, word};

/// Which test of means.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Welch,
    Student,
    Paired,
    Yuen,
}

const KINDS: [(&str, Kind); 4] =
    [("welch", Kind::Welch), ("student", Kind::Student), ("paired", Kind::Paired), ("yuen", Kind::Yuen)];

const ALTERNATIVES: [(&str, Side); 3] =
    [("two-sided", Side::Both), ("greater", Side::Upper), ("less", Side::Lower)];

const VARIANCES: [(&str, Variances); 2] = [("unequal", Variances::Unequal), ("equal", Variances::Equal)];

const DEPENDENCES: [(&str, Dependence); 2] =
    [("independent", Dependence::Independent), ("estimated", Dependence::Estimated)];

impl Kind {
    fn test(self, alternative: &str, mu: Number, trim: Number) -> PyResult<MeanTest> {
        let test = MeanTest::new().side(choice("alternative", alternative, &ALTERNATIVES, &[])?).mu(mu.0);
        Ok(match self {
            Self::Welch | Self::Paired => test,
            Self::Student => test.variances(Variances::Equal),
            Self::Yuen => test.variances(Variances::Trimmed(trim.0)),
        })
    }
}

/// Whether a mean is ``mu``, or two means differ by ``mu``.
///
/// The p-value of Student's test, of one sample and of pairs is exact on independent normal values; Welch's and Yuen's
/// estimate their degrees of freedom. Tails are right to 1e-12 down to 1e-300. Samples without spread are equal (p = 1)
/// or not (p = 0).
///
/// Args:
///     a: the first sample, shape (values,).
///     b: the second one, shape (values,); None to hold the mean of ``a`` against ``mu``.
///     kind: ``"welch"``, each sample has its own variance; ``"student"``, both have one; ``"paired"``, the differences
///         of pairs; ``"yuen"``, Welch's with trimmed means.
///     alternative: ``"two-sided"``, ``"greater"``: the first mean is greater, or ``"less"``.
///     mu: what the mean, or the first less the second, should be.
///     trim: the share of the values on each side that Yuen's test leaves out, in [0, 0.5).
///     level: the confidence level of ``interval``, in (0, 1).
///
/// Returns:
///     A ``TestResult`` with the interval of the difference, degrees of freedom and effect size: the difference in
///     deviations, Cohen's d.
///
/// Raises:
///     TooShortError: with fewer than two values, after trimming.
///     NonFiniteError: with the index of the first value that is not finite.
///     LengthMismatchError: for pairs of unequal number.
///     InvalidParameterError: for a parameter outside its range.
///
/// References:
///     Welch, B. L. (1947). The generalization of "Student's" problem when several different population variances are
///     involved. Biometrika 34(1/2). Yuen, K. K. (1974). The two-sample trimmed t for unequal population variances.
///     Biometrika 61(1).
///
/// Examples:
///     >>> result = slo.anomaly.t_test([1, 2, 3], [4, 5, 6])
///     >>> round(result.statistic, 6), result.degrees_of_freedom, round(result.p_value, 6)
///     (-3.674235, 4.0, 0.021312)
///     >>> slo.anomaly.t_test([1, 2, 3], mu=2).p_value
///     1.0
#[pyfunction]
#[pyo3(
    signature = (a, b=None, kind="welch", alternative="two-sided", mu=Number(0.0), trim=Number(0.2), level=Number(0.95)),
    text_signature = "(a, b=None, kind='welch', alternative='two-sided', mu=0.0, trim=0.2, level=0.95)"
)]
pub(crate) fn t_test(
    a: &Bound<'_, PyAny>,
    b: Option<&Bound<'_, PyAny>>,
    kind: &str,
    alternative: &str,
    mu: Number,
    trim: Number,
    level: Number,
) -> PyResult<TestResult> {
    let kind = choice("kind", kind, &KINDS, &[])?;
    let test = kind.test(alternative, mu, trim)?.level(level.0);
    let Some(b) = b else {
        if kind == Kind::Paired {
            return Err(raise(Error::invalid("kind", "\"paired\"", "pairs have two samples")));
        }
        return TestResult::of("a", a, |values| test.one_sample(values));
    };
    let (first, second) = (Column::new("a", a)?, Column::new("b", b)?);
    let (first, second) = (first.as_slice()?, second.as_slice()?);
    detached(a.py(), || match kind {
        Kind::Paired => test.paired(first, second),
        Kind::Welch | Kind::Student | Kind::Yuen => test.two_samples(first, second),
    })
    .map(TestResult)
}

/// Whether the means of two samples differ by ``mu``, for each row of two arrays.
///
/// Args:
///     a: the first samples, shape (tests, values).
///     b: the second ones, shape (tests, values); their number of values may be another.
///     kind: ``"welch"``, ``"student"`` or ``"yuen"``.
///     alternative: ``"two-sided"``, ``"greater"``: the first mean is greater, or ``"less"``.
///     mu: what the first mean less the second should be.
///     trim: the share of the values on each side that Yuen's test leaves out, in [0, 0.5).
///
/// Returns:
///     A ``MeanTests``; ``t_test`` says more about a single pair.
///
/// Raises:
///     TooShortError: with fewer than two values in a row, after trimming.
///     NonFiniteError: for a value that is not finite; its index counts through the rows.
///     LengthMismatchError: unless both have as many rows.
///     InvalidParameterError: for a parameter outside its range, and for pairs.
///
/// Examples:
///     >>> tests = slo.anomaly.t_tests([[1, 2, 3], [1, 2, 4]], [[4, 5, 6], [7, 8, 9]])
///     >>> tests.p_value.round(6).tolist()
///     [0.021312, 0.008731]
#[pyfunction]
#[pyo3(
    signature = (a, b, kind="welch", alternative="two-sided", mu=Number(0.0), trim=Number(0.2)),
    text_signature = "(a, b, kind='welch', alternative='two-sided', mu=0.0, trim=0.2)"
)]
pub(crate) fn t_tests(
    a: &Bound<'_, PyAny>,
    b: &Bound<'_, PyAny>,
    kind: &str,
    alternative: &str,
    mu: Number,
    trim: Number,
) -> PyResult<MeanTests> {
    let kind = choice("kind", kind, &KINDS, &[])?;
    if kind == Kind::Paired {
        return Err(raise(Error::invalid("kind", "\"paired\"", "rows of pairs are not tested at once")));
    }
    let test = kind.test(alternative, mu, trim)?;
    let (first, second) = (Matrix::new("a", a)?, Matrix::new("b", b)?);
    let (first, second) = (first.view(), second.view());
    detached(a.py(), || test.rows(first, second)).map(MeanTests)
}

/// What many tests of means found, one entry for each.
///
/// Made by ``t_tests``.
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct MeanTests(anomaly::MeanTests);

record_class! { MeanTests(anomaly::MeanTests) {
    /// The statistics t, float64 and read-only, shape (tests,).
    #[getter]
    fn statistic<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.statistics.clone())
    }

    /// The p-values, float64 and read-only, shape (tests,).
    #[getter]
    fn p_value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.p_values.clone())
    }

    /// The degrees of freedom, float64 and read-only, shape (tests,).
    #[getter]
    fn degrees_of_freedom<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.degrees_of_freedom.clone())
    }

    fn __len__(&self) -> usize {
        self.0.p_values.len()
    }

    fn __repr__(&self) -> String {
        format!("MeanTests({} tests)", self.0.p_values.len())
    }
} }

/// The t-test as a detector: has the mean of the newest values moved away from that of a window before them?
///
/// A value is judged with the ``test - 1`` values before it, against the ``reference`` values that end ``gap`` values
/// earlier: the score is ``t``, in standard errors of the difference, positive where the newest mean is greater. Causal,
/// in constant time a value. The p-value is that of one test; tests of windows that overlap depend on one another, so
/// that false alarms come in runs.
///
/// With ``dependence="estimated"`` the windows count as so many independent values as their autocorrelation leaves of
/// them; without, an autocorrelated series raises alarms all the time. A window shorter than twenty decorrelation times
/// gives the reason ``"too_short_for_autocorrelation"``; one worth fewer than four independent values has an infinite
/// threshold.
///
/// Args:
///     reference: how many values the newest are compared with, at least 2, or 50 where dependence is estimated.
///     test: how many of the newest values are compared, at least 2, or 10 where dependence is estimated.
///     gap: how many values lie between both windows.
///     alpha: the probability of a false alarm, per value, in (0, 1).
///     variances: ``"unequal"``, Welch's test, or ``"equal"``, Student's.
///     dependence: ``"independent"`` or ``"estimated"``.
///     side: ``"both"``, ``"upper"`` or ``"lower"``: where a mean can be flagged.
///     degenerate: what a difference means between windows without spread: ``"alarm"``, ``"no-alarm"``, or a least
///         standard error ``(absolute, relative)``, the second as a share of the size of the reference's mean.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` leaves NaN out, of independent values.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// References:
///     Welch, B. L. (1947). The generalization of "Student's" problem when several different population variances are
///     involved. Biometrika 34(1/2). Zwiers, F. W. and von Storch, H. (1995). Taking serial correlation into account in
///     tests of the mean. Journal of Climate 8(2).
///
/// Examples:
///     >>> latency_ms = [12, 11, 13, 12, 11, 13, 12, 15, 16, 15]
///     >>> slo.anomaly.TTest(reference=6, test=2, alpha=0.05).detect(latency_ms)
///     Detection(2 of 10 values flagged: 8, 9)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct TTest(pub(super) anomaly::TTest);

detector_class! { causal TTest(anomaly::TTest) {
    #[new]
    #[allow(clippy::too_many_arguments, reason = "each is a keyword of the Python signature")]
    #[pyo3(
        signature = (
            reference, test, gap=0, alpha=Number(0.001), *, variances="unequal", dependence="independent", side="both",
            degenerate=None, missing="error"
        ),
        text_signature = "(reference, test, gap=0, alpha=0.001, *, variances='unequal', dependence='independent', side='both', degenerate='alarm', missing='error')"
    )]
    fn new(
        #[pyo3(from_py_with = whole)] reference: i64,
        #[pyo3(from_py_with = whole)] test: i64,
        #[pyo3(from_py_with = whole)] gap: i64,
        alpha: Number,
        variances: &str,
        dependence: &str,
        side: &str,
        degenerate: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        let mut rule = anomaly::TTest::new(count("reference", reference)?, count("test", test)?)
            .gap(count("gap", gap)?)
            .alpha(alpha.0)
            .variances(choice("variances", variances, &VARIANCES, &[])?)
            .dependence(choice("dependence", dependence, &DEPENDENCES, &[])?)
            .side(choice("side", side, &SIDES, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        if let Some(given) = degenerate {
            rule = rule.degenerate(self::degenerate(given)?);
        }
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// How many values the newest are compared with.
    #[getter]
    fn reference(&self) -> usize {
        self.0.reference
    }

    /// How many of the newest values are compared.
    #[getter]
    fn test(&self) -> usize {
        self.0.test
    }

    /// How many values lie between both windows.
    #[getter]
    fn gap(&self) -> usize {
        self.0.gap
    }

    /// The probability of a false alarm, per value.
    #[getter]
    fn alpha(&self) -> f64 {
        self.0.alpha
    }

    /// How the spreads of both windows are put together: ``"unequal"`` or ``"equal"``.
    #[getter]
    fn variances(&self) -> &'static str {
        word(&self.0.variances, &VARIANCES)
    }

    /// Whether values are taken to be independent: ``"independent"`` or ``"estimated"``.
    #[getter]
    fn dependence(&self) -> &'static str {
        word(&self.0.dependence, &DEPENDENCES)
    }

    /// Where a mean can be flagged: ``"both"``, ``"upper"`` or ``"lower"``.
    #[getter]
    fn side(&self) -> &'static str {
        word(&self.0.side, &SIDES)
    }

    /// What a difference means between windows without spread.
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
        let anomaly::TTest { reference, test, gap, alpha, .. } = self.0;
        let usual = anomaly::TTest::new(reference, test);
        let gap = (gap != usual.gap).then(|| format!(", gap={gap}"));
        let variances =
            (self.0.variances != usual.variances).then(|| format!(", variances='{}'", self.variances()));
        let dependence =
            (self.0.dependence != usual.dependence).then(|| format!(", dependence='{}'", self.dependence()));
        let side = (self.0.side != usual.side).then(|| format!(", side='{}'", self.side()));
        let degenerate = (self.0.degenerate != usual.degenerate)
            .then(|| format!(", degenerate={}", Words::shown(self.0.degenerate)));
        let missing = (self.0.missing != usual.missing).then(|| format!(", missing='{}'", self.missing()));
        let alpha = Some(format!(", alpha={alpha:?}"));
        let extras =
            [gap, alpha, variances, dependence, side, degenerate, missing].into_iter().flatten().collect::<String>();
        format!("TTest(reference={reference}, test={test}{extras})")
    }
} }
