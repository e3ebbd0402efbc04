//! The error budget: how much error was allowed, how much was made, how long the rest will last.

mod ahead;
mod interval;
mod of_slo;
mod show;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

pub use ahead::Downtime;

use crate::counts::Counts;
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::fraction::Fraction;
use crate::method::Method;
use crate::objective::Objective;
use crate::slices::Slices;
use crate::sum::Sum;
use crate::time::Duration;
use crate::window::Window;

/// The error budget of a window.
///
/// # Method
///
/// ```text
/// allowed = (1 - target) · whole,   consumed = bad / allowed,   remaining = allowed - bad
/// ```
///
/// each made from exact counts with one rounding at the end. What is counted, and what the whole is, depends on the
/// objective's [`Method`]:
///
/// | method | bad and total count | whole |
/// |---|---|---|
/// | occurrences | events | the total counted so far |
/// | time slices | slices, each good or bad | the slices of the whole period, also those to come and those without data |
/// | ratio time slices | slices, each as bad as its share of bad events | the slices counted so far |
///
/// So a budget of time slices has a size from the beginning of its period, while the other two grow with what is
/// counted. Without anything counted nothing is consumed.
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
///
/// The same month of 43,200 minutes by requests and by minutes of which 95 % of the requests must be good: ten minutes
/// of outage at noon cost a third of the one and a quarter of the other, because noon is busier than the mean.
///
/// ```
/// use slo_core::{Axis, CountSeries, Duration, Method, Slo, Timestamp};
///
/// let minute = Duration::from_minutes(1);
/// let axis = Axis::regular(Timestamp::from_nanos(60_000_000_000), minute);
/// let at_noon = |m: usize| (20_000..20_010).contains(&m);
/// let total: Vec<f64> = (0..43_200).map(|m| if at_noon(m) { 1_440.0 } else { 1_000.0 }).collect();
/// let bad: Vec<f64> = total.iter().enumerate().map(|(m, n)| if at_noon(m) { *n } else { 0.0 }).collect();
/// let series = CountSeries::bad_total(axis, &bad, &total)?;
/// let at = series.last().unwrap();
///
/// let by_requests = Slo::new("99.9%".parse()?, "30d".parse()?);
/// let by_minutes =
///     by_requests.clone().method(Method::Timeslices { slice: minute, slice_target: "95%".parse()? })?;
/// let budget = by_minutes.budget_at(&series, at)?;
/// assert_eq!((budget.allowed(), budget.bad(), budget.remaining()), (43.2, 10.0, 33.2));
/// assert_eq!((budget.consumed() * 100.0).round(), 23.0);
/// assert_eq!((by_requests.budget_at(&series, at)?.consumed() * 100.0).round(), 33.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "show::Written", into = "show::Written")
)]
pub struct Budget {
    objective: Objective,
    window: Window,
    method: Method,
    counts: Counts,
    slices: Option<Slices>,
    period: Period,
}

/// How long a period is, without what is excluded from it, and how much of that has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) length: Duration,
    pub(crate) passed: Duration,
}

impl Period {
    /// A period that has passed.
    pub(crate) const fn whole(length: Duration) -> Self {
        Self { length, passed: length }
    }
}

impl Budget {
    pub(crate) const fn new(
        objective: Objective,
        window: Window,
        method: Method,
        counts: Counts,
        slices: Option<Slices>,
        period: Period,
    ) -> Self {
        Self { objective, window, method, counts, slices, period }
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

    /// Events, or slices, that counted as good.
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

    /// Events, or slices, that counted as bad.
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

    /// All events, or slices, that were counted.
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

    /// Good over total; `None` without traffic. By ratio time slices this is the mean of the slices' ratios.
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

    /// How many events, or slices, were allowed to be bad.
    ///
    /// # Method
    ///
    /// ```text
    /// allowed = (1 - target) · whole
    /// ```
    ///
    /// where the whole is what was counted, but by time slices all slices of the period.
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
        self.whole().share(self.share())
    }

    /// The share of the budget that is spent: 1 is all of it, more is overspent.
    ///
    /// # Method
    ///
    /// ```text
    /// consumed = bad / ((1 - target) · whole)   or 0 without traffic
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
        self.share_of(self.counts.bad)
    }

    /// How many more events, or slices, may be bad; negative when overspent.
    ///
    /// # Method
    ///
    /// ```text
    /// remaining = (1 - target) · whole - bad
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
        self.counts.bad.below_share(self.whole(), self.share())
    }

    /// The error ratio in units of the budget; `None` without traffic.
    ///
    /// # Method
    ///
    /// ```text
    /// burn rate = bad / total / (1 - target)
    /// ```
    ///
    /// of what was counted, never of what is to come: by time slices it is the share of bad slices among those counted.
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

    /// How the burn rate compares with a factor, exactly; `None` without traffic.
    ///
    /// # Method
    ///
    /// ```text
    /// bad · q  against  p · total,   p/q = factor · (1 - target)
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cmp::Ordering;
    ///
    /// use slo_core::{Counts, Slo};
    ///
    /// // 0.0144 of the events at 99.9 % are exactly 14.4 times the budget; floats make 14.399999999999986 of it.
    /// let budget = Slo::new("99.9%".parse()?, "1h".parse()?).budget(Counts::bad_total(144.0, 10_000.0)?);
    /// assert_eq!(budget.burn_against("14.4".parse()?)?, Some(Ordering::Equal));
    /// assert_eq!(budget.burn_against("14.3".parse()?)?, Some(Ordering::Greater));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if the terms of the exact product do not fit 128 bits.
    pub fn burn_against(&self, factor: Fraction) -> Result<Option<Ordering>> {
        let limit = factor.times(self.share())?;
        Ok(self.counts.has_traffic().then(|| self.counts.bad.cmp_share(self.counts.total, limit)))
    }

    /// Whether the whole budget is spent: at least as many bad events, or slices, as allowed, and at least one.
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
        self.counts.bad.is_positive() && self.counts.bad.cmp_share(self.whole(), self.share()).is_ge()
    }

    /// Whether the objective is met: at most as many bad events, or slices, as allowed.
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
        self.counts.bad.cmp_share(self.whole(), self.share()).is_le()
    }

    /// How events spend the budget.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Method, Slo};
    ///
    /// let budget = Slo::new("99.9%".parse()?, "30d".parse()?).budget(Counts::default());
    /// assert_eq!(budget.budgeting(), Method::Occurrences);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn budgeting(&self) -> Method {
        self.method
    }

    /// The slices that the budget is counted in; `None` by occurrences.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Method, Slo};
    ///
    /// let minutes = Method::Timeslices { slice: "1m".parse()?, slice_target: "95%".parse()? };
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?).method(minutes)?;
    /// let slices = slo.budget(Counts::bad_total(1.0, 10_800.0)?).slices().unwrap();
    /// assert_eq!((slices.expected, slices.observed, slices.coverage()), (43_200, 10_800, 0.25));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn slices(&self) -> Option<Slices> {
        self.slices
    }

    /// What so many bad events, or slices, are as a share of what is allowed; 0 where nothing is.
    pub(crate) fn share_of(&self, bad: Sum) -> f64 {
        let whole = self.whole();
        if whole.is_positive() { bad.over_share(whole, self.share()) } else { 0.0 }
    }

    /// What the allowed share is taken of.
    fn whole(&self) -> Sum {
        match (self.method, self.slices) {
            (Method::Timeslices { .. }, Some(slices)) => Sum::from_integer(slices.expected.into()),
            _ => self.counts.total,
        }
    }

    fn share(&self) -> Fraction {
        self.objective.budget()
    }
}
