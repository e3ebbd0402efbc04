//! A model of what seasons leave, with the last cycle of each season again.

use slo_core::{Error, Result};

use crate::any::{AnyForecaster, AnyModel};
use crate::fitted::Fitted;
#[cfg(feature = "serde")]
use crate::fitted::check_state;
use crate::forecast::{Forecast, MAX_HORIZON};
use crate::forecaster::Model;

/// What a forecast of a decomposed series is made of, at each step ahead; made by [`StlForecasterModel::components`] and
/// [`MstlForecasterModel::components`].
///
/// # Examples
///
/// ```
/// use slo_forecast::StlForecaster;
///
/// let values: Vec<f64> = (0..48).map(|t| f64::from(t % 4)).collect();
/// let components = StlForecaster::new(4).fit(&values)?.components(2)?;
/// assert!((components.adjusted[0] + components.seasonal[0][0]).abs() < 1e-9);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// [`StlForecasterModel::components`]: crate::StlForecasterModel::components
/// [`MstlForecasterModel::components`]: crate::MstlForecasterModel::components
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SeasonalComponents {
    /// The mean of the seasonally adjusted series.
    pub adjusted: Vec<f64>,
    /// The periods of the seasons, in increasing order.
    pub periods: Vec<usize>,
    /// Each season.
    pub seasonal: Vec<Vec<f64>>,
}

/// Methods within each other; more are a misunderstanding.
const MOST_WITHIN: u64 = 8;

/// Refuses an inner method that holds too many others within each other.
pub(crate) fn check_nesting(inner: &AnyForecaster) -> Result<()> {
    let (mut at, mut depth) = (inner, 1);
    loop {
        at = match at {
            AnyForecaster::StlForecaster(method) => method.inner_method(),
            AnyForecaster::MstlForecaster(method) => method.inner_method(),
            _ => return Ok(()),
        };
        depth += 1;
        if depth > MOST_WITHIN {
            let what = "methods within each other";
            return Err(Error::LimitExceeded { what, value: depth, limit: MOST_WITHIN });
        }
    }
}

/// The model of an adjusted series and the last cycle of each season.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub(crate) struct Adjusted {
    pub(crate) inner: AnyModel,
    /// The last cycle of each season, oldest first.
    seasons: Vec<Vec<f64>>,
    pub(crate) history: Fitted,
    pub(crate) count: u64,
}

impl Adjusted {
    /// Fits the inner method to what the seasons leave.
    pub(crate) fn fit(
        values: &[f64],
        periods: &[usize],
        seasonal: &[Vec<f64>],
        inner: &AnyForecaster,
    ) -> Result<Self> {
        let mut adjusted = values.to_vec();
        for season in seasonal {
            for (value, season) in adjusted.iter_mut().zip(season) {
                *value -= season;
            }
        }
        let inner = inner.fit(&adjusted)?;
        let first = inner.first_fitted();
        let season = |place: usize| seasonal.iter().filter_map(|season| season.get(place)).sum::<f64>();
        let fitted =
            inner.fitted().iter().enumerate().map(|(place, fitted)| fitted + season(first + place)).collect();
        let last = |(season, period): (&Vec<f64>, &usize)| {
            season.iter().copied().skip(season.len().saturating_sub(*period)).collect()
        };
        Ok(Self {
            seasons: seasonal.iter().zip(periods).map(last).collect(),
            history: Fitted::new(values, first, fitted),
            count: values.len() as u64,
            inner,
        })
    }

    /// All seasons together, a number of steps from the next place on.
    fn season(&self, step: usize) -> f64 {
        self.seasons.iter().filter_map(|season| season.get(step % season.len().max(1))).sum()
    }

    pub(crate) fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        self.inner.forecast(horizon, levels)?.shifted(|step| self.season(step))
    }

    pub(crate) fn components(&self, horizon: usize) -> Result<SeasonalComponents> {
        let adjusted = self.inner.forecast(horizon, &[])?.mean().to_vec();
        let values = horizon.saturating_mul(self.seasons.len());
        if values > MAX_HORIZON {
            let (value, limit) = (values as u64, MAX_HORIZON as u64);
            return Err(Error::LimitExceeded { what: "seasonal components", value, limit });
        }
        let seasonal = self
            .seasons
            .iter()
            .map(|season| season.iter().copied().cycle().take(horizon).collect())
            .collect();
        Ok(SeasonalComponents { adjusted, periods: self.seasons.iter().map(Vec::len).collect(), seasonal })
    }

    pub(crate) fn path(&self, innovations: &[f64], path: &mut [f64]) {
        self.inner.path(innovations, path);
        for (step, value) in path.iter_mut().enumerate() {
            *value += self.season(step);
        }
    }
}

/// Implements what a model has from the field `adjusted`.
macro_rules! adjusted_model {
    ($model:ident, $name:literal) => {
        impl $crate::forecaster::Model for $model {
            fn name(&self) -> &'static str {
                $name
            }

            fn observations(&self) -> u64 {
                self.0.count
            }

            fn forecast(
                &self,
                horizon: usize,
                levels: &[f64],
            ) -> slo_core::Result<$crate::forecast::Forecast> {
                self.0.forecast(horizon, levels)
            }

            fn first_fitted(&self) -> usize {
                self.0.history.first()
            }

            fn fitted(&self) -> &[f64] {
                self.0.history.values()
            }

            fn residuals(&self) -> &[f64] {
                self.0.history.residuals()
            }

            fn innovations(&self) -> &[f64] {
                self.0.inner.innovations()
            }

            fn path(&self, innovations: &[f64], path: &mut [f64]) {
                self.0.path(innovations, path);
            }

            fn sigma(&self) -> f64 {
                self.0.inner.sigma()
            }

            fn parameters(&self) -> Vec<(&'static str, f64)> {
                self.0.inner.parameters()
            }

            fn report(&self) -> &$crate::report::FitReport {
                self.0.inner.report()
            }
        }
    };
}

pub(crate) use adjusted_model;

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    inner: AnyModel,
    seasons: Vec<Vec<f64>>,
    history: Fitted,
    count: u64,
}

#[cfg(feature = "serde")]
impl From<Adjusted> for Raw {
    fn from(Adjusted { inner, seasons, history, count }: Adjusted) -> Self {
        Self { inner, seasons, history, count }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for Adjusted {
    type Error = Error;

    fn try_from(Raw { inner, seasons, history, count }: Raw) -> Result<Self> {
        let finite = seasons.iter().flatten().all(|value| value.is_finite());
        check_state(finite, "a season is not finite")?;
        check_state(
            !seasons.is_empty() && seasons.iter().all(|season| season.len() >= 2),
            "a season is too short",
        )?;
        let increase =
            seasons.iter().zip(seasons.iter().skip(1)).all(|(left, right)| left.len() < right.len());
        check_state(increase, "its periods do not increase")?;
        check_state(
            count == inner.observations(),
            "it and its inner model know different numbers of values",
        )?;
        let same = history.first() == inner.first_fitted() && history.values().len() == inner.fitted().len();
        check_state(same, "it and its inner model are fitted to different places")?;
        Ok(Self { inner, seasons, history, count })
    }
}
