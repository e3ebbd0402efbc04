//! Two outliers at one end.

use std::f64::consts::{FRAC_PI_2, SQRT_2, TAU};

use slo_core::Result;

use super::largest::{Largest, integral};
use crate::normal_sample::{Frame, Moments, check_level, check_values};
use crate::test_result::{Exactness, TestResult};
use crate::verdict::Side;

/// The largest sample whose p-value is integrated; that of a larger one is a bound.
const LARGEST: usize = 200;

/// Grubbs' test for two outliers at one end of a normal sample.
///
/// # Method
///
/// ```text
/// U = Σ' (x - mean')² / Σ (x - mean)²
/// ```
///
/// with sums of squares of all, and of what is left without the two highest values, or the two lowest; on both sides the
/// smaller of both. A small U speaks for outliers. The share 1 - U that two given values take of the squares has the
/// distribution Beta(1, (n-3)/2), and all directions in their plane are alike. They are the highest where both lie above
/// the largest of the n - 2 others, whose distribution M has is known by recursion:
///
/// ```text
/// P(U < u) = n (n-1) E A(M),   A(m) = 1/2π ∫ min(u, g²/(g² + m²))^((n-3)/2) dφ,   g = √(n/2(n-2)) cos φ - √½ sin φ
/// ```
///
/// over the angles at which g is positive. Both are integrated numerically, to 1e-9 of P. On one side p is exact; on
/// both sides it is twice that, exact where `U ≤ (n-4)/(2(n-2))`, as both pairs cannot take so much at once, else an
/// upper bound. R interpolates tables for up to 30 values here. Of more than 200 values p is Bonferroni's bound
/// `n(n-1)/2 U^((n-3)/2)`, which is far too large, and the critical value is the one that belongs to it.
///
/// A sample without spread has no outliers: U is 1, as it is for two values that differ in nothing from the others.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `side` | | |
/// | `alpha` | (0, 1) | level of the critical value |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Side, outlier_pair_test};
///
/// let result = outlier_pair_test(&[2.0, 3.0, 2.5, 9.0, 3.5, 2.2, 9.5, 2.8], Side::Upper, 0.05)?;
/// assert_eq!(result.suspects, [6, 3]);
/// assert!(result.exact() && result.p_value < 0.001);
/// assert!(result.statistic < result.critical.unwrap());
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`grubbs_test`](crate::grubbs_test), with fewer than four values.
///
/// # References
///
/// Grubbs, F. E. (1950). Sample criteria for testing outlying observations. *Annals of Mathematical Statistics* 21(1),
/// 27-58.
pub fn outlier_pair_test(values: &[f64], side: Side, alpha: f64) -> Result<TestResult> {
    check_level(alpha)?;
    check_values(values, 4)?;
    let n = values.len();
    let null = Null::new(n);
    let share = if side == Side::Both { alpha / 2.0 } else { alpha };
    let critical = null.quantile(share);
    let (squares, suspects) = match side {
        Side::Upper => without_pair(values, true),
        Side::Lower => without_pair(values, false),
        Side::Both => {
            let (upper, lower) = (without_pair(values, true), without_pair(values, false));
            if upper.0 <= lower.0 { upper } else { lower }
        }
    };
    if squares >= 1.0 {
        return Ok(TestResult::new(1.0, 1.0, Exactness::Exact, side).critical(critical));
    }
    let tail = null.below(squares);
    let p = (if side == Side::Both { 2.0 * tail } else { tail }).min(1.0);
    let most = (n as f64 - 4.0) / (2.0 * (n as f64 - 2.0));
    let exact = n <= LARGEST && (side != Side::Both || squares <= most);
    let exactness = if exact { Exactness::Exact } else { Exactness::UpperBound };
    Ok(TestResult::new(squares, p, exactness, side).critical(critical).suspects(suspects))
}

