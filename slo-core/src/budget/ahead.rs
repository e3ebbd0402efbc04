//! How long the rest of a budget lasts, and what it is worth in time.

use super::{Budget, Period};
use crate::counts;
use crate::error::{Error, Result};
use crate::method::Method;
use crate::sum::Sum;
use crate::time::Duration;

impl Budget {
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
        Ok(self.left() * (self.period.length.seconds() / until.seconds()))
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
        Ok(if left == 0.0 { Some(Duration::ZERO) } else { self.period.length.scaled(left / burn) })
    }

    /// The share of the period's time that has passed: 1 unless the period is still going on.
    ///
    /// Time that is excluded counts neither as passed nor as to come.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// // A rolling window ends now, and a budget of mere counts is that of a whole window.
    /// let budget = Slo::new("99.9%".parse()?, "30d".parse()?).budget(Counts::default());
    /// assert_eq!(budget.elapsed(), 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn elapsed(&self) -> f64 {
        let Period { length, passed } = self.period;
        if length.is_positive() { passed.nanos() as f64 / length.nanos() as f64 } else { 1.0 }
    }

    /// How many events will have been allowed to be bad at the end of the period, if so many come in all; by a method
    /// of slices, so many slices.
    ///
    /// # Method
    ///
    /// ```text
    /// (1 - target) · total_expected
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// // A third of the month's traffic has come. 12 bad events are more than the 10 allowed so far, and fewer than the
    /// // 30 that the month will allow.
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let budget = slo.budget(Counts::bad_total(12.0, 10_000.0)?);
    /// assert_eq!((budget.allowed(), budget.projected_allowed(30_000.0)?), (10.0, 30.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] or [`Error::NegativeCount`] unless the total is a count.
    pub fn projected_allowed(&self, total_expected: f64) -> Result<f64> {
        counts::check_count("total_expected", 0, total_expected)?;
        Ok(Sum::new(total_expected).share(self.share()))
    }

    /// The budget as time of complete outage, at constant traffic where events are counted.
    ///
    /// # Method
    ///
    /// ```text
    /// allowed = (1 - target) · time,   spent = bad / total · time,   remaining = allowed - spent
    /// ```
    ///
    /// of the time of the period. By time slices the time is that of the expected slices, and each bad slice spends its
    /// own length.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Method, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let downtime = slo.budget(Counts::bad_total(500.0, 1e6)?).as_downtime();
    /// assert_eq!(downtime.allowed.to_string(), "43m12s");
    /// assert_eq!(downtime.remaining.to_string(), "21m36s");
    ///
    /// let minutes = Method::Timeslices { slice: "1m".parse()?, slice_target: "95%".parse()? };
    /// let downtime = slo.method(minutes)?.budget(Counts::bad_total(12.0, 43_200.0)?).as_downtime();
    /// assert_eq!((downtime.spent.to_string(), downtime.remaining.to_string()), ("12m".into(), "31m12s".into()));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn as_downtime(&self) -> Downtime {
        let (time, spent) =
            if let (Method::Timeslices { slice, .. }, Some(slices)) = (self.method, self.slices) {
                let time = i64::try_from(i128::from(slices.expected) * i128::from(slice.nanos()));
                (Duration::from_nanos(time.unwrap_or(i64::MAX)), slice.scaled(self.bad()))
            } else {
                let time = self.period.length;
                (time, time.scaled(self.counts.error_ratio().unwrap_or(0.0)))
            };
        let (allowed, spent) = (time.share(self.share()), spent.unwrap_or(Duration::from_nanos(i64::MAX)));
        Downtime {
            allowed,
            spent,
            remaining: Duration::from_nanos(allowed.nanos().saturating_sub(spent.nanos())),
        }
    }

    /// The share of the budget that is left, at least 0.
    fn left(&self) -> f64 {
        (1.0 - self.consumed()).max(0.0)
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
