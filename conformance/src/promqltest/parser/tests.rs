//! Expressions, read.

use super::*;

/// The shape of an expression in fewer letters.
fn shape(node: &Node) -> String {
    match &node.kind {
        Kind::Number(value) => value.to_string(),
        Kind::Text(content) => format!("{content:?}"),
        Kind::Select(select) => {
            let range = select.range.map(|range| format!("[{range}]")).unwrap_or_default();
            format!("{}{range}~{}{:?}", select.selector, select.shift.offset, select.shift.at)
        }
        Kind::Subquery(s) => format!("({}[{}:{:?}])", shape(&s.inner), s.range, s.step),
        Kind::Call(name, arguments) => {
            format!("{name}({})", arguments.iter().map(shape).collect::<Vec<_>>().join(","))
        }
        Kind::Aggregate(a) => format!("{}{:?}({})", a.name, a.grouping, shape(&a.inner)),
        Kind::Binary(b) => format!("({}{}{})", shape(&b.left), b.operator, shape(&b.right)),
        Kind::Negative(inner) => format!("-{}", shape(inner)),
        Kind::Paren(inner) => format!("p{}", shape(inner)),
    }
}

fn read(text: &str) -> String {
    shape(&expression(text).unwrap())
}

#[test]
fn operators_bind_as_in_promql() {
    // prometheus.io/docs/prometheus/latest/querying/operators, "Binary operator precedence".
    assert_eq!(read("1 + 2 * 3 ^ 4 ^ 5 == 6 and 7 or 8"), "((((1+(2*(3^(4^5))))==6)and7)or8)");
    assert_eq!(read("1 - 2 - 3"), "((1-2)-3)");
    assert_eq!(read("-(2) ^ 2"), "-(p2^2)");
    assert_eq!(read("2 ^ -1"), "(2^-1)");
}

#[test]
fn selectors_take_a_range_an_offset_and_an_instant_in_any_order() {
    assert_eq!(read("a[5m] offset -1m @ 30"), r"a[300000]~-60000Some(Time(30000))");
    assert_eq!(read("a @ end() offset 5m"), r"a~300000Some(End)");
    assert_eq!(read("a[600]"), "a[600000]~0None");
    assert_eq!(read("rate(a[5m])[1h:30s]"), "(rate(a[300000]~0None)[3600000:Some(30000)])");
}

#[test]
fn groupings_stand_before_or_after() {
    assert_eq!(read("sum by (le) (a)"), read("sum(a) by (le)"));
    assert_eq!(read("sum by (le, ) (a)"), "sumBy([\"le\"])(a~0None)");
    // A metric may have the name of an aggregation.
    assert_eq!(read("sum"), "sum~0None");
}

#[test]
fn what_is_not_evaluated_has_a_category() {
    for (text, category) in [
        ("a </ 5", "trim operators"),
        ("rate(a[5m] smoothed)", "anchored and smoothed selectors"),
        ("a[5m*2]", "duration expressions"),
        ("a offset (1m)", "duration expressions"),
        ("a + fill(0) b", "fill modifiers"),
    ] {
        assert_eq!(expression(text).err(), Some(Problem::out_of_scope(category)), "{text}");
    }
}

#[test]
fn malformed_text_is_refused() {
    let deep = "(".repeat(10_000);
    for text in
        ["", "a +", "sum()", "a{", "a{b}", "a{b=c}", "(a", "a b", "1 offset 5m", "a[5m][5m]", "a @ b", &deep]
    {
        assert!(matches!(expression(text), Err(Problem::Malformed(_))), "{text}");
    }
}

#[test]
fn a_metric_has_labels_only() {
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(metric(r#"up{a="b"}"#), Ok(vec![pair("__name__", "up"), pair("a", "b")]));
    assert_eq!(metric("{}"), Ok(vec![]));
    assert!(metric(r#"up{a!="b"}"#).is_err() && metric("up 5").is_err() && metric("").is_err());
}
