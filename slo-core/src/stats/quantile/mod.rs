//! Quantiles by each of the nine definitions, and hinges.
//!
//! For one quantile or a few of the same values, [`quantile`] and [`quantiles`] select without sorting; [`Sorted`]
//! answers any number of them, and [`SortedWindow`](crate::stats::sorted_window::SortedWindow) those of the last values
//! of a stream.

mod kernel;
mod kind;
mod sorted;
#[cfg(test)]
mod tests;

use crate::error::{Error, Result};
use crate::stats::Missing;

pub use kind::QuantileType;
pub use sorted::Sorted;

pub(crate) use kernel::{between_each, hinges_of_sorted, middle, quantile_of_sorted};
pub(crate) use kind::Position;

/// The quantile of `values` at the share `q`.
///
/// # Method
///
/// As [`QuantileType`] says, on two order statistics found by selection in time proportional to the number of values.
/// Between two values it interpolates to within one unit in the last place of the exact result, without overflow.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `values` | finite, at least one, in any order | |
/// | `q` | [0, 1] | share |
/// | `kind` | the nine types | |
///
/// # Examples
///
/// ```
/// use slo_core::stats::quantile::{QuantileType, quantile};
///
/// let latency_ms = [12.0, 250.0, 14.0, 11.0];
/// assert_eq!(quantile(&latency_ms, 0.5, QuantileType::Linear)?, 13.0);
/// assert_eq!(quantile(&latency_ms, 1.0, QuantileType::Linear)?, 250.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless `0 <= q <= 1`; [`Error::NonFinite`] with the index of a value that is not
/// finite; [`Error::TooShort`] without values.
///
/// # References
///
/// Hyndman, R. J. and Fan, Y. (1996). Sample quantiles in statistical packages. *The American Statistician* 50(4),
/// 361-365.
pub fn quantile(values: &[f64], q: f64, kind: QuantileType) -> Result<f64> {
    quantile_with(values, q, kind, Missing::Error)
}

/// As [`quantile`], with a say in what a missing value means.
///
/// Under [`Missing::Skip`] a NaN is left out, and values among which there is an infinity have the quantile NaN.
///
/// # Examples
///
/// ```
/// use slo_core::stats::Missing;
/// use slo_core::stats::quantile::{QuantileType, quantile_with};
///
/// let values = [3.0, f64::NAN, 1.0];
/// assert_eq!(quantile_with(&values, 0.5, QuantileType::Linear, Missing::Skip)?, 2.0);
/// assert!(quantile_with(&values, 0.5, QuantileType::Linear, Missing::Error).is_err());
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`quantile`]'s; [`Error::TooShort`] also if every value is NaN.
pub fn quantile_with(values: &[f64], q: f64, kind: QuantileType, missing: Missing) -> Result<f64> {
    check_share(q)?;
    let mut values = present(values, missing)?;
    Ok(kernel::select(&mut values, &[q], kind).first().copied().unwrap_or(f64::NAN))
}

/// The quantiles of `values` at several shares, in the order of the shares.
///
/// # Examples
///
/// ```
/// use slo_core::stats::quantile::{QuantileType, quantiles};
///
/// let values = [1.0, 2.0, 3.0, 4.0, 5.0];
/// assert_eq!(quantiles(&values, &[0.75, 0.0, 0.1], QuantileType::Linear)?, [4.0, 1.0, 1.4]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`quantile`]'s.
pub fn quantiles(values: &[f64], qs: &[f64], kind: QuantileType) -> Result<Vec<f64>> {
    quantiles_with(values, qs, kind, Missing::Error)
}

