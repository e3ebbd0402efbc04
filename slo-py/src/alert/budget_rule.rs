//! Rules on the budget itself, on fixed thresholds, and on both at once.

use std::collections::BTreeMap;

use pyo3::prelude::*;
use pyo3::types::PyType;

use super::rule::BurnRule;
use crate::core::{self, Axis, TimeSeries};
use crate::errors::{attempt, detached, guard, shown};
use crate::json;
use crate::record::record_class;
use crate::series::{CountSeries, parse_comparison};
use crate::slo::Slo;
use crate::time::{Instant, Span};
use crate::values::{Column, Number, Share, instants};

/// Instants and values.
type Columns<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// Something that holds at an instant or does not; conditions are joined by ``&`` and ``|``.
///
/// Examples:
///     >>> short = slo.Condition.remaining_below("25%")
///     >>> long_queue = slo.Condition.metric("queue", ">", 1000, within="5m")
///     >>> slo.Condition.burn(slo.BurnRule("1h", "5m", 6)) & (short | long_queue)
///     Condition(burn > 6 over 1h and 5m and (less than 25% of the budget remains or queue > 1000))
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Condition(core::Condition);

impl Condition {
    /// The condition, if a rule can be made of it.
    fn checked(condition: core::Condition) -> PyResult<Self> {
        attempt(|| Ok(core::BudgetRule::new(condition)?.condition().clone())).map(Self)
    }
}

#[pymethods]
impl Condition {
    /// Less than a share of the budget remains; a share of 0 means that it is overspent.
    ///
    /// Args:
    ///     share: the share, at most 1.
    ///
    /// Examples:
    ///     >>> slo.Condition.remaining_below(0.1)
    ///     Condition(less than 10% of the budget remains)
    #[staticmethod]
    fn remaining_below(share: Share) -> PyResult<Self> {
        Self::checked(core::Condition::RemainingBelow { share: share.0 })
    }

    /// The remaining share of the budget fell by so much, or more.
    ///
    /// Args:
    ///     share: by how much of the whole budget, above 0.
    ///     within: since so long ago.
    ///
    /// Examples:
    ///     >>> slo.Condition.drop("5%", within="1h")
    ///     Condition(the budget fell by 5% or more within 1h)
    #[staticmethod]
    fn drop(share: Share, within: Span) -> PyResult<Self> {
        Self::checked(core::Condition::Drop { share: share.0, within: within.0 })
    }

    /// The budget is exhausted, or will be before so long at the present burn rate.
    ///
    /// Args:
    ///     time: how long it must last.
    ///     over: the window of the present burn rate.
    ///
    /// Examples:
    ///     >>> slo.Condition.exhaustion_within("3d", over="6h")
    ///     Condition(the budget lasts less than 3d at the burn rate over 6h)
    #[staticmethod]
    fn exhaustion_within(time: Span, over: Span) -> PyResult<Self> {
        Self::checked(core::Condition::ExhaustionWithin { time: time.0, over: over.0 })
    }

    /// The error ratio of a window is above a fixed one.
    ///
    /// Args:
    ///     ratio: the fixed ratio, below 1.
    ///     over: the window.
    ///
    /// Examples:
    ///     >>> slo.Condition.error_ratio_above("3%", over="5m")
    ///     Condition(more than 3% errors over 5m)
    #[staticmethod]
    fn error_ratio_above(ratio: Share, over: Span) -> PyResult<Self> {
        Self::checked(core::Condition::ErrorRatioAbove { ratio: ratio.0, over: over.0 })
    }

    /// A burn rule's condition holds; the rule must have no hold and no time to fire on.
    ///
    /// Args:
    ///     rule: the rule, a ``BurnRule``.
    #[staticmethod]
    fn burn(rule: &BurnRule) -> PyResult<Self> {
        Self::checked(core::Condition::Burn(rule.0.clone()))
    }

    /// The last value of a metric compares so with a limit; without a value it does not.
    ///
    /// Args:
    ///     name: the metric's name among those that are given with the counts.
    ///     op: ``"<"``, ``"<="``, ``">"`` or ``">="``.
    ///     limit: the limit, finite.
    ///     within: how old the value may be: younger than this.
    ///
    /// Examples:
    ///     >>> slo.Condition.metric("queue", ">", 1000, within="5m")
    ///     Condition(queue > 1000)
    #[staticmethod]
    fn metric(name: String, op: &str, limit: Number, within: Span) -> PyResult<Self> {
        let comparison = parse_comparison(op)?;
        Self::checked(core::Condition::Metric { name, comparison, limit: limit.0, within: within.0 })
    }

    /// All of these hold.
    ///
    /// Args:
    ///     conditions: the conditions, at least one.
    #[staticmethod]
    fn all_of(conditions: Vec<Bound<'_, Self>>) -> PyResult<Self> {
        Self::checked(core::Condition::All(conditions.iter().map(|part| part.get().0.clone()).collect()))
    }

    /// Some of these hold.
    ///
    /// Args:
    ///     conditions: the conditions, at least one.
    #[staticmethod]
    fn any_of(conditions: Vec<Bound<'_, Self>>) -> PyResult<Self> {
        Self::checked(core::Condition::Any(conditions.iter().map(|part| part.get().0.clone()).collect()))
    }

