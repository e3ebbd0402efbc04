//! Windows that follow the calendar.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::unit::{CalendarUnit, MonthEnd};
use crate::error::{Error, Result};
use crate::time::{Duration, Timestamp, Zone};

/// Periods of the calendar, one after another: the months of a year, or every second week from a start on.
///
/// # Method
///
/// ```text
/// b(n) = start + n · count · unit   on the clocks of the zone,   period n = (b(n), b(n+1)],   n of any sign
/// ```
///
/// Each boundary is counted from the start, never from the one before, so that periods do not drift: from 31 January it
/// is one month to 28 February and two to 31 March. A day has 23 or 25 hours where clocks change. A boundary at a local
/// time that clocks skip is the instant that the offset from before makes it; one that comes twice is the first of the
/// two, as [`Zone`] says.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `unit` | | day, week, month, quarter, year | |
/// | `count` | | at least 1 | units a period |
/// | `start` | midnight of 1 January 1970; of Monday, 5 January for weeks | years 1677 to 2262 | local time |
/// | `zone` | UTC | | IANA name |
/// | `month_end` | [`MonthEnd::Clamp`] | | |
///
/// # Examples
///
/// ```
/// use slo_core::{Calendar, CalendarUnit, Window};
///
/// // Sprints of two weeks that begin on a Wednesday.
/// let sprints = Calendar::new(CalendarUnit::Week, 2)?.start("2026-01-07T09:00:00".parse().unwrap())?;
/// let (begin, end) = Window::calendar(sprints).period_until("2026-01-30T00:00:00Z".parse()?);
/// assert_eq!((begin.to_string().as_str(), end.to_string().as_str()), ("2026-01-21T09:00:00Z", "2026-02-04T09:00:00Z"));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Desruisseaux, B. (2009). *Internet Calendaring and Scheduling Core Object Specification (iCalendar)*. RFC 5545,
/// section 3.3.5, for local times that do not exist or exist twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Calendar {
    unit: CalendarUnit,
    count: u32,
    start: NaiveDateTime,
    zone: Zone,
    month_end: MonthEnd,
}

impl Calendar {
    /// Periods of so many units.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit, Window};
    ///
    /// let calendar = Calendar::new(CalendarUnit::Month, 6)?;
    /// assert_eq!(Window::calendar(calendar).length().seconds(), 15_778_476.0);
    /// assert!(Calendar::new(CalendarUnit::Month, 0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless there is at least one.
    pub fn new(unit: CalendarUnit, count: u32) -> Result<Self> {
        if count == 0 {
            return Err(Error::invalid("count", count, "must be at least 1"));
        }
        let start = Self::default_start(unit);
        Ok(Self { unit, count, start, zone: Zone::UTC, month_end: MonthEnd::Clamp })
    }

    /// The local time at which a period begins, from which all others are counted, before it as well as after.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit, Window};
    ///
    /// let fiscal = Calendar::new(CalendarUnit::Year, 1)?.start("2026-04-06T00:00:00".parse().unwrap())?;
    /// let (begin, _) = Window::calendar(fiscal).period_until("1999-04-05T00:00:00Z".parse()?);
    /// assert_eq!(begin, "1998-04-06T00:00:00Z".parse()?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] outside the years 1677 to 2262.
    pub fn start(mut self, start: NaiveDateTime) -> Result<Self> {
        if start.and_utc().timestamp_nanos_opt().is_none() {
            return Err(Error::invalid("start", start, "must lie between the years 1677 and 2262"));
        }
        self.start = start;
        Ok(self)
    }

    /// As [`start`](Self::start), from a date such as `2022-01-31` or a date and a time, `2022-01-31 12:00:00`, with a
    /// space or a `T` between them.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit};
    ///
    /// let months = Calendar::new(CalendarUnit::Month, 1)?;
    /// assert_eq!(months.starting("2022-01-15")?, months.starting("2022-01-15T00:00:00")?);
    /// assert!(months.starting("2022-01-32").is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] with the text, and outside the years 1677 to 2262.
    pub fn starting(self, text: &str) -> Result<Self> {
        let date = || text.parse().ok().map(|date: NaiveDate| date.and_time(NaiveTime::MIN));
        let time = text.replacen(' ', "T", 1).parse().ok().or_else(date);
        let reason = "must be a local date, or date and time, such as 2022-01-31 12:00:00";
        self.start(time.ok_or_else(|| Error::invalid("start", format!("{text:?}"), reason))?)
    }

