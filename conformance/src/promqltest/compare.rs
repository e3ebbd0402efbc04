//! Whether an answer is what was expected.

use std::collections::BTreeMap;

use slo_core::histogram::Native;
use slo_io::{Labels, Selector};

use super::evaluate::{Answer, Element};
use super::notes::Notes;
use super::script::{Evaluation, Expected, When, Words};
use super::series::Described;
use super::storage::Value;

/// Prometheus' own tolerance.
const TOLERANCE: f64 = 1e-6;

/// What the library is held to where a script says enough.
const CLOSE: f64 = 1e-12;

/// How the numbers of one answer, histograms aside, agree with a script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// How many there are.
    pub numbers: usize,
    /// How many differ by 1e-12 of themselves at most.
    pub close: usize,
    /// How many differ by more, but agree in every digit that the script writes.
    pub as_printed: usize,
}

impl Agreement {
    /// Counts what another answer has.
    pub fn add(&mut self, other: Self) {
        self.numbers += other.numbers;
        self.close += other.close;
        self.as_printed += other.as_printed;
    }

    fn number(&mut self, expected: f64, digits: Option<usize>, actual: f64) {
        self.numbers += 1;
        if almost(expected, actual, CLOSE) {
            self.close += 1;
        } else if digits.is_some_and(|n| as_printed(expected, n, actual)) {
            self.as_printed += 1;
        }
    }
}

/// Whether two numbers agree as Prometheus' test language has it: `|a - b| / (|a| + |b|)` below `tolerance`, NaN with
/// NaN.
pub(super) fn almost(a: f64, b: f64, tolerance: f64) -> bool {
    if a.is_nan() || b.is_nan() {
        return a.is_nan() && b.is_nan();
    }
    if a == b {
        return true;
    }
    let (sum, difference) = (a.abs() + b.abs(), (a - b).abs());
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < tolerance * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < tolerance
}

/// Whether `actual`, rounded to `digits` digits, is the number that was written with so many.
fn as_printed(expected: f64, digits: usize, actual: f64) -> bool {
    // A number cut off instead of rounded is one unit further away at most.
    let unit = format!("{expected:e}").split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok());
    let Some(unit) = unit.zip(i32::try_from(digits).ok()).map(|(e, n)| 10_f64.powi(e - n + 1)) else {
        return false;
    };
    (expected - actual).abs() <= unit
}

/// Whether a message is what was expected.
pub(super) fn says(words: &Words, message: &str) -> Result<bool, String> {
    match words {
        Words::Any => Ok(true),
        Words::Exact(expected) => Ok(expected == message),
        Words::Pattern(pattern) => {
            // A selector matches whole values with the engine that is at hand.
            let quoted = format!("(?s:.*)(?:{pattern})(?s:.*)").replace('\\', "\\\\").replace('"', "\\\"");
            let selector: Selector = format!("{{x=~\"{quoted}\"}}")
                .parse()
                .map_err(|error| format!("the pattern {pattern}: {error}"))?;
            Ok(selector.matches(&Labels::from_iter([("x", message)])))
        }
    }
}

/// Whether the notes of an answer are those expected.
pub(super) fn check_notes(expected: &Expected, notes: &Notes) -> Result<(), String> {
    for (kind, wanted, refused) in
        [("warning", &expected.warnings, expected.no_warning), ("info", &expected.infos, expected.no_info)]
    {
        let found = notes.of_kind(kind);
        if refused && !found.is_empty() {
            return Err(format!("no {kind} expected, found {found:?}"));
        }
        if wanted.is_empty() {
            continue;
        }
        for words in wanted {
            let mut said = false;
            for note in &found {
                said |= says(words, note)?;
            }
            if !said {
                return Err(format!("{kind} expected: {words:?}, found {found:?}"));
            }
        }
        for note in &found {
            let mut is_expected = false;
            for words in wanted {
                is_expected |= says(words, note)?;
            }
            if !is_expected {
                return Err(format!("{kind} not expected: {note:?}"));
            }
        }
    }
    Ok(())
}

