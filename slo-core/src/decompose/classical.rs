//! Trend and season by moving averages.

use super::decomposition::unit;
use super::moving_average::moving_average;
use crate::error::{Error, Result};

/// How trend, season and remainder make up the values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Composition {
    /// As their sum.
    #[default]
    Additive,
    /// As their product.
    Multiplicative,
}

/// The classical decomposition: a centred moving average is the trend, the mean of what it leaves in each phase the
/// season.
///
/// # Method
///
/// ```text
/// T_t = mean of the period around t, the two ends of an even period counting half each
/// s_j = mean over the cycles of y - T in phase j, less the mean of these means          (additive)
/// s_j = mean over the cycles of y / T in phase j, divided by the mean of these means    (multiplicative)
/// ```
///
/// The season is the same in all cycles. The trend does not reach the first and the last half period.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `period` | | from 2 to half the number of values | values |
/// | `composition` | [`Composition::Additive`] | | |
///
/// # Examples
///
/// ```
/// use slo_core::decompose::Classical;
///
/// let parts = Classical::new(2).decompose(&[3.0, 1.0, 4.0, 2.0, 5.0, 3.0])?;
/// // The line rises by 0.5; the first of two stands 1.25 above it.
/// assert_eq!(parts.figure, [1.25, -1.25]);
/// assert_eq!(parts.trend[1..5], [2.25, 2.75, 3.25, 3.75]);
/// assert!(parts.trend[0].is_nan() && parts.trend[5].is_nan());
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Kendall, M., Stuart, A. (1983). *The Advanced Theory of Statistics*, volume 3. Griffin, pages 410-414; as R's
/// `decompose`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Classical {
    /// The length of a cycle in values.
    pub period: usize,
    /// How the parts make up the values.
    pub composition: Composition,
}

/// What [`Classical`] makes of a series; all but the figure have a place for each value.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ClassicalDecomposition {
    /// The centred moving average; NaN within half a period of both ends, where it does not reach.
    pub trend: Vec<f64>,
    /// The season of each phase, the first value's phase first: sums of 0, or a mean of 1.
    pub figure: Vec<f64>,
    /// The season of each value.
    pub seasonal: Vec<f64>,
    /// What trend and season leave; NaN where the trend is.
    pub remainder: Vec<f64>,
}

impl Classical {
    /// The additive decomposition by a period.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::{Classical, Composition};
    ///
    /// assert_eq!(Classical::new(12).composition, Composition::Additive);
    /// ```
    pub const fn new(period: usize) -> Self {
        Self { period, composition: Composition::Additive }
    }

    /// How the parts make up the values; as their sum by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::{Classical, Composition};
    ///
    /// let values = [3.0, 1.0, 3.0, 1.0, 3.0, 1.0];
    /// let parts = Classical::new(2).composition(Composition::Multiplicative).decompose(&values)?;
    /// assert_eq!(parts.figure, [1.5, 0.5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn composition(mut self, composition: Composition) -> Self {
        self.composition = composition;
        self
    }

    /// The trend, the season and what they leave of each value.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Classical;
    ///
    /// let parts = Classical::new(3).decompose(&[1.0, 2.0, 6.0, 1.0, 2.0, 6.0])?;
    /// assert_eq!((parts.figure, parts.remainder[1]), (vec![-2.0, -1.0, 3.0], 0.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a period below 2, [`Error::TooShort`] for less than two periods,
    /// [`Error::NonFinite`] for a value that is not finite, [`Error::Degenerate`] for a product where an average is 0.
    pub fn decompose(&self, values: &[f64]) -> Result<ClassicalDecomposition> {
        let period = self.period;
        if period < 2 {
            return Err(Error::invalid("period", period, "must be at least 2"));
        }
        let needed = period.saturating_mul(2);
        if values.len() < needed {
            return Err(Error::TooShort { name: "values", len: values.len(), needed });
        }
        Error::check_finite("values", values)?;
        let unit = unit(values);
        let y: Vec<f64> = values.iter().map(|value| value * unit).collect();
        let trend = centred_average(&y, period);
        let (take, scale): (fn(f64, f64) -> f64, f64) = match self.composition {
            Composition::Additive => (|whole, part| whole - part, unit),
            Composition::Multiplicative => (|whole, part| whole / part, 1.0),
        };
        let detrended: Vec<f64> = y.iter().zip(&trend).map(|(y, trend)| take(*y, *trend)).collect();
        let means: Vec<f64> = (0..period).map(|phase| mean_of_phase(&detrended, phase, period)).collect();
        let mean = means.iter().sum::<f64>() / period as f64;
        let figure: Vec<f64> = means.into_iter().map(|season| take(season, mean)).collect();
        if let Some(phase) = figure.iter().position(|season| !season.is_finite()) {
            let reason =
                format!("the season of phase {phase} does not exist: an average it is divided by is 0");
            return Err(Error::Degenerate { name: "values", reason });
        }
        let remainder =
            detrended.iter().zip(figure.iter().cycle()).map(|(rest, season)| take(*rest, *season) / scale);
        let remainder = remainder.collect();
        let trend = trend.into_iter().map(|value| value / unit).collect();
        let figure: Vec<f64> = figure.into_iter().map(|season| season / scale).collect();
        let seasonal = figure.iter().cycle().take(values.len()).copied().collect();
        Ok(ClassicalDecomposition { trend, figure, seasonal, remainder })
    }
}

