//! Instants and durations: exact, in nanoseconds, with checked arithmetic.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, TimeDelta, TimeZone, Utc};

use crate::error::{Error, Result};
use crate::fraction::Fraction;

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// The units of a duration's text, largest first: name and length in nanoseconds.
const UNITS: [(&str, i64); 8] = [
    ("w", 7 * 86_400 * NANOS_PER_SECOND),
    ("d", 86_400 * NANOS_PER_SECOND),
    ("h", 3_600 * NANOS_PER_SECOND),
    ("m", 60 * NANOS_PER_SECOND),
    ("s", NANOS_PER_SECOND),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// A length of time: a signed number of nanoseconds.
///
/// Text is Prometheus' form, `"30d"` or `"1h30m"`, with the units `w d h m s ms us ns` in falling order, each at most
/// once. A day has 24 hours and a week seven days; a month is a matter of calendars and has no such text.
///
/// # Examples
///
/// ```
/// use slo_core::Duration;
///
/// let window: Duration = "1h30m".parse()?;
/// assert_eq!(window, Duration::from_seconds(5_400));
/// assert_eq!(window.to_string(), "1h30m");
/// assert_eq!("30d".parse::<Duration>()?.to_string(), "30d");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A duration of so many nanoseconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    ///
    /// assert_eq!(Duration::from_nanos(1_500_000).to_string(), "1ms500us");
    /// ```
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// A duration of so many seconds; beyond 292 years it stays at the limit.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    ///
    /// assert_eq!(Duration::from_seconds(90).to_string(), "1m30s");
    /// assert_eq!(Duration::from_seconds(i64::MAX), Duration::from_nanos(i64::MAX));
    /// ```
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(NANOS_PER_SECOND))
    }

    /// A duration of so many minutes; beyond 292 years it stays at the limit.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    ///
    /// assert_eq!(Duration::from_minutes(5), "300s".parse()?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn from_minutes(minutes: i64) -> Self {
        Self::from_seconds(minutes.saturating_mul(60))
    }

    /// A duration of so many hours; beyond 292 years it stays at the limit.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    ///
    /// assert_eq!(Duration::from_hours(6).seconds(), 21_600.0);
    /// ```
    pub const fn from_hours(hours: i64) -> Self {
        Self::from_minutes(hours.saturating_mul(60))
    }

    /// A duration of so many days of 24 hours; beyond 292 years it stays at the limit.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    ///
    /// assert_eq!(Duration::from_days(28), "4w".parse()?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn from_days(days: i64) -> Self {
        Self::from_hours(days.saturating_mul(24))
    }

    /// The nearest duration to so many seconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    ///
    /// assert_eq!(Duration::from_seconds_f64(0.25)?, Duration::from_nanos(250_000_000));
    /// assert!(Duration::from_seconds_f64(f64::INFINITY).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] if `seconds` is not finite or does not fit 292 years.
    pub fn from_seconds_f64(seconds: f64) -> Result<Self> {
        let nanos = (seconds * 1e9).round();
        nanos_from_f64(nanos)
            .map(Self)
            .ok_or_else(|| Error::invalid("duration", seconds, "must be finite and shorter than 292 years"))
    }

    /// The length in nanoseconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    ///
    /// let scrape: Duration = "15s".parse()?;
    /// assert_eq!(scrape.nanos(), 15_000_000_000);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// The length in seconds, to the nearest float.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    ///
    /// let request: Duration = "1s500ms".parse()?;
    /// assert_eq!(request.seconds(), 1.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// Whether the duration is longer than zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    ///
    /// assert!(Duration::from_nanos(1).is_positive());
    /// assert!(!Duration::ZERO.is_positive());
    /// ```
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// The duration times `factor`, rounded to the nanosecond; `None` when it does not fit.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    ///
    /// // Half a month's budget, burnt twice as fast as planned, lasts a quarter of the month.
    /// let month = Duration::from_days(30);
    /// assert_eq!(month.scaled(0.5 / 2.0), Some(Duration::from_hours(180)));
    /// assert_eq!(month.scaled(1e6), None);
    /// ```
    pub fn scaled(self, factor: f64) -> Option<Self> {
        nanos_from_f64((self.0 as f64 * factor).round()).map(Self)
    }

    /// The duration times a fraction of at most one, rounded down to the nanosecond.
    pub(crate) fn share(self, fraction: Fraction) -> Self {
        let nanos = u128::from(self.0.unsigned_abs());
        let share = nanos.checked_mul(fraction.numerator()).map(|product| product / fraction.denominator());
        Self(share.and_then(|share| i64::try_from(share).ok()).unwrap_or(self.0))
    }

    /// Refuses a duration that is zero or negative.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    ///
    /// assert_eq!(Duration::from_hours(1).check_positive("window")?.to_string(), "1h");
    /// let error = Duration::ZERO.check_positive("window").unwrap_err();
    /// assert_eq!(error.to_string(), "window = 0s: must be longer than zero");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] with the name and the value.
    pub fn check_positive(self, name: &'static str) -> Result<Self> {
        if self.is_positive() {
            Ok(self)
        } else {
            Err(Error::invalid(name, self, "must be longer than zero"))
        }
    }
}