/// Compares the answers at each instant of an evaluation with what it expects.
pub(super) fn check(evaluation: &Evaluation, answers: Vec<(i64, Answer)>) -> Result<Agreement, String> {
    let expected = &evaluation.expected;
    match evaluation.when {
        When::Instant(_) => match answers.into_iter().next() {
            Some((_, Answer::Scalar(actual))) => check_scalar(expected, actual),
            Some((_, Answer::Text(actual))) => {
                let text = expected.text.as_deref().unwrap_or_default();
                if text == actual {
                    Ok(Agreement::default())
                } else {
                    Err(format!("expected {text:?}, got {actual:?}"))
                }
            }
            Some((_, Answer::Vector(elements))) => check_vector(expected, elements),
            Some((_, Answer::Matrix(matrix))) => {
                let span = expected.range.ok_or("a range was not expected")?;
                let mut actual: BTreeMap<Labels, Vec<(i64, Value)>> = BTreeMap::new();
                for series in matrix.series {
                    let points = series.points.into_iter().map(|point| (point.time, point.value));
                    actual.entry(series.labels).or_default().extend(points);
                }
                check_series(expected, span, actual)
            }
            None => Err("no answer".into()),
        },
        When::Range { start, end, step } => {
            let mut actual: BTreeMap<Labels, Vec<(i64, Value)>> = BTreeMap::new();
            for (at, answer) in answers {
                let elements = match answer {
                    Answer::Vector(elements) => elements,
                    Answer::Scalar(value) => vec![Element::float(Labels::default(), false, value)],
                    _ => return Err("a range of ranges or of texts".into()),
                };
                for element in elements {
                    actual.entry(element.labels).or_default().push((at, element.value));
                }
            }
            check_series(expected, (start, end, step), actual)
        }
    }
}

fn check_scalar(expected: &Expected, actual: f64) -> Result<Agreement, String> {
    let Some((value, digits)) = expected.scalar else {
        return Err(format!("a number was not expected: {actual}"));
    };
    let mut agreement = Agreement::default();
    check_value(&mut agreement, &Described::Float(value, digits), &Value::Float(actual))?;
    Ok(agreement)
}

fn check_vector(expected: &Expected, elements: Vec<Element>) -> Result<Agreement, String> {
    if expected.scalar.is_some() || expected.text.is_some() {
        return Err("expected a number or a text, got a vector".into());
    }
    let mut agreement = Agreement::default();
    let mut seen = Vec::new();
    for (place, element) in elements.iter().enumerate() {
        let found = expected.series.iter().rposition(|(labels, _)| *labels == element.labels);
        let found = found.and_then(|at| Some((at, expected.series.get(at)?)));
        let Some((at, (labels, points))) = found else {
            return Err(format!("{} was not expected: {}", element.labels, show(&element.value)));
        };
        if expected.ordered && at != place {
            return Err(format!("{labels} was expected at place {at}, not {place}"));
        }
        let point = points.first().ok_or_else(|| format!("{labels} was expected without a value"))?;
        check_value(&mut agreement, point, &element.value).map_err(|error| format!("{labels}: {error}"))?;
        seen.push(labels);
    }
    match expected.series.iter().find(|(labels, _)| !seen.contains(&labels)) {
        Some((labels, _)) => Err(format!("{labels} is missing")),
        None => Ok(agreement),
    }
}

fn check_series(
    expected: &Expected,
    (start, end, step): (i64, i64, i64),
    mut actual: BTreeMap<Labels, Vec<(i64, Value)>>,
) -> Result<Agreement, String> {
    if expected.scalar.is_some() || expected.ordered {
        return Err("a range gives neither one number nor an order".into());
    }
    let mut agreement = Agreement::default();
    for (labels, points) in &expected.series {
        let found = actual.remove(labels).unwrap_or_default();
        let mut found = found.iter().peekable();
        let mut time = start;
        for point in points {
            if time > end {
                return Err(format!("{labels}: more points are expected than there are instants"));
            }
            let value = found.next_if(|(at, _)| *at == time).map(|(_, value)| value);
            match (point, value) {
                (Described::Nothing, None) => {}
                (point, Some(value)) => check_value(&mut agreement, point, value)
                    .map_err(|error| format!("{labels} at {time} ms: {error}"))?,
                (_, None) => return Err(format!("{labels} at {time} ms: no value")),
            }
            time = time.saturating_add(step);
        }
        if let Some((at, value)) = found.next() {
            return Err(format!("{labels} at {at} ms: nothing was expected, got {}", show(value)));
        }
    }
    match actual.into_iter().find(|(_, points)| !points.is_empty()) {
        Some((labels, _)) => Err(format!("{labels} was not expected")),
        None => Ok(agreement),
    }
}

