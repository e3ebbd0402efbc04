//! Alerts in the order they began, and how they meet known incidents.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::policy::AlertPolicy;
use super::records::{Alert, Detection, Episode};
use super::replay::known;
use crate::core;
use crate::errors::{detached, guard};
use crate::json;
use crate::python;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::time::{Instant, Span};
use crate::values::Two;

/// The alerts of a policy on a series, in the order in which they began.
///
/// Made by ``AlertPolicy.evaluate``. A timeline pickles as the question that it answers: policy, objective and series.
///
/// Examples:
///     >>> c = slo.CountSeries.regular(0, "1m", bad=[0, 30, 0], total=[100, 100, 100])
///     >>> p = slo.AlertPolicy([slo.BurnRule("2m", "1m", 10)])
///     >>> p.evaluate(slo.Slo("99%", window="1h"), c)
///     AlertTimeline(1 alert: 1 page, none firing)
#[pyclass(module = "slo", frozen)]
pub(crate) struct AlertTimeline {
    timeline: core::AlertTimeline,
    policy: Py<AlertPolicy>,
    slo: Py<Slo>,
    series: Py<CountSeries>,
    every: Option<Span>,
}

impl AlertTimeline {
    pub(super) fn new(
        policy: &Bound<'_, AlertPolicy>,
        slo: &Bound<'_, Slo>,
        series: &Bound<'_, CountSeries>,
        every: Option<Span>,
    ) -> PyResult<Self> {
        let (rules, objective, counts) = (&policy.get().0, &slo.get().0, &series.get().series);
        let step = every.map(|every| every.0);
        let timeline = detached(policy.py(), || rules.evaluate(objective, counts, step))?;
        Ok(Self::known(timeline, policy, slo, series, every))
    }

    /// The timeline that this question is known to have.
    pub(crate) fn known(
        timeline: core::AlertTimeline,
        policy: &Bound<'_, AlertPolicy>,
        slo: &Bound<'_, Slo>,
        series: &Bound<'_, CountSeries>,
        every: Option<Span>,
    ) -> Self {
        let (policy, slo, series) = (policy.clone().unbind(), slo.clone().unbind(), series.clone().unbind());
        Self { timeline, policy, slo, series, every }
    }
}

#[pymethods]
impl AlertTimeline {
    /// The alerts, in the order in which they began: a list of ``Alert``.
    #[getter]
    fn alerts(&self) -> Vec<Alert> {
        self.timeline.alerts().iter().cloned().map(Alert).collect()
    }

    /// The alerts of each severity merged where they overlap or touch: a list of ``Episode``.
    fn by_severity(&self) -> Vec<Episode> {
        self.timeline.by_severity().iter().cloned().map(Episode).collect()
    }

    /// The alerts that fire at an instant: a list of ``Alert``.
    fn firing(&self, at: Instant) -> PyResult<Vec<Alert>> {
        guard(|| self.timeline.firing(at.0).into_iter().cloned().map(Alert).collect())
    }

    /// How each incident was noticed: by the first alert that fires between the incident's begin and one long window
    /// after its end.
    ///
    /// Args:
    ///     incidents: pairs of begin and end.
    ///
    /// Returns:
    ///     A list of ``Detection``, one for each incident.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1m", bad=[0, 30, 0], total=[100, 100, 100])
    ///     >>> p = slo.AlertPolicy([slo.BurnRule("2m", "1m", 10)])
    ///     >>> timeline = p.evaluate(slo.Slo("99%", window="1h"), c)
    ///     >>> timeline.detections([(10_000_000_000, 50_000_000_000)])
    ///     [Detection(alert=0, delay=50s)]
    fn detections(&self, incidents: Vec<Two<Instant>>) -> PyResult<Vec<Detection>> {
        let incidents = known(&incidents);
        guard(|| self.timeline.detections(&incidents).into_iter().map(Detection).collect())
    }

    /// The timeline as a dict of ``alerts`` and ``episodes``; instants and durations as text.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.timeline)
    }

    /// The timeline as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.timeline)
    }

    /// A frame with one row for each alert: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::present("timeline_frame", slf)
    }

    /// The alerts as bars over time, one lane for each severity, drawn with matplotlib.
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
        python::call(slf.py(), "slo._present", "plot_timeline", (slf, ax))
    }

    fn __len__(&self) -> usize {
        self.timeline.alerts().len()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.timeline == other.timeline
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::present("timeline_repr", slf)
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::present("timeline_html", slf)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let every = self.every.map(|every| every.0.to_string());
        let question = (self.slo.clone_ref(py), self.series.clone_ref(py), every).into_pyobject(py)?;
        Ok((self.policy.bind(py).getattr("evaluate")?, question))
    }
}
