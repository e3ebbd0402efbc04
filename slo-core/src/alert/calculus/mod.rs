//! When does a rule tell of an incident, when does it stop, and what has been spent until then? Exactly.

mod course;
mod incident;

use course::{Course, first};
pub use incident::Incident;

use super::policy::AlertPolicy;
use super::rule::BurnRule;
use crate::error::Result;
use crate::slo::Slo;
use crate::time::{Duration, Timestamp};

/// A stretch during which an alert fires: nanoseconds from the incident's begin on.
type Firing = (i64, Option<i64>);

impl BurnRule {
    /// How long after the incident's begin the rule fires: zero if it fires already, `None` if it never does.
    ///
    /// # Method
    ///
    /// With the threshold `θ = factor · budget`, errors `e0` before and `e1` during the incident, constant traffic and a
    /// window `W`:
    ///
    /// ```text
    /// t_W = W · (θ - e0) / (e1 - e0)        if e1 reaches θ, else never
    /// t   = the longer one of both windows', if the incident lasts that long
    /// ```
    ///
    /// then the lag `s`, the interval of evaluation `Δ` and the rule's hold `h`:
    ///
    /// ```text
    /// Δ · ceil((t + s) / Δ) + Δ · ceil(h / Δ),   or t + s + h without an interval
    /// ```
    ///
    /// as long as the condition holds so long. With traffic `q` that changes, `t` is the first time at which
    /// `∫ (e - θ) q` over both windows reaches zero. All of it is computed in exact arithmetic and rounded up to the
    /// nanosecond. Under `>` and without an interval it is the limit, at which the rule does not fire yet.
    ///
    /// # Parameters
    ///
    /// As [`Incident`] has them.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Incident, Operator, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// // A complete outage: 1 h · 0.0144.
    /// assert_eq!(rule.detection_time(&slo, &Incident::new(1.0)?)?, Some("51s840ms".parse()?));
    /// // At the threshold itself the operator decides.
    /// let at = Incident::new(0.0144)?;
    /// assert_eq!(rule.detection_time(&slo, &at)?, None);
    /// assert_eq!(rule.operator(Operator::AtLeast).detection_time(&slo, &at)?, Some("1h".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) if threshold and ratios do not fit 128 bits;
    /// [`Error::Unsupported`](crate::Error::Unsupported) for a rule that is corrected for traffic, unless that is constant;
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a rule with a least number of events and traffic that
    /// was not given, or a rule with a hold below zero.
    ///
    /// # References
    ///
    /// Beyer, B. et al. (2018). *The Site Reliability Workbook*. O'Reilly, chapter 5.
    pub fn detection_time(&self, slo: &Slo, incident: &Incident) -> Result<Option<Duration>> {
        Ok(self.detected(slo, incident)?.map(Duration::from_nanos))
    }

    /// How long after the incident's end the rule stops firing for good: `None` if it never fires or never stops, or for an
    /// incident without an end.
    ///
    /// # Method
    ///
    /// For an incident that lasts as long as the short window `S` at least, from errors of `e0` and at constant traffic:
    ///
    /// ```text
    /// S · (1 - (θ - e0) / (e1 - e0)) + keep_firing
    /// ```
    ///
    /// in general as [`detection_time`](Self::detection_time).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Duration, Incident, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// let incident = Incident::new(0.144)?.lasting(Duration::from_minutes(10))?;
    /// // 5 min · (1 - 0.0144 / 0.144)
    /// assert_eq!(rule.reset_time(&slo, &incident)?, Some("4m30s".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`detection_time`](Self::detection_time).
    ///
    /// # References
    ///
    /// Beyer, B. et al. (2018). *The Site Reliability Workbook*. O'Reilly, chapter 5.
    pub fn reset_time(&self, slo: &Slo, incident: &Incident) -> Result<Option<Duration>> {
        let Some(lasting) = incident.lasting else { return Ok(None) };
        let course = Course::new(self, slo, incident)?;
        let ended = self.alerts(&course, incident).last().and_then(|(_, end)| *end).map(|end| {
            if incident.every.is_some() {
                return end;
            }
            let later = incident.lag.nanos().saturating_add(self.keep_firing_time().nanos());
            course.ended(end.saturating_sub(later)).saturating_add(later)
        });
        Ok(ended.map(|ended| Duration::from_nanos(ended.saturating_sub(lasting.nanos()).max(0))))
    }

