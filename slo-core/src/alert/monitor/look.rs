//! What a monitor knows.

use super::changes::alert;
use super::watch::View;
use super::{BudgetMonitor, rounded};
use crate::alert::policy::AlertPolicy;
use crate::alert::timeline::Alert;
use crate::budget::Budget;
use crate::counts::Counts;
use crate::error::Result;
use crate::series::{Axis, CountSeries};
use crate::slo::Slo;
use crate::time::{Duration, Timestamp};

impl BudgetMonitor {
    /// The objective.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, Duration, Slo};
    ///
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let monitor = BudgetMonitor::new(slo.clone(), AlertPolicy::new([]), Duration::from_minutes(1))?;
    /// assert_eq!(*monitor.slo(), slo);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn slo(&self) -> &Slo {
        &self.slo
    }

    /// The policy.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, Duration, Slo};
    ///
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// let policy = AlertPolicy::google_sre(slo.window())?;
    /// let monitor = BudgetMonitor::new(slo, policy, Duration::from_minutes(1))?;
    /// assert_eq!(monitor.policy().rules().len(), 4);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn policy(&self) -> &AlertPolicy {
        &self.policy
    }

    /// The length of a bucket.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, Duration, Slo};
    ///
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let monitor = BudgetMonitor::new(slo, AlertPolicy::new([]), Duration::from_minutes(1))?;
    /// assert_eq!(monitor.resolution(), Duration::from_minutes(1));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn resolution(&self) -> Duration {
        self.resolution
    }

    /// The end of the last closed bucket: alerts are decided up to there. `None` before a record's bucket is closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, Counts, Duration, Slo, Timestamp};
    ///
    /// let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let mut monitor = BudgetMonitor::new(slo, AlertPolicy::new([]), Duration::from_minutes(1))?;
    /// monitor.record(at(60), Counts::bad_total(0.0, 1.0)?)?;
    /// // More may come for the same minute.
    /// assert_eq!(monitor.decided(), None);
    /// monitor.record(at(61), Counts::bad_total(0.0, 1.0)?)?;
    /// assert_eq!(monitor.decided(), Some(at(60)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn decided(&self) -> Option<Timestamp> {
        self.ring.last().and(self.closed_until())
    }

    /// The alerts that fire, in the order in which they began, as far as closed buckets and the time that passed since
    /// tell.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, BurnRule, Counts, Duration, Slo, Timestamp};
    ///
    /// let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new("2m".parse()?, "1m".parse()?, 10.0)?]);
    /// let mut monitor = BudgetMonitor::new(slo, policy, Duration::from_minutes(1))?;
    /// monitor.record(at(60), Counts::bad_total(30.0, 100.0)?)?;
    /// assert!(monitor.firing().is_empty());
    /// monitor.advance(at(60))?;
    /// assert_eq!((monitor.firing()[0].burn, monitor.firing()[0].end), (30.0, None));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn firing(&self) -> Vec<Alert> {
        let rules = self.watches.iter().zip(self.policy.rules());
        let firing = rules.filter_map(|(watch, rule)| {
            watch.alert.map(|firing| alert(&self.slo, rule, &self.ring, firing, None))
        });
        let mut alerts: Vec<Alert> = firing.collect();
        alerts.sort_by_key(|alert| alert.begin);
        alerts
    }

    /// The budget of everything recorded, of the window that ends with the newest bucket.
    ///
    /// # Method
    ///
    /// ```text
    /// slo.budget_at(series.resample(resolution), its last instant)
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, Counts, Duration, Slo, Timestamp};
    ///
    /// let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
    /// let slo = Slo::new("99%".parse()?, "2m".parse()?);
    /// let mut monitor = BudgetMonitor::new(slo, AlertPolicy::new([]), Duration::from_minutes(1))?;
    /// for (minute, bad) in [(0, 7.0), (1, 2.0), (2, 3.0)] {
    ///     monitor.record(at(60 * minute), Counts::bad_total(bad, 100.0)?)?;
    /// }
    /// // The first minute has left the window: 5 bad of 200, where 2 are allowed.
    /// assert_eq!((monitor.budget().bad(), monitor.budget().consumed()), (5.0, 2.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn budget(&self) -> Budget {
        let Some(at) = self.newest() else { return self.slo.budget(Counts::default()) };
        self.slo.budget_so_far(self.live().after(self.slo.window().period_until(at).0), at)
    }

    /// The burn rate of each window of the policy, shortest first, of everything recorded; `None` without traffic.
    ///
    /// # Method
    ///
    /// The windows end with the newest bucket: it is the last column of [`burn_rates`](crate::burn_rates) of the
    /// resampled series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, BurnRule, Counts, Duration, Slo, Timestamp};
    ///
    /// let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new("2m".parse()?, "1m".parse()?, 10.0)?]);
    /// let mut monitor = BudgetMonitor::new(slo, policy, Duration::from_minutes(1))?;
    /// monitor.record(at(60), Counts::bad_total(1.0, 100.0)?)?;
    /// monitor.record(at(120), Counts::bad_total(3.0, 100.0)?)?;
    /// let rates: Vec<Option<f64>> = monitor.burn_rates().into_iter().map(|(_, burn)| burn).collect();
    /// assert_eq!(rates, [Some(3.0), Some(2.0)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn burn_rates(&self) -> Vec<(Duration, Option<f64>)> {
        let burn = |window: Duration| {
            let counts = self.live().after(self.newest()?.saturating_sub(window));
            self.slo.budget(counts).burn_rate()
        };
        self.policy.windows().into_iter().map(|window| (window, burn(window))).collect()
    }

    /// The earliest instant at which an alert begins or ends if nothing more is recorded; `None` if none ever does.
    ///
    /// [`advance`](Self::advance) to it changes an alert, and to no earlier instant does. It looks at each bucket of the
    /// longest window at most once for each rule.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, BurnRule, Counts, Duration, Slo, Timestamp};
    ///
    /// let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new("2m".parse()?, "90s".parse()?, 10.0)?]);
    /// let mut monitor = BudgetMonitor::new(slo, policy, Duration::from_minutes(1))?;
    /// monitor.record(at(20), Counts::bad_total(30.0, 100.0)?)?;
    /// // The open bucket will begin an alert when it closes, which will end when the short window forgets it.
    /// assert_eq!(monitor.next_change(), Some(at(60)));
    /// monitor.advance(at(60))?;
    /// assert_eq!(monitor.next_change(), Some(at(150)));
    /// monitor.advance(at(150))?;
    /// assert_eq!(monitor.next_change(), None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn next_change(&self) -> Option<Timestamp> {
        let rules = self.watches.iter().zip(self.policy.rules());
        rules.filter_map(|(watch, rule)| watch.next_change(rule, self.live(), self.resolution)).min()
    }

    /// The buckets that are kept as a series, the open one included.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, Counts, Duration, Slo, Timestamp};
    ///
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let mut monitor = BudgetMonitor::new(slo, AlertPolicy::new([]), Duration::from_minutes(1))?;
    /// for second in 1..=90 {
    ///     let at = Timestamp::from_nanos(second * 1_000_000_000);
    ///     monitor.record(at, Counts::bad_total(0.0, 1.0)?)?;
    /// }
    /// let totals: Vec<f64> = monitor.series()?.iter().map(|(_, counts)| counts.total()).collect();
    /// assert_eq!(totals, [60.0, 30.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) if the span does not fit 292 years.
    pub fn series(&self) -> Result<CountSeries> {
        let closed = (self.ring.first()..self.ring.next())
            .filter_map(|number| Some((self.ring.end(number)?, rounded(self.ring.counts(number)))));
        let buckets = closed.chain(self.live().tail);
        let (times, counts): (Vec<Timestamp>, Vec<Counts>) = buckets.unzip();
        let (bad, total): (Vec<f64>, Vec<f64>) =
            counts.iter().map(|counts| (counts.bad(), counts.total())).unzip();
        CountSeries::bad_total(Axis::listed(times).resolution(self.resolution), &bad, &total)
    }

    /// All buckets, the open one taken as closed.
    pub(super) fn live(&self) -> View<'_> {
        View { ring: &self.ring, tail: self.open.map(|open| (open.end, self.open_counts(open))) }
    }
}

impl PartialEq for BudgetMonitor {
    /// Whether both know the same: objective, policy, options, counts and alerts.
    fn eq(&self, other: &Self) -> bool {
        let options = |monitor: &Self| (monitor.resolution, monitor.late, monitor.duplicate, monitor.clock);
        let states = |monitor: &Self| -> Vec<_> {
            monitor.watches.iter().map(|watch| (watch.held, watch.failed, watch.alert)).collect()
        };
        self.slo == other.slo
            && self.policy == other.policy
            && options(self) == options(other)
            && self.ring == other.ring
            && self.live().tail == other.live().tail
            && states(self) == states(other)
    }
}
