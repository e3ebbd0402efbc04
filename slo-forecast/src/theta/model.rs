//! A fitted Theta model.

use std::cell::Cell;
use std::sync::Arc;

#[cfg(feature = "serde")]
use slo_core::Error;
use slo_core::Result;

use super::kernel::{Covariance, Line, State};
use super::{Theta, ThetaVariant};
#[cfg(feature = "serde")]
use crate::fitted::check_state;
use crate::fitted::{Fitted, check_next, check_squares, fitted_parts};
use crate::forecast::{Forecast, Law};
use crate::forecaster::{Model, Online};
use crate::report::FitReport;
use crate::season::Season;

/// A series that was fitted by [`Theta`].
///
/// An update keeps the parameters and the season's figure, and moves the level (and a moving line).
///
/// # Examples
///
/// ```
/// use slo_forecast::{Model, Online, Theta};
///
/// let mut model = Theta::new().fit(&[3.0, 4.0, 3.5, 5.0, 4.5, 6.0])?;
/// let [first, second] = [model.forecast(2, &[])?.mean()[0], model.forecast(2, &[])?.mean()[1]];
/// // What was expected changes nothing.
/// model.update(first)?;
/// assert!((model.forecast(1, &[])?.mean()[0] - second).abs() < 1e-12);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct ThetaModel {
    pub(super) method: Theta,
    pub(super) alpha: f64,
    pub(super) weight: f64,
    /// The first value of the adjusted series: levels are relative to it.
    pub(super) origin: f64,
    /// The level before the first value.
    pub(super) start: f64,
    pub(super) state: State,
    /// The sum of the squared errors that `sigma` is about.
    pub(super) squares: f64,
    pub(super) season: Season,
    pub(super) history: Fitted,
    pub(super) innovations: Arc<[f64]>,
    pub(super) report: FitReport,
}

impl ThetaModel {
    /// The method with its settings.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Theta;
    ///
    /// assert_eq!(Theta::new().fit(&[3.0, 4.0, 3.5, 5.0])?.method(), Theta::new());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn method(&self) -> Theta {
        self.method
    }

    /// The model of another series, looked for from this one's `alpha` on.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Model, Theta};
    ///
    /// let values = [3.0, 4.0, 3.5, 5.0, 4.5, 6.0, 5.0, 7.0];
    /// let model = Theta::new().fit(&values[..7])?.refit(&values)?;
    /// let anew = Theta::new().fit(&values)?;
    /// assert!((model.parameters()[0].1 - anew.parameters()[0].1).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Theta::fit`].
    pub fn refit(&self, values: &[f64]) -> Result<Self> {
        self.method.estimate(values, Some(self.alpha))
    }

    fn line(&self) -> Line {
        self.method.variant.line()
    }

    /// What the next value of the adjusted series is expected to be, relative to the origin.
    fn expected(&self, state: &State) -> f64 {
        state.level + self.weight * state.pull(self.alpha, self.line())
    }

    /// Takes the next value; what was expected of the adjusted series there, and how far off it was.
    pub(super) fn take(&mut self, value: f64) -> Result<(f64, f64)> {
        let adjusted = self.season.off(self.state.count, value) - self.origin;
        let expected = self.expected(&self.state);
        let error = adjusted - expected;
        let counted =
            if self.method.variant == ThetaVariant::Standard { adjusted - self.state.level } else { error };
        self.squares = check_squares(self.squares + counted * counted)?;
        self.state.advance(self.alpha, self.line(), adjusted);
        Ok((self.origin + expected, error))
    }

    fn variance(&self) -> f64 {
        self.squares / (self.state.count - self.method.variant.estimated()) as f64
    }
}

impl Model for ThetaModel {
    fitted_parts!("Theta");

    fn observations(&self) -> u64 {
        self.state.count
    }

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        let sigma = self.sigma();
        let next = Cell::new((self.state, Covariance::NONE, 1.0));
        // The steps are asked for in order.
        Forecast::new(horizon, Law::Normal, levels, |_| {
            let (mut state, mut covariance, mut variance) = next.get();
            let (place, expected) = (state.count, self.expected(&state));
            let now = match self.line() {
                Line::Moving => covariance.step(&state, self.alpha, self.weight),
                Line::Fixed => variance,
            };
            variance += self.alpha * self.alpha;
            state.advance(self.alpha, self.line(), expected);
            next.set((state, covariance, variance));
            let mean = self.season.on(place, self.origin + expected);
            (mean, sigma * now.sqrt() * self.season.unit(place))
        })
    }

    fn innovations(&self) -> &[f64] {
        &self.innovations
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        let mut state = self.state;
        for (error, value) in innovations.iter().zip(path) {
            let next = self.expected(&state) + error;
            *value = self.season.on(state.count, self.origin + next);
            state.advance(self.alpha, self.line(), next);
        }
    }

    fn sigma(&self) -> f64 {
        self.variance().sqrt()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let drift = match self.line() {
            Line::Fixed => Some(("drift", self.weight * self.state.slope)),
            Line::Moving => None,
        };
        let theta = ("theta", 1.0 / (1.0 - self.weight));
        let level = ("level", self.origin + self.start);
        [("alpha", self.alpha)].into_iter().chain(drift).chain([theta, level]).collect()
    }

    fn report(&self) -> &FitReport {
        &self.report
    }

    fn as_online(&mut self) -> Option<&mut dyn Online> {
        Some(self)
    }
}

impl Online for ThetaModel {
    fn update(&mut self, value: f64) -> Result<()> {
        check_next(self.state.count, value)?;
        self.take(value)?;
        Ok(())
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    method: Theta,
    alpha: f64,
    weight: f64,
    origin: f64,
    start: f64,
    state: State,
    squares: f64,
    season: Season,
    history: Fitted,
    innovations: Vec<f64>,
    report: FitReport,
}

#[cfg(feature = "serde")]
impl From<ThetaModel> for Raw {
    fn from(model: ThetaModel) -> Self {
        let ThetaModel { method, alpha, weight, origin, start, state, squares, .. } = model;
        let ThetaModel { season, history, innovations, report, .. } = model;
        let innovations = innovations.to_vec();
        Self { method, alpha, weight, origin, start, state, squares, season, history, innovations, report }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for ThetaModel {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let Raw { method, alpha, weight, origin, start, state, squares, .. } = raw;
        let Raw { season, history, innovations, report, .. } = raw;
        Error::check_finite("innovations", &innovations)?;
        Error::check_lengths("values", history.values().len(), "innovations", innovations.len())?;
        let (least, most) = method.variant.bounds();
        check_state(method.period >= 1, "its period is 0")?;
        check_state(least <= alpha && alpha <= most, "its alpha is out of bounds")?;
        check_state((0.0..=super::HEAVIEST).contains(&weight), "its weight is none")?;
        check_state(origin.is_finite() && start.is_finite() && state.is_finite(), "a value is not finite")?;
        check_state(squares.is_finite() && squares >= 0.0, "a sum is no sum of squares")?;
        let known = innovations.len() >= super::SHORTEST && state.count >= innovations.len() as u64;
        check_state(known, "it knows fewer values than it was fitted to")?;
        check_state(season.holds(), "its season is none")?;
        Ok(Self {
            method,
            alpha,
            weight,
            origin,
            start,
            state,
            squares,
            season,
            history,
            innovations: innovations.into(),
            report,
        })
    }
}