    /// The share of the budget that is spent between the incident's begin and its detection; `None` if it is never
    /// detected.
    ///
    /// # Method
    ///
    /// ```text
    /// bad since the begin / (budget · all events in the objective's window that ends with the detection)
    /// ```
    ///
    /// which is `e1 · t / (budget · P)` at constant traffic: without baseline, hold and lag it is `factor · L / P`,
    /// whatever the errors. It is rounded to within a few units in its last place.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Incident, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// // 2 % of the budget, however fast it goes.
    /// for ratio in [1.0, 0.15] {
    ///     let spent = rule.consumed_at_detection(&slo, &Incident::new(ratio)?)?;
    ///     assert!(spent.is_some_and(|spent| (spent - 0.02).abs() < 1e-15));
    /// }
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`detection_time`](Self::detection_time).
    pub fn consumed_at_detection(&self, slo: &Slo, incident: &Incident) -> Result<Option<f64>> {
        let Some(at) = self.detected(slo, incident)? else { return Ok(None) };
        let course = Course::new(self, slo, incident)?;
        let from = at.saturating_sub(slo.window().length().nanos());
        let (bad, _) = course.events(from.max(0), at, incident);
        let (_, total) = course.events(from, at, incident);
        let allowed = total * slo.objective().budget().to_f64();
        Ok(Some(if allowed > 0.0 { bad / allowed } else { 0.0 }))
    }

    /// The shortest incident of this kind that the rule tells of, in whole nanoseconds: zero if it fires already, `None`
    /// if it never does. How long the given incident lasts does not matter.
    ///
    /// # Method
    ///
    /// At constant traffic, for a hold `h` and the shorter window `S`:
    ///
    /// ```text
    /// L · (θ - e0) / (e1 - e0) + max(0, h - S · (1 - (θ - e0) / (e1 - e0)))
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Duration, Incident, Operator, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?.operator(Operator::AtLeast);
    /// let outage = Incident::new(1.0)?;
    /// assert_eq!(rule.smallest_incident(&slo, &outage)?, Some("51s840ms".parse()?));
    /// // Held for an hour, it must last longer: 51.84 s + 3600 s - 300 s · (1 - 0.0144).
    /// let held = rule.hold(Duration::from_hours(1));
    /// assert_eq!(held.smallest_incident(&slo, &outage)?, Some("55m56s160ms".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`detection_time`](Self::detection_time).
    pub fn smallest_incident(&self, slo: &Slo, incident: &Incident) -> Result<Option<Duration>> {
        let endless = Incident { lasting: None, ..incident.clone() };
        let Some(detected) = self.detected(slo, &endless)? else { return Ok(None) };
        if detected == 0 && Course::new(self, slo, &endless)?.holds(0) {
            return Ok(Some(Duration::ZERO));
        }
        let tells = |lasting: i64| {
            let lasting = Some(Duration::from_nanos(lasting));
            let found = self.detected(slo, &Incident { lasting, ..incident.clone() });
            found.is_ok_and(|found| found.is_some())
        };
        // What goes on until it is detected is detected; above a threshold, one instant later.
        let mut enough = detected.saturating_add(1);
        let mut step = 1_i64;
        while !tells(enough) && enough < i64::MAX {
            enough = enough.saturating_add(step);
            step = step.saturating_mul(2);
        }
        Ok(Some(Duration::from_nanos(first(0, enough, tells))))
    }

    /// As [`detection_time`](Self::detection_time), in nanoseconds.
    fn detected(&self, slo: &Slo, incident: &Incident) -> Result<Option<i64>> {
        let course = Course::new(self, slo, incident)?;
        Ok(self.alerts(&course, incident).first().map(|(begin, _)| (*begin).max(0)))
    }

    /// The alerts in the course of an incident, as they are seen.
    fn alerts(&self, course: &Course, incident: &Incident) -> Vec<Firing> {
        let (lag, hold) = (incident.lag.nanos(), self.hold_time().nanos());
        let every = incident.every.map_or(0, Duration::nanos);
        let mut seen: Vec<(Timestamp, Option<Timestamp>)> = Vec::new();
        for (begin, end) in course.stretches() {
            let already = begin == 0 && course.holds(0);
            // What held before the begin has been held, and seen, for long.
            let head = lag.saturating_add(hold).saturating_add(every);
            let (begin, end) = match incident.every {
                None => (course.began(begin).saturating_add(lag), end.map(|end| end.saturating_add(lag))),
                Some(every) => (
                    next(begin.saturating_add(lag), every),
                    end.map(|end| next(end.saturating_add(lag), every)),
                ),
            };
            let begin = if already { head.saturating_neg() } else { begin };
            let begin =
                if already && every > 0 { (begin / every * every).saturating_sub(every) } else { begin };
            if end.is_some_and(|end| end <= begin) {
                continue;
            }
            let (begin, end) = (Timestamp::from_nanos(begin), end.map(Timestamp::from_nanos));
            match seen.last_mut() {
                Some((_, last)) if *last == Some(begin) => *last = end,
                _ => seen.push((begin, end)),
            }
        }
        let timing = match incident.every {
            None => self.timing(),
            Some(every) => self.timing().seen_every(every),
        };
        let alerts = timing.alerts(seen, Timestamp::from_nanos(i64::MAX)).into_iter();
        alerts.map(|(begin, end)| (begin.nanos(), end.map(Timestamp::nanos))).collect()
    }
}

