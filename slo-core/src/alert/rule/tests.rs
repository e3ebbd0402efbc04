use super::*;

#[test]
fn rules_need_positive_windows_and_factors() {
    let minute = Duration::from_minutes(1);
    for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(BurnRule::new(minute, minute, factor).is_err(), "{factor}");
    }
    assert!(BurnRule::new(Duration::ZERO, minute, 1.0).is_err());
    assert!(BurnRule::new(minute, Duration::ZERO, 1.0).is_err());
    assert!(BurnRule::from_share(Duration::ZERO, Fraction::ONE, minute, minute).is_err());
    let message = BurnRule::from_share(minute, "0".parse().unwrap(), minute, minute).unwrap_err().to_string();
    assert!(message.starts_with("share = 0"), "{message}");
}

#[test]
fn a_factor_that_is_no_decimal_stays_exact() {
    // Sloth's 28 days: 10 % over three days is a factor of 14/15.
    let share = "10%".parse().unwrap();
    let rule =
        BurnRule::from_share(Duration::from_days(28), share, Duration::from_days(3), Duration::from_hours(6))
            .unwrap();
    assert_eq!(rule.factor(), "14/15".parse().unwrap());
}

#[test]
fn the_operator_decides_at_the_threshold() {
    let rule = |operator| {
        BurnRule::new(Duration::from_hours(1), Duration::from_minutes(5), 14.4).unwrap().operator(operator)
    };
    let threshold = "0.0144".parse().unwrap();
    for (bad, above, at_least) in [(1439.0, false, false), (1440.0, false, true), (1441.0, true, true)] {
        let counts = Counts::bad_total(bad, 1e5).unwrap();
        assert_eq!(rule(Operator::Above).exceeds(counts, threshold), above, "{bad}");
        assert_eq!(rule(Operator::AtLeast).exceeds(counts, threshold), at_least, "{bad}");
    }
    assert!(!rule(Operator::AtLeast).exceeds(Counts::default(), threshold));
}

#[test]
fn a_rule_tells_its_hold_and_how_long_it_fires_on() {
    let rule = BurnRule::new(Duration::from_hours(1), Duration::from_minutes(5), 14.4).unwrap();
    let held = rule.clone().hold(Duration::from_minutes(2));
    assert_eq!(held.to_string(), "page: burn > 14.4 over 1h and 5m for 2m");
    let kept = rule.keep_firing(Duration::from_minutes(10));
    assert_eq!(kept.to_string(), "page: burn > 14.4 over 1h and 5m, firing on for 10m");
}

#[cfg(feature = "serde")]
#[test]
fn times_are_optional_when_read_and_may_not_be_below_zero() {
    let rule = BurnRule::new(Duration::from_hours(1), Duration::from_minutes(5), 14.4).unwrap();
    let read: BurnRule =
        serde_json::from_str(r#"{"long":"1h","short":"5m","factor":"14.4","severity":"page"}"#).unwrap();
    assert_eq!(read, rule);
    let timed = rule.hold(Duration::from_nanos(1)).keep_firing(Duration::from_hours(1));
    let text = serde_json::to_string(&timed).unwrap();
    assert_eq!(serde_json::from_str::<BurnRule>(&text).unwrap(), timed);
    for name in ["hold", "keep_firing"] {
        let text = format!(r#"{{"long":"1h","short":"5m","factor":"1","severity":"page","{name}":"-1ns"}}"#);
        let message = serde_json::from_str::<BurnRule>(&text).unwrap_err().to_string();
        assert!(message.starts_with(&format!("{name} = -1ns")), "{message}");
    }
}
