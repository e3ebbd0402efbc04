use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use serde_json::Value;
use slo_core::{Counts, ErrorKind, Slo};

use super::*;
use crate::to_json;

fn hour(threshold: f64) -> Step {
    Step::new("1 hour", Duration::from_hours(1), threshold)
}

fn faithful(goal: f64, measured: &Measurement) -> Outcome {
    SloGenerator::new(goal).figures(&hour(9.0), measured).unwrap()
}

fn corrected(goal: f64, measured: &Measurement) -> Outcome {
    SloGenerator::new(goal).compat(Compat::Corrected).figures(&hour(9.0), measured).unwrap()
}

fn events(good: f64, bad: f64) -> Measurement {
    Measurement::Events(good.into(), bad.into())
}

/// A number as `serde_json` read it.
fn number(value: &Value) -> Option<Number> {
    value.as_i64().map(Number::Integer).or_else(|| value.as_f64().map(Number::Float))
}

fn measurement(data: &Value) -> Measurement {
    match data {
        Value::Null => Measurement::Nothing,
        Value::String(nan) if nan == "NaN" => Measurement::Sli(f64::NAN.into()),
        Value::String(_) => Measurement::Other("str".to_owned()),
        Value::Array(items) => match items.as_slice() {
            [good, bad] => {
                let nan = |value: &Value| (value == "NaN").then_some(Number::Float(f64::NAN));
                match (number(good).or(nan(good)), number(bad).or(nan(bad))) {
                    (Some(good), Some(bad)) => Measurement::Events(good, bad),
                    _ => Measurement::NotNumbers,
                }
            }
            items => Measurement::Tuple(items.len()),
        },
        value => Measurement::Sli(number(value).unwrap()),
    }
}

#[test]
fn reports_equal_those_that_slo_generator_gave() {
    // Recorded from slo-generator 2.6: every field, and whether a number is whole.
    let Some(folder) = slo_testkit::slo_cases() else { return };
    let text = fs::read_to_string(folder.join("slo-generator/report_cases.json")).unwrap();
    let cases: BTreeMap<String, Value> = serde_json::from_str(&text.replace("NaN", "\"NaN\"")).unwrap();
    assert!(!cases.is_empty());
    for (name, case) in cases {
        let float = |key: &str| case[key].as_f64().unwrap();
        let expected = &case["report"];
        let step =
            Step::new("1 hour", Duration::from_seconds(case["window"].as_i64().unwrap()), float("threshold"));
        let report = SloGenerator::new(float("goal"))
            .name("t")
            .description("d")
            .backend("b")
            .at(Timestamp::from_nanos(1_700_000_000_000_000_000))
            .report(&step, &measurement(&case["data"]))
            .unwrap();
        let found: Value = serde_json::from_str(&to_json(&report).unwrap()).unwrap();
        assert_eq!(&found, expected, "{name}");
    }
}

#[test]
fn what_is_invalid_is_said_in_slo_generators_words() {
    // slo-generator 2.6, report.py, SLOReport._validate and _post_validate.
    let whole = |good: i64, bad: i64| Measurement::Events(good.into(), bad.into());
    for (measured, expected) in [
        (Measurement::Nothing, "Backend returned None."),
        (
            Measurement::Other("str".to_owned()),
            "Backend method returned an object of type str. It should instead return a tuple (good_count, bad_count) \
             or a numeric SLI value (float / int).",
        ),
        (Measurement::Tuple(3), "Backend method returned a tuple with 3 items.Expected 2 items."),
        (
            Measurement::NotNumbers,
            "Backend method returned a tuple with some elements having a type different than float or int",
        ),
        (
            whole(-1, -1),
            "Backend method returned a valid tuple (-1, -1) but the good and bad count is NO_DATA (-1).",
        ),
        (
            events(-1.0, -1.0),
            "Backend method returned a valid tuple (-1.0, -1.0) but the good and bad count is NO_DATA (-1).",
        ),
        (whole(0, 0), "Not enough valid events (0) found. Minimum valid events: 1."),
        (events(0.25, 0.5), "Not enough valid events (0.75) found. Minimum valid events: 1."),
        (Measurement::Sli((-1).into()), "Backend returned NO_DATA (-1)."),
        (Measurement::Sli(1.2.into()), "SLI is not between 0 and 1 (value = 1.2)"),
        (Measurement::Sli(2.into()), "SLI is not between 0 and 1 (value = 2)"),
        (Measurement::Sli(f64::NAN.into()), "SLI is not between 0 and 1 (value = nan)"),
        (whole(10, -5), "SLI is not between 0 and 1 (value = 2.0)"),
    ] {
        assert_eq!(faithful(0.999, &measured).unwrap_err(), expected, "{measured:?}");
        assert!(corrected(0.999, &measured).is_err(), "{measured:?}");
    }
    // At the least number of events, and just below.
    assert!(faithful(0.999, &events(0.5, 0.5)).is_ok());
    // Checked after rounding: 1.0000001 passes for one.
    assert_eq!(faithful(0.999, &Measurement::Sli(1.000_000_1.into())).unwrap().sli_measurement, 1.0.into());
    assert!(corrected(0.999, &Measurement::Sli(1.000_000_1.into())).is_err());
}

