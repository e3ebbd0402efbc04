//! Alerts in the order they began, what they cost, and how they meet known incidents.

use std::collections::BTreeMap;

use crate::counts::Counts;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::sum::Sum;
use crate::time::{Duration, Timestamp};

use super::rule::BurnRule;

/// One alert of one rule, over the half-open time from its begin to its end.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Alert {
    /// The rule that fired.
    pub rule: BurnRule,
    /// The first instant at which it fired.
    pub begin: Timestamp,
    /// The first later instant at which it did not; `None` while it fires.
    pub end: Option<Timestamp>,
    /// The end, or the last instant of the data while the alert fires.
    pub until: Timestamp,
    /// The highest burn rate of the long window while it fired: at its begin and at every evaluation until its end.
    pub burn: f64,
    /// Bad events from one long window and the hold before the begin until the end: those that raised the alert and
    /// those since.
    pub bad: f64,
    /// These events as a share of the objective's budget over its whole window.
    pub cost: f64,
}

impl Alert {
    /// An alert from its begin to its end, with the highest burn rate in between.
    pub(super) fn new(
        rule: &BurnRule,
        slo: &Slo,
        series: &CountSeries,
        (begin, end): (Timestamp, Option<Timestamp>),
        burn: f64,
    ) -> Self {
        let until = end.or(series.last()).unwrap_or(begin);
        let (bad, cost) = cost(slo, series, begin.saturating_sub(rule.reach()), until);
        Self { rule: rule.clone(), begin, end, until, burn, bad, cost }
    }

    /// An alert from what it answers for: its bad events, and all events of the objective's window that ends with it.
    pub(super) fn counted(
        rule: &BurnRule,
        slo: &Slo,
        (begin, end, until): (Timestamp, Option<Timestamp>, Timestamp),
        burn: f64,
        (bad, whole): (Sum, Counts),
    ) -> Self {
        let (bad, cost) = (bad.value(), slo.budget(whole).share_of(bad));
        Self { rule: rule.clone(), begin, end, until, burn, bad, cost }
    }

    /// Whether the alert fires at an instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let rule = BurnRule::new(Duration::from_minutes(2), Duration::from_minutes(1), 10.0)?;
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let series = CountSeries::bad_total(axis, &[0.0, 30.0, 0.0], &[100.0; 3])?;
    /// let timeline = AlertPolicy::new([rule]).evaluate(&slo, &series, None)?;
    /// let firing = [59, 60, 119, 120]
    ///     .map(|s| timeline.alerts()[0].is_firing(Timestamp::from_nanos(s * 1_000_000_000)));
    /// assert_eq!(firing, [false, true, true, false]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn is_firing(&self, at: Timestamp) -> bool {
        self.begin <= at && self.end.is_none_or(|end| at < end)
    }

    /// For how long the alert fired, up to now if it still does.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let rule = BurnRule::new(Duration::from_minutes(2), Duration::from_minutes(1), 10.0)?;
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// // Three bad minutes, and no later record to end the alert.
    /// let series = CountSeries::bad_total(axis, &[0.0, 30.0, 30.0, 30.0], &[100.0; 4])?;
    /// let timeline = AlertPolicy::new([rule]).evaluate(&slo, &series, None)?;
    /// let alert = &timeline.alerts()[0];
    /// assert_eq!((alert.end, alert.duration()), (None, Duration::from_minutes(2)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn duration(&self) -> Duration {
        self.until.saturating_since(self.begin)
    }

    /// The alert in a sentence.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let rule = BurnRule::new(Duration::from_minutes(2), Duration::from_minutes(1), 10.0)?;
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[0.0, 30.0, 0.0], &[100.0; 3])?;
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let timeline = AlertPolicy::new([rule]).evaluate(&slo, &series, None)?;
    /// assert_eq!(
    ///     timeline.alerts()[0].explain(),
    ///     "page from 1970-01-01T00:01:00Z for 1m: burn up to 15.0 over 2m (limit 10), \
    ///      30 bad events, 1000.0% of the budget"
    /// );
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn explain(&self) -> String {
        let lasted = match self.end {
            Some(_) => format!("for {}", self.duration()),
            None => format!("still firing after {}", self.duration()),
        };
        format!(
            "{} from {} {lasted}: burn up to {:.1} over {} (limit {}), {} bad events, {:.1}% of the budget",
            self.rule.severity_name(),
            self.begin,
            self.burn,
            self.rule.long(),
            self.rule.factor(),
            self.bad,
            self.cost * 100.0,
        )
    }
}

/// The bad events of `(from, to]`, and their share of the budget of the window that ends at `to`.
pub(super) fn cost(slo: &Slo, series: &CountSeries, from: Timestamp, to: Timestamp) -> (f64, f64) {
    let bad = series.counts_between(from, to).bad;
    (bad.value(), slo.budget_of(series, to).share_of(bad))
}

