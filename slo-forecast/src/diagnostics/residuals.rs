//! What a model has left in its residuals.

use slo_core::stats::median_and_mad;
use slo_core::stats::tails::{Distribution, StudentT};
use slo_core::{Error, Result};

use super::jarque_bera::{JarqueBera, jarque_bera};
use super::ljung_box::{LjungBox, ljung_box};
use crate::forecaster::Model;

/// The quartile of the normal distribution: a normal sample's median absolute deviation, in standard deviations.
const MAD_OF_NORMAL: f64 = 0.674_489_750_196_081_7;
/// `√(2/π)`: a normal sample's mean absolute deviation, in standard deviations.
const MEAN_DEVIATION_OF_NORMAL: f64 = 0.797_884_560_802_865_4;
/// The score that Iglewicz and Hoaglin recommend.
const OUTLYING: f64 = 3.5;
/// At which level the tests reject, in words.
const REJECTED: f64 = 0.05;
/// The lags that Hyndman and Athanasopoulos recommend for series without a season.
const LAGS: usize = 10;

/// What a model has left in its residuals: bias, dependence, non-normality and outliers.
///
/// # Method
///
/// The mean by Student's t test, dependence by [`ljung_box`], normality by [`jarque_bera`], outliers by the score
///
/// ```text
/// 0.6745 (e - median) / MAD,   |score| > 3.5
/// ```
///
/// or, where more than half of the residuals are equal, `(e - median) / (1.2533 mean |e - median|)`. Of a model, `e` are
/// its [`innovations`](Model::innovations), as in R's `checkresiduals`: the residuals, or for errors in proportion to the
/// forecast what they are of it. Those are alike all along where the model is right; the residuals of a series that grows
/// are not.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `lags` | the least of 10 (or twice the period) and a fifth of the residuals | 1 to their number, less 1 | places |
/// | `period` | 1 | >= 1 | places |
/// | `fitted_parameters` | 0 | below `lags` | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{Naive, ResidualDiagnostics};
///
/// let line: Vec<f64> = (0..50).map(|t| f64::from(t) + f64::from(t % 2)).collect();
/// let report = ResidualDiagnostics::new().lags(5)?.check(&Naive::new().fit(&line)?)?;
/// // Steps of 2 and 0: biased, and each says what the next one is.
/// assert!(report.mean_p_value.unwrap() < 1e-6);
/// assert!(report.ljung_box.unwrap().p_value < 1e-6);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Hyndman, R. J., Athanasopoulos, G. (2021). *Forecasting: Principles and Practice*, 3rd edition, section 5.4.
/// <https://otexts.com/fpp3>. Iglewicz, B. and Hoaglin, D. C. (1993). *How to Detect and Handle Outliers*. ASQC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResidualDiagnostics {
    lags: Option<usize>,
    period: usize,
    fitted_parameters: usize,
}

/// A residual that lies far from the others.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ResidualOutlier {
    /// Its place in the series, from 0.
    pub index: usize,
    /// The residual; of a model with errors in proportion to the forecast, its share of that.
    pub residual: f64,
    /// How far it lies from the median, in robust standard deviations.
    pub score: f64,
}

/// What a model has left in its residuals; made by [`residual_diagnostics`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ResidualReport {
    /// How many residuals there are.
    pub count: usize,
    /// Their mean: above 0 where the model is too low.
    pub mean: f64,
    /// Their standard deviation, with divisor `count - 1`.
    pub standard_deviation: f64,
    /// The probability of a mean as far from 0, if it is 0 and residuals are independent; `None` if all are equal.
    pub mean_p_value: Option<f64>,
    /// The test of dependence; `None` if all are equal, or too few for a lag beyond the fitted parameters.
    pub ljung_box: Option<LjungBox>,
    /// The test of normality; `None` if all are equal.
    pub jarque_bera: Option<JarqueBera>,
    /// Residuals that lie far from the others, in the order of the series.
    pub outliers: Vec<ResidualOutlier>,
}

/// What a model has left in its residuals, by the defaults of [`ResidualDiagnostics`].
///
/// # Examples
///
/// ```
/// use slo_forecast::{Mean, residual_diagnostics};
///
/// let model = Mean::new().fit(&[0.0, 1.0, 0.0, -1.0, 1.0, 0.0, -1.0, 1.0, -1.0, 40.0])?;
/// let report = residual_diagnostics(&model)?;
/// assert_eq!(report.outliers.iter().map(|outlier| outlier.index).collect::<Vec<_>>(), [9]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`ResidualDiagnostics::check`]'s.
pub fn residual_diagnostics(model: &dyn Model) -> Result<ResidualReport> {
    ResidualDiagnostics::new().check(model)
}

