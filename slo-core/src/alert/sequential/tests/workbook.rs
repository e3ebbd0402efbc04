//! The test beside the workbook's policy, where traffic is low.

use super::*;
use crate::stats::tails::{Binomial, Distribution};
use crate::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Fraction, Timestamp};
use slo_testkit::Random;

#[test]
fn the_first_rules_false_pages_are_the_binomial_tail() {
    // Reference table of low traffic: burn above 14.4 over an hour, for a service exactly at 99.9 %.
    let rule = BurnRule::new(Duration::from_hours(1), Duration::from_minutes(5), 14.4).unwrap();
    let threshold: Fraction = rule.factor().times(slo("99.9%").objective().budget()).unwrap();
    for (events, expected) in
        [(10, "9.96e-3"), (50, "4.88e-2"), (69, "6.67e-2"), (70, "2.31e-3"), (500, "5.92e-8")]
    {
        // The least number of bad events that exceeds the threshold, by exact comparison.
        let exceeds = |bad: &u32| {
            let counts = Counts::bad_total(f64::from(*bad), f64::from(events)).unwrap();
            counts.bad.cmp_share(counts.total, threshold).is_gt()
        };
        let least = (0..=events).find(exceeds).unwrap();
        let chance = Binomial::new(f64::from(events), 0.001).unwrap().sf(f64::from(least) - 1.0);
        assert_eq!(format!("{chance:.2e}"), expected, "{events}");
    }
    // At 10 requests an hour that is 7.2 hours of firing in 30 days.
    let firing = 720.0 * Binomial::new(10.0, 0.001).unwrap().sf(0.0);
    assert_eq!(format!("{firing:.1}"), "7.2");
}

/// Bad events by the minute, drawn one by one: of `hourly` events an hour, evenly spread, each is bad with probability `p`.
fn minutes(random: &mut Random, hourly: f64, p: f64, minutes: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut bad, mut total) = (vec![0.0; minutes], vec![0.0; minutes]);
    let events = hourly / 60.0;
    for (index, total) in total.iter_mut().enumerate() {
        *total = (events * (index + 1) as f64 + 1e-9).floor() - (events * index as f64 + 1e-9).floor();
    }
    let all: f64 = total.iter().sum();
    let (scale, mut at) = ((-p).ln_1p(), 0.0);
    loop {
        at += ((1.0 - random.uniform()).ln() / scale).floor() + 1.0;
        if at > all {
            return (bad, total);
        }
        // The minute in which the event numbered `at` comes.
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is one of the minutes"
        )]
        let minute = ((at / events).ceil() as usize).clamp(1, minutes) - 1;
        let minute = if total[minute] > bad[minute] { minute } else { minute.saturating_sub(1) };
        bad[minute] += 1.0;
    }
}

/// The test whose promise is one false alarm in 30 days: each event is an observation, or else each minute.
fn watch(hourly: f64) -> SequentialTest {
    let observations = 720.0 * hourly.min(60.0);
    test("99.9%", 1.0 / observations, 10.0).restart(Restart::WhenCleared)
}

/// How often the test alarms, and the minute of the first one.
fn ours(test: &SequentialTest, bad: &[f64], total: &[f64]) -> (usize, Option<usize>) {
    let (mut test, mut alarms, mut first) = (test.clone(), 0, None);
    for (minute, (bad, total)) in bad.iter().zip(total).enumerate() {
        if test.observe(*bad, *total).unwrap().alarm {
            test.reset();
            alarms += 1;
            first = first.or(Some(minute + 1));
        }
    }
    (alarms, first)
}

/// How often any of the workbook's rules begins to fire, and the minute of the first one.
fn theirs(policy: &AlertPolicy, bad: &[f64], total: &[f64]) -> (usize, Option<usize>) {
    let axis = Axis::regular(Timestamp::from_nanos(60_000_000_000), Duration::from_minutes(1));
    let series = CountSeries::bad_total(axis, bad, total).unwrap();
    let firing = policy.firing(&slo("99.9%"), &series).unwrap();
    let any: Vec<bool> = firing.columns().into_iter().map(|rules| rules.iter().any(|fires| *fires)).collect();
    let begins = (0..any.len()).filter(|minute| any[*minute] && (*minute == 0 || !any[minute - 1]));
    (begins.clone().count(), begins.clone().next().map(|minute| minute + 1))
}

