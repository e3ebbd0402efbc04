//! Lines that describe series: a metric and its points, or the start times of its points.

use slo_core::histogram::Native;
use slo_io::Labels;

use super::native::literal;
use super::number::{duration_prefix, number, number_prefix, significant_digits};
use super::parser::metric;
use super::problem::{Attempt, Problem};

/// How many points a line may describe.
const MAX_POINTS: usize = 1_000_000;

/// One point of a described series.
#[derive(Clone, Debug)]
pub(super) enum Described {
    /// `_`: no point.
    Nothing,
    /// `stale`: the series ends.
    Stale,
    /// A number, and with how many digits it was written.
    Float(f64, Option<usize>),
    /// A native histogram, and whether its hint was written.
    Histogram(Native, bool),
}

/// Reads `metric{label="value"} point point ...`.
pub(super) fn series(line: &str) -> Attempt<(Labels, Vec<Described>)> {
    let (name, points) = split(line)?;
    Ok((metric(name)?.into_iter().collect(), sequence(points)?))
}

/// Parts a line where its metric ends: at the first space outside of braces and quotes.
fn split(line: &str) -> Attempt<(&str, &str)> {
    let (mut quote, mut escaped, mut braces) = (None, false, 0_usize);
    let mut after_braces = None;
    for (at, c) in line.char_indices() {
        if let Some(open) = quote {
            if escaped {
                escaped = false;
            } else if c == '\\' && open != '`' {
                escaped = true;
            } else if c == open {
                quote = None;
            }
            continue;
        }
        match c {
            '"' | '\'' | '`' => quote = Some(c),
            '{' => braces += 1,
            '}' => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    after_braces = Some(at + 1);
                    break;
                }
            }
            // A space may stand between a name and its braces.
            c if c.is_whitespace()
                && braces == 0
                && !line.get(at..).unwrap_or_default().trim_start().starts_with('{') =>
            {
                after_braces = Some(at);
                break;
            }
            // A histogram is no set of labels.
            c if c.is_whitespace()
                && braces == 0
                && line.get(at..).unwrap_or_default().trim_start().starts_with("{{") =>
            {
                after_braces = Some(at);
                break;
            }
            _ => {}
        }
    }
    let at = after_braces.unwrap_or(line.len());
    let parts = line.get(..at).zip(line.get(at..));
    parts.ok_or_else(|| Problem::malformed(format!("no series: {line:?}")))
}

/// The points of a sequence.
fn sequence(text: &str) -> Attempt<Vec<Described>> {
    let mut points = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        rest = item(rest, &mut points)?.trim_start();
        if points.len() > MAX_POINTS {
            return Err(Problem::malformed(format!("more than {MAX_POINTS} points")));
        }
    }
    Ok(points)
}

/// Reads one item, and gives what follows it.
fn item<'a>(text: &'a str, points: &mut Vec<Described>) -> Attempt<&'a str> {
    let malformed = || Problem::malformed(format!("no point: {text:?}"));
    if let Some(rest) = text.strip_prefix('_') {
        let (times, rest) = times(rest)?;
        points.extend(std::iter::repeat_n(Described::Nothing, times.unwrap_or(1)));
        return ended(rest, malformed);
    }
    if let Some(rest) = text.strip_prefix("stale") {
        let (times, rest) = times(rest)?;
        points.extend(std::iter::repeat_n(Described::Stale, times.map_or(1, |n| n + 1)));
        return ended(rest, malformed);
    }
    if text.starts_with("{{") {
        let (first, hinted, rest) = histogram(text)?;
        let negative = rest.starts_with('-');
        let (step, rest) = match rest.strip_prefix(['+', '-']) {
            Some(step) => histogram(step).map(|(step, _, rest)| (Some(step), rest))?,
            None => (None, rest),
        };
        let (times, rest) = times(rest)?;
        if step.is_some() && times.is_none() {
            return Err(malformed());
        }
        let mut current = first;
        for n in 0..=times.unwrap_or(0) {
            if n > 0
                && let Some(step) = &step
            {
                let next = if negative { current.subtract(step) } else { current.add(step) };
                current = next.map_err(|error| Problem::malformed(format!("{text:?}: {error}")))?;
            }
            points.push(Described::Histogram(current.clone(), hinted));
        }
        return ended(rest, malformed);
    }
    let (first, digits, rest) = float(text).ok_or_else(malformed)?;
    let (step, rest) = if rest.starts_with(['+', '-']) {
        let (step, _, rest) = float(rest).ok_or_else(malformed)?;
        (Some(step), rest)
    } else {
        (None, rest)
    };
    let (times, rest) = times(rest)?;
    if step.is_some() && times.is_none() {
        return Err(malformed());
    }
    let mut value = first;
    for n in 0..=times.unwrap_or(0) {
        if n > 0 {
            value += step.unwrap_or(0.0);
        }
        points.push(Described::Float(value, digits.filter(|_| step.is_none())));
    }
    ended(rest, malformed)
}

