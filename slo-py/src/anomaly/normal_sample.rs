//! Tests of normal samples for outliers, and of variances.

use ::slo::anomaly::{self, Side};
use pyo3::prelude::*;

use super::options::SIDES;
use super::test_result::TestResult;
use crate::core::Error;
use crate::errors::{detached, raise, shown};
use crate::python;
use crate::record::record_class;
use crate::values::{Column, Number, choice, count, read_only, whole, word};

/// Which outliers Grubbs' test looks for.
#[derive(Clone, Copy)]
enum Kind {
    One,
    Opposite,
    Pair,
}

const KINDS: [(&str, Kind); 3] = [("one", Kind::One), ("opposite", Kind::Opposite), ("pair", Kind::Pair)];

/// Grubbs' test for one outlier in a normal sample, for two opposite ones, or for two at one end.
///
/// ``G = max |x - mean| / s``; with ``kind="opposite"`` ``W = (max - min) / s``; with ``kind="pair"`` the share ``U`` of
/// the squares that is left without the two, for which a small one speaks. The p-value is exact where no two values, or
/// pairs, can be so far out at once, and for a pair on one side always, by integration, up to 200 values. Else it is an
/// upper bound; ``exactness`` says which. A sample without spread has no outlier.
///
/// Args:
///     x: the sample, three values or more, shape (values,).
///     side: ``"both"``, ``"upper"`` or ``"lower"``; two opposite outliers are on both.
///     alpha: the level of the critical value, in (0, 1).
///     kind: ``"one"``, ``"opposite"`` or ``"pair"``, which needs four values.
///
/// Returns:
///     A ``TestResult``; ``suspects`` are the indices of the values in question.
///
/// Raises:
///     TooShortError: with fewer than three values.
///     NonFiniteError: with the index of the first value that is not finite.
///     InvalidParameterError: for a parameter outside its range, and for one side of opposite outliers.
///
/// Examples:
///     >>> uranium = [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57]
///     >>> result = slo.anomaly.grubbs_test(uranium, side="upper")
///     >>> result.index, result.exact, round(result.statistic, 4), round(result.critical, 4)
///     (7, True, 2.4688, 2.0317)
///     >>> slo.anomaly.grubbs_test(uranium, kind="opposite").exactness
///     'upper_bound'
#[pyfunction]
#[pyo3(
    signature = (x, side="both", alpha=Number(0.05), *, kind="one"),
    text_signature = "(x, side='both', alpha=0.05, *, kind='one')"
)]
pub(crate) fn grubbs_test(
    x: &Bound<'_, PyAny>,
    side: &str,
    alpha: Number,
    kind: &str,
) -> PyResult<TestResult> {
    let side = choice("side", side, &SIDES, &[])?;
    match choice("kind", kind, &KINDS, &[])? {
        Kind::One => TestResult::of("x", x, |values| anomaly::grubbs_test(values, side, alpha.0)),
        Kind::Opposite if side != Side::Both => {
            Err(raise(Error::invalid("side", side, "opposite outliers are on both sides")))
        }
        Kind::Opposite => TestResult::of("x", x, |values| anomaly::opposite_outliers_test(values, alpha.0)),
        Kind::Pair => TestResult::of("x", x, |values| anomaly::outlier_pair_test(values, side, alpha.0)),
    }
}

/// Rosner's generalized ESD test for up to so many outliers in a normal sample.
///
/// The value furthest from the mean of what is left is taken, up to ``max_outliers`` times. The number of outliers is
/// the largest i whose statistic exceeds its critical value, also where earlier ones do not: outliers hide each other.
///
/// Args:
///     x: the sample, three values or more, shape (values,).
///     max_outliers: how many values are taken at most, 1 or more; never as many as half of them.
///     alpha: the probability of finding an outlier where there is none, in (0, 1).
///     side: ``"both"``, ``"upper"`` or ``"lower"``.
///
/// Returns:
///     An ``EsdResult``.
///
/// Raises:
///     TooShortError: with fewer than three values.
///     NonFiniteError: with the index of the first value that is not finite.
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> slo.anomaly.esd_test([10, 11, 9.5, 10.5, 30, 10.2, 9.8, 29, 10.1], max_outliers=3)
///     EsdResult(2 outliers among 9 values: 4 and 7)
#[pyfunction]
#[pyo3(
    signature = (x, max_outliers=10, alpha=Number(0.05), side="both"),
    text_signature = "(x, max_outliers=10, alpha=0.05, side='both')"
)]
pub(crate) fn esd_test(
    x: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = whole)] max_outliers: i64,
    alpha: Number,
    side: &str,
) -> PyResult<EsdResult> {
    let side = choice("side", side, &SIDES, &[])?;
    let most = count("max_outliers", max_outliers)?;
    let column = Column::new("x", x)?;
    let values = column.as_slice()?;
    detached(x.py(), || anomaly::esd_test(values, most, alpha.0, side)).map(EsdResult)
}

