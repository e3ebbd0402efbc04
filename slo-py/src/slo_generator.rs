//! slo-generator's reports.

use ::slo::io::{Compat, Figures, Measurement, Number, Outcome, Step, human, window_seconds};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use pyo3::{IntoPyObjectExt, intern};

use crate::core::{Clamp, Timestamp};
use crate::errors::attempt;
use crate::time::Span;
use crate::values::{self, choice};

const CLAMPS: [(&str, Clamp); 2] = [("refuse", Clamp::Refuse), ("to-total", Clamp::ToTotal)];

/// What the two numbers of a tuple are.
#[derive(Clone, Copy)]
enum Pair {
    GoodBad,
    GoodValid,
}

/// Makes the reports that slo-generator 2.6 makes of an objective: field for field as they are, or as they should be.
///
/// Args:
///     goal: the share of events that should be good.
///     name: the objective's name.
///     description: what it is about.
///     backend: the backend that measured.
///     policy: the name of the error budget policy.
///     exporters: the exporters that the report names.
///     metadata: the objective's metadata, a dict; its name alone if None.
///     message_alert: what a report says where it alerts.
///     message_ok: what it says where the burn rate is at most 1.
///     timestamp: the instant of the measurement in Unix seconds.
///     utc_offset: the offset from UTC in which ``timestamp_human`` is written; slo-generator takes the machine's.
///     min_valid_events: the fewest events that make a report.
///     counts: what a tuple holds: ``"good-bad"``, or ``"good-valid"``, of which bad ones are made by subtraction.
///     compat: True for every field bit for bit as in version 2.6, mistakes included; False for the same fields from
///         exact counts, neither truncated nor rounded before the alert is decided.
///     clamp: what to do with more good events than valid ones where ``compat`` is False: ``"refuse"``, which makes the
///         report invalid, or ``"to-total"``.
///
/// Raises:
///     InvalidParameterError: for an instant or an offset that is none, or a word that is no choice.
///
/// Examples:
///     >>> r = slo.io.SloGenerator(0.999).report((99_096, 904), "1h", 9)
///     >>> r["error_budget_burn_rate"], r["alert"], r["error_budget_target"]
///     (9.0, False, 0.0010000000000000009)
///     >>> r = slo.io.SloGenerator(0.999, compat=False).report((99_096, 904), "1h", 9)
///     >>> r["error_budget_burn_rate"], r["alert"], r["error_budget_target"]
///     (9.04, True, 0.001)
#[pyclass(module = "slo.io", frozen)]
pub(crate) struct SloGenerator {
    report: ::slo::io::SloGenerator,
    pair: Pair,
    given: Py<PyDict>,
    texts: Texts,
}

/// The parts of a report that are handed through.
struct Texts {
    goal: Py<PyFloat>,
    name: Py<PyString>,
    description: Py<PyString>,
    backend: Py<PyString>,
    policy: Py<PyString>,
    exporters: Py<PyList>,
    metadata: Py<PyDict>,
    alert: Py<PyString>,
    ok: Py<PyString>,
    missed: Py<PyString>,
    timestamp: i64,
    timestamp_human: Py<PyString>,
}