/// U of the two highest or lowest values, and their places, the outermost first.
#[allow(clippy::indexing_slicing, reason = "there are at least four values, and places are theirs")]
fn without_pair(values: &[f64], upper: bool) -> (f64, Vec<usize>) {
    let outness = |place: usize| if upper { values[place] } else { -values[place] };
    let mut order: Vec<usize> = (0..values.len()).collect();
    let farther = |a: &usize, b: &usize| outness(*b).total_cmp(&outness(*a)).then(a.cmp(b));
    order.select_nth_unstable_by(2, farther);
    order[..2].sort_unstable_by(farther);
    let rest: Vec<f64> = order[2..].iter().map(|place| values[*place]).collect();
    let (low, high) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    // Measured from a value that stays: what goes must not take its digits with it.
    let frame = Frame::new(rest[0], low, high);
    let rest = Moments::of_slice(&rest, |value| frame.distance(value));
    let [first, second] = [order[0], order[1]].map(|place| frame.distance(values[place]) - rest.mean);
    let size = ((first - second) / SQRT_2).hypot((first + second) * (rest.n / (2.0 * (rest.n + 2.0))).sqrt());
    let suspects = order[..2].to_vec();
    if size == 0.0 {
        return (1.0, suspects);
    }
    let ratio = size / rest.norm;
    (1.0 / (1.0 + ratio * ratio), suspects)
}

/// The distribution of U on one side, for a number of values.
struct Null {
    n: usize,
    /// Of the largest residual of three values fewer; none where it is not integrated.
    largest: Option<Largest>,
}

impl Null {
    fn new(n: usize) -> Self {
        Self { n, largest: (5..=LARGEST).contains(&n).then(|| Largest::new(n - 3)) }
    }

    /// The probability of a U below `u`, or a bound of it.
    fn below(&self, u: f64) -> f64 {
        let n = self.n as f64;
        let exponent = (n - 3.0) / 2.0;
        let pairs = n * (n - 1.0);
        if self.n > LARGEST {
            return (0.5 * pairs * u.powf(exponent)).min(1.0);
        }
        if u >= 1.0 {
            return 1.0;
        }
        let others = n - 2.0;
        // g = a cos(φ + φ₀).
        let amplitude = f64::midpoint(n / others, 1.0).sqrt();
        let turn = (others / n).sqrt().atan();
        let near = (n / (2.0 * others)).sqrt();
        let odds = (u / (1.0 - u)).sqrt();
        let area = |angle: f64| {
            // The largest of the others, in the root of their squares.
            let bound = angle.sin() * ((others - 1.0) / others).sqrt();
            let flat = bound * odds;
            let begin = if flat >= near { 0.0 } else { (flat / amplitude).acos() - turn };
            let end = FRAC_PI_2 - turn;
            // It falls ever faster at first.
            let mut curved = 0.0;
            let mut from = begin;
            for part in [32.0, 16.0, 8.0, 4.0, 2.0, 1.0] {
                let to = begin + (end - begin) / part;
                curved += integral(from, to, |phi| {
                    let g = (amplitude * (phi + turn).cos()).max(0.0) / bound;
                    (g * g / (1.0 + g * g)).powf(exponent)
                });
                from = to;
            }
            (u.powf(exponent) * begin + curved) / TAU
        };
        let mean = match &self.largest {
            // Of two values the larger one always is as far out as can be.
            None => area(FRAC_PI_2),
            Some(largest) => {
                let kink = (near / odds / ((others - 1.0) / others).sqrt()).min(1.0).asin();
                largest.mean_of_next(kink, area)
            }
        };
        (pairs * mean).min(1.0)
    }

