use super::*;
use crate::{Duration, Incident, Objective};
use FindingKind::{
    DuplicateWindows, FactorBelowOne, InexactThreshold, ShortNotShorter, SilentHole, UnlikelyTarget,
    UnreachableFactor, WindowTooLong,
};
use proptest::prelude::*;

fn slo(target: &str, window: &str) -> Slo {
    Slo::new(target.parse().unwrap(), window.parse().unwrap())
}

fn minutes(count: i64) -> Duration {
    Duration::from_minutes(count)
}

fn rule(long: i64, short: i64, factor: f64) -> BurnRule {
    BurnRule::new(minutes(long), minutes(short), factor).unwrap()
}

fn kinds(policy: &AlertPolicy, slo: &Slo) -> Vec<(FindingKind, Option<usize>)> {
    policy.lint(slo).iter().map(|finding| (finding.kind, finding.rule)).collect()
}

#[test]
fn a_sound_policy_has_no_finding() {
    for window in ["28d", "30d", "90d"] {
        let slo = slo("99.9%", window);
        assert_eq!(AlertPolicy::google_sre("30d".parse().unwrap()).unwrap().lint(&slo), []);
        assert_eq!(AlertPolicy::pyrra(slo.window()).unwrap().lint(&slo), []);
    }
}

#[test]
fn a_factor_is_unreachable_from_one_event_in_one_on() {
    // COMPARE.md D18. A budget of a tenth: factors of 10 and above, by the operator.
    let slo = slo("90%", "30d");
    for (factor, above, at_least) in [(9.9, false, false), (10.0, true, false), (10.1, true, true)] {
        for (operator, unreachable) in [(Operator::Above, above), (Operator::AtLeast, at_least)] {
            let policy = AlertPolicy::new([rule(60, 5, 1.0), rule(30, 2, factor).operator(operator)]);
            let expected = if unreachable { vec![(UnreachableFactor, Some(1))] } else { vec![] };
            assert_eq!(kinds(&policy, &slo), expected, "{factor} {operator}");
        }
    }
    let message = AlertPolicy::google_sre(slo.window()).unwrap().lint(&slo).remove(0).message;
    assert_eq!(
        message,
        "rule 0 (page: burn > 14.4 over 1h and 5m) can never fire: 14.4 times the budget 0.1 is an error ratio of 1.44, \
         and none is even 1"
    );
}

#[test]
fn the_workbook_loses_its_rules_one_by_one_as_targets_fall() {
    // Reference: 14.4 needs a target of at least 93.06 %, 6 one of 83.33 % and 3 one of 66.67 %.
    for (target, lost) in
        [("93.06%", 0), ("93.05%", 1), ("83.34%", 1), ("83.33%", 2), ("66.67%", 2), ("66.66%", 3)]
    {
        let slo = slo(target, "30d");
        let policy = AlertPolicy::google_sre(slo.window()).unwrap();
        let expected: Vec<_> = (0..lost).map(|place| (UnreachableFactor, Some(place))).collect();
        assert_eq!(kinds(&policy, &slo), expected, "{target}");
    }
}

#[test]
fn factors_below_one_are_found_and_one_is_not() {
    let slo = slo("99.9%", "28d");
    assert_eq!(kinds(&AlertPolicy::sloth(slo.window()).unwrap(), &slo), [(FactorBelowOne, Some(3))]);
    let policy = AlertPolicy::new([rule(60, 5, 1.0), rule(30, 2, 0.999_999_999)]);
    assert_eq!(kinds(&policy, &slo), [(FactorBelowOne, Some(1))]);
}

#[test]
fn windows_are_compared_with_each_other_and_with_the_objectives() {
    let slo = slo("99.9%", "1h");
    let of = |long, short| kinds(&AlertPolicy::new([rule(long, short, 1.0)]), &slo);
    assert_eq!(of(60, 59), []);
    assert_eq!(of(60, 60), [(ShortNotShorter, Some(0))]);
    assert_eq!(of(59, 60), [(ShortNotShorter, Some(0))]);
    // What such a window lets pass within the hour costs 61/60 of the budget.
    assert_eq!(of(61, 5), [(WindowTooLong, Some(0)), (SilentHole, None)]);
    assert_eq!(of(5, 61), [(ShortNotShorter, Some(0)), (WindowTooLong, Some(0)), (SilentHole, None)]);
}

#[test]
fn rules_of_the_same_windows_are_duplicates() {
    let slo = slo("99.9%", "30d");
    let policy = AlertPolicy::new([rule(60, 5, 14.4), rule(60, 4, 1.0), rule(60, 5, 1.0).severity("ticket")]);
    assert_eq!(kinds(&policy, &slo), [(DuplicateWindows, Some(2))]);
    assert!(policy.lint(&slo)[0].message.ends_with("has the windows of rule 0"));
}

#[test]
fn targets_that_are_surely_a_slip_are_found() {
    let policy = AlertPolicy::new([rule(60, 5, 1.0)]);
    for (target, slip) in [
        ("0.99999999999", true),
        ("99.9999991%", true),
        ("99.999999%", false),
        ("99.9%", false),
        ("50.1%", false),
        ("50%", true),
        ("9%", true),
    ] {
        let slo = slo(target, "30d");
        let expected = if slip { vec![(UnlikelyTarget, None)] } else { vec![] };
        assert_eq!(kinds(&policy, &slo), expected, "{target}");
    }
    assert!(Objective::new(99.9).is_err(), "refused before it is ever linted");
}

