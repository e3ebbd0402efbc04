//! `slo.stats`: what it holds.

pub(crate) mod autocorrelation;
mod online;
mod quantile;
mod rolling;
mod rolling_order;
mod rolling_shape;
mod sliding_window;

use pyo3::prelude::pymodule;

/// Statistics that hold where naive ones fail: moments, rolling windows, quantiles, autocorrelation.
#[pymodule(submodule, name = "stats", module = "slo")]
pub(crate) mod module {
    #[pymodule_export]
    use super::autocorrelation::{acf, effective_sample_size, pacf};
    #[pymodule_export]
    use super::online::Online;
    #[pymodule_export]
    use super::quantile::{hinges, medcouple, quantile};
    #[pymodule_export]
    use super::rolling::{RollingMoments, rolling_mean, rolling_moments, rolling_std, rolling_var};
    #[pymodule_export]
    use super::rolling_order::{
        rolling_mad, rolling_max, rolling_median, rolling_min, rolling_quantile, rolling_rank,
    };
    #[pymodule_export]
    use super::rolling_shape::{rolling_skew, rolling_zscore};
    #[pymodule_export]
    use super::sliding_window::SlidingWindow;
}
