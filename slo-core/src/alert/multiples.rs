//! Alerts as they look to evaluations at a fixed distance.

use super::evaluate::{burn_at, runs};
use super::firing::RuleOn;
use super::policy::AlertPolicy;
use super::timeline::Alert;
use crate::error::Result;
use crate::history::grid;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::time::{Duration, Timestamp};

impl AlertPolicy {
    /// The alerts by evaluation at the multiples of `every` alone.
    pub(super) fn at_multiples(
        &self,
        slo: &Slo,
        series: &CountSeries,
        every: Duration,
    ) -> Result<Vec<Alert>> {
        let instants = grid(series, every)?;
        let len = instants.len();
        let Some(first) = { instants }.next() else { return Ok(Vec::new()) };
        let evaluations = Evaluations { first, every, len };
        let mut alerts = Vec::new();
        for rule in self.rules() {
            let on = RuleOn::new(rule, slo, series)?;
            let fires = evaluations.firing(&on, series);
            let stretches = runs(&fires).into_iter().map(|run| {
                let end = (run.end < len).then(|| evaluations.at(run.end));
                (evaluations.at(run.start), end)
            });
            let last = evaluations.at(len - 1);
            for (begin, end) in rule.timing().seen_every(every).alerts(stretches, last) {
                let burn = evaluations.highest_burn(&on, slo, series, (begin, end));
                alerts.push(Alert::new(rule, slo, series, (begin, end), burn));
            }
        }
        Ok(alerts)
    }
}

/// So many instants, `every` after one another.
#[derive(Clone, Copy)]
struct Evaluations {
    first: Timestamp,
    every: Duration,
    len: usize,
}

impl Evaluations {
    /// The instant number `index`.
    fn at(&self, index: usize) -> Timestamp {
        self.first.nth(self.every, index)
    }

    /// The number of one of the instants.
    fn place(&self, at: Timestamp) -> usize {
        let steps =
            (i128::from(at.nanos()) - i128::from(self.first.nanos())) / i128::from(self.every.nanos());
        usize::try_from(steps).unwrap_or(usize::MAX)
    }

    /// The first point and the number of points between evaluations, where each evaluation happens at a point.
    fn on_points(&self, series: &CountSeries) -> Option<(usize, usize)> {
        let axis = series.axis();
        let step = axis.step()?.nanos();
        let start = axis.count_before(self.first);
        let stride = usize::try_from(self.every.nanos() / step).ok()?;
        (self.every.nanos() % step == 0 && axis.get(start) == Some(self.first)).then_some((start, stride))
    }

    /// Whether the rule's condition holds at each instant.
    fn firing(&self, on: &RuleOn<'_>, series: &CountSeries) -> Vec<bool> {
        if let Some((start, stride)) = self.on_points(series) {
            let mut fires = vec![false; series.len()];
            on.firing(&mut fires);
            return if (start, stride) == (0, 1) {
                fires
            } else {
                fires.into_iter().skip(start).step_by(stride).collect()
            };
        }
        // How many points lie up to the end and up to the begins of the windows, which only ever move on.
        let (axis, prefix) = (series.axis(), series.prefix());
        let mut counted = [0; 3];
        let mut holds = |at: Timestamp| {
            let begins = [on.rule.long(), on.rule.short()].map(|window| at.saturating_sub(window));
            for (counted, edge) in counted.iter_mut().zip([at, begins[0], begins[1]]) {
                while axis.get(*counted).is_some_and(|instant| instant <= edge) {
                    *counted += 1;
                }
            }
            let [now, long, short] = counted;
            let counts = |begin: usize| prefix.between(begin, now);
            on.decision.holds(at, || counts(long), || counts(short))
        };
        (0..self.len).map(|index| holds(self.at(index))).collect()
    }

    /// The highest burn rate of the rule's long window at the evaluations of an alert.
    fn highest_burn(
        &self,
        on: &RuleOn<'_>,
        slo: &Slo,
        series: &CountSeries,
        (begin, end): (Timestamp, Option<Timestamp>),
    ) -> f64 {
        let (from, to) = (self.place(begin), end.map_or(self.len, |end| self.place(end)));
        if let Some((start, 1)) = self.on_points(series) {
            return on.long.highest_burn(slo.objective().budget(), start + from..start + to);
        }
        (from..to).map(|index| burn_at(slo, on.rule, series, self.at(index))).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Axis, BurnRule};
    use proptest::prelude::*;

    fn seconds(count: i64) -> Duration {
        Duration::from_seconds(count)
    }

    proptest! {
        #[test]
        fn evaluation_at_points_equals_evaluation_at_any_instant(
            counts in prop::collection::vec((0_u32..5, 0_u32..9), 1..80),
            (first, step) in (-30_i64..30, 1_i64..5),
            every in 1_i64..13,
            (long, short) in (1_i64..40, 1_i64..20),
            (hold, keep_firing) in (0_i64..12, 0_i64..12),
            factor in 1_u32..9,
        ) {
            let axis = Axis::regular(Timestamp::from_nanos(first * 1_000_000_000), seconds(step));
            let (bad, good): (Vec<f64>, Vec<f64>) = counts.iter().map(|(b, g)| (f64::from(*b), f64::from(*g))).unzip();
            let even = CountSeries::good_bad(axis, &good, &bad).unwrap();
            // The same counts and a last one far later, which no alert reaches, so that the axis is not even.
            let far = Timestamp::from_nanos((first + step * 80 + 1_000) * 1_000_000_000 + 1);
            let times: Vec<_> = even.times().chain([far]).collect();
            let (mut bad, mut good) = (bad, good);
            bad.push(0.0);
            good.push(1.0);
            let uneven = CountSeries::good_bad(Axis::listed(times), &good, &bad).unwrap();

            let slo = Slo::new("90%".parse().unwrap(), "1h".parse().unwrap());
            let rule = BurnRule::new(seconds(long), seconds(short), f64::from(factor)).unwrap();
            let policy = AlertPolicy::new([rule.hold(seconds(hold)).keep_firing(seconds(keep_firing))]);
            let evaluate = |series| policy.evaluate(&slo, series, Some(seconds(every))).unwrap();
            let (even_alerts, uneven_alerts) = (evaluate(&even), evaluate(&uneven));
            let begun = uneven_alerts.alerts().iter().filter(|alert| Some(alert.begin) <= even.last());
            let begins: Vec<_> = begun.clone().map(|alert| alert.begin).collect();
            prop_assert_eq!(even_alerts.alerts().iter().map(|alert| alert.begin).collect::<Vec<_>>(), begins);
            for (even, uneven) in even_alerts.alerts().iter().zip(begun) {
                if even.end.is_some() {
                    prop_assert_eq!((even.end, even.burn, even.bad), (uneven.end, uneven.burn, uneven.bad));
                }
            }
        }
    }
}