#[test]
fn counts_that_are_not_finite_are_an_error_or_an_invalid_report() {
    // COMPARE.md D5: slo-generator dies of them with an error that nobody catches.
    for measured in [events(f64::NAN, f64::NAN), events(f64::INFINITY, 1.0), events(f64::NAN, 1.0)] {
        let error = SloGenerator::new(0.999).figures(&hour(9.0), &measured).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NonFinite);
        let invalid = corrected(0.999, &measured).unwrap_err();
        assert!(invalid.ends_with("is not finite"), "{invalid}");
    }
}

#[test]
fn a_missing_count_is_none_and_not_one_less() {
    let whole = |good: i64, bad: i64| Measurement::Events(good.into(), bad.into());
    assert!(faithful(0.999, &whole(1, -1)).is_err());
    assert_eq!(corrected(0.999, &whole(1, -1)).unwrap().events_count, 1.into());
    assert_eq!(faithful(0.999, &whole(-1, 15)).unwrap().events_count, 15.into());
    assert_eq!(corrected(0.999, &whole(-1, 15)).unwrap().bad_events_count, 15.into());
    // COMPARE.md D6: valid - good with good missing makes one bad event too many.
    let missing = Measurement::GoodValid((-1).into(), 15.into());
    assert_eq!(faithful(0.999, &missing).unwrap().bad_events_count, 16.into());
    assert_eq!(corrected(0.999, &missing).unwrap().bad_events_count, 15.into());
    assert!(corrected(0.999, &Measurement::GoodValid(5.into(), (-1).into())).is_err());
}

#[test]
fn a_bare_sli_has_no_counts() {
    let measured = Measurement::Sli(0.9985.into());
    let (as_it_is, exact) = (faithful(0.999, &measured).unwrap(), corrected(0.999, &measured).unwrap());
    assert_eq!(as_it_is.events_count, (-2).into());
    assert_eq!([exact.events_count, exact.bad_events_count, exact.good_events_count], [(-1).into(); 3]);
    // The decimal that it shows: exactly one and a half times the budget.
    assert_eq!((exact.error_budget_burn_rate, exact.gap), (1.5.into(), -0.0005));
    assert_eq!(exact.sli_measurement, 0.9985.into());
    // More digits than a float has whole numbers for.
    let long = corrected(0.999, &Measurement::Sli(0.123_456_789_012_345_67.into())).unwrap();
    assert_eq!(long.sli_measurement, 0.123_456_789_012_345_67.into());
}

#[test]
fn a_goal_that_is_none_is_refused_when_corrected() {
    // COMPARE.md D2 and D4.
    let report =
        |goal| SloGenerator::new(goal).compat(Compat::Corrected).figures(&hour(9.0), &events(1.0, 1.0));
    for goal in [1.0, 1.5, 0.0, -0.5, f64::NAN, f64::INFINITY] {
        assert_eq!(report(goal).unwrap_err().kind(), ErrorKind::InvalidParameter, "{goal}");
        // Faithfully there is a report of whatever.
        let _ = faithful(goal, &events(1.0, 1.0));
    }
    assert!(report(0.999_999_999_999_999_9).is_ok());
}

#[test]
fn a_threshold_and_a_window_that_are_none_are_refused_when_corrected() {
    let report = SloGenerator::new(0.999).compat(Compat::Corrected);
    for threshold in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(report.figures(&hour(threshold), &events(9.0, 1.0)).is_err(), "{threshold}");
    }
    let nothing = Step::new("none", Duration::ZERO, 1.0);
    assert!(report.figures(&nothing, &events(9.0, 1.0)).is_err());
}

#[test]
fn the_alert_is_decided_at_the_threshold() {
    // COMPARE.md D1, at the threshold, one event below and one above.
    for (bad, alert) in [(8_999.0, false), (9_000.0, false), (9_001.0, true)] {
        let figures = corrected(0.999, &events(1e6 - bad, bad)).unwrap();
        assert_eq!(figures.alert, alert, "{bad}");
    }
    for (bad, verdict) in
        [(999.0, Verdict::Ok), (1_000.0, Verdict::Ok), (1_001.0, Verdict::Missed), (9_001.0, Verdict::Alert)]
    {
        assert_eq!(corrected(0.999, &events(1e6 - bad, bad)).unwrap().verdict, verdict, "{bad}");
    }
}

