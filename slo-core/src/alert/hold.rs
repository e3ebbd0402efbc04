//! From the times at which a rule's condition holds to the times at which the rule fires.

use crate::time::{Duration, Timestamp};

/// A stretch of time with its begin, and without an end while it goes on.
pub(super) type Stretch = (Timestamp, Option<Timestamp>);

/// How long a rule waits before it fires, and how long it fires on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    hold: Duration,
    keep_firing: Duration,
}

impl Hold {
    /// What a rule asks for, seen at every instant.
    pub(super) const fn new(hold: Duration, keep_firing: Duration) -> Self {
        Self { hold, keep_firing }
    }

    /// What of it is seen at the multiples of `every`.
    ///
    /// # Method
    ///
    /// The first evaluation at least `d` after another one comes `every · ceil(d / every)` after it.
    pub(super) fn seen_every(self, every: Duration) -> Self {
        let up = |time: Duration| {
            let (time, every) = (time.nanos().unsigned_abs(), every.nanos().unsigned_abs().max(1));
            // What does not fit is longer than the time between any two evaluations, and so is the longest duration: if
            // that is a multiple of `every`, everything fits.
            let nanos = i64::try_from(time.div_ceil(every).saturating_mul(every));
            Duration::from_nanos(nanos.unwrap_or(i64::MAX))
        };
        Self { hold: up(self.hold), keep_firing: up(self.keep_firing) }
    }

    /// The alerts of a rule whose condition holds during these stretches, which come in order and do not touch.
    ///
    /// # Method
    ///
    /// ```text
    /// [b, e)  ->  [b + hold, e + keep_firing)   if b + hold < e,
    /// ```
    ///
    /// and a stretch that begins while an alert still fires carries it on, whatever its own length. `last` is the last
    /// instant of evaluation: what would begin later has not begun, and what would end later has not ended.
    pub(super) fn alerts(
        self,
        stretches: impl IntoIterator<Item = Stretch>,
        last: Timestamp,
    ) -> Vec<Stretch> {
        let mut alerts: Vec<Stretch> = Vec::new();
        for (begin, end) in stretches {
            let until = end.and_then(|end| self.until(end, last));
            if let Some((_, ended)) = alerts.last_mut()
                && ended.is_none_or(|ended| begin <= ended)
            {
                *ended = until;
                continue;
            }
            let fires = begin.checked_add(self.hold).ok().filter(|fires| *fires <= last);
            if let Some(fires) = fires.filter(|fires| end.is_none_or(|end| *fires < end)) {
                alerts.push((fires, until));
            }
        }
        alerts
    }

    /// When an alert ends whose condition fails at an instant; `None` if that is not known yet.
    fn until(self, failed: Timestamp, last: Timestamp) -> Option<Timestamp> {
        failed.checked_add(self.keep_firing).ok().filter(|until| *until <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AlertPolicy, AlertTimeline, Axis, BurnRule, CountSeries, Slo};
    use proptest::prelude::*;

    const SECOND: i64 = 1_000_000_000;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_nanos(seconds * SECOND)
    }

    fn seconds(count: i64) -> Duration {
        Duration::from_seconds(count)
    }

    fn slo() -> Slo {
        Slo::new("90%".parse().unwrap(), "1h".parse().unwrap())
    }

    fn rule(long: i64, short: i64, factor: f64) -> BurnRule {
        BurnRule::new(seconds(long), seconds(short), factor).unwrap()
    }

    fn listed(records: &[(i64, f64, f64)]) -> CountSeries {
        let times: Vec<_> = records.iter().map(|(t, ..)| at(*t)).collect();
        let (bad, total): (Vec<f64>, Vec<f64>) = records.iter().map(|(_, bad, total)| (*bad, *total)).unzip();
        CountSeries::bad_total(Axis::listed(times), &bad, &total).unwrap()
    }

    /// The alerts of a rule on ten events a second, all of them bad in the marked seconds and none in the others.
    fn on(marks: &str, rule: BurnRule, every: Option<i64>) -> Vec<(i64, Option<i64>)> {
        let bad: Vec<f64> = marks.chars().map(|mark| if mark == 'x' { 10.0 } else { 0.0 }).collect();
        let series =
            CountSeries::bad_total(Axis::regular(at(0), seconds(1)), &bad, &vec![10.0; bad.len()]).unwrap();
        bounds(&AlertPolicy::new([rule]).evaluate(&slo(), &series, every.map(seconds)).unwrap())
    }

    fn bounds(timeline: &AlertTimeline) -> Vec<(i64, Option<i64>)> {
        timeline
            .alerts()
            .iter()
            .map(|a| (a.begin.nanos() / SECOND, a.end.map(|e| e.nanos() / SECOND)))
            .collect()
    }

