//! How far out the largest of `n` normal values lies: its exact distribution, whatever n.

use std::f64::consts::{FRAC_PI_2, PI};

use crate::normal_sample::upper_tail;

/// How many coefficients a stretch has.
const ORDER: usize = 20;

/// Below this probability a stretch is left out.
const NEGLIGIBLE: f64 = 1e-19;

/// The distribution of the largest residual of `n` normal values, as the angle whose sine it is in units of `(n-1)/√n`
/// deviations.
///
/// # Method
///
/// The largest residual is one value's, and the others are a sample of their own whose largest residual must lie below
/// it. With `r = sin ψ` and `c` the density's constant,
///
/// ```text
/// P(M_n > ψ) = n c ∫ cosⁿ⁻³ θ · P(M_{n-1} < ψ'(θ)) dθ  from ψ to π/2,   sin ψ' = √(n/(n-2)) tan θ
/// ```
///
/// As far as no two values can be so far out it is one tail; below it is analytic between the angles at which k values
/// can, `sin² ψ_k = (n-k)/(k(n-1))`, and goes to them as a power of a root. In `x` with `ψ = lo + (hi - lo) x² (3 - 2x)`
/// such powers are whole ones, and Chebyshev's polynomials serve. The ψ' of `ψ_{k+1}` is the `ψ_k` of the sample without
/// the value: stretches meet stretches.
///
/// # References
///
/// Grubbs, F. E. (1950). Sample criteria for testing outlying observations. *Annals of Mathematical Statistics* 21(1),
/// 27-58, whose recursion it is.
#[derive(Clone, Debug)]
pub(crate) struct Largest {
    n: usize,
    /// Downwards from the angle at which two values can be so far out.
    stretches: Vec<Stretch>,
}

#[derive(Clone, Debug)]
struct Stretch {
    low: f64,
    high: f64,
    /// Of the probability to lie below, in Chebyshev's polynomials of `2x - 1`.
    coefficients: [f64; ORDER],
}

/// The angle at which `k` of `n` values can be so far out.
fn corner(n: usize, k: usize) -> f64 {
    let (n, k) = (n as f64, k as f64);
    ((n - k) / (k * (n - 1.0))).sqrt().asin()
}

/// `n c`, of the density `n c cosⁿ⁻³ θ`.
fn scale(n: usize) -> f64 {
    // c = Γ((n-1)/2) / (√π Γ((n-2)/2)), by the recursion of the ratio from n = 3 or 4, where it is 1/π or 1/2.
    let (first, c) = if n.is_multiple_of(2) { (4, 0.5) } else { (3, 1.0 / PI) };
    let steps = (first..n).step_by(2).map(|at| (at as f64 - 1.0) / (at as f64 - 2.0));
    n as f64 * steps.fold(c, |c, step| c * step)
}

/// `n c cosⁿ⁻³ θ`.
fn density(n: usize, scale: f64, angle: f64) -> f64 {
    scale * angle.cos().powi(i32::try_from(n).map_or(i32::MAX, |n| n - 3))
}

/// The angle of the others' bound where a value lies at `angle`.
fn inner(n: usize, angle: f64) -> f64 {
    let n = n as f64;
    ((n / (n - 2.0)).sqrt() * angle.tan()).min(1.0).asin()
}

impl Largest {
    /// For `n` values, at least 2.
    pub(crate) fn new(n: usize) -> Self {
        let mut level = Self { n: 2, stretches: Vec::new() };
        while level.n < n {
            level = level.next();
        }
        level
    }

    /// For one value more.
    fn next(&self) -> Self {
        let n = self.n + 1;
        let mut next = Self { n, stretches: Vec::new() };
        let (mut top, scale) = (next.below(corner(n, 2)), scale(n));
        for k in 3..n {
            if top < NEGLIGIBLE {
                break;
            }
            let (low, high) = (corner(n, k), corner(n, k - 1));
            let slope = |x: f64| {
                let angle = mapped(low, high, x);
                density(n, scale, angle) * self.below(inner(n, angle)) * (high - low) * 6.0 * x * (1.0 - x)
            };
            let coefficients = antiderivative(&interpolated(slope), top);
            let stretch = Stretch { low, high, coefficients };
            top = stretch.at(low);
            next.stretches.push(stretch);
        }
        next
    }

