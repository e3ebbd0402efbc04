//! Error budgets, and what is said of them.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};

use crate::core;
use crate::counts::Counts;
use crate::errors::{attempt, guard, shown};
use crate::interval::{Interval, options};
use crate::json;
use crate::objective::{Objective, Target};
use crate::python;
use crate::record::record_class;
use crate::slices::Slices;
use crate::slo::method_word;
use crate::slo_generator::SloGenerator;
use crate::time::Span;
use crate::values::Number;
use crate::window::{Length, Window};

/// The error budget of a window: how much error was allowed, how much was made, what is left.
///
/// Made by ``Slo.budget``; the constructor makes one by occurrences. Every figure is formed from exact counts with one
/// rounding at the end. By a method of slices, slices are counted instead of events.
///
/// Args:
///     objective: the target.
///     window: the window that it is held over.
///     counts: the window's events, a ``Counts``.
///
/// Examples:
///     >>> b = slo.Slo("99.9%", window="30d").budget(bad=1_300, total=1_000_000)
///     >>> b.allowed, b.consumed, b.remaining, b.exhausted
///     (1000.0, 1.3, -300.0, True)
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Budget(pub(crate) core::Budget);

record_class! { Budget(core::Budget): "The budget with every figure derived from its counts," {
    #[new]
    fn new(objective: Target, window: Length, counts: &Counts) -> PyResult<Self> {
        guard(|| core::Slo::new(objective.0, window.0).budget(counts.0)).map(Self)
    }

    /// The objective that the budget belongs to.
    #[getter]
    fn objective(&self) -> Objective {
        Objective(self.0.objective())
    }

    /// The window that the objective is held over.
    #[getter]
    fn window(&self) -> Window {
        Window(self.0.window())
    }

    /// The counts that the budget is made from.
    #[getter]
    fn counts(&self) -> Counts {
        Counts(self.0.counts())
    }

    /// How events spend the budget: ``"occurrences"``, ``"timeslices"`` or ``"ratio_timeslices"``.
    #[getter]
    fn method(&self) -> &'static str {
        method_word(self.0.budgeting())
    }

    /// The slices that the budget is counted in, ``Slices``; None by occurrences.
    #[getter]
    fn slices(&self) -> Option<Slices> {
        self.0.slices().map(Slices)
    }

    /// The share of the period's time that has passed, excluded time left out: 1 unless the period still goes on.
    #[getter]
    fn elapsed(&self) -> PyResult<f64> {
        guard(|| self.0.elapsed())
    }

    /// Good over total; None without traffic. By ratio time slices, the mean of the slices' ratios.
    #[getter]
    fn sli(&self) -> PyResult<Option<f64>> {
        guard(|| self.0.sli())
    }

    /// Events that counted as good.
    #[getter]
    fn good(&self) -> PyResult<f64> {
        guard(|| self.0.counts().good())
    }

    /// Events that counted as bad.
    #[getter]
    fn bad(&self) -> PyResult<f64> {
        guard(|| self.0.counts().bad())
    }

    /// All events.
    #[getter]
    fn total(&self) -> PyResult<f64> {
        guard(|| self.0.counts().total())
    }

    /// How many events were allowed to be bad.
    #[getter]
    fn allowed(&self) -> PyResult<f64> {
        guard(|| self.0.allowed())
    }

    /// The share of the budget that is spent: 1 is all of it, more is overspent; 0 without traffic.
    #[getter]
    fn consumed(&self) -> PyResult<f64> {
        guard(|| self.0.consumed())
    }

    /// How many more events may be bad; negative when overspent.
    #[getter]
    fn remaining(&self) -> PyResult<f64> {
        guard(|| self.0.remaining())
    }

    /// The error ratio in units of the budget; None without traffic.
    #[getter]
    fn burn_rate(&self) -> PyResult<Option<f64>> {
        guard(|| self.0.burn_rate())
    }

    /// Whether the whole budget is spent: at least as many bad events as allowed, and at least one.
    #[getter]
    fn exhausted(&self) -> PyResult<bool> {
        guard(|| self.0.exhausted())
    }

    /// Whether the objective is met: at most as many bad events as allowed.
    #[getter]
    fn met(&self) -> PyResult<bool> {
        guard(|| self.0.met())
    }

    /// The constant burn rate at which the rest of the budget lasts exactly ``until``; 0 when it is spent.
    ///
    /// Args:
    ///     until: a duration above zero.
    ///
    /// Raises:
    ///     InvalidParameterError: unless ``until`` is positive.
    ///
    /// Examples:
    ///     >>> slo.Slo("99.9%", window="30d").budget(bad=500, total=1_000_000).affordable_burn("15d")
    ///     1.0
    fn affordable_burn(&self, until: Span) -> PyResult<f64> {
        attempt(|| self.0.affordable_burn(until.0))
    }

    /// How long the rest of the budget lasts at a constant burn rate, at the window's mean traffic.
    ///
    /// Args:
    ///     burn: the burn rate, at least 0; 1 spends the whole budget in the window.
    ///
    /// Returns:
    ///     A ``timedelta``, or None if the budget lasts for ever or longer than 292 years.
    ///
    /// Raises:
    ///     InvalidParameterError: if the burn rate is NaN or negative.
    ///
    /// Examples:
    ///     >>> slo.Slo("99.9%", window="30d").budget(bad=500, total=1_000_000).time_to_exhaustion(14.4)
    ///     datetime.timedelta(days=1, seconds=3600)
    fn time_to_exhaustion(&self, burn: Number) -> PyResult<Option<Span>> {
        Ok(attempt(|| self.0.time_to_exhaustion(burn.0))?.map(Span))
    }

    /// How many events will have been allowed to be bad at the end of the period, if so many come in all.
    ///
    /// Args:
    ///     total_expected: the events of the whole period; by a method of slices, its slices.
    ///
    /// Raises:
    ///     NonFiniteError: for NaN or an infinity.
    ///     InvalidCountError: for a negative count.
    ///
    /// Examples:
    ///     >>> b = slo.Slo("99.9%", window="30d").budget(bad=12, total=10_000)
    ///     >>> b.allowed, b.projected_allowed(30_000)
    ///     (10.0, 30.0)
    fn projected_allowed(&self, total_expected: Number) -> PyResult<f64> {
        attempt(|| self.0.projected_allowed(total_expected.0))
    }

    /// The report that slo-generator 2.6 makes of these counts, field for field.
    ///
    /// Args:
    ///     threshold: the burn rate above which the report alerts.
    ///     step: the name of the error budget policy's step.
    ///     compat: True for every field bit for bit as there, mistakes included; False for what they should be.
    ///     **options: what else ``slo.io.SloGenerator`` takes.
    ///
    /// Returns:
    ///     A dict; of four fields if slo-generator calls it invalid.
    ///
    /// Raises:
    ///     InvalidParameterError: as ``slo.io.SloGenerator``.
    ///
    /// Examples:
    ///     >>> b = slo.Slo("99.9%", window="1h").budget(good=99_096, bad=904)
    ///     >>> b.to_slo_generator(threshold=9.0)["alert"], b.to_slo_generator(threshold=9.0, compat=False)["alert"]
    ///     (False, True)
    #[pyo3(
        signature = (threshold=Number(9.0), step=None, *, compat=true, **options),
        text_signature = "($self, threshold=9.0, step='', *, compat=True, **options)"
    )]
    fn to_slo_generator<'py>(
        &self,
        py: Python<'py>,
        threshold: Number,
        step: Option<&Bound<'py, PyString>>,
        compat: bool,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let empty = PyString::intern(py, "");
        SloGenerator::of_budget(py, &self.0, threshold, step.unwrap_or(&empty), compat, options)
    }

    /// The budget as time of complete outage, at constant traffic where events are counted, a ``Downtime``.
    ///
    /// Examples:
    ///     >>> slo.Slo("99.9%", window="30d").budget(bad=500, total=1_000_000).as_downtime()
    ///     Downtime(allowed=43m12s, spent=21m36s, remaining=21m36s)
    fn as_downtime(&self) -> PyResult<Downtime> {
        guard(|| self.0.as_downtime()).map(Downtime)
    }

    /// The confidence interval for the SLI; None without traffic.
    ///
    /// Args:
    ///     level: the confidence level, in (0, 1).
    ///     method: ``"wilson"``, the score interval, near the level on average; ``"clopper-pearson"``, never below the
    ///         level; ``"jeffreys"``, the equal-tailed posterior; ``"agresti-coull"``; ``"wald"``, the normal interval,
    ///         which falls far short of the level where failures are few.
    ///     design_effect: how many times the variance of independent events the counts have, at least 1;
    ///         ``CountSeries.design_effect`` estimates it.
    ///
    /// Raises:
    ///     InvalidParameterError: unless ``0 < level < 1`` and ``design_effect >= 1``, or for a method that is none.
    ///
    /// Examples:
    ///     >>> b = slo.Slo("99.9%", window="30d").budget(bad=1, total=10)
    ///     >>> round(b.interval().lower, 4), round(b.interval(method="clopper-pearson").lower, 4)
    ///     (0.5958, 0.555)
    #[pyo3(
        signature = (level=Number(0.95), method="wilson", design_effect=Number(1.0)),
        text_signature = "($self, level=0.95, method='wilson', design_effect=1.0)"
    )]
    fn interval(&self, level: Number, method: &str, design_effect: Number) -> PyResult<Option<Interval>> {
        let options = options(method, design_effect)?;
        Ok(attempt(|| self.0.interval(level.0, options))?.map(Interval))
    }

    /// The confidence interval for the burn rate; None without traffic.
    ///
    /// Args:
    ///     level: the confidence level, in (0, 1).
    ///     method: as ``interval`` takes it.
    ///     design_effect: as ``interval`` takes it.
    ///
    /// Raises:
    ///     InvalidParameterError: as ``interval``.
    ///
    /// Examples:
    ///     >>> b = slo.Slo("99.9%", window="30d").budget(bad=1, total=10)
    ///     >>> b.burn_rate, round(b.burn_interval(method="clopper-pearson").lower, 1)
    ///     (100.0, 2.5)
    #[pyo3(
        signature = (level=Number(0.95), method="wilson", design_effect=Number(1.0)),
        text_signature = "($self, level=0.95, method='wilson', design_effect=1.0)"
    )]
    fn burn_interval(
        &self,
        level: Number,
        method: &str,
        design_effect: Number,
    ) -> PyResult<Option<Interval>> {
        let options = options(method, design_effect)?;
        Ok(attempt(|| self.0.burn_interval(level.0, options))?.map(Interval))
    }

    /// The confidence interval for the consumed share of the budget; None without traffic.
    ///
    /// Args:
    ///     level: the confidence level, in (0, 1).
    ///     method: as ``interval`` takes it.
    ///     design_effect: as ``interval`` takes it.
    ///
    /// Raises:
    ///     InvalidParameterError: as ``interval``.
    ///
    /// Examples:
    ///     >>> b = slo.Slo("90%", window="30d").budget(bad=1, total=10)
    ///     >>> b.consumed, round(b.consumed_interval().upper, 2)
    ///     (1.0, 4.04)
    #[pyo3(
        signature = (level=Number(0.95), method="wilson", design_effect=Number(1.0)),
        text_signature = "($self, level=0.95, method='wilson', design_effect=1.0)"
    )]
    fn consumed_interval(
        &self,
        level: Number,
        method: &str,
        design_effect: Number,
    ) -> PyResult<Option<Interval>> {
        let options = options(method, design_effect)?;
        Ok(attempt(|| self.0.consumed_interval(level.0, options))?.map(Interval))
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let Some(sli) = self.0.sli() else { return "Budget(no traffic)".to_owned() };
            let state = match (self.0.exhausted(), self.0.met()) {
                (true, _) => ", exhausted",
                (false, true) => ", met",
                (false, false) => "",
            };
            let (consumed, remaining) = (self.0.consumed() * 100.0, self.0.remaining());
            let allowed = self.0.allowed();
            format!("Budget(sli={sli}, consumed={consumed:.1}%, remaining={remaining} of {allowed}{state})")
        })
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::present("budget_html", slf)
    }
} }

