use slo_core::ErrorKind;
use slo_testkit::assert_close;

use super::*;
use crate::verdict::Side;

fn cusum(slack: f64, limit: f64, side: Side) -> CusumRuns {
    CusumRuns { slack, limit, start: 0.0, side }
}

fn ewma(lambda: f64, width: f64, side: Side) -> EwmaRuns {
    EwmaRuns { lambda, width, side, widening: 0 }
}

#[test]
fn run_lengths_of_two_sums_are_those_of_lucas_and_crosier() {
    // Technometrics 24 (1982), table 1: k = 0.5, h = 4, without and with a head start of 2, to three digits.
    let table = [
        (0.0, 168.0, 149.0),
        (0.25, 74.2, 62.7),
        (0.5, 26.6, 20.1),
        (0.75, 13.3, 8.97),
        (1.0, 8.38, 5.29),
        (1.5, 4.75, 2.86),
        (2.0, 3.34, 2.01),
        (2.5, 2.62, 1.59),
        (4.0, 1.71, 1.07),
        (5.0, 1.31, 1.01),
    ];
    for (shift, plain, ahead) in table {
        let chart = cusum(0.5, 4.0, Side::Both);
        let within = |found: f64, printed: f64| {
            assert!((found - printed).abs() <= 0.005 * printed.max(1.0), "{shift}: {found} {printed}");
        };
        within(chart.zero_state(shift).unwrap(), plain);
        within(CusumRuns { start: 2.0, ..chart }.zero_state(shift).unwrap(), ahead);
    }
}

#[test]
fn run_lengths_of_one_sum_are_those_of_vance() {
    // Journal of Quality Technology 18 (1986), table 1: k = 0, h = 10. The first, printed as 2071.51, is 2071.57.
    let table = [(-0.125, 400.28), (0.0, 124.66), (0.125, 59.30), (0.25, 36.71), (0.5, 20.37), (1.0, 10.75)];
    for (shift, printed) in table {
        let found = cusum(0.0, 10.0, Side::Upper).zero_state(shift).unwrap();
        assert!((found - printed).abs() <= 0.005_000_1, "{shift}: {found} {printed}");
    }
}

#[test]
fn run_lengths_of_averages_are_those_of_crowder() {
    // Technometrics 29 (1987), table 1: limits of 2 deviations. 3.95 at 1.25 is a misprint of 3.59.
    let table = [
        (0.0, 26.45, 127.53),
        (0.25, 20.12, 43.94),
        (0.5, 11.89, 18.97),
        (1.0, 4.91, 8.38),
        (1.25, 3.59, 6.56),
        (1.5, 2.80, 5.41),
        (2.5, 1.51, 3.26),
        (4.0, 1.05, 2.15),
    ];
    for (shift, half, twentieth) in table {
        for (lambda, printed) in [(0.5, half), (0.05, twentieth)] {
            let found = ewma(lambda, 2.0, Side::Both).zero_state(shift).unwrap();
            assert!((found - printed).abs() <= 0.005_000_1, "{lambda} {shift}: {found} {printed}");
        }
    }
}

#[test]
fn run_lengths_are_those_of_sas() {
    // SAS/QC manual (1999): 11.154267016 for λ = 0.25, L = 3 and a shift of 1.
    assert_close(ewma(0.25, 3.0, Side::Both).zero_state(1.0).unwrap(), 11.154_267_016, 1e-10);
    // Its sums have seven digits: k = 0.25, h = 8, shift 2.5, without and with a head start of 0.1.
    let chart = cusum(0.25, 8.0, Side::Upper);
    assert_close(chart.zero_state(2.5).unwrap(), 4.150_083_622_5, 1e-7);
    assert_close(CusumRuns { start: 0.1, ..chart }.zero_state(2.5).unwrap(), 4.106_158_813_1, 1e-7);
}

#[test]
fn run_lengths_are_those_of_the_same_equations_solved_elsewhere() {
    // numpy, scipy's normal distribution and leggauss, with 96 to 384 nodes.
    assert_close(cusum(0.5, 5.0, Side::Both).zero_state(0.0).unwrap(), 465.443_506_032_062, 1e-12);
    assert_close(cusum(0.5, 5.0, Side::Both).zero_state(1.0).unwrap(), 10.375_969_921_593_6, 1e-12);
    assert_close(cusum(0.5, 20.0, Side::Upper).zero_state(0.0).unwrap(), 3_090_078_553.072, 1e-12);
    assert_close(cusum(0.5, 40.0, Side::Upper).zero_state(0.0).unwrap(), 1.499_198_586_560_4e18, 1e-12);
    assert_close(ewma(0.1, 2.7, Side::Both).zero_state(0.0).unwrap(), 368.993_733_980_58, 1e-12);
    assert_close(ewma(0.001, 3.0, Side::Both).zero_state(0.0).unwrap(), 45_602.431_634_32, 1e-11);
}

