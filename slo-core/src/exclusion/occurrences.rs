//! When a recurrence falls, from any instant on, without going through what was before.

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta};

use super::recurrence::{Day, End, Frequency, Recurrence};
use crate::time::{Duration, Timestamp};
use crate::window::months_of;

impl Recurrence {
    /// The instants after `from` and before `to` at which it occurs, if it first may at `first`; in order.
    pub(super) fn begins(&self, first: Timestamp, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        let mut begins = match self.frequency {
            Frequency::Hourly => self.hours(first, from, to),
            _ => self.dates(first, from, to),
        };
        let last = match self.end {
            End::At(at) => at,
            End::AtLocal(local) => self.zone.instant(local),
            End::Never | End::After(_) => Timestamp::from_nanos(i64::MAX),
        };
        begins.retain(|at| from < *at && *at < to && *at <= last);
        begins.sort_unstable();
        begins.dedup();
        begins
    }

    /// Every so many hours.
    fn hours(&self, first: Timestamp, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        let step = i128::from(Duration::from_hours(i64::from(self.interval)).nanos());
        let since = |at: Timestamp| i128::from(at.nanos()) - i128::from(first.nanos());
        let begin = (since(from).div_euclid(step) + 1).max(0);
        let end = -(-since(to)).div_euclid(step);
        let end = if let End::After(count) = self.end { end.min(i128::from(count)) } else { end };
        let nth = |number: i128| i64::try_from(i128::from(first.nanos()) + number * step).ok();
        (begin..end).map_while(nth).map(Timestamp::from_nanos).collect()
    }

    /// On days of the calendar, at the first one's time of day.
    fn dates(&self, first: Timestamp, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        /// What lies between a date and the instant that it becomes, where a zone skips a day.
        const MARGIN: Days = Days::new(2);
        let start = self.zone.local(first);
        let rule = Dated { rule: self, start: start.date() };
        let earliest = self.zone.local(from).date().checked_sub_days(MARGIN).unwrap_or(NaiveDate::MIN);
        let latest = self.zone.local(to).date().checked_add_days(MARGIN).unwrap_or(NaiveDate::MAX);
        let begin = rule.number(earliest).max(0);
        let mut left = match self.end {
            End::After(count) => u64::from(count).saturating_sub(rule.dates_before(begin)),
            _ => u64::MAX,
        };
        let mut begins = Vec::new();
        for number in begin..=rule.number(latest) {
            let Some(dates) = rule.dates(number) else { break };
            for date in dates {
                if left == 0 {
                    return begins;
                }
                left -= 1;
                let local = date.and_time(start.time());
                // The first time may be the second of two that clocks show alike.
                begins.push(if local == start { first } else { self.zone.instant(local) });
            }
        }
        begins
    }
}

/// A rule on the calendar: unit number 0 is the day, week, month or year that holds the start, number n the one n
/// intervals later.
struct Dated<'a> {
    rule: &'a Recurrence,
    start: NaiveDate,
}