    fn __and__(&self, other: &Self) -> PyResult<Self> {
        Self::checked(core::Condition::All(vec![self.0.clone(), other.0.clone()]))
    }

    fn __or__(&self, other: &Self) -> PyResult<Self> {
        Self::checked(core::Condition::Any(vec![self.0.clone(), other.0.clone()]))
    }

    /// The condition as a dict; durations and exact numbers as text.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The condition as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("Condition({})", self.__str__()?))
    }

    #[classmethod]
    fn _restore(_class: &Bound<'_, PyType>, state: &str) -> PyResult<Self> {
        Self::checked(json::parse(state)?)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("_restore")?, (self.to_json()?,)))
    }
}

/// A rule that fires while a condition holds.
///
/// Args:
///     condition: the ``Condition``.
///     severity: how urgently someone must be told.
///
/// Examples:
///     >>> slo.BudgetRule(slo.Condition.remaining_below("10%"), severity="ticket")
///     BudgetRule(ticket: less than 10% of the budget remains)
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct BudgetRule(core::BudgetRule);

record_class! { BudgetRule(core::BudgetRule): "The rule" as "a dict; durations and exact numbers as text" {
    #[new]
    #[pyo3(signature = (condition, severity="page"))]
    fn new(condition: &Condition, severity: &str) -> PyResult<Self> {
        attempt(|| Ok(core::BudgetRule::new(condition.0.clone())?.severity(severity))).map(Self)
    }

    /// The condition, a ``Condition``.
    #[getter]
    fn condition(&self) -> Condition {
        Condition(self.0.condition().clone())
    }

    /// How urgently someone must be told.
    #[getter]
    fn severity(&self) -> &str {
        self.0.severity_name()
    }

    /// The times during which the condition holds, seen at each record of the counts and each sample of a metric that is
    /// asked for, or at each multiple of ``every`` since the Unix epoch.
    ///
    /// Args:
    ///     slo: the objective.
    ///     series: the counts, a ``CountSeries``.
    ///     metrics: for each metric's name a pair of its instants and its values; none if None.
    ///     every: the distance of the instants of evaluation; records and samples if None.
    ///
    /// Returns:
    ///     A list of ``BudgetAlert``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a metric that is asked for and not given, or unless ``every`` is positive.
    ///     NonFiniteError: for a value of a metric that is NaN or infinite.
    ///     UnorderedError: where an instant does not come after the one before it.
    ///     OutOfRangeError: if an exact threshold does not fit 128 bits.
    ///     LimitExceededError: past 10^8 instants.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1m", bad=[8, 11, 0], total=[1000, 1000, 1000])
    ///     >>> rule = slo.BudgetRule(slo.Condition.remaining_below("10%"))
    ///     >>> rule.evaluate(slo.Slo("99%", window="1h"), c)
    ///     [BudgetAlert(page from 1970-01-01T00:01:00Z to 1970-01-01T00:02:00Z)]
    #[pyo3(signature = (slo, series, metrics=None, every=None))]
    fn evaluate(
        &self,
        py: Python<'_>,
        slo: &Slo,
        series: &CountSeries,
        metrics: Option<BTreeMap<String, Columns<'_>>>,
        every: Option<Span>,
    ) -> PyResult<Vec<BudgetAlert>> {
        let metric = |(name, (times, values)): (String, Columns<'_>)| {
            let axis = Axis::listed(instants("times", &times)?);
            let values = Column::new("values", &values)?.as_slice()?.to_vec();
            Ok((name, attempt(|| TimeSeries::new(axis, values))?))
        };
        let metrics: Vec<(String, TimeSeries)> =
            metrics.into_iter().flatten().map(metric).collect::<PyResult<_>>()?;
        let metrics: Vec<(&str, &TimeSeries)> =
            metrics.iter().map(|(name, metric)| (name.as_str(), metric)).collect();
        let every = every.map(|every| every.0);
        let alerts = detached(py, || self.0.evaluate(&slo.0, &series.series, &metrics, every))?;
        Ok(alerts.into_iter().map(BudgetAlert).collect())
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("BudgetRule({})", self.__str__()?))
    }
} }

/// The time during which a ``BudgetRule`` fires.
///
/// Made by ``BudgetRule.evaluate``.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct BudgetAlert(core::BudgetAlert);

record_class! { BudgetAlert(core::BudgetAlert): "The alert" as "a dict; instants as text" {
    /// The rule's severity.
    #[getter]
    fn severity(&self) -> &str {
        &self.0.severity
    }

    /// The first instant of evaluation at which the condition holds, a ``datetime`` in UTC (whole microseconds).
    #[getter]
    fn begin(&self) -> Instant {
        Instant(self.0.begin)
    }

    /// The first later one at which it does not, a ``datetime`` in UTC; None while it holds.
    #[getter]
    fn end(&self) -> Option<Instant> {
        self.0.end.map(Instant)
    }

    /// The end, or the last instant of evaluation while the condition holds, a ``datetime`` in UTC.
    #[getter]
    fn until(&self) -> Instant {
        Instant(self.0.until)
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let core::BudgetAlert { severity, begin, end, .. } = &self.0;
            let end = end.map_or_else(|| ", still firing".to_owned(), |end| format!(" to {end}"));
            format!("BudgetAlert({severity} from {begin}{end})")
        })
    }
} }
