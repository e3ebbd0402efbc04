//! Two outliers, one at either end.

use slo_core::Result;

use crate::normal_sample::{Moments, Trimmed, check_level, check_values, upper_quantile, upper_tail};
use crate::test_result::{Exactness, TestResult};
use crate::verdict::Side;

/// Grubbs' test for two outliers at opposite ends of a normal sample.
///
/// # Method
///
/// ```text
/// W   = (max - min) / s
/// p   = min(1, n (n-1) P(t_{n-2} > t)),   t² = (n-2) W² / (2(n-1) - W²)
/// W_c = √(2(n-1)) t / √(n-2+t²),   P(t_{n-2} > t) = α/(n(n-1))
/// ```
///
/// The p-value is exact where no two pairs of values can be so far apart at once: `W ≥ √(3(n-1)/2)`, for three values
/// always. Else it is an upper bound. (R's `grubbs.test(type = 11)` searches for p between 0.001 and 0.9999 to four
/// digits, and folds what its `two.sided` doubles beyond 1 back to 2 - p.) A sample without spread has no outliers: W
/// is 0 and p is 1.
///
/// The suspects are the highest and the lowest value, the one further from the mean first.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `alpha` | (0, 1) | level of the critical value |
///
/// # Examples
///
/// ```
/// use slo_anomaly::opposite_outliers_test;
///
/// // Squares of 202 about the mean 0, so that W² = 20² · 6/202, and 2 of them without the outliers: t² = 5 · 200/2.
/// let result = opposite_outliers_test(&[-10.0, -1.0, 0.0, 0.0, 0.0, 1.0, 10.0], 0.05)?;
/// assert!((result.statistic - (200.0_f64 * 6.0 / 101.0).sqrt()).abs() < 1e-12);
/// assert!(result.p_value < 0.05 && result.exact());
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`grubbs_test`](crate::grubbs_test).
///
/// # References
///
/// David, H. A., Hartley, H. O. and Pearson, E. S. (1954). The distribution of the ratio, in a single normal sample, of
/// range to standard deviation. *Biometrika* 41, 482-493.
pub fn opposite_outliers_test(values: &[f64], alpha: f64) -> Result<TestResult> {
    check_level(alpha)?;
    check_values(values, 3)?;
    let n = values.len() as f64;
    let pairs = n * (n - 1.0);
    let critical = range(upper_quantile(alpha / pairs, n - 2.0) / (n - 2.0).sqrt(), n);
    let none = TestResult::new(0.0, 1.0, Exactness::Exact, Side::Both).critical(critical);
    let sample = Trimmed::new(values, 1);
    let (Some(low), Some(high)) = (sample.lows.first(), sample.highs.first()) else { return Ok(none) };
    let width = high.distance - low.distance;
    if width == 0.0 {
        return Ok(none);
    }
    // What is left of the squares if both come together in their middle.
    let middle = Moments { n: 2.0, mean: f64::midpoint(low.distance, high.distance), norm: 0.0 };
    let rest = sample.core.with(middle);
    let kappa = width / std::f64::consts::SQRT_2 / rest.norm;
    let statistic = range(kappa, n);
    let p = (pairs * upper_tail(kappa * (n - 2.0).sqrt(), n - 2.0)).min(1.0);
    let exact = n == 3.0 || statistic >= (1.5 * (n - 1.0)).sqrt();
    let exactness = if exact { Exactness::Exact } else { Exactness::UpperBound };
    let upper_first = high.distance - rest.mean >= rest.mean - low.distance;
    let suspects = if upper_first { vec![high.place, low.place] } else { vec![low.place, high.place] };
    Ok(TestResult::new(statistic, p, exactness, Side::Both).critical(critical).suspects(suspects))
}

/// `√(2(n-1)) κ/√(1+κ²)`.
fn range(kappa: f64, n: f64) -> f64 {
    let most = (2.0 * (n - 1.0)).sqrt();
    if kappa < 1.0 { most * kappa / kappa.hypot(1.0) } else { most / (1.0 / kappa).hypot(1.0) }
}
