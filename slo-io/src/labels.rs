//! The labels that tell one series from another.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// The label under which Prometheus keeps a metric's name.
pub(crate) const NAME: &str = "__name__";

/// A set of labels: names and values, each name once.
///
/// A label that is not there and a label whose value is empty are the same thing, as in Prometheus. Text is Prometheus'
/// form, the metric's name first and the labels in the order of their names.
///
/// # Examples
///
/// ```
/// use slo_io::Labels;
///
/// let labels: Labels = [("__name__", "up"), ("job", "api"), ("dc", "a\"b")].into_iter().collect();
/// assert_eq!(labels.to_string(), r#"up{dc="a\"b", job="api"}"#);
/// assert_eq!(labels.value("job"), "api");
/// assert_eq!(labels.value("instance"), "");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(BTreeMap<String, String>);

impl Labels {
    /// The value of a label, empty when there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::Labels;
    ///
    /// assert_eq!(Labels::from_iter([("job", "api")]).value("job"), "api");
    /// ```
    pub fn value(&self, label: &str) -> &str {
        self.0.get(label).map_or("", String::as_str)
    }

    /// The metric's name, empty when there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::Labels;
    ///
    /// assert_eq!(Labels::from_iter([("__name__", "up")]).name(), "up");
    /// ```
    pub fn name(&self) -> &str {
        self.value(NAME)
    }

    /// These labels and no others.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::Labels;
    ///
    /// let labels = Labels::from_iter([("__name__", "up"), ("job", "api"), ("dc", "a")]);
    /// assert_eq!(labels.restricted_to(&["job", "pod"]).to_string(), r#"{job="api"}"#);
    /// ```
    #[must_use]
    pub fn restricted_to(&self, names: &[impl AsRef<str>]) -> Self {
        names.iter().map(|name| (name.as_ref(), self.value(name.as_ref()))).collect()
    }

    /// Names and values, in the order of the names.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::Labels;
    ///
    /// let labels = Labels::from_iter([("job", "api"), ("dc", "a")]);
    /// assert_eq!(labels.iter().collect::<Vec<_>>(), [("dc", "a"), ("job", "api")]);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there is no label.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::Labels;
    ///
    /// assert!(Labels::from_iter([("job", "")]).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Labels {
    /// The labels that are not empty; of a name given twice, the last value.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(labels: I) -> Self {
        let labels = labels.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(labels.filter(|(_, value)| !value.is_empty()).collect())
    }
}

impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.iter().filter(|(name, _)| *name != NAME).peekable();
        let name = self.name();
        let plain = is_metric_name(name);
        if plain {
            f.write_str(name)?;
        }
        if plain && rest.peek().is_none() {
            return Ok(());
        }
        f.write_char('{')?;
        let mut separator = "";
        if !name.is_empty() && !plain {
            write_quoted(f, name)?;
            separator = ", ";
        }
        for (label, value) in rest {
            f.write_str(separator)?;
            write_label_name(f, label)?;
            f.write_char('=')?;
            write_quoted(f, value)?;
            separator = ", ";
        }
        f.write_char('}')
    }
}

/// Whether a metric's name can stand before the braces: `[a-zA-Z_:][a-zA-Z0-9_:]*`, and no number in words.
pub(crate) fn is_metric_name(name: &str) -> bool {
    is_name(name, |c| c == ':') && !["nan", "inf"].iter().any(|number| name.eq_ignore_ascii_case(number))
}

/// Whether a label's name needs no quotes: `[a-zA-Z_][a-zA-Z0-9_]*`.
pub(crate) fn is_label_name(name: &str) -> bool {
    is_name(name, |_| false)
}

fn is_name(name: &str, also: impl Fn(char) -> bool) -> bool {
    let proper = |c: char| c.is_ascii_alphanumeric() || c == '_' || also(c);
    !name.is_empty() && name.chars().all(proper) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// Writes a label's name, in quotes where Prometheus 3 asks for them.
pub(crate) fn write_label_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    if is_label_name(name) { f.write_str(name) } else { write_quoted(f, name) }
}

/// Writes text in double quotes, with the escapes of Prometheus' text format.
pub(crate) fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '\\' => f.write_str("\\\\"),
            '"' => f.write_str("\\\""),
            '\n' => f.write_str("\\n"),
            _ => f.write_char(c),
        }?;
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_print_as_prometheus_writes_them() {
        let cases: [(&[(&str, &str)], &str); 7] = [
            (&[], "{}"),
            (&[("__name__", "up")], "up"),
            (&[("b", "2"), ("a", "1")], r#"{a="1", b="2"}"#),
            (&[("__name__", "a:b"), ("c", "x\\y\n\"z\"")], r#"a:b{c="x\\y\n\"z\""}"#),
            (
                &[("__name__", "http.requests"), ("http.status", "200")],
                r#"{"http.requests", "http.status"="200"}"#,
            ),
            (&[("__name__", "9lives")], r#"{"9lives"}"#),
            // Before the braces it would be the number.
            (&[("__name__", "NaN")], r#"{"NaN"}"#),
        ];
        for (labels, text) in cases {
            assert_eq!(labels.iter().copied().collect::<Labels>().to_string(), text);
        }
    }

    #[test]
    fn an_empty_label_is_no_label() {
        assert_eq!(Labels::from_iter([("a", ""), ("b", "1")]), Labels::from_iter([("b", "1")]));
        assert!(Labels::from_iter([("a", "1")]).restricted_to(&["b"]).is_empty());
    }
}
