//! Objectives that change.

use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::core;
use crate::counts::Counts;
use crate::errors::{attempt, detached, guard, shown};
use crate::json;
use crate::objective::{Objective, Target};
use crate::record::record_class;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::time::{Instant, Span};

/// An SLO whose target was revised: each count is held against the target that was in force when it was taken.
///
/// Alerts know one target: evaluate a policy with the SLO ``in_force`` at the instant.
///
/// Args:
///     slo: the SLO as it was in the beginning.
///
/// Examples:
///     >>> c = slo.CountSeries.regular(60_000_000_000, "1m", bad=[3] * 4, total=[1000] * 4)
///     >>> versions = slo.SloVersions(slo.Slo("99%", "4m")).revised(120_000_000_000, "99.9%")
///     >>> versions.budget(c).allowed
///     22.0
#[pyclass(module = "slo", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct SloVersions(core::SloVersions);

#[pymethods]
impl SloVersions {
    #[new]
    fn new(slo: &Slo) -> Self {
        Self(core::SloVersions::new(slo.0.clone()))
    }

    /// Another target for the counts after an instant; a new ``SloVersions``.
    ///
    /// Args:
    ///     at: the instant; revisions come in order of time.
    ///     objective: the target, such as ``"99.9%"``.
    ///
    /// Raises:
    ///     UnorderedError: unless it comes after the revision before it.
    fn revised(&self, at: Instant, objective: Target) -> PyResult<Self> {
        attempt(|| self.0.clone().revised(at.0, objective.0)).map(Self)
    }

    /// The later targets: a list of the instant and the ``Objective`` from then on.
    #[getter]
    fn revisions(&self) -> Vec<(Instant, Objective)> {
        self.0.revisions().iter().map(|(at, objective)| (Instant(*at), Objective(*objective))).collect()
    }

    /// The ``Slo`` that a count at an instant is held against.
    fn in_force(&self, at: Instant) -> PyResult<Slo> {
        guard(|| Slo(self.0.in_force(at.0)))
    }

    /// The budget of the window at an instant, as far as it has passed.
    ///
    /// Args:
    ///     series: the counts.
    ///     at: the instant; the series' last one if None.
    ///
    /// Returns:
    ///     A ``VersionedBudget``.
    #[pyo3(signature = (series, at=None))]
    fn budget(&self, py: Python<'_>, series: &CountSeries, at: Option<Instant>) -> PyResult<VersionedBudget> {
        let at = at.map(|at| at.0).or(series.series.last()).unwrap_or_default();
        detached(py, || self.0.budget_at(&series.series, at)).map(VersionedBudget)
    }

    /// The burn rate over the last ``window`` of time, across changes; None without traffic.
    ///
    /// Args:
    ///     series: the counts.
    ///     window: the length of time.
    ///     at: the instant at which it ends; the series' last one if None.
    ///
    /// Raises:
    ///     InvalidParameterError: unless the window is positive.
    #[pyo3(signature = (series, window, at=None))]
    fn burn_rate(
        &self,
        py: Python<'_>,
        series: &CountSeries,
        window: Span,
        at: Option<Instant>,
    ) -> PyResult<Option<f64>> {
        let at = at.map(|at| at.0).or(series.series.last()).unwrap_or_default();
        detached(py, || self.0.burn_rate(&series.series, window.0, at))
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let first = self.0.in_force(core::Timestamp::from_nanos(i64::MIN));
            let later = self.0.revisions().iter().map(|(at, objective)| format!(", {objective} from {at}"));
            format!("SloVersions({first}{})", later.collect::<String>())
        })
    }

    #[classmethod]
    fn _restore(_class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        json::parse(text).map(Self)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("_restore")?, (json::text(&self.0)?,)))
    }
}

/// The budget of a window in which the target changed; made by ``SloVersions.budget``.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct VersionedBudget(core::VersionedBudget);

record_class! { VersionedBudget(core::VersionedBudget): "The budget" {
    /// What was counted under each target: a list of ``Objective`` and ``Counts``, in order of time.
    #[getter]
    fn parts(&self) -> Vec<(Objective, Counts)> {
        self.0.parts().iter().map(|(objective, counts)| (Objective(*objective), Counts(*counts))).collect()
    }

    /// Events that counted as bad.
    #[getter]
    fn bad(&self) -> f64 {
        self.0.bad()
    }

    /// All events.
    #[getter]
    fn total(&self) -> f64 {
        self.0.total()
    }

    /// How many events were allowed to be bad.
    #[getter]
    fn allowed(&self) -> f64 {
        self.0.allowed()
    }

    /// The share of the budget that is spent; 0 without traffic.
    #[getter]
    fn consumed(&self) -> f64 {
        self.0.consumed()
    }

    /// Bad events over what was allowed; None without traffic.
    #[getter]
    fn burn_rate(&self) -> Option<f64> {
        self.0.burn_rate()
    }

    /// How many more events may be bad; negative when overspent.
    #[getter]
    fn remaining(&self) -> f64 {
        self.0.remaining()
    }

    /// Whether the whole budget is spent: at least as many bad events as allowed, and at least one.
    #[getter]
    fn exhausted(&self) -> bool {
        self.0.exhausted()
    }

    /// Whether the objective is met: at most as many bad events as allowed.
    #[getter]
    fn met(&self) -> bool {
        self.0.met()
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("VersionedBudget({})", self.__str__()?))
    }
} }
