//! Times that an objective does not count, and corrections of what was counted.

use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::core::{self, Recurrence, Result, Zone};
use crate::errors::{attempt, guard};
use crate::record::record_class;
use crate::time::Instant;
use crate::values::Number;
use crate::window::TimeZone;

/// A time ``(begin, end]`` that an objective does not count, once or again and again; made by ``Slo.exclude``.
///
/// Args:
///     begin: when it begins. A count at this instant stays.
///     end: when it ends. A count at this instant is taken away.
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
///     >>> from datetime import datetime, timedelta, timezone
///     >>> sunday = datetime(2026, 1, 4, 2, tzinfo=timezone.utc)
///     >>> weekly = slo.Exclusion(sunday, sunday + timedelta(hours=2), rrule="FREQ=WEEKLY")
///     >>> [begin.day for begin, _ in weekly.occurrences(sunday, sunday + timedelta(days=15))]
///     [4, 11, 18]
#[pyclass(module = "slo", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Exclusion(pub(crate) core::Exclusion);

record_class! { Exclusion(core::Exclusion): "The exclusion" {
    #[new]
    #[pyo3(
        signature = (begin, end, rrule=None, reason="maintenance", *, tz=TimeZone(Zone::UTC)),
        text_signature = "(begin, end, rrule=None, reason='maintenance', *, tz='UTC')"
    )]
    pub(crate) fn new(
        begin: Instant,
        end: Instant,
        rrule: Option<&str>,
        reason: &str,
        tz: TimeZone,
    ) -> PyResult<Self> {
        attempt(|| {
            let once = core::Exclusion::new(begin.0, end.0)?.reason(reason);
            let rule = rrule.map(|text| Result::Ok(text.parse::<Recurrence>()?.zone(tz.0))).transpose()?;
            Ok(Self(rule.into_iter().fold(once, core::Exclusion::recurring)))
        })
    }

    /// When it begins, the first time where it recurs.
    #[getter]
    fn begin(&self) -> Instant {
        Instant(self.0.span().0)
    }

    /// When it ends, the first time where it recurs.
    #[getter]
    fn end(&self) -> Instant {
        Instant(self.0.span().1)
    }

    /// The rule by which it comes again, if it does.
    #[getter]
    fn rrule(&self) -> Option<String> {
        self.0.recurrence().map(ToString::to_string)
    }

    /// The time zone on whose clocks it comes again.
    #[getter]
    fn tz(&self) -> String {
        self.0.recurrence().map(Recurrence::clock).unwrap_or_default().to_string()
    }

    /// Why.
    #[getter]
    fn reason(&self) -> &str {
        self.0.why()
    }

    /// Begin and end of each occurrence that has time in common with ``(begin, end]``.
    fn occurrences(&self, py: Python<'_>, begin: Instant, end: Instant) -> PyResult<Vec<(Instant, Instant)>> {
        let spans = py.detach(|| guard(|| self.0.occurrences(begin.0, end.0)))?;
        Ok(spans.into_iter().map(|(begin, end)| (Instant(begin), Instant(end))).collect())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (begin, end) = self.0.span();
        let reason = PyString::new(py, self.0.why()).repr()?;
        let again =
            self.rrule().map_or(String::new(), |rule| format!(", rrule='{rule}', tz='{}'", self.tz()));
        Ok(format!("Exclusion({begin} to {end}{again}, reason={reason})"))
    }
} }

/// A correction of what was counted at an instant; made by ``Slo.adjust``.
///
/// It changes the record that counted the instant, which must not come to hold fewer than 0 events; where no record did,
/// it becomes a record of its own.
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
///     >>> slo.Adjustment(at=0, bad=-7, reason="load test")
///     Adjustment(at=1970-01-01T00:00:00Z, good=0, bad=-7, reason='load test')
#[pyclass(module = "slo", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Adjustment(pub(crate) core::Adjustment);

record_class! { Adjustment(core::Adjustment): "The adjustment" {
    #[new]
    #[pyo3(
        signature = (*, at, good=Number(0.0), bad=Number(0.0), reason="correction"),
        text_signature = "(*, at, good=0.0, bad=0.0, reason='correction')"
    )]
    pub(crate) fn new(at: Instant, good: Number, bad: Number, reason: &str) -> PyResult<Self> {
        attempt(|| Ok(Self(core::Adjustment::new(at.0, good.0, bad.0)?.reason(reason))))
    }

    /// The instant.
    #[getter]
    fn at(&self) -> Instant {
        Instant(self.0.at())
    }

    /// Good events to be added.
    #[getter]
    fn good(&self) -> f64 {
        self.0.good()
    }

    /// Bad events to be added.
    #[getter]
    fn bad(&self) -> f64 {
        self.0.bad()
    }

    /// Why.
    #[getter]
    fn reason(&self) -> &str {
        self.0.why()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let reason = PyString::new(py, self.0.why()).repr()?;
        Ok(format!(
            "Adjustment(at={}, good={}, bad={}, reason={reason})",
            self.0.at(),
            self.0.good(),
            self.0.bad()
        ))
    }
} }

/// A record whose time an exclusion covers in part; made by ``Slo.straddling``.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Straddling(pub(crate) core::Straddling);

record_class! { Straddling(core::Straddling): "The record" {
    /// The record's instant, the end of the time that it counted.
    #[getter]
    fn at(&self) -> Instant {
        Instant(self.0.at)
    }

    /// When the exclusion begins.
    #[getter]
    fn begin(&self) -> Instant {
        Instant(self.0.begin)
    }

    /// When the exclusion ends.
    #[getter]
    fn end(&self) -> Instant {
        Instant(self.0.end)
    }

    /// Why that time is excluded.
    #[getter]
    fn reason(&self) -> &str {
        &self.0.reason
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let core::Straddling { at, begin, end, reason } = &self.0;
        let reason = PyString::new(py, reason).repr()?;
        Ok(format!("Straddling(at={at}, exclusion={begin} to {end}, reason={reason})"))
    }
} }