    #[test]
    fn a_condition_that_holds_as_long_as_the_hold_fires_and_one_below_does_not() {
        // Prometheus: `ts.Sub(a.ActiveAt) >= r.holdDuration`. Three seconds hold from 2 to 5, which is one too few.
        for (marks, expected) in [
            ("..xxx...", vec![]),
            ("..xxxx..", vec![(5, Some(6))]),
            ("..xxxxx.", vec![(5, Some(7))]),
            ("..xxx", vec![]),
            ("..xxxx", vec![(5, None)]),
        ] {
            let held = rule(1, 1, 5.0).hold(seconds(3));
            assert_eq!(on(marks, held.clone(), None), expected, "{marks}");
            assert_eq!(on(marks, held, Some(1)), expected, "{marks} every second");
        }
    }

    #[test]
    fn keep_firing_counts_from_the_first_instant_that_fails() {
        // Prometheus: `KeepFiringSince` is the first evaluation without the alert, and the alert goes on while
        // `ts.Sub(a.KeepFiringSince) < r.keepFiringFor`.
        for (marks, expected) in [
            (".x.....", vec![(1, Some(5))]),
            (".x...", vec![(1, None)]),
            (".x....", vec![(1, Some(5))]),
            (".x...x.....", vec![(1, Some(9))]),
            (".x....x.....", vec![(1, Some(5)), (6, Some(10))]),
            (".x...x", vec![(1, None)]),
        ] {
            let expected: Vec<(i64, Option<i64>)> = expected;
            let kept = rule(1, 1, 5.0).keep_firing(seconds(3));
            assert_eq!(on(marks, kept.clone(), None), expected, "{marks}");
            assert_eq!(on(marks, kept, Some(1)), expected, "{marks} every second");
        }
    }

    #[test]
    fn a_pending_alert_is_not_kept_and_one_that_is_kept_need_not_be_held_again() {
        let rule = rule(1, 1, 5.0).hold(seconds(2)).keep_firing(seconds(3));
        assert_eq!(on("xx.xx......", rule.clone(), None), []);
        // Held at 2 and lost at 3; the single second 5 carries it on until 6 + 3.
        assert_eq!(on("xxx..x.......", rule.clone(), None), [(2, Some(9))]);
        // At 3 + 3 it ends, and what comes at 7 must hold again.
        assert_eq!(on("xxx....xx..xxx", rule, None), [(2, Some(6)), (13, None)]);
    }

    #[test]
    fn a_hold_ends_between_records() {
        // The window of 30 s holds the burst of second 100 until 130, and nothing is recorded meanwhile.
        let series = listed(&[(0, 0.0, 10.0), (100, 10.0, 10.0), (1000, 0.0, 10.0)]);
        for (hold, expected) in
            [(0, vec![(100, Some(130))]), (29, vec![(129, Some(130))]), (30, vec![]), (31, vec![])]
        {
            let policy = AlertPolicy::new([rule(300, 30, 2.0).hold(seconds(hold))]);
            let timeline = policy.evaluate(&slo(), &series, None).unwrap();
            assert_eq!(bounds(&timeline), expected, "{hold} s");
            // 10 bad of 20 as long as it fires, and all of them raised it.
            assert!(timeline.alerts().iter().all(|alert| (alert.burn, alert.bad) == (5.0, 10.0)));
        }
    }

    #[test]
    fn evaluations_see_times_rounded_up() {
        // Every 2 s, a hold of 3 s and one of 4 s are the same, and so it is with the time that a rule fires on.
        let marks = "..xxxxxxx.........";
        for time in [3, 4] {
            let timed = rule(1, 1, 5.0).hold(seconds(time)).keep_firing(seconds(time));
            assert_eq!(on(marks, timed, Some(2)), [(6, Some(14))], "{time} s");
        }
        assert_eq!(
            on(marks, rule(1, 1, 5.0).hold(seconds(5)).keep_firing(seconds(5)), Some(2)),
            [(8, Some(16))]
        );
    }

    #[test]
    fn times_below_zero_are_refused_and_endless_ones_never_pass() {
        let below = Duration::from_nanos(-1);
        let series = listed(&[(0, 10.0, 10.0), (1, 0.0, 10.0), (3, 0.0, 10.0)]);
        for (name, rule) in
            [("hold", rule(1, 1, 5.0).hold(below)), ("keep_firing", rule(1, 1, 5.0).keep_firing(below))]
        {
            let error = AlertPolicy::new([rule]).evaluate(&slo(), &series, None).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{name} = -1ns")), "{error}");
        }
        let endless = Duration::from_nanos(i64::MAX);
        for every in [None, Some(1), Some(2)] {
            assert_eq!(on("xxxx.", rule(1, 1, 5.0).hold(endless), every), []);
            assert_eq!(on("x....", rule(1, 1, 5.0).keep_firing(endless), every), [(0, None)]);
        }
    }

    #[test]
    fn what_raised_a_held_alert_counts_to_its_cost() {
        // From second 2 on all is bad; with a hold of 3 s the alert begins at 5 and ends at 8.
        let bad: Vec<f64> = "..xxxxxx.".chars().map(|mark| if mark == 'x' { 10.0 } else { 0.0 }).collect();
        let series = CountSeries::bad_total(Axis::regular(at(0), seconds(1)), &bad, &[10.0; 9]).unwrap();
        let policy = AlertPolicy::new([rule(1, 1, 5.0).hold(seconds(3))]);
        let timeline = policy.evaluate(&slo(), &series, None).unwrap();
        assert_eq!(bounds(&timeline), [(5, Some(8))]);
        assert_eq!((timeline.alerts()[0].bad, timeline.by_severity()[0].bad), (60.0, 60.0));
        // 60 of the 9 that 90 events allow.
        assert_eq!(timeline.alerts()[0].cost, 60.0 / 9.0);
    }

