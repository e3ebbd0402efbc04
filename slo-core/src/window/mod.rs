//! The stretch of time over which an objective is held: the last so much time, or a period of the calendar.

mod calendar;
#[cfg(feature = "serde")]
mod serial;
#[cfg(test)]
mod tests;
mod unit;

use std::fmt;
use std::str::FromStr;

pub use calendar::Calendar;
pub(crate) use calendar::months_of;
pub use unit::{CalendarUnit, MonthEnd};

use crate::error::{Error, Result};
use crate::time::{Duration, Timestamp};

/// A window over which an objective is held: the last so much time, or a period of the calendar.
///
/// Either is open on the left and closed on the right: a count belongs to `(begin, end]` iff `begin < t <= end`, for it
/// counts what happened until its instant.
///
/// # Examples
///
/// ```
/// use slo_core::{Calendar, CalendarUnit, Timestamp, Window};
///
/// let at: Timestamp = "2026-01-31T12:00:00Z".parse()?;
/// let window: Window = "30d".parse()?;
/// assert_eq!(window.period_until(at), ("2026-01-01T12:00:00Z".parse()?, at));
/// let window = Window::calendar(Calendar::new(CalendarUnit::Month, 1)?);
/// assert_eq!(window.period_until(at), ("2026-01-01T00:00:00Z".parse()?, "2026-02-01T00:00:00Z".parse()?));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Rolling(Duration),
    Calendar(Calendar),
}

impl Window {
    /// The last `length` of time.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Window};
    ///
    /// assert_eq!(Window::rolling(Duration::from_days(28))?, "4w".parse()?);
    /// assert!(Window::rolling(Duration::ZERO).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the length is positive.
    pub fn rolling(length: Duration) -> Result<Self> {
        Ok(Self(Kind::Rolling(length.check_positive("window")?)))
    }

    /// The periods of a calendar, one after another.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit, Window};
    ///
    /// let window = Window::calendar(Calendar::new(CalendarUnit::Quarter, 1)?);
    /// let (begin, end) = window.period_until("2026-05-17T00:00:00Z".parse()?);
    /// assert_eq!((begin.to_string().as_str(), end.to_string().as_str()), ("2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z"));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn calendar(calendar: Calendar) -> Self {
        Self(Kind::Calendar(calendar))
    }

    /// The calendar that the window follows; `None` for a rolling one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit, Window};
    ///
    /// let weeks = Calendar::new(CalendarUnit::Week, 2)?;
    /// assert_eq!(Window::calendar(weeks).follows(), Some(weeks));
    /// assert_eq!("14d".parse::<Window>()?.follows(), None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn follows(&self) -> Option<Calendar> {
        match self.0 {
            Kind::Rolling(_) => None,
            Kind::Calendar(calendar) => Some(calendar),
        }
    }

    /// No period of the window is longer.
    pub(crate) const fn longest(&self) -> Duration {
        match self.0 {
            Kind::Rolling(length) => length,
            Kind::Calendar(calendar) => calendar.longest_length(),
        }
    }

    /// The window's length: for a calendar the mean one of the Gregorian cycle of 400 years.
    ///
    /// It is what alert policies and nominal figures are made from; [`length_at`](Self::length_at) is the length of one
    /// period.
    ///
    /// # Method
    ///
    /// ```text
    /// year = 365.2425 d = 31 556 952 s,   quarter = year / 4,   month = year / 12 = 2 629 746 s
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit, Window};
    ///
    /// let window: Window = "30d".parse()?;
    /// assert_eq!(window.length().seconds(), 2_592_000.0);
    /// let window = Window::calendar(Calendar::new(CalendarUnit::Month, 1)?);
    /// assert_eq!(window.length().seconds(), 2_629_746.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn length(&self) -> Duration {
        match self.0 {
            Kind::Rolling(length) => length,
            Kind::Calendar(calendar) => calendar.mean_length(),
        }
    }

    /// The length of the period that holds an instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit, Duration, Window};
    ///
    /// let window = Window::calendar(Calendar::new(CalendarUnit::Month, 1)?);
    /// assert_eq!(window.length_at("2028-02-10T00:00:00Z".parse()?), Duration::from_days(29));
    /// assert_eq!(window.length_at("2028-03-10T00:00:00Z".parse()?), Duration::from_days(31));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn length_at(&self, at: Timestamp) -> Duration {
        match self.0 {
            Kind::Rolling(length) => length,
            Kind::Calendar(_) => {
                let (begin, end) = self.period_until(at);
                end.saturating_since(begin)
            }
        }
    }

    /// Begin and end of the window `(begin, end]` that holds the counts of an instant.
    ///
    /// A rolling window ends at the instant; a period of the calendar is the whole one, and may end after it. An instant
    /// on the boundary of two periods belongs to the one that ends there, as a count at that instant does. What reaches
    /// beyond the representable time stays at its limit.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit, Timestamp, Window};
    ///
    /// let noon: Timestamp = "2026-03-01T12:00:00Z".parse()?;
    /// let (begin, end) = "1d".parse::<Window>()?.period_until(noon);
    /// assert_eq!((begin.to_string().as_str(), end), ("2026-02-28T12:00:00Z", noon));
    ///
    /// // What happened until midnight was counted on the day before.
    /// let days = Window::calendar(Calendar::new(CalendarUnit::Day, 1)?);
    /// let midnight: Timestamp = "2026-03-01T00:00:00Z".parse()?;
    /// assert_eq!(days.period_until(midnight), ("2026-02-28T00:00:00Z".parse()?, midnight));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn period_until(&self, at: Timestamp) -> (Timestamp, Timestamp) {
        match self.0 {
            Kind::Rolling(length) => (at.saturating_sub(length), at),
            Kind::Calendar(calendar) => calendar.period(i128::from(at.nanos())),
        }
    }

    /// Begin and end of the window that is under way from an instant on.
    ///
    /// The same as [`period_until`](Self::period_until), but that an instant on the boundary of two periods of the
    /// calendar belongs to the one that begins there: `begin <= at < end`. It is the period that the next count will
    /// belong to.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit, Timestamp, Window};
    ///
    /// let days = Window::calendar(Calendar::new(CalendarUnit::Day, 1)?);
    /// let midnight: Timestamp = "2026-03-01T00:00:00Z".parse()?;
    /// assert_eq!(days.period(midnight), (midnight, "2026-03-02T00:00:00Z".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn period(&self, at: Timestamp) -> (Timestamp, Timestamp) {
        match self.0 {
            Kind::Rolling(length) => (at.saturating_sub(length), at),
            Kind::Calendar(calendar) => calendar.period(i128::from(at.nanos()) + 1),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Rolling(length) => length.fmt(f),
            Kind::Calendar(calendar) => calendar.fmt(f),
        }
    }
}

impl FromStr for Window {
    type Err = Error;

    /// Reads the length of a rolling window, such as `"30d"`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Window;
    ///
    /// assert_eq!("4w".parse::<Window>()?.to_string(), "28d");
    /// assert!("a month".parse::<Window>().is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] with the text and what is wrong with it, or unless the length is positive.
    fn from_str(text: &str) -> Result<Self> {
        Self::rolling(text.parse()?)
    }
}