impl Dated<'_> {
    /// The number of the last unit that begins on or before a date.
    fn number(&self, date: NaiveDate) -> i64 {
        let (date, start) = (date, self.start);
        let units = match self.rule.frequency {
            Frequency::Weekly => (monday(date) - monday(start)).num_days().div_euclid(7),
            Frequency::Monthly => months_of(date) - months_of(start),
            Frequency::Yearly => i64::from(date.year()) - i64::from(start.year()),
            Frequency::Daily | Frequency::Hourly => (date - start).num_days(),
        };
        units.div_euclid(i64::from(self.rule.interval))
    }

    /// The rule's dates in a unit, in order and not before the start; `None` beyond the calendar.
    fn dates(&self, number: i64) -> Option<Vec<NaiveDate>> {
        let units = number.checked_mul(i64::from(self.rule.interval))?;
        let mut dates = match self.rule.frequency {
            Frequency::Weekly => {
                self.in_week(monday(self.start).checked_add_signed(TimeDelta::try_weeks(units)?)?)
            }
            Frequency::Monthly => self.in_month(first_of(self.start, units)?),
            Frequency::Yearly => self.in_year(first_of(self.start.with_month(1)?, units.checked_mul(12)?)?),
            Frequency::Daily | Frequency::Hourly => {
                let date = self.start.checked_add_signed(TimeDelta::try_days(units)?)?;
                let days = &self.rule.days;
                let falls = days.is_empty() || days.iter().any(|day| day.weekday == date.weekday());
                if falls { vec![date] } else { Vec::new() }
            }
        };
        dates.retain(|date| *date >= self.start);
        dates.sort_unstable();
        dates.dedup();
        Some(dates)
    }

    fn in_week(&self, monday: NaiveDate) -> Vec<NaiveDate> {
        let days = &self.rule.days;
        let weekdays = if days.is_empty() {
            vec![self.start.weekday()]
        } else {
            days.iter().map(|day| day.weekday).collect()
        };
        let date =
            |day: chrono::Weekday| monday.checked_add_days(Days::new(u64::from(day.num_days_from_monday())));
        weekdays.into_iter().filter_map(date).collect()
    }

    fn in_month(&self, first: NaiveDate) -> Vec<NaiveDate> {
        if self.rule.days.is_empty() {
            return first.with_day(self.start.day()).into_iter().collect();
        }
        let length = i64::from(first.num_days_in_month());
        self.rule.days.iter().flat_map(|day| falls(*day, first, length)).collect()
    }

    fn in_year(&self, first: NaiveDate) -> Vec<NaiveDate> {
        if self.rule.days.is_empty() {
            let date = NaiveDate::from_ymd_opt(first.year(), self.start.month(), self.start.day());
            return date.into_iter().collect();
        }
        let length = if first.leap_year() { 366 } else { 365 };
        self.rule.days.iter().flat_map(|day| falls(*day, first, length)).collect()
    }

    /// How many dates the rule has in the units before one.
    fn dates_before(&self, number: i64) -> u64 {
        let in_units = |units: std::ops::Range<i64>| -> u64 {
            units.filter_map(|unit| self.dates(unit)).map(|dates| dates.len() as u64).sum()
        };
        // After the first unit, days repeat after seven units, weeks after one, months and years in four centuries.
        let cycle = match self.rule.frequency {
            Frequency::Daily | Frequency::Hourly => 7,
            Frequency::Weekly => 1,
            Frequency::Monthly | Frequency::Yearly => return in_units(0..number),
        };
        if number <= 1 {
            return in_units(0..number);
        }
        let (cycles, rest) = ((number - 1) / cycle, (number - 1) % cycle);
        let whole = if cycles > 0 { in_units(1..1 + cycle) } else { 0 };
        in_units(0..1) + cycles.unsigned_abs() * whole + in_units(1..1 + rest)
    }
}

/// The dates on which a day of the week falls in a stretch of days.
fn falls(day: Day, first: NaiveDate, length: i64) -> Vec<NaiveDate> {
    let ahead = i64::from(day.weekday.days_since(first.weekday()));
    let count = (length - ahead + 6) / 7;
    let number = i64::from(day.number);
    let weeks = match number {
        0 => 0..count,
        1.. => number - 1..number.min(count),
        _ if count + number < 0 => 0..0,
        _ => count + number..count + number + 1,
    };
    weeks.filter_map(|week| first.checked_add_signed(TimeDelta::days(ahead + 7 * week))).collect()
}

/// The first day of the month so many months after a date's.
fn first_of(date: NaiveDate, months: i64) -> Option<NaiveDate> {
    date.with_day(1)?.checked_add_months(Months::new(u32::try_from(months).ok()?))
}

fn monday(date: NaiveDate) -> NaiveDate {
    date - Days::new(u64::from(date.weekday().num_days_from_monday()))
}
