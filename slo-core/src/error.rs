//! What can be wrong with an input, in one type.

use crate::time::Timestamp;

/// Result of a computation that refuses bad input.
pub type Result<T> = std::result::Result<T, Error>;

/// A refused input: which one, its value, its place, and why.
///
/// # Examples
///
/// ```
/// use slo_core::{Error, ErrorKind, Objective};
///
/// let error = Objective::new(99.9).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidParameter);
/// assert!(error.to_string().contains("99.9%"));
/// ```
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter lies outside what it may be.
    #[error("{name} = {value}: {reason}")]
    InvalidParameter {
        /// The parameter's name, as the caller wrote it.
        name: &'static str,
        /// The value as given.
        value: String,
        /// What the value must be instead.
        reason: String,
    },
    /// Too few points.
    #[error("{name} has {len} points, at least {needed} are needed")]
    TooShort {
        /// What was too short.
        name: &'static str,
        /// How many points it has.
        len: usize,
        /// How many it needs.
        needed: usize,
    },
    /// A NaN or an infinity where a finite number is needed.
    #[error("{name}[{index}] = {value} is not finite")]
    NonFinite {
        /// The input's name.
        name: &'static str,
        /// The place of the first one.
        index: usize,
        /// The value there.
        value: f64,
    },
    /// A count below zero.
    #[error("{name}[{index}] = {value} is negative, a count is at least 0")]
    NegativeCount {
        /// Which count.
        name: &'static str,
        /// The place of the first one.
        index: usize,
        /// The value there.
        value: f64,
    },
    /// A part greater than its whole.
    #[error("{name}[{index}] = {value} exceeds total[{index}] = {total}")]
    ExceedsTotal {
        /// Which part: `good` or `bad`.
        name: &'static str,
        /// The place of the first one.
        index: usize,
        /// The part.
        value: f64,
        /// The total at the same place.
        total: f64,
    },
    /// Two inputs that belong together differ in length.
    #[error("{left} has {left_len} points, {right} has {right_len}")]
    LengthMismatch {
        /// The first input's name.
        left: &'static str,
        /// Its length.
        left_len: usize,
        /// The second input's name.
        right: &'static str,
        /// Its length.
        right_len: usize,
    },
    /// Instants that do not increase strictly.
    #[error("times[{index}] = {value} does not come after times[{}] = {previous}", index.saturating_sub(1))]
    Unordered {
        /// The place of the first instant that does not come after the one before it.
        index: usize,
        /// The instant before it.
        previous: Timestamp,
        /// The instant itself.
        value: Timestamp,
    },
    /// A record for a time that is over.
    #[error("the record at {at} is late: what lies up to {limit} is closed")]
    Late {
        /// The record's instant.
        at: Timestamp,
        /// The end of the last bucket that takes no records any more.
        limit: Timestamp,
    },
    /// Time or count arithmetic that leaves the representable range.
    #[error("{what} is out of range")]
    OutOfRange {
        /// The quantity that does not fit.
        what: String,
    },
    /// More than a limit allows.
    #[error("{what}: {value} exceeds the limit of {limit}")]
    LimitExceeded {
        /// What is limited.
        what: &'static str,
        /// How much was asked for.
        value: u64,
        /// How much is allowed.
        limit: u64,
    },
    /// Text that does not follow its format.
    #[error("line {line}, column {column}: {message}")]
    Parse {
        /// The line, from 1; 0 where the format has none.
        line: usize,
        /// The column, from 1; 0 where the format has none.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// Data for which the quantity does not exist, for example the correlation of a constant.
    #[error("{name}: {reason}")]
    Degenerate {
        /// The input's name.
        name: &'static str,
        /// Why the quantity does not exist.
        reason: String,
    },
    /// A saved state that cannot be resumed.
    #[error("the saved state cannot be resumed: {reason}")]
    State {
        /// What is wrong with it.
        reason: String,
    },
    /// A name that is no time zone.
    #[error("{name:?} is not a known time zone: {known}")]
    UnknownTimeZone {
        /// The name as given.
        name: String,
        /// Which names are known.
        known: &'static str,
    },
    /// A valid request for something this version does not compute.
    #[error("{what} is not supported: {reason}")]
    Unsupported {
        /// What was asked for, by the name it has in its format.
        what: String,
        /// What is supported instead.
        reason: String,
    },
}