impl Default for ResidualDiagnostics {
    fn default() -> Self {
        Self::new()
    }
}

impl ResidualDiagnostics {
    /// The diagnostics of a series without a season.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::ResidualDiagnostics;
    ///
    /// assert_eq!(ResidualDiagnostics::new(), ResidualDiagnostics::default());
    /// ```
    pub const fn new() -> Self {
        Self { lags: None, period: 1, fitted_parameters: 0 }
    }

    /// How many lags the test of dependence looks at.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::ResidualDiagnostics;
    ///
    /// let residuals: Vec<f64> = (0..40).map(|t| f64::from(t * 7 % 11)).collect();
    /// let report = ResidualDiagnostics::new().lags(3)?.check_residuals(&residuals)?;
    /// assert_eq!(report.ljung_box.unwrap().lags, 3);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for 0.
    pub fn lags(self, lags: usize) -> Result<Self> {
        if lags == 0 {
            return Err(Error::invalid("lags", lags, "must be at least 1"));
        }
        Ok(Self { lags: Some(lags), ..self })
    }

    /// The length of a season, two of which the test of dependence then looks at. Default 1: no season.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::ResidualDiagnostics;
    ///
    /// let residuals: Vec<f64> = (0..400).map(|t| f64::from(t * 7 % 11)).collect();
    /// let report = ResidualDiagnostics::new().period(24)?.check_residuals(&residuals)?;
    /// assert_eq!(report.ljung_box.unwrap().lags, 48);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for 0.
    pub fn period(self, period: usize) -> Result<Self> {
        crate::accuracy::check_period(period)?;
        Ok(Self { period, ..self })
    }

    /// How many parameters were fitted that shape autocorrelations. Default 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::ResidualDiagnostics;
    ///
    /// let residuals: Vec<f64> = (0..100).map(|t| f64::from(t * 7 % 11)).collect();
    /// let report = ResidualDiagnostics::new().fitted_parameters(2).check_residuals(&residuals)?;
    /// assert_eq!(report.ljung_box.unwrap().degrees_of_freedom, 8);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn fitted_parameters(self, fitted_parameters: usize) -> Self {
        Self { fitted_parameters, ..self }
    }

    /// What a model has left in its residuals, in its own terms: those of its [`innovations`](Model::innovations).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Naive, ResidualDiagnostics};
    ///
    /// let report = ResidualDiagnostics::new().check(&Naive::new().fit(&[1.0, 2.0, 4.0])?)?;
    /// assert_eq!((report.count, report.mean), (2, 1.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`check_residuals`](Self::check_residuals)'s.
    pub fn check(&self, model: &dyn Model) -> Result<ResidualReport> {
        let mut report = self.check_residuals(model.innovations())?;
        let places = places(model);
        for outlier in &mut report.outliers {
            let place = places.get(outlier.index).copied().unwrap_or(outlier.index);
            outlier.index = model.first_fitted() + place;
        }
        Ok(report)
    }

    /// What is left in residuals, oldest first; the first one's place is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::ResidualDiagnostics;
    ///
    /// // Nothing is left, so there is nothing to test.
    /// let report = ResidualDiagnostics::new().check_residuals(&[0.0; 20])?;
    /// assert_eq!((report.mean, report.ljung_box, report.outliers.len()), (0.0, None, 0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`], [`Error::TooShort`] below two residuals; [`Error::InvalidParameter`] for lags that were
    /// set and are outside their range; [`Error::OutOfRange`] where squares leave the range of floats.
    pub fn check_residuals(&self, residuals: &[f64]) -> Result<ResidualReport> {
        Error::check_finite("residuals", residuals)?;
        let [first, _, ..] = residuals else {
            return Err(Error::TooShort { name: "residuals", len: residuals.len(), needed: 2 });
        };
        let n = residuals.len() as f64;
        let mean = first + residuals.iter().map(|residual| residual - first).sum::<f64>() / n;
        let squares = residuals.iter().map(|residual| (residual - mean) * (residual - mean)).sum::<f64>();
        let standard_deviation = (squares / (n - 1.0)).sqrt();
        if !standard_deviation.is_finite() {
            return Err(Error::out_of_range("the variance of the residuals"));
        }
        let varied = residuals.iter().any(|residual| residual != first);
        let mean_p_value = if varied && standard_deviation > 0.0 {
            let t = (mean / standard_deviation * n.sqrt()).abs();
            Some(2.0 * StudentT::new(n - 1.0)?.sf(t))
        } else {
            None
        };
        Ok(ResidualReport {
            count: residuals.len(),
            mean,
            standard_deviation,
            mean_p_value,
            ljung_box: if varied { self.dependence(residuals)? } else { None },
            jarque_bera: if varied { Some(jarque_bera(residuals)?) } else { None },
            outliers: outliers(residuals),
        })
    }

    fn dependence(&self, residuals: &[f64]) -> Result<Option<LjungBox>> {
        let lags = self.lags.unwrap_or_else(|| {
            let customary = if self.period == 1 { LAGS } else { self.period.saturating_mul(2) };
            customary.min(residuals.len() / 5)
        });
        if self.lags.is_none() && lags <= self.fitted_parameters {
            return Ok(None);
        }
        ljung_box(residuals, lags, self.fitted_parameters).map(Some)
    }
}

