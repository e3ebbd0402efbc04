//! How a series depends on its own past.
//!
//! [`acf`] and [`pacf`] show it, lag by lag. [`SerialDependence`] says what it costs: how many independent values the
//! series is worth to a test of means or of correlations.

mod dependence;
mod levinson;
mod period;
mod products;
#[cfg(test)]
mod tests;

use crate::error::{Error, Result};
use levinson::Levinson;
use products::Deviations;

pub use dependence::SerialDependence;
pub use period::dominant_period;

/// The autocorrelations of `values`, oldest first, at the lags 0 to `max_lag`.
///
/// # Method
///
/// ```text
/// r_k = c_k / c_0,   c_k = Σ_{t=1..n-k} (x_t - x̄)(x_{t+k} - x̄) / n
/// ```
///
/// with the divisor `n` at every lag, as R's `acf` has it: a sequence that some stationary process has. Deviations are
/// taken in a second pass, from differences to the first value, and their products are summed in blocks that are added
/// with compensation: an offset common to all values costs no accuracy.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `values` | finite, at least two, not all equal | |
/// | `max_lag` | below the number of values; [`default_max_lag`] is customary | places |
///
/// # Examples
///
/// ```
/// use slo_core::stats::autocorrelation::acf;
///
/// // Deviations -2, -1, 0, 1, 2: products 10, 4, -1, -4 at the lags 0 to 3.
/// assert_eq!(acf(&[1.0, 2.0, 3.0, 4.0, 5.0], 3)?, [1.0, 0.4, -0.1, -0.4]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NonFinite`] with the index of a value that is not finite; [`Error::TooShort`] below two values;
/// [`Error::InvalidParameter`] unless `max_lag` is below their number; [`Error::Degenerate`] if all are equal.
///
/// # References
///
/// Box, G. E. P., Jenkins, G. M. and Reinsel, G. C. (2008). *Time Series Analysis*, 4th edition. Wiley, section 2.1.
pub fn acf(values: &[f64], max_lag: usize) -> Result<Vec<f64>> {
    let products = check(values, max_lag)?.products(max_lag);
    let squares = products.first().copied().unwrap_or(f64::NAN);
    Ok(products.into_iter().map(|product| product / squares).collect())
}

/// The partial autocorrelations of `values`, oldest first, at the lags 0 to `max_lag`.
///
/// What the value `k` places ago says beyond the values in between. The one at lag 0 is 1.
///
/// # Method
///
/// The last coefficient of the autoregressive model of order `k`, by Durbin and Levinson's recursion on [`acf`]: R's
/// `pacf`, and `ldb` in statsmodels.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `values` | finite, at least two, not all equal | |
/// | `max_lag` | below the number of values; [`default_max_lag`] is customary | places |
///
/// # Examples
///
/// ```
/// use slo_core::stats::autocorrelation::pacf;
///
/// // (r_2 - r_1²) / (1 - r_1²) = (-0.1 - 0.16) / 0.84 at lag 2.
/// let partial = pacf(&[1.0, 2.0, 3.0, 4.0, 5.0], 2)?;
/// assert_eq!(partial[..2], [1.0, 0.4]);
/// assert!((partial[2] + 0.26 / 0.84).abs() < 1e-15);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`acf`]'s.
///
/// # References
///
/// Durbin, J. (1960). The fitting of time-series models. *Review of the International Statistical Institute* 28(3),
/// 233-244.
pub fn pacf(values: &[f64], max_lag: usize) -> Result<Vec<f64>> {
    let acf = acf(values, max_lag)?;
    let mut model = Levinson::new(&acf);
    let partial = std::iter::repeat_with(|| model.grow()).take(max_lag);
    Ok(std::iter::once(1.0).chain(partial).collect())
}

/// The customary largest lag for `n` values: `⌊10 log10 n⌋`, and less than `n`.
///
/// # Examples
///
/// ```
/// use slo_core::stats::autocorrelation::default_max_lag;
///
/// assert_eq!(default_max_lag(1000), 30);
/// assert_eq!(default_max_lag(5), 4);
/// ```
#[must_use]
pub fn default_max_lag(n: usize) -> usize {
    // Ten to the lag/10 is an integer at whole powers of ten alone, which powi has exactly.
    let reached = |lag: i32| 10_f64.powi(lag / 10) * 10_f64.powf(f64::from(lag % 10) / 10.0) <= n as f64;
    (1..n).zip(1..).take_while(|(_, lag)| reached(*lag)).last().map_or(0, |(lag, _)| lag)
}

/// The long-run variance of `values`: `n` times the variance of their mean.
///
/// That of [`SerialDependence::long_run_variance`], which says how it is estimated.
///
/// # Examples
///
/// ```
/// use slo_core::stats::autocorrelation::ar_variance;
///
/// // Not autocorrelated: the variance with divisor n - 1.
/// assert!((ar_variance(&[1.0, 5.0, 2.0, 4.0, 3.0, 6.0, 0.0])? - 14.0 / 3.0).abs() < 1e-14);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`SerialDependence::new`]'s.
pub fn ar_variance(values: &[f64]) -> Result<f64> {
    Ok(SerialDependence::new(values)?.long_run_variance())
}

/// How many independent values would have a mean as accurate as that of `values`.
///
/// That of [`SerialDependence::effective_sample_size`], which says how it is estimated.
///
/// # Examples
///
/// ```
/// use slo_core::stats::autocorrelation::effective_sample_size;
///
/// // A straight line is as good as two values.
/// let line: Vec<f64> = (0..50).map(f64::from).collect();
/// assert_eq!(effective_sample_size(&line)?, 2.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`SerialDependence::new`]'s.
pub fn effective_sample_size(values: &[f64]) -> Result<f64> {
    Ok(SerialDependence::new(values)?.effective_sample_size())
}

/// How many independent pairs would have a correlation as accurate as that of `x` and `y`, which belong together
/// place by place.
///
/// That of [`SerialDependence::effective_sample_size_with`], which says how it is estimated.
///
/// # Examples
///
/// ```
/// use slo_core::stats::autocorrelation::effective_sample_size_pair;
///
/// let line: Vec<f64> = (0..50).map(f64::from).collect();
/// let alternating: Vec<f64> = (0..50).map(|t| f64::from(t % 2)).collect();
/// assert!(effective_sample_size_pair(&line, &line)? < 5.0);
/// assert_eq!(effective_sample_size_pair(&line, &alternating)?, 50.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`SerialDependence::new`]'s, for `x` and for `y`; [`Error::LengthMismatch`] for unequal lengths.
pub fn effective_sample_size_pair(x: &[f64], y: &[f64]) -> Result<f64> {
    Error::check_lengths("x", x.len(), "y", y.len())?;
    SerialDependence::of("x", x)?.effective_sample_size_with(&SerialDependence::of("y", y)?)
}

fn check(values: &[f64], max_lag: usize) -> Result<Deviations> {
    Error::check_finite("values", values)?;
    let len = values.len();
    if len < 2 {
        return Err(Error::TooShort { name: "values", len, needed: 2 });
    }
    if max_lag >= len {
        return Err(Error::invalid("max_lag", max_lag, format!("must be below the {len} values")));
    }
    Deviations::new(values).ok_or_else(|| constant("values"))
}

fn constant(name: &'static str) -> Error {
    Error::Degenerate { name, reason: "a constant has no autocorrelation".to_owned() }
}
