//! What became of one incident.

use crate::time::{Duration, Timestamp};

/// What became of one incident.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Outcome {
    /// When the incident began.
    pub begin: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// The place, among the replay's alerts, of the first that matches; `None` if none does.
    pub alert: Option<usize>,
    /// From the incident's begin to that alert's; below zero if the alert fired already.
    pub delay: Option<Duration>,
    /// From the incident's end to that alert's, below zero if the alert ended earlier; `None` while it fires.
    pub reset_time: Option<Duration>,
    /// The bad events from the incident's begin until it was detected, or until its end if it was not, as a share of
    /// the budget of the window that ends there.
    pub budget_lost: f64,
}

impl Outcome {
    /// For how long the incident went unnoticed: the delay, or zero if an alert fired already.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &[0.0, 30.0, 30.0, 0.0], &[100.0; 4])?;
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// // The alert fires from minute 1 to minute 3.
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 10.0)?]);
    /// let replay = policy.replay(&slo, &series, &[(at(0), at(2)), (at(2), at(3))], None)?;
    /// let [first, second] = [replay.outcomes()[0], replay.outcomes()[1]];
    /// assert_eq!((first.delay, first.detection_time()), (Some(minute), Some(minute)));
    /// assert_eq!((second.delay, second.detection_time()), (Some("-1m".parse()?), Some(Duration::ZERO)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn detection_time(&self) -> Option<Duration> {
        self.delay.map(|delay| delay.max(Duration::ZERO))
    }

    /// Whether an alert fired already when the incident began.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let series = CountSeries::bad_total(Axis::regular(at(0), minute), &[0.0, 30.0, 30.0, 0.0], &[100.0; 4])?;
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new(minute, minute, 10.0)?]);
    /// // The alert fires from minute 1 to minute 3.
    /// let replay = policy.replay(&slo, &series, &[(at(1), at(3)), (at(2), at(3))], None)?;
    /// assert!(!replay.outcomes()[0].is_early() && replay.outcomes()[1].is_early());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn is_early(&self) -> bool {
        self.delay.is_some_and(|delay| delay < Duration::ZERO)
    }
}
