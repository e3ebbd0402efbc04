//! A test for low traffic that may be looked at after every event.

use ::slo::io::from_json;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::core::{self, Error, Figure, Restart};
use crate::counts::Counts;
use crate::errors::{attempt, guard};
use crate::json;
use crate::objective::Objective;
use crate::shared::Shared;
use crate::slo::Slo;
use crate::values::{Number, choice};

const RESTARTS: [(&str, Restart); 2] = [("never", Restart::Never), ("when-cleared", Restart::WhenCleared)];

/// A test of whether more goes wrong than the budget allows, that may be asked after every event.
///
/// Each event is evidence: the e-value is the likelihood of all events at a burn of ``power_at`` over that at a burn of 1.
/// Nothing is rounded away by a window, and the promise holds however often one looks and whenever one stops. May be
/// shared by threads.
///
/// Args:
///     slo: the objective whose budget is tested.
///     alpha: with ``restart="never"``: the probability of ever raising a false alarm, in (0, 1). With
///         ``restart="when-cleared"``: one over the mean number of observations between false alarms, at least.
///     power_at: the burn rate that is found quickest, above 1 and below 1 / budget; one below about
///         ``(power_at - 1) / ln(power_at)`` need never be noticed.
///     restart: ``"never"`` for one question with a beginning, such as a release: evidence for the budget counts against
///         a later alarm. ``"when-cleared"`` to watch a service: the test begins anew whenever all evidence speaks for the
///         budget.
///     design_effect: how many bad events come of one cause, at least 1.
///
/// Raises:
///     InvalidParameterError: for an ``alpha``, a ``power_at``, a ``restart`` or a ``design_effect`` that is none.
///
/// Examples:
///     >>> test = slo.SequentialTest(slo.Slo("99%", window="30d"), alpha=0.01, power_at=10.0)
///     >>> test.observe(bad=1, total=10)
///     SequentialVerdict(alarm=False, e_value=4.24, p_value=0.236)
///     >>> test.observe(bad=3, total=30).alarm
///     True
#[pyclass(module = "slo", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct SequentialTest(Shared<core::SequentialTest>);

