//! What a policy would have said of known incidents.

use std::fmt;

mod outcome;

pub use outcome::Outcome;

use super::policy::AlertPolicy;
use super::timeline::{AlertTimeline, Episode, cost};
use crate::error::{Error, Result};
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::time::{Duration, Timestamp};

/// A week, over which alerts are counted.
const WEEK: Duration = Duration::from_days(7);

/// What a policy would have said of known incidents: which it would have noticed, how fast, and what else it would have
/// raised.
///
/// Alerts of one severity that overlap or touch count as one: each is what a person would have been told of once.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Replay {
    timeline: AlertTimeline,
    outcomes: Vec<Outcome>,
    /// Whether each episode of the timeline matches some incident.
    matched: Vec<bool>,
    observed: Duration,
}

impl AlertPolicy {
    /// Replays the policy over a series whose incidents are known.
    ///
    /// # Method
    ///
    /// Alerts are those of [`evaluate`](Self::evaluate), merged by severity. One matches an incident if one of the rules
    /// in it does:
    ///
    /// ```text
    /// alert.begin < incident.end + rule.long   and   alert.end > incident.begin
    ///
    /// precision      = alerts that match an incident / all alerts
    /// recall         = incidents that an alert matches / all incidents
    /// detection time = max(0, begin of the first alert that matches - begin of the incident)
    /// reset time     = end of that alert - end of the incident
    /// budget lost    = bad(begin of the incident, detection] / allowed bad of the window that ends there
    /// ```
    ///
    /// An incident that goes unnoticed loses what was bad until its end.
    ///
    /// # Parameters
    ///
    /// | name | range | unit |
    /// |---|---|---|
    /// | `slo` | gives the objective for the burn rates, and the window for the budget lost | |
    /// | `series` | any length | events |
    /// | `incidents` | in any order, overlapping or not; each begin at most its end | |
    /// | `every` | positive; without it records, and instants at which a window loses one | duration |
    ///
    /// Time grows with the points of the series for each rule, and with the logarithm of the alerts for each incident.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// // Minutes 2 to 4 are bad, and so is minute 6.
    /// let bad = [0.0, 0.0, 5.0, 30.0, 30.0, 0.0, 30.0, 0.0];
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &bad, &[100.0; 8])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 2.0)?]);
    ///
    /// let replay = policy.replay(&slo, &series, &[(at(1), at(4))], None)?;
    /// assert_eq!((replay.precision(), replay.recall()), (Some(0.5), Some(1.0)));
    /// assert_eq!(replay.detection_times(), [Some(Duration::from_minutes(2))]);
    /// assert_eq!(replay.reset_times(), [Some(Duration::from_minutes(1))]);
    /// // 35 bad events until minute 3, when 40 of 400 were allowed.
    /// assert_eq!(replay.budget_lost(), [35.0 / 40.0]);
    /// assert_eq!(replay.false_alerts()[0].begin, at(6));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`evaluate`](Self::evaluate); [`Error::InvalidParameter`] for an incident that ends before it begins.
    pub fn replay(
        &self,
        slo: &Slo,
        series: &CountSeries,
        incidents: &[(Timestamp, Timestamp)],
        every: Option<Duration>,
    ) -> Result<Replay> {
        check(incidents)?;
        let timeline = self.evaluate(slo, series, every)?;
        Ok(self.judged(timeline, slo, &*slo.counted(series)?, incidents))
    }

    /// What these alerts of the policy mean for incidents that are known to be in order.
    pub(super) fn judged(
        &self,
        timeline: AlertTimeline,
        slo: &Slo,
        counted: &CountSeries,
        incidents: &[(Timestamp, Timestamp)],
    ) -> Replay {
        let (firsts, matched) = self.matches(&timeline, incidents);
        let outcome = |(&(begin, end), alert): (&(Timestamp, Timestamp), Option<usize>)| {
            let episode = alert.and_then(|place| timeline.by_severity().get(place));
            let detected = episode.map(|episode| episode.begin);
            Outcome {
                begin,
                end,
                alert,
                delay: detected.map(|detected| detected.saturating_since(begin)),
                reset_time: episode.and_then(|episode| episode.end).map(|ended| ended.saturating_since(end)),
                budget_lost: cost(slo, counted, begin, detected.unwrap_or(end).max(begin)).1,
            }
        };
        let outcomes = incidents.iter().zip(firsts).map(outcome).collect();
        let lasts = counted.last().zip(counted.first());
        let spanned = lasts.map_or(Duration::ZERO, |(last, first)| last.saturating_since(first));
        let resolution = counted.resolution().map_or(0, Duration::nanos);
        let observed = Duration::from_nanos(spanned.nanos().saturating_add(resolution));
        Replay { timeline, outcomes, matched, observed }
    }

    /// For each incident the first episode that matches, and for each episode whether it matches an incident.
    fn matches(
        &self,
        timeline: &AlertTimeline,
        incidents: &[(Timestamp, Timestamp)],
    ) -> (Vec<Option<usize>>, Vec<bool>) {
        let episodes = timeline.by_severity();
        let mut firsts: Vec<Option<usize>> = vec![None; incidents.len()];
        let mut matched = vec![false; episodes.len()];
        for (place, rule) in self.rules().iter().enumerate() {
            if self.rules().iter().take(place).any(|earlier| earlier == rule) {
                continue;
            }
            let of_severity: Vec<(usize, &Episode)> =
                episodes.iter().enumerate().filter(|(_, e)| e.severity == rule.severity_name()).collect();
            // Alerts of one rule, like episodes of one severity, come one after another: those that match an incident
            // do so too.
            let alerts: Vec<_> = timeline.alerts().iter().filter(|alert| alert.rule == *rule).collect();
            // How many more, or fewer, incidents each alert matches than the one before.
            let mut steps = vec![0_i64; alerts.len() + 1];
            let episode_of = |alert: usize| {
                let begin = alerts.get(alert)?.begin;
                let until = of_severity.partition_point(|(_, episode)| episode.begin <= begin);
                of_severity.get(until.checked_sub(1)?).map(|(place, _)| *place)
            };
            for ((begin, end), earliest) in incidents.iter().zip(&mut firsts) {
                let reach = end.saturating_add(rule.long());
                let from = alerts.partition_point(|alert| alert.end.is_some_and(|ended| ended <= *begin));
                let to = alerts.partition_point(|alert| alert.begin < reach);
                if from < to
                    && let Some(first) = episode_of(from)
                {
                    *earliest = Some(earliest.map_or(first, |earliest| earliest.min(first)));
                    for (alert, step) in [(from, 1), (to, -1)] {
                        if let Some(count) = steps.get_mut(alert) {
                            *count += step;
                        }
                    }
                }
            }
            let mut incidents_matched = 0;
            for (alert, step) in steps.iter().enumerate() {
                incidents_matched += step;
                if incidents_matched > 0
                    && let Some(matched) = episode_of(alert).and_then(|episode| matched.get_mut(episode))
                {
                    *matched = true;
                }
            }
        }
        (firsts, matched)
    }
}

