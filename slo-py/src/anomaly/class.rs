//! What the classes of all detectors have.

/// The methods of a detector's class: its own, and those that every detector has.
///
/// `windowed` are methods that a window makes causal, `causal` those that stream as they are, and `whole` those that
/// look at the whole series.
macro_rules! detector_class {
    (@class $class:ident($method:ty) { $($own:tt)* }) => {
        $crate::record::record_class! { $class($method), checked by ::slo::anomaly::Detector::check {
            $($own)*

            /// Judges each value of a series.
            ///
            /// Args:
            ///     values: the values, oldest first where their order matters, shape (values,).
            ///
            /// Returns:
            ///     A ``Detection``; scores are NaN where a value could not be judged.
            ///
            /// Raises:
            ///     NonFiniteError: with the index of the first value that is not finite, unless such are skipped.
            ///     TooShortError: with too few values.
            fn detect(&self, values: &Bound<'_, PyAny>) -> PyResult<$crate::anomaly::detection::Detection> {
                use ::slo::anomaly::Detector as _;
                $crate::anomaly::detection::Detection::of(values, |values, scores| {
                    self.0.detect_into(values, scores)
                })
            }
        } }
    };
    (whole $class:ident($method:ty) { $($own:tt)* }) => {
        $crate::anomaly::class::detector_class! { @class $class($method) { $($own)* } }
    };
    (causal $class:ident($method:ty) { $($own:tt)* }) => {
        $crate::anomaly::class::detector_class! { @class $class($method) {
            $($own)*

            /// The detector for values as they come, which has seen nothing yet.
            ///
            /// Returns:
            ///     An ``Online``, whose verdicts are those of ``detect``.
            pub(super) fn online(&self) -> PyResult<$crate::anomaly::online::Online> {
                $crate::errors::attempt(|| self.0.online()).map($crate::anomaly::online::Online::of)
            }
        } }
    };
    (windowed $class:ident($method:ty) { $($own:tt)* }) => {
        $crate::anomaly::class::detector_class! { @class $class($method) {
            $($own)*

            /// The same rule with the ``window`` values before each as its baseline.
            ///
            /// Args:
            ///     window: how many values, at least 2.
            ///     min_baseline: how many a baseline needs for a verdict, 2 to ``window``.
            ///     learning: which values a baseline learns from, ``"all"``, those ``"unflagged"``, or all with
            ///         those that were flagged ``"winsorised"``: moved to the limit that they exceed.
            ///
            /// Returns:
            ///     A ``Rolling``.
            ///
            /// Raises:
            ///     InvalidParameterError: for a parameter outside its range.
            #[pyo3(signature = (window, *, min_baseline=2, learning="all"))]
            fn rolling(
                &self,
                #[pyo3(from_py_with = $crate::values::whole)] window: i64,
                #[pyo3(from_py_with = $crate::values::whole)] min_baseline: i64,
                learning: &str,
            ) -> PyResult<$crate::anomaly::rolling::Rolling> {
                $crate::anomaly::rolling::Rolling::of(window, min_baseline, learning, |window| {
                    self.0.rolling(window)
                })
            }

            /// The same rule for values as they come, with the ``window`` values before each as its baseline.
            ///
            /// Args:
            ///     window: how many values, at least 2.
            ///     min_baseline: how many a baseline needs for a verdict, 2 to ``window``.
            ///     learning: which values a baseline learns from, ``"all"``, those ``"unflagged"``, or all with
            ///         those that were flagged ``"winsorised"``: moved to the limit that they exceed.
            ///
            /// Returns:
            ///     An ``Online``.
            ///
            /// Raises:
            ///     InvalidParameterError: for a parameter outside its range.
            #[pyo3(signature = (window, *, min_baseline=2, learning="all"))]
            fn online(
                &self,
                #[pyo3(from_py_with = $crate::values::whole)] window: i64,
                #[pyo3(from_py_with = $crate::values::whole)] min_baseline: i64,
                learning: &str,
            ) -> PyResult<$crate::anomaly::online::Online> {
                self.rolling(window, min_baseline, learning)?.online()
            }
        } }
    };
}
pub(super) use detector_class;

/// The detector of whichever class was given.
macro_rules! any_of {
    ($($class:ident),+ $(,)?) => {
        pub(super) fn any_detector(given: &Bound<'_, PyAny>) -> PyResult<AnyDetector> {
            $(
                if let Ok(detector) = given.cast::<$class>() {
                    return Ok(detector.get().0.clone().into());
                }
            )+
            Err(wrong_type("a detector of slo.anomaly", given))
        }
    };
}

use ::slo::anomaly::AnyDetector;
use pyo3::prelude::*;

use super::bands::Bands;
use super::bocpd::Bocpd;
use super::cusum::Cusum;
use super::differences::Differences;
use super::dixon::Dixon;
use super::ewma::Ewma;
use super::gate::Gate;
use super::generalized_esd::GeneralizedEsd;
use super::grubbs::Grubbs;
use super::hampel::Hampel;
use super::histogram::Histogram;
use super::isolation_forest::IsolationForest;
use super::mad::Mad;
use super::matrix_profile::{MatrixProfile, RollingMatrixProfile};
use super::nearest_subsequence::NearestSubsequence;
use super::page_hinkley::PageHinkley;
use super::polynomial::{Polynomial, RollingPolynomial};
use super::relative_entropy::RelativeEntropy;
use super::restart::Restart;
use super::rolling::Rolling;
use super::seasonal::Seasonal;
use super::seasonal_esd::SeasonalEsd;
use super::spectral_residual::{RollingSpectralResidual, SpectralResidual};
use super::sub_pca::SubPca;
use super::t_test::TTest;
use super::three_sigma::ThreeSigma;
use super::tukey::Tukey;
use crate::errors::wrong_type;

any_of!(
    Bands,
    Bocpd,
    Cusum,
    Differences,
    Dixon,
    Ewma,
    Gate,
    GeneralizedEsd,
    Grubbs,
    Hampel,
    Histogram,
    IsolationForest,
    Mad,
    MatrixProfile,
    NearestSubsequence,
    PageHinkley,
    Polynomial,
    RelativeEntropy,
    Restart,
    Rolling,
    RollingMatrixProfile,
    RollingPolynomial,
    RollingSpectralResidual,
    Seasonal,
    SeasonalEsd,
    SpectralResidual,
    SubPca,
    TTest,
    ThreeSigma,
    Tukey
);
