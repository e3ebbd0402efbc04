//! What lies far out in Student's t, by a continued fraction.

/// `P(T > t) / f(t)` with `v` degrees of freedom and the density `f`, where that settles soon: for `v >= 1`, `t² >= 2`.
///
/// # Method
///
/// ```text
/// P(T > t) = I_x(a, b) / 2 = f(t) t/2 / (β₀ + α₁/(β₁ + α₂/(β₂ + ...))),   x = v/(v + t²), y = 1 - x, a = v/2, b = 1/2
///
/// αₙ = (a+n-1) (a+b+n-1) n (b-n) x²/(a+2n-1)²
/// βₙ = n + n (b-n) x/(a+2n-1) + (a+n)/(a+2n+1) (a - (a+b) x + 1 + n (1+y))
/// ```
///
/// Numerators and denominators of the convergents are carried along, so that a step waits for no division; they are
/// compared and scaled every few steps.
///
/// # References
///
/// Didonato, A. R. and Morris, A. H. (1992). Algorithm 708: significant digit computation of the incomplete beta
/// function ratios. *ACM Transactions on Mathematical Software* 18(3), 360-373.
pub(super) fn over_density(t: f64, v: f64) -> Option<f64> {
    const B: f64 = 0.5;
    /// The most steps that are tried.
    const MOST: f64 = 80.0;
    let square = t * t;
    if !(v >= 1.0 && square >= 2.0 && square.is_finite()) {
        return None;
    }
    let (a, whole) = (0.5 * v, v + square);
    let (x, y) = (v / whole, square / whole);
    // a - (a+b) x + 1, where nothing cancels as t² > 1.
    let slope = (a + B) * y + B;
    let mut inverse = (a + 1.0).recip();
    let (mut numerator, mut denominator) = (a * inverse * slope, 1.0);
    let (mut last_numerator, mut last_denominator) = (1.0, 0.0);
    let (mut value, mut n) = (numerator, 0.0);
    while n < MOST {
        for _ in 0..4 {
            n += 1.0;
            let weight = n * (B - n) * x * inverse;
            let alpha = (a + n - 1.0) * (a + B + n - 1.0) * inverse * (weight * x);
            inverse = (a + 2.0 * n + 1.0).recip();
            let beta = n + weight + (a + n) * inverse * (slope + n * (1.0 + y));
            (numerator, last_numerator) = (beta * numerator + alpha * last_numerator, numerator);
            (denominator, last_denominator) = (beta * denominator + alpha * last_denominator, denominator);
        }
        let unit = denominator.recip();
        let found = numerator * unit;
        if (found - value).abs() <= 4.0 * f64::EPSILON * found {
            return Some(0.5 * t / found);
        }
        value = found;
        (numerator, denominator) = (found, 1.0);
        (last_numerator, last_denominator) = (last_numerator * unit, last_denominator * unit);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use slo_testkit::assert_close;

    #[test]
    fn two_degrees_of_freedom_have_a_closed_form() {
        // P(T > t) = 1/2 - t/(2 √(2+t²)) and f(t) = (2+t²)^(-3/2), so that 1/(t + √(2+t²)) times 2 + t² is left.
        for t in [2.0_f64.sqrt() * (1.0 + f64::EPSILON), 1.5, 4.0, 1e3, 1e70, 1e150] {
            let root = 2.0_f64.sqrt().hypot(t);
            assert_close(over_density(t, 2.0).unwrap(), root / (1.0 + t / root), 1e-14);
        }
    }

    #[test]
    fn it_serves_from_one_degree_of_freedom_and_the_root_of_two_on() {
        let root = 2.0_f64.sqrt();
        assert!(root * root > 2.0 && over_density(root, 1.0).is_some());
        assert_eq!(over_density(root * (1.0 - f64::EPSILON), 1.0), None);
        assert_eq!(over_density(root, 1.0 - f64::EPSILON), None);
        for t in [0.0, f64::NAN, f64::INFINITY, 1e200] {
            assert_eq!(over_density(t, 3.0), None);
        }
    }

    proptest! {
        #[test]
        fn it_settles_between_both_bounds(ln_t in 0.35..300.0_f64, ln_v in 0.0..34.0_f64) {
            let (t, v) = (ln_t.exp(), ln_v.exp());
            let ratio = over_density(t, v).unwrap();
            // (1/s + s/v) f(s) falls by (1 + 1/s²) f(s), so that at t it is P to P (1 + 1/t²).
            let bound = 1.0 / t + t / v;
            prop_assert!(ratio <= bound * (1.0 + 1e-12), "{} {}", ratio, bound);
            prop_assert!(ratio * (1.0 + 1.0 / (t * t)) >= bound * (1.0 - 1e-12), "{} {}", ratio, bound);
        }
    }
}
