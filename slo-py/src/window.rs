//! Windows over which objectives are held.

use pyo3::prelude::*;
use pyo3::types::{PyDate, PyDateTime, PyString, PyTuple, PyTzInfo};

use crate::core;
use crate::core::chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use crate::core::{Calendar, Error, MonthEnd, Zone};
use crate::errors::{attempt, guard, raise, shown, wrong_type};
use crate::time::{Instant, Span};
use crate::values::{choice, whole, word};

const MONTH_ENDS: [(&str, MonthEnd); 2] = [("clamp", MonthEnd::Clamp), ("overflow", MonthEnd::Overflow)];

/// The last so much time, open on the left: ``(begin, end]``; or, by ``Window.calendar``, periods of the calendar.
///
/// Args:
///     length: the length of time, such as ``"30d"``, a ``timedelta`` or seconds; above zero, up to 292 years.
///
/// Raises:
///     InvalidParameterError: if the length is not positive or does not fit.
///
/// Examples:
///     >>> slo.Window("30d").length
///     datetime.timedelta(days=30)
#[pyclass(module = "slo", frozen, eq, hash)]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Window(pub(crate) core::Window);

#[pymethods]
impl Window {
    #[new]
    fn new(length: Span) -> PyResult<Self> {
        attempt(|| core::Window::rolling(length.0)).map(Self)
    }

    /// Periods of the calendar, one after another, each boundary counted from ``start``.
    ///
    /// Days pass on the clocks of the time zone: where clocks change, one has 23 or 25 hours. A boundary at a local time
    /// that clocks skip is read with the offset from before; one that comes twice is the first of the two.
    ///
    /// Args:
    ///     unit: ``"day"``, ``"week"``, ``"month"``, ``"quarter"`` or ``"year"``.
    ///     count: how many units a period has.
    ///     start: when a period begins on the zone's clocks: a naive ``datetime``, a ``date`` or text such as
    ///         ``"2022-01-31 12:00:00"``. Midnight of 1 January 1970 if None; of Monday, 5 January for weeks.
    ///     tz: the IANA name of the time zone, or a ``ZoneInfo``.
    ///     month_end: where a period ends whose month lacks the start's day: ``"clamp"`` on the month's last, or
    ///         ``"overflow"`` as many days into the next month as are lacking.
    ///
    /// Returns:
    ///     A ``Window``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a word that is none, a count below 1 or a start outside the years 1677 to 2262.
    ///     UnknownTimeZoneError: for a name that is no time zone.
    ///
    /// Examples:
    ///     >>> from datetime import datetime, timezone
    ///     >>> month = slo.Window.calendar("month", tz="Europe/Prague")
    ///     >>> begin, end = month.period_until(datetime(2026, 3, 15, tzinfo=timezone.utc))
    ///     >>> begin.isoformat(), end.isoformat()
    ///     ('2026-02-28T23:00:00+00:00', '2026-03-31T22:00:00+00:00')
    #[staticmethod]
    #[pyo3(
        signature = (unit, count=Count(1), start=None, tz=TimeZone(Zone::UTC), month_end="clamp"),
        text_signature = "(unit, count=1, start=None, tz='UTC', month_end='clamp')"
    )]
    fn calendar(
        unit: &str,
        count: Count,
        start: Option<Start>,
        tz: TimeZone,
        month_end: &str,
    ) -> PyResult<Self> {
        let month_end = choice("month_end", month_end, &MONTH_ENDS, &[])?;
        attempt(|| {
            let calendar = Calendar::new(unit.parse()?, count.0)?.zone(tz.0).month_end(month_end);
            let calendar = match start {
                None => calendar,
                Some(Start::Time(time)) => calendar.start(time)?,
                Some(Start::Text(text)) => calendar.starting(&text)?,
            };
            Ok(Self(core::Window::calendar(calendar)))
        })
    }

    /// The window's length, a ``timedelta`` (whole microseconds); of a calendar, the mean one.
    #[getter]
    fn length(&self) -> Span {
        Span(self.0.length())
    }

    /// The unit of the calendar; None for a rolling window.
    #[getter]
    fn unit(&self) -> Option<String> {
        self.0.follows().map(|calendar| calendar.unit().to_string())
    }

    /// How many units a period of the calendar has; None for a rolling window.
    #[getter]
    fn count(&self) -> Option<u32> {
        self.0.follows().map(|calendar| calendar.count())
    }

    /// When a period of the calendar begins, a naive ``datetime`` on the zone's clocks; None for a rolling window.
    #[getter]
    fn start(&self) -> Option<NaiveDateTime> {
        self.0.follows().map(|calendar| calendar.starts_at())
    }

    /// The name of the calendar's time zone; None for a rolling window.
    #[getter]
    fn tz(&self) -> Option<String> {
        self.0.follows().map(|calendar| calendar.clock().to_string())
    }

    /// Where a period ends whose month lacks the start's day; None for a rolling window.
    #[getter]
    fn month_end(&self) -> Option<&'static str> {
        self.0.follows().map(|calendar| word(&calendar.at_month_end(), &MONTH_ENDS))
    }

    /// The length of the period that holds an instant, a ``timedelta``.
    ///
    /// Examples:
    ///     >>> from datetime import datetime, timezone
    ///     >>> slo.Window.calendar("month").length_at(datetime(2028, 2, 10, tzinfo=timezone.utc))
    ///     datetime.timedelta(days=29)
    fn length_at(&self, at: Instant) -> PyResult<Span> {
        guard(|| Span(self.0.length_at(at.0)))
    }

    /// Begin and end of the window ``(begin, end]`` that holds the counts of an instant, as aware ``datetime`` in UTC.
    ///
    /// A rolling window ends at the instant; a period of the calendar is the whole one. An instant on the boundary of two
    /// periods belongs to the one that ends there, as a count at that instant does.
    ///
    /// Examples:
    ///     >>> from datetime import datetime, timezone
    ///     >>> begin, end = slo.Window("30d").period_until(datetime(2026, 1, 31, tzinfo=timezone.utc))
    ///     >>> begin.isoformat(), end.isoformat()
    ///     ('2026-01-01T00:00:00+00:00', '2026-01-31T00:00:00+00:00')
    fn period_until(&self, at: Instant) -> PyResult<(Instant, Instant)> {
        let (begin, end) = guard(|| self.0.period_until(at.0))?;
        Ok((Instant(begin), Instant(end)))
    }

    /// Begin and end of the window that is under way from an instant on: a boundary belongs to the period that begins
    /// there.
    ///
    /// Examples:
    ///     >>> from datetime import datetime, timezone
    ///     >>> begin, end = slo.Window.calendar("day").period(datetime(2026, 3, 1, tzinfo=timezone.utc))
    ///     >>> begin.isoformat(), end.isoformat()
    ///     ('2026-03-01T00:00:00+00:00', '2026-03-02T00:00:00+00:00')
    fn period(&self, at: Instant) -> PyResult<(Instant, Instant)> {
        let (begin, end) = guard(|| self.0.period(at.0))?;
        Ok((Instant(begin), Instant(end)))
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    pub(crate) fn __repr__(&self) -> PyResult<String> {
        let Some(calendar) = self.0.follows() else { return Ok(format!("Window('{}')", self.__str__()?)) };
        guard(|| {
            let Ok(plain) = Calendar::new(calendar.unit(), calendar.count()) else { return String::new() };
            let start = if calendar.starts_at() == plain.starts_at() {
                String::new()
            } else {
                format!(", start='{}'", calendar.starts_at())
            };
            let month_end = if calendar.at_month_end() == plain.at_month_end() {
                String::new()
            } else {
                format!(", month_end='{}'", word(&calendar.at_month_end(), &MONTH_ENDS))
            };
            let (unit, count, zone) = (calendar.unit(), calendar.count(), calendar.clock());
            format!("Window.calendar('{unit}', count={count}{start}, tz='{zone}'{month_end})")
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let class = py.get_type::<Self>();
        match self.0.follows() {
            None => Ok((class.into_any(), (self.__str__()?,).into_pyobject(py)?)),
            Some(calendar) => {
                // As text, because a datetime has no nanoseconds.
                let start = format!("{:?}", calendar.starts_at());
                let state = (self.unit(), self.count(), start, self.tz(), self.month_end());
                Ok((class.getattr("calendar")?, state.into_pyobject(py)?))
            }
        }
    }
}

/// A window, or the length of one.
pub(crate) struct Length(pub(crate) core::Window);

impl<'py> FromPyObject<'_, 'py> for Length {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match given.cast::<Window>() {
            Ok(window) => Ok(Self(window.get().0)),
            Err(_) => Ok(Self(Window::new(given.extract()?)?.0)),
        }
    }
}

