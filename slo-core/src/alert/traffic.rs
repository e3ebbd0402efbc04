//! What a rule makes of traffic that is unlike the usual, or hardly any.

use crate::fraction::Fraction;

/// How a rule takes into account that its windows may hold more or less than the usual traffic.
///
/// A burn rate says how bad the events are, not how many. At night few events make a high burn rate that spends next to
/// nothing. Corrected, a rule fires once its share of the budget is really spent:
///
/// # Method
///
/// ```text
/// plain:      bad_L / total_L > factor · budget
/// corrected:  bad_L > share · budget · total_P,     share = factor · L / P
/// ```
///
/// for the long window `L` and the objective's own window `P` at the same instant, with `>=` under
/// [`Operator::AtLeast`](crate::Operator::AtLeast). Three tools publish it in three forms, which are the same for the long
/// window: slo-exporter multiplies the burn rate by `k_L = (total_L · P/L) / total_P`; Pyrra's dynamic burn rates raise
/// the threshold to `share · budget · total_P / total_L`; Sloth's plugin for corrected denominators multiplies the ratio
/// by `k_L`. They differ in the short window `S`: the former two apply the long window's coefficient to it, the last one
/// its own.
///
/// At the beginning of the data `total_P` is what the data hold, and the rule fires early.
///
/// # Examples
///
/// ```
/// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp, TrafficCorrection};
///
/// // A busy hour, then a quiet one in which one event in ten is bad.
/// let minute = Duration::from_minutes(1);
/// let counts = |busy: f64, quiet: f64| [[busy; 60], [quiet; 60]].concat();
/// let axis = Axis::regular(Timestamp::from_nanos(0), minute);
/// let series = CountSeries::bad_total(axis, &counts(0.0, 1.0), &counts(1000.0, 10.0))?;
/// let slo = Slo::new("99%".parse()?, "2h".parse()?);
/// let rule = BurnRule::new("1h".parse()?, minute, 4.0)?;
/// assert_eq!(AlertPolicy::new([rule.clone()]).evaluate(&slo, &series, None)?.alerts().len(), 1);
/// // 60 bad events of the 606 that the two hours allow are far below 4 · 1 h / 2 h of the budget.
/// let rule = rule.traffic(TrafficCorrection::EachWindow);
/// assert_eq!(AlertPolicy::new([rule]).evaluate(&slo, &series, None)?.alerts().len(), 0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// seznam/slo-exporter, `prometheus/recording_rules/rate-coefficient.yaml`. pyrra-dev/pyrra, pull request 1602. slok/sloth,
/// plugin `denominator_corrected_rules`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum TrafficCorrection {
    /// None: the ratio alone decides.
    #[default]
    None,
    /// Both windows by the long window's coefficient, as slo-exporter and Pyrra have it.
    LongWindow,
    /// Each window by its own coefficient, as Sloth's plugin has it.
    EachWindow,
}

/// A milder severity while few events are bad.
///
/// # Examples
///
/// ```
/// use slo_core::BurnRule;
///
/// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 13.44)?.demoted(5.0, "warning")?;
/// let demotion = rule.demotion().ok_or("it has one")?;
/// assert_eq!((demotion.at_most(), demotion.severity()), ("5".parse()?, "warning"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Demotion {
    at_most: Fraction,
    severity: String,
}

impl Demotion {
    pub(super) const fn new(at_most: Fraction, severity: String) -> Self {
        Self { at_most, severity }
    }

    /// Up to so many bad events in the long window it applies, exactly.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::BurnRule;
    ///
    /// let rule = BurnRule::new("6h".parse()?, "30m".parse()?, 5.6)?.demoted(10.0, "warning")?;
    /// assert_eq!(rule.demotion().map(|demotion| demotion.at_most()), Some("10".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn at_most(&self) -> Fraction {
        self.at_most
    }

    /// The severity while it applies.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::BurnRule;
    ///
    /// let rule = BurnRule::new("6h".parse()?, "30m".parse()?, 5.6)?.demoted(10.0, "warning")?;
    /// assert_eq!(rule.demotion().map(|demotion| demotion.severity()), Some("warning"));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn severity(&self) -> &str {
        &self.severity
    }
}

#[cfg(test)]
mod tests;
