//! How likely a model makes its series.

/// How likely a model makes the series it was fitted to, and what that cost in parameters.
///
/// # Examples
///
/// ```
/// use slo_forecast::Likelihood;
///
/// let likelihood = Likelihood { log_likelihood: -100.0, parameters: 3, observations: 24 };
/// assert_eq!((likelihood.aic(), likelihood.aicc()), (206.0, Some(206.0 + 24.0 / 20.0)));
/// ```
///
/// # References
///
/// Burnham, K. P., Anderson, D. R. (2002). *Model Selection and Multimodel Inference*, 2nd edition. Springer, chapter 2.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Likelihood {
    /// The logarithm of the likelihood at the parameters found, on the scale that the method's documentation states.
    pub log_likelihood: f64,
    /// How many numbers were estimated, the variance of the errors among them.
    pub parameters: u64,
    /// How many values entered it.
    pub observations: u64,
}

impl Likelihood {
    /// Akaike's criterion.
    ///
    /// ```text
    /// AIC = 2k - 2 ln L
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_forecast::Likelihood;
    /// assert_eq!(Likelihood { log_likelihood: 5.0, parameters: 2, observations: 9 }.aic(), -6.0);
    /// ```
    pub const fn aic(&self) -> f64 {
        2.0 * self.parameters as f64 - 2.0 * self.log_likelihood
    }

    /// Akaike's criterion, corrected for short series; None where they are too short for the correction.
    ///
    /// ```text
    /// AICc = AIC + 2k (k + 1) / (n - k - 1)
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_forecast::Likelihood;
    /// let likelihood = |observations| Likelihood { log_likelihood: 5.0, parameters: 2, observations };
    /// assert_eq!((likelihood(9).aicc(), likelihood(4).aicc(), likelihood(3).aicc()), (Some(-4.0), Some(6.0), None));
    /// ```
    pub fn aicc(&self) -> Option<f64> {
        let left = self.observations.checked_sub(self.parameters + 1).filter(|left| *left > 0)?;
        Some(self.aic() + (2 * self.parameters * (self.parameters + 1)) as f64 / left as f64)
    }

    /// Schwarz' criterion.
    ///
    /// ```text
    /// BIC = k ln n - 2 ln L
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_forecast::Likelihood;
    /// assert_eq!(Likelihood { log_likelihood: 5.0, parameters: 2, observations: 1 }.bic(), -10.0);
    /// ```
    pub fn bic(&self) -> f64 {
        self.parameters as f64 * (self.observations as f64).ln() - 2.0 * self.log_likelihood
    }
}
