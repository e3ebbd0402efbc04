//! What holds for every stream.

use std::collections::BTreeMap;

use super::*;

/// What happens: a record of bad and good events, or time that passes; and how long after what happened before.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) gap: i64,
    /// Nothing for time that passes.
    pub(super) counts: Option<(f64, f64)>,
}

/// Steps of milliseconds to half a minute, mostly records.
pub(super) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let gap = prop_oneof![4 => 1_i64..12_000, 1 => 1_i64..200_000, 4 => (1_i64..13).prop_map(|s| s * 1000)];
    let counts = prop_oneof![
        1 => Just(None),
        6 => (0_u32..6, 0_u32..30).prop_map(|(bad, good)| Some((f64::from(bad), f64::from(good)))),
    ];
    prop::collection::vec((gap, counts).prop_map(|(gap, counts)| Step { gap, counts }), 0..most)
}

/// A policy of one to three rules with windows that need not be multiples of the resolution.
pub(super) fn policies() -> impl Strategy<Value = AlertPolicy> {
    let times = prop_oneof![3 => Just((0, 0)), 1 => (0_i64..20_000, 0_i64..40_000)];
    let operator = prop_oneof![Just(Operator::Above), Just(Operator::AtLeast)];
    let few = prop_oneof![3 => Just(0_u32), 1 => 1_u32..60];
    let rule = (1_i64..90_000, 1_i64..40_000, 1_u32..8, operator, times, (any::<bool>(), few)).prop_map(
        |(long, short, factor, operator, (hold, keep), (whole, few))| {
            let length = |ms: i64| {
                Duration::from_nanos(if whole { (ms / 10_000 + 1) * 10_000 } else { ms } * 1_000_000)
            };
            let ms = |ms: i64| Duration::from_nanos(ms * 1_000_000);
            let rule = BurnRule::new(length(long), length(short), f64::from(factor)).unwrap();
            let rule = rule.operator(operator).hold(ms(hold)).keep_firing(ms(keep));
            rule.min_events(f64::from(few)).unwrap()
        },
    );
    prop::collection::vec(rule, 1..4).prop_map(AlertPolicy::new)
}

pub(super) fn slo(window: i64) -> Slo {
    let window = crate::Window::rolling(Duration::from_nanos(window * 1_000_000)).unwrap();
    Slo::new("90%".parse().unwrap(), window)
}

/// The steps with their instants, fractional counts scaled by a tenth.
pub(super) fn timed(steps: &[Step], fractional: bool) -> Vec<(Timestamp, Option<Counts>)> {
    let scale = if fractional { 0.1 } else { 1.0 };
    let mut now = 0;
    let step = |step: &Step| {
        now += step.gap * 1_000_000;
        let counts = step.counts.map(|(bad, good)| Counts::good_bad(good * scale, bad * scale).unwrap());
        (Timestamp::from_nanos(now), counts)
    };
    steps.iter().map(step).collect()
}

/// The series of the steps, in which time that passed is an empty record once there is one before it.
pub(super) fn series(steps: &[(Timestamp, Option<Counts>)]) -> CountSeries {
    let from = steps.iter().position(|(_, counts)| counts.is_some()).unwrap_or(steps.len());
    let (times, counts): (Vec<_>, Vec<_>) =
        steps[from..].iter().map(|(at, counts)| (*at, counts.unwrap_or_default())).unzip();
    let good: Vec<f64> = counts.iter().map(Counts::good).collect();
    let bad: Vec<f64> = counts.iter().map(Counts::bad).collect();
    CountSeries::good_bad(Axis::listed(times), &good, &bad).unwrap()
}

/// Runs a monitor over the steps.
pub(super) fn run(monitor: &mut BudgetMonitor, steps: &[(Timestamp, Option<Counts>)]) -> Vec<Alert> {
    let mut ended = Vec::new();
    for (at, counts) in steps {
        let changes = match counts {
            Some(counts) => monitor.record(*at, *counts),
            None => monitor.advance(*at),
        };
        ended.extend(changes.unwrap().ended);
    }
    ended
}

