//! Policies: lists of rules, from tables with their sources.

use super::catalogue::{self, GOOGLE_SRE, PYRRA, SLOTH, spent, to_the_minute};
use super::rule::{BurnRule, Operator};
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::time::Duration;
use crate::window::Window;

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
        Self::from_table(window, &GOOGLE_SRE)
    }

    /// The policy of Sloth's catalogue, for an objective over 28 or 30 days, or over the 7 days of its example.
    ///
    /// # Method
    ///
    /// | share | long window | short window | severity | factor, 28 d | factor, 30 d | share, 7 d | factor, 7 d |
    /// |---|---|---|---|---|---|---|---|
    /// | 2 % | 1 h | 5 min | page | 13.44 | 14.4 | 8 % | 13.44 |
    /// | 5 % | 6 h | 30 min | page | 5.6 | 6 | 12.5 % | 3.5 |
    /// | 10 % | 1 d | 2 h | ticket | 2.8 | 3 | 20 % | 1.4 |
    /// | 10 % | 3 d | 6 h | ticket | 14/15 | 1 | 42 % | 0.98 |
    ///
    /// [`lint`](Self::lint) names the factors below 1. A catalogue of one's own is [`from_shares`](Self::from_shares).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::AlertPolicy;
    ///
    /// let policy = AlertPolicy::sloth("28d".parse()?)?;
    /// let factors: Vec<String> = policy.rules().iter().map(|rule| rule.factor().to_string()).collect();
    /// assert_eq!(factors, ["13.44", "5.6", "2.8", "14/15"]);
    /// assert!(AlertPolicy::sloth("29d".parse()?).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] for a window that the catalogue does not have.
    ///
    /// # References
    ///
    /// slok/sloth, `internal/alert/windows` and `internal/alert/window.go`.
    pub fn sloth(window: Window) -> Result<Self> {
        let table = SLOTH.iter().find(|(length, _)| *length == window.length());
        let (_, table) = table.ok_or_else(|| Error::Unsupported {
            what: format!("Sloth's policy over {window}"),
            reason: "its catalogue has 28d, 30d and 7d; a catalogue of one's own is a policy from shares"
                .to_owned(),
        })?;
        Self::from_table(window, table)
    }

    /// Pyrra's policy: factors of 14, 7, 2 and 1 over windows that are parts of the objective's, to the nearest minute.
    ///
    /// The shares of the budget that its rules spend follow from factors and windows; they are not those of Pyrra's own
    /// comments.
    ///
    /// # Method
    ///
    /// | factor | long window | short window | hold | severity | share |
    /// |---|---|---|---|---|---|
    /// | 14 | T/672 | T/8064 | T/20160 | critical | 1/48 |
    /// | 7 | T/112 | T/1344 | T/2688 | critical | 1/16 |
    /// | 2 | T/28 | T/336 | T/672 | warning | 1/14 |
    /// | 1 | T/7 | T/112 | T/224 | warning | 1/7 |
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::AlertPolicy;
    ///
    /// let policy = AlertPolicy::pyrra("28d".parse()?)?;
    /// let rule = &policy.rules()[0];
    /// assert_eq!(rule.to_string(), "critical: burn > 14 over 1h and 5m for 2m");
    /// // 14 · 1 h / 672 h, or 2.08 %.
    /// assert_eq!(rule.budget_share(), Some("1/48".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a window below 2.8 days, of which 1/8064 rounds to no minute.
    ///
    /// # References
    ///
    /// pyrra-dev/pyrra, `slo/rules.go`, `Windows`.
    pub fn pyrra(window: Window) -> Result<Self> {
        let length = window.length();
        let part = |parts: i64| to_the_minute(Duration::from_nanos(length.nanos() / parts));
        let rule = |row: &catalogue::PyrraRule| {
            let (long, short) = (part(row.long), part(row.short));
            if !short.is_positive() {
                let reason =
                    format!("1/{} of it, a short window, rounds to no minute; take 2.8d or more", row.short);
                return Err(Error::invalid("window", window, reason));
            }
            let factor = Fraction::new(row.factor, 1).unwrap_or(Fraction::ONE);
            let rule = BurnRule::from_share(length, spent(factor, long, length)?, long, short)?;
            Ok(rule.severity(row.severity).hold(part(row.hold)))
        };
        Ok(Self { rules: PYRRA.iter().map(rule).collect::<Result<_>>()? })
    }

    /// slo-exporter's policy over its window of 28 days: corrected for traffic, and milder while few events are bad.
    ///
    /// # Method
    ///
    /// | factor | long window | short window | severity | milder | share |
    /// |---|---|---|---|---|---|
    /// | 13.44 | 1 h | 5 min | critical | warning up to 5 bad events | 2 % |
    /// | 5.6 | 6 h | 30 min | critical | warning up to 10 bad events | 5 % |
    /// | 2.8 | 1 d | 2 h | warning | | 10 % |
    /// | 1 | 3 d | 6 h | warning | | 3/28 |
    ///
    /// with [`TrafficCorrection::LongWindow`](crate::TrafficCorrection::LongWindow). Where slo-exporter takes the milder
    /// severity over six hours from the time of day, this is the one outside working hours.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::AlertPolicy;
    ///
    /// let policy = AlertPolicy::slo_exporter()?;
    /// assert_eq!(
    ///     policy.rules()[0].to_string(),
    ///     "critical: burn > 13.44 over 1h and 5m, corrected for traffic, warning up to 5 bad events"
    /// );
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// None: the table is sound.
    ///
    /// # References
    ///
    /// seznam/slo-exporter, `prometheus/alerts/slo_burn_rate.yaml`.
    pub fn slo_exporter() -> Result<Self> {
        Ok(Self { rules: catalogue::slo_exporter()? })
    }

    /// The rules with windows that are to another objective's window as they were to this one's.
    ///
    /// Windows are rounded to whole minutes, of which they keep one at least. Factors stay; the shares of the budget are
    /// those that the rounded windows really spend. Holds stay too.
    ///
    /// # Method
    ///
    /// ```text
    /// w' = max(1 min, round(w · to / from)),   share = factor · long' / to
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::AlertPolicy;
    ///
    /// let policy = AlertPolicy::google_sre("30d".parse()?)?.scaled("30d".parse()?, "7d".parse()?)?;
    /// let rules: Vec<String> = policy.rules().iter().map(ToString::to_string).collect();
    /// assert_eq!(rules[0], "page: burn > 14.4 over 14m and 1m");
    /// assert_eq!(rules[3], "ticket: burn > 1 over 16h48m and 1h24m");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if a window does not fit 292 years or a share 128 bits.
    ///
    /// # References
    ///
    /// The crate `slokit`, `scaled`.
    pub fn scaled(&self, from: Window, to: Window) -> Result<Self> {
        let minute = Duration::from_minutes(1);
        let scale = |window: Duration| {
            let nanos = |length: Duration| i128::from(length.nanos());
            let scaled = nanos(window).checked_mul(nanos(to.length())).map(|n| n / nanos(from.length()));
            let scaled = scaled.and_then(|nanos| i64::try_from(nanos).ok());
            let scaled =
                scaled.ok_or_else(|| Error::out_of_range(format!("{window} scaled from {from} to {to}")))?;
            Ok::<_, Error>(to_the_minute(Duration::from_nanos(scaled)).max(minute))
        };
        let rule = |rule: &BurnRule| {
            let (long, short) = (scale(rule.long())?, scale(rule.short())?);
            let share = spent(rule.factor(), long, to.length())?;
            Ok(rule.clone().with_windows(long, short, share))
        };
        Ok(Self { rules: self.rules.iter().map(rule).collect::<Result<_>>()? })
    }

    /// A policy from one of the catalogue's tables.
    fn from_table(window: Window, table: &[catalogue::ByShare]) -> Result<Self> {
        let parsed = |(share, long, short, severity): &catalogue::ByShare| {
            Ok((share.parse()?, *long, *short, *severity))
        };
        Self::from_shares(window, &table.iter().map(parsed).collect::<Result<Vec<_>>>()?)
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

#[cfg(test)]
mod tests;