#[test]
fn fractional_counts_are_kept() {
    // COMPARE.md D5b.
    let (as_it_is, exact) =
        (faithful(0.99, &events(99.7, 0.6)).unwrap(), corrected(0.99, &events(99.7, 0.6)).unwrap());
    let counts =
        |figures: &Figures| [figures.good_events_count, figures.bad_events_count, figures.events_count];
    assert_eq!(counts(&as_it_is), [99.into(), 0.into(), 100.into()]);
    assert_eq!(counts(&exact), [99.7.into(), 0.6.into(), 100.3.into()]);
}

#[test]
fn the_time_for_people_has_the_offset_that_was_asked_for() {
    // Python 3: datetime.fromtimestamp(t, timezone(offset)).isoformat().
    let shown = |nanos: i64, offset: i64| human(Timestamp::from_nanos(nanos), Duration::from_seconds(offset));
    for (nanos, offset, seconds, text) in [
        (1_700_000_000_000_000_000, 0, 1_700_000_000, "2023-11-14T22:13:20+00:00"),
        (1_700_000_000_250_000_000, 3_600, 1_700_000_000, "2023-11-14T23:13:20.250000+01:00"),
        (1_700_000_000_000_000_000, -34_200, 1_700_000_000, "2023-11-14T12:43:20-09:30"),
        (-1_500_000_000, 0, -1, "1969-12-31T23:59:58.500000+00:00"),
    ] {
        assert_eq!(shown(nanos, offset).unwrap(), (seconds, text.to_owned()));
    }
    assert!(shown(0, 86_399).is_ok());
    for offset in [86_400, -86_400, i64::MAX] {
        assert!(shown(0, offset).is_err(), "{offset}");
    }
    assert!(human(Timestamp::default(), Duration::from_nanos(1)).is_err());
}

#[test]
fn a_window_of_whole_seconds_is_a_whole_number() {
    assert_eq!(window_seconds(Duration::from_hours(1)), 3_600.into());
    assert_eq!(window_seconds(Duration::from_nanos(1_500_000_000)), 1.5.into());
}

#[test]
fn a_budget_reports_what_its_counts_report() {
    let budget = Slo::new("99.9%".parse().unwrap(), "1h".parse().unwrap())
        .budget(Counts::bad_total(904.0, 100_000.0).unwrap());
    for compat in [Compat::Faithful, Compat::Corrected] {
        let report = SloGenerator::new(0.999).compat(compat);
        let by_counts = report.figures(&hour(9.0), &Measurement::Events(99_096.into(), 904.into())).unwrap();
        assert_eq!(report.figures_of(&hour(9.0), &budget).unwrap(), by_counts);
    }
    let none = Slo::new("99.9%".parse().unwrap(), "1h".parse().unwrap()).budget(Counts::default());
    for compat in [Compat::Faithful, Compat::Corrected] {
        let figures = SloGenerator::new(0.999).compat(compat).figures_of(&hour(9.0), &none).unwrap();
        assert_eq!(figures.unwrap_err(), "Not enough valid events (0) found. Minimum valid events: 1.");
    }
}

proptest! {
    #[test]
    fn corrected_figures_are_those_of_integer_arithmetic(good in 0_u32..1_000_000, bad in 0_u32..1_000_000, threshold in 0_u32..2_000) {
        prop_assume!(good + bad > 0);
        let (total, bad_64) = (u64::from(good) + u64::from(bad), u64::from(bad));
        let step = Step::new("1 hour", Duration::from_hours(1), f64::from(threshold) / 10.0);
        let measured = Measurement::Events(i64::from(good).into(), i64::from(bad).into());
        let figures = SloGenerator::new(0.999).compat(Compat::Corrected).figures(&step, &measured).unwrap().unwrap();
        // bad/total · 1000 > threshold/10
        prop_assert_eq!(figures.alert, bad_64 * 10_000 > u64::from(threshold) * total);
        prop_assert_eq!(figures.verdict == Verdict::Ok, !figures.alert && bad_64 * 1_000 <= total);
        let close = |found: f64, expected: f64| (found - expected).abs() <= 4.0 * f64::EPSILON * expected.abs();
        let ratio = f64::from(bad) / total as f64;
        prop_assert!(close(figures.error_minutes, 60.0 * ratio));
        prop_assert!(close(figures.error_budget_consumed_ratio.value(), (bad_64 * 100_000) as f64 / total as f64));
        let gap = (total as f64 - 1_000.0 * f64::from(bad)) / (1_000 * total) as f64;
        prop_assert!(close(figures.gap, gap) && close(figures.error_budget_remaining_minutes, 60.0 * gap));
    }
}
