//! Ten shapes of incidents, replayed under the workbook's policy at 99.9 % over 30 days, with results worked out by
//! hand.
//!
//! Thirty days without an error come first, so that every window is full; then the incident begins. Traffic is 10,000
//! events a minute unless said otherwise, of which 432,000 bad ones are allowed in 30 days. By rule, so many bad events
//! of an hour, 6 hours, a day and 3 days are needed: more than 8,640, 21,600, 43,200 and 43,200.

use super::*;

/// The minutes before the incident.
const BEFORE: i64 = 43_200;
const TRAFFIC: f64 = 10_000.0;
const ALLOWED: f64 = 432_000.0;

/// A story from the incident's begin on: the bad events of each minute, and 7 days without any.
fn story(bad: impl IntoIterator<Item = f64>) -> CountSeries {
    let bad: Vec<f64> = constant(43_200, 0.0).chain(bad).chain(constant(10_080, 0.0)).collect();
    let total = vec![TRAFFIC; bad.len()];
    CountSeries::bad_total(Axis::regular(at(1), minutes(1)), &bad, &total).unwrap()
}

/// So many minutes with so many bad events each.
fn constant(len: usize, bad: f64) -> impl Iterator<Item = f64> + Clone {
    std::iter::repeat_n(bad, len)
}

fn month() -> Slo {
    Slo::new("99.9%".parse().unwrap(), "30d".parse().unwrap())
}

fn workbook() -> AlertPolicy {
    AlertPolicy::google_sre("30d".parse().unwrap()).unwrap()
}

/// The replay of an incident that goes on for so many minutes: by records, and just so by every minute.
fn replayed(policy: &AlertPolicy, series: &CountSeries, length: i64) -> Replay {
    let incident = [(at(BEFORE), at(BEFORE + length))];
    let replay = policy.replay(&month(), series, &incident, None).unwrap();
    assert_eq!(replay, policy.replay(&month(), series, &incident, Some(minutes(1))).unwrap());
    replay
}

/// Severity, begin and end of each alert, in minutes from the incident's begin.
fn alerts(replay: &Replay) -> Vec<(&str, i64, i64)> {
    let minute = |t: Timestamp| t.nanos() / MINUTE - BEFORE;
    replay.alerts().iter().map(|a| (a.severity.as_str(), minute(a.begin), minute(a.end.unwrap()))).collect()
}

/// Asserts detection time and reset time in minutes, and the bad events until detection.
fn assert_noticed(replay: &Replay, detected: i64, reset: i64, bad: f64) {
    let outcome = replay.outcomes()[0];
    assert_eq!(
        (outcome.detection_time(), outcome.reset_time),
        (Some(minutes(detected)), Some(minutes(reset)))
    );
    assert_eq!(outcome.budget_lost, bad / ALLOWED);
}

#[test]
fn an_outage_of_ten_minutes() {
    let replay = replayed(&workbook(), &story(constant(10, TRAFFIC)), 10);
    // The hour needs one minute, and 5 minutes forget at 15; the 6 hours need three, and half an hour forgets at 40.
    // The tickets need five, and 2 and 6 hours forget at 130 and at 370.
    assert_eq!(alerts(&replay), [("page", 1, 40), ("ticket", 5, 370)]);
    assert_noticed(&replay, 1, 30, 10_000.0);
    assert_eq!((replay.precision(), replay.recall()), (Some(1.0), Some(1.0)));
    assert_eq!(replay.to_string(), "1 of 1 incidents detected, 0 of 2 alerts false");
}

#[test]
fn a_slow_burn_at_twice_the_budget_for_four_days() {
    let replay = replayed(&workbook(), &story(constant(5_760, 20.0)), 5_760);
    // 20 bad a minute are more than 43,200 after 2,161 minutes, and more than 0.1 % of 6 hours while more than half of
    // their minutes are bad.
    assert_eq!(alerts(&replay), [("ticket", 2_161, 5_760 + 180)]);
    assert_noticed(&replay, 2_161, 180, 43_220.0);
}

#[test]
fn three_spikes_of_a_minute() {
    let spike = || constant(1, TRAFFIC).chain(constant(19, 0.0));
    let replay = replayed(&workbook(), &story(spike().chain(spike()).chain(spike())), 41);
    // Each fires the hour's rule for 5 minutes; with the third, the 6 hours have three, and half an hour forgets it at
    // 71. The tickets need five.
    assert_eq!(alerts(&replay), [("page", 1, 6), ("page", 21, 26), ("page", 41, 71)]);
    // The first alert ends 35 minutes before the incident does.
    assert_noticed(&replay, 1, -35, 10_000.0);
    assert_eq!(replay.precision(), Some(1.0));
}

#[test]
fn flapping_two_bad_minutes_in_ten() {
    let flap = |_| constant(2, TRAFFIC).chain(constant(8, 0.0));
    let series = story((0..6).flat_map(flap));
    let replay = replayed(&workbook(), &series, 52);
    // The hour's rule fires from each flap's first minute until 5 minutes after its second. At 11 the 6 hours have
    // three minutes, and half an hour forgets the last at 82; at 21 the tickets have five, until 172 and 412.
    assert_eq!(alerts(&replay), [("page", 1, 7), ("page", 11, 82), ("ticket", 21, 412)]);
    assert_noticed(&replay, 1, 7 - 52, 10_000.0);

    // Firing on for four minutes, the hour's rule bridges the gaps from 7 to 11, and all pages are one.
    let rules: Vec<_> = workbook().rules().iter().map(|rule| rule.clone().keep_firing(minutes(4))).collect();
    let kept = replayed(&AlertPolicy::new(rules), &series, 52);
    assert_eq!(alerts(&kept), [("page", 1, 86), ("ticket", 21, 416)]);

    // Held for three minutes, it fires from 4 to 7 and so on, and the 6 hours' rule from 14 on.
    let rules: Vec<_> = workbook().rules().iter().map(|rule| rule.clone().hold(minutes(3))).collect();
    let held = replayed(&AlertPolicy::new(rules), &series, 52);
    assert_eq!(alerts(&held), [("page", 4, 7), ("page", 14, 82), ("ticket", 24, 412)]);
}

