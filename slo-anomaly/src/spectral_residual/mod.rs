//! What stands out of a series once everything that repeats is taken away.

mod rolling;
mod saliency;
#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_sample};
use crate::policy::Cut;
use crate::subsequence;

pub(crate) use rolling::ResidualStream;
pub use rolling::RollingSpectralResidual;

/// The spectral residual: a value is unusual if it stands out once the usual amplitude of every frequency is divided
/// out.
///
/// # Method
///
/// ```text
/// F       = transform of the values less their mean, five extrapolated ones behind them
/// A_k     = |F_k|,   L_k = mean of ln A over the q frequencies around k, 0 left out
/// S       = | inverse transform of F_k exp(-L_k) |,   0 at k = 0
/// score_t = (S_t - S̄_t) / S̄_t,   S̄_t = mean of S over the z values up to t
/// ```
///
/// The extrapolated values repeat `x_{n-κ} + κ ḡ` with ḡ the mean slope from the last value to the κ = 5 before it: they
/// keep the last ones away from the edge. Ren and others leave the mean in; here it is taken out, and frequency 0 with
/// it, so that scores know neither level nor unit. An amplitude below 2^-52 of the greatest counts as so much. Since
/// every value of S is positive, the score of a value is at most z - 1.
///
/// The length may be any number: the transform is that of the values, not of as many as a power of two. Fewer than 8
/// values are not judged: their scores are NaN.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `frequencies` (q) | 3 | at least 1, odd | frequencies |
/// | `window` (z) | 21 | at least 2 | values |
/// | `cut` | at 3 | [`Cut`] | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, SpectralResidual};
///
/// let mut values: Vec<f64> = (0..480).map(|t| (f64::from(t) * 0.3).sin() + 5.0).collect();
/// values[300] += 1.0;
/// let found = SpectralResidual::new().detect(&values)?;
/// assert!(found.indices().contains(&300));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Ren, H. et al. (2019). Time-series anomaly detection service at Microsoft. *ACM SIGKDD*, 3009-3017. Hou, X., Zhang, L.
/// (2007). Saliency detection: a spectral residual approach. *IEEE CVPR*.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct SpectralResidual {
    /// Over how many frequencies the logarithm of the amplitude is averaged.
    pub frequencies: usize,
    /// Over how many values, the judged one last, what stands out is averaged.
    pub window: usize,
    /// Where the scores are cut.
    pub cut: Cut,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for SpectralResidual {
    fn default() -> Self {
        Self::new()
    }
}

impl SpectralResidual {
    /// Amplitudes over 3 frequencies, what stands out over 21 values, cut at 3: the settings of Ren and others.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cut, SpectralResidual};
    ///
    /// assert_eq!(SpectralResidual::new().cut, Cut::At(3.0));
    /// ```
    pub const fn new() -> Self {
        Self { frequencies: 3, window: 21, cut: Cut::At(3.0), missing: Missing::Error }
    }

    /// Over how many frequencies the logarithm of the amplitude is averaged; 3 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, SpectralResidual};
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 7)).collect();
    /// // With one frequency nothing but the phases is left.
    /// let (one, three) = (SpectralResidual::new().frequencies(1), SpectralResidual::new());
    /// assert_ne!(one.detect(&values)?.scores, three.detect(&values)?.scores);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn frequencies(mut self, frequencies: usize) -> Self {
        self.frequencies = frequencies;
        self
    }

    /// Over how many values, the judged one last, what stands out is averaged; 21 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, SpectralResidual};
    ///
    /// let mut values = [0.0; 64];
    /// values[40] = 1.0;
    /// // A lone spike is all that stands out: it is as many times the mean as there are values, less one.
    /// let highest = |window| -> slo_core::Result<f64> {
    ///     Ok(SpectralResidual::new().window(window).detect(&values)?.scores[40])
    /// };
    /// assert!(highest(21)? > highest(5)? && highest(5)? <= 4.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn window(mut self, window: usize) -> Self {
        self.window = window;
        self
    }

    /// Where the scores are cut; at 3 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cut, Detector, SpectralResidual};
    ///
    /// let mut values: Vec<f64> = (0..480).map(|t| (f64::from(t) * 0.3).sin()).collect();
    /// (values[200], values[300]) = (3.0, 4.0);
    /// assert_eq!(SpectralResidual::new().cut(Cut::Top(1)).detect(&values)?.indices().len(), 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn cut(mut self, cut: Cut) -> Self {
        self.cut = cut;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] it counts as the last one before it, and has no score.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, SpectralResidual};
    /// use slo_core::stats::Missing;
    ///
    /// let mut values: Vec<f64> = (0..60).map(|t| f64::from(t % 7)).collect();
    /// values[30] = f64::NAN;
    /// assert!(SpectralResidual::new().detect(&values).is_err());
    /// let scores = SpectralResidual::new().missing(Missing::Skip).detect(&values)?.scores;
    /// assert!(scores[30].is_nan() && !scores[31].is_nan());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }
}

impl Detector for SpectralResidual {
    fn name(&self) -> &'static str {
        "SpectralResidual"
    }

    fn reading(&self) -> Reading {
        Reading::Series
    }

    fn check(&self) -> Result<()> {
        if self.frequencies.is_multiple_of(2) {
            return Err(Error::invalid("frequencies", self.frequencies, "must be odd"));
        }
        if self.window < 2 {
            return Err(Error::invalid("window", self.window, "must hold at least 2 values"));
        }
        self.cut.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_sample(values, scores)?;
        let (filled, _) = subsequence::filled(self.missing, values)?;
        if values.len() < saliency::LEAST {
            scores.fill(f64::NAN);
        } else {
            let salient = saliency::map(&filled, self.frequencies, filled.len());
            saliency::ratios(&salient, self.window, scores);
        }
        for (score, _) in scores.iter_mut().zip(values).filter(|(_, value)| !value.is_finite()) {
            *score = f64::NAN;
        }
        Ok(subsequence::cut(self.cut, values, scores))
    }
}
