//! Time zones: which clock a calendar follows.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDateTime, TimeDelta};

use super::Timestamp;
use crate::error::{Error, Result};

/// A time zone by its IANA name: which clock a calendar follows.
///
/// Without the feature `tz` there is UTC alone. The rules of a zone are those of the IANA database that the library was
/// built with, written out to the end of 2099. After that a zone keeps its last offset.
///
/// # Method
///
/// A local time that clocks skip is read with the offset from before the gap: half past two of a spring night that has
/// none is the instant that clocks call half past three. A local time that comes twice is the first of the two. Both
/// are the rules of RFC 5545, section 3.3.5.
///
/// # Examples
///
/// ```
/// use slo_core::{ErrorKind, Zone};
///
/// assert_eq!("UTC".parse::<Zone>()?, Zone::UTC);
/// assert_eq!("Moon/Tycho".parse::<Zone>().unwrap_err().kind(), ErrorKind::UnknownTimeZone);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Zone(Clock);

#[cfg(feature = "tz")]
type Clock = chrono_tz::Tz;

/// The one clock that needs no table.
#[cfg(not(feature = "tz"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Clock;

impl Zone {
    /// Coordinated universal time.
    #[cfg(feature = "tz")]
    pub const UTC: Self = Self(chrono_tz::UTC);

    /// Coordinated universal time.
    #[cfg(not(feature = "tz"))]
    pub const UTC: Self = Self(Clock);

    /// What the clocks of the zone show at an instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Zone;
    ///
    /// let noon = "2026-01-01T12:00:00Z".parse()?;
    /// assert_eq!(Zone::UTC.local(noon).to_string(), "2026-01-01 12:00:00");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn local(self, at: Timestamp) -> NaiveDateTime {
        let utc = at.to_utc().naive_utc();
        utc.checked_add_signed(offset_at(self.0, utc)).unwrap_or(utc)
    }

    /// The instant at which the clocks of the zone show a local time; at the limit beyond the years 1677 to 2262.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Zone;
    /// use slo_core::chrono::NaiveDateTime;
    ///
    /// assert_eq!(Zone::UTC.instant(NaiveDateTime::default()).nanos(), 0);
    /// assert_eq!(Zone::UTC.instant(NaiveDateTime::MAX).nanos(), i64::MAX);
    /// ```
    pub fn instant(self, local: NaiveDateTime) -> Timestamp {
        let nanos = self.nanos(local);
        let limit = if nanos < 0 { i64::MIN } else { i64::MAX };
        Timestamp::from_nanos(i64::try_from(nanos).unwrap_or(limit))
    }

    /// The nanoseconds from the Unix epoch to a local time.
    pub(crate) fn nanos(self, local: NaiveDateTime) -> i128 {
        let at_greenwich = local.and_utc();
        let nanos = i128::from(at_greenwich.timestamp()) * i128::from(super::NANOS_PER_SECOND)
            + i128::from(at_greenwich.timestamp_subsec_nanos());
        nanos - i128::from(offset_of(self.0, local).num_seconds()) * i128::from(super::NANOS_PER_SECOND)
    }
}

/// The offset of a clock at a time in UTC.
#[cfg(feature = "tz")]
fn offset_at(clock: Clock, utc: NaiveDateTime) -> TimeDelta {
    use chrono::{Offset, TimeZone};
    TimeDelta::seconds(i64::from(clock.offset_from_utc_datetime(&utc).fix().local_minus_utc()))
}

/// The offset of a clock at what it shows.
#[cfg(feature = "tz")]
fn offset_of(clock: Clock, local: NaiveDateTime) -> TimeDelta {
    use chrono::{Offset, TimeZone};
    let before_the_gap = || Some(chrono_tz::GapInfo::new(&local, &clock)?.begin?.1);
    let offset = clock.offset_from_local_datetime(&local).earliest().or_else(before_the_gap);
    offset.map_or(TimeDelta::zero(), |o| TimeDelta::seconds(i64::from(o.fix().local_minus_utc())))
}

#[cfg(not(feature = "tz"))]
fn offset_at(_clock: Clock, _utc: NaiveDateTime) -> TimeDelta {
    TimeDelta::zero()
}

#[cfg(not(feature = "tz"))]
fn offset_of(_clock: Clock, _local: NaiveDateTime) -> TimeDelta {
    TimeDelta::zero()
}

impl Default for Zone {
    /// UTC.
    fn default() -> Self {
        Self::UTC
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[cfg(feature = "tz")]
        return f.write_str(self.0.name());
        #[cfg(not(feature = "tz"))]
        f.write_str("UTC")
    }
}

impl FromStr for Zone {
    type Err = Error;

