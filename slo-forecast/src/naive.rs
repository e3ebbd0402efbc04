//! The last value again.

use slo_core::{Error, Result};

#[cfg(feature = "serde")]
use crate::fitted::check_state;
use crate::fitted::{Fitted, check_next, check_squares, closed_form_parts};
use crate::forecast::{Forecast, Law};
use crate::forecaster::{Forecaster, Model, Online};

/// The last value again: the forecast of a random walk, and the least that another method has to beat.
///
/// # Method
///
/// ```text
/// forecast(h) = y_n,   standard error(h) = σ √h,   σ² = Σ (y_t - y_{t-1})² / (n - 1)
/// ```
///
/// Intervals are normal: the steps are taken as independent, normal and without drift.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Model, Naive};
///
/// let forecast = Naive::new().fit(&[2.0, 5.0, 1.0])?.forecast(2, &[])?;
/// assert_eq!(forecast.mean(), [1.0, 1.0]);
/// // Steps of 3 and -4: σ √2 = √(25/2) √2.
/// assert_eq!(forecast.standard_error()[1], 5.0);
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
pub struct Naive {}

impl Naive {
    /// The method; it has no settings.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::Naive::new(), slo_forecast::Naive::default());
    /// ```
    pub const fn new() -> Self {
        Self {}
    }

    /// The model of a series, from two values on.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Model, Naive};
    ///
    /// let model = Naive::new().fit(&[2.0, 5.0, 1.0])?;
    /// // The first value has none before it.
    /// assert_eq!((model.first_fitted(), model.fitted(), model.residuals()), (1, &[2.0, 5.0][..], &[3.0, -4.0][..]));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`], [`Error::NonFinite`], and [`Error::OutOfRange`] where squares leave the range of floats.
    pub fn fit(&self, values: &[f64]) -> Result<NaiveModel> {
        Fitted::check(values, 2)?;
        let [before @ .., last] = values else { return Err(Error::out_of_range("the series")) };
        let history = Fitted::new(values, 1, before.to_vec());
        let squares = check_squares(history.residuals().iter().fold(0.0, |sum, step| sum + step * step))?;
        Ok(NaiveModel { last: *last, squares, count: values.len() as u64, history })
    }
}

impl Forecaster for Naive {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}

/// A random walk that was fitted by [`Naive`].
///
/// # Examples
///
/// ```
/// use slo_forecast::{Model, Naive, Online};
///
/// let mut model = Naive::new().fit(&[2.0, 5.0])?;
/// model.update(1.0)?;
/// assert_eq!(model.sigma(), 12.5_f64.sqrt());
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct NaiveModel {
    last: f64,
    squares: f64,
    count: u64,
    history: Fitted,
}

impl NaiveModel {
    fn variance(&self) -> f64 {
        self.squares / (self.count - 1) as f64
    }
}

impl Model for NaiveModel {
    closed_form_parts!("Naive");

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        let variance = self.variance();
        Forecast::new(horizon, Law::Normal, levels, |step| (self.last, (variance * step as f64).sqrt()))
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        let mut last = self.last;
        for (value, innovation) in path.iter_mut().zip(innovations) {
            last += innovation;
            *value = last;
        }
    }

    fn sigma(&self) -> f64 {
        self.variance().sqrt()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        Vec::new()
    }
}

impl Online for NaiveModel {
    fn update(&mut self, value: f64) -> Result<()> {
        check_next(self.count, value)?;
        let step = value - self.last;
        self.squares = check_squares(self.squares + step * step)?;
        (self.last, self.count) = (value, self.count + 1);
        Ok(())
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    last: f64,
    squares: f64,
    count: u64,
    history: Fitted,
}

#[cfg(feature = "serde")]
impl From<NaiveModel> for Raw {
    fn from(NaiveModel { last, squares, count, history }: NaiveModel) -> Self {
        Self { last, squares, count, history }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for NaiveModel {
    type Error = Error;

    fn try_from(Raw { last, squares, count, history }: Raw) -> Result<Self> {
        check_state(last.is_finite() && squares.is_finite() && squares >= 0.0, "a sum is no sum of squares")?;
        check_state(count >= 2, "a random walk has at least two values")?;
        Ok(Self { last, squares, count, history })
    }
}
