//! Policies: lists of rules that are evaluated together.

use numpy::PyArray2;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyType};

use super::calculus::incident;
use super::lint::{Finding, SilentIncident};
use super::replay::{Replay, known};
use super::rule::{BurnRule, parse_operator};
use super::search::{PolicyScore, grid};
use super::timeline::AlertTimeline;
use crate::core::{self, Result};
use crate::errors::{attempt, detached, guard, shown};
use crate::json;
use crate::python;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::time::{Instant, Span};
use crate::values::{Number, Row, Share, Two};
use crate::window::Length;

/// A list of burn rules that are evaluated together.
///
/// Args:
///     rules: the rules, in order.
///
/// Examples:
///     >>> p = slo.AlertPolicy.google_sre("30d")
///     >>> p.rules[0]
///     BurnRule(long=1h, short=5m, factor=14.4, severity='page', budget_share=0.02)
#[pyclass(module = "slo", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct AlertPolicy(pub(crate) core::AlertPolicy);

impl AlertPolicy {
    /// A policy all of whose rules compare as a word says.
    fn made(operator: &str, make: impl FnOnce() -> Result<core::AlertPolicy>) -> PyResult<Self> {
        let operator = parse_operator(operator)?;
        attempt(|| Ok(make()?.operator(operator))).map(Self)
    }
}

#[pymethods]
impl AlertPolicy {
    #[new]
    fn new(rules: Vec<Bound<'_, BurnRule>>) -> Self {
        let rules: Vec<_> = rules.iter().map(|rule| rule.get().0.clone()).collect();
        Self(core::AlertPolicy::new(rules))
    }

    /// The multiwindow, multi-burn-rate policy that Google's workbook recommends, for an objective over ``window``.
    ///
    /// The shares and windows are the workbook's; the factors follow from the window's length. Source: Beyer, B. et al.
    /// (2018). The Site Reliability Workbook. O'Reilly, chapter 5.
    ///
    /// Args:
    ///     window: the objective's window.
    ///     operator: ``">"``, or ``">="`` to fire at the factor itself.
    ///
    /// Examples:
    ///     >>> [rule.factor for rule in slo.AlertPolicy.google_sre("30d").rules]
    ///     [14.4, 6.0, 3.0, 1.0]
    #[classmethod]
    #[pyo3(signature = (window, operator=">"))]
    fn google_sre(_class: &Bound<'_, PyType>, window: Length, operator: &str) -> PyResult<Self> {
        Self::made(operator, || core::AlertPolicy::google_sre(window.0))
    }

    /// The policy of Sloth's catalogue, for an objective over 28 or 30 days, or over the 7 days of its example.
    ///
    /// A catalogue of one's own is ``from_shares``. Source: slok/sloth, internal/alert/windows.
    ///
    /// Args:
    ///     window: the objective's window.
    ///     operator: ``">"``, or ``">="`` to fire at the factor itself.
    ///
    /// Raises:
    ///     UnsupportedError: for a window that the catalogue does not have.
    ///
    /// Examples:
    ///     >>> [rule.factor for rule in slo.AlertPolicy.sloth("7d").rules]
    ///     [13.44, 3.5, 1.4, 0.98]
    #[classmethod]
    #[pyo3(signature = (window, operator=">"))]
    fn sloth(_class: &Bound<'_, PyType>, window: Length, operator: &str) -> PyResult<Self> {
        Self::made(operator, || core::AlertPolicy::sloth(window.0))
    }