/// The chi-squared test of a normal sample's variance against a number.
///
/// Args:
///     x: the sample, two values or more, shape (values,).
///     variance: what the variance is held against, above 0.
///     side: ``"both"``; ``"upper"`` looks for a larger variance, ``"lower"`` for a smaller one.
///     alpha: the level of the critical value, and 1 less that of the interval.
///
/// Returns:
///     A ``TestResult``; ``interval`` is that of the variance.
///
/// Raises:
///     TooShortError: with fewer than two values.
///     NonFiniteError: with the index of the first value that is not finite.
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> result = slo.anomaly.variance_test([0, 1, 2, 3, 4], variance=1, side="upper")
///     >>> round(result.statistic, 12), result.degrees_of_freedom, round(result.p_value, 6)
///     (10.0, 4.0, 0.040428)
#[pyfunction]
#[pyo3(
    signature = (x, variance, side="both", alpha=Number(0.05)),
    text_signature = "(x, variance, side='both', alpha=0.05)"
)]
pub(crate) fn variance_test(
    x: &Bound<'_, PyAny>,
    variance: Number,
    side: &str,
    alpha: Number,
) -> PyResult<TestResult> {
    let side = choice("side", side, &SIDES, &[])?;
    TestResult::of("x", x, |values| anomaly::variance_test(values, variance.0, side, alpha.0))
}

/// The chi-squared test of the value furthest from the mean, by a variance that is known: R's ``chisq.out.test``.
///
/// The p-value is that of one value chosen beforehand and smaller than it should be; ``grubbs_test`` is the test that
/// holds its level.
///
/// Args:
///     x: the sample, three values or more, shape (values,).
///     variance: the variance that is known, above 0; the sample's if None.
///     side: ``"both"``, ``"upper"`` or ``"lower"``.
///     alpha: the level of the critical value, in (0, 1).
///
/// Returns:
///     A ``TestResult``.
///
/// Raises:
///     TooShortError: with fewer than three values.
///     NonFiniteError: with the index of the first value that is not finite.
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> result = slo.anomaly.chi_squared_outlier_test([0, 1, 2, 3, 4], variance=1)
///     >>> result.index, round(result.statistic, 12), round(result.p_value, 4), result.exactness
///     (4, 4.0, 0.0455, 'approximate')
#[pyfunction]
#[pyo3(
    signature = (x, variance=None, side="both", alpha=Number(0.05)),
    text_signature = "(x, variance=None, side='both', alpha=0.05)"
)]
pub(crate) fn chi_squared_outlier_test(
    x: &Bound<'_, PyAny>,
    variance: Option<Number>,
    side: &str,
    alpha: Number,
) -> PyResult<TestResult> {
    let side = choice("side", side, &SIDES, &[])?;
    let variance = variance.map(|variance| variance.0);
    TestResult::of("x", x, |values| anomaly::chi_squared_outlier_test(values, variance, side, alpha.0))
}

/// Cochran's C test for a group of values whose variance is too large.
///
/// Args:
///     groups: two groups or more, each of the same number of values, two or more; the rows of a matrix will do.
///     alpha: the level of the critical value, in (0, 1).
///
/// Returns:
///     A ``TestResult``; ``index`` is that of the group. The p-value is exact where C is 1/2 or more.
///
/// Raises:
///     TooShortError: with fewer than two groups, or groups of fewer than two values.
///     LengthMismatchError: for groups of different sizes.
///     NonFiniteError: for a value that is not finite.
///     InvalidParameterError: unless ``0 < alpha < 1``.
///
/// Examples:
///     >>> result = slo.anomaly.cochran_test([[0, 1], [5, 6], [2, 6]])
///     >>> result.index, round(result.statistic, 6), round(result.p_value, 6), result.exact
///     (2, 0.888889, 0.171573, True)
#[pyfunction]
#[pyo3(signature = (groups, alpha=Number(0.05)), text_signature = "(groups, alpha=0.05)")]
pub(crate) fn cochran_test(groups: &Bound<'_, PyAny>, alpha: Number) -> PyResult<TestResult> {
    let columns: Vec<Column<'_>> =
        groups.try_iter()?.map(|group| Column::new("groups", &group?)).collect::<PyResult<_>>()?;
    let slices: Vec<&[f64]> = columns.iter().map(Column::as_slice).collect::<PyResult<_>>()?;
    detached(groups.py(), || anomaly::cochran_test(&slices, alpha.0)).map(TestResult)
}

