//! Whether a sample is skewed, or heavier in its tails, than a normal one.

use slo_core::stats::tails::{ChiSquared, Distribution};
use slo_core::{Error, Result};

use crate::accuracy::unit;

/// What Jarque and Bera's test found; made by [`jarque_bera`].
///
/// # Examples
///
/// ```
/// // Symmetric, with a kurtosis of 1.7: 5/6 · (1.3²/4).
/// let test = slo_forecast::jarque_bera(&[1.0, 2.0, 3.0, 4.0, 5.0])?;
/// assert_eq!(test.skewness, 0.0);
/// assert!((test.kurtosis - 1.7).abs() < 1e-15 && (test.statistic - 1.69 * 5.0 / 24.0).abs() < 1e-15);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct JarqueBera {
    /// The statistic.
    pub statistic: f64,
    /// The probability of a statistic as great in a normal sample.
    pub p_value: f64,
    /// The third standardised moment, 0 for normal values.
    pub skewness: f64,
    /// The fourth standardised moment, 3 for normal values.
    pub kurtosis: f64,
}

/// Jarque and Bera's test: are skewness and kurtosis those of normal values?
///
/// # Method
///
/// ```text
/// JB = n/6 (S² + (K - 3)² / 4),   S = m_3 / m_2^(3/2),   K = m_4 / m_2²,   p = P(χ²_2 > JB) = e^(-JB/2)
/// ```
///
/// with moments about the mean, divided by `n`. The law is that of many values: below some hundreds the test rejects
/// less often than its level says.
///
/// # Examples
///
/// ```
/// let mut values = vec![0.0, 1.0, 0.0, -1.0, 0.0, 1.0, -1.0, 0.0, 1.0, -1.0];
/// assert!(slo_forecast::jarque_bera(&values)?.p_value > 0.5);
/// values.push(30.0);
/// assert!(slo_forecast::jarque_bera(&values)?.p_value < 1e-5);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NonFinite`], [`Error::TooShort`] below two values; [`Error::Degenerate`] if all are equal;
/// [`Error::OutOfRange`] where a distance of two values leaves the range of floats.
///
/// # References
///
/// Jarque, C. M. and Bera, A. K. (1987). A test for normality of observations and regression residuals.
/// *International Statistical Review* 55(2), 163-172.
pub fn jarque_bera(values: &[f64]) -> Result<JarqueBera> {
    Error::check_finite("values", values)?;
    let [first, _, ..] = values else {
        return Err(Error::TooShort { name: "values", len: values.len(), needed: 2 });
    };
    // Distances from the first value, in units near the greatest: an offset costs nothing, and powers neither
    // overflow nor vanish.
    let distances: Vec<f64> = values.iter().map(|value| value - first).collect();
    let most = distances.iter().fold(0.0, |most: f64, distance| distance.abs().max(most));
    if most == 0.0 {
        let reason = "equal values have no skewness".to_owned();
        return Err(Error::Degenerate { name: "values", reason });
    }
    if most == f64::INFINITY {
        return Err(Error::out_of_range("the distance of two values"));
    }
    let (n, unit) = (values.len() as f64, unit(most));
    let mean = distances.iter().map(|distance| distance / unit).sum::<f64>() / n;
    let moment = |power: i32| distances.iter().map(|d| (d / unit - mean).powi(power)).sum::<f64>() / n;
    let variance = moment(2);
    let (skewness, kurtosis) = (moment(3) / (variance * variance.sqrt()), moment(4) / (variance * variance));
    let statistic = n / 6.0 * (skewness * skewness + (kurtosis - 3.0) * (kurtosis - 3.0) / 4.0);
    let p_value = ChiSquared::new(2.0)?.sf(statistic);
    Ok(JarqueBera { statistic, p_value, skewness, kurtosis })
}