/// The mean of the period around each value, the ends of an even period counting half; NaN where it does not reach.
fn centred_average(y: &[f64], period: usize) -> Vec<f64> {
    let (mut means, mut ends) = (y.to_vec(), Vec::new());
    moving_average(&mut means, period, &mut ends);
    if period.is_multiple_of(2) {
        moving_average(&mut means, 2, &mut ends);
    }
    let mut trend = vec![f64::NAN; y.len()];
    for (place, mean) in trend.iter_mut().skip(period / 2).zip(means) {
        *place = mean;
    }
    trend
}

/// The mean of the numbers of a phase, at least one.
fn mean_of_phase(values: &[f64], phase: usize, period: usize) -> f64 {
    let known = || values.iter().skip(phase).step_by(period).filter(|value| !value.is_nan());
    known().sum::<f64>() / known().count() as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use slo_testkit::assert_all_close;

    use super::*;

    #[test]
    fn averages_and_figures_follow_the_definition() {
        let values = [3.0, 7.0, 4.0, 9.0, 5.0, 8.0, 6.0, 12.0, 7.0, 11.0];
        // By hand: averages 6, 6.375, 6.75, 7.375, 8, 8.625 at places 2 to 7.
        let trend = [6.0, 6.375, 6.75, 7.375, 8.0, 8.625];
        let parts = Classical::new(4).decompose(&values).unwrap();
        assert_eq!(parts.trend[2..8], trend);
        assert!(parts.trend[..2].iter().chain(&parts.trend[8..]).all(|value| value.is_nan()));
        // Phases 2 (two values), 3 (two), 0 and 1 (one each): -1.75, 0.625; -2, 3; 2.625, 3.375 and their means.
        let means = [-1.75, 0.625, -2.0, 3.0];
        let mean = means.iter().sum::<f64>() / 4.0;
        assert_all_close(&parts.figure, &means.map(|season| season - mean), 1e-15);
    }

    #[test]
    fn the_ratio_of_a_pure_product_is_found_again() {
        let values: Vec<f64> =
            (0..12).map(|t: i32| 10.0 * [0.5, 1.0, 1.5][usize::try_from(t % 3).unwrap()]).collect();
        let parts = Classical::new(3).composition(Composition::Multiplicative).decompose(&values).unwrap();
        assert_all_close(&parts.figure, &[0.5, 1.0, 1.5], 1e-15);
        assert_all_close(&parts.remainder[1..11], &[1.0; 10], 1e-15);
    }

    #[test]
    fn what_cannot_be_decomposed_is_refused() {
        let two = Classical::new(2);
        assert!(matches!(two.decompose(&[1.0; 3]), Err(Error::TooShort { needed: 4, len: 3, .. })));
        assert!(two.decompose(&[1.0; 4]).is_ok());
        assert!(matches!(Classical::new(1).decompose(&[1.0; 4]), Err(Error::InvalidParameter { .. })));
        assert!(matches!(Classical::new(usize::MAX).decompose(&[1.0; 4]), Err(Error::TooShort { .. })));
        assert!(matches!(two.decompose(&[1.0, f64::NAN, 1.0, 1.0]), Err(Error::NonFinite { index: 1, .. })));
        let product = two.composition(Composition::Multiplicative);
        assert!(matches!(product.decompose(&[0.0; 4]), Err(Error::Degenerate { .. })));
    }

    #[test]
    fn huge_values_are_decomposed_as_any_others() {
        let values = [3.0, 1.0, 4.0, 2.0, 5.0, 3.0];
        let huge = values.map(|value| value * 2.0_f64.powi(1021));
        let (parts, there) =
            (Classical::new(2).decompose(&values).unwrap(), Classical::new(2).decompose(&huge).unwrap());
        assert_all_close(
            &there.figure,
            &parts.figure.iter().map(|s| s * 2.0_f64.powi(1021)).collect::<Vec<_>>(),
            1e-15,
        );
    }

    proptest! {
        #[test]
        fn parts_make_up_the_values(values in prop::collection::vec(1.0..9.0_f64, 12..40), period in 2_usize..7) {
            for composition in [Composition::Additive, Composition::Multiplicative] {
                let parts = Classical::new(period).composition(composition).decompose(&values).unwrap();
                let mean = parts.figure.iter().sum::<f64>() / period as f64;
                let neutral = if composition == Composition::Additive { 0.0 } else { 1.0 };
                prop_assert!((mean - neutral).abs() < 1e-14);
                for (place, value) in values.iter().enumerate() {
                    let [trend, season, rest] = [&parts.trend, &parts.seasonal, &parts.remainder].map(|part| part[place]);
                    let whole = match composition {
                        Composition::Additive => trend + season + rest,
                        Composition::Multiplicative => trend * season * rest,
                    };
                    prop_assert!(trend.is_nan() && rest.is_nan() || (whole - value).abs() < 1e-13);
                }
            }
        }
    }
}
