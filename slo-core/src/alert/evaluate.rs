//! From firing points to alerts with exact begin and end.

use std::ops::Range;

use super::demotion::by_severity;
use super::firing::RuleOn;
use super::hold::Stretch;
use super::policy::AlertPolicy;
use super::rule::BurnRule;
use super::timeline::{Alert, AlertTimeline};
use crate::error::Result;
use crate::series::{CountSeries, Grid};
use crate::slo::Slo;
use crate::time::{Duration, Timestamp};

impl AlertPolicy {
    /// The alerts that the policy raises on a series, with exact begin and end.
    ///
    /// Rules are evaluated at every instant of the series, or at each multiple of `every` since the Unix epoch. A
    /// rule's condition begins to hold at the first instant at which both windows burn too fast and fails at the first
    /// later one at which one does not. Without `every`, the instants at which a window loses data while the condition
    /// holds count too, so that it fails when the window forgets and not when the next record happens to come.
    ///
    /// The alert begins once the condition has held for the rule's hold, and ends once it has failed for the time that
    /// the rule fires on; until then, a condition that comes back carries the alert on, without another hold. With
    /// `every`, both happen at the first evaluation at or after that, as Prometheus' `for` and `keep_firing_for` have
    /// it, which count from the first evaluation that saw the condition hold, and from the first that saw it fail.
    /// Without `every`, both happen to the nanosecond, between records too, up to the last record.
    ///
    /// # Method
    ///
    /// ```text
    /// holds(t):   bad(w] · q > p · total(w]   for both windows w that end at t
    /// p/q = factor · (1 - target) in lowest terms
    /// begin = the first t that is hold after the first t_0, with holds from t_0 to t
    /// end = the first t > begin that is keep_firing after the first t_1, without holds from t_1 to t
    /// ```
    ///
    /// # Parameters
    ///
    /// | name | range | unit |
    /// |---|---|---|
    /// | `slo` | gives the objective for the burn rates, and the window for the cost | |
    /// | `series` | any length | events |
    /// | `every` | positive; without it records, and instants at which a window loses one | duration |
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let rule = BurnRule::new(Duration::from_minutes(2), Duration::from_minutes(1), 10.0)?;
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[0.0, 30.0, 0.0], &[100.0; 3])?;
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    ///
    /// let timeline = AlertPolicy::new([rule]).evaluate(&slo, &series, None)?;
    /// let alert = &timeline.alerts()[0];
    /// assert_eq!(alert.begin, Timestamp::from_nanos(60_000_000_000));
    /// assert_eq!(alert.end, Some(Timestamp::from_nanos(120_000_000_000)));
    /// assert_eq!(alert.burn, 15.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`firing`](Self::firing); [`Error::LimitExceeded`](crate::Error::LimitExceeded) past 10^8 instants;
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless `every` is positive, or for a hold or a
    /// keep-firing time below zero.
    ///
    /// # References
    ///
    /// Prometheus, `rules/alerting.go`: `AlertingRule.Eval`.
    pub fn evaluate(
        &self,
        slo: &Slo,
        series: &CountSeries,
        every: Option<Duration>,
    ) -> Result<AlertTimeline> {
        self.rules().iter().try_for_each(BurnRule::check_times)?;
        let series = &*slo.counted(series)?;
        let alerts = match every {
            None => self.at_records(slo, series),
            Some(every) => self.at_multiples(slo, series, every),
        }?;
        let alerts = alerts.into_iter().flat_map(|alert| by_severity(alert, slo, series, every)).collect();
        Ok(AlertTimeline::new(alerts, slo, series))
    }

    fn at_records(&self, slo: &Slo, series: &CountSeries) -> Result<Vec<Alert>> {
        let mut alerts = Vec::new();
        let Some(last) = series.last() else { return Ok(alerts) };
        let axis = series.axis();
        for rule in self.rules() {
            let decay = Decay::new(RuleOn::new(rule, slo, series)?, series);
            let mut fires = vec![false; series.len()];
            decay.on.firing(&mut fires);
            let stretches = runs(&fires).into_iter().flat_map(|run| decay.stretches(run));
            for (begin, end) in rule.timing().alerts(stretches, last) {
                let points = axis.count_before(begin)..end.map_or(series.len(), |end| axis.count_before(end));
                let burn = burn_at(slo, rule, series, begin)
                    .max(decay.on.long.highest_burn(slo.objective().budget(), points));
                alerts.push(Alert::new(rule, slo, series, (begin, end), burn));
            }
        }
        Ok(alerts)
    }
}

/// The burn rate of the long window that ends at an instant; 0 without traffic.
pub(super) fn burn_at(slo: &Slo, rule: &BurnRule, series: &CountSeries, at: Timestamp) -> f64 {
    let counts = series.counts_between(at.saturating_sub(rule.long()), at);
    slo.budget(counts).burn_rate().unwrap_or(0.0)
}

