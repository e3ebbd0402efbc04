use super::*;
use proptest::prelude::*;

const MATRIX: &str = r#"{"status": "success", "data": {"resultType": "matrix", "result": [
    {"metric": {"__name__": "up", "job": "a"}, "values": [[1, "1"], [2.5, "0.5"]]},
    {"metric": {}, "values": []}]}, "infos": ["x"], "warnings": [{"any": ["thing"]}]}"#;

fn answer(kind: &str, result: &str) -> String {
    format!(r#"{{"status": "success", "data": {{"resultType": "{kind}", "result": {result}}}}}"#)
}

fn instants(series: &LabelledSeries) -> Vec<i64> {
    series.series.times().map(Timestamp::nanos).collect()
}

#[test]
fn a_matrix_is_read_whole() {
    let all = read_prometheus(MATRIX).unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].labels, Labels::from_iter([("__name__", "up"), ("job", "a")]));
    assert_eq!(
        (all[0].series.values(), instants(&all[0])),
        (&[1.0, 0.5][..], vec![1_000_000_000, 2_500_000_000])
    );
    assert!(all[1].labels.is_empty() && all[1].series.is_empty());
}

#[test]
fn a_vector_and_a_scalar_are_series_of_one_sample() {
    let vector =
        read_prometheus(&answer("vector", r#"[{"metric": {"job": "a"}, "value": [1, "2"]}]"#)).unwrap();
    assert_eq!((vector[0].labels.value("job"), vector[0].series.values()), ("a", &[2.0][..]));
    for seconds in ["1700000000.25", "1700000000", "-1"] {
        let scalar = read_prometheus(&answer("scalar", &format!(r#"[{seconds}, "1e+06"]"#))).unwrap();
        assert!(scalar[0].labels.is_empty());
        assert_eq!(scalar[0].series.values(), [1e6]);
    }
}

#[test]
fn an_instant_is_the_millisecond_that_was_written() {
    // The nearest float to 1795355538.615 is 0.1 microseconds off.
    for (text, millis) in [
        ("1795355538.615", 1_795_355_538_615),
        ("1795355538.001", 1_795_355_538_001),
        ("1795355538.999", 1_795_355_538_999),
        ("0.0004", 0),
        ("0.0005", 1),
        ("-0.001", -1),
        ("9223372036", 9_223_372_036_000),
    ] {
        let all = read_prometheus(&answer("scalar", &format!(r#"[{text}, "1"]"#))).unwrap();
        assert_eq!(instants(&all[0]), [millis * NANOS_PER_MILLI], "{text}");
    }
    for text in ["1e11", "-1e300", "9223372036.9"] {
        let error = read_prometheus(&answer("scalar", &format!(r#"[{text}, "1"]"#))).unwrap_err();
        assert!(error.to_string().contains("1677"), "{error}");
    }
}

#[test]
fn a_value_that_is_not_finite_is_refused_with_its_series_and_number() {
    for value in ["NaN", "+Inf", "-Inf"] {
        let result = format!(r#"[{{"metric": {{"job": "a"}}, "values": [[1, "1"], [2, "{value}"]]}}]"#);
        let message = read_prometheus(&answer("matrix", &result)).unwrap_err().to_string();
        assert!(message.contains(r#"sample 1 of {job="a"}, at 1970-01-01T00:00:02Z"#), "{message}");
    }
}

#[test]
fn what_is_no_answer_is_refused_with_its_reason() {
    let cases = [
        ("{}".to_owned(), "missing field `status`"),
        (r#"{"status": "success"}"#.to_owned(), "no data"),
        (r#"{"status": "maybe"}"#.to_owned(), "\"maybe\" is neither"),
        (
            r#"{"status": "error", "errorType": "bad_data", "error": "no \"such\""}"#.to_owned(),
            "(bad_data): no \"such\"",
        ),
        (r#"{"status": "error"}"#.to_owned(), "(unknown): no reason given"),
        (answer("string", r#"[1, "x"]"#), "resultType \"string\" is not supported"),
        (answer("tensor", "[]"), "\"tensor\""),
        (answer("matrix", r#"[1, "2"]"#), "a matrix lists series"),
        (answer("matrix", r#"[{"metric": {}, "value": [1, "2"]}]"#), "{} has no list of values"),
        (answer("vector", r#"[{"metric": {}, "values": [[1, "2"]]}]"#), "{} has no value"),
        (
            answer("vector", r#"[{"metric": {}, "histogram": [1, {}]}]"#),
            "native histogram {} is not supported",
        ),
        (answer("matrix", r#"[{"metric": {}, "values": [], "histograms": []}]"#), "native histogram {}"),
        (answer("matrix", r#"[{"metric": {}, "values": [[1, 2]]}]"#), "line 1, column"),
        (answer("matrix", r#"[{"metric": {}, "values": [[1, "2", 3]]}]"#), "line 1, column"),
        (answer("matrix", r#"[{"metric": {}, "values": [[1, "two"]]}]"#), "value \"two\" is not a number"),
        (answer("matrix", r#"[{"metric": {}, "values": [[2, "1"], [1, "1"]]}]"#), "does not come after"),
        (answer("scalar", "[1]"), "a scalar is a pair"),
        (answer("scalar", r#"["1", 1]"#), "a scalar is a pair"),
        ("\n  {\"status\":}".to_owned(), "line 2, column 13: expected value"),
        (format!("{MATRIX}x"), "trailing characters"),
    ];
    for (text, reason) in cases {
        let message = read_prometheus(&text).unwrap_err().to_string();
        assert!(message.contains(reason), "{text}\n{message}");
    }
}

#[test]
fn depth_and_size_are_limited() {
    // What is not needed is passed over without recursion, and nothing that is needed nests without end.
    for field in ["status", "stats", "data"] {
        let deep = format!(r#"{{"{field}": {}"#, "[".repeat(1_000_000));
        assert!(matches!(read_prometheus(&deep), Err(Error::Parse { line: 1, column: 1.., .. })));
    }
    let long = " ".repeat((256 << 20) + 1);
    assert!(matches!(read_prometheus(&long), Err(Error::LimitExceeded { limit: 268_435_456, .. })));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        let _ = read_prometheus(&text);
    }

    #[test]
    fn no_change_to_an_answer_makes_the_reader_panic(
        edits in prop::collection::vec((0..MATRIX.len(), 0_u8..128), 1..6),
    ) {
        let mut bytes = MATRIX.as_bytes().to_vec();
        for (at, byte) in edits {
            bytes[at] = byte;
        }
        let _ = read_prometheus(&String::from_utf8(bytes).unwrap());
    }

    #[test]
    fn every_millisecond_and_every_value_survive(millis in 0_i64..4_102_444_800_000, value in prop::num::f64::NORMAL) {
        let sample = format!(r#"[{}.{:03}, "{value}"]"#, millis / 1000, millis % 1000);
        let all = read_prometheus(&answer("scalar", &sample)).unwrap();
        prop_assert_eq!(instants(&all[0]), [millis * NANOS_PER_MILLI]);
        prop_assert_eq!(all[0].series.values(), [value]);
    }
}

#[test]
fn a_label_that_is_there_twice_is_refused() {
    let text = r#"{"status": "success", "data": {"resultType": "vector", "result": [
        {"metric": {"code": "200", "code": "500"}, "value": [0, "1"]}]}}"#;
    let error = read_prometheus(text).unwrap_err();
    assert!(
        error.to_string().starts_with("line 2, column")
            && error.to_string().contains("\"code\" is there twice"),
        "{error}"
    );
}