/// `nanos` as an integer, if it is one that fits.
fn nanos_from_f64(nanos: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0; // 2^63
    #[allow(clippy::cast_possible_truncation, reason = "the range is checked on the same line")]
    (nanos.abs() < LIMIT).then_some(nanos as i64)
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let mut rest = self.0.unsigned_abs();
        for (unit, nanos) in UNITS.iter().skip(1) {
            let nanos = nanos.unsigned_abs();
            if rest >= nanos {
                write!(f, "{}{unit}", rest / nanos)?;
                rest %= nanos;
            }
        }
        Ok(())
    }
}

impl FromStr for Duration {
    type Err = Error;

    /// Reads Prometheus' form, such as `"30d"` or `"1h30m"`, with a minus sign before a negative duration.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    ///
    /// assert_eq!("-1m30s".parse::<Duration>()?.nanos(), -90_000_000_000);
    /// assert!("90".parse::<Duration>().is_err() && "1m1h".parse::<Duration>().is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] with the text and what is wrong with it.
    fn from_str(text: &str) -> Result<Self> {
        let refuse = |reason: &str| Error::invalid("duration", format!("{text:?}"), reason);
        let (negative, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut units = UNITS.iter();
        let mut nanos: i64 = 0;
        if rest.is_empty() {
            return Err(refuse("is empty; write for example \"30d\" or \"1h30m\""));
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (number, tail) = rest.split_at(digits);
            let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
            let (unit, tail) = tail.split_at(letters);
            if unit.is_empty() && tail.is_empty() && digits > 0 {
                return Err(refuse("needs a unit: w, d, h, m, s, ms, us or ns"));
            }
            let number: i64 = number.parse().map_err(|_| refuse("is not of the form \"1h30m\""))?;
            let (_, length) = units.find(|(name, _)| *name == unit).ok_or_else(|| {
                refuse("needs the units w, d, h, m, s, ms, us, ns in falling order, each at most once")
            })?;
            nanos = number
                .checked_mul(*length)
                .and_then(|part| nanos.checked_add(part))
                .ok_or_else(|| refuse("does not fit 292 years"))?;
            rest = tail;
        }
        Ok(Self(if negative { -nanos } else { nanos }))
    }
}

impl TryFrom<std::time::Duration> for Duration {
    type Error = Error;

    /// The same length of time.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    ///
    /// assert_eq!(Duration::try_from(std::time::Duration::from_secs(60))?, Duration::from_minutes(1));
    /// assert!(Duration::try_from(std::time::Duration::MAX).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] if it does not fit 292 years.
    fn try_from(value: std::time::Duration) -> Result<Self> {
        i64::try_from(value.as_nanos())
            .map(Self)
            .map_err(|_| Error::invalid("duration", format!("{value:?}"), "does not fit 292 years"))
    }
}

impl TryFrom<TimeDelta> for Duration {
    type Error = Error;