/// How the windows of a rule whose condition holds forget between two records.
struct Decay<'a> {
    on: RuleOn<'a>,
    series: &'a CountSeries,
    /// Whether windows lose data between records at all: not on an even axis that divides both.
    between_records: bool,
}

impl<'a> Decay<'a> {
    fn new(on: RuleOn<'a>, series: &'a CountSeries) -> Self {
        let between_records = match series.axis().grid() {
            Grid::Listed(_) => true,
            Grid::Regular { step, .. } => {
                [on.rule.long(), on.rule.short()].iter().any(|window| window.nanos() % step.nanos() != 0)
            }
        };
        Self { on, series, between_records }
    }

    /// The stretches of a run of firing points during which the condition really holds.
    fn stretches(&self, run: Range<usize>) -> Vec<Stretch> {
        let instant = |point| self.series.axis().get(point);
        let mut stretches = Vec::new();
        let mut begin = run.start;
        if self.between_records {
            for point in run.clone() {
                if let Some(end) = self.forgotten(point) {
                    stretches.extend(instant(begin).map(|begin| (begin, Some(end))));
                    begin = point + 1;
                }
            }
        }
        if begin < run.end {
            stretches.extend(instant(begin).map(|begin| (begin, instant(run.end))));
        }
        stretches
    }

    /// The first instant after a point and before the next record at which the condition fails.
    fn forgotten(&self, point: usize) -> Option<Timestamp> {
        let axis = self.series.axis();
        let next = axis.get(point + 1)?;
        let rule = self.on.rule;
        let mut windows =
            [(rule.long(), self.on.long.start(point)), (rule.short(), self.on.short.start(point))];
        loop {
            let oldest = windows.iter().filter(|(_, start)| *start <= point);
            let leaves = oldest.filter_map(|(window, start)| Some(axis.get(*start)?.saturating_add(*window)));
            let instant = leaves.min()?;
            if instant >= next {
                return None;
            }
            for (window, start) in &mut windows {
                *start = axis.count_until(instant.saturating_sub(*window)).clamp(*start, point + 1);
            }
            let counts = |start: usize| self.series.prefix().between(start, point + 1);
            let [(_, long), (_, short)] = windows;
            if !self.on.decision.holds(instant, || counts(long), || counts(short)) {
                return Some(instant);
            }
        }
    }
}

/// The maximal runs of `true`.
pub(super) fn runs(fires: &[bool]) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut from = 0;
    while let Some(begin) = next(fires, from, true) {
        let end = next(fires, begin, false).unwrap_or(fires.len());
        runs.push(begin..end);
        from = end;
    }
    runs
}

