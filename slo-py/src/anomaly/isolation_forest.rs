//! How few random cuts set a row apart from the others.

use ::slo::anomaly::{self, Detector};
use numpy::PyArray1;
use pyo3::prelude::*;

use super::cut::{Words, cut};
use super::rows::{Found, found, scores};
use crate::errors::{attempt, detached, shown};
use crate::record::record_class;
use crate::values::{Matrix, count, seed, whole};

/// Isolation forest: a row is unusual if few random cuts set it apart from the others.
///
/// The score is ``2**(-E[h] / c(sample))`` with the average number ``h`` of cuts on a row's way and ``c`` of exact harmonic
/// numbers: near 1 for an anomaly, below 0.5 for what is usual, 0.5 where all rows are equal. The seed determines the
/// trees, on every machine. No share of anomalies is assumed: ``cut`` says where the scores are cut.
///
/// Args:
///     trees: how many trees there are, 1 to 65,536.
///     sample: how many rows each tree sees, at least 2; ``trees * sample`` is at most 2^24.
///     seed: what the trees are drawn from, a whole number from 0 to 2^64 - 1.
///     cut: ``("mads", k)``: so many robust deviations above the median of all scores; ``("top", count)``: so many of the
///         greatest; ``("at", score)``: above a score. By default ``("mads", 5.0)``.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///     LimitExceededError: for more than 2^24 rows in all trees.
///
/// References:
///     Liu, F. T., Ting, K. M. and Zhou, Z.-H. (2008). Isolation forest. ICDM, 413-422.
///
/// Examples:
///     >>> rows = [[i * 7 % 11, i * 3 % 13] for i in range(200)] + [[90, 5]]
///     >>> slo.anomaly.IsolationForest(trees=100, seed=0).detect(rows).indices
///     array([200])
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct IsolationForest(pub(super) anomaly::IsolationForest);

record_class! {
IsolationForest(anomaly::IsolationForest), checked by anomaly::IsolationForest::check, fields {
    /// How many trees there are.
    trees: usize,
    /// How many rows each tree sees.
    sample: usize,
    /// What the trees are drawn from.
    seed: u64,
} {
    #[new]
    #[pyo3(
        signature = (trees=100, *, sample=256, seed=None, cut=None),
        text_signature = "(trees=100, *, sample=256, seed=0, cut=('mads', 5.0))"
    )]
    fn new(
        #[pyo3(from_py_with = whole)] trees: i64,
        #[pyo3(from_py_with = whole)] sample: i64,
        seed: Option<&Bound<'_, PyAny>>,
        cut: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let mut forest =
            anomaly::IsolationForest::new().trees(count("trees", trees)?).sample(count("sample", sample)?);
        if let Some(given) = seed {
            forest = forest.seed(self::seed(given)?);
        }
        if let Some(given) = cut {
            forest = forest.cut(self::cut(given)?);
        }
        attempt(|| forest.check())?;
        Ok(Self(forest))
    }

    /// Where the scores are cut.
    #[getter]
    fn cut(&self) -> Words {
        Words::of(self.0.cut)
    }

    /// Grows the trees and judges the same rows, or the values of a single column.
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
    ///
    /// Examples:
    ///     >>> forest = slo.anomaly.IsolationForest(cut=("top", 1))
    ///     >>> forest.detect([12, 11, 13, 12, 11, 12, 30, 12, 11, 13, 12, 12])
    ///     Detection(1 of 12 values flagged: 6)
    fn detect(&self, values: &Bound<'_, PyAny>) -> PyResult<Found> {
        let forest = &self.0;
        found(values, |values, scores| forest.detect_into(values, scores), |rows| forest.detect_rows(rows))
    }

    /// Grows the trees.
    ///
    /// Args:
    ///     rows: rows of numbers, shape (rows, columns).
    ///
    /// Returns:
    ///     An ``IsolationForestModel``.
    ///
    /// Raises:
    ///     NonFiniteError: with the place of the first row that is not finite.
    ///     TooShortError: without a row or a column.
    ///
    /// Examples:
    ///     >>> model = slo.anomaly.IsolationForest().fit([[1, 2], [2, 1]])
    ///     >>> model.score([[1, 2], [9, 9]])
    ///     array([0.5, 0.5])
    fn fit(&self, rows: &Bound<'_, PyAny>) -> PyResult<IsolationForestModel> {
        let matrix = Matrix::new("rows", rows)?;
        let view = matrix.view();
        detached(rows.py(), || self.0.fit(view)).map(IsolationForestModel)
    }

    fn __repr__(&self) -> String {
        let anomaly::IsolationForest { trees, sample, seed, cut, .. } = self.0;
        let usual = anomaly::IsolationForest::new();
        let cut = (cut != usual.cut).then(|| format!(", cut={}", Words::shown(cut)));
        let cut = cut.unwrap_or_default();
        format!("IsolationForest(trees={trees}, sample={sample}, seed={seed}{cut})")
    }
} }

/// The trees of an ``IsolationForest``, which judge any rows.
///
/// Made by ``IsolationForest.fit``.
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct IsolationForestModel(anomaly::IsolationForestModel);

record_class! { IsolationForestModel(anomaly::IsolationForestModel) {
    /// How many numbers a row has.
    #[getter]
    fn columns(&self) -> usize {
        self.0.columns()
    }

    /// How many trees there are.
    #[getter]
    fn trees(&self) -> usize {
        self.0.trees()
    }

    /// How many rows each tree saw.
    #[getter]
    fn sample(&self) -> usize {
        self.0.sample()
    }

    /// The score of each row, between 0 and 1.
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
        Ok(format!("IsolationForestModel({})", shown(&self.0)?))
    }
} }
