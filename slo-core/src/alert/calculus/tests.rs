use super::*;
use crate::{Axis, CountSeries, Error, Operator, TrafficCorrection};
use proptest::prelude::*;

mod solver;

fn slo() -> Slo {
    Slo::new("99.9%".parse().unwrap(), "30d".parse().unwrap())
}

fn workbook(operator: Operator) -> AlertPolicy {
    AlertPolicy::google_sre(slo().window()).unwrap().operator(operator)
}

#[allow(clippy::unnecessary_wraps, reason = "it is compared with what may be none")]
fn ms(milliseconds: i64) -> Option<Duration> {
    Some(Duration::from_nanos(milliseconds * 1_000_000))
}

fn seconds(count: i64) -> Duration {
    Duration::from_seconds(count)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_nanos(seconds(second).nanos())
}

/// The workbook's table for 99.9 % over 30 days: error ratio, then for each rule its detection and reset time in
/// milliseconds, `-1` for never. Reference: `L · θ / e` and `S · (1 - θ / e)`, worked out by hand.
const TABLE: [(f64, [(i64, i64); 4]); 10] = [
    (1.0, [(51_840, 295_680), (129_600, 1_789_200), (259_200, 7_178_400), (259_200, 21_578_400)]),
    (0.5, [(103_680, 291_360), (259_200, 1_778_400), (518_400, 7_156_800), (518_400, 21_556_800)]),
    (0.15, [(345_600, 271_200), (864_000, 1_728_000), (1_728_000, 7_056_000), (1_728_000, 21_456_000)]),
    (0.1, [(518_400, 256_800), (1_296_000, 1_692_000), (2_592_000, 6_984_000), (2_592_000, 21_384_000)]),
    (0.05, [(1_036_800, 213_600), (2_592_000, 1_584_000), (5_184_000, 6_768_000), (5_184_000, 21_168_000)]),
    (0.0144, [(3_600_000, 0), (9_000_000, 1_050_000), (18_000_000, 5_700_000), (18_000_000, 20_100_000)]),
    (0.01, [(-1, -1), (12_960_000, 720_000), (25_920_000, 5_040_000), (25_920_000, 19_440_000)]),
    (0.006, [(-1, -1), (21_600_000, 0), (43_200_000, 3_600_000), (43_200_000, 18_000_000)]),
    (0.002, [(-1, -1), (-1, -1), (-1, -1), (129_600_000, 10_800_000)]),
    (0.001, [(-1, -1), (-1, -1), (-1, -1), (259_200_000, 0)]),
];

#[test]
fn every_cell_of_the_workbooks_table_is_met_to_the_nanosecond() {
    // SEMANTICS 11: golden under `>=`; under `>` the cells at equality are none.
    for operator in [Operator::AtLeast, Operator::Above] {
        let policy = workbook(operator);
        for (ratio, cells) in TABLE {
            for (rule, (detection, reset)) in policy.rules().iter().zip(cells) {
                let equal = (rule.factor().to_f64() * 0.001 - ratio).abs() < 1e-12;
                let never = detection < 0 || (equal && operator == Operator::Above);
                let expected = |milliseconds| if never { None } else { ms(milliseconds) };
                let incident = Incident::new(ratio).unwrap();
                let found = rule.detection_time(&slo(), &incident).unwrap();
                assert_eq!(found, expected(detection), "{ratio} {rule}");
                // An incident of three days and more fills every window.
                let over = incident.lasting(Duration::from_days(4)).unwrap();
                assert_eq!(rule.reset_time(&slo(), &over).unwrap(), expected(reset), "{ratio} {rule}");
                let spent = rule.consumed_at_detection(&slo(), &over).unwrap();
                match (never, spent, rule.budget_share()) {
                    (true, None, _) => {}
                    (false, Some(spent), Some(share)) => {
                        slo_testkit::assert_close(spent, share.to_f64(), 1e-14);
                    }
                    other => panic!("{ratio} {rule}: {other:?}"),
                }
            }
        }
    }
}