/// As [`quantiles`], with a say in what a missing value means.
///
/// # Examples
///
/// ```
/// use slo_core::stats::Missing;
/// use slo_core::stats::quantile::{QuantileType, quantiles_with};
///
/// let values = [3.0, f64::NAN, 1.0];
/// assert_eq!(quantiles_with(&values, &[0.0, 1.0], QuantileType::Linear, Missing::Skip)?, [1.0, 3.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`quantile_with`]'s.
pub fn quantiles_with(values: &[f64], qs: &[f64], kind: QuantileType, missing: Missing) -> Result<Vec<f64>> {
    qs.iter().try_for_each(|q| check_share(*q))?;
    let mut values = present(values, missing)?;
    Ok(kernel::select(&mut values, qs, kind))
}

/// The value in the middle; the mean of the two in the middle of an even count.
///
/// # Examples
///
/// ```
/// use slo_core::stats::quantile::median;
///
/// assert_eq!(median(&[7.0, 1.0, 2.0])?, 2.0);
/// assert_eq!(median(&[7.0, 1.0, 2.0, 4.0])?, 3.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NonFinite`] with the index of a value that is not finite; [`Error::TooShort`] without values.
pub fn median(values: &[f64]) -> Result<f64> {
    quantile(values, 0.5, QuantileType::AveragedInvertedCdf)
}

/// The upper of the two values in the middle, or the one of an odd count: always one of the values, which are put in
/// another order. None without values.
///
/// # Method
///
/// ```text
/// x_(⌊n/2⌋ + 1), in the total order of floats
/// ```
///
/// # Examples
///
/// ```
/// use slo_core::stats::quantile::median_high;
///
/// assert_eq!(median_high(&mut [7.0, 1.0, 2.0, 4.0]), Some(4.0));
/// assert_eq!(median_high(&mut []), None);
/// ```
pub fn median_high(values: &mut [f64]) -> Option<f64> {
    let middle = values.len() / 2;
    (middle < values.len()).then(|| *values.select_nth_unstable_by(middle, f64::total_cmp).1)
}

/// Tukey's hinges: the medians of the lower and of the upper half, each half with the middle of an odd count.
///
/// # Method
///
/// ```text
/// d = (floor((n + 1) / 2) + 1) / 2,   lower = x at rank d from below,   upper = x at rank d from above
/// ```
///
/// with the mean of both neighbours at half a rank. These are the second and the fourth of R's `fivenum`, and the
/// edges of the box that R draws.
///
/// # Examples
///
/// ```
/// use slo_core::stats::quantile::hinges;
///
/// let values = [1.0, 2.0, 4.0, 7.0, 11.0, 16.0, 22.0, 29.0, 37.0, 46.0];
/// assert_eq!(hinges(&values)?, (4.0, 29.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NonFinite`] with the index of a value that is not finite; [`Error::TooShort`] without values.
///
/// # References
///
/// Tukey, J. W. (1977). *Exploratory Data Analysis*. Addison-Wesley, section 2B.
pub fn hinges(values: &[f64]) -> Result<(f64, f64)> {
    let mut values = present(values, Missing::Error)?;
    Ok(kernel::select_hinges(&mut values))
}

/// Refuses a share outside [0, 1], with a hint where a percentage was meant.
pub(crate) fn check_share(q: f64) -> Result<()> {
    if (0.0..=1.0).contains(&q) {
        return Ok(());
    }
    let hint = if q > 1.0 && q <= 100.0 {
        format!("must lie between 0 and 1; for {q} percent write {}", q / 100.0)
    } else {
        "must lie between 0 and 1".to_owned()
    };
    Err(Error::invalid("q", q, hint))
}

/// A copy of the values that take part, at least one; the infinities among them only where they are to tell.
fn present(values: &[f64], missing: Missing) -> Result<Vec<f64>> {
    missing.check("values", values)?;
    let present: Vec<f64> = match missing {
        Missing::Error => values.to_vec(),
        Missing::Skip => values.iter().copied().filter(|value| !value.is_nan()).collect(),
    };
    if present.is_empty() {
        return Err(Error::TooShort { name: "values", len: 0, needed: 1 });
    }
    Ok(present)
}
