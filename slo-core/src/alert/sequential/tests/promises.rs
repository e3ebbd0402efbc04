//! The two promises of SEMANTICS 17, computed exactly where that is cheap and drawn where it is not.

use super::*;
use crate::stats::tails::{Binomial, Distribution};
use slo_testkit::Random;

/// Draws how many of `n` events are bad, each with probability `p`, by the gaps between bad ones.
fn draw(random: &mut Random, n: f64, p: f64) -> f64 {
    let scale = (-p).ln_1p();
    let (mut bad, mut at) = (0.0, 0.0);
    loop {
        at += ((1.0 - random.uniform()).ln() / scale).floor() + 1.0;
        if at > n {
            return bad;
        }
        bad += 1.0;
    }
}

/// The probabilities of 0, 1, ... bad events of `n`, up to where less than 1e-18 is left.
fn masses(n: f64, p: f64) -> Vec<f64> {
    let mut masses = vec![(n * (-p).ln_1p()).exp()];
    let (mut k, mut mass) = (0.0, masses[0]);
    while k < n && (k < n * p || mass > 1e-18) {
        mass *= (n - k) / (k + 1.0) * (p / (1.0 - p));
        k += 1.0;
        masses.push(mass);
    }
    masses
}

/// The exact probability of an alarm within so many observations of `n` events each.
fn ever(test: &SequentialTest, n: f64, observations: usize, p: f64) -> f64 {
    let step = masses(n, p);
    let (mut alarms, mut at) = (0.0, vec![1.0]);
    for index in 1..=observations {
        let mut next = vec![0.0; at.len() + step.len() - 1];
        for (i, left) in at.iter().enumerate() {
            for (j, right) in step.iter().enumerate() {
                next[i + j] += left * right;
            }
        }
        for (bad, mass) in next.iter_mut().enumerate() {
            let counts = Counts::bad_total(bad as f64, n * index as f64).unwrap_or_default();
            if test.ln(counts) >= -test.alpha.ln() {
                alarms += *mass;
                *mass = 0.0;
            }
        }
        let kept = next.iter().rposition(|mass| *mass > 1e-18).unwrap_or(0);
        next.truncate(kept + 1);
        at = next;
    }
    alarms
}

#[test]
fn within_the_budget_the_exact_probability_of_ever_alarming_is_at_most_alpha() {
    // What more observations could add is as good as nothing: by then the evidence for the budget is overwhelming.
    for (n, observations) in [(1.0, 3_000), (10.0, 300), (100.0, 30), (1_000.0, 5)] {
        for alpha in [0.1, 0.01] {
            for power_at in [3.0, 20.0] {
                let test = test("99%", alpha, power_at);
                let at_budget = ever(&test, n, observations, 0.01);
                assert!(at_budget <= alpha, "{n} events, alpha {alpha}, power {power_at}: {at_budget}");
                assert!(ever(&test, n, observations, 0.005) <= at_budget);
                // Beyond the budget nothing is promised, and at the design burn it is found.
                let beyond = ever(&test, n, observations, 0.01 * power_at);
                assert!(beyond > 0.99, "{n} events, alpha {alpha}, power {power_at}: {beyond}");
            }
        }
    }
    // Looked at after each event, the promise is not much too careful.
    assert!(ever(&test("99%", 0.1, 10.0), 1.0, 3_000, 0.01) > 0.03);
}

/// How many runs of observations of `n` events raise an alarm, of `runs` at rate `p`.
fn alarms(test: &SequentialTest, n: f64, p: f64, observations: usize, runs: usize, seed: u64) -> f64 {
    let mut random = Random::seeded(seed);
    let mut alarmed = 0.0;
    for _ in 0..runs {
        let mut run = test.clone();
        for _ in 0..observations {
            if run.observe(draw(&mut random, n, p), n).unwrap().alarm {
                alarmed += 1.0;
                break;
            }
        }
    }
    alarmed
}

#[test]
fn without_restart_the_promise_holds_from_one_to_a_million_events_per_observation() {
    for (index, (n, observations, runs)) in [
        (1.0, 3_000, 300),
        (10.0, 300, 1_000),
        (100.0, 50, 2_000),
        (1e3, 20, 2_000),
        (1e4, 10, 1_000),
        (1e5, 8, 400),
        (1e6, 6, 100),
    ]
    .into_iter()
    .enumerate()
    {
        let test = test("99.9%", 0.05, 3.0);
        let alarmed = alarms(&test, n, 0.001, observations, runs, 100 + index as u64);
        // With exactly alpha, more alarms come once in a million seeds.
        let most = Binomial::new(runs as f64, 0.05).unwrap().upper_quantile(1e-6).unwrap();
        assert!(alarmed <= most, "{n} events: {alarmed} of {runs}");
    }
}

