//! How good forecasts were, once what they forecast has come.

mod crps;
mod loss;
mod scale;
mod sums;
pub(crate) mod tally;
#[cfg(test)]
mod tests;

use slo_core::{Error, Result};

use crate::forecast::{Band, Forecast};
pub use crps::crps_sample;
pub use loss::{interval_accuracy, pinball_loss};
pub use scale::ErrorScale;
pub(crate) use scale::check_period;
pub(crate) use sums::unit;
use tally::Tally;

/// How good forecasts were: made by [`accuracy`], [`Forecast::accuracy`] and [`Backtest`](crate::Backtest).
///
/// Errors are `actual - forecast`: above 0 where the forecast was too low. A measure that does not exist is `None`,
/// never infinite or NaN.
///
/// # Method
///
/// ```text
/// mean_error = mean e     mae = mean |e|     rmse = √(mean e²)
/// mpe  = mean 100 e / y   mape = mean 100 |e / y|
/// smape = mean 200 |e| / (|y| + |f|)         wape = 100 Σ |e| / Σ |y|
/// mase = mean |e| / scale                    rmsse = √(mean (e / root_square scale)²)
/// ```
///
/// `smape` lies between 0 and 200, as in the M4 competition; a place where both are 0 counts as 0. Means are
/// compensated, and exist wherever they fit a float.
///
/// # Examples
///
/// ```
/// use slo_forecast::accuracy;
///
/// let accuracy = accuracy(&[2.0, 4.0], &[3.0, 1.0], None)?;
/// assert_eq!((accuracy.mean_error, accuracy.mae, accuracy.rmse), (1.0, 2.0, 5.0_f64.sqrt()));
/// assert_eq!((accuracy.mape, accuracy.smape), (Some(62.5), 80.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Hyndman, R. J. and Koehler, A. B. (2006). Another look at measures of forecast accuracy. *International Journal of
/// Forecasting* 22(4), 679-688. Makridakis, S., Spiliotis, E. and Assimakopoulos, V. (2020). The M4 competition.
/// *International Journal of Forecasting* 36(1), 54-74.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Accuracy {
    /// How many places were measured.
    pub count: usize,
    /// The mean error: above 0 where forecasts were too low.
    pub mean_error: f64,
    /// The mean absolute error.
    pub mae: f64,
    /// The root of the mean squared error.
    pub rmse: f64,
    /// The mean error in percent of the actual value; `None` if one of those is 0.
    pub mpe: Option<f64>,
    /// The mean absolute error in percent of the actual value; `None` if one of those is 0.
    pub mape: Option<f64>,
    /// The mean absolute error in percent of the mean size of actual value and forecast: 0 to 200.
    pub smape: f64,
    /// The sum of absolute errors in percent of the sum of absolute actual values; `None` if they are all 0.
    pub wape: Option<f64>,
    /// The mean absolute error over that of the seasonal naive method in the training part; `None` without a training
    /// part, or where that one is 0.
    pub mase: Option<f64>,
    /// As `mase`, of root mean squares.
    pub rmsse: Option<f64>,
    /// The mean continuous ranked probability score, in the unit of the values; `None` where only points were forecast.
    pub crps: Option<f64>,
    /// How good the intervals were, in the order of the forecast's levels.
    pub intervals: Vec<IntervalAccuracy>,
}

/// How good the intervals of one level were.
///
/// # Method
///
/// ```text
/// score = mean (u - l) + 2/a (l - y)⁺ + 2/a (y - u)⁺,   a = 1 - level,   msis = mean score / scale
/// ```
///
/// An interval holds its ends. The score rewards narrow intervals and fines misses such that the true quantiles score
/// best; `msis` is the M4 competition's.
///
/// # Examples
///
/// ```
/// use slo_forecast::interval_accuracy;
///
/// // The second value lies 2 beyond an interval of width 4: 4 + 2 · 2 / 0.5.
/// let of = interval_accuracy(&[1.0, 7.0], &[1.0, 1.0], &[5.0, 5.0], 0.5, None)?;
/// assert_eq!((of.coverage, of.width, of.score), (0.5, 4.0, 8.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Gneiting, T. and Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and estimation. *Journal of the
/// American Statistical Association* 102(477), 359-378, section 6.2.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct IntervalAccuracy {
    /// The probability with which the intervals were to hold a value.
    pub level: f64,
    /// The share of values that they held.
    pub coverage: f64,
    /// Their mean width.
    pub width: f64,
    /// Their mean score, in the unit of the values: smaller is better.
    pub score: f64,
    /// The mean score over the scale of absolute errors; `None` without a training part, or where that is 0.
    pub msis: Option<f64>,
}

