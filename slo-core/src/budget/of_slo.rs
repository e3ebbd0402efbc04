//! The budget of an objective: of mere counts, or of a series at an instant.

use super::{Budget, Period};
use crate::counts::Counts;
use crate::error::Result;
use crate::exclusion::Spans;
use crate::series::CountSeries;
use crate::slices::Slices;
use crate::slo::Slo;
use crate::time::{Duration, Timestamp};

impl Slo {
    /// The budget of a window in which these events were counted; by a method of slices, these slices.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// let budget = slo.budget(Counts::bad_total(25.0, 10_000.0)?);
    /// assert_eq!((budget.allowed(), budget.consumed()), (100.0, 0.25));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn budget(&self, counts: Counts) -> Budget {
        let length = self.window().length();
        let slices = self.method.slice().map(|slice| Slices::of_length(slice, length, &counts));
        Budget::new(self.objective(), self.window(), self.method, counts, slices, Period::whole(length))
    }

    /// The budget, at an instant, of the window that ends at it or the period that holds it.
    ///
    /// Part-way through a period it is that of what was counted so far; [`Budget::elapsed`] says how far that is.
    ///
    /// # Method
    ///
    /// ```text
    /// budget of bad(begin, min(t, end)] and total(begin, min(t, end)],   (begin, end] the window's period at t
    /// ```
    ///
    /// Each call looks up two running totals, so that many objectives on one series cost as much as one objective as
    /// often. By a method of slices each call makes the slices; [`history_at`](Self::history_at) makes them once for
    /// many instants.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[1.0, 2.0, 3.0], &[100.0; 3])?;
    /// let slo = Slo::new("99%".parse()?, "2m".parse()?);
    /// // The first minute has left the window: 5 bad of 200, where 2 are allowed.
    /// let budget = slo.budget_at(&series, Timestamp::from_nanos(120_000_000_000))?;
    /// assert_eq!((budget.bad(), budget.consumed()), (5.0, 2.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`counted`](Self::counted).
    pub fn budget_at(&self, series: &CountSeries, at: Timestamp) -> Result<Budget> {
        Ok(self.budget_of(&*self.counted_until(series, Some(at))?, at))
    }

    /// The budget at an instant from counts that are already as the objective sees them.
    pub(crate) fn budget_of(&self, counted: &CountSeries, at: Timestamp) -> Budget {
        let (begin, end) = self.window().period_until(at);
        self.budget_within(counted, at, &self.spans(begin, end))
    }

    /// The budget at an instant at which these events, or slices, were counted so far in the period that holds it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Calendar, CalendarUnit, Counts, Slo, Window};
    ///
    /// let month = Window::calendar(Calendar::new(CalendarUnit::Month, 1)?);
    /// let slo = Slo::new("99.9%".parse()?, month);
    /// let budget = slo.budget_so_far(Counts::bad_total(3.0, 10_000.0)?, "2026-04-16T00:00:00Z".parse()?);
    /// assert_eq!((budget.elapsed(), budget.allowed()), (0.5, 10.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn budget_so_far(&self, counts: Counts, at: Timestamp) -> Budget {
        let (begin, end) = self.window().period_until(at);
        self.budget_in((begin, end), counts, at, &self.spans(begin, end))
    }

    /// The budget at an instant, where the exclusions of the period are known, among others maybe.
    pub(crate) fn budget_within(&self, counted: &CountSeries, at: Timestamp, excluded: &Spans) -> Budget {
        let (begin, end) = self.window().period_until(at);
        self.budget_in((begin, end), counted.counts_between(begin, at.min(end)), at, excluded)
    }

    fn budget_in(
        &self,
        (begin, end): (Timestamp, Timestamp),
        counts: Counts,
        at: Timestamp,
        excluded: &Spans,
    ) -> Budget {
        let time = |from: Timestamp, to: Timestamp| {
            let (from, to) = (i128::from(from.nanos()), i128::from(to.nanos()));
            let nanos = (to - from - excluded.between(from, to)).max(0);
            Duration::from_nanos(i64::try_from(nanos).unwrap_or(i64::MAX))
        };
        let slices =
            self.method.slice().map(|slice| Slices::of_window(slice, (begin, end), excluded, &counts));
        let period = Period { length: time(begin, end), passed: time(begin, at.min(end)) };
        Budget::new(self.objective(), self.window(), self.method, counts, slices, period)
    }
}
