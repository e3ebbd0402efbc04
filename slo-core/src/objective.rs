//! The objective: a target as the exact decimal its user wrote.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::fraction::Fraction;

/// A target share of good events, strictly between 0 and 1, as an exact decimal.
///
/// The error budget is `1 - target`, exactly: the same objective written as `0.999`, `"99.9%"` or `percent(99.9)` is
/// the same number and decides alike.
///
/// # Examples
///
/// ```
/// use slo_core::Objective;
///
/// let objective = Objective::new(0.999)?;
/// assert_eq!(objective, "99.9%".parse()?);
/// assert_eq!(objective, Objective::percent(99.9)?);
/// assert_eq!(objective.budget(), "1/1000".parse()?);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Objective(Fraction);

impl Objective {
    /// An objective from a share such as `0.999`, taken as the decimal that its shortest form shows.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Objective;
    ///
    /// assert_eq!(Objective::new(0.995)?.to_string(), "99.5%");
    /// assert!(Objective::new(1.0).is_err(), "leaves no budget for errors");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 < target < 1` with at most 18 decimal places.
    pub fn new(target: f64) -> Result<Self> {
        let fraction = Fraction::try_from(target).ok();
        fraction.and_then(Self::from_fraction).ok_or_else(|| refuse(target, target))
    }

    /// An objective from a percentage such as `99.9`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Objective;
    ///
    /// assert_eq!(Objective::percent(99.95)?, Objective::new(0.9995)?);
    /// assert!(Objective::percent(100.0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 < percentage < 100`.
    pub fn percent(percentage: f64) -> Result<Self> {
        let fraction = format!("{percentage}%").parse::<Fraction>();
        let target = fraction.map(Self::from_fraction);
        match target {
            Ok(Some(objective)) => Ok(objective),
            Err(Error::InvalidParameter { reason, .. }) if percentage > 0.0 && percentage < 100.0 => {
                Err(Error::invalid("percentage", percentage, reason))
            }
            _ => Err(Error::invalid("percentage", percentage, "must lie strictly between 0 and 100")),
        }
    }

    /// The target, exactly.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Fraction, Objective};
    ///
    /// let objective: Objective = "99.9%".parse()?;
    /// assert_eq!(Some(objective.target()), Fraction::new(999, 1_000));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn target(&self) -> Fraction {
        self.0
    }

    /// The error budget, exactly: the share of events that may be bad.
    ///
    /// # Method
    ///
    /// ```text
    /// budget = 1 - target = (q - p) / q,   target = p/q
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Objective;
    ///
    /// assert_eq!(Objective::new(0.999)?.budget().to_f64(), 0.001);
    /// assert_ne!(1.0 - 0.999, 0.001, "floats do not get this right");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn budget(&self) -> Fraction {
        self.0.complement().unwrap_or(self.0)
    }

    fn from_fraction(target: Fraction) -> Option<Self> {
        let inside = !target.is_zero() && target.numerator() < target.denominator();
        inside.then_some(Self(target))
    }
}

/// A refused target, with a hint where a percentage was meant.
fn refuse(shown: impl fmt::Display, value: f64) -> Error {
    let reason = if value == 1.0 || value == 100.0 {
        "leaves no budget for errors; the target must lie strictly between 0 and 1".to_owned()
    } else if value > 1.0 && value < 100.0 {
        format!(
            "must lie strictly between 0 and 1; for {value} percent write \"{value}%\" or percent({value})"
        )
    } else {
        "must lie strictly between 0 and 1".to_owned()
    };
    Error::invalid("objective", shown, reason)
}

impl FromStr for Objective {
    type Err = Error;

    /// Reads `"99.9%"` or `"0.999"`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Objective;
    ///
    /// assert_eq!("99.90 %".parse::<Objective>()?, "0.999".parse()?);
    /// let error = "99.9".parse::<Objective>().unwrap_err();
    /// assert!(error.to_string().contains("for 99.9 percent write \"99.9%\""));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] with the text, and a hint where the percent sign is missing.
    fn from_str(text: &str) -> Result<Self> {
        let shown = format!("{text:?}");
        if text.contains('/') {
            return Err(Error::invalid(
                "objective",
                shown,
                "must be a decimal such as 0.999 or a percentage such as 99.9%",
            ));
        }
        match text.trim().parse::<Fraction>() {
            Ok(target) => Self::from_fraction(target).ok_or_else(|| refuse(shown, target.to_f64())),
            Err(Error::InvalidParameter { reason, .. }) => Err(Error::invalid("objective", shown, reason)),
            Err(error) => Err(error),
        }
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundred = Fraction::new(100, 1).unwrap_or(Fraction::ONE);
        match self.0.times(hundred) {
            Ok(percentage) => write!(f, "{percentage}%"),
            Err(_) => self.0.fmt(f),
        }
    }
}

#[cfg(feature = "serde")]
crate::text::serde_text!(Objective);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_target_is_the_same_number() {
        // SEMANTICS 3 and DESIGN decision 2.
        let objective = Objective::new(0.999).unwrap();
        for text in ["99.9%", "0.999", "0.9990", "99.90 %", "00.999"] {
            assert_eq!(text.parse::<Objective>().unwrap(), objective, "{text}");
        }
        assert_eq!(objective.to_string(), "99.9%");
        assert_eq!(Objective::new(0.5).unwrap().to_string(), "50%");
    }

    #[test]
    fn targets_outside_the_open_interval_are_refused() {
        for target in [0.0, 1.0, 100.0, 99.9, -0.1, f64::NAN, f64::INFINITY, 1.000_000_1] {
            assert!(Objective::new(target).is_err(), "{target}");
        }
        for percentage in [0.0, 100.0, 100.1, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Objective::percent(percentage).is_err(), "{percentage}");
        }
        for text in ["99.9", "0", "1", "100%", "0%", "", "%", "nan", "2/3"] {
            assert!(text.parse::<Objective>().is_err(), "{text}");
        }
    }

    #[test]
    fn nineteen_digits_are_refused_as_such() {
        let message = "0.9999999999999999999".parse::<Objective>().unwrap_err().to_string();
        assert!(message.contains("more than 18"), "{message}");
        let message = "1".parse::<Objective>().unwrap_err().to_string();
        assert!(message.contains("leaves no budget"), "{message}");
    }

    #[test]
    fn a_missing_percent_sign_gets_a_hint() {
        let message = "99.9".parse::<Objective>().unwrap_err().to_string();
        assert!(message.contains("write \"99.9%\""), "{message}");
    }

    #[test]
    fn the_budget_of_a_target_next_to_one_is_exact() {
        let objective: Objective = "99.9999999999%".parse().unwrap();
        assert_eq!(objective.budget(), Fraction::new(1, 10_u128.pow(12)).unwrap());
    }
}