/// Tietjen and Moore's test for exactly so many outliers in a normal sample, its p-value by simulation.
///
/// Args:
///     x: the sample, three values or more, shape (values,).
///     outliers: how many, 1 or more and fewer than half of the values.
///     side: ``"both"``: those furthest from the mean; ``"upper"`` or ``"lower"``: the highest or the lowest.
///     alpha: the level of the critical value, in (0, 1).
///     draws: how many normal samples are drawn, 99 or more.
///     seed: of the random numbers, 0 or more.
///
/// Returns:
///     A ``TestResult``; ``standard_error`` is that of the p-value. Few outliers speak by a small statistic.
///
/// Raises:
///     TooShortError: with fewer than three values.
///     NonFiniteError: with the index of the first value that is not finite.
///     InvalidParameterError: for a parameter outside its range.
///     LimitExceededError: for more than 1e9 random numbers.
///
/// Examples:
///     >>> venus = [-1.40, -0.44, -0.30, -0.24, -0.22, -0.13, -0.05, 0.06, 0.10, 0.18, 0.20, 0.39, 0.48, 0.63, 1.01]
///     >>> result = slo.anomaly.tietjen_moore_test(venus, 2)
///     >>> result.suspects, round(result.statistic, 4), result.p_value < 0.05, result.standard_error < 0.003
///     ((0, 14), 0.292, True, True)
#[pyfunction]
#[pyo3(
    signature = (x, outliers, side="both", alpha=Number(0.05), *, draws=10_000, seed=0),
    text_signature = "(x, outliers, side='both', alpha=0.05, *, draws=10000, seed=0)"
)]
pub(crate) fn tietjen_moore_test(
    x: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = whole)] outliers: i64,
    side: &str,
    alpha: Number,
    #[pyo3(from_py_with = whole)] draws: i64,
    #[pyo3(from_py_with = whole)] seed: i64,
) -> PyResult<TestResult> {
    let side = choice("side", side, &SIDES, &[])?;
    let (outliers, draws) = (count("outliers", outliers)?, count("draws", draws)?);
    let seed = crate::values::tally("seed", seed)?;
    TestResult::of("x", x, |values| anomaly::tietjen_moore_test(values, outliers, side, alpha.0, draws, seed))
}

/// What the generalized ESD test found: the values that were taken, in order, and how many of them are outliers.
///
/// Examples:
///     >>> found = slo.anomaly.esd_test([10, 11, 9.5, 10.5, 30, 10.2, 9.8, 29, 10.1], max_outliers=3)
///     >>> found.outliers, found.count
///     (array([4, 7]), 2)
///     >>> found.statistics.round(3), found.critical_values.round(3)
///     (array([1.819, 2.469, 1.734]), array([2.215, 2.127, 2.02 ]))
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct EsdResult(anomaly::EsdResult);

impl EsdResult {
    fn column(&self, read: impl Fn(&anomaly::EsdStep) -> f64) -> Vec<f64> {
        self.0.steps.iter().map(read).collect()
    }
}

/// Places as numpy holds them.
fn indices(places: impl Iterator<Item = usize>) -> Vec<i64> {
    places.map(|place| i64::try_from(place).unwrap_or(i64::MAX)).collect()
}

record_class! { EsdResult(anomaly::EsdResult), fields {
    /// How many outliers there are.
    count: usize,
    /// How many values the sample has.
    n: usize,
    /// The probability of finding an outlier where there is none, approximately.
    alpha: f64,
} {
    /// The indices of the outliers, int64 and read-only, in the order in which they were taken.
    #[getter]
    fn outliers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, numpy::PyArray1<i64>>> {
        read_only(py, indices(self.0.outliers().into_iter()))
    }

    /// The sides on which the test looks: ``"both"``, ``"upper"`` or ``"lower"``.
    #[getter]
    fn side(&self) -> &'static str {
        word(&self.0.side, &SIDES)
    }

    /// The indices of all values that were taken, int64 and read-only.
    #[getter]
    fn removed<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, numpy::PyArray1<i64>>> {
        read_only(py, indices(self.0.steps.iter().map(|step| step.index)))
    }

    /// The statistic of each step, R, read-only: the distance from the mean of what was left, in its deviations.
    #[getter]
    fn statistics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, numpy::PyArray1<f64>>> {
        read_only(py, self.column(|step| step.statistic))
    }

    /// The critical value of each step, read-only.
    #[getter]
    fn critical_values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, numpy::PyArray1<f64>>> {
        read_only(py, self.column(|step| step.critical))
    }

    /// The p-value of each step on its own, read-only: an upper bound.
    #[getter]
    fn p_values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, numpy::PyArray1<f64>>> {
        read_only(py, self.column(|step| step.p_value))
    }

    /// A frame with one row for each step: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_anomaly", "esd_frame", (slf,))
    }

    fn __len__(&self) -> usize {
        self.0.steps.len()
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("EsdResult({})", shown(&self.0)?))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_anomaly", "esd_html", (slf,))
    }
} }
