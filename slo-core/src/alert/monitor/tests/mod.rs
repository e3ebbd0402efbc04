//! The monitor against `evaluate` on the whole series.

mod laws;
mod shards;
#[cfg(feature = "serde")]
mod snapshots;

use super::*;
use crate::{Alert, Axis, CountSeries, Operator};
use proptest::prelude::*;

const SECOND: i64 = 1_000_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_nanos(seconds * SECOND)
}

fn seconds(count: i64) -> Duration {
    Duration::from_seconds(count)
}

fn bad_total(bad: f64, total: f64) -> Counts {
    Counts::bad_total(bad, total).unwrap()
}

fn rule(long: i64, short: i64, factor: f64) -> BurnRule {
    BurnRule::new(seconds(long), seconds(short), factor).unwrap()
}

/// 90 % over a minute, in buckets of ten seconds.
fn monitor(rules: impl Into<Vec<BurnRule>>) -> BudgetMonitor {
    let slo = Slo::new("90%".parse().unwrap(), "1m".parse().unwrap());
    BudgetMonitor::new(slo, AlertPolicy::new(rules), seconds(10)).unwrap()
}

#[test]
fn a_bucket_is_decided_when_it_closes_and_not_before() {
    // SEMANTICS 16: ten bad of ten, ten times the budget of 10 %.
    let mut monitor = monitor([rule(20, 10, 5.0)]);
    assert!(monitor.record(at(1), bad_total(10.0, 10.0)).unwrap().is_empty());
    assert!(monitor.advance(Timestamp::from_nanos(10 * SECOND - 1)).unwrap().is_empty());
    // More may come for the instant 10 itself, but not for 10 and a nanosecond.
    assert!(monitor.record(at(10), bad_total(0.0, 0.0)).unwrap().is_empty());
    let changes = monitor.record(Timestamp::from_nanos(10 * SECOND + 1), bad_total(0.0, 0.0)).unwrap();
    assert_eq!((changes.began.len(), changes.began[0].begin), (1, at(10)));
}

#[test]
fn advancing_to_a_buckets_end_closes_it_and_one_nanosecond_before_does_not() {
    let mut monitor = monitor([rule(20, 10, 5.0)]);
    monitor.record(at(1), bad_total(10.0, 10.0)).unwrap();
    assert!(monitor.advance(Timestamp::from_nanos(10 * SECOND - 1)).unwrap().is_empty());
    assert_eq!(monitor.decided(), None);
    assert_eq!(monitor.advance(at(10)).unwrap().began.len(), 1);
    assert_eq!(monitor.decided(), Some(at(10)));
    // A second time, time does not pass.
    let known = monitor.clone();
    assert!(monitor.advance(at(10)).unwrap().is_empty());
    assert!(monitor.advance(at(3)).unwrap().is_empty());
    assert_eq!(monitor, known);
}

#[test]
fn an_alert_ends_between_buckets_when_its_window_forgets() {
    // The short window of 13 s loses the bucket of 10 at 23, inside the bucket of 30.
    let mut monitor = monitor([rule(30, 13, 5.0)]);
    monitor.record(at(10), bad_total(10.0, 10.0)).unwrap();
    let changes = monitor.record(at(21), bad_total(1.0, 1.0)).unwrap();
    assert_eq!((changes.began.len(), changes.ended.len()), (1, 0));
    assert!(monitor.record(Timestamp::from_nanos(23 * SECOND - 1), bad_total(1.0, 1.0)).unwrap().is_empty());
    let changes = monitor.record(at(23), bad_total(1.0, 1.0)).unwrap();
    assert_eq!(changes.ended[0].end, Some(at(23)));
}

#[test]
fn a_jump_in_time_begins_and_ends_alerts_in_one_step() {
    let mut monitor = monitor([rule(30, 13, 5.0)]);
    monitor.record(at(10), bad_total(10.0, 10.0)).unwrap();
    let changes = monitor.record(at(1_000_000_000), bad_total(0.0, 1.0)).unwrap();
    assert_eq!((changes.began[0].begin, changes.ended[0].end), (at(10), Some(at(23))));
    assert_eq!(monitor.budget().total(), 1.0);
}

#[test]
fn a_burn_of_exactly_the_factor_fires_only_under_at_least() {
    // COMPARE.md D12: 1 bad of 2 is five times a budget of 10 %.
    for (operator, bad, fires) in [
        (Operator::Above, 50_000.0, false),
        (Operator::Above, 50_001.0, true),
        (Operator::AtLeast, 49_999.0, false),
        (Operator::AtLeast, 50_000.0, true),
    ] {
        let mut monitor = monitor([rule(20, 10, 5.0).operator(operator)]);
        monitor.record(at(10), bad_total(bad, 100_000.0)).unwrap();
        assert_eq!(monitor.advance(at(10)).unwrap().began.len() == 1, fires, "{operator} {bad}");
    }
}

