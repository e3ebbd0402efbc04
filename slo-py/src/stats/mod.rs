//! `slo.stats`: what it holds.

mod autocorrelation;
mod online;
mod quantile;
mod rolling;

use pyo3::prelude::pymodule;

/// Statistics that hold where naive ones fail: moments, rolling windows, quantiles, autocorrelation.
#[pymodule(submodule, name = "stats", module = "slo")]
pub(crate) mod module {
    #[pymodule_export]
    use super::autocorrelation::{acf, effective_sample_size, pacf};
    #[pymodule_export]
    use super::online::Online;
    #[pymodule_export]
    use super::quantile::{hinges, quantile};
    #[pymodule_export]
    use super::rolling::{RollingMoments, rolling_mean, rolling_moments, rolling_std, rolling_var};
}
