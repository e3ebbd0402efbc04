//! What every method, and every fitted model, can do.

use std::fmt::Debug;

#[cfg(doc)]
use slo_core::Error;
use slo_core::Result;

use crate::forecast::Forecast;
use crate::likelihood::Likelihood;
use crate::paths::{Errors, Paths};
use crate::report::FitReport;

/// A method that can be fitted to a series.
///
/// Each method also has a `fit` of its own, which returns its own kind of model.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Drift, Forecaster, Mean, Naive};
///
/// let methods: [Box<dyn Forecaster>; 3] =
///     [Box::new(Naive::new()), Box::new(Drift::new()), Box::new(Mean::new())];
/// let next: Vec<f64> = methods
///     .iter()
///     .map(|method| Ok(method.fit(&[1.0, 2.0, 3.0])?.forecast(1, &[])?.mean()[0]))
///     .collect::<slo_core::Result<_>>()?;
/// assert_eq!(next, [3.0, 4.0, 2.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
pub trait Forecaster: Debug + Send + Sync {
    /// Estimates the model from values at equal distances, oldest first.
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] and [`Error::NonFinite`]; what else a method cannot be fitted to, it says itself.
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>>;
}

/// A fitted model.
///
/// The places of the series are counted from 0. A model has a fitted value and a residual for each place of the series
/// it was fitted to, from [`first_fitted`](Self::first_fitted) on: before that it has too little past, and there is
/// neither a number nor a NaN.
pub trait Model: Debug + Send + Sync {
    /// The method's name, as its type is called.
    fn name(&self) -> &'static str;

    /// How many values the model knows, those it was updated with included.
    fn observations(&self) -> u64;

    /// The next `horizon` values: mean, standard error, and an interval for each level.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a horizon of 0 or a level outside (0, 1); [`Error::LimitExceeded`] past 10^7
    /// steps; [`Error::OutOfRange`] where a forecast leaves the range of floats.
    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast>;

    /// The first place that has a fitted value.
    fn first_fitted(&self) -> usize;

    /// What the model says of each value it was fitted to, from the values before it where it looks only back.
    fn fitted(&self) -> &[f64];

    /// The values it was fitted to, less the fitted ones.
    fn residuals(&self) -> &[f64];

    /// The standard deviation of the [`innovations`](Self::innovations).
    fn sigma(&self) -> f64;

    /// The errors one step ahead in the model's own terms, those that [`path`](Self::path) takes: the residuals, or for
    /// errors in proportion to the forecast what they are of it.
    fn innovations(&self) -> &[f64] {
        self.residuals()
    }

    /// The values that come next if the errors one step ahead are these; both of the same length.
    ///
    /// The parameters are taken as known.
    fn path(&self, innovations: &[f64], path: &mut [f64]);

    /// Simulated futures, the same for the same seed.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a horizon, or a number of paths, of 0; [`Error::LimitExceeded`] past 10^8 values;
    /// [`Error::OutOfRange`] where a path leaves the range of floats.
    fn simulate(&self, horizon: usize, paths: usize, seed: u64, errors: Errors) -> Result<Paths> {
        Paths::draw(self, horizon, paths, seed, errors)
    }

    /// How likely the model makes the series, if it was fitted by that.
    fn likelihood(&self) -> Option<Likelihood> {
        None
    }

    /// What was estimated, or set, by name.
    fn parameters(&self) -> Vec<(&'static str, f64)>;

    /// How the estimation went.
    fn report(&self) -> &FitReport;

    /// The model as one that takes further values, if it is one.
    fn as_online(&mut self) -> Option<&mut dyn Online> {
        None
    }
}

/// A model that takes further values, each in constant time and without growing.
///
/// Fitted values and residuals stay those of the series that it was fitted to.
pub trait Online: Model {
    /// Takes the next value.
    ///
    /// Forecasts are then those of the longer series with the same parameters. What follows from the values in closed
    /// form, such as a mean, is no parameter and follows the longer series.
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`]; [`Error::OutOfRange`] where the errors' variance leaves the range of floats. A refused
    /// value changes nothing.
    fn update(&mut self, value: f64) -> Result<()>;
}