    /// The probability that the largest residual lies below an angle.
    pub(crate) fn below(&self, angle: f64) -> f64 {
        if self.n == 2 {
            return if angle >= FRAC_PI_2 { 1.0 } else { 0.0 };
        }
        if angle >= corner(self.n, 2) {
            return 1.0 - self.above_corner(angle);
        }
        let found = self.stretches.partition_point(|stretch| stretch.low > angle);
        self.stretches.get(found).map_or(0.0, |stretch| stretch.at(angle))
    }

    fn above_corner(&self, angle: f64) -> f64 {
        let degrees = self.n as f64 - 2.0;
        self.n as f64 * upper_tail(degrees.sqrt() * angle.tan(), degrees)
    }

    /// The mean of a function of the angle for one value more, smooth but at `kink`.
    pub(crate) fn mean_of_next(&self, kink: f64, function: impl Fn(f64) -> f64) -> f64 {
        let n = self.n + 1;
        let last = self.stretches.len() + 3;
        let corners = (2..=last.min(n - 1)).map(|k| corner(n, k));
        let mut ends: Vec<f64> = std::iter::once(FRAC_PI_2).chain(corners).collect();
        if ends.last().is_some_and(|lowest| kink > *lowest) && kink < FRAC_PI_2 {
            ends.push(kink);
            ends.sort_by(|a, b| b.total_cmp(a));
        }
        let (mut mean, scale) = (0.0, scale(n));
        for (high, low) in ends.iter().zip(ends.iter().skip(1)) {
            let top = *low >= corner(n, 2);
            mean += integral(0.0, 1.0, |x| {
                let angle = mapped(*low, *high, x);
                let others = if top { 1.0 } else { self.below(inner(n, angle)) };
                density(n, scale, angle) * others * function(angle) * (high - low) * 6.0 * x * (1.0 - x)
            });
        }
        mean
    }
}

