//! Numbers and durations as the language writes them.

use super::problem::{Attempt, Problem};

/// The units of a duration in milliseconds, the two-letter one first.
const UNITS: [(&str, i64); 7] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
    ("w", 604_800_000),
    ("y", 31_536_000_000),
];

/// The milliseconds of the duration with which a text begins, such as `1h30m`, and its length; none where it begins
/// with something else.
pub(super) fn duration_prefix(text: &str) -> Option<(i64, usize)> {
    let (mut total, mut length) = (0_i64, 0);
    loop {
        let rest = text.get(length..)?;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let unit = rest.get(digits..)?;
        let Some((name, milliseconds)) = UNITS.iter().find(|(name, _)| digits > 0 && unit.starts_with(name))
        else {
            return (length > 0).then_some((total, length));
        };
        let number: i64 = rest.get(..digits)?.parse().ok()?;
        total = total.checked_add(number.checked_mul(*milliseconds)?)?;
        length += digits + name.len();
    }
}

/// A duration in milliseconds that is all of `text`; `0` needs no unit.
pub(super) fn duration(text: &str) -> Attempt<i64> {
    if text == "0" {
        return Ok(0);
    }
    match duration_prefix(text) {
        Some((milliseconds, length)) if length == text.len() => Ok(milliseconds),
        _ => Err(Problem::malformed(format!("{text:?} is no duration"))),
    }
}

/// The length of the decimal number with which a text begins, its sign included; 0 where there is none.
///
/// `Inf` and `NaN` are numbers in any case of letters.
pub(super) fn number_prefix(text: &str) -> usize {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let sign = text.len() - unsigned.len();
    let word = |word: &str| unsigned.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if word("inf") || word("nan") {
        return sign + 3;
    }
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = |at: usize| unsigned.get(at..).unwrap_or_default();
    let whole = digits(unsigned);
    let mut length = whole;
    if rest(length).starts_with('.') {
        length += 1 + digits(rest(length + 1));
    }
    if whole == 0 && length <= 1 {
        return 0;
    }
    if rest(length).starts_with(['e', 'E']) {
        let signed = usize::from(rest(length + 1).starts_with(['+', '-']));
        let exponent = digits(rest(length + 1 + signed));
        if exponent > 0 {
            length += 1 + signed + exponent;
        }
    }
    sign + length
}

/// A number that is all of `text`.
pub(super) fn number(text: &str) -> Attempt<f64> {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    if let Some(digits) = hexadecimal {
        let value = u32::from_str_radix(digits, 16).ok().map(f64::from);
        return value.ok_or_else(|| Problem::malformed(format!("{text:?} is no number")));
    }
    let parsed = text.parse().ok().filter(|_| number_prefix(text) == text.len() && !text.is_empty());
    parsed.ok_or_else(|| Problem::malformed(format!("{text:?} is no number")))
}

/// The digits that matter of a decimal number; none of `Inf` and `NaN`.
pub(super) fn significant_digits(text: &str) -> Option<usize> {
    let mantissa = text.split(['e', 'E']).next()?;
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then(|| digits.trim_start_matches('0').len().max(1))
}

/// A number in Go's shortest form (`%g`), as annotations and labels hold it.
pub(super) fn go_float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf".into() } else { "-Inf".into() };
    }
    let scientific = format!("{value:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    format!("{value}")
}

/// A number as OpenMetrics writes that of a label: with a point or an exponent.
pub(super) fn open_metrics_float(value: f64) -> String {
    let text = go_float(value);
    if value.is_finite() && !text.contains(['.', 'e']) { text + ".0" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_add_their_units() {
        assert_eq!(duration("1h30m"), Ok(5_400_000));
        assert_eq!(duration("10s53ms"), Ok(10_053));
        assert_eq!(duration("0"), Ok(0));
        assert_eq!(duration_prefix("5m:1m"), Some((300_000, 2)));
        for text in ["", "5", "m", "5x", "99999999999999999999s", "1m_"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_number_ends_where_it_ends() {
        for (text, length) in [
            ("1x5", 1),
            ("-.2 ", 3),
            ("1e3+4", 3),
            ("5./6", 2),
            ("1e", 1),
            ("-Inf", 4),
            ("nan", 3),
            (".", 0),
            ("x", 0),
        ] {
            assert_eq!(number_prefix(text), length, "{text}");
        }
        assert_eq!(number("1.78264E+50"), Ok(1.78264e50));
        assert_eq!(number("0x1F"), Ok(31.0));
        assert!(number("1x5").is_err() && number("").is_err() && number("infinity").is_err());
    }

    #[test]
    fn digits_that_matter_are_counted() {
        assert_eq!(significant_digits("0.00120"), Some(3));
        assert_eq!(significant_digits("-1.67e+10"), Some(3));
        assert_eq!(significant_digits("0"), Some(1));
        assert_eq!(significant_digits("NaN"), None);
    }

    #[test]
    fn floats_print_as_in_go() {
        assert_eq!(go_float(-0.1), "-0.1");
        assert_eq!(go_float(1e-5), "1e-05");
        assert_eq!(go_float(1_234_567.0), "1.234567e+06");
        assert_eq!(go_float(100_000.0), "100000");
        assert_eq!(go_float(f64::INFINITY), "+Inf");
        assert_eq!(open_metrics_float(1.0), "1.0");
        assert_eq!(open_metrics_float(0.25), "0.25");
        assert_eq!(open_metrics_float(f64::NAN), "NaN");
    }
}
