//! What a policy would have said of known incidents.

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use super::policy::AlertPolicy;
use super::records::Episode;
use super::timeline::AlertTimeline;
use crate::core::{self, Timestamp};
use crate::errors::{detached, guard, shown};
use crate::json;
use crate::python;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::time::{Instant, Span};
use crate::values::{Number, Two, count_or_none, read_only, whole_or_none};

/// What became of one incident.
///
/// Args:
///     begin: when the incident began.
///     end: when it ended.
///     alert: the place, among the replay's alerts, of the first that matches; None if none does.
///     delay: from the incident's begin to that alert's; below zero if the alert fired already.
///     reset_time: from the incident's end to that alert's; None while it fires.
///     budget_lost: the bad events from the incident's begin until it was detected, or until its end if it was not, as a
///         share of the budget of the window that ends there.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Outcome(core::Outcome);

#[pymethods]
impl Outcome {
    #[new]
    fn new(
        begin: Instant,
        end: Instant,
        #[pyo3(from_py_with = whole_or_none)] alert: Option<i64>,
        delay: Option<Span>,
        reset_time: Option<Span>,
        budget_lost: Number,
    ) -> PyResult<Self> {
        let alert = count_or_none("alert", alert)?;
        let (delay, reset_time) = (delay.map(|delay| delay.0), reset_time.map(|time| time.0));
        let (begin, end, budget_lost) = (begin.0, end.0, budget_lost.0);
        Ok(Self(core::Outcome { begin, end, alert, delay, reset_time, budget_lost }))
    }

    /// When the incident began, a ``datetime`` in UTC (whole microseconds).
    #[getter]
    fn begin(&self) -> Instant {
        Instant(self.0.begin)
    }

    /// When it ended, a ``datetime`` in UTC.
    #[getter]
    fn end(&self) -> Instant {
        Instant(self.0.end)
    }

    /// The place, among the replay's alerts, of the first that matches; None if none does.
    #[getter]
    fn alert(&self) -> Option<usize> {
        self.0.alert
    }

    /// From the incident's begin to that alert's, a ``timedelta``; below zero if the alert fired already.
    #[getter]
    fn delay(&self) -> Option<Span> {
        self.0.delay.map(Span)
    }

    /// For how long the incident went unnoticed, a ``timedelta``: the delay, or zero if an alert fired already.
    #[getter]
    fn detection_time(&self) -> PyResult<Option<Span>> {
        guard(|| self.0.detection_time().map(Span))
    }

    /// Whether an alert fired already when the incident began.
    #[getter]
    fn is_early(&self) -> PyResult<bool> {
        guard(|| self.0.is_early())
    }

    /// From the incident's end to that alert's, a ``timedelta``, below zero if the alert ended earlier; None while it
    /// fires.
    #[getter]
    fn reset_time(&self) -> Option<Span> {
        self.0.reset_time.map(Span)
    }

    /// The bad events from the incident's begin until it was detected, or until its end, as a share of the budget.
    #[getter]
    fn budget_lost(&self) -> f64 {
        self.0.budget_lost
    }

    /// The outcome as a dict; instants and durations as text.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The outcome as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let lost = format!("budget_lost={:.1}%", self.0.budget_lost * 100.0);
            match self.0.delay {
                Some(delay) => format!("Outcome(noticed after {delay}, {lost})"),
                None => format!("Outcome(unnoticed, {lost})"),
            }
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, Bound<'py, PyTuple>)> {
        let core::Outcome { begin, end, alert, delay, reset_time, budget_lost } = self.0;
        let text = |time: Option<core::Duration>| time.map(|time| time.to_string());
        let state = (begin.nanos(), end.nanos(), alert, text(delay), text(reset_time), budget_lost);
        Ok((py.get_type::<Self>(), state.into_pyobject(py)?))
    }
}

/// What a policy would have said of known incidents: which it would have noticed, how fast, and what else it would have
/// raised.
///
/// Made by ``AlertPolicy.replay``. Alerts of one severity that overlap or touch count as one. A replay pickles as the
/// question that it answers.
///
/// Examples:
///     >>> c = slo.CountSeries.regular(0, "1m", bad=[0, 30, 0, 30, 0], total=[100] * 5)
///     >>> p = slo.AlertPolicy([slo.BurnRule("1m", "1m", 2)])
///     >>> p.replay(slo.Slo("90%", window="1h"), c, incidents=[(60_000_000_000, 90_000_000_000)])
///     Replay(1 of 1 incidents detected, 1 of 2 alerts false)
#[pyclass(module = "slo", frozen)]
pub(crate) struct Replay {
    answer: core::Replay,
    incidents: Vec<(Timestamp, Timestamp)>,
    policy: Py<AlertPolicy>,
    slo: Py<Slo>,
    series: Py<CountSeries>,
    every: Option<Span>,
}

