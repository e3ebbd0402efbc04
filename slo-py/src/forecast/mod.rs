//! `slo.forecast`: what it holds.

mod accuracy;
mod adjusted;
mod any;
mod backtest;
mod baselines;
mod box_cox;
mod classical;
mod conformal;
mod croston;
mod diagnostics;
mod ema;
mod ensemble;
mod ets;
pub(crate) mod exhaustion;
// What the module is named after is a part of it, too.
#[allow(clippy::module_inception, reason = "a forecast is one of the things that slo.forecast holds")]
mod forecast;
mod holt_winters;
mod intervals;

mod model;
mod mstl;
mod panel;
mod stl;
mod stl_forecaster;
mod stl_online;
mod theta;

use pyo3::prelude::pymodule;

/// What comes next, with what uncertainty, and when does the budget run out?
#[pymodule(submodule, name = "forecast", module = "slo")]
pub(crate) mod module {
    #[pymodule_export]
    use super::accuracy::{
        Accuracy, IntervalAccuracy, accuracy, crps_sample, interval_accuracy, pinball_loss,
    };
    #[pymodule_export]
    use super::adjusted::Adjusted;
    #[pymodule_export]
    use super::backtest::{BacktestReport, Fold, backtest};
    #[pymodule_export]
    use super::baselines::{Drift, Mean, Naive, SeasonalNaive};
    #[pymodule_export]
    use super::box_cox::{BoxCox, BoxCoxForecaster, box_cox_lambda};
    #[pymodule_export]
    use super::classical::{Classical, ClassicalDecomposition, dominant_period};
    #[pymodule_export]
    use super::conformal::{AdaptiveConformal, Conformal};
    #[pymodule_export]
    use super::croston::Croston;
    #[pymodule_export]
    use super::diagnostics::{
        DieboldMariano, JarqueBera, LjungBox, ResidualReport, diebold_mariano, jarque_bera, ljung_box,
        residual_diagnostics,
    };
    #[pymodule_export]
    use super::ema::{Ema, EmaState};
    #[pymodule_export]
    use super::ensemble::Ensemble;
    #[pymodule_export]
    use super::ets::{AutoEts, Ets};
    #[pymodule_export]
    use super::exhaustion::{Exhaustion, exhaustion};
    #[pymodule_export]
    use super::forecast::Forecast;
    #[pymodule_export]
    use super::holt_winters::HoltWinters;
    #[pymodule_export]
    use super::model::{FitReport, Model};
    #[pymodule_export]
    use super::mstl::{Mstl, MultipleDecomposition};
    #[pymodule_export]
    use super::panel::{PanelFit, PanelForecast, fit_panel, forecast_panel};
    #[pymodule_export]
    use super::stl::{Decomposition, Stl};
    #[pymodule_export]
    use super::stl_forecaster::{MstlForecaster, StlForecaster};
    #[pymodule_export]
    use super::stl_online::{StlOnline, StlPoint, StlUpdate};
    #[pymodule_export]
    use super::theta::{Seasonality, Theta, seasonality};
    #[pymodule_export]
    use crate::stats::autocorrelation::{acf, pacf};
}
