//! The last season again.

use std::collections::VecDeque;

use slo_core::{Error, Result};

#[cfg(feature = "serde")]
use crate::fitted::check_state;
use crate::fitted::{Fitted, check_next, check_squares, closed_form_parts};
use crate::forecast::{Forecast, Law};
use crate::forecaster::{Forecaster, Model, Online};

/// The last season again: each value is that of the same phase one period ago.
///
/// # Method
///
/// ```text
/// forecast(h) = y_{n + h - m k},   standard error(h) = σ √k,   k = ⌊(h - 1) / m⌋ + 1
/// σ² = Σ (y_t - y_{t-m})² / (n - m)
/// ```
///
/// Intervals are normal: the changes from season to season are taken as independent, normal and without drift.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `period` | | >= 1 | places |
///
/// # Examples
///
/// ```
/// use slo_forecast::{Model, SeasonalNaive};
///
/// let forecast = SeasonalNaive::new(2)?.fit(&[1.0, 8.0, 4.0, 4.0])?.forecast(3, &[])?;
/// assert_eq!(forecast.mean(), [4.0, 4.0, 4.0]);
/// // Changes of 3 and -4: σ² = 25/2, and twice that in the second season.
/// assert_eq!(forecast.standard_error()[2], 5.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Hyndman, R. J., Athanasopoulos, G. (2021). *Forecasting: Principles and Practice*, 3rd edition, sections
/// 5.2 and 5.5. <https://otexts.com/fpp3>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SeasonalNaive {
    period: usize,
}

impl SeasonalNaive {
    /// The method for seasons of so many places.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Model, Naive, SeasonalNaive};
    ///
    /// // A season of one place is none.
    /// let values = [2.0, 5.0, 1.0];
    /// let seasonal = SeasonalNaive::new(1)?.fit(&values)?.forecast(3, &[0.95])?;
    /// assert_eq!(seasonal, Naive::new().fit(&values)?.forecast(3, &[0.95])?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a period of 0.
    pub fn new(period: usize) -> Result<Self> {
        if period == 0 {
            return Err(Error::invalid("period", period, "must be at least 1"));
        }
        Ok(Self { period })
    }

    /// The length of a season in places.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::SeasonalNaive::new(24)?.period(), 24);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn period(&self) -> usize {
        self.period
    }

    /// The model of a series, from one value more than a season on.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Model, SeasonalNaive};
    ///
    /// let model = SeasonalNaive::new(2)?.fit(&[1.0, 8.0, 4.0, 4.0])?;
    /// assert_eq!((model.first_fitted(), model.residuals()), (2, &[3.0, -4.0][..]));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`], [`Error::NonFinite`], and [`Error::OutOfRange`] where squares leave the range of floats.
    pub fn fit(&self, values: &[f64]) -> Result<SeasonalNaiveModel> {
        Fitted::check(values, self.period.saturating_add(1))?;
        let (earlier, season) = values.split_at(values.len() - self.period);
        let history = Fitted::new(values, self.period, earlier.to_vec());
        let squares = check_squares(history.residuals().iter().fold(0.0, |sum, step| sum + step * step))?;
        let season = season.iter().copied().collect();
        Ok(SeasonalNaiveModel { season, squares, count: values.len() as u64, history })
    }
}

impl Forecaster for SeasonalNaive {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}

/// A seasonal random walk that was fitted by [`SeasonalNaive`].
///
/// # Examples
///
/// ```
/// use slo_forecast::{Model, Online, SeasonalNaive};
///
/// let mut model = SeasonalNaive::new(2)?.fit(&[1.0, 8.0, 4.0])?;
/// model.update(4.0)?;
/// assert_eq!(model.forecast(2, &[])?.mean(), [4.0, 4.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct SeasonalNaiveModel {
    /// The last season, oldest first.
    season: VecDeque<f64>,
    squares: f64,
    count: u64,
    history: Fitted,
}

impl SeasonalNaiveModel {
    fn variance(&self) -> f64 {
        self.squares / (self.count - self.season.len() as u64) as f64
    }
}

impl Model for SeasonalNaiveModel {
    closed_form_parts!("SeasonalNaive");

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        let (variance, period) = (self.variance(), self.season.len());
        Forecast::new(horizon, Law::Normal, levels, |step| {
            let (seasons, phase) = ((step - 1) / period + 1, (step - 1) % period);
            let value = self.season.get(phase).copied().unwrap_or(f64::NAN);
            (value, (variance * seasons as f64).sqrt())
        })
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        let period = self.season.len();
        for (step, innovation) in innovations.iter().enumerate() {
            let before = if step < period { self.season.get(step) } else { path.get(step - period) };
            let value = before.copied().unwrap_or(f64::NAN) + innovation;
            if let Some(place) = path.get_mut(step) {
                *place = value;
            }
        }
    }

    fn sigma(&self) -> f64 {
        self.variance().sqrt()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("period", self.season.len() as f64)]
    }
}

impl Online for SeasonalNaiveModel {
    fn update(&mut self, value: f64) -> Result<()> {
        check_next(self.count, value)?;
        let step = value - self.season.front().copied().unwrap_or(f64::NAN);
        self.squares = check_squares(self.squares + step * step)?;
        self.season.rotate_left(1);
        if let Some(oldest) = self.season.back_mut() {
            *oldest = value;
        }
        self.count += 1;
        Ok(())
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    season: VecDeque<f64>,
    squares: f64,
    count: u64,
    history: Fitted,
}

#[cfg(feature = "serde")]
impl From<SeasonalNaiveModel> for Raw {
    fn from(SeasonalNaiveModel { season, squares, count, history }: SeasonalNaiveModel) -> Self {
        Self { season, squares, count, history }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for SeasonalNaiveModel {
    type Error = Error;

    fn try_from(Raw { season, squares, count, history }: Raw) -> Result<Self> {
        let finite = season.iter().all(|value| value.is_finite());
        check_state(!season.is_empty() && finite, "a season has values, and finite ones")?;
        check_state(squares.is_finite() && squares >= 0.0, "a sum is no sum of squares")?;
        check_state(count > season.len() as u64, "it knows fewer values than a season and one")?;
        Ok(Self { season, squares, count, history })
    }
}

/// The method as it is read.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for SeasonalNaive {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Raw {
            period: usize,
        }
        Self::new(Raw::deserialize(deserializer)?.period).map_err(serde::de::Error::custom)
    }
}
