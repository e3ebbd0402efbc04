//! What an engineer would paste into an incident channel.

use ::slo::{Incident, Part, ReportOptions, Signal};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};

use crate::alert::policy::AlertPolicy;
use crate::alert::records::Detection;
use crate::alert::timeline::AlertTimeline;
use crate::anomaly::verdict::Verdict;
use crate::budget::Budget;
use crate::core;
use crate::counts::Counts;
use crate::errors::{attempt, detached, guard};
use crate::forecast::exhaustion::Exhaustion;
use crate::history::History;
use crate::interval::Interval;
use crate::json;
use crate::python;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::slo_generator::SloGenerator;
use crate::time::{Instant, Span};
use crate::values::{Number, choice, count, whole, word};

/// The state of one objective at one instant, and how it came to it.
///
/// Made by ``Slo.report``. Its ``str`` is the report as text for a terminal; a report pickles as the question that it
/// answers.
///
/// Examples:
///     >>> c = slo.CountSeries.regular(0, "1m", bad=[0] * 50 + [4] * 10, total=[100] * 60)
///     >>> r = slo.Slo("99%", window="1h", name="checkout").report(c)
///     >>> r.budget
///     Budget(sli=0.9933333333333333, consumed=66.7%, remaining=20 of 60, met)
///     >>> str(r).splitlines()[0]
///     'checkout: 99% over 1h, at 1970-01-01 00:59:00 UTC'
#[pyclass(module = "slo", frozen)]
pub(crate) struct Report {
    report: ::slo::Report,
    question: Question,
}

/// The arguments of `Slo.report`, which make the same report again.
pub(crate) struct Question {
    pub(crate) slo: Py<Slo>,
    pub(crate) series: Py<CountSeries>,
    pub(crate) at: Option<Instant>,
    pub(crate) policy: Option<Py<AlertPolicy>>,
    pub(crate) level: Number,
    pub(crate) every: Option<Span>,
    pub(crate) parts: Option<Py<PyDict>>,
    pub(crate) incidents: Vec<(String, Instant, Instant)>,
}

impl Question {
    fn options(&self, py: Python<'_>) -> PyResult<ReportOptions> {
        let mut parts = Vec::new();
        for (name, counts) in self.parts.iter().flat_map(|parts| parts.bind(py).iter()) {
            let counts = counts.cast::<CountSeries>()?.get().series.clone();
            parts.push(Part { name: name.extract()?, counts });
        }
        let incident = |(name, begin, end): &(String, Instant, Instant)| Incident {
            name: name.clone(),
            begin: begin.0,
            end: end.0,
        };
        let incidents: Vec<Incident> = self.incidents.iter().map(incident).collect();
        attempt(|| {
            let options = ReportOptions::new().level(self.level.0)?.parts(parts).incidents(incidents)?;
            let options = self.at.into_iter().fold(options, |options, at| options.at(at.0));
            let policy = self.policy.as_ref().map(|policy| policy.get().0.clone());
            let options = policy.into_iter().fold(options, ReportOptions::policy);
            self.every.into_iter().try_fold(options, |options, every| options.every(every.0))
        })
    }
}

impl Report {
    pub(crate) fn new(py: Python<'_>, question: Question) -> PyResult<Self> {
        let options = question.options(py)?;
        let (slo, series) = (&question.slo.get().0, &question.series.get().series);
        let report = detached(py, || ::slo::Report::new(slo, series, &options))?;
        Ok(Self { report, question })
    }
}

#[pymethods]
impl Report {
    /// The objective, an ``Slo``.
    #[getter]
    fn slo(&self, py: Python<'_>) -> Py<Slo> {
        self.question.slo.clone_ref(py)
    }

    /// The instant that the report speaks of, a ``datetime`` in UTC.
    #[getter]
    fn at(&self) -> Instant {
        Instant(self.report.at)
    }

    /// The budget of the window that ends there, a ``Budget``.
    #[getter]
    fn budget(&self) -> Budget {
        Budget(self.report.budget)
    }

    /// Wilson's interval for the SLI, an ``Interval``; None without traffic.
    #[getter]
    fn sli_interval(&self) -> Option<Interval> {
        self.report.sli_interval.map(Interval)
    }

    /// The same interval for the consumed share of the budget; None without traffic.
    #[getter]
    fn consumed_interval(&self) -> Option<Interval> {
        self.report.consumed_interval.map(Interval)
    }

    /// The share of the window that counts cover, 0 to 1.
    #[getter]
    fn coverage(&self) -> f64 {
        self.report.coverage
    }

    /// The policy that the alerts follow, an ``AlertPolicy``.
    #[getter]
    fn policy(&self) -> AlertPolicy {
        AlertPolicy(self.report.policy.clone())
    }

