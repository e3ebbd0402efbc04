//! The error budget: how much error was allowed, how much was made, how long the rest will last.

use std::fmt;

use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::interval::{Interval, IntervalOptions};
use crate::objective::Objective;
use crate::time::Duration;
use crate::window::Window;

/// The error budget of a window, by occurrences: every event weighs the same.
///
/// # Method
///
/// ```text
/// allowed = (1 - target) · total,   consumed = bad / allowed,   remaining = allowed - bad
/// ```
///
/// each made from exact counts with one rounding at the end. Without traffic nothing is allowed and nothing consumed.
///
/// # Examples
///
/// ```
/// use slo_core::{Counts, Objective, Slo, Window};
///
/// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
/// let budget = slo.budget(Counts::good_total(998_700.0, 1_000_000.0)?);
/// assert_eq!((budget.allowed(), budget.consumed(), budget.remaining()), (1_000.0, 1.3, -300.0));
/// assert!(budget.exhausted());
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    objective: Objective,
    window: Window,
    counts: Counts,
}

impl Budget {
    pub(crate) const fn new(objective: Objective, window: Window, counts: Counts) -> Self {
        Self { objective, window, counts }
    }

    /// The objective that the budget belongs to.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let budget = Slo::new("99.9%".parse()?, "30d".parse()?).budget(Counts::default());
    /// assert_eq!(budget.objective().to_string(), "99.9%");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn objective(&self) -> Objective {
        self.objective
    }

    /// The window that the objective is held over.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Duration, Slo};
    ///
    /// let budget = Slo::new("99.9%".parse()?, "30d".parse()?).budget(Counts::default());
    /// assert_eq!(budget.window().length(), Duration::from_hours(720));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn window(&self) -> Window {
        self.window
    }

    /// The counts that the budget is made from.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let counts = Counts::bad_total(3.0, 1_000.0)?;
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// // The same events under a stricter objective.
    /// let strict = Slo::new("99.9%".parse()?, "30d".parse()?).budget(slo.budget(counts).counts());
    /// assert_eq!(strict.consumed(), 3.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Events that counted as good.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.budget(Counts::bad_total(3.0, 1_000.0)?).good(), 997.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn good(&self) -> f64 {
        self.counts.good()
    }

    /// Events that counted as bad.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.budget(Counts::good_total(997.0, 1_000.0)?).bad(), 3.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn bad(&self) -> f64 {
        self.counts.bad()
    }

    /// All events.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.budget(Counts::good_bad(997.0, 3.0)?).total(), 1_000.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn total(&self) -> f64 {
        self.counts.total()
    }

    /// Good over total; `None` without traffic.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.budget(Counts::bad_total(3.0, 1_000.0)?).sli(), Some(0.997));
    /// assert_eq!(slo.budget(Counts::default()).sli(), None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn sli(&self) -> Option<f64> {
        self.counts.sli()
    }

    /// How many events were allowed to be bad.
    ///
    /// # Method
    ///
    /// ```text
    /// allowed = (1 - target) · total
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.budget(Counts::bad_total(0.0, 20_000.0)?).allowed(), 20.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn allowed(&self) -> f64 {
        self.counts.total.share(self.share())
    }

    /// The share of the budget that is spent: 1 is all of it, more is overspent.
    ///
    /// # Method
    ///
    /// ```text
    /// consumed = bad / ((1 - target) · total)   or 0 without traffic
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.budget(Counts::bad_total(5.0, 20_000.0)?).consumed(), 0.25);
    /// assert_eq!(slo.budget(Counts::default()).consumed(), 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn consumed(&self) -> f64 {
        self.burn_rate().unwrap_or(0.0)
    }

    /// How many more events may be bad; negative when overspent.
    ///
    /// # Method
    ///
    /// ```text
    /// remaining = (1 - target) · total - bad
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.budget(Counts::bad_total(5.0, 20_000.0)?).remaining(), 15.0);
    /// assert_eq!(slo.budget(Counts::bad_total(25.0, 20_000.0)?).remaining(), -5.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn remaining(&self) -> f64 {
        self.counts.bad.below_share(self.counts.total, self.share())
    }

    /// The error ratio in units of the budget, `bad / total / (1 - target)`; `None` without traffic.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.budget(Counts::bad_total(144.0, 10_000.0)?).burn_rate(), Some(14.4));
    /// assert_eq!(slo.budget(Counts::default()).burn_rate(), None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn burn_rate(&self) -> Option<f64> {
        self.counts.has_traffic().then(|| self.counts.bad.over_share(self.counts.total, self.share()))
    }

    /// Whether the whole budget is spent: at least as many bad events as allowed, and at least one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert!(!slo.budget(Counts::bad_total(19.0, 20_000.0)?).exhausted());
    /// assert!(slo.budget(Counts::bad_total(20.0, 20_000.0)?).exhausted());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn exhausted(&self) -> bool {
        self.counts.bad.is_positive() && self.counts.bad.cmp_share(self.counts.total, self.share()).is_ge()
    }

    /// Whether the objective is met: at most as many bad events as allowed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// // The last allowed error exhausts the budget and still meets the objective.
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert!(slo.budget(Counts::bad_total(20.0, 20_000.0)?).met());
    /// assert!(!slo.budget(Counts::bad_total(21.0, 20_000.0)?).met());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn met(&self) -> bool {
        self.counts.bad.cmp_share(self.counts.total, self.share()).is_le()
    }

    /// The constant burn rate at which the rest of the budget lasts exactly `until`; 0 when it is spent.
    ///
    /// # Method
    ///
    /// ```text
    /// (remaining / allowed) · window / until
    /// ```
    ///
    /// at the window's mean traffic.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Duration, Slo};
    ///
    /// // Half of the budget is left for the ten days until the release.
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let budget = slo.budget(Counts::bad_total(10.0, 20_000.0)?);
    /// assert_eq!(budget.affordable_burn(Duration::from_days(10))?, 1.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `until` is positive.
    pub fn affordable_burn(&self, until: Duration) -> Result<f64> {
        let until = until.check_positive("until")?;
        Ok(self.left() * (self.window.length().seconds() / until.seconds()))
    }

    /// How long the rest of the budget lasts at a constant burn rate; `None` if it lasts for ever, or longer than 292
    /// years.
    ///
    /// # Method
    ///
    /// ```text
    /// (remaining / allowed) · window / burn
    /// ```
    ///
    /// at the window's mean traffic, and without the relief of old errors that leave a rolling window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Duration, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let budget = slo.budget(Counts::bad_total(500.0, 1e6)?);
    /// assert_eq!(budget.time_to_exhaustion(14.4)?, Some(Duration::from_minutes(1500)));
    /// assert_eq!(budget.time_to_exhaustion(0.0)?, None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] if the burn rate is NaN or negative.
    pub fn time_to_exhaustion(&self, burn: f64) -> Result<Option<Duration>> {
        if burn.is_nan() || burn < 0.0 {
            return Err(Error::invalid("burn", burn, "must be at least 0"));
        }
        let left = self.left();
        Ok(if left == 0.0 { Some(Duration::ZERO) } else { self.window.length().scaled(left / burn) })
    }

    /// The budget as time of complete outage at constant traffic.
    ///
    /// # Method
    ///
    /// ```text
    /// allowed = (1 - target) · window,   spent = bad / total · window,   remaining = allowed - spent
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let downtime = slo.budget(Counts::bad_total(500.0, 1e6)?).as_downtime();
    /// assert_eq!(downtime.allowed.to_string(), "43m12s");
    /// assert_eq!(downtime.remaining.to_string(), "21m36s");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn as_downtime(&self) -> Downtime {
        let length = self.window.length();
        let allowed = length.share(self.share());
        let spent = length.scaled(self.counts.error_ratio().unwrap_or(0.0)).unwrap_or(length);
        Downtime { allowed, spent, remaining: Duration::from_nanos(allowed.nanos() - spent.nanos()) }
    }

    /// The confidence interval for the SLI; `None` without traffic.
    ///
    /// It speaks of the process behind the events: how the SLI might have come out.
    ///
    /// # Method
    ///
    /// ```text
    /// Interval::of(good, total, level, method)
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, IntervalMethod, Slo};
    ///
    /// let budget = Slo::new("99%".parse()?, "30d".parse()?).budget(Counts::bad_total(0.0, 100.0)?);
    /// let sli = budget.interval(0.95, IntervalMethod::Wilson)?.unwrap();
    /// // After a hundred good events in a row the lower end is n / (n + z²) = 100 / 103.84.
    /// assert!((sli.lower - 100.0 / 103.84).abs() < 1e-4 && sli.upper == 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Interval::of`].
    pub fn interval(&self, level: f64, method: impl Into<IntervalOptions>) -> Result<Option<Interval>> {
        self.share_interval(self.good(), level, method.into())
    }

    /// The confidence interval for the burn rate; `None` without traffic.
    ///
    /// # Method
    ///
    /// ```text
    /// [lower, upper] / (1 - target)   of Interval::of(bad, total, level, method)
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, IntervalMethod, Slo};
    ///
    /// // One failure in ten at 99.9 %: a burn of 100, which may well be one of 2.5.
    /// let budget = Slo::new("99.9%".parse()?, "30d".parse()?).budget(Counts::bad_total(1.0, 10.0)?);
    /// let burn = budget.burn_interval(0.95, IntervalMethod::ClopperPearson)?.unwrap();
    /// assert!((burn.lower - 2.53).abs() < 5e-3);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Interval::of`].
    pub fn burn_interval(&self, level: f64, method: impl Into<IntervalOptions>) -> Result<Option<Interval>> {
        let budget = self.share().to_f64();
        let bad = self.share_interval(self.bad(), level, method.into())?;
        Ok(bad.map(|bad| bad.map(|share| share / budget)))
    }

    /// The confidence interval for the consumed share of the budget; `None` without traffic.
    ///
    /// # Method
    ///
    /// ```text
    /// [lower, upper] / (1 - target)   of Interval::of(bad, total, level, method)
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, IntervalMethod, Slo};
    ///
    /// let slo = Slo::new("90%".parse()?, "30d".parse()?);
    /// let budget = slo.budget(Counts::bad_total(1.0, 10.0)?);
    /// // One of ten is the whole budget, but ten events say little: from 18 % of it to four times as much.
    /// let consumed = budget.consumed_interval(0.95, IntervalMethod::Wilson)?.unwrap();
    /// assert!((consumed.lower - 0.179).abs() < 5e-4 && (consumed.upper - 4.042).abs() < 5e-4);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Interval::of`].
    pub fn consumed_interval(
        &self,
        level: f64,
        method: impl Into<IntervalOptions>,
    ) -> Result<Option<Interval>> {
        self.burn_interval(level, method)
    }

    /// The interval for the share of these events among all.
    fn share_interval(&self, part: f64, level: f64, options: IntervalOptions) -> Result<Option<Interval>> {
        Error::check_fraction("level", level)?;
        let options = options.check()?;
        self.counts.has_traffic().then(|| Interval::of(part, self.total(), level, options)).transpose()
    }

    /// The share of the budget that is left, at least 0.
    fn left(&self) -> f64 {
        (1.0 - self.consumed()).max(0.0)
    }

    fn share(&self) -> Fraction {
        self.objective.budget()
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(sli) = self.sli() else {
            return write!(f, "no traffic in {}", self.window);
        };
        write!(f, "SLI {:.4}% of {} over {}: ", sli * 100.0, self.objective, self.window)?;
        write!(
            f,
            "{} of {} allowed bad events, {:.1}% of the budget",
            self.counts.bad(),
            self.allowed(),
            self.consumed() * 100.0
        )
    }
}

