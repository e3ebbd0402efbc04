//! What other tools get wrong about alerts, held right here. The numbers are those of COMPARE.md.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "these are tests")]

use conformance::survives_writing;
use slo_core::{
    AlertPolicy, Axis, BudgetRule, BurnRule, Condition, CountSeries, Duration, Error, FindingKind, Fraction,
    Incident, Objective, Operator, Routing, Slo, TimeSeries, Timestamp, TrafficCorrection, Window,
    burn_rates,
};

fn minutes(count: i64) -> Duration {
    Duration::from_minutes(count)
}

fn window(text: &str) -> Window {
    text.parse().expect("a window")
}

fn slo(target: &str) -> Slo {
    Slo::new(target.parse().expect("a target"), window("30d"))
}

/// One minute with so many bad events of so many.
fn one(bad: f64, total: f64) -> CountSeries {
    let axis = Axis::regular(Timestamp::from_nanos(0), minutes(1));
    CountSeries::bad_total(axis, &[bad], &[total]).expect("counts")
}

fn rule(factor: f64, operator: Operator) -> BurnRule {
    BurnRule::new(minutes(1), minutes(1), factor).expect("a rule").operator(operator)
}

/// Whether a rule fires on one minute: as `firing` and as `evaluate` say, which must agree.
fn fires(rule: &BurnRule, slo: &Slo, series: &CountSeries) -> bool {
    let policy = AlertPolicy::new([rule.clone()]);
    let firing = policy.firing(slo, series).expect("it is decided").iter().any(|fires| *fires);
    for every in [None, Some(minutes(1))] {
        let timeline = policy.evaluate(slo, series, every).expect("it is decided");
        assert_eq!(timeline.alerts().len(), usize::from(firing), "{rule} every {every:?}");
    }
    firing
}

#[test]
fn d1_a_burn_rate_is_not_rounded_before_it_is_compared() {
    // slo-generator rounds to one decimal first: 9.04 against 9 and 14.44 against 14.4 do not alert there.
    for (bad, factor, expected) in [
        (9_040.0, 9.0, true),
        (9_060.0, 9.0, true),
        (14_440.0, 14.4, true),
        (9_001.0, 9.0, true),
        (9_000.0, 9.0, false),
        (8_999.0, 9.0, false),
        (14_401.0, 14.4, true),
        (14_399.0, 14.4, false),
    ] {
        let found = fires(&rule(factor, Operator::Above), &slo("99.9%"), &one(bad, 1e6));
        assert_eq!(found, expected, "{bad} {factor}");
    }
}

#[test]
fn d9_one_sample_that_is_no_number_is_refused_and_poisons_nothing() {
    let axis = || Axis::regular(Timestamp::from_nanos(0), minutes(5));
    for value in [f64::NAN, f64::INFINITY] {
        let refused = CountSeries::bad_total(axis(), &[0.0, value], &[1.0, 1.0]);
        assert!(matches!(refused, Err(Error::NonFinite { name: "bad", index: 1, .. })), "{refused:?}");
        assert!(matches!(TimeSeries::new(axis(), vec![1.0, value]), Err(Error::NonFinite { index: 1, .. })));
        assert!(Incident::new(value).is_err() && rule(1.0, Operator::Above).min_events(value).is_err());
    }
    // Five minutes without an event have no ratio; the budget and the windows around them have theirs.
    let series = CountSeries::bad_total(axis(), &[5.0, 0.0, 5.0], &[100.0, 0.0, 100.0]).expect("counts");
    let budget = slo("99%").budget_at(&series, Timestamp::from_nanos(minutes(10).nanos())).expect("a budget");
    assert_eq!((budget.sli(), budget.consumed()), (Some(0.95), 5.0));
    let rates =
        burn_rates(&series, "99%".parse().expect("a target"), &[minutes(5), minutes(10)]).expect("rates");
    assert!(rates[[0, 1]].is_nan() && rates.iter().filter(|rate| rate.is_nan()).count() == 1);
    let wide = BurnRule::new(minutes(10), minutes(5), 4.0).expect("a rule");
    let firing = AlertPolicy::new([wide]).firing(&slo("99%"), &series).expect("it is decided");
    assert_eq!(firing.row(0).to_vec(), [true, false, true]);
    let rule = BudgetRule::new(Condition::RemainingBelow { share: Fraction::ONE }).expect("a rule");
    let alerts = rule.evaluate(&slo("99%"), &series, &[], None).expect("it is decided");
    assert_eq!((alerts.len(), alerts[0].end), (1, None));
}

