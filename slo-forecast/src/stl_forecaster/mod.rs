//! The forecast of what the season leaves, and the last season again.

pub(crate) mod adjusted;
#[cfg(test)]
mod tests;

use slo_core::Result;
use slo_core::decompose::Stl;
#[cfg(doc)]
use slo_core::{Error, stats::Missing};

use crate::any::AnyForecaster;
use crate::drift::Drift;
use crate::fitted::Fitted;
use crate::forecaster::{Forecaster, Model};
use adjusted::{Adjusted, SeasonalComponents, adjusted_model, check_nesting};

/// The forecast of what the season leaves by another method, and the last season again.
///
/// # Method
///
/// ```text
/// y = T + S + R by STL,   forecast(h) = inner(h) + S_{n + h - m k},   k = ⌊(h - 1) / m⌋ + 1
/// ```
///
/// where `inner` is fitted to y - S. Intervals are the inner model's, moved by the season, as those of R's `stlf`: they do
/// not hold the uncertainty of the season. Trend and season rest on all values at once, so that the model takes no further
/// ones: fit it to the longer series.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `period` | | from 2 to half the number of values | places |
/// | `stl` | [`Stl::new`] of the period, over 11 cycles as R's `stlf` | [`Stl`] | |
/// | `inner` | [`Drift`] | any method | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{Model, Stl, StlForecaster};
///
/// // A line and a season go on, with passes enough to tell them apart.
/// let values: Vec<f64> = (0..48).map(|t| f64::from(t) + [0.0, 9.0, -3.0, -6.0][t as usize % 4]).collect();
/// let method = StlForecaster::new(4).stl(Stl::new(4).periodic().inner(50));
/// let forecast = method.fit(&values)?.forecast(4, &[])?;
/// for (mean, expected) in forecast.mean().iter().zip([48.0, 58.0, 47.0, 45.0]) {
///     assert!((mean - expected).abs() < 1e-9);
/// }
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Hyndman, R. J., Athanasopoulos, G. (2021). *Forecasting: Principles and Practice*, 3rd edition, section 5.7.
/// <https://otexts.com/fpp3>
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct StlForecaster {
    stl: Stl,
    inner: AnyForecaster,
}

impl StlForecaster {
    /// The cycles that R's `stlf` smooths a season over.
    const SEASONAL: usize = 11;

    /// The method for seasons of so many places.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::{SeasonalWindow, Stl};
    /// use slo_forecast::StlForecaster;
    ///
    /// let method = StlForecaster::new(24);
    /// assert_eq!(method.decomposition(), &Stl::new(24).seasonal(11));
    /// ```
    pub fn new(period: usize) -> Self {
        Self { stl: Stl::new(period).seasonal(Self::SEASONAL), inner: Drift::new().into() }
    }

    /// How the series is decomposed; over 11 cycles with R's defaults by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    /// use slo_forecast::{Model, StlForecaster};
    ///
    /// let values: Vec<f64> = (0..40).map(|t| f64::from(t * t % 23)).collect();
    /// let periodic = StlForecaster::new(4).stl(Stl::new(4).periodic()).fit(&values)?.forecast(4, &[])?;
    /// assert_ne!(periodic, StlForecaster::new(4).fit(&values)?.forecast(4, &[])?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn stl(mut self, stl: Stl) -> Self {
        self.stl = stl;
        self
    }

    /// The method that forecasts what the season leaves; [`Drift`] by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Mean, Model, StlForecaster};
    ///
    /// let values: Vec<f64> = (0..48).map(|t| f64::from(t % 4)).collect();
    /// let forecast = StlForecaster::new(4).inner(Mean::new()).fit(&values)?.forecast(2, &[])?;
    /// assert!(forecast.mean()[0].abs() < 1e-9 && (forecast.mean()[1] - 1.0).abs() < 1e-9);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn inner(mut self, inner: impl Into<AnyForecaster>) -> Self {
        self.inner = inner.into();
        self
    }

    /// How the series is decomposed.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::StlForecaster::new(24).decomposition().period, 24);
    /// ```
    pub const fn decomposition(&self) -> &Stl {
        &self.stl
    }

    /// The method that forecasts what the season leaves.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Drift, StlForecaster};
    ///
    /// assert_eq!(StlForecaster::new(24).inner_method(), &Drift::new().into());
    /// ```
    pub const fn inner_method(&self) -> &AnyForecaster {
        &self.inner
    }

    /// Refuses parameters outside their ranges; [`StlForecaster::fit`] does so first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::StlForecaster;
    ///
    /// assert!(StlForecaster::new(24).check().is_ok());
    /// assert!(StlForecaster::new(1).check().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Stl::check`], and [`Error::LimitExceeded`] for more than eight methods within each other.
    pub fn check(&self) -> Result<()> {
        self.stl.check()?;
        check_nesting(&self.inner)
    }

    /// The model of a series, from two periods on.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Model, StlForecaster};
    ///
    /// let values: Vec<f64> = (0..48).map(|t| f64::from(t % 4)).collect();
    /// let model = StlForecaster::new(4).fit(&values)?;
    /// assert_eq!((model.name(), model.parameters()[0].0), ("StlForecaster", "drift"));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Stl::decompose`] and the inner method; [`Error::NonFinite`] also for what [`Missing::Skip`] would leave out:
    /// the inner method needs every value.
    pub fn fit(&self, values: &[f64]) -> Result<StlForecasterModel> {
        self.check()?;
        Fitted::check(values, self.stl.period.saturating_mul(2))?;
        let seasonal = self.stl.decompose(values)?.seasonal;
        Adjusted::fit(values, &[self.stl.period], &[seasonal], &self.inner).map(StlForecasterModel)
    }
}

impl Forecaster for StlForecaster {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}

/// A model of what the season leaves, with that season, that was fitted by [`StlForecaster`].
///
/// Its parameters, errors and report are those of the inner model. It has no likelihood: that of the inner model is of the
/// adjusted series.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Model, StlForecaster};
///
/// let values: Vec<f64> = (0..48).map(|t| f64::from(t % 4)).collect();
/// let mut model = StlForecaster::new(4).fit(&values)?;
/// assert!(model.as_online().is_none());
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct StlForecasterModel(Adjusted);

impl StlForecasterModel {
    /// What the forecast is made of.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::StlForecaster;
    ///
    /// let values: Vec<f64> = (0..48).map(|t| f64::from(t % 4)).collect();
    /// let components = StlForecaster::new(4).fit(&values)?.components(8)?;
    /// assert_eq!(components.seasonal[0][..4], components.seasonal[0][4..]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a horizon of 0, [`Error::LimitExceeded`] past 10^7 values.
    pub fn components(&self, horizon: usize) -> Result<SeasonalComponents> {
        self.0.components(horizon)
    }
}

adjusted_model!(StlForecasterModel, "StlForecaster");