    /// slo-generator's reports of the long windows of a policy's rules, each with the rule's factor as its threshold.
    ///
    /// Args:
    ///     policy: an ``AlertPolicy`` whose long windows the report has; its own if None.
    ///     compat: True for every field bit for bit as there, mistakes included; False for what they should be.
    ///     **options: what else ``slo.io.SloGenerator`` takes.
    ///
    /// Returns:
    ///     A list of dicts, one for each rule.
    ///
    /// Raises:
    ///     InvalidParameterError: for a window that the report does not have; as ``slo.io.SloGenerator``.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1m", bad=[1] * 60, total=[100] * 60)
    ///     >>> reports = slo.Slo("99.9%", window="30d").report(c).to_slo_generator(compat=False)
    ///     >>> [(r["error_budget_policy_step_name"], round(r["error_budget_burn_rate"], 9)) for r in reports]
    ///     [('1h', 10.0), ('6h', 10.0), ('1d', 10.0), ('3d', 10.0)]
    #[pyo3(signature = (policy=None, *, compat=true, **options))]
    fn to_slo_generator<'py>(
        &self,
        py: Python<'py>,
        policy: Option<&AlertPolicy>,
        compat: bool,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let rules = policy.map_or(&self.report.policy, |policy| &policy.0).rules();
        let report = |rule: &core::BurnRule| {
            let of = |burn: &&::slo::WindowBurn| burn.window == rule.long();
            let budget = attempt(|| {
                let found = self.report.burn_rates.iter().find(of);
                let refusal =
                    || core::Error::invalid("policy", rule, "its long window is none of the report's");
                let counts = found.ok_or_else(refusal)?.counts;
                let window = core::Window::rolling(rule.long())?;
                Ok(core::Slo::new(self.report.slo.objective(), window).budget(counts))
            })?;
            let step = PyString::new(py, &rule.long().to_string());
            let threshold = Number(rule.factor().to_f64());
            SloGenerator::of_budget(py, &budget, threshold, &step, compat, options)
        };
        rules.iter().map(report).collect()
    }

    /// The burn rate of every window that the policy looks at and of the objective's own, shortest first: a list of
    /// ``WindowBurn``.
    #[getter]
    fn burn_rates(&self) -> Vec<WindowBurn> {
        self.report.burn_rates.iter().copied().map(WindowBurn).collect()
    }

    /// The alerts up to the instant, an ``AlertTimeline``.
    #[getter]
    fn timeline(&self, py: Python<'_>) -> PyResult<AlertTimeline> {
        let policy = Bound::new(py, self.policy())?;
        let series = attempt(|| self.question.series.get().series.until(self.report.at))?;
        let series = Bound::new(py, CountSeries::from_core(series))?;
        let timeline = self.report.timeline.clone();
        Ok(AlertTimeline::known(timeline, &policy, self.question.slo.bind(py), &series, None))
    }

    /// The alerts in the order in which they began, a list of ``Alert``.
    #[getter]
    fn alerts(&self) -> Vec<crate::alert::records::Alert> {
        self.report.timeline.alerts().iter().cloned().map(crate::alert::records::Alert).collect()
    }

    /// The budget over time, a ``History``.
    #[getter]
    fn history(&self, py: Python<'_>) -> PyResult<History> {
        History::new(py, self.question.slo.get().clone(), self.report.history.clone())
    }

    /// Which part burnt how much of the budget, the greatest first: a list of ``Share``; empty without parts.
    #[getter]
    fn shares(&self) -> Vec<Share> {
        self.report.shares.iter().cloned().map(Share).collect()
    }

    /// When traffic and errors were unlike what they had just been: a list of ``Anomaly``.
    #[getter]
    fn anomalies(&self) -> Vec<Anomaly> {
        self.report.anomalies.iter().cloned().map(Anomaly).collect()
    }

    /// When the budget runs out if events go on coming as of late, a ``forecast.Exhaustion``; None where a single
    /// record does not say how fast they come.
    #[getter]
    fn exhaustion(&self) -> Option<Exhaustion> {
        self.report.exhaustion.clone().map(Exhaustion)
    }

    /// How each of the known incidents was noticed: a list of name, begin, end and ``Detection``.
    #[getter]
    fn incidents(&self) -> Vec<(String, Instant, Instant, Detection)> {
        let incident = |(incident, detection): &(Incident, core::Detection)| {
            (incident.name.clone(), Instant(incident.begin), Instant(incident.end), Detection(*detection))
        };
        self.report.incidents.iter().map(incident).collect()
    }

    /// Stretches without any traffic: a list of begin and end.
    #[getter]
    fn quiet(&self) -> Vec<(Instant, Instant)> {
        self.report.quiet.iter().map(|(begin, end)| (Instant(*begin), Instant(*end))).collect()
    }

    /// The whole report as a dict; instants and durations as text, None for NaN.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.report)
    }

    /// The whole report as JSON text; null for NaN.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.report)
    }

    /// The report as one self-contained HTML page with plots.
    ///
    /// Args:
    ///     title: the page's title; the objective if None.
    #[pyo3(signature = (title=None))]
    fn to_html(&self, title: Option<&str>) -> PyResult<String> {
        let title = title.map_or_else(|| self.report.slo.to_string(), str::to_owned);
        attempt(|| ::slo::page::render(&title, std::slice::from_ref(&self.report)))
    }

    /// The consumed share of the budget over time, drawn with matplotlib.
    ///
    /// Args:
    ///     ax: the ``Axes`` to draw on; those of a new figure if None.
    ///
    /// Raises:
    ///     UnsupportedError: if matplotlib is not installed.
    #[pyo3(signature = (ax=None))]
    fn plot<'py>(&self, py: Python<'py>, ax: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        python::call(py, "slo._present", "plot_history", (self.history(py)?, ax))
    }

    fn __str__(&self) -> PyResult<String> {
        guard(|| self.report.to_string())
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| format!("Report({}, at {}, {})", self.report.slo, self.report.at, self.report.budget))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::present("report_html", slf)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.report == other.report
    }

    #[classmethod]
    #[allow(clippy::too_many_arguments, reason = "the arguments of Slo.report")]
    fn _restore(
        class: &Bound<'_, PyType>,
        slo: Py<Slo>,
        series: Py<CountSeries>,
        at: Option<Instant>,
        policy: Option<Py<AlertPolicy>>,
        level: Number,
        every: Option<Span>,
        parts: Option<Py<PyDict>>,
        incidents: Vec<(String, Instant, Instant)>,
    ) -> PyResult<Self> {
        Self::new(class.py(), Question { slo, series, at, policy, level, every, parts, incidents })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let Question { slo, series, at, policy, level, every, parts, incidents } = &self.question;
        let nanos = |instant: &Instant| instant.0.nanos();
        let incidents: Vec<_> =
            incidents.iter().map(|(name, begin, end)| (name, nanos(begin), nanos(end))).collect();
        let policy = policy.as_ref().map(|policy| policy.clone_ref(py));
        let parts = parts.as_ref().map(|parts| parts.clone_ref(py));
        let at = at.as_ref().map(nanos);
        let state = (slo.clone_ref(py), series.clone_ref(py), at, policy, level.0, *every, parts, incidents);
        Ok((py.get_type::<Self>().getattr("_restore")?, state.into_pyobject(py)?))
    }
}

