//! Which interval, and how far the events behind it are from independent ones.

use super::Interval;
use crate::error::{Error, Result};

/// How an interval for a share is formed from counts.
///
/// | method | covers | when |
/// |---|---|---|
/// | `Wilson` | near the level, on average over shares | the default: right from a handful of events on |
/// | `ClopperPearson` | never below the level | a promise to somebody else, at the price of width |
/// | `Jeffreys` | near the level, tails alike | one-sided readings, and a posterior to speak of |
/// | `AgrestiCoull` | near or above the level | by hand |
/// | `Wald` | far below the level at small shares | to see what others print |
///
/// At 99.9 % and a thousand events, a 95 % interval by Wald holds the true share in at most 63 % of all windows: the
/// others showed no bad event, for which it says that there never are any.
///
/// # Examples
///
/// ```
/// use slo_core::{Interval, IntervalMethod};
///
/// let none = |method| Interval::of(0.0, 1_000.0, 0.95, method).map(|interval| interval.upper);
/// assert!((none(IntervalMethod::Wilson)? - 0.00383).abs() < 5e-6);
/// assert!((none(IntervalMethod::ClopperPearson)? - 0.00368).abs() < 5e-6);
/// assert_eq!(none(IntervalMethod::Wald)?, 0.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Brown, L. D., Cai, T. T., `DasGupta`, A. (2001). Interval estimation for a binomial proportion. *Statistical
/// Science* 16(2), 101-133.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum IntervalMethod {
    /// The shares that a score test does not reject (Wilson 1927).
    #[default]
    Wilson,
    /// The shares that neither exact binomial tail rejects (Clopper and Pearson 1934).
    ClopperPearson,
    /// The equal-tailed posterior under Jeffreys' prior, open to 0 and to 1 where nothing else was seen.
    Jeffreys,
    /// The normal interval about Wilson's centre (Agresti and Coull 1998), cut at 0 and 1.
    AgrestiCoull,
    /// The normal interval about the share itself, cut at 0 and 1.
    Wald,
}

impl IntervalMethod {
    /// The same interval for events that are not independent, see [`IntervalOptions::design_effect`].
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Interval, IntervalMethod};
    ///
    /// // Failures that come in pairs say as much as half as many events.
    /// let pairs = Interval::of(20.0, 1_000.0, 0.95, IntervalMethod::Jeffreys.design_effect(2.0))?;
    /// assert_eq!(pairs, Interval::of(10.0, 500.0, 0.95, IntervalMethod::Jeffreys)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn design_effect(self, factor: f64) -> IntervalOptions {
        IntervalOptions::new(self).design_effect(factor)
    }
}

/// A method and a design effect; a bare [`IntervalMethod`] stands for independent events.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `method` | Wilson | | |
/// | `design_effect` | 1 | 1 or more, finite | variance over that of independent events |
///
/// # Examples
///
/// ```
/// use slo_core::{IntervalMethod, IntervalOptions};
///
/// let options = IntervalOptions::default().method(IntervalMethod::Jeffreys).design_effect(3.0);
/// assert_eq!(options, IntervalMethod::Jeffreys.design_effect(3.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct IntervalOptions {
    method: IntervalMethod,
    design_effect: f64,
}

impl Default for IntervalOptions {
    fn default() -> Self {
        Self::new(IntervalMethod::default())
    }
}

impl From<IntervalMethod> for IntervalOptions {
    fn from(method: IntervalMethod) -> Self {
        Self::new(method)
    }
}

impl IntervalOptions {
    /// The method's interval for independent events.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{IntervalMethod, IntervalOptions};
    ///
    /// assert_eq!(IntervalOptions::new(IntervalMethod::Wilson), IntervalOptions::default());
    /// ```
    pub const fn new(method: IntervalMethod) -> Self {
        Self { method, design_effect: 1.0 }
    }

    /// How the interval is formed; Wilson's unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{IntervalMethod, IntervalOptions};
    ///
    /// let options = IntervalOptions::default().method(IntervalMethod::Wald);
    /// assert_eq!(options, IntervalMethod::Wald.into());
    /// ```
    #[must_use]
    pub const fn method(mut self, method: IntervalMethod) -> Self {
        self.method = method;
        self
    }

    /// How many times the variance of independent events the counts have; 1 unless said otherwise.
    ///
    /// Errors come in bursts, retries fail together: then so many events say only as much as `1 / design_effect` of
    /// them would if they were independent, and that is what the interval is formed from. Groups of `m` events with
    /// intraclass correlation `r` have `1 + (m - 1) r`; [`CountSeries::design_effect`](crate::CountSeries::design_effect)
    /// estimates it.
    ///
    /// # Method
    ///
    /// ```text
    /// successes, trials -> successes / design_effect, trials / design_effect
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Interval, IntervalMethod};
    ///
    /// // A hundred groups of ten, all of one kind each: r = 1, and as sure as a hundred events.
    /// let groups = IntervalMethod::Wilson.design_effect(1.0 + 9.0 * 1.0);
    /// let interval = Interval::of(50.0, 1_000.0, 0.95, groups)?;
    /// assert_eq!(interval, Interval::of(5.0, 100.0, 0.95, IntervalMethod::Wilson)?);
    /// assert!(Interval::of(50.0, 1_000.0, 0.95, IntervalMethod::Wilson.design_effect(0.5)).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # References
    ///
    /// Rao, J. N. K., Scott, A. J. (1992). A simple method for the analysis of clustered binary data. *Biometrics*
    /// 48(2), 577-585.
    #[must_use]
    pub const fn design_effect(mut self, factor: f64) -> Self {
        self.design_effect = factor;
        self
    }

    /// Refuses a design effect that is none.
    pub(crate) fn check(self) -> Result<Self> {
        check_design_effect(self.design_effect)?;
        Ok(self)
    }

    pub(super) fn interval(self, successes: f64, trials: f64, level: f64) -> Result<Interval> {
        let factor = check_design_effect(self.design_effect)?;
        super::kernel::interval(self.method, successes / factor, trials / factor, level)
    }
}

/// Refuses a design effect that is none.
pub(crate) fn check_design_effect(factor: f64) -> Result<f64> {
    if (1.0..f64::INFINITY).contains(&factor) {
        return Ok(factor);
    }
    Err(Error::invalid("design_effect", factor, "must be at least 1 and finite"))
}
