//! Numbers as Python has them: whole ones and floats are told apart, and a float is rounded and shown as there.

use std::fmt;

use serde::{Serialize, Serializer};

/// A whole number or a float.
///
/// # Examples
///
/// ```
/// use slo_io::Number;
///
/// assert_eq!(Number::from(7).to_string(), "7");
/// // As Python shows it: a float says that it is one, and a long one takes an exponent.
/// assert_eq!([Number::from(7.0), Number::from(1e16)].map(|n| n.to_string()), ["7.0", "1e+16"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number.
    Integer(i64),
    /// A float, which may be whole.
    Float(f64),
}

impl Number {
    /// The nearest float.
    pub(super) fn value(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Float(value) => value,
        }
    }

    /// Whether it is the sentinel that slo-generator's backends give for no data.
    pub(super) fn is_no_data(self) -> bool {
        self.value() == -1.0
    }

    /// The sum, whole if both are.
    pub(super) fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => {
                a.checked_add(b).map_or(Self::Float(a as f64 + b as f64), Self::Integer)
            }
            _ => Self::Float(self.value() + other.value()),
        }
    }

    /// `self - other`, whole if both are.
    pub(super) fn minus(self, other: Self) -> Self {
        match other {
            Self::Integer(value) => {
                self.plus(value.checked_neg().map_or(Self::Float(-(value as f64)), Self::Integer))
            }
            Self::Float(value) => self.plus(Self::Float(-value)),
        }
    }

    /// The whole part, of a float that has one: `None` for NaN and infinities. One that does not fit stays a float.
    pub(super) fn truncated(self) -> Option<Self> {
        const LIMIT: f64 = 9_223_372_036_854_775_808.0; // 2^63
        match self {
            Self::Float(value) if !value.is_finite() => None,
            #[allow(clippy::cast_possible_truncation, reason = "the range is checked on the same line")]
            Self::Float(value) if value.abs() < LIMIT => Some(Self::Integer(value as i64)),
            Self::Float(value) => Some(Self::Float(value.trunc())),
            whole @ Self::Integer(_) => Some(whole),
        }
    }

    /// A float that is whole as a whole number, anything else as it is.
    pub(super) fn plain(self) -> Self {
        match self.truncated() {
            Some(whole) if whole.value() == self.value() => whole,
            _ => self,
        }
    }
}

/// The float nearest to so many decimal places, ties to even: Python's `round`.
pub(super) fn rounded(value: f64, places: usize) -> f64 {
    if value.is_finite() { format!("{value:.places$}").parse().unwrap_or(value) } else { value }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match *self {
            Self::Integer(value) => return value.fmt(f),
            Self::Float(value) if value.is_nan() => return f.write_str("nan"),
            Self::Float(value) => value,
        };
        let size = value.abs();
        if value.is_infinite() || size == 0.0 || (1e-4..1e16).contains(&size) {
            return write!(f, "{value:?}");
        }
        // Rust writes the exponent without a sign, Python with one and at least two digits.
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
        write!(f, "{digits}e{sign}{exponent:0>2}")
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Integer(value) => serializer.serialize_i64(value),
            Self::Float(value) => serializer.serialize_f64(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_shown_as_python_shows_them() {
        // Python 3: repr of each.
        for (value, shown) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (2.0, "2.0"),
            (1.2, "1.2"),
            (1.000_091, "1.000091"),
            (1e15, "1000000000000000.0"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
            (1e16, "1e+16"),
            (1.5e300, "1.5e+300"),
            (0.0001, "0.0001"),
            (0.000_099_9, "9.99e-05"),
            (-1e-7, "-1e-07"),
            (5e-324, "5e-324"),
            (f64::NAN, "nan"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(Number::from(value).to_string(), shown);
        }
    }

    #[test]
    fn rounding_is_that_of_the_exact_value_with_ties_to_even() {
        // Python 3: round(value, places). 0.25 and 0.75 are ties, 0.35 lies below one and 0.15 too.
        for (value, places, expected) in [
            (0.25, 1, 0.2),
            (0.75, 1, 0.8),
            (0.35, 1, 0.3),
            (0.15, 1, 0.1),
            (14.44, 1, 14.4),
            (9.06, 1, 9.1),
            (0.999_999_5, 6, 1.0),
            (0.999_999_4, 6, 0.999_999),
            (1e300, 6, 1e300),
        ] {
            assert_eq!(rounded(value, places), expected, "{value}");
        }
        assert!(rounded(f64::NAN, 6).is_nan());
    }

    #[test]
    fn whole_parts_are_taken_towards_zero() {
        for (value, expected) in [(99.7, 99), (-0.6, 0), (1e18, 1_000_000_000_000_000_000)] {
            assert_eq!(Number::from(value).truncated(), Some(Number::Integer(expected)));
        }
        assert_eq!(Number::from(1e300).truncated(), Some(Number::Float(1e300)));
        assert_eq!(Number::from(f64::NAN).truncated(), None);
        assert_eq!(
            Number::Integer(i64::MAX).plus(Number::Integer(1)),
            Number::Float(9_223_372_036_854_775_808.0)
        );
        assert_eq!(
            Number::Integer(0).minus(Number::Integer(i64::MIN)),
            Number::Float(9_223_372_036_854_775_808.0)
        );
    }
}