/// The burn rate over one window.
///
/// Args:
///     window: the window's length.
///     counts: what it holds, as the objective sees it.
///     burn: its burn rate; None without traffic.
///     limit: the lowest factor that a rule compares it with; None for a window that no rule looks at.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct WindowBurn(::slo::WindowBurn);

#[pymethods]
impl WindowBurn {
    #[new]
    fn new(window: Span, counts: &Counts, burn: Option<Number>, limit: Option<Number>) -> Self {
        let [burn, limit] = [burn, limit].map(|number| number.map(|Number(number)| number));
        Self(::slo::WindowBurn { window: window.0, counts: counts.0, burn, limit })
    }

    /// The window's length, a ``timedelta``.
    #[getter]
    fn window(&self) -> Span {
        Span(self.0.window)
    }

    /// What it holds, as the objective sees it, ``Counts``.
    #[getter]
    fn counts(&self) -> Counts {
        Counts(self.0.counts)
    }

    /// Its burn rate; None without traffic.
    #[getter]
    fn burn(&self) -> Option<f64> {
        self.0.burn
    }

    /// The lowest factor that a rule compares it with; None for a window that no rule looks at.
    #[getter]
    fn limit(&self) -> Option<f64> {
        self.0.limit
    }

    fn __repr__(&self) -> String {
        let burn = self.0.burn.map_or_else(|| "no traffic".to_owned(), |burn| format!("{burn:.2}"));
        let limit = self.0.limit.map_or_else(String::new, |limit| format!(", limit {limit}"));
        format!("WindowBurn({}: {burn}{limit})", self.0.window)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, Bound<'py, PyTuple>)> {
        let state =
            (self.0.window.to_string(), self.counts(), self.0.burn, self.0.limit).into_pyobject(py)?;
        Ok((py.get_type::<Self>(), state))
    }
}

/// A stretch of intervals in which traffic or errors were unlike what they had been before each.
///
/// Args:
///     signal: ``"traffic"`` or ``"errors"``.
///     begin: the begin of the first interval.
///     end: the end of the last interval.
///     intervals: how many of its intervals were unusual.
///     worst: the verdict on the most unusual of them, an ``anomaly.Verdict``.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Anomaly(::slo::Anomaly);

