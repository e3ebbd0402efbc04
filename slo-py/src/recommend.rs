//! Which target could be held.

use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::core::{self, Error};
use crate::errors::{attempt, detached, guard, raise};
use crate::interval::Interval;
use crate::json;
use crate::objective::{Objective, Target};
use crate::python;
use crate::series::CountSeries;
use crate::time::Span;
use crate::values::{Number, tally, whole};
use crate::window::{Length, Window};

/// Recommends the highest target that the past, drawn anew window by window, would have broken rarely enough.
///
/// A window is put together from blocks of the series, drawn with replacement; counts are added, so that an hour weighs as
/// much as its traffic. What ties errors together within a block is kept: a block should be longer than an incident, and
/// there should be many of them. What never happened in the series happens in no window either.
///
/// Args:
///     series: the past, a ``CountSeries`` of at least two blocks.
///     window: the window that the target is to be held over.
///     candidates: the targets to choose from; 90, 95, 99, 99.5, 99.9, 99.95 and 99.99 % if None.
///     limit: how probable a breach may be in one window, in (0, 1).
///     block: the length of a block; one day, or the window if that is shorter, if None.
///     samples: how many windows are drawn.
///     dependencies: the targets of the services that every event needs: none above their product is recommended.
///     seed: where the drawing begins; the same seed gives the same numbers.
///
/// Returns:
///     A ``TargetRecommendation``.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///     TooShortError: if the series is shorter than two blocks, or there is no candidate.
///     DegenerateError: without traffic.
///     LimitExceededError: past 10^8 blocks in all windows.
///
/// Examples:
///     >>> bad = [100 if day % 10 == 0 else 0 for day in range(60)]
///     >>> c = slo.CountSeries.regular(0, "1d", bad=bad, total=[10_000] * 60)
///     >>> slo.recommend_target(c, window="30d").target
///     Objective('99.5%')
#[pyfunction]
#[pyo3(
    signature = (
        series, window, *, candidates=None, limit=Number(0.05), block=None, samples=10_000, dependencies=None, seed=0
    ),
    text_signature = "(series, window, *, candidates=None, limit=0.05, block=None, samples=10000, dependencies=None, seed=0)"
)]
#[allow(clippy::too_many_arguments, reason = "each is a keyword of the Python signature")]
pub(crate) fn recommend_target(
    py: Python<'_>,
    series: &CountSeries,
    window: Length,
    candidates: Option<Vec<Target>>,
    limit: Number,
    block: Option<Span>,
    #[pyo3(from_py_with = whole)] samples: i64,
    dependencies: Option<Vec<Target>>,
    #[pyo3(from_py_with = whole)] seed: i64,
) -> PyResult<TargetRecommendation> {
    let objectives = |targets: Vec<Target>| targets.into_iter().map(|target| target.0).collect::<Vec<_>>();
    let samples =
        u64::try_from(samples).map_err(|_| raise(Error::invalid("samples", samples, "must be positive")))?;
    let seed =
        u64::try_from(seed).map_err(|_| raise(Error::invalid("seed", seed, "must not be negative")))?;
    let recommender = core::TargetRecommender::new(window.0).limit(limit.0).samples(samples).seed(seed);
    let recommender = block.into_iter().fold(recommender, |recommender, block| recommender.block(block.0));
    let recommender = recommender.dependencies(objectives(dependencies.unwrap_or_default()));
    let recommender = candidates
        .into_iter()
        .fold(recommender, |recommender, candidates| recommender.candidates(objectives(candidates)));
    detached(py, || recommender.recommend(&series.series)).map(TargetRecommendation)
}

/// One target, and how often the windows drawn broke it.
///
/// Args:
///     objective: the target.
///     breaches: how many windows broke it.
///     samples: how many windows were drawn.
///     acceptable: whether that is rare enough, and the target not above what the dependencies leave.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct CandidateTarget(core::CandidateTarget);

#[pymethods]
impl CandidateTarget {
    #[new]
    fn new(
        objective: Target,
        #[pyo3(from_py_with = whole)] breaches: i64,
        #[pyo3(from_py_with = whole)] samples: i64,
        acceptable: bool,
    ) -> PyResult<Self> {
        let (breaches, samples) = (tally("breaches", breaches)?, tally("samples", samples)?);
        Ok(Self(core::CandidateTarget { objective: objective.0, breaches, samples, acceptable }))
    }

    /// The target, an ``Objective``.
    #[getter]
    fn objective(&self) -> Objective {
        Objective(self.0.objective)
    }

