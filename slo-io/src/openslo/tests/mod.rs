mod refusals;

use super::*;
use crate::spec::{BudgetingMethod, CalendarUnit, Indicator, RatioPart, RawKind, SpecWindow};
use proptest::prelude::*;
use slo_core::{Comparison, Duration, Error, ErrorKind, Objective};

const SLO: &str = r#"apiVersion: openslo/v1
kind: SLO
metadata:
  name: availability
  displayName: Availability of the shop
  labels: {team: [a, b], tier: 1, empty: }
  annotations: {anything: {at: all}}
spec:
  description: Nearly all requests are served.
  service: shop
  indicator:
    metadata:
      name: served
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            metricSourceRef: main
            spec: {query: 'n{code!~"5.."}'}
        total:
          metricSource:
            type: Prometheus
            spec: {query: n, step: 30, nested: [{deep: true}, 1.5, null]}
  timeWindow:
    - duration: 28d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - displayName: Good
      target: 0.9990
  alertPolicies:
    - anything
"#;

const RATIO: &str = "ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            metricSourceRef: main
            spec: {query: 'n{code!~\"5..\"}'}
        total:
          metricSource:
            type: Prometheus
            spec: {query: n, step: 30, nested: [{deep: true}, 1.5, null]}";

const THRESHOLD: &str = "thresholdMetric: {metricSource: {type: Any, spec: {}}}";

