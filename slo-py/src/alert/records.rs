//! What a timeline consists of: alerts, episodes, detections.

use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use super::rule::BurnRule;
use crate::core;
use crate::errors::guard;
use crate::json;
use crate::time::{Instant, Span};
use crate::values::{Number, count_or_none, whole_or_none};

/// One alert of one rule, over the half-open time from its begin to its end.
///
/// Args:
///     rule: the rule that fired.
///     begin: the first instant at which it fired.
///     end: the first later instant at which it did not; None while it fires.
///     until: the end, or the last instant of the data while the alert fires.
///     burn: the highest burn rate of the long window while it fired.
///     bad: bad events from one long window before the begin until the end.
///     cost: these events as a share of the objective's budget over its whole window.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Alert(pub(crate) core::Alert);

#[pymethods]
impl Alert {
    #[new]
    fn new(
        rule: &BurnRule,
        begin: Instant,
        end: Option<Instant>,
        until: Instant,
        burn: Number,
        bad: Number,
        cost: Number,
    ) -> Self {
        let (rule, begin, end, until) = (rule.0.clone(), begin.0, end.map(|end| end.0), until.0);
        Self(core::Alert { rule, begin, end, until, burn: burn.0, bad: bad.0, cost: cost.0 })
    }

    /// The rule that fired, a ``BurnRule``.
    #[getter]
    fn rule(&self) -> BurnRule {
        BurnRule(self.0.rule.clone())
    }

    /// The first instant at which the rule fired, a ``datetime`` in UTC (whole microseconds).
    #[getter]
    fn begin(&self) -> Instant {
        Instant(self.0.begin)
    }

    /// The first later instant at which it did not, a ``datetime`` in UTC; None while it fires.
    #[getter]
    fn end(&self) -> Option<Instant> {
        self.0.end.map(Instant)
    }

    /// The end, or the last instant of the data while the alert fires, a ``datetime`` in UTC.
    #[getter]
    fn until(&self) -> Instant {
        Instant(self.0.until)
    }

    /// The highest burn rate of the long window while it fired.
    #[getter]
    fn burn(&self) -> f64 {
        self.0.burn
    }

    /// Bad events from one long window before the begin until the end: those that raised the alert and those since.
    #[getter]
    fn bad(&self) -> f64 {
        self.0.bad
    }

    /// These events as a share of the objective's budget over its whole window.
    #[getter]
    fn cost(&self) -> f64 {
        self.0.cost
    }

    /// The rule's severity.
    #[getter]
    fn severity(&self) -> &str {
        self.0.rule.severity_name()
    }

    /// For how long the alert fired, up to the last instant of the data if it still does: a ``timedelta``.
    #[getter]
    fn duration(&self) -> PyResult<Span> {
        guard(|| self.0.duration()).map(Span)
    }

    /// Whether the alert fires at an instant.
    fn is_firing(&self, at: Instant) -> PyResult<bool> {
        guard(|| self.0.is_firing(at.0))
    }

    /// The alert in a sentence.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1m", bad=[0, 30, 0], total=[100, 100, 100])
    ///     >>> p = slo.AlertPolicy([slo.BurnRule("2m", "1m", 10)])
    ///     >>> print(p.evaluate(slo.Slo("99%", window="1h"), c).alerts[0].explain())
    ///     page from 1970-01-01T00:01:00Z for 1m: burn up to 15.0 over 2m (limit 10), 30 bad events, 1000.0% of the budget
    fn explain(&self) -> PyResult<String> {
        guard(|| self.0.explain())
    }

    /// The alert as a dict; instants and durations as text.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The alert as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        self.explain().map(|story| format!("Alert({story})"))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, Bound<'py, PyTuple>)> {
        let core::Alert { begin, end, until, burn, bad, cost, .. } = self.0;
        let times = (begin.nanos(), end.map(core::Timestamp::nanos), until.nanos());
        let state = (self.rule(), times.0, times.1, times.2, burn, bad, cost).into_pyobject(py)?;
        Ok((py.get_type::<Self>(), state))
    }
}

/// Alerts of one severity that overlap or touch, seen as one.
///
/// Args:
///     severity: the severity that they share.
///     rules: the rules that fired, in the order in which they began.
///     begin: the first begin.
///     end: the last end; None while one fires.
///     until: the end, or the last instant of the data while one fires.
///     burn: the highest burn rate of any of them.
///     bad: bad events from one long window before the begin of any until the end of all.
///     cost: these events as a share of the objective's budget over its whole window.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Episode(pub(crate) core::Episode);

