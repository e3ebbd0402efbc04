//! Rows of several numbers each, and what is said about them.

use ::slo::anomaly::{self, Findings};
use numpy::PyArray1;
use numpy::ndarray::ArrayView2;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::detection::Detection;
use super::pelt::places;
use crate::core::Result;
use crate::errors::{detached, shown};
use crate::python;
use crate::record::record_class;
use crate::values::{Matrix, read_only, written};

/// A row that is flagged.
///
/// Part of ``RowDetection``.
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct RowOutlier(anomaly::RowOutlier);

record_class! { RowOutlier(anomaly::RowOutlier), fields {
    /// The row's place.
    index: usize,
    /// How unusual it is: more than the threshold.
    score: f64,
} {
    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("RowOutlier({})", shown(&self.0)?))
    }
} }

/// The score of every row, and the rows that are flagged.
///
/// Made by ``detect`` of ``IsolationForest`` and ``Histogram``.
///
/// Examples:
///     >>> rows = [[i * 7 % 11, i * 3 % 13] for i in range(200)] + [[90, 5]]
///     >>> slo.anomaly.IsolationForest(cut=("top", 1)).detect(rows)
///     RowDetection(1 of 201 rows flagged: 200)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct RowDetection(pub(super) anomaly::RowDetection);

record_class! { RowDetection(anomaly::RowDetection) {
    /// The rows that are flagged, a tuple in order.
    #[getter]
    fn outliers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.outliers.iter().map(|outlier| RowOutlier(*outlier)))
    }

    /// The places of the rows that are flagged, int64 and read-only.
    #[getter]
    fn indices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        places(py, &self.0.indices())
    }

    /// The score of each row, shape (rows,) and read-only: the higher, the more unusual.
    #[getter]
    fn scores<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.scores.clone())
    }

    /// What a score must exceed.
    #[getter]
    fn threshold(&self) -> f64 {
        self.0.threshold
    }

    /// A frame with one row for each row that is flagged: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_changes", "rows_frame", (slf,))
    }

    fn __len__(&self) -> usize {
        self.0.scores.len()
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("RowDetection({})", shown(&self.0)?))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_changes", "rows_html", (slf,))
    }
} }

/// What was said about a column of values, or about rows.
#[derive(IntoPyObject)]
pub(super) enum Found {
    Values(Detection),
    Rows(RowDetection),
}

/// Lets a detector judge what was given: rows where it has two dimensions, else values.
pub(super) fn found(
    given: &Bound<'_, PyAny>,
    values: impl FnOnce(&[f64], &mut [f64]) -> Result<Findings> + Send,
    rows: impl FnOnce(ArrayView2<'_, f64>) -> Result<anomaly::RowDetection> + Send,
) -> PyResult<Found> {
    if dimensions(given) == 2 {
        let matrix = Matrix::new("rows", given)?;
        let view = matrix.view();
        return detached(given.py(), || rows(view)).map(RowDetection).map(Found::Rows);
    }
    Detection::of(given, values).map(Found::Values)
}

/// How many dimensions an array has; 1 for what is none, which is refused where it is read.
fn dimensions(given: &Bound<'_, PyAny>) -> usize {
    let dimensions = python::call(given.py(), "numpy", "ndim", (given,));
    dimensions.and_then(|dimensions| dimensions.extract()).unwrap_or(1)
}

/// The score of each row, written where Python will read it.
pub(super) fn scores<'py>(
    given: &Bound<'py, PyAny>,
    score: impl FnOnce(ArrayView2<'_, f64>, &mut [f64]) -> Result<()> + Send,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let matrix = Matrix::new("rows", given)?;
    let view = matrix.view();
    Ok(written(given.py(), view.nrows(), |places| score(view, places))?.0)
}
