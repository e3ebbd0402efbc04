//! The greater of both ratios.

use super::*;

#[test]
fn three_values_split_into_two_gaps() {
    // One ratio is one minus the other: the greater exceeds R < 1/2 always, and R >= 1/2 with twice the tail.
    let three = distribution(DixonRatio::R10, 3);
    for r in [0.01, 0.1, 0.3, 0.49, 0.499_999] {
        assert_close(three.p_value(r, Side::Both), 1.0, 1e-12);
    }
    for r in [0.5, 0.500_001, 0.7, 0.99] {
        assert_close(three.p_value(r, Side::Both), 2.0 * three.sf(r), 1e-14);
    }
}

#[test]
fn from_one_half_on_only_one_gap_fits_into_the_range() {
    for (n, often) in [(4, 0.45), (10, 0.4), (100, 0.15)] {
        let law = distribution(DixonRatio::R10, n);
        let both = |r: f64| 2.0 * law.sf(r) - law.p_value(r, Side::Both);
        assert!(both(often) > 0.0);
        assert_close(law.p_value(0.5, Side::Both), 2.0 * law.sf(0.5), 1e-14);
    }
}

#[test]
fn fifty_values_have_less_than_twice_the_tail() {
    // numpy, 800 000 samples: both ratios pass in 0.0050125 ± 0.00008 of them.
    let fifty = distribution(DixonRatio::R10, 50);
    let r = fifty.upper_quantile(0.110_717).unwrap();
    let both = 0.221_434 - fifty.p_value(r, Side::Both);
    assert!((both - 0.005_012_5).abs() < 4.0 * 0.000_08, "{both}");
}

#[test]
fn simulated_samples_agree() {
    // Seed fixed; 4 standard errors of 100 000 samples, for limits that are passed often and seldom.
    const SAMPLES: u32 = 100_000;
    let mut random = Random::seeded(2026);
    for ratio in DixonRatio::ALL {
        for n in [ratio.min_len(), ratio.min_len() + 1, 9] {
            let law = distribution(ratio, n);
            let limits = [0.8, 0.3, 0.05].map(|alpha| law.critical_value(alpha, Side::Both).unwrap());
            let mut passed = [[0_u32; 3]; 2];
            for _ in 0..SAMPLES {
                let (upper, lower) = ratios(&normal(&mut random, n), ratio.reach());
                for (at, limit) in limits.iter().enumerate() {
                    passed[0][at] += u32::from(upper > *limit);
                    passed[1][at] += u32::from(upper.max(lower) > *limit);
                }
            }
            for (at, limit) in limits.iter().enumerate() {
                for (side, count) in [Side::Upper, Side::Both].into_iter().zip(passed.map(|side| side[at])) {
                    let (p, share) = (law.p_value(*limit, side), f64::from(count) / f64::from(SAMPLES));
                    let error = (p * (1.0 - p) / f64::from(SAMPLES)).sqrt();
                    let within = match law.exactness(side) {
                        Exactness::Exact => (share - p).abs() < 4.0 * error,
                        _ => share < p + 4.0 * error,
                    };
                    assert!(within, "{ratio} of {n} on {side:?} at {limit}: {share}, {p} ± {error}");
                }
            }
        }
    }
}

#[test]
fn exact_says_which_are() {
    for ratio in DixonRatio::ALL {
        let law = distribution(ratio, 12);
        assert_eq!(law.exactness(Side::Upper), Exactness::Exact);
        assert_eq!(law.exactness(Side::Lower), Exactness::Exact);
        let bound = matches!(ratio, DixonRatio::R12 | DixonRatio::R21);
        let expected = if bound { Exactness::UpperBound } else { Exactness::Exact };
        assert_eq!(law.exactness(Side::Both), expected);
        // A bound is twice the tail, and what is exact is less.
        let (both, doubled) = (law.p_value(0.4, Side::Both), 2.0 * law.sf(0.4));
        assert_eq!(bound, (both / doubled.min(1.0) - 1.0).abs() < 1e-14, "{ratio}");
    }
}

#[test]
fn false_alarms_come_as_often_as_alpha_says() {
    // SEMANTICS 25: independent normal samples of 30, three standard errors, seed fixed.
    let mut random = Random::seeded(25);
    for ratio in [DixonRatio::Auto, DixonRatio::R10, DixonRatio::R11, DixonRatio::R20] {
        let table = distribution(ratio, 30).tabulate();
        let critical = table.critical_value(0.05, Side::Both).unwrap();
        let reach = table.distribution().ratio().reach();
        let alarms = (0..40_000)
            .filter(|_| {
                let (upper, lower) = ratios(&normal(&mut random, 30), reach);
                upper.max(lower) > critical
            })
            .count();
        // 3 √(0.05 · 0.95 · 40000) = 131.
        assert!(alarms.abs_diff(2000) <= 131, "{ratio}: {alarms}");
    }
}