/// Alerts of one severity that overlap or touch, seen as one.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Episode {
    /// The severity that they share.
    pub severity: String,
    /// The rules that fired, in the order in which they began.
    pub rules: Vec<BurnRule>,
    /// The first begin.
    pub begin: Timestamp,
    /// The last end; `None` while one fires.
    pub end: Option<Timestamp>,
    /// The end, or the last instant of the data while one fires.
    pub until: Timestamp,
    /// The highest burn rate of any of them.
    pub burn: f64,
    /// Bad events from one long window and the hold before the begin of any until the end of all.
    pub bad: f64,
    /// These events as a share of the objective's budget over its whole window.
    pub cost: f64,
}

impl Episode {
    fn of(alert: &Alert) -> Self {
        let Alert { rule, begin, end, until, burn, bad, cost } = alert.clone();
        Self {
            severity: rule.severity_name().to_owned(),
            rules: vec![rule],
            begin,
            end,
            until,
            burn,
            bad,
            cost,
        }
    }

    /// Takes in an alert that begins no later than the episode ends.
    fn extend(&mut self, alert: &Alert) {
        if !self.rules.contains(&alert.rule) {
            self.rules.push(alert.rule.clone());
        }
        self.end = self.end.zip(alert.end).map(|(a, b)| a.max(b));
        self.until = self.until.max(alert.until);
        self.burn = self.burn.max(alert.burn);
    }

    /// Whether a later alert of the same severity overlaps or touches the episode.
    fn meets(&self, alert: &Alert) -> bool {
        self.end.is_none_or(|end| alert.begin <= end)
    }
}

/// How one incident was noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Detection {
    /// The place, in the timeline, of the first alert that matches; `None` if none does.
    pub alert: Option<usize>,
    /// From the incident's begin to the alert's; negative if the alert fired already.
    pub delay: Option<Duration>,
}

/// The alerts of a policy on a series, in the order in which they began.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AlertTimeline {
    alerts: Vec<Alert>,
    episodes: Vec<Episode>,
}

impl AlertTimeline {
    pub(super) fn new(mut alerts: Vec<Alert>, slo: &Slo, series: &CountSeries) -> Self {
        alerts.sort_by_key(|alert| alert.begin);
        let mut episodes: Vec<(Episode, Timestamp)> = Vec::new();
        // Alerts come in the order of their begins, so that only the last episode of a severity can go on.
        let mut last: BTreeMap<&str, usize> = BTreeMap::new();
        for alert in &alerts {
            let severity = alert.rule.severity_name();
            let spent_from = alert.begin.saturating_sub(alert.rule.reach());
            match last.get(severity).and_then(|place| episodes.get_mut(*place)) {
                Some((episode, from)) if episode.meets(alert) => {
                    episode.extend(alert);
                    *from = (*from).min(spent_from);
                }
                _ => {
                    last.insert(severity, episodes.len());
                    episodes.push((Episode::of(alert), spent_from));
                }
            }
        }
        let priced = episodes.into_iter().map(|(mut episode, from)| {
            (episode.bad, episode.cost) = cost(slo, series, from, episode.until);
            episode
        });
        Self { episodes: priced.collect(), alerts }
    }

