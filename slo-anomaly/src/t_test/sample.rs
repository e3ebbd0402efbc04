//! What a test of means needs to know of a sample.

use slo_core::stats::online::Moments;
use slo_core::stats::tails::{Distribution, Normal};
use slo_core::{Error, Result};

use super::deviations::Deviations;

/// A sample by its number of values, their mean, and the sum of squares about it.
///
/// The mean is a value of the sample and the rest, of which the sum would be rounded where the values are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sample {
    /// How many values the mean is of.
    pub(super) n: f64,
    anchor: f64,
    offset: f64,
    /// Of the values times `scale`.
    squares: f64,
    /// A power of two that keeps the squares within floats.
    scale: f64,
    /// The deviation of normal values over the one that the squares give, which trimming makes smaller.
    correction: f64,
}

impl Sample {
    /// The sample of these values.
    ///
    /// ```text
    /// mean = x₁ + Σ(x - x₁)/n        squares = Σ(x - mean)² - (Σ(x - mean))²/n
    /// ```
    #[allow(clippy::inline_always, reason = "a sample handed over through memory is waited for")]
    #[inline(always)]
    pub(super) fn of(name: &'static str, values: &[f64]) -> Result<Self> {
        let n = values.len() as f64;
        let Deviations { anchor, offset, rest, squares } = Deviations::of(values);
        let squares = squares - rest * rest / n;
        if !(SMALLEST..=LARGEST).contains(&squares) {
            return Self::careful(name, values);
        }
        Ok(Self { n, anchor, offset: offset + rest / n, squares, scale: 1.0, correction: 1.0 })
    }

    /// The same where the squares overflow, vanish or do not exist.
    #[cold]
    fn careful(name: &'static str, values: &[f64]) -> Result<Self> {
        Error::check_finite(name, values)?;
        let mut moments = Moments::new();
        moments.extend(values)?;
        let n = values.len() as f64;
        let (mean, deviation) = (moments.mean().unwrap_or(0.0), moments.deviation(0).unwrap_or(0.0));
        let scale = if deviation > 1.0 {
            f64::from_bits((1023 - 600) << 52)
        } else {
            f64::from_bits((1023 + 700) << 52)
        };
        let scaled = deviation * scale;
        Ok(Self { n, anchor: mean, offset: 0.0, squares: scaled * scaled * n, scale, correction: 1.0 })
    }

    /// The values without so many of the least and greatest, and the squares of what is left when those take the
    /// place of the ones that were cut.
    pub(super) fn trimmed(name: &'static str, values: &[f64], trim: f64) -> Result<Self> {
        Error::check_finite(name, values)?;
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        // The float below a decimal must not cost a value: 0.1 of 30 are 3.
        let cut = (trim * sorted.len() as f64 * (1.0 + 4.0 * f64::EPSILON)).floor();
        let cut = (0..sorted.len()).take_while(|count| (*count as f64) < cut).count();
        let until = sorted.len() - cut;
        let kept = sorted.get(cut..until).unwrap_or_default().to_vec();
        let (Some(first), Some(last)) = (kept.first().copied(), kept.last().copied()) else {
            return Self::of(name, values);
        };
        for value in &mut sorted {
            *value = value.clamp(first, last);
        }
        let (kept, winsorised) = (Self::of(name, &kept)?, Self::of(name, &sorted)?);
        let correction = (kept.n - 1.0) / (winsorised.n - 1.0) / winsorised_variance(trim)?;
        let Self { n, anchor, offset, .. } = kept;
        Ok(Self { n, anchor, offset, correction: correction.sqrt(), ..winsorised })
    }

    /// How far the mean lies above `value`.
    pub(super) fn above(&self, value: f64) -> f64 {
        (self.anchor - value) + self.offset
    }

    /// How much more the mean lies above `mu` than another mean above 0.
    pub(super) fn above_mean(&self, other: &Self, mu: f64) -> f64 {
        ((self.anchor - other.anchor) - mu) + (self.offset - other.offset)
    }

    /// The square of the mean's standard error, times the square of `scale`.
    fn error(&self) -> f64 {
        self.squares / (self.n * (self.n - 1.0))
    }

    /// The standard deviation, for normal values that of all of them.
    pub(super) fn deviation(&self) -> f64 {
        (self.squares / (self.n - 1.0)).sqrt() * self.correction / self.scale
    }

    /// Standard error and degrees of freedom of the mean.
    pub(super) fn alone(&self) -> (f64, f64) {
        (self.error().sqrt() / self.scale, self.n - 1.0)
    }

    /// Standard error and degrees of freedom of the difference to another mean, as Welch has them.
    pub(super) fn beside(&self, other: &Self) -> (f64, f64) {
        let (left, right, scale) = self.aligned(other);
        let (left, right) = (left / (self.n * (self.n - 1.0)), right / (other.n * (other.n - 1.0)));
        let both = left + right;
        if both == 0.0 {
            return (0.0, self.n + other.n - 2.0);
        }
        let (left_share, right_share) = (left / both, right / both);
        let degrees =
            (left_share * left_share / (self.n - 1.0) + right_share * right_share / (other.n - 1.0)).recip();
        (both.sqrt() / scale, degrees)
    }

    /// Standard error and degrees of freedom of the difference to another mean, both variances being one.
    pub(super) fn pooled(&self, other: &Self) -> (f64, f64) {
        let (left, right, scale) = self.aligned(other);
        let degrees = self.n + other.n - 2.0;
        (((left + right) / degrees * (self.n.recip() + other.n.recip())).sqrt() / scale, degrees)
    }

    /// Both sums of squares in one scale.
    fn aligned(&self, other: &Self) -> (f64, f64, f64) {
        let scale = self.scale.min(other.scale);
        let in_scale = |sample: &Self| {
            let factor = scale / sample.scale;
            sample.squares * factor * factor
        };
        (in_scale(self), in_scale(other), scale)
    }
}

/// Below this sum of squares, what each of them lost to underflow may count.
const SMALLEST: f64 = f64::from_bits((1023 - 900) << 52); // 2^-900

/// Above this one, the squares may have overflowed.
const LARGEST: f64 = f64::from_bits((1023 + 900) << 52); // 2^900

/// The variance of standard normal values of which this share on each side takes the value at its border.
///
/// ```text
/// 1 - 2γ - 2 z φ(z) + 2γ z²,   z = Φ⁻¹(1 - γ)
/// ```
fn winsorised_variance(trim: f64) -> Result<f64> {
    if trim == 0.0 {
        return Ok(1.0);
    }
    let z = Normal.upper_quantile(trim)?;
    let density = (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
    Ok(1.0 - 2.0 * trim - 2.0 * z * density + 2.0 * trim * z * z)
}
