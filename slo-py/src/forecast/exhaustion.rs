//! When the error budget of a rolling window runs out.

use ::slo::forecast::{self, ExhaustionOptions};
use numpy::PyArray1;
use numpy::datetime::{Datetime, units::Nanoseconds};
use pyo3::prelude::*;

use crate::core::Duration;
use crate::errors::{detached, guard, shown};
use crate::python;
use crate::record::record_class;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::time::{Instant, Span};
use crate::values::{Number, Row, count, datetime64, read_only, whole};

/// When the error budget of a rolling window runs out, if events go on coming as they did of late.
///
/// The window moves on: bad events and traffic that leave it count as well as those that come. On the mean path events
/// come at constant rates. For the probability traffic is constant and bad events are random: clusters of
/// ``dispersion`` events as a Poisson process, its rate as uncertain as the count of the lookback leaves it (Jeffreys'
/// prior). It is the probability of a first passage, exact or with ``probability_error``; nothing is simulated.
///
/// Args:
///     s: the objective, an ``Slo``.
///     c: the counts, a ``CountSeries``.
///     horizon: how far to look ahead; the window's length at most counts, by which all that is known has left it.
///     lookback: how long to look back for the rates; a thirtieth of the window if None.
///     level: the probability with which the interval holds the instant, in (0, 1).
///     at: the instant that is asked at; the last record if None. Later records are left out.
///     rates: bad events and all events a second, if they are known instead: then they are in no doubt.
///     dispersion: how many bad events come together on average, at least 1; estimated from the lookback if None, and 1
///         for known rates.
///     steps: how many even steps the horizon is divided into, 1 to 10 000, each of a nanosecond at least.
///
/// Returns:
///     An ``Exhaustion``.
///
/// Raises:
///     TooShortError: for an empty series, or one record of unknown length where rates are to be counted.
///     InvalidParameterError: for an instant before the first record, or an option outside its range.
///     LimitExceededError: past 10 000 steps.
///
/// Examples:
///     >>> c = slo.CountSeries.regular(0, "1h", bad=[10, 0], total=[1000, 1000])
///     >>> e = slo.forecast.exhaustion(slo.Slo("99%", "10h"), c, rates=(0.05, 1.0))
///     >>> # Twenty are allowed, ten are spent: 10 + 0.05 t = 20 + 0.01 t after 250 seconds.
///     >>> e.expected_time.isoformat()
///     '1970-01-01T01:04:10+00:00'
#[pyfunction]
#[pyo3(
    signature = (
        s, c, horizon=Span(Duration::from_days(30)), lookback=None, level=Number(0.95), at=None,
        *, rates=None, dispersion=None, steps=240
    ),
    text_signature = "(s, c, horizon='30d', lookback=None, level=0.95, at=None, *, rates=None, dispersion=None, steps=240)"
)]
#[allow(clippy::too_many_arguments, reason = "each is a keyword of the Python signature")]
pub(crate) fn exhaustion(
    py: Python<'_>,
    s: &Slo,
    c: &CountSeries,
    horizon: Span,
    lookback: Option<Span>,
    level: Number,
    at: Option<Instant>,
    rates: Option<Row<(Number, Number)>>,
    dispersion: Option<Number>,
    #[pyo3(from_py_with = whole)] steps: i64,
) -> PyResult<Exhaustion> {
    let steps = count("steps", steps)?;
    detached(py, || {
        let mut options = ExhaustionOptions::new().horizon(horizon.0)?.level(level.0)?.steps(steps)?;
        options = lookback.map_or(Ok(options), |lookback| options.lookback(lookback.0))?;
        options = at.map_or(options, |at| options.at(at.0));
        options = rates.map_or(Ok(options), |Row((bad, total))| options.rates(bad.0, total.0))?;
        options = dispersion.map_or(Ok(options), |dispersion| options.dispersion(dispersion.0))?;
        forecast::exhaustion(&s.0, &c.series, &options)
    })
    .map(Exhaustion)
}

/// When the error budget of a rolling window runs out; made by ``exhaustion``.
///
/// All arrays are read-only, shape (steps,).
///
/// Examples:
///     >>> c = slo.CountSeries.regular(0, "1h", bad=[0] * 24, total=[1000] * 24)
///     >>> e = slo.forecast.exhaustion(slo.Slo("99.9%", "30d"), c)
///     >>> e.expected_time is None, bool(0 < e.probability[-1] < 0.5)
///     (True, True)
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Exhaustion(pub(crate) forecast::Exhaustion);

