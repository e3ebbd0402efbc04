//! Which policies would have done best on known incidents.

use super::policy::AlertPolicy;
use super::replay::Replay;
use super::rule::BurnRule;
use super::timeline::{Alert, AlertTimeline};
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::time::{Duration, Timestamp};

/// Policies that one search may look at.
const MAX_POLICIES: u64 = 100_000;
/// How many short windows there are in a long one.
///
/// Source: Beyer, B. et al. (2018). *The Site Reliability Workbook*. O'Reilly, chapter 5: "1/12 the duration of the long
/// window".
const SHORT_IN_LONG: i64 = 12;

/// The policies of a grid of rules that no other one of the grid outdoes on known incidents.
///
/// # Method
///
/// Each share of the budget with each long window is a rule, whose short window is a twelfth of the long one and whose
/// factor is that of [`BurnRule::from_share`]. Every policy of one up to `rules` of them is replayed. Among those within
/// the limits, one outdoes another if it is no worse in any of
///
/// ```text
/// recall ↑   precision ↑   slowest detection ↓   alerts per week ↓
/// ```
///
/// and better in one, or alike in all and earlier in the order of the grid, in which policies of fewer rules come first.
/// An incident that goes unnoticed is detected more slowly than any other; without an alert, none is false.
///
/// With `n` rules in the grid, `n` passes over the series are made, and then `n choose k` policies judged for each
/// `k` up to `rules` by what their rules gave, in a time that grows with their alerts alone.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `shares` | | positive | share of the window's budget |
/// | `windows` | | positive: the long windows | duration |
/// | `rules` | 2 | at least 1; at most 100,000 policies | rules in a policy |
/// | `max_detection_time` | none | any | duration |
/// | `min_precision` | none | 0 to 1 | share of the alerts |
/// | `min_recall` | none | 0 to 1 | share of the incidents |
/// | `max_alerts_per_week` | none | 0 or above | alerts per week |
///
/// # Examples
///
/// ```
/// use slo_core::{Axis, CountSeries, Duration, PolicySearch, Slo, Timestamp};
///
/// let minute = Duration::from_minutes(1);
/// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
/// // An hour at 90 %: minute 10 is bad by chance, minutes 30 to 39 in an incident.
/// let bad: Vec<f64> = (0..60).map(|m| if m == 10 || (30..40).contains(&m) { 50.0 } else { 0.0 }).collect();
/// let series = CountSeries::bad_total(Axis::regular(at(1), minute), &bad, &[100.0; 60])?;
/// let slo = Slo::new("90%".parse()?, "1h".parse()?);
///
/// let windows = [Duration::from_minutes(2), Duration::from_minutes(24)];
/// let search = PolicySearch::new(["10%".parse()?], windows);
/// let front = search.run(&slo, &series, &[(at(30), at(40))], Some(minute))?;
/// // A burn of 3 over 2 minutes takes two bad minutes; one of 0.25 over 24 is there at once, and by chance too. Both
/// // rules together are no better than the second one alone.
/// let found: Vec<_> = front.iter().map(|f| (f.policy.rules()[0].long(), f.detection_time, f.precision)).collect();
/// assert_eq!(found, [
///     (windows[1], Some(minute), Some(0.5)),
///     (windows[0], Some(Duration::from_minutes(2)), Some(1.0)),
/// ]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PolicySearch {
    shares: Vec<Fraction>,
    windows: Vec<Duration>,
    rules: usize,
    max_detection_time: Option<Duration>,
    min_precision: f64,
    min_recall: f64,
    max_alerts_per_week: f64,
}

/// A policy, and how it would have done.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PolicyScore {
    /// The policy.
    pub policy: AlertPolicy,
    /// The share of its alerts that match an incident; `None` without an alert.
    pub precision: Option<f64>,
    /// The share of the incidents that it notices; `None` without an incident.
    pub recall: Option<f64>,
    /// The longest time that an incident goes unnoticed; `None` if one stays so, or without an incident.
    pub detection_time: Option<Duration>,
    /// How many alerts it raises in a week; `None` if the series holds no time.
    pub alerts_per_week: Option<f64>,
}