/// The first place from `from` on that holds `value`, whole blocks that do not hold it passed over at once.
fn next(fires: &[bool], from: usize, value: bool) -> Option<usize> {
    const BLOCK: usize = 64;
    let rest = fires.get(from..)?;
    let without = rest
        .chunks(BLOCK)
        .take_while(|block| block.iter().fold(true, |same, f| same & (*f != value)))
        .count();
    let passed = without * BLOCK;
    rest.get(passed..)?.iter().position(|f| *f == value).map(|place| from + passed + place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Axis, BurnRule, Operator};
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_nanos(seconds * 1_000_000_000)
    }

    fn slo() -> Slo {
        Slo::new("90%".parse().unwrap(), "1h".parse().unwrap())
    }

    fn policy(long: i64, short: i64, factor: f64) -> AlertPolicy {
        let rule =
            BurnRule::new(Duration::from_seconds(long), Duration::from_seconds(short), factor).unwrap();
        AlertPolicy::new([rule])
    }

    fn listed(records: &[(i64, f64, f64)]) -> CountSeries {
        let times: Vec<_> = records.iter().map(|(t, ..)| at(*t)).collect();
        let (bad, total): (Vec<f64>, Vec<f64>) = records.iter().map(|(_, bad, total)| (*bad, *total)).unzip();
        CountSeries::bad_total(Axis::listed(times), &bad, &total).unwrap()
    }

    fn bounds(timeline: &AlertTimeline) -> Vec<(i64, Option<i64>)> {
        let seconds = |t: Timestamp| t.nanos() / 1_000_000_000;
        timeline.alerts().iter().map(|a| (seconds(a.begin), a.end.map(seconds))).collect()
    }

    #[test]
    fn an_alert_ends_when_the_short_window_forgets() {
        // SEMANTICS 12: the burst at 100 s leaves the 30 s window at 130 s, between the records.
        let series = listed(&[(0, 0.0, 10.0), (100, 10.0, 10.0), (1000, 0.0, 10.0)]);
        assert_eq!(
            bounds(&policy(300, 30, 2.0).evaluate(&slo(), &series, None).unwrap()),
            [(100, Some(130))]
        );
    }

    #[test]
    fn an_alert_that_still_fires_has_no_end() {
        let series = listed(&[(0, 0.0, 10.0), (100, 10.0, 10.0)]);
        assert_eq!(bounds(&policy(300, 30, 2.0).evaluate(&slo(), &series, None).unwrap()), [(100, None)]);
    }

    #[test]
    fn forgetting_between_records_splits_an_alert() {
        let series = listed(&[(0, 0.0, 10.0), (100, 10.0, 10.0), (150, 10.0, 10.0), (170, 0.0, 30.0)]);
        let timeline = policy(300, 30, 4.0).evaluate(&slo(), &series, None).unwrap();
        // At 170 s the short window holds 10 bad of 40: a burn of 2.5.
        assert_eq!(bounds(&timeline), [(100, Some(130)), (150, Some(170))]);
    }

    #[test]
    fn a_grid_sees_only_its_instants() {
        let series = listed(&[(0, 0.0, 10.0), (95, 10.0, 10.0), (200, 0.0, 10.0)]);
        let timeline =
            policy(300, 30, 2.0).evaluate(&slo(), &series, Some(Duration::from_seconds(20))).unwrap();
        assert_eq!(bounds(&timeline), [(100, Some(140))]);
        assert!(policy(300, 30, 2.0).evaluate(&slo(), &series, Some(Duration::ZERO)).is_err());
    }

    #[test]
    fn a_burn_of_exactly_the_factor_fires_only_under_at_least() {
        // Two spellings of the target decide alike: COMPARE.md D12.
        let series = listed(&[(60, 144.0, 10_000.0), (120, 0.0, 10_000.0)]);
        for target in ["99.9%", "0.999"] {
            let slo = Slo::new(target.parse().unwrap(), "30d".parse().unwrap());
            let above = policy(60, 60, 14.4);
            assert_eq!(bounds(&above.evaluate(&slo, &series, None).unwrap()), []);
            let at_least = above.operator(Operator::AtLeast);
            assert_eq!(bounds(&at_least.evaluate(&slo, &series, None).unwrap()), [(60, Some(120))]);
        }
    }

    #[test]
    fn nothing_fires_on_nothing() {
        for records in [&[][..], &[(0, 0.0, 0.0)], &[(0, 0.0, 0.0), (1, 0.0, 0.0)]] {
            for policy in [policy(60, 5, 1.0), policy(60, 5, 1.0).operator(Operator::AtLeast)] {
                assert!(policy.evaluate(&slo(), &listed(records), None).unwrap().alerts().is_empty());
            }
        }
    }

    /// Whether the rule fires at an instant, by the definition.
    fn fires(series: &CountSeries, rule: &BurnRule, now: Timestamp) -> bool {
        [rule.long(), rule.short()].iter().all(|window| {
            let counts = series.counts_between(now.saturating_sub(*window), now);
            slo().budget(counts).burn_rate().is_some_and(|burn| burn > rule.factor().to_f64())
        })
    }

    proptest! {
        #[test]
        fn alerts_equal_a_second_by_second_evaluation(
            records in prop::collection::vec((1_i64..9, 0_u32..5, 0_u32..9), 1..60),
            long in 1_i64..60,
            short in 1_i64..20,
            factor in 1_u32..9,
        ) {
            let mut now = 0;
            let records: Vec<_> = records.iter().map(|(gap, bad, good)| {
                now += gap;
                (now, f64::from(*bad), f64::from(bad + good))
            }).collect();
            let series = listed(&records);
            let policy = policy(long, short, f64::from(factor));
            let rule = &policy.rules()[0];
            // All instants are whole seconds, so a scan of the seconds sees every begin and every end.
            let mut expected: Vec<(i64, Option<i64>)> = Vec::new();
            for second in records[0].0..=now {
                let firing = fires(&series, rule, at(second));
                let record = records.iter().any(|(t, ..)| *t == second);
                match expected.last_mut() {
                    Some((_, end @ None)) => if !firing { *end = Some(second) },
                    _ => if firing && record { expected.push((second, None)) },
                }
            }
            prop_assert_eq!(bounds(&policy.evaluate(&slo(), &series, None).unwrap()), expected);
        }

        #[test]
        fn runs_cover_exactly_the_true_places(fires in prop::collection::vec(any::<bool>(), 0..300)) {
            let mut covered = vec![false; fires.len()];
            for run in runs(&fires) {
                prop_assert!(!run.is_empty());
                covered[run].fill(true);
            }
            prop_assert_eq!(covered, fires);
        }
    }
}