#[pymethods]
impl SloGenerator {
    #[new]
    #[pyo3(signature = (
        goal, *, name=None, description=None, backend=None, policy=None, exporters=None, metadata=None,
        message_alert=None, message_ok=None, timestamp=values::Number(0.0),
        utc_offset=Span(crate::core::Duration::ZERO), min_valid_events=values::Number(1.0), counts="good-bad",
        compat=true, clamp="refuse"
    ), text_signature = "(goal, *, name='', description='', backend='', policy='default', exporters=(), \
metadata=None, message_alert='ALERT', message_ok='OK', timestamp=0, utc_offset=0, min_valid_events=1, \
counts='good-bad', compat=True, clamp='refuse')")]
    #[allow(clippy::too_many_arguments, reason = "each is a keyword of the Python signature")]
    fn new<'py>(
        py: Python<'py>,
        goal: values::Number,
        name: Option<Bound<'py, PyString>>,
        description: Option<Bound<'py, PyString>>,
        backend: Option<Bound<'py, PyString>>,
        policy: Option<Bound<'py, PyString>>,
        exporters: Option<Vec<Bound<'py, PyString>>>,
        metadata: Option<Bound<'py, PyDict>>,
        message_alert: Option<Bound<'py, PyString>>,
        message_ok: Option<Bound<'py, PyString>>,
        timestamp: values::Number,
        utc_offset: Span,
        min_valid_events: values::Number,
        counts: &str,
        compat: bool,
        clamp: &str,
    ) -> PyResult<Self> {
        let pair =
            choice("counts", counts, &[("good-bad", Pair::GoodBad), ("good-valid", Pair::GoodValid)], &[])?;
        let at = attempt(|| Timestamp::from_unix_seconds(timestamp.0))?;
        let (seconds, timestamp_human) = attempt(|| human(at, utc_offset.0))?;
        let mode = if compat { Compat::Faithful } else { Compat::Corrected };
        let report = ::slo::io::SloGenerator::new(goal.0)
            .compat(mode)
            .min_valid_events(min_valid_events.0)
            .clamp(choice("clamp", clamp, &CLAMPS, &[])?);
        let text = |given: Option<Bound<'py, PyString>>, default: &str| {
            given.unwrap_or_else(|| PyString::new(py, default)).unbind()
        };
        let name = text(name, "");
        let metadata = if let Some(metadata) = metadata {
            metadata.copy()?
        } else {
            let metadata = PyDict::new(py);
            metadata.set_item(intern!(py, "name"), &name)?;
            metadata
        };
        let texts = Texts {
            goal: PyFloat::new(py, goal.0).unbind(),
            description: text(description, ""),
            backend: text(backend, ""),
            policy: text(policy, "default"),
            exporters: PyList::new(py, exporters.unwrap_or_default())?.unbind(),
            metadata: metadata.unbind(),
            alert: text(message_alert, "ALERT"),
            ok: text(message_ok, "OK"),
            missed: text(None, ::slo::io::Verdict::MISSED),
            timestamp: seconds,
            timestamp_human: PyString::new(py, &timestamp_human).unbind(),
            name,
        };
        let given = PyDict::new(py);
        for (key, value) in [
            ("name", texts.name.bind(py).as_any()),
            ("description", texts.description.bind(py).as_any()),
            ("backend", texts.backend.bind(py).as_any()),
            ("policy", texts.policy.bind(py).as_any()),
            ("exporters", texts.exporters.bind(py).as_any()),
            ("metadata", texts.metadata.bind(py).as_any()),
            ("message_alert", texts.alert.bind(py).as_any()),
            ("message_ok", texts.ok.bind(py).as_any()),
        ] {
            given.set_item(key, value)?;
        }
        given.set_item("timestamp", timestamp.0)?;
        given.set_item("utc_offset", utc_offset)?;
        given.set_item("min_valid_events", min_valid_events.0)?;
        given.set_item("counts", counts)?;
        given.set_item("compat", compat)?;
        given.set_item("clamp", clamp)?;
        Ok(Self { report, pair, given: given.unbind(), texts })
    }

    /// The report of one window.
    ///
    /// Args:
    ///     data: what a backend measured: a tuple of good and bad events, an SLI, or None. Anything else makes the
    ///         invalid report that slo-generator makes of it. -1 stands for no data.
    ///     window: the length of the window; a number is seconds.
    ///     threshold: the burn rate above which the report alerts.
    ///     step: the name of the error budget policy's step.
    ///
    /// Returns:
    ///     A dict of all fields, or of ``metadata``, ``errors``, ``error_budget_policy_step_name`` and ``valid`` if it
    ///     is invalid.
    ///
    /// Raises:
    ///     NonFiniteError: where ``compat``, for counts that slo-generator dies of: NaN and infinities.
    ///     InvalidParameterError: unless ``compat``, for a goal outside (0, 1), or a window or threshold that is none.
    ///
    /// Examples:
    ///     >>> slo.io.SloGenerator(0.999).report(None, "1h", 9)["errors"]
    ///     ['Backend returned None.']
    #[pyo3(
        signature = (data, window, threshold, step=None),
        text_signature = "($self, data, window, threshold, step='')"
    )]
    fn report<'py>(
        &self,
        py: Python<'py>,
        data: &Bound<'py, PyAny>,
        window: Span,
        threshold: values::Number,
        step: Option<&Bound<'py, PyString>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let measured = measurement(data, self.pair)?;
        let empty = intern!(py, "");
        self.written(py, step.unwrap_or(empty), window, threshold, |report, step| {
            report.figures(step, &measured)
        })
    }

    /// The reports of several windows.
    ///
    /// Args:
    ///     data: what was measured in each window, as ``report`` takes it.
    ///     steps: the name, the window and the threshold of each.
    ///
    /// Returns:
    ///     A list of dicts, one for each step.
    ///
    /// Raises:
    ///     LengthMismatchError: unless there are as many measurements as steps.
    ///     SloError: as ``report``.
    ///
    /// Examples:
    ///     >>> steps = [("1 hour", "1h", 9), ("12 hours", "12h", 3)]
    ///     >>> reports = slo.io.SloGenerator(0.999).reports([(9_900, 100), (119_900, 100)], steps)
    ///     >>> [(r["error_budget_policy_step_name"], r["alert"]) for r in reports]
    ///     [('1 hour', True), ('12 hours', False)]
    fn reports<'py>(
        &self,
        py: Python<'py>,
        data: Vec<Bound<'py, PyAny>>,
        steps: Vec<values::Row<(Bound<'py, PyString>, Span, values::Number)>>,
    ) -> PyResult<Vec<Bound<'py, PyDict>>> {
        attempt(|| crate::core::Error::check_lengths("data", data.len(), "steps", steps.len()))?;
        let report = |(data, values::Row((step, window, threshold))): (
            &_,
            &values::Row<(_, Span, values::Number)>,
        )| { self.report(py, data, *window, *threshold, Some(step)) };
        data.iter().zip(&steps).map(report).collect()
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        Ok(self.report == other.report && self.given.bind(py).eq(other.given.bind(py))?)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (goal, name) = (self.texts.goal.bind(py), self.texts.name.bind(py).repr()?);
        let compat = self.given.bind(py).get_item("compat")?.unwrap_or_else(|| py.None().into_bound(py));
        Ok(format!("SloGenerator({goal}, name={name}, compat={compat})"))
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        Ok((PyTuple::new(py, [self.texts.goal.bind(py)])?, self.given.bind(py).copy()?))
    }
}