/// The first evaluation at or after a time.
fn next(at: i64, every: Duration) -> i64 {
    let every = every.nanos();
    let steps = at.div_euclid(every) + i64::from(at.rem_euclid(every) > 0);
    steps.saturating_mul(every)
}

impl AlertPolicy {
    /// How long after the incident's begin the first rule fires; `None` if none ever does.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Incident, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let policy = AlertPolicy::google_sre(slo.window())?;
    /// // 1 % errors never reach a burn of 14.4, but one of 6 over six hours: 6 h · 0.006 / 0.01.
    /// assert_eq!(policy.detection_time(&slo, &Incident::new(0.01)?)?, Some("3h36m".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`BurnRule::detection_time`].
    pub fn detection_time(&self, slo: &Slo, incident: &Incident) -> Result<Option<Duration>> {
        let times = self.of_each(|rule| rule.detection_time(slo, incident))?;
        Ok(times.into_iter().flatten().min())
    }

    /// How long after the incident's end the last rule stops firing for good: `None` if none fires, one never stops or the
    /// incident never ends.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Duration, Incident, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let policy = AlertPolicy::google_sre(slo.window())?;
    /// // Short of 28.8 minutes, only the first two rules fire; the second one goes on for 30 min · (1 - 0.006 / 0.15).
    /// let incident = Incident::new(0.15)?.lasting(Duration::from_minutes(28))?;
    /// assert_eq!(policy.reset_time(&slo, &incident)?, Some("28m48s".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`BurnRule::detection_time`].
    pub fn reset_time(&self, slo: &Slo, incident: &Incident) -> Result<Option<Duration>> {
        let both = |rule: &BurnRule| {
            Ok((rule.detection_time(slo, incident)?.is_some(), rule.reset_time(slo, incident)?))
        };
        let fired = self.of_each(both)?.into_iter().filter(|(fired, _)| *fired).map(|(_, reset)| reset);
        Ok(fired.reduce(|last, reset| last.zip(reset).map(|(a, b)| a.max(b))).flatten())
    }

    /// The share of the budget that is spent between the incident's begin and its detection by the first rule; `None` if it
    /// is never detected.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Incident, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let policy = AlertPolicy::google_sre(slo.window())?;
    /// // The rule over six hours detects it, for 5 % of the budget.
    /// let spent = policy.consumed_at_detection(&slo, &Incident::new(0.01)?)?;
    /// assert!(spent.is_some_and(|spent| (spent - 0.05).abs() < 1e-15));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`BurnRule::detection_time`].
    pub fn consumed_at_detection(&self, slo: &Slo, incident: &Incident) -> Result<Option<f64>> {
        let both = |rule: &BurnRule| {
            Ok(rule.detection_time(slo, incident)?.zip(rule.consumed_at_detection(slo, incident)?))
        };
        let found = self.of_each(both)?.into_iter().flatten();
        Ok(found.min_by_key(|(time, _)| *time).map(|(_, spent)| spent))
    }

    /// The shortest incident of this kind that some rule tells of; `None` if none ever does.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Incident, Operator, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let policy = AlertPolicy::google_sre(slo.window())?.operator(Operator::AtLeast);
    /// assert_eq!(policy.smallest_incident(&slo, &Incident::new(1.0)?)?, Some("51s840ms".parse()?));
    /// assert_eq!(policy.smallest_incident(&slo, &Incident::new(0.0009)?)?, None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`BurnRule::detection_time`].
    pub fn smallest_incident(&self, slo: &Slo, incident: &Incident) -> Result<Option<Duration>> {
        let times = self.of_each(|rule| rule.smallest_incident(slo, incident))?;
        Ok(times.into_iter().flatten().min())
    }

    fn of_each<T>(&self, answer: impl Fn(&BurnRule) -> Result<T>) -> Result<Vec<T>> {
        self.rules().iter().map(answer).collect()
    }
}

#[cfg(test)]
mod tests;
