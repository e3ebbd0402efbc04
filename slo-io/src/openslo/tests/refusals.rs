//! What is refused, and how the refusal says where and why.

use super::*;

/// Replacements in the spec, and what their refusal says.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a str);

fn assert_refused(cases: &[Case<'_>]) {
    for (replacements, reason) in cases {
        let message = refusal(replacements);
        assert!(message.contains(reason), "{message}\nhas not {reason}");
    }
}

#[test]
fn a_target_that_is_none_is_refused_at_its_path() {
    for (target, reason) in [
        ("1", "1: leaves no budget for errors"),
        ("1.000", "leaves no budget"),
        ("0", "0: must lie strictly between 0 and 1"),
        ("100", "100: leaves no budget"),
        ("99.9", "99.9: must lie strictly between 0 and 1"),
        ("-0.5", "-0.5: is not a decimal"),
        (".nan", ".nan: is not a decimal"),
        (".inf", ".inf: is not a decimal"),
        ("1e999999999", "1e999999999: is not a decimal"),
        ("9.99e-1", "9.99e-1: is not a decimal"),
        ("0.9999999999999999999", "has more than 18 significant digits"),
        ("\"0.9\"", "expected a number, found the text \"0.9\""),
        ("99.9%", "expected a number, found the text \"99.9%\""),
        ("190:20:30", "expected a number, found the text"),
        ("[0.9]", "expected a number, found a list"),
        ("{}", "expected a number, found a mapping"),
        ("true", "expected a number, found true"),
    ] {
        let message = refusal(&[("0.9990", target)]);
        assert!(message.contains("column 15: spec.objectives[0].target: "), "{message}");
        assert!(message.contains(reason), "{message}");
    }
    for percentage in ["0", "100", "100.1", "-1", ".nan", "1e2", "99.99999999999999999"] {
        let message = refusal(&[("target: 0.9990", &format!("targetPercent: {percentage}"))]);
        assert!(message.contains("spec.objectives[0].targetPercent: "), "{message}");
        assert!(message.contains("between 0 and 100"), "{message}");
    }
}

#[test]
fn objects_are_refused_at_the_path_of_what_is_wrong() {
    assert_refused(&[
        (
            &[("    - displayName: Good", "    - targett: 1\n      displayName: Good")],
            "spec.objectives[0].targett: is not a field here; known are ",
        ),
        (&[("      target: 0.9990", "      targetPercent: 1\n      target: 0.9")], "stands beside a target"),
        (
            &[("      target: 0.9990", "")],
            "spec.objectives[0]: the field \"target\" or \"targetPercent\" is missing",
        ),
        (&[("kind: SLO", "kind: SL0")], "kind: \"SL0\" is no kind of OpenSLO v1: SLO, SLI, Service"),
        (&[("kind: SLO", "kind:")], "the field \"kind\" is missing"),
        (&[("openslo/v1", "v1")], "apiVersion: \"v1\" is not openslo/v1"),
        (&[("metadata:", "sidecar: 1\nmetadata:")], "sidecar: is not a field here"),
        (&[("  name: availability\n", "")], "metadata: the field \"name\" is missing"),
        (&[("name: availability", "name: ''")], "metadata.name: is empty"),
        (&[("name: availability", "name: []")], "metadata.name: expected a text, found a list"),
        (&[("team: [a, b]", "team: [a, [b]]")], "metadata.labels.team[1]: expected a text, found a list"),
        (&[("  service: shop\n", "")], "spec: the field \"service\" is missing"),
        (
            &[("  service: shop\n", "  service: shop\n  indicatorRef: x\n")],
            "spec.indicatorRef: stands beside an indicator",
        ),
        (&[("  service: shop\n", "  service: shop\n  colour: x\n")], "spec.colour: is not a field here"),
    ]);
}

#[test]
fn indicators_are_refused_at_the_path_of_what_is_wrong() {
    assert_refused(&[
        (
            &[("    spec:\n      ratioMetric", "    spec:\n      thresholdMetric: {}\n      ratioMetric")],
            "spec.indicator.spec.thresholdMetric: stands beside",
        ),
        (
            &[(RATIO, "description: none")],
            "spec.indicator.spec: the field \"ratioMetric\" or \"thresholdMetric\" is missing",
        ),
        (
            &[(RATIO, "ratioMetric: {total: {metricSource: {spec: {}}}}")],
            "the field \"good\" or \"bad\" is missing",
        ),
        (&[(RATIO, "ratioMetric: {good: {metricSource: {spec: {}}}}")], "the field \"total\" is missing"),
        (
            &[(RATIO, "ratioMetric: {bad: {metricSource: {spec: {}}}, good: {}}")],
            ".ratioMetric.bad: stands beside good",
        ),
        (&[(RATIO, "ratioMetric: {raw: {metricSource: {spec: {}}}}")], "the field \"rawType\" is missing"),
        (
            &[(RATIO, "ratioMetric: {raw: {metricSource: {spec: {}}}, rawType: x}")],
            "\"x\" is not success or failure",
        ),
        (&[(RATIO, "ratioMetric: {raw: {}, rawType: success, good: {}}")], ".ratioMetric.raw: stands beside"),
        (
            &[(RATIO, "ratioMetric: {rawType: success, good: {}}")],
            ".ratioMetric.rawType: stands without a raw ratio",
        ),
        (&[(RATIO, "ratioMetric: {raw: {}, rawType: success}")], "the field \"metricSource\" is missing"),
        (
            &[(RATIO, "thresholdMetric: {metricSource: {spec: {}, typ: x}}")],
            "metricSource.typ: is not a field here",
        ),
        (
            &[(RATIO, "thresholdMetric: {metricSource: {spec: {x: .nan}}}")],
            "metricSource.spec: expected a finite decimal number, found the number .nan",
        ),
        (
            &[(RATIO, THRESHOLD)],
            "spec.objectives[0]: the field \"op\" is missing, spec.indicator.spec.thresholdMetric needs it",
        ),
        (&[(RATIO, THRESHOLD), ("target:", "op: lt\n      target:")], "the field \"value\" is missing"),
        (
            &[(RATIO, THRESHOLD), ("target:", "op: eq\n      target:")],
            "spec.objectives[0].op: \"eq\" is not lt",
        ),
        (
            &[(RATIO, THRESHOLD), ("target:", "op: lt\n      value: .inf\n      target:")],
            ".value: expected a finite decimal number, found the number .inf",
        ),
        (
            &[(RATIO, THRESHOLD), ("target:", "op: lt\n      value: 1e999\n      target:")],
            ".value: expected a finite decimal number, found the number 1e999",
        ),
        (
            &[("counter: true", "counter: yes")],
            "ratioMetric.counter: expected true or false, found the text \"yes\"",
        ),
    ]);
}

#[test]
fn windows_are_refused_at_the_path_of_what_is_wrong() {
    assert_refused(&[
        (
            &[("  timeWindow:\n    - duration: 28d\n      isRolling: true", "  timeWindow: []")],
            "spec.timeWindow: has 0 windows",
        ),
        (
            &[("    - duration: 28d\n", "    - duration: 28d\n    - duration: 28d\n")],
            "spec.timeWindow: has 2 windows",
        ),
        (&[("isRolling: true", "isRolling: false")], "spec.timeWindow[0]: the field \"calendar\" is missing"),
        (&[("      isRolling: true\n", "")], "the field \"calendar\" is missing"),
        (
            &[("isRolling: true", "isRolling: true\n      calendar: {}")],
            "timeWindow[0].calendar: stands in a rolling window",
        ),
        (
            &[("isRolling: true", "calendar: {startTime: 2022-1-1 12:00:00, timeZone: UTC}")],
            "startTime: \"2022-1-1 12:00:00\"",
        ),
        (
            &[("isRolling: true", "calendar: {startTime: 2022-02-30 12:00:00, timeZone: UTC}")],
            "calendar.startTime: ",
        ),
        (
            &[("isRolling: true", "calendar: {startTime: 2022-01-01 12:00:00}")],
            "the field \"timeZone\" is missing",
        ),
        (
            &[("isRolling: true", "calendar: {startTime: 2022-01-01 12:00:00, timeZone: ../etc}")],
            "calendar.timeZone: ",
        ),
        (
            &[("28d", "1M")],
            "spec.timeWindow[0].duration: 1M: months, quarters and years have no fixed length",
        ),
        (&[("28d", "1Q")], "have no fixed length"),
        (&[("28d", "1Y")], "have no fixed length"),
        (&[("28d", "28")], "\"28\" has no unit"),
        (&[("28d", "d")], "\"d\" is not a whole number and a unit"),
        (&[("28d", "+1d")], "\"+1d\" is not a whole number"),
        (&[("28d", "1h30m")], "\"1h30m\" is not a whole number"),
        (&[("28d", "0d")], "\"0d\" has no length"),
        (&[("28d", "99999999999d")], "is too long"),
        (&[("28d", "106752d")], "is longer than 292 years"),
        (&[("28d", "1ü")], "has no unit"),
        (&[("28d", "''")], "has no unit"),
    ]);
}

#[test]
fn budgeting_is_refused_at_the_path_of_what_is_wrong() {
    assert_refused(&[
        (&[("Occurrences", "Occurences")], "spec.budgetingMethod: \"Occurences\" is not Occurrences"),
        (
            &[("Occurrences", "Timeslices")],
            "spec.objectives[0]: the field \"timeSliceTarget\" is missing, Timeslices needs it",
        ),
        (
            &[("Occurrences", "RatioTimeslices")],
            "the field \"timeSliceWindow\" is missing, RatioTimeslices needs it",
        ),
        (
            &[("Occurrences", "RatioTimeslices"), ("target:", "timeSliceWindow: 1M\n      target:")],
            ".timeSliceWindow: 1M: ",
        ),
        (
            &[("  objectives:\n    - displayName: Good\n      target: 0.9990\n", "  objectives: []\n")],
            "spec.objectives: is empty",
        ),
    ]);
}

#[test]
fn one_big_object_is_not_copied_without_end() {
    // 2,000 objectives would each hold the description of 200 kB.
    let objectives = "    - target: 0.5\n".repeat(2000);
    let text = with(&[
        ("Nearly all requests are served.", &"x".repeat(200_000)),
        ("    - displayName: Good\n      target: 0.9990\n", &objectives),
    ]);
    let error = read_specs(&text).unwrap_err();
    assert!(matches!(error, Error::LimitExceeded { limit: 67_108_864, .. }), "{error}");
}
