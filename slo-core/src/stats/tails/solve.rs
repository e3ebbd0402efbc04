//! Roots of log-concave tails.

use super::normal::normal_upper_quantile;
use super::split::Side;

/// A positive number with its logarithm, which stays right where the number itself leaves the doubles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Positive {
    pub(super) value: f64,
    pub(super) ln: f64,
}

impl Positive {
    /// How far logarithms may go before the number itself is no longer what counts.
    const REACH: f64 = 690.0;

    /// A positive finite number.
    pub(super) fn new(value: f64) -> Self {
        Self { value, ln: value.ln() }
    }

    /// The number with this logarithm.
    pub(super) fn from_ln(ln: f64) -> Self {
        let value = ln.exp();
        if ln.abs() < Self::REACH { Self::new(value) } else { Self { value, ln } }
    }

    /// `ln(self / divisor)`.
    pub(super) fn ln_over(self, divisor: f64) -> f64 {
        if self.ln.abs() < Self::REACH { (self.value / divisor).ln() } else { self.ln - divisor.ln() }
    }

    /// This number times a positive factor.
    pub(super) fn times(self, factor: f64) -> f64 {
        let product = self.value * factor;
        if self.ln.abs() < Self::REACH && product.is_normal() {
            product
        } else {
            (self.ln + factor.ln()).exp()
        }
    }

    /// This number times `e^step`, exactly as many digits as `step` has.
    fn moved(self, step: f64) -> Self {
        let ln = self.ln + step;
        if [ln, self.ln, step].iter().all(|part| part.abs() < Self::REACH) {
            Self::new(self.value * step.exp())
        } else {
            Self::from_ln(ln)
        }
    }
}

/// Roughly where `e^v - 1 - v` is `z² / 2a`, on the side of `z`, and no nearer to 0.
pub(super) fn log_spread(z: f64, a: f64) -> f64 {
    // With s = √2q, e^s >= 1 + s + s²/2 shows that the first is no nearer; the second is by e^-v >= 1 - v.
    let q = 0.5 * z * z / a;
    let reach = q + (2.0 * q).sqrt();
    if z > 0.0 { reach.ln_1p() } else { -reach }
}

/// A log tail near a point, as a function of the point's logarithm.
#[derive(Clone, Copy, Debug)]
pub(super) struct Local {
    /// The log tail less its target.
    pub(super) excess: f64,
    /// The magnitude of its derivative: density over tail.
    pub(super) slope: f64,
    /// The derivative of the log density.
    pub(super) drift: f64,
}

/// The normal score of the point that has this mass on one side.
pub(super) fn score(side: Side, mass: f64) -> f64 {
    let z = normal_upper_quantile(mass);
    if side == Side::Upper { z } else { -z }
}

/// The point at which a log tail meets its target.
///
/// # Method
///
/// Halley's method in the logarithm. The logarithm of a tail of a log-concave density is concave, so that Newton's
/// step from anywhere lands further out than the root and comes back monotonically; a bracket guards against rounding.
pub(super) fn root(guess: f64, side: Side, local: impl Fn(Positive) -> Local) -> Positive {
    let direction = if side == Side::Lower { 1.0 } else { -1.0 };
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut point = Positive::from_ln(guess);
    for _ in 0..80 {
        let Local { excess, slope, drift } = local(point);
        if excess == 0.0 {
            break;
        }
        if (excess < 0.0) == (side == Side::Lower) {
            low = point.ln;
        } else {
            high = point.ln;
        }
        let newton = -direction * excess / slope;
        // f''/f' of the log tail, by which Halley's step differs from Newton's.
        let bend = drift - direction * slope;
        let halley = newton / (1.0 + 0.5 * newton * bend).max(0.5);
        let aim = point.ln + halley;
        let inside = low <= aim && aim <= high;
        let step = if inside && slope > 0.0 && halley.abs() < f64::INFINITY {
            halley
        } else if low.is_finite() && high.is_finite() {
            0.5 * (low + high) - point.ln
        } else {
            direction * (1.0 + point.ln.abs()).copysign(-excess)
        };
        let last = point;
        point = point.moved(step);
        let settled = inside && step.abs() <= 1e-2 && step * step * bend.abs() <= 1e-15;
        if settled || point == last {
            break;
        }
    }
    point
}