/// A budget as time of complete outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Downtime {
    /// How long an outage may last over the whole window.
    pub allowed: Duration,
    /// How long an outage has the same effect as the errors made.
    pub spent: Duration,
    /// What is left; negative when overspent.
    pub remaining: Duration,
}

/// A budget with every figure that is derived from its counts.
#[cfg(feature = "serde")]
impl serde::Serialize for Budget {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Budget", 11)?;
        fields.serialize_field("objective", &self.objective)?;
        fields.serialize_field("window", &self.window)?;
        fields.serialize_field("good", &self.good())?;
        fields.serialize_field("bad", &self.bad())?;
        fields.serialize_field("total", &self.total())?;
        fields.serialize_field("sli", &self.sli())?;
        fields.serialize_field("allowed", &self.allowed())?;
        fields.serialize_field("consumed", &self.consumed())?;
        fields.serialize_field("remaining", &self.remaining())?;
        fields.serialize_field("exhausted", &self.exhausted())?;
        fields.serialize_field("met", &self.met())?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IntervalMethod, Slo};
    use proptest::prelude::*;

    fn budget(target: &str, bad: f64, total: f64) -> Budget {
        let slo = Slo::new(target.parse().unwrap(), "30d".parse().unwrap());
        slo.budget(Counts::bad_total(bad, total).unwrap())
    }

    #[test]
    fn without_traffic_nothing_is_spent() {
        // SEMANTICS 10; COMPARE.md D14: no traffic is not an exhausted budget.
        let none = budget("99.9%", 0.0, 0.0);
        assert_eq!((none.sli(), none.burn_rate(), none.consumed(), none.remaining()), (None, None, 0.0, 0.0));
        assert!(!none.exhausted() && none.met());
        assert_eq!(none.interval(0.95, IntervalMethod::Wilson).unwrap(), None);
        assert!(none.interval(95.0, IntervalMethod::Wilson).is_err());
    }

    #[test]
    fn at_equality_a_budget_is_exhausted_and_met() {
        // SEMANTICS 10, at the threshold, one below, one above.
        for (bad, exhausted, met) in [(999.0, false, true), (1000.0, true, true), (1001.0, true, false)] {
            let budget = budget("99.9%", bad, 1e6);
            assert_eq!((budget.exhausted(), budget.met()), (exhausted, met), "{bad}");
        }
        assert!(!budget("99.9%", 0.0, 1e6).exhausted());
    }

    #[test]
    fn a_target_with_ten_nines_is_not_rounded_away() {
        // COMPARE.md D3: 10 bad in 1e8 at 99.99999 % is the whole budget, not none of it.
        assert_eq!(budget("99.99999%", 10.0, 1e8).consumed(), 1.0);
        assert_eq!(budget("99.9999999999%", 1.0, 1e12).consumed(), 1.0);
    }

    #[test]
    fn a_tiny_burn_lasts_beyond_the_representable_future() {
        // COMPARE.md D15: a burn of 1e-20 must not panic, an infinite one exhausts at once.
        let half = budget("99.9%", 500.0, 1e6);
        assert_eq!(half.time_to_exhaustion(1e-20).unwrap(), None);
        assert_eq!(half.time_to_exhaustion(f64::MIN_POSITIVE).unwrap(), None);
        assert_eq!(half.time_to_exhaustion(f64::INFINITY).unwrap(), Some(Duration::ZERO));
        assert!(half.time_to_exhaustion(f64::NAN).is_err());
        assert!(half.time_to_exhaustion(-1.0).is_err());
        assert_eq!(budget("99.9%", 1000.0, 1e6).time_to_exhaustion(0.0).unwrap(), Some(Duration::ZERO));
    }

    #[test]
    fn an_affordable_burn_lasts_exactly_as_long() {
        let half = budget("99.9%", 500.0, 1e6);
        assert_eq!(half.affordable_burn(Duration::from_days(15)).unwrap(), 1.0);
        assert_eq!(half.time_to_exhaustion(1.0).unwrap(), Some(Duration::from_days(15)));
        assert_eq!(budget("99.9%", 2000.0, 1e6).affordable_burn(Duration::from_days(1)).unwrap(), 0.0);
        assert!(half.affordable_burn(Duration::ZERO).is_err());
    }

    #[test]
    fn downtime_is_a_share_of_the_window_and_not_the_window() {
        // COMPARE.md D19: 99.9 % of 30 days allows 43.2 minutes, also while nothing has failed.
        let downtime = budget("99.9%", 0.0, 1e6).as_downtime();
        assert_eq!(
            (downtime.allowed, downtime.remaining),
            (Duration::from_seconds(2592), Duration::from_seconds(2592))
        );
        assert_eq!(budget("99.9%", 1500.0, 1e6).as_downtime().remaining, Duration::from_seconds(-1296));
    }

    proptest! {
        #[test]
        fn spent_and_left_make_up_what_was_allowed(bad in 0_u32..1_000_000, more in 0_u32..1_000_000) {
            let budget = budget("99%", f64::from(bad), f64::from(bad) + f64::from(more));
            let sum = budget.remaining() + f64::from(bad);
            prop_assert!((sum - budget.allowed()).abs() <= 1e-9 * budget.allowed().max(1.0));
            prop_assert_eq!(budget.met(), budget.remaining() >= 0.0);
        }
    }
}