#[test]
fn d10_factors_below_one_are_named() {
    // Sloth's 28 days: 10 % over three days; its 7 days: 42 % over three days.
    for (length, factor) in [("28d", "14/15"), ("7d", "49/50")] {
        let slo = Slo::new("99.9%".parse().expect("a target"), window(length));
        let policy = AlertPolicy::sloth(slo.window()).expect("it is in the catalogue");
        let findings = policy.lint(&slo);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!((findings[0].kind, findings[0].rule), (FindingKind::FactorBelowOne, Some(3)));
        assert_eq!(policy.rules()[3].factor(), factor.parse().expect("a fraction"));
        // Nothing is kept from firing: an objective that is met at 98 % of its budget opens the ticket.
        let met = Incident::new(0.000_99).expect("a ratio");
        assert!(policy.detection_time(&slo, &met).expect("it is computed").is_some());
    }
    assert_eq!(AlertPolicy::sloth(window("30d")).expect("it is in the catalogue").lint(&slo("99.9%")), []);
}

#[test]
fn d11_an_error_ratio_of_exactly_the_budget_does_not_burn_above_one() {
    // Sloth writes the budget as 0.0009999999999999432, which 0.001 exceeds.
    for (bad, above, at_least) in [(999.0, false, false), (1000.0, false, true), (1001.0, true, true)] {
        assert_eq!(fires(&rule(1.0, Operator::Above), &slo("99.9%"), &one(bad, 1e6)), above, "{bad}");
        assert_eq!(fires(&rule(1.0, Operator::AtLeast), &slo("99.9%"), &one(bad, 1e6)), at_least, "{bad}");
    }
}

#[test]
fn d12_every_spelling_of_a_target_decides_alike() {
    // slokit: `percent(99.9)` fires at an error ratio of 0.0144, `ratio(0.999)` does not.
    let targets = [Objective::percent(99.9), Objective::new(0.999), "99.90%".parse(), "0.9990".parse()];
    for target in targets {
        let slo = Slo::new(target.expect("a target"), window("30d"));
        for (bad, factor) in [(14_400.0, 14.4), (1_000.0, 1.0)] {
            for (step, above, at_least) in [(-1.0, false, false), (0.0, false, true), (1.0, true, true)] {
                let series = one(bad + step, 1e6);
                assert_eq!(fires(&rule(factor, Operator::Above), &slo, &series), above, "{slo} {bad} {step}");
                assert_eq!(
                    fires(&rule(factor, Operator::AtLeast), &slo, &series),
                    at_least,
                    "{slo} {bad} {step}"
                );
            }
        }
    }
}

#[test]
fn d13_what_is_simulated_and_what_is_evaluated_use_one_operator() {
    // slokit simulates with `>=` and generates `>`. Here calculus, firing and evaluation agree at equality.
    for (operator, expected) in [(Operator::Above, false), (Operator::AtLeast, true)] {
        let rule = rule(14.4, operator);
        let at = Incident::new(0.0144).expect("a ratio");
        let detected = rule.detection_time(&slo("99.9%"), &at).expect("it is computed").is_some();
        assert_eq!(detected, expected, "{operator}");
        assert_eq!(fires(&rule, &slo("99.9%"), &one(144.0, 10_000.0)), expected, "{operator}");
    }
}