#[pymethods]
impl Anomaly {
    #[new]
    fn new(
        signal: &str,
        begin: Instant,
        end: Instant,
        #[pyo3(from_py_with = whole)] intervals: i64,
        worst: &Verdict,
    ) -> PyResult<Self> {
        let (signal, intervals) = (choice("signal", signal, &SIGNALS, &[])?, count("intervals", intervals)?);
        Ok(Self(::slo::Anomaly { signal, begin: begin.0, end: end.0, intervals, worst: worst.0 }))
    }

    /// What was unusual: ``"traffic"``, the number of events, or ``"errors"``, the share of them that was bad.
    #[getter]
    fn signal(&self) -> &'static str {
        word(&self.0.signal, &SIGNALS)
    }

    /// The begin of the first interval, a ``datetime`` in UTC.
    #[getter]
    fn begin(&self) -> Instant {
        Instant(self.0.begin)
    }

    /// The end of the last interval, a ``datetime`` in UTC.
    #[getter]
    fn end(&self) -> Instant {
        Instant(self.0.end)
    }

    /// How many of its intervals were unusual.
    #[getter]
    fn intervals(&self) -> usize {
        self.0.intervals
    }

    /// The verdict on the most unusual interval, an ``anomaly.Verdict``.
    #[getter]
    fn worst(&self) -> Verdict {
        Verdict(self.0.worst)
    }

    /// What happened, in a sentence.
    fn explain(&self) -> PyResult<String> {
        guard(|| self.0.explain())
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| format!("Anomaly({} at {}, {} intervals)", self.0.signal, self.0.begin, self.0.intervals))
    }

    #[allow(clippy::type_complexity, reason = "a class and its arguments")]
    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> (Bound<'py, PyType>, (&'static str, i64, i64, usize, Verdict)) {
        let (begin, end) = (self.0.begin.nanos(), self.0.end.nanos());
        (py.get_type::<Self>(), (self.signal(), begin, end, self.0.intervals, self.worst()))
    }
}

const SIGNALS: [(&str, Signal); 2] = [("traffic", Signal::Traffic), ("errors", Signal::Errors)];

/// What one part of the traffic contributed.
///
/// Args:
///     name: the part's name.
///     counts: its counts in the window.
///     of_bad: its share of all bad events.
///     consumed: the share of the whole budget that it consumed.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Share(pub(crate) ::slo::Share);

#[pymethods]
impl Share {
    #[new]
    fn new(name: String, counts: &Counts, of_bad: Number, consumed: Number) -> Self {
        Self(::slo::Share { name, counts: counts.0, of_bad: of_bad.0, consumed: consumed.0 })
    }

    /// The part's name.
    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    /// Its counts in the window, a ``Counts``.
    #[getter]
    fn counts(&self) -> Counts {
        Counts(self.0.counts)
    }

    /// Its share of all bad events; the shares of all parts make up one.
    #[getter]
    fn of_bad(&self) -> f64 {
        self.0.of_bad
    }

    /// The share of the whole budget that it consumed.
    #[getter]
    fn consumed(&self) -> f64 {
        self.0.consumed
    }

    /// How many more events were bad than the part's own traffic allowed; negative for one that left some over.
    ///
    /// ``bad - (1 - target) * total``, rounded once; those of all parts add up to what the whole overspent.
    ///
    /// Args:
    ///     budget: the ``Budget`` whose objective allows them.
    ///
    /// Examples:
    ///     >>> budget = slo.Slo("99%", "1h").budget(bad=40, total=10_000)
    ///     >>> write, read = slo.correlate.shares(budget, {"read": (10, 9_000), "write": (30, 1_000)})
    ///     >>> write.excess(budget), read.excess(budget), budget.remaining
    ///     (20.0, -80.0, 60.0)
    fn excess(&self, budget: &Budget) -> PyResult<f64> {
        guard(|| self.0.excess(&budget.0))
    }

    fn __repr__(&self) -> String {
        let ::slo::Share { name, counts, of_bad, .. } = &self.0;
        format!("Share({name}: {} bad, {:.1}% of the errors)", counts.bad(), of_bad * 100.0)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (String, Counts, f64, f64)) {
        (py.get_type::<Self>(), (self.0.name.clone(), self.counts(), self.0.of_bad, self.0.consumed))
    }
}

/// Several reports as one self-contained HTML page with plots.
///
/// Args:
///     title: the page's title.
///     reports: the reports, a list of ``Report``.
///
/// Returns:
///     The page as text, without a reference to anything outside it.
#[pyfunction]
pub(crate) fn page(title: &str, reports: Vec<PyRef<'_, Report>>) -> PyResult<String> {
    let reports: Vec<::slo::Report> = reports.iter().map(|report| report.report.clone()).collect();
    attempt(|| ::slo::page::render(title, &reports))
}