/// The spec with parts of it replaced.
fn with(replacements: &[(&str, &str)]) -> String {
    replacements.iter().fold(SLO.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

fn read_one(replacements: &[(&str, &str)]) -> Spec {
    let text = with(replacements);
    let mut specs = read_specs(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(specs.len(), 1);
    specs.remove(0)
}

fn refusal(replacements: &[(&str, &str)]) -> String {
    let text = with(replacements);
    match read_specs(&text) {
        Err(error @ Error::Parse { line: 1.., column: 1.., .. }) => error.to_string(),
        other => panic!("{other:?}\n{text}"),
    }
}

#[test]
fn a_spec_is_read_whole() {
    let spec = read_one(&[]);
    assert_eq!((spec.name.as_str(), spec.service.as_str()), ("availability", "shop"));
    assert_eq!(spec.display_name.as_deref(), Some("Availability of the shop"));
    assert_eq!(spec.description.as_deref(), Some("Nearly all requests are served."));
    assert_eq!(spec.objective_name.as_deref(), Some("Good"));
    let labels: Vec<String> = spec.labels.iter().map(|(name, values)| format!("{name}={values:?}")).collect();
    assert_eq!(labels, [r#"empty=[""]"#, r#"team=["a", "b"]"#, r#"tier=["1"]"#]);
    assert_eq!(spec.objective.to_string(), "99.9%");
    assert_eq!(spec.window, SpecWindow::Rolling(Duration::from_days(28)));
    assert_eq!(spec.budgeting, BudgetingMethod::Occurrences);
    assert!(spec.warnings.is_empty());
    let Indicator::Ratio { part: RatioPart::Good(good), total, counter: true } = &spec.indicator else {
        panic!("{:?}", spec.indicator);
    };
    assert_eq!((good.kind.as_deref(), good.reference.as_deref()), (Some("Prometheus"), Some("main")));
    assert_eq!((good.query(), total.query()), (Some(r#"n{code!~"5.."}"#), Some("n")));
    let spec_of_total = serde_json::json!({"query": "n", "step": 30, "nested": [{"deep": true}, 1.5, null]});
    assert_eq!(serde_json::Value::Object(total.spec.clone()), spec_of_total);
    assert_eq!(spec.slo().unwrap().to_string(), "availability (Good): 99.9% over 28d");
}

#[test]
fn json_is_read_like_yaml() {
    let json = r#"[{"apiVersion":"openslo/v1","kind":"SLO","metadata":{"name":"a"},"spec":{"service":"s",
        "indicatorRef":"i","timeWindow":[{"duration":"1d","isRolling":true}],"budgetingMethod":"Occurrences",
        "objectives":[{"target":0.5}]}},
        {"apiVersion":"openslo/v1","kind":"SLI","metadata":{"name":"i"},"spec":{"description":"d","ratioMetric":
        {"rawType":"failure","raw":{"metricSource":{"spec":{"query":"r"}}}}}}]"#;
    let specs = read_specs(json).unwrap();
    assert!(matches!(specs[0].indicator, Indicator::Raw { kind: RawKind::Failure, .. }));
    assert_eq!(specs[0].slo().unwrap().to_string(), "a: 50% over 1d");
}

#[test]
fn each_objective_is_a_spec_of_its_own() {
    let text = with(&[
        (RATIO, THRESHOLD),
        (
            "- displayName: Good\n      target: 0.9990",
            "- {op: lt, value: 500, target: 0.9}\n    - {op: gte, value: -1.5e2, targetPercent: 99.99}\n    \
             - {op: lte, value: .5, target: .5}\n    - {op: gt, value: 1, target: 0.999999999999999999}",
        ),
    ]);
    let specs = read_specs(&text).unwrap();
    let limits: Vec<_> = specs
        .iter()
        .map(|spec| match spec.indicator {
            Indicator::Threshold { comparison, limit, .. } => (comparison, limit, spec.objective.to_string()),
            _ => panic!("{spec:?}"),
        })
        .collect();
    assert_eq!(
        limits,
        [
            (Comparison::Below, 500.0, "90%".to_owned()),
            (Comparison::AtLeast, -150.0, "99.99%".to_owned()),
            (Comparison::AtMost, 0.5, "50%".to_owned()),
            (Comparison::Above, 1.0, "99.9999999999999999%".to_owned()),
        ]
    );
}

#[test]
fn other_objects_are_passed_over() {
    for kind in OTHER_KINDS {
        let text =
            format!("{SLO}---\napiVersion: openslo/v1\nkind: {kind}\nmetadata: {{name: x}}\nspec: 7\n");
        assert_eq!(read_specs(&text).unwrap().len(), 1);
    }
    assert!(read_specs("").unwrap().is_empty());
}

#[test]
fn windows_are_rolling_or_follow_the_calendar() {
    for (duration, length) in [("1h", "1h"), ("90d", "90d"), ("4w", "28d")] {
        let spec = read_one(&[("28d", duration)]);
        assert_eq!(spec.window, SpecWindow::Rolling(length.parse().unwrap()));
    }
    let calendar =
        "isRolling: false\n      calendar: {startTime: 2022-01-01 12:00:00, timeZone: America/New_York}";
    for (duration, unit, text) in [
        ("1w", CalendarUnit::Week, "1w"),
        ("3M", CalendarUnit::Month, "3M"),
        ("2Q", CalendarUnit::Quarter, "2Q"),
        ("1Y", CalendarUnit::Year, "1Y"),
        ("1d", CalendarUnit::Day, "1d"),
    ] {
        let spec = read_one(&[("28d", duration), ("isRolling: true", calendar)]);
        let SpecWindow::Calendar { unit: found, .. } = spec.window else { panic!("{:?}", spec.window) };
        assert_eq!(found, unit);
        assert_eq!(spec.window.to_string(), format!("{text} from 2022-01-01 12:00:00 in America/New_York"));
        let slo = spec.slo().unwrap();
        // Noon in New York, in winter.
        let (begin, _) = slo.window().period("2022-01-01T17:00:00Z".parse().unwrap());
        assert_eq!(begin, "2022-01-01T17:00:00Z".parse().unwrap(), "{}", slo.window());
        assert_eq!(slo.window().follows().unwrap().clock().to_string(), "America/New_York");
    }
    let months = read_one(&[("28d", "1M"), ("isRolling: true", calendar)]).slo().unwrap().window();
    // From winter to summer time, at noon on the clocks of New York.
    assert_eq!(
        months.period_until("2022-03-15T00:00:00Z".parse().unwrap()),
        ("2022-03-01T17:00:00Z".parse().unwrap(), "2022-04-01T16:00:00Z".parse().unwrap())
    );
    for (duration, text) in [("30m", "30m"), ("12h", "12h")] {
        let error = read_one(&[("28d", duration), ("isRolling: true", calendar)]).slo().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains(&format!("the calendar window {text}")), "{error}");
    }
    let nowhere = calendar.replace("America/New_York", "America/Atlantis");
    let spec = read_one(&[("28d", "1M"), ("isRolling: true", &nowhere)]);
    assert_eq!(spec.slo().unwrap_err().kind(), ErrorKind::UnknownTimeZone);
}

#[test]
fn minutes_that_may_be_months_get_a_warning() {
    let spec = read_one(&[("28d", "1m")]);
    assert_eq!(spec.window, SpecWindow::Rolling(Duration::from_minutes(1)));
    assert_eq!(spec.warnings, ["spec.timeWindow[0].duration: 1m is in minutes; M is the unit of months"]);
}

#[test]
fn slices_belong_to_their_methods() {
    let slices = "target: 0.99\n      timeSliceTarget: 0.95\n      timeSliceWindow: 1m";
    let spec = read_one(&[("Occurrences", "Timeslices"), ("target: 0.9990", slices)]);
    let slice = Duration::from_minutes(1);
    assert_eq!(spec.budgeting, BudgetingMethod::Timeslices { target: "0.95".parse().unwrap(), slice });
    assert!(
        spec.slo().unwrap_err().to_string().contains("the budgetingMethod Timeslices of SLO availability")
    );

    let spec = read_one(&[("Occurrences", "RatioTimeslices"), ("target: 0.9990", slices)]);
    assert_eq!(spec.budgeting, BudgetingMethod::RatioTimeslices { slice });
    assert_eq!(spec.warnings, ["spec.objectives[0].timeSliceTarget: is not used by RatioTimeslices"]);
    assert_eq!(spec.slo().unwrap_err().kind(), ErrorKind::Unsupported);

    assert_eq!(read_one(&[("target: 0.9990", slices)]).warnings.len(), 2);
    for (target, reads) in
        [("1", true), ("1.0", true), ("1.01", false), ("0", false), ("-1", false), ("'1'", false)]
    {
        let slices = slices.replace("0.95", target);
        let text = with(&[("Occurrences", "Timeslices"), ("target: 0.9990", &slices)]);
        assert_eq!(read_specs(&text).is_ok(), reads, "{target}");
    }
}

#[test]
fn an_operator_on_a_ratio_gets_a_warning() {
    let spec = read_one(&[("target: 0.9990", "target: 0.9\n      op: gt\n      value: 1")]);
    assert_eq!(
        spec.warnings,
        [
            "spec.objectives[0].op: is not used by a ratioMetric",
            "spec.objectives[0].value: is not used by a ratioMetric"
        ]
    );
}

#[test]
fn objects_are_looked_for_in_the_whole_text() {
    let refers = |sli: &str| {
        let begin = SLO.find("  indicator:").unwrap();
        let end = SLO.find("  timeWindow:").unwrap();
        format!("{}  indicatorRef: {sli}\n{}", &SLO[..begin], &SLO[end..])
    };
    let sli = "---\napiVersion: openslo/v1\nkind: SLI\nmetadata: {name: a}\nspec:\n  ratioMetric: {bad: {metricSource: \
               {spec: {query: b}}}, total: {metricSource: {spec: {query: n}}}}\n";
    let specs = read_specs(&format!("{}{sli}", refers("a"))).unwrap();
    assert!(matches!(&specs[0].indicator, Indicator::Ratio { part: RatioPart::Bad(_), counter: false, .. }));
    let message = read_specs(&format!("{}{sli}", refers("b"))).unwrap_err().to_string();
    assert!(message.contains("spec.indicatorRef: there is no SLI \"b\" in this text"), "{message}");
    let message = read_specs(&format!("{sli}{sli}")).unwrap_err().to_string();
    assert!(message.contains("the SLI \"a\" is there twice"), "{message}");
    assert_eq!(
        read_specs("just text").unwrap_err().to_string(),
        "line 1, column 1: expected a mapping, found the text \"just text\""
    );
}

#[test]
fn versions_and_composites_that_are_not_read_are_named() {
    for (replacements, what) in [
        (("openslo/v1", "openslo/v1alpha"), "apiVersion openslo/v1alpha (line 1, column 13: apiVersion)"),
        (("openslo/v1", "openslo.com/v2alpha"), "apiVersion openslo.com/v2alpha"),
        (
            ("target:", "compositeWeight: 1\n      target:"),
            "a composite SLO (line 32, column 24: spec.objectives[0].compositeWeight)",
        ),
        (("target:", "indicatorRef: x\n      target:"), "a composite SLO"),
    ] {
        let error = read_specs(&with(&[replacements])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().starts_with(what), "{error}");
    }
}

proptest! {
    #[test]
    fn no_change_to_a_spec_makes_the_reader_panic(
        edits in prop::collection::vec((0..SLO.len(), 0_u8..128), 1..6),
    ) {
        let mut bytes = SLO.as_bytes().to_vec();
        for (at, byte) in edits {
            bytes[at] = byte;
        }
        let _ = read_specs(&String::from_utf8(bytes).unwrap());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>(), cut in 0..SLO.len()) {
        let _ = read_specs(&text);
        let _ = read_specs(&SLO[..cut]);
    }

    #[test]
    fn a_target_is_the_decimal_that_was_written(digits in "[0-9]{0,16}[1-9]", before in "\\PC{0,20}") {
        let description = serde_json::Value::from(before).to_string();
        let spec = read_one(&[
            ("Nearly all requests are served.", &description),
            ("0.9990", &format!("0.{digits}")),
        ]);
        prop_assert_eq!(spec.objective, format!("0.{digits}").parse::<Objective>().unwrap());
    }
}
