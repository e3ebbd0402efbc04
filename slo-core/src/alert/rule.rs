//! One rule: the burn rate over two windows against a threshold.

mod extras;
#[cfg(feature = "serde")]
mod raw;

use std::fmt;

#[cfg(feature = "serde")]
use raw::Raw;

use super::hold::Hold;
pub(super) use super::traffic::{Demotion, TrafficCorrection};
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
    hold: Duration,
    keep_firing: Duration,
    traffic: TrafficCorrection,
    min_events: Fraction,
    demotion: Option<Demotion>,
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
        let (hold, keep_firing) = (Duration::ZERO, Duration::ZERO);
        let operator = Operator::default();
        Ok(Self {
            long,
            short,
            factor,
            severity,
            operator,
            budget_share: None,
            hold,
            keep_firing,
            traffic: TrafficCorrection::default(),
            min_events: Fraction::ZERO,
            demotion: None,
        })
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

    /// For how long the condition must hold before the rule fires, Prometheus' `for`; zero unless said otherwise.
    ///
    /// A time below zero is refused where the rule is evaluated.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let axis = Axis::regular(Timestamp::from_nanos(0), minute);
    /// let series = CountSeries::bad_total(axis, &[0.0, 30.0, 30.0, 30.0, 0.0], &[100.0; 5])?;
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let rule = BurnRule::new(minute, minute, 10.0)?.hold(minute);
    /// // The burn rate is too high from minute 1 to minute 4.
    /// let timeline = AlertPolicy::new([rule]).evaluate(&slo, &series, None)?;
    /// assert_eq!(timeline.alerts()[0].begin, Timestamp::from_nanos(120_000_000_000));
    /// assert_eq!(timeline.alerts()[0].end, Some(Timestamp::from_nanos(240_000_000_000)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn hold(mut self, hold: Duration) -> Self {
        self.hold = hold;
        self
    }

    /// For how long the rule fires on after the condition has failed, Prometheus' `keep_firing_for`; zero unless said
    /// otherwise.
    ///
    /// A condition that comes back within this time carries the same alert on. A time below zero is refused where the
    /// rule is evaluated.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let axis = Axis::regular(Timestamp::from_nanos(0), minute);
    /// let series = CountSeries::bad_total(axis, &[0.0, 30.0, 0.0, 0.0, 0.0], &[100.0; 5])?;
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let rule = BurnRule::new(minute, minute, 10.0)?.keep_firing(minute);
    /// // The burn rate is too high from minute 1 to minute 2.
    /// let timeline = AlertPolicy::new([rule]).evaluate(&slo, &series, None)?;
    /// assert_eq!(timeline.alerts()[0].end, Some(Timestamp::from_nanos(180_000_000_000)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn keep_firing(mut self, keep_firing: Duration) -> Self {
        self.keep_firing = keep_firing;
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

    /// For how long the condition must hold before the rule fires.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Duration};
    ///
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// assert_eq!(rule.hold_time(), Duration::ZERO);
    /// assert_eq!(rule.hold("2m".parse()?).hold_time(), Duration::from_minutes(2));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn hold_time(&self) -> Duration {
        self.hold
    }

    /// For how long the rule fires on after the condition has failed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Duration};
    ///
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// assert_eq!(rule.keep_firing_time(), Duration::ZERO);
    /// assert_eq!(rule.keep_firing("5m".parse()?).keep_firing_time(), Duration::from_minutes(5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn keep_firing_time(&self) -> Duration {
        self.keep_firing
    }

    /// The same rule with other windows, and the share of the budget that it then spends.
    pub(super) fn with_windows(self, long: Duration, short: Duration, share: Fraction) -> Self {
        Self { long, short, budget_share: Some(share), ..self }
    }

    /// Refuses a hold or a keep-firing time below zero.
    pub(super) fn check_times(&self) -> Result<()> {
        for (name, time) in [("hold", self.hold), ("keep_firing", self.keep_firing)] {
            if time < Duration::ZERO {
                return Err(Error::invalid(name, time, "must not be below zero"));
            }
        }
        Ok(())
    }

    /// When the rule fires, by the times at which its condition holds.
    pub(super) const fn timing(&self) -> Hold {
        Hold::new(self.hold, self.keep_firing)
    }

    /// How far before its begin that which raised an alert may lie: the long window, and the hold.
    pub(super) const fn reach(&self) -> Duration {
        Duration::from_nanos(self.long.nanos().saturating_add(self.hold.nanos()))
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
        let Self { long, short, factor, severity, operator, hold, keep_firing, .. } = self;
        write!(f, "{severity}: burn {operator} {factor} over {long} and {short}")?;
        if *hold != Duration::ZERO {
            write!(f, " for {hold}")?;
        }
        if *keep_firing != Duration::ZERO {
            write!(f, ", firing on for {keep_firing}")?;
        }
        if self.traffic != TrafficCorrection::None {
            f.write_str(", corrected for traffic")?;
        }
        if !self.min_events.is_zero() {
            write!(f, ", from {} events on", self.min_events)?;
        }
        if let Some(demotion) = &self.demotion {
            write!(f, ", {} up to {} bad events", demotion.severity(), demotion.at_most())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