#[test]
fn one_step_above_and_below_the_threshold_differ() {
    // 14.4 · 0.001, the last of seventeen digits more and less: 1 h · θ / e, rounded up to the nanosecond.
    let rule = &workbook(Operator::Above).rules()[0].clone();
    let found = |ratio: f64| rule.detection_time(&slo(), &Incident::new(ratio).unwrap()).unwrap();
    assert_eq!(found(0.014_399_999_999_999_99), None);
    assert_eq!(found(0.014_4), None);
    assert_eq!(found(0.014_400_000_000_000_01), Some(Duration::from_hours(1)));
    assert_eq!(found(0.014_41), Some(Duration::from_nanos(3_597_501_734_907)));
}

#[test]
fn the_six_iterations_of_the_workbook_are_reproduced() {
    // Beyer et al. (2018), chapter 5: each of its attempts at a rule, a complete outage at 99.9 % over 30 days.
    let outage = || Incident::new(1.0).unwrap();
    let one = |window: &str, factor: f64| {
        let window = window.parse().unwrap();
        BurnRule::new(window, window, factor).unwrap().operator(Operator::AtLeast)
    };
    // 1: ten minutes over the budget itself.
    let first = one("10m", 1.0);
    assert_eq!(first.detection_time(&slo(), &outage()).unwrap(), ms(600));
    // 2: 36 hours.
    let second = one("36h", 1.0);
    assert_eq!(second.detection_time(&slo(), &outage()).unwrap(), ms(129_600));
    slo_testkit::assert_close(second.consumed_at_detection(&slo(), &outage()).unwrap().unwrap(), 0.05, 1e-14);
    // 3: held for an hour. A spike of five minutes spends 11.6 % of the budget and passes, be it as often as it may.
    let third = one("10m", 1.0).hold(Duration::from_hours(1));
    let held = third.detection_time(&slo(), &outage()).unwrap();
    assert_eq!(held, ms(3_600_600));
    slo_testkit::assert_close(
        third.consumed_at_detection(&slo(), &outage()).unwrap().unwrap(),
        1.389_120_370,
        1e-9,
    );
    let spike = outage().lasting(Duration::from_minutes(5)).unwrap();
    assert_eq!(third.detection_time(&slo(), &spike).unwrap(), None);
    // 4: a burn of 36 over an hour; 35 never tells.
    let fourth = one("1h", 36.0);
    assert_eq!(fourth.detection_time(&slo(), &outage()).unwrap(), ms(129_600));
    let hour = outage().lasting(Duration::from_hours(2)).unwrap();
    assert_eq!(fourth.reset_time(&slo(), &hour).unwrap(), ms(3_470_400));
    assert_eq!(fourth.detection_time(&slo(), &Incident::new(0.035).unwrap()).unwrap(), None);
}

#[test]
fn a_baseline_shortens_what_is_missing() {
    // W · (θ - e0) / (e1 - e0) = 1 h · 0.01 / 0.1; the reset goes down from e1 to e0.
    let rule = &workbook(Operator::AtLeast).rules()[0].clone();
    let incident = Incident::new(0.1044).unwrap().baseline(0.0044).unwrap();
    assert_eq!(rule.detection_time(&slo(), &incident).unwrap(), ms(360_000));
    let lasting = incident.lasting(Duration::from_hours(1)).unwrap();
    assert_eq!(rule.reset_time(&slo(), &lasting).unwrap(), ms(270_000));
    // A baseline that fires by itself: at, one below and one above the threshold.
    for (baseline, at_least, above) in [(0.0143, false, false), (0.0144, true, false), (0.0145, true, true)] {
        for (operator, already) in [(Operator::AtLeast, at_least), (Operator::Above, above)] {
            let rule = rule.clone().operator(operator).hold(seconds(60));
            let worse = Incident::new(0.5).unwrap().baseline(baseline).unwrap().lag(seconds(5)).unwrap();
            let found = rule.detection_time(&slo(), &worse).unwrap().unwrap();
            assert_eq!(found == Duration::ZERO, already, "{baseline} {operator}");
            let seen = worse.every(seconds(7)).unwrap();
            let found = rule.detection_time(&slo(), &seen).unwrap().unwrap();
            assert_eq!(found == Duration::ZERO, already, "{baseline} {operator}");
            // It never stops by itself, and nothing is left to be found.
            let lasting = seen.lasting(seconds(900)).unwrap();
            assert_eq!(rule.reset_time(&slo(), &lasting).unwrap().is_none(), already);
            let smallest = rule.smallest_incident(&slo(), &lasting).unwrap().unwrap();
            assert_eq!(smallest == Duration::ZERO, already);
        }
    }
}

