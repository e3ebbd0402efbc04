use super::*;
use crate::{Axis, CountSeries, Slo, Timestamp, TrafficCorrection};
use proptest::prelude::*;

fn window(text: &str) -> Window {
    text.parse().unwrap()
}

/// Long window, short window and hold of each rule.
fn windows(policy: &AlertPolicy) -> Vec<String> {
    policy.rules().iter().map(|r| format!("{}/{}/{}", r.hold_time(), r.long(), r.short())).collect()
}

#[test]
fn sloths_factors_are_those_of_its_golden_files() {
    // slok/sloth: 28 and 30 days of the embedded catalogue, and the 7 days of the example.
    for (length, factors) in [
        ("28d", ["13.44", "5.6", "2.8", "14/15"]),
        ("30d", ["14.4", "6", "3", "1"]),
        ("7d", ["13.44", "3.5", "1.4", "0.98"]),
    ] {
        let policy = AlertPolicy::sloth(window(length)).unwrap();
        let found: Vec<String> = policy.rules().iter().map(|rule| rule.factor().to_string()).collect();
        assert_eq!(found, factors, "{length}");
        let severities: Vec<&str> = policy.rules().iter().map(BurnRule::severity_name).collect();
        assert_eq!(severities, ["page", "page", "ticket", "ticket"]);
    }
    for length in ["29d", "90d", "27d23h59m59s"] {
        assert!(matches!(AlertPolicy::sloth(window(length)), Err(Error::Unsupported { .. })), "{length}");
    }
}

#[test]
fn sloths_custom_catalogue_comes_from_shares() {
    // slok/sloth, the custom 30 days of its examples.
    let minutes = Duration::from_minutes;
    let shares = [("1%", 30, 2), ("2%", 180, 15), ("5%", 720, 60), ("5%", 2160, 180)]
        .map(|(share, long, short)| (share.parse().unwrap(), minutes(long), minutes(short), "page"));
    let policy = AlertPolicy::from_shares(window("30d"), &shares).unwrap();
    let factors: Vec<f64> = policy.rules().iter().map(|rule| rule.factor().to_f64()).collect();
    assert_eq!(factors, [14.4, 4.8, 3.0, 1.0]);
}

#[test]
fn pyrras_windows_are_those_of_its_code() {
    // pyrra-dev/pyrra, slo/rules.go: hold, long and short window over 28, 30 and 7 days.
    for (length, expected) in [
        ("28d", ["2m/1h/5m", "15m/6h/30m", "1h/1d/2h", "3h/4d/6h"]),
        ("30d", ["2m/1h4m/5m", "16m/6h26m/32m", "1h4m/1d1h43m/2h9m", "3h13m/4d6h51m/6h26m"]),
        ("7d", ["1m/15m/1m", "4m/1h30m/8m", "15m/6h/30m", "45m/1d/1h30m"]),
    ] {
        let policy = AlertPolicy::pyrra(window(length)).unwrap();
        assert_eq!(windows(&policy), expected, "{length}");
        let factors: Vec<f64> = policy.rules().iter().map(|rule| rule.factor().to_f64()).collect();
        assert_eq!(factors, [14.0, 7.0, 2.0, 1.0], "{length}");
        let severities: Vec<&str> = policy.rules().iter().map(BurnRule::severity_name).collect();
        assert_eq!(severities, ["critical", "critical", "warning", "warning"]);
    }
}

#[test]
fn pyrras_rounded_windows_spend_what_budget_share_says() {
    let policy = AlertPolicy::pyrra(window("30d")).unwrap();
    // 14 · 64 min / 43 200 min: not 1/48, for the 64.29 minutes were rounded.
    assert_eq!(policy.rules()[0].budget_share(), Fraction::new(14 * 64, 43_200));
}

#[test]
fn the_shortest_window_of_pyrra_is_the_one_whose_short_window_rounds_up_to_a_minute() {
    let half = Duration::from_seconds(8064 * 30);
    let refused = Window::rolling(Duration::from_nanos(half.nanos() - 1)).unwrap();
    for (length, accepted) in
        [(Window::rolling(half).unwrap(), true), (refused, false), (window("1d"), false)]
    {
        assert_eq!(AlertPolicy::pyrra(length).is_ok(), accepted, "{length}");
    }
    let message = AlertPolicy::pyrra(window("1d")).unwrap_err().to_string();
    assert_eq!(message, "window = 1d: 1/8064 of it, a short window, rounds to no minute; take 2.8d or more");
}

#[test]
fn slo_exporters_policy_is_that_of_its_alerts() {
    let policy = AlertPolicy::slo_exporter().unwrap();
    let factors: Vec<f64> = policy.rules().iter().map(|rule| rule.factor().to_f64()).collect();
    assert_eq!(factors, [13.44, 5.6, 2.8, 1.0]);
    let shares: Vec<_> = policy.rules().iter().filter_map(BurnRule::budget_share).collect();
    assert_eq!(shares, ["2%", "5%", "10%", "3/28"].map(|share| share.parse().unwrap()));
    let few: Vec<_> = policy.rules().iter().map(|r| r.demotion().map(|d| d.at_most().to_f64())).collect();
    assert_eq!(few, [Some(5.0), Some(10.0), None, None]);
    assert!(policy.rules().iter().all(|rule| rule.traffic_correction() == TrafficCorrection::LongWindow));
}

#[test]
fn scaled_windows_keep_a_minute_and_their_factor() {
    let policy = AlertPolicy::google_sre(window("30d")).unwrap();
    let day = policy.scaled(window("30d"), window("1d")).unwrap();
    // 5 min / 30 = 10 s, and 30 min / 30 = 1 min.
    assert_eq!(windows(&day)[..2], ["0s/2m/1m", "0s/12m/1m"]);
    assert_eq!(day.rules()[0].factor(), policy.rules()[0].factor());
    assert_eq!(day.rules()[0].budget_share(), Some("2%".parse().unwrap()));
    assert_eq!(policy.scaled(window("30d"), window("30d")).unwrap(), policy);
    assert!(policy.scaled(window("1ns"), window("100000d")).is_err());
}

proptest! {
    #[test]
    fn shares_make_a_policy_for_any_window_and_target(
        seconds in 3_600_i64..2 * 366 * 86_400,
        percent in 1_u32..100_000,
        share in 1_u128..=1000,
        long in 1_i64..=86_400,
    ) {
        let window = Window::rolling(Duration::from_seconds(seconds)).unwrap();
        let share = Fraction::new(share, 1000).unwrap();
        let long = Duration::from_seconds(long.min(seconds));
        let rows = [(share, long, Duration::from_seconds(1), "page")];
        let policy = AlertPolicy::from_shares(window, &rows).unwrap().operator(Operator::AtLeast);
        let rule = &policy.rules()[0];
        // factor · long = share · window
        prop_assert_eq!(rule.factor().times(Fraction::nanos(long)).unwrap(), share.times(Fraction::nanos(window.length())).unwrap());
        prop_assert_eq!(spent(rule.factor(), long, window.length()).unwrap(), share);
        // Any target gives an exact threshold, which a series is decided by.
        let target = f64::from(percent) / 100_000.0;
        let slo = Slo::new(crate::Objective::new(target).unwrap(), window);
        let series = CountSeries::bad_total(Axis::regular(Timestamp::from_nanos(0), long), &[1.0], &[1.0]).unwrap();
        let reachable = rule.factor() <= Fraction::ONE.over(slo.objective().budget()).unwrap();
        prop_assert_eq!(policy.firing(&slo, &series).unwrap()[[0, 0]], reachable);
    }
}
