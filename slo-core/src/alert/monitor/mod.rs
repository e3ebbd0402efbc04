//! Budget and alerts of one objective as counts come in, in bounded memory.

mod changes;
mod columns;
mod late;
mod look;
mod merge;
mod pass;
mod ring;
#[cfg(feature = "serde")]
mod saved;
#[cfg(test)]
mod tests;
mod watch;

pub use changes::Changes;
pub use late::{Duplicate, Late};

use self::ring::{Ring, minus, plus};
use self::watch::Watch;
use super::policy::AlertPolicy;
use super::rule::{BurnRule, TrafficCorrection};
use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::method::Method;
use crate::slo::Slo;
use crate::sum::Sum;
use crate::time::{Duration, Timestamp};

/// Budget, burn rates and alerts of one objective as counts come in.
///
/// # Method
///
/// Time is cut into buckets whose ends are the multiples of the resolution since the Unix epoch; a count belongs to the
/// bucket that ends at its instant or next after it. A bucket is open until a count comes for a later one, or until
/// [`advance`](Self::advance) says that its end has come. Alerts are decided when a bucket closes, and between buckets
/// at the instants at which a window loses data while a rule's condition holds, or at which a hold or a keep-firing time
/// is over:
///
/// ```text
/// the alerts of all changes   =   policy.evaluate(slo, series.resample(resolution), None)
/// ```
///
/// bit for bit, for records that come in order, of which `series` is made; `advance` counts as an empty record. So
/// [`firing`](Self::firing) speaks of the buckets that are closed. [`budget`](Self::budget) and
/// [`burn_rates`](Self::burn_rates) look at everything that was recorded, and
/// [`next_change`](Self::next_change) says when the open bucket will make an alert begin or end.
///
/// The monitor keeps one running total for each bucket that some window may still look at: those of the policy, and the
/// objective's own. A record costs constant time, amortised, whatever the number of windows, and allocates nothing
/// unless an alert changes; a jump in time costs at most the buckets that it makes the monitor forget. A bucket whose end
/// the objective excludes counts nothing.
///
/// Shards that record by themselves are [merged](Self::merge). With the feature `serde` a monitor can be written down
/// and read back; what is read is checked.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `slo` | | | |
/// | `policy` | | any number of rules | |
/// | `resolution` | | positive; at most 10^8 buckets in the longest window | duration |
/// | [`late`](Self::late) | [`Late::Accept`] | what to do with records for closed buckets | |
/// | [`duplicate`](Self::duplicate) | [`Duplicate::Add`] | what to do with a second record for a bucket | |
///
/// # Examples
///
/// ```
/// use slo_core::{AlertPolicy, BudgetMonitor, BurnRule, Counts, Duration, Slo, Timestamp};
///
/// let minute = Duration::from_minutes(1);
/// let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
/// let slo = Slo::new("99%".parse()?, "1h".parse()?);
/// let policy = AlertPolicy::new([BurnRule::new("2m".parse()?, "1m".parse()?, 10.0)?]);
/// let mut monitor = BudgetMonitor::new(slo, policy, minute)?;
///
/// monitor.record(at(0), Counts::bad_total(0.0, 100.0)?)?;
/// monitor.record(at(20), Counts::bad_total(10.0, 50.0)?)?;
/// monitor.record(at(60), Counts::bad_total(20.0, 50.0)?)?;
/// // The minute is over: 30 bad of 200 in two minutes, 30 bad of 100 in one, where 1 % is the budget.
/// let changes = monitor.record(at(90), Counts::bad_total(0.0, 100.0)?)?;
/// assert_eq!((changes.began[0].begin, changes.began[0].burn), (at(60), 15.0));
/// assert_eq!(monitor.budget().consumed(), 10.0);
///
/// // The next minute is a good one.
/// let changes = monitor.advance(at(120))?;
/// assert_eq!(changes.ended[0].end, Some(at(120)));
/// assert!(monitor.firing().is_empty());
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "saved::Raw", into = "saved::Raw")
)]
pub struct BudgetMonitor {
    slo: Slo,
    policy: AlertPolicy,
    resolution: Duration,
    late: Late,
    duplicate: Duplicate,
    /// For how long a closed bucket is kept.
    kept: Duration,
    ring: Ring,
    open: Option<Open>,
    /// Running totals of the records that came in time.
    recorded: Counts,
    /// Until when time is known to have passed.
    clock: Option<Timestamp>,
    /// The rules' states, in the policy's order.
    watches: Vec<Watch>,
    /// The earliest instant at which anything can change without a record.
    event: Option<Timestamp>,
}

