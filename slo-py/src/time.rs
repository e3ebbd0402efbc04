//! Durations and instants as Python writes them.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDateTime, PyDelta, PyFloat, PyInt, PyString, PyTzInfo};

use crate::core::chrono::{DateTime, TimeDelta, Utc};
use crate::core::{Duration, Error, Timestamp};
use crate::errors::{attempt, raise, wrong_type};
use crate::python;

const DURATION: &str = "a duration: text such as \"30d\" or \"1h30m\", a timedelta or a number of seconds";
const INSTANT: &str = "an instant: an aware datetime, a datetime64 or an integer of Unix nanoseconds";

/// What numpy holds in the place of a missing instant.
pub(crate) const MISSING: i64 = i64::MIN;

/// A duration that crosses the border: text, `timedelta` or seconds in, `timedelta` out.
#[derive(Clone, Copy)]
pub(crate) struct Span(pub(crate) Duration);

impl<'py> FromPyObject<'_, 'py> for Span {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = given.cast::<PyString>() {
            let text = text.to_cow()?;
            return attempt(|| text.parse()).map(Self);
        }
        if let Ok(delta) = given.cast::<PyDelta>()
            && !is_finer(&given, "to_timedelta64")?
        {
            let delta: TimeDelta = delta.extract()?;
            return attempt(|| Duration::try_from(delta)).map(Self);
        }
        if given.is_instance_of::<PyBool>() {
            return Err(wrong_type(DURATION, &given));
        }
        if given.is_instance_of::<PyInt>() {
            return whole_seconds(&given);
        }
        if given.is_instance_of::<PyFloat>() {
            let seconds = given.extract()?;
            return attempt(|| Duration::from_seconds_f64(seconds)).map(Self);
        }
        nanos(&given, "duration_nanos", "duration", DURATION).map(Duration::from_nanos).map(Self)
    }
}

fn whole_seconds(given: &Bound<'_, PyAny>) -> PyResult<Span> {
    let delta = given.extract().ok().and_then(TimeDelta::try_seconds);
    let delta = delta.ok_or_else(|| raise(Error::invalid("duration", given, "does not fit 292 years")))?;
    attempt(|| Duration::try_from(delta)).map(Span)
}

impl<'py> IntoPyObject<'py> for Span {
    type Target = PyDelta;
    type Output = Bound<'py, PyDelta>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        TimeDelta::from(self.0).into_pyobject(py)
    }
}

/// An instant that crosses the border: aware `datetime`, `datetime64` or nanoseconds in, `datetime` in UTC out.
#[derive(Clone, Copy)]
pub(crate) struct Instant(pub(crate) Timestamp);

impl<'py> FromPyObject<'_, 'py> for Instant {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match unix_nanos(&given)? {
            MISSING => Err(raise(Error::invalid("timestamp", &*given, "names no instant"))),
            nanos => Ok(Self(Timestamp::from_nanos(nanos))),
        }
    }
}

/// Nanoseconds since the Unix epoch, [`MISSING`] for a `NaT`.
pub(crate) fn unix_nanos(given: &Bound<'_, PyAny>) -> PyResult<i64> {
    if given.is_instance_of::<PyBool>() {
        return Err(wrong_type(INSTANT, given));
    }
    if let Ok(integer) = given.cast::<PyInt>() {
        return integer.extract().map_err(|_| beyond("timestamp", given));
    }
    if let Ok(datetime) = given.cast::<PyDateTime>()
        && !is_finer(given, "to_datetime64")?
    {
        return from_datetime(datetime);
    }
    nanos(given, "instant_nanos", "timestamp", INSTANT)
}

fn from_datetime(datetime: &Bound<'_, PyDateTime>) -> PyResult<i64> {
    let py = datetime.py();
    if datetime.call_method0("utcoffset")?.is_none() {
        return Err(raise(Error::invalid(
            "timestamp",
            datetime,
            "needs a time zone: a naive datetime names no instant",
        )));
    }
    let utc = datetime
        .call_method1("astimezone", (PyTzInfo::utc(py)?,))
        .map_err(|_| beyond("timestamp", datetime))?;
    let utc: DateTime<Utc> = utc.extract()?;
    attempt(|| Timestamp::try_from(utc)).map(Timestamp::nanos)
}

/// Whether a kind of `datetime` or `timedelta` has nanoseconds too: pandas' has, and the method to get at them.
fn is_finer(given: &Bound<'_, PyAny>, method: &str) -> PyResult<bool> {
    Ok(!given.is_exact_instance_of::<PyDateTime>()
        && !given.is_exact_instance_of::<PyDelta>()
        && given.hasattr(method)?)
}

/// Nanoseconds of what numpy or pandas made, by the package's Python half.
fn nanos(given: &Bound<'_, PyAny>, function: &str, name: &'static str, expected: &str) -> PyResult<i64> {
    let nanos = python::call(given.py(), "slo._arrays", function, (given,))?;
    if nanos.is_none() {
        return Err(wrong_type(expected, given));
    }
    nanos.extract().map_err(|_| beyond(name, given))
}

fn beyond(name: &'static str, given: &Bound<'_, PyAny>) -> PyErr {
    let reason = if name == "duration" {
        "does not fit 292 years"
    } else {
        "must lie between the years 1677 and 2262"
    };
    raise(Error::invalid(name, given, reason))
}

impl<'py> IntoPyObject<'py> for Instant {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        self.0.to_utc().into_pyobject(py)
    }
}
