//! How thinly spread the others are where a row's numbers lie.

use ::slo::anomaly::{self, Detector, Edges};
use numpy::PyArray1;
use pyo3::prelude::*;

use super::cut::{Words, cut};
use super::rows::{Found, found, scores};
use crate::errors::{attempt, detached, shown};
use crate::record::record_class;
use crate::values::{Matrix, choice, count_or_none, whole_or_none, word};

const EDGES: [(&str, Edges); 2] = [("equal-width", Edges::EqualWidth), ("equal-count", Edges::EqualCount)];

/// Histogram-based outlier score: a row is unusual if its numbers lie where few others do, each column by itself.
///
/// The score is the sum over the columns of ``ln(greatest height / height of the row's bin)``; a bin without a value, and
/// what lies outside, counts as if it held half a value. The cheapest of the detectors of rows.
///
/// Args:
///     bins: how many bins a column has, 1 to 2^20; the root of the number of rows, rounded up, if None.
///     edges: ``"equal-width"``, or ``"equal-count"`` for bins that hold equally many values.
///     cut: ``("mads", k)``, ``("top", count)`` or ``("at", score)``; by default ``("mads", 5.0)``.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// References:
///     Goldstein, M. and Dengel, A. (2012). Histogram-based outlier score (HBOS). KI-2012: Poster and Demo Track, 59-63.
///
/// Examples:
///     >>> slo.anomaly.Histogram(bins=5).detect([0, 1, 1, 0.5, 10]).scores.round(3)
///     array([0.   , 0.   , 0.   , 0.   , 1.386])
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Histogram(pub(super) anomaly::Histogram);

record_class! { Histogram(anomaly::Histogram), checked by anomaly::Histogram::check {
    #[new]
    #[pyo3(
        signature = (bins=None, *, edges="equal-width", cut=None),
        text_signature = "(bins=None, *, edges='equal-width', cut=('mads', 5.0))"
    )]
    fn new(
        #[pyo3(from_py_with = whole_or_none)] bins: Option<i64>,
        edges: &str,
        cut: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let mut plan = anomaly::Histogram::new().edges(choice("edges", edges, &EDGES, &[])?);
        plan.bins = count_or_none("bins", bins)?;
        if let Some(given) = cut {
            plan = plan.cut(self::cut(given)?);
        }
        attempt(|| plan.check())?;
        Ok(Self(plan))
    }

    /// How many bins a column has; None for the root of the number of rows.
    #[getter]
    fn bins(&self) -> Option<usize> {
        self.0.bins
    }

    /// Where the bins begin and end: ``"equal-width"`` or ``"equal-count"``.
    #[getter]
    fn edges(&self) -> &'static str {
        word(&self.0.edges, &EDGES)
    }

    /// Where the scores are cut.
    #[getter]
    fn cut(&self) -> Words {
        Words::of(self.0.cut)
    }

    /// Counts the rows, or the values of a single column, and judges the same ones.
    ///
    /// Args:
    ///     values: rows of numbers, shape (rows, columns), or values in any order, shape (values,).
    ///
    /// Returns:
    ///     A ``RowDetection`` for rows, a ``Detection`` for values.
    ///
    /// Raises:
    ///     NonFiniteError: with the place of the first row or value that is not finite.
    ///     TooShortError: without a row or a column.
    fn detect(&self, values: &Bound<'_, PyAny>) -> PyResult<Found> {
        let plan = &self.0;
        found(values, |values, scores| plan.detect_into(values, scores), |rows| plan.detect_rows(rows))
    }

    /// Counts the rows.
    ///
    /// Args:
    ///     rows: rows of numbers, shape (rows, columns).
    ///
    /// Returns:
    ///     A ``HistogramModel``.
    ///
    /// Raises:
    ///     NonFiniteError: with the place of the first row that is not finite.
    ///     TooShortError: without a row or a column.
    fn fit(&self, rows: &Bound<'_, PyAny>) -> PyResult<HistogramModel> {
        let matrix = Matrix::new("rows", rows)?;
        let view = matrix.view();
        detached(rows.py(), || self.0.fit(view)).map(HistogramModel)
    }

    fn __repr__(&self) -> String {
        let usual = anomaly::Histogram::new();
        let cut = (self.0.cut != usual.cut).then(|| format!(", cut={}", Words::shown(self.0.cut)));
        let cut = cut.unwrap_or_default();
        let bins = self.0.bins.map_or_else(|| "None".to_owned(), |bins| bins.to_string());
        format!("Histogram(bins={bins}, edges='{}'{cut})", self.edges())
    }
} }

/// The histograms of a ``Histogram``, which judge any rows.
///
/// Made by ``Histogram.fit``.
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct HistogramModel(anomaly::HistogramModel);

record_class! { HistogramModel(anomaly::HistogramModel) {
    /// How many numbers a row has.
    #[getter]
    fn columns(&self) -> usize {
        self.0.columns()
    }

    /// The score of each row, at least 0.
    ///
    /// Args:
    ///     rows: rows of numbers, shape (rows, columns).
    ///
    /// Returns:
    ///     An array of shape (rows,).
    ///
    /// Raises:
    ///     LengthMismatchError: for rows of another width.
    ///     NonFiniteError: with the place of the first row that is not finite.
    ///     TooShortError: without a row.
    fn score<'py>(&self, rows: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        scores(rows, |rows, scores| self.0.score_into(rows, scores))
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("HistogramModel({})", shown(&self.0)?))
    }
} }
