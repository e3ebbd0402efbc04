//! Dixon's test of one sample.

use slo_core::{Error, Result};

use super::distribution::DixonDistribution;
use super::extremes::Extremes;
use super::ratio::DixonRatio;
use crate::test_result::TestResult;
use crate::verdict::Side;

/// Dixon's test: whether the value at an end of a sample lies too far from its neighbours to be of one normal sample
/// with them.
///
/// # Method
///
/// ```text
/// upper = (x_n - x_{n-j}) / (x_n - x_{k+1})        lower = (x_{j+1} - x_1) / (x_{n-k} - x_1)
/// ```
///
/// with `rjk` of [`DixonRatio`]. With [`Side::Both`] the statistic is the greater of the two, and the p-value is the
/// probability that the greater of the two is as great: choosing the suspicious side by the data has its price. p-value
/// and critical value are those of [`DixonDistribution`], exact for independent normal values; only for r12, and for
/// r21 of more than 30 values, the p-value of both sides is an upper bound. The result says which.
///
/// A constant sample has the ratio 0, p-value 1 and no suspect, and so has a sample whose ends are tied as far as the
/// numerator reaches. Where all values but those that the ratio spares are equal, it is 1 and the p-value 0.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `values` | 3 to 10 000, finite; as many as the ratio needs | |
/// | `ratio` | [`DixonRatio`] | |
/// | `side` | [`Side`] | |
/// | `alpha` | (0, 1) | probability of a false alarm, per sample |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{DixonRatio, Side, dixon_test};
///
/// let litres = [0.189, 0.167, 0.187, 0.183, 0.186, 0.182, 0.181, 0.184, 0.181, 0.177];
/// let result = dixon_test(&litres, DixonRatio::R10, Side::Lower, 0.05)?;
/// // (0.177 - 0.167) / (0.189 - 0.167)
/// assert!((result.statistic - 10.0 / 22.0).abs() < 1e-12);
/// assert!((result.p_value - 0.029073079578).abs() < 1e-11);
/// assert_eq!(result.index(), Some(1));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::TooShort`] for fewer values than the ratio needs, [`Error::LimitExceeded`] for more than 10 000,
/// [`Error::NonFinite`] for a value that is not finite, [`Error::InvalidParameter`] unless `0 < alpha < 1`.
///
/// # References
///
/// Dixon, W. J. (1950). Analysis of extreme values. *Annals of Mathematical Statistics* 21(4), 488-506.
pub fn dixon_test(values: &[f64], ratio: DixonRatio, side: Side, alpha: f64) -> Result<TestResult> {
    Error::check_fraction("alpha", alpha)?;
    let distribution = DixonDistribution::new(ratio, values.len())?;
    Error::check_finite("values", values)?;

    let found = Extremes::of(values).most(distribution.ratio(), side);
    let p_value = distribution.p_value(found.ratio, side);
    let critical = distribution.critical_value(alpha, side)?;
    let suspect = values.iter().position(|value| found.ratio > 0.0 && *value == found.suspect);
    Ok(TestResult::new(found.ratio, p_value, distribution.exactness(side), side)
        .critical(critical)
        .suspects(suspect.into_iter().collect()))
}
