//! Where the ticks of an axis stand and what they say.

use slo_core::chrono::{Datelike, NaiveDate, NaiveTime};
use slo_core::{Duration, Timestamp};

use super::thin::Point;
use crate::report::Report;
use crate::text;

/// A labelled place on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
}

impl Tick {
    pub(super) fn new(at: f64, label: impl Into<String>) -> Self {
        Self { at, label: label.into() }
    }
}

const DAY: Duration = Duration::from_days(1);

/// Weeks begin on a Monday, and the Unix epoch was a Thursday.
const FIRST_MONDAY: Duration = Duration::from_days(4);

/// Round steps in time, the finest first.
const STEPS: [Duration; 26] = [
    Duration::from_nanos(1_000_000),
    Duration::from_nanos(10_000_000),
    Duration::from_nanos(100_000_000),
    Duration::from_nanos(200_000_000),
    Duration::from_nanos(500_000_000),
    Duration::from_seconds(1),
    Duration::from_seconds(5),
    Duration::from_seconds(10),
    Duration::from_seconds(15),
    Duration::from_seconds(30),
    Duration::from_minutes(1),
    Duration::from_minutes(2),
    Duration::from_minutes(5),
    Duration::from_minutes(10),
    Duration::from_minutes(15),
    Duration::from_minutes(30),
    Duration::from_hours(1),
    Duration::from_hours(2),
    Duration::from_hours(3),
    Duration::from_hours(6),
    Duration::from_hours(12),
    DAY,
    Duration::from_days(2),
    Duration::from_days(5),
    Duration::from_days(7),
    Duration::from_days(14),
];

/// Steps in months, the finest first.
const MONTHS: [i32; 9] = [1, 3, 6, 12, 24, 60, 120, 600, 1200];

/// The time axis of a plot, in seconds since its first instant.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeAxis {
    begin: Timestamp,
    end: Timestamp,
}

impl TimeAxis {
    /// The axis from one instant to a later one; `None` unless it is later.
    pub(super) fn new(begin: Timestamp, end: Timestamp) -> Option<Self> {
        (begin < end).then_some(Self { begin, end })
    }

    /// The axis over a report's history and its instant.
    pub(super) fn of(report: &Report) -> Option<Self> {
        Self::new(*report.history.times.first()?, report.at)
    }

    /// The values of a report's history over time, and that of its instant if the history ends before it.
    pub(super) fn points(&self, report: &Report, values: impl Iterator<Item = f64>, last: f64) -> Vec<Point> {
        let mut points: Vec<Point> =
            report.history.times.iter().map(|at| self.place(*at)).zip(values).collect();
        if points.last().is_some_and(|point| point.0 < self.span()) {
            points.push((self.span(), last));
        }
        points
    }

    /// An instant's place, the nearest end for one outside.
    pub(super) fn place(&self, at: Timestamp) -> f64 {
        self.between(at.clamp(self.begin, self.end)).seconds()
    }

    /// The last instant's place.
    pub(super) fn span(&self) -> f64 {
        self.between(self.end).seconds()
    }

    /// Whether any of the time from `begin` to `end` lies on the axis.
    pub(super) fn meets(&self, begin: Timestamp, end: Timestamp) -> bool {
        begin <= self.end && end >= self.begin
    }

    /// The axis in words.
    pub(super) fn describe(&self) -> String {
        let form = |at: Timestamp| at.to_utc().format("%Y-%m-%d %H:%M").to_string();
        let (begin, end) = (form(self.begin), form(self.end));
        match (begin.split_once(' '), end.split_once(' ')) {
            (Some((day, _)), Some((last, time))) if day == last => format!("{begin} to {time} UTC"),
            _ => format!("{begin} to {end} UTC"),
        }
    }

    /// At most so many ticks at round instants in UTC: times of day up to two days, dates beyond.
    pub(super) fn ticks(&self, most: i64) -> Vec<Tick> {
        let span = self.between(self.end).nanos();
        let finest = if span > 2 * DAY.nanos() { DAY } else { Duration::ZERO };
        let fits = |step: &&Duration| **step >= finest && span / step.nanos() < most;
        match STEPS.iter().find(fits) {
            Some(step) => self.multiples(*step),
            None => self.months(most),
        }
    }

    fn between(&self, at: Timestamp) -> Duration {
        at.saturating_since(self.begin)
    }

