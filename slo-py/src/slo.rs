//! A target held over a window.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::alert::policy::AlertPolicy;
use crate::budget::Budget;
use crate::core::{self, MethodKind, Zone};
use crate::counts::Counts;
use crate::errors::{attempt, detached, guard, shown};
use crate::exclusion::{Adjustment, Exclusion, Straddling};
use crate::history::History;
use crate::objective::{Objective, Target};
use crate::python;
use crate::record::record_class;
use crate::report::{Question, Report};
use crate::series::CountSeries;
use crate::slices::SliceReport;
use crate::time::{Instant, Span};
use crate::values::{Number, Pair, Row, Share, choice, word};
use crate::window::{Length, TimeZone, Window};

/// A target held over a window, and the name it goes by.
///
/// Args:
///     objective: the target, such as ``"99.9%"``, ``0.999`` or an ``Objective``.
///     window: the window, such as ``"30d"`` or a ``Window``.
///     name: the name that reports call it by.
///     method: how events spend the budget. ``"occurrences"``: every event weighs the same. ``"timeslices"``: every
///         slice of time does, and is good or bad as a whole. ``"ratio_timeslices"``: every slice does, and is as bad
///         as the share of its events that are bad.
///     slice: the length of a slice, for both methods of slices; slices are anchored at the Unix epoch.
///     slice_target: the share of its events that makes a slice good, for ``"timeslices"``; ``"95%"`` or 0.95, up to 1.
///     no_data: what a slice without events is: ``"skip"``, neither good nor bad; ``"good"``; or ``"bad"``.
///
/// Raises:
///     InvalidParameterError: for a target, a window, a slice or a choice that is none.
///
/// Examples:
///     >>> s = slo.Slo("99.9%", window="30d", name="checkout")
///     >>> s.budget(good=998_700, total=1_000_000).consumed
///     1.3
///     >>> s = slo.Slo("99.9%", window="30d", method="timeslices", slice="1m", slice_target="95%")
///     >>> s.budget(bad=12, total=43_200).remaining
///     31.2
#[pyclass(module = "slo", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Slo(pub(crate) core::Slo);

