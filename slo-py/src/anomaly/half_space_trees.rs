//! How much of the recent past fell where a row falls.

use ::slo::anomaly;
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::rows::scores;
use crate::core::Error;
use crate::errors::{attempt, guard, shown};
use crate::json;
use crate::record::record_class;
use crate::shared::Shared;
use crate::values::{Column, Number, Two, count, seed, whole};

/// Half-space trees: a row is unusual if few of the last window's rows fell into the same small box. For streams.
///
/// The score is ``1 / (1 + m)``, where ``m`` compares the density of the last full window around the row with that of rows
/// spread evenly. A row costs ``trees * height`` steps, and memory does not grow.
///
/// Args:
///     trees: how many trees there are, 1 to 4096.
///     height: how many times each halves the space, 1 to 16.
///     window: how many rows a reference holds, at least 2.
///     seed: what the trees are drawn from, a whole number from 0 to 2^64 - 1.
///     ranges: low and high end of each column; learnt from the first window if None.
///     threshold: what a score must exceed for a row to be flagged, in (0, 1).
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///     LimitExceededError: for more than 2^24 boxes in all trees.
///
/// References:
///     Tan, S. C., Ting, K. M. and Liu, T. F. (2011). Fast anomaly detection for streaming data. IJCAI, 1511-1516.
///
/// Examples:
///     >>> model = slo.anomaly.HalfSpaceTrees(window=100).online(2)
///     >>> scores = model.observe_many([[i * 0.618 % 1, i * 0.414 % 1] for i in range(200)])
///     >>> model.observe([4, -2]).flagged
///     True
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct HalfSpaceTrees(anomaly::HalfSpaceTrees);

record_class! { HalfSpaceTrees(anomaly::HalfSpaceTrees), checked by anomaly::HalfSpaceTrees::check, fields {
    /// How many trees there are.
    trees: usize,
    /// How many times each halves the space.
    height: usize,
    /// How many rows a reference holds.
    window: usize,
    /// What the trees are drawn from.
    seed: u64,
    /// What a score must exceed for a row to be flagged.
    threshold: f64,
} {
    #[new]
    #[pyo3(
        signature = (trees=25, height=8, window=250, *, seed=None, ranges=None, threshold=Number(0.9)),
        text_signature = "(trees=25, height=8, window=250, *, seed=0, ranges=None, threshold=0.9)"
    )]
    fn new(
        #[pyo3(from_py_with = whole)] trees: i64,
        #[pyo3(from_py_with = whole)] height: i64,
        #[pyo3(from_py_with = whole)] window: i64,
        seed: Option<&Bound<'_, PyAny>>,
        ranges: Option<&Bound<'_, PyAny>>,
        threshold: Number,
    ) -> PyResult<Self> {
        let mut plan = anomaly::HalfSpaceTrees::new()
            .trees(count("trees", trees)?)
            .height(count("height", height)?)
            .window(count("window", window)?)
            .threshold(threshold.0);
        if let Some(given) = seed {
            plan = plan.seed(self::seed(given)?);
        }
        if let Some(given) = ranges {
            let pair = |pair: PyResult<Bound<'_, PyAny>>| {
                let Two(Number(low), Number(high)) = pair?.extract()?;
                Ok((low, high))
            };
            plan = plan.ranges(given.try_iter()?.map(pair).collect::<PyResult<_>>()?);
        }
        attempt(|| plan.check())?;
        Ok(Self(plan))
    }

    /// Low and high end of each column, a list of pairs; None where they are learnt.
    #[getter]
    fn ranges(&self) -> Option<Vec<(f64, f64)>> {
        self.0.ranges.clone()
    }

    /// Trees for rows of so many columns, which have seen nothing yet.
    ///
    /// Args:
    ///     columns: how many numbers a row has, at least 1.
    ///
    /// Returns:
    ///     A ``HalfSpaceTreesModel``.
    ///
    /// Raises:
    ///     InvalidParameterError: for no column.
    ///     LengthMismatchError: for another number of ranges.
    ///     LimitExceededError: for more than 2^24 numbers in a window whose ranges are to be learnt.
    fn online(&self, #[pyo3(from_py_with = whole)] columns: i64) -> PyResult<HalfSpaceTreesModel> {
        let columns = count("columns", columns)?;
        attempt(|| self.0.clone().online(columns)).map(|model| HalfSpaceTreesModel(Shared::new(model)))
    }

    fn __repr__(&self) -> String {
        let anomaly::HalfSpaceTrees { trees, height, window, seed, .. } = self.0;
        format!("HalfSpaceTrees(trees={trees}, height={height}, window={window}, seed={seed})")
    }
} }

