//! Series that do not do as the others do.

use ::slo::anomaly::{self, Across};
use numpy::{PyArray1, PyArray2, PyArrayMethods, ToPyArray};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::options::{Words, degenerate};
use crate::core::Error;
use crate::errors::{attempt, detached, raise, shown};
use crate::python;
use crate::record::record_class;
use crate::values::{MISSING_VALUES, Matrix, Number, choice, read_only, word};

const ACROSS: [(&str, Across); 2] = [("series", Across::Series), ("panel", Across::Panel)];

/// A series that is flagged, and when.
///
/// Part of ``PanelDetection``.
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct SeriesOutlier(anomaly::SeriesOutlier);

record_class! { SeriesOutlier(anomaly::SeriesOutlier) {
    /// The series' place in the panel.
    #[getter]
    fn series(&self) -> usize {
        self.0.series
    }

    /// Where it lies outside, a tuple of pairs: from the first place to before the second.
    #[getter]
    fn intervals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.intervals.iter().copied())
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("SeriesOutlier({})", shown(&self.0)?))
    }
} }

/// The score of every series at every time, the series that are flagged, and the band of the others.
///
/// Made by ``detect`` of ``MedianDistance`` and ``Dbscan``.
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct PanelDetection(anomaly::PanelDetection);

record_class! { PanelDetection(anomaly::PanelDetection) {
    /// The series that are flagged, a tuple in order.
    #[getter]
    fn outliers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.outliers.iter().cloned().map(SeriesOutlier))
    }

    /// The score of each series at each time, shape (series, times) and read-only; NaN for a missing value.
    #[getter]
    fn scores<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let scores = self.0.scores().to_pyarray(py);
        scores.try_readwrite()?.make_nonwriteable();
        Ok(scores)
    }

    /// What a score must exceed.
    #[getter]
    fn threshold(&self) -> f64 {
        self.0.threshold
    }

    /// The low end of the band at each time, shape (times,); NaN where there is none.
    #[getter]
    fn lower<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.lower.iter().map(|end| end.unwrap_or(f64::NAN)).collect())
    }

    /// The high end of the band at each time, shape (times,); NaN where there is none.
    #[getter]
    fn upper<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.upper.iter().map(|end| end.unwrap_or(f64::NAN)).collect())
    }

    /// A frame with one row for each interval of each series that is flagged: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_changes", "panel_frame", (slf,))
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("PanelDetection({})", shown(&self.0)?))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_changes", "panel_html", (slf,))
    }
} }

/// Distances from the median of the series, in median distances of those on the same side.
///
/// Medians are trimmed Harrell-Davis ones.
///
/// Args:
///     threshold: what a score must exceed, above 0; by default what a sensitivity of a half stands for.
///     sensitivity: from 0 to 1, instead of a threshold: ``7.941 - (7.941 - 0.842) * sqrt(sensitivity)``.
///     across: ``"series"`` compares those of one time, ``"panel"`` all values with each other.
///     degenerate: what a value means that differs from a side without spread: ``"alarm"``, ``"no-alarm"``, or a least
///         scale ``(absolute, relative)``.
///     missing: ``"error"`` refuses NaN, ``"skip"`` leaves it out.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range, and for both a threshold and a sensitivity.
///
/// Examples:
///     >>> slo.anomaly.MedianDistance().detect([[1], [2], [3], [4], [5], [40], [2.5]])
///     PanelDetection(1 of 7 series flagged: 5)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct MedianDistance(anomaly::MedianDistance);