#[pymethods]
impl SequentialTest {
    #[new]
    #[pyo3(
        signature = (slo, alpha, power_at, *, restart="never", design_effect=Number(1.0)),
        text_signature = "(slo, alpha, power_at, *, restart='never', design_effect=1.0)"
    )]
    fn new(
        slo: &Slo,
        alpha: Number,
        power_at: Number,
        restart: &str,
        design_effect: Number,
    ) -> PyResult<Self> {
        let restart = choice("restart", restart, &RESTARTS, &[])?;
        let test = attempt(|| {
            core::SequentialTest::new(&slo.0, alpha.0, power_at.0)?.design_effect(design_effect.0)
        })?;
        Ok(Self(Shared::new(test.restart(restart))))
    }

    /// Takes events in, and says what all of them are evidence of. No event at all changes nothing.
    ///
    /// Args:
    ///     bad: events that counted as bad.
    ///     total: all events. Counts need not be whole, but must not be scaled up: one event of a sample is one event.
    ///
    /// Returns:
    ///     A ``SequentialVerdict``.
    ///
    /// Raises:
    ///     NonFiniteError: for NaN or an infinity; nothing is taken in.
    ///     InvalidCountError: for a negative count, or more bad events than events.
    ///     OutOfRangeError: past 10^300 events.
    ///
    /// Examples:
    ///     >>> test = slo.SequentialTest(slo.Slo("99.9%", window="30d"), 0.01, 10.0)
    ///     >>> [test.observe(bad, 1).alarm for bad in (1, 1)]
    ///     [False, True]
    fn observe(&self, bad: Number, total: Number) -> PyResult<SequentialVerdict> {
        attempt(|| self.0.lock().observe(bad.0, total.0)).map(SequentialVerdict)
    }

    /// Forgets all events, and the alarm: what the promise speaks of begins here.
    ///
    /// Examples:
    ///     >>> test = slo.SequentialTest(slo.Slo("99.9%", window="30d"), 0.01, 10.0)
    ///     >>> test.observe(5, 5).alarm, test.reset(), test.alarm
    ///     (True, None, False)
    fn reset(&self) {
        self.0.lock().reset();
    }

    /// What the events so far are evidence of, a ``SequentialVerdict``.
    #[getter]
    fn verdict(&self) -> PyResult<SequentialVerdict> {
        guard(|| self.0.lock().verdict()).map(SequentialVerdict)
    }

    /// Whether the evidence has reached ``1 / alpha`` since the last reset.
    #[getter]
    fn alarm(&self) -> PyResult<bool> {
        guard(|| self.0.lock().alarm())
    }

    /// The e-value of all events since the last reset, at most the greatest float.
    #[getter]
    fn e_value(&self) -> PyResult<f64> {
        guard(|| self.0.lock().e_value())
    }

    /// The logarithm of the e-value.
    #[getter]
    fn ln_e_value(&self) -> PyResult<f64> {
        guard(|| self.0.lock().ln_e_value())
    }

    /// The always-valid p-value: one over the greatest e-value since the last reset.
    #[getter]
    fn p_value(&self) -> PyResult<f64> {
        guard(|| self.0.lock().p_value())
    }

    /// The logarithm of the detector: the evidence of the events since it last spoke for the budget; 0 where there is none.
    #[getter]
    fn ln_detector(&self) -> PyResult<f64> {
        guard(|| self.0.lock().ln_detector())
    }

    /// The counts since the last reset, a ``Counts``.
    #[getter]
    fn counts(&self) -> Counts {
        Counts(self.0.lock().counts())
    }

    /// How often events were observed since the last reset.
    #[getter]
    fn observations(&self) -> u64 {
        self.0.lock().observations()
    }

    /// The burn rate above which evidence grows; one below it need never be noticed.
    #[getter]
    fn least_burn(&self) -> PyResult<f64> {
        guard(|| self.0.lock().least_burn())
    }

    /// The target whose budget is tested, an ``Objective``.
    #[getter]
    fn objective(&self) -> Objective {
        Objective(self.0.lock().objective())
    }

    /// All that is needed to go on from here, as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let test = self.0.lock().clone();
        json::dict(py, &test)
    }

    /// All that is needed to go on from here, as JSON text.
    fn to_json(&self) -> PyResult<String> {
        let test = self.0.lock().clone();
        json::text(&test)
    }

    /// Goes on from what ``to_json`` wrote, to the bit.
    ///
    /// Args:
    ///     text: the JSON text.
    ///
    /// Raises:
    ///     StateError: if it is no such text, or was damaged.
    ///
    /// Examples:
    ///     >>> test = slo.SequentialTest(slo.Slo("99.9%", window="30d"), 0.01, 10.0)
    ///     >>> verdict = test.observe(1, 7)
    ///     >>> slo.SequentialTest.from_json(test.to_json()) == test
    ///     True
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        let resumed =
            attempt(|| from_json(text).map_err(|error| Error::State { reason: error.to_string() }))?;
        Ok(Self(Shared::new(resumed)))
    }

    fn __repr__(&self) -> PyResult<String> {
        let test = self.0.lock().clone();
        guard(|| {
            let core::SequentialVerdict { alarm, e_value, p_value, .. } = test.verdict();
            let (counts, alarm) = (test.counts(), if alarm { "True" } else { "False" });
            let (bad, total) = (counts.bad(), counts.total());
            let (e, p) = (Figure(e_value), Figure(p_value));
            format!("SequentialTest(bad={bad}, total={total}, e_value={e:.3}, p_value={p:.3}, alarm={alarm})")
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json()?,)))
    }
}

/// What a ``SequentialTest`` says of the events so far.
///
/// Args:
///     alarm: whether the evidence has reached ``1 / alpha`` since the last reset.
///     e_value: the e-value of all events since the last reset, at most the greatest float.
///     ln_e_value: its logarithm.
///     p_value: the always-valid p-value: one over the greatest e-value since the last reset.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct SequentialVerdict(core::SequentialVerdict);

#[pymethods]
impl SequentialVerdict {
    #[new]
    fn new(alarm: bool, e_value: Number, ln_e_value: Number, p_value: Number) -> Self {
        let (e_value, ln_e_value, p_value) = (e_value.0, ln_e_value.0, p_value.0);
        Self(core::SequentialVerdict { alarm, e_value, ln_e_value, p_value })
    }

    /// Whether the evidence has reached ``1 / alpha`` since the last reset.
    #[getter]
    fn alarm(&self) -> bool {
        self.0.alarm
    }

    /// The e-value of all events since the last reset, at most the greatest float.
    #[getter]
    fn e_value(&self) -> f64 {
        self.0.e_value
    }

    /// The logarithm of the e-value.
    #[getter]
    fn ln_e_value(&self) -> f64 {
        self.0.ln_e_value
    }

    /// The always-valid p-value: one over the greatest e-value since the last reset.
    #[getter]
    fn p_value(&self) -> f64 {
        self.0.p_value
    }

    /// The verdict as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The verdict as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> String {
        let core::SequentialVerdict { alarm, e_value, p_value, .. } = self.0;
        let (e, p) = (Figure(e_value), Figure(p_value));
        let alarm = if alarm { "True" } else { "False" };
        format!("SequentialVerdict(alarm={alarm}, e_value={e:.3}, p_value={p:.3})")
    }

    #[allow(clippy::type_complexity, reason = "it is what pickle takes")]
    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (bool, f64, f64, f64)) {
        let core::SequentialVerdict { alarm, e_value, ln_e_value, p_value } = self.0;
        (py.get_type::<Self>(), (alarm, e_value, ln_e_value, p_value))
    }
}
