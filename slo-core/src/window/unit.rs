//! What periods of the calendar are made of.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// A unit of the calendar.
///
/// # Examples
///
/// ```
/// use slo_core::CalendarUnit;
///
/// assert_eq!("quarter".parse::<CalendarUnit>()?, CalendarUnit::Quarter);
/// assert_eq!(CalendarUnit::Week.to_string(), "week");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum CalendarUnit {
    /// From a time of day to the same on the next day: 23 to 25 hours where clocks change.
    Day,
    /// Seven days.
    Week,
    /// From a day of a month to the same of the next.
    Month,
    /// Three months.
    Quarter,
    /// Twelve months.
    Year,
}

impl CalendarUnit {
    const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// The unit's name.
    const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The mean length in seconds.
    pub(super) const fn seconds(self) -> i64 {
        match self {
            Self::Day => 86_400,
            Self::Week => 7 * 86_400,
            Self::Month => 2_629_746,
            Self::Quarter => 7_889_238,
            Self::Year => 31_556_952,
        }
    }
}

impl fmt::Display for CalendarUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CalendarUnit {
    type Err = Error;

    /// Reads `day`, `week`, `month`, `quarter` or `year`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::CalendarUnit;
    ///
    /// assert_eq!("year".parse::<CalendarUnit>()?, CalendarUnit::Year);
    /// assert!("fortnight".parse::<CalendarUnit>().is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for any other word.
    fn from_str(text: &str) -> Result<Self> {
        let unit = Self::ALL.into_iter().find(|unit| unit.name() == text);
        let reason = "must be \"day\", \"week\", \"month\", \"quarter\" or \"year\"";
        unit.ok_or_else(|| Error::invalid("unit", format!("{text:?}"), reason))
    }
}

/// Where a period ends whose month lacks the day at which the periods start.
///
/// # Examples
///
/// ```
/// use slo_core::{Calendar, CalendarUnit, MonthEnd, Window};
///
/// let calendar = Calendar::new(CalendarUnit::Month, 1)?.start("2026-01-31T00:00:00".parse().unwrap())?;
/// let at = "2026-02-10T00:00:00Z".parse()?;
/// let (_, clamped) = Window::calendar(calendar).period_until(at);
/// assert_eq!(clamped, "2026-02-28T00:00:00Z".parse()?);
/// let (_, overflown) = Window::calendar(calendar.month_end(MonthEnd::Overflow)).period_until(at);
/// assert_eq!(overflown, "2026-03-03T00:00:00Z".parse()?);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum MonthEnd {
    /// On the last day of that month: 31 January, 28 February, 31 March, 30 April.
    #[default]
    Clamp,
    /// As many days into the next month as are lacking: 31 January, 3 March, 31 March, 1 May.
    Overflow,
}