/// The place among the residuals of each innovation: there is none where a value is missing, and the residual is 0.
fn places(model: &dyn Model) -> Vec<usize> {
    let mut residuals = model.residuals().iter().enumerate();
    let innovations = model.innovations();
    if innovations.len() == residuals.len() {
        return (0..innovations.len()).collect();
    }
    let of =
        |e: &f64| residuals.find(|(_, residual)| (**residual == 0.0) == (*e == 0.0)).map(|(place, _)| place);
    innovations.iter().map_while(of).collect()
}

/// Residuals whose robust score is beyond the threshold.
fn outliers(residuals: &[f64]) -> Vec<ResidualOutlier> {
    let mut sorted = residuals.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = |rank: usize| sorted.get(rank).copied().unwrap_or(f64::NAN);
    let Some((median, mad)) = median_and_mad(sorted.len(), at) else { return Vec::new() };
    let scale = if mad > 0.0 {
        mad / MAD_OF_NORMAL
    } else {
        let distances = residuals.iter().map(|residual| (residual - median).abs());
        distances.sum::<f64>() / residuals.len() as f64 / MEAN_DEVIATION_OF_NORMAL
    };
    let scored = residuals.iter().enumerate().map(|(index, residual)| {
        let score = (residual - median) / scale;
        ResidualOutlier { index, residual: *residual, score }
    });
    scored.filter(|outlier| outlier.score.is_finite() && outlier.score.abs() > OUTLYING).collect()
}

impl ResidualReport {
    /// Whether no test rejects at 5 %: residuals look like independent errors about 0. Normality and outliers do not
    /// count, they touch the intervals alone.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::ResidualDiagnostics;
    ///
    /// let line: Vec<f64> = (-25..25).map(f64::from).collect();
    /// assert!(!ResidualDiagnostics::new().check_residuals(&line)?.is_clean());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn is_clean(&self) -> bool {
        let biased = self.mean_p_value.is_some_and(|p| p < REJECTED);
        let dependent = self.ljung_box.is_some_and(|test| test.p_value < REJECTED);
        let constant_bias = self.mean_p_value.is_none() && self.mean != 0.0;
        !(biased || dependent || constant_bias)
    }

    /// What was found, in a sentence.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::ResidualDiagnostics;
    ///
    /// let report = ResidualDiagnostics::new().check_residuals(&[0.0; 20])?;
    /// assert_eq!(report.explain(), "All 20 residuals are 0: the model leaves nothing.");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn explain(&self) -> String {
        let Some(mean_p_value) = self.mean_p_value else {
            return if self.mean == 0.0 {
                format!("All {} residuals are 0: the model leaves nothing.", self.count)
            } else {
                format!(
                    "All {} residuals are {}: the model is off by as much everywhere.",
                    self.count, self.mean
                )
            };
        };
        let verdict =
            |rejected: bool, yes: &str, no: &str| if rejected { yes.to_owned() } else { no.to_owned() };
        let mut found = vec![format!(
            "{} (mean {:.3e}, p = {mean_p_value:.3})",
            verdict(mean_p_value < REJECTED, "are biased", "show no bias"),
            self.mean
        )];
        if let Some(LjungBox { p_value, lags, .. }) = self.ljung_box {
            let verdict =
                verdict(p_value < REJECTED, "depend on their past", "show no dependence on their past");
            found.push(format!("{verdict} ({lags} lags, p = {p_value:.3})"));
        }
        if let Some(JarqueBera { p_value, .. }) = self.jarque_bera {
            let verdict = verdict(p_value < REJECTED, "are not normal", "could be normal");
            found.push(format!("{verdict} (p = {p_value:.3})"));
        }
        let outliers = match self.outliers.len() {
            0 => "have no outlier".to_owned(),
            1 => "have 1 outlier".to_owned(),
            many => format!("have {many} outliers"),
        };
        found.push(outliers);
        let last = found.pop().unwrap_or_default();
        format!("The {} residuals {} and {last}.", self.count, found.join(", "))
    }
}