    /// Pyrra's policy: factors of 14, 7, 2 and 1 over windows that are parts of the objective's, to the nearest minute.
    ///
    /// The budget shares are those that its rules really spend. Source: pyrra-dev/pyrra, slo/rules.go.
    ///
    /// Args:
    ///     window: the objective's window.
    ///     operator: ``">"``, or ``">="`` to fire at the factor itself.
    ///
    /// Raises:
    ///     InvalidParameterError: for a window below 2.8 days, of which 1/8064 rounds to no minute.
    ///
    /// Examples:
    ///     >>> slo.AlertPolicy.pyrra("28d").rules[1]
    ///     BurnRule(long=6h, short=30m, factor=7, severity='critical', budget_share=0.0625, hold=15m)
    #[classmethod]
    #[pyo3(signature = (window, operator=">"))]
    fn pyrra(_class: &Bound<'_, PyType>, window: Length, operator: &str) -> PyResult<Self> {
        Self::made(operator, || core::AlertPolicy::pyrra(window.0))
    }

    /// slo-exporter's policy over its window of 28 days: corrected for traffic, and milder while few events are bad.
    ///
    /// Source: seznam/slo-exporter, prometheus/alerts/slo_burn_rate.yaml.
    ///
    /// Args:
    ///     operator: ``">"``, or ``">="`` to fire at the factor itself.
    ///
    /// Examples:
    ///     >>> slo.AlertPolicy.slo_exporter().rules[0].demoted
    ///     (5.0, 'warning')
    #[classmethod]
    #[pyo3(signature = (operator=">"))]
    fn slo_exporter(_class: &Bound<'_, PyType>, operator: &str) -> PyResult<Self> {
        Self::made(operator, core::AlertPolicy::slo_exporter)
    }

    /// A policy from budget shares: each rule fires once its share of the budget is spent within its long window.
    ///
    /// Args:
    ///     window: the objective's window.
    ///     shares: for each rule the share of the budget (``0.02`` or ``"2%"``), the long window, the short window and the
    ///         severity.
    ///     operator: ``">"``, or ``">="`` to fire at the factor itself.
    ///
    /// Raises:
    ///     InvalidParameterError: unless windows and shares are positive, or for an operator that is none.
    ///
    /// Examples:
    ///     >>> slo.AlertPolicy.from_shares("1h", [("20%", "3m", "30s", "page")]).rules[0].factor
    ///     4.0
    #[classmethod]
    #[pyo3(signature = (window, shares, operator=">"))]
    fn from_shares(
        _class: &Bound<'_, PyType>,
        window: Length,
        shares: Vec<Row<(Share, Span, Span, String)>>,
        operator: &str,
    ) -> PyResult<Self> {
        let shares: Vec<_> = shares
            .iter()
            .map(|Row((share, long, short, severity))| (share.0, long.0, short.0, severity.as_str()))
            .collect();
        Self::made(operator, || core::AlertPolicy::from_shares(window.0, &shares))
    }

    /// The rules with windows that are to another objective's window as they were to this one's, in whole minutes.
    ///
    /// Args:
    ///     before: the objective's window that the rules are for.
    ///     after: the one that they shall be for.
    ///
    /// Raises:
    ///     OutOfRangeError: if a window does not fit 292 years.
    ///
    /// Examples:
    ///     >>> slo.AlertPolicy.google_sre("30d").scaled("30d", "7d").rules[0]
    ///     BurnRule(long=14m, short=1m, factor=14.4, severity='page', budget_share=0.02)
    fn scaled(&self, before: Length, after: Length) -> PyResult<Self> {
        attempt(|| self.0.scaled(before.0, after.0)).map(Self)
    }

    /// What is wrong with the policy for an objective.
    ///
    /// Args:
    ///     slo: the objective.
    ///
    /// Returns:
    ///     A list of ``Finding``, empty if all is well: unreachable factors, factors below 1, windows that are too long or
    ///     used twice, targets that are surely a slip, and incidents that cost more than the budget and raise no alert.
    ///
    /// Examples:
    ///     >>> slo.AlertPolicy.google_sre("30d").lint(slo.Slo("99.9%", window="30d"))
    ///     []
    ///     >>> slo.AlertPolicy.sloth("28d").lint(slo.Slo("99.9%", window="28d"))[0].kind
    ///     'factor_below_one'
    fn lint(&self, slo: &Slo) -> PyResult<Vec<Finding>> {
        guard(|| self.0.lint(&slo.0).into_iter().map(Finding).collect())
    }

