//! Quantiles of distributions on whole numbers.

use super::solve;
use super::split::{Side, Split};

/// How far from its inequality a tail may be and still meet it, relatively: what its rounding amounts to where
/// probabilities are usual ones.
const TIE: f64 = 64.0 * f64::EPSILON;

/// A distribution on the whole numbers from 0 on.
pub(super) trait Counting {
    /// The largest number that occurs, or infinity.
    fn end(&self) -> f64;

    /// The mass at or below `k` and the mass above it.
    fn both_sides(&self, k: f64) -> Split;

    /// The logarithm of the mass at a `k` below the end.
    fn ln_mass(&self, k: f64) -> f64;

    /// The deviance at any number inside the support, and its derivative.
    fn deviance(&self, k: f64) -> (f64, f64);
}

/// Moments from which a search starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    pub(super) mean: f64,
    pub(super) variance: f64,
    /// The third central moment over the variance.
    pub(super) skew: f64,
}

/// About the quantile of a normal score: Cornish and Fisher's, and from there to where the deviance is the score's.
fn guess(counts: &impl Counting, start: Start, z: f64) -> f64 {
    let Start { mean, variance, skew } = start;
    let within = |k: f64| k.clamp(0.01, counts.end() - 0.01);
    let mut k = within(mean + z * variance.sqrt() + skew * (z * z - 1.0) / 6.0);
    for _ in 0..4 {
        let (deviance, slope) = counts.deviance(k);
        let root = (2.0 * deviance).sqrt().copysign(k - mean);
        let moved = k - (root - z) * root / slope;
        if !moved.is_finite() {
            break;
        }
        k = within(moved);
    }
    k
}

/// The smallest `k` with at least this mass at or below it, or with at most this mass above it; a mass in (0, 1/2].
///
/// Log tails are concave in `k`, so that Newton's steps approach from one side; should they creep, halving takes over.
pub(super) fn quantile(counts: &impl Counting, side: Side, mass: f64, start: Start) -> f64 {
    let target = mass.ln();
    let z = solve::score(side, mass);
    // The inequality fails at `low` and holds at `high`.
    let (mut low, mut high) = (-1.0, counts.end());
    let mut k =
        guess(counts, start, z).round().clamp(0.0, if high < f64::INFINITY { high - 1.0 } else { f64::MAX });
    for step in 0..200 {
        let ln_tail = counts.both_sides(k).ln(side);
        let excess = if side == Side::Lower { ln_tail - target } else { target - ln_tail };
        if excess >= -TIE {
            high = k;
        } else {
            low = k;
        }
        if high - low <= 1.0 {
            break;
        }
        let slope = (counts.ln_mass(k) - ln_tail).exp();
        let aim = (k - excess / slope).ceil();
        k = if step < 20 && aim > low && aim < high && aim.is_finite() {
            aim
        } else if step < 20 && aim == high {
            high - 1.0
        } else if high < f64::INFINITY {
            (low + 0.5 * (high - low)).floor()
        } else {
            2.0 * k + 1.0
        };
        if k <= low {
            k = low + 1.0;
        }
    }
    high
}
