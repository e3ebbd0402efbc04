//! One rule: the burn rate over two windows against a threshold.

use std::fmt;

use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::slo::Slo;
use crate::time::Duration;

/// How a burn rate must compare with a rule's factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Operator {
    /// Above the factor.
    #[default]
    #[cfg_attr(feature = "serde", serde(rename = ">"))]
    Above,
    /// At the factor or above.
    #[cfg_attr(feature = "serde", serde(rename = ">="))]
    AtLeast,
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
        })
    }
}

/// A rule that fires while the burn rate over a long and over a short window both exceed a factor.
///
/// The long window says that it matters, the short one that it still goes on.
///
/// # Examples
///
/// ```
/// use slo_core::{BurnRule, Duration};
///
/// let rule = BurnRule::new(Duration::from_hours(1), Duration::from_minutes(5), 14.4)?.severity("page");
/// assert_eq!(rule.to_string(), "page: burn > 14.4 over 1h and 5m");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct BurnRule {
    long: Duration,
    short: Duration,
    factor: Fraction,
    severity: String,
    operator: Operator,
    budget_share: Option<Fraction>,
}

impl BurnRule {
    /// A rule of severity `page` on two windows and a factor, taken as the decimal it shows.
    ///
    /// # Parameters
    ///
    /// | name | range | unit |
    /// |---|---|---|
    /// | `long` | positive | duration |
    /// | `short` | positive | duration |
    /// | `factor` | positive, at most 18 digits | budgets per window |
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Duration};
    ///
    /// let rule = BurnRule::new(Duration::from_days(1), Duration::from_hours(2), 3.0)?;
    /// assert_eq!(rule.to_string(), "page: burn > 3 over 1d and 2h");
    /// assert!(BurnRule::new(Duration::from_days(1), Duration::ZERO, 3.0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless both windows and the factor are positive.
    pub fn new(long: Duration, short: Duration, factor: f64) -> Result<Self> {
        let exact = Fraction::try_from(factor).map_err(|_| refuse_factor(factor))?;
        Self::with_factor(long, short, exact)
    }

    /// A rule that fires once a share of the window's budget is spent within the long window.
    ///
    /// # Method
    ///
    /// ```text
    /// factor = share · window / long
    /// ```
    ///
    /// # Parameters
    ///
    /// | name | range | unit |
    /// |---|---|---|
    /// | `window` | positive, the objective's | duration |
    /// | `share` | positive | share of the window's budget |
    /// | `long` | positive | duration |
    /// | `short` | positive | duration |
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Duration};
    ///
    /// let (month, hour) = (Duration::from_days(30), Duration::from_hours(1));
    /// let rule = BurnRule::from_share(month, "2%".parse()?, hour, Duration::from_minutes(5))?;
    /// // 0.02 · 720 h / 1 h
    /// assert_eq!(rule.factor().to_f64(), 14.4);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless all are positive; [`Error::OutOfRange`] if the exact factor does not fit.
    ///
    /// # References
    ///
    /// Beyer, B. et al. (2018). *The Site Reliability Workbook*. O'Reilly, chapter 5.
    pub fn from_share(window: Duration, share: Fraction, long: Duration, short: Duration) -> Result<Self> {
        if share.is_zero() {
            return Err(Error::invalid("share", share, "must be positive"));
        }
        let nanos = |duration: Duration| u128::from(duration.nanos().unsigned_abs());
        let window = window.check_positive("window")?;
        let long = long.check_positive("long")?;
        let lengths = Fraction::new(nanos(window), nanos(long)).unwrap_or(Fraction::ONE);
        let mut rule = Self::with_factor(long, short, share.times(lengths)?)?;
        rule.budget_share = Some(share);
        Ok(rule)
    }

    fn with_factor(long: Duration, short: Duration, factor: Fraction) -> Result<Self> {
        let long = long.check_positive("long")?;
        let short = short.check_positive("short")?;
        if factor.is_zero() {
            return Err(refuse_factor(0.0));
        }
        let severity = "page".to_owned();
        Ok(Self { long, short, factor, severity, operator: Operator::default(), budget_share: None })
    }

    /// How urgently someone must be told: the name that the receiver's routing knows.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Duration};
    ///
    /// let (day, hours) = (Duration::from_days(3), Duration::from_hours(6));
    /// let rule = BurnRule::new(day, hours, 1.0)?.severity("ticket");
    /// assert_eq!(rule.to_string(), "ticket: burn > 1 over 3d and 6h");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn severity(mut self, severity: impl Into<String>) -> Self {
        self.severity = severity.into();
        self
    }

    /// How the burn rate must compare with the factor; `>` unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Duration, Operator};
    ///
    /// let rule = BurnRule::new(Duration::from_hours(1), Duration::from_minutes(5), 14.4)?;
    /// let rule = rule.operator(Operator::AtLeast);
    /// assert_eq!(rule.to_string(), "page: burn >= 14.4 over 1h and 5m");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn operator(mut self, operator: Operator) -> Self {
        self.operator = operator;
        self
    }

    /// The long window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Duration};
    ///
    /// let rule = BurnRule::new("6h".parse()?, "30m".parse()?, 6.0)?;
    /// assert_eq!(rule.long(), Duration::from_hours(6));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn long(&self) -> Duration {
        self.long
    }

    /// The short window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::BurnRule;
    ///
    /// let rule = BurnRule::new("6h".parse()?, "30m".parse()?, 6.0)?;
    /// // A twelfth of the long window, as the workbook has it.
    /// assert_eq!(rule.short().seconds(), rule.long().seconds() / 12.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn short(&self) -> Duration {
        self.short
    }

    /// The burn rate that must be exceeded, exactly.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::BurnRule;
    ///
    /// // The decimal 14.4 and not the float nearest to it.
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// assert_eq!(rule.factor(), "72/5".parse()?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn factor(&self) -> Fraction {
        self.factor
    }

    /// The share of the budget that is spent when the long window alone reaches the factor, if the rule came from one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Fraction};
    ///
    /// let rule = BurnRule::from_share("30d".parse()?, "5%".parse()?, "6h".parse()?, "30m".parse()?)?;
    /// assert_eq!((rule.budget_share(), rule.factor().to_f64()), (Fraction::new(1, 20), 6.0));
    /// assert_eq!(BurnRule::new("6h".parse()?, "30m".parse()?, 6.0)?.budget_share(), None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn budget_share(&self) -> Option<Fraction> {
        self.budget_share
    }

    /// The rule's severity.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::BurnRule;
    ///
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// assert_eq!(rule.severity_name(), "page");
    /// assert_eq!(rule.severity("ticket").severity_name(), "ticket");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn severity_name(&self) -> &str {
        &self.severity
    }

    /// How the burn rate must compare with the factor.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Operator};
    ///
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// assert_eq!(rule.comparison(), Operator::Above);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn comparison(&self) -> Operator {
        self.operator
    }

    /// The error ratio that stands for the rule's factor: factor times budget, exactly.
    pub(super) fn threshold(&self, slo: &Slo) -> Result<Fraction> {
        self.factor.times(slo.objective().budget())
    }

    /// Whether a window's counts burn faster than `threshold`, the factor times the budget; never without traffic.
    pub(super) fn exceeds(&self, counts: Counts, threshold: Fraction) -> bool {
        let ordering = counts.bad.cmp_share(counts.total, threshold);
        match self.operator {
            Operator::Above => ordering.is_gt(),
            Operator::AtLeast => ordering.is_ge() && counts.has_traffic(),
        }
    }
}

