//! Budget and alerts of one objective as counts come in.

use ::slo::io::from_json;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyType};

use super::policy::AlertPolicy;
use super::records::Alert;
use crate::budget::Budget;
use crate::core::{self, Duplicate, Duration, Error, Late};
use crate::errors::{attempt, detached, guard};
use crate::json;
use crate::series::CountSeries;
use crate::shared::Shared;
use crate::slo::Slo;
use crate::time::{Instant, Span};
use crate::values::{Number, Pair, choice, instants};

const LATE: [(&str, Late); 2] = [("accept", Late::Accept), ("reject", Late::Reject)];

const DUPLICATE: [(&str, Duplicate); 3] =
    [("add", Duplicate::Add), ("reject", Duplicate::Reject), ("replace", Duplicate::Replace)];

/// Budget, burn rates and alerts of one objective as counts come in, in bounded memory.
///
/// Counts are gathered in buckets whose ends are the multiples of ``resolution`` since the Unix epoch. A bucket is open
/// until a count comes for a later one, or until ``advance`` says that its end has come; alerts are decided when a bucket
/// closes, and where a window forgets between buckets. All alerts together are those that ``policy.evaluate`` finds in
/// the series resampled to ``resolution``, bit for bit, for records that come in order. A monitor may be shared by
/// threads; threads that would wait for each other record into monitors of their own, which ``merge`` makes one.
///
/// Args:
///     slo: the objective, an ``Slo``.
///     policy: the policy that raises the alerts, an ``AlertPolicy``.
///     resolution: the length of a bucket, such as ``"1m"``.
///     late: what to do with a record for a bucket that is closed; ``"accept"``: count it where it belongs, without
///         revising past alerts, ``"reject"``: refuse it. One that is older than every window is refused in any case.
///     duplicate: what to do with a second record for a bucket that holds events already; ``"add"`` it, ``"reject"`` it,
///         or let it ``"replace"`` what is there.
///
/// Raises:
///     InvalidParameterError: unless the resolution is positive, or for a choice that is none.
///     LimitExceededError: past 10^8 buckets in the longest window.
///
/// Examples:
///     >>> p = slo.AlertPolicy([slo.BurnRule("2m", "1m", 10)])
///     >>> m = slo.BudgetMonitor(slo.Slo("99%", window="1h"), policy=p, resolution="1m")
///     >>> m.record(20_000_000_000, good=70, total=100)
///     Changes(none)
///     >>> m.record(61_000_000_000, good=100, total=100)
///     Changes(1 began)
///     >>> m.budget().consumed
///     15.0
///     >>> m.advance(120_000_000_000).ended[0].duration
///     datetime.timedelta(seconds=60)
#[pyclass(module = "slo", frozen)]
pub(crate) struct BudgetMonitor(Shared<core::BudgetMonitor>);

impl BudgetMonitor {
    fn of(monitor: core::BudgetMonitor) -> Self {
        Self(Shared::new(monitor))
    }

    fn copied(&self) -> PyResult<core::BudgetMonitor> {
        guard(|| self.0.lock().clone())
    }
}

#[pymethods]
impl BudgetMonitor {
    #[new]
    #[pyo3(signature = (slo, policy, resolution, *, late="accept", duplicate="add"))]
    fn new(slo: &Slo, policy: &AlertPolicy, resolution: Span, late: &str, duplicate: &str) -> PyResult<Self> {
        let late = choice("late", late, &LATE, &[])?;
        let duplicate = choice("duplicate", duplicate, &DUPLICATE, &[])?;
        let monitor = attempt(|| core::BudgetMonitor::new(slo.0.clone(), policy.0.clone(), resolution.0))?;
        Ok(Self::of(monitor.late(late).duplicate(duplicate)))
    }

    /// The objective, an ``Slo``.
    #[getter]
    fn slo(&self) -> Slo {
        Slo(self.0.lock().slo().clone())
    }

    /// The policy, an ``AlertPolicy``.
    #[getter]
    fn policy(&self) -> AlertPolicy {
        AlertPolicy(self.0.lock().policy().clone())
    }

    /// The length of a bucket, a ``timedelta``.
    #[getter]
    fn resolution(&self) -> Span {
        Span(self.0.lock().resolution())
    }

    /// The end of the last closed bucket, up to which alerts are decided, a ``datetime`` in UTC; None if none is.
    #[getter]
    fn decided(&self) -> Option<Instant> {
        self.0.lock().decided().map(Instant)
    }