record_class! { MedianDistance(anomaly::MedianDistance), checked by anomaly::MedianDistance::check {
    #[new]
    #[pyo3(
        signature = (threshold=None, *, sensitivity=None, across="series", degenerate=None, missing="error"),
        text_signature = "(threshold=None, *, sensitivity=0.5, across='series', degenerate='alarm', missing='error')"
    )]
    fn new(
        threshold: Option<Number>,
        sensitivity: Option<Number>,
        across: &str,
        degenerate: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        if let (Some(_), Some(Number(given))) = (threshold, sensitivity) {
            return Err(raise(Error::invalid("sensitivity", given, "stands for a threshold: give one of them")));
        }
        let mut rule = anomaly::MedianDistance::new()
            .across(choice("across", across, &ACROSS, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        if let Some(Number(sensitivity)) = sensitivity {
            rule = rule.sensitivity(sensitivity);
        }
        if let Some(Number(threshold)) = threshold {
            rule = rule.threshold(threshold);
        }
        if let Some(given) = degenerate {
            rule = rule.degenerate(self::degenerate(given)?);
        }
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// What a score must exceed.
    #[getter]
    fn threshold(&self) -> f64 {
        self.0.threshold
    }

    /// Which values are compared with each other: ``"series"`` or ``"panel"``.
    #[getter]
    fn across(&self) -> &'static str {
        word(&self.0.across, &ACROSS)
    }

    /// What a value means that differs from a side without spread.
    #[getter]
    fn degenerate(&self) -> Words {
        Words::of(self.0.degenerate)
    }

    /// What NaN means: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    /// Judges each series at each time.
    ///
    /// Args:
    ///     values: a row for each series, a column for each time, shape (series, times).
    ///
    /// Returns:
    ///     A ``PanelDetection``.
    ///
    /// Raises:
    ///     TooShortError: without a series or a time.
    ///     NonFiniteError: with the first series that holds a value that is not finite, unless such are skipped.
    fn detect(&self, values: &Bound<'_, PyAny>) -> PyResult<PanelDetection> {
        let matrix = Matrix::new("values", values)?;
        let view = matrix.view();
        detached(values.py(), || self.0.detect(view)).map(PanelDetection)
    }

    fn __repr__(&self) -> String {
        format!("MedianDistance(threshold={:?}, across='{}')", self.0.threshold, self.across())
    }
} }

/// At each time, the series that are not in the crowd: more than half of them, each near to the next.
///
/// A score is the distance from the crowd over ``epsilon``; above 1 a series is flagged. Where there is no crowd, all are.
///
/// Args:
///     epsilon: how far the next one may be, above 0; ``1.1 * (1 - sensitivity)`` of the span of all values if None.
///     sensitivity: how near series must be to each other, in (0, 1).
///     missing: ``"error"`` refuses NaN, ``"skip"`` leaves it out.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> slo.anomaly.Dbscan(epsilon=0.5).detect([[1, 1.1, 1.2], [1.1, 1, 1.1], [1.2, 1.2, 9]]).outliers
///     (SeriesOutlier(series 2 from 2 to 3),)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Dbscan(anomaly::Dbscan);

record_class! { Dbscan(anomaly::Dbscan), checked by anomaly::Dbscan::check, fields {
    /// How far the next one may be; None where it follows from the sensitivity.
    epsilon: Option<f64>,
    /// How near series must be to each other.
    sensitivity: f64,
} {
    #[new]
    #[pyo3(signature = (epsilon=None, *, sensitivity=Number(0.5), missing="error"), text_signature = "(epsilon=None, *, sensitivity=0.5, missing='error')")]
    fn new(epsilon: Option<Number>, sensitivity: Number, missing: &str) -> PyResult<Self> {
        let mut rule = anomaly::Dbscan::new()
            .sensitivity(sensitivity.0)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        rule.epsilon = epsilon.map(|epsilon| epsilon.0);
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// What NaN means: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    /// Judges each series at each time.
    ///
    /// Args:
    ///     values: a row for each series, a column for each time, shape (series, times).
    ///
    /// Returns:
    ///     A ``PanelDetection``.
    ///
    /// Raises:
    ///     TooShortError: without a series or a time.
    ///     NonFiniteError: with the first series that holds a value that is not finite, unless such are skipped.
    fn detect(&self, values: &Bound<'_, PyAny>) -> PyResult<PanelDetection> {
        let matrix = Matrix::new("values", values)?;
        let view = matrix.view();
        detached(values.py(), || self.0.detect(view)).map(PanelDetection)
    }

    fn __repr__(&self) -> String {
        let epsilon = self.0.epsilon.map_or_else(|| "None".to_owned(), |epsilon| format!("{epsilon:?}"));
        format!("Dbscan(epsilon={epsilon}, sensitivity={:?})", self.0.sensitivity)
    }
} }
