//! `slo.anomaly`: what it holds.

mod class;
mod cut;
mod detection;
mod mad;
mod matrix_profile;
mod multiplicity;
mod online;
mod options;
mod polynomial;
mod rolling;
mod spectral_residual;
mod sub_pca;
mod three_sigma;
mod tukey;
pub(crate) mod verdict;

use pyo3::prelude::pymodule;

/// Is this point, window or series unusual, and how sure are we?
#[pymodule(submodule, name = "anomaly", module = "slo")]
pub(crate) mod module {
    #[pymodule_export]
    use super::detection::Detection;
    #[pymodule_export]
    use super::mad::Mad;
    #[pymodule_export]
    use super::matrix_profile::{Discord, MatrixProfile, Profile, RollingMatrixProfile};
    #[pymodule_export]
    use super::multiplicity::adjusted_p_values;
    #[pymodule_export]
    use super::online::{Online, restore};
    #[pymodule_export]
    use super::polynomial::{Polynomial, RollingPolynomial};
    #[pymodule_export]
    use super::rolling::Rolling;
    #[pymodule_export]
    use super::spectral_residual::SpectralResidual;
    #[pymodule_export]
    use super::sub_pca::SubPca;
    #[pymodule_export]
    use super::three_sigma::ThreeSigma;
    #[pymodule_export]
    use super::tukey::Tukey;
    #[pymodule_export]
    use super::verdict::{Baseline, Verdict};
}
