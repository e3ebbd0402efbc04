//! Which evaluations the library is held to.

use super::syntax::{Kind, Node};

/// The functions of ranges that the library has.
const OF_RANGES: [&str; 24] = [
    "increase",
    "rate",
    "irate",
    "delta",
    "idelta",
    "resets",
    "changes",
    "avg_over_time",
    "sum_over_time",
    "min_over_time",
    "max_over_time",
    "count_over_time",
    "last_over_time",
    "first_over_time",
    "quantile_over_time",
    "stddev_over_time",
    "stdvar_over_time",
    "mad_over_time",
    "absent_over_time",
    "present_over_time",
    "deriv",
    "predict_linear",
    "double_exponential_smoothing",
    // What double_exponential_smoothing was called before version 3.
    "holt_winters",
];

/// The functions of histograms that the library has.
const OF_HISTOGRAMS: [&str; 8] = [
    "histogram_quantile",
    "histogram_quantiles",
    "histogram_fraction",
    "histogram_avg",
    "histogram_count",
    "histogram_sum",
    "histogram_stddev",
    "histogram_stdvar",
];

/// The aggregations that are the library's functions of many values, or count.
const AGGREGATIONS: [&str; 9] =
    ["sum", "avg", "count", "min", "max", "group", "stddev", "stdvar", "quantile"];

/// Whether a function takes a range.
pub(super) fn is_of_ranges(function: &str) -> bool {
    OF_RANGES.contains(&function)
}

/// The category of what keeps an expression out of scope; none if it is in scope.
///
/// In scope is what the library computes, with the selectors, operators and aggregations around it: an expression all
/// of whose functions are the library's and that has at least one of them, or one of nothing but selectors and
/// aggregations. Of several reasons the first in the text counts.
pub(super) fn reason(node: &Node) -> Option<String> {
    let mut seen = Seen::default();
    seen.visit(node);
    if seen.reason.is_some() {
        return seen.reason;
    }
    if !seen.series {
        return Some("no series".into());
    }
    (seen.operators && !seen.functions).then(|| "operators alone".into())
}

#[derive(Default)]
struct Seen {
    reason: Option<String>,
    series: bool,
    operators: bool,
    functions: bool,
}

impl Seen {
    fn visit(&mut self, node: &Node) {
        match &node.kind {
            Kind::Select(_) => self.series = true,
            Kind::Binary(_) | Kind::Negative(_) => self.operators = true,
            Kind::Call(name, _) if is_of_ranges(name) || OF_HISTOGRAMS.contains(&name.as_str()) => {
                self.functions = true;
            }
            Kind::Call(name, _) => self.refuse(format!("function {name}")),
            Kind::Aggregate(a) if !AGGREGATIONS.contains(&a.name.as_str()) => {
                self.refuse(format!("aggregation {}", a.name));
            }
            _ => {}
        }
        for child in node.children() {
            self.visit(child);
        }
    }

    fn refuse(&mut self, reason: String) {
        self.reason.get_or_insert(reason);
    }
}

#[cfg(test)]
mod tests {
    use super::super::parser::expression;
    use super::*;

    #[test]
    fn each_expression_has_one_reason_or_none() {
        for (text, expected) in [
            ("rate(a_total[5m])", None),
            ("a", None),
            ("a[5m]", None),
            ("sum by (b) (a)", None),
            ("avg_over_time(a[5m]) == 52", None),
            ("-a", Some("operators alone")),
            ("a + b", Some("operators alone")),
            ("1 + 1", Some("no series")),
            ("label_replace(a, \"b\", \"c\", \"d\", \"e\")", Some("function label_replace")),
            ("rate(a[5m]) + abs(b)", Some("function abs")),
            ("topk(1, rate(a[5m]))", Some("aggregation topk")),
        ] {
            let found = reason(&expression(text).unwrap());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
