//! Literals of native histograms, such as `{{schema:1 sum:3 count:22 buckets:[5 10 7]}}`.

use slo_core::histogram::{Native, Reset};

use super::number::number;
use super::problem::{Attempt, Problem};

/// The schema of histograms with custom bounds.
pub(super) const CUSTOM: i32 = -53;

/// A histogram as written, and whether a hint was written too.
#[derive(Clone, Debug)]
pub(super) struct Literal {
    pub(super) histogram: Native,
    pub(super) hinted: bool,
}

/// Reads the text between the braces.
pub(super) fn literal(text: &str) -> Attempt<Literal> {
    let (mut schema, mut sum, mut count, mut zero, mut threshold) = (0, 0.0, 0.0, 0.0, 0.0);
    let (mut positive, mut negative, mut bounds) = (Vec::new(), Vec::new(), Vec::new());
    let (mut offset, mut negative_offset) = (0, 0);
    let mut hint = None;
    for (key, value) in fields(text)? {
        match key {
            "schema" => schema = whole(value)?,
            "sum" => sum = number(value)?,
            "count" => count = number(value)?,
            "z_bucket" => zero = number(value)?,
            "z_bucket_w" => threshold = number(value)?,
            "buckets" => positive = numbers(value)?,
            "n_buckets" => negative = numbers(value)?,
            "custom_values" => bounds = numbers(value)?,
            "offset" => offset = whole(value)?,
            "n_offset" => negative_offset = whole(value)?,
            "counter_reset_hint" => hint = Some(reset(value)?),
            _ => return Err(Problem::malformed(format!("a histogram has no {key}"))),
        }
    }
    let empty = if schema == CUSTOM { Native::custom(&bounds) } else { Native::exponential(schema) };
    let built = empty.and_then(|h| {
        // What is expected may hold counts below 0 without a hint.
        let h = h.hint(Reset::Gauge).with_sum(sum);
        let h = if schema == CUSTOM { h } else { h.zero(threshold, zero)? };
        let h = if positive.is_empty() { h } else { h.positive(offset, &positive)? };
        let h = if negative.is_empty() { h } else { h.negative(negative_offset, &negative)? };
        h.with_count(count).map(|h| h.hint(hint.unwrap_or_default()))
    });
    let histogram = built.map_err(|error| Problem::malformed(format!("{{{{{text}}}}}: {error}")))?;
    Ok(Literal { histogram, hinted: hint.is_some() })
}

/// The fields `key:value`, where a value may be a list in brackets.
fn fields(text: &str) -> Attempt<Vec<(&str, &str)>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let malformed = || Problem::malformed(format!("expected key:value in {text:?}"));
        let (key, after) = rest.split_once(':').ok_or_else(malformed)?;
        let length = if after.starts_with('[') {
            after.find(']').ok_or_else(malformed)? + 1
        } else {
            after.find(char::is_whitespace).unwrap_or(after.len())
        };
        found.push((key.trim(), after.get(..length).unwrap_or_default()));
        rest = after.get(length..).unwrap_or_default().trim_start();
    }
    Ok(found)
}

fn numbers(text: &str) -> Attempt<Vec<f64>> {
    let list = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let list = list.ok_or_else(|| Problem::malformed(format!("{text:?} is no list")))?;
    list.split_whitespace().map(number).collect()
}

fn whole(text: &str) -> Attempt<i32> {
    text.parse().map_err(|_| Problem::malformed(format!("{text:?} is no whole number")))
}

fn reset(text: &str) -> Attempt<Reset> {
    match text {
        "unknown" => Ok(Reset::Unknown),
        "reset" => Ok(Reset::Reset),
        "not_reset" => Ok(Reset::NotReset),
        "gauge" => Ok(Reset::Gauge),
        _ => Err(Problem::malformed(format!("{text:?} is no hint"))),
    }
}

/// Whether a histogram has bounds of its own.
pub(super) fn is_custom(histogram: &Native) -> bool {
    histogram.schema() == CUSTOM
}

/// Whether two histograms hold the same, whatever their hints.
pub(super) fn equal(a: &Native, b: &Native) -> bool {
    let same = |a: f64, b: f64| a == b || a.is_nan() && b.is_nan();
    let ((width_a, zero_a), (width_b, zero_b)) = (a.zero_bucket(), b.zero_bucket());
    a.schema() == b.schema()
        && same(a.count(), b.count())
        && same(a.sum(), b.sum())
        && a.bounds() == b.bounds()
        && same(width_a, width_b)
        && same(zero_a, zero_b)
        && a.buckets() == b.buckets()
}
