//! Where a series changed.

use ::slo::anomaly::{self, Cost, Dependence};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::test_result::TestResult;
use crate::errors::{attempt, detached, shown};
use crate::python;
use crate::record::record_class;
use crate::values::{Column, Number, choice, count, read_only, whole, word};

const COSTS: [(&str, Cost); 3] = [("l2", Cost::L2), ("normal", Cost::Normal), ("poisson", Cost::Poisson)];

/// Places as numpy holds them.
pub(super) fn places<'py>(py: Python<'py>, places: &[usize]) -> PyResult<Bound<'py, PyArray1<i64>>> {
    read_only(py, places.iter().map(|place| i64::try_from(*place).unwrap_or(i64::MAX)).collect())
}

/// A stretch of a series between two changes.
///
/// Part of ``ChangePoints``.
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Segment(anomaly::Segment);

record_class! { Segment(anomaly::Segment), fields {
    /// The index of its first value.
    begin: usize,
    /// The index behind its last value.
    end: usize,
    /// The mean of its values.
    mean: f64,
    /// Their deviation, with divisor ``end - begin``.
    deviation: f64,
    /// How badly one level, or one level and one spread, describes them.
    cost: f64,
} {
    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("Segment({})", shown(&self.0)?))
    }
} }

/// The changes of a series and the segments between them.
///
/// Made by ``Pelt.detect`` and ``WindowChange.detect``.
///
/// Examples:
///     >>> found = slo.anomaly.Pelt().detect([5, 6, 5, 6, 5, 25, 26, 25, 26, 25])
///     >>> found
///     ChangePoints(1 change in 10 values: 5)
///     >>> found.segments[1].mean
///     25.4
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct ChangePoints(anomaly::ChangePoints);

record_class! { ChangePoints(anomaly::ChangePoints), fields {
    /// The cost of all segments.
    cost: f64,
    /// What a change must save to be one.
    penalty: f64,
} {
    /// The first index of each new segment, int64 and read-only; empty where nothing changed.
    #[getter]
    fn indices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        places(py, &self.0.indices)
    }

    /// The segments, a tuple: one more than there are changes.
    #[getter]
    fn segments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.segments.iter().map(|segment| Segment(*segment)))
    }

    /// A frame with one row for each segment: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_changes", "changes_frame", (slf,))
    }

    /// The level of each segment, drawn with matplotlib.
    ///
    /// Args:
    ///     ax: the ``Axes`` to draw on; those of a new figure if None.
    ///
    /// Returns:
    ///     The ``Axes``.
    ///
    /// Raises:
    ///     UnsupportedError: if matplotlib is not installed.
    #[pyo3(signature = (ax=None))]
    fn plot<'py>(slf: &Bound<'py, Self>, ax: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_changes", "plot_changes", (slf, ax))
    }

    fn __len__(&self) -> usize {
        self.0.indices.len()
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("ChangePoints({})", shown(&self.0)?))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_changes", "changes_html", (slf,))
    }
} }

/// The changes of a series: the division into segments that costs least, of all there are.
///
/// Found by PELT (Killick, Fearnhead and Eckley 2012), which is exact for any ``min_size``. A change must save
/// ``penalty``: by default ``3 s^2 ln n``, ``s`` the noise between neighbours, which changes do not add to; ``4 ln n`` for
/// ``"normal"``, ``3 ln n`` for ``"poisson"``. Values that depend on each other have more changes than they should: give a
/// penalty then.
///
/// Args:
///     cost: what changes between segments: ``"l2"``, the level; ``"normal"``, level and spread; ``"poisson"``, the rate
///         of counts.
///     penalty: what a change must save, in the unit of the cost, at least 0; from the noise if None.
///     min_size: how many values a segment has at least.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// References:
///     Killick, R., Fearnhead, P. and Eckley, I. A. (2012). Journal of the American Statistical Association 107(500),
///     1590-1598.
///
/// Examples:
///     >>> slo.anomaly.Pelt().detect([5, 6, 5, 6, 5, 25, 26, 25, 26, 25]).indices
///     array([5])
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Pelt(anomaly::Pelt);

