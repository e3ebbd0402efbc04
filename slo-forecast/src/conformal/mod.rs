//! Intervals that hold what they promise, by the errors a method has made.

mod adaptive;
mod model;
mod scores;
mod settled;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use slo_core::{Error, Result};

use crate::any::{AnyForecaster, AnyModel};
use crate::backtest::walk::Walk;
use crate::backtest::{Refit, Window};
use crate::forecaster::{Forecaster, Model};
pub use adaptive::{AdaptiveConformal, AdaptiveInterval};
pub use model::ConformalModel;
pub(crate) use scores::Scores;
pub use scores::{Scaling, Symmetry};
use settled::settled;

/// Origins below which there is no calibration.
const LEAST_ORIGINS: usize = 20;
/// Origins for each step of the horizon, and at least: sizes of errors change, so that early ones tell little.
const ORIGINS_PER_STEP: usize = 10;
const USUAL_ORIGINS: usize = 100;
/// Scores that one model may keep.
const MAX_SCORES: usize = 10_000_000;

/// Another method, with intervals as wide as its forecasts from earlier origins were off: split conformal prediction.
///
/// # Method
///
/// ```text
/// origins:  the last `origins` places, one after the other, from which all `horizon` steps are known,
///           none before the middle of the series
/// scores:   s_{o,h} = |y_{o+h} - f_{o,h}|, or with sign, in units of the stated standard error if asked for
/// interval: f_h ± the ⌈(m + 1) level⌉-th smallest of the m scores of step h
/// ```
///
/// If the errors are exchangeable, an interval holds the next value with probability `level` at least and
/// `level + 1/(m + 1)` at most, whatever the method and the law of its errors. Errors of a series are exchangeable only
/// about; the promise is one on average over series and places, not for each. The sizes of errors change with time, and those of
/// neighbouring origins are alike: ten horizons of origins are recent and still many. Parameters are estimated at the
/// first origin and the model is updated from there on, which leaves every score out of sample; the forecast itself is
/// that of the method fitted to all values, and so is what an [`Ensemble`](crate::Ensemble) or
/// [`AutoEts`](crate::AutoEts) chooses, as another choice would have other errors. Below 20 origins intervals are the
/// method's own, and the report warns.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `horizon` | | >= 1 | steps that can be forecast |
/// | `origins` | 10 horizons, at least 100 | >= 20 | at most so many |
/// | `symmetry` | symmetric | or signed | |
/// | `scaling` | none | or the stated standard error | |
/// | `refit` | never | every origin, every nth | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{Conformal, Model, Naive};
///
/// // Steps of 1 and 3 in turn: the greater ones decide.
/// let values: Vec<f64> = (0..60).map(|t| f64::from(2 * t + t % 2)).collect();
/// let forecast = Conformal::new(Naive::new(), 1)?.fit(&values)?.forecast(1, &[0.9])?;
/// assert_eq!((forecast.bands()[0].lower[0], forecast.bands()[0].upper[0]), (119.0 - 3.0, 119.0 + 3.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Lei, J., G'Sell, M., Rinaldo, A., Tibshirani, R. J. and Wasserman, L. (2018). Distribution-free predictive inference
/// for regression. *Journal of the American Statistical Association* 113(523), 1094-1111.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct Conformal {
    inner: AnyForecaster,
    horizon: usize,
    origins: Option<usize>,
    symmetry: Symmetry,
    scaling: Scaling,
    refit: Refit,
}

impl Conformal {
    /// A method with calibrated intervals for so many steps.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Conformal, Law, Model, SeasonalNaive};
    ///
    /// let values: Vec<f64> = (0..100).map(|t| f64::from(t * 7 % 11)).collect();
    /// let model = Conformal::new(SeasonalNaive::new(4)?, 8)?.fit(&values)?;
    /// assert_eq!(model.forecast(8, &[])?.law(), Law::Conformal);
    /// assert!(model.forecast(9, &[]).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a horizon of 0.
    pub fn new(inner: impl Into<AnyForecaster>, horizon: usize) -> Result<Self> {
        if horizon == 0 {
            return Err(Error::invalid("horizon", horizon, "must be at least 1"));
        }
        Ok(Self {
            inner: inner.into(),
            horizon,
            origins: None,
            symmetry: Symmetry::Symmetric,
            scaling: Scaling::None,
            refit: Refit::Never,
        })
    }

