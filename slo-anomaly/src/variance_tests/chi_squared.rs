//! Tests by a variance that is known.

use slo_core::stats::tails::{ChiSquared, Distribution};
use slo_core::{Error, Result};

use crate::normal_sample::{Moments, Trimmed, check_level, check_values, spread};
use crate::test_result::{Exactness, TestResult};
use crate::verdict::Side;

/// The chi-squared test of a normal sample's variance against a number.
///
/// # Method
///
/// ```text
/// Χ² = Σ(x - mean)² / σ₀²,   n - 1 degrees of freedom
/// p  = P(χ² > Χ²), P(χ² < Χ²), twice the smaller of both   (upper, lower, both sides)
/// ```
///
/// The interval is that of the variance at level `1 - alpha`: `Σ(x - mean)²` over the quantiles of χ². On one side one
/// end of it is 0 or infinite. The critical value is the χ² that p equals `alpha` at; on both sides that of the side on
/// which the statistic lies. Exact on normal samples, and on no others: heavy tails make it find more.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `variance` | above 0 | square of the values' unit |
/// | `side` | [`Side::Upper`] looks for a larger variance | |
/// | `alpha` | (0, 1) | level of the critical value, 1 less that of the interval |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Side, variance_test};
///
/// // Squares of 10 about the mean 2, against a variance of 1: with 4 degrees of freedom P(χ² > 10) = 6 e^-5.
/// let result = variance_test(&[0.0, 1.0, 2.0, 3.0, 4.0], 1.0, Side::Upper, 0.05)?;
/// assert!((result.statistic - 10.0).abs() < 1e-14);
/// assert!((result.p_value - 6.0 * (-5.0_f64).exp()).abs() < 1e-15);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::TooShort`] with fewer than two values, [`Error::NonFinite`] for one that is not finite, and
/// [`Error::InvalidParameter`] for a parameter outside its range.
///
/// # References
///
/// Snedecor, G. W. and Cochran, W. G. (1983). *Statistical Methods*, 8th edition, Iowa State University Press.
pub fn variance_test(values: &[f64], variance: f64, side: Side, alpha: f64) -> Result<TestResult> {
    check_level(alpha)?;
    check_variance(variance)?;
    check_values(values, 2)?;
    let norm = spread(values).norm;
    let degrees = values.len() as f64 - 1.0;
    let distribution = ChiSquared::new(degrees)?;
    let statistic = (norm / variance.sqrt()).powi(2);
    let (below, above) = (distribution.cdf(statistic), distribution.sf(statistic));
    let share = if side == Side::Both { alpha / 2.0 } else { alpha };
    let (low, high) = (distribution.quantile(share)?, distribution.upper_quantile(share)?);
    let over = |quantile: f64| (norm / quantile.sqrt()).powi(2);
    let (p, critical, interval) = match side {
        Side::Upper => (above, high, (over(high), f64::INFINITY)),
        Side::Lower => (below, low, (0.0, over(low))),
        Side::Both => {
            let critical = if above <= below { high } else { low };
            ((2.0 * above.min(below)).min(1.0), critical, (over(high), over(low)))
        }
    };
    let mut result = TestResult::new(statistic, p, Exactness::Exact, side).critical(critical);
    result.degrees_of_freedom = Some(degrees);
    result.interval = Some(interval);
    Ok(result)
}

/// The chi-squared test of the value furthest from the mean, by a variance that is known.
///
/// # Method
///
/// ```text
/// Χ² = (x - mean)² / σ²,   p = P(χ²₁ > Χ²), on one side half of it
/// ```
///
/// as R's `chisq.out.test` has it: the p-value is that of one value chosen beforehand, whose variance is σ² about a mean
/// that is known. Neither is so, and p is smaller than the probability of such a Χ² in a normal sample: with ten values
/// 0.05 stands for 0.32. [`Exactness::Approximate`] says so; [`grubbs_test`](crate::grubbs_test) is the test that holds
/// its level. Without a variance that of the sample serves, and then R's numbers are reproduced.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `variance` | above 0; the sample's if none | square of the values' unit |
/// | `side` | | |
/// | `alpha` | (0, 1) | level of the critical value |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Side, chi_squared_outlier_test};
///
/// // 4 lies 2 above the mean: Χ² = 4, p = 0.0455 on both sides.
/// let result = chi_squared_outlier_test(&[0.0, 1.0, 2.0, 3.0, 4.0], Some(1.0), Side::Both, 0.05)?;
/// assert!((result.statistic - 4.0).abs() < 1e-14);
/// assert!((result.p_value - 0.045_500).abs() < 1e-6);
/// assert_eq!(result.index(), Some(4));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::TooShort`] with fewer than three values, [`Error::NonFinite`] for one that is not finite, and
/// [`Error::InvalidParameter`] for a parameter outside its range.
///
/// # References
///
/// Dixon, W. J. (1950). Analysis of extreme values. *Annals of Mathematical Statistics* 21(4), 488-506.
pub fn chi_squared_outlier_test(
    values: &[f64],
    variance: Option<f64>,
    side: Side,
    alpha: f64,
) -> Result<TestResult> {
    check_level(alpha)?;
    if let Some(variance) = variance {
        check_variance(variance)?;
    }
    check_values(values, 3)?;
    let distribution = ChiSquared::new(1.0)?;
    let sample = Trimmed::new(values, 1);
    let all = spread(values);
    let (Some(low), Some(high)) = (sample.lows.first(), sample.highs.first()) else {
        return Err(Error::TooShort { name: "values", len: values.len(), needed: 3 });
    };
    let whole = sample.core.with(Moments::one(low.distance)).with(Moments::one(high.distance));
    let (below, above) = (whole.mean - low.distance, high.distance - whole.mean);
    let upper = match side {
        Side::Both => above >= below,
        Side::Upper => true,
        Side::Lower => false,
    };
    let (suspect, distance) = if upper { (high, sample.length(above)) } else { (low, sample.length(below)) };
    let deviation = variance.map_or_else(|| all.norm / (all.n - 1.0).sqrt(), f64::sqrt);
    let share = if side == Side::Both { alpha } else { (2.0 * alpha).min(1.0) };
    let critical = distribution.upper_quantile(share)?;
    if all.norm == 0.0 {
        return Ok(TestResult::new(0.0, 1.0, Exactness::Approximate, side).critical(critical));
    }
    let statistic = (distance / deviation).powi(2);
    let tail = distribution.sf(statistic);
    let p = if side == Side::Both { tail } else { 0.5 * tail };
    let mut result = TestResult::new(statistic, p, Exactness::Approximate, side).critical(critical);
    result.degrees_of_freedom = Some(1.0);
    Ok(result.suspects(vec![suspect.place]))
}

fn check_variance(variance: f64) -> Result<()> {
    if variance > 0.0 && variance.is_finite() {
        return Ok(());
    }
    Err(Error::invalid("variance", variance, "must be positive and finite"))
}
