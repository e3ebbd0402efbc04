//! A model with calibrated intervals.

use std::sync::Arc;

use slo_core::{Error, Result};

use super::Scores;
use crate::any::AnyModel;
use crate::forecast::Forecast;
use crate::forecaster::{Model, Online};
use crate::likelihood::Likelihood;
use crate::report::FitReport;

/// A model with intervals by its own past errors, fitted by [`Conformal`](super::Conformal).
///
/// Taking a further value moves the forecast; the scores stay those of the calibration.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Conformal, Model, Naive, Online};
///
/// let values: Vec<f64> = (0..60).map(|t| f64::from(2 * t + t % 2)).collect();
/// let mut model = Conformal::new(Naive::new(), 1)?.fit(&values)?;
/// model.update(120.0)?;
/// assert_eq!(model.forecast(1, &[0.9])?.bands()[0].upper, [123.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(from = "Raw", into = "Raw")
)]
pub struct ConformalModel {
    inner: AnyModel,
    scores: Option<Arc<Scores>>,
    report: FitReport,
}

impl ConformalModel {
    pub(super) const fn new(inner: AnyModel, scores: Option<Arc<Scores>>, report: FitReport) -> Self {
        Self { inner, scores, report }
    }

    /// How many origins the intervals are calibrated on; 0 where they are the method's own.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Conformal, Naive};
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * 7 % 11)).collect();
    /// // From place 30 on there are 26 origins with five values after them.
    /// assert_eq!(Conformal::new(Naive::new(), 5)?.fit(&values)?.origins(), 26);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn origins(&self) -> usize {
        self.scores.as_ref().map_or(0, |scores| scores.count())
    }

    /// The model whose forecasts these are.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Conformal, Model, Naive};
    ///
    /// assert_eq!(Conformal::new(Naive::new(), 1)?.fit(&[1.0, 2.0])?.inner().name(), "Naive");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn inner(&self) -> &AnyModel {
        &self.inner
    }
}

impl Model for ConformalModel {
    fn name(&self) -> &'static str {
        "Conformal"
    }

    fn observations(&self) -> u64 {
        self.inner.observations()
    }

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        let Some(scores) = &self.scores else { return self.inner.forecast(horizon, levels) };
        let forecast = self.inner.forecast(horizon, &[])?;
        if horizon > scores.horizon() {
            let reason = format!("intervals are calibrated for {} steps", scores.horizon());
            return Err(Error::invalid("horizon", horizon, reason));
        }
        forecast.calibrated(Arc::clone(scores), levels)
    }

    fn first_fitted(&self) -> usize {
        self.inner.first_fitted()
    }

    fn fitted(&self) -> &[f64] {
        self.inner.fitted()
    }

    fn residuals(&self) -> &[f64] {
        self.inner.residuals()
    }

    fn innovations(&self) -> &[f64] {
        self.inner.innovations()
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        self.inner.path(innovations, path);
    }

    fn likelihood(&self) -> Option<Likelihood> {
        self.inner.likelihood()
    }

    fn sigma(&self) -> f64 {
        self.inner.sigma()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        self.inner.parameters()
    }

    fn report(&self) -> &FitReport {
        &self.report
    }

    fn as_online(&mut self) -> Option<&mut dyn Online> {
        self.inner.as_online()?;
        Some(self)
    }
}

impl Online for ConformalModel {
    fn update(&mut self, value: f64) -> Result<()> {
        let name = self.inner.name();
        let online = self.inner.as_online().ok_or_else(|| Error::Unsupported {
            what: format!("a further value for a {name} model"),
            reason: "it is fitted to a whole series".to_owned(),
        })?;
        online.update(value)
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    inner: AnyModel,
    scores: Option<Scores>,
    report: FitReport,
}

#[cfg(feature = "serde")]
impl From<ConformalModel> for Raw {
    fn from(ConformalModel { inner, scores, report }: ConformalModel) -> Self {
        Self { inner, scores: scores.map(Arc::unwrap_or_clone), report }
    }
}

#[cfg(feature = "serde")]
impl From<Raw> for ConformalModel {
    fn from(Raw { inner, scores, report }: Raw) -> Self {
        Self { inner, scores: scores.map(Arc::new), report }
    }
}
