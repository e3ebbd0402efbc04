//! One variance among many.

use slo_core::stats::tails::{Distribution, FisherF};
use slo_core::{Error, Result};

use crate::normal_sample::{check_level, spread};
use crate::test_result::{Exactness, TestResult};
use crate::verdict::Side;

/// Cochran's C test for a group of values whose variance is too large.
///
/// # Method
///
/// Of `k` groups of `n` values, with variances `s²`:
///
/// ```text
/// C   = max s² / Σ s²
/// p   = min(1, k P(F > f)),   f = (k-1) C/(1-C), with n-1 and (k-1)(n-1) degrees of freedom
/// C_c = 1 / (1 + (k-1)/f),    P(F > f) = α/k
/// ```
///
/// The p-value is exact where `C ≥ 1/2`, as no two groups can have more than half of the sum each; else it is an upper
/// bound. Where no group has any spread C is 0 and p is 1. The suspect is a group's place.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `groups` | two or more, each of the same number of values, two or more | |
/// | `alpha` | (0, 1) | level of the critical value |
///
/// # Examples
///
/// ```
/// use slo_anomaly::cochran_test;
///
/// // Variances 1/2, 1/2 and 8: C = 8/9, f = 16 with 1 and 2 degrees of freedom, P(F > 16) = 1 - √(8/9).
/// let result = cochran_test(&[&[0.0, 1.0], &[5.0, 6.0], &[2.0, 6.0]], 0.05)?;
/// assert!((result.statistic - 8.0 / 9.0).abs() < 1e-15);
/// assert!((result.p_value - 3.0 * (1.0 - (8.0_f64 / 9.0).sqrt())).abs() < 1e-14);
/// assert_eq!((result.index(), result.exact()), (Some(2), true));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::TooShort`] with fewer than two groups or groups of fewer than two values, [`Error::LengthMismatch`] for
/// groups of different sizes, [`Error::NonFinite`] for a value that is not finite, and [`Error::InvalidParameter`] unless
/// `0 < alpha < 1`.
///
/// # References
///
/// Cochran, W. G. (1941). The distribution of the largest of a set of estimated variances as a fraction of their total.
/// *Annals of Eugenics* 11, 47-52.
pub fn cochran_test(groups: &[&[f64]], alpha: f64) -> Result<TestResult> {
    check_level(alpha)?;
    let size = groups.first().map_or(0, |group| group.len());
    if groups.len() < 2 {
        return Err(Error::TooShort { name: "groups", len: groups.len(), needed: 2 });
    }
    for group in groups {
        Error::check_lengths("groups[0]", size, "another group", group.len())?;
        Error::check_finite("groups", group)?;
    }
    if size < 2 {
        return Err(Error::TooShort { name: "groups[0]", len: size, needed: 2 });
    }
    let (others, each) = (groups.len() as f64 - 1.0, size as f64 - 1.0);
    let distribution = FisherF::new(each, others * each)?;
    let count = others + 1.0;
    let limit = distribution.upper_quantile(alpha / count)?;
    let critical = 1.0 / (1.0 + others / limit);
    let norms: Vec<f64> = groups.iter().map(|group| spread(group).norm).collect();
    let (suspect, largest) = norms
        .iter()
        .copied()
        .enumerate()
        .fold((0, 0.0), |most, next| if next.1 > most.1 { next } else { most });
    if largest == 0.0 {
        return Ok(TestResult::new(0.0, 1.0, Exactness::Exact, Side::Upper).critical(critical));
    }
    // Squares in units of the largest, so that they stay within the floats.
    let share = |norm: &f64| (norm / largest).powi(2);
    let rest: f64 =
        norms.iter().enumerate().filter(|(place, _)| *place != suspect).map(|(_, norm)| share(norm)).sum();
    let statistic = 1.0 / (1.0 + rest);
    let p = (count * distribution.sf(others / rest)).min(1.0);
    let exactness = if statistic >= 0.5 { Exactness::Exact } else { Exactness::UpperBound };
    Ok(TestResult::new(statistic, p, exactness, Side::Upper).critical(critical).suspects(vec![suspect]))
}