#[test]
fn a_ramp_of_a_tenth_of_a_percent_a_minute() {
    let replay = replayed(&workbook(), &story((1..=60).map(|minute| 10.0 * f64::from(minute))), 60);
    // After k minutes 5 k (k + 1) are bad: 8,610 after 41 and 9,030 after 42. In the end 18,300 are, too few for the
    // other rules. Of the last five minutes, 1,190 at 63 and 600 at 64 are bad, where 720 are the limit.
    assert_eq!(alerts(&replay), [("page", 42, 64)]);
    assert_noticed(&replay, 42, 4, 9_030.0);
}

#[test]
fn one_failure_where_traffic_is_low() {
    // Ten events an hour, and one fails, which is no incident: 1 of 10, 60, 240 and 720 burns at 100, 16.7, 4.2 and 1.4.
    let times: Vec<_> = (0..7_200 + 1_000).map(|event| at(event * 6)).collect();
    let mut bad = vec![0.0; times.len()];
    bad[7_200] = 1.0;
    let series = CountSeries::bad_total(Axis::listed(times), &bad, &vec![1.0; bad.len()]).unwrap();
    let replay = workbook().replay(&month(), &series, &[], None).unwrap();
    // Half an hour and 6 hours forget it.
    assert_eq!(alerts(&replay), [("page", 0, 30), ("ticket", 0, 360)]);
    assert_eq!((replay.precision(), replay.recall(), replay.false_alerts().len()), (Some(0.0), None, 2));

    // Called an incident, it is noticed at once, when nothing since its begin was lost.
    let replay = workbook().replay(&month(), &series, &[(at(BEFORE), at(BEFORE + 1))], None).unwrap();
    assert_noticed(&replay, 0, 29, 0.0);
}

#[test]
fn an_outage_at_night_of_which_the_day_knows_little() {
    // A hundredth of the traffic from midnight to six; from three on, ten minutes fail.
    let night = |minute: i64| (minute - 1).rem_euclid(1_440) < 360;
    let first = 30 * 1_440 + 180;
    let fails = |minute: i64| minute > first && minute <= first + 10;
    let total: Vec<f64> = (1..=first + 5_000).map(|m| if night(m) { 100.0 } else { TRAFFIC }).collect();
    let bad: Vec<f64> = (1..=first + 5_000).map(|m| if fails(m) { 100.0 } else { 0.0 }).collect();
    let series = CountSeries::bad_total(Axis::regular(at(1), minutes(1)), &bad, &total).unwrap();
    let replay = workbook().replay(&month(), &series, &[(at(first), at(first + 10))], None).unwrap();
    // To the hour it is an outage like any other. Of the 6 hours, nearly 3 are day: 1,000 of 1,700,000 events fail.
    assert_eq!(replay.alerts().len(), 1);
    assert_eq!(
        (replay.detection_times(), replay.reset_times()),
        (vec![Some(minutes(1))], vec![Some(minutes(5))])
    );
    // 100 of what 30 days allow: a thousandth of 30 · (1,080 · 10,000 + 360 · 100) events, since every minute of the
    // night has its like a month ago.
    assert_eq!(replay.budget_lost(), [100.0 / 325_080.0]);
}

#[test]
fn a_recovery_with_an_echo() {
    let echo = constant(20, 0.0).chain(constant(3, TRAFFIC / 2.0));
    let replay = replayed(&workbook(), &story(constant(10, TRAFFIC).chain(echo)), 10);
    // The echo comes at 31 to 33, while half an hour still knows the outage: the page goes on until 63, the ticket
    // until 33 + 360.
    assert_eq!(alerts(&replay), [("page", 1, 63), ("ticket", 5, 393)]);
    assert_noticed(&replay, 1, 53, 10_000.0);
    assert_eq!(replay.precision(), Some(1.0));
}

#[test]
fn a_partial_failure_of_a_twentieth_for_half_an_hour() {
    let replay = replayed(&workbook(), &story(constant(30, TRAFFIC / 20.0)), 30);
    // 500 a minute are more than 8,640 after 18 minutes and 15,000 in the end. Of the last five minutes, 1,000 at 33
    // and 500 at 34 are bad, where 720 are the limit.
    assert_eq!(alerts(&replay), [("page", 18, 34)]);
    assert_noticed(&replay, 18, 4, 9_000.0);
}

#[test]
fn ten_days_at_exactly_the_budget() {
    let series = story(constant(14_400, 10.0));
    // A burn rate of 1 is not above 1: a third of the budget goes unnoticed.
    let above = replayed(&workbook(), &series, 14_400);
    assert_eq!((above.alerts().len(), above.recall(), above.precision()), (0, Some(0.0), None));
    let outcome = above.outcomes()[0];
    assert_eq!((outcome.alert, outcome.delay, outcome.reset_time), (None, None, None));
    assert_eq!(outcome.budget_lost, 144_000.0 / ALLOWED);
    // At the factor itself it is noticed when 3 days are full, with a tenth of the budget spent.
    let at_least = replayed(&workbook().operator(Operator::AtLeast), &series, 14_400);
    assert_eq!(alerts(&at_least), [("ticket", 4_320, 14_401)]);
    assert_noticed(&at_least, 4_320, 1, 43_200.0);
}
