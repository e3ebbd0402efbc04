//! `slo.anomaly`: what it holds.

mod bocpd;
mod class;
mod detection;
pub(crate) mod evaluate;
mod generalized_esd;
mod grubbs;
mod half_space_trees;
mod histogram;
mod isolation_forest;
mod mad;
mod multiplicity;
mod normal_sample;
mod online;
mod options;
mod panel;
mod pelt;
mod record;
mod rolling;
mod rows;
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
    use super::bocpd::{Bocpd, RunLengths};
    #[pymodule_export]
    use super::detection::Detection;
    #[pymodule_export]
    use super::generalized_esd::GeneralizedEsd;
    #[pymodule_export]
    use super::grubbs::Grubbs;
    #[pymodule_export]
    use super::half_space_trees::{HalfSpaceTrees, HalfSpaceTreesModel, RowVerdict};
    #[pymodule_export]
    use super::histogram::{Histogram, HistogramModel};
    #[pymodule_export]
    use super::isolation_forest::{IsolationForest, IsolationForestModel};
    #[pymodule_export]
    use super::mad::Mad;
    #[pymodule_export]
    use super::multiplicity::adjusted_p_values;
    #[pymodule_export]
    use super::normal_sample::{
        EsdResult, chi_squared_outlier_test, cochran_test, esd_test, grubbs_test, tietjen_moore_test,
        variance_test,
    };
    #[pymodule_export]
    use super::online::{Online, restore};
    #[pymodule_export]
    use super::panel::{Dbscan, MedianDistance, PanelDetection, SeriesOutlier};
    #[pymodule_export]
    use super::pelt::{ChangePoints, Pelt, Segment, WindowChange, change_point_test};
    #[pymodule_export]
    use super::rolling::Rolling;
    #[pymodule_export]
    use super::rows::{RowDetection, RowOutlier};
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
