//! Any detector, for what wraps one or is told which one to use.

use slo_core::{Error, Result};

use crate::bands::Bands;
use crate::change::Bocpd;
use crate::cusum::Cusum;
use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::differences::Differences;
use crate::dixon::Dixon;
use crate::esd::GeneralizedEsd;
use crate::ewma::Ewma;
use crate::gate::Gate;
use crate::grubbs::Grubbs;
use crate::histogram::Histogram;
use crate::isolation_forest::IsolationForest;
use crate::mad::Mad;
use crate::matrix_profile::{MatrixProfile, RollingMatrixProfile};
use crate::online::Online;
use crate::page_hinkley::PageHinkley;
use crate::polynomial::{Polynomial, RollingPolynomial};
use crate::relative_entropy::RelativeEntropy;
use crate::rolling::Rolling;
use crate::seasonal::Seasonal;
use crate::seasonal_esd::SeasonalEsd;
use crate::spectral_residual::SpectralResidual;
use crate::sub_pca::SubPca;
use crate::t_test::TTest;
use crate::three_sigma::ThreeSigma;
use crate::tukey::Tukey;

/// The detectors of all methods in one type: those that judge a whole series, then those that stream.
macro_rules! detectors {
    (
        whole: $($(#[$whole_doc:meta])+ $whole:ident,)+;
        causal: $($(#[$causal_doc:meta])+ $causal:ident,)+
    ) => {
        /// A detector of one series, whichever method it is.
        ///
        /// Made with `from` of any of them. It can be written down, and it can be part of another detector.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_anomaly::{AnyDetector, Detector, ThreeSigma, Tukey};
        ///
        /// let all: [AnyDetector; 2] = [Tukey::new().into(), ThreeSigma::new().rolling(4)?.into()];
        /// for detector in all {
        ///     assert_eq!(detector.detect(&[12.1, 11.8, 12.4, 12.0, 30.0, 11.9])?.indices(), [4]);
        /// }
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(
            feature = "serde",
            derive(serde::Serialize, serde::Deserialize),
            serde(rename_all = "snake_case")
        )]
        #[non_exhaustive]
        pub enum AnyDetector {
            $($(#[$whole_doc])+ $whole(Box<$whole>),)+
            $($(#[$causal_doc])+ $causal(Box<$causal>),)+
        }

        $(
            impl From<$whole> for AnyDetector {
                fn from(detector: $whole) -> Self {
                    Self::$whole(Box::new(detector))
                }
            }
        )+
        $(
            impl From<$causal> for AnyDetector {
                fn from(detector: $causal) -> Self {
                    Self::$causal(Box::new(detector))
                }
            }
        )+

        impl AnyDetector {
            /// The detector.
            fn inner(&self) -> &dyn Detector {
                match self {
                    $(Self::$whole(detector) => &**detector,)+
                    $(Self::$causal(detector) => &**detector,)+
                }
            }

            /// The streaming form, which has seen nothing yet.
            ///
            /// # Examples
            ///
            /// ```
            /// use slo_anomaly::{AnyDetector, OnlineDetector, ThreeSigma};
            ///
            /// let rolling: AnyDetector = ThreeSigma::new().rolling(4)?.into();
            /// assert_eq!(rolling.online()?.seen(), 0);
            /// assert!(AnyDetector::from(ThreeSigma::new()).online().is_err());
            /// # Ok::<(), slo_core::Error>(())
            /// ```
            ///
            /// # Errors
            ///
            /// [`Error::Unsupported`] for a method that looks at what comes later, and
            /// [`Error::InvalidParameter`] for a parameter outside its range.
            pub fn online(&self) -> Result<Online> {
                match self {
                    $(Self::$whole(_))|+ => {
                        let reason = "it looks at the whole series; give it a window with `rolling`, if it has \
                                      one, or choose a causal method";
                        let what = format!("{} one value at a time", self.name());
                        Err(Error::Unsupported { what, reason: reason.to_owned() })
                    }
                    $(Self::$causal(detector) => detector.online(),)+
                }
            }
        }
    };
}

detectors! {
    whole:
    /// Gaps beside the ends of the sample.
    Dixon,
    /// Rosner's test for several outliers of a normal sample.
    GeneralizedEsd,
    /// Grubbs' test for one outlier of a normal sample.
    Grubbs,
    /// How thinly spread the others are around a value.
    Histogram,
    /// How few random cuts set a value apart.
    IsolationForest,
    /// Distances from the median of all.
    Mad,
    /// Windows that resemble no other.
    MatrixProfile,
    /// Windows that do not continue what surrounds them.
    Polynomial,
    /// What a season leaves, one outlier after the other.
    SeasonalEsd,
    /// What stands out once every frequency has its usual amplitude.
    SpectralResidual,
    /// Windows far from where the others lie.
    SubPca,
    /// Distances from the mean, or the median, of all others.
    ThreeSigma,
    /// Distances from the box of all.
    Tukey,
    ;
    causal:
    /// Bands around the last hour or day.
    Bands,
    /// Bayesian online change-point detection.
    Bocpd,
    /// Sums of distances from a target.
    Cusum,
    /// Another on the steps from value to value.
    Differences,
    /// A moving average that leaves its limits.
    Ewma,
    /// Another of whose alarms only some are reported.
    Gate,
    /// Sums of distances from a running mean.
    PageHinkley,
    /// Histograms that are like none before; with the range of the whole series they look ahead.
    RelativeEntropy,
    /// A method with the values before each as its baseline.
    Rolling,
    /// Windows that resemble none before.
    RollingMatrixProfile,
    /// Values that do not continue those before them.
    RollingPolynomial,
    /// Any of them on what the seasons leave.
    Seasonal,
    /// Student's or Welch's test of the newest values against those before.
    TTest,
}

impl Detector for AnyDetector {
    fn name(&self) -> &'static str {
        self.inner().name()
    }

    fn reading(&self) -> Reading {
        self.inner().reading()
    }

    fn check(&self) -> Result<()> {
        self.inner().check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.inner().detect_into(values, scores)
    }
}
