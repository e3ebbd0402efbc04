//! What is wrong with a policy for an objective.

use pyo3::prelude::*;

use crate::core;
use crate::errors::guard;
use crate::record::record_class;
use crate::time::Span;

/// One thing that is wrong with a policy.
///
/// Made by ``AlertPolicy.lint``.
///
/// Examples:
///     >>> p = slo.AlertPolicy.google_sre("30d")
///     >>> finding = p.lint(slo.Slo("93.05%", window="30d"))[0]
///     >>> finding.kind, finding.rule
///     ('unreachable_factor', 0)
///     >>> print(finding.message[:57])
///     rule 0 (page: burn > 14.4 over 1h and 5m) can never fire:
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Finding(pub(super) core::Finding);

record_class! { Finding(core::Finding): "The finding", fields {
    /// The place of the rule in the policy; None where it is about the policy or the objective.
    rule: Option<usize>,
    /// The share of the budget that a silent incident spends; None for other findings.
    cost: Option<f64>,
} {
    /// What it is about: ``"unreachable_factor"``, ``"factor_below_one"``, ``"short_not_shorter"``,
    /// ``"window_too_long"``, ``"duplicate_windows"``, ``"silent_hole"``, ``"unlikely_target"`` or
    /// ``"inexact_threshold"``.
    #[getter]
    fn kind(&self) -> &'static str {
        use core::FindingKind as Kind;
        match self.0.kind {
            Kind::UnreachableFactor => "unreachable_factor",
            Kind::FactorBelowOne => "factor_below_one",
            Kind::ShortNotShorter => "short_not_shorter",
            Kind::WindowTooLong => "window_too_long",
            Kind::DuplicateWindows => "duplicate_windows",
            Kind::SilentHole => "silent_hole",
            Kind::UnlikelyTarget => "unlikely_target",
            Kind::InexactThreshold => "inexact_threshold",
            _ => "",
        }
    }

    /// What is wrong, in a sentence.
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }

    fn __repr__(&self) -> String {
        format!("Finding({}: {})", self.kind(), self.0.message)
    }
} }

/// An incident that no rule tells of.
///
/// Made by ``AlertPolicy.largest_silent_incident``.
///
/// Examples:
///     >>> p = slo.AlertPolicy([slo.BurnRule("1h", "5m", 14.4)])
///     >>> p.largest_silent_incident(slo.Slo("99.9%", window="30d"))
///     SilentIncident(error_ratio=0.0144, duration=30d, cost=1440.0%)
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SilentIncident(pub(super) core::SilentIncident);

record_class! {
SilentIncident(core::SilentIncident): "The incident" as "a dict; the duration and exact numbers as text" {
    /// Its share of errors, which it must stay below, or at most reach, to pass unnoticed.
    #[getter]
    fn error_ratio(&self) -> PyResult<f64> {
        guard(|| self.0.error_ratio.to_f64())
    }

    /// How long it lasts, likewise: a ``timedelta`` (whole microseconds).
    #[getter]
    fn duration(&self) -> Span {
        Span(self.0.duration)
    }

    /// The share of the objective's budget that it spends.
    #[getter]
    fn cost(&self) -> PyResult<f64> {
        guard(|| self.0.cost.to_f64())
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let core::SilentIncident { error_ratio, duration, cost } = self.0;
            let (error_ratio, cost) = (error_ratio.to_f64(), cost.to_f64() * 100.0);
            format!("SilentIncident(error_ratio={error_ratio}, duration={duration}, cost={cost:.1}%)")
        })
    }
} }
