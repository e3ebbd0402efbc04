//! What judges values one after the other: the primitive that the rolling and the streaming forms fold.

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use crate::any::AnyDetector;
use crate::bands::BandsStream;
use crate::change::BocpdStream;
use crate::cusum::CusumStream;
use crate::detection::Findings;
use crate::detector::check_sample;
use crate::differences::DifferencesStream;
use crate::ewma::EwmaStream;
use crate::gate::GateStream;
use crate::matrix_profile::ProfileStream;
use crate::page_hinkley::PageHinkleyStream;
use crate::polynomial::PolynomialStream;
use crate::relative_entropy::RelativeEntropyStream;
use crate::restart::RestartStream;
use crate::rolling::RollingStream;
use crate::seasonal::SeasonalStream;
use crate::spectral_residual::ResidualStream;
use crate::verdict::Verdict;

/// A causal method with all that it knows of the values before.
pub(crate) trait Stream {
    /// The method that it is the streaming form of.
    fn detector(&self) -> AnyDetector;

    /// What a value means that is not finite.
    fn missing(&self) -> Missing;

    /// The verdict on an admitted value at its index, were it the next one.
    fn judge(&self, place: (usize, f64)) -> Verdict;

    /// Takes in an admitted value with its verdict.
    fn learn(&mut self, value: f64, verdict: &Verdict) -> Result<()>;

    /// What the size of a score must exceed once all is known that ever will be.
    fn threshold(&self) -> f64;

    /// Whether so many values can have led here.
    fn is_after(&self, seen: usize) -> bool;
}

/// Refuses a value that is not finite, unless such are skipped.
pub(crate) fn admit(missing: Missing, index: usize, value: f64) -> Result<()> {
    if value.is_finite() || missing == Missing::Skip {
        return Ok(());
    }
    Err(Error::NonFinite { name: "values", index, value })
}

/// Judges a whole series from the stream's beginning.
pub(crate) fn detect(mut stream: impl Stream, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
    check_sample(values, scores)?;
    if stream.missing() == Missing::Error {
        Error::check_finite("values", values)?;
    }
    fold(&mut stream, 0, values, scores)
}

/// Judges admitted values and learns from each, one after the other; `first` is the index of the first.
fn fold(stream: &mut impl Stream, first: usize, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
    let mut outliers = Vec::new();
    for ((index, value), score) in (first..).zip(values).zip(scores) {
        let verdict = stream.judge((index, *value));
        stream.learn(*value, &verdict)?;
        *score = verdict.score;
        if verdict.flagged {
            outliers.push(verdict);
        }
    }
    Ok(Findings { outliers, threshold: stream.threshold() })
}

/// The streams of all methods in one type.
macro_rules! streams {
    ($($name:ident($stream:ty)),+ $(,)?) => {
        /// The stream of whichever method it is.
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(
            feature = "serde",
            derive(serde::Serialize, serde::Deserialize),
            serde(rename_all = "snake_case")
        )]
        pub(crate) enum AnyStream {
            $($name(Box<$stream>),)+
        }

        $(
            impl From<$stream> for AnyStream {
                fn from(stream: $stream) -> Self {
                    Self::$name(Box::new(stream))
                }
            }
        )+

        impl Stream for AnyStream {
            fn detector(&self) -> AnyDetector {
                match self { $(Self::$name(stream) => stream.detector(),)+ }
            }

            fn missing(&self) -> Missing {
                match self { $(Self::$name(stream) => stream.missing(),)+ }
            }

            fn judge(&self, place: (usize, f64)) -> Verdict {
                match self { $(Self::$name(stream) => stream.judge(place),)+ }
            }

            fn learn(&mut self, value: f64, verdict: &Verdict) -> Result<()> {
                match self { $(Self::$name(stream) => stream.learn(value, verdict),)+ }
            }

            fn threshold(&self) -> f64 {
                match self { $(Self::$name(stream) => stream.threshold(),)+ }
            }

            fn is_after(&self, seen: usize) -> bool {
                match self { $(Self::$name(stream) => stream.is_after(seen),)+ }
            }
        }

        impl AnyStream {
            /// Judges admitted values and learns from each; the method is looked up once.
            pub(crate) fn fold(
                &mut self,
                first: usize,
                values: &[f64],
                scores: &mut [f64],
            ) -> Result<Findings> {
                match self { $(Self::$name(stream) => fold(&mut **stream, first, values, scores),)+ }
            }
        }
    };
}

streams! {
    Bocpd(BocpdStream),
    MatrixProfile(ProfileStream),
    Polynomial(PolynomialStream),
    Rolling(RollingStream),
    SpectralResidual(ResidualStream),
    Ewma(EwmaStream),
    Cusum(CusumStream),
    PageHinkley(PageHinkleyStream),
    RelativeEntropy(RelativeEntropyStream),
    Bands(BandsStream),
    Differences(DifferencesStream),
    Gate(GateStream),
    Restart(RestartStream),
    Seasonal(SeasonalStream),
}