/// The bucket that records still join.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Open {
    /// The end of the bucket before it.
    begin: Timestamp,
    end: Timestamp,
    /// The running totals of the records before it.
    before: Counts,
}

/// Refuses what asks for more than running totals of events.
fn check_supported(slo: &Slo, policy: &AlertPolicy) -> Result<()> {
    let refuse =
        |what: &str, reason: &str| Err(Error::Unsupported { what: what.into(), reason: reason.into() });
    if slo.budgeting() != Method::Occurrences {
        return refuse(
            "a monitor of time slices",
            "a monitor counts by occurrences; record slices as events",
        );
    }
    if !slo.adjustments().is_empty() {
        return refuse(
            "a monitor of an objective with adjustments",
            "record what the adjustment adds instead",
        );
    }
    for rule in policy.rules() {
        if rule.traffic_correction() != TrafficCorrection::None {
            return refuse("a monitor of rules that correct for traffic", "use rules without a correction");
        }
        if rule.demotion().is_some() {
            return refuse("a monitor of rules that are demoted", "use a rule for each severity");
        }
    }
    Ok(())
}

impl BudgetMonitor {
    /// Buckets that a monitor may keep.
    const MAX_BUCKETS: u64 = 100_000_000;

    /// Events that a monitor may count, far from what a float holds.
    const MAX_EVENTS: f64 = 1e300;

    /// A monitor that has seen nothing yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, Duration, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let policy = AlertPolicy::google_sre(slo.window())?;
    /// assert!(BudgetMonitor::new(slo.clone(), policy.clone(), Duration::from_minutes(1)).is_ok());
    /// // Thirty days of microseconds are more than anyone wants to keep.
    /// assert!(BudgetMonitor::new(slo, policy, "1us".parse()?).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the resolution is positive, or for a hold or a keep-firing time below zero;
    /// [`Error::LimitExceeded`] past 10^8 buckets; [`Error::OutOfRange`] if an exact threshold does not fit 128 bits;
    /// [`Error::Unsupported`] for an objective by time slices or with adjustments, and for rules that correct for
    /// traffic or are demoted.
    pub fn new(slo: Slo, policy: AlertPolicy, resolution: Duration) -> Result<Self> {
        check_supported(&slo, &policy)?;
        let step = resolution.check_positive("resolution")?.nanos().unsigned_abs();
        let windows =
            policy.rules().iter().map(BurnRule::long).chain(policy.rules().iter().map(BurnRule::short));
        let kept = windows.fold(slo.window().longest(), Duration::max);
        let buckets = kept.nanos().unsigned_abs().div_ceil(step);
        if buckets > Self::MAX_BUCKETS {
            let limit = Self::MAX_BUCKETS;
            return Err(Error::LimitExceeded {
                what: "buckets in the longest window",
                value: buckets,
                limit,
            });
        }
        let watches = policy.rules().iter().map(|rule| Watch::new(rule, &slo)).collect::<Result<_>>()?;
        Ok(Self {
            slo,
            policy,
            resolution,
            late: Late::default(),
            duplicate: Duplicate::default(),
            kept,
            ring: Ring::new(buckets),
            open: None,
            recorded: Counts::default(),
            clock: None,
            watches,
            event: None,
        })
    }