/// How good point forecasts were; see [`Accuracy`].
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `actual` | finite, at least one value | |
/// | `forecast` | finite, of the same length | that of `actual` |
/// | `scale` | of the training part, for `mase` and `rmsse` | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{ErrorScale, accuracy};
///
/// let scale = ErrorScale::new(&[1.0, 3.0, 1.0], 1)?;
/// let accuracy = accuracy(&[2.0, 0.0], &[2.0, 3.0], Some(&scale))?;
/// assert_eq!((accuracy.mae, accuracy.mase), (1.5, Some(0.75)));
/// // An actual value of 0 has no relative error.
/// assert_eq!((accuracy.mape, accuracy.wape, accuracy.smape), (None, Some(150.0), 100.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::LengthMismatch`], [`Error::NonFinite`], [`Error::TooShort`] without a value; [`Error::OutOfRange`] where an
/// error leaves the range of floats.
pub fn accuracy(actual: &[f64], forecast: &[f64], scale: Option<&ErrorScale>) -> Result<Accuracy> {
    Error::check_lengths("actual", actual.len(), "forecast", forecast.len())?;
    Error::check_finite("actual", actual)?;
    Error::check_finite("forecast", forecast)?;
    Tally::new(actual, forecast, &[], &vec![None; actual.len()], scale.copied()).accuracy()
}

impl Forecast {
    /// How good this forecast was: points, the intervals it was made with, and the law of its errors.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{ErrorScale, Model, Naive};
    ///
    /// let train = [2.0, 5.0, 1.0];
    /// let forecast = Naive::new().fit(&train)?.forecast(2, &[0.95])?;
    /// let accuracy = forecast.accuracy(&[3.0, 20.0], Some(&ErrorScale::new(&train, 1)?))?;
    /// assert_eq!((accuracy.mae, accuracy.mase), (10.5, Some(3.0)));
    /// // 20 is more than 1.96 standard errors of 5 above 1.
    /// assert_eq!(accuracy.intervals[0].coverage, 0.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`] unless there is a value for each step, [`Error::NonFinite`];
    /// [`Error::OutOfRange`] where an error leaves the range of floats.
    pub fn accuracy(&self, actual: &[f64], scale: Option<&ErrorScale>) -> Result<Accuracy> {
        check_actual(actual, self)?;
        self.tally(actual, 0, scale.copied()).accuracy()
    }

    /// What there is to measure from the step after `skipped` on: a value for each of these steps.
    pub(crate) fn tally(&self, actual: &[f64], skipped: usize, scale: Option<ErrorScale>) -> Tally {
        let rest = |ends: &[f64]| ends.get(skipped..).unwrap_or_default().to_vec();
        let bands: Vec<Band> = self
            .bands()
            .iter()
            .map(|band| Band { level: band.level, lower: rest(&band.lower), upper: rest(&band.upper) })
            .collect();
        let crps: Vec<Option<f64>> =
            actual.iter().enumerate().map(|(step, actual)| self.crps_at(skipped + step, *actual)).collect();
        Tally::new(actual, &rest(self.mean()), &bands, &crps, scale)
    }
}

/// Refuses what is not one finite value for each step.
fn check_actual(actual: &[f64], forecast: &Forecast) -> Result<()> {
    Error::check_lengths("actual", actual.len(), "forecast", forecast.mean().len())?;
    Error::check_finite("actual", actual)
}
