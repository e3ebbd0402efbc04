//! Monitors that are merged.

use super::laws::{in_order, policies, run, slo, steps, timed};
use super::*;

/// What must be the same whatever way the records took: everything but where the running totals began to round.
fn same(one: &BudgetMonitor, other: &BudgetMonitor) -> bool {
    one == other
}

#[test]
fn monitors_of_different_objectives_policies_or_resolutions_do_not_merge() {
    let mut one = monitor([rule(20, 10, 5.0)]);
    let known = one.clone();
    let other_slo = Slo::new("95%".parse().unwrap(), "1m".parse().unwrap());
    for other in [
        monitor([]),
        monitor([rule(20, 10, 4.0)]),
        BudgetMonitor::new(one.slo().clone(), one.policy().clone(), seconds(5)).unwrap(),
        BudgetMonitor::new(other_slo, one.policy().clone(), seconds(10)).unwrap(),
    ] {
        assert!(matches!(one.merge(&other), Err(Error::InvalidParameter { name: "other", .. })));
    }
    assert_eq!(one, known);
}

#[test]
fn merging_tells_of_alerts_that_only_both_together_raise() {
    let mut one = monitor([rule(20, 10, 5.0)]);
    let mut other = one.clone();
    // Each alone: 4 of 10 is four times the budget, and 9 of 10 nine times.
    one.record(at(10), bad_total(4.0, 10.0)).unwrap();
    one.advance(at(10)).unwrap();
    other.record(at(10), bad_total(9.0, 10.0)).unwrap();
    let changes = one.merge(&other).unwrap();
    assert_eq!((changes.began.len(), changes.began[0].begin, changes.began[0].burn), (1, at(10), 6.5));
    // Ninety good events more, and it never fired.
    let mut good = monitor([rule(20, 10, 5.0)]);
    good.record(at(10), bad_total(0.0, 90.0)).unwrap();
    let changes = one.merge(&good).unwrap();
    assert_eq!((changes.began.len(), changes.ended.len(), changes.ended[0].begin), (0, 1, at(10)));
    assert!(one.firing().is_empty());
}

#[test]
fn an_alert_older_than_the_ring_keeps_its_begin() {
    // Buckets of the last minute are kept, and the alert fires for ten.
    let mut one = monitor([rule(60, 10, 5.0)]);
    for minute in 1..=60 {
        one.record(at(10 * minute), bad_total(10.0, 10.0)).unwrap();
    }
    let mut shard = monitor([rule(60, 10, 5.0)]);
    shard.record(at(600), bad_total(10.0, 10.0)).unwrap();
    assert!(one.merge(&shard).unwrap().is_empty());
    one.advance(at(600)).unwrap();
    assert_eq!(one.firing()[0].begin, at(10));
}

#[test]
fn merging_an_empty_monitor_changes_nothing_and_into_one_makes_the_other() {
    let mut one = monitor([rule(20, 10, 5.0)]);
    one.record(at(10), bad_total(9.0, 10.0)).unwrap();
    one.advance(at(11)).unwrap();
    let mut empty = monitor([rule(20, 10, 5.0)]);
    let known = one.clone();
    assert!(one.merge(&empty).unwrap().is_empty());
    assert_eq!(one, known);
    assert_eq!(empty.merge(&one).unwrap().began.len(), 1);
    assert_eq!(empty, one);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn shards_merged_are_one_monitor(
        steps in steps(60),
        policy in policies(),
        owners in prop::collection::vec(0_usize..4, 60),
        order in Just(vec![0, 1, 2, 3]).prop_shuffle(),
    ) {
        // The window keeps everything, so that every alert is decided anew.
        let steps = timed(&steps, false);
        let empty = BudgetMonitor::new(slo(100_000_000), policy, seconds(10)).unwrap();
        let mut one = empty.clone();
        run(&mut one, &steps);
        let mut shards = vec![empty.clone(); 4];
        let seen = steps.iter().position(|(_, counts)| counts.is_some()).unwrap_or(steps.len());
        for (place, (step, owner)) in steps.iter().zip(owners).enumerate() {
            // Time that passes before a shard has a record is an empty record for the one monitor, and none for it.
            match step {
                (at, Some(counts)) => shards[owner].record(*at, *counts).unwrap(),
                (at, None) if place > seen => shards[owner].record(*at, Counts::default()).and_then(|_| shards[owner].advance(*at)).unwrap(),
                _ => Changes::default(),
            };
        }
        let mut merged = empty.clone();
        for place in &order {
            merged.merge(&shards[*place]).unwrap();
        }
        prop_assert!(same(&merged, &one), "{merged:?}\n{one:?}");
        prop_assert_eq!(merged.next_change(), one.next_change());
        // In pairs, and the other way round.
        let [mut left, mut right] = [empty.clone(), empty];
        left.merge(&shards[order[3]]).unwrap();
        left.merge(&shards[order[1]]).unwrap();
        right.merge(&shards[order[0]]).unwrap();
        right.merge(&shards[order[2]]).unwrap();
        left.merge(&right).unwrap();
        prop_assert!(same(&left, &one));
    }

    #[test]
    fn shards_that_forget_agree_on_counts_and_on_what_fires(
        steps in steps(80),
        policy in policies(),
        owners in prop::collection::vec(0_usize..3, 80),
        window in 1_000_i64..60_000,
        fractional in any::<bool>(),
    ) {
        let rules: Vec<_> = policy.rules().iter().map(|rule| rule.clone().hold(Duration::ZERO).keep_firing(Duration::ZERO)).collect();
        let policy = AlertPolicy::new(rules);
        let steps: Vec<_> = timed(&steps, fractional).into_iter().filter(|(_, counts)| counts.is_some()).collect();
        let empty = BudgetMonitor::new(slo(window), policy.clone(), seconds(10)).unwrap();
        let mut one = empty.clone();
        run(&mut one, &steps);
        let mut shards = vec![empty.clone(); 3];
        for (step, owner) in steps.iter().zip(owners) {
            run(&mut shards[owner], std::slice::from_ref(step));
        }
        let mut merged = empty;
        for shard in &shards {
            merged.merge(shard).unwrap();
        }
        let (found, expected) = (merged.budget().counts(), one.budget().counts());
        let close = |a: f64, b: f64| (a - b).abs() <= if fractional { 1e-12 * b } else { 0.0 };
        prop_assert!(close(found.bad(), expected.bad()) && close(found.total(), expected.total()));
        if !fractional {
            let firing = |monitor: &BudgetMonitor| -> Vec<BurnRule> {
                in_order(&policy, monitor.firing()).into_iter().map(|alert| alert.rule).collect()
            };
            let sorted = |mut rules: Vec<BurnRule>| {
                rules.sort_by_key(|rule| policy.rules().iter().position(|other| other == rule));
                rules
            };
            prop_assert_eq!(sorted(firing(&merged)), sorted(firing(&one)));
            prop_assert_eq!(&merged.ring, &one.ring);
        }
    }
}