    /// Reads an IANA name such as `"Europe/Prague"`, in its own letters.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Zone;
    ///
    /// assert_eq!("UTC".parse::<Zone>()?.to_string(), "UTC");
    /// assert!("utc+1".parse::<Zone>().is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::UnknownTimeZone`] for a name that is none, or that needs the feature `tz`.
    fn from_str(name: &str) -> Result<Self> {
        #[cfg(feature = "tz")]
        let found = name.parse().ok().map(Self);
        #[cfg(not(feature = "tz"))]
        let found = (name == "UTC").then_some(Self::UTC);
        found.ok_or_else(|| Error::UnknownTimeZone { name: name.to_owned(), known: KNOWN })
    }
}

#[cfg(feature = "tz")]
const KNOWN: &str = "the IANA database has names such as Europe/Prague and UTC";
#[cfg(not(feature = "tz"))]
const KNOWN: &str = "without the feature tz there is UTC alone";

#[cfg(feature = "serde")]
crate::text::serde_text!(Zone);

#[cfg(test)]
#[cfg(feature = "tz")]
mod tests {
    use super::*;

    fn at(zone: &str, local: &str) -> String {
        zone.parse::<Zone>().unwrap().instant(local.parse().unwrap()).to_string()
    }

    #[test]
    fn a_time_that_clocks_skip_has_the_offset_from_before_the_gap() {
        // RFC 5545, 3.3.5. Prague goes from 02:00+01 to 03:00+02 at 01:00 UTC.
        assert_eq!(at("Europe/Prague", "2026-03-29T01:59:59"), "2026-03-29T00:59:59Z");
        assert_eq!(at("Europe/Prague", "2026-03-29T02:00:00"), "2026-03-29T01:00:00Z");
        assert_eq!(at("Europe/Prague", "2026-03-29T02:30:00"), "2026-03-29T01:30:00Z");
        assert_eq!(at("Europe/Prague", "2026-03-29T03:00:00"), "2026-03-29T01:00:00Z");
    }

    #[test]
    fn a_time_that_comes_twice_is_the_first_of_the_two() {
        // RFC 5545, 3.3.5. Prague goes from 03:00+02 back to 02:00+01 at 01:00 UTC.
        assert_eq!(at("Europe/Prague", "2026-10-25T01:59:59"), "2026-10-24T23:59:59Z");
        assert_eq!(at("Europe/Prague", "2026-10-25T02:00:00"), "2026-10-25T00:00:00Z");
        assert_eq!(at("Europe/Prague", "2026-10-25T02:59:59"), "2026-10-25T00:59:59Z");
        assert_eq!(at("Europe/Prague", "2026-10-25T03:00:00"), "2026-10-25T02:00:00Z");
    }

    #[test]
    fn a_whole_day_that_a_zone_skipped_is_no_hindrance() {
        // Samoa had no 30 December 2011: both midnights are the same instant.
        assert_eq!(at("Pacific/Apia", "2011-12-30T00:00:00"), "2011-12-30T10:00:00Z");
        assert_eq!(at("Pacific/Apia", "2011-12-31T00:00:00"), "2011-12-30T10:00:00Z");
    }

    #[test]
    fn offsets_need_not_be_hours() {
        assert_eq!(at("Asia/Kathmandu", "2026-01-01T00:00:00"), "2025-12-31T18:15:00Z");
        // Liberia kept its own mean time until 1972.
        assert_eq!(at("Africa/Monrovia", "1960-01-01T00:00:00"), "1960-01-01T00:44:30Z");
        let zone: Zone = "Australia/Lord_Howe".parse().unwrap();
        let summer = zone.local("2026-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(summer.to_string(), "2026-01-01 11:00:00");
        assert_eq!(zone.local("2026-07-01T00:00:00Z".parse().unwrap()).to_string(), "2026-07-01 10:30:00");
    }

    #[test]
    fn rules_are_known_through_2099_and_the_last_offset_stays() {
        let zone: Zone = "Europe/Prague".parse().unwrap();
        let hour = |instant: &str| zone.local(instant.parse().unwrap()).format("%H").to_string();
        assert_eq!(hour("2099-01-01T00:00:00Z"), "01");
        assert_eq!(hour("2099-07-01T00:00:00Z"), "02");
        assert_eq!(hour("2101-07-01T00:00:00Z"), "01");
    }

    #[test]
    fn names_are_their_own_text() {
        for name in ["Europe/Prague", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+5"] {
            assert_eq!(name.parse::<Zone>().unwrap().to_string(), name);
        }
        for name in ["", "europe/prague", "CET-1", "Europe", "../etc/localtime", "Prague"] {
            let error = name.parse::<Zone>().unwrap_err();
            assert!(matches!(&error, Error::UnknownTimeZone { name: found, .. } if found == name), "{error}");
        }
    }

    #[test]
    fn the_ends_of_time_are_reached_and_not_passed() {
        let zone: Zone = "Europe/Prague".parse().unwrap();
        assert_eq!(zone.instant(NaiveDateTime::MIN).nanos(), i64::MIN);
        assert_eq!(zone.instant(NaiveDateTime::MAX).nanos(), i64::MAX);
        for nanos in [i64::MIN, i64::MAX] {
            let at = Timestamp::from_nanos(nanos);
            assert_eq!(zone.instant(zone.local(at)), at);
        }
    }
}