#[test]
fn d16_no_policy_has_a_window_of_no_length() {
    // Pyrra: below 2.8 days a short window rounds to `0s`, and the rule file does not load.
    for length in ["1h", "1d", "2d19h11m59s"] {
        let refused = AlertPolicy::pyrra(window(length)).map_err(|error| error.to_string());
        assert!(refused.is_err_and(|message| message.contains("rounds to no minute")), "{length}");
        let scaled =
            AlertPolicy::google_sre(window("30d")).and_then(|p| p.scaled(window("30d"), window(length)));
        assert!(scaled.expect("a policy").windows().iter().all(|window| window.is_positive()), "{length}");
    }
    assert!(AlertPolicy::pyrra(window("2d19h12m")).is_ok());
    assert!(BurnRule::new(minutes(1), Duration::ZERO, 1.0).is_err());
    let shares = [(Fraction::ONE, minutes(1), Duration::ZERO, "page")];
    assert!(AlertPolicy::from_shares(window("30d"), &shares).is_err());
    assert!(
        serde_json::from_str::<BurnRule>(r#"{"long":"1h","short":"0s","factor":"1","severity":"x"}"#)
            .is_err()
    );
}

#[test]
fn d17_the_shares_of_pyrras_rules_are_those_that_they_spend() {
    // 2.08, 6.25, 7.14 and 14.29 %; its comments speak of 20 % within a day and 100 % within five.
    let policy = AlertPolicy::pyrra(window("28d")).expect("a policy");
    let slo = Slo::new("99.9%".parse().expect("a target"), window("28d"));
    for (rule, share) in policy.rules().iter().zip(["1/48", "1/16", "1/14", "1/7"]) {
        let share: Fraction = share.parse().expect("a fraction");
        assert_eq!(rule.budget_share(), Some(share));
        // What is really spent when the rule begins to hold.
        let outage = Incident::new(1.0).expect("a ratio");
        let at_once = rule.clone().hold(Duration::ZERO);
        let spent = at_once.consumed_at_detection(&slo, &outage).expect("it is computed");
        slo_testkit::assert_close(spent.expect("it is detected"), share.to_f64(), 1e-14);
    }
}

#[test]
fn d18_a_factor_that_no_error_ratio_reaches_is_named() {
    // Sloth, Pyrra, Grafana and the workbook: 14.4 times a budget of 10 % is 1.44.
    let policy = AlertPolicy::google_sre(window("30d")).expect("a policy");
    let findings = policy.lint(&slo("90%"));
    assert_eq!((findings[0].kind, findings[0].rule), (FindingKind::UnreachableFactor, Some(0)));
    assert!(findings[0].message.contains("burn > 14.4 over 1h and 5m"), "{}", findings[0].message);
    assert!(!fires(&rule(14.4, Operator::AtLeast), &slo("90%"), &one(10.0, 10.0)));
    // 1 - 1/14.4 = 335/360: at 93.06 % and above the factor is reached.
    assert_eq!(policy.lint(&slo("93.06%")), []);
    assert!(fires(&rule(14.4, Operator::Above), &slo("93.06%"), &one(10.0, 10.0)));
}

#[test]
fn what_a_service_keeps_of_alerts_survives_writing() {
    let rule = rule(14.4, Operator::AtLeast).hold(minutes(2)).keep_firing(minutes(3));
    let rule = rule.traffic(TrafficCorrection::EachWindow).min_events(2.5).expect("a number");
    let rule = rule.demoted(5.0, "ticket").expect("a number");
    survives_writing(&rule);
    for policy in [
        AlertPolicy::google_sre(window("28d")),
        AlertPolicy::sloth(window("7d")),
        AlertPolicy::pyrra(window("30d")),
        AlertPolicy::slo_exporter(),
    ] {
        let policy = policy.expect("a policy");
        survives_writing(&policy);
        policy.lint(&slo("50%")).iter().for_each(survives_writing);
        survives_writing(&policy.largest_silent_incident(&slo("99.9%")).expect("it is computed"));
    }
    survives_writing(&Routing::new().route("page", ["on-call"]).otherwise(["chat"]));
    let plain = self::rule(2.0, Operator::Above);
    let condition = Condition::Any(vec![
        Condition::Burn(plain),
        Condition::ExhaustionWithin { time: minutes(60), over: minutes(5) },
    ]);
    survives_writing(&BudgetRule::new(condition).expect("a rule").severity("ticket"));
}