impl Replay {
    pub(super) fn new(
        policy: &Bound<'_, AlertPolicy>,
        slo: &Bound<'_, Slo>,
        series: &Bound<'_, CountSeries>,
        incidents: Vec<Two<Instant>>,
        every: Option<Span>,
    ) -> PyResult<Self> {
        let incidents = known(&incidents);
        let (rules, objective, counts) = (&policy.get().0, &slo.get().0, &series.get().series);
        let step = every.map(|every| every.0);
        let answer = detached(policy.py(), || rules.replay(objective, counts, &incidents, step))?;
        let (policy, slo, series) = (policy.clone().unbind(), slo.clone().unbind(), series.clone().unbind());
        Ok(Self { answer, incidents, policy, slo, series, every })
    }
}

#[pymethods]
impl Replay {
    /// What became of each incident, in the order in which they were given: a list of ``Outcome``.
    #[getter]
    fn outcomes(&self) -> Vec<Outcome> {
        self.answer.outcomes().iter().copied().map(Outcome).collect()
    }

    /// The alerts, merged by severity, in the order in which they began: a list of ``Episode``.
    #[getter]
    fn alerts(&self) -> Vec<Episode> {
        self.answer.alerts().iter().cloned().map(Episode).collect()
    }

    /// The alerts that match no incident: a list of ``Episode``.
    #[getter]
    fn false_alerts(&self) -> Vec<Episode> {
        self.answer.false_alerts().into_iter().cloned().map(Episode).collect()
    }

    /// The alerts before they were merged, an ``AlertTimeline``.
    #[getter]
    fn timeline(&self, py: Python<'_>) -> AlertTimeline {
        let timeline = self.answer.timeline().clone();
        AlertTimeline::known(
            timeline,
            self.policy.bind(py),
            self.slo.bind(py),
            self.series.bind(py),
            self.every,
        )
    }

    /// The share of the alerts that match an incident; None without an alert.
    #[getter]
    fn precision(&self) -> PyResult<Option<f64>> {
        guard(|| self.answer.precision())
    }

    /// The share of the incidents that an alert matches; None without an incident.
    #[getter]
    fn recall(&self) -> PyResult<Option<f64>> {
        guard(|| self.answer.recall())
    }

    /// For how long each incident went unnoticed, a list of ``timedelta``; None for one that stayed so.
    #[getter]
    fn detection_times(&self) -> PyResult<Vec<Option<Span>>> {
        guard(|| self.answer.detection_times().into_iter().map(|time| time.map(Span)).collect())
    }

    /// For how long after each incident the alert that noticed it fired, a list of ``timedelta``; None while it fires,
    /// or without one.
    #[getter]
    fn reset_times(&self) -> PyResult<Vec<Option<Span>>> {
        guard(|| self.answer.reset_times().into_iter().map(|time| time.map(Span)).collect())
    }

    /// The share of the budget that each incident spent before it was noticed, or until its end: shape (incidents,),
    /// read-only.
    #[getter]
    fn budget_lost<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, guard(|| self.answer.budget_lost())?)
    }

    /// How many alerts there are in a week of the series; None if it holds no time.
    #[getter]
    fn alerts_per_week(&self) -> PyResult<Option<f64>> {
        guard(|| self.answer.alerts_per_week())
    }

    /// The time that the series covers, a ``timedelta``: from its first instant to its last, and one resolution.
    #[getter]
    fn observed(&self) -> Span {
        Span(self.answer.observed())
    }

    /// The replay as a dict of the timeline, the outcomes and what each alert matches; instants and durations as text.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.answer)
    }

    /// The replay as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.answer)
    }

    /// A frame with one row for each incident: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_replay", "replay_frame", (slf,))
    }

    /// The incidents as shades and the alerts as bars over time, one lane for each severity, drawn with matplotlib.
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
        python::call(slf.py(), "slo._present_replay", "plot_replay", (slf, ax))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.answer == other.answer
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("Replay({})", shown(&self.answer)?))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_replay", "replay_html", (slf,))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let incidents: Vec<_> =
            self.incidents.iter().map(|(begin, end)| (begin.nanos(), end.nanos())).collect();
        let every = self.every.map(|every| every.0.to_string());
        let question = (self.slo.clone_ref(py), self.series.clone_ref(py), incidents, every);
        Ok((self.policy.bind(py).getattr("replay")?, question.into_pyobject(py)?))
    }
}

/// Incidents of which begin and end are known.
pub(super) fn known(incidents: &[Two<Instant>]) -> Vec<(Timestamp, Timestamp)> {
    incidents.iter().map(|Two(begin, end)| (begin.0, end.0)).collect()
}