record_class! { Pelt(anomaly::Pelt), checked by anomaly::Pelt::check, fields {
    /// What a change must save; None where it follows from the noise.
    penalty: Option<f64>,
    /// How many values a segment has at least.
    min_size: usize,
} {
    #[new]
    #[pyo3(signature = (cost="l2", penalty=None, *, min_size=2))]
    fn new(
        cost: &str,
        penalty: Option<Number>,
        #[pyo3(from_py_with = whole)] min_size: i64,
    ) -> PyResult<Self> {
        let mut rule = anomaly::Pelt::new()
            .cost(choice("cost", cost, &COSTS, &[])?)
            .min_size(count("min_size", min_size)?);
        rule.penalty = penalty.map(|penalty| penalty.0);
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// What changes between segments: ``"l2"``, ``"normal"`` or ``"poisson"``.
    #[getter]
    fn cost(&self) -> &'static str {
        word(&self.0.cost, &COSTS)
    }

    /// Where the series changed.
    ///
    /// Args:
    ///     values: the values, oldest first, shape (values,).
    ///
    /// Returns:
    ///     ``ChangePoints``.
    ///
    /// Raises:
    ///     TooShortError: without a value.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///     InvalidCountError: for a negative count.
    ///     LimitExceededError: above 262,144 values, for likelihoods 65,536.
    ///
    /// Examples:
    ///     >>> slo.anomaly.Pelt("poisson").detect([2, 1, 3, 2, 2, 1, 3, 2, 9, 7, 8, 6, 10, 8])
    ///     ChangePoints(1 change in 14 values: 8)
    fn detect(&self, values: &Bound<'_, PyAny>) -> PyResult<ChangePoints> {
        let column = Column::new("values", values)?;
        let slice = column.as_slice()?;
        detached(values.py(), || self.0.detect(slice)).map(ChangePoints)
    }

    fn __repr__(&self) -> String {
        let penalty = self.0.penalty.map_or_else(|| "None".to_owned(), |penalty| format!("{penalty:?}"));
        format!("Pelt(cost='{}', penalty={penalty}, min_size={})", self.cost(), self.0.min_size)
    }
} }

/// The changes of a series, each found from a window on either side of it.
///
/// A change is where the windows before and after cost least apart compared with together, and save more than the penalty
/// (that of ``Pelt`` by default). Time is proportional to the length, whatever the series; changes nearer than ``window``
/// to each other or to an end are seen late or not at all.
///
/// Args:
///     window: how many values are compared on either side, at least 2.
///     cost: what changes: ``"l2"``, ``"normal"`` or ``"poisson"``.
///     penalty: what a change must save, at least 0; from the noise if None.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> slo.anomaly.WindowChange(4).detect([5, 6, 5, 6, 5, 25, 26, 25, 26, 25]).indices
///     array([5])
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct WindowChange(anomaly::WindowChange);

record_class! { WindowChange(anomaly::WindowChange), checked by anomaly::WindowChange::check, fields {
    /// How many values are compared on either side.
    window: usize,
    /// What a change must save; None where it follows from the noise.
    penalty: Option<f64>,
} {
    #[new]
    #[pyo3(signature = (window, cost="l2", penalty=None))]
    fn new(
        #[pyo3(from_py_with = whole)] window: i64,
        cost: &str,
        penalty: Option<Number>,
    ) -> PyResult<Self> {
        let window = count("window", window)?;
        let mut rule = anomaly::WindowChange::new(window).cost(choice("cost", cost, &COSTS, &[])?);
        rule.penalty = penalty.map(|penalty| penalty.0);
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// What changes: ``"l2"``, ``"normal"`` or ``"poisson"``.
    #[getter]
    fn cost(&self) -> &'static str {
        word(&self.0.cost, &COSTS)
    }

    /// Where the series changed.
    ///
    /// Args:
    ///     values: the values, oldest first, shape (values,).
    ///
    /// Returns:
    ///     ``ChangePoints``.
    ///
    /// Raises:
    ///     TooShortError: below two windows.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///     InvalidCountError: for a negative count.
    fn detect(&self, values: &Bound<'_, PyAny>) -> PyResult<ChangePoints> {
        let column = Column::new("values", values)?;
        let slice = column.as_slice()?;
        detached(values.py(), || self.0.detect(slice)).map(ChangePoints)
    }

    fn __repr__(&self) -> String {
        let penalty = self.0.penalty.map_or_else(|| "None".to_owned(), |penalty| format!("{penalty:?}"));
        format!("WindowChange(window={}, cost='{}', penalty={penalty})", self.0.window, self.cost())
    }
} }

/// How values depend on those before them.
const DEPENDENCES: [(&str, Dependence); 2] =
    [("estimated", Dependence::Estimated), ("independent", Dependence::Independent)];

/// Tests whether the level of a series changed once, at a place unknown.
///
/// The statistic is the greatest sum of deviations from the mean over ``s sqrt(n)``, its p-value that of a Brownian bridge
/// with a correction for its steps. The suspect is the first index of the new level.
///
/// Args:
///     x: the values, oldest first, at least 3, shape (values,).
///     dependence: ``"estimated"`` where values may resemble those before them, ``"independent"`` where they do not.
///     alpha: the level of the critical value, in (0, 1).
///
/// Returns:
///     A ``TestResult``.
///
/// Raises:
///     TooShortError: below 3 values.
///     NonFiniteError: with the index of the first value that is not finite.
///     InvalidParameterError: for an ``alpha`` outside (0, 1).
///
/// Examples:
///     >>> slo.anomaly.change_point_test([1, 2, 1, 2, 1, 2, 8, 9, 8, 9, 8, 9], "independent").index
///     6
#[pyfunction]
#[pyo3(
    signature = (x, dependence="estimated", alpha=Number(0.05)),
    text_signature = "(x, dependence='estimated', alpha=0.05)"
)]
pub(crate) fn change_point_test(
    x: &Bound<'_, PyAny>,
    dependence: &str,
    alpha: Number,
) -> PyResult<TestResult> {
    let dependence = choice("dependence", dependence, &DEPENDENCES, &[])?;
    TestResult::of("x", x, |values| anomaly::change_point_test(values, dependence, alpha.0))
}
