//! What judges values one after the other: the primitive that the rolling and the streaming forms fold.

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use crate::any::AnyDetector;
use crate::bands::BandsStream;
use crate::change::BocpdStream;
use crate::cusum::CusumStream;
use crate::detection::Findings;
use crate::detector::check_admitted;
use crate::differences::DifferencesStream;
use crate::ewma::EwmaStream;
use crate::gate::GateStream;
use crate::matrix_profile::ProfileStream;
use crate::page_hinkley::PageHinkleyStream;
use crate::polynomial::PolynomialStream;
use crate::relative_entropy::RelativeEntropyStream;
use crate::rolling::RollingStream;
use crate::seasonal::SeasonalStream;
use crate::t_test::TTestStream;
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
    #[cfg(feature = "serde")]
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
    check_admitted(stream.missing(), values, scores)?;
    fold(&mut stream, 0, values, scores)
}

/// Judges a value, if it is admitted, and learns from it.
fn take(stream: &mut impl Stream, place: (usize, f64)) -> Result<Verdict> {
    admit(stream.missing(), place.0, place.1)?;
    let verdict = stream.judge(place);
    stream.learn(place.1, &verdict)?;
    Ok(verdict)
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

            #[cfg(feature = "serde")]
            fn is_after(&self, seen: usize) -> bool {
                match self { $(Self::$name(stream) => stream.is_after(seen),)+ }
            }
        }

        impl AnyStream {
            /// Judges a value, if it is admitted, and learns from it; the method is looked up once.
            pub(crate) fn take(&mut self, place: (usize, f64)) -> Result<Verdict> {
                match self { $(Self::$name(stream) => take(&mut **stream, place),)+ }
            }

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
    Bands(BandsStream),
    Bocpd(BocpdStream),
    Cusum(CusumStream),
    Differences(DifferencesStream),
    Ewma(EwmaStream),
    Gate(GateStream),
    MatrixProfile(ProfileStream),
    PageHinkley(PageHinkleyStream),
    Polynomial(PolynomialStream),
    RelativeEntropy(RelativeEntropyStream),
    Rolling(RollingStream),
    Seasonal(SeasonalStream),
    TTest(TTestStream),
}
