//! Lengths of time.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use super::{NANOS_PER_SECOND, nanos_from_f64};
use crate::error::{Error, Result};
use crate::fraction::Fraction;

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
/// Text is of Prometheus' kind, `"30d"` or `"1h30m"`, with the units `w d h m s ms us ns` in falling order, each at most
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
        let mut nanos: i128 = 0;
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
            let number: u64 = number.parse().map_err(|_| refuse("is not of the form \"1h30m\""))?;
            let (_, length) = units.find(|(name, _)| *name == unit).ok_or_else(|| {
                refuse("needs the units w, d, h, m, s, ms, us, ns in falling order, each at most once")
            })?;
            nanos += i128::from(number) * i128::from(*length);
            rest = tail;
        }
        let signed = if negative { -nanos } else { nanos };
        i64::try_from(signed).map(Self).map_err(|_| refuse("does not fit 292 years"))
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