    /// Prometheus' state of one alert, as `AlertingRule.Eval` keeps it.
    #[derive(Clone, Copy)]
    enum State {
        Inactive,
        Pending { active_at: i64 },
        Firing { keep_firing_since: Option<i64> },
    }

    /// The alerts of Prometheus, evaluated at these seconds with or without a result.
    fn prometheus(results: &[(i64, bool)], hold: i64, keep_firing: i64) -> Vec<(i64, Option<i64>)> {
        let mut state = State::Inactive;
        let mut alerts: Vec<(i64, Option<i64>)> = Vec::new();
        for &(ts, result) in results {
            if result {
                state = match state {
                    State::Inactive => State::Pending { active_at: ts },
                    State::Firing { .. } => State::Firing { keep_firing_since: None },
                    pending @ State::Pending { .. } => pending,
                };
                if let State::Pending { active_at } = state
                    && ts - active_at >= hold
                {
                    state = State::Firing { keep_firing_since: None };
                    alerts.push((ts, None));
                }
            } else if let State::Firing { keep_firing_since } = state {
                let since = keep_firing_since.unwrap_or(ts);
                state = State::Firing { keep_firing_since: Some(since) };
                if ts - since >= keep_firing {
                    state = State::Inactive;
                    alerts.last_mut().unwrap().1 = Some(ts);
                }
            } else {
                state = State::Inactive;
            }
        }
        alerts
    }

    /// Whether the rule's condition holds at a second, by the definition, and the long window's burn rate.
    fn condition(series: &CountSeries, rule: &BurnRule, second: i64) -> (bool, f64) {
        let [long, short] = [rule.long(), rule.short()].map(|window| {
            slo().budget(series.counts_between(at(second).saturating_sub(window), at(second))).burn_rate()
        });
        let exceeds = |burn: Option<f64>| burn.is_some_and(|burn| burn > rule.factor().to_f64());
        (exceeds(long) && exceeds(short), long.unwrap_or(0.0))
    }

    proptest! {
        #[test]
        fn alerts_equal_prometheus_state_machine_second_by_second(
            records in prop::collection::vec((1_i64..9, 0_u32..5, 0_u32..9), 1..60),
            (long, short) in (1_i64..60, 1_i64..20),
            factor in 1_u32..9,
            (hold, keep_firing) in (0_i64..25, 0_i64..25),
            every in prop::option::of(1_i64..9),
        ) {
            let mut now = -20;
            let records: Vec<_> = records.iter().map(|(gap, bad, good)| {
                now += gap;
                (now, f64::from(*bad), f64::from(bad + good))
            }).collect();
            let series = listed(&records);
            let rule = rule(long, short, f64::from(factor)).hold(seconds(hold)).keep_firing(seconds(keep_firing));
            let is_record = |second: i64| records.iter().any(|(t, ..)| *t == second);

            // All instants are whole seconds. Without a grid, every second is one of evaluation, but that a condition
            // begins to hold with a record only.
            let mut held = false;
            let mut results = Vec::new();
            for second in (records[0].0..=now).filter(|second| every.is_none_or(|every| second % every == 0)) {
                let (holds, _) = condition(&series, &rule, second);
                held = holds && (held || every.is_some() || is_record(second));
                results.push((second, held));
            }
            let expected = prometheus(&results, hold, keep_firing);

            let timeline = AlertPolicy::new([rule.clone()]).evaluate(&slo(), &series, every.map(seconds)).unwrap();
            prop_assert_eq!(bounds(&timeline), &*expected);
            for (alert, (begin, end)) in timeline.alerts().iter().zip(expected) {
                let burn = results.iter().map(|(second, _)| *second)
                    .filter(|second| every.is_some() || is_record(*second) || *second == begin)
                    .filter(|second| *second >= begin && end.is_none_or(|end| *second < end))
                    .map(|second| condition(&series, &rule, second).1)
                    .fold(0.0, f64::max);
                prop_assert_eq!(alert.burn, burn);
                let from = at(begin - hold - long);
                prop_assert_eq!(alert.bad, series.counts_between(from, alert.until).bad());
            }
        }

        #[test]
        fn times_seen_at_a_grid_are_the_first_multiples_at_or_after_them(time in 0..=i64::MAX, every in 1..=i64::MAX) {
            let seen = Hold::new(Duration::from_nanos(time), Duration::ZERO).seen_every(Duration::from_nanos(every));
            let multiple = (i128::from(time) + i128::from(every) - 1) / i128::from(every) * i128::from(every);
            prop_assert_eq!(i128::from(seen.hold.nanos()), multiple.min(i128::from(i64::MAX)));
            prop_assert_eq!(seen.keep_firing, Duration::ZERO);
        }
    }
}
