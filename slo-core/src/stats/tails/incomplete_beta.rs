//! The incomplete beta function, both sides of it, for every size of its arguments.

use std::f64::consts::TAU;

use super::density::{deviance, exp_excess, ln_gamma_1p, ln_gamma_ratio, log_deficit, stirling_remainder};
use super::quadrature;
use super::solve::{self, Local, Positive};
use super::split::{Side, Split};
use crate::sum::{two_product, two_sum};

/// From this shape on a side that decays as `x^shape` is an integral over a short interval.
const INTEGRAL_FROM: f64 = 10.0;

/// A point of (0, 1) with its complement, each right to the last place, and its distance from the mean.
///
/// Rounding `x` alone would move a tail of a sharp distribution by a thousand times the accuracy kept here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    /// The point.
    x: Positive,
    /// `1 - x`.
    y: Positive,
    /// `(a + b) x - a`.
    offset: f64,
}

impl Point {
    /// A double `x` in (0, 1).
    pub(super) fn share(a: f64, b: f64, x: f64) -> Self {
        let (sum, sum_rest) = two_sum(a, b);
        let (product, product_rest) = two_product(sum, x);
        let offset = (product - a) + (product_rest + sum_rest * x);
        Self { x: Positive::new(x), y: Positive { value: 1.0 - x, ln: (-x).ln_1p() }, offset }
    }

    /// The point with odds `x / (1 - x)`, whose offset the caller knows.
    fn odds(odds: Positive, offset: impl FnOnce(f64, f64) -> f64) -> Self {
        let r = odds.value;
        let (x, y) = if r <= 1.0 {
            let ln_y = -r.ln_1p();
            (
                Positive { value: r / (1.0 + r), ln: odds.ln + ln_y },
                Positive { value: 1.0 / (1.0 + r), ln: ln_y },
            )
        } else {
            let inverse = 1.0 / r;
            let ln_x = -inverse.ln_1p();
            (
                Positive { value: 1.0 / (1.0 + inverse), ln: ln_x },
                Positive { value: inverse / (1.0 + inverse), ln: ln_x - odds.ln },
            )
        };
        Self { x, y, offset: offset(x.value, y.value) }
    }

    /// The point with odds `(a / b) f` for a finite `f > 0`, and `f - 1` over the larger of `f` and 1 as the caller
    /// knows it exactly.
    pub(super) fn ratio(a: f64, b: f64, f: Positive, beyond: f64) -> Self {
        let odds = f.value * (a / b);
        let odds = if odds.is_normal() && f.value.is_normal() {
            Positive::new(odds)
        } else {
            Positive::from_ln(f.ln + (a / b).ln())
        };
        Self::odds(odds, |x, y| if f.value >= 1.0 { b * beyond * x } else { a * beyond * y })
    }
}

/// `I_x(a, b)` and its complement for one pair `a, b > 0`.
///
/// # Method
///
/// With `y = 1 - x`, `D = x^a y^b / B(a, b)` (the density of the log odds) and `x` at or below the mean; above it
/// the two sides change places:
///
/// ```text
/// I = x^a / (a B(a, b)) (1 + a Σ (1-b) ... (n-b) x^n / (n! (a+n)))          a <= 1
/// I = D/a Σ (a+b) ... (a+b+n-1) / ((a+1) ... (a+n)) x^n                      a < 10, x <= 0.7
/// 1 - I by the first line with (a, x) and (b, y) exchanged                   a < 10, x > 0.7, or b, (a+b) y <= 1
/// I = D ∫ exp(-(a - (a+b) x) s - (a+b) (x (e^-s - 1 + s) - h(x (e^-s - 1)))) ds,   h(z) = z - ln(1 + z)
/// ```
///
/// the integral from 0 to infinity by a fixed rule, for `x > 1/2` in its mirrored form. `D` comes from the deviance
/// `a h(t/a) + b h(-t/b)`, `t = (a+b) x - a`, and Stirling's remainders.
///
/// # References
///
/// Loader, C. (2000). Fast and accurate computation of binomial probabilities. Didonato, A. R. and Morris, A. H.
/// (1992). Algorithm 708: significant digit computation of the incomplete beta function ratios. *ACM Transactions on
/// Mathematical Software* 18(3), 360-373.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct IncompleteBeta {
    a: f64,
    b: f64,
    /// `ln √(a b / (2π (a + b))) - δ(a) - δ(b) + δ(a + b)`.
    ln_scale: f64,
}

impl IncompleteBeta {
    /// For one pair `a, b > 0`.
    pub(super) fn new(a: f64, b: f64) -> Self {
        let (small, large) = if a < b { (a, b) } else { (b, a) };
        let share = small * (large / (a + b));
        let remainder = stirling_remainder(small) + (stirling_remainder(large) - stirling_remainder(a + b));
        Self { a, b, ln_scale: 0.5 * (share / TAU).ln() - remainder }
    }