impl PolicySearch {
    /// A search over every share with every long window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountSeries, PolicySearch, Slo};
    ///
    /// let search = PolicySearch::new(["2%".parse()?, "5%".parse()?], ["1h".parse()?, "6h".parse()?]);
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// // Where nothing happens all policies are alike, and the first stands for all.
    /// let front = search.run(&slo, &CountSeries::from_events(&[], &[])?, &[], None)?;
    /// assert_eq!(front.len(), 1);
    /// assert_eq!(front[0].policy.rules()[0].to_string(), "page: burn > 14.4 over 1h and 5m");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn new(shares: impl Into<Vec<Fraction>>, windows: impl Into<Vec<Duration>>) -> Self {
        Self {
            shares: shares.into(),
            windows: windows.into(),
            rules: 2,
            max_detection_time: None,
            min_precision: 0.0,
            min_recall: 0.0,
            max_alerts_per_week: f64::INFINITY,
        }
    }

    /// How many rules a policy has at most; 2 unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, PolicySearch, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad: Vec<f64> = (0..60).map(|m| if m == 10 || (30..40).contains(&m) { 50.0 } else { 0.0 }).collect();
    /// let series = CountSeries::bad_total(Axis::regular(at(1), minute), &bad, &[100.0; 60])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let search = PolicySearch::new(["10%".parse()?], ["2m".parse()?, "24m".parse()?]);
    /// // A grid of two rules has no policy of three.
    /// let run = |rules| search.clone().rules(rules).run(&slo, &series, &[(at(30), at(40))], Some(minute));
    /// assert_eq!(run(2)?, run(3)?);
    /// assert!(run(0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn rules(mut self, rules: usize) -> Self {
        self.rules = rules;
        self
    }

    /// The longest time for which an incident may go unnoticed; any, or for ever, unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, PolicySearch, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad: Vec<f64> = (0..60).map(|m| if m == 10 || (30..40).contains(&m) { 50.0 } else { 0.0 }).collect();
    /// let series = CountSeries::bad_total(Axis::regular(at(1), minute), &bad, &[100.0; 60])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let search = PolicySearch::new(["10%".parse()?], ["2m".parse()?, "24m".parse()?]);
    /// let front = search.max_detection_time(minute).run(&slo, &series, &[(at(30), at(40))], Some(minute))?;
    /// assert_eq!((front.len(), front[0].detection_time), (1, Some(minute)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn max_detection_time(mut self, longest: Duration) -> Self {
        self.max_detection_time = Some(longest);
        self
    }

    /// The share of the alerts that must match an incident; any unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, PolicySearch, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad: Vec<f64> = (0..60).map(|m| if m == 10 || (30..40).contains(&m) { 50.0 } else { 0.0 }).collect();
    /// let series = CountSeries::bad_total(Axis::regular(at(1), minute), &bad, &[100.0; 60])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let search = PolicySearch::new(["10%".parse()?], ["2m".parse()?, "24m".parse()?]);
    /// let front = search.min_precision(0.6).run(&slo, &series, &[(at(30), at(40))], Some(minute))?;
    /// assert_eq!((front.len(), front[0].precision), (1, Some(1.0)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn min_precision(mut self, share: f64) -> Self {
        self.min_precision = share;
        self
    }

    /// The share of the incidents that must be noticed; any unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, PolicySearch, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad: Vec<f64> = (0..60).map(|m| if m == 10 || (30..40).contains(&m) { 50.0 } else { 0.0 }).collect();
    /// let series = CountSeries::bad_total(Axis::regular(at(1), minute), &bad, &[100.0; 60])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let search = PolicySearch::new(["10%".parse()?], ["2m".parse()?, "24m".parse()?]);
    /// let deaf = PolicySearch::new(["200%".parse()?], ["2m".parse()?]);
    /// let run = |search: PolicySearch| search.run(&slo, &series, &[(at(30), at(40))], Some(minute));
    /// assert_eq!(run(deaf.clone())?[0].recall, Some(0.0));
    /// assert!(run(deaf.min_recall(1.0))?.is_empty() && !run(search)?.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn min_recall(mut self, share: f64) -> Self {
        self.min_recall = share;
        self
    }

    /// How many alerts there may be in a week; any number unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, PolicySearch, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad: Vec<f64> = (0..60).map(|m| if m == 10 || (30..40).contains(&m) { 50.0 } else { 0.0 }).collect();
    /// let series = CountSeries::bad_total(Axis::regular(at(1), minute), &bad, &[100.0; 60])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let search = PolicySearch::new(["10%".parse()?], ["2m".parse()?, "24m".parse()?]);
    /// // One in the hour, or two.
    /// let front = search.max_alerts_per_week(168.0).run(&slo, &series, &[(at(30), at(40))], Some(minute))?;
    /// assert_eq!((front.len(), front[0].alerts_per_week), (1, Some(168.0)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn max_alerts_per_week(mut self, alerts: f64) -> Self {
        self.max_alerts_per_week = alerts;
        self
    }

    /// The policies that no other one outdoes, the fastest to detect first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, PolicySearch, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad: Vec<f64> = (0..60).map(|m| if m == 10 || (30..40).contains(&m) { 50.0 } else { 0.0 }).collect();
    /// let series = CountSeries::bad_total(Axis::regular(at(1), minute), &bad, &[100.0; 60])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let search = PolicySearch::new(["10%".parse()?], ["2m".parse()?, "24m".parse()?]);
    /// let front = search.run(&slo, &series, &[(at(30), at(40))], Some(minute))?;
    /// // What a policy's own replay says.
    /// let replay = front[0].policy.replay(&slo, &series, &[(at(30), at(40))], Some(minute))?;
    /// assert_eq!((front[0].precision, front[0].recall), (replay.precision(), replay.recall()));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`AlertPolicy::replay`]; [`Error::InvalidParameter`] for a share or a window that is not positive, no rule at
    /// all, or a limit outside its range; [`Error::LimitExceeded`] past 100,000 policies.
    pub fn run(
        &self,
        slo: &Slo,
        series: &CountSeries,
        incidents: &[(Timestamp, Timestamp)],
        every: Option<Duration>,
    ) -> Result<Vec<PolicyScore>> {
        let grid = self.grid(slo)?;
        super::replay::check(incidents)?;
        let alerts = grid.iter().map(|rule| {
            let timeline = AlertPolicy::new([rule.clone()]).evaluate(slo, series, every)?;
            Ok(timeline.alerts().to_vec())
        });
        let alerts: Vec<Vec<Alert>> = alerts.collect::<Result<_>>()?;
        let counted = &*slo.counted(series)?;

        let mut front: Vec<PolicyScore> = Vec::new();
        for size in 1..=self.rules.min(grid.len()) {
            let mut chosen: Vec<usize> = (0..size).collect();
            loop {
                let policy: Vec<BurnRule> =
                    chosen.iter().filter_map(|place| grid.get(*place)).cloned().collect();
                let raised = chosen.iter().filter_map(|place| alerts.get(*place)).flatten().cloned();
                let (policy, timeline) =
                    (AlertPolicy::new(policy), AlertTimeline::new(raised.collect(), slo, counted));
                let score = PolicyScore::new(policy.judged(timeline, slo, counted, incidents), policy);
                if self.allows(&score, incidents) && !front.iter().any(|other| other.is_no_worse(&score)) {
                    front.retain(|other| !score.is_no_worse(other));
                    front.push(score);
                }
                if !advance(&mut chosen, grid.len()) {
                    break;
                }
            }
        }
        front.sort_by(|a, b| a.slowness().cmp(&b.slowness()).then(a.noise().total_cmp(&b.noise())));
        Ok(front)
    }

    /// The rules of the grid, in order of shares and then of windows.
    fn grid(&self, slo: &Slo) -> Result<Vec<BurnRule>> {
        for (name, limit) in [("min_precision", self.min_precision), ("min_recall", self.min_recall)] {
            if !(0.0..=1.0).contains(&limit) {
                return Err(Error::invalid(name, limit, "must lie between 0 and 1"));
            }
        }
        if self.max_alerts_per_week.is_nan() || self.max_alerts_per_week < 0.0 {
            return Err(Error::invalid(
                "max_alerts_per_week",
                self.max_alerts_per_week,
                "must not be negative",
            ));
        }
        if self.rules == 0 {
            return Err(Error::invalid("rules", self.rules, "must be at least 1"));
        }
        let len = self.shares.len().saturating_mul(self.windows.len());
        let policies = policies(len, self.rules);
        if policies > MAX_POLICIES {
            return Err(Error::LimitExceeded { what: "policies", value: policies, limit: MAX_POLICIES });
        }
        let rule = |(share, long): (&Fraction, &Duration)| {
            let short = Duration::from_nanos(long.check_positive("windows")?.nanos() / SHORT_IN_LONG);
            BurnRule::from_share(slo.window().length(), *share, *long, short)
        };
        let pairs = self.shares.iter().flat_map(|share| self.windows.iter().map(move |long| (share, long)));
        pairs.map(rule).collect()
    }

    /// Whether a score keeps to the limits.
    fn allows(&self, score: &PolicyScore, incidents: &[(Timestamp, Timestamp)]) -> bool {
        let fast = self.max_detection_time.is_none_or(|longest| {
            incidents.is_empty() || score.detection_time.is_some_and(|time| time <= longest)
        });
        fast && score.soundness() >= self.min_precision
            && score.recall.unwrap_or(1.0) >= self.min_recall
            && score.noise() <= self.max_alerts_per_week
    }
}