/// All alerts in the order of a timeline: by begin, then by the place of their rule.
pub(super) fn in_order(policy: &AlertPolicy, mut alerts: Vec<Alert>) -> Vec<Alert> {
    alerts.sort_by_key(|alert| {
        (alert.begin, policy.rules().iter().position(|rule| *rule == alert.rule), alert.end)
    });
    alerts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_monitor_equals_evaluate_on_the_resampled_series(
        steps in steps(80),
        policy in policies(),
        window in 1_000_i64..200_000,
        resolution in prop_oneof![Just(1_000_i64), Just(10_000), 1_i64..30_000],
        fractional in any::<bool>(),
        excluded in prop::option::of((0_i64..300, 1_i64..100)),
    ) {
        // SEMANTICS 16, bit for bit: begin, end, until, burn, bad and cost.
        let (slo, steps) = (slo(window), timed(&steps, fractional));
        let slo = excluded.iter().fold(slo, |slo, (begin, length)| {
            slo.exclude(crate::Exclusion::new(at(*begin), at(begin + length)).unwrap())
        });
        let resolution = Duration::from_nanos(resolution * 1_000_000);
        let mut monitor = BudgetMonitor::new(slo.clone(), policy.clone(), resolution).unwrap();
        let mut ended = run(&mut monitor, &steps);

        let resampled = series(&steps).resample(resolution).unwrap();
        if let Some(last) = resampled.last() {
            prop_assert_eq!(monitor.budget(), slo.budget_at(&resampled, last).unwrap());
            let counted = slo.counted(&resampled).unwrap();
            let rates = crate::burn_rates(&counted, slo.objective(), &policy.windows()).unwrap();
            for (row, (_, burn)) in rates.rows().into_iter().zip(monitor.burn_rates()) {
                let expected = row.last().copied().filter(|burn| !burn.is_nan());
                prop_assert_eq!(burn, expected);
            }
            ended.extend(monitor.advance(last).unwrap().ended);
        }
        ended.extend(monitor.firing());
        let timeline = policy.evaluate(&slo, &resampled, None).unwrap();
        let expected = in_order(&policy, timeline.alerts().to_vec());
        prop_assert_eq!(in_order(&policy, ended), expected);
    }

    #[test]
    fn time_that_passes_equals_until(
        steps in steps(40),
        policy in policies(),
        window in 1_000_i64..200_000,
        later in 0_i64..30,
    ) {
        let (slo, steps) = (slo(window), timed(&steps, false));
        let mut monitor = BudgetMonitor::new(slo.clone(), policy.clone(), seconds(10)).unwrap();
        let mut ended = run(&mut monitor, &steps);
        let resampled = series(&steps).resample(seconds(10)).unwrap();
        if let Some(last) = resampled.last() {
            let at = last.checked_add(seconds(10 * later)).unwrap();
            ended.extend(monitor.advance(at).unwrap().ended);
            ended.extend(monitor.firing());
            let until = resampled.until(at).unwrap();
            prop_assert_eq!(monitor.budget(), slo.budget_at(&until, at).unwrap());
            let timeline = policy.evaluate(&slo, &until, None).unwrap();
            prop_assert_eq!(in_order(&policy, ended), in_order(&policy, timeline.alerts().to_vec()));
        }
    }

    #[test]
    fn the_next_change_is_the_earliest_instant_at_which_an_alert_changes(
        steps in steps(30),
        policy in policies(),
        resolution in prop_oneof![Just(10_000_i64), 1_i64..15_000],
        late in prop::option::of((0_i64..60, 0_u32..30, 0_u32..30)),
    ) {
        let (slo, steps) = (slo(60_000), timed(&steps, false));
        let resolution = Duration::from_nanos(resolution * 1_000_000);
        let mut monitor = BudgetMonitor::new(slo, policy, resolution).unwrap();
        run(&mut monitor, &steps);
        if let (Some((ago, bad, good)), Some(last)) = (late, monitor.clock) {
            // Late records make sums and states disagree until the next look at them.
            let counts = Counts::good_bad(f64::from(good), f64::from(bad)).unwrap();
            let _ = monitor.record(last.saturating_sub(seconds(ago)), counts);
        }
        let changes = |at: Timestamp| !monitor.clone().advance(at).unwrap().is_empty();
        let now = steps.last().map_or(at(0), |(at, _)| *at).nanos();
        let next = monitor.next_change();
        if let Some(next) = next {
            prop_assert!(next.nanos() >= now, "{next} is over");
            prop_assert!(changes(next), "nothing changes at {next}");
        }
        // Nothing changes before: at the millisecond, where all that can happen happens, and just after it.
        let until = next.map_or(now + 300 * SECOND, Timestamp::nanos);
        let step = (until - now).max(1) / 400 + 1;
        let spread = (now..until).step_by(usize::try_from(step).unwrap());
        let ends = (now.div_euclid(resolution.nanos())..).map(|k| k * resolution.nanos());
        let ends = ends.skip_while(|end| *end < now).take_while(|end| *end < until).take(400);
        for instant in spread.chain(ends).chain([until - 1]).filter(|instant| (now..until).contains(instant)) {
            prop_assert!(!changes(Timestamp::from_nanos(instant)), "{instant} comes before {next:?}");
        }
    }

    #[test]
    fn late_records_end_up_in_the_sums(
        steps in steps(60),
        order in prop::collection::vec(-40_i64..1, 60),
        fractional in any::<bool>(),
        duplicate in prop_oneof![Just(Duplicate::Add), Just(Duplicate::Replace)],
    ) {
        // Under Add the sums are those of all records that were taken, under Replace those of the last of each bucket.
        let steps = timed(&steps, fractional);
        let mut monitor = BudgetMonitor::new(slo(60_000), AlertPolicy::new([]), seconds(5)).unwrap();
        monitor = monitor.duplicate(duplicate);
        let mut buckets: BTreeMap<Timestamp, Counts> = BTreeMap::new();
        for ((at, counts), ago) in steps.iter().zip(order) {
            let Some(counts) = counts else { continue };
            let at = at.saturating_sub(seconds(if ago < -20 { ago + 20 } else { 0 }.abs()));
            if monitor.record(at, *counts).is_ok() {
                let bucket = buckets.entry(monitor.bucket(at).unwrap()).or_default();
                let empty = duplicate == Duplicate::Replace;
                *bucket = if empty { *counts } else { bucket.merge(counts).unwrap() };
            }
        }
        let expected = monitor.newest().map_or(Counts::default(), |newest| {
            let inside = buckets.iter().filter(|(end, _)| newest.saturating_sub(seconds(60)) < **end);
            inside.fold(Counts::default(), |sum, (_, counts)| sum.merge(counts).unwrap())
        });
        let found = monitor.budget().counts();
        // Sums of some hundred fractional counts, each right to 2^-104 but for one rounding of each bucket.
        let close = |a: f64, b: f64| (a - b).abs() <= if fractional { 1e-12 * b } else { 0.0 };
        prop_assert!(close(found.bad(), expected.bad()) && close(found.total(), expected.total()), "{found:?} {expected:?}");
    }

    #[test]
    fn columns_equal_single_records(steps in steps(40), policy in policies(), split in 0_usize..40) {
        let records: Vec<_> =
            timed(&steps, false).into_iter().filter_map(|(at, counts)| Some((at, counts?))).collect();
        let mut single = BudgetMonitor::new(slo(60_000), policy, seconds(5)).unwrap();
        let mut many = single.clone();
        let (mut one_by_one, mut at_once) = (Changes::default(), Changes::default());
        for (at, counts) in &records {
            let changes = single.record(*at, *counts).unwrap();
            one_by_one.began.extend(changes.began);
            one_by_one.ended.extend(changes.ended);
        }
        let (first, second) = records.split_at(split.min(records.len()));
        for part in [first, second] {
            let times: Vec<_> = part.iter().map(|(at, _)| *at).collect();
            let good: Vec<f64> = part.iter().map(|(_, counts)| counts.good()).collect();
            let bad: Vec<f64> = part.iter().map(|(_, counts)| counts.bad()).collect();
            let changes = many.record_good_bad(&times, &good, &bad).unwrap();
            at_once.began.extend(changes.began);
            at_once.ended.extend(changes.ended);
        }
        prop_assert_eq!((single, one_by_one), (many, at_once));
    }
}
