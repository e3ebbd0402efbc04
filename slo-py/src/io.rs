//! Text formats: SLO specs and Prometheus' answers in.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::slo::io;
use numpy::PyArray1;
use numpy::datetime::{Datetime, units::Nanoseconds};
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use crate::core::{Axis, Error, TimeSeries, Timestamp};
use crate::errors::{attempt, detached, guard, raise};
use crate::objective::Objective;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::values::{Column, datetime64, instants, read_only};

/// The labels of a series as a dict.
fn dict(labels: &io::Labels) -> BTreeMap<String, String> {
    labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn datetimes(py: Python<'_>, times: impl Iterator<Item = Timestamp>) -> PyResult<Times<'_>> {
    read_only(py, times.map(datetime64).collect())
}

type Times<'py> = Bound<'py, PyArray1<Datetime<Nanoseconds>>>;

/// Samples over time, and the labels they go by.
///
/// Args:
///     labels: the labels and their values; the metric's name is ``__name__``.
///     times: the instants of the samples, as for ``CountSeries``, shape (samples,).
///     values: the samples, finite, shape (samples,).
///
/// Raises:
///     NonFiniteError: for a value that is NaN or infinite.
///     UnorderedError: where an instant does not come after the one before it.
///     LengthMismatchError: for columns of unequal length.
///
/// Examples:
///     >>> slo.io.LabelledSeries({"__name__": "up", "job": "api"}, [0, 1], [1, 0])
///     LabelledSeries(up{job="api"}, 2 samples)
#[pyclass(module = "slo.io", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct LabelledSeries(io::LabelledSeries);

#[pymethods]
impl LabelledSeries {
    #[new]
    fn new(
        py: Python<'_>,
        labels: BTreeMap<String, String>,
        times: &Bound<'_, PyAny>,
        values: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let axis = Axis::listed(instants("times", times)?);
        let values = Column::new("values", values)?.as_slice()?.to_vec();
        let series = detached(py, || TimeSeries::new(axis, values))?;
        Ok(Self(io::LabelledSeries::new(labels.into_iter().collect(), series)))
    }

    /// The labels and their values, a dict.
    #[getter]
    fn labels(&self) -> BTreeMap<String, String> {
        dict(&self.0.labels)
    }

    /// The metric's name; empty if it has none.
    #[getter]
    fn name(&self) -> &str {
        self.0.labels.name()
    }

    /// The instants, ``datetime64[ns]`` in UTC, read-only, shape (samples,).
    #[getter]
    fn times<'py>(&self, py: Python<'py>) -> PyResult<Times<'py>> {
        datetimes(py, self.0.series.times())
    }

    /// The samples, read-only, shape (samples,).
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.series.values().to_vec())
    }

    /// The instants at which a counter reads less than before, ``datetime64[ns]``: it was reset since.
    #[getter]
    fn resets<'py>(&self, py: Python<'py>) -> PyResult<Times<'py>> {
        datetimes(py, guard(|| self.0.series.resets())?.into_iter())
    }

    fn __len__(&self) -> usize {
        self.0.series.len()
    }

    fn __repr__(&self) -> String {
        format!("LabelledSeries({}, {} samples)", self.0.labels, self.0.series.len())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, Bound<'py, PyTuple>)> {
        let state = (self.labels(), self.times(py)?, self.values(py)?).into_pyobject(py)?;
        Ok((py.get_type::<Self>(), state))
    }
}

/// Counts over time, and the labels that their counters share.
///
/// Args:
///     labels: what tells the counts from others.
///     counts: the counts.
///     resets: the instants at which a counter had been reset since its sample before.
#[pyclass(module = "slo.io", frozen)]
pub(crate) struct LabelledCounts {
    labels: BTreeMap<String, String>,
    counts: Py<CountSeries>,
    resets: Vec<Timestamp>,
}

#[pymethods]
impl LabelledCounts {
    #[new]
    fn new(
        labels: BTreeMap<String, String>,
        counts: Py<CountSeries>,
        resets: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        Ok(Self { labels, counts, resets: instants("resets", resets)? })
    }

    /// What tells the counts from others, a dict.
    #[getter]
    fn labels(&self) -> BTreeMap<String, String> {
        self.labels.clone()
    }

    /// The counts, a ``CountSeries``.
    #[getter]
    fn counts(&self, py: Python<'_>) -> Py<CountSeries> {
        self.counts.clone_ref(py)
    }

    /// The instants at which a counter had been reset since its sample before, ``datetime64[ns]``.
    #[getter]
    fn resets<'py>(&self, py: Python<'py>) -> PyResult<Times<'py>> {
        datetimes(py, self.resets.iter().copied())
    }

    fn __eq__(&self, other: &Self) -> bool {
        let same = self.labels == other.labels && self.resets == other.resets;
        same && self.counts.get().series == other.counts.get().series
    }

    fn __repr__(&self) -> String {
        let labels: io::Labels =
            self.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let series = &self.counts.get().series;
        format!("LabelledCounts({labels}, {} points, {} resets)", series.len(), self.resets.len())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, Bound<'py, PyTuple>)> {
        let state = (self.labels(), self.counts(py), self.resets(py)?).into_pyobject(py)?;
        Ok((py.get_type::<Self>(), state))
    }
}

/// One objective of an OpenSLO object, as it was written.
///
/// Made by ``slo.io.read_specs``.
#[pyclass(module = "slo.io", frozen)]
pub(crate) struct Spec {
    written: io::Spec,
    /// The text that it was read from and its place there: what it pickles as.
    source: Arc<str>,
    place: usize,
}

