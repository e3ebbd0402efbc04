//! Windows that move with time.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::time::{Duration, Timestamp};

/// A window over which an objective is held: the last so much time, open on the left.
///
/// # Examples
///
/// ```
/// use slo_core::{Timestamp, Window};
///
/// let window: Window = "30d".parse()?;
/// let at: Timestamp = "2026-01-31T00:00:00Z".parse()?;
/// assert_eq!(window.period(at), ("2026-01-01T00:00:00Z".parse()?, at));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    length: Duration,
}

impl Window {
    /// The last `length` of time.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Window};
    ///
    /// assert_eq!(Window::rolling(Duration::from_days(28))?, "4w".parse()?);
    /// assert!(Window::rolling(Duration::ZERO).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the length is positive.
    pub fn rolling(length: Duration) -> Result<Self> {
        Ok(Self { length: length.check_positive("window")? })
    }

    /// The window's length.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Window;
    ///
    /// let window: Window = "30d".parse()?;
    /// assert_eq!(window.length().seconds(), 2_592_000.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn length(&self) -> Duration {
        self.length
    }

    /// Begin and end of the window `(begin, end]` at an instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Timestamp, Window};
    ///
    /// let noon: Timestamp = "2026-03-01T12:00:00Z".parse()?;
    /// let (begin, end) = "1d".parse::<Window>()?.period(noon);
    /// assert_eq!((begin.to_string().as_str(), end), ("2026-02-28T12:00:00Z", noon));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn period(&self, at: Timestamp) -> (Timestamp, Timestamp) {
        (at.saturating_sub(self.length), at)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.length.fmt(f)
    }
}

impl FromStr for Window {
    type Err = Error;

    /// Reads the length of a rolling window, such as `"30d"`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Window;
    ///
    /// assert_eq!("4w".parse::<Window>()?.to_string(), "28d");
    /// assert!("a month".parse::<Window>().is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] with the text and what is wrong with it, or unless the length is positive.
    fn from_str(text: &str) -> Result<Self> {
        Self::rolling(text.parse()?)
    }
}

#[cfg(feature = "serde")]
crate::text::serde_text!(Window);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_no_length_is_refused() {
        for text in ["0s", "-1h", "1", ""] {
            assert!(text.parse::<Window>().is_err(), "{text}");
        }
        assert_eq!("1ns".parse::<Window>().unwrap().length(), Duration::from_nanos(1));
    }

    #[test]
    fn a_window_before_the_first_instant_stays_at_it() {
        let at = Timestamp::from_nanos(i64::MIN + 5);
        assert_eq!("1h".parse::<Window>().unwrap().period(at).0.nanos(), i64::MIN);
    }
}
