//! A target held over a window.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};

use crate::alert::policy::AlertPolicy;
use crate::budget::Budget;
use crate::core;
use crate::counts::Counts;
use crate::errors::{detached, guard, shown};
use crate::history::History;
use crate::json;
use crate::objective::{Objective, Target};
use crate::python;
use crate::report::{Question, Report};
use crate::series::CountSeries;
use crate::time::{Instant, Span};
use crate::values::{Number, Pair, choice};
use crate::window::{Length, Window};

/// A target held over a window, and the name it goes by.
///
/// Args:
///     objective: the target, such as ``"99.9%"``, ``0.999`` or an ``Objective``.
///     window: the window, such as ``"30d"`` or a ``Window``.
///     name: the name that reports call it by.
///     method: how events spend the budget; ``"occurrences"``: every event weighs the same.
///     no_data: what a time without events is; ``"skip"``: it neither spends nor earns.
///
/// Raises:
///     InvalidParameterError: for a target, a window or a choice that is none.
///     UnsupportedError: for a method or a reading of no data that this version does not compute.
///
/// Examples:
///     >>> s = slo.Slo("99.9%", window="30d", name="checkout")
///     >>> s.budget(good=998_700, total=1_000_000).consumed
///     1.3
#[pyclass(module = "slo", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Slo(pub(crate) core::Slo);

#[pymethods]
impl Slo {
    #[new]
    #[pyo3(signature = (objective, window, name=None, *, method="occurrences", no_data="skip"))]
    fn new(
        objective: Target,
        window: Length,
        name: Option<&str>,
        method: &str,
        no_data: &str,
    ) -> PyResult<Self> {
        choice("method", method, &[("occurrences", ())], &["timeslices", "ratio_timeslices"])?;
        choice("no_data", no_data, &[("skip", ())], &["good", "bad"])?;
        let slo = core::Slo::new(objective.0, window.0);
        Ok(Self(name.into_iter().fold(slo, core::Slo::name)))
    }