impl Replay {
    /// What became of each incident, in the order in which they were given.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad = [0.0, 30.0, 0.0, 0.0, 30.0, 30.0, 0.0];
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &bad, &[100.0; 7])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 2.0)?]);
    /// let replay = policy.replay(&slo, &series, &[(at(3), at(6))], None)?;
    /// let outcome = replay.outcomes()[0];
    /// // The second of two alerts matches.
    /// assert_eq!((outcome.begin, outcome.alert, outcome.delay), (at(3), Some(1), Some(minute)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The alerts, merged by severity, in the order in which they began.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad = [0.0, 30.0, 0.0, 0.0, 30.0, 30.0, 0.0];
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &bad, &[100.0; 7])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 2.0)?]);
    /// let replay = policy.replay(&slo, &series, &[(at(3), at(6))], None)?;
    /// let begins: Vec<_> = replay.alerts().iter().map(|alert| alert.begin).collect();
    /// assert_eq!(begins, [at(1), at(4)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn alerts(&self) -> &[Episode] {
        self.timeline.by_severity()
    }

    /// The alerts before they were merged.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad = [0.0, 30.0, 0.0, 0.0, 30.0, 30.0, 0.0];
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &bad, &[100.0; 7])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 2.0)?]);
    /// let replay = policy.replay(&slo, &series, &[(at(3), at(6))], None)?;
    /// assert_eq!(replay.timeline(), &policy.evaluate(&slo, &series, None)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn timeline(&self) -> &AlertTimeline {
        &self.timeline
    }

    /// The alerts that match no incident.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad = [0.0, 30.0, 0.0, 0.0, 30.0, 30.0, 0.0];
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &bad, &[100.0; 7])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 2.0)?]);
    /// let replay = policy.replay(&slo, &series, &[(at(3), at(6))], None)?;
    /// let begins: Vec<_> = replay.false_alerts().iter().map(|alert| alert.begin).collect();
    /// assert_eq!(begins, [at(1)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn false_alerts(&self) -> Vec<&Episode> {
        let alerts = self.alerts().iter().zip(&self.matched);
        alerts.filter(|(_, matched)| !**matched).map(|(alert, _)| alert).collect()
    }

    /// The share of the alerts that match an incident; `None` without an alert.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad = [0.0, 30.0, 0.0, 0.0, 30.0, 30.0, 0.0];
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &bad, &[100.0; 7])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 2.0)?]);
    /// let replay = policy.replay(&slo, &series, &[(at(3), at(6))], None)?;
    /// assert_eq!(replay.precision(), Some(0.5));
    /// let deaf = AlertPolicy::new([]);
    /// assert_eq!(deaf.replay(&slo, &series, &[], None)?.precision(), None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn precision(&self) -> Option<f64> {
        share(self.matched.iter().filter(|matched| **matched).count(), self.matched.len())
    }

    /// The share of the incidents that an alert matches; `None` without an incident.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad = [0.0, 30.0, 0.0, 0.0, 30.0, 30.0, 0.0];
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &bad, &[100.0; 7])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 2.0)?]);
    /// let incidents = [(at(3), at(6)), (at(6), at(7)), (at(0), at(0))];
    /// let replay = policy.replay(&slo, &series, &incidents, None)?;
    /// // The last alert ends at minute 6 and the first begins a minute, the long window, after minute 0.
    /// assert_eq!(replay.recall(), Some(1.0 / 3.0));
    /// assert_eq!(policy.replay(&slo, &series, &[], None)?.recall(), None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn recall(&self) -> Option<f64> {
        let detected = self.outcomes.iter().filter(|outcome| outcome.alert.is_some()).count();
        share(detected, self.outcomes.len())
    }

    /// For how long each incident went unnoticed; `None` for one that stayed so.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad = [0.0, 30.0, 0.0, 0.0, 30.0, 30.0, 0.0];
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &bad, &[100.0; 7])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 2.0)?]);
    /// let replay = policy.replay(&slo, &series, &[(at(3), at(6))], None)?;
    /// assert_eq!(replay.detection_times(), [Some(minute)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn detection_times(&self) -> Vec<Option<Duration>> {
        self.outcomes.iter().map(Outcome::detection_time).collect()
    }

    /// For how long after each incident the alert that noticed it fired; `None` while it fires, or without one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad = [0.0, 30.0, 0.0, 0.0, 30.0, 30.0, 0.0];
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &bad, &[100.0; 7])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 2.0)?]);
    /// let replay = policy.replay(&slo, &series, &[(at(3), at(6))], None)?;
    /// // Minute 5 leaves the window at minute 6, when the incident ends.
    /// assert_eq!(replay.reset_times(), [Some(Duration::ZERO)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn reset_times(&self) -> Vec<Option<Duration>> {
        self.outcomes.iter().map(|outcome| outcome.reset_time).collect()
    }

    /// The share of the budget that each incident spent before it was noticed, or until its end.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad = [0.0, 30.0, 0.0, 0.0, 30.0, 30.0, 0.0];
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &bad, &[100.0; 7])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 2.0)?]);
    /// let replay = policy.replay(&slo, &series, &[(at(3), at(6))], None)?;
    /// // 30 bad events at minute 4, when 500 events allow 50.
    /// assert_eq!(replay.budget_lost(), [0.6]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn budget_lost(&self) -> Vec<f64> {
        self.outcomes.iter().map(|outcome| outcome.budget_lost).collect()
    }

    /// How many alerts there are in a week of the series; `None` if it holds no time.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad = [0.0, 30.0, 0.0, 0.0, 30.0, 30.0, 0.0];
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &bad, &[100.0; 7])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 2.0)?]);
    /// let replay = policy.replay(&slo, &series, &[(at(3), at(6))], None)?;
    /// // Two in seven minutes.
    /// assert_eq!(replay.alerts_per_week(), Some(2.0 * 1440.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn alerts_per_week(&self) -> Option<f64> {
        self.observed
            .is_positive()
            .then(|| self.alerts().len() as f64 * (WEEK.seconds() / self.observed.seconds()))
    }

    /// The time that the series covers: from its first instant to its last, and one resolution.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let bad = [0.0, 30.0, 0.0, 0.0, 30.0, 30.0, 0.0];
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &bad, &[100.0; 7])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 2.0)?]);
    /// let replay = policy.replay(&slo, &series, &[(at(3), at(6))], None)?;
    /// assert_eq!(replay.observed(), Duration::from_minutes(7));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn observed(&self) -> Duration {
        self.observed
    }
}

impl fmt::Display for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detected = self.outcomes.iter().filter(|outcome| outcome.alert.is_some()).count();
        let (incidents, alerts, unfounded) =
            (self.outcomes.len(), self.alerts().len(), self.false_alerts().len());
        write!(f, "{detected} of {incidents} incidents detected, {unfounded} of {alerts} alerts false")
    }
}

/// Refuses an incident that ends before it begins.
pub(super) fn check(incidents: &[(Timestamp, Timestamp)]) -> Result<()> {
    match incidents.iter().enumerate().find(|(_, (begin, end))| end < begin) {
        None => Ok(()),
        Some((index, (begin, end))) => Err(Error::invalid(
            "incidents",
            format!("{begin} to {end} at {index}"),
            "must not end before it begins",
        )),
    }
}

/// `part / whole`, if there is a whole.
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests;