/// The chain of Brook and Evans (1972) on `cells` cells of the sum upwards, from 0.
fn brook_evans(slack: f64, limit: f64, shift: f64, cells: usize) -> f64 {
    use slo_core::stats::tails::{Distribution, Normal};
    let width = 2.0 * limit / (2.0 * cells as f64 - 1.0);
    let below = |from: usize, to: usize| Normal.cdf((to as f64 - from as f64 + 0.5) * width + slack - shift);
    let row = |from: usize| {
        (0..cells).map(move |to| if to == 0 { below(from, 0) } else { below(from, to) - below(from, to - 1) })
    };
    let leaving =
        (0..cells).map(|from| Normal.sf((cells as f64 - 1.0 - from as f64 + 0.5) * width + slack - shift));
    let kernel = (0..cells).flat_map(row).collect();
    absorbed(kernel, leaving.collect(), vec![1.0; cells])[0]
}

#[test]
fn a_chain_of_ever_more_cells_approaches_the_equation() {
    // The error falls with the square of the number of cells: two sizes give the limit to the fourth power.
    for shift in [0.0, 1.0] {
        let (coarse, fine) = (brook_evans(0.5, 5.0, shift, 150), brook_evans(0.5, 5.0, shift, 300));
        let ratio = (599.0_f64 / 299.0).powi(2);
        let extrapolated = (ratio * fine - coarse) / (ratio - 1.0);
        let exact = cusum(0.5, 5.0, Side::Upper).zero_state(shift).unwrap();
        assert!((coarse - exact).abs() > 1e-5 * exact);
        // What is left after one extrapolation, (5 / 300)^4.
        assert_close(extrapolated, exact, 1e-7);
    }
}

#[test]
fn with_all_weight_on_the_newest_value_runs_are_geometric() {
    // λ = 1: 1 / 2Φ(-3) = 370.398..., whatever the limits do; one side half of it.
    for widening in [0, 1] {
        let chart = EwmaRuns { widening, ..ewma(1.0, 3.0, Side::Both) };
        assert_close(chart.zero_state(0.0).unwrap(), 370.398_347_344_92, 1e-11);
        assert_close(chart.steady_state(0.0).unwrap(), 370.398_347_344_92, 1e-11);
        let upper = EwmaRuns { side: Side::Upper, ..chart };
        assert_close(upper.zero_state(0.0).unwrap(), 740.796_694_689_8, 1e-9);
    }
}

#[test]
fn exact_limits_are_those_of_knoths_simulation() {
    // The example of R's spc: 1e9 runs each of one limit with λ = 0.1 and 500 without shift; standard errors below 6e-4.
    let chart = EwmaRuns { widening: EwmaRuns::widening(0.1), ..ewma(0.1, 3.0, Side::Upper) };
    let width = threshold_for(500.0, |width| EwmaRuns { width, ..chart }.zero_state(0.0)).unwrap();
    let chart = EwmaRuns { width, ..chart };
    for (shift, simulated) in [(0.5, 21.637), (1.0, 6.7596), (1.5, 3.5398), (2.0, 2.3038), (3.0, 1.3675)] {
        let found = chart.zero_state(shift).unwrap();
        assert!(
            (found - simulated).abs() <= 2e-3 * f64::min(1.0, found / 10.0),
            "{shift}: {found} {simulated}"
        );
    }
}

#[test]
fn one_limit_is_waldmanns() {
    // Applied Statistics 35 (1986), table 2: λ = 0.75 with a limit of 2 √((2 - λ)/λ) deviations has 209.3.
    let width = 2.0 * (1.25_f64 / 0.75).sqrt();
    let found = ewma(0.75, width, Side::Upper).zero_state(0.0).unwrap();
    assert!((found - 209.3).abs() < 0.06, "{found}");
    let below = ewma(0.75, width, Side::Lower).zero_state(-0.7).unwrap();
    assert_close(below, ewma(0.75, width, Side::Upper).zero_state(0.7).unwrap(), 1e-14);
}

#[test]
fn a_chart_that_starts_anew_has_crosiers_run_lengths_in_the_end() {
    // Crosier (Technometrics 28, 1986), table 5, h = 4: conditional on no alarm, which differs in the third digit.
    let table = [(0.25, 71.6), (0.5, 25.2), (1.0, 7.68), (2.0, 3.03), (3.0, 2.00)];
    for (shift, printed) in table {
        let found = cusum(0.5, 4.0, Side::Both).steady_state(shift).unwrap();
        assert!((found - printed).abs() <= 0.02 * printed, "{shift}: {found} {printed}");
    }
}