    /// The alerts, in the order in which they began.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let rule = BurnRule::new(Duration::from_minutes(2), Duration::from_minutes(1), 10.0)?;
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let series = CountSeries::bad_total(axis, &[0.0, 30.0, 0.0, 40.0, 0.0], &[100.0; 5])?;
    /// let timeline = AlertPolicy::new([rule]).evaluate(&slo, &series, None)?;
    /// // 30 and 40 bad events of 200, where 2 are the budget.
    /// let burns: Vec<f64> = timeline.alerts().iter().map(|alert| alert.burn).collect();
    /// assert_eq!(burns, [15.0, 20.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn alerts(&self) -> &[Alert] {
        &self.alerts
    }

    /// The alerts of each severity merged where they overlap or touch, in the order in which they began.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let axis = Axis::regular(Timestamp::from_nanos(0), minute);
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let series = CountSeries::bad_total(axis, &[0.0, 30.0, 0.0], &[100.0; 3])?;
    /// let rules = [BurnRule::new(minute, minute, 20.0)?, BurnRule::new("2m".parse()?, minute, 10.0)?];
    /// let timeline = AlertPolicy::new(rules).evaluate(&slo, &series, None)?;
    /// let pages = timeline.by_severity();
    /// assert_eq!((timeline.alerts().len(), pages.len(), pages[0].burn), (2, 1, 30.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn by_severity(&self) -> &[Episode] {
        &self.episodes
    }

    /// The alerts that fire at an instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let rule = BurnRule::new(Duration::from_minutes(2), Duration::from_minutes(1), 10.0)?;
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let series = CountSeries::bad_total(axis, &[0.0, 30.0, 0.0], &[100.0; 3])?;
    /// let timeline = AlertPolicy::new([rule]).evaluate(&slo, &series, None)?;
    /// assert_eq!(timeline.firing(Timestamp::from_nanos(90_000_000_000)).len(), 1);
    /// assert!(timeline.firing(Timestamp::from_nanos(120_000_000_000)).is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn firing(&self, at: Timestamp) -> Vec<&Alert> {
        self.alerts.iter().filter(|alert| alert.is_firing(at)).collect()
    }

    /// How each incident was noticed: by the first alert that fires between the incident's begin and one long window
    /// after its end.
    ///
    /// # Method
    ///
    /// ```text
    /// alert.begin < incident.end + long   and   alert.end > incident.begin,
    /// delay = alert.begin - incident.begin
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let rule = BurnRule::new(Duration::from_minutes(2), Duration::from_minutes(1), 10.0)?;
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[0.0, 30.0, 0.0], &[100.0; 3])?;
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let timeline = AlertPolicy::new([rule]).evaluate(&slo, &series, None)?;
    ///
    /// let incident = (Timestamp::from_nanos(10_000_000_000), Timestamp::from_nanos(50_000_000_000));
    /// assert_eq!(timeline.detections(&[incident])[0].delay, Some(Duration::from_seconds(50)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn detections(&self, incidents: &[(Timestamp, Timestamp)]) -> Vec<Detection> {
        incidents.iter().map(|(begin, end)| self.detection(*begin, *end)).collect()
    }

    fn detection(&self, begin: Timestamp, end: Timestamp) -> Detection {
        let matches = |alert: &Alert| {
            let reach = end.saturating_add(alert.rule.long());
            alert.begin < reach && alert.end.is_none_or(|ended| ended > begin)
        };
        let alert = self.alerts.iter().position(matches);
        let began = alert.and_then(|place| self.alerts.get(place)).map(|alert| alert.begin);
        let delay = began.map(|began| began.saturating_since(begin));
        Detection { alert, delay }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AlertPolicy, Axis};

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_nanos(minutes * 60_000_000_000)
    }

    fn rule(long: i64, short: i64, factor: f64, severity: &str) -> BurnRule {
        BurnRule::new(Duration::from_minutes(long), Duration::from_minutes(short), factor)
            .unwrap()
            .severity(severity)
    }

    /// Bad minutes 10..15 and 17..20 of an hour of 100 events a minute, at 90 % over an hour.
    fn timeline(rules: &[BurnRule]) -> AlertTimeline {
        let bad: Vec<f64> = (1..=60)
            .map(|m| if (10..15).contains(&m) || (17..20).contains(&m) { 100.0 } else { 0.0 })
            .collect();
        let axis = Axis::regular(at(1), Duration::from_minutes(1));
        let series = CountSeries::bad_total(axis, &bad, &[100.0; 60]).unwrap();
        let slo = Slo::new("90%".parse().unwrap(), "1h".parse().unwrap());
        AlertPolicy::new(rules).evaluate(&slo, &series, None).unwrap()
    }

    #[test]
    fn alerts_of_one_severity_that_overlap_are_one_episode() {
        let timeline =
            timeline(&[rule(1, 1, 9.0, "page"), rule(10, 5, 1.0, "page"), rule(1, 1, 9.0, "ticket")]);
        let bounds: Vec<_> = timeline
            .by_severity()
            .iter()
            .map(|e| (e.severity.as_str(), e.begin, e.end, e.rules.len()))
            .collect();
        assert_eq!(
            bounds,
            [
                ("page", at(10), Some(at(24)), 2),
                ("ticket", at(10), Some(at(15)), 1),
                ("ticket", at(17), Some(at(20)), 1)
            ]
        );
        let page = &timeline.by_severity()[0];
        assert_eq!((page.bad, page.burn), (800.0, 10.0));
        // 800 of the 240 bad events that 24 minutes of traffic allow.
        assert_eq!(page.cost, 800.0 / 240.0);
    }

    #[test]
    fn an_alert_costs_what_raised_it_and_what_came_while_it_fired() {
        let timeline = timeline(&[rule(10, 5, 3.0, "page")]);
        let alert = &timeline.alerts()[0];
        // More than 30 % of ten minutes is bad from the fourth bad minute on.
        assert_eq!((alert.begin, alert.bad), (at(13), 800.0));
        assert!(alert.is_firing(at(13)) && !alert.is_firing(at(12)));
        assert!(!alert.is_firing(alert.end.unwrap()));
        assert_eq!(timeline.firing(at(13)).len(), 1);
    }

    #[test]
    fn incidents_are_matched_until_the_long_window_has_passed() {
        // SEMANTICS 14: the alert fires from minute 10 to 15.
        let timeline = timeline(&[rule(2, 1, 4.0, "page")]);
        let delays = |begin, end| {
            timeline.detections(&[(at(begin), at(end))])[0].delay.map(|d| d.nanos() / 60_000_000_000)
        };
        assert_eq!(delays(9, 14), Some(1));
        assert_eq!(delays(10, 14), Some(0));
        assert_eq!(delays(12, 14), Some(-2));
        assert_eq!(delays(7, 9), Some(3));
        assert_eq!(delays(7, 8), None);
        assert_eq!(delays(30, 31), None);
        assert_eq!(timeline.detections(&[]), []);
    }
}
