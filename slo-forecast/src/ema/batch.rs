//! Whole series at once, checked.

use slo_core::{Error, Result, Timestamp};

use super::Ema;
use super::kernel::{self, Pacing};
use super::settings::Bias;

impl Ema {
    /// The mean at each place; NaN below `min_periods` values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ema;
    ///
    /// assert_eq!(Ema::alpha(0.5)?.smooth(&[0.0, 3.0, 3.0])?[2], 18.0 / 7.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] for a gap, unless gaps are admitted; [`Error::InvalidParameter`] if weights fade by time.
    pub fn smooth(&self, values: &[f64]) -> Result<Vec<f64>> {
        let mut means = vec![0.0; values.len()];
        self.smooth_into(values, &mut means)?;
        Ok(means)
    }

    /// As [`smooth`](Self::smooth), into memory of the caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ema;
    ///
    /// let mut means = [0.0; 2];
    /// Ema::alpha(0.5)?.smooth_into(&[0.0, 3.0], &mut means)?;
    /// assert_eq!(means, [0.0, 2.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`smooth`](Self::smooth), and [`Error::LengthMismatch`].
    pub fn smooth_into(&self, values: &[f64], means: &mut [f64]) -> Result<()> {
        self.check_places()?;
        let gapless = self.check(values, means)?;
        kernel::means(&self.terms(), Pacing::Places, self.needed(), gapless, values, means);
        Ok(())
    }

    /// The mean at each instant, where weights fade by time; NaN below `min_periods` values.
    ///
    /// # Method
    ///
    /// ```text
    /// before a value the weights of the others fade by f = 2^-(elapsed / halflife)
    /// mean' = f mean + (1 - f) x                                              (recursive)
    /// ```
    ///
    /// Recursively, the second of two values at one instant has no weight.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Timestamp};
    /// use slo_forecast::Ema;
    ///
    /// let times = [0, 1, 2].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
    /// let means = Ema::halflife_time(Duration::from_seconds(1))?.smooth_at(&times, &[1.0, 2.0, 4.0])?;
    /// assert_eq!(means[2], 3.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`smooth`](Self::smooth); [`Error::LengthMismatch`]; [`Error::Unordered`] for an instant before the one
    /// before it; [`Error::InvalidParameter`] unless weights fade by time.
    pub fn smooth_at(&self, times: &[Timestamp], values: &[f64]) -> Result<Vec<f64>> {
        let mut means = vec![0.0; values.len()];
        let pacing = self.pacing(times, values)?;
        let gapless = self.check(values, &means)?;
        kernel::means(&self.terms(), pacing, self.needed(), gapless, values, &mut means);
        Ok(means)
    }

    /// The weighted variance at each place; NaN below `min_periods` values and where it does not exist.
    ///
    /// # Method
    ///
    /// ```text
    /// biased = Σ w_i (x_i - mean)² / Σ w_i,   unbiased = biased (Σ w_i)² / ((Σ w_i)² - Σ w_i²)
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Bias, Ema};
    ///
    /// let ema = Ema::alpha(0.5)?;
    /// // Weights 1/3 and 2/3 about the mean 3: (4 + 2) / 3, and 9/4 of it without bias.
    /// assert_eq!(ema.variance(&[1.0, 4.0], Bias::Biased)?, [0.0, 2.0]);
    /// assert_eq!(ema.variance(&[1.0, 4.0], Bias::Unbiased)?[1], 4.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`smooth`](Self::smooth).
    pub fn variance(&self, values: &[f64], bias: Bias) -> Result<Vec<f64>> {
        self.check_places()?;
        self.variances(Pacing::Places, values, bias)
    }

    /// The weighted variance at each instant, where weights fade by time.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Timestamp};
    /// use slo_forecast::{Bias, Ema};
    ///
    /// let times = [0, 1].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
    /// let ema = Ema::halflife_time(Duration::from_seconds(1))?;
    /// assert_eq!(ema.variance_at(&times, &[1.0, 4.0], Bias::Biased)?, [0.0, 2.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`smooth_at`](Self::smooth_at).
    pub fn variance_at(&self, times: &[Timestamp], values: &[f64], bias: Bias) -> Result<Vec<f64>> {
        let pacing = self.pacing(times, values)?;
        self.variances(pacing, values, bias)
    }

    /// The square root of [`variance`](Self::variance) at each place.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Bias, Ema};
    ///
    /// assert_eq!(Ema::alpha(0.5)?.deviation(&[1.0, 4.0], Bias::Biased)?[1], 2.0_f64.sqrt());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`smooth`](Self::smooth).
    pub fn deviation(&self, values: &[f64], bias: Bias) -> Result<Vec<f64>> {
        Ok(roots(self.variance(values, bias)?))
    }

    /// The square root of [`variance_at`](Self::variance_at) at each instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Timestamp};
    /// use slo_forecast::{Bias, Ema};
    ///
    /// let times = [0, 1].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
    /// let ema = Ema::halflife_time(Duration::from_seconds(1))?;
    /// assert_eq!(ema.deviation_at(&times, &[1.0, 4.0], Bias::Biased)?[1], 2.0_f64.sqrt());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`smooth_at`](Self::smooth_at).
    pub fn deviation_at(&self, times: &[Timestamp], values: &[f64], bias: Bias) -> Result<Vec<f64>> {
        Ok(roots(self.variance_at(times, values, bias)?))
    }

    fn variances(&self, pacing: Pacing<'_>, values: &[f64], bias: Bias) -> Result<Vec<f64>> {
        let mut variances = vec![0.0; values.len()];
        self.check(values, &variances)?;
        kernel::variances(&self.terms(), pacing, self.needed(), bias, values, &mut variances);
        Ok(variances)
    }

    fn pacing<'a>(&self, times: &'a [Timestamp], values: &[f64]) -> Result<Pacing<'a>> {
        let halflife = self.check_timed()?;
        Error::check_lengths("times", times.len(), "values", values.len())?;
        let pairs = times.iter().zip(times.iter().skip(1)).enumerate();
        match pairs.into_iter().find(|(_, (before, time))| time < before) {
            Some((place, (previous, value))) => {
                Err(Error::Unordered { index: place + 1, previous: *previous, value: *value })
            }
            None => Ok(Pacing::Times(times, halflife)),
        }
    }

    /// Whether there is no gap; refuses one that is not admitted.
    fn check(&self, values: &[f64], out: &[f64]) -> Result<bool> {
        Error::check_lengths("values", values.len(), "out", out.len())?;
        let gapless = kernel::all_finite(values);
        if !gapless && self.refuses_gaps() {
            Error::check_finite("values", values)?;
        }
        Ok(gapless)
    }
}

fn roots(mut variances: Vec<f64>) -> Vec<f64> {
    for variance in &mut variances {
        *variance = variance.sqrt();
    }
    variances
}
