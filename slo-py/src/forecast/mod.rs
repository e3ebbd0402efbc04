//! `slo.forecast`: what it holds.

mod any;
mod baselines;
mod classical;
mod ema;
pub(crate) mod exhaustion;
// What the module is named after is a part of it, too.
#[allow(clippy::module_inception, reason = "a forecast is one of the things that slo.forecast holds")]
mod forecast;
mod holt_winters;
mod model;
mod panel;
mod stl;

use pyo3::prelude::pymodule;

/// What comes next, with what uncertainty, and when does the budget run out?
#[pymodule(submodule, name = "forecast", module = "slo")]
pub(crate) mod module {
    #[pymodule_export]
    use super::baselines::{Drift, Mean, Naive, SeasonalNaive};
    #[pymodule_export]
    use super::classical::{Classical, ClassicalDecomposition, dominant_period};
    #[pymodule_export]
    use super::ema::{Ema, EmaState};
    #[pymodule_export]
    use super::exhaustion::{Exhaustion, exhaustion};
    #[pymodule_export]
    use super::forecast::Forecast;
    #[pymodule_export]
    use super::holt_winters::HoltWinters;
    #[pymodule_export]
    use super::model::{FitReport, Model};
    #[pymodule_export]
    use super::panel::{PanelFit, PanelForecast, fit_panel, forecast_panel};
    #[pymodule_export]
    use super::stl::{Decomposition, Stl};
}