record_class! { Exhaustion(forecast::Exhaustion): "The answer", fields {
    /// The probability with which ``interval`` holds the instant.
    level: f64,
    /// Whether the budget is exhausted already.
    exhausted: bool,
    /// How far a probability may be off for the steps of the computation; 0 where it is exact.
    probability_error: f64,
} {
    /// The objective whose budget it is.
    #[getter]
    fn slo(&self) -> Slo {
        Slo(self.0.slo.clone())
    }

    /// The instant that it was asked at, an aware ``datetime``.
    #[getter]
    fn at(&self) -> Instant {
        Instant(self.0.at)
    }

    /// How far it looks ahead: as asked for, but at most the window's length; a ``timedelta``.
    #[getter]
    fn horizon(&self) -> Span {
        Span(self.0.horizon)
    }

    /// When the budget runs out at exactly the mean rates; None if it does not within the horizon.
    #[getter]
    fn expected_time(&self) -> Option<Instant> {
        self.0.expected_time.map(Instant)
    }

    /// Until when it has run out with a probability of one half; None if that is beyond the horizon, or never.
    #[getter]
    fn median_time(&self) -> Option<Instant> {
        self.0.median_time.map(Instant)
    }

    /// The earliest and the latest instant, each passed over with probability ``(1 - level) / 2``.
    ///
    /// None if even the first is beyond the horizon; the second is None where it alone is.
    #[getter]
    fn interval(&self) -> Option<(Instant, Option<Instant>)> {
        self.0.interval.map(|(earliest, latest)| (Instant(earliest), latest.map(Instant)))
    }

    /// The even steps of the horizon, ``datetime64[ns]`` in UTC.
    #[getter]
    fn times<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<Datetime<Nanoseconds>>>> {
        read_only(py, self.0.times.iter().copied().map(datetime64).collect())
    }

    /// The probability that the budget has run out at some instant until each step.
    #[getter]
    fn probability<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.probability.clone())
    }

    /// The share of the budget that is consumed at each step, at exactly the mean rates.
    #[getter]
    fn consumed<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.consumed.clone())
    }

    /// Bad events and all events a second, as they are taken to come.
    #[getter]
    fn rates(&self) -> (f64, f64) {
        (self.0.rates.bad, self.0.rates.total)
    }

    /// How many bad events come together on average.
    #[getter]
    fn dispersion(&self) -> f64 {
        self.0.rates.dispersion
    }

    /// How long the events were counted, a ``timedelta``; None for known rates.
    #[getter]
    fn lookback(&self) -> Option<Span> {
        self.0.rates.lookback.map(Span)
    }

    /// What the answer rests on, a sentence for each.
    #[getter]
    fn assumptions(&self) -> PyResult<Vec<String>> {
        guard(|| self.0.assumptions())
    }

    /// The answer in a sentence.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1h", bad=[0, 9], total=[10, 10])
    ///     >>> slo.forecast.exhaustion(slo.Slo("90%", "30d"), c).explain()
    ///     'The error budget of 90% over 30d is exhausted at 1970-01-01T01:00:00Z.'
    fn explain(&self) -> PyResult<String> {
        guard(|| self.0.explain())
    }

    /// A frame with one row for each step: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_forecast", "exhaustion_frame", (slf,))
    }

    /// The probability and the consumed share over time, drawn with matplotlib.
    ///
    /// Args:
    ///     ax: the ``Axes`` to draw on; those of a new figure if None.
    ///
    /// Returns:
    ///     The ``Axes``.
    ///
    /// Raises:
    ///     UnsupportedError: if matplotlib is not installed.
    #[pyo3(signature = (ax=None))]
    fn plot<'py>(slf: &Bound<'py, Self>, ax: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_forecast", "plot_exhaustion", (slf, ax))
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let forecast::Exhaustion { slo, exhausted, expected_time, probability, .. } = &self.0;
            if *exhausted {
                return format!("Exhaustion({slo}, exhausted)");
            }
            let expected = expected_time.map_or_else(|| "None".to_owned(), |time| time.to_string());
            let last = probability.last().copied().unwrap_or(0.0) * 100.0;
            format!(
                "Exhaustion({slo}, expected_time={expected}, probability={last:.1}% within {})",
                self.0.horizon
            )
        })
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_forecast", "exhaustion_html", (slf,))
    }
} }
