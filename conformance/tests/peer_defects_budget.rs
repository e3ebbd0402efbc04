//! What other tools get wrong about budgets, and what is right. Each test is named after the defect's number in
//! COMPARE.md and cites the tool.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use slo_core::{
    Axis, Calendar, CalendarUnit, Comparison, CountSeries, Counts, Duration, Error, ErrorKind, Method,
    NoData, Objective, Slo, Timestamp, Window,
};
use slo_io::{Compat, Measurement, SloGenerator, Step};

fn slo(target: &str, window: &str) -> Slo {
    Slo::new(target.parse().unwrap(), window.parse().unwrap())
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_nanos(seconds * 1_000_000_000)
}

fn timeslices(slice: &str, slice_target: &str) -> Method {
    Method::Timeslices { slice: slice.parse().unwrap(), slice_target: slice_target.parse().unwrap() }
}

fn ratio_timeslices(slice: &str) -> Method {
    Method::RatioTimeslices { slice: slice.parse().unwrap() }
}

/// One hour's report of slo-generator, corrected.
fn corrected(goal: f64, threshold: f64) -> impl Fn(Measurement) -> slo_io::Outcome {
    move |measured| {
        let hour = Step::new("1 hour", Duration::from_hours(1), threshold);
        SloGenerator::new(goal).compat(Compat::Corrected).figures(&hour, &measured).unwrap()
    }
}

#[test]
fn d1_the_alert_is_decided_before_anything_is_rounded() {
    // slo-generator 2.6 rounds the burn rate to one place: 9.04 against 9 and 14.44 against 14.4 stay silent.
    for (good, bad, threshold, alert) in [
        (99_096, 904, 9.0, true),
        (98_556, 1_444, 14.4, true),
        (99_100, 900, 9.0, false),
        (98_560, 1_440, 14.4, false),
    ] {
        let figures = corrected(0.999, threshold)(Measurement::Events(good.into(), bad.into())).unwrap();
        assert_eq!(figures.alert, alert, "{bad}");
    }
}

#[test]
fn d2_a_target_of_one_is_refused_and_all_bad_is_never_ok() {
    // slo-generator 2.6: a goal of 1 has burn rate 0 and "OK", also where everything failed.
    for refused in [Objective::new(1.0), Objective::percent(100.0), "100%".parse(), "1".parse()] {
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidParameter);
    }
    let all_bad = slo("99.9999999999%", "1h").budget(Counts::good_bad(0.0, 100.0).unwrap());
    assert!(all_bad.exhausted() && !all_bad.met());
    let hour = Step::new("1 hour", Duration::from_hours(1), 9.0);
    let report = SloGenerator::new(1.0).compat(Compat::Corrected);
    assert!(report.figures(&hour, &Measurement::Events(0.into(), 100.into())).is_err());
}

#[test]
fn d3_ten_bad_of_a_hundred_million_are_the_whole_budget_of_seven_nines() {
    // slo-generator 2.6 rounds the SLI to six places: the budget used is 0.
    let budget = slo("99.99999%", "30d").budget(Counts::good_bad(99_999_990.0, 10.0).unwrap());
    assert_eq!((budget.consumed(), budget.exhausted(), budget.met()), (1.0, true, true));
    let figures = corrected(0.999_999_9, 9.0)(Measurement::Events(99_999_990.into(), 10.into())).unwrap();
    assert_eq!(figures.error_budget_consumed_ratio, 100.0.into());
}

#[test]
fn d4_a_target_above_one_is_refused() {
    // slo-generator 2.6: a goal of 1.5 has a budget of -0.5, a burn rate of -1 and "OK".
    for refused in [Objective::new(1.5), Objective::percent(150.0), "150%".parse()] {
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidParameter);
    }
}