impl Spec {
    fn read(source: &Arc<str>) -> crate::core::Result<Vec<Self>> {
        let specs = io::read_specs(source)?.into_iter().enumerate();
        Ok(specs.map(|(place, written)| Self { written, source: Arc::clone(source), place }).collect())
    }
}

#[pymethods]
impl Spec {
    /// The object's name.
    #[getter]
    fn name(&self) -> &str {
        &self.written.name
    }

    /// The name that people know it by, if it has one.
    #[getter]
    fn display_name(&self) -> Option<&str> {
        self.written.display_name.as_deref()
    }

    /// What the object says about itself, if anything.
    #[getter]
    fn description(&self) -> Option<&str> {
        self.written.description.as_deref()
    }

    /// The service that it belongs to.
    #[getter]
    fn service(&self) -> &str {
        &self.written.service
    }

    /// The object's labels, each with its values: a dict of lists.
    #[getter]
    fn labels(&self) -> BTreeMap<String, Vec<String>> {
        self.written.labels.clone()
    }

    /// The target, an ``Objective``.
    #[getter]
    fn objective(&self) -> Objective {
        Objective(self.written.objective)
    }

    /// The name of the objective, which tells several of one object apart; None if it has none.
    #[getter]
    fn objective_name(&self) -> Option<&str> {
        self.written.objective_name.as_deref()
    }

    /// What was read as it stands but is probably not what was meant: a list of sentences.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.written.warnings.clone()
    }

    /// The objective as the engine computes it, an ``Slo``.
    ///
    /// Raises:
    ///     UnsupportedError: for a window or a budgeting method that this version does not compute, by name.
    #[getter]
    fn slo(&self) -> PyResult<Slo> {
        attempt(|| self.written.slo()).map(Slo)
    }

    /// The good and bad events that counters hold for the indicator.
    ///
    /// The indicator must be a ratio of counters, each picked by a plain series selector.
    ///
    /// Args:
    ///     series: the counters, a list of ``LabelledSeries``.
    ///     by: the labels by which to tell the counts apart; all counters together if None.
    ///
    /// Returns:
    ///     A list of ``LabelledCounts``, one for each set of values of these labels.
    ///
    /// Raises:
    ///     UnsupportedError: for another indicator, or a query that is more than a selector.
    ///     InvalidParameterError: if no counter is selected.
    ///     InvalidCountError: where there are more good or bad events than events.
    #[pyo3(signature = (series, by=None))]
    fn counts(
        &self,
        py: Python<'_>,
        series: Vec<PyRef<'_, LabelledSeries>>,
        by: Option<Vec<String>>,
    ) -> PyResult<Vec<LabelledCounts>> {
        let series: Vec<io::LabelledSeries> = series.iter().map(|series| series.0.clone()).collect();
        let counted = detached(py, || {
            io::CountQuery::from_indicator(&self.written.indicator)?
                .by(by.unwrap_or_default())
                .counts(&series)
        })?;
        let counted = counted.into_iter().map(|group| {
            let counts = Py::new(py, CountSeries::from_core(group.counts))?;
            Ok(LabelledCounts { labels: dict(&group.labels), counts, resets: group.resets })
        });
        counted.collect()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.written == other.written
    }

    fn __repr__(&self) -> String {
        let io::Spec { name, objective, .. } = &self.written;
        let warned = if self.written.warnings.is_empty() { "" } else { ", with warnings" };
        format!("Spec({name}, {objective}{warned})")
    }

    #[classmethod]
    fn _restore(class: &Bound<'_, PyType>, source: &str, place: usize) -> PyResult<Self> {
        let specs = detached(class.py(), || Self::read(&Arc::from(source)))?;
        let spec = specs.into_iter().nth(place);
        spec.ok_or_else(|| raise(Error::invalid("place", place, "names no objective of the text")))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String, usize))> {
        Ok((py.get_type::<Self>().getattr("_restore")?, (self.source.to_string(), self.place)))
    }
}

/// The objectives of OpenSLO v1 objects in a text.
///
/// Args:
///     text: YAML or JSON, of one or several documents, at most 1 MiB.
///
/// Returns:
///     A list of ``Spec``, one for each objective.
///
/// Raises:
///     ParseError: with line and column where the text is not such objects.
///     UnsupportedError: for another version or kind of object.
///     LimitExceededError: for more text than that.
#[pyfunction]
pub(crate) fn read_specs(py: Python<'_>, text: &str) -> PyResult<Vec<Spec>> {
    detached(py, || Spec::read(&Arc::from(text)))
}

/// The series of an answer of Prometheus' HTTP API to ``query`` or ``query_range``.
///
/// Args:
///     text: the JSON text, at most 256 MiB.
///
/// Returns:
///     A list of ``LabelledSeries``.
///
/// Raises:
///     ParseError: with line and column where the text is no such answer, or with the error that it carries.
///     InvalidParameterError: for a sample that is NaN or infinite, with its series and place.
///     UnsupportedError: for native histograms and strings.
///     LimitExceededError: for more text than that.
#[pyfunction]
pub(crate) fn read_prometheus(py: Python<'_>, text: &str) -> PyResult<Vec<LabelledSeries>> {
    detached(py, || Ok(io::read_prometheus(text)?.into_iter().map(LabelledSeries).collect()))
}