fn refuse_factor(factor: f64) -> Error {
    Error::invalid("factor", factor, "must be positive, with at most 18 digits")
}

impl fmt::Display for BurnRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { long, short, factor, severity, operator, .. } = self;
        write!(f, "{severity}: burn {operator} {factor} over {long} and {short}")
    }
}

/// A rule as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    long: Duration,
    short: Duration,
    factor: Fraction,
    severity: String,
    #[serde(default)]
    operator: Operator,
    #[serde(default)]
    budget_share: Option<Fraction>,
}

#[cfg(feature = "serde")]
impl From<BurnRule> for Raw {
    fn from(rule: BurnRule) -> Self {
        let BurnRule { long, short, factor, severity, operator, budget_share } = rule;
        Self { long, short, factor, severity, operator, budget_share }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for BurnRule {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let Raw { long, short, factor, severity, operator, budget_share } = raw;
        let rule = Self::with_factor(long, short, factor)?.severity(severity).operator(operator);
        Ok(Self { budget_share, ..rule })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_need_positive_windows_and_factors() {
        let minute = Duration::from_minutes(1);
        for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(BurnRule::new(minute, minute, factor).is_err(), "{factor}");
        }
        assert!(BurnRule::new(Duration::ZERO, minute, 1.0).is_err());
        assert!(BurnRule::new(minute, Duration::ZERO, 1.0).is_err());
        assert!(BurnRule::from_share(Duration::ZERO, Fraction::ONE, minute, minute).is_err());
        let message =
            BurnRule::from_share(minute, "0".parse().unwrap(), minute, minute).unwrap_err().to_string();
        assert!(message.starts_with("share = 0"), "{message}");
    }

    #[test]
    fn a_factor_that_is_no_decimal_stays_exact() {
        // Sloth's 28 days: 10 % over three days is a factor of 14/15.
        let share = "10%".parse().unwrap();
        let rule = BurnRule::from_share(
            Duration::from_days(28),
            share,
            Duration::from_days(3),
            Duration::from_hours(6),
        )
        .unwrap();
        assert_eq!(rule.factor(), "14/15".parse().unwrap());
    }

    #[test]
    fn the_operator_decides_at_the_threshold() {
        let rule = |operator| {
            BurnRule::new(Duration::from_hours(1), Duration::from_minutes(5), 14.4)
                .unwrap()
                .operator(operator)
        };
        let threshold = "0.0144".parse().unwrap();
        for (bad, above, at_least) in [(1439.0, false, false), (1440.0, false, true), (1441.0, true, true)] {
            let counts = Counts::bad_total(bad, 1e5).unwrap();
            assert_eq!(rule(Operator::Above).exceeds(counts, threshold), above, "{bad}");
            assert_eq!(rule(Operator::AtLeast).exceeds(counts, threshold), at_least, "{bad}");
        }
        assert!(!rule(Operator::AtLeast).exceeds(Counts::default(), threshold));
    }
}
