//! The calculus against two independent judges: a solver by events in floats, and the evaluation of counts.

use super::*;

/// Traffic and errors as a list of seconds at which they change, with the rate and the error ratio from then on.
type Curve = Vec<(f64, f64, f64)>;

/// The integral of rate and of errors over `(from, to]`, summed anew for each window.
fn integrals(curve: &Curve, from: f64, to: f64) -> (f64, f64) {
    let ends = curve.iter().skip(1).map(|(begin, ..)| *begin).chain([f64::INFINITY]);
    curve.iter().zip(ends).fold((0.0, 0.0), |(events, bad), ((begin, rate, ratio), end)| {
        let length = (end.min(to) - begin.max(from)).max(0.0);
        (events + rate * length, bad + rate * ratio * length)
    })
}

/// When the burn rate of both windows first exceeds the threshold from 0 on, and when it does so for the last time.
///
/// Between the instants at which some window meets some step, `bad - θ · events` of a window is linear, so that the two
/// ends of such a stretch give its root. Between two neighbouring events of all kinds nothing changes: its middle decides.
fn solve(curve: &Curve, windows: [f64; 2], threshold: f64) -> Option<(f64, Option<f64>)> {
    let excess = |window: f64, at: f64| {
        let (events, bad) = integrals(curve, at - window, at);
        bad - threshold * events
    };
    let mut bends = vec![0.0];
    for (begin, ..) in curve {
        bends.extend([*begin, begin + windows[0], begin + windows[1]]);
    }
    bends.retain(|bend| *bend >= 0.0);
    bends.sort_unstable_by(f64::total_cmp);
    let mut events = bends.clone();
    for pair in bends.windows(2) {
        for window in windows {
            let (left, right) = (excess(window, pair[0]), excess(window, pair[1]));
            if left * right < 0.0 {
                events.push(pair[0] + (pair[1] - pair[0]) * left / (left - right));
            }
        }
    }
    events.sort_unstable_by(f64::total_cmp);
    let horizon = events.last().unwrap() + 1.0;
    events.push(horizon);
    let holds = |pair: &&[f64]| {
        let middle = f64::midpoint(pair[0], pair[1]);
        pair[1] - pair[0] > 1e-7 && windows.iter().all(|window| excess(*window, middle) > 0.0)
    };
    let first = events.windows(2).find(holds)?[0];
    let last = events.windows(2).rfind(holds)?[1];
    Some((first, (last < horizon).then_some(last)))
}

/// A rule, an incident, and the same as a curve.
#[derive(Clone, Debug)]
struct Case {
    long: i64,
    short: i64,
    /// The threshold in thousandths.
    threshold: u16,
    baseline: u16,
    ratio: u16,
    lasting: i64,
    /// Seconds between steps, and rates from them on.
    traffic: Vec<(i64, u8)>,
    hold: i64,
    keep: i64,
    operator: Operator,
}

fn cases() -> impl Strategy<Value = Case> {
    let rule =
        (2_i64..400, 1_i64..400, 1_u16..900, prop_oneof![Just(Operator::Above), Just(Operator::AtLeast)]);
    let incident = (0_u16..100, 0_u16..=1000, 1_i64..600);
    let traffic = prop::collection::vec((1_i64..120, 0_u8..20), 0..8);
    let times = (prop_oneof![Just(0), 1_i64..60], prop_oneof![Just(0), 1_i64..60]);
    (rule, incident, traffic, times).prop_map(|(rule, incident, traffic, (hold, keep))| {
        let ((long, short, threshold, operator), (baseline, ratio, lasting)) = (rule, incident);
        Case { long, short, threshold, baseline, ratio, lasting, traffic, hold, keep, operator }
    })
}

impl Case {
    /// A budget of a hundredth: the factor is the threshold over it.
    fn slo() -> Slo {
        Slo::new("99%".parse().unwrap(), "1h".parse().unwrap())
    }

    fn rule(&self) -> BurnRule {
        let factor = f64::from(self.threshold) / 10.0;
        let rule = BurnRule::new(seconds(self.long), seconds(self.short), factor).unwrap();
        rule.operator(self.operator).hold(seconds(self.hold)).keep_firing(seconds(self.keep))
    }

    /// From when on which rate, starting before the incident; one event in thousand is the unit of errors.
    fn rates(&self) -> Vec<(i64, u32)> {
        let mut from = -100;
        let mut rates = vec![(from, 7_000)];
        for (gap, rate) in &self.traffic {
            from += gap;
            rates.push((from, u32::from(*rate) * 1000));
        }
        rates
    }

    fn incident(&self) -> Incident {
        let thousandths = |value: u16| f64::from(value) / 1000.0;
        let traffic: Vec<_> =
            self.rates().iter().map(|(from, rate)| (seconds(*from), f64::from(*rate))).collect();
        let incident =
            Incident::new(thousandths(self.ratio)).unwrap().baseline(thousandths(self.baseline)).unwrap();
        incident.lasting(seconds(self.lasting)).unwrap().traffic(traffic).unwrap()
    }

    /// Rate and errors, in thousandths, in the second that ends at `second`.
    fn counts(&self, second: i64) -> (f64, f64) {
        let rates = self.rates();
        let place = rates.iter().rposition(|(from, _)| *from < second).unwrap_or(0);
        let during = second > 0 && second <= self.lasting;
        let rate = f64::from(rates[place].1);
        (rate * f64::from(if during { self.ratio } else { self.baseline }) / 1000.0, rate)
    }

