//! What comes next, with what uncertainty, and when does the budget run out?
//!
//! A method is a [`Forecaster`]; fitted to a series it gives a [`Model`], which forecasts with an interval for each
//! level asked for and says how its fit went. Models that can take further values are [`Online`]. [`Ema`] also smooths,
//! in batch and as a stream.

mod accuracy;
mod adjusted;
mod any;
mod backtest;
mod box_cox;
mod conformal;
mod croston;
mod diagnostics;
mod drift;
mod ema;
mod ensemble;
mod ets;
mod exhaustion;
mod fitted;
mod forecast;
mod forecaster;
mod holt_winters;
mod level;
mod likelihood;
mod line;
mod mean;
mod mstl_forecaster;
mod naive;
mod optimise;
mod panel;
mod paths;
mod period;
mod recursion;
mod report;
mod season;
mod seasonal_naive;
mod seasonality;
mod snapshot;
mod spread;
mod stl_forecaster;
mod theta;

pub use accuracy::{
    Accuracy, ErrorScale, IntervalAccuracy, accuracy, crps_sample, interval_accuracy, pinball_loss,
};
pub use adjusted::{Adjusted, AdjustedModel};
pub use any::{AnyForecaster, AnyModel};
pub use backtest::{Backtest, BacktestReport, Failure, Fold, FoldForecast, Refit, Window};
pub use box_cox::{BoxCox, BoxCoxForecaster, BoxCoxModel, Centre, Lambda};
pub use conformal::{AdaptiveConformal, AdaptiveInterval, Conformal, ConformalModel, Scaling, Symmetry};
pub use croston::{Croston, CrostonModel, CrostonVariant, Smoothing};
pub use diagnostics::{
    Alternative, DieboldMariano, DieboldMarianoTest, JarqueBera, LjungBox, LongRunVariance,
    ResidualDiagnostics, ResidualOutlier, ResidualReport, jarque_bera, ljung_box, residual_diagnostics,
};
pub use drift::{Drift, DriftModel};
pub use ema::{Bias, Decay, Ema, EmaMissing, EmaModel, EmaState, Weighting};
pub use ensemble::{Combination, Ensemble, EnsembleModel};
pub use ets::{
    AutoEts, Criterion, Ets, EtsBounds, EtsCoefficients, EtsError, EtsModel, EtsSeason, EtsSpec, EtsStates,
    EtsTrend, FactorTrends, Intervals,
};
pub use exhaustion::{Exhaustion, ExhaustionOptions, Rates, exhaustion};
pub use forecast::{Band, Forecast, Law};
pub use forecaster::{Forecaster, Model, Online};
pub use holt_winters::{Convention, HoltWinters, HoltWintersModel, Initial};
pub use likelihood::Likelihood;
pub use mean::{Mean, MeanModel};
pub use mstl_forecaster::{MstlForecaster, MstlForecasterModel};
pub use naive::{Naive, NaiveModel};
pub use panel::{PanelFit, PanelForecast, fit_panel, forecast_panel};
pub use paths::{Errors, Paths};
pub use period::dominant_period;
pub use report::FitReport;
pub use seasonal_naive::{SeasonalNaive, SeasonalNaiveModel};
pub use seasonality::{Seasonality, seasonality};
pub use slo_core::decompose::{
    Classical, ClassicalDecomposition, Composition, Decomposition, Degree, Mstl, MultipleDecomposition,
    Preset, Robustness, SeasonalWindow, Stl, StlOnline, StlPoint, StlSnapshot, StlUpdate,
};
/// Prometheus' two functions that look ahead; the first is the `holt_winters` of its older versions, which is Holt's
/// method with the parameters given, and without a season.
pub use slo_core::over_time::{double_exponential_smoothing, predict_linear};
pub use snapshot::Snapshot;
pub use stl_forecaster::adjusted::SeasonalComponents;
pub use stl_forecaster::{StlForecaster, StlForecasterModel};
pub use theta::{Theta, ThetaModel, ThetaVariant};

#[cfg(test)]
mod tests;