/// How many units a period has.
struct Count(u32);

impl<'py> FromPyObject<'_, 'py> for Count {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let count = whole(&given)?;
        let reason = "must be at least 1, and at most 4294967295";
        u32::try_from(count).map(Self).map_err(|_| raise(Error::invalid("count", count, reason)))
    }
}

/// A time zone: its name, or a `tzinfo` that is shown as one.
#[derive(Clone, Copy)]
pub(crate) struct TimeZone(pub(crate) Zone);

impl<'py> FromPyObject<'_, 'py> for TimeZone {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if !given.is_instance_of::<PyString>() && !given.is_instance_of::<PyTzInfo>() {
            return Err(wrong_type("the name of a time zone or a ZoneInfo", &given));
        }
        let name = given.str()?;
        let name = name.to_cow()?;
        attempt(|| name.parse()).map(Self)
    }
}

/// A time on the clocks of a zone.
enum Start {
    Time(NaiveDateTime),
    Text(String),
}

impl<'py> FromPyObject<'_, 'py> for Start {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = given.cast::<PyString>() {
            return Ok(Self::Text(text.to_cow()?.into_owned()));
        }
        if given.is_instance_of::<PyDateTime>() {
            if !given.getattr("tzinfo")?.is_none() {
                let reason = "must be a local time without a time zone: the zone is given by tz";
                return Err(raise(Error::invalid("start", &*given, reason)));
            }
            return given.extract().map(Self::Time);
        }
        if given.is_instance_of::<PyDate>() {
            let date: NaiveDate = given.extract()?;
            return Ok(Self::Time(date.and_time(NaiveTime::MIN)));
        }
        Err(wrong_type("a naive datetime, a date, or text such as \"2022-01-31 12:00:00\"", &given))
    }
}