#[test]
fn an_incident_that_is_better_than_the_baseline_is_never_detected() {
    let rule = &workbook(Operator::AtLeast).rules()[0].clone();
    let better = Incident::new(0.001).unwrap().baseline(0.01).unwrap();
    assert_eq!(rule.detection_time(&slo(), &better).unwrap(), None);
    assert_eq!(rule.smallest_incident(&slo(), &better).unwrap(), None);
    assert_eq!(rule.consumed_at_detection(&slo(), &better).unwrap(), None);
}

#[test]
fn evaluation_lag_and_hold_add_up_as_the_formula_says() {
    // Δ · ceil((t + s) / Δ) + Δ · ceil(h / Δ) with t = 51.84 s.
    let rule = &workbook(Operator::AtLeast).rules()[0].clone();
    let outage = || Incident::new(1.0).unwrap();
    for (every, lag, hold, expected) in [
        (0, 0, 0, 51_840),
        (0, 10, 120, 181_840),
        (60, 0, 0, 60_000),
        (60, 8, 0, 60_000),
        (60, 9, 0, 120_000),
        (30, 0, 45, 120_000),
        (30, 15, 60, 150_000),
    ] {
        let incident = outage().lag(seconds(lag)).unwrap();
        let incident = if every > 0 { incident.every(seconds(every)).unwrap() } else { incident };
        let held = rule.clone().hold(seconds(hold));
        assert_eq!(held.detection_time(&slo(), &incident).unwrap(), ms(expected), "{every} {lag} {hold}");
    }
    // An evaluation at the limit itself sees it under `>=` only: 1 h · 0.0144 / 0.864 is a minute.
    let incident = Incident::new(0.864).unwrap().every(seconds(60)).unwrap();
    for (operator, expected) in [(Operator::AtLeast, 60_000), (Operator::Above, 120_000)] {
        let found = rule.clone().operator(operator).detection_time(&slo(), &incident).unwrap();
        assert_eq!(found, ms(expected));
    }
}

#[test]
fn keep_firing_delays_the_reset() {
    let rule = &workbook(Operator::AtLeast).rules()[0].clone();
    let incident = Incident::new(1.0).unwrap().lasting(seconds(3600)).unwrap();
    let kept = rule.clone().keep_firing(seconds(60));
    assert_eq!(kept.reset_time(&slo(), &incident).unwrap(), ms(355_680));
    let late = incident.clone().lag(seconds(5)).unwrap();
    assert_eq!(kept.reset_time(&slo(), &late).unwrap(), ms(360_680));
    // At `>=` the limit at 295.68 s still holds; evaluations see the end at 300 s, and at 320 s.
    let seen = incident.every(seconds(20)).unwrap();
    assert_eq!(rule.reset_time(&slo(), &seen).unwrap(), ms(300_000));
    assert_eq!(rule.clone().keep_firing(seconds(15)).reset_time(&slo(), &seen).unwrap(), ms(320_000));
}

#[test]
fn an_incident_that_never_ends_has_no_reset() {
    let rule = &workbook(Operator::AtLeast).rules()[0].clone();
    assert_eq!(rule.reset_time(&slo(), &Incident::new(1.0).unwrap()).unwrap(), None);
}

