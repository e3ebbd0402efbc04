//! The mean of all values.

use slo_core::{Error, Result};

#[cfg(feature = "serde")]
use crate::fitted::check_state;
use crate::fitted::{Fitted, check_next, closed_form_parts};
use crate::forecast::{Forecast, Law};
use crate::forecaster::{Forecaster, Model, Online};
use crate::spread::Spread;

/// The mean of all values: the forecast of independent values about a constant.
///
/// # Method
///
/// ```text
/// forecast(h) = ȳ,   standard error(h) = s √(1 + 1/n),   s² = Σ (y_t - ȳ)² / (n - 1)
/// ```
///
/// Intervals are Student's with `n - 1` degrees of freedom: exact for independent normal values.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Mean, Model};
///
/// let forecast = Mean::new().fit(&[1.0, 2.0, 3.0])?.forecast(1, &[0.95])?;
/// assert_eq!(forecast.mean(), [2.0]);
/// // 2 + 4.3027 √(4/3), with t for two degrees of freedom.
/// assert!((forecast.bands()[0].upper[0] - 6.9683).abs() < 1e-4);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Hyndman, R. J., Athanasopoulos, G. (2021). *Forecasting: Principles and Practice*, 3rd edition, sections
/// 5.2 and 5.5. <https://otexts.com/fpp3>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Mean {}

impl Mean {
    /// The method; it has no settings.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::Mean::new(), slo_forecast::Mean::default());
    /// ```
    pub const fn new() -> Self {
        Self {}
    }

    /// The model of a series, from two values on.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Mean, Model};
    ///
    /// let model = Mean::new().fit(&[1.0, 2.0, 3.0])?;
    /// assert_eq!((model.parameters(), model.sigma()), (vec![("mean", 2.0)], 1.0));
    /// // Every place is compared with the mean of all.
    /// assert_eq!((model.first_fitted(), model.residuals()), (0, &[-1.0, 0.0, 1.0][..]));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`], [`Error::NonFinite`], and [`Error::OutOfRange`] where squares leave the range of floats.
    pub fn fit(&self, values: &[f64]) -> Result<MeanModel> {
        Fitted::check(values, 2)?;
        let [first, rest @ ..] = values else { return Err(Error::out_of_range("the series")) };
        let spread = rest.iter().try_fold(Spread::new(*first), |spread, value| spread.with(*value))?;
        let history = Fitted::new(values, 0, vec![spread.mean(); values.len()]);
        Ok(MeanModel { spread, count: values.len() as u64, history })
    }
}

impl Forecaster for Mean {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}

/// Independent values about a constant, fitted by [`Mean`].
///
/// # Examples
///
/// ```
/// use slo_forecast::{Mean, Model, Online};
///
/// let mut model = Mean::new().fit(&[1.0, 2.0, 3.0])?;
/// model.update(6.0)?;
/// assert_eq!((model.forecast(1, &[])?.mean()[0], model.observations()), (3.0, 4));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct MeanModel {
    spread: Spread,
    count: u64,
    history: Fitted,
}

impl Model for MeanModel {
    closed_form_parts!("Mean");

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        let count = self.count as f64;
        let error = (self.spread.variance() * (1.0 + 1.0 / count)).sqrt();
        let law = Law::StudentT { degrees_of_freedom: count - 1.0 };
        Forecast::new(horizon, law, levels, |_| (self.spread.mean(), error))
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        for (value, innovation) in path.iter_mut().zip(innovations) {
            *value = self.spread.mean() + innovation;
        }
    }

    fn sigma(&self) -> f64 {
        self.spread.variance().sqrt()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("mean", self.spread.mean())]
    }
}

impl Online for MeanModel {
    fn update(&mut self, value: f64) -> Result<()> {
        check_next(self.count, value)?;
        self.spread = self.spread.with(value)?;
        self.count += 1;
        Ok(())
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    spread: Spread,
    count: u64,
    history: Fitted,
}

#[cfg(feature = "serde")]
impl From<MeanModel> for Raw {
    fn from(MeanModel { spread, count, history }: MeanModel) -> Self {
        Self { spread, count, history }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for MeanModel {
    type Error = Error;

    fn try_from(Raw { spread, count, history }: Raw) -> Result<Self> {
        check_state(count >= 2 && spread.holds(count), "its counts or sums contradict each other")?;
        Ok(Self { spread, count, history })
    }
}