#[test]
fn d5_nan_is_refused_by_name_and_place_and_never_enters() {
    // slo-generator 2.6: (NaN, NaN) passes its validation and dies as "cannot convert float NaN to integer".
    assert_eq!(Counts::good_bad(f64::NAN, f64::NAN).unwrap_err().to_string(), "good[0] = NaN is not finite");
    let invalid = corrected(0.999, 9.0)(Measurement::Events(f64::NAN.into(), f64::NAN.into())).unwrap_err();
    assert_eq!(invalid, "good[0] = NaN is not finite");
}

#[test]
fn d5b_fractional_counts_are_not_truncated() {
    // slo-generator 2.6: good 99.7 and bad 0.6 become 99, 0 and 100 events.
    let budget = slo("99%", "30d").budget(Counts::good_bad(99.7, 0.6).unwrap());
    assert_eq!((budget.good(), budget.bad(), budget.total()), (99.7, 0.6, 100.3));
}

#[test]
fn d6_a_missing_good_count_makes_no_bad_event() {
    // slo-generator 2.6: valid - good with good = -1 is valid + 1.
    let figures = corrected(0.999, 9.0)(Measurement::GoodValid((-1).into(), 15.into())).unwrap();
    assert_eq!(figures.bad_events_count, 15.into());
}

#[test]
fn d7_more_good_than_valid_events_are_named_or_clamped() {
    // slo-generator issues #319 and #111: an extrapolated increase makes the whole report invalid.
    let measured = Measurement::GoodValid(100_009.1.into(), 100_000.into());
    let refused = corrected(0.999, 9.0)(measured.clone()).unwrap_err();
    assert_eq!(refused, "good[0] = 100009.1 exceeds total[0] = 100000");
    let hour = Step::new("1 hour", Duration::from_hours(1), 9.0);
    let clamp = SloGenerator::new(0.999).compat(Compat::Corrected).clamp(slo_core::Clamp::ToTotal);
    assert_eq!(clamp.figures(&hour, &measured).unwrap().unwrap().bad_events_count, 0.into());
}

/// Thirty days of five minutes: 10,000 requests each from 9 to 17 h, 10 otherwise, and one hour at 50 % errors.
fn office_hours(outage_begins: i64) -> CountSeries {
    let step = Duration::from_minutes(5);
    let minute = |index: usize| i64::try_from(index).unwrap() * 5;
    let busy = |index: usize| (9 * 60..17 * 60).contains(&(minute(index) % 1_440));
    let total: Vec<f64> = (0..8_640).map(|index| if busy(index) { 10_000.0 } else { 10.0 }).collect();
    let out = |index: usize| (outage_begins..outage_begins + 60).contains(&minute(index));
    let bad: Vec<f64> =
        total.iter().enumerate().map(|(index, total)| if out(index) { total / 2.0 } else { 0.0 }).collect();
    CountSeries::bad_total(Axis::regular(at(300), step), &bad, &total).unwrap()
}

#[test]
fn d8_a_period_is_the_ratio_of_sums_and_not_the_mean_of_ratios() {
    // Sloth (default) and slokit average five-minute error ratios: issues #241, #332, #354, #618.
    let month = at(30 * 86_400);
    let true_burn =
        |series: &CountSeries| slo("99.9%", "30d").budget_at(series, month).unwrap().burn_rate().unwrap();
    let mean = slo("99.9%", "30d").method(ratio_timeslices("5m")).unwrap();
    let mean_burn = |series: &CountSeries| mean.budget_at(series, month).unwrap().burn_rate().unwrap();
    // An hour at noon: the objective is missed twice over, and the mean of ratios shows it as met.
    let noon = office_hours(12 * 60);
    assert_eq!(format!("{:.3} {:.3}", true_burn(&noon), mean_burn(&noon)), "2.079 0.694");
    assert!(!slo("99.9%", "30d").budget_at(&noon, month).unwrap().met());
    assert!(mean.budget_at(&noon, month).unwrap().met());
    // An hour at night is overstated by 28,857,600 requests over 8,640 · 10.
    let night = office_hours(2 * 60);
    assert_eq!((mean_burn(&night) / true_burn(&night)).round(), 334.0);
}