fn check_value(agreement: &mut Agreement, expected: &Described, actual: &Value) -> Result<(), String> {
    match (expected, actual) {
        (Described::Float(expected, digits), Value::Float(actual)) => {
            if !almost(*expected, *actual, TOLERANCE) {
                return Err(format!("expected {expected}, got {actual}"));
            }
            agreement.number(*expected, *digits, *actual);
            Ok(())
        }
        (Described::Histogram(expected, hinted), Value::Histogram(actual)) => {
            let hint = !hinted || expected.reset_hint() == actual.reset_hint();
            if hint && same(expected, actual) {
                Ok(())
            } else {
                Err(format!("expected {}, got {}", show_histogram(expected), show_histogram(actual)))
            }
        }
        (expected, actual) => Err(format!("expected {expected:?}, got {}", show(actual))),
    }
}

/// Whether two histograms agree to Prometheus' tolerance.
fn same(a: &Native, b: &Native) -> bool {
    let near = |a: f64, b: f64| almost(a, b, TOLERANCE);
    let ((width_a, zero_a), (width_b, zero_b)) = (a.zero_bucket(), b.zero_bucket());
    let (buckets_a, buckets_b) = (a.buckets(), b.buckets());
    a.schema() == b.schema()
        && near(a.count(), b.count())
        && near(a.sum(), b.sum())
        && a.bounds() == b.bounds()
        && width_a == width_b
        && near(zero_a, zero_b)
        && buckets_a.len() == buckets_b.len()
        && buckets_a
            .iter()
            .zip(&buckets_b)
            .all(|(a, b)| a.left == b.left && a.right == b.right && near(a.count, b.count))
}

fn show(value: &Value) -> String {
    match value {
        Value::Float(value) => value.to_string(),
        Value::Histogram(histogram) => show_histogram(histogram),
        Value::Stale => "stale".into(),
    }
}

fn show_histogram(h: &Native) -> String {
    let buckets: Vec<String> =
        h.buckets().iter().map(|b| format!("({}, {}]: {}", b.left, b.right, b.count)).collect();
    let (schema, sum, count, hint) = (h.schema(), h.sum(), h.count(), h.reset_hint());
    format!(
        "{{schema {schema} sum {sum} count {count} zero {:?} {hint:?} {}}}",
        h.zero_bucket(),
        buckets.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closeness_is_that_of_the_test_language() {
        assert!(almost(1.0, 1.0 + 1.9e-6, 1e-6) && !almost(1.0, 1.0 + 2.1e-6, 1e-6));
        assert!(almost(f64::NAN, f64::NAN, 1e-6) && !almost(f64::NAN, 0.0, 1e-6));
        assert!(almost(f64::INFINITY, f64::INFINITY, 1e-6) && !almost(f64::INFINITY, f64::MAX, 1e-6));
        assert!(almost(0.0, -0.0, 1e-6) && !almost(0.0, 1e-300, 1e-6));
    }

    #[test]
    fn a_number_agrees_in_the_digits_that_are_written() {
        assert!(as_printed(3.249_615, 7, 3.249_615_361_854_384));
        assert!(!as_printed(3.249_615, 7, 3.249_617));
        assert!(as_printed(3.565_28e49, 6, 3.565_280_000_000_1e49));
    }

    #[test]
    fn messages_are_matched_anywhere_or_whole() {
        let pattern = Words::Pattern(r#"got "?[0-9.]+"? \(1:2\)"#.into());
        assert_eq!(says(&pattern, "it got 1.5 (1:2)"), Ok(true));
        assert_eq!(says(&pattern, "it got x (1:2)"), Ok(false));
        assert_eq!(says(&Words::Exact("a".into()), "ab"), Ok(false));
        assert!(says(&Words::Pattern("(".into()), "").is_err());
    }
}
