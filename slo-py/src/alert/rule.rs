//! One rule: the burn rate over two windows against a factor.

use pyo3::prelude::*;

use super::calculus::incident;
use crate::core::{self, Operator, TrafficCorrection};
use crate::errors::{attempt, guard, shown};
use crate::record::record_class;
use crate::slo::Slo;
use crate::time::Span;
use crate::values::{Number, Row, choice, word};

/// A rule that fires while the burn rate over a long and over a short window both exceed a factor.
///
/// The long window says that it matters, the short one that it still goes on.
///
/// Args:
///     long: the long window, above zero.
///     short: the short window, above zero.
///     factor: the burn rate that must be exceeded, above zero; taken as the decimal it shows.
///     severity: how urgently someone must be told: the name that the receiver's routing knows.
///     operator: ``">"``, or ``">="`` to fire at the factor itself.
///     hold: for how long the condition must hold before the rule fires, Prometheus' ``for``; zero if None.
///     keep_firing: for how long the rule fires on after the condition has failed, Prometheus' ``keep_firing_for``; zero
///         if None.
///     traffic: how the rule takes into account that its windows hold more or less than the usual traffic: ``"none"``,
///         ``"long_window"`` (both windows by the long one's coefficient) or ``"each_window"`` (each by its own).
///     min_events: the fewest events that each window must hold for the rule to fire; none if None.
///     demoted: a number of bad events in the long window and the milder severity up to it; none if None.
///
/// Raises:
///     InvalidParameterError: unless windows and factor are positive, or for an operator that is none. Times below zero
///         are refused where the rule is evaluated.
///
/// Examples:
///     >>> slo.BurnRule("1h", "5m", 14.4)
///     BurnRule(long=1h, short=5m, factor=14.4, severity='page')
#[pyclass(module = "slo", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct BurnRule(pub(crate) core::BurnRule);