    /// The u below which there is this probability.
    fn quantile(&self, share: f64) -> f64 {
        let n = self.n as f64;
        // U^((n-3)/2) times the number of pairs is never less than P.
        let mut low = (2.0 * share / (n * (n - 1.0))).powf(2.0 / (n - 3.0));
        if self.n > LARGEST {
            return low;
        }
        let mut high = 1.0;
        let excess = |u: f64| (self.below(u) / share).ln();
        let (mut at_low, mut at_high) = (excess(low), excess(high));
        // Regula falsi on logarithms, an end that stays halved (the Illinois rule).
        for _ in 0..60 {
            let (ln_low, ln_high): (f64, f64) = (low.ln(), high.ln());
            let middle = (ln_high - at_high * (ln_high - ln_low) / (at_high - at_low)).exp();
            if at_low == 0.0 || !(middle > low && middle < high) {
                break;
            }
            let at_middle = excess(middle);
            if at_middle < 0.0 {
                (low, at_low, at_high) = (middle, at_middle, 0.5 * at_high);
            } else {
                (high, at_high, at_low) = (middle, at_middle, 0.5 * at_low);
            }
            if at_middle.abs() < 1e-12 || high - low < 1e-13 * high {
                return middle;
            }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use slo_core::ErrorKind;
    use slo_testkit::{Random, assert_close};

    /// R: `set.seed(1234); rnorm(10)`.
    const R_NORMAL: [f64; 10] = [
        -1.207_065_749_385_421,
        0.277_429_242_110_660,
        1.084_441_176_683_056,
        -2.345_697_702_629_349,
        0.429_124_688_811_050,
        0.506_055_892_157_574,
        -0.574_739_960_134_649,
        -0.546_631_855_784_187,
        -0.564_451_999_093_283,
        -0.890_037_829_044_104,
    ];

    fn test(values: &[f64], side: Side) -> TestResult {
        outlier_pair_test(values, side, 0.05).unwrap()
    }

    #[test]
    fn rs_numbers_give_rs_statistic_and_nearly_its_table() {
        // R outliers 0.15, type 20: U exactly, p = 0.2459 between two levels of its table.
        let found = test(&R_NORMAL, Side::Lower);
        assert_close(found.statistic, 0.383_603_811_891, 1e-11);
        assert!((found.p_value - 0.2459).abs() < 2e-3, "{found}");
        assert_eq!(found.suspects, [3, 0]);
    }

    #[test]
    fn critical_values_are_grubbs_table() {
        // Grubbs (1950), table V: 5 %, 2.5 % and 1 % of S²_{n-1,n}/S².
        for (n, expected) in [
            (5, [0.0183, 0.0090, 0.0035]),
            (8, [0.1478, 0.1101, 0.0750]),
            (10, [0.2305, 0.1864, 0.1414]),
            (20, [0.4804, 0.4391, 0.3909]),
        ] {
            let null = Null::new(n);
            for (share, expected) in [0.05, 0.025, 0.01].into_iter().zip(expected) {
                assert!((null.quantile(share) - expected).abs() < 6e-5, "{n} {share}");
            }
        }
        // R's table has 0.624 at 80 % of eleven values, with two figures the wrong way round.
        assert!((Null::new(11).quantile(0.8) - 0.642).abs() < 6e-4);
    }

    #[test]
    fn four_values_have_a_closed_form() {
        // A(1) of one angle: 12 E A with M = 1, by a finer rule.
        for u in [1e-6_f64, 1e-3, 0.1, 0.4] {
            let end = (2.0_f64).sqrt().atan();
            let steps = 400_000;
            let width = end / f64::from(steps);
            let sum: f64 = (0..steps)
                .map(|step| {
                    let phi = (f64::from(step) + 0.5) * width;
                    let g = phi.cos() - phi.sin() / SQRT_2;
                    u.min(g * g / (g * g + 0.5)).sqrt()
                })
                .sum();
            assert_close(Null::new(4).below(u), 12.0 * sum * width / TAU, 1e-9);
        }
    }

    #[test]
    fn probabilities_reach_from_none_to_one() {
        for n in [4, 5, 6, 9, 17, 40] {
            let null = Null::new(n);
            assert!(null.below(1e-300) < 1e-100);
            // U of the highest pair is 1 at most, and all of them are that.
            assert_close(null.below(1.0 - 1e-13), 1.0, 1e-9);
            for share in [1e-6, 0.01, 0.5] {
                assert_close(null.below(null.quantile(share)), share, 1e-10);
            }
        }
    }

    #[test]
    fn the_level_is_held() {
        // SEMANTICS 25, three Monte Carlo standard errors.
        let mut random = Random::seeded(25);
        let trials = 40_000;
        for n in [4_usize, 7, 30] {
            let null = Null::new(n);
            let limits =
                [0.01, 0.05, 0.3].map(|alpha| (alpha, null.quantile(alpha), null.quantile(alpha / 2.0)));
            let mut hits = [[0.0; 2]; 3];
            for _ in 0..trials {
                let values: Vec<f64> = (0..n).map(|_| random.normal()).collect();
                let (upper, lower) = (without_pair(&values, true).0, without_pair(&values, false).0);
                for ((_, one, both), hits) in limits.iter().zip(&mut hits) {
                    hits[0] += f64::from(u8::from(upper < *one));
                    hits[1] += f64::from(u8::from(upper.min(lower) < *both));
                }
            }
            for ((alpha, _, both), [one_sided, two_sided]) in limits.iter().zip(hits) {
                let room = 3.0 * (alpha * (1.0 - alpha) / f64::from(trials)).sqrt();
                assert!((one_sided / f64::from(trials) - alpha).abs() < room, "{n} {alpha} {one_sided}");
                let rate = two_sided / f64::from(trials);
                let exact = *both <= (n as f64 - 4.0) / (2.0 * (n as f64 - 2.0));
                assert!(rate < alpha + room && (!exact || rate > alpha - room), "{n} {alpha} {rate}");
            }
        }
    }

    #[test]
    fn constants_and_bad_input() {
        assert_eq!(test(&[5.0; 7], Side::Both).p_value, 1.0);
        assert_eq!(test(&[5.0, 5.0, 5.0, 5.0, 9.0, 8.0], Side::Both).p_value, 0.0);
        let kind = |values: &[f64], alpha| outlier_pair_test(values, Side::Both, alpha).unwrap_err().kind();
        assert_eq!(kind(&[1.0, 2.0, 3.0], 0.05), ErrorKind::TooShort);
        assert_eq!(kind(&R_NORMAL, 0.0), ErrorKind::InvalidParameter);
        assert_eq!(kind(&[1.0, 2.0, f64::NAN, 3.0], 0.05), ErrorKind::NonFinite);
        // More values than are integrated have a bound, and the critical value that belongs to it.
        let mut random = Random::seeded(1);
        let mut values: Vec<f64> = (0..201).map(|_| random.normal()).collect();
        (values[7], values[9]) = (9.0, 9.5);
        let found = test(&values, Side::Upper);
        assert_eq!((found.exactness, found.suspects.as_slice()), (Exactness::UpperBound, &[9, 7][..]));
        assert!(found.p_value < 0.05 && found.statistic < found.critical.unwrap());
        let fewer = test(&values[..200], Side::Upper);
        assert!(fewer.exact() && fewer.p_value < found.p_value);
    }

    proptest! {
        #[test]
        fn offset_unit_and_side_change_nothing(
            values in prop::collection::vec((-1_024_000i32..1_024_000).prop_map(|v| f64::from(v) / 1024.0), 4..30),
            power in -300..300_i32,
        ) {
            let expected = without_pair(&values, true).0;
            let shifted: Vec<f64> = values.iter().map(|value| value + 1e9).collect();
            let scaled: Vec<f64> = values.iter().map(|value| value * 2_f64.powi(power)).collect();
            let negative: Vec<f64> = values.iter().map(|value| -value).collect();
            for (values, upper) in [(shifted, true), (scaled, true), (negative, false)] {
                prop_assert!((without_pair(&values, upper).0 - expected).abs() <= 1e-12 * expected);
            }
        }
    }
}