    fn multiples(&self, step: Duration) -> Vec<Tick> {
        let anchor =
            if step.nanos() % Duration::from_days(7).nanos() == 0 { FIRST_MONDAY.nanos() } else { 0 };
        let early = self.begin.nanos().saturating_sub(anchor).rem_euclid(step.nanos());
        let first = if early == 0 {
            Some(self.begin.nanos())
        } else {
            self.begin.nanos().checked_add(step.nanos() - early)
        };
        let instants = std::iter::successors(first, |at| at.checked_add(step.nanos()));
        let inside = instants.map(Timestamp::from_nanos).take_while(|at| *at <= self.end);
        inside.map(|at| Tick::new(self.place(at), time_label(at, step))).collect()
    }

    fn months(&self, most: i64) -> Vec<Tick> {
        let month = |at: Timestamp| at.to_utc().year() * 12 + at.to_utc().month0().cast_signed();
        let (first, last) = (month(self.begin), month(self.end));
        let fits = |step: &&i32| i64::from((last - first) / **step) < most;
        let step = MONTHS.iter().find(fits).or(MONTHS.last()).copied().unwrap_or(1);
        let form = if step < 12 { "%b %Y" } else { "%Y" };
        let inside = (first..=last).filter(|month| month % step == 0).filter_map(month_start);
        let inside = inside.filter(|at| (self.begin..=self.end).contains(at));
        inside.map(|at| Tick::new(self.place(at), at.to_utc().format(form).to_string())).collect()
    }
}

/// The first instant of a month, counted from the year 0.
fn month_start(month: i32) -> Option<Timestamp> {
    let of_year = month.rem_euclid(12).unsigned_abs() + 1;
    let day = NaiveDate::from_ymd_opt(month.div_euclid(12), of_year, 1)?;
    Timestamp::try_from(day.and_time(NaiveTime::MIN).and_utc()).ok()
}

/// The date from a day on and at midnight, else the time of day.
fn time_label(at: Timestamp, step: Duration) -> String {
    let midnight = at.nanos().rem_euclid(DAY.nanos()) == 0;
    let form = match step {
        step if step >= DAY || (midnight && step >= Duration::from_minutes(1)) => "%-d %b",
        step if step >= Duration::from_minutes(1) => "%H:%M",
        step if step >= Duration::from_seconds(1) => "%H:%M:%S",
        _ => "%H:%M:%S%.3f",
    };
    at.to_utc().format(form).to_string()
}

/// Round percentages that cover `low` to `high`, at most about `most` of them.
pub(super) fn shares(low: f64, high: f64, most: f64) -> Vec<Tick> {
    linear(low, high, most, short_percent)
}

/// Round numbers that cover 0 to `high`, at most about `most` of them.
pub(super) fn counts(high: f64, most: f64) -> Vec<Tick> {
    linear(0.0, high, most, |count| if count == 0.0 { "0".to_owned() } else { text::number(count) })
}

/// Multiples of a round step (1, 2 or 5 times a power of ten) that cover `low` to `high`, at most about `most` of them.
fn linear(low: f64, high: f64, most: f64, label: fn(f64) -> String) -> Vec<Tick> {
    let rough = (high - low) / most;
    let power = 10_f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= rough).unwrap_or(rough);
    let first = (low / step + 1e-9).floor();
    let places = std::iter::successors(Some(first), |k| Some(k + 1.0)).map(|k| k * step);
    let until = places.take(64).take_while(|at| *at <= high + step * 1e-9);
    until.map(|at| Tick::new(at, label(at))).collect()
}

/// Powers of ten from `10^low` to `10^high`, with their double and fivefold where there are few; placed by logarithm.
pub(super) fn powers(low: f64, high: f64) -> Vec<Tick> {
    let decades = high - low;
    let multiples: &[f64] = if decades < 2.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let step = (decades / 6.0).ceil().max(1.0);
    let first = (low / step).floor() * step;
    let powers = std::iter::successors(Some(first), |p| Some(p + step)).take_while(|p| *p <= high);
    let values = powers.flat_map(|p| multiples.iter().map(move |m| m * 10_f64.powf(p)));
    let ticks = values.map(|value| Tick::new(value.log10(), text::number(value)));
    ticks.filter(|tick| tick.at >= low - 1e-9 && tick.at <= high).collect()
}