impl Stretch {
    fn at(&self, angle: f64) -> f64 {
        let y = ((angle - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        // The inverse of x² (3 - 2x).
        let x = 0.5 - ((1.0 - 2.0 * y).asin() / 3.0).sin();
        clenshaw(&self.coefficients, 2.0 * x - 1.0)
    }
}

fn mapped(low: f64, high: f64, x: f64) -> f64 {
    low + (high - low) * (x * x * (3.0 - 2.0 * x))
}

/// The coefficients of a function on [0, 1] in Chebyshev's polynomials of `2x - 1`.
#[allow(clippy::indexing_slicing, reason = "both have ORDER places")]
fn interpolated(function: impl Fn(f64) -> f64) -> [f64; ORDER] {
    let angle = |place: usize| PI * (place as f64 + 0.5) / ORDER as f64;
    let values: [f64; ORDER] = std::array::from_fn(|place| function(0.5 + 0.5 * angle(place).cos()));
    std::array::from_fn(|degree| {
        let sum: f64 = (0..ORDER).map(|place| values[place] * (degree as f64 * angle(place)).cos()).sum();
        sum * if degree == 0 { 1.0 } else { 2.0 } / ORDER as f64
    })
}

/// The coefficients of the antiderivative that is `end` at 1.
#[allow(clippy::indexing_slicing, reason = "degrees below ORDER")]
fn antiderivative(of: &[f64; ORDER], end: f64) -> [f64; ORDER] {
    let at = |degree: usize| if degree < ORDER { of[degree] } else { 0.0 };
    let mut integral: [f64; ORDER] = std::array::from_fn(|degree| match degree {
        0 => 0.0,
        // Half, as x runs half as fast as 2x - 1.
        1 => 0.5 * (at(0) - 0.5 * at(2)),
        _ => 0.5 * (at(degree - 1) - at(degree + 1)) / (2.0 * degree as f64),
    });
    integral[0] = end - integral.iter().sum::<f64>();
    integral
}

fn clenshaw(coefficients: &[f64; ORDER], z: f64) -> f64 {
    let (mut one, mut two) = (0.0, 0.0);
    for coefficient in coefficients.iter().skip(1).rev() {
        (one, two) = (2.0 * z * one - two + coefficient, one);
    }
    z * one - two + coefficients.first().copied().unwrap_or(0.0)
}

/// `∫ f` from `low` to `high` by the Gauss-Legendre rule of order 16.
pub(crate) fn integral(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    const RULE: [(f64, f64); 8] = [
        (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
        (0.281_603_550_779_258_9, 0.182_603_415_044_923_6),
        (0.458_016_777_657_227_4, 0.169_156_519_395_002_54),
        (0.617_876_244_402_643_8, 0.149_595_988_816_576_73),
        (0.755_404_408_355_003, 0.124_628_971_255_533_87),
        (0.865_631_202_387_831_7, 0.095_158_511_682_492_78),
        (0.944_575_023_073_232_6, 0.062_253_523_938_647_89),
        (0.989_400_934_991_649_9, 0.027_152_459_411_754_095),
    ];
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    half * RULE
        .iter()
        .map(|(node, weight)| weight * (f(middle - half * node) + f(middle + half * node)))
        .sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_testkit::{Random, assert_close_absolute};

    #[test]
    fn three_values_are_spread_evenly_over_the_angles() {
        let three = Largest::new(3);
        for angle in [0.6, 0.8, 1.0, 1.5] {
            assert_close_absolute(three.below(angle), 1.0 - 3.0 / PI * (FRAC_PI_2 - angle), 1e-14);
        }
        assert_eq!(three.below(0.5), 0.0);
    }

    #[test]
    fn nothing_lies_below_the_least_and_all_adds_up_to_one() {
        for n in [3, 4, 5, 6, 7, 8, 10, 15, 30, 60] {
            let level = Largest::new(n);
            let least = (1.0 / (n as f64 - 1.0)).asin();
            // Each step of the recursion adds its rounding: 1e-10 after sixty.
            assert_close_absolute(level.below(least * (1.0 + 1e-12)), 0.0, 1e-10);
            let whole = Largest::new(n - 1).mean_of_next(0.0, |_| 1.0);
            assert_close_absolute(whole, 1.0, 1e-10);
        }
    }

    #[test]
    fn two_hundred_values_are_still_right_to_nine_digits() {
        assert_close_absolute(Largest::new(197).mean_of_next(0.0, |_| 1.0), 1.0, 1e-9);
    }

    #[test]
    fn simulated_samples_agree() {
        let mut random = Random::seeded(9);
        for n in [4, 6, 12, 30] {
            let level = Largest::new(n);
            let angles = [0.2_f64, 0.35, 0.5, 0.6, 0.75].map(|x| (x + 1.0 / n as f64).min(0.99).asin());
            let mut counts = [0.0; 5];
            let trials = 40_000;
            for _ in 0..trials {
                let values: Vec<f64> = (0..n).map(|_| random.normal()).collect();
                let mean = values.iter().sum::<f64>() / n as f64;
                let norm = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>().sqrt();
                let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let angle = ((most - mean) / norm * (n as f64 / (n as f64 - 1.0)).sqrt()).min(1.0).asin();
                for (count, limit) in counts.iter_mut().zip(angles) {
                    *count += f64::from(u8::from(angle <= limit));
                }
            }
            for (count, limit) in counts.iter().zip(angles) {
                let p = level.below(limit);
                let room = 3.5 * (p * (1.0 - p) / f64::from(trials)).sqrt() + 1e-9;
                assert!((count / f64::from(trials) - p).abs() <= room, "{n} {limit}: {p}");
            }
        }
    }
}
