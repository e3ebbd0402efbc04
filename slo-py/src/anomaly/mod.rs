//! `slo.anomaly`: what it holds.

mod bands;
mod bocpd;
mod class;
mod cusum;
mod cut;
mod detection;
mod differences;
mod dixon;
pub(crate) mod evaluate;
mod ewma;
mod gate;
mod generalized_esd;
mod grubbs;
mod half_space_trees;
mod hampel;
mod histogram;
mod isolation_forest;
mod mad;
mod matrix_profile;
mod multiplicity;
mod nearest_subsequence;
mod normal_sample;
mod online;
mod options;
mod page_hinkley;
mod panel;
mod pelt;
mod polynomial;
mod relative_entropy;
mod restart;
mod rolling;
mod rows;
mod seasonal;
mod seasonal_esd;
mod spectral_residual;
mod sub_pca;
mod t_test;
mod test_result;
mod three_sigma;
mod tukey;
pub(crate) mod verdict;

use pyo3::prelude::pymodule;

/// Is this point, window or series unusual, and how sure are we?
#[pymodule(submodule, name = "anomaly", module = "slo")]
pub(crate) mod module {
    #[pymodule_export]
    use super::bands::Bands;
    #[pymodule_export]
    use super::bocpd::{Bocpd, RunLengths};
    #[pymodule_export]
    use super::cusum::Cusum;
    #[pymodule_export]
    use super::detection::Detection;
    #[pymodule_export]
    use super::differences::Differences;
    #[pymodule_export]
    use super::dixon::{Dixon, DixonDistribution, dixon_test};
    #[pymodule_export]
    use super::ewma::Ewma;
    #[pymodule_export]
    use super::gate::Gate;
    #[pymodule_export]
    use super::generalized_esd::GeneralizedEsd;
    #[pymodule_export]
    use super::grubbs::Grubbs;
    #[pymodule_export]
    use super::half_space_trees::{HalfSpaceTrees, HalfSpaceTreesModel, RowVerdict};
    #[pymodule_export]
    use super::hampel::Hampel;
    #[pymodule_export]
    use super::histogram::{Histogram, HistogramModel};
    #[pymodule_export]
    use super::isolation_forest::{IsolationForest, IsolationForestModel};
    #[pymodule_export]
    use super::mad::Mad;
    #[pymodule_export]
    use super::matrix_profile::{Discord, MatrixProfile, Profile, RollingMatrixProfile};
    #[pymodule_export]
    use super::multiplicity::adjusted_p_values;
    #[pymodule_export]
    use super::nearest_subsequence::NearestSubsequence;
    #[pymodule_export]
    use super::normal_sample::{
        EsdResult, chi_squared_outlier_test, cochran_test, esd_test, grubbs_test, tietjen_moore_test,
        variance_test,
    };
    #[pymodule_export]
    use super::online::{Online, restore};
    #[pymodule_export]
    use super::page_hinkley::PageHinkley;
    #[pymodule_export]
    use super::panel::{Dbscan, MedianDistance, PanelDetection, SeriesOutlier};
    #[pymodule_export]
    use super::pelt::{ChangePoints, Pelt, Segment, WindowChange, change_point_test};
    #[pymodule_export]
    use super::polynomial::{Polynomial, RollingPolynomial};
    #[pymodule_export]
    use super::relative_entropy::RelativeEntropy;
    #[pymodule_export]
    use super::restart::Restart;
    #[pymodule_export]
    use super::rolling::Rolling;
    #[pymodule_export]
    use super::rows::{RowDetection, RowOutlier};
    #[pymodule_export]
    use super::seasonal::Seasonal;
    #[pymodule_export]
    use super::seasonal_esd::SeasonalEsd;
    #[pymodule_export]
    use super::spectral_residual::{RollingSpectralResidual, SpectralResidual};
    #[pymodule_export]
    use super::sub_pca::SubPca;
    #[pymodule_export]
    use super::t_test::{MeanTests, TTest, t_test, t_tests};
    #[pymodule_export]
    use super::test_result::TestResult;
    #[pymodule_export]
    use super::three_sigma::ThreeSigma;
    #[pymodule_export]
    use super::tukey::Tukey;
    #[pymodule_export]
    use super::verdict::{Baseline, Verdict};
}