record_class! { Slo(core::Slo): "The objective" as "a dict of what it was made from" {
    #[new]
    #[pyo3(
        signature = (
            objective, window, name=None, *, method="occurrences", slice=None, slice_target=None, no_data="skip"
        )
    )]
    #[allow(clippy::too_many_arguments, reason = "each is a keyword of the Python signature")]
    fn new(
        objective: Target,
        window: Length,
        name: Option<&str>,
        method: &str,
        slice: Option<Span>,
        slice_target: Option<Share>,
        no_data: &str,
    ) -> PyResult<Self> {
        let method = choice("method", method, &METHODS, &[])?;
        let method = attempt(|| method.with(slice.map(|slice| slice.0), slice_target.map(|share| share.0)))?;
        let no_data = choice("no_data", no_data, &NO_DATA, &[])?;
        let slo = attempt(|| core::Slo::new(objective.0, window.0).no_data(no_data).method(method))?;
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

    /// What the objective does not count: a list of ``Exclusion``, in the order in which it was said.
    #[getter]
    fn exclusions(&self) -> Vec<Exclusion> {
        self.0.exclusions().iter().cloned().map(Exclusion).collect()
    }

    /// The corrections of what was counted: a list of ``Adjustment``, in the order in which they were said.
    #[getter]
    fn adjustments(&self) -> Vec<Adjustment> {
        self.0.adjustments().iter().cloned().map(Adjustment).collect()
    }

    /// The same objective without a time, such as maintenance: a new ``Slo``.
    ///
    /// Counts at ``begin < t <= end`` are taken away, and that time from what coverage expects.
    ///
    /// Args:
    ///     begin: when it begins.
    ///     end: when it ends.
    ///     rrule: when it comes again, of RFC 5545's parts FREQ (HOURLY to YEARLY), INTERVAL, COUNT or UNTIL, and BYDAY.
    ///     reason: why, for reports.
    ///     tz: the time zone on whose clocks it comes again, by its IANA name or a ``ZoneInfo``.
    ///
    /// Raises:
    ///     InvalidParameterError: unless it ends after it begins, or for a rule that is none.
    ///     UnsupportedError: for a part of RFC 5545 that is not read, by its name.
    ///     UnknownTimeZoneError: for a name that is no time zone.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1s", bad=[0, 9, 9, 1], total=[10] * 4)
    ///     >>> s = slo.Slo("90%", window="1h").exclude(0, 2_000_000_000, reason="upgrade")
    ///     >>> s.budget(c)
    ///     Budget(sli=0.95, consumed=50.0%, remaining=1 of 2, met)
    #[pyo3(
        signature = (begin, end, rrule=None, reason="maintenance", *, tz=TimeZone(Zone::UTC)),
        text_signature = "($self, begin, end, rrule=None, reason='maintenance', *, tz='UTC')"
    )]
    fn exclude(
        &self,
        begin: Instant,
        end: Instant,
        rrule: Option<&str>,
        reason: &str,
        tz: TimeZone,
    ) -> PyResult<Self> {
        let exclusion = Exclusion::new(begin, end, rrule, reason, tz)?;
        guard(|| Self(self.0.clone().exclude(exclusion.0)))
    }

    /// The same objective with a correction of what was counted at an instant: a new ``Slo``.
    ///
    /// It changes the record that counted the instant; where none did, it becomes a record of its own.
    ///
    /// Args:
    ///     at: the instant.
    ///     good: good events to be added, or taken away where negative.
    ///     bad: bad events to be added, or taken away where negative.
    ///     reason: why, for reports.
    ///
    /// Raises:
    ///     NonFiniteError: for NaN or an infinity.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1s", bad=[0, 9], total=[100, 100])
    ///     >>> slo.Slo("99%", window="1h").adjust(at=1_000_000_000, bad=-7).budget(c).bad
    ///     2.0
    #[pyo3(
        signature = (*, at, good=Number(0.0), bad=Number(0.0), reason="correction"),
        text_signature = "($self, *, at, good=0.0, bad=0.0, reason='correction')"
    )]
    fn adjust(&self, at: Instant, good: Number, bad: Number, reason: &str) -> PyResult<Self> {
        let adjustment = Adjustment::new(at, good, bad, reason)?;
        guard(|| Self(self.0.clone().adjust(adjustment.0)))
    }

    /// The time within ``(begin, end]`` that the objective does not count.
    ///
    /// Returns:
    ///     A list of begin and end, in order, that neither overlap nor touch.
    fn excluded(&self, py: Python<'_>, begin: Instant, end: Instant) -> PyResult<Vec<(Instant, Instant)>> {
        let spans = py.detach(|| guard(|| self.0.excluded(begin.0, end.0)))?;
        Ok(spans.into_iter().map(|(begin, end)| (Instant(begin), Instant(end))).collect())
    }

    /// The records that an exclusion begins or ends within, a list of ``Straddling``: each is taken away or kept whole.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1m", bad=[0] * 3, total=[10] * 3)
    ///     >>> s = slo.Slo("99%", window="1h").exclude(30_000_000_000, 120_000_000_000, reason="upgrade")
    ///     >>> [record.at.minute for record in s.straddling(c)]
    ///     [1]
    fn straddling(&self, py: Python<'_>, series: &CountSeries) -> PyResult<Vec<Straddling>> {
        let found = py.detach(|| guard(|| self.0.straddling(&series.series)))?;
        Ok(found.into_iter().map(Straddling).collect())
    }

    /// The share of the window at an instant, as far as it has passed, that counts cover; excluded time is not expected.
    ///
    /// Args:
    ///     series: the counts.
    ///     at: the instant; the series' last one if None.
    #[pyo3(signature = (series, at=None))]
    fn coverage(&self, py: Python<'_>, series: &CountSeries, at: Option<Instant>) -> PyResult<f64> {
        let at = at.map(|at| at.0).or(series.series.last()).unwrap_or_default();
        py.detach(|| guard(|| self.0.coverage(&series.series, at)))
    }

    /// How events spend the budget: ``"occurrences"``, ``"timeslices"`` or ``"ratio_timeslices"``.
    #[getter]
    fn method(&self) -> &'static str {
        method_word(self.0.budgeting())
    }

    /// The length of a slice, a ``timedelta``; None by occurrences.
    #[getter]
    fn slice(&self) -> Option<Span> {
        self.0.budgeting().slice().map(Span)
    }

    /// The share of its events that makes a slice good, as exact text; None unless by time slices.
    #[getter]
    fn slice_target(&self) -> PyResult<Option<String>> {
        self.0.budgeting().slice_target().map(|target| shown(&target)).transpose()
    }

    /// What a slice without events is: ``"skip"``, ``"good"`` or ``"bad"``.
    #[getter]
    fn no_data(&self) -> &'static str {
        word(&self.0.empty_slices(), &NO_DATA)
    }

    /// What each slice was of the period that holds an instant, as far as it is over then.
    ///
    /// Args:
    ///     series: the counts, a ``CountSeries``.
    ///     at: the instant; the last one of the series if None.
    ///
    /// Returns:
    ///     A ``SliceReport``.
    ///
    /// Raises:
    ///     InvalidParameterError: by occurrences, which have no slices.
    ///     TooShortError: for an empty series without an instant.
    ///     LimitExceededError: past 10^7 slices.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(60_000_000_000, "1m", bad=[5, 6, 6], total=[100, 100, 100])
    ///     >>> s = slo.Slo("99%", window="3m", method="timeslices", slice="1m", slice_target="95%")
    ///     >>> s.slices(c).mask
    ///     array([False,  True,  True])
    #[pyo3(signature = (series, at=None))]
    fn slices(&self, py: Python<'_>, series: &CountSeries, at: Option<Instant>) -> PyResult<SliceReport> {
        let series = &series.series;
        let report = detached(py, || {
            let at = at.map(|at| at.0).or(series.last());
            let at = at.ok_or(core::Error::TooShort { name: "series", len: 0, needed: 1 })?;
            self.0.slices(series, at)
        })?;
        SliceReport::new(py, report)
    }

    /// The error budget of a window in which these events were counted; by a method of slices, these slices.
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
        incidents: Option<Vec<Row<(String, Instant, Instant)>>>,
    ) -> PyResult<Report> {
        let slo = slf.clone().unbind();
        let incidents = incidents.unwrap_or_default().into_iter().map(|Row(incident)| incident).collect();
        // The report keeps its question: what the caller does to the dict afterwards is none of its business.
        let parts = parts.map(|parts| Ok::<_, PyErr>(parts.bind(slf.py()).copy()?.unbind())).transpose()?;
        Report::new(slf.py(), Question { slo, series, at, policy, level, every, parts, incidents })
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let name = match self.0.label() {
            Some(name) => format!(", name={}", PyString::new(py, name).repr()?),
            None => String::new(),
        };
        let window = match self.0.window().follows() {
            None => format!("'{}'", shown(&self.0.window())?),
            Some(_) => self.window().__repr__()?,
        };
        let count = |kind: &str, count: usize| match count {
            0 => String::new(),
            1 => format!(", 1 {kind}"),
            count => format!(", {count} {kind}s"),
        };
        let exclusions = count("exclusion", self.0.exclusions().len());
        let adjustments = count("adjustment", self.0.adjustments().len());
        guard(|| {
            let used = self.0.budgeting();
            let word = method_word(used);
            let slice = used.slice().map_or_else(String::new, |s| format!(", method='{word}', slice='{s}'"));
            let target = used.slice_target().map_or_else(String::new, |t| format!(", slice_target='{t}'"));
            let no_data = match self.0.empty_slices() {
                core::NoData::Skip => String::new(),
                _ => format!(", no_data='{}'", self.no_data()),
            };
            let method = [slice, target, no_data].concat();
            format!("Slo('{}', window={window}{name}{method}{exclusions}{adjustments})", self.0.objective())
        })
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::present("slo_html", slf)
    }
} }

const METHODS: [(&str, MethodKind); 3] = [
    ("occurrences", MethodKind::Occurrences),
    ("timeslices", MethodKind::Timeslices),
    ("ratio_timeslices", MethodKind::RatioTimeslices),
];

const NO_DATA: [(&str, core::NoData); 3] =
    [("skip", core::NoData::Skip), ("good", core::NoData::Good), ("bad", core::NoData::Bad)];

/// The word for a method.
pub(crate) fn method_word(method: core::Method) -> &'static str {
    word(&method.kind(), &METHODS)
}

/// What a budget can be counted from.
#[derive(FromPyObject)]
enum Counted<'py> {
    Series(Bound<'py, CountSeries>),
    Whole(Bound<'py, Counts>),
}