/// What follows an item: a space, or nothing.
fn ended(rest: &str, malformed: impl Fn() -> Problem) -> Attempt<&str> {
    if rest.is_empty() || rest.starts_with(char::is_whitespace) { Ok(rest) } else { Err(malformed()) }
}

/// The number after an `x`, if there is one.
fn times(text: &str) -> Attempt<(Option<usize>, &str)> {
    let Some(rest) = text.strip_prefix('x') else { return Ok((None, text)) };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let times = rest.get(..digits).and_then(|digits| digits.parse().ok()).filter(|n| *n < MAX_POINTS);
    let times = times.ok_or_else(|| Problem::malformed(format!("no number of times: {text:?}")))?;
    Ok((Some(times), rest.get(digits..).unwrap_or_default()))
}

fn float(text: &str) -> Option<(f64, Option<usize>, &str)> {
    let length = number_prefix(text);
    let digits = text.get(..length).filter(|digits| !digits.is_empty())?;
    Some((number(digits).ok()?, significant_digits(digits), text.get(length..)?))
}

fn histogram(text: &str) -> Attempt<(Native, bool, &str)> {
    let inside = text.strip_prefix("{{").and_then(|text| text.split_once("}}"));
    let (inside, rest) = inside.ok_or_else(|| Problem::malformed(format!("no histogram: {text:?}")))?;
    let read = literal(inside)?;
    Ok((read.histogram, read.hinted, rest))
}

/// Start times as distances in milliseconds from their points, none where none is known.
pub(super) type StartTimes = Vec<Option<i64>>;

/// Reads `metric@st distances` or `@st distances`; none of any other line.
pub(super) fn start_times(line: &str) -> Attempt<Option<(Option<Labels>, StartTimes)>> {
    let Some((head, distances)) = line.split_once("@st") else { return Ok(None) };
    if !distances.starts_with([' ', '\t']) || head.contains([' ', '\t']) {
        return Ok(None);
    }
    let labels = if head.is_empty() { None } else { Some(metric(head)?.into_iter().collect()) };
    let mut times: StartTimes = Vec::new();
    for item in distances.split_whitespace() {
        start_item(item, &mut times)?;
    }
    Ok(Some((labels, times)))
}

