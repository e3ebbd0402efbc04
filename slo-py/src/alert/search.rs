//! Which policies would have done best on known incidents.

use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use super::policy::AlertPolicy;
use crate::core;
use crate::errors::guard;
use crate::json;
use crate::time::Span;
use crate::values::{Number, Share, count, whole};

/// A policy, and how it would have done.
///
/// Made by ``AlertPolicy.search``.
///
/// Args:
///     policy: the policy.
///     precision: the share of its alerts that match an incident; None without an alert.
///     recall: the share of the incidents that it notices; None without an incident.
///     detection_time: the longest time that an incident goes unnoticed; None if one stays so, or without an incident.
///     alerts_per_week: how many alerts it raises in a week; None if the series holds no time.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct PolicyScore(pub(super) core::PolicyScore);

#[pymethods]
impl PolicyScore {
    #[new]
    fn new(
        policy: &AlertPolicy,
        precision: Option<Number>,
        recall: Option<Number>,
        detection_time: Option<Span>,
        alerts_per_week: Option<Number>,
    ) -> Self {
        let [precision, recall, alerts_per_week] =
            [precision, recall, alerts_per_week].map(|number| number.map(|number| number.0));
        let (policy, detection_time) = (policy.0.clone(), detection_time.map(|time| time.0));
        Self(core::PolicyScore { policy, precision, recall, detection_time, alerts_per_week })
    }

    /// The policy, an ``AlertPolicy``.
    #[getter]
    fn policy(&self) -> AlertPolicy {
        AlertPolicy(self.0.policy.clone())
    }

    /// The share of its alerts that match an incident; None without an alert.
    #[getter]
    fn precision(&self) -> Option<f64> {
        self.0.precision
    }

    /// The share of the incidents that it notices; None without an incident.
    #[getter]
    fn recall(&self) -> Option<f64> {
        self.0.recall
    }

    /// The longest time that an incident goes unnoticed, a ``timedelta``; None if one stays so, or without an incident.
    #[getter]
    fn detection_time(&self) -> Option<Span> {
        self.0.detection_time.map(Span)
    }

    /// How many alerts it raises in a week; None if the series holds no time.
    #[getter]
    fn alerts_per_week(&self) -> Option<f64> {
        self.0.alerts_per_week
    }

    /// The score as a dict; durations and exact numbers as text.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The score as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        let core::PolicyScore { policy, precision, recall, detection_time, alerts_per_week } = &self.0;
        guard(|| {
            let number =
                |number: &Option<f64>| number.map_or_else(|| "None".to_owned(), |n| format!("{n:.3}"));
            let rules: Vec<String> = policy.rules().iter().map(ToString::to_string).collect();
            let detection = detection_time.map_or_else(|| "None".to_owned(), |time| time.to_string());
            format!(
                "PolicyScore({}, precision={}, recall={}, detection_time={detection}, alerts_per_week={})",
                rules.join("; "),
                number(precision),
                number(recall),
                number(alerts_per_week),
            )
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, Bound<'py, PyTuple>)> {
        let core::PolicyScore { precision, recall, detection_time, alerts_per_week, .. } = &self.0;
        let detection_time = detection_time.map(|time| time.to_string());
        let state =
            (self.policy(), *precision, *recall, detection_time, *alerts_per_week).into_pyobject(py)?;
        Ok((py.get_type::<Self>(), state))
    }
}

/// The grid of these shares and windows, with the limits that were given.
pub(super) fn grid(
    shares: Vec<Share>,
    windows: Vec<Span>,
    rules: Option<&Bound<'_, PyAny>>,
    max_detection_time: Option<Span>,
    min_precision: Option<Number>,
    min_recall: Option<Number>,
    max_alerts_per_week: Option<Number>,
) -> PyResult<core::PolicySearch> {
    let shares: Vec<_> = shares.into_iter().map(|share| share.0).collect();
    let windows: Vec<_> = windows.into_iter().map(|window| window.0).collect();
    let mut search = core::PolicySearch::new(shares, windows);
    if let Some(rules) = rules {
        search = search.rules(count("rules", whole(rules)?)?);
    }
    if let Some(longest) = max_detection_time {
        search = search.max_detection_time(longest.0);
    }
    if let Some(share) = min_precision {
        search = search.min_precision(share.0);
    }
    if let Some(share) = min_recall {
        search = search.min_recall(share.0);
    }
    if let Some(alerts) = max_alerts_per_week {
        search = search.max_alerts_per_week(alerts.0);
    }
    Ok(search)
}
