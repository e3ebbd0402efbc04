//! Series selectors: which series a `PromQL` expression such as `up{job="api"}` means.

mod parse;

use std::fmt;
use std::str::FromStr;

use regex::Regex;
use slo_core::{Error, Result};

use crate::labels::{Labels, NAME, is_metric_name, write_label_name, write_quoted};

/// A `PromQL` instant series selector, such as `http_requests_total{job="api",code=~"5.."}`.
///
/// A series is selected when each matcher holds for its labels; a label that is not there counts as empty. A regular
/// expression has to match the whole value, and `.` matches a line break, as in Prometheus. Its syntax is that of the
/// `regex` crate, RE2's as far as metrics go, except that `\d`, `\w` and `\b` know all of Unicode.
///
/// # Examples
///
/// ```
/// use slo_io::{Labels, Selector};
///
/// let selector: Selector = r#"http_requests_total{code=~"5..", method!="GET"}"#.parse()?;
/// let labels = Labels::from_iter([("__name__", "http_requests_total"), ("code", "503")]);
/// assert!(selector.matches(&labels));
/// assert_eq!(selector.to_string(), r#"http_requests_total{code=~"5..",method!="GET"}"#);
///
/// let refused = "rate(http_requests_total[5m])".parse::<Selector>().unwrap_err();
/// assert!(refused.to_string().contains("only plain series selectors are evaluated here"));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Selector {
    /// The metric's name comes first, if the selector has one.
    matchers: Vec<Matcher>,
}

/// One condition on one label.
#[derive(Clone, Debug)]
struct Matcher {
    label: String,
    operator: Operator,
    value: String,
    /// The anchored expression of the two operators that have one.
    regex: Option<Regex>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Matches,
    DoesNotMatch,
}

impl Selector {
    /// Whether each matcher holds for these labels.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::{Labels, Selector};
    ///
    /// let without_pod: Selector = r#"up{pod=""}"#.parse()?;
    /// assert!(without_pod.matches(&Labels::from_iter([("__name__", "up")])));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn matches(&self, labels: &Labels) -> bool {
        self.matchers.iter().all(|matcher| matcher.holds(labels.value(&matcher.label)))
    }
}

impl Matcher {
    fn holds(&self, value: &str) -> bool {
        let found = self.regex.as_ref().map_or(self.value == value, |regex| regex.is_match(value));
        found == matches!(self.operator, Operator::Equal | Operator::Matches)
    }

    /// Whether the matcher is a metric's name that can stand before the braces.
    fn is_plain_name(&self) -> bool {
        self.label == NAME && self.operator == Operator::Equal && is_metric_name(&self.value)
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        // The compiled expression follows from the other three.
        (&self.label, self.operator, &self.value) == (&other.label, other.operator, &other.value)
    }
}

impl Eq for Matcher {}

impl PartialEq for Selector {
    fn eq(&self, other: &Self) -> bool {
        self.matchers == other.matchers
    }
}

impl Eq for Selector {}

impl Operator {
    const fn text(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Matches => "=~",
            Self::DoesNotMatch => "!~",
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, rest) = match self.matchers.split_first() {
            Some((first, rest)) if first.is_plain_name() => (first.value.as_str(), rest),
            _ => ("", self.matchers.as_slice()),
        };
        f.write_str(name)?;
        if rest.is_empty() {
            return Ok(());
        }
        for (index, matcher) in rest.iter().enumerate() {
            f.write_str(if index == 0 { "{" } else { "," })?;
            write_label_name(f, &matcher.label)?;
            f.write_str(matcher.operator.text())?;
            write_quoted(f, &matcher.value)?;
        }
        f.write_str("}")
    }
}

impl FromStr for Selector {
    type Err = Error;

    /// # Errors
    ///
    /// - [`Error::Parse`] with line and column where the text is no selector, holds a regular expression that does not
    ///   compile within 1 MiB, or would select every series;
    /// - [`Error::Unsupported`] for an expression that is more than a selector, with what was seen;
    /// - [`Error::LimitExceeded`] above 64 KiB or 64 matchers.
    fn from_str(text: &str) -> Result<Self> {
        parse::selector(text)
    }
}

#[cfg(test)]
mod tests;