/// A budget as time of complete outage.
///
/// Args:
///     allowed: how long an outage may last over the whole window.
///     spent: how long an outage has the same effect as the errors made.
///     remaining: what is left; negative when overspent.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Downtime(core::Downtime);

#[pymethods]
impl Downtime {
    #[new]
    fn new(allowed: Span, spent: Span, remaining: Span) -> Self {
        Self(core::Downtime { allowed: allowed.0, spent: spent.0, remaining: remaining.0 })
    }

    /// How long an outage may last over the whole window, a ``timedelta``.
    #[getter]
    fn allowed(&self) -> Span {
        Span(self.0.allowed)
    }

    /// How long an outage has the same effect as the errors made, a ``timedelta``.
    #[getter]
    fn spent(&self) -> Span {
        Span(self.0.spent)
    }

    /// What is left, a ``timedelta``; negative when overspent.
    #[getter]
    fn remaining(&self) -> Span {
        Span(self.0.remaining)
    }

    /// The three durations as a dict of texts.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The three durations as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        let core::Downtime { allowed, spent, remaining } = self.0;
        guard(|| format!("Downtime(allowed={allowed}, spent={spent}, remaining={remaining})"))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, (String, String, String))> {
        let core::Downtime { allowed, spent, remaining } = self.0;
        Ok((py.get_type::<Self>(), (shown(&allowed)?, shown(&spent)?, shown(&remaining)?)))
    }
}
