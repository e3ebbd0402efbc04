//! What a decomposition finds.

use std::ops::Range;

#[cfg(feature = "serde")]
use super::written::{Written, WrittenMultiple, missing};

/// A series as the sum of trend, season and remainder.
///
/// # Examples
///
/// ```
/// use slo_core::decompose::Stl;
///
/// let values: Vec<f64> = (0..48).map(|t| f64::from(t) + [0.0, 9.0, -3.0, -6.0][t as usize % 4]).collect();
/// let parts = Stl::new(4).decompose(&values)?;
/// let sum = parts.trend[20] + parts.seasonal[20] + parts.remainder[20];
/// assert!((sum - values[20]).abs() < 1e-12);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Written"))]
pub struct Decomposition {
    /// The level that changes slowly.
    pub trend: Vec<f64>,
    /// What repeats with the period.
    pub seasonal: Vec<f64>,
    /// What both leave; NaN where the value is missing.
    #[cfg_attr(feature = "serde", serde(serialize_with = "missing::write"))]
    pub remainder: Vec<f64>,
    /// How much each value counted in the last pass: 1 unless the decomposition is robust, 0 far away from the fit and
    /// for what is missing.
    pub weights: Vec<f64>,
}

impl Decomposition {
    /// How strong the trend is, from 0 to 1.
    ///
    /// # Method
    ///
    /// ```text
    /// max(0, 1 - var(remainder) / var(trend + remainder)),  0 where nothing varies
    /// ```
    ///
    /// over the values that are not missing.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let values: Vec<f64> = (0..48).map(|t| f64::from(t) + [0.0, 9.0, -3.0, -6.0][t as usize % 4]).collect();
    /// assert!(Stl::new(4).decompose(&values)?.trend_strength() > 0.999);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # References
    ///
    /// Wang, X., Smith, K. A., Hyndman, R. J. (2006). Characteristic-based clustering for time series data. *Data Mining
    /// and Knowledge Discovery* 13(3), 335-364. Hyndman, R. J., Athanasopoulos, G. (2021). *Forecasting: Principles and
    /// Practice*, 3rd edition, section 4.3.
    pub fn trend_strength(&self) -> f64 {
        strength(&self.trend, &self.remainder, size(&self.trend).max(size(&self.seasonal)))
    }

    /// How strong the season is, from 0 to 1: as [`Decomposition::trend_strength`], with the season for the trend.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let values: Vec<f64> = (0..48).map(|t| f64::from(t) + [0.0, 9.0, -3.0, -6.0][t as usize % 4]).collect();
    /// assert!(Stl::new(4).decompose(&values)?.seasonal_strength() > 0.999);
    /// assert_eq!(Stl::new(4).decompose(&[5.0; 8])?.seasonal_strength(), 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn seasonal_strength(&self) -> f64 {
        strength(&self.seasonal, &self.remainder, size(&self.trend))
    }
}

/// Equal parts; what is missing equals what is missing.
impl PartialEq for Decomposition {
    fn eq(&self, other: &Self) -> bool {
        self.trend == other.trend
            && self.seasonal == other.seasonal
            && self.weights == other.weights
            && are_same(&self.remainder, &other.remainder)
    }
}

/// Whether two remainders are equal, and missing at the same places.
fn are_same(left: &[f64], right: &[f64]) -> bool {
    let is_same = |(left, right): (&f64, &f64)| left == right || left.is_nan() && right.is_nan();
    left.len() == right.len() && left.iter().zip(right).all(is_same)
}

