use super::*;
use crate::{Axis, Simulation};
use proptest::prelude::*;

fn minutes(count: i64) -> Duration {
    Duration::from_minutes(count)
}

fn at(count: i64) -> Timestamp {
    Timestamp::from_nanos(minutes(count).nanos())
}

fn slo() -> Slo {
    Slo::new("90%".parse().unwrap(), "1h".parse().unwrap())
}

fn nothing() -> CountSeries {
    CountSeries::from_events(&[], &[]).unwrap()
}

fn shares(texts: &[&str]) -> Vec<Fraction> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn choices_come_in_order_and_are_all_there_are() {
    let mut chosen = vec![0, 1];
    let mut all = vec![chosen.clone()];
    while advance(&mut chosen, 4) {
        all.push(chosen.clone());
    }
    assert_eq!(all, [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
    // 4 + 6 + 4 + 1, and Pascal's triangle further down.
    assert_eq!([1, 2, 3, 4, 5].map(|most| policies(4, most)), [4, 10, 14, 15, 15]);
    assert_eq!(policies(30, 3), 30 + 435 + 4_060);
    assert_eq!(policies(0, 2), 0);
    // Past the limit it need not be known by how much.
    assert!(policies(usize::MAX, 2) > MAX_POLICIES && policies(1_000, 1_000) > MAX_POLICIES);
}

#[test]
fn a_grid_is_refused_that_is_too_large_or_makes_no_rule() {
    let window = |count: i64| (1..=count).map(minutes).collect::<Vec<_>>();
    // 446 rules make 446 + 99,235 policies of up to two, and 447 make 100,128.
    assert_eq!((policies(446, 2), policies(447, 2)), (99_681, 100_128));
    assert!(PolicySearch::new(shares(&["2%"]), window(446)).grid(&slo()).is_ok());
    let error =
        PolicySearch::new(shares(&["2%"]), window(447)).run(&slo(), &nothing(), &[], None).unwrap_err();
    assert!(matches!(error, Error::LimitExceeded { value: 100_128, .. }), "{error}");

    let search = PolicySearch::new(shares(&["2%"]), [minutes(1)]);
    let nan = f64::NAN;
    for (name, refused) in [
        ("rules", search.clone().rules(0)),
        ("min_precision", search.clone().min_precision(1.1)),
        ("min_precision", search.clone().min_precision(nan)),
        ("min_recall", search.clone().min_recall(-0.1)),
        ("max_alerts_per_week", search.clone().max_alerts_per_week(-1.0)),
        ("max_alerts_per_week", search.clone().max_alerts_per_week(nan)),
        ("windows", PolicySearch::new(shares(&["2%"]), [Duration::ZERO])),
        // A twelfth of it is nothing.
        ("short", PolicySearch::new(shares(&["2%"]), [Duration::from_nanos(11)])),
        ("share", PolicySearch::new(shares(&["0"]), [minutes(1)])),
    ] {
        let message = refused.run(&slo(), &nothing(), &[], None).unwrap_err().to_string();
        assert!(message.starts_with(&format!("{name} = ")), "{name}: {message}");
    }
    assert!(search.clone().run(&slo(), &nothing(), &[(at(1), at(0))], None).is_err());
    assert!(PolicySearch::new([], [minutes(1)]).run(&slo(), &nothing(), &[], None).unwrap().is_empty());
}

#[test]
fn limits_hold_at_their_bounds() {
    // As in the documentation: detected after 1 minute with precision 1/2, or after 2 with 1.
    let bad: Vec<f64> = (0..60).map(|m| if m == 10 || (30..40).contains(&m) { 50.0 } else { 0.0 }).collect();
    let series = CountSeries::bad_total(Axis::regular(at(1), minutes(1)), &bad, &[100.0; 60]).unwrap();
    let search = PolicySearch::new(shares(&["10%"]), [minutes(2), minutes(24)]);
    let found = |search: PolicySearch| {
        let front = search.run(&slo(), &series, &[(at(30), at(40))], Some(minutes(1))).unwrap();
        front
            .iter()
            .map(|score| score.detection_time.unwrap().nanos() / minutes(1).nanos())
            .collect::<Vec<_>>()
    };
    let just = Duration::from_nanos(1);
    assert_eq!(found(search.clone()), [1, 2]);
    assert_eq!(found(search.clone().max_detection_time(minutes(2))), [1, 2]);
    assert_eq!(
        found(search.clone().max_detection_time(Duration::from_nanos(minutes(2).nanos() - just.nanos()))),
        [1]
    );
    assert_eq!(found(search.clone().max_detection_time(minutes(1))), [1]);
    assert!(found(search.clone().max_detection_time(Duration::ZERO)).is_empty());
    assert_eq!(found(search.clone().min_precision(0.5)), [1, 2]);
    assert_eq!(found(search.clone().min_precision(0.5_f64.next_up())), [2]);
    assert_eq!(found(search.clone().max_alerts_per_week(336.0)), [1, 2]);
    assert_eq!(found(search.clone().max_alerts_per_week(336.0_f64.next_down())), [2]);
    assert_eq!(found(search.min_recall(1.0)), [1, 2]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_front_is_what_replaying_every_policy_leaves(seed in any::<u64>(), rules in 1_u32..4, errors in 0.0..0.02_f64) {
        let run = Simulation::new(minutes(600)).traffic(1.0).incidents(40.0).error_ratio(errors).run(seed).unwrap();
        let (slo, every) = (Slo::new("99%".parse().unwrap(), "1d".parse().unwrap()), Some(minutes(1)));
        let search = PolicySearch::new(shares(&["1%", "5%", "10%"]), [minutes(12), minutes(60)]).rules(rules as usize);
        let front = search.run(&slo, &run.series, &run.incidents, every).unwrap();

        // Every policy of up to so many of the six rules, by itself.
        let grid = search.grid(&slo).unwrap();
        let mut all: Vec<PolicyScore> = Vec::new();
        for size in 1..=rules {
            for mask in 1_u32..64 {
                if mask.count_ones() == size {
                    let picked: Vec<_> = (0..6).filter(|bit| mask >> bit & 1 == 1).map(|bit| grid[bit].clone()).collect();
                    let policy = AlertPolicy::new(picked);
                    let replay = policy.replay(&slo, &run.series, &run.incidents, every).unwrap();
                    all.push(PolicyScore::new(replay, policy));
                }
            }
        }
        for score in &front {
            prop_assert!(all.contains(score));
            // Nothing outdoes it, but what is alike.
            prop_assert!(all.iter().all(|other| !other.is_no_worse(score) || score.is_no_worse(other)));
        }
        for score in &all {
            prop_assert!(front.iter().any(|best| best.is_no_worse(score)));
        }
        prop_assert!(front.windows(2).all(|pair| pair[0].slowness() <= pair[1].slowness()));
        prop_assert_eq!(search.run(&slo, &run.series, &run.incidents, every).unwrap(), front);
    }
}
