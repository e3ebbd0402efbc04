use super::*;
use proptest::prelude::*;
use slo_core::ErrorKind;

fn selector(text: &str) -> Selector {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().copied().collect()
}

#[test]
fn every_operator_decides_as_in_prometheus() {
    // prometheus/prometheus model/labels/matcher_test.go.
    for (matcher, value, expected) in [
        (r#"="bar""#, "bar", true),
        (r#"="bar""#, "foo-bar", false),
        (r#"!="bar""#, "bar", false),
        (r#"!="bar""#, "foo-bar", true),
        (r#"=~"bar""#, "bar", true),
        (r#"=~"bar""#, "foo-bar", false),
        (r#"=~".*bar""#, "foo-bar", true),
        (r#"!~"bar""#, "bar", false),
        (r#"!~"bar""#, "foo-bar", true),
        (r#"!~".*bar""#, "foo-bar", false),
        (r#"=~"foo|bar""#, "foobar", false),
        (r#"=~"foo.bar""#, "foo\nbar", true),
        (r#"=~"(?i)BAR""#, "bar", true),
    ] {
        let found =
            selector(&format!("m{{a{matcher}}}")).matches(&labels(&[("__name__", "m"), ("a", value)]));
        assert_eq!(found, expected, "a{matcher} on {value:?}");
    }
}

#[test]
fn a_missing_label_is_empty() {
    let bare = labels(&[("__name__", "m")]);
    for (text, expected) in [
        (r#"m{a=""}"#, true),
        (r#"m{a!=""}"#, false),
        (r#"m{a=~".*"}"#, true),
        (r#"m{a=~".+"}"#, false),
        (r#"m{a!="x"}"#, true),
        (r#"{__name__=~"m|n"}"#, true),
        ("n", false),
    ] {
        assert_eq!(selector(text).matches(&bare), expected, "{text}");
    }
}

#[test]
fn text_is_read_in_every_form_that_promql_has() {
    for (text, canonical) in [
        ("up", "up"),
        ("  up\n{ }\t", "up"),
        ("job:latency:p99", "job:latency:p99"),
        (r#"{job="a",}"#, r#"{job="a"}"#),
        ("up{a='x\"y',b=`c:\\d`}", r#"up{a="x\"y",b="c:\\d"}"#),
        (r#"{"http.requests", "http.status"="200"}"#, r#"{__name__="http.requests","http.status"="200"}"#),
        (r#"{"up"}"#, "up"),
        (r#"{"NaN"}"#, r#"{__name__="NaN"}"#),
        (r#"{"inf",a="b"}"#, r#"{__name__="inf",a="b"}"#),
        (r#"{__name__="up",a="b"}"#, r#"up{a="b"}"#),
        (r#"up{a="\x41\101\u00e9\U0001F600\t\\\"\303\251"}"#, "up{a=\"AAé😀\t\\\\\\\"é\"}"),
    ] {
        assert_eq!(selector(text).to_string(), canonical);
        assert_eq!(selector(canonical), selector(text));
    }
}

#[test]
fn malformed_text_is_refused_with_its_column() {
    for (text, column, reason) in [
        ("", 1, "expected a metric name"),
        ("}", 1, "expected a metric name"),
        ("{", 2, "expected a label name or '}', found the end"),
        ("{}", 1, "selects every series"),
        (r#"{a="",b=~".*"}"#, 1, "selects every series"),
        ("up}", 3, "expected the end"),
        ("up{a}", 5, "expected =, !=, =~ or !~"),
        ("up{1a=\"\"}", 6, "expected a label name"),
        ("up{a=b}", 6, "expected a string in quotes, found 'b'"),
        (r#"up{a="b" c="d"}"#, 10, "expected ',' or '}'"),
        ("up{,}", 4, "expected a label name"),
        (r#"up{a="b}"#, 6, "the string does not end"),
        ("up{a=\"b\n\"}", 6, "the string does not end"),
        ("up{a=`b}", 6, "the string does not end"),
        (r#"up{a="\q"}"#, 7, "no escape"),
        (r#"up{a="\'"}"#, 7, "no escape"),
        (r#"up{a="\xg0"}"#, 7, "no escape"),
        (r#"up{a="\x+1"}"#, 7, "no escape"),
        (r#"up{a="\777"}"#, 7, "no escape"),
        (r#"up{a="\ud800"}"#, 7, "no escape"),
        (r#"up{a="\"#, 7, "no escape"),
        (r#"up{a="\xff"}"#, 6, "not UTF-8"),
        (r#"up{a=~"("}"#, 7, "unclosed group"),
        (r#"up{a=~"a)(b"}"#, 7, "unopened group"),
        (r#"up{a=~"(?:x{1000}){1000}"}"#, 7, "size limit"),
        (r#"up{__name__="up"}"#, 4, "given twice"),
    ] {
        let error = text.parse::<Selector>().unwrap_err();
        assert!(matches!(error, Error::Parse { line: 1, column: c, .. } if c == column), "{text}: {error}");
        assert!(error.to_string().contains(reason), "{text}: {error}");
    }
    let error = "{\n  a: 1}".parse::<Selector>().unwrap_err();
    assert!(matches!(error, Error::Parse { line: 2, column: 4, .. }), "{error}");
}

#[test]
fn an_expression_is_refused_by_what_makes_it_one() {
    for (text, seen) in [
        ("sum(up)", "the function or aggregation sum"),
        ("sum by (job) (up)", "the word \"by\""),
        ("up{a=\"b\"}[5m]", "a range '['"),
        ("up offset 5m", "the word \"offset\""),
        ("up @ 0", "the modifier '@'"),
        ("up / down", "the operator '/'"),
        ("up == 1", "the operator '='"),
        ("(up)", "'(' at its beginning"),
        ("-up", "'-' at its beginning"),
        ("1", "the number \"1\""),
        ("5m", "the number \"5m\""),
        ("NaN", "the number \"NaN\""),
        ("\"up\"", "'\"' at its beginning"),
    ] {
        let error = text.parse::<Selector>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{text}: {error}");
        assert!(error.to_string().contains(seen), "{text}: {error}");
    }
}

#[test]
fn length_and_matchers_are_limited() {
    for (matchers, reads) in [(64, true), (65, false)] {
        let text = format!("{{{}}}", "a=\"b\",".repeat(matchers));
        assert_eq!(text.parse::<Selector>().is_ok(), reads, "{matchers}");
    }
    let text = format!("up{{a=\"{}\"}}", "x".repeat(64 << 10));
    assert_eq!(text.parse::<Selector>().unwrap_err().kind(), ErrorKind::LimitExceeded);
}

proptest! {
    #[test]
    fn text_round_trips(
        name in "[a-zA-Z_:][a-zA-Z0-9_:]{0,8}".prop_filter("a number", |name| !["nan", "inf"].contains(&&*name.to_lowercase())),
        matchers in prop::collection::vec(("\\PC{1,8}", "(=|!=|=~|!~)", any::<String>()), 0..4),
    ) {
        let literal = |operator: &str, value: &str| {
            if operator.ends_with('~') { regex::escape(value) } else { value.to_owned() }
        };
        let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"));
        let matchers: Vec<String> =
            matchers.iter().map(|(l, o, v)| format!("{}{o}{}", quoted(l), quoted(&literal(o, v)))).collect();
        let read = selector(&format!("{name}{{{}}}", matchers.join(",")));
        prop_assert_eq!(selector(&read.to_string()), read);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>(), near in "[a-z]{0,2}[{][a-z=!~\"'`\\\\, }]{0,12}") {
        for text in [text, near] {
            if let Ok(selector) = text.parse::<Selector>() {
                prop_assert_eq!(selector.to_string().parse::<Selector>().unwrap(), selector);
            }
        }
    }
}

#[test]
fn all_patterns_together_are_as_long_as_the_limit_at_most() {
    let selector = |a: usize, b: usize| {
        format!("up{{a=~\"{}\",b!~\"{}\"}}", "x".repeat(a), "y".repeat(b)).parse::<Selector>()
    };
    assert!(selector(2048, 2048).is_ok());
    assert!(matches!(selector(2048, 2049), Err(Error::LimitExceeded { value: 4097, limit: 4096, .. })));
}