/// A series as the sum of a trend, several seasons and a remainder.
///
/// # Examples
///
/// ```
/// use slo_core::decompose::Mstl;
///
/// let season = |t: i32, period: i32| f64::from(t % period) - f64::from(period - 1) / 2.0;
/// let values: Vec<f64> = (0..140).map(|t| season(t, 4) + season(t, 14)).collect();
/// let parts = Mstl::new(vec![14, 4]).decompose(&values)?;
/// assert_eq!(parts.periods, [4, 14]);
/// assert!(parts.seasonal_strengths().iter().all(|strength| *strength > 0.9));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "WrittenMultiple")
)]
pub struct MultipleDecomposition {
    /// The level that changes slowly.
    pub trend: Vec<f64>,
    /// The periods of the seasons, in increasing order.
    pub periods: Vec<usize>,
    /// What repeats with each period.
    pub seasonal: Vec<Vec<f64>>,
    /// What all leave; NaN where the value is missing.
    #[cfg_attr(feature = "serde", serde(serialize_with = "missing::write"))]
    pub remainder: Vec<f64>,
    /// How much each value counted in the last pass of the last season; 0 for what is missing.
    pub weights: Vec<f64>,
}

impl MultipleDecomposition {
    /// How strong the trend is, as [`Decomposition::trend_strength`].
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Mstl;
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t)).collect();
    /// assert!(Mstl::new(vec![4, 14]).decompose(&values)?.trend_strength() > 0.999);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn trend_strength(&self) -> f64 {
        let seasons = self.seasonal.iter().map(|seasonal| size(seasonal)).fold(size(&self.trend), f64::max);
        strength(&self.trend, &self.remainder, seasons)
    }

    /// How strong each season is, as [`Decomposition::seasonal_strength`], in the order of the periods.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Mstl;
    ///
    /// let values: Vec<f64> = (0..140).map(|t| f64::from(t % 4)).collect();
    /// let strengths = Mstl::new(vec![4, 14]).decompose(&values)?.seasonal_strengths();
    /// assert!(strengths[0] > 0.99 && strengths.len() == 2);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn seasonal_strengths(&self) -> Vec<f64> {
        let trend = size(&self.trend);
        self.seasonal.iter().map(|seasonal| strength(seasonal, &self.remainder, trend)).collect()
    }
}

/// Equal parts; what is missing equals what is missing.
impl PartialEq for MultipleDecomposition {
    fn eq(&self, other: &Self) -> bool {
        self.trend == other.trend
            && self.periods == other.periods
            && self.seasonal == other.seasonal
            && self.weights == other.weights
            && are_same(&self.remainder, &other.remainder)
    }
}

/// What rounding may leave of values of size 1 where nothing varies.
const ROUNDING: f64 = 1e-13;

/// What share of the variance of a part and the remainder together is not the remainder's; 0 where both are no more
/// than rounding leaves of what else there is, of size `beside`.
fn strength(part: &[f64], remainder: &[f64], beside: f64) -> f64 {
    let largest = beside.max(size(part)).max(size(remainder));
    let unit = unit(&[largest]);
    let squares = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>()
    };
    let known = || part.iter().zip(remainder).filter(|(_, rest)| !rest.is_nan());
    let rest: Vec<f64> = known().map(|(_, rest)| rest * unit).collect();
    let both: Vec<f64> = known().map(|(part, rest)| part * unit + rest * unit).collect();
    let (rest, whole) = (squares(&rest), squares(&both));
    let rounding = ROUNDING * largest * unit;
    let least = both.len() as f64 * rounding * rounding;
    if whole > least { ((whole - rest) / whole).max(0.0) } else { 0.0 }
}

fn size(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |size: f64, value| size.max(value.abs()))
}

/// Sizes between which sums and squares stay floats.
const PLAIN: Range<f64> = 1e-100..1e100;

/// 1, or a power of two that brings the largest value near 1 where its square could leave the floats.
pub(super) fn unit<'a>(values: impl IntoIterator<Item = &'a f64>) -> f64 {
    let size = values.into_iter().fold(0.0, |size: f64, value| size.max(value.abs()));
    if size == 0.0 || PLAIN.contains(&size) {
        return 1.0;
    }
    let exponent = (size.to_bits() >> 52) & 0x7ff; // Biased: 1023 stands for 2^0.
    f64::from_bits((2046 - exponent.clamp(23, 2023)) << 52)
}