#[pymethods]
impl Episode {
    #[new]
    #[allow(clippy::too_many_arguments, reason = "a record of so many fields")]
    fn new(
        severity: String,
        rules: Vec<Bound<'_, BurnRule>>,
        begin: Instant,
        end: Option<Instant>,
        until: Instant,
        burn: Number,
        bad: Number,
        cost: Number,
    ) -> Self {
        let rules = rules.iter().map(|rule| rule.get().0.clone()).collect();
        let (begin, end, until) = (begin.0, end.map(|end| end.0), until.0);
        Self(core::Episode { severity, rules, begin, end, until, burn: burn.0, bad: bad.0, cost: cost.0 })
    }

    /// The severity that the alerts share.
    #[getter]
    fn severity(&self) -> &str {
        &self.0.severity
    }

    /// The rules that fired, in the order in which they began: a list of ``BurnRule``.
    #[getter]
    fn rules(&self) -> Vec<BurnRule> {
        self.0.rules.iter().cloned().map(BurnRule).collect()
    }

    /// The first begin, a ``datetime`` in UTC.
    #[getter]
    fn begin(&self) -> Instant {
        Instant(self.0.begin)
    }

    /// The last end, a ``datetime`` in UTC; None while an alert fires.
    #[getter]
    fn end(&self) -> Option<Instant> {
        self.0.end.map(Instant)
    }

    /// The end, or the last instant of the data while an alert fires, a ``datetime`` in UTC.
    #[getter]
    fn until(&self) -> Instant {
        Instant(self.0.until)
    }

    /// The highest burn rate of any alert.
    #[getter]
    fn burn(&self) -> f64 {
        self.0.burn
    }

    /// Bad events from one long window before the begin of any alert until the end of all.
    #[getter]
    fn bad(&self) -> f64 {
        self.0.bad
    }

    /// These events as a share of the objective's budget over its whole window.
    #[getter]
    fn cost(&self) -> f64 {
        self.0.cost
    }

    /// The episode as a dict; instants and durations as text.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The episode as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        let core::Episode { severity, rules, begin, end, burn, cost, .. } = &self.0;
        guard(|| {
            let end = end.map_or_else(|| ", still firing".to_owned(), |end| format!(" to {end}"));
            let (rules, cost) = (rules.len(), cost * 100.0);
            let plural = if rules == 1 { "" } else { "s" };
            format!(
                "Episode({severity} from {begin}{end}, {rules} rule{plural}, burn={burn:.1}, cost={cost:.1}%)"
            )
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, Bound<'py, PyTuple>)> {
        let core::Episode { begin, end, until, burn, bad, cost, .. } = self.0;
        let times = (begin.nanos(), end.map(core::Timestamp::nanos), until.nanos());
        let state =
            (self.severity(), self.rules(), times.0, times.1, times.2, burn, bad, cost).into_pyobject(py)?;
        Ok((py.get_type::<Self>(), state))
    }
}

/// How one incident was noticed.
///
/// Args:
///     alert: the place, in the timeline, of the first alert that matches; None if none does.
///     delay: from the incident's begin to the alert's; negative if the alert fired already.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Detection(pub(crate) core::Detection);

#[pymethods]
impl Detection {
    #[new]
    fn new(#[pyo3(from_py_with = whole_or_none)] alert: Option<i64>, delay: Option<Span>) -> PyResult<Self> {
        let (alert, delay) = (count_or_none("alert", alert)?, delay.map(|delay| delay.0));
        Ok(Self(core::Detection { alert, delay }))
    }

    /// The place, in the timeline, of the first alert that matches; None if none does.
    #[getter]
    fn alert(&self) -> Option<usize> {
        self.0.alert
    }

    /// From the incident's begin to the alert's, a ``timedelta``; negative if the alert fired already.
    #[getter]
    fn delay(&self) -> Option<Span> {
        self.0.delay.map(Span)
    }

    /// The detection as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The detection as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| match (self.0.alert, self.0.delay) {
            (Some(alert), Some(delay)) => format!("Detection(alert={alert}, delay={delay})"),
            _ => "Detection(unnoticed)".to_owned(),
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (Option<usize>, Option<String>)) {
        (py.get_type::<Self>(), (self.0.alert, self.0.delay.map(|delay| delay.to_string())))
    }
}