    /// How many origins to calibrate on at most. Default ten times the horizon, and at least 100.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Conformal, Naive};
    ///
    /// let values: Vec<f64> = (0..100).map(|t| f64::from(t * 7 % 11)).collect();
    /// let model = Conformal::new(Naive::new(), 1)?.origins(30)?.fit(&values)?;
    /// assert_eq!(model.origins(), 30);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] below 20.
    pub fn origins(self, origins: usize) -> Result<Self> {
        if origins < LEAST_ORIGINS {
            return Err(Error::invalid("origins", origins, format!("must be at least {LEAST_ORIGINS}")));
        }
        Ok(Self { origins: Some(origins), ..self })
    }

    /// Whether errors above and below are taken to be alike. Default: they are.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Conformal, Model, Naive, Symmetry};
    ///
    /// // Of steps of 1 and 3 none goes down.
    /// let values: Vec<f64> = (0..90).map(|t| f64::from(2 * t + t % 2)).collect();
    /// let method = Conformal::new(Naive::new(), 1)?.symmetry(Symmetry::Signed);
    /// let forecast = method.fit(&values)?.forecast(1, &[0.9])?;
    /// assert_eq!((forecast.bands()[0].lower[0], forecast.bands()[0].upper[0]), (180.0, 182.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn symmetry(self, symmetry: Symmetry) -> Self {
        Self { symmetry, ..self }
    }

    /// In what unit errors are compared. Default: that of the values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Conformal, Model, Naive, Scaling};
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 17)).collect();
    /// let plain = Conformal::new(Naive::new(), 1)?;
    /// let scaled = plain.clone().scaling(Scaling::StandardError);
    /// let upper = |method: Conformal| Ok::<f64, slo_core::Error>(method.fit(&values)?.forecast(1, &[0.5])?.bands()[0].upper[0]);
    /// assert_ne!(upper(plain)?, upper(scaled)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn scaling(self, scaling: Scaling) -> Self {
        Self { scaling, ..self }
    }

    /// At which origins of the calibration parameters are estimated anew. Default: at the first alone.
    ///
    /// A method whose models take no further values is refitted at every origin.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Conformal, Ema, Model, Refit};
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 17)).collect();
    /// let never = Conformal::new(Ema::alpha(0.5)?, 1)?;
    /// // The state of this one is all that there is to estimate: nothing changes.
    /// let every = never.clone().refit(Refit::Every)?.fit(&values)?;
    /// assert_eq!(every.forecast(1, &[0.9])?, never.fit(&values)?.forecast(1, &[0.9])?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for every 0th.
    pub fn refit(self, refit: Refit) -> Result<Self> {
        Ok(Self { refit: refit.check()?, ..self })
    }

    /// The method whose forecasts these are.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{AnyForecaster, Conformal, Naive};
    ///
    /// assert_eq!(*Conformal::new(Naive::new(), 1)?.inner(), AnyForecaster::from(Naive::new()));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn inner(&self) -> &AnyForecaster {
        &self.inner
    }

    /// How many steps can be forecast.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Conformal, Naive};
    ///
    /// assert_eq!(Conformal::new(Naive::new(), 24)?.horizon(), 24);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn horizon(&self) -> usize {
        self.horizon
    }

    /// The model of a series, with its intervals calibrated on the second half.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Conformal, Law, Model, Naive};
    ///
    /// // Four origins are too few: the method's own intervals stay, and the report says so.
    /// let model = Conformal::new(Naive::new(), 2)?.fit(&[1.0, 2.0, 1.0, 3.0, 1.0, 2.0, 1.0, 3.0, 1.0, 2.0])?;
    /// assert_eq!(model.forecast(1, &[])?.law(), Law::Normal);
    /// assert!(model.report().warnings[0].starts_with("only 4 origins"));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the method's on the whole series; [`Error::LimitExceeded`] past 10^7 scores.
    pub fn fit(&self, values: &[f64]) -> Result<ConformalModel> {
        let inner = self.inner.fit(values)?;
        let (scores, tried) = self.calibrate(&inner, values)?;
        let mut report = inner.report().clone();
        let origins = scores.as_ref().map_or(tried, Scores::count);
        let scores = scores.filter(|scores| scores.count() >= LEAST_ORIGINS);
        if scores.is_none() {
            report.warnings.push(format!(
                "only {origins} origins to calibrate on, {LEAST_ORIGINS} are needed: intervals are the method's own"
            ));
        }
        Ok(ConformalModel::new(inner, scores.map(Arc::new), report))
    }

    /// The scores of all origins that could be forecast from, and how many origins there are.
    fn calibrate(&self, inner: &AnyModel, values: &[f64]) -> Result<(Option<Scores>, usize)> {
        let (len, horizon) = (values.len(), self.horizon);
        // One origin for each place from the middle on after which the whole horizon is known.
        let usual = horizon.saturating_mul(ORIGINS_PER_STEP).max(USUAL_ORIGINS);
        let tried = (len / 2 + 1).saturating_sub(horizon).min(self.origins.unwrap_or(usual));
        if tried == 0 {
            return Ok((None, 0));
        }
        if tried.saturating_mul(horizon) > MAX_SCORES {
            let (value, limit) = (tried.saturating_mul(horizon) as u64, MAX_SCORES as u64);
            return Err(Error::LimitExceeded { what: "scores of calibration", value, limit });
        }
        let method = settled(&self.inner, inner, values)?;
        let refit = if inner.clone().as_online().is_some() { self.refit } else { Refit::Every };
        let mut walk = Walk::new(&method, values, Window::Expanding, refit);
        let last = len - horizon;
        let mut steps = vec![Vec::with_capacity(tried); horizon];
        for origin in last + 1 - tried..=last {
            // An origin from which the method cannot forecast yet tells nothing.
            let Ok(errors) = self.errors(&mut walk, origin) else { continue };
            steps.iter_mut().zip(errors).for_each(|(step, error)| step.push(error));
        }
        let any = steps.first().is_some_and(|step| !step.is_empty());
        Ok((any.then(|| Scores::new(steps, self.symmetry, self.scaling)), if any { tried } else { 0 }))
    }

    /// The finite errors of each step from an origin.
    fn errors(&self, walk: &mut Walk<'_>, origin: usize) -> Result<Vec<f64>> {
        let actual = walk.coming(origin, self.horizon);
        let (model, _) = walk.at(origin)?;
        let forecast = model.forecast(self.horizon, &[])?;
        let steps = actual.iter().zip(forecast.mean()).zip(forecast.standard_error());
        let errors: Vec<f64> = steps
            .map(|((actual, mean), unit)| match self.scaling {
                Scaling::None => actual - mean,
                Scaling::StandardError => (actual - mean) / unit,
            })
            .collect();
        Error::check_finite("errors", &errors)?;
        Ok(errors)
    }
}

impl Forecaster for Conformal {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    inner: AnyForecaster,
    horizon: usize,
    origins: Option<usize>,
    symmetry: Symmetry,
    scaling: Scaling,
    refit: Refit,
}

#[cfg(feature = "serde")]
impl From<Conformal> for Raw {
    fn from(Conformal { inner, horizon, origins, symmetry, scaling, refit }: Conformal) -> Self {
        Self { inner, horizon, origins, symmetry, scaling, refit }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for Conformal {
    type Error = Error;

    fn try_from(Raw { inner, horizon, origins, symmetry, scaling, refit }: Raw) -> Result<Self> {
        let method = Self::new(inner, horizon)?;
        let method = match origins {
            Some(origins) => method.origins(origins)?,
            None => method,
        };
        method.symmetry(symmetry).scaling(scaling).refit(refit)
    }
}