    fn curve(&self) -> Curve {
        let rates = self.rates();
        let mut begins: Vec<i64> =
            rates.iter().skip(1).map(|(from, _)| *from).chain([-1_000_000, 0, self.lasting]).collect();
        begins.sort_unstable();
        begins.dedup();
        let step = |begin: i64| {
            let (bad, total) = self.counts(begin + 1);
            let during = begin >= 0 && begin < self.lasting;
            let ratio = f64::from(if during { self.ratio } else { self.baseline }) / 1000.0;
            debug_assert!(total == 0.0 || (bad / total - ratio).abs() < 1e-9);
            (begin as f64, total, ratio)
        };
        begins.into_iter().map(step).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_calculus_equals_an_event_driven_solver(case in cases()) {
        // SEMANTICS 15: to 1e-9 relative, where threshold and ratio do not meet by construction.
        prop_assume!(case.threshold != case.baseline && case.threshold != case.ratio);
        let (slo, incident) = (Case::slo(), case.incident());
        let rule = case.rule().hold(Duration::ZERO).keep_firing(Duration::ZERO);
        let expected = solve(&case.curve(), [case.long as f64, case.short as f64], f64::from(case.threshold) / 1000.0);
        let found = rule.detection_time(&slo, &incident).unwrap();
        prop_assert_eq!(found.is_some(), expected.is_some());
        if let (Some(found), Some((first, last))) = (found, expected) {
            // Times are rounded up to the nanosecond.
            prop_assert!((found.seconds() - first).abs() <= 1e-9 * first + 2e-9, "{} {first}", found.seconds());
            let reset = rule.reset_time(&slo, &incident).unwrap();
            prop_assert_eq!(reset.is_some(), last.is_some());
            if let (Some(reset), Some(last)) = (reset, last) {
                let expected = (last - case.lasting as f64).max(0.0);
                prop_assert!((reset.seconds() - expected).abs() <= 1e-9 * last + 2e-9, "{} {expected}", reset.seconds());
            }
        }
    }

    #[test]
    fn a_replay_on_a_grid_fires_and_stops_where_the_calculus_says(case in cases()) {
        // SEMANTICS 15. Both see the seconds; counts are whole, so that equality is decided alike.
        let (slo, rule) = (Case::slo(), case.rule());
        let (first, last) = (-1000, case.lasting + 3000);
        let (bad, total): (Vec<f64>, Vec<f64>) = (first..=last).map(|second| case.counts(second)).unzip();
        let series = CountSeries::bad_total(Axis::regular(at(first), seconds(1)), &bad, &total).unwrap();
        let seen = case.incident().every(seconds(1)).unwrap();
        let detected = rule.detection_time(&slo, &seen).unwrap();
        // A baseline that burns too fast fires before the data say so, or did while there still was traffic.
        let calm = case.baseline < case.threshold
            || (case.baseline == case.threshold && case.operator == Operator::Above);
        prop_assume!(calm && detected != Some(Duration::ZERO));
        for every in [None, Some(seconds(1))] {
            let timeline = AlertPolicy::new([rule.clone()]).evaluate(&slo, &series, every).unwrap();
            let begin = timeline.alerts().first().map(|alert| Duration::from_nanos(alert.begin.nanos()));
            prop_assert_eq!(begin, detected);
            let end = timeline.alerts().last().and_then(|alert| alert.end);
            let reset = end.map(|end| Duration::from_nanos((end.nanos() - seconds(case.lasting).nanos()).max(0)));
            prop_assert_eq!(reset, rule.reset_time(&slo, &seen).unwrap());
            if let (Some(alert), Some(spent)) = (timeline.alerts().first(), rule.consumed_at_detection(&slo, &seen).unwrap()) {
                let bad = series.counts_between(at(0).max(alert.begin.saturating_sub(slo.window().length())), alert.begin).bad();
                let whole = slo.budget_at(&series, alert.begin).unwrap();
                // The data reach back a thousand seconds, and so far the traffic before the incident is known.
                if alert.begin >= at(2600) {
                    slo_testkit::assert_close(spent, bad / whole.allowed(), 1e-12);
                }
            }
        }
        // Without an interval, never later than a grid sees it, and by less than the grid when it lasts.
        let exact = case.incident();
        if let Some(seen) = detected {
            let continuous = rule.detection_time(&slo, &exact).unwrap();
            prop_assert!(continuous.is_some_and(|at| at <= seen), "{continuous:?} {seen}");
        }
    }

    #[test]
    fn a_longer_or_a_worse_incident_is_detected_no_later(case in cases(), more in 1_i64..100) {
        prop_assume!(case.ratio >= case.baseline);
        let (slo, rule) = (Case::slo(), case.rule());
        let found = |case: &Case| rule.detection_time(&slo, &case.incident()).unwrap();
        let before = found(&case);
        let worse = Case { ratio: case.ratio.saturating_add(50).min(1000), ..case.clone() };
        let longer = Case { lasting: case.lasting + more, ..case.clone() };
        if let Some(before) = before {
            prop_assert!(found(&worse).is_some_and(|after| after <= before));
            prop_assert!(found(&longer).is_some_and(|after| after <= before));
            let smallest = rule.smallest_incident(&slo, &case.incident()).unwrap();
            prop_assert!(smallest.is_some_and(|smallest| smallest <= seconds(case.lasting)));
        }
    }
}