    /// The costliest single incident that no rule tells of.
    ///
    /// Args:
    ///     slo: the objective.
    ///
    /// Raises:
    ///     OutOfRangeError: if an exact fraction does not fit 128 bits.
    ///     LimitExceededError: past 32 rules.
    ///
    /// Examples:
    ///     >>> slo.AlertPolicy.google_sre("30d").largest_silent_incident(slo.Slo("99.9%", window="30d"))
    ///     SilentIncident(error_ratio=0.001, duration=30d, cost=100.0%)
    fn largest_silent_incident(&self, slo: &Slo) -> PyResult<SilentIncident> {
        attempt(|| self.0.largest_silent_incident(&slo.0)).map(SilentIncident)
    }

    /// How long after the incident's begin the first rule fires, exactly.
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
    ///     A ``timedelta`` (whole microseconds), zero if one fires already; None if none ever does.
    ///
    /// Raises:
    ///     InvalidParameterError: for a ratio outside [0, 1], or a time that is not positive.
    ///     UnsupportedError: for a rule that is corrected for traffic, unless that is constant.
    ///     OutOfRangeError: if threshold and ratios do not fit 128 bits.
    ///
    /// Examples:
    ///     >>> s = slo.Slo("99.9%", window="30d")
    ///     >>> p = slo.AlertPolicy.google_sre("30d", operator=">=")
    ///     >>> print(p.detection_time(s, error_ratio=0.01))
    ///     3:36:00
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

    /// How long after the incident's end the last rule stops firing for good, exactly.
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
    ///     A ``timedelta`` (whole microseconds); None if none fires, one never stops or the incident never ends.
    ///
    /// Raises:
    ///     InvalidParameterError: for a ratio outside [0, 1], or a time that is not positive.
    ///     UnsupportedError: for a rule that is corrected for traffic, unless that is constant.
    ///     OutOfRangeError: if threshold and ratios do not fit 128 bits.
    ///
    /// Examples:
    ///     >>> s = slo.Slo("99.9%", window="30d")
    ///     >>> p = slo.AlertPolicy.google_sre("30d", operator=">=")
    ///     >>> print(p.reset_time(s, error_ratio=0.15, lasting="28m"))
    ///     0:28:48
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

    /// The share of the budget that is spent between the incident's begin and its detection by the first rule.
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
    ///     >>> round(p.consumed_at_detection(s, error_ratio=0.01), 12)
    ///     0.05
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

    /// The shortest incident of this kind that some rule tells of.
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
    ///     A ``timedelta`` (whole microseconds), zero if one fires already; None if none ever tells.
    ///
    /// Raises:
    ///     InvalidParameterError: for a ratio outside [0, 1], or a time that is not positive.
    ///     UnsupportedError: for a rule that is corrected for traffic, unless that is constant.
    ///     OutOfRangeError: if threshold and ratios do not fit 128 bits.
    ///
    /// Examples:
    ///     >>> s = slo.Slo("99.9%", window="30d")
    ///     >>> p = slo.AlertPolicy.google_sre("30d", operator=">=")
    ///     >>> print(p.smallest_incident(s, error_ratio=1))
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

    /// The rules, in order.
    #[getter]
    fn rules(&self) -> Vec<BurnRule> {
        self.0.rules().iter().cloned().map(BurnRule).collect()
    }

    /// Every window that some rule looks at, once each, shortest first: a list of ``timedelta``.
    #[getter]
    fn windows(&self) -> PyResult<Vec<Span>> {
        guard(|| self.0.windows().into_iter().map(Span).collect())
    }

