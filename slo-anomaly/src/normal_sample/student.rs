//! The tail of Student's t, fast where outlier tests look: far out, and at one critical value after the other.

use slo_core::stats::tails::{Distribution, StudentT};

/// `P(T > t)` with `v >= 1` degrees of freedom; 0 for an infinite t.
///
/// ```text
/// P(T > t) = I_x(v/2, 1/2)/2 = f(t) t/2 / (β₀ + α₁/(β₁ + α₂/(β₂ + ...))),   x = v/(v + t²)
/// ```
///
/// with the density f and a continued fraction that takes a few steps where t is large. [`StudentT`] serves elsewhere.
///
/// # References
///
/// Didonato, A. R. and Morris, A. H. (1992). Algorithm 708: significant digit computation of the incomplete beta
/// function ratios. *ACM Transactions on Mathematical Software* 18(3), 360-373.
pub(crate) fn upper_tail(t: f64, v: f64) -> f64 {
    near(t, v).map_or_else(|| StudentT::new(v).map_or(f64::NAN, |student| student.sf(t)), |(tail, _)| tail)
}

/// The t above which there is `q` with `v >= 1` degrees of freedom, `near` it if the caller knows about where.
///
/// Halley's method on the logarithm of the tail.
pub(crate) fn upper_quantile(q: f64, v: f64, near: Option<f64>) -> f64 {
    let otherwise = || StudentT::new(v).and_then(|student| student.upper_quantile(q)).unwrap_or(f64::NAN);
    if v < FEWEST || !(SMALLEST..LARGEST).contains(&q) {
        return otherwise();
    }
    let mut t = near.unwrap_or_else(|| about(q, v));
    for _ in 0..8 {
        let Some((tail, density)) = self::near(t, v) else { return otherwise() };
        // The derivative of ln P is -slope, and that of the slope slope (slope - (v+1) t/(v+t²)).
        let slope = density / tail;
        let newton = (tail / q).ln() / slope;
        let halley = newton / (1.0 + 0.5 * newton * (slope - (v + 1.0) * t / (v + t * t)));
        t += halley;
        // It triples the digits: five become fifteen.
        if halley.abs() <= 1e-5 * t {
            return t;
        }
    }
    otherwise()
}

/// Fewer degrees of freedom have quantiles that the expansion about the normal one does not come near.
const FEWEST: f64 = 8.0;

/// The probabilities whose quantiles are found this way.
const SMALLEST: f64 = 1e-14;
const LARGEST: f64 = 0.02;

