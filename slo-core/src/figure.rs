//! Numbers as sentences show them.

use std::fmt;

/// A number to six significant digits, or to as many as the precision says: what summaries and explanations show.
///
/// # Method
///
/// Places that are 0 at the end are left out, digits before the point never are. From 10^15 on, and below 10^-5, the
/// number is written with its power of ten.
///
/// # Examples
///
/// ```
/// use slo_core::Figure;
///
/// let shown = |number| Figure(number).to_string();
/// assert_eq!((shown(0.1 + 0.2), shown(1_234_567.8), shown(1.0)), ("0.3".into(), "1234568".into(), "1".into()));
/// assert_eq!((shown(3.163_34e-310), shown(f64::MAX)), ("3.16334e-310".into(), "1.79769e308".into()));
/// assert_eq!(format!("{:.3}", Figure(2.0 / 3.0)), "0.667");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure(pub f64);

/// Digits without a precision.
const DIGITS: usize = 6;

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = f.precision().unwrap_or(DIGITS).max(1) - 1;
        let scientific = format!("{:.places$e}", self.0);
        let Some((digits, power)) = scientific.split_once('e') else { return f.write_str(&scientific) };
        let power: i64 = power.parse().map_err(|_| fmt::Error)?;
        if !(-5..15).contains(&power) {
            return write!(f, "{}e{power}", trimmed(digits));
        }
        // Places after the point; none where the digits end before it.
        let places = i64::try_from(places).unwrap_or(i64::MAX).saturating_sub(power);
        let places = usize::try_from(places).unwrap_or(0);
        f.write_str(trimmed(&format!("{:.places$}", self.0)))
    }
}

/// Without the places that are 0 at the end.
fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn powers_of_ten_are_written_beyond_the_ends_only() {
        for (number, shown) in [
            (1e-5, "0.00001"),
            (9.999_99e-6, "9.99999e-6"),
            // Rounded first: it is 1e-5 to six digits.
            (9.999_999e-6, "0.00001"),
            (999_999_999_999_999.0, "1e15"),
            (123_456_789_012_345.0, "123456789012345"),
            (1e15, "1e15"),
            (-2.5e20, "-2.5e20"),
            (0.0, "0"),
            (100.0, "100"),
            (99.999_96, "100"),
            (-0.123_456_7, "-0.123457"),
            (5e-324, "4.94066e-324"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(Figure(number).to_string(), shown);
        }
    }

    #[test]
    fn the_precision_is_the_number_of_digits() {
        for (number, shown) in [(1234.56, "1235"), (0.001_234_56, "0.0012"), (12.0, "12"), (1.5e-9, "1.5e-9")]
        {
            assert_eq!(format!("{:.2}", Figure(number)), shown);
        }
        assert_eq!(
            (format!("{:.0}", Figure(0.17)), format!("{:.1}", Figure(0.17))),
            ("0.2".into(), "0.2".into())
        );
    }

    proptest! {
        #[test]
        fn what_is_shown_is_within_half_a_unit_of_the_sixth_digit(number in proptest::num::f64::NORMAL) {
            let shown: f64 = Figure(number).to_string().parse().unwrap();
            prop_assert!((shown / number - 1.0).abs() <= 5.000_001e-6);
        }
    }
}