#[test]
fn d9_one_nan_minute_of_thirty_days_is_refused_with_its_index() {
    // Sloth issues #231, #531, #657 and #749: one NaN sample poisons the period for thirty days.
    let mut bad = vec![0.0; 43_200];
    bad[12_345] = f64::NAN;
    let axis = Axis::regular(at(60), Duration::from_minutes(1));
    let refused = CountSeries::bad_total(axis.clone(), &bad, &vec![100.0; 43_200]).unwrap_err();
    assert_eq!(refused.to_string(), "bad[12345] = NaN is not finite");
    // A minute without a request is no NaN either.
    bad[12_345] = 0.0;
    let mut total = vec![100.0; 43_200];
    total[12_345] = 0.0;
    let series = CountSeries::bad_total(axis, &bad, &total).unwrap();
    for method in [Method::Occurrences, timeslices("1m", "95%"), ratio_timeslices("1m")] {
        let slo = slo("99.9%", "30d").method(method).unwrap();
        let budget = slo.budget_at(&series, at(43_200 * 60)).unwrap();
        assert_eq!((budget.sli(), budget.consumed()), (Some(1.0), 0.0));
    }
}

#[test]
fn d14_no_traffic_leaves_the_budget_whole() {
    // slokit 1.9: consumed_ratio(0) is infinite and remaining_ratio 0: exhausted by no events.
    for method in [Method::Occurrences, timeslices("1m", "95%"), ratio_timeslices("1m")] {
        let budget = slo("99.9%", "30d").method(method).unwrap().budget(Counts::default());
        assert_eq!((budget.consumed(), budget.burn_rate(), budget.sli()), (0.0, None, None));
        assert!(!budget.exhausted() && budget.met());
    }
}

#[test]
fn d15_a_burn_next_to_nothing_lasts_for_ever_and_an_infinite_one_not_at_all() {
    // slokit 1.9 panics at 1e-20, and says "never" of an infinite burn.
    let half = slo("99.9%", "30d").budget(Counts::bad_total(500.0, 1e6).unwrap());
    assert_eq!(half.time_to_exhaustion(1e-20).unwrap(), None);
    assert_eq!(half.time_to_exhaustion(f64::INFINITY).unwrap(), Some(Duration::ZERO));
    assert!(half.time_to_exhaustion(f64::NAN).is_err());
}

#[test]
fn d19_the_minutes_that_are_left_are_the_budgets_and_not_the_months() {
    // slo-guard 0.2.0 has 43,200 minutes left at zero errors, and -21,600 at one and a half budgets.
    let left =
        |bad: f64| slo("99.9%", "30d").budget(Counts::bad_total(bad, 1e6).unwrap()).as_downtime().remaining;
    assert_eq!(left(0.0), Duration::from_seconds(2_592));
    assert_eq!(left(1_500.0), Duration::from_seconds(-1_296));
}

#[test]
fn d20_a_month_is_a_month_of_the_calendar() {
    // OpenSLO's go-sdk makes 30 days of 1M, 90 of 1Q and 365 of 1Y: issue #267.
    let expected = |unit: CalendarUnit, count: u32, now: &str| {
        let window = Window::calendar(Calendar::new(unit, count).unwrap());
        let slo = Slo::new("99.9%".parse().unwrap(), window).method(timeslices("1h", "95%")).unwrap();
        let none = CountSeries::from_events(&[], &[]).unwrap();
        slo.budget_at(&none, now.parse().unwrap()).unwrap().slices().unwrap().expected / 24
    };
    for (count, now, days) in [
        (1, "2026-02-10T00:00:00Z", 28),
        (1, "2028-02-10T00:00:00Z", 29),
        (1, "2026-04-10T00:00:00Z", 30),
        (1, "2026-07-10T00:00:00Z", 31),
        (3, "2026-02-10T00:00:00Z", 90),
        (3, "2026-08-10T00:00:00Z", 92),
        (12, "2028-08-10T00:00:00Z", 366),
    ] {
        assert_eq!(expected(CalendarUnit::Month, count, now), days, "{count} months at {now}");
    }
}

