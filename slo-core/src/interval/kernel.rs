//! The ends of the intervals, each without cancellation.

use super::{Interval, IntervalMethod};
use crate::error::{Error, Result};
use crate::stats::tails::{self, Beta, Distribution};

/// Up to here the beta distribution's shapes are tested.
const MAX_BETA_TRIALS: f64 = 1e15 - 1.0;

/// Below this shape a beta distribution has all but a share 1e-9 of its mass at 0, in doubles.
const MIN_BETA_SHAPE: f64 = 1e-9;

/// The interval of a method for checked counts.
pub(super) fn interval(method: IntervalMethod, k: f64, n: f64, level: f64) -> Result<Interval> {
    // A count that vanishes in the division by a design effect leaves no trial.
    if n == 0.0 {
        return Err(Error::out_of_range("the number of effective trials"));
    }
    let beyond = tails::two_sided(level)?;
    let z = || tails::normal_upper_quantile(beyond);
    let (lower, upper) = match method {
        IntervalMethod::Wilson => wilson(k, n, z()),
        IntervalMethod::AgrestiCoull => agresti_coull(k, n, z()),
        IntervalMethod::Wald => wald(k, n, z()),
        IntervalMethod::ClopperPearson | IntervalMethod::Jeffreys if n > MAX_BETA_TRIALS => {
            return Err(Error::invalid("trials", n, "must be below 1e15 for an interval by beta quantiles"));
        }
        IntervalMethod::ClopperPearson => {
            (lower_beta(k, n - k + 1.0, k, beyond)?, upper_beta(k + 1.0, n - k, n - k, beyond)?)
        }
        IntervalMethod::Jeffreys => {
            let (a, b) = (k + 0.5, n - k + 0.5);
            (lower_beta(a, b, k, beyond)?, upper_beta(a, b, n - k, beyond)?)
        }
    };
    Ok(Interval { lower: lower.clamp(0.0, 1.0), upper: upper.clamp(0.0, 1.0), level })
}

/// The roots of `(p - k/n)² = z² p (1 - p) / n`, the smaller one as their product over the larger one.
fn wilson(k: f64, n: f64, z: f64) -> (f64, f64) {
    let z2 = z * z;
    let root = (z2 + 4.0 * k * ((n - k) / n)).sqrt();
    let upper = (2.0 * k + z2 + z * root) / (2.0 * (n + z2));
    let lower = if k > 0.0 { k / n * k / ((n + z2) * upper) } else { 0.0 };
    (lower, if k < n { upper } else { 1.0 })
}

/// `p ± z √(p (1 - p) / m)` for `m = n + z²`, `p = (k + z²/2) / m`; the lower end as the product of both over the upper.
fn agresti_coull(k: f64, n: f64, z: f64) -> (f64, f64) {
    let z2 = z * z;
    let m = n + z2;
    let (p, q) = ((k + 0.5 * z2) / m, (n - k + 0.5 * z2) / m);
    let upper = p + z * (p * q / m).sqrt();
    // p - z² q / m
    let below = (k / m) * ((n + 2.0 * z2) / m) - 0.5 * (n / m) * (z2 / m);
    (if below > 0.0 { p * below / upper } else { 0.0 }, upper)
}

/// `p ± z √(p (1 - p) / n)` for `p = k / n`; the lower end as the product of both over the upper.
fn wald(k: f64, n: f64, z: f64) -> (f64, f64) {
    let (p, q) = (k / n, (n - k) / n);
    let upper = p + z * (p * q / n).sqrt();
    // p - z² q / n, times n.
    let below = k - z * z * q;
    (if below > 0.0 { p * (below / n) / upper } else { 0.0 }, upper)
}

/// The beta quantile from below; 0 without a success.
fn lower_beta(a: f64, b: f64, successes: f64, beyond: f64) -> Result<f64> {
    if successes <= 0.0 || a < MIN_BETA_SHAPE { Ok(0.0) } else { Beta::new(a, b)?.quantile(beyond) }
}

/// The beta quantile from above; 1 without a failure.
fn upper_beta(a: f64, b: f64, failures: f64, beyond: f64) -> Result<f64> {
    if failures <= 0.0 || b < MIN_BETA_SHAPE { Ok(1.0) } else { Beta::new(a, b)?.upper_quantile(beyond) }
}