/// The kinds of [`Error`], one for each exception class of the Python package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A parameter lies outside what it may be.
    InvalidParameter,
    /// Too few points.
    TooShort,
    /// A NaN or an infinity.
    NonFinite,
    /// A negative count, or a part greater than its whole.
    InvalidCount,
    /// Two inputs differ in length.
    LengthMismatch,
    /// Instants do not increase strictly, or a record comes late.
    Unordered,
    /// Arithmetic leaves the representable range.
    OutOfRange,
    /// More than a limit allows.
    LimitExceeded,
    /// Text does not follow its format.
    Parse,
    /// The quantity does not exist for these data.
    Degenerate,
    /// A saved state cannot be resumed.
    State,
    /// A name that is no time zone.
    UnknownTimeZone,
    /// Something this version does not compute.
    Unsupported,
}

impl Error {
    /// The error's kind.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, ErrorKind};
    ///
    /// // A negative count and a part greater than its whole are of one kind.
    /// assert_eq!(Counts::bad_total(-1.0, 10.0).unwrap_err().kind(), ErrorKind::InvalidCount);
    /// assert_eq!(Counts::bad_total(11.0, 10.0).unwrap_err().kind(), ErrorKind::InvalidCount);
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::InvalidParameter { .. } => ErrorKind::InvalidParameter,
            Self::TooShort { .. } => ErrorKind::TooShort,
            Self::NonFinite { .. } => ErrorKind::NonFinite,
            Self::NegativeCount { .. } | Self::ExceedsTotal { .. } => ErrorKind::InvalidCount,
            Self::LengthMismatch { .. } => ErrorKind::LengthMismatch,
            Self::Unordered { .. } | Self::Late { .. } => ErrorKind::Unordered,
            Self::OutOfRange { .. } => ErrorKind::OutOfRange,
            Self::LimitExceeded { .. } => ErrorKind::LimitExceeded,
            Self::Parse { .. } => ErrorKind::Parse,
            Self::Degenerate { .. } => ErrorKind::Degenerate,
            Self::State { .. } => ErrorKind::State,
            Self::UnknownTimeZone { .. } => ErrorKind::UnknownTimeZone,
            Self::Unsupported { .. } => ErrorKind::Unsupported,
        }
    }

    /// A parameter that lies outside what it may be.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Error;
    ///
    /// let error = Error::invalid("alpha", 1.5, "must lie strictly between 0 and 1");
    /// assert_eq!(error.to_string(), "alpha = 1.5: must lie strictly between 0 and 1");
    /// ```
    pub fn invalid(name: &'static str, value: impl ToString, reason: impl Into<String>) -> Self {
        Self::InvalidParameter { name, value: short(value.to_string()), reason: reason.into() }
    }

    /// A quantity that does not fit its type.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Error;
    ///
    /// assert_eq!(Error::out_of_range("the total count").to_string(), "the total count is out of range");
    /// ```
    pub fn out_of_range(what: impl Into<String>) -> Self {
        Self::OutOfRange { what: what.into() }
    }

    /// The same error at a place that lies `by` places later: that of a part, told of the whole.
    pub(crate) fn later(mut self, by: usize) -> Self {
        if let Self::NonFinite { index, .. }
        | Self::NegativeCount { index, .. }
        | Self::ExceedsTotal { index, .. }
        | Self::Unordered { index, .. } = &mut self
        {
            *index += by;
        }
        self
    }

    /// Refuses two inputs of unequal length.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Error;
    ///
    /// Error::check_lengths("times", 3, "good", 3)?;
    /// let error = Error::check_lengths("times", 3, "good", 2).unwrap_err();
    /// assert_eq!(error.to_string(), "times has 3 points, good has 2");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`] with both names and lengths.
    pub fn check_lengths(
        left: &'static str,
        left_len: usize,
        right: &'static str,
        right_len: usize,
    ) -> Result<()> {
        if left_len == right_len {
            return Ok(());
        }
        Err(Self::LengthMismatch { left, left_len, right, right_len })
    }

    /// Refuses offsets that do not cut `len` values into series, each from one offset to the next.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Error;
    ///
    /// // A series may be empty.
    /// Error::check_offsets(&[0, 2, 2, 5], 5)?;
    /// let error = Error::check_offsets(&[0, 3, 2, 5], 5).unwrap_err();
    /// assert_eq!(error.to_string(), "offsets = 2: offsets[2] comes before the one before it");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless they rise from 0 to `len`.
    pub fn check_offsets(offsets: &[usize], len: usize) -> Result<()> {
        let refuse = |value: usize, reason: String| Err(Self::invalid("offsets", value, reason));
        if let Some(place) = offsets.windows(2).position(|pair| !matches!(pair, [from, to] if from <= to)) {
            let value = offsets.get(place + 1).copied().unwrap_or_default();
            return refuse(value, format!("offsets[{}] comes before the one before it", place + 1));
        }
        match (offsets.first(), offsets.last()) {
            (Some(0), Some(last)) if *last == len => Ok(()),
            (Some(0), Some(last)) => refuse(*last, format!("must end at {len}, the number of points")),
            (first, _) => refuse(first.copied().unwrap_or_default(), "must begin with 0".to_owned()),
        }
    }

    /// Refuses the first value that is not finite.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Error;
    ///
    /// let error = Error::check_finite("values", &[1.0, f64::INFINITY, f64::NAN]).unwrap_err();
    /// assert_eq!(error.to_string(), "values[1] = inf is not finite");
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] with its index.
    pub fn check_finite(name: &'static str, values: &[f64]) -> Result<()> {
        match values.iter().position(|v| !v.is_finite()) {
            None => Ok(()),
            Some(index) => {
                Err(Self::NonFinite { name, index, value: values.get(index).copied().unwrap_or(f64::NAN) })
            }
        }
    }

    /// Refuses a fraction outside (0, 1), with a hint where a percentage was meant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Error;
    ///
    /// Error::check_fraction("level", 0.95)?;
    /// let error = Error::check_fraction("level", 95.0).unwrap_err();
    /// assert!(error.to_string().ends_with("for 95 percent write 0.95"));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] with the name and the value.
    pub fn check_fraction(name: &'static str, value: f64) -> Result<()> {
        if value > 0.0 && value < 1.0 {
            return Ok(());
        }
        let hint = if value > 1.0 && value < 100.0 {
            format!("must lie strictly between 0 and 1; for {value} percent write {}", value / 100.0)
        } else {
            "must lie strictly between 0 and 1".to_owned()
        };
        Err(Self::invalid(name, value, hint))
    }
}

/// How many characters a value of an error may take before a number among them is written with its exponent.
const LONGEST: usize = 40;

/// The value as it is written, but a number of very many digits with an exponent: `1e300`, not 301 digits.
fn short(written: String) -> String {
    match written.parse::<f64>() {
        Ok(number) if written.len() > LONGEST => format!("{number:e}"),
        _ => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_very_many_digits_are_written_with_an_exponent() {
        let written = |value: f64| Error::invalid("x", value, "is odd").to_string();
        assert_eq!(written(-1.7e308), "x = -1.7e308: is odd");
        assert_eq!(written(5e-324), "x = 5e-324: is odd");
        assert_eq!(written(1e39), format!("x = 1{}: is odd", "0".repeat(39)));
        assert_eq!(written(1e40), "x = 1e40: is odd");
        assert_eq!(written(0.1), "x = 0.1: is odd");
        // Whole numbers are counted, not measured.
        let whole = Error::invalid("x", u128::MAX, "is odd").to_string();
        assert_eq!(whole, format!("x = {}: is odd", u128::MAX));
        let word = "no number, however long it may happen to be";
        assert_eq!(Error::invalid("x", word, "is odd").to_string(), format!("x = {word}: is odd"));
    }
}
