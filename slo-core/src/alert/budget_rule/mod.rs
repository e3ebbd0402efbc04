//! Rules on the budget itself, on fixed thresholds, and on both at once.

mod condition;

use std::fmt;

pub use condition::Condition;
use condition::Scene;

#[cfg(any(feature = "serde", doc, test))]
use crate::error::Error;
use crate::error::Result;
use crate::history::grid;
use crate::series::{CountSeries, TimeSeries};
use crate::slo::Slo;
use crate::time::{Duration, Timestamp};

/// A rule that fires while a [`Condition`] holds.
///
/// # Examples
///
/// ```
/// use slo_core::{BudgetRule, Condition};
///
/// let rule = BudgetRule::new(Condition::RemainingBelow { share: "10%".parse()? })?.severity("ticket");
/// assert_eq!(rule.to_string(), "ticket: less than 10% of the budget remains");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct BudgetRule {
    condition: Condition,
    severity: String,
}

/// The time during which a [`BudgetRule`] fires.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BudgetAlert {
    /// The rule's severity.
    pub severity: String,
    /// The first instant of evaluation at which the condition holds.
    pub begin: Timestamp,
    /// The first later one at which it does not; `None` while it holds.
    pub end: Option<Timestamp>,
    /// The end, or the last instant of evaluation while the condition holds.
    pub until: Timestamp,
}

impl BudgetRule {
    /// A rule of severity `page`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BudgetRule, Condition};
    ///
    /// assert!(BudgetRule::new(Condition::Drop { share: "5%".parse()?, within: "1h".parse()? }).is_ok());
    /// assert!(BudgetRule::new(Condition::Drop { share: "0%".parse()?, within: "1h".parse()? }).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a window or time that is not positive, a share or ratio out of its range, a limit that
    /// is not finite, or a burn rule with a hold; [`Error::TooShort`] for no conditions that are joined;
    /// [`Error::LimitExceeded`] for more than 16 joined within each other.
    pub fn new(condition: Condition) -> Result<Self> {
        condition.check(0)?;
        Ok(Self { condition, severity: "page".to_owned() })
    }

    /// How urgently someone must be told; `page` unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BudgetRule, Condition};
    ///
    /// let rule = BudgetRule::new(Condition::RemainingBelow { share: "0".parse()? })?;
    /// assert_eq!(rule.severity_name(), "page");
    /// assert_eq!(rule.severity("ticket").severity_name(), "ticket");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn severity(mut self, severity: impl Into<String>) -> Self {
        self.severity = severity.into();
        self
    }

    /// The condition.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BudgetRule, Condition};
    ///
    /// let condition = Condition::RemainingBelow { share: "10%".parse()? };
    /// assert_eq!(BudgetRule::new(condition.clone())?.condition(), &condition);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn condition(&self) -> &Condition {
        &self.condition
    }

    /// The rule's severity.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BudgetRule, Condition};
    ///
    /// let rule = BudgetRule::new(Condition::RemainingBelow { share: "0".parse()? })?.severity("ticket");
    /// assert_eq!(rule.severity_name(), "ticket");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn severity_name(&self) -> &str {
        &self.severity
    }

    /// The times during which the condition holds, seen at each record of the counts and each sample of a metric that is
    /// asked for, or at each multiple of `every` since the Unix epoch.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, BudgetRule, Condition, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// // Of 1 % of 1000, 2000 and 3000 events, 80 %, 95 % and 63 % are spent.
    /// let series = CountSeries::bad_total(axis, &[8.0, 11.0, 0.0], &[1000.0; 3])?;
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let rule = BudgetRule::new(Condition::RemainingBelow { share: "10%".parse()? })?;
    /// let alerts = rule.evaluate(&slo, &series, &[], None)?;
    /// assert_eq!((alerts.len(), alerts[0].begin), (1, Timestamp::from_nanos(60_000_000_000)));
    /// assert_eq!(alerts[0].end, Some(Timestamp::from_nanos(120_000_000_000)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a metric that is asked for and not given, or unless `every` is positive;
    /// [`Error::OutOfRange`] if an exact threshold does not fit 128 bits; [`Error::LimitExceeded`] past 10^8 instants.
    pub fn evaluate(
        &self,
        slo: &Slo,
        series: &CountSeries,
        metrics: &[(&str, &TimeSeries)],
        every: Option<Duration>,
    ) -> Result<Vec<BudgetAlert>> {
        let scene = Scene { slo, series: &*slo.counted(series)?, metrics };
        let instants: Vec<Timestamp> = match every {
            Some(every) => grid(scene.series, every)?.collect(),
            None => self.instants(&scene)?,
        };
        let mut alerts: Vec<BudgetAlert> = Vec::new();
        let mut firing = false;
        for at in instants {
            let holds = self.condition.holds(&scene, at)?;
            match alerts.last_mut().filter(|_| firing) {
                Some(alert) => {
                    alert.until = at;
                    alert.end = (!holds).then_some(at);
                }
                None if holds => {
                    let severity = self.severity.clone();
                    alerts.push(BudgetAlert { severity, begin: at, end: None, until: at });
                }
                None => {}
            }
            firing = holds;
        }
        Ok(alerts)
    }

    /// The instants of the records and of the samples, in order.
    fn instants(&self, scene: &Scene<'_>) -> Result<Vec<Timestamp>> {
        let mut names = Vec::new();
        self.condition.metrics(&mut names);
        names.sort_unstable();
        names.dedup();
        let mut instants: Vec<Timestamp> = scene.series.times().collect();
        for name in names {
            instants.extend(scene.metric(name)?.times());
        }
        instants.sort_unstable();
        instants.dedup();
        Ok(instants)
    }
}

impl fmt::Display for BudgetRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.severity, self.condition)
    }
}

/// A rule as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    condition: Condition,
    severity: String,
}

#[cfg(feature = "serde")]
impl From<BudgetRule> for Raw {
    fn from(rule: BudgetRule) -> Self {
        Self { condition: rule.condition, severity: rule.severity }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for BudgetRule {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        Ok(Self::new(raw.condition)?.severity(raw.severity))
    }
}

#[cfg(test)]
mod tests;