/// What is said about one row of a stream.
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct RowVerdict(anomaly::RowVerdict);

record_class! { RowVerdict(anomaly::RowVerdict), fields {
    /// How many rows were seen before.
    index: usize,
    /// How unusual the row is; NaN while warming up.
    score: f64,
    /// What the score must exceed for the row to be flagged.
    threshold: f64,
    /// Whether the row is an anomaly.
    flagged: bool,
} {
    /// Why it is flagged, or is not: ``"beyond"``, ``"within"`` or ``"warming_up"``.
    #[getter]
    fn reason(&self) -> String {
        self.0.reason.to_string()
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("RowVerdict({})", shown(&self.0)?))
    }
} }

/// The trees of ``HalfSpaceTrees`` with what they have seen. May be shared by threads.
///
/// Made by ``HalfSpaceTrees.online`` or ``HalfSpaceTreesModel.restore``.
#[pyclass(module = "slo.anomaly", frozen)]
pub(crate) struct HalfSpaceTreesModel(Shared<anomaly::HalfSpaceTreesModel>);

#[pymethods]
impl HalfSpaceTreesModel {
    /// How many numbers a row has.
    #[getter]
    fn columns(&self) -> usize {
        self.0.lock().columns()
    }

    /// How many rows were observed.
    #[getter]
    fn seen(&self) -> usize {
        self.0.lock().seen()
    }

    /// The verdict on the next row, which is learnt from.
    ///
    /// Args:
    ///     row: numbers, shape (columns,).
    ///
    /// Returns:
    ///     A ``RowVerdict``.
    ///
    /// Raises:
    ///     LengthMismatchError: for a row of another width; nothing is learnt then.
    ///     NonFiniteError: with the column of a number that is not finite; nothing is learnt then.
    fn observe(&self, row: &Bound<'_, PyAny>) -> PyResult<RowVerdict> {
        let column = Column::new("row", row)?;
        let row = column.as_slice()?;
        attempt(|| self.0.lock().observe(row)).map(RowVerdict)
    }

    /// Observes rows in order.
    ///
    /// Args:
    ///     rows: rows of numbers, oldest first, shape (rows, columns).
    ///
    /// Returns:
    ///     The score of each row, shape (rows,); NaN while warming up.
    ///
    /// Raises:
    ///     LengthMismatchError: for rows of another width; nothing is learnt then.
    ///     NonFiniteError: with the place of the first row that is not finite; nothing is learnt then.
    fn observe_many<'py>(&self, rows: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        scores(rows, |rows, scores| self.0.lock().observe_into(rows, scores))
    }

    /// The score of a row, were it the next one; NaN until a window is full. Nothing is learnt from it.
    ///
    /// Args:
    ///     row: numbers, shape (columns,).
    ///
    /// Raises:
    ///     LengthMismatchError: for a row of another width.
    ///     NonFiniteError: with the column of a number that is not finite.
    fn score(&self, row: &Bound<'_, PyAny>) -> PyResult<f64> {
        let column = Column::new("row", row)?;
        let row = column.as_slice()?;
        attempt(|| self.0.lock().score(row))
    }

    /// All that ``restore`` needs to go on from here, as JSON text.
    fn snapshot(&self) -> PyResult<String> {
        let model = guard(|| self.0.lock().clone())?;
        json::text(&model)
    }

    /// Goes on from what ``snapshot`` wrote.
    ///
    /// Args:
    ///     snapshot: the JSON text.
    ///
    /// Raises:
    ///     StateError: if the text is no such snapshot, was damaged, or was written by another version.
    ///
    /// Examples:
    ///     >>> model = slo.anomaly.HalfSpaceTrees(window=3).online(1)
    ///     >>> model.observe([1.0]).reason
    ///     'warming_up'
    ///     >>> slo.anomaly.HalfSpaceTreesModel.restore(model.snapshot()).seen
    ///     1
    #[classmethod]
    fn restore(_class: &Bound<'_, PyType>, snapshot: &str) -> PyResult<Self> {
        attempt(|| {
            let read = ::slo::io::from_json::<anomaly::HalfSpaceTreesModel>(snapshot);
            read.map_err(|error| Error::State { reason: error.to_string() })
        })
        .map(|model| Self(Shared::new(model)))
    }

    fn __repr__(&self) -> String {
        format!("HalfSpaceTreesModel({})", self.0.lock())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("restore")?, (self.snapshot()?,)))
    }
}
