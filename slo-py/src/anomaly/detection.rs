//! What a detector says about a series.

use ::slo::anomaly::{self, Findings};
use numpy::{PyArray1, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use super::verdict::Verdict;
use crate::core::Result;
use crate::errors::guard;
use crate::json;
use crate::python;
use crate::values::{Column, read_only, written};

/// The verdicts on the unusual values of a series, with the score of every value.
///
/// Examples:
///     >>> found = slo.anomaly.Tukey().detect([1, 2, 4, 7, 11, 16, 22, 29, 37, 46, 100])
///     >>> found
///     Detection(1 of 11 values flagged: 10)
///     >>> found.indices, found.threshold
///     (array([10]), 1.5)
///     >>> found.scores[-3:].round(3)
///     array([0.145, 0.473, 2.436])
#[pyclass(module = "slo.anomaly", frozen)]
pub(crate) struct Detection {
    outliers: Vec<anomaly::Verdict>,
    first: usize,
    scores: Py<PyArray1<f64>>,
    threshold: f64,
}

impl Detection {
    /// Lets a detector judge a column; it writes the scores where Python will read them.
    pub(super) fn of(
        given: &Bound<'_, PyAny>,
        detect: impl FnOnce(&[f64], &mut [f64]) -> Result<Findings> + Send,
    ) -> PyResult<Self> {
        let py = given.py();
        let column = Column::new("values", given)?;
        let values = column.as_slice()?;
        let (scores, found) = written(py, values.len(), |scores| detect(values, scores))?;
        scores.try_readwrite()?.make_nonwriteable();
        let Findings { outliers, threshold } = found;
        Ok(Self { outliers, first: 0, scores: scores.unbind(), threshold })
    }

    /// Says how many values were seen before these.
    pub(super) fn begin_at(&mut self, first: usize) {
        self.first = first;
    }

    fn whole(&self, py: Python<'_>) -> PyResult<anomaly::Detection> {
        let scores = self.scores.bind(py).try_readonly()?;
        let scores = scores.as_slice()?;
        let Self { outliers, first, threshold, .. } = self;
        guard(|| anomaly::Detection {
            outliers: outliers.clone(),
            first: *first,
            scores: scores.to_vec(),
            threshold: *threshold,
        })
    }

    fn present<'py>(function: &str, shown: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(shown.py(), "slo._present_anomaly", function, (shown,))
    }
}

#[pymethods]
impl Detection {
    /// The verdicts on the values that are flagged, a tuple in the order of the series.
    #[getter]
    fn outliers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.outliers.iter().map(|verdict| Verdict(*verdict)))
    }

    /// The indices of the values that are flagged, int64 and read-only.
    #[getter]
    fn indices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let index = |outlier: &anomaly::Verdict| i64::try_from(outlier.index).unwrap_or(i64::MAX);
        read_only(py, self.outliers.iter().map(index).collect())
    }

    /// The index of the first value: 0, unless an online detector saw others before.
    #[getter]
    fn first(&self) -> usize {
        self.first
    }

    /// The score of each value, shape (values,) and read-only; NaN where it was not judged.
    #[getter]
    fn scores(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.scores.clone_ref(py)
    }

    /// What the size of a score must exceed, with a full baseline; a verdict has its own.
    #[getter]
    fn threshold(&self) -> f64 {
        self.threshold
    }

    /// The detection as a dict; None for NaN, ``"inf"`` for an infinity.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.whole(py)?)
    }

    /// The detection as JSON text; null for NaN, ``"inf"`` for an infinity.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        json::text(&self.whole(py)?)
    }

    /// A frame with one row for each value that is flagged: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::present("detection_frame", slf)
    }

    /// The scores with the threshold, and the values that are flagged, drawn with matplotlib.
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
        python::call(slf.py(), "slo._present_anomaly", "plot_detection", (slf, ax))
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.scores.bind(py).len()
    }

    fn __eq__(&self, other: &Self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.whole(py)? == other.whole(py)?)
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        let whole = self.whole(py)?;
        guard(|| whole.to_string())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Detection({})", self.__str__(py)?))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::present("detection_html", slf)
    }

    #[classmethod]
    fn _restore(class: &Bound<'_, PyType>, state: &str) -> PyResult<Self> {
        let anomaly::Detection { outliers, first, scores, threshold } = json::parse(state)?;
        Ok(Self { outliers, first, scores: read_only(class.py(), scores)?.unbind(), threshold })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("_restore")?, (self.to_json(py)?,)))
    }
}
