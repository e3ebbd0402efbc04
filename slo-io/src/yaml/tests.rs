use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::*;
use proptest::prelude::*;

fn refusal(text: &str) -> (usize, usize, String) {
    match read(text) {
        Err(Error::Parse { line, column, message }) => (line, column, message),
        other => panic!("{other:?}"),
    }
}

fn value(text: &str) -> Value {
    let Value::Map(entries) = read(text).unwrap().remove(0).value else { panic!("no mapping: {text}") };
    entries.into_iter().next().unwrap().1.value
}

#[test]
fn numbers_keep_their_text() {
    for number in [
        "0.999",
        "0.99999999999999999999",
        "99.90",
        "1",
        "-3",
        "+.5",
        "1e3",
        "1e999999999",
        ".nan",
        "-.inf",
        "0x10",
    ] {
        assert_eq!(value(&format!("a: {number} # why")), Value::Number(number.to_owned()));
        assert_eq!(value(&format!("{{a: {number}}}")), Value::Number(number.to_owned()));
    }
    assert_eq!(value("\u{feff}a: 0.25\r\n"), Value::Number("0.25".to_owned()));
    assert_eq!(value("a: !!float 0.25"), Value::Number("0.25".to_owned()));
    assert_eq!(value("á: 0.25"), Value::Number("0.25".to_owned()));
}

#[test]
fn a_number_behind_an_alias_is_the_text_at_its_anchor() {
    let Value::Map(entries) = read("a: &x 0.9990\nb: *x").unwrap().remove(0).value else { panic!() };
    assert_eq!(entries[1].1.value, Value::Number("0.9990".to_owned()));
    assert_eq!(entries[1].1.place, Place { line: 2, column: 4 });
}

#[test]
fn quoted_and_plain_scalars_are_told_apart() {
    for (text, expected) in [
        ("a: \"0.9\"", Value::Text("0.9".to_owned())),
        ("a: '1'", Value::Text("1".to_owned())),
        ("a: no", Value::Text("no".to_owned())),
        ("a: 190:20:30", Value::Text("190:20:30".to_owned())),
        ("a: 2022-01-01 12:00:00", Value::Text("2022-01-01 12:00:00".to_owned())),
        ("a: true", Value::Bool(true)),
        ("a: ~", Value::Null),
        ("a:", Value::Null),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn documents_are_separated_and_empty_ones_left_out() {
    let documents = read("---\na: 1\n---\n---\n# nothing\n---\n- b\n").unwrap();
    assert_eq!(documents.len(), 2);
    assert!(read("").unwrap().is_empty());
}

#[test]
fn merge_keys_are_applied() {
    let documents = read("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3").unwrap();
    let b = Part::document(&documents[0]).fields().unwrap().required("b").unwrap();
    assert_eq!(serde_json::Value::Object(b.object().unwrap()), serde_json::json!({"x": 1, "y": 3}));
}

/// `a0` is a list of ten texts, `a1` of ten times `a0`, and so on.
fn billion_laughs() -> String {
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(",");
        writeln!(text, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    text
}

#[test]
fn hostile_text_is_refused_at_its_place_and_soon() {
    let deep_maps = (0..3000).map(|depth| " ".repeat(depth)).collect::<Vec<_>>().join("a:\n");
    let aliases = |text: &str, count| format!("a: &a {text}\nb: [{}]", vec!["*a"; count].join(","));
    for (text, reason) in [
        (billion_laughs(), "RecordedAnchorEvents"),
        ("[".repeat(100_000), "recursion limit"),
        ("{a: ".repeat(100_000), "recursion limit"),
        ("- ".repeat(100_000), "Depth"),
        (deep_maps[..1 << 20].to_owned(), "Depth"),
        ("&a [*a]".to_owned(), "Recursive reference"),
        ("a: &a\n  b: *a".to_owned(), "Recursive reference"),
        ("a: 1\nb: 2\na: 3".to_owned(), "duplicate"),
        ("a: *nowhere".to_owned(), "unknown"),
        ("a: [1, 2".to_owned(), "unclosed bracket"),
        ("a: \"x".to_owned(), "unclosed quote"),
        ("a: b: c".to_owned(), "not allowed"),
        ("a: \u{0}".to_owned(), "unexpected character"),
        ("---\n{}\n".repeat(5000), "Documents"),
        (aliases("1", 1025), "Aliases"),
        (aliases(&"x".repeat(500_000), 1000), "ScalarBytes"),
        (
            aliases("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24]", 1000),
            "total_replayed_events",
        ),
        (format!("? {}\n: 1", "k".repeat(2000)), "a key is longer than 1024 bytes"),
    ] {
        let begin = Instant::now();
        let (line, column, message) = refusal(&text);
        assert!(line > 0 && column > 0 && message.contains(reason), "{line}:{column} {message}");
        assert!(begin.elapsed() < Duration::from_secs(5), "{message}");
    }
}

#[test]
fn a_copy_takes_the_bytes_of_texts_and_values() {
    // A mapping, a key, a list and two scalars; a list and a scalar.
    let bytes: Vec<u64> = read("abc: [x, 12]\n---\n[~]").unwrap().iter().map(Node::bytes).collect();
    assert_eq!(bytes, [5 * 64 + 3 + 1 + 2, 2 * 64]);
}

#[test]
fn a_text_above_a_mebibyte_is_refused_before_it_is_read() {
    let text = "#".repeat((1 << 20) + 1);
    assert!(matches!(read(&text), Err(Error::LimitExceeded { limit: 1_048_576, .. })));
    assert!(read(&text[1..]).is_ok());
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>(), near in "[-{}\\[\\]:,&*!|>'\"%@`#?a0.~ \n\t]{0,40}") {
        let _ = read(&text);
        let _ = read(&near);
    }
}
