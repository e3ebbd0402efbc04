//! Rules by which a time comes again, as calendars write them.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDateTime, Weekday};

use crate::error::{Error, Result};
use crate::time::{Timestamp, Zone};

/// A rule by which a time comes again: a part of RFC 5545's `RRULE`.
///
/// Text is of the parts `FREQ` (`HOURLY`, `DAILY`, `WEEKLY`, `MONTHLY`, `YEARLY`), `INTERVAL`, `COUNT` or `UNTIL`, and
/// `BYDAY` (with a number such as `2TU` or `-1FR` where the frequency is monthly or yearly), joined by semicolons. Any
/// other part of RFC 5545 is refused by its name. Weeks begin on Monday.
///
/// # Method
///
/// The first time is given by what recurs. Days, weeks, months and years pass on the clocks of the zone, so that two in
/// the morning stays two in the morning; a local time that clocks skip or show twice is read as [`Zone`] says. A month
/// or year without the first time's day has no occurrence. Hours pass as time does: every 24th hour drifts by one
/// where clocks change. `COUNT` counts what the rule makes, from the first time on; the first time itself occurs only
/// if the rule says so. An occurrence at `UNTIL` is the last one.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `INTERVAL` | 1 | 1 to 2^32 - 1 | of the frequency |
/// | `COUNT` | no end | 1 to 2^32 - 1 | occurrences |
/// | `UNTIL` | no end | `20261231T235959Z`, or without `Z` on the zone's clocks | instant |
/// | `BYDAY` | the first time's day | `MO` to `SU`, with numbers from 1 to 53 | |
/// | `zone` | UTC | | IANA name |
///
/// # Examples
///
/// ```
/// use slo_core::Recurrence;
///
/// let patches: Recurrence = "FREQ=MONTHLY;BYDAY=2TU".parse()?;
/// assert_eq!(patches.to_string(), "FREQ=MONTHLY;BYDAY=2TU");
/// let refused = "FREQ=MONTHLY;BYMONTHDAY=13".parse::<Recurrence>().unwrap_err();
/// assert!(refused.to_string().starts_with("BYMONTHDAY of a recurrence is not supported"));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Desruisseaux, B. (2009). *Internet Calendaring and Scheduling Core Object Specification (iCalendar)*. RFC 5545,
/// section 3.3.10.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Recurrence {
    pub(super) frequency: Frequency,
    pub(super) interval: u32,
    pub(super) end: End,
    pub(super) days: Vec<Day>,
    pub(super) zone: Zone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Frequency {
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

const FREQUENCIES: [(&str, Frequency); 5] = [
    ("HOURLY", Frequency::Hourly),
    ("DAILY", Frequency::Daily),
    ("WEEKLY", Frequency::Weekly),
    ("MONTHLY", Frequency::Monthly),
    ("YEARLY", Frequency::Yearly),
];

/// When it comes no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum End {
    Never,
    After(u32),
    /// The last possible instant.
    At(Timestamp),
    /// The last possible time on the zone's clocks.
    AtLocal(NaiveDateTime),
}

/// A day of the week: every one, or the so many-th of the month or year, from its end where negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Day {
    pub(super) number: i8,
    pub(super) weekday: Weekday,
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

const DATE_TIME: &str = "%Y%m%dT%H%M%S";

impl Recurrence {
    /// The time zone on whose clocks days, weeks, months and years pass.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Recurrence, Zone};
    ///
    /// let daily = "FREQ=DAILY".parse::<Recurrence>()?;
    /// assert_eq!(daily.clone().zone(Zone::UTC), daily);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// The time zone.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Recurrence, Zone};
    ///
    /// assert_eq!("FREQ=DAILY".parse::<Recurrence>()?.clock(), Zone::UTC);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn clock(&self) -> Zone {
        self.zone
    }
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frequency = FREQUENCIES.iter().find(|(_, frequency)| *frequency == self.frequency);
        write!(f, "FREQ={}", frequency.map_or("", |(name, _)| name))?;
        if self.interval > 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        match self.end {
            End::Never => {}
            End::After(count) => write!(f, ";COUNT={count}")?,
            End::At(at) => write!(f, ";UNTIL={}Z", at.to_utc().format(DATE_TIME))?,
            End::AtLocal(local) => write!(f, ";UNTIL={}", local.format(DATE_TIME))?,
        }
        for (place, Day { number, weekday }) in self.days.iter().enumerate() {
            f.write_str(if place == 0 { ";BYDAY=" } else { "," })?;
            if *number != 0 {
                write!(f, "{number}")?;
            }
            let name = WEEKDAYS.iter().find(|(_, day)| day == weekday);
            f.write_str(name.map_or("", |(name, _)| name))?;
        }
        Ok(())
    }
}

impl FromStr for Recurrence {
    type Err = Error;