    /// Whether each rule fires at each instant of a series, decided exactly.
    ///
    /// Args:
    ///     slo: the objective.
    ///     series: the counts, a ``CountSeries``.
    ///
    /// Returns:
    ///     A bool array of shape (rules, points); False where either window holds no traffic.
    ///
    /// Raises:
    ///     OutOfRangeError: if an exact threshold does not fit 128 bits.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1m", bad=[0, 30, 0], total=[100, 100, 100])
    ///     >>> slo.AlertPolicy([slo.BurnRule("2m", "1m", 10)]).firing(slo.Slo("99%", window="30d"), c)
    ///     array([[False,  True, False]])
    fn firing<'py>(
        &self,
        py: Python<'py>,
        slo: &Slo,
        series: &CountSeries,
    ) -> PyResult<Bound<'py, PyArray2<bool>>> {
        let firing = detached(py, || self.0.firing(&slo.0, &series.series))?;
        Ok(PyArray2::from_owned_array(py, firing))
    }

    /// The alerts that the policy raises on a series, with exact begin and end.
    ///
    /// Rules are evaluated at every instant of the series, or at each multiple of ``every`` since the Unix epoch.
    /// Without ``every``, the instants at which a firing rule's windows lose data count too.
    ///
    /// Args:
    ///     slo: the objective.
    ///     series: the counts, a ``CountSeries``.
    ///     every: the distance of the instants of evaluation; each instant of the series if None.
    ///
    /// Returns:
    ///     An ``AlertTimeline``.
    ///
    /// Raises:
    ///     InvalidParameterError: unless ``every`` is positive, or for a hold or a keep-firing time below zero.
    ///     LimitExceededError: past 10^8 instants.
    ///     OutOfRangeError: if an exact threshold does not fit 128 bits.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1m", bad=[0, 30, 0], total=[100, 100, 100])
    ///     >>> p = slo.AlertPolicy([slo.BurnRule("2m", "1m", 10)])
    ///     >>> p.evaluate(slo.Slo("99%", window="30d"), c).alerts[0].burn
    ///     15.0
    #[pyo3(signature = (slo, series, every=None))]
    fn evaluate(
        slf: &Bound<'_, Self>,
        slo: &Bound<'_, Slo>,
        series: &Bound<'_, CountSeries>,
        every: Option<Span>,
    ) -> PyResult<AlertTimeline> {
        AlertTimeline::new(slf, slo, series, every)
    }

    /// Replays the policy over a series whose incidents are known.
    ///
    /// An alert, merged with those of its severity, matches an incident if it fires between the incident's begin and one
    /// long window of its rule after the incident's end.
    ///
    /// Args:
    ///     slo: the objective.
    ///     series: the counts, a ``CountSeries``.
    ///     incidents: pairs of begin and end, in any order.
    ///     every: the distance of the instants of evaluation; each instant of the series if None.
    ///
    /// Returns:
    ///     A ``Replay``: precision, recall, detection times, reset times and the budget lost.
    ///
    /// Raises:
    ///     InvalidParameterError: unless ``every`` is positive, for an incident that ends before it begins, or for a hold or
    ///         a keep-firing time below zero.
    ///     LimitExceededError: past 10^8 instants.
    ///     OutOfRangeError: if an exact threshold does not fit 128 bits.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1m", bad=[0, 30, 0, 30, 0], total=[100] * 5)
    ///     >>> p = slo.AlertPolicy([slo.BurnRule("1m", "1m", 2)])
    ///     >>> r = p.replay(slo.Slo("90%", window="1h"), c, incidents=[(60_000_000_000, 90_000_000_000)])
    ///     >>> r.precision, r.recall, r.detection_times
    ///     (0.5, 1.0, [datetime.timedelta(0)])
    #[pyo3(signature = (slo, series, incidents, every=None))]
    fn replay(
        slf: &Bound<'_, Self>,
        slo: &Bound<'_, Slo>,
        series: &Bound<'_, CountSeries>,
        incidents: Vec<Two<Instant>>,
        every: Option<Span>,
    ) -> PyResult<Replay> {
        Replay::new(slf, slo, series, incidents, every)
    }

    /// The policies of a grid of rules that no other one of the grid outdoes on known incidents.
    ///
    /// Each share with each long window is a rule, whose short window is a twelfth of the long one. One policy outdoes
    /// another if it is no worse in recall, precision, slowest detection and alerts per week, and better in one, or alike
    /// in all and earlier in the grid. The series is passed over once for each rule.
    ///
    /// Args:
    ///     slo: the objective.
    ///     series: the counts, a ``CountSeries``.
    ///     incidents: pairs of begin and end, in any order.
    ///     shares: shares of the window's budget, ``0.02`` or ``"2%"``.
    ///     windows: long windows.
    ///     rules: how many rules a policy has at most; 2 if None.
    ///     max_detection_time: the longest time for which an incident may go unnoticed; for ever if None.
    ///     min_precision: the share of the alerts that must match an incident; any if None.
    ///     min_recall: the share of the incidents that must be noticed; any if None.
    ///     max_alerts_per_week: how many alerts there may be in a week; any number if None.
    ///     every: the distance of the instants of evaluation; each instant of the series if None.
    ///
    /// Returns:
    ///     A list of ``PolicyScore``, the fastest to detect first.
    ///
    /// Raises:
    ///     InvalidParameterError: for a share or a window that is not positive, no rule at all, a limit outside its range, or
    ///         an incident that ends before it begins.
    ///     LimitExceededError: past 100,000 policies, or 10^8 instants.
    ///     OutOfRangeError: if an exact factor or threshold does not fit 128 bits.
    ///
    /// Examples:
    ///     >>> run = slo.Simulation("7d", error_ratio=0.001, incidents=5).run(seed=1)
    ///     >>> s = slo.Slo("99.9%", window="30d")
    ///     >>> shares, windows = ["2%", "5%"], ["1h", "6h"]
    ///     >>> front = slo.AlertPolicy.search(s, run.series, run.incidents, shares, windows, min_recall=0.5)
    ///     >>> len(front) > 0 and min(score.recall for score in front) >= 0.5
    ///     True
    #[classmethod]
    #[pyo3(signature = (slo, series, incidents, shares, windows, *, rules=None, max_detection_time=None,
        min_precision=None, min_recall=None, max_alerts_per_week=None, every=None))]
    #[allow(clippy::too_many_arguments, reason = "one for each limit, all of them by name")]
    fn search(
        class: &Bound<'_, PyType>,
        slo: &Slo,
        series: &CountSeries,
        incidents: Vec<Two<Instant>>,
        shares: Vec<Share>,
        windows: Vec<Span>,
        rules: Option<&Bound<'_, PyAny>>,
        max_detection_time: Option<Span>,
        min_precision: Option<Number>,
        min_recall: Option<Number>,
        max_alerts_per_week: Option<Number>,
        every: Option<Span>,
    ) -> PyResult<Vec<PolicyScore>> {
        let search =
            grid(shares, windows, rules, max_detection_time, min_precision, min_recall, max_alerts_per_week)?;
        let (incidents, step) = (known(&incidents), every.map(|every| every.0));
        let front = detached(class.py(), || search.run(&slo.0, &series.series, &incidents, step))?;
        Ok(front.into_iter().map(PolicyScore).collect())
    }

    /// The policy as a dict of its rules.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The policy as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __len__(&self) -> usize {
        self.0.rules().len()
    }

    fn __repr__(&self) -> PyResult<String> {
        let rules: Vec<String> = self.0.rules().iter().map(shown).collect::<PyResult<_>>()?;
        Ok(format!("AlertPolicy({})", rules.join("; ")))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::present("policy_html", slf)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, (Bound<'py, PyList>,))> {
        Ok((py.get_type::<Self>(), (PyList::new(py, self.rules())?,)))
    }
}