    /// The name that reports call it by, if it has one.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.0.label()
    }

    /// The target, an ``Objective``.
    #[getter]
    fn objective(&self) -> Objective {
        Objective(self.0.objective())
    }

    /// The window, a ``Window``.
    #[getter]
    fn window(&self) -> Window {
        Window(self.0.window())
    }

    /// The error budget of a window in which these events were counted.
    ///
    /// Args:
    ///     counts: a ``CountSeries``, whose last window is taken, or the ``Counts`` of a whole window.
    ///     at: the instant at which the window of a series ends; its last instant if None.
    ///     good: events that counted as good.
    ///     bad: events that counted as bad.
    ///     total: all events. Without ``counts``, exactly two of the three are given.
    ///
    /// Raises:
    ///     NonFiniteError: for NaN or an infinity.
    ///     InvalidCountError: for a negative count, or a part greater than its total.
    ///     TypeError: unless either ``counts`` or two numbers are given.
    ///
    /// Examples:
    ///     >>> slo.Slo("99.9%", window="30d").budget(bad=1_300, total=1_000_000)
    ///     Budget(sli=0.9987, consumed=130.0%, remaining=-300 of 1000, exhausted)
    #[pyo3(signature = (counts=None, at=None, *, good=None, bad=None, total=None))]
    fn budget(
        &self,
        py: Python<'_>,
        counts: Option<Counted<'_>>,
        at: Option<Instant>,
        good: Option<Number>,
        bad: Option<Number>,
        total: Option<Number>,
    ) -> PyResult<Budget> {
        let numbers = good.or(bad).or(total).is_some();
        match (counts, at) {
            (Some(Counted::Series(series)), at) if !numbers => {
                let series = &series.get().series;
                detached(py, || {
                    let at = at.map(|at| at.0).or(series.last());
                    at.map_or_else(|| Ok(self.0.budget(series.counts())), |at| self.0.budget_at(series, at))
                })
                .map(Budget)
            }
            (Some(Counted::Whole(counts)), None) if !numbers => {
                guard(|| self.0.budget(counts.get().0)).map(Budget)
            }
            (None, None) => {
                let counts = Pair::new(good, bad, total)?.counts()?;
                guard(|| self.0.budget(counts)).map(Budget)
            }
            _ => Err(PyTypeError::new_err(
                "give a CountSeries (and at=), Counts, or two of good=, bad= and total=",
            )),
        }
    }

    /// The budget over time: of the window that ends at each instant of the series, or at each multiple of ``every``.
    ///
    /// Args:
    ///     series: the counts, a ``CountSeries``.
    ///     every: the distance of the instants, anchored at the Unix epoch; each instant of the series if None.
    ///
    /// Returns:
    ///     A ``History``, whose arrays have one place for each instant.
    ///
    /// Raises:
    ///     InvalidParameterError: unless ``every`` is positive.
    ///     LimitExceededError: past 10^8 instants.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "30m", bad=[0, 1, 1], total=[100, 100, 100])
    ///     >>> slo.Slo("99%", window="1h").history(c, every="1h").consumed
    ///     array([0., 1.])
    #[pyo3(signature = (series, every=None))]
    fn history(&self, py: Python<'_>, series: &CountSeries, every: Option<Span>) -> PyResult<History> {
        let every = every.map(|every| every.0);
        let history = detached(py, || self.0.history(&series.series, every))?;
        History::new(py, self.clone(), history)
    }

    /// The state of the objective at one instant, and how it came to it.
    ///
    /// Args:
    ///     series: the counts, a ``CountSeries``.
    ///     at: the instant that the report speaks of; its last one if None. Later records are left out.
    ///     policy: the policy that raises the alerts; Google's recommended one for the window if None.
    ///     level: the confidence level of the intervals, in (0, 1).
    ///     every: how often the history is taken; the finest round step that makes at most 480 instants if None.
    ///     parts: the parts of the traffic by name, a dict of ``CountSeries`` that add up to the whole.
    ///     incidents: what is known to have happened: a list of name, begin and end.
    ///
    /// Returns:
    ///     A ``Report``.
    ///
    /// Raises:
    ///     TooShortError: for an empty series.
    ///     InvalidParameterError: for an instant before the first record, a level outside (0, 1), parts that do not add
    ///         up, or an incident that ends before it begins.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1m", bad=[0, 3], total=[100, 100])
    ///     >>> slo.Slo("99%", window="1h").report(c).budget.consumed
    ///     1.5
    #[pyo3(
        signature = (series, at=None, policy=None, *, level=Number(0.95), every=None, parts=None, incidents=None),
        text_signature = "($self, series, at=None, policy=None, *, level=0.95, every=None, parts=None, incidents=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "each is a keyword of the Python signature")]
    fn report(
        slf: &Bound<'_, Self>,
        series: Py<CountSeries>,
        at: Option<Instant>,
        policy: Option<Py<AlertPolicy>>,
        level: Number,
        every: Option<Span>,
        parts: Option<Py<PyDict>>,
        incidents: Option<Vec<(String, Instant, Instant)>>,
    ) -> PyResult<Report> {
        let (slo, incidents) = (slf.clone().unbind(), incidents.unwrap_or_default());
        // The report keeps its question: what the caller does to the dict afterwards is none of its business.
        let parts = parts.map(|parts| Ok::<_, PyErr>(parts.bind(slf.py()).copy()?.unbind())).transpose()?;
        Report::new(slf.py(), Question { slo, series, at, policy, level, every, parts, incidents })
    }

    /// The objective as a dict of ``name``, ``objective`` and ``window``.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The objective as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let name = match self.0.label() {
            Some(name) => format!(", name={}", PyString::new(py, name).repr()?),
            None => String::new(),
        };
        guard(|| format!("Slo('{}', window='{}'{name})", self.0.objective(), self.0.window()))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::present("slo_html", slf)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (Objective, Window, Option<&str>)) {
        (py.get_type::<Self>(), (self.objective(), self.window(), self.name()))
    }
}

/// What a budget can be counted from.
#[derive(FromPyObject)]
enum Counted<'py> {
    Series(Bound<'py, CountSeries>),
    Whole(Bound<'py, Counts>),
}