    /// How many windows broke it.
    #[getter]
    fn breaches(&self) -> u64 {
        self.0.breaches
    }

    /// How many windows were drawn.
    #[getter]
    fn samples(&self) -> u64 {
        self.0.samples
    }

    /// Whether that is rare enough, and the target not above what the dependencies leave.
    #[getter]
    fn acceptable(&self) -> bool {
        self.0.acceptable
    }

    /// The share of windows that broke the target.
    #[getter]
    fn breach_probability(&self) -> f64 {
        self.0.breach_probability()
    }

    /// What more windows would come to, an ``Interval`` for the breach probability at 95 %.
    ///
    /// It speaks of the number of windows drawn, and not of how well the series stands for the future.
    #[getter]
    fn monte_carlo(&self) -> PyResult<Interval> {
        attempt(|| self.0.monte_carlo()).map(Interval)
    }

    /// The candidate as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The candidate as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let core::CandidateTarget { objective, acceptable, .. } = self.0;
            let broken = self.0.breach_probability() * 100.0;
            let state = if acceptable { ", acceptable" } else { "" };
            format!("CandidateTarget({objective}, broken in {broken:.1}%{state})")
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (Objective, u64, u64, bool)) {
        let core::CandidateTarget { objective, breaches, samples, acceptable } = self.0;
        (py.get_type::<Self>(), (Objective(objective), breaches, samples, acceptable))
    }
}

/// A ladder of targets held against windows drawn from the past; made by ``recommend_target``.
///
/// Args:
///     window: the window that a target is to be held over.
///     block: the length of the blocks that windows were put together from.
///     limit: how probable a breach may be in one window.
///     ceiling: what the dependencies leave, the product of their targets, or None.
///     candidates: a list of ``CandidateTarget``.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct TargetRecommendation(core::TargetRecommendation);

#[pymethods]
impl TargetRecommendation {
    #[new]
    fn new(
        window: Length,
        block: Span,
        limit: Number,
        ceiling: Option<Number>,
        candidates: Vec<PyRef<'_, CandidateTarget>>,
    ) -> Self {
        let candidates = candidates.iter().map(|candidate| candidate.0).collect();
        let (ceiling, limit) = (ceiling.map(|ceiling| ceiling.0), limit.0);
        Self(core::TargetRecommendation { window: window.0, block: block.0, limit, ceiling, candidates })
    }

    /// The highest acceptable target, an ``Objective``; None if no candidate is.
    #[getter]
    fn target(&self) -> PyResult<Option<Objective>> {
        Ok(guard(|| self.0.target())?.map(Objective))
    }

    /// The window that a target is to be held over, a ``Window``.
    #[getter]
    fn window(&self) -> Window {
        Window(self.0.window)
    }

    /// The length of the blocks that windows were put together from, a ``timedelta``.
    #[getter]
    fn block(&self) -> Span {
        Span(self.0.block)
    }

    /// How probable a breach may be in one window.
    #[getter]
    fn limit(&self) -> f64 {
        self.0.limit
    }

    /// What the dependencies leave: the product of their targets; None if there are none.
    #[getter]
    fn ceiling(&self) -> Option<f64> {
        self.0.ceiling
    }

    /// The candidates in the order given, a list of ``CandidateTarget``.
    #[getter]
    fn candidates(&self) -> Vec<CandidateTarget> {
        self.0.candidates.iter().copied().map(CandidateTarget).collect()
    }

    /// The recommendation as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The recommendation as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    /// The candidates as a data frame with one row for each; of pandas, or of polars where only that is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_recommend", "recommendation_frame", (slf,))
    }

    /// Draws the breach probability of each candidate beside the limit.
    ///
    /// Args:
    ///     ax: matplotlib axes to draw on; new ones if None.
    ///
    /// Returns:
    ///     The matplotlib ``Axes``.
    #[pyo3(signature = (ax=None))]
    fn plot<'py>(slf: &Bound<'py, Self>, ax: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_recommend", "plot_recommendation", (slf, ax))
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| format!("TargetRecommendation({})", self.0))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_recommend", "recommendation_html", (slf,))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, Reduced) {
        (
            py.get_type::<Self>(),
            (self.window(), self.block(), self.limit(), self.ceiling(), self.candidates()),
        )
    }
}

/// The arguments that make an equal one.
type Reduced = (Window, Span, f64, Option<f64>, Vec<CandidateTarget>);
