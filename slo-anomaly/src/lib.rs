//! Is this point, window or series unusual, and how sure are we?
//!
//! A [`Detector`] judges the values of a sample or a series, an [`OnlineDetector`] values as they come. A [`Verdict`]
//! carries more than yes or no: the score and what it must exceed, the probability of such a value where nothing is
//! wrong and whether that is exact, and the baseline that the value was compared with.
//!
//! | method | a value is unusual if | p-value | streams |
//! |---|---|---|---|
//! | [`Bands`] | it leaves the bands around the last hour or day | none | yes |
//! | [`Bocpd`] | level or spread probably changed since the last report | none | yes |
//! | [`Cusum`] | the sum of distances from a reference goes too far | none | yes |
//! | [`Dixon`] | the gap beside it is wide for the sample's range | exact, or a bound | with a window |
//! | [`Ewma`] | the moving average leaves its limits | none | yes |
//! | [`GeneralizedEsd`] | it is one of several far from the mean of the others | a bound | with a window |
//! | [`Grubbs`] | it is the farthest from the mean, and too far | exact, or a bound | with a window |
//! | [`Histogram`] | it lies where few others do; for rows too | none | no |
//! | [`IsolationForest`] | few random cuts set it apart; for rows too | none | no |
//! | [`Mad`] | it lies more than 3.5 robust deviations from the median | none | with a window |
//! | [`MatrixProfile`] | it is in a window whose shape comes nowhere else | none | [`RollingMatrixProfile`] |
//! | [`PageHinkley`] | the sum of distances from the mean leaves its extreme | none | yes |
//! | [`Polynomial`] | it lies off the polynomial through what surrounds it | none | [`RollingPolynomial`], exact |
//! | [`RelativeEntropy`] | the last values are spread as none were before | none | yes |
//! | [`SeasonalEsd`] | it is the farthest from its season, one value after the other | none | no |
//! | [`SpectralResidual`] | it stands out of what every frequency usually brings | none | no |
//! | [`SubPca`] | it is in a window far from where windows lie | none | no |
//! | [`ThreeSigma`] | it lies more than k deviations from the mean of the others | exact | with a window |
//! | [`Tukey`] | it lies more than 1.5 interquartile ranges outside the box | none | with a window |
//! | method | a value is unusual if it lies | p-value |
//! |---|---|---|
//! | [`ThreeSigma`] | more than k deviations from the mean of the others | exact on independent normal values |
//! | [`Mad`] | more than 3.5 robust deviations from the median | none |
//! | [`Hampel`] | more than 3 robust deviations from the median of those around it | none |
//! | [`Tukey`] | more than 1.5 interquartile ranges outside the box | none |
//! | [`MatrixProfile`] | in a window whose shape comes nowhere else | none |
//! | [`NearestSubsequence`] | in a window that few others are near to | none |
//! | [`Polynomial`] | off the polynomial through what surrounds it, or comes before it | exact for [`RollingPolynomial`] |
//! | [`SpectralResidual`] | out of what every frequency usually brings | none |
//! | [`SubPca`] | in a window far from where windows lie | none |
//! | [`SeasonalEsd`] | farthest from its season, one value after the other | none |
//! | [`Seasonal`] | where any of them says so, once seasons are taken out | the inner one's |
//!
//! P-values are exact on independent normal values; a verdict says which kind its own is. A method that streams judges
//! each value by those before it, and its `online` agrees with its `detect`; "with a window" it does so by its
//! `rolling(window)` and `online(window)`.
//!
//! Some take another detector in: [`Seasonal`] lets it judge what seasons leave, [`Differences`] the steps from value
//! to value, and [`Gate`] reports only some of its alarms. [`HalfSpaceTrees`] judges rows of a stream,
//! [`MedianDistance`] and [`Dbscan`] a series by others at the same time. [`Pelt`], [`WindowChange`] and
//! [`change_point_test`] look for changes; [`grubbs_test`], [`esd_test`], [`dixon_test`], [`MeanTest`] and their kin
//! test a sample as a whole. [`evaluate`] says how well a detector does on labelled series.
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
mod arl;
mod bands;
mod change;
mod chart;
mod cusum;
mod detection;
mod detector;
mod differences;
mod dixon;
mod esd;
pub mod evaluate;
mod ewma;
#[cfg(feature = "serde")]
mod float;
mod gate;
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
mod order;
mod page_hinkley;
mod panel;
mod policy;
mod polynomial;
mod relative_entropy;
mod restart;
mod rolling;
mod rows;
mod seasonal;
mod seasonal_esd;
mod snapshot;
mod spectral_residual;
mod stream;
mod sub_pca;
mod subsequence;
mod t_test;
mod tail;
mod test_result;
mod three_sigma;
mod tukey;
mod variance_tests;
mod verdict;
mod window;

pub use any::AnyDetector;
pub use bands::{BandRules, Bands};
pub use change::{
    Bocpd, ChangePoints, Cost, Pelt, Prior, RunLengths, Segment, WindowChange, change_point_test,
};
pub use chart::{AfterAlarm, Reference};
pub use cusum::Cusum;
pub use detection::{Detection, Findings};
pub use detector::{Detector, OnlineDetector, Reading};
pub use differences::Differences;
pub use dixon::{Dixon, DixonDistribution, DixonRatio, DixonTable, dixon_test};
pub use esd::{EsdResult, EsdStep, GeneralizedEsd, esd_test};
pub use ewma::{Ewma, EwmaLimits};
pub use gate::Gate;
pub use grubbs::{Grubbs, grubbs_test, opposite_outliers_test, outlier_pair_test};
pub use half_space_trees::{HalfSpaceTrees, HalfSpaceTreesModel, RowVerdict};
pub use hampel::Hampel;
pub use histogram::{Edges, Histogram, HistogramModel};
pub use isolation_forest::{IsolationForest, IsolationForestModel};
pub use mad::Mad;
pub use matrix_profile::{Discord, MatrixProfile, Profile, RollingMatrixProfile};
pub use multiplicity::{Multiplicity, adjusted_p_values};
pub use nearest_subsequence::{Comparison, NearestSubsequence, Nearness};
pub use online::Online;
pub use page_hinkley::{Mean, PageHinkley};
pub use panel::{Across, Dbscan, MedianDistance, PanelDetection, SeriesOutlier};
pub use policy::{Cut, Degenerate, Dependence, Learning};
pub use polynomial::{Polynomial, RollingPolynomial};
pub use relative_entropy::{BinRange, RelativeEntropy};
pub use restart::Restart;
pub use rolling::Rolling;
pub use rows::{RowDetection, RowOutlier};
pub use seasonal::{Adjust, Seasonal};
pub use seasonal_esd::SeasonalEsd;
pub use snapshot::Snapshot;
pub use spectral_residual::{RollingSpectralResidual, SpectralResidual};
pub use sub_pca::{Projection, SubPca};
pub use subsequence::PointScore;
pub use t_test::{MeanTest, MeanTests, TTest, Variances};
pub use test_result::{Exactness, TestResult};
pub use three_sigma::{Inclusion, Limit, Scale, ThreeSigma};
pub use tukey::{Fences, Quartiles, Rate, Tukey};
pub use variance_tests::{chi_squared_outlier_test, cochran_test, tietjen_moore_test, variance_test};
pub use verdict::{Baseline, Reason, Side, Verdict};