#[test]
fn a_threshold_that_does_not_fit_is_found() {
    let shares = [("123456789012345678/123456789012345679".parse().unwrap(), minutes(7), minutes(1), "page")];
    let policy = AlertPolicy::from_shares("30d".parse().unwrap(), &shares).unwrap();
    let precise = Slo::new("0.987654321098765433".parse().unwrap(), "30d".parse().unwrap());
    let fits = policy.rules()[0].threshold(&precise).is_ok();
    let large = Fraction::new(u128::MAX, u128::MAX - 1).unwrap();
    let rows = [(large, minutes(43_200), minutes(1), "page")];
    let policy = AlertPolicy::from_shares("30d".parse().unwrap(), &rows).unwrap();
    assert!(fits);
    assert_eq!(kinds(&policy, &precise), [(InexactThreshold, Some(0))]);
}

#[test]
fn a_hole_is_found_once_it_costs_more_than_the_budget() {
    let slo = slo("99.9%", "30d");
    for (factor, cost) in [(1.0, None), (1.000_1, Some(1.000_1)), (14.4, Some(14.4))] {
        let findings = AlertPolicy::new([rule(60, 5, factor)]).lint(&slo);
        assert_eq!(findings.first().and_then(|finding| finding.cost), cost, "{factor}");
        assert!(findings.iter().all(|finding| finding.kind == SilentHole && finding.rule.is_none()));
    }
    let message = AlertPolicy::new([rule(60, 5, 14.4)]).lint(&slo).remove(0).message;
    assert_eq!(
        message,
        "an incident of 1.440% errors over 30d raises no alert and spends 1440.0% of the budget"
    );
    // Without a rule, the whole window may fail.
    assert_eq!(AlertPolicy::new([]).lint(&slo)[0].cost, Some(1000.0));
}

#[test]
fn a_hold_opens_a_hole_for_short_outages() {
    // The workbook's third attempt: held for an hour, an outage of up to 51.84 s + 3600 s - 295.68 s is silent.
    let slo = slo("99.9%", "30d");
    let policy =
        AlertPolicy::new([rule(60, 5, 14.4).hold(minutes(60)), rule(4320, 360, 1.0).hold(minutes(60))]);
    let silent = policy.largest_silent_incident(&slo).unwrap();
    // At e = 1 the second rule finds it earlier: 259.2 s, for its condition goes on for hours.
    assert_eq!(silent.cost, Fraction::ONE);
    let alone = AlertPolicy::new([rule(60, 5, 1.0).hold(minutes(60))]);
    let silent = alone.largest_silent_incident(&slo).unwrap();
    // 3.6 s + 3600 s - 299.7 s of a complete outage, of 2592 s that are allowed.
    assert_eq!((silent.error_ratio, silent.duration), (Fraction::ONE, "55m3s900ms".parse().unwrap()));
    assert_eq!(silent.cost, Fraction::new(33_039, 25_920).unwrap());
}

#[test]
fn more_than_thirty_two_rules_are_not_searched() {
    let slo = slo("99.9%", "30d");
    let rules: Vec<BurnRule> = (1..=33).map(|m| rule(60 + m, 5, 2.0)).collect();
    assert!(AlertPolicy::new(&rules[..32]).largest_silent_incident(&slo).is_ok());
    let many = AlertPolicy::new(rules);
    assert!(matches!(many.largest_silent_incident(&slo), Err(crate::Error::LimitExceeded { limit: 32, .. })));
    assert_eq!(many.lint(&slo), []);
}

proptest! {
    #[test]
    fn the_largest_silent_incident_is_silent_and_no_costlier_one_is(
        rules in prop::collection::vec((1_i64..300, 1_i64..100, 1_u16..60, prop_oneof![Just(0), 0_i64..200]), 0..4),
        others in prop::collection::vec((1_u16..=1000, 1_i64..=1440), 20),
    ) {
        // The calculus is the judge: it computes detection by itself.
        let slo = slo("90%", "1d");
        let rule = |(long, short, factor, hold): &(i64, i64, u16, i64)| {
            rule(*long, *short, f64::from(*factor) / 5.0).hold(minutes(*hold)).operator(Operator::AtLeast)
        };
        let policy = AlertPolicy::new(rules.iter().map(rule).collect::<Vec<_>>());
        let silent = policy.largest_silent_incident(&slo).unwrap();
        let detected = |ratio: f64, lasting: Duration| {
            let incident = Incident::new(ratio).unwrap().lasting(lasting).unwrap();
            policy.detection_time(&slo, &incident).unwrap().is_some()
        };
        // A hundredth of a percent inside the limit it is silent.
        let ratio = (silent.error_ratio.to_f64() * 0.9999 * 1e12).round() / 1e12;
        let lasting = silent.duration.scaled(0.9999).unwrap();
        prop_assert!(!detected(ratio, lasting), "{silent:?}");
        let cost = |ratio: f64, lasting: Duration| ratio * lasting.seconds() / (0.1 * 86_400.0);
        prop_assert!(cost(ratio, lasting) <= silent.cost.to_f64());
        for (ratio, lasting) in others {
            let (ratio, lasting) = (f64::from(ratio) / 1000.0, minutes(lasting));
            if !detected(ratio, lasting) {
                prop_assert!(cost(ratio, lasting) <= silent.cost.to_f64() * (1.0 + 1e-12), "{ratio} {lasting} {silent:?}");
            }
        }
    }
}