/// The good hours before a burn, as many as the longest of the three rules looks back.
const BEFORE: usize = 24 * 60;

/// Of the test and of the workbook's first three rules: hours from the beginning of a burn to the first alarm, and for a
/// burn of 1 false alarms in 30 days. The fourth rule alarms at a burn of 1, as often as not.
fn draw(hourly: f64, burn: f64, runs: u32) -> [Vec<f64>; 2] {
    let policy = AlertPolicy::google_sre("30d".parse().unwrap()).unwrap();
    let policy = AlertPolicy::new(&policy.rules()[..3]);
    let test = watch(hourly);
    let mut random = Random::seeded(77);
    let mut drawn = [Vec::new(), Vec::new()];
    let days: f64 =
        if burn == 1.0 { 30.0 } else { (4_000.0 / hourly * 100.0 / (burn * burn)).clamp(0.25, 40.0) };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "there are at most 40 days")]
    let length = (1440.0 * days) as usize;
    for _ in 0..runs {
        let (bad, total) = minutes(&mut random, hourly, burn * 1e-3, length);
        let (good, before) = minutes(&mut random, hourly, 1e-300, BEFORE);
        let (bad, total) = ([good, bad].concat(), [before, total].concat());
        for (drawn, (alarms, first)) in
            drawn.iter_mut().zip([ours(&test, &bad, &total), theirs(&policy, &bad, &total)])
        {
            drawn.push(if burn == 1.0 {
                alarms as f64
            } else {
                (first.unwrap_or(BEFORE + length) - BEFORE) as f64 / 60.0
            });
        }
    }
    drawn
}

/// Whether the mean drawn is the one in print, which 400 draws made, to five standard errors and its last digit.
fn assert_mean(drawn: &[f64], printed: &str, what: &str) {
    let expected: f64 = printed.parse().unwrap();
    let decimals = printed.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let digit = 0.5 / 10_f64.powf(decimals as f64);
    let runs = drawn.len() as f64;
    let mean = drawn.iter().sum::<f64>() / runs;
    let variance = drawn.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (runs - 1.0);
    let room = 5.0 * (variance * (1.0 / runs + 1.0 / 400.0)).sqrt() + digit;
    assert!((mean - expected).abs() <= room, "{what}: {mean} for {expected}, give or take {room}");
}

#[test]
fn the_table_of_delays_is_what_draws_come_to() {
    // The cells that are drawn in no time; the others are of the same making.
    for (hourly, burn, printed) in [
        (10.0, 100.0, ["4.3", "1.0"]),
        (100.0, 100.0, ["0.52", "0.21"]),
        (1e3, 14.4, ["0.47", "1.4"]),
        (1e3, 100.0, ["0.06", "0.16"]),
        (1e4, 5.0, ["0.35", "14.4"]),
        (1e4, 14.4, ["0.06", "1.3"]),
        (1e4, 100.0, ["0.02", "0.15"]),
    ] {
        let drawn = draw(hourly, burn, 15);
        for (drawn, printed) in drawn.iter().zip(printed) {
            assert_mean(drawn, printed, &format!("{hourly} an hour, burn {burn}"));
        }
    }
}

#[test]
fn at_the_budget_the_workbook_pages_weekly_and_the_test_keeps_its_promise() {
    let [ours, theirs] = draw(10.0, 1.0, 10);
    assert_mean(&theirs, "7.2", "false alarms of the workbook's rules");
    // One in 30 days at most on average: of ten months more than 24 is as rare as 1e-4, if they were Poisson.
    assert!(ours.iter().sum::<f64>() <= 24.0, "{ours:?}");
}
