//! One outlier, or two opposite ones, in a normal sample.

mod detector;
mod largest;
mod opposite;
mod pair;
#[cfg(test)]
mod tests;

use slo_core::Result;

use crate::esd::kernel::{Removals, critical_values, p_value};
use crate::normal_sample::{check_level, check_values};
use crate::test_result::{Exactness, TestResult};
use crate::verdict::Side;

pub use detector::Grubbs;
pub use opposite::opposite_outliers_test;
pub use pair::outlier_pair_test;

/// Grubbs' test for one outlier in a normal sample.
///
/// # Method
///
/// ```text
/// G   = max (x - mean) / s,  max (mean - x) / s,  max |x - mean| / s   (upper, lower, both sides)
/// p   = min(1, n P(t_{n-2} > t)), on both sides min(1, 2n P(t_{n-2} > t)),   t² = n (n-2) G² / ((n-1)² - n G²)
/// G_c = (n-1)/√n · t / √(n-2+t²),   P(t_{n-2} > t) = α/n, on both sides α/2n
/// ```
///
/// The value attaining G is an outlier where `G > G_c`, which is where `p < α`. The p-value is exact where no two values
/// can be so far out at once:
///
/// ```text
/// G ≥ √((n-1)(n-2)/(2n)),  on both sides  G ≥ √((n-1)/2)
/// ```
///
/// Else it is an upper bound, Bonferroni's, too large by at most a share p/2 of it. G never exceeds `(n-1)/√n`, where p
/// is 0. A sample without spread has no outlier: G is 0 and p is 1.
///
/// t is formed from the other values and not from G, so that p keeps its digits where one huge value makes up the whole
/// spread; all distances are taken from a value in the middle, so that an offset costs none. Of two values equally far
/// away the upper one is the suspect, of equal values the first.
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
/// use slo_anomaly::{Exactness, Side, grubbs_test};
///
/// // NIST's mass spectrometer readings of uranium: G = 2.4687, critical value 2.032.
/// let readings = [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57];
/// let result = grubbs_test(&readings, Side::Upper, 0.05)?;
/// assert!((result.statistic - 2.468_765).abs() < 1e-6);
/// assert!((result.critical.unwrap() - 2.031_652).abs() < 1e-6);
/// assert!((result.p_value / 1.501_319e-7 - 1.0).abs() < 1e-6);
/// assert_eq!((result.index(), result.exactness), (Some(7), Exactness::Exact));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::TooShort`](slo_core::Error::TooShort) with fewer than three values,
/// [`Error::NonFinite`](slo_core::Error::NonFinite) for one that is not finite, and
/// [`Error::InvalidParameter`](slo_core::Error::InvalidParameter) unless `0 < alpha < 1`.
///
/// # References
///
/// Grubbs, F. E. (1950). Sample criteria for testing outlying observations. *Annals of Mathematical Statistics* 21(1),
/// 27-58. Grubbs, F. E. (1969). Procedures for detecting outlying observations in samples. *Technometrics* 11(1), 1-21.
/// Pearson, E. S. and Chandra Sekar, C. (1936). The efficiency of statistical tools and a criterion for the rejection of
/// outlying observations. *Biometrika* 28, 308-320.
pub fn grubbs_test(values: &[f64], side: Side, alpha: f64) -> Result<TestResult> {
    check_level(alpha)?;
    check_values(values, 3)?;
    let critical = critical_value(values.len(), side, alpha);
    let removals = Removals::new(values, 1, side);
    let Some(removal) = removals.taken.first() else {
        return Ok(TestResult::new(0.0, 1.0, Exactness::Exact, side).critical(critical));
    };
    let exactness = exactness(removal.statistic, values.len(), side);
    let result = TestResult::new(removal.statistic, p_value(removal, side), exactness, side);
    Ok(result.critical(critical).suspects(vec![removal.place]))
}

/// `G_c` for `n` values.
fn critical_value(n: usize, side: Side, alpha: f64) -> f64 {
    critical_values(n, side, alpha).next().unwrap_or(f64::INFINITY)
}

/// Whether two of `n` values can be at least `statistic` deviations from their mean.
///
/// Two at `g` on one side leave `-2g/(n-2)` for each of the others, at best: squares of `2g² n/(n-2)`, of which there
/// are `n-1`. One on either side leaves 0: squares of `2g²`.
fn exactness(statistic: f64, n: usize, side: Side) -> Exactness {
    let n = n as f64;
    let least = match side {
        Side::Both => (n - 1.0) / 2.0,
        Side::Upper | Side::Lower => (n - 1.0) * (n - 2.0) / (2.0 * n),
    };
    if statistic >= least.sqrt() { Exactness::Exact } else { Exactness::UpperBound }
}

/// How far from the mean of `others` values, in their deviations, one lies that is `score` deviations from the mean of
/// all.
///
/// ```text
/// κ = G / √((n-1)²/n - G²),   distance = κ √(n (n-2)/(n-1)),   n = others + 1
/// ```
pub(crate) fn distance(score: f64, others: usize) -> f64 {
    let n = others as f64 + 1.0;
    let most = (n - 1.0) / n.sqrt();
    let kappa = score / ((most - score) * (most + score)).sqrt();
    kappa * (n * (n - 2.0) / (n - 1.0)).sqrt()
}
