//! How sure the figures of a budget are.

use super::Budget;
use crate::error::{Error, Result};
use crate::interval::{Interval, IntervalOptions};

impl Budget {
    /// The confidence interval for the SLI; `None` without traffic.
    ///
    /// It speaks of the process behind the events: how the SLI might have come out. By a method of slices these are the
    /// events; a mean of ratios varies less than a share of as many, so its interval is too wide rather than too narrow.
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
    /// [lower, upper] · total / whole / (1 - target)   of Interval::of(bad, total, level, method)
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
        // Time slices that were expected but not counted spend nothing.
        let counted = if self.whole().is_positive() { self.counts.total.over(self.whole()) } else { 0.0 };
        Ok(self.burn_interval(level, method)?.map(|burn| burn.map(|burn| burn * counted)))
    }

    /// The interval for the share of these events among all.
    fn share_interval(&self, part: f64, level: f64, options: IntervalOptions) -> Result<Option<Interval>> {
        Error::check_fraction("level", level)?;
        let options = options.check()?;
        self.counts.has_traffic().then(|| Interval::of(part, self.total(), level, options)).transpose()
    }
}