/// Roughly the t above which there is `q`: the normal quantile and its expansion in 1/v.
///
/// # References
///
/// Abramowitz, M. and Stegun, I. A. (1964). *Handbook of Mathematical Functions*, 26.2.23 and 26.7.5.
fn about(q: f64, v: f64) -> f64 {
    let s = (-2.0 * q.ln()).sqrt();
    let z = s
        - (2.515_517 + s * (0.802_853 + s * 0.010_328))
            / (1.0 + s * (1.432_788 + s * (0.189_269 + s * 0.001_308)));
    let square = z * z;
    let first = (square + 1.0) / 4.0;
    let second = ((5.0 * square + 16.0) * square + 3.0) / 96.0;
    let third = (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0;
    z * (1.0 + (first + (second + third / v) / v) / v)
}

/// Tail and density, where the continued fraction settles soon.
fn near(t: f64, v: f64) -> Option<(f64, f64)> {
    if t == f64::INFINITY {
        return Some((0.0, 0.0));
    }
    let square = t * t;
    if !(square >= 2.0 && square.is_finite()) {
        return None;
    }
    let density = (ln_scale(v) - 0.5 * (v + 1.0) * (square / v).ln_1p()).exp();
    if density < f64::MIN_POSITIVE {
        return None;
    }
    let whole = v + square;
    Some((0.5 * density * t / fraction(0.5 * v, v / whole, square / whole)?, density))
}

/// `β₀ + α₁/(β₁ + α₂/(β₂ + ...))` by Lentz's method, for `x = v/(v + t²)` and `y = 1 - x`.
///
/// ```text
/// αₙ = (a+n-1) (a+b+n-1) n (b-n) x²/(a+2n-1)²,   a = v/2, b = 1/2
/// βₙ = n + n (b-n) x/(a+2n-1) + (a+n)/(a+2n+1) (a - (a+b) x + 1 + n (1+y))
/// ```
fn fraction(a: f64, x: f64, y: f64) -> Option<f64> {
    const B: f64 = 0.5;
    // a - (a+b) x, where nothing cancels as t² > 1.
    let slope = (a + B) * y - B;
    let mut value = a / (a + 1.0) * (slope + 1.0);
    let (mut c, mut d, mut n) = (value, 0.0, 0.0);
    for _ in 0..60 {
        n += 1.0;
        let (weight, odd) = (n * (B - n) * x, a + 2.0 * n - 1.0);
        let alpha = (a + n - 1.0) * (a + B + n - 1.0) / (odd * odd) * weight * x;
        let beta = n + weight / odd + (a + n) / (odd + 2.0) * (slope + 1.0 + n * (1.0 + y));
        d = 1.0 / (beta + alpha * d);
        c = beta + alpha / c;
        let step = c * d;
        value *= step;
        if (step - 1.0).abs() <= f64::EPSILON {
            return Some(value);
        }
    }
    None
}

/// `ln (Γ((v+1)/2) / (Γ(v/2) √(πv)))`.
fn ln_scale(v: f64) -> f64 {
    /// From here on the asymptotic series of the ratio is good to the last place.
    const LARGE: f64 = 20.0;
    // Γ(x+1/2)/Γ(x) = x/(x+1/2) Γ(x+3/2)/Γ(x+1).
    let (mut x, mut below) = (0.5 * v, 1.0);
    while x < LARGE {
        below *= x / (x + 0.5);
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = inverse
        * (1.0 / 8.0
            - square
                * (1.0 / 192.0
                    - square * (1.0 / 640.0 - square * (17.0 / 14_336.0 - square * (31.0 / 18_432.0)))));
    (below * (x / (0.5 * v)).sqrt()).ln() - series - LN_SQRT_TWO_PI
}

/// `ln √(2π)`.
const LN_SQRT_TWO_PI: f64 = 0.918_938_533_204_672_8;

#[cfg(test)]
mod tests {
    use super::*;
    use slo_testkit::assert_close;

    const DEGREES: [f64; 14] = [1.0, 2.0, 3.0, 5.0, 7.0, 8.0, 17.0, 39.0, 40.0, 98.0, 998.0, 1e4, 1e6, 1e9];

    #[test]
    fn the_tail_is_students() {
        // Against the tails of the core, which are held to references of 80 digits.
        for v in DEGREES {
            let student = StudentT::new(v).unwrap();
            for t in [0.0, 0.3, 1.0, 1.4, 1.42, 1.5, 2.0, 3.0, 4.07, 6.0, 9.5, 15.0, 30.0, 1e3, 1e100, 1e200]
            {
                let expected = student.sf(t);
                // Below the normal floats there are no twelve digits.
                if expected > 1e-300 {
                    assert_close(upper_tail(t, v), expected, 2e-12);
                } else {
                    assert!(upper_tail(t, v) <= 1e-299);
                }
            }
            assert_eq!(upper_tail(f64::INFINITY, v), 0.0);
        }
    }

    #[test]
    fn the_quantile_is_students_wherever_the_search_begins() {
        for v in DEGREES {
            let student = StudentT::new(v).unwrap();
            for q in [0.4, 0.03, 0.0199, 0.01, 2.5e-3, 2.5e-5, 1e-8, 1.1e-14, 1e-30, 1e-300] {
                let expected = student.upper_quantile(q).unwrap();
                assert_close(upper_quantile(q, v, None), expected, 2e-13);
                for near in [0.97, 1.0 - 1e-4, 1.0, 1.02] {
                    assert_close(upper_quantile(q, v, Some(near * expected)), expected, 2e-13);
                }
            }
        }
    }

    #[test]
    fn a_fourth_of_cauchys_distribution_lies_above_1() {
        assert_close(upper_tail(1.0, 1.0), 0.25, 1e-15);
        // P(T > t) = (1 - t/√(2+t²))/2 with two degrees of freedom: at t = 4, 1/2 - √2/3.
        assert_close(upper_tail(4.0, 2.0), 0.5 - 2.0_f64.sqrt() / 3.0, 1e-14);
    }
}