fn start_item(item: &str, found: &mut StartTimes) -> Attempt<()> {
    let malformed = || Problem::malformed(format!("no start time: {item:?}"));
    if let Some(rest) = item.strip_prefix('_') {
        let (times, rest) = times(rest)?;
        found.extend(std::iter::repeat_n(None, times.unwrap_or(1)));
        return ended(rest, malformed).map(drop);
    }
    if let Some(rest) = item.strip_prefix('*') {
        let previous = found.iter().rev().flatten().next().copied().unwrap_or(0);
        let (times, rest) = times(rest)?;
        found.extend(std::iter::repeat_n(Some(previous), times.map_or(1, |n| n + 1)));
        return ended(rest, malformed).map(drop);
    }
    let (mut distance, rest) = distance(item).ok_or_else(malformed)?;
    let (step, rest) = if rest.starts_with(['+', '-']) {
        let (step, rest) = self::distance(rest).ok_or_else(malformed)?;
        (Some(step), rest)
    } else {
        (None, rest)
    };
    let (times, rest) = times(rest)?;
    if step.is_some() && times.is_none() {
        return Err(malformed());
    }
    for _ in 0..=times.unwrap_or(0) {
        found.push(Some(distance));
        distance = distance.saturating_add(step.unwrap_or(0));
    }
    ended(rest, malformed).map(drop)
}

/// A duration with a sign.
fn distance(text: &str) -> Option<(i64, &str)> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (milliseconds, length) =
        duration_prefix(unsigned).or_else(|| (unsigned.starts_with('0')).then_some((0, 1)))?;
    let signed = if text.starts_with('-') { -milliseconds } else { milliseconds };
    Some((signed, unsigned.get(length..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The points of a line in few letters.
    fn read(line: &str) -> Vec<String> {
        let (_, points) = series(line).unwrap();
        points
            .iter()
            .map(|point| match point {
                Described::Nothing => "_".into(),
                Described::Stale => "stale".into(),
                Described::Float(value, _) => value.to_string(),
                Described::Histogram(h, _) => format!("h{}", h.count()),
            })
            .collect()
    }

    #[test]
    fn sequences_expand_as_in_promtool() {
        // prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules, "series".
        assert_eq!(read("m -2+4x3"), ["-2", "2", "6", "10"]);
        assert_eq!(read("m 1-2x4"), ["1", "-1", "-3", "-5", "-7"]);
        assert_eq!(read("m 1x4"), ["1", "1", "1", "1", "1"]);
        assert_eq!(read("m 1 _x3 stale"), ["1", "_", "_", "_", "stale"]);
        assert_eq!(read("m 0x3 .5 1e3 -Inf NaN"), ["0", "0", "0", "0", "0.5", "1000", "-inf", "NaN"]);
    }

    #[test]
    fn histograms_stand_among_the_points() {
        assert_eq!(read(r#"m{a="b c"} {{schema:0 sum:1 count:2 buckets:[2]}}x2 5"#), ["h2", "h2", "h2", "5"]);
        assert_eq!(read("m {{count:1 buckets:[1]}}+{{count:2 buckets:[2]}}x2"), ["h1", "h3", "h5"]);
        assert_eq!(read("m"), Vec::<String>::new());
    }

    #[test]
    fn labels_may_hold_anything() {
        let (labels, _) = series(r#"m{a="} 1 \" {"}  7"#).unwrap();
        assert_eq!(labels.value("a"), "} 1 \" {");
    }

    #[test]
    fn malformed_lines_are_refused() {
        for line in [
            "m 1x",
            "m 1+2",
            "m 1y",
            "m {{",
            "m {{bad:1}}",
            "m {{buckets:[1}}",
            "m _5",
            "m x3",
            "m{a} 1",
            "m 1x99999999",
        ] {
            assert!(matches!(series(line), Err(Problem::Malformed(_))), "{line}");
        }
    }

    #[test]
    fn start_times_are_distances() {
        let (labels, times) = start_times("m@st -1m _ -30s+10sx2 * _x2").unwrap().unwrap();
        assert_eq!(labels.unwrap().name(), "m");
        let times: Vec<_> = times.into_iter().map(|t| t.map_or(1, |t| t / 1000)).collect();
        assert_eq!(times, [-60, 1, -30, -20, -10, -10, 1, 1]);
        assert!(start_times("@st 0s").unwrap().unwrap().0.is_none());
        assert!(start_times("m 1 2").unwrap().is_none());
        assert!(start_times("m@st 5").is_err() && start_times("m@st 1m+1m").is_err());
    }
}
