//! Is this point, window or series unusual, and how sure are we?
//!
//! A [`Detector`] judges the values of a sample or a series, an [`OnlineDetector`] values as they come. A [`Verdict`]
//! carries more than yes or no: the score and what it must exceed, the probability of such a value where nothing is
//! wrong and whether that is exact, and the baseline that the value was compared with.
//!
//! | method | a value is unusual if it lies | p-value |
//! |---|---|---|
//! | [`ThreeSigma`] | more than k deviations from the mean of the others | exact on independent normal values |
//! | [`Mad`] | more than 3.5 robust deviations from the median | none |
//! | [`Tukey`] | more than 1.5 interquartile ranges outside the box | none |
//!
//! Each judges a whole sample (`detect`), each value of a series by those before it (`rolling(window)`), and a stream
//! (`online(window)`); the last two agree.
//!
//! ```
//! use slo_anomaly::{Detector, OnlineDetector, ThreeSigma};
//!
//! let latency_ms = [12.1, 11.8, 12.4, 12.0, 30.0, 11.9];
//! let rule = ThreeSigma::new().alpha(0.001);
//! assert_eq!(rule.detect(&latency_ms)?.indices(), [4]);
//!
//! let mut online = rule.online(1440)?;
//! for value in latency_ms {
//!     let verdict = online.observe(value)?;
//!     if verdict.flagged {
//!         assert!(verdict.explain().starts_with("value 30 at 4 is flagged: above the baseline 12.075"));
//!     }
//! }
//! # Ok::<(), slo_core::Error>(())
//! ```

mod any;
mod change;
mod detection;
mod detector;
mod esd;
pub mod evaluate;
#[cfg(feature = "serde")]
mod float;
mod grubbs;
mod half_space_trees;
mod histogram;
mod isolation_forest;
mod mad;
mod multiplicity;
mod normal_sample;
mod online;
mod order;
mod panel;
mod policy;
mod rolling;
mod rows;
mod snapshot;
mod stream;
mod t_test;
mod test_result;
mod three_sigma;
mod tukey;
mod variance_tests;
mod verdict;
mod window;

pub use any::AnyDetector;
pub use change::{
    Bocpd, ChangePoints, Cost, Pelt, Prior, RunLengths, Segment, Spread, WindowChange, change_point_test,
};
pub use detection::{Detection, Findings};
pub use detector::{Detector, OnlineDetector, Reading};
pub use esd::{EsdResult, EsdStep, GeneralizedEsd, esd_test};
pub use grubbs::{Grubbs, grubbs_test, opposite_outliers_test};
pub use half_space_trees::{HalfSpaceTrees, HalfSpaceTreesModel, RowVerdict};
pub use histogram::{Edges, Histogram, HistogramModel};
pub use isolation_forest::{IsolationForest, IsolationForestModel};
pub use mad::Mad;
pub use multiplicity::{Multiplicity, adjusted_p_values};
pub use online::Online;
pub use panel::{Across, Dbscan, MedianDistance, PanelDetection, SeriesOutlier};
pub use policy::{Cut, Degenerate, Learning};
pub use rolling::Rolling;
pub use rows::{RowDetection, RowOutlier};
pub use snapshot::Snapshot;
pub use t_test::{Dependence, MeanTest, MeanTests, TTest, Variances};
pub use test_result::{Exactness, TestResult};
pub use three_sigma::{Inclusion, Limit, Scale, ThreeSigma};
pub use tukey::{Quartiles, Rate, Tukey};
pub use variance_tests::{chi_squared_outlier_test, cochran_test, tietjen_moore_test, variance_test};
pub use verdict::{Baseline, Reason, Side, Verdict};