impl SloGenerator {
    /// The report of a budget, by the options that the class takes.
    pub(crate) fn of_budget<'py>(
        py: Python<'py>,
        budget: &crate::core::Budget,
        threshold: values::Number,
        step: &Bound<'py, PyString>,
        compat: bool,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let options = options.map_or_else(|| Ok(PyDict::new(py)), PyDictMethods::copy)?;
        options.set_item("compat", compat)?;
        let goal = budget.objective().target().to_f64();
        let maker = py.get_type::<Self>().call((goal,), Some(&options))?.cast_into::<Self>()?;
        let window = Span(budget.window().length());
        maker.get().written(py, step, window, threshold, |report, step| report.figures_of(step, budget))
    }

    /// The report with these figures, in slo-generator's order of fields.
    fn written<'py>(
        &self,
        py: Python<'py>,
        step: &Bound<'py, PyString>,
        window: Span,
        threshold: values::Number,
        figures: impl FnOnce(&::slo::io::SloGenerator, &Step) -> crate::core::Result<Outcome>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let outcome = attempt(|| figures(&self.report, &Step::new("", window.0, threshold.0)))?;
        let texts = &self.texts;
        let report = PyDict::new(py);
        let metadata = texts.metadata.bind(py).copy()?;
        macro_rules! write {
            ($($name:literal: $value:expr),+ $(,)?) => {$( report.set_item(intern!(py, $name), $value)?; )+};
        }
        let figures: Figures = match outcome {
            Ok(figures) => figures,
            Err(error) => {
                write! {
                    "metadata": metadata,
                    "errors": [error],
                    "error_budget_policy_step_name": step,
                    "valid": false,
                }
                return Ok(report);
            }
        };
        let message = match figures.verdict {
            ::slo::io::Verdict::Alert => &texts.alert,
            ::slo::io::Verdict::Ok => &texts.ok,
            ::slo::io::Verdict::Missed => &texts.missed,
        };
        write! {
            "name": &texts.name,
            "description": &texts.description,
            "goal": &texts.goal,
            "backend": &texts.backend,
            "gap": figures.gap,
            "error_budget_policy_step_name": step,
            "error_budget_target": figures.error_budget_target,
            "error_budget_measurement": number(py, figures.error_budget_measurement)?,
            "error_budget_burn_rate": number(py, figures.error_budget_burn_rate)?,
            "error_budget_burn_rate_threshold": threshold.0,
            "error_budget_minutes": figures.error_budget_minutes,
            "error_budget_remaining_minutes": figures.error_budget_remaining_minutes,
            "error_minutes": figures.error_minutes,
            "error_budget_consumed_ratio": number(py, figures.error_budget_consumed_ratio)?,
            "valid": true,
            "timestamp": texts.timestamp,
            "timestamp_human": &texts.timestamp_human,
            "window": number(py, window_seconds(window.0))?,
            "alert": figures.alert,
            "consequence_message": message,
            "exporters": PyList::new(py, texts.exporters.bind(py).iter())?,
            "error_budget_policy": &texts.policy,
            "sli_measurement": number(py, figures.sli_measurement)?,
            "events_count": number(py, figures.events_count)?,
            "bad_events_count": number(py, figures.bad_events_count)?,
            "good_events_count": number(py, figures.good_events_count)?,
            "metadata": metadata,
            "errors": PyList::empty(py),
        }
        Ok(report)
    }
}

