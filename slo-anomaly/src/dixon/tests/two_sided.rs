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
        let bound = ratio == DixonRatio::R12;
        let expected = if bound { Exactness::UpperBound } else { Exactness::Exact };
        assert_eq!(law.exactness(Side::Both), expected);
        // A bound is twice the tail, and what is exact is less.
        let (both, doubled) = (law.p_value(0.4, Side::Both), 2.0 * law.sf(0.4));
        assert_eq!(bound, (both / doubled.min(1.0) - 1.0).abs() < 1e-14, "{ratio}");
    }
}

#[test]
fn false_alarms_come_as_often_as_alpha_says() {
    // SEMANTICS 25: independent normal samples, three standard errors, seed fixed. Of 12 values both r21 exceed their
    // limit so often that a bound on both sides would fail: 3.5 % fewer alarms of 8000 are three standard errors too.
    const SAMPLES: usize = 160_000;
    let mut random = Random::seeded(25);
    for ratio in DixonRatio::ALL {
        for n in [12, 30] {
            let law = distribution(ratio, n);
            let limits = [Side::Upper, Side::Lower, Side::Both]
                .map(|side| (side, law.critical_value(0.05, side).unwrap(), law.exactness(side)));
            let mut alarms = [0_usize; 3];
            for _ in 0..SAMPLES {
                let (upper, lower) = ratios(&normal(&mut random, n), ratio.reach());
                let statistics = [upper, lower, upper.max(lower)];
                for ((alarms, statistic), (_, limit, _)) in alarms.iter_mut().zip(statistics).zip(limits) {
                    *alarms += usize::from(statistic > limit);
                }
            }
            for (alarms, (side, _, exactness)) in alarms.into_iter().zip(limits) {
                // 3 √(0.05 · 0.95 · 160000) = 262.
                let within = match exactness {
                    Exactness::Exact => alarms.abs_diff(8000) <= 262,
                    _ => alarms <= 8262,
                };
                assert!(within, "{ratio} of {n} on {side:?}: {alarms}");
            }
        }
    }
}

#[test]
fn both_r21_are_as_often_exceeded_as_simulated() {
    // numpy, four million samples each; 4 standard errors.
    for (n, r, share, error) in [
        (5, 0.3, 0.879_589_25, 0.000_163),
        (5, 0.7, 0.212_203_5, 0.000_205),
        (5, 0.9, 0.017_800_25, 0.000_067),
        (6, 0.6, 0.159_604_75, 0.000_184),
        (12, 0.3, 0.209_262_75, 0.000_204),
        (12, 0.45, 0.025_299_25, 0.000_079),
        (12, 0.55, 0.003_436_25, 0.000_030),
        (12, 0.6, 0.001_000_5, 0.000_016),
    ] {
        let both = distribution(DixonRatio::R21, n).ln_both(r, f64::NEG_INFINITY).exp();
        assert!((both - share).abs() < 4.0 * error, "{n} {r}: {both} and {share}");
    }
}

#[test]
fn both_r21_exceed_nothing_with_certainty_and_one_half_without_a_step() {
    for n in [5, 6, 11, 13, 30] {
        let law = distribution(DixonRatio::R21, n);
        let both = |r: f64| law.ln_both(r, f64::NEG_INFINITY).exp();
        // The integral of a density over everything.
        assert_close(both(1e-12), 1.0, 1e-10);
        // From 1/2 on the domain of the integral is another one, cut in other parts; the slope is below 100.
        assert_close(both(0.5), both(0.5 + 1e-14), 1e-11);
    }
    // Of 30 values the last that is exact; of 31 nothing is subtracted.
    let bound = distribution(DixonRatio::R21, 31);
    assert_eq!(bound.ln_both(0.3, f64::NEG_INFINITY), f64::NEG_INFINITY);
    assert_close(bound.p_value(0.4, Side::Both), 2.0 * bound.sf(0.4), 1e-14);
}

#[test]
fn what_is_added_to_more_loses_no_digit_of_the_sum() {
    // The second integral is computed with fewer digits where it is smaller; with all of them the sum is the same.
    for (ratio, n) in
        [(DixonRatio::R10, 10), (DixonRatio::R11, 9), (DixonRatio::R20, 8), (DixonRatio::R22, 30)]
    {
        let law = distribution(ratio, n);
        for r in [0.05, 0.2, 0.4, 0.6, 0.9] {
            let both = law.ln_both(r, f64::NEG_INFINITY).exp();
            assert_close(law.p_value(r, Side::Both), (2.0 * law.sf(r) - both).min(1.0), 1e-12);
        }
    }
}