    /// Reads a rule such as `"FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU"`, with or without `RRULE:` before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Recurrence;
    ///
    /// let rule: Recurrence = "RRULE:FREQ=WEEKLY;BYDAY=SA,SU;UNTIL=20261231T000000Z".parse()?;
    /// assert_eq!(rule.to_string(), "FREQ=WEEKLY;UNTIL=20261231T000000Z;BYDAY=SA,SU");
    /// assert!("every second Tuesday".parse::<Recurrence>().is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] with the name of a part that RFC 5545 has and this does not;
    /// [`Error::InvalidParameter`] with the text and what is wrong with it.
    fn from_str(text: &str) -> Result<Self> {
        let refuse = |reason: String| Error::invalid("rrule", format!("{text:?}"), reason);
        let upper = text.to_ascii_uppercase();
        let parts = upper.strip_prefix("RRULE:").unwrap_or(&upper);
        let mut read = Parts::default();
        for part in parts.split(';') {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| refuse(format!("{part:?} is not of the form NAME=VALUE")))?;
            read.take(name, value, refuse)?;
        }
        read.finish(refuse)
    }
}

/// The parts of a rule's text.
#[derive(Default)]
struct Parts {
    frequency: Option<Frequency>,
    interval: Option<u32>,
    count: Option<u32>,
    until: Option<End>,
    days: Option<Vec<Day>>,
}

impl Parts {
    fn take(&mut self, name: &str, value: &str, refuse: impl Fn(String) -> Error) -> Result<()> {
        let invalid = |what: &str| refuse(format!("{name}={value}: {what}"));
        let number = || {
            let number = value.parse().ok().filter(|number| *number > 0 && !value.starts_with('+'));
            number.ok_or_else(|| invalid("must be a whole number from 1 to 4294967295"))
        };
        let again = match name {
            "FREQ" => self.frequency.replace(frequency(value, invalid)?).is_some(),
            "INTERVAL" => self.interval.replace(number()?).is_some(),
            "COUNT" => self.count.replace(number()?).is_some(),
            "UNTIL" => {
                let until = until(value)
                    .ok_or_else(|| invalid("must be a date and a time such as 20261231T235959Z"))?;
                self.until.replace(until).is_some()
            }
            "BYDAY" => {
                let days: Option<Vec<Day>> = value.split(',').map(day).collect();
                let days = days.ok_or_else(|| invalid("must be days of the week such as MO,2TU,-1FR"))?;
                self.days.replace(days).is_some()
            }
            "WKST" if value == "MO" => false,
            "WKST" | "BYSECOND" | "BYMINUTE" | "BYHOUR" | "BYMONTHDAY" | "BYYEARDAY" | "BYWEEKNO"
            | "BYMONTH" | "BYSETPOS" => return Err(unsupported(name)),
            _ => return Err(refuse(format!("{name} is not a part of a recurrence"))),
        };
        if again { Err(refuse(format!("{name} is there twice"))) } else { Ok(()) }
    }

    fn finish(self, refuse: impl Fn(String) -> Error) -> Result<Recurrence> {
        let frequency = self.frequency.ok_or_else(|| refuse("FREQ is missing".to_owned()))?;
        let end = match (self.count, self.until) {
            (Some(_), Some(_)) => return Err(refuse("COUNT and UNTIL exclude each other".to_owned())),
            (Some(count), None) => End::After(count),
            (None, until) => until.unwrap_or(End::Never),
        };
        let days = self.days.unwrap_or_default();
        match frequency {
            Frequency::Hourly if !days.is_empty() => return Err(unsupported("BYDAY with FREQ=HOURLY")),
            Frequency::Daily | Frequency::Weekly if days.iter().any(|day| day.number != 0) => {
                let reason = "BYDAY has numbers only with FREQ=MONTHLY or FREQ=YEARLY";
                return Err(refuse(reason.to_owned()));
            }
            _ => {}
        }
        Ok(Recurrence { frequency, interval: self.interval.unwrap_or(1), end, days, zone: Zone::UTC })
    }
}

fn frequency(value: &str, invalid: impl Fn(&str) -> Error) -> Result<Frequency> {
    if matches!(value, "SECONDLY" | "MINUTELY") {
        return Err(unsupported(&format!("FREQ={value}")));
    }
    let found = FREQUENCIES.iter().find(|(name, _)| *name == value);
    found.map(|(_, frequency)| *frequency).ok_or_else(|| invalid("is no frequency"))
}

fn until(value: &str) -> Option<End> {
    let (local, utc) = match value.strip_suffix('Z') {
        Some(local) => (local, true),
        None => (value, false),
    };
    let time = NaiveDateTime::parse_from_str(local, DATE_TIME).ok()?;
    // The format's fields may be shorter when read, but not when written.
    if time.format(DATE_TIME).to_string() != local {
        return None;
    }
    let at = Timestamp::try_from(time.and_utc()).ok()?;
    Some(if utc { End::At(at) } else { End::AtLocal(time) })
}

fn day(text: &str) -> Option<Day> {
    let (number, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let (_, weekday) = WEEKDAYS.iter().find(|(known, _)| *known == name)?;
    if number.is_empty() {
        return Some(Day { number: 0, weekday: *weekday });
    }
    let number: i8 = number.parse().ok().filter(|number: &i8| (1..=53).contains(&number.unsigned_abs()))?;
    Some(Day { number, weekday: *weekday })
}

fn unsupported(part: &str) -> Error {
    Error::Unsupported {
        what: format!("{part} of a recurrence"),
        reason: "FREQ from HOURLY to YEARLY, INTERVAL, COUNT, UNTIL and BYDAY are read".to_owned(),
    }
}

#[cfg(feature = "serde")]
crate::text::serde_text!(Recurrence);