/// A measurement as slo-generator tells its kinds apart.
fn measurement(data: &Bound<'_, PyAny>, pair: Pair) -> PyResult<Measurement> {
    if data.is_none() {
        return Ok(Measurement::Nothing);
    }
    if let Ok(tuple) = data.cast::<PyTuple>() {
        if tuple.len() != 2 {
            return Ok(Measurement::Tuple(tuple.len()));
        }
        let (first, second) = (measured(&tuple.get_item(0)?)?, measured(&tuple.get_item(1)?)?);
        return Ok(match (first, second, pair) {
            (Some(good), Some(bad), Pair::GoodBad) => Measurement::Events(good, bad),
            (Some(good), Some(valid), Pair::GoodValid) => Measurement::GoodValid(good, valid),
            _ => Measurement::NotNumbers,
        });
    }
    Ok(match measured(data)? {
        Some(sli) => Measurement::Sli(sli),
        None => Measurement::Other(data.get_type().name()?.to_cow()?.into_owned()),
    })
}

/// A whole number or a float; `None` for anything else.
fn measured(given: &Bound<'_, PyAny>) -> PyResult<Option<Number>> {
    if let Ok(float) = given.cast::<PyFloat>() {
        return Ok(Some(Number::Float(float.value())));
    }
    if let Ok(truth) = given.cast::<PyBool>() {
        return Ok(Some(Number::Integer(truth.is_true().into())));
    }
    if given.cast::<PyInt>().is_err() {
        return Ok(None);
    }
    match given.extract() {
        Ok(whole) => Ok(Some(Number::Integer(whole))),
        Err(_) => given.extract::<values::Number>().map(|large| Some(Number::Float(large.0))),
    }
}

fn number(py: Python<'_>, number: Number) -> PyResult<Bound<'_, PyAny>> {
    match number {
        Number::Integer(value) => value.into_bound_py_any(py),
        Number::Float(value) => value.into_bound_py_any(py),
    }
}
