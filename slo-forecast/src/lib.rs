//! What comes next, with what uncertainty, and when does the budget run out?
//!
//! A method is a [`Forecaster`]; fitted to a series it gives a [`Model`], which forecasts with an interval for each
//! level asked for and says how its fit went. Models that can take further values are [`Online`]. [`Ema`] also smooths,
//! in batch and as a stream.

mod drift;
mod ema;
mod ets;
mod exhaustion;
mod fitted;
mod forecast;
mod forecaster;
mod mean;
mod naive;
#[allow(dead_code, reason = "the estimates that search come one by one")]
mod optimise;
mod report;
mod seasonal_naive;
mod seasonality;
mod spread;
mod theta;

pub use drift::{Drift, DriftModel};
pub use ema::{Bias, Decay, Ema, EmaMissing, EmaModel, EmaState, Weighting};
pub use ets::{EtsError, EtsSeason, EtsSpec, EtsTrend};
pub use exhaustion::{Exhaustion, ExhaustionOptions, Rates, exhaustion};
pub use forecast::{Band, Forecast, Law};
pub use forecaster::{Forecaster, Model, Online};
pub use mean::{Mean, MeanModel};
pub use naive::{Naive, NaiveModel};
pub use report::FitReport;
pub use seasonal_naive::{SeasonalNaive, SeasonalNaiveModel};
pub use seasonality::{Seasonality, seasonality};
pub use slo_core::decompose::{Decomposition, Stl};
pub use theta::{Composition, Theta, ThetaModel, ThetaVariant};

#[cfg(test)]
mod tests;