    /// The time zone whose clocks the periods follow.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit, Zone};
    ///
    /// let days = Calendar::new(CalendarUnit::Day, 1)?.zone("UTC".parse()?);
    /// assert_eq!((days, days.clock()), (Calendar::new(CalendarUnit::Day, 1)?, Zone::UTC));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// Where a period ends whose month lacks the start's day.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit, MonthEnd, Window};
    ///
    /// let years = Calendar::new(CalendarUnit::Year, 1)?.start("2024-02-29T00:00:00".parse().unwrap())?;
    /// let years = Window::calendar(years.month_end(MonthEnd::Overflow));
    /// assert_eq!(years.period_until("2024-07-01T00:00:00Z".parse()?).1, "2025-03-01T00:00:00Z".parse()?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn month_end(mut self, month_end: MonthEnd) -> Self {
        self.month_end = month_end;
        self
    }

    /// The unit.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit};
    ///
    /// assert_eq!(Calendar::new(CalendarUnit::Week, 2)?.unit(), CalendarUnit::Week);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn unit(&self) -> CalendarUnit {
        self.unit
    }

    /// How many units a period has.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit};
    ///
    /// assert_eq!(Calendar::new(CalendarUnit::Week, 2)?.count(), 2);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The local time at which a period begins.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit};
    ///
    /// // The first Monday of Unix time.
    /// assert_eq!(Calendar::new(CalendarUnit::Week, 1)?.starts_at().to_string(), "1970-01-05 00:00:00");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn starts_at(&self) -> NaiveDateTime {
        self.start
    }

    /// The time zone.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit};
    ///
    /// assert_eq!(Calendar::new(CalendarUnit::Day, 1)?.clock().to_string(), "UTC");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn clock(&self) -> Zone {
        self.zone
    }

    /// Where a period ends whose month lacks the start's day.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit, MonthEnd};
    ///
    /// assert_eq!(Calendar::new(CalendarUnit::Month, 1)?.at_month_end(), MonthEnd::Clamp);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn at_month_end(&self) -> MonthEnd {
        self.month_end
    }

    /// Where the periods of a unit start unless it is said.
    fn default_start(unit: CalendarUnit) -> NaiveDateTime {
        let days = if unit == CalendarUnit::Week { 4 } else { 0 };
        NaiveDateTime::default() + TimeDelta::days(days)
    }

    pub(super) const fn mean_length(&self) -> Duration {
        // Of 32 and 25 bits; the cast is the only widening that a constant function has.
        #[allow(clippy::cast_lossless, reason = "From is not const")]
        Duration::from_seconds(self.count as i64 * self.unit.seconds())
    }

    /// A length that no period exceeds: two days are more than clocks were ever set back.
    pub(super) const fn longest_length(&self) -> Duration {
        let days = match self.unit {
            CalendarUnit::Day => 1,
            CalendarUnit::Week => 7,
            CalendarUnit::Month => 31,
            CalendarUnit::Quarter => 92,
            CalendarUnit::Year => 366,
        };
        #[allow(clippy::cast_lossless, reason = "From is not const")]
        Duration::from_seconds((self.count as i64 * days + 2) * 86_400)
    }

    /// The period `(begin, end]` that holds an instant.
    pub(super) fn period(&self, nanos: i128) -> (Timestamp, Timestamp) {
        let mut number = self.estimate(nanos);
        while self.boundary(number) >= nanos {
            number -= 1;
        }
        while self.boundary(number + 1) < nanos {
            number += 1;
        }
        (saturated(self.boundary(number)), saturated(self.boundary(number + 1)))
    }

    /// The number of the period that holds an instant, or of one beside it.
    fn estimate(&self, nanos: i128) -> i64 {
        let date = self.zone.local(saturated(nanos)).date();
        let start = self.start.date();
        let units = match self.unit {
            CalendarUnit::Day => (date - start).num_days(),
            CalendarUnit::Week => (date - start).num_days().div_euclid(7),
            CalendarUnit::Month => months_of(date) - months_of(start),
            CalendarUnit::Quarter => (months_of(date) - months_of(start)).div_euclid(3),
            CalendarUnit::Year => i64::from(date.year()) - i64::from(start.year()),
        };
        units.div_euclid(i64::from(self.count))
    }

    /// The begin of a period in nanoseconds, at the limit where no date reaches.
    fn boundary(&self, number: i64) -> i128 {
        let limit = if number < 0 { i128::MIN } else { i128::MAX };
        let units = number.checked_mul(i64::from(self.count));
        units.and_then(|units| self.local(units)).map_or(limit, |local| self.zone.nanos(local))
    }

    /// The local time so many units after the start.
    fn local(&self, units: i64) -> Option<NaiveDateTime> {
        match self.unit {
            CalendarUnit::Day => self.start.checked_add_signed(TimeDelta::try_days(units)?),
            CalendarUnit::Week => self.start.checked_add_signed(TimeDelta::try_weeks(units)?),
            CalendarUnit::Month => self.months_later(units),
            CalendarUnit::Quarter => self.months_later(units.checked_mul(3)?),
            CalendarUnit::Year => self.months_later(units.checked_mul(12)?),
        }
    }

    fn months_later(&self, months: i64) -> Option<NaiveDateTime> {
        let distance = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
        let shift = |date: NaiveDate| {
            if months < 0 { date.checked_sub_months(distance) } else { date.checked_add_months(distance) }
        };
        let date = self.start.date();
        let shifted = match self.month_end {
            MonthEnd::Clamp => shift(date)?,
            MonthEnd::Overflow => {
                shift(date.with_day(1)?)?.checked_add_days(Days::new(u64::from(date.day0())))?
            }
        };
        Some(shifted.and_time(self.start.time()))
    }
}

/// Months since the year 0.
pub(crate) fn months_of(date: NaiveDate) -> i64 {
    12 * i64::from(date.year()) + i64::from(date.month0())
}

fn saturated(nanos: i128) -> Timestamp {
    let limit = if nanos < 0 { i64::MIN } else { i64::MAX };
    Timestamp::from_nanos(i64::try_from(nanos).unwrap_or(limit))
}

impl fmt::Display for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} calendar {}{plural} in {}", self.count, self.unit, self.zone)?;
        if self.start != Self::default_start(self.unit) {
            write!(f, " from {}", self.start)?;
        }
        match self.month_end {
            MonthEnd::Clamp => Ok(()),
            MonthEnd::Overflow => f.write_str(", overflowing"),
        }
    }
}