#[test]
fn d21_the_example_of_an_attack_is_worked_out() {
    // OpenSLO, examples/budgeting-method: 16,632 failed requests, "about 13 hours and 45 minutes", and 16 h 48 min.
    let by_events = slo("95%", "14d");
    let attacked = |n: f64| by_events.budget(Counts::bad_total(3_360.0 + 0.99 * n, 336_000.0 + n).unwrap());
    assert!(!attacked(14_297.0).exhausted() && attacked(14_298.0).exhausted());
    assert_eq!((0.99_f64 * 14_298.0).round(), 14_155.0);

    let fortnight = |attack: usize| {
        let bad: Vec<f64> = (0..20_160).map(|minute| if minute < attack { 99.0 } else { 1.0 }).collect();
        CountSeries::bad_total(Axis::regular(at(60), Duration::from_minutes(1)), &bad, &vec![100.0; 20_160])
            .unwrap()
    };
    let budget = |method: Method, attack: usize| {
        slo("95%", "14d").method(method).unwrap().budget_at(&fortnight(attack), at(20_160 * 60)).unwrap()
    };
    // 16 h 48 min of slices: OpenSLO's figure is right.
    assert!(
        !budget(timeslices("1m", "95%"), 1_007).exhausted()
            && budget(timeslices("1m", "95%"), 1_008).exhausted()
    );
    // 822.857 minutes by the mean of ratios, 13 h 42.9 min: each minute of attack spends 0.98 more.
    let mean = budget(ratio_timeslices("1m"), 822);
    assert!(!mean.exhausted() && budget(ratio_timeslices("1m"), 823).exhausted());
    assert!((822.0 + mean.remaining() / 0.98 - 5_760.0 / 7.0).abs() < 1e-9);
}

#[test]
fn d22_an_event_whose_measure_is_missing_is_not_a_success() {
    // slo-exporter, operator.go and rule.go: a failure condition on metadata that is missing or no number is false, and
    // the event counts as a success. Here a missing measure is refused with its place, and nothing is counted.
    let axis = || Axis::listed([60, 120, 180].map(at));
    let missing = CountSeries::from_threshold(axis(), &[0.2, f64::NAN, 0.1], Comparison::AtMost, 0.3);
    assert!(matches!(missing, Err(Error::NonFinite { index: 1, .. })), "{missing:?}");
    let unclassified = CountSeries::from_events(&[60, 120, 180].map(at), &[true, true]);
    assert!(matches!(unclassified, Err(Error::LengthMismatch { .. })), "{unclassified:?}");
}

#[test]
fn d24_an_empty_slice_is_good_bad_or_neither_as_is_asked_for() {
    // Kibana counted it bad until 8.15, always good since: #197064, #196942, #181888.
    let axis = Axis::listed([60, 120, 300].map(at));
    let series = CountSeries::bad_total(axis, &[1.0, 0.0, 0.0], &[1.0, 0.0, 1.0]).unwrap();
    let hour = slo("90%", "10m").method(timeslices("1m", "95%")).unwrap();
    for (no_data, bad, total) in [(NoData::Skip, 1.0, 2.0), (NoData::Good, 1.0, 5.0), (NoData::Bad, 4.0, 5.0)]
    {
        let budget = hour.clone().no_data(no_data).budget_at(&series, at(300)).unwrap();
        assert_eq!((budget.bad(), budget.total(), budget.allowed()), (bad, total, 1.0), "{no_data:?}");
        let report = hour.clone().no_data(no_data).slices(&series, at(300)).unwrap();
        assert_eq!((report.good, report.bad, report.empty), (1, 1, 8), "{no_data:?}");
    }
}
