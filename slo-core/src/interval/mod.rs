//! How sure a share is that was counted from so many events.

mod design_effect;
mod kernel;
mod method;
#[cfg(test)]
mod tests;

pub(crate) use method::check_design_effect;
pub use method::{IntervalMethod, IntervalOptions};

use crate::error::{Error, Result};

/// Up to here no product of a count and a squared quantile leaves the doubles.
const MAX_TRIALS: f64 = 1e300;

/// A confidence interval for a share.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Interval {
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
    /// The confidence level, in (0, 1).
    pub level: f64,
}

impl Interval {
    /// The interval for a share of which `successes` were counted in `trials`.
    ///
    /// Counts need not be whole: an effective or an extrapolated count is one, too, and each formula holds for real
    /// numbers as it stands. Clopper and Pearson's promise is one for whole counts.
    ///
    /// # Method
    ///
    /// With `k` of `n`, `z` the normal quantile and `B` the beta quantile, both with `(1 - level)/2` beyond them:
    ///
    /// ```text
    /// Wilson            the roots p of (p - k/n)² = z² p (1 - p) / n
    /// Clopper-Pearson   B(k, n - k + 1) from below, B(k + 1, n - k) from above
    /// Jeffreys          B(k + 1/2, n - k + 1/2) from below and from above
    /// Agresti-Coull     p ± z √(p (1 - p) / m),   m = n + z²,   p = (k + z²/2) / m
    /// Wald              p ± z √(p (1 - p) / n),   p = k / n
    /// ```
    ///
    /// the last two cut at 0 and 1. The lower end of the first three is 0 at `k = 0`, the upper one 1 at `k = n`. A
    /// lower end that a formula has as a difference is the product of both ends over the upper one. A design effect
    /// divides `k` and `n` first.
    ///
    /// # Parameters
    ///
    /// | name | range | unit |
    /// |---|---|---|
    /// | `successes` | 0 to `trials` | events |
    /// | `trials` | above 0 to 1e300; below 1e15 by beta quantiles | events |
    /// | `level` | (0, 1), taken as the decimal it shows | share |
    /// | `method` | an [`IntervalMethod`], or [`IntervalOptions`] with a design effect | |
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Interval, IntervalMethod};
    ///
    /// // One failure in ten: a burn of 17.9 at 99.9 % to the one, 2.5 to the other: only one of them pages at 14.4.
    /// let lower = |method| Interval::of(1.0, 10.0, 0.95, method).map(|interval| interval.lower);
    /// assert!((lower(IntervalMethod::Wilson)? - 0.0179).abs() < 5e-5);
    /// assert!((lower(IntervalMethod::ClopperPearson)? - (1.0 - 0.975_f64.powf(0.1))).abs() < 1e-15);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 <= successes <= trials`, `0 < trials <= 1e300`, `0 < level < 1` and the
    /// design effect is at least 1.
    ///
    /// # References
    ///
    /// Brown, L. D., Cai, T. T., `DasGupta`, A. (2001). Interval estimation for a binomial proportion. *Statistical
    /// Science* 16(2), 101-133. Clopper, C. J., Pearson, E. S. (1934). The use of confidence or fiducial limits
    /// illustrated in the case of the binomial. *Biometrika* 26, 404-413. Agresti, A., Coull, B. A. (1998). Approximate
    /// is better than "exact" for interval estimation of binomial proportions. *The American Statistician* 52, 119-126.
    pub fn of(successes: f64, trials: f64, level: f64, method: impl Into<IntervalOptions>) -> Result<Self> {
        if !(trials > 0.0 && trials <= MAX_TRIALS) {
            return Err(Error::invalid("trials", trials, "must be positive and at most 1e300"));
        }
        if !(0.0..=trials).contains(&successes) {
            return Err(Error::invalid(
                "successes",
                successes,
                format!("must lie between 0 and the {trials} trials"),
            ));
        }
        method.into().interval(successes, trials, level)
    }

    /// Wilson's score interval for `successes` of `trials`.
    ///
    /// # Method
    ///
    /// ```text
    /// upper = (2k + z² + z √(z² + 4 k (n - k) / n)) / (2 (n + z²))
    /// lower = (k²/n) / ((n + z²) upper)
    /// ```
    ///
    /// the two roots of `(p - k/n)² = z² p (1 - p) / n`, the lower one without cancellation: it is exactly 0 at k = 0,
    /// as the upper one is exactly 1 at k = n.
    ///
    /// # Parameters
    ///
    /// | name | range | unit |
    /// |---|---|---|
    /// | `successes` | 0 to `trials` | events |
    /// | `trials` | above 0 | events |
    /// | `level` | (0, 1), taken as the decimal it shows | share |
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Interval;
    ///
    /// // One failure in ten: the interval's lower end is still a burn of 17.9 at 99.9 %.
    /// let interval = Interval::wilson(1.0, 10.0, 0.95)?;
    /// assert!((interval.lower - 0.0179).abs() < 5e-5 && (interval.upper - 0.4042).abs() < 5e-5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 <= successes <= trials`, `0 < trials <= 1e300` and `0 < level < 1`.
    ///
    /// # References
    ///
    /// Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal of the
    /// American Statistical Association* 22, 209-212.
    pub fn wilson(successes: f64, trials: f64, level: f64) -> Result<Self> {
        Self::of(successes, trials, level, IntervalMethod::Wilson)
    }

    /// The interval of a rising function of the share.
    #[must_use]
    pub(crate) fn map(self, map: impl Fn(f64) -> f64) -> Self {
        Self { lower: map(self.lower), upper: map(self.upper), level: self.level }
    }
}