#[test]
fn late_records_count_and_revise_nothing_of_the_past() {
    let mut monitor = monitor([rule(30, 20, 5.0)]);
    monitor.record(at(10), bad_total(0.0, 10.0)).unwrap();
    monitor.record(at(30), bad_total(0.0, 10.0)).unwrap();
    // Bucket 20 has no record yet, bucket 10 has.
    assert!(monitor.record(at(20), bad_total(90.0, 90.0)).unwrap().is_empty());
    assert!(monitor.record(at(10), bad_total(5.0, 10.0)).unwrap().is_empty());
    assert!(monitor.firing().is_empty());
    assert_eq!((monitor.budget().bad(), monitor.budget().total()), (95.0, 120.0));
    // The next bucket to close knows of them: 90 bad of 100 in 20 seconds, 95 of 120 in 30.
    assert_eq!(monitor.advance(at(30)).unwrap().began[0].burn, 95.0 / 12.0);
}

#[test]
fn records_older_than_every_window_are_always_refused() {
    // The budget's window of a minute is the longest: at 100 it begins after 40.
    let mut monitor = monitor([rule(30, 20, 5.0)]);
    monitor.record(at(100), bad_total(0.0, 10.0)).unwrap();
    monitor.record(at(101), bad_total(0.0, 10.0)).unwrap();
    assert!(monitor.record(at(41), bad_total(1.0, 1.0)).is_ok());
    let error = monitor.record(at(40), bad_total(1.0, 1.0)).unwrap_err();
    assert_eq!(error, Error::Late { at: at(40), limit: at(40) });
    assert_eq!(
        error.to_string(),
        "the record at 1970-01-01T00:00:40Z is late: what lies up to 1970-01-01T00:00:40Z is closed"
    );
}

#[test]
fn late_records_into_a_long_gap_keep_no_more_than_a_window_of_them() {
    let mut monitor = monitor([rule(30, 20, 5.0)]);
    monitor.record(at(10), bad_total(0.0, 10.0)).unwrap();
    monitor.record(at(1000), bad_total(0.0, 10.0)).unwrap();
    let taken = (0..100).filter(|k| monitor.record(at(10 * k), bad_total(0.0, 1.0)).is_ok()).count();
    // Buckets 940 to 990, for the six buckets of a minute.
    assert_eq!((taken, monitor.ring.len()), (6, 6));
    // At 1000 the first of them has left the window.
    assert_eq!((monitor.decided(), monitor.budget().total()), (Some(at(990)), 15.0));
}

#[test]
fn under_reject_only_the_open_bucket_takes_records() {
    let mut monitor = monitor([]).late(Late::Reject);
    monitor.record(at(25), bad_total(0.0, 10.0)).unwrap();
    assert!(monitor.record(at(21), bad_total(0.0, 10.0)).is_ok());
    let known = monitor.clone();
    let error = monitor.record(at(20), bad_total(1.0, 1.0)).unwrap_err();
    assert_eq!(error, Error::Late { at: at(20), limit: at(20) });
    assert_eq!(monitor, known);
    monitor.advance(at(30)).unwrap();
    assert!(monitor.record(at(30), bad_total(1.0, 1.0)).is_err());
    assert!(monitor.record(at(31), bad_total(1.0, 1.0)).is_ok());
}

#[test]
fn a_second_record_for_a_bucket_is_added_refused_or_stands_instead() {
    for (duplicate, expected) in [
        (Duplicate::Add, Some((3.0, 30.0))),
        (Duplicate::Replace, Some((2.0, 20.0))),
        (Duplicate::Reject, None),
    ] {
        for late in [false, true] {
            let mut monitor = monitor([]).duplicate(duplicate);
            monitor.record(at(9), bad_total(1.0, 10.0)).unwrap();
            monitor.record(at(5), bad_total(0.0, 0.0)).unwrap();
            if late {
                monitor.advance(at(20)).unwrap();
            }
            let known = monitor.clone();
            let second = monitor.record(at(10), bad_total(2.0, 20.0));
            let budget = monitor.budget();
            match expected {
                Some(expected) => {
                    assert_eq!((budget.bad(), budget.total()), expected, "{duplicate:?} {late}");
                }
                None => assert!(second.is_err() && monitor == known),
            }
        }
    }
}

