//! Slices of time: how many there were, and what each was.

use numpy::PyArray1;
use numpy::datetime::{Datetime, units::Nanoseconds};
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use crate::core;
use crate::errors::guard;
use crate::json;
use crate::python;
use crate::time::{Instant, Span};
use crate::values::{datetime64, read_only, tally, whole};

/// How many slices a window or period has, and how many of them were counted.
///
/// Args:
///     expected: slices of the whole window or period, those excluded left out, those to come included.
///     observed: slices that counted as good or bad.
///     partial: slices that reach across the window's begin or its end; a slice belongs to the window in which it ends.
///
/// Examples:
///     >>> s = slo.Slo("99.9%", window="30d", method="timeslices", slice="1m", slice_target="95%")
///     >>> s.budget(bad=12, total=10_800).slices
///     Slices(expected=43200, observed=10800, partial=0)
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Slices(pub(crate) core::Slices);

#[pymethods]
impl Slices {
    #[new]
    #[pyo3(signature = (expected, observed, partial=0))]
    fn new(
        #[pyo3(from_py_with = whole)] expected: i64,
        #[pyo3(from_py_with = whole)] observed: i64,
        #[pyo3(from_py_with = whole)] partial: i64,
    ) -> PyResult<Self> {
        let expected = tally("expected", expected)?;
        let (observed, partial) = (tally("observed", observed)?, tally("partial", partial)?);
        Ok(Self(core::Slices { expected, observed, partial }))
    }

    /// Slices of the whole window or period, those excluded left out, those to come included.
    #[getter]
    fn expected(&self) -> u64 {
        self.0.expected
    }

    /// Slices that counted as good or bad: those with events, and empty ones that ``no_data`` takes for good or bad.
    #[getter]
    fn observed(&self) -> u64 {
        self.0.observed
    }

    /// Slices that reach across the window's begin or its end: 0, 1 or 2.
    #[getter]
    fn partial(&self) -> u64 {
        self.0.partial
    }

    /// Expected slices that did not count, those to come included.
    #[getter]
    fn empty(&self) -> u64 {
        self.0.empty()
    }

    /// The share of the expected slices that counted; 0 where none is expected.
    #[getter]
    fn coverage(&self) -> f64 {
        self.0.coverage()
    }

    /// The numbers as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The numbers as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> String {
        let core::Slices { expected, observed, partial } = self.0;
        format!("Slices(expected={expected}, observed={observed}, partial={partial})")
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (u64, u64, u64)) {
        (py.get_type::<Self>(), (self.expected(), self.observed(), self.partial()))
    }
}

/// What each slice of a period was, until an instant.
///
/// Made by ``Slo.slices``. All arrays are read-only, shape (slices,); slices that are excluded are left out.
///
/// Examples:
///     >>> c = slo.CountSeries.regular(60_000_000_000, "1m", bad=[5, 6, 6, 0, 7], total=[100, 100, 100, 0, 100])
///     >>> s = slo.Slo("99%", window="5m", method="timeslices", slice="1m", slice_target="95%")
///     >>> r = s.slices(c)
///     >>> r
///     SliceReport(1m slices: 1 good, 3 bad, 1 empty, longest bad run 2m)
///     >>> r.states.tolist()
///     ['good', 'bad', 'bad', 'empty', 'bad']
#[pyclass(module = "slo", frozen)]
pub(crate) struct SliceReport {
    data: core::SliceReport,
    times: Py<PyArray1<Datetime<Nanoseconds>>>,
    states: Py<PyAny>,
    ratios: Py<PyArray1<f64>>,
    mask: Py<PyArray1<bool>>,
}

impl SliceReport {
    pub(crate) fn new(py: Python<'_>, data: core::SliceReport) -> PyResult<Self> {
        let code = |state: &core::SliceState| match state {
            core::SliceState::Good => 0_u8,
            core::SliceState::Bad => 1,
            core::SliceState::Empty => 2,
        };
        let codes = PyArray1::from_iter(py, data.states.iter().map(code));
        let words = ["good", "bad", "empty"];
        Ok(Self {
            times: read_only(py, data.times.iter().copied().map(datetime64).collect())?.unbind(),
            states: python::call(py, "slo._arrays", "words", (codes, words))?.unbind(),
            ratios: read_only(py, data.ratios.clone())?.unbind(),
            mask: read_only(py, data.mask())?.unbind(),
            data,
        })
    }
}

#[pymethods]
impl SliceReport {
    /// The length of a slice, a ``timedelta``.
    #[getter]
    fn slice(&self) -> Span {
        Span(self.data.slice)
    }

    /// The ends of the slices that are over, ``datetime64[ns]`` in UTC.
    #[getter]
    fn times(&self, py: Python<'_>) -> Py<PyArray1<Datetime<Nanoseconds>>> {
        self.times.clone_ref(py)
    }

    /// What each slice was: ``"good"``, ``"bad"`` or ``"empty"``.
    #[getter]
    fn states(&self, py: Python<'_>) -> Py<PyAny> {
        self.states.clone_ref(py)
    }

    /// The share of good events of each slice; NaN for an empty one.
    #[getter]
    fn ratios(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.ratios.clone_ref(py)
    }

    /// Whether each slice was bad.
    #[getter]
    fn mask(&self, py: Python<'_>) -> Py<PyArray1<bool>> {
        self.mask.clone_ref(py)
    }

    /// How many slices were good.
    #[getter]
    fn good(&self) -> u64 {
        self.data.good
    }

    /// How many slices were bad.
    #[getter]
    fn bad(&self) -> u64 {
        self.data.bad
    }

    /// How many slices were empty.
    #[getter]
    fn empty(&self) -> u64 {
        self.data.empty
    }

    /// The slices of the whole period as the budget counts them, ``Slices``.
    #[getter]
    fn slices(&self) -> Slices {
        Slices(self.data.slices)
    }

    /// The share of the listed slices that held events; 0 where none is over.
    #[getter]
    fn coverage(&self) -> PyResult<f64> {
        guard(|| self.data.coverage())
    }

    /// Begin and end of the longest run of slices that count as bad, the first of several; None without one.
    #[getter]
    fn longest_bad_run(&self) -> Option<(Instant, Instant)> {
        self.data.longest_bad_run.map(|(begin, end)| (Instant(begin), Instant(end)))
    }

    /// The report as a dict of lists and numbers; instants as text, None for NaN.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.data)
    }

    /// The report as JSON text; null for NaN.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.data)
    }

    /// A frame with one row for each slice: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_slices", "slices_frame", (slf,))
    }

    /// The slices over time, bad and empty ones coloured, drawn with matplotlib.
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
        python::call(slf.py(), "slo._present_slices", "plot_slices", (slf, ax))
    }

    fn __len__(&self) -> usize {
        self.data.times.len()
    }

    fn __eq__(&self, other: &Self) -> PyResult<bool> {
        // By their texts: NaN, which marks an empty slice, equals nothing.
        Ok(self.to_json()? == other.to_json()?)
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let core::SliceReport { slice, good, bad, empty, longest_bad_run, .. } = &self.data;
            let run = longest_bad_run.map_or_else(String::new, |(begin, end)| {
                format!(", longest bad run {}", end.saturating_since(begin))
            });
            format!("SliceReport({slice} slices: {good} good, {bad} bad, {empty} empty{run})")
        })
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_slices", "slices_html", (slf,))
    }

    #[classmethod]
    fn _restore(class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        Self::new(class.py(), json::parse(text)?)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        Ok((py.get_type::<Self>().getattr("_restore")?, (self.to_json()?,).into_pyobject(py)?))
    }
}