    /// The same length of time.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    /// use slo_core::chrono::TimeDelta;
    ///
    /// assert_eq!(Duration::try_from(TimeDelta::minutes(-90))?.to_string(), "-1h30m");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] if it does not fit 292 years.
    fn try_from(value: TimeDelta) -> Result<Self> {
        value
            .num_nanoseconds()
            .map(Self)
            .ok_or_else(|| Error::invalid("duration", value, "does not fit 292 years"))
    }
}

impl From<Duration> for TimeDelta {
    /// The same length of time, which always fits.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Duration;
    /// use slo_core::chrono::TimeDelta;
    ///
    /// assert_eq!(TimeDelta::from(Duration::from_hours(36)).num_minutes(), 2_160);
    /// ```
    fn from(value: Duration) -> Self {
        Self::nanoseconds(value.0)
    }
}

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
            .checked_add(duration.0)
            .map(Self)
            .ok_or_else(|| Error::out_of_range(format!("the instant {duration} after {self}")))
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
        Self(self.0.saturating_sub(duration.0))
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
            .map(Duration)
            .ok_or_else(|| Error::out_of_range(format!("the time from {earlier} to {self}")))
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

#[cfg(feature = "serde")]
crate::text::serde_text!(Duration, Timestamp);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_are_read_and_printed() {
        for (text, seconds, printed) in [
            ("30d", 30 * 86_400, "30d"),
            ("4w", 28 * 86_400, "28d"),
            ("1h30m", 5_400, "1h30m"),
            ("90m", 5_400, "1h30m"),
            ("-5m", -300, "-5m"),
            ("0s", 0, "0s"),
        ] {
            let duration: Duration = text.parse().unwrap();
            assert_eq!(duration, Duration::from_seconds(seconds));
            assert_eq!(duration.to_string(), printed);
        }
    }

    #[test]
    fn malformed_durations_are_refused_with_their_text() {
        for text in [
            "",
            "-",
            "30",
            "d",
            "30 d",
            "1m1h",
            "1h1h",
            "1.5h",
            "1M",
            "99999999999999999999d",
            "300y",
            "106752d",
            "ü",
        ] {
            let error = text.parse::<Duration>().unwrap_err();
            assert!(error.to_string().contains(&format!("{text:?}")), "{error}");
        }
        assert!("106751d".parse::<Duration>().is_ok());
    }

    #[test]
    fn unix_seconds_keep_their_milliseconds() {
        // Prometheus writes instants as seconds with three decimals; the nearest float is within 1.2e-7 s.
        let instant = Timestamp::from_unix_seconds(1_795_355_538.615).unwrap();
        assert!((instant.nanos() - 1_795_355_538_615_000_000).abs() < 200);
        assert_eq!(Timestamp::from_unix_seconds(-0.5).unwrap().nanos(), -500_000_000);
        for seconds in [f64::NAN, f64::INFINITY, 1e10, -1e300] {
            assert!(Timestamp::from_unix_seconds(seconds).is_err());
        }
    }

    #[test]
    fn arithmetic_past_the_representable_range_is_refused() {
        let last = Timestamp::from_nanos(i64::MAX);
        assert!(last.checked_add(Duration::from_nanos(1)).is_err());
        assert!(last.since(Timestamp::from_nanos(-1)).is_err());
        assert_eq!(Timestamp::from_nanos(i64::MIN).saturating_sub(Duration::from_nanos(1)).nanos(), i64::MIN);
    }

    proptest! {
        #[test]
        fn text_round_trips(nanos in -i64::MAX..i64::MAX) {
            let duration = Duration::from_nanos(nanos);
            prop_assert_eq!(duration.to_string().parse::<Duration>().unwrap(), duration);
            let instant = Timestamp::from_nanos(nanos);
            prop_assert_eq!(instant.to_string().parse::<Timestamp>().unwrap(), instant);
        }
    }
}