    /// Counts events at an instant.
    ///
    /// Args:
    ///     at: the instant.
    ///     good: events that counted as good.
    ///     total: all events.
    ///     bad: events that counted as bad. Exactly two of the three are given.
    ///
    /// Returns:
    ///     The ``Changes`` of alerts by the buckets that this closed, and by the time that has passed.
    ///
    /// Raises:
    ///     UnorderedError: for a record that comes late and is refused.
    ///     InvalidParameterError: for a second record for a bucket that is refused.
    ///     InvalidCountError: for a negative count, or a part greater than its total.
    ///     NonFiniteError: for NaN or an infinity.
    ///     OutOfRangeError: past the end of time, or 10^300 events. Nothing is counted if anything is raised.
    #[pyo3(signature = (at, good=None, total=None, *, bad=None))]
    fn record(
        &self,
        at: Instant,
        good: Option<Number>,
        total: Option<Number>,
        bad: Option<Number>,
    ) -> PyResult<Changes> {
        let counts = Pair::new(good, bad, total)?.counts()?;
        attempt(|| self.0.lock().record(at.0, counts)).map(Changes)
    }

    /// Counts events at each instant, one after the other: all of them, or none.
    ///
    /// Args:
    ///     times: the instants, shape (records,).
    ///     good: events that counted as good, shape (records,).
    ///     bad: events that counted as bad, shape (records,).
    ///     total: all events, shape (records,). Exactly two of the three are given.
    ///
    /// Returns:
    ///     The ``Changes`` of alerts by all of them.
    ///
    /// Raises:
    ///     LengthMismatchError: for arrays of unequal length; else as ``record``, with the place of what is no count.
    ///
    /// Examples:
    ///     >>> p = slo.AlertPolicy([slo.BurnRule("2m", "1m", 10)])
    ///     >>> m = slo.BudgetMonitor(slo.Slo("99%", window="1h"), policy=p, resolution="1m")
    ///     >>> m.record_many([1_000_000_000, 61_000_000_000], bad=[30, 0], total=[100, 100])
    ///     Changes(1 began)
    #[pyo3(signature = (times, *, good=None, bad=None, total=None))]
    fn record_many<'py>(
        &self,
        times: &Bound<'py, PyAny>,
        good: Option<Bound<'py, PyAny>>,
        bad: Option<Bound<'py, PyAny>>,
        total: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Changes> {
        let columns = Pair::new(good, bad, total)?.columns()?;
        let pair = columns.slices()?;
        let instants = instants("times", times)?;
        detached(times.py(), || match pair {
            Pair::GoodTotal(good, total) => self.0.lock().record_good_total(&instants, good, total),
            Pair::BadTotal(bad, total) => self.0.lock().record_bad_total(&instants, bad, total),
            Pair::GoodBad(good, bad) => self.0.lock().record_good_bad(&instants, good, bad),
        })
        .map(Changes)
    }

    /// Lets time pass up to an instant: buckets that end by then are closed, and alerts end.
    ///
    /// Time that has passed already passes no more: an earlier instant changes nothing.
    ///
    /// Args:
    ///     at: the instant.
    ///
    /// Returns:
    ///     The ``Changes`` of alerts.
    ///
    /// Raises:
    ///     OutOfRangeError: at the end of time.
    fn advance(&self, at: Instant) -> PyResult<Changes> {
        attempt(|| self.0.lock().advance(at.0)).map(Changes)
    }

    /// The alerts that fire, as far as closed buckets and the time since tell: a list of ``Alert``.
    fn firing(&self) -> PyResult<Vec<Alert>> {
        guard(|| self.0.lock().firing().into_iter().map(Alert).collect())
    }

    /// The budget of everything recorded, of the window that ends with the newest bucket: a ``Budget``.
    fn budget(&self) -> PyResult<Budget> {
        guard(|| self.0.lock().budget()).map(Budget)
    }