/// Observations until the first alarm, at most `cap`.
fn run_length(test: &SequentialTest, cap: u32, mut bad: impl FnMut() -> (f64, f64)) -> f64 {
    let mut run = test.clone();
    for index in 1..=cap {
        let (bad, total) = bad();
        if run.observe(bad, total).unwrap().alarm {
            return f64::from(index);
        }
    }
    f64::from(cap)
}

#[test]
fn with_restart_false_alarms_are_one_over_alpha_observations_apart_on_average() {
    let alpha = 0.1;
    for (index, (n, cap, runs)) in [
        (1.0, 2_000, 200),
        (10.0, 500, 200),
        (100.0, 200, 200),
        (1e3, 100, 200),
        (1e4, 60, 100),
        (1e5, 40, 40),
        (1e6, 20, 20),
    ]
    .into_iter()
    .enumerate()
    {
        let test = test("99.9%", alpha, 3.0).restart(Restart::WhenCleared);
        let mut random = Random::seeded(200 + index as u64);
        let lengths: Vec<f64> =
            (0..runs).map(|_| run_length(&test, cap, || (draw(&mut random, n, 0.001), n))).collect();
        // Cut at the cap, the mean is less than it is.
        let mean = lengths.iter().sum::<f64>() / lengths.len() as f64;
        assert!(mean >= 1.0 / alpha, "{n} events: {mean}");
    }
}

#[test]
fn after_a_good_month_only_a_test_that_restarts_sees_a_bad_hour() {
    let quiet = |restart| {
        let mut test = test("99.9%", 0.001, 10.0).restart(restart);
        test.observe(50.0, 100_000.0).unwrap();
        let mut random = Random::seeded(9);
        run_length(&test, 60, || (draw(&mut random, 20.0, 0.05), 20.0))
    };
    assert!(quiet(Restart::WhenCleared) < 30.0);
    assert_eq!(quiet(Restart::Never), 60.0);
}

#[test]
fn bursts_break_the_promise_and_a_design_effect_restores_it() {
    // SEMANTICS 17. Ten events are all bad with probability 0.001, else all good: the mean rate is the budget. Exactly, over
    // 20 000 events, looked at after each ten.
    let exact = |design_effect: f64| {
        let test = test("99.9%", 0.01, 10.0).design_effect(design_effect).unwrap();
        let (mut alarms, mut at) = (0.0, vec![1.0]);
        for index in 1..=2_000_u32 {
            let mut next = vec![0.0; at.len() + 1];
            for (bursts, mass) in at.iter().enumerate() {
                next[bursts] += mass * 0.999;
                next[bursts + 1] += mass * 0.001;
            }
            for (bursts, mass) in next.iter_mut().enumerate() {
                let total = 10.0 * f64::from(index);
                let counts = Counts::bad_total((10.0 * bursts as f64).min(total), total).unwrap();
                if bursts <= index as usize && test.ln(counts) >= 100.0_f64.ln() {
                    alarms += *mass;
                    *mass = 0.0;
                }
            }
            let kept = next.iter().rposition(|mass| *mass > 1e-18).unwrap_or(0);
            next.truncate(kept + 1);
            at = next;
        }
        alarms
    };
    let (broken, half, restored) = (exact(1.0), exact(5.0), exact(10.0));
    assert!(broken > 0.2, "{broken}");
    assert!(half > 0.01, "{half}");
    assert!(restored <= 0.01, "{restored}");
}

#[test]
fn bursts_break_the_distance_of_false_alarms_and_a_design_effect_restores_it() {
    // A thousand events, of which a hundred are bad with a chance of a hundredth: the budget of 99.9 %.
    let mean = |design_effect: f64| {
        let test = test("99.9%", 0.002, 10.0).restart(Restart::WhenCleared);
        let test = test.design_effect(design_effect).unwrap();
        let mut random = Random::seeded(31);
        let mut burst = || if random.uniform() < 0.01 { (100.0, 1000.0) } else { (0.0, 1000.0) };
        (0..300).map(|_| run_length(&test, 1_000, &mut burst)).sum::<f64>() / 300.0
    };
    assert!(mean(1.0) < 0.3 * 500.0, "{}", mean(1.0));
    assert!(mean(100.0) >= 500.0, "{}", mean(100.0));
}
