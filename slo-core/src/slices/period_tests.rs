//! Slices in periods of the calendar, and beside exclusions.

use crate::series::{Axis, CountSeries};
use crate::{
    Calendar, CalendarUnit, Counts, Duration, Exclusion, IntervalMethod, Method, NoData, Slices, Slo,
    Timestamp, Window,
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn monthly(slice: &str) -> Slo {
    let month = Window::calendar(Calendar::new(CalendarUnit::Month, 1).unwrap());
    let method = Method::Timeslices { slice: slice.parse().unwrap(), slice_target: "95%".parse().unwrap() };
    Slo::new("99.9%".parse().unwrap(), month).method(method).unwrap()
}

/// One event in each of so many minutes, the first of them bad.
fn minutes(first: Timestamp, count: usize, bad: usize) -> CountSeries {
    let bad: Vec<f64> = (0..count).map(|m| if m < bad { 1.0 } else { 0.0 }).collect();
    CountSeries::bad_total(Axis::regular(first, Duration::from_minutes(1)), &bad, &vec![1.0; count]).unwrap()
}

#[test]
fn a_budget_of_slices_has_its_size_from_the_first_day_of_the_month() {
    // SEMANTICS 8 and 9; COMPARE.md D20: a month is 28 to 31 days, and none has 30 because it is called 1M.
    for (now, days, passed) in [
        ("2026-02-15T00:00:00Z", 28, 14.0),
        ("2026-04-16T00:00:00Z", 30, 15.0),
        ("2026-01-01T00:01:00Z", 31, 1.0 / 1_440.0),
        ("2026-02-01T00:00:00Z", 31, 31.0),
    ] {
        let series = minutes(at("2025-12-20T00:01:00Z"), 180_000, 0);
        let slo = monthly("1m");
        let budget = slo.budget_at(&series, at(now)).unwrap();
        let slices = budget.slices().unwrap();
        assert_eq!((slices.expected, slices.partial), (days * 1_440, 0), "{now}");
        assert!((budget.elapsed() - passed / days as f64).abs() < 1e-15, "{now}");
        assert!((budget.total() - passed * 1_440.0).abs() < 1e-9, "{now}");
        assert_eq!(budget.allowed(), (days * 1_440) as f64 / 1_000.0, "{now}");
        assert_eq!(budget.projected_allowed((days * 1_440) as f64).unwrap(), budget.allowed());
        // At burn 1 the untouched budget lasts exactly the month that it is for.
        let lasts = budget.time_to_exhaustion(1.0).unwrap().unwrap();
        assert_eq!(lasts, Duration::from_days(days.cast_signed()), "{now}");
    }
}

#[test]
fn occurrences_grow_with_the_month_and_can_be_projected() {
    // SEMANTICS 9.
    let month = Window::calendar(Calendar::new(CalendarUnit::Month, 1).unwrap());
    let slo = Slo::new("99%".parse().unwrap(), month);
    let series = minutes(at("2026-04-01T00:01:00Z"), 40_000, 100);
    let budget = slo.budget_at(&series, at("2026-04-11T00:00:00Z")).unwrap();
    assert_eq!((budget.total(), budget.allowed(), budget.elapsed()), (14_400.0, 144.0, 1.0 / 3.0));
    assert_eq!(budget.projected_allowed(43_200.0).unwrap(), 432.0);
    // The burn rate is over the data, never divided by what has elapsed.
    assert_eq!(budget.burn_rate(), Some(100.0 / 14_400.0 / 0.01));
    assert_eq!(budget.slices(), None);
}

#[cfg(feature = "tz")]
#[test]
fn a_slice_across_midnight_belongs_whole_to_the_day_in_which_it_ends() {
    // Kolkata is 5 h 30 min ahead: its midnight cuts an hour of UTC, and half hours it does not cut.
    let day = Calendar::new(CalendarUnit::Day, 1).unwrap().zone("Asia/Kolkata".parse().unwrap());
    let slo = |slice: &str| {
        let method = Method::Timeslices { slice: slice.parse().unwrap(), slice_target: "1".parse().unwrap() };
        Slo::new("90%".parse().unwrap(), Window::calendar(day)).method(method).unwrap()
    };
    let series = minutes(at("2026-04-08T00:01:00Z"), 10_000, 0);
    // From 18:30 to 18:30 UTC: the hours that end from 19:00 to 18:00.
    let noon = at("2026-04-10T06:30:00Z");
    let slices = |slice: &str| slo(slice).budget_at(&series, noon).unwrap().slices().unwrap();
    assert_eq!(slices("1h"), Slices { expected: 24, observed: 12, partial: 2 });
    assert_eq!(slices("30m"), Slices { expected: 48, observed: 24, partial: 0 });
    // Clocks in Prague go forward: a day of 23 hours.
    let day = Calendar::new(CalendarUnit::Day, 1).unwrap().zone("Europe/Prague".parse().unwrap());
    let method = Method::RatioTimeslices { slice: Duration::from_hours(1) };
    let prague = Slo::new("90%".parse().unwrap(), Window::calendar(day)).method(method).unwrap();
    let budget = prague.budget_at(&series, at("2026-03-29T12:00:00Z")).unwrap();
    assert_eq!(budget.slices().unwrap().expected, 23);
}

#[test]
fn adjacent_periods_share_no_slice_and_miss_none() {
    let series = minutes(at("2026-01-01T00:00:30Z"), 90_000, 90_000);
    let slo = monthly("7m");
    let months = ["2026-01-20T00:00:00Z", "2026-02-20T00:00:00Z"].map(at);
    let [january, february] = months.map(|month| slo.window().period_until(month).1);
    let budgets = [january, february].map(|end| slo.budget_at(&series, end).unwrap());
    let both: u64 = budgets.iter().map(|budget| budget.slices().unwrap().expected).sum();
    // Seven minutes divide neither month: 59 days are 12,137 of them and one minute.
    assert_eq!(both, 12_137);
    assert!(budgets.iter().all(|budget| budget.slices().unwrap().partial > 0));
    let whole = slo.counted(&series).unwrap();
    let joined = budgets[0].counts().merge(&budgets[1].counts()).unwrap();
    assert_eq!(joined, whole.counts_between(at("2026-01-01T00:00:00Z"), february));
}

#[test]
fn exclusions_take_slices_off_what_is_expected_and_what_is_counted() {
    // SEMANTICS 7.
    let first = at("2026-04-01T00:01:00Z");
    let series = minutes(first, 43_200, 600);
    let now = at("2026-05-01T00:00:00Z");
    let plain = monthly("1m");
    let night = Exclusion::new(at("2026-04-01T00:00:00Z"), at("2026-04-01T08:00:00Z")).unwrap();
    let slo = plain.clone().exclude(night);
    let budget = slo.budget_at(&series, now).unwrap();
    assert_eq!((budget.bad(), budget.total()), (120.0, 42_720.0));
    assert_eq!(budget.slices(), Some(Slices { expected: 42_720, observed: 42_720, partial: 0 }));
    assert_eq!(budget.allowed(), 42.72);
    assert_eq!(budget.as_downtime().allowed, Duration::from_nanos(42_720 * 60_000_000));
    assert_eq!(plain.budget_at(&series, now).unwrap().bad(), 600.0);
    // What is excluded is not empty: nobody expects it, so it cannot be bad for want of data either.
    let strict = slo.clone().no_data(NoData::Bad);
    assert_eq!(strict.budget_at(&series, now).unwrap(), budget);
    let report = strict.slices(&series, now).unwrap();
    assert_eq!((report.bad, report.empty, report.times.len()), (120, 0, 42_720));
    assert_eq!(report.times[0], at("2026-04-01T08:01:00Z"));
    // Excluded time has not elapsed: 4 of the remaining 712 hours at noon.
    let noon = slo.budget_at(&series, at("2026-04-01T12:00:00Z")).unwrap();
    assert_eq!(noon.elapsed(), 4.0 / 712.0);
}

#[test]
fn history_knows_the_exclusions_of_each_instant() {
    let series = minutes(at("2026-04-01T00:01:00Z"), 300, 30);
    let hours = |h: i64| at("2026-04-01T00:00:00Z").checked_add(Duration::from_hours(h)).unwrap();
    let slo = monthly("1m").exclude(Exclusion::new(hours(1), hours(2)).unwrap());
    let slo = slo.exclude(Exclusion::new(hours(800), hours(801)).unwrap());
    let times = vec![hours(0), hours(1), hours(3), hours(799), hours(900)];
    for (time, budget) in times.iter().zip(slo.history_at(&series, times.clone()).unwrap().budgets) {
        assert_eq!(budget, slo.budget_at(&series, *time).unwrap(), "{time}");
    }
}

#[test]
fn a_period_that_is_excluded_whole_expects_nothing_and_is_met() {
    let series = minutes(at("2026-04-01T00:01:00Z"), 10, 10);
    let april = Exclusion::new(at("2026-04-01T00:00:00Z"), at("2026-05-01T00:00:00Z")).unwrap();
    let budget = monthly("1m").exclude(april).budget_at(&series, at("2026-04-20T00:00:00Z")).unwrap();
    assert_eq!(budget.slices(), Some(Slices { expected: 0, observed: 0, partial: 0 }));
    assert_eq!(
        (budget.allowed(), budget.consumed(), budget.remaining(), budget.sli()),
        (0.0, 0.0, 0.0, None)
    );
    assert!(budget.met() && !budget.exhausted());
    assert_eq!((budget.elapsed(), budget.slices().unwrap().coverage()), (1.0, 0.0));
    assert_eq!(budget.consumed_interval(0.95, IntervalMethod::Wilson).unwrap(), None);
    assert_eq!(budget.as_downtime().allowed, Duration::ZERO);
}

#[test]
fn mere_counts_of_a_long_month_are_at_least_those_expected() {
    let budget = monthly("1m").budget(Counts::bad_total(1.0, 44_640.0).unwrap());
    assert_eq!(budget.slices(), Some(Slices { expected: 44_640, observed: 44_640, partial: 0 }));
}