#[test]
fn the_smallest_incident_is_detected_and_one_nanosecond_less_is_not() {
    for operator in [Operator::AtLeast, Operator::Above] {
        for rule in workbook(operator).rules() {
            for hold in [0, 120, 3 * 3600] {
                let rule = rule.clone().hold(seconds(hold));
                let incident = Incident::new(0.3).unwrap().baseline(0.0001).unwrap();
                let smallest = rule.smallest_incident(&slo(), &incident).unwrap().unwrap();
                let tells = |nanos: i64| {
                    let lasting = incident.clone().lasting(Duration::from_nanos(nanos)).unwrap();
                    rule.detection_time(&slo(), &lasting).unwrap().is_some()
                };
                assert!(tells(smallest.nanos()) && !tells(smallest.nanos() - 1), "{rule}");
                // L · x + max(0, h - S · (1 - x)), x = (θ - e0) / (e1 - e0).
                let x = (rule.factor().to_f64() * 0.001 - 0.0001) / (0.3 - 0.0001);
                let tail = rule.short().seconds() * (1.0 - x);
                let expected = rule.long().seconds() * x + (rule.hold_time().seconds() - tail).max(0.0);
                // Both are rounded to the nanosecond.
                slo_testkit::assert_close_absolute(smallest.seconds(), expected, 3e-9);
            }
        }
    }
}

#[test]
fn a_short_window_longer_than_the_long_one_decides_the_detection() {
    // The longer of both must fill, and the shorter one empties first.
    let minutes = Duration::from_minutes;
    let [swapped, plain] = [(5, 60), (60, 5)].map(|(long, short)| {
        BurnRule::new(minutes(long), minutes(short), 14.4).unwrap().operator(Operator::AtLeast)
    });
    let incident = Incident::new(0.144).unwrap().lasting(minutes(90)).unwrap();
    assert_eq!(swapped.detection_time(&slo(), &incident).unwrap(), ms(360_000));
    assert_eq!(swapped.reset_time(&slo(), &incident).unwrap(), plain.reset_time(&slo(), &incident).unwrap());
}

#[test]
fn an_unreachable_factor_never_fires() {
    // COMPARE.md D18: 14.4 · 0.1 > 1, and 10 · 0.1 = 1 is reached by a complete outage under `>=` only.
    let slo = Slo::new("90%".parse().unwrap(), "30d".parse().unwrap());
    let outage = Incident::new(1.0).unwrap();
    for (factor, at_least, above) in [(14.4, false, false), (10.0, true, false), (9.9, true, true)] {
        let rule = BurnRule::new("1h".parse().unwrap(), "5m".parse().unwrap(), factor).unwrap();
        assert_eq!(rule.detection_time(&slo, &outage).unwrap().is_some(), above, "{factor}");
        let rule = rule.operator(Operator::AtLeast);
        assert_eq!(rule.detection_time(&slo, &outage).unwrap().is_some(), at_least, "{factor}");
    }
}

#[test]
fn traffic_that_stops_ends_an_alert() {
    // One event a second until the end of the incident at 600 s, then none: both windows keep their ratio until they are
    // empty, the short one after five minutes.
    let rule = BurnRule::new("1h".parse().unwrap(), "5m".parse().unwrap(), 14.4).unwrap();
    let incident = Incident::new(0.5).unwrap().lasting(seconds(600)).unwrap();
    let incident = incident.traffic([(Duration::ZERO, 1.0), (seconds(600), 0.0)]).unwrap();
    assert_eq!(rule.reset_time(&slo(), &incident).unwrap(), ms(300_000));
    let at_least = rule.operator(Operator::AtLeast);
    assert_eq!(at_least.reset_time(&slo(), &incident).unwrap(), ms(300_000));
    let none = Incident::new(1.0).unwrap().traffic([(Duration::ZERO, 0.0)]).unwrap();
    assert_eq!(at_least.detection_time(&slo(), &none).unwrap(), None);
}

#[test]
fn a_least_number_of_events_waits_for_them() {
    // One event a second from the begin on: the short window holds 200 after 200 s.
    let rule = BurnRule::new("1h".parse().unwrap(), "5m".parse().unwrap(), 14.4).unwrap();
    let from_zero = [(seconds(-7200), 0.0), (Duration::ZERO, 1.0)];
    let incident = Incident::new(0.5).unwrap();
    for (least, expected) in [(0.0, Some(0)), (200.0, Some(200)), (300.0, Some(300)), (300.1, None)] {
        let rule = rule.clone().min_events(least).unwrap();
        let counted = incident.clone().traffic(from_zero).unwrap();
        let found = rule.detection_time(&slo(), &counted).unwrap();
        assert_eq!(found, expected.map(seconds), "{least}");
        assert_eq!(rule.detection_time(&slo(), &incident).is_err(), least > 0.0, "the rate is not known");
    }
}

