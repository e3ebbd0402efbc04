//! The flat forecast from an exponentially weighted mean.

use slo_core::{Error, Result};

use super::Ema;
use super::state::EmaState;
#[cfg(feature = "serde")]
use crate::fitted::check_state;
use crate::fitted::{Fitted, check_next, check_squares, closed_form_parts};
use crate::forecast::{Forecast, Law};
use crate::forecaster::{Model, Online};

/// A level that moves by a share of each error, fitted by [`Ema`]; [`Ema::fit`] says what it assumes.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Ema, Model, Online, Weighting};
///
/// let mut model = Ema::alpha(0.5)?.weighting(Weighting::Recursive).fit(&[0.0, 4.0])?;
/// model.update(6.0)?;
/// assert_eq!((model.forecast(1, &[])?.mean()[0], model.sigma()), (4.0, 4.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct EmaModel {
    state: EmaState,
    level: f64,
    squares: f64,
    count: u64,
    history: Fitted,
}

impl EmaModel {
    /// Of at least one value, all finite.
    pub(super) fn fit(ema: Ema, values: &[f64]) -> Result<Self> {
        // A model has a level from the first value on.
        let mut state = ema.min_periods(1).online();
        let [first, rest @ ..] = values else { return Err(Error::out_of_range("the series")) };
        let level = state.observe(*first)?.unwrap_or(*first);
        let history = Fitted::new(&[], 1, Vec::new());
        let mut model = Self { state, level, squares: 0.0, count: 1, history };
        let mut levels = Vec::with_capacity(rest.len());
        for value in rest {
            levels.push(model.level);
            model.update(*value)?;
        }
        model.history = Fitted::new(values, 1, levels);
        Ok(model)
    }
}

impl EmaModel {
    fn variance(&self) -> f64 {
        self.squares / (self.count - 1) as f64
    }
}

impl Model for EmaModel {
    closed_form_parts!("Ema");

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        let (variance, alpha) = (self.variance(), self.state.ema().alpha_value());
        Forecast::new(horizon, Law::Normal, levels, |step| {
            (self.level, (variance * (1.0 + (step - 1) as f64 * (alpha * alpha))).sqrt())
        })
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        let (mut level, alpha) = (self.level, self.state.ema().alpha_value());
        for (value, innovation) in path.iter_mut().zip(innovations) {
            *value = level + innovation;
            level += alpha * innovation;
        }
    }

    fn sigma(&self) -> f64 {
        self.variance().sqrt()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("alpha", self.state.ema().alpha_value()), ("level", self.level)]
    }
}

impl Online for EmaModel {
    fn update(&mut self, value: f64) -> Result<()> {
        check_next(self.count, value)?;
        let error = value - self.level;
        self.squares = check_squares(self.squares + error * error)?;
        self.level = self.state.observe(value)?.unwrap_or(self.level);
        self.count += 1;
        Ok(())
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    state: EmaState,
    level: f64,
    squares: f64,
    count: u64,
    history: Fitted,
}

#[cfg(feature = "serde")]
impl From<EmaModel> for Raw {
    fn from(EmaModel { state, level, squares, count, history }: EmaModel) -> Self {
        Self { state, level, squares, count, history }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for EmaModel {
    type Error = Error;

    fn try_from(Raw { state, level, squares, count, history }: Raw) -> Result<Self> {
        check_state(state.mean() == Some(level), "its level is not that of its state")?;
        check_state(squares.is_finite() && squares >= 0.0, "a sum is no sum of squares")?;
        check_state(count >= 2 && state.count() == count, "its counts contradict each other")?;
        Ok(Self { state, level, squares, count, history })
    }
}
