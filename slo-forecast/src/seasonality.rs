//! Whether a series has a season at all.

use slo_core::stats::autocorrelation::acf;
use slo_core::{Error, Result};

/// What a standard normal variable exceeds with probability 5%.
const QUANTILE: f64 = 1.644_853_626_951_472_2;

/// How much a series resembles itself one period ago, and how much it would by chance.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Seasonality {
    /// The autocorrelation at the lag of one period; 0 for a constant series.
    pub autocorrelation: f64,
    /// What its size exceeds in one series of ten whose autocorrelations end before one period.
    pub critical: f64,
}

impl Seasonality {
    /// Whether the autocorrelation is beyond chance, in either direction.
    ///
    /// # Examples
    ///
    /// ```
    /// let there_and_back = [1.0, 9.0].repeat(8);
    /// assert!(slo_forecast::seasonality(&there_and_back, 2)?.is_seasonal());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn is_seasonal(&self) -> bool {
        self.autocorrelation.abs() > self.critical
    }
}

/// Tests at the level 10% whether values at equal distances, oldest first, have a season of the length `period`.
///
/// # Method
///
/// ```text
/// |r_m| > z √((1 + 2 Σ_{k<m} r_k²) / n),   z = Φ⁻¹(0.95)
/// ```
///
/// with the autocorrelations `r_k` and Bartlett's standard error of `r_m`. It is the test of the M4 competition and of R's
/// `thetaf`. A trend looks like a season to it.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `values` | finite, more than `period` | |
/// | `period` | >= 2 | places |
///
/// # Examples
///
/// ```
/// use slo_forecast::seasonality;
///
/// // r_1 = -3/4 and r_2 = 1/2 of 1, -1, 1, -1: the second is not beyond 1.645 √((1 + 2 · 9/16) / 4) = 1.199.
/// let found = seasonality(&[1.0, -1.0, 1.0, -1.0], 2)?;
/// assert_eq!(found.autocorrelation, 0.5);
/// assert!((found.critical - 1.199).abs() < 1e-3 && !found.is_seasonal());
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] for a period below 2; [`Error::TooShort`] unless there are more values than a period
/// has; [`Error::NonFinite`].
///
/// # References
///
/// Fiorucci, J. A., Pellegrini, T. R., Louzada, F., Petropoulos, F., Koehler, A. B. (2016). Models for optimising the
/// theta method and their relationship to state space models. *International Journal of Forecasting* 32(4),
/// 1151-1161.
pub fn seasonality(values: &[f64], period: usize) -> Result<Seasonality> {
    if period < 2 {
        return Err(Error::invalid("period", period, "must be at least 2"));
    }
    if values.len() <= period {
        return Err(Error::TooShort { name: "values", len: values.len(), needed: period.saturating_add(1) });
    }
    let found = match acf(values, period) {
        Err(Error::Degenerate { .. }) => vec![0.0; period + 1],
        found => found?,
    };
    let squares: f64 = found.iter().take(period).skip(1).map(|r| r * r).sum();
    let critical = QUANTILE * ((1.0 + 2.0 * squares) / values.len() as f64).sqrt();
    Ok(Seasonality { autocorrelation: found.last().copied().unwrap_or(0.0), critical })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_has_no_season() {
        let found = seasonality(&[3.0; 10], 4).unwrap();
        assert_eq!(found.autocorrelation, 0.0);
        assert!(!found.is_seasonal() && found.critical > 0.0);
    }

    #[test]
    fn the_threshold_itself_is_no_season() {
        let critical = 0.25;
        let tested = |autocorrelation| Seasonality { autocorrelation, critical }.is_seasonal();
        assert!(!tested(0.25) && !tested(-0.25) && !tested(0.25_f64.next_down()));
        assert!(tested(0.25_f64.next_up()) && tested(-0.25_f64.next_up()));
    }

    #[test]
    fn a_period_needs_one_value_more_than_it_has() {
        assert!(matches!(seasonality(&[1.0, 2.0, 4.0], 3), Err(Error::TooShort { needed: 4, .. })));
        assert!(seasonality(&[1.0, 2.0, 4.0, 1.0], 3).is_ok());
        for period in [0, 1] {
            assert!(matches!(seasonality(&[1.0, 2.0], period), Err(Error::InvalidParameter { .. })));
        }
        assert!(matches!(seasonality(&[1.0, f64::NAN, 2.0], 2), Err(Error::NonFinite { index: 1, .. })));
    }
}
