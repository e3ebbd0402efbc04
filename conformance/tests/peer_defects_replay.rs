//! Defects that other tools were seen to have where they replay or simulate alerts, as tests named after their numbers.

use slo_core::{
    AlertPolicy, Axis, BurnRule, CountSeries, Duration, Operator, Simulation, Slo, Timestamp, burn_rates,
};

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_nanos(minutes * 60_000_000_000)
}

/// D13 (slokit): its simulation fires at the factor itself, while the rules that it writes fire above it, and it says
/// that both are the same. Here there is one rule, and whoever asks it gets one answer.
#[test]
fn d13_a_replay_uses_the_operator_of_the_rules() {
    // 144 of 10,000 bad at 99.9 % burn at 14.4, exactly the factor.
    let minute = Duration::from_minutes(1);
    let slo = Slo::new("99.9%".parse().unwrap(), "30d".parse().unwrap());
    let incident = [(at(1), at(3))];
    for (bad, above, at_least) in [(143.0, false, false), (144.0, false, true), (145.0, true, true)] {
        let bad = [0.0, 0.0, bad, bad, 0.0, 0.0];
        let series = CountSeries::bad_total(Axis::regular(at(0), minute), &bad, &[10_000.0; 6]).unwrap();
        for (operator, expected) in [(Operator::Above, above), (Operator::AtLeast, at_least)] {
            let rule = BurnRule::new(minute, minute, 14.4).unwrap().operator(operator);
            // Neither a hold that the two minutes fill nor time to fire on changes the comparison.
            for rule in [rule.clone(), rule.clone().hold(minute), rule.keep_firing(minute)] {
                let policy = AlertPolicy::new([rule]);
                let firing = policy.firing(&slo, &series).unwrap();
                assert_eq!(firing.iter().any(|fires| *fires), expected, "{policy:?}");
                for every in [None, Some(minute), Some(Duration::from_seconds(30))] {
                    let timeline = policy.evaluate(&slo, &series, every).unwrap();
                    assert_eq!(timeline.alerts().len(), usize::from(expected), "{policy:?}");
                    let replay = policy.replay(&slo, &series, &incident, every).unwrap();
                    assert_eq!(replay.recall(), Some(f64::from(u8::from(expected))), "{policy:?}");
                    assert_eq!(replay.timeline(), &timeline, "{policy:?}");
                }
            }
        }
    }
}

/// D13 on simulated counts: wherever a window burns at exactly the factor, which with few events it does often, the
/// replayed alerts are those of the rule's own comparison.
#[test]
fn d13_a_simulation_is_judged_by_the_operator_of_the_rules() {
    let slo = Slo::new("90%".parse().unwrap(), "1d".parse().unwrap());
    // Three events a minute, of which one fails or another: a burn of exactly 5 is one of two, or two of four.
    let run = Simulation::new(Duration::from_days(1))
        .traffic(0.05)
        .error_ratio(0.3)
        .incidents(0.0)
        .run(13)
        .unwrap();
    let window = Duration::from_minutes(2);
    let burn = burn_rates(&run.series, slo.objective(), &[window]).unwrap();
    let mut numbers = Vec::new();
    for operator in [Operator::Above, Operator::AtLeast] {
        let rule = BurnRule::new(window, window, 5.0).unwrap().operator(operator);
        let replay = AlertPolicy::new([rule]).replay(&slo, &run.series, &[], None).unwrap();
        let fires = |burn: f64| match operator {
            Operator::Above => burn > 5.0,
            Operator::AtLeast => burn >= 5.0,
        };
        for (place, instant) in run.series.times().enumerate() {
            let firing = !replay.timeline().firing(instant).is_empty();
            assert_eq!(firing, fires(burn[[0, place]]), "{operator} at {instant}");
        }
        numbers.push(replay.alerts().len());
    }
    assert_ne!(numbers[0], numbers[1], "no window burns at exactly the factor");
}