#[test]
fn a_rule_that_is_corrected_for_traffic_is_plain_under_constant_traffic() {
    let plain = &workbook(Operator::Above).rules()[0].clone();
    let rule = plain.clone().traffic(TrafficCorrection::LongWindow);
    let incident = Incident::new(1.0).unwrap();
    assert_eq!(rule.detection_time(&slo(), &incident).unwrap(), ms(51_840));
    let changing = incident.traffic([(Duration::ZERO, 1.0), (seconds(1), 2.0)]).unwrap();
    assert!(matches!(rule.detection_time(&slo(), &changing), Err(Error::Unsupported { .. })));
}

#[test]
fn what_is_no_incident_is_refused() {
    for ratio in [-0.1, 1.000_000_1, 15.0, f64::NAN, f64::INFINITY] {
        assert!(Incident::new(ratio).is_err(), "{ratio}");
        assert!(Incident::new(0.5).unwrap().baseline(ratio).is_err(), "{ratio}");
    }
    let incident = || Incident::new(0.5).unwrap();
    assert!(incident().lasting(Duration::ZERO).is_err() && incident().every(Duration::ZERO).is_err());
    assert!(incident().lag(Duration::from_nanos(-1)).is_err() && incident().lag(Duration::ZERO).is_ok());
    assert!(matches!(incident().traffic([]), Err(Error::TooShort { .. })));
    for rate in [-1.0, f64::NAN, f64::INFINITY, 1e-101, 1e101] {
        assert!(incident().traffic([(Duration::ZERO, rate)]).is_err(), "{rate}");
    }
    for steps in [[(seconds(1), 1.0), (seconds(1), 2.0)], [(seconds(1), 1.0), (seconds(0), 2.0)]] {
        assert!(incident().traffic(steps).is_err());
    }
    let steps: Vec<_> = (0..1001).map(|s| (seconds(s), 1.0)).collect();
    assert!(incident().traffic(&steps[..1000]).is_ok());
    assert!(matches!(incident().traffic(steps), Err(Error::LimitExceeded { limit: 1_000, .. })));
}

#[test]
fn extreme_rules_and_incidents_do_not_overflow() {
    let longest = Duration::from_nanos(i64::MAX);
    for (long, short) in
        [(longest, longest), (longest, Duration::from_nanos(1)), (Duration::from_nanos(1), longest)]
    {
        for factor in [1e-18, 1.0, 1e17] {
            let rule = BurnRule::new(long, short, factor).unwrap().operator(Operator::AtLeast);
            let rule = rule.hold(longest).keep_firing(longest);
            let incident = Incident::new(1.0).unwrap().baseline(1e-18).unwrap().lag(longest).unwrap();
            let incident = incident.lasting(longest).unwrap().every(Duration::from_nanos(1)).unwrap();
            for answer in [
                rule.detection_time(&slo(), &incident),
                rule.reset_time(&slo(), &incident),
                rule.smallest_incident(&slo(), &incident),
            ] {
                assert!(answer.is_ok() || matches!(answer, Err(Error::OutOfRange { .. })), "{answer:?}");
            }
        }
    }
}

#[test]
fn evaluations_as_rare_as_time_is_long_neither_overflow_nor_see_more() {
    let longest = Duration::from_nanos(i64::MAX);
    let rule = BurnRule::new(Duration::from_hours(1), Duration::from_minutes(5), 0.5).unwrap();
    for every in [longest, Duration::from_days(100_000), Duration::from_days(7)] {
        for lag in [Duration::ZERO, longest] {
            // Before the incident the rule fires already, at a burn rate of 500.
            let incident = Incident::new(0.75).unwrap().baseline(0.5).unwrap();
            let incident = incident.every(every).unwrap().lag(lag).unwrap();
            assert_eq!(
                rule.detection_time(&slo(), &incident).unwrap(),
                Some(Duration::ZERO),
                "{every} {lag}"
            );
        }
    }
}
