//! Instants.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, TimeZone, Utc};

use super::{Duration, NANOS_PER_SECOND, nanos_from_f64};
use crate::error::{Error, Result};

/// An instant: nanoseconds since the Unix epoch, from 1677 to 2262.
///
/// # Examples
///
/// ```
/// use slo_core::{Duration, Timestamp};
///
/// let noon: Timestamp = "2026-03-29T12:00:00Z".parse()?;
/// assert_eq!(noon.nanos(), 1_774_785_600_000_000_000);
/// assert_eq!(noon.checked_add(Duration::from_minutes(90))?.to_string(), "2026-03-29T13:30:00Z");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant so many nanoseconds after the Unix epoch.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Timestamp;
    ///
    /// assert_eq!(Timestamp::from_nanos(60_000_000_000).to_string(), "1970-01-01T00:01:00Z");
    /// ```
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// The instant nearest to so many Unix seconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Timestamp;
    ///
    /// assert_eq!(Timestamp::from_unix_seconds(86_400.5)?.to_string(), "1970-01-02T00:00:00.500Z");
    /// assert!(Timestamp::from_unix_seconds(1e10).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] if `seconds` is not finite or lies outside the years 1677 to 2262.
    pub fn from_unix_seconds(seconds: f64) -> Result<Self> {
        let refuse =
            || Error::invalid("timestamp", seconds, "must be finite and lie between the years 1677 and 2262");
        let whole = seconds.floor();
        let nanos = nanos_from_f64(((seconds - whole) * 1e9).round()).ok_or_else(refuse)?;
        nanos_from_f64(whole)
            .and_then(|s| s.checked_mul(NANOS_PER_SECOND))
            .and_then(|s| s.checked_add(nanos))
            .map(Self)
            .ok_or_else(refuse)
    }

    /// Nanoseconds since the Unix epoch.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Timestamp;
    ///
    /// let before: Timestamp = "1969-12-31T23:59:59Z".parse()?;
    /// assert_eq!(before.nanos(), -1_000_000_000);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// The instant `duration` later.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Timestamp};
    ///
    /// let leap_day: Timestamp = "2028-02-28T12:00:00Z".parse()?;
    /// assert_eq!(leap_day.checked_add(Duration::from_days(1))?.to_string(), "2028-02-29T12:00:00Z");
    /// assert!(leap_day.checked_add(Duration::from_days(100_000)).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] past the year 2262.
    pub fn checked_add(self, duration: Duration) -> Result<Self> {
        self.0
            .checked_add(duration.nanos())
            .map(Self)
            .ok_or_else(|| Error::out_of_range(format!("the instant {duration} after {self}")))
    }

    /// The earliest multiple of a step since the Unix epoch that does not come before the instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at: Timestamp = "2026-01-01T00:00:01Z".parse()?;
    /// assert_eq!(at.ceil(minute)?.to_string(), "2026-01-01T00:01:00Z");
    /// assert_eq!(at.ceil(minute)?.ceil(minute), at.ceil(minute));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the step is positive; [`Error::OutOfRange`] past the year 2262.
    pub fn ceil(self, step: Duration) -> Result<Self> {
        let step = step.check_positive("step")?;
        self.checked_add(self.short_of(step))
    }

    /// How far the instant lies before the next multiple of a step, which is positive; zero at a multiple.
    pub(crate) const fn short_of(self, step: Duration) -> Duration {
        let step = step.nanos();
        Duration::from_nanos((-self.0.rem_euclid(step)).rem_euclid(step))
    }

    /// The instant `duration` earlier; before the year 1677 it stays at the limit.
    ///
    /// A window that reaches back past the first representable instant holds all there is, so nothing is lost here.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Timestamp};
    ///
    /// let new_year: Timestamp = "2026-01-01T00:00:00Z".parse()?;
    /// assert_eq!(new_year.saturating_sub(Duration::from_minutes(5)).to_string(), "2025-12-31T23:55:00Z");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn saturating_sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(duration.nanos()))
    }

    /// The instant `duration` later; at the limit where no instant is.
    pub(crate) const fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.nanos()))
    }

    /// The instant `index` steps later; at the limit where no instant is.
    pub(crate) fn nth(self, step: Duration, index: usize) -> Self {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(step.nanos().saturating_mul(index)))
    }

    /// The time from `earlier` to this instant, negative when it comes after.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Timestamp};
    ///
    /// // From noon to noon across the night in which clocks are put forward.
    /// let saturday: Timestamp = "2026-03-28T12:00:00+01:00".parse()?;
    /// let sunday: Timestamp = "2026-03-29T12:00:00+02:00".parse()?;
    /// assert_eq!(sunday.since(saturday)?, Duration::from_hours(23));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if it does not fit 292 years.
    pub fn since(self, earlier: Self) -> Result<Duration> {
        self.0
            .checked_sub(earlier.0)
            .map(Duration::from_nanos)
            .ok_or_else(|| Error::out_of_range(format!("the time from {earlier} to {self}")))
    }

    /// The time since an earlier instant; the longest there is where it does not fit.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Timestamp};
    ///
    /// let at = Timestamp::from_nanos;
    /// assert_eq!(at(5).saturating_since(at(7)), Duration::from_nanos(-2));
    /// assert_eq!(at(i64::MAX).saturating_since(at(-1)), Duration::from_nanos(i64::MAX));
    /// ```
    #[must_use]
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// The instant as a date and time in UTC.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Timestamp;
    /// use slo_core::chrono::{Datelike, Weekday};
    ///
    /// let at: Timestamp = "2026-03-29T00:30:00+01:00".parse()?;
    /// assert_eq!((at.to_utc().day(), at.to_utc().weekday()), (28, Weekday::Sat));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn to_utc(self) -> DateTime<Utc> {
        Utc.timestamp_nanos(self.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    /// Reads RFC 3339 with an offset.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Timestamp;
    ///
    /// let local: Timestamp = "2026-03-29T14:00:00+02:00".parse()?;
    /// assert_eq!(local.to_string(), "2026-03-29T12:00:00Z");
    /// assert!("2026-03-29 14:00".parse::<Timestamp>().is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] with the text and what is wrong with it.
    fn from_str(text: &str) -> Result<Self> {
        let time = DateTime::parse_from_rfc3339(text)
            .map_err(|e| Error::invalid("timestamp", format!("{text:?}"), format!("is not RFC 3339: {e}")))?;
        Self::try_from(time.to_utc())
    }
}

impl<Tz: TimeZone> TryFrom<DateTime<Tz>> for Timestamp {
    type Error = Error;

    /// The same instant, whatever the time zone.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Timestamp;
    /// use slo_core::chrono::DateTime;
    ///
    /// let time = DateTime::UNIX_EPOCH;
    /// assert_eq!(Timestamp::try_from(time)?.nanos(), 0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] outside the years 1677 to 2262.
    fn try_from(value: DateTime<Tz>) -> Result<Self> {
        value.timestamp_nanos_opt().map(Self).ok_or_else(|| {
            Error::invalid("timestamp", value.to_utc(), "must lie between the years 1677 and 2262")
        })
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = Error;

    /// The same instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use slo_core::Timestamp;
    ///
    /// let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(1_500);
    /// assert_eq!(Timestamp::try_from(time)?.to_string(), "1970-01-01T00:00:01.500Z");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] outside the years 1677 to 2262.
    fn try_from(value: SystemTime) -> Result<Self> {
        Self::try_from(DateTime::<Utc>::from(value))
    }
}