    /// What to do with records for buckets that are closed: accept them, unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, Counts, Duration, Late, Slo, Timestamp};
    ///
    /// let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let one = Counts::bad_total(1.0, 1.0)?;
    /// let mut monitor = BudgetMonitor::new(slo, AlertPolicy::new([]), Duration::from_minutes(1))?;
    /// monitor.record(at(61), one)?;
    /// monitor.record(at(60), one)?;
    /// assert_eq!(monitor.budget().bad(), 2.0);
    /// // The minute that ended at 60 is over.
    /// assert!(monitor.late(Late::Reject).record(at(60), one).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn late(mut self, late: Late) -> Self {
        self.late = late;
        self
    }

    /// What to do with a second record for a bucket that holds events already: add it, unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, Counts, Duplicate, Duration, Slo, Timestamp};
    ///
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let monitor = BudgetMonitor::new(slo, AlertPolicy::new([]), Duration::from_minutes(1))?;
    /// // A sender that is not sure whether it was heard says it again.
    /// let mut monitor = monitor.duplicate(Duplicate::Replace);
    /// for _ in 0..3 {
    ///     monitor.record(Timestamp::from_nanos(0), Counts::bad_total(1.0, 100.0)?)?;
    /// }
    /// assert_eq!(monitor.budget().bad(), 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn duplicate(mut self, duplicate: Duplicate) -> Self {
        self.duplicate = duplicate;
        self
    }

    /// Counts events at an instant.
    ///
    /// Returns the alerts that the closing of buckets before this one, and time up to this instant, made begin or end.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, Counts, Duration, Slo, Timestamp};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let policy = AlertPolicy::google_sre(slo.window())?;
    /// let mut monitor = BudgetMonitor::new(slo, policy, Duration::from_minutes(1))?;
    /// for second in 0..3_600 {
    ///     let at = Timestamp::from_nanos(second * 1_000_000_000);
    ///     assert!(monitor.record(at, Counts::bad_total(1.0, 1_000.0)?)?.is_empty());
    /// }
    /// assert_eq!(monitor.budget().consumed(), 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Late`] for a bucket that is closed, under [`Late::Reject`] or if it is older than every window;
    /// [`Error::InvalidParameter`] for a second record for a bucket under [`Duplicate::Reject`]; [`Error::OutOfRange`]
    /// if the bucket's end does not fit an instant, or past 10^300 events. Nothing is counted then.
    pub fn record(&mut self, at: Timestamp, counts: Counts) -> Result<Changes> {
        match self.open {
            Some(Open { begin, end, .. }) if begin < at && at <= end => {
                self.join(end, counts)?;
                self.clock = self.clock.max(Some(at));
                if self.event.is_none_or(|event| at < event) {
                    return Ok(Changes::default());
                }
                let mut changes = Changes::default();
                self.pass(at, &mut changes);
                Ok(changes.in_order())
            }
            _ => self.record_elsewhere(at, counts),
        }
    }

    fn record_elsewhere(&mut self, at: Timestamp, counts: Counts) -> Result<Changes> {
        let end = self.bucket(at)?;
        match self.newest() {
            Some(newest) if end < newest || (end == newest && self.open.is_none()) => {
                self.record_late(at, end, counts)?;
                Ok(Changes::default())
            }
            _ => {
                self.check_room(counts)?;
                let mut changes = Changes::default();
                self.open_bucket(end, &mut changes);
                self.join(end, counts)?;
                self.clock = self.clock.max(Some(at));
                self.pass(at, &mut changes);
                // Made in its place, nothing is moved.
                if changes.is_empty() { Ok(Changes::default()) } else { Ok(changes.in_order()) }
            }
        }
    }

    /// The counts of a bucket as the objective sees them.
    #[inline]
    fn counted(&self, end: Timestamp, counts: Counts) -> Counts {
        if self.slo.excludes(end) { Counts::default() } else { counts }
    }

    /// Adds to the open bucket, which has this end.
    #[inline]
    fn join(&mut self, end: Timestamp, counts: Counts) -> Result<()> {
        let counts = self.counted(end, counts);
        let kept = if self.duplicate == Duplicate::Add { self.recorded } else { self.kept(end, counts)? };
        let recorded = plus(kept, counts);
        if recorded.total.high() > Self::MAX_EVENTS {
            return Err(Error::out_of_range("the number of events"));
        }
        self.recorded = recorded;
        Ok(())
    }

    /// What of the running totals stays when more comes for the open bucket.
    fn kept(&self, end: Timestamp, more: Counts) -> Result<Counts> {
        let there = self.open.map_or(Counts::default(), |open| minus(self.recorded, open.before));
        self.without_duplicate(end, there, self.recorded, more)
    }

    /// The open bucket's counts, each as one float.
    fn open_counts(&self, open: Open) -> Counts {
        rounded(minus(self.recorded, open.before))
    }
}

/// Counts as the floats nearest to them, of which rounding the two apart must not make more bad events than events.
#[inline]
fn rounded(counts: Counts) -> Counts {
    // What is left where one fractional count replaced another may lie a rounding below 0.
    let total = counts.total().max(0.0);
    Counts { bad: Sum::new(counts.bad().clamp(0.0, total)), total: Sum::new(total) }
}
