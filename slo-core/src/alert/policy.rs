//! Policies: lists of rules, from tables with their sources.

use super::rule::{BurnRule, Operator};
use crate::error::Result;
use crate::fraction::Fraction;
use crate::time::Duration;
use crate::window::Window;

/// The recommended shares and windows: share of the budget, long and short window, severity.
///
/// Source: Beyer, B. et al. (2018). *The Site Reliability Workbook*. O'Reilly, chapter 5, table 5-8 and the rules in the
/// text after it.
const GOOGLE_SRE: [(&str, Duration, Duration, &str); 4] = [
    ("2%", Duration::from_hours(1), Duration::from_minutes(5), "page"),
    ("5%", Duration::from_hours(6), Duration::from_minutes(30), "page"),
    ("10%", Duration::from_days(1), Duration::from_hours(2), "ticket"),
    ("10%", Duration::from_days(3), Duration::from_hours(6), "ticket"),
];

/// A list of burn rules that are evaluated together.
///
/// # Examples
///
/// ```
/// use slo_core::AlertPolicy;
///
/// let policy = AlertPolicy::google_sre("30d".parse()?)?;
/// let factors: Vec<f64> = policy.rules().iter().map(|rule| rule.factor().to_f64()).collect();
/// assert_eq!(factors, [14.4, 6.0, 3.0, 1.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AlertPolicy {
    rules: Vec<BurnRule>,
}

impl AlertPolicy {
    /// A policy of these rules.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BurnRule};
    ///
    /// let fast = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// let slow = BurnRule::new("3d".parse()?, "6h".parse()?, 1.0)?.severity("ticket");
    /// assert_eq!(AlertPolicy::new([fast, slow]).rules().len(), 2);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn new(rules: impl Into<Vec<BurnRule>>) -> Self {
        Self { rules: rules.into() }
    }

    /// The multiwindow, multi-burn-rate policy that Google's workbook recommends, for an objective over `window`.
    ///
    /// The shares and windows are the workbook's; the factors follow from the window's length.
    ///
    /// # Method
    ///
    /// | share of the budget | long window | short window | severity | factor over 30 days |
    /// |---|---|---|---|---|
    /// | 2 % | 1 h | 5 min | page | 14.4 |
    /// | 5 % | 6 h | 30 min | page | 6 |
    /// | 10 % | 1 d | 2 h | ticket | 3 |
    /// | 10 % | 3 d | 6 h | ticket | 1 |
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::AlertPolicy;
    ///
    /// // Over four weeks a share is worth less time: 0.02 · 672 h / 1 h.
    /// let policy = AlertPolicy::google_sre("28d".parse()?)?;
    /// assert_eq!(policy.rules()[0].to_string(), "page: burn > 13.44 over 1h and 5m");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) if an exact factor does not fit 128 bits.
    ///
    /// # References
    ///
    /// Beyer, B. et al. (2018). *The Site Reliability Workbook*. O'Reilly, chapter 5, table 5-8.
    pub fn google_sre(window: Window) -> Result<Self> {
        let shares =
            GOOGLE_SRE.map(|(share, long, short, severity)| Ok((share.parse()?, long, short, severity)));
        Self::from_shares(window, &shares.into_iter().collect::<Result<Vec<_>>>()?)
    }

    /// A policy from budget shares: each rule fires once its share of the budget is spent within its long window.
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
    /// | `window` | the objective's | duration |
    /// | `shares`, first | positive | share of the window's budget |
    /// | `shares`, second and third | positive: the long and the short window | duration |
    /// | `shares`, fourth | any: the severity | |
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Duration};
    ///
    /// let shares = [("20%".parse()?, Duration::from_minutes(3), Duration::from_seconds(30), "page")];
    /// let policy = AlertPolicy::from_shares("1h".parse()?, &shares)?;
    /// assert_eq!(policy.rules()[0].factor().to_f64(), 4.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless windows and shares are positive;
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) if an exact factor does not fit 128 bits.
    pub fn from_shares(window: Window, shares: &[(Fraction, Duration, Duration, &str)]) -> Result<Self> {
        let rule = |(share, long, short, severity): &(Fraction, Duration, Duration, &str)| {
            Ok(BurnRule::from_share(window.length(), *share, *long, *short)?.severity(*severity))
        };
        Ok(Self { rules: shares.iter().map(rule).collect::<Result<_>>()? })
    }

    /// The same rules under another operator.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Operator};
    ///
    /// let policy = AlertPolicy::google_sre("30d".parse()?)?.operator(Operator::AtLeast);
    /// assert!(policy.rules().iter().all(|rule| rule.comparison() == Operator::AtLeast));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn operator(self, operator: Operator) -> Self {
        Self { rules: self.rules.into_iter().map(|rule| rule.operator(operator)).collect() }
    }

    /// The rules, in order.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::AlertPolicy;
    ///
    /// let policy = AlertPolicy::google_sre("30d".parse()?)?;
    /// let severities: Vec<&str> = policy.rules().iter().map(|rule| rule.severity_name()).collect();
    /// assert_eq!(severities, ["page", "page", "ticket", "ticket"]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn rules(&self) -> &[BurnRule] {
        &self.rules
    }

    /// Every window that some rule looks at, once each, shortest first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::AlertPolicy;
    ///
    /// let windows = AlertPolicy::google_sre("30d".parse()?)?.windows();
    /// let windows: Vec<String> = windows.iter().map(ToString::to_string).collect();
    /// // Eight windows, of which 6 h belongs to two rules.
    /// assert_eq!(windows, ["5m", "30m", "1h", "2h", "6h", "1d", "3d"]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn windows(&self) -> Vec<Duration> {
        let mut windows: Vec<Duration> =
            self.rules.iter().flat_map(|rule| [rule.long(), rule.short()]).collect();
        windows.sort_unstable();
        windows.dedup();
        windows
    }
}
