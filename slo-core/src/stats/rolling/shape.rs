//! Skewness of a moving window, and how far its newest value is from its mean.

use std::borrow::Cow;

use pulp::{Arch, Simd, WithSimd};

use super::Rolling;
use super::census::Census;
use super::powers::{Central, Cut};
use crate::error::{Error, Result};

impl Rolling {
    /// The skewness of each window, adjusted for its bias.
    ///
    /// # Method
    ///
    /// ```text
    /// G = √(n (n-1)) / (n-2) · (Σ(x - m)³ / n) / (Σ(x - m)² / n)^(3/2),   m the mean
    /// ```
    ///
    /// the adjusted Fisher-Pearson coefficient, that of pandas, R's `e1071` (type 2), SAS and Excel. Sums of deviations
    /// from a value of the window are formed in twice the digits of a float, and nothing is ever subtracted from them:
    /// what has left a window, however large, leaves no trace. The error is below 1e-13 of `1 + |G|` in windows of up to
    /// ten thousand places, whatever the offset and the size of the values.
    ///
    /// NaN below three values, where all are equal, and as [`mean`](Self::mean) is.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// // (1, 2, 6) has the mean 3, squares of 4 + 1 + 9 and cubes of -8 - 1 + 27 about it: √6/1 · 6 / (14/3)^(3/2).
    /// let skewness = Rolling::new(3)?.skewness(&[1.0, 2.0, 6.0, 10.0])?;
    /// assert!((skewness[2] - 6_f64.sqrt() * 6.0 / (14.0 / 3.0_f64).powf(1.5)).abs() < 1e-14);
    /// // (2, 6, 10) is symmetric.
    /// assert_eq!(skewness[3], 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean`](Self::mean).
    ///
    /// # References
    ///
    /// Joanes, D. N. and Gill, C. A. (1998). Comparing measures of sample skewness and kurtosis. *The Statistician*
    /// 47(1), 183-189.
    pub fn skewness(&self, values: &[f64]) -> Result<Vec<f64>> {
        let mut skewness = vec![0.0; values.len()];
        self.skewness_into(values, &mut skewness)?;
        Ok(skewness)
    }

    /// As [`skewness`](Self::skewness), into memory of the caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let mut skewness = [1.0; 3];
    /// Rolling::new(3)?.skewness_into(&[2.0, 4.0, 6.0], &mut skewness)?;
    /// assert_eq!(skewness[2], 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean_into`](Self::mean_into).
    pub fn skewness_into(&self, values: &[f64], skewness: &mut [f64]) -> Result<()> {
        Error::check_lengths("values", values.len(), "skewness", skewness.len())?;
        self.write_shape(values, skewness, |central, _| central.skewness())
    }

    /// How many deviations the newest value of each window is above its mean.
    ///
    /// # Method
    ///
    /// ```text
    /// z = (x - mean) / deviation
    /// ```
    ///
    /// both of the window that holds `x`, with [`ddof`](Self::ddof); so `|z|` is at most `(n-1) / √n`. The numerator is
    /// formed from deviations, not from a rounded mean: the error is below 1e-13 of `1 + |z|`, whatever the offset.
    ///
    /// NaN where the newest value is missing, where all values are equal, where there are no more than `ddof`, and as
    /// [`mean`](Self::mean) is.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let z = Rolling::new(3)?.z_score(&[1.0, 2.0, 3.0, 3.0, 3.0])?;
    /// assert_eq!(z[2], 1.0);
    /// assert!(z[4].is_nan());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean`](Self::mean).
    pub fn z_score(&self, values: &[f64]) -> Result<Vec<f64>> {
        let mut z = vec![0.0; values.len()];
        self.z_score_into(values, &mut z)?;
        Ok(z)
    }

    /// As [`z_score`](Self::z_score), into memory of the caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let mut z = [0.0; 3];
    /// Rolling::new(3)?.z_score_into(&[3.0, 2.0, 1.0], &mut z)?;
    /// assert_eq!(z[2], -1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean_into`](Self::mean_into).
    pub fn z_score_into(&self, values: &[f64], z_score: &mut [f64]) -> Result<()> {
        Error::check_lengths("values", values.len(), "z_score", z_score.len())?;
        let ddof = self.ddof;
        self.write_shape(values, z_score, |central, value| central.z_score(value, ddof))
    }

    fn write_shape(
        &self,
        values: &[f64],
        out: &mut [f64],
        measure: impl Fn(Central, f64) -> f64,
    ) -> Result<()> {
        self.window.check(values)?;
        self.missing.check("values", values)?;
        Arch::new().dispatch(Shape { rolling: self, values, out, measure });
        Ok(())
    }
}

/// What is computed of the sums over each window and of its newest value.
struct Shape<'a, F> {
    rolling: &'a Rolling,
    values: &'a [f64],
    out: &'a mut [f64],
    measure: F,
}

impl<F: Fn(Central, f64) -> f64> WithSimd for Shape<'_, F> {
    type Output = ();

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for fused multiplication")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { rolling, values, out, measure } = self;
        let finite = if values.iter().all(|value| value.is_finite()) {
            Cow::Borrowed(values)
        } else {
            Cow::Owned(values.iter().copied().filter(|value| value.is_finite()).collect())
        };
        let mut cut = Cut::default();
        let mut census = Census::default();
        let mut leaving = values.iter();
        // The finite values of the window are those from `first` to `end` among all finite ones.
        let (mut oldest, mut first, mut end) = (0, 0, 0);
        for (place, (value, out)) in values.iter().zip(out).enumerate() {
            census.come(*value);
            end += usize::from(value.is_finite());
            let start = rolling.window.start(place);
            for value in leaving.by_ref().take(start - oldest) {
                census.leave(*value);
                first += usize::from(value.is_finite());
            }
            oldest = start;
            *out = match census.count(rolling.min_count) {
                Some(_) => measure(cut.sums(&finite, first, end), *value),
                None => f64::NAN,
            };
        }
    }
}

#[cfg(test)]
mod tests;