    /// The burn rate of each window of the policy, of everything recorded, shortest first: a dict from ``timedelta`` to
    /// the rate, None without traffic.
    fn burn_rates<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let rates = guard(|| self.0.lock().burn_rates())?;
        rates.into_iter().map(|(window, burn)| (Span(window), burn)).into_py_dict(py)
    }

    /// The earliest instant at which an alert begins or ends if nothing more is recorded, rounded up to microseconds.
    ///
    /// Returns:
    ///     A ``datetime`` in UTC: to advance to it changes an alert. None if none ever changes.
    ///
    /// Examples:
    ///     >>> p = slo.AlertPolicy([slo.BurnRule("2m", "90s", 10)])
    ///     >>> m = slo.BudgetMonitor(slo.Slo("99%", window="1h"), policy=p, resolution="1m")
    ///     >>> changes = m.record(60_000_000_000, bad=30, total=100)
    ///     >>> changes = m.advance(60_000_000_000)
    ///     >>> m.next_change().isoformat()
    ///     '1970-01-01T00:02:30+00:00'
    fn next_change(&self) -> PyResult<Option<Instant>> {
        let microsecond = Duration::from_nanos(1_000);
        attempt(|| self.0.lock().next_change().map(|at| at.ceil(microsecond)).transpose())
            .map(|at| at.map(Instant))
    }

    /// The buckets that are kept, the open one included: a ``CountSeries``.
    fn series(&self, py: Python<'_>) -> PyResult<CountSeries> {
        detached(py, || self.0.lock().series()).map(CountSeries::from_core)
    }

    /// Takes in all that another monitor of the same objective, policy and resolution has counted.
    ///
    /// The monitor is then what it would be if all records had come to it; alerts are decided anew.
    ///
    /// Args:
    ///     other: a ``BudgetMonitor``, which stays as it is.
    ///
    /// Returns:
    ///     The ``Changes``: alerts of rules that fire now and did not before, or did and do not any more.
    ///
    /// Raises:
    ///     InvalidParameterError: if objective, policy or resolution differ; nothing is merged then.
    ///
    /// Examples:
    ///     >>> p = slo.AlertPolicy([slo.BurnRule("2m", "1m", 10)])
    ///     >>> one = slo.BudgetMonitor(slo.Slo("99%", window="1h"), policy=p, resolution="1m")
    ///     >>> other = slo.BudgetMonitor(slo.Slo("99%", window="1h"), policy=p, resolution="1m")
    ///     >>> changes = one.record(0, bad=1, total=100), other.record(0, bad=2, total=100)
    ///     >>> one.merge(other)
    ///     Changes(none)
    ///     >>> one.budget().bad, one.budget().total
    ///     (3.0, 200.0)
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<Changes> {
        let other = other.copied()?;
        detached(py, || self.0.lock().merge(&other)).map(Changes)
    }

    /// All that ``restore`` needs to go on from here, as JSON text.
    ///
    /// Examples:
    ///     >>> m = slo.BudgetMonitor(slo.Slo("99%", "1h"), slo.AlertPolicy.google_sre("1h"), "1m")
    ///     >>> slo.BudgetMonitor.restore(m.snapshot()) == m
    ///     True
    fn snapshot(&self) -> PyResult<String> {
        json::text(&self.copied()?)
    }

    /// Goes on from what ``snapshot`` wrote, bit for bit.
    ///
    /// Args:
    ///     snapshot: the JSON text.
    ///
    /// Raises:
    ///     StateError: if it is no such text, was damaged, or was written by another version.
    #[classmethod]
    fn restore(_class: &Bound<'_, PyType>, snapshot: &str) -> PyResult<Self> {
        let resumed =
            attempt(|| from_json(snapshot).map_err(|error| Error::State { reason: error.to_string() }))?;
        Ok(Self::of(resumed))
    }

    fn __eq__(&self, other: &Self) -> PyResult<bool> {
        let other = other.copied()?;
        guard(|| *self.0.lock() == other)
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let monitor = self.0.lock();
            let (slo, resolution) = (monitor.slo(), monitor.resolution());
            let firing = monitor.firing().len();
            let decided = monitor.decided().map_or_else(String::new, |at| format!(", decided until {at}"));
            let consumed = monitor.budget().consumed() * 100.0;
            format!(
                "BudgetMonitor({slo} in {resolution}{decided}: {consumed:.1}% of the budget, {firing} firing)"
            )
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("restore")?, (self.snapshot()?,)))
    }
}

/// The alerts that a record, or time that passed, made begin or end. Without any it is false.
///
/// Args:
///     began: the alerts that began, as they were then.
///     ended: the alerts that ended; one may have begun in the same step.
///
/// Examples:
///     >>> bool(slo.Changes([], []))
///     False
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Changes(core::Changes);

#[pymethods]
impl Changes {
    #[new]
    fn new(began: Vec<Bound<'_, Alert>>, ended: Vec<Bound<'_, Alert>>) -> Self {
        let alerts =
            |alerts: Vec<Bound<'_, Alert>>| alerts.iter().map(|alert| alert.get().0.clone()).collect();
        Self(core::Changes { began: alerts(began), ended: alerts(ended) })
    }

    /// The alerts that began, as they were then, in the order in which they began: a list of ``Alert``.
    #[getter]
    fn began(&self) -> Vec<Alert> {
        self.0.began.iter().cloned().map(Alert).collect()
    }

    /// The alerts that ended, in the order in which they ended: a list of ``Alert``.
    #[getter]
    fn ended(&self) -> Vec<Alert> {
        self.0.ended.iter().cloned().map(Alert).collect()
    }

    /// The changes as a dict of ``began`` and ``ended``.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The changes as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __bool__(&self) -> bool {
        !self.0.is_empty()
    }

    fn __repr__(&self) -> String {
        match (self.0.began.len(), self.0.ended.len()) {
            (0, 0) => "Changes(none)".to_owned(),
            (began, 0) => format!("Changes({began} began)"),
            (0, ended) => format!("Changes({ended} ended)"),
            (began, ended) => format!("Changes({began} began, {ended} ended)"),
        }
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (Vec<Alert>, Vec<Alert>)) {
        (py.get_type::<Self>(), (self.began(), self.ended()))
    }
}
