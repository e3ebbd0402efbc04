//! Whether a series still depends on its own past.

use slo_core::stats::autocorrelation::acf;
use slo_core::stats::tails::{ChiSquared, Distribution};
use slo_core::{Error, Result};

/// What Ljung and Box's test found; made by [`ljung_box`].
///
/// # Examples
///
/// ```
/// // Autocorrelations of 0.4 and -0.1.
/// let test = slo_forecast::ljung_box(&[1.0, 2.0, 3.0, 4.0, 5.0], 2, 0)?;
/// assert!((test.statistic - 35.0 * (0.16 / 4.0 + 0.01 / 3.0)).abs() < 1e-14);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct LjungBox {
    /// The statistic.
    pub statistic: f64,
    /// How many lags were looked at.
    pub lags: usize,
    /// The degrees of freedom: the lags, less the fitted parameters.
    pub degrees_of_freedom: usize,
    /// The probability of a statistic as great, if there is no dependence.
    pub p_value: f64,
}

/// Ljung and Box's test: are the first autocorrelations of residuals larger than chance makes them?
///
/// # Method
///
/// ```text
/// Q = n (n + 2) Σ_{k=1..lags} r_k² / (n - k),   p = P(χ²_{lags - fitted_parameters} > Q)
/// ```
///
/// R's `Box.test(type = "Ljung-Box")`: autocorrelations are taken about the mean. The law is that of many residuals.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `residuals` | finite, oldest first, not all equal | |
/// | `lags` | above `fitted_parameters`, below the number of residuals | places |
/// | `fitted_parameters` | those that shape the autocorrelations: `p + q` of an ARMA model | |
///
/// # Examples
///
/// ```
/// // A line is nothing but dependence.
/// let line: Vec<f64> = (0..50).map(f64::from).collect();
/// assert!(slo_forecast::ljung_box(&line, 10, 0)?.p_value < 1e-20);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NonFinite`], [`Error::TooShort`] below two residuals; [`Error::Degenerate`] if all are equal;
/// [`Error::InvalidParameter`] for lags outside their range.
///
/// # References
///
/// Ljung, G. M. and Box, G. E. P. (1978). On a measure of lack of fit in time series models. *Biometrika* 65(2),
/// 297-303.
pub fn ljung_box(residuals: &[f64], lags: usize, fitted_parameters: usize) -> Result<LjungBox> {
    if lags <= fitted_parameters {
        let reason = format!("must exceed the number of fitted parameters, {fitted_parameters}");
        return Err(Error::invalid("lags", lags, reason));
    }
    Error::check_finite("residuals", residuals)?;
    let len = residuals.len();
    if len < 2 {
        return Err(Error::TooShort { name: "residuals", len, needed: 2 });
    }
    if lags >= len {
        return Err(Error::invalid("lags", lags, format!("must be below the {len} residuals")));
    }
    if residuals.windows(2).all(|pair| matches!(pair, [a, b] if a == b)) {
        let reason = "a constant has no autocorrelation".to_owned();
        return Err(Error::Degenerate { name: "residuals", reason });
    }
    let n = len as f64;
    let lagged = acf(residuals, lags)?;
    let sum: f64 = lagged.iter().enumerate().skip(1).map(|(k, r)| r * r / (n - k as f64)).sum();
    let (statistic, degrees_of_freedom) = (n * (n + 2.0) * sum, lags - fitted_parameters);
    let p_value = ChiSquared::new(degrees_of_freedom as f64)?.sf(statistic);
    Ok(LjungBox { statistic, lags, degrees_of_freedom, p_value })
}