/// A percentage in few characters.
fn short_percent(share: f64) -> String {
    let percent = share * 100.0;
    let trim = |value: f64| {
        let digits = format!("{value:.1}");
        digits.strip_suffix(".0").unwrap_or(&digits).to_owned()
    };
    match percent.abs() {
        size if size >= 1e6 => format!("{}M%", trim(percent / 1e6)),
        size if size >= 1e4 => format!("{}k%", trim(percent / 1e3)),
        size if size >= 1e3 => format!("{}%", text::count(percent.round())),
        // No negative zero.
        _ => format!("{}%", trim(percent + 0.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(begin: &str, end: &str) -> TimeAxis {
        TimeAxis::new(begin.parse().unwrap(), end.parse().unwrap()).unwrap()
    }

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn ticks_stand_at_round_times_of_day() {
        let ticks = axis("2025-06-03T08:07:30Z", "2025-06-03T09:02:00Z").ticks(7);
        assert_eq!(labels(&ticks), ["08:10", "08:20", "08:30", "08:40", "08:50", "09:00"]);
        assert_eq!(ticks[0].at, 150.0);
    }

    #[test]
    fn an_end_that_is_round_has_a_tick() {
        let ticks = axis("2025-06-03T08:00:00Z", "2025-06-03T10:00:00Z").ticks(5);
        assert_eq!(labels(&ticks), ["08:00", "08:30", "09:00", "09:30", "10:00"]);
        assert_eq!((ticks[0].at, ticks[4].at), (0.0, 7200.0));
    }

    #[test]
    fn midnight_shows_the_date() {
        let ticks = axis("2025-06-03T20:00:00Z", "2025-06-04T04:00:00Z").ticks(5);
        assert_eq!(labels(&ticks), ["20:00", "22:00", "4 Jun", "02:00", "04:00"]);
    }

    #[test]
    fn dates_begin_beyond_two_days() {
        assert_eq!(
            labels(&axis("2025-06-01T00:00:00Z", "2025-06-03T00:00:00Z").ticks(3)),
            ["1 Jun", "2 Jun", "3 Jun"]
        );
        let beyond = axis("2025-06-01T12:00:00Z", "2025-06-03T12:00:01Z").ticks(9);
        assert_eq!(labels(&beyond), ["2 Jun", "3 Jun"]);
        // Weeks begin on Mondays: 2 June 2025 was one.
        assert_eq!(labels(&axis("2025-06-01T00:00:00Z", "2025-06-30T00:00:00Z").ticks(5))[0], "2 Jun");
    }

    #[test]
    fn months_and_years_serve_long_spans() {
        let year = axis("2024-12-15T00:00:00Z", "2025-12-14T00:00:00Z").ticks(6);
        assert_eq!(labels(&year), ["Jan 2025", "Apr 2025", "Jul 2025", "Oct 2025"]);
        let centuries = axis("1700-01-01T00:00:00Z", "2200-01-01T00:00:00Z").ticks(6);
        assert_eq!(labels(&centuries), ["1700", "1800", "1900", "2000", "2100", "2200"]);
    }

    #[test]
    fn ticks_are_few_at_any_span() {
        let begin = Timestamp::from_nanos(1_748_900_000_123_456_789);
        for power in 5..19 {
            for factor in [1, 3, 7] {
                let Some(span) = 10_i64.pow(power).checked_mul(factor) else { continue };
                let Ok(end) = begin.checked_add(Duration::from_nanos(span)) else { continue };
                for most in [4, 9] {
                    let ticks = TimeAxis::new(begin, end).unwrap().ticks(most);
                    assert!(ticks.len() <= usize::try_from(most).unwrap() + 1, "{span} {most}: {ticks:?}");
                    assert!(power < 8 || !ticks.is_empty(), "{span} {most}");
                }
            }
        }
    }

    #[test]
    fn an_axis_needs_two_instants() {
        let at = Timestamp::from_nanos;
        assert!(TimeAxis::new(at(0), at(0)).is_none() && TimeAxis::new(at(0), at(1)).is_some());
    }

    #[test]
    fn shares_are_covered_by_round_steps() {
        assert_eq!(labels(&shares(0.0, 1.0, 4.0)), ["0%", "50%", "100%"]);
        assert_eq!(labels(&shares(-0.3, 1.0, 6.0)), ["-50%", "0%", "50%", "100%"]);
        assert_eq!(labels(&shares(-37.0, 1.0, 4.0)), ["-4,000%", "-3,000%", "-2,000%", "-1,000%", "0%"]);
        assert_eq!(shares(-9999.0, 1.0, 2.0)[0].label, "-1M%");
    }

    #[test]
    fn counts_are_covered_by_round_steps() {
        assert_eq!(labels(&counts(1200.0, 4.0)), ["0", "500", "1,000"]);
        assert_eq!(labels(&counts(0.25, 3.0)), ["0", "0.1", "0.2"]);
    }

    #[test]
    fn powers_of_ten_have_multiples_where_they_are_few() {
        assert_eq!(labels(&powers(-1.0, 3.0)), ["0.1", "1", "10", "100", "1,000"]);
        assert_eq!(labels(&powers(0.0, 1.3)), ["1", "2", "5", "10"]);
        assert_eq!(labels(&powers(-6.0, 6.0)).len(), 7);
    }
}