#[test]
fn sums_in_the_end_are_those_of_a_simulation() {
    // Two sums with a head start: after each alarm both start there. 4e5 shifts, 4 standard errors.
    let chart = CusumRuns { slack: 0.5, limit: 2.0, start: 1.0, side: Side::Both };
    let mut random = slo_testkit::Random::seeded(11);
    let (mut upper, mut lower) = (1.0, 1.0);
    let runs: Vec<f64> = (0..400_000)
        .map(|_| {
            // Seven values apart, so that states hardly depend on each other.
            for _ in 0..7 {
                let value = random.normal();
                upper = f64::max(0.0, upper + value - 0.5);
                lower = f64::max(0.0, lower - value - 0.5);
                if upper > 2.0 || lower > 2.0 {
                    (upper, lower) = (1.0, 1.0);
                }
            }
            let (mut above, mut below, mut run) = (upper, lower, 0.0);
            while above <= 2.0 && below <= 2.0 {
                let value = random.normal() + 0.5;
                above = f64::max(0.0, above + value - 0.5);
                below = f64::max(0.0, below - value - 0.5);
                run += 1.0;
            }
            run
        })
        .collect();
    let mean = runs.iter().sum::<f64>() / 4e5;
    let spread = runs.iter().map(|run| (run - mean).powi(2)).sum::<f64>() / 4e5;
    let error = (spread / 4e5).sqrt();
    let expected = chart.steady_state(0.5).unwrap();
    assert!((mean - expected).abs() < 4.0 * error, "{mean} {expected} {error}");
}

#[test]
fn averages_in_the_end_are_those_of_a_simulation() {
    let chart = EwmaRuns { widening: EwmaRuns::widening(0.3), ..ewma(0.3, 2.0, Side::Both) };
    let deviation = (0.3_f64 / 1.7).sqrt();
    let limit = |step: i32| 2.0 * deviation * (1.0 - 0.7_f64.powi(2 * step)).sqrt();
    let mut random = slo_testkit::Random::seeded(12);
    let (mut average, mut step) = (0.0, 0);
    let runs: Vec<f64> = (0..400_000)
        .map(|_| {
            for _ in 0..7 {
                average = 0.7 * average + 0.3 * random.normal();
                step += 1;
                if f64::abs(average) > limit(step) {
                    (average, step) = (0.0, 0);
                }
            }
            let (mut shifted, mut later) = (average, step);
            loop {
                shifted = 0.7 * shifted + 0.3 * (random.normal() + 0.5);
                later += 1;
                if shifted.abs() > limit(later) {
                    return f64::from(later - step);
                }
            }
        })
        .collect();
    let mean = runs.iter().sum::<f64>() / 4e5;
    let spread = runs.iter().map(|run| (run - mean).powi(2)).sum::<f64>() / 4e5;
    let expected = chart.steady_state(0.5).unwrap();
    assert!((mean - expected).abs() < 4.0 * (spread / 4e5).sqrt(), "{mean} {expected}");
}

#[test]
fn a_threshold_has_the_run_length_that_was_asked_for() {
    for arl in [1.5, 10.0, 465.443_506_032_062, 1e4, 1e8, 1e12] {
        let width = threshold_for(arl, |width| ewma(0.2, width, Side::Both).zero_state(0.0)).unwrap();
        assert_close(ewma(0.2, width, Side::Both).zero_state(0.0).unwrap(), arl, 1e-10);
    }
    let h = threshold_for(465.443_506_032_062, |h| cusum(0.5, h, Side::Both).zero_state(0.0)).unwrap();
    assert_close(h, 5.0, 1e-12);
}

#[test]
fn what_no_threshold_reaches_is_refused() {
    let threshold = |arl: f64| threshold_for(arl, |h| cusum(0.5, h, Side::Both).zero_state(0.0));
    // With h = 0 a value alarms if it is more than 0.5 away: 1 / 2Φ(-0.5) = 1.62.
    for arl in [1.5, 1.0, 0.0, -3.0, f64::NAN, f64::INFINITY, 1.1e12] {
        assert_eq!(threshold(arl).unwrap_err().kind(), ErrorKind::InvalidParameter, "{arl}");
    }
    assert!(threshold(1.7).is_ok());
}

#[test]
fn what_needs_too_many_nodes_or_never_alarms_is_refused() {
    assert_eq!(cusum(0.5, 334.0, Side::Upper).zero_state(0.0).unwrap_err().kind(), ErrorKind::LimitExceeded);
    assert_eq!(ewma(1e-4, 3.0, Side::Both).zero_state(0.0).unwrap_err().kind(), ErrorKind::LimitExceeded);
    // Limits that widen for so many steps that nobody would wait, or for ever.
    for lambda in [3e-4, 1e-12, 1e-320] {
        let chart = EwmaRuns { widening: EwmaRuns::widening(lambda), ..ewma(lambda, 0.1, Side::Both) };
        assert_eq!(chart.zero_state(0.0).unwrap_err().kind(), ErrorKind::LimitExceeded, "{lambda}");
    }
    assert_eq!(cusum(0.5, 5.0, Side::Upper).zero_state(-100.0).unwrap_err().kind(), ErrorKind::OutOfRange);
    // The other sum sees it at once.
    assert_close(cusum(0.5, 5.0, Side::Both).zero_state(-100.0).unwrap(), 1.0, 1e-12);
    assert_close(cusum(0.5, 5.0, Side::Both).zero_state(100.0).unwrap(), 1.0, 1e-12);
    assert!(
        check_shift(f64::NAN).is_err() && check_shift(f64::INFINITY).is_err() && check_shift(-1.0).is_ok()
    );
}
