//! The forecast of what several seasons leave, and the last cycle of each again.

use slo_core::Result;
use slo_core::decompose::Mstl;
#[cfg(doc)]
use slo_core::{Error, stats::Missing};

use crate::any::AnyForecaster;
use crate::drift::Drift;
use crate::fitted::Fitted;
use crate::forecaster::{Forecaster, Model};
use crate::stl_forecaster::adjusted::{Adjusted, SeasonalComponents, adjusted_model, check_nesting};

/// The forecast of what several seasons leave by another method, and the last cycle of each season again.
///
/// # Method
///
/// ```text
/// y = T + Σ S_i + R by MSTL,   forecast(h) = inner(h) + Σ S_i at the same phase of the last cycle
/// ```
///
/// where `inner` is fitted to what the seasons leave. Intervals are the inner model's, moved by the seasons, as those
/// of R's `stlf`. The model takes no further values: fit it to the longer series.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `periods` | | different, from 2 to half the number of values | places |
/// | `mstl` | [`Mstl::new`] of the periods | [`Mstl`] | |
/// | `inner` | [`Drift`] | any method | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{Model, MstlForecaster};
///
/// let season = |t: i32, period: i32| f64::from(t % period) - f64::from(period - 1) / 2.0;
/// let values: Vec<f64> = (0..140).map(|t| season(t, 4) + season(t, 14)).collect();
/// let forecast = MstlForecaster::new(vec![4, 14]).fit(&values)?.forecast(2, &[])?;
/// assert!((forecast.mean()[0] - (season(140, 4) + season(140, 14))).abs() < 0.5);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Bandara, K., Hyndman, R. J., Bergmeir, C. (2021). MSTL: a seasonal-trend decomposition algorithm for time series with
/// multiple seasonal patterns. arXiv:2107.13462.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct MstlForecaster {
    mstl: Mstl,
    inner: AnyForecaster,
}

impl MstlForecaster {
    /// The method for seasons of so many places.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Mstl;
    /// use slo_forecast::MstlForecaster;
    ///
    /// assert_eq!(MstlForecaster::new(vec![24, 168]).decomposition(), &Mstl::new(vec![24, 168]));
    /// ```
    pub fn new(periods: Vec<usize>) -> Self {
        Self { mstl: Mstl::new(periods), inner: Drift::new().into() }
    }

    /// How the series is decomposed; with R's defaults by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Mstl;
    /// use slo_forecast::{Model, MstlForecaster};
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 23)).collect();
    /// let method = MstlForecaster::new(vec![4, 14]);
    /// let periodic = method.clone().mstl(Mstl::new(vec![4, 14]).periodic()).fit(&values)?.forecast(4, &[])?;
    /// assert_ne!(periodic, method.fit(&values)?.forecast(4, &[])?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn mstl(mut self, mstl: Mstl) -> Self {
        self.mstl = mstl;
        self
    }

    /// The method that forecasts what the seasons leave; [`Drift`] by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Mean, Model, MstlForecaster};
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 23)).collect();
    /// let method = MstlForecaster::new(vec![4, 14]);
    /// let level = method.clone().inner(Mean::new()).fit(&values)?.forecast(4, &[])?;
    /// assert_ne!(level, method.fit(&values)?.forecast(4, &[])?);
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
    /// assert_eq!(slo_forecast::MstlForecaster::new(vec![24, 168]).decomposition().periods, [24, 168]);
    /// ```
    pub const fn decomposition(&self) -> &Mstl {
        &self.mstl
    }

    /// The method that forecasts what the seasons leave.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Drift, MstlForecaster};
    ///
    /// assert_eq!(MstlForecaster::new(vec![24, 168]).inner_method(), &Drift::new().into());
    /// ```
    pub const fn inner_method(&self) -> &AnyForecaster {
        &self.inner
    }

    /// Refuses parameters outside their ranges; [`MstlForecaster::fit`] does so first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::MstlForecaster;
    ///
    /// assert!(MstlForecaster::new(vec![24, 168]).check().is_ok());
    /// assert!(MstlForecaster::new(vec![]).check().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Mstl::check`], and [`Error::LimitExceeded`] for more than eight methods within each other.
    pub fn check(&self) -> Result<()> {
        self.mstl.check()?;
        check_nesting(&self.inner)
    }

    /// The model of a series, from two of the longest periods on.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Model, MstlForecaster};
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 23)).collect();
    /// let model = MstlForecaster::new(vec![4, 14]).fit(&values)?;
    /// assert_eq!((model.name(), model.observations()), ("MstlForecaster", 60));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Mstl::decompose`] and the inner method; [`Error::NonFinite`] also for what [`Missing::Skip`] would leave out:
    /// the inner method needs every value.
    pub fn fit(&self, values: &[f64]) -> Result<MstlForecasterModel> {
        self.check()?;
        let longest = self.mstl.periods.iter().copied().max().unwrap_or(0);
        Fitted::check(values, longest.saturating_mul(2))?;
        let parts = self.mstl.decompose(values)?;
        Adjusted::fit(values, &parts.periods, &parts.seasonal, &self.inner).map(MstlForecasterModel)
    }
}

impl Forecaster for MstlForecaster {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}

/// A model of what several seasons leave, with those seasons, that was fitted by [`MstlForecaster`].
///
/// Its parameters, errors and report are those of the inner model. It has no likelihood: that of the inner model is of the
/// adjusted series.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Model, MstlForecaster};
///
/// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 23)).collect();
/// let mut model = MstlForecaster::new(vec![4, 14]).fit(&values)?;
/// assert!(model.as_online().is_none());
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct MstlForecasterModel(Adjusted);

impl MstlForecasterModel {
    /// What the forecast is made of.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::MstlForecaster;
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 23)).collect();
    /// let components = MstlForecaster::new(vec![14, 4]).fit(&values)?.components(8)?;
    /// assert_eq!(components.periods, [4, 14]);
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

adjusted_model!(MstlForecasterModel, "MstlForecaster");