    /// Both sides of a point.
    pub(super) fn split(&self, at: &Point) -> Split {
        let (a, b) = (self.a, self.b);
        let ln_density = || self.ln_density_at(at);
        if at.offset <= 0.0 {
            away_from_the_mean(Side::Lower, a, b, at.x, at.y, -at.offset, ln_density)
        } else {
            away_from_the_mean(Side::Upper, b, a, at.y, at.x, at.offset, ln_density)
        }
    }

    /// `ln D`.
    pub(super) fn ln_density_at(&self, at: &Point) -> f64 {
        let (a, b, t) = (self.a, self.b, at.offset);
        let term = |a: f64, b: f64, t: f64, x: Positive| {
            a * deviance(t / a, || {
                if x.value > 1e-290 { (x.value * ((a + b) / a)).ln() } else { x.ln + ((a + b) / a).ln() }
            })
        };
        self.ln_scale - (term(a, b, t, at.x) + term(b, a, -t, at.y))
    }

    /// The odds at which one side has this mass, for a mass in (0, 1/2].
    pub(super) fn odds(&self, side: Side, mass: f64) -> Positive {
        let target = mass.ln();
        solve::root(self.guess(solve::score(side, mass)), side, |odds| {
            let at = self.at(odds);
            let (ln_mass, ln_density) = (self.split(&at).ln(side), self.ln_density_at(&at));
            Local { excess: ln_mass - target, slope: (ln_density - ln_mass).exp(), drift: -at.offset }
        })
    }

    /// The point with these odds.
    fn at(&self, odds: Positive) -> Point {
        let (a, b) = (self.a, self.b);
        Point::odds(odds, |x, y| {
            let (product, rest) = two_product(b, odds.value);
            let below = (product - a) + rest;
            if below.is_finite() { y * below } else { b * x - a * y }
        })
    }

    /// Log odds at which the deviance is about that of the normal score `z`.
    fn guess(&self, z: f64) -> f64 {
        let (a, b) = (self.a, self.b);
        let centre = (a / b).ln();
        // A gamma variable's, which the side of many degrees of freedom turns this one into.
        let mut w = centre + if z > 0.0 { solve::log_spread(z, a) } else { -solve::log_spread(-z, b) };
        for _ in 0..4 {
            let at = self.at(Positive::from_ln(w));
            let root = (2.0 * (self.ln_scale - self.ln_density_at(&at)).max(0.0)).sqrt().copysign(at.offset);
            let slope = at.offset / root;
            let moved = w - (root - z) / slope;
            if root == 0.0 || !moved.is_finite() {
                break;
            }
            w = moved;
        }
        w
    }
}

/// The split at a point on the given side of the mean: `x` is what falls to 0 on going further out.
fn away_from_the_mean(
    side: Side,
    a: f64,
    b: f64,
    x: Positive,
    y: Positive,
    slope: f64,
    ln_density: impl FnOnce() -> f64,
) -> Split {
    if a < INTEGRAL_FROM {
        if x.value > 0.7 {
            Split::new(side.other(), ln_power(b, a, y))
        } else if a <= 1.0 {
            Split::new(side, ln_power(a, b, x))
        } else {
            Split::new(side, ln_density() + (rising_series(a, b, x.value) / a).ln())
        }
    } else if b <= 1.0 && (a + b) * y.value <= 1.0 {
        Split::new(side.other(), ln_power(b, a, y))
    } else {
        Split::new(side, ln_density() + tail_integral(a + b, x.value, y.value, slope).ln())
    }
}

/// `ln I_x(a, b)` by powers of `x`, every term of it as exact as `a` where `a` is small.
fn ln_power(a: f64, b: f64, x: Positive) -> f64 {
    let (mut coefficient, mut sum, mut n) = (1.0_f64, 0.0, 1.0);
    // The coefficients fall from n = b x on at least, which no caller has above a handful; x <= 0.7.
    while coefficient.abs() > 1e-18 && n < 400.0 {
        coefficient *= (n - b) / n * x.value;
        sum += coefficient / (a + n);
        n += 1.0;
    }
    a * x.ln - (ln_gamma_1p(a) - ln_gamma_ratio(b, a)) + (a * sum).ln_1p()
}

/// `Σ (a+b) ... (a+b+n-1) / ((a+1) ... (a+n)) x^n` from n = 0.
fn rising_series(a: f64, b: f64, x: f64) -> f64 {
    let (mut sum, mut term, mut n) = (1.0, 1.0, 0.0);
    while term > 1e-17 * sum && n < 400.0 {
        term *= (a + b + n) / (a + 1.0 + n) * x;
        sum += term;
        n += 1.0;
    }
    sum
}

/// `I / D` as an integral over log odds.
fn tail_integral(total: f64, x: f64, y: f64, slope: f64) -> f64 {
    let curvature = total * x * y;
    if x <= 0.5 {
        quadrature::integral(slope, curvature, |s| {
            let excess = exp_excess(-s);
            slope * s + total * (x * excess - log_deficit(x * (excess - s)))
        })
    } else {
        quadrature::integral(slope, curvature, |s| {
            let excess = exp_excess(s);
            slope * s + total * (y * excess - log_deficit(y * (excess + s)))
        })
    }
}