#[test]
fn time_that_passed_is_no_record_that_a_second_one_could_double() {
    let mut monitor = monitor([]).duplicate(Duplicate::Reject);
    monitor.record(at(10), bad_total(1.0, 10.0)).unwrap();
    monitor.advance(at(15)).unwrap();
    assert!(monitor.record(at(16), bad_total(1.0, 10.0)).is_ok());
    assert!(monitor.record(at(17), bad_total(1.0, 10.0)).is_err());
}

#[test]
fn monitors_are_refused_that_would_keep_too_many_buckets() {
    let slo = |window: &str| Slo::new("90%".parse().unwrap(), window.parse().unwrap());
    let new = |window, resolution| {
        BudgetMonitor::new(slo(window), AlertPolicy::new([]), Duration::from_nanos(resolution))
    };
    assert!(new("1s", 10).is_ok());
    assert!(matches!(new("1s1ns", 10), Err(Error::LimitExceeded { value: 100_000_001, .. })));
    for resolution in [0, -1] {
        assert!(matches!(new("1s", resolution), Err(Error::InvalidParameter { .. })));
    }
    // A rule's window counts as much as the objective's.
    let long = AlertPolicy::new([BurnRule::new("2d".parse().unwrap(), "1h".parse().unwrap(), 1.0).unwrap()]);
    assert!(BudgetMonitor::new(slo("1h"), long, Duration::from_nanos(1_000_000)).is_err());
    let negative = AlertPolicy::new([rule(20, 10, 1.0).hold(seconds(-1))]);
    assert!(BudgetMonitor::new(slo("1h"), negative, seconds(1)).is_err());
}

#[test]
fn the_ends_of_time_are_refused_or_held() {
    let (least, most) = (Timestamp::from_nanos(i64::MIN), Timestamp::from_nanos(i64::MAX));
    let mut monitor = monitor([rule(30, 20, 5.0)]);
    assert!(matches!(monitor.record(most, bad_total(1.0, 1.0)), Err(Error::OutOfRange { .. })));
    assert!(monitor.record(least, bad_total(1.0, 1.0)).unwrap().is_empty());
    assert!(monitor.record(least, bad_total(1.0, 1.0)).unwrap().is_empty());
    assert!(matches!(monitor.advance(most), Err(Error::OutOfRange { .. })));
    assert_eq!(monitor.budget().bad(), 2.0);
    let last = Timestamp::from_nanos(i64::MAX / (10 * SECOND) * (10 * SECOND));
    let changes = monitor.advance(last).unwrap();
    assert_eq!((changes.began.len(), changes.ended.len()), (1, 1));
    monitor.advance(last).unwrap();
    assert_eq!(monitor.next_change(), None);
}

#[test]
fn an_alert_at_the_end_of_time_never_ends() {
    let mut monitor = monitor([rule(30, 20, 5.0)]);
    let last = Timestamp::from_nanos(i64::MAX / (10 * SECOND) * (10 * SECOND));
    monitor.record(last, bad_total(1.0, 1.0)).unwrap();
    assert_eq!(monitor.next_change(), Some(last));
    assert_eq!(monitor.advance(last).unwrap().began.len(), 1);
    assert_eq!(monitor.next_change(), None);
}

#[test]
fn more_events_than_sums_are_made_for_are_refused() {
    let mut monitor = monitor([]);
    monitor.record(at(10), bad_total(0.0, 9e299)).unwrap();
    let known = monitor.clone();
    for time in [10, 11] {
        assert!(matches!(monitor.record(at(time), bad_total(0.0, 2e299)), Err(Error::OutOfRange { .. })));
        assert_eq!(monitor, known);
    }
    assert!(monitor.merge(&known).is_err());
    assert_eq!(monitor, known);
}

#[test]
fn sums_past_two_to_the_53_stay_exact() {
    let mut monitor = monitor([]);
    let huge = 9_007_199_254_740_992.0;
    for (time, total) in [(10, huge), (20, 1.0), (30, huge), (40, 1.0)] {
        monitor.record(at(time), bad_total(1.0, total)).unwrap();
    }
    assert_eq!(monitor.budget().counts(), bad_total(4.0, huge).merge(&bad_total(0.0, huge + 2.0)).unwrap());
}

