//! The last value, and on along the line from the first.

use slo_core::{Error, Result};

#[cfg(feature = "serde")]
use crate::fitted::check_state;
use crate::fitted::{Fitted, check_next, closed_form_parts};
use crate::forecast::{Forecast, Law};
use crate::forecaster::{Forecaster, Model, Online};
use crate::spread::Spread;

/// The last value, and on along the line from the first: the forecast of a random walk with drift.
///
/// # Method
///
/// ```text
/// forecast(h) = y_n + h b,   b = (y_n - y_1) / (n - 1)
/// standard error(h) = σ √(h (1 + h / (n - 1))),   σ² = Σ (y_t - y_{t-1} - b)² / (n - 2)
/// ```
///
/// Intervals are normal; the second term is the uncertainty of `b`.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Drift, Model};
///
/// let forecast = Drift::new().fit(&[1.0, 2.0, 5.0])?.forecast(2, &[])?;
/// assert_eq!(forecast.mean(), [7.0, 9.0]);
/// // Steps of 1 and 3 about 2: σ² = 2; at h = 2, 2 · 2 (1 + 2/2) = 8.
/// assert_eq!(forecast.standard_error()[1], 8.0_f64.sqrt());
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
pub struct Drift {}

impl Drift {
    /// The method; it has no settings.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::Drift::new(), slo_forecast::Drift::default());
    /// ```
    pub const fn new() -> Self {
        Self {}
    }

    /// The model of a series, from three values on.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Drift, Model};
    ///
    /// let model = Drift::new().fit(&[1.0, 2.0, 5.0])?;
    /// assert_eq!(model.parameters(), [("drift", 2.0)]);
    /// assert_eq!((model.first_fitted(), model.fitted()), (1, &[3.0, 4.0][..]));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`], [`Error::NonFinite`], and [`Error::OutOfRange`] where squares leave the range of floats.
    pub fn fit(&self, values: &[f64]) -> Result<DriftModel> {
        Fitted::check(values, 3)?;
        let [first, second, rest @ ..] = values else { return Err(Error::out_of_range("the series")) };
        let history = Fitted::new(values, 1, Vec::new());
        let steps = Spread::new(second - first);
        let mut model = DriftModel { first: *first, last: *second, count: 2, steps, history };
        for value in rest {
            model.take(*value)?;
        }
        let drift = model.drift();
        let fitted = values.iter().take(values.len() - 1).map(|value| value + drift).collect();
        model.history = Fitted::new(values, 1, fitted);
        Ok(model)
    }
}

impl Forecaster for Drift {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}

/// A random walk with drift that was fitted by [`Drift`].
///
/// # Examples
///
/// ```
/// use slo_forecast::{Drift, Model, Online};
///
/// let mut model = Drift::new().fit(&[1.0, 2.0, 5.0])?;
/// model.update(7.0)?;
/// assert_eq!(model.forecast(1, &[])?.mean(), [9.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct DriftModel {
    first: f64,
    last: f64,
    count: u64,
    steps: Spread,
    history: Fitted,
}

impl DriftModel {
    fn drift(&self) -> f64 {
        (self.last - self.first) / (self.count - 1) as f64
    }

    fn take(&mut self, value: f64) -> Result<()> {
        self.steps = self.steps.with(value - self.last)?;
        (self.last, self.count) = (value, self.count + 1);
        Ok(())
    }
}

impl Model for DriftModel {
    closed_form_parts!("Drift");

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        let (variance, drift, steps) = (self.steps.variance(), self.drift(), (self.count - 1) as f64);
        Forecast::new(horizon, Law::Normal, levels, |step| {
            let step = step as f64;
            (self.last + step * drift, (variance * (step * (1.0 + step / steps))).sqrt())
        })
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        let (mut last, drift) = (self.last, self.drift());
        for (value, innovation) in path.iter_mut().zip(innovations) {
            last += drift + innovation;
            *value = last;
        }
    }

    fn sigma(&self) -> f64 {
        self.steps.variance().sqrt()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("drift", self.drift())]
    }
}

impl Online for DriftModel {
    fn update(&mut self, value: f64) -> Result<()> {
        check_next(self.count, value)?;
        self.take(value)
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    first: f64,
    last: f64,
    count: u64,
    steps: Spread,
    history: Fitted,
}

#[cfg(feature = "serde")]
impl From<DriftModel> for Raw {
    fn from(DriftModel { first, last, count, steps, history }: DriftModel) -> Self {
        Self { first, last, count, steps, history }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for DriftModel {
    type Error = Error;

    fn try_from(Raw { first, last, count, steps, history }: Raw) -> Result<Self> {
        check_state(first.is_finite() && last.is_finite(), "a value is not finite")?;
        check_state(count >= 3 && steps.holds(count - 1), "its counts or sums contradict each other")?;
        Ok(Self { first, last, count, steps, history })
    }
}
