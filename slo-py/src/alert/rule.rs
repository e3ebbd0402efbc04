//! One rule: the burn rate over two windows against a factor.

use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::core::{self, Operator};
use crate::errors::{attempt, guard, shown};
use crate::json;
use crate::time::Span;
use crate::values::{Number, choice};

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

#[pymethods]
impl BurnRule {
    #[new]
    #[pyo3(signature = (long, short, factor, severity="page", operator=">", *, hold=None, keep_firing=None))]
    fn new(
        long: Span,
        short: Span,
        factor: Number,
        severity: &str,
        operator: &str,
        hold: Option<Span>,
        keep_firing: Option<Span>,
    ) -> PyResult<Self> {
        let operator = parse_operator(operator)?;
        attempt(|| {
            let mut rule =
                core::BurnRule::new(long.0, short.0, factor.0)?.severity(severity).operator(operator);
            if let Some(hold) = hold {
                rule = rule.hold(hold.0);
            }
            if let Some(keep_firing) = keep_firing {
                rule = rule.keep_firing(keep_firing.0);
            }
            Ok(rule)
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

    /// The rule as a dict; durations and exact numbers as text.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The rule as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
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
            let extras = [share, operator, hold, keep_firing].into_iter().flatten().collect::<String>();
            let severity = self.0.severity_name();
            format!("BurnRule(long={long}, short={short}, factor={factor}, severity='{severity}'{extras})")
        })
    }

    #[classmethod]
    fn _restore(_class: &Bound<'_, PyType>, state: &str) -> PyResult<Self> {
        json::parse(state).map(Self)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("_restore")?, (self.to_json()?,)))
    }
}

pub(super) fn parse_operator(operator: &str) -> PyResult<Operator> {
    choice("operator", operator, &[(">", Operator::Above), (">=", Operator::AtLeast)], &[])
}