#[test]
fn columns_are_recorded_all_or_none() {
    let times = [1, 11, 10].map(at);
    let empty = monitor([rule(20, 10, 5.0)]);
    // The last one is late.
    let mut strict = empty.clone().late(Late::Reject);
    assert!(strict.record_bad_total(&times, &[9.0; 3], &[9.0; 3]).is_err());
    assert_eq!(strict, empty.clone().late(Late::Reject));
    let mut lax = empty.clone();
    assert_eq!(lax.record_bad_total(&times, &[9.0; 3], &[9.0; 3]).unwrap().began.len(), 1);
    let mut once = empty.clone().duplicate(Duplicate::Reject);
    assert!(once.record_bad_total(&times, &[9.0; 3], &[9.0; 3]).is_err());
    assert_eq!(once, empty.clone().duplicate(Duplicate::Reject));
    let mut monitor = empty.clone();
    for (good, total) in [(vec![1.0, f64::NAN, 1.0], vec![1.0; 3]), (vec![1.0; 2], vec![1.0; 3])] {
        assert!(monitor.record_good_total(&times, &good, &total).is_err());
    }
    let error = monitor.record_good_total(&times, &[1.0, 2.0, 1.0], &[1.0; 3]).unwrap_err();
    assert_eq!(error, Error::ExceedsTotal { name: "good", index: 1, value: 2.0, total: 1.0 });
    let error = monitor.record_good_bad(&times, &[1.0; 3], &[1.0, 1.0, -1.0]).unwrap_err();
    assert_eq!(error, Error::NegativeCount { name: "bad", index: 2, value: -1.0 });
    assert!(monitor.record_good_bad(&times[..2], &[1.0; 3], &[1.0; 3]).is_err());
    assert_eq!(monitor, empty);
}

#[test]
fn a_calendar_month_is_kept_to_its_beginning() {
    // October in Prague has an hour more than 31 days.
    let zone: crate::Zone = if cfg!(feature = "tz") { "Europe/Prague" } else { "UTC" }.parse().unwrap();
    let month = crate::Calendar::new(crate::CalendarUnit::Month, 1).unwrap().zone(zone);
    let slo = Slo::new("90%".parse().unwrap(), crate::Window::calendar(month));
    let mut monitor = BudgetMonitor::new(slo.clone(), AlertPolicy::new([]), Duration::from_hours(1)).unwrap();
    let begin: Timestamp = "2026-09-20T00:00:00Z".parse().unwrap();
    let hours: Vec<Timestamp> =
        (0..1_500).map(|hour| begin.checked_add(Duration::from_hours(hour)).unwrap()).collect();
    for (number, hour) in hours.iter().enumerate() {
        monitor.record(*hour, bad_total((number % 7) as f64, 10.0)).unwrap();
        let bad: Vec<f64> = (0..=number).map(|number| (number % 7) as f64).collect();
        let series =
            CountSeries::bad_total(Axis::listed(&hours[..=number]), &bad, &vec![10.0; number + 1]).unwrap();
        assert_eq!(monitor.budget(), slo.budget_at(&series, *hour).unwrap(), "{hour}");
    }
}

#[test]
fn what_needs_more_than_running_totals_of_events_is_refused_by_name() {
    let slo = || Slo::new("90%".parse().unwrap(), "1m".parse().unwrap());
    let policy = || AlertPolicy::new([rule(20, 10, 5.0)]);
    let refused = |slo: Slo, policy: AlertPolicy| {
        let error = BudgetMonitor::new(slo, policy, seconds(10)).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Unsupported, "{error}");
        error.to_string()
    };
    let slices = slo().method(Method::RatioTimeslices { slice: seconds(10) }).unwrap();
    assert!(refused(slices, policy()).contains("time slices"));
    let adjusted = slo().adjust(crate::Adjustment::new(at(0), 1.0, 0.0).unwrap());
    assert!(refused(adjusted, policy()).contains("adjustments"));
    let corrected = AlertPolicy::new([rule(20, 10, 5.0).traffic(TrafficCorrection::LongWindow)]);
    assert!(refused(slo(), corrected).contains("traffic"));
    let demoted = AlertPolicy::new([rule(20, 10, 5.0).demoted(1.0, "ticket").unwrap()]);
    assert!(refused(slo(), demoted).contains("demoted"));
}

#[test]
fn a_late_record_of_an_excluded_time_counts_nothing() {
    let freeze = crate::Exclusion::new(at(10), at(20)).unwrap();
    let slo = Slo::new("90%".parse().unwrap(), "1m".parse().unwrap()).exclude(freeze);
    let mut monitor = BudgetMonitor::new(slo, AlertPolicy::new([]), seconds(10)).unwrap();
    for (second, counts) in [(5, 1.0), (15, 1.0), (35, 1.0), (12, 1.0), (25, 1.0)] {
        monitor.record(at(second), bad_total(counts, counts)).unwrap();
    }
    assert_eq!(monitor.budget().bad(), 3.0);
}