record_class! { BurnRule(core::BurnRule): "The rule" as "a dict; durations and exact numbers as text" {
    #[new]
    #[pyo3(signature = (long, short, factor, severity="page", operator=">", *, hold=None, keep_firing=None, traffic="none", min_events=None, demoted=None))]
    #[allow(clippy::too_many_arguments, reason = "what a rule consists of, each of it with a name")]
    fn new(
        long: Span,
        short: Span,
        factor: Number,
        severity: &str,
        operator: &str,
        hold: Option<Span>,
        keep_firing: Option<Span>,
        traffic: &str,
        min_events: Option<Number>,
        demoted: Option<Row<(Number, String)>>,
    ) -> PyResult<Self> {
        let operator = parse_operator(operator)?;
        let traffic = choice("traffic", traffic, &TRAFFIC, &[])?;
        attempt(|| {
            let mut rule =
                core::BurnRule::new(long.0, short.0, factor.0)?.severity(severity).operator(operator);
            if let Some(hold) = hold {
                rule = rule.hold(hold.0);
            }
            if let Some(keep_firing) = keep_firing {
                rule = rule.keep_firing(keep_firing.0);
            }
            if let Some(events) = min_events {
                rule = rule.min_events(events.0)?;
            }
            if let Some(Row((at_most, severity))) = demoted {
                rule = rule.demoted(at_most.0, severity)?;
            }
            Ok(rule.traffic(traffic))
        })
        .map(Self)
    }

    /// The long window, a ``timedelta``.
    #[getter]
    fn long(&self) -> Span {
        Span(self.0.long())
    }

    /// The short window, a ``timedelta``.
    #[getter]
    fn short(&self) -> Span {
        Span(self.0.short())
    }

    /// The burn rate that must be exceeded, to the nearest float.
    #[getter]
    fn factor(&self) -> PyResult<f64> {
        guard(|| self.0.factor().to_f64())
    }

    /// How urgently someone must be told.
    #[getter]
    fn severity(&self) -> &str {
        self.0.severity_name()
    }

    /// How the burn rate must compare with the factor, ``">"`` or ``">="``.
    #[getter]
    fn operator(&self) -> PyResult<String> {
        shown(&self.0.comparison())
    }

    /// The share of the budget that is spent when the long window reaches the factor; None if the rule came from none.
    #[getter]
    fn budget_share(&self) -> PyResult<Option<f64>> {
        guard(|| self.0.budget_share().map(|share| share.to_f64()))
    }

    /// For how long the condition must hold before the rule fires, a ``timedelta``.
    #[getter]
    fn hold(&self) -> Span {
        Span(self.0.hold_time())
    }

    /// For how long the rule fires on after the condition has failed, a ``timedelta``.
    #[getter]
    fn keep_firing(&self) -> Span {
        Span(self.0.keep_firing_time())
    }

    /// How the rule takes unusual traffic into account.
    #[getter]
    fn traffic(&self) -> &'static str {
        word(&self.0.traffic_correction(), &TRAFFIC)
    }

    /// The fewest events that each window must hold.
    #[getter]
    fn min_events(&self) -> PyResult<f64> {
        guard(|| self.0.fewest_events().to_f64())
    }

    /// The number of bad events in the long window and the milder severity up to it; None if there is none.
    #[getter]
    fn demoted(&self) -> PyResult<Option<(f64, String)>> {
        guard(|| self.0.demotion().map(|d| (d.at_most().to_f64(), d.severity().to_owned())))
    }

    /// How long after the incident's begin the rule fires, exactly.
    ///
    /// With errors ``e0`` before and ``e1`` during the incident, constant traffic and the threshold ``factor * budget``, a
    /// window ``W`` burns too fast after ``W * (threshold - e0) / (e1 - e0)``; the longer one decides.
    ///
    /// Args:
    ///     slo: the objective.
    ///     error_ratio: the share of errors during the incident, in [0, 1].
    ///     baseline: the share of errors before and after it, in [0, 1].
    ///     lasting: how long the incident lasts; for ever if None.
    ///     traffic: pairs of the time after the incident's begin and the events per second from then on; the first rate
    ///         holds before it too. Constant if None.
    ///     every: how often the rule is evaluated, from the incident's begin on; at every instant if None.
    ///     lag: how late the evaluation sees what happens; not at all if None.
    ///
    /// Returns:
    ///     A ``timedelta`` (whole microseconds), zero if the rule fires already; None if it never does.
    ///
    /// Raises:
    ///     InvalidParameterError: for a ratio outside [0, 1], or a time that is not positive.
    ///     UnsupportedError: for a rule that is corrected for traffic, unless that is constant.
    ///     OutOfRangeError: if threshold and ratios do not fit 128 bits.
    ///
    /// Examples:
    ///     >>> s = slo.Slo("99.9%", window="30d")
    ///     >>> p = slo.AlertPolicy.google_sre("30d", operator=">=")
    ///     >>> print(p.rules[0].detection_time(s, error_ratio=0.15))
    ///     0:05:45.600000
    #[pyo3(
        signature = (slo, error_ratio, *, baseline=Number(0.0), lasting=None, traffic=None, every=None, lag=None),
        text_signature = "($self, slo, error_ratio, *, baseline=0.0, lasting=None, traffic=None, every=None, lag=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "what describes an incident, each of it with a name")]
    fn detection_time(
        &self,
        slo: &Slo,
        error_ratio: Number,
        baseline: Number,
        lasting: Option<Span>,
        traffic: Option<Vec<Row<(Span, Number)>>>,
        every: Option<Span>,
        lag: Option<Span>,
    ) -> PyResult<Option<Span>> {
        let incident = incident(error_ratio, baseline, lasting, traffic, every, lag)?;
        attempt(|| self.0.detection_time(&slo.0, &incident)).map(|time| time.map(Span))
    }

    /// How long after the incident's end the rule stops firing for good, exactly.
    ///
    /// Args:
    ///     slo: the objective.
    ///     error_ratio: the share of errors during the incident, in [0, 1].
    ///     baseline: the share of errors before and after it, in [0, 1].
    ///     lasting: how long the incident lasts; for ever if None.
    ///     traffic: pairs of the time after the incident's begin and the events per second from then on; the first rate
    ///         holds before it too. Constant if None.
    ///     every: how often the rule is evaluated, from the incident's begin on; at every instant if None.
    ///     lag: how late the evaluation sees what happens; not at all if None.
    ///
    /// Returns:
    ///     A ``timedelta`` (whole microseconds); None if the rule never fires or never stops, or for an incident
    ///     without an end.
    ///
    /// Raises:
    ///     InvalidParameterError: for a ratio outside [0, 1], or a time that is not positive.
    ///     UnsupportedError: for a rule that is corrected for traffic, unless that is constant.
    ///     OutOfRangeError: if threshold and ratios do not fit 128 bits.
    ///
    /// Examples:
    ///     >>> s = slo.Slo("99.9%", window="30d")
    ///     >>> p = slo.AlertPolicy.google_sre("30d", operator=">=")
    ///     >>> print(p.rules[0].reset_time(s, error_ratio=0.15, lasting="10m"))
    ///     0:04:31.200000
    #[pyo3(
        signature = (slo, error_ratio, *, baseline=Number(0.0), lasting=None, traffic=None, every=None, lag=None),
        text_signature = "($self, slo, error_ratio, *, baseline=0.0, lasting=None, traffic=None, every=None, lag=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "what describes an incident, each of it with a name")]
    fn reset_time(
        &self,
        slo: &Slo,
        error_ratio: Number,
        baseline: Number,
        lasting: Option<Span>,
        traffic: Option<Vec<Row<(Span, Number)>>>,
        every: Option<Span>,
        lag: Option<Span>,
    ) -> PyResult<Option<Span>> {
        let incident = incident(error_ratio, baseline, lasting, traffic, every, lag)?;
        attempt(|| self.0.reset_time(&slo.0, &incident)).map(|time| time.map(Span))
    }

    /// The share of the budget that is spent between the incident's begin and its detection.
    ///
    /// Args:
    ///     slo: the objective.
    ///     error_ratio: the share of errors during the incident, in [0, 1].
    ///     baseline: the share of errors before and after it, in [0, 1].
    ///     lasting: how long the incident lasts; for ever if None.
    ///     traffic: pairs of the time after the incident's begin and the events per second from then on; the first rate
    ///         holds before it too. Constant if None.
    ///     every: how often the rule is evaluated, from the incident's begin on; at every instant if None.
    ///     lag: how late the evaluation sees what happens; not at all if None.
    ///
    /// Returns:
    ///     A share of the budget; None if the incident is never detected.
    ///
    /// Raises:
    ///     InvalidParameterError: for a ratio outside [0, 1], or a time that is not positive.
    ///     UnsupportedError: for a rule that is corrected for traffic, unless that is constant.
    ///     OutOfRangeError: if threshold and ratios do not fit 128 bits.
    ///
    /// Examples:
    ///     >>> s = slo.Slo("99.9%", window="30d")
    ///     >>> p = slo.AlertPolicy.google_sre("30d", operator=">=")
    ///     >>> round(p.rules[0].consumed_at_detection(s, error_ratio=0.15), 12)
    ///     0.02
    #[pyo3(
        signature = (slo, error_ratio, *, baseline=Number(0.0), lasting=None, traffic=None, every=None, lag=None),
        text_signature = "($self, slo, error_ratio, *, baseline=0.0, lasting=None, traffic=None, every=None, lag=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "what describes an incident, each of it with a name")]
    fn consumed_at_detection(
        &self,
        slo: &Slo,
        error_ratio: Number,
        baseline: Number,
        lasting: Option<Span>,
        traffic: Option<Vec<Row<(Span, Number)>>>,
        every: Option<Span>,
        lag: Option<Span>,
    ) -> PyResult<Option<f64>> {
        let incident = incident(error_ratio, baseline, lasting, traffic, every, lag)?;
        attempt(|| self.0.consumed_at_detection(&slo.0, &incident))
    }

    /// The shortest incident of this kind that the rule tells of.
    ///
    /// Args:
    ///     slo: the objective.
    ///     error_ratio: the share of errors during the incident, in [0, 1].
    ///     baseline: the share of errors before and after it, in [0, 1].
    ///     traffic: pairs of the time after the incident's begin and the events per second from then on; the first rate
    ///         holds before it too. Constant if None.
    ///     every: how often the rule is evaluated, from the incident's begin on; at every instant if None.
    ///     lag: how late the evaluation sees what happens; not at all if None.
    ///
    /// Returns:
    ///     A ``timedelta`` (whole microseconds), zero if the rule fires already; None if it never tells.
    ///
    /// Raises:
    ///     InvalidParameterError: for a ratio outside [0, 1], or a time that is not positive.
    ///     UnsupportedError: for a rule that is corrected for traffic, unless that is constant.
    ///     OutOfRangeError: if threshold and ratios do not fit 128 bits.
    ///
    /// Examples:
    ///     >>> s = slo.Slo("99.9%", window="30d")
    ///     >>> p = slo.AlertPolicy.google_sre("30d", operator=">=")
    ///     >>> print(p.rules[0].smallest_incident(s, error_ratio=1))
    ///     0:00:51.840000
    #[pyo3(
        signature = (slo, error_ratio, *, baseline=Number(0.0), traffic=None, every=None, lag=None),
        text_signature = "($self, slo, error_ratio, *, baseline=0.0, traffic=None, every=None, lag=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "what describes an incident, each of it with a name")]
    fn smallest_incident(
        &self,
        slo: &Slo,
        error_ratio: Number,
        baseline: Number,
        traffic: Option<Vec<Row<(Span, Number)>>>,
        every: Option<Span>,
        lag: Option<Span>,
    ) -> PyResult<Option<Span>> {
        let incident = incident(error_ratio, baseline, None, traffic, every, lag)?;
        attempt(|| self.0.smallest_incident(&slo.0, &incident)).map(|time| time.map(Span))
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let (long, short, factor) = (self.0.long(), self.0.short(), self.0.factor().to_f64());
            let share = self.0.budget_share().map(|share| format!(", budget_share={}", share.to_f64()));
            let operator = (self.0.comparison() != Operator::default())
                .then(|| format!(", operator='{}'", self.0.comparison()));
            let time = |name, time: core::Duration| {
                (time != core::Duration::ZERO).then(|| format!(", {name}={time}"))
            };
            let hold = time("hold", self.0.hold_time());
            let keep_firing = time("keep_firing", self.0.keep_firing_time());
            let traffic = (self.0.traffic_correction() != TrafficCorrection::None)
                .then(|| format!(", traffic='{}'", self.traffic()));
            let least = self.0.fewest_events();
            let least = (!least.is_zero()).then(|| format!(", min_events={}", least.to_f64()));
            let demoted = self.0.demotion();
            let demoted =
                demoted.map(|d| format!(", demoted=({}, '{}')", d.at_most().to_f64(), d.severity()));
            let extras = [share, operator, hold, keep_firing, traffic, least, demoted]
                .into_iter()
                .flatten()
                .collect::<String>();
            let severity = self.0.severity_name();
            format!("BurnRule(long={long}, short={short}, factor={factor}, severity='{severity}'{extras})")
        })
    }
} }

const TRAFFIC: [(&str, TrafficCorrection); 3] = [
    ("none", TrafficCorrection::None),
    ("long_window", TrafficCorrection::LongWindow),
    ("each_window", TrafficCorrection::EachWindow),
];

pub(super) fn parse_operator(operator: &str) -> PyResult<Operator> {
    choice("operator", operator, &[(">", Operator::Above), (">=", Operator::AtLeast)], &[])
}
