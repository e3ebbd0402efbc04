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