impl PolicyScore {
    fn new(replay: Replay, policy: AlertPolicy) -> Self {
        let times: Option<Vec<Duration>> = replay.detection_times().into_iter().collect();
        Self {
            policy,
            precision: replay.precision(),
            recall: replay.recall(),
            detection_time: times.and_then(|times| times.into_iter().max()),
            alerts_per_week: replay.alerts_per_week(),
        }
    }

    /// Detection time, with what goes unnoticed after everything else.
    fn slowness(&self) -> (bool, Option<Duration>) {
        (self.detection_time.is_none(), self.detection_time)
    }

    /// Alerts per week.
    fn noise(&self) -> f64 {
        self.alerts_per_week.unwrap_or(0.0)
    }

    /// Precision, where no alert is no false one.
    fn soundness(&self) -> f64 {
        self.precision.unwrap_or(1.0)
    }

    /// Whether the policy is at least as good in everything.
    fn is_no_worse(&self, other: &Self) -> bool {
        self.recall >= other.recall
            && self.soundness() >= other.soundness()
            && self.slowness() <= other.slowness()
            && self.noise() <= other.noise()
    }
}

/// How many ways there are to choose between 1 and `most` of `len`, or the largest number if it does not fit.
fn policies(len: usize, most: usize) -> u64 {
    let (mut ways, mut sum) = (1_u64, 0_u64);
    for chosen in 0..most.min(len) {
        // Exact: the product of k + 1 successive numbers is a multiple of (k + 1)!.
        let (left, divisor) = (u64::try_from(len - chosen), u64::try_from(chosen + 1));
        let (Ok(left), Ok(divisor)) = (left, divisor) else { return u64::MAX };
        let Some(product) = ways.checked_mul(left) else { return u64::MAX };
        ways = product / divisor;
        sum = sum.saturating_add(ways);
        if sum > MAX_POLICIES {
            break;
        }
    }
    sum
}

/// The next choice of as many of `len` places, in lexicographic order; `false` after the last.
fn advance(chosen: &mut [usize], len: usize) -> bool {
    let size = chosen.len();
    let movable =
        (0..size).rev().find(|index| chosen.get(*index).is_some_and(|place| place + size - index < len));
    let Some(from) = movable else { return false };
    let next = chosen.get(from).map_or(0, |place| place + 1);
    for (place, value) in chosen.iter_mut().skip(from).zip(next..) {
        *place = value;
    }
    true
}

#[cfg(test)]
mod tests;
