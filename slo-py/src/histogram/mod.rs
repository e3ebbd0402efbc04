//! `slo.histogram`: quantiles and shares of histograms, classic and native.

mod change;
mod classic;
mod native;

use pyo3::prelude::pymodule;

/// Quantiles and shares of histograms, classic and native, as Prometheus computes them.
#[pymodule(submodule, name = "histogram", module = "slo")]
pub(crate) mod module {
    #[pymodule_export]
    use super::change::{delta, idelta, increase, irate, rate};
    #[pymodule_export]
    use super::classic::{fraction, quantile, quantile_repaired};
    #[pymodule_export]
    use super::native::Native;
}
